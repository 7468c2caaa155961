"""What became of each block between two texts, and inside an edited block of each word.

Blocks are matched first, then whole words inside the pairs that differ, so a long document costs little more than
its changes. Nothing here looks at a clock: the same two texts give the same diff on any machine, and what bounds
the work is the size of the texts (a letter of 5,000 words: 2 ms; a megabyte of whatever is worst: 5 s). `compare` may
be relied on for this, whatever the texts hold:

- keep and add, joined within each block, give the blocks after, in order;
- keep and remove, joined within each block, or `before` where it is not empty, give the blocks before, in order once
  the moves are put aside;
- a block that moved stands once, with the op `move`, at its new place; at its old place stands nothing.

Blocks are equal when their canonical texts are (store/normal.py): one that differs in typography alone is kept, and
shown as it stands after. So is a paragraph that becomes a list item of the same words, with its kind of today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from store.alignment import gaps
from store.cells import words_of_row
from store.matching import matched
from store.normal import canonical
from store.records import Block, BlockDiff, BlockKind, BlockOp, WordOp, Words
from store.row_matching import TablePair
from store.structure import paths
from store.words import count, words_of


def compare(before: Sequence[Block], after: Sequence[Block]) -> tuple[BlockDiff, ...]:
    """The blocks of both texts with what became of each, in the order of the text after.

    A removed block stands where it stood, among its neighbours that stayed.
    """
    if [block.text for block in before] == [block.text for block in after]:
        return tuple(_whole(block, path, BlockOp.KEEP) for block, path in zip(after, paths(after), strict=True))
    return tuple(_Telling(before, after).told())


def words_changed(diff: Iterable[BlockDiff]) -> tuple[int, int]:
    """How many words were added and how many removed; of a block that moved, only its edited words count."""
    added = removed = 0
    for block in diff:
        for words in block.words:
            if words.op is WordOp.ADD:
                added += count(words.text)
            elif words.op is WordOp.REMOVE:
                removed += count(words.text)
    return added, removed


def _whole(block: Block, path: tuple[str, ...], op: BlockOp) -> BlockDiff:
    """A block of which every word has the fate of the block."""
    return BlockDiff(path[-1] if path else "", block.kind, op, (Words(WordOp(op.value), block.text),), path)


class _Telling:
    """Both texts with their matches, told block by block."""

    def __init__(self, before: Sequence[Block], after: Sequence[Block]) -> None:
        self._before, self._after = before, after
        self._paths_before, self._paths_after = paths(before), paths(after)
        self._matches = matched(before, after)
        self._tables = _by_place(self._matches.tables)

    def told(self) -> Iterator[BlockDiff]:
        moved, gone_elsewhere = self._matches.moved, set(self._matches.moved.values())
        for lefts, rights, i, j in gaps(self._matches.stayed, len(self._before), len(self._after)):
            for k in lefts:
                if k not in gone_elsewhere:
                    yield _whole(self._before[k], self._paths_before[k], BlockOp.REMOVE)
            for k in rights:
                if k in moved:
                    yield self._pair(moved[k], k, moved=True)
                else:
                    yield _whole(self._after[k], self._paths_after[k], BlockOp.ADD)
            if j < len(self._after):
                yield self._pair(i, j, moved=False)

    def _pair(self, i: int, j: int, *, moved: bool) -> BlockDiff:
        old, new, path = self._before[i].text, self._after[j].text, self._paths_after[j]
        same = old == new or canonical(old) == canonical(new)
        words = (Words(WordOp.KEEP, new),) if same else self._words(i, j)
        op = BlockOp.MOVE if moved else BlockOp.KEEP if same else BlockOp.EDIT
        exact = "" if old == new or _joined(words) == old else old
        left = self._left(i) if moved else ""
        return BlockDiff(path[-1] if path else "", self._after[j].kind, op, words, path, left, exact)

    def _words(self, i: int, j: int) -> tuple[Words, ...]:
        before, after = self._before[i], self._after[j]
        if before.kind is not BlockKind.ROW or after.kind is not BlockKind.ROW:
            return words_of(before.text, after.text)
        table = self._tables.get(j)
        fits = table is not None and i in table.before.places and table.fits(i, j)
        return words_of_row(before.text, after.text, table.columns if table and fits else None)

    def _left(self, i: int) -> str:
        """The section that a block left; of a heading, the one it stood in."""
        path = self._paths_before[i]
        path = path[:-1] if self._before[i].kind is BlockKind.HEADING else path
        return path[-1] if path else ""


def _by_place(tables: Iterable[TablePair]) -> Mapping[int, TablePair]:
    return {place: pair for pair in tables if pair.columns is not None for place in pair.after.places}


def _joined(words: Sequence[Words]) -> str:
    return "".join(run.text for run in words if run.op is not WordOp.ADD)
