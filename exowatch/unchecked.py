"""Unchecked: the stretches of a period in which a source was not read, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from exowatch.source_state import answered, unread
from reports.digest import NotChecked
from reports.period import Period
from reports.wording import counted
from store import lookup
from store.database import Store
from store.records import Origin, Run


def not_checked(
    store: Store, runs: Iterable[Run], period: Period, as_of: datetime, periods: Mapping[str, timedelta]
) -> list[NotChecked]:
    """What a digest has to say was not checked: where a site gave no answer, and where nobody asked.

    `periods` are the sources with the time between two looks that is planned for each. Nobody asked where no look
    succeeded for longer than twice that, and for longer than once within the digest's period.
    """
    live = [run for run in runs if run.origin is Origin.LIVE]
    refused = _refused(store, live)
    return [*refused, *_silences(store, live, period, min(period.end, as_of), periods, refused)]


def _refused(store: Store, runs: Iterable[Run]) -> list[NotChecked]:
    """Where a source could not be read: from which run on, what was answered, and which run read it again."""
    gaps: dict[str, NotChecked] = {}
    closed = []
    for run in runs:
        reason = unread(run)
        gap = gaps.get(run.source)
        if reason:
            since = gap.since if gap else lookup.last_good(store, run.source, run.started)
            gaps[run.source] = NotChecked(run.source, since, f"On {run.started:%Y-%m-%d}: {reason}")
        elif gap and answered(run):
            closed.append(replace(gaps.pop(run.source), until=run.started))
    return [*closed, *gaps.values()]


def _silences(
    store: Store,
    runs: Iterable[Run],
    period: Period,
    end: datetime,
    periods: Mapping[str, timedelta],
    refused: Iterable[NotChecked],
) -> Iterator[NotChecked]:
    """The stretches between two looks, and after the last, that are too long. What was refused is told as that."""
    told = [(gap.source, gap.since) for gap in refused if gap.since]
    for source, planned in periods.items():
        before = lookup.last_good(store, source, period.start)
        good = [run.started for run in runs if run.source == source and answered(run) and not unread(run)]
        for first, until in pairwise([*([before] if before else []), *good, None]):
            stop = until or end
            if first is None or stop - first <= 2 * planned:
                continue
            # A first full read takes days: silence begins with its last answer, not with its start.
            since = lookup.last_good(store, source, stop) or first
            within = min(stop, end) - max(since, period.start)
            if stop - since <= 2 * planned or within <= planned or (source, since) in told:
                continue
            yield NotChecked(source, since, f"No look for {_days(since, stop)}", until, silent=True)


def _days(since: datetime, until: datetime) -> str:
    """How many days of the calendar lie between, as anybody would count them from the two dates that are told."""
    return counted((until.date() - since.date()).days, "day")
