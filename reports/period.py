"""A period: a stretch of days in a time zone, and what people call it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open stretch of time, [start, end); both instants are aware, `timezone` names where its days begin."""

    label: str
    start: datetime
    end: datetime
    timezone: str

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError(f"period {self.label!r}: both instants need a time zone")
        if self.start >= self.end:
            raise ValueError(f"period {self.label!r}: it ends at {self.end}, not after its start at {self.start}")

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    @property
    def days(self) -> tuple[str, str]:
        """Its first day and the day after its last one, `YYYY-MM-DD` in its time zone."""
        zone = ZoneInfo(self.timezone)
        return self.start.astimezone(zone).date().isoformat(), self.end.astimezone(zone).date().isoformat()


def spoken(period: Period) -> str:
    """A period as people call it, with its days where the name does not say them.

    >>> monday, next_one = map(datetime.fromisoformat, ("2025-08-11T00:00:00Z", "2025-08-18T00:00:00Z"))
    >>> spoken(Period("2025-W33", monday, next_one, "UTC"))
    'Week 33 (11–17 Aug)'
    """
    first, after = (date.fromisoformat(day) for day in period.days)
    last = after - timedelta(days=1)
    _, _, named = period.label.rpartition("-")
    if named.startswith("W"):
        begins = f"{first.day}" if first.month == last.month else f"{first.day} {_MONTHS[first.month - 1][:3]}"
        return f"Week {named[1:].lstrip('0')} ({begins}–{last.day} {_MONTHS[last.month - 1][:3]})"
    if len(named) == 2 and named.isdigit() and len(period.label) == len("2025-08"):
        return f"{_MONTHS[first.month - 1]} {first.year}"
    return period.label


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
