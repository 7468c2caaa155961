"""When documents were published in a period, month by month and source by source, as numbers for a chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from reports.cards import SourceCard
from reports.entries import PublishedEntry
from reports.pieces import Chart, Line, Strip, Table

_MOST_MONTHS: Final = 24
"""A longer period is counted by year."""
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def timeline(
    cards: Sequence[SourceCard], published: Iterable[PublishedEntry], days: tuple[str, str], title: str
) -> Chart:
    """How many documents each source published in each month of the half-open stretch `days`, by its own dates.

    A stretch of more than 24 months is counted by year, from the first in which anything was published.
    """
    stretches = _stretches(days)
    wide = len(stretches[0])
    seen = Counter((entry.document.source, (entry.document.published or "")[:wide]) for entry in published)
    if wide == 4:
        first = min((stretch for _, stretch in seen if stretch), default=stretches[0])
        stretches = [stretch for stretch in stretches if stretch >= first]
    return Chart(
        title,
        tuple(map(_name, stretches)),
        tuple(Strip(card.title, tuple(seen[card.name, stretch] for stretch in stretches)) for card in cards),
    )


def _stretches(days: tuple[str, str]) -> list[str]:
    first, after = (date.fromisoformat(day) for day in days)
    last = (after.year * 12 + after.month - 1) - (0 if after.day > 1 else 1)
    months = range(first.year * 12 + first.month - 1, last + 1)
    if len(months) > _MOST_MONTHS:
        return [str(year) for year in range(first.year, last // 12 + 1)]
    return [f"{month // 12}-{month % 12 + 1:02}" for month in months]


def _name(stretch: str) -> str:
    year, _, month = stretch.partition("-")
    return f"{_MONTHS[int(month) - 1]} {year}" if month else year


def in_figures(chart: Chart) -> Table:
    """The chart's numbers as a table: a row for each stretch of time, a column for each source, and their sums."""
    rows = []
    for n, column in enumerate(chart.columns):
        counts = [strip.counts[n] for strip in chart.strips]
        rows.append((Line(words=column), *map(_figure, (*counts, sum(counts)))))
    sums = [sum(strip.counts) for strip in chart.strips]
    rows.append((Line(words="Together"), *map(_figure, (*sums, sum(sums)))))
    return Table(
        f"{chart.title}, in figures",
        ("When", *(strip.title for strip in chart.strips), "Together"),
        tuple(rows),
        figures=True,
    )


def _figure(count: int) -> Line:
    return Line(words=str(count))
