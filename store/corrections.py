"""Corrections: what a series told earlier and would tell otherwise today, though nothing changed at the regulator."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from store.records import Change
from store.since_last import Told, paired

COMPARED: Final = (
    "kind",
    "severity",
    "title",
    "events",
    "fields",
    "words_added",
    "words_removed",
    "mentions",
    "shift",
    "meanings",
)
"""What a reader was told of a change; its hashes and windows are evidence, and its review is no part of the telling."""
GONE: Final = "no_change"
"""The key of an entry which says that what was told as a change is none."""


class Cause(StrEnum):
    """Why an earlier telling no longer holds."""

    RULES = "the watched terms or the follow list changed"
    LATE = "an older capture came in later"
    READER = "exowatch reads or weighs it better now"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was told, and what is told of it now; "" for nothing."""

    name: str
    told: str
    now: str


@dataclass(frozen=True, slots=True)
class Mended:
    """An earlier telling that no longer holds. `now` is how it is told today, as JSON: with `no_change` if not at all."""

    telling: Told
    now: str
    differences: tuple[Difference, ...]
    cause: Cause


def mended(tellings: Sequence[Told], present: Iterable[tuple[Change, str]], rules: str) -> tuple[Mended, ...]:
    """What of these tellings, oldest first, would be told otherwise; each change by its latest telling.

    `present` are the changes of today with their entry as JSON, `rules` the fingerprint of today's rules.
    """
    entries = {change.id: said for change, said in present}
    changes = [change for change, _ in present]
    pairs, _ = paired(changes, tellings)
    latest = {change.id: telling for telling, change in pairs}
    found = [
        _mended(telling, entries[change_id], rules)
        for change_id, telling in latest.items()
        if _differences(telling.said, entries[change_id])
    ]
    standing = {telling.change for telling, _ in pairs}
    gone = {telling.change: telling for telling in tellings if telling.change not in standing}
    found += [_gone(telling, rules) for telling in gone.values() if GONE not in json.loads(telling.said)]
    return tuple(sorted(found, key=lambda one: (one.telling.until, one.telling.change)))


def _mended(telling: Told, now: str, rules: str) -> Mended:
    sides = json.loads(now)
    bytes_now = tuple(str((sides.get(side) or {}).get("sha256", "")) for side in ("before", "after"))
    late = bytes_now != (telling.before, telling.after)
    cause = Cause.RULES if telling.rules != rules else Cause.LATE if late else Cause.READER
    return Mended(telling, now, _differences(telling.said, now), cause)


def _gone(telling: Told, rules: str) -> Mended:
    said = json.loads(telling.said)
    now = json.dumps({**said, GONE: True}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    cause = Cause.RULES if telling.rules != rules else Cause.READER
    return Mended(telling, now, (Difference("change", str(said.get("kind", "")), ""),), cause)


def _differences(told: str, now: str) -> tuple[Difference, ...]:
    old, new = json.loads(told), json.loads(now)
    return tuple(
        Difference(name, _words(old.get(name)), _words(new.get(name)))
        for name in COMPARED
        if name in old and _words(old[name]) != _words(new.get(name))
    )


def _words(value: Any) -> str:
    """A value as a reader was told it: of an event or a meaning, its sentence."""
    if isinstance(value, Mapping):
        return str(value.get("sentence") or "; ".join(f"{name} {_words(one)}" for name, one in sorted(value.items())))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " ".join(_words(one) for one in value)
    return "" if value is None else str(value)
