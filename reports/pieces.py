"""Pieces of a report that every form can show: sentences, lists, tables and edits, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from reports.entries import ChangeEntry


@dataclass(frozen=True, slots=True)
class Said:
    """A paragraph in our words."""

    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list or the content of a cell: a title, which may be a link, then words, then the regulator's own.

    `lead` stands before the title ("Aug").     `url` is an address at the regulator, `anchor` the id of a document whose entry stands in the same digest; `quote`
    is what a regulator wrote, in the language `language`, as the title is. All may be "" but one of title and words.
    """

    title: str = ""
    words: str = ""
    url: str = ""
    anchor: str = ""
    language: str = ""
    quote: str = ""
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list. With a `summary` a page folds it and shows that sentence."""

    lines: tuple[Line, ...]
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; every row has as many cells as there are columns, the first names the row.

    In a table of `figures` all cells but the first are numbers.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """What changed in the text of a document, as a redline cut to its first passages."""

    line: Line
    entry: ChangeEntry


@dataclass(frozen=True, slots=True)
class Strip:
    """One row of a chart: what it counts, with one number for each of the chart's columns."""

    title: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers by stretch of time and by source, drawn as strips of bars and said in a table with the same numbers."""

    title: str
    columns: tuple[str, ...]
    strips: tuple[Strip, ...]


Piece = Said | Listing | Table | Edit | Chart


@dataclass(frozen=True, slots=True)
class Point:
    """A part of a report under a heading of its own."""

    heading: str
    pieces: tuple[Piece, ...]
