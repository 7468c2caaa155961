"""The timetable: each moment comes once, whatever local clocks do, and what was missed is counted."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger

from schedules.service import trigger
from schedules.timetable import BadWhen, Due, due, parse
from store.clock import parse as instant

ZONES = ("UTC", "America/Toronto", "America/St_Johns", "Europe/Berlin", "Australia/Lord_Howe")
PRESETS = ("hourly", "daily 02:30", "weekdays 06:00", "weekly mon 11:00", "monthly 01:30", "quarterly")
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoneInfo]:
    """The machine's own zone: the timetable must not look at it."""
    monkeypatch.setitem(os.environ, "TZ", request.param)
    time.tzset()
    yield ZoneInfo(request.param)
    monkeypatch.undo()
    time.tzset()


def period(preset: str, moment: datetime) -> tuple[int, ...]:
    """The period of a preset in which an instant lies, in UTC, worked out without a timetable."""
    day = moment.toordinal()
    return {
        "hourly": (day, moment.hour),
        "daily": (day,),
        "weekdays": (day,),
        "weekly": moment.isocalendar()[:2],
        "monthly": (moment.year, moment.month),
        "quarterly": (moment.year, (moment.month - 1) // 3),
    }[preset.split()[0]]


@pytest.mark.parametrize("preset", PRESETS)
def test_travelling_hour_by_hour_through_seven_years_runs_each_period_once(preset: str, zone: ZoneInfo) -> None:
    timetable = parse(preset)
    ran, late = list[datetime](), 0
    last, now = timetable.last(FIRST - HOUR), FIRST
    while now < LAST:
        found = due(timetable, now.astimezone(zone), last)
        if found:
            ran.append(last := found.at)
            late += found.missed
            assert timedelta(0) <= now - found.at < HOUR
        now += HOUR

    periods = [period(preset, moment) for moment in ran]
    wanted = {
        period(preset, FIRST + n * HOUR)
        for n in range(int((LAST - FIRST) / HOUR))
        if preset.split()[0] != "weekdays" or (FIRST + n * HOUR).weekday() < 5
    }
    assert late == 0
    assert len(periods) == len(set(periods))
    assert set(periods) == wanted
    assert all(earlier < later for earlier, later in pairwise(ran))


@pytest.mark.parametrize(
    "when", [*PRESETS, "*/7 3,5 * * *", "15 10 29 2 *", "0 0 31 * *", "5 4 * jan-mar sun", "0 9 * * 5-7"]
)
def test_the_alarm_clock_rings_at_the_moments_of_the_timetable(when: str) -> None:
    timetable, alarm = parse(when), trigger(parse(when))
    moments = list(islice(timetable.between(FIRST, datetime(2099, 1, 1, tzinfo=UTC)), 60))

    rung, now = list[datetime](), FIRST + timedelta(seconds=1)
    for _ in moments:
        rung.append(alarm.get_next_fire_time(None, now))
        now = rung[-1] + timedelta(seconds=1)

    assert isinstance(alarm, CronTrigger)
    assert rung == moments


@pytest.mark.parametrize("when", [*PRESETS, "15 10 29 2 *", "0 9 * * sun", "59 23 31 12 *"])
def test_the_last_moment_is_the_one_whose_next_is_later(when: str) -> None:
    timetable = parse(when)
    for moment in islice(timetable.between(FIRST, LAST), 40):
        second = timedelta(seconds=1)
        assert timetable.last(moment) == moment
        assert timetable.next(moment - second) == moment
        assert timetable.last(moment - second) < moment < timetable.next(moment)
        assert timetable.next(timetable.last(moment - second)) == moment


def test_the_leap_day_of_2028_has_its_moments() -> None:
    assert parse("daily 02:00").next(instant("2028-02-28T12:00:00Z")) == instant("2028-02-29T02:00:00Z")
    assert parse("0 2 29 2 *").next(instant("2024-02-29T02:00:00Z")) == instant("2028-02-29T02:00:00Z")


def test_three_days_asleep_are_one_run_that_says_what_was_missed() -> None:
    timetable, ran = parse("daily 02:00"), instant("2025-08-18T02:00:00Z")

    found = due(timetable, instant("2025-08-21T09:12:00Z"), ran)

    assert found == Due(instant("2025-08-21T02:00:00Z"), 2, instant("2025-08-19T02:00:00Z"))
    assert due(timetable, instant("2025-08-21T09:13:00Z"), instant("2025-08-21T02:00:00Z")) is None


def test_a_clock_set_back_runs_nothing_twice_and_goes_on_in_order() -> None:
    timetable, ran = parse("hourly"), instant("2025-08-18T12:00:00Z")
    back = [instant("2025-08-17T12:30:00Z") + n * HOUR for n in range(26)]

    found = [one.at for now in back for one in [due(timetable, now, ran)] if one]

    assert found == [instant("2025-08-18T13:00:00Z")]


def test_a_schedule_that_never_ran_is_due_once_at_its_last_moment() -> None:
    assert due(parse("weekly"), instant("2025-08-20T09:00:00Z"), None) == Due(instant("2025-08-18T00:00:00Z"))


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("", "expected five fields of cron"),
        ("fortnightly", "expected five fields of cron"),
        ("daily 25:00", "as in 'daily 02:00'"),
        ("daily 02:00 mon", "expected five fields"),
        ("monday 02:00", "weekly mon 11:00"),
        ("60 * * * *", "minute: expected numbers from 0 to 59 as cron takes them, found '60'"),
        ("0 0 0 * *", "day: expected numbers from 1 to 31"),
        ("0 0 * foo *", "month: expected numbers from 1 to 12"),
        ("0 5-3 * * *", "hour: expected numbers from 0 to 23"),
        ("*/0 * * * *", "minute"),
        ("0 0 * * 8", "weekday"),
        ("0 0 1 * mon", "not both"),
        ("0 0 30 2 *", "a day that never comes"),
        ("@daily", "expected five fields"),
    ],
)
def test_a_when_that_cannot_be_understood_is_told_with_what_was_expected(when: str, said: str) -> None:
    with pytest.raises(BadWhen) as refused:
        parse(when)

    assert said in str(refused.value)
