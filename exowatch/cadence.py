"""Cadence: how often the timetable reads each source, and what it has ahead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from exowatch.config import Config, source_names
from exowatch.schedule_settings import Schedule
from exowatch.scheduling import idle
from exowatch.status import Ahead
from exowatch.wiring import enabled_sources
from schedules.timetable import DAY

_MOMENTS: Final = 12
"""So many of a schedule's moments show the longest wait between two: of `weekdays`, the one over a weekend."""


def next_crawl(config: Config, source: str, now: datetime) -> datetime | None:
    """When the timetable reads a source next; None where it never does."""
    return min((one.when.next(now) for one in _crawls(config, source)), default=None)


def planned(config: Config, at: datetime) -> Mapping[str, timedelta]:
    """For each source that is read, the longest time from one look to the next that the timetable has ahead.

    A day at least, and a day where the timetable never reads it: then people do.
    """
    spans = {name: [_longest(crawl, at) for crawl in _crawls(config, name)] for name in enabled_sources(config)}
    return {name: max(DAY, min(found, default=DAY)) for name, found in spans.items()}


def ahead(config: Config, now: datetime) -> Ahead:
    """The next crawl of each source and the next moment of each schedule that runs."""
    crawls = {name: next_crawl(config, name, now) for name in source_names()}
    return Ahead(
        {name: moment for name, moment in crawls.items() if moment},
        {one.name: one.when.next(now) for one in config.schedules if not idle(one, config)},
        planned(config, now),
    )


def _crawls(config: Config, source: str) -> list[Schedule]:
    return [one for one in config.schedules if one.enabled and one.words[0] == "crawl" and _reads(one, source, config)]


def _reads(schedule: Schedule, source: str, config: Config) -> bool:
    """Whether a crawl reads a source: one that it names, or every one that is enabled when it names none."""
    named = set(schedule.words[1:]) & set(source_names())
    return source in named if named else config.enabled(source)


def _longest(crawl: Schedule, at: datetime) -> timedelta:
    moments = [crawl.when.next(at)]
    while len(moments) < _MOMENTS:
        moments.append(crawl.when.next(moments[-1]))
    return max(later - earlier for earlier, later in pairwise(moments))
