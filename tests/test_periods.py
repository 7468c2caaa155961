"""Periods: half-open, in a named zone, so that every change falls into exactly one digest of each kind."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exowatch.config import Config, load
from exowatch.digesting import digest
from exowatch.periods import BadPeriod, between, instant, named
from reports.period import Period
from tests.shelf import START, Shelf, page

ZONES = tuple(map(ZoneInfo, ("UTC", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia")))
UTC_ZONE, NEW_YORK = ZONES[:2]
NOW = datetime(2025, 8, 20, 8, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2025", "2025-01-01", "2026-01-01"),
        ("2025-H1", "2025-01-01", "2025-07-01"),
        ("2025-h2", "2025-07-01", "2026-01-01"),
        ("2025-Q1", "2025-01-01", "2025-04-01"),
        ("2025-q4", "2025-10-01", "2026-01-01"),
        ("2025-08", "2025-08-01", "2025-09-01"),
        ("2025-12", "2025-12-01", "2026-01-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        ("2025-W33", "2025-08-11", "2025-08-18"),
        ("2025-W01", "2024-12-30", "2025-01-06"),
        ("2026-W53", "2026-12-28", "2027-01-04"),
    ],
)
@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_a_named_period_is_the_whole_of_its_days_where_they_begin(
    text: str, first: str, after: str, zone: ZoneInfo
) -> None:
    period = named(text, zone)

    assert period.days == (first, after)
    assert period.timezone == zone.key
    for border, day in ((period.start, first), (period.end, after)):
        assert (border.utcoffset(), border.astimezone(zone).isoformat()[:19]) == (timedelta(0), f"{day}T00:00:00")


def test_two_dates_are_the_whole_of_both_days() -> None:
    period = between("2025-08-11", "2025-08-17", NEW_YORK, NOW)

    assert (period.start.isoformat(), period.end.isoformat()) == (
        "2025-08-11T04:00:00+00:00",
        "2025-08-18T04:00:00+00:00",
    )
    assert period.label == "2025-08-11 to 2025-08-17"


def test_without_a_last_day_a_period_ends_with_today_where_its_days_begin() -> None:
    late = datetime(2025, 8, 21, 3, tzinfo=UTC)  # still 20 August in New York

    assert between("2025-08-11", None, NEW_YORK, late).days == ("2025-08-11", "2025-08-21")
    assert between("2025-08-11", None, UTC_ZONE, late).days == ("2025-08-11", "2025-08-22")


def test_without_a_first_day_a_period_begins_before_anything_was_seen() -> None:
    assert between(None, "2025-08-17", UTC_ZONE, NOW).days == ("1990-01-01", "2025-08-18")


@pytest.mark.parametrize("hours", [23, 25])
def test_a_day_on_which_the_clocks_change_is_whole(hours: int) -> None:
    day = {23: "2025-03-09", 25: "2025-11-02"}[hours]

    period = between(day, day, NEW_YORK, NOW)

    assert period.end - period.start == timedelta(hours=hours)


@pytest.mark.parametrize(
    "text",
    ["", "25", "2025-H3", "2025-Q0", "2025-Q5", "2025-13", "2025-00", "2025-W00", "2025-W53", "2025-W54", "0000", "9999",
     "2025-8", "2025-08-11", " 2025", "2025\n", "٢٠٢٥", "2025-W٣٣"],
)  # fmt: skip
def test_what_is_no_period_is_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(BadPeriod, match=r"period|calendar|digit"):
        named(text, UTC_ZONE)


def test_dates_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(BadPeriod, match="ends before it begins"):
        between("2025-08-17", "2025-08-11", UTC_ZONE, NOW)


@pytest.mark.parametrize("text", ["2025-02-30", "11.08.2025", "20250811", "2025-W33-1", "٢٠٢٥-08-11", "noon", "2025"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadPeriod, match="not a date"):
        between(text, None, UTC_ZONE, NOW)
    with pytest.raises(BadPeriod, match=r"not a date|not an instant"):
        instant(text, UTC_ZONE)


@pytest.mark.parametrize("text", ["2025-08-20T25:00", "2025-08-20T", "20250820T080000Z", "2025-W33-3T08:00:00Z"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(BadPeriod, match="not an instant"):
        instant(text, UTC_ZONE)


def test_a_date_as_an_instant_is_the_end_of_that_day() -> None:
    assert instant("2025-12-31", NEW_YORK) == datetime(2026, 1, 1, 5, tzinfo=UTC)
    assert instant("2025-12-31T23:00:00", NEW_YORK) == datetime(2026, 1, 1, 4, tzinfo=UTC)


@given(
    moment=st.datetimes(datetime(1995, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001  hypothesis wants them bare
    zone=st.sampled_from(ZONES),
)
def test_every_moment_lies_in_exactly_one_period_of_each_kind(moment: datetime, zone: ZoneInfo) -> None:
    there = moment.astimezone(zone).date()

    for kind in ("year", "half", "quarter", "month", "week"):
        names = dict.fromkeys(name_of(kind, there + timedelta(days=days)) for days in (-200, -40, -7, 0, 7, 40, 200))
        holding = [name for name in names if moment in named(name, zone)]
        assert holding == [name_of(kind, there)]


def name_of(kind: str, day: date) -> str:
    """The period of a kind in which a day lies, as a person would type it."""
    year, week, _ = day.isocalendar()
    return {
        "year": f"{day.year:04}",
        "half": f"{day.year:04}-H{(day.month + 5) // 6}",
        "quarter": f"{day.year:04}-Q{(day.month + 2) // 3}",
        "month": f"{day.year:04}-{day.month:02}",
        "week": f"{year:04}-W{week:02}",
    }[kind]


# The borders of a year, in a real store

BORDERS = {
    (zone.key, year): datetime(year + 1, 1, 1, tzinfo=zone).astimezone(UTC)
    for zone in (UTC_ZONE, NEW_YORK)
    for year in (2024, 2025)
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Letters that changed at the last microsecond of a year and at the first of the next, by each clock."""
    made = Shelf(tmp_path_factory.mktemp("borders") / "store.db")
    moments = sorted({moment for border in BORDERS.values() for moment in (border - MICROSECOND, border)})
    made.crawl(hours(datetime(2024, 11, 5, tzinfo=UTC)), {"a": page("An exosome product. Edition 0.")})
    for edition, moment in enumerate(moments, 1):
        made.crawl(hours(moment), {"a": page(f"An exosome product. Edition {edition}.")})
    return made


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("nobody")))
        return load([], {})


def hours(moment: datetime) -> float:
    return (moment - START) / timedelta(hours=1)


def changed_in(shelf: Shelf, config: Config, period: Period) -> list[datetime]:
    told = digest(shelf.store, config, period, datetime(2027, 1, 1, tzinfo=UTC))
    return [entry.change.window.until for entry in told.changes]


@pytest.mark.parametrize("border", BORDERS, ids=str)
def test_the_last_microsecond_of_a_year_belongs_to_it_and_the_first_to_the_next(
    border: tuple[str, int], shelf: Shelf, config: Config
) -> None:
    (name, year), moment = border, BORDERS[border]

    ending, beginning = (changed_in(shelf, config, named(str(y), ZoneInfo(name))) for y in (year, year + 1))

    assert moment - MICROSECOND in ending
    assert moment - MICROSECOND not in beginning
    assert moment in beginning
    assert moment not in ending


@pytest.mark.parametrize("zone", [UTC_ZONE, NEW_YORK], ids=str)
@pytest.mark.parametrize(
    "names",
    [
        ["2024", "2025", "2026"],
        ["2024-H2", "2025-H1", "2025-H2", "2026-H1"],
        ["2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"],
        ["2024-11", "2024-12", "2025-01", "2025-12", "2026-01"],
        ["2024-W45", "2025-W01", "2026-W01"],
    ],
    ids=["years", "halves", "quarters", "months", "weeks"],
)
def test_every_change_at_a_border_is_told_in_exactly_one_digest(
    names: list[str], zone: ZoneInfo, shelf: Shelf, config: Config
) -> None:
    told = Counter(moment for name in names for moment in changed_in(shelf, config, named(name, zone)))

    stored = changed_in(shelf, config, between(None, None, zone, datetime(2026, 12, 1, tzinfo=UTC)))
    assert len(stored) == 9
    assert told == Counter(stored)
