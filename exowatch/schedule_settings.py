"""What runs by itself: the schedules of the configuration, checked as a whole."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schedules.timetable import BadWhen, Timetable, parse

SCHEDULE_KEYS: Final = frozenset({"name", "when", "command", "deadline", "timezone", "enabled"})
NEVER_BY_ITSELF: Final = ("schedule", "retention")
"""A schedule of schedules has no end, and what removes is a person's to run."""
DEADLINE: Final = 60
"""Minutes, where a schedule names none."""
DATA: Final = "{data}"
"""Stands for the store's folder in a command."""


class BadSchedule(ValueError):
    """What the configuration says of schedules cannot be used. The message names the key and the finding."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """One command line of exowatch that runs by itself. `zone` is for people's eyes; the moments are in UTC."""

    name: str
    when: Timetable
    command: str
    words: tuple[str, ...]
    deadline: timedelta
    zone: ZoneInfo
    enabled: bool


def schedules_of(said: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> tuple[Schedule, ...]:
    """The `[[schedules]]` tables, shown in `zone` unless they name their own. Raises BadSchedule."""
    found = tuple(_schedule(entry, zone) for entry in said)
    # Their locks are files, and on some systems names that differ in case only are one file.
    names = [schedule.name.casefold() for schedule in found]
    if double := next((one.name for one in found if names.count(one.name.casefold()) > 1), ""):
        raise BadSchedule(f"[[schedules]] name: {double!r} stands twice; each schedule has a name of its own")
    return found


_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def _schedule(said: Mapping[str, Any], zone: ZoneInfo) -> Schedule:
    name = said.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadSchedule(f"[[schedules]] name: expected letters, digits, - and _, found {name!r:.80}")
    command = _text(said, name, "command")
    return Schedule(
        name=name,
        when=_when(said, name),
        command=command,
        words=_words(command, name),
        deadline=_deadline(said, name),
        zone=_zone(said, name) or zone,
        enabled=_enabled(said, name),
    )


def _when(said: Mapping[str, Any], name: str) -> Timetable:
    try:
        return parse(_text(said, name, "when"))
    except BadWhen as error:
        raise BadSchedule(f"[[schedules]] {name}: {error}") from error


def _words(command: str, name: str) -> tuple[str, ...]:
    """The words of a command line, as a shell would part them; no shell ever sees it."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise BadSchedule(f"[[schedules]] {name} command: {error}, in {command!r:.200}") from error
    words = words[1:] if words[:1] == ["exowatch"] else words
    if not words or words[0].startswith("-"):
        raise BadSchedule(
            f"[[schedules]] {name} command: expected a command of exowatch, as in 'crawl --max-minutes 480', found"
            f" {command!r:.200}"
        )
    if words[0] in NEVER_BY_ITSELF:
        raise BadSchedule(f"[[schedules]] {name} command: {words[0]!r} never runs by itself")
    return tuple(words)


def _deadline(said: Mapping[str, Any], name: str) -> timedelta:
    value = said.get("deadline", DEADLINE)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 7 * 24 * 60:
        raise BadSchedule(
            f"[[schedules]] {name} deadline: expected minutes, at most a week of them, found {value!r:.80}"
        )
    return timedelta(minutes=value)


def _zone(said: Mapping[str, Any], name: str) -> ZoneInfo | None:
    if "timezone" not in said:
        return None
    try:
        return ZoneInfo(_text(said, name, "timezone"))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadSchedule(
            f"[[schedules]] {name} timezone: expected a name such as 'America/Toronto', found {said['timezone']!r:.80}"
        ) from error


def _enabled(said: Mapping[str, Any], name: str) -> bool:
    value = said.get("enabled", True)
    if not isinstance(value, bool):
        raise BadSchedule(f"[[schedules]] {name} enabled: expected true or false, found {value!r:.80}")
    return value


def _text(said: Mapping[str, Any], name: str, key: str) -> str:
    value = said.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BadSchedule(f"[[schedules]] {name} {key}: expected text, found {value!r:.80}")
    return value
