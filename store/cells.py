"""What became of each word within one row of a table, cell by cell: words of two cells are never one passage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from store.alignment import aligned, gaps, heaviest_chain, numbered
from store.likeness import Likeness
from store.normal import canonical
from store.records import WordOp, Words
from store.structure import SEPARATOR
from store.words import joined, words_of

_MOST_CELLS: Final = 20
"""Cells between two that stayed are compared each with each up to so many on a side; above it they are replaced."""


def words_of_row(before: str, after: str, columns: Sequence[tuple[int, int]] | None = None) -> tuple[Words, ...]:
    """The words of two forms of a row, each cell a passage of its own.

    `columns` says which cell before is which one after, where the table's header tells; else the place does where
    both have as many cells, and what the cells hold where they have not.
    """
    a, b = _cells(before), _cells(after)
    pairs = (
        aligned_cells([cell.text for cell in a[:-1]], [cell.text for cell in b[:-1]]) if columns is None else columns
    )
    return joined(_told(a, b, pairs))


def aligned_cells(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Which cell before is which one after, in order."""
    if len(before) == len(after):
        return [(n, n) for n in range(len(before))]
    return by_content(before, after)


def by_content(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Cells of equal text, and between them those that are as many on both sides or have words in common."""
    equal = aligned(*numbered([canonical(cell) for cell in before], [canonical(cell) for cell in after]))
    pairs = list(equal)
    for lefts, rights, _, _ in gaps(equal, len(before), len(after)):
        if len(lefts) == len(rights):
            pairs += zip(lefts, rights, strict=True)
        elif lefts and rights and max(len(lefts), len(rights)) <= _MOST_CELLS:
            likely = Likeness().pairs([before[i] for i in lefts], [after[j] for j in rights])
            pairs += heaviest_chain([(lefts[x], rights[y], shared / longer) for x, y, shared, longer in likely])
    return sorted(pairs)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell's text without the blanks around it, and what parts it from the one before: blanks, a bar, blanks."""

    blanks: str
    bar: str
    indent: str
    text: str


def _cells(row: str) -> list[_Cell]:
    """The cells of a row, and a last one that is none: it carries what blanks end the row."""
    cells: list[_Cell] = []
    blanks = bar = ""
    for raw in SEPARATOR.split(row):
        text = raw.strip()
        start = raw.find(text) if text else len(raw)
        cells.append(_Cell(blanks, bar, raw[:start], text))
        blanks, bar = raw[start + len(text) :], "|"
    return [*cells, _Cell(blanks, "", "", "")]


def _told(a: Sequence[_Cell], b: Sequence[_Cell], pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[WordOp, str]]:
    for lefts, rights, i, j in gaps([*pairs, (len(a) - 1, len(b) - 1)], len(a), len(b)):
        for n in lefts:
            yield WordOp.REMOVE, _whole(a[n])
        for n in rights:
            yield WordOp.ADD, _whole(b[n])
        if i < len(a) and j < len(b):
            yield from _blank(a[i].blanks, b[j].blanks)
            yield from _passage(a[i].bar, b[j].bar)
            yield from _blank(a[i].indent, b[j].indent)
            yield from _passage(a[i].text, b[j].text)


def _whole(cell: _Cell) -> str:
    return cell.blanks + cell.bar + cell.indent + cell.text


def _blank(before: str, after: str) -> Iterable[tuple[WordOp, str]]:
    """Blanks on both sides are kept, however many."""
    return _passage(after if before and after else before, after)


def _passage(before: str, after: str) -> Iterable[tuple[WordOp, str]]:
    if before == after:
        return ((WordOp.KEEP, after),)
    return ((words.op, words.text) for words in words_of(before, after))
