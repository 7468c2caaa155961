"""Which columns of a table a change touches, by the names that the table's header gives them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final

from store.records import Block, BlockDiff, BlockKind, BlockOp, WordOp
from store.structure import SEPARATOR, cells, tables

_SIGNS: Final = re.compile(r"\S+")
_LONGEST_HEADER: Final = 1000
"""A longer row of names would be repeated with each passage, and no reader would find the column by it."""


@dataclass(frozen=True, slots=True)
class RowDiff(BlockDiff):
    """What became of one row, with the names of the columns in which its words differ, from left to right."""

    columns: tuple[str, ...] = ()


def headers(diff: Sequence[BlockDiff]) -> dict[int, BlockDiff]:
    """The header of its table, by the place of each row below one; nothing where no row changed.

    A row that was removed belongs to the table it stands in now.
    """
    if all(block.op is BlockOp.KEEP or block.kind is not BlockKind.ROW for block in diff):
        return {}
    places = [place for place, block in enumerate(diff) if block.op is not BlockOp.REMOVE]
    found: dict[int, BlockDiff] = {}
    for table in tables([_block_after(diff[place]) for place in places]):
        first, last = places[table.places[0]], places[table.places[-1]]
        if table.header and len(after(diff[first])) <= _LONGEST_HEADER:
            rows = (place for place in range(first + 1, last + 1) if diff[place].kind is BlockKind.ROW)
            found.update(dict.fromkeys(rows, diff[first]))
    return found


def _block_after(block: BlockDiff) -> Block:
    return Block(block.kind, after(block) if block.kind is BlockKind.ROW else "")


def after(block: BlockDiff) -> str:
    """The text of a block after the change."""
    return _side(block, WordOp.REMOVE)


def before(block: BlockDiff) -> str:
    """The text of a block before the change."""
    return block.before or _side(block, WordOp.ADD)


def _side(block: BlockDiff, without: WordOp) -> str:
    return "".join(words.text for words in block.words if words.op is not without)


def with_columns(row: BlockDiff, header: BlockDiff) -> BlockDiff:
    """An edited row with the names of its changed columns; as it is where the header has another number of cells."""
    touched = [*_touched(row, header, WordOp.ADD), *_touched(row, header, WordOp.REMOVE)]
    names = tuple(dict.fromkeys(name for _, name in sorted(touched) if name))
    if not names or all(words.op is not WordOp.KEEP for words in row.words):
        return row
    return RowDiff(**{field.name: getattr(row, field.name) for field in fields(BlockDiff)}, columns=names)


def _touched(row: BlockDiff, header: BlockDiff, without: WordOp) -> Iterator[tuple[int, str]]:
    """The columns changed on one side: the place of each and its name there."""
    text = _side(row, without)
    names = cells(_side(header, without))
    bars = [bar.start() for bar in SEPARATOR.finditer(text)]
    if len(bars) + 1 != len(names):
        return
    parting = set(bars)
    position = 0
    for words in row.words:
        if words.op is without:
            continue
        if words.op is not WordOp.KEEP:
            signs = (position + sign.start() for sign in _SIGNS.finditer(words.text))
            columns = {bisect_left(bars, start) for start in signs if start not in parting}
            yield from ((column, names[column]) for column in columns)
        position += len(words.text)
