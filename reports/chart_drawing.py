"""Where each bar of a chart stands, in the units of its drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reports.pieces import Chart

# Narrow, so that the lettering stays legible where the drawing is scaled to a phone's width.
_WIDTH: Final = 340
_STRIP: Final = 96
_TOP, _BARS, _NAMES = 12, 64, 80
_TALLEST: Final = 34
_LONGEST_TITLE: Final = 52
_ROOMY: Final = 12
"""Of more columns only every so-manieth is named."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One number: its bar, the number above it, and the name below, "" where there is no room for one."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    label_y: float
    count: int
    name: str


@dataclass(frozen=True, slots=True)
class DrawnStrip:
    """One source's strip of bars; `y` and `names_y` are the base lines of its title and of the columns' names."""

    title: str
    y: int
    names_y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart drawn: the size of the whole, and its strips from top to bottom."""

    width: int
    height: int
    strips: tuple[DrawnStrip, ...]


def drawn(chart: Chart) -> Drawing:
    """A chart's bars, all to one scale."""
    most = max((count for strip in chart.strips for count in strip.counts), default=0)
    strips = []
    for n, strip in enumerate(chart.strips):
        top = n * _STRIP
        title = strip.title if len(strip.title) <= _LONGEST_TITLE else strip.title[: _LONGEST_TITLE - 1] + "…"
        bars = tuple(_bar(chart, at, count, most, top) for at, count in enumerate(strip.counts))
        strips.append(DrawnStrip(title, top + _TOP, top + _NAMES, bars))
    return Drawing(_WIDTH, max(1, len(chart.strips)) * _STRIP, tuple(strips))


def _bar(chart: Chart, at: int, count: int, most: int, top: int) -> Bar:
    room = _WIDTH / len(chart.columns)
    height = _TALLEST * count / most if most else 0
    foot = top + _BARS
    return Bar(
        round(at * room + room * 0.18, 1),
        round(foot - height, 1),
        round(room * 0.64, 1),
        round(height, 1),
        round(at * room + room / 2, 1),
        round(foot - height - 3, 1),
        count,
        _named(chart.columns, at),
    )


def _named(columns: tuple[str, ...], at: int) -> str:
    every = -(-len(columns) // _ROOMY)
    return columns[at].partition(" ")[0] if at % every == 0 else ""


def in_words(chart: Chart) -> str:
    """The chart for who does not see it: what each source counts where it counts anything."""
    return " ".join(f"{strip.title}: {_counts(chart.columns, strip.counts)}." for strip in chart.strips)


def _counts(columns: tuple[str, ...], counts: tuple[int, ...]) -> str:
    told = [f"{column} {count}" for column, count in zip(columns, counts, strict=True) if count]
    return ", ".join(told) or "none"
