"""Periods as people type them, as half-open spans of time in a named zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from reports.period import Period

_YEAR = re.compile(r"(\d{4})", re.ASCII)
_HALF = re.compile(r"(\d{4})-H([12])", re.IGNORECASE | re.ASCII)
_QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.IGNORECASE | re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.IGNORECASE | re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", re.ASCII)


class BadPeriod(Exception):
    """A period or date that cannot be understood. The message says what was expected."""


def named(text: str, zone: ZoneInfo) -> Period:
    """`2025`, `2025-H1`, `2025-Q3`, `2025-08` or `2025-W33` (ISO week). Raises BadPeriod.

    >>> named("2025-Q3", ZoneInfo("UTC")).start.isoformat()
    '2025-07-01T00:00:00+00:00'
    """
    first, after = _span(text)
    return _period(text.upper(), first, after, zone)


def completed(kind: str, now: datetime, zone: ZoneInfo) -> Period:
    """The last week, month, quarter or year that was over at this instant.

    >>> completed("week", datetime(2025, 8, 20, tzinfo=UTC), ZoneInfo("UTC")).label
    '2025-W33'
    """
    today = now.astimezone(zone).date()
    if kind == "week":
        year, week, _ = (today - timedelta(days=7)).isocalendar()
        return named(f"{year}-W{week:02}", zone)
    first = {
        "month": today.replace(day=1),
        "quarter": today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1),
        "year": today.replace(month=1, day=1),
    }[kind]
    last = first - timedelta(days=1)
    labels = {"month": f"{last:%Y-%m}", "quarter": f"{last.year}-Q{(last.month + 2) // 3}", "year": f"{last.year}"}
    return named(labels[kind], zone)


def kind_of(period: Period) -> str:
    """The kind of a named period, and `dates` for one between two days.

    >>> kind_of(named("2025-Q3", ZoneInfo("UTC")))
    'quarter'
    """
    shapes = {"week": _WEEK, "month": _MONTH, "quarter": _QUARTER, "half-year": _HALF, "year": _YEAR}
    return next((kind for kind, shape in shapes.items() if shape.fullmatch(period.label)), "dates")


def between(since: str | None, until: str | None, zone: ZoneInfo, now: datetime) -> Period:
    """The whole of both days; from the first capture there can be, or until today, where one is left out."""
    first = day(since) if since else date(1990, 1, 1)
    last = day(until) if until else now.astimezone(zone).date()
    if last < first:
        raise BadPeriod(f"a period from {first} until {last} ends before it begins")
    return _period(f"{first} to {last}", first, _after(last), zone)


def day(text: str) -> date:
    """`YYYY-MM-DD`. Raises BadPeriod."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise BadPeriod(f"not a date: {text!r}; expected YYYY-MM-DD, as in 2025-08-20") from None


def instant(text: str, zone: ZoneInfo) -> datetime:
    """An instant (`2025-08-20T08:00:00Z`), or a date, which means the end of that day. Raises BadPeriod."""
    if _DAY.fullmatch(text):
        return _midnight(_after(day(text)), zone)
    try:
        # Python reads "20250820" too, as the beginning of a day whose name otherwise means its end.
        if not _MOMENT.fullmatch(text):
            raise ValueError(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadPeriod(f"not an instant: {text!r}; expected 2025-08-20 or 2025-08-20T08:00:00Z") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _after(last: date) -> date:
    if last == date.max:
        raise BadPeriod(f"no day comes after {last}; name an earlier one")
    return last + timedelta(days=1)


def _span(text: str) -> tuple[date, date]:
    try:
        if match := _YEAR.fullmatch(text):
            return date(int(match[1]), 1, 1), date(int(match[1]) + 1, 1, 1)
        if match := _HALF.fullmatch(text):
            month = 6 * int(match[2]) - 5
            return date(int(match[1]), month, 1), _next_month(int(match[1]), month + 5)
        if match := _QUARTER.fullmatch(text):
            month = 3 * int(match[2]) - 2
            return date(int(match[1]), month, 1), _next_month(int(match[1]), month + 2)
        if match := _MONTH.fullmatch(text):
            return date(int(match[1]), int(match[2]), 1), _next_month(int(match[1]), int(match[2]))
        if match := _WEEK.fullmatch(text):
            monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
            return monday, monday + timedelta(days=7)
    except ValueError as error:
        raise BadPeriod(f"no such period: {text!r} ({error})") from None
    raise BadPeriod(f"not a period: {text!r}; expected 2025, 2025-H1, 2025-Q3, 2025-08 or 2025-W33")


def _next_month(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)


def _period(label: str, first: date, after: date, zone: ZoneInfo) -> Period:
    return Period(label, _midnight(first, zone), _midnight(after, zone), zone.key)


def _midnight(when: date, zone: ZoneInfo) -> datetime:
    try:
        return datetime(when.year, when.month, when.day, tzinfo=zone).astimezone(UTC)
    except OverflowError:
        raise BadPeriod(f"{when} in {zone.key} is beyond the calendar; name another day") from None
