"""The timetable: when a schedule's moments come, in UTC, and which of them are still to be run."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

DAY = timedelta(days=1)

EXPECTED: Final = (
    "expected five fields of cron in UTC (minute hour day month weekday), or one of hourly, daily, weekdays, weekly,"
    " monthly, quarterly, with a time where wanted, as in 'daily 02:00' or 'weekly mon 11:00'"
)
WEEKDAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
"""As cron counts them: Sunday is 0, and 7 too."""
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONGEST_WAIT: Final = 366 * 9
"""Days: from a 29 February to the next there are eight years where a century comes between."""


class BadWhen(ValueError):
    """A `when` that names no moments. The message says what was expected and what was found."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """The moments of a schedule: whole minutes in UTC, so that no change of a local clock doubles or drops one."""

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    times: tuple[time, ...]

    def next(self, after: datetime) -> datetime:
        """The first moment after an instant.

        >>> parse("weekly mon 11:00").next(datetime(2028, 2, 29, tzinfo=UTC)).isoformat()
        '2028-03-06T11:00:00+00:00'
        """
        instant = after.astimezone(UTC)
        day = instant.date()
        left = bisect.bisect_right(self.times, instant.time())
        if left < len(self.times) and self._on(day):
            return _at(day, self.times[left])
        return _at(self._day(day, DAY), self.times[0])

    def last(self, at: datetime) -> datetime:
        """The last moment at or before an instant."""
        instant = at.astimezone(UTC)
        day = instant.date()
        past = bisect.bisect_right(self.times, instant.time())
        if past and self._on(day):
            return _at(day, self.times[past - 1])
        return _at(self._day(day, -DAY), self.times[-1])

    def between(self, after: datetime, before: datetime) -> Iterator[datetime]:
        """The moments after one instant and before another, both left out, in order."""
        moment = self.next(after)
        while moment < before:
            yield moment
            moment = self.next(moment)

    def _on(self, day: date) -> bool:
        return day.day in self.days and day.month in self.months and day.isoweekday() % 7 in self.weekdays

    def _day(self, day: date, step: timedelta) -> date:
        """The nearest day with moments, on one side of a day. Raises BadWhen where none comes."""
        for _ in range(_LONGEST_WAIT):
            day += step
            if self._on(day):
                return day
        raise BadWhen(f"when: {self.text!r} names a day that never comes")


@dataclass(frozen=True, slots=True)
class Due:
    """The moment that is to be run now, and those before it that nothing was run for."""

    at: datetime
    missed: int = 0
    missed_since: datetime | None = None


def due(timetable: Timetable, now: datetime, last_run: datetime | None) -> Due | None:
    """What is to be run: the last moment at or before now, unless it or a later one was run.

    A schedule that never ran is due at its last moment. Where the clock was set back behind `last_run`, nothing is.
    """
    at = timetable.last(now)
    if last_run is None:
        return Due(at)
    if at <= last_run:
        return None
    missed, since = 0, None
    for moment in timetable.between(last_run, at):
        missed, since = missed + 1, since or moment
    return Due(at, missed, since)


def parse(text: str) -> Timetable:
    """The timetable that a `when` names. Raises BadWhen.

    >>> parse("30 6 * * 1-5").weekdays == parse("weekdays 06:30").weekdays
    True
    """
    words = text.lower().split()
    fields = words if len(words) == 5 else _preset(words)
    if fields is None:
        raise BadWhen(f"when: {EXPECTED}; found {text!r:.80}")
    minute, hour, day, month, weekday = fields
    if day != "*" and weekday != "*":
        # Cron takes either of the two, most other programs both: whoever writes it may mean one or the other.
        raise BadWhen(f"when: expected days of the month or days of the week, not both; found {text!r:.80}")
    minutes, hours = _numbers("minute", minute, 0, 59), _numbers("hour", hour, 0, 23)
    timetable = Timetable(
        text,
        minutes,
        hours,
        _numbers("day", day, 1, 31),
        _numbers("month", month, 1, 12, _MONTHS),
        tuple(sorted({number % 7 for number in _numbers("weekday", weekday, 0, 7, WEEKDAYS)})),
        tuple(time(hour, minute) for hour in hours for minute in minutes),
    )
    timetable.next(datetime(2024, 1, 1, tzinfo=UTC))
    return timetable


_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_PRESETS: Final = {
    "daily": ("*", "*", "*"),
    "weekdays": ("*", "*", "mon-fri"),
    "weekly": ("*", "*", "mon"),
    "monthly": ("1", "*", "*"),
    "quarterly": ("1", "1,4,7,10", "*"),
}


def _preset(words: list[str]) -> list[str] | None:
    """The five fields that a preset stands for: midnight and Monday, unless it says otherwise."""
    if words == ["hourly"]:
        return ["0", "*", "*", "*", "*"]
    if not words or words[0] not in _PRESETS:
        return None
    preset, *more = words
    day, month, weekday = _PRESETS[preset]
    if preset == "weekly" and more and more[0] in WEEKDAYS:
        weekday = more.pop(0)
    said = _TIME.fullmatch(more[0] if more else "00:00")
    if said is None or len(more) > 1:
        return None
    return [said[2], said[1], day, month, weekday]


_PART: Final = re.compile(r"(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:/(\d{1,2}))?", re.ASCII)


def _numbers(field: str, said: str, low: int, high: int, names: tuple[str, ...] = ()) -> tuple[int, ...]:
    """The numbers of one field: `*`, `5`, `1-5`, `*/15`, `mon`, and several of them with commas."""
    found: set[int] = set()
    for part in said.split(","):
        match = _PART.fullmatch(part)
        first = _number(match[1], low, names) if match else None
        last = _number(match[2], low, names) if match and match[2] else None
        step = int(match[3]) if match and match[3] else None
        if match and match[1] == "*" and not match[2]:
            first, last = low, high
        elif match and not match[2]:
            last = high if step else first
        if first is None or last is None or step == 0 or not low <= first <= last <= high:
            raise BadWhen(
                f"when: {field}: expected numbers from {low} to {high} as cron takes them, found {said!r:.40}"
            )
        found.update(range(first, last + 1, step or 1))
    return tuple(sorted(found))


def _number(said: str, low: int, names: tuple[str, ...]) -> int | None:
    if said in names:
        return names.index(said) + low
    return int(said) if said.isdigit() else None


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, UTC)
