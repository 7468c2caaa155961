"""A text as what its blocks are to one another: sections, numbered items, notes, and tables with named rows.

The same for every source, as HTML and PDF arrive as the same blocks. Pure, and linear in the size of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from store.normal import folded
from store.records import Block, BlockKind


class Role(StrEnum):
    """What a block is in its document."""

    HEADING = "heading"
    TEXT = "text"
    ITEM = "item"
    NOTE = "note"
    HEADER = "header"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Unit:
    """A block with its place in the document.

    `path` is the headings above it, outermost first; a heading is the last of its own path. `label` is the number or
    mark that it begins with, as written ("1.", "(a)", "[2]", "iv.", "¹"), "" where there is none. `table` counts the
    tables from 0 and is -1 elsewhere. `key` names a row: its first cells, as few as no other row of the table begins
    with and at most four, behind a column that counts the rows; all its cells where those are another row's too; ()
    for the header.
    """

    block: Block
    role: Role
    path: tuple[str, ...] = ()
    label: str = ""
    table: int = -1
    key: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The text behind the label."""
        return self.block.text[len(self.label) :].lstrip()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, what stands straight under it, and the sections below; the whole text has no heading."""

    heading: Unit | None
    units: tuple[Unit, ...]
    sections: tuple[Section, ...]


def tree(blocks: Sequence[Block]) -> Section:
    """The text as one section; a heading may skip levels, and stands under the nearest one of a lower level."""
    open_sections: list[tuple[int, Unit | None, list[Unit], list[Section]]] = [(0, None, [], [])]
    for unit in units(blocks):
        if unit.role is Role.HEADING:
            level = _level(unit.block)
            while open_sections[-1][0] >= level:
                _close(open_sections)
            open_sections.append((level, unit, [], []))
        else:
            open_sections[-1][2].append(unit)
    while len(open_sections) > 1:
        _close(open_sections)
    _, _, straight, below = open_sections[0]
    return Section(None, tuple(straight), tuple(below))


def _close(open_sections: list[tuple[int, Unit | None, list[Unit], list[Section]]]) -> None:
    _, heading, straight, below = open_sections.pop()
    open_sections[-1][3].append(Section(heading, tuple(straight), tuple(below)))


def units(blocks: Sequence[Block]) -> tuple[Unit, ...]:
    """The blocks in order, each with its place in the document."""
    above = paths(blocks)
    notes = _notes(blocks, above)
    rows = dict(_rows(blocks, above))
    return tuple(rows.get(n) or _unit(block, above[n], notes.get(n)) for n, block in enumerate(blocks))


def _unit(block: Block, path: tuple[str, ...], mark: str | None) -> Unit:
    if mark is not None:
        return Unit(block, Role.NOTE, path, mark or label(block.text))
    number = label(block.text)
    if block.kind is BlockKind.HEADING:
        return Unit(block, Role.HEADING, path, number)
    return Unit(block, Role.ITEM if number or block.kind is BlockKind.ITEM else Role.TEXT, path, number)


# Sections


def paths(blocks: Sequence[Block]) -> list[tuple[str, ...]]:
    """The headings above each block, outermost first; a heading is the last of its own path."""
    above: list[tuple[int, str]] = []
    path: tuple[str, ...] = ()
    found = []
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            level = _level(block)
            while above and above[-1][0] >= level:
                above.pop()
            above.append((level, block.text))
            path = tuple(text for _, text in above)
        found.append(path)
    return found


def _level(block: Block) -> int:
    # No deeper than records.Block promises: the paths of a made-up depth would cost the square of it.
    return min(max(block.level, 1), 6)


# Numbered items


@dataclass(frozen=True, slots=True)
class LabelRule:
    """A form in which items are numbered; a label stands at the start, and text follows it."""

    name: str
    pattern: str


LABEL_RULES: Final = (
    LabelRule("number in brackets: [2]", r"\[(?:\d{1,3}|[a-z])\](?=\s*\S)"),
    # "(b)(4)" is what FDA writes over words it withholds (5 USC 552(b)(4)): no blank follows its first part.
    LabelRule("in parentheses: (a), (12), (iv)", r"\((?:\d{1,3}|[A-Za-z]|[ivx]{1,5}|[IVX]{1,5})\)(?=\s+\S)"),
    LabelRule("outline: 1.2.3, 4.1., A.1.", r"(?:[A-Z]|\d{1,3})(?:\.\d{1,3}){1,5}(?:\.(?=\s+\S)|(?=\s+[^\W\d_a-z]))"),
    LabelRule("number: 1., 12)", r"\d{1,3}[.)](?=\s+\S)"),
    LabelRule("letter: a., B)", r"[A-Za-z][.)](?=\s+\S)"),
    LabelRule("Roman: iv., XII)", r"(?:[ivxl]{1,7}|[IVXL]{1,7})[.)](?=\s+\S)"),
)
_LABEL: Final = re.compile("|".join(rule.pattern for rule in LABEL_RULES))


def label(text: str) -> str:
    """The number or letter that a text begins with, as written; "" where it begins with a word."""
    found = _LABEL.match(text)
    return found[0] if found else ""


# Notes

NOTES_HEADINGS: Final = frozenset(
    [
        "footnote",
        "footnotes",
        "endnotes",
        "notes",
        "references",
        "note de bas de page",
        "notes de bas de page",
        "notes de fin",
        "renvois",
        "references bibliographiques",
    ]
)
"""Headings, without case, accents and number, below which each paragraph is a note."""
_RAISED: Final = "⁰¹²³⁴-⁹"
_MARK: Final = re.compile(rf"\[\d{{1,3}}\]|\[[a-z]\]|\*{{1,3}}(?=\s*\w)|[†‡]{{1,2}}|[{_RAISED}]{{1,3}}")
_REFERENCE: Final = re.compile(r"\[(?:\d{1,3}|[a-z])\]")


def _notes(blocks: Sequence[Block], above: Sequence[tuple[str, ...]]) -> dict[int, str]:
    """The mark of each block that is a note, "" where it bears none; by the block's place.

    A block is a note below a heading that says so, with a raised number before it, or with a mark that the text above
    refers to or behind which there are only notes.
    """
    marks = {
        n: found[0] for n, block in enumerate(blocks) if _may_be_note(block) and (found := _MARK.match(block.text))
    }
    notes = {n: mark for n, mark in marks.items() if mark[0] in "⁰¹²³⁴⁵⁶⁷⁸⁹"}
    notes.update(_below_a_heading(blocks, above, marks))
    for n in range(len(blocks) - 1, -1, -1):
        if n not in marks and n not in notes:
            break
        notes.setdefault(n, marks.get(n, ""))
    if len(notes) < len(marks):
        notes.update(_referred_to(blocks, marks))
    return notes


def _may_be_note(block: Block) -> bool:
    return block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)


def _below_a_heading(
    blocks: Sequence[Block], above: Sequence[tuple[str, ...]], marks: dict[int, str]
) -> Iterator[tuple[int, str]]:
    below: dict[str, bool] = {}
    for n, (block, path) in enumerate(zip(blocks, above, strict=True)):
        if path and _may_be_note(block):
            heading = path[-1]
            if heading not in below:
                below[heading] = folded(heading[len(label(heading)) :]).strip(" :") in NOTES_HEADINGS
            if below[heading]:
                yield n, marks.get(n, "")


def _referred_to(blocks: Sequence[Block], marks: dict[int, str]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for n, block in enumerate(blocks):
        mark = marks.get(n, "")
        if mark in seen:
            yield n, mark
        if "[" in block.text:
            seen.update(_REFERENCE.findall(block.text, len(mark)))


# Tables

SEPARATOR: Final = re.compile(r"(?:(?<=\s)|\A)\|(?=\s|\Z)")
_LONGEST_HEADER: Final = 80
WIDEST_KEY: Final = 4
"""So many cells at most name a row."""
_LONGEST_NUMBER: Final = 7


def cells(row: str) -> tuple[str, ...]:
    """The cells of a row's text, without the blanks around them; empty ones are ""."""
    return tuple(cell.strip() for cell in SEPARATOR.split(row))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in a row: their places in the text, and their cells. `header` is whether the first row names the columns,
    `first` the first column that may name a row: the second, where the first only counts."""

    places: range
    rows: tuple[tuple[str, ...], ...]
    header: bool
    first: int


def tables(blocks: Sequence[Block]) -> tuple[Table, ...]:
    """The tables in order; whatever stands between two rows parts two tables."""
    return tuple(
        _table(places, [cells(block.text) for block in blocks[places.start : places.stop]])
        for places in _row_runs(blocks)
    )


def _rows(blocks: Sequence[Block], above: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, Unit]]:
    for number, table in enumerate(tables(blocks)):
        for n, row, key in zip(table.places, table.rows, _keys(table), strict=True):
            role = Role.HEADER if table.header and n == table.places[0] else Role.ROW
            yield n, Unit(blocks[n], role, above[n], "", number, () if role is Role.HEADER else key or row)


def _row_runs(blocks: Sequence[Block]) -> Iterator[range]:
    start = -1
    for n, block in enumerate(blocks):
        if block.kind is BlockKind.ROW:
            start = n if start < 0 else start
        elif start >= 0:
            yield range(start, n)
            start = -1
    if start >= 0:
        yield range(start, len(blocks))


def _table(places: range, rows: Sequence[tuple[str, ...]]) -> Table:
    header = _has_header(rows)
    return Table(places, tuple(rows), header, 1 if _counted(rows[header:]) else 0)


def _has_header(rows: Sequence[tuple[str, ...]]) -> bool:
    """Whether the first row names the columns: some short names without figures, none of which stands below itself."""
    first, *others = rows
    return (
        bool(others)
        and sum(map(bool, first)) > 1
        and not any(len(name) > _LONGEST_HEADER or any(map(str.isdigit, name)) for name in first)
        and not any(name and name == cell for row in others for name, cell in zip(first, row, strict=False))
    )


def _keys(table: Table) -> list[tuple[str, ...]]:
    keys: dict[int, tuple[str, ...]] = {}
    for width in range(1, WIDEST_KEY + 1):
        rest = {n: row[table.first : table.first + width] for n, row in enumerate(table.rows) if n not in keys}
        often = Counter(rest.values())
        keys.update((n, key) for n, key in rest.items() if often[key] == 1 and any(key))
    return [keys.get(n, ()) for n in range(len(table.rows))]


def _counted(rows: Sequence[tuple[str, ...]]) -> bool:
    """Whether the first column is the rows' own number: a row that goes in above gives all below another one."""
    numbers = [row[0].rstrip(".)") for row in rows]
    if len(rows) < 2 or not all(number.isdecimal() and len(number) < _LONGEST_NUMBER for number in numbers):
        return False
    return all(int(later) == int(number) + 1 for number, later in pairwise(numbers))
