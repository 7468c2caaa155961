"""Which block before is which block after: those that stayed, in order, and those that moved.

What is certain comes first, and each step sees only what the steps before it left over: equal texts in one section,
equal texts, texts equal but for their number, rows of one name, and last blocks of like words.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from store.alignment import aligned, gaps, heaviest_chain, numbered
from store.likeness import Likeness
from store.normal import canonical
from store.records import Block, BlockKind
from store.row_matching import TablePair, is_one_row, rows_of_one_name, table_pairs
from store.structure import label, paths
from store.words import count, plainly_one

_MOVE_WORDS: Final = 3
"""A shorter block that vanishes here and appears there is a coincidence ("Yours truly")."""
_EDITED_MOVE_WORDS: Final = 8
_EDITED_MOVE_ALIKE: Final = 0.8

Pairs = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Matches:
    """`stayed` holds the places before and after of each block that stayed, rising on both sides; `moved` the place
    before by the place after; `tables` which table is which."""

    stayed: Pairs
    moved: dict[int, int]
    tables: tuple[TablePair, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """One text: its blocks, and of each the canonical text and the headings above it."""

    blocks: Sequence[Block]
    texts: list[str]
    paths: list[tuple[str, ...]]

    def body(self, place: int) -> str:
        """The text without its number."""
        text = self.texts[place]
        return text[len(label(text)) :].lstrip()


def matched(before: Sequence[Block], after: Sequence[Block]) -> Matches:
    """What each block before is after; a block is matched once or not at all."""
    left, right = _side(before), _side(after)
    sections = _sections(left, right)
    steps: _Steps = [
        (lambda i: (sections[0][i], left.texts[i]), lambda j: (sections[1][j], right.texts[j])),
        (left.texts.__getitem__, right.texts.__getitem__),
        (left.body, right.body),
    ]
    stayed = _stayed(left, right, steps)
    moved = _moved(left, right, stayed, steps)
    tables = table_pairs(before, after, [*stayed, *((i, j) for j, i in moved.items())])
    named = rows_of_one_name(tables, *map(frozenset, _lone(left, right, stayed, moved)))
    stayed, elsewhere = _in_order(stayed, named)
    moved |= elsewhere
    alike = Likeness()
    stayed = sorted(stayed + _edited(left, right, stayed, moved, alike))
    stayed = sorted(stayed + _renamed(left, right, stayed, moved))
    moved |= _moved_and_edited(left, right, stayed, moved, alike)
    moved |= _carried_along(left, right, stayed, moved)
    return Matches(stayed, moved, tables)


_Key = Callable[[int], Hashable]
_Steps = Sequence[tuple[_Key, _Key]]


def _side(blocks: Sequence[Block]) -> _Side:
    # A heading that is set otherwise heads the same section.
    alike = cache(lambda path: tuple(map(canonical, path)))
    return _Side(blocks, [canonical(block.text) for block in blocks], [alike(path) for path in paths(blocks)])


def _sections(left: _Side, right: _Side) -> tuple[list[int], list[int]]:
    """A number for the section of each block, the same where the path is the same or only its headings were renamed."""
    known_left, known_right = set(left.paths), set(right.paths)
    if known_left == known_right:
        return numbered(left.paths, right.paths)
    there = _once(right.texts)
    votes = Counter(
        (left.paths[i], right.paths[there[text]])
        for text, i in _once(left.texts).items()
        if text in there and left.paths[i] not in known_right and right.paths[there[text]] not in known_left
    )
    renamed: dict[tuple[str, ...], tuple[str, ...]] = {}
    taken: set[tuple[str, ...]] = set()
    for (old, new), _ in votes.most_common():
        if old not in taken and new not in renamed:
            renamed[new] = old
            taken.add(old)
    return numbered(left.paths, [renamed.get(path, path) for path in right.paths])


def _once(texts: Sequence[str]) -> dict[str, int]:
    often = Counter(texts)
    return {text: n for n, text in enumerate(texts) if often[text] == 1}


def _stayed(left: _Side, right: _Side, steps: _Steps) -> Pairs:
    """Equal blocks in the same order on both sides: as many as can be and, of as many, the longer ones.

    Those of one section come first, as a sentence may stand in several; then those between them, as their section
    may be new; then those that have another number today.
    """
    total = 1 + sum(map(len, left.texts))
    weights = [1 + len(text) / total for text in left.texts]
    pairs: Pairs = []
    for key_left, key_right in steps:
        for lefts, rights, _, _ in list(gaps(pairs, len(left.texts), len(right.texts))):
            if lefts and rights:
                i, j = lefts[0], rights[0]
                a, b = numbered([key_left(k) for k in lefts], [key_right(k) for k in rights])
                pairs += [(i + x, j + y) for x, y in aligned(a, b, weights[i : i + len(lefts)])]
        pairs.sort()
    return pairs


def _moved(left: _Side, right: _Side, stayed: Pairs, steps: _Steps) -> dict[int, int]:
    """The new place to the old one, of blocks that are equal but in another order."""
    moved: dict[int, int] = {}
    for key_left, key_right in steps:
        lefts, rights = _lone(left, right, stayed, moved)
        old: dict[Hashable, list[int]] = {}
        for i in reversed(lefts):
            old.setdefault(key_left(i), []).append(i)
        for j in rights:
            if old.get(key_right(j)) and count(right.texts[j]) >= _MOVE_WORDS:
                moved[j] = old[key_right(j)].pop()
    return moved


def _lone(left: _Side, right: _Side, stayed: Pairs, moved: dict[int, int]) -> tuple[list[int], list[int]]:
    """The places of the blocks that have no match."""
    lefts, rights = {i for i, _ in stayed}.union(moved.values()), {j for _, j in stayed}.union(moved)
    return (
        [i for i in range(len(left.texts)) if i not in lefts],
        [j for j in range(len(right.texts)) if j not in rights],
    )


def _in_order(stayed: Pairs, more: Iterable[tuple[int, int]]) -> tuple[Pairs, dict[int, int]]:
    """The blocks that stayed with as many more as can stay among them, and the others as moved."""
    lefts, rights = [i for i, _ in stayed], [j for _, j in stayed]
    between: dict[int, list[tuple[int, int, float]]] = {}
    moved: dict[int, int] = {}
    for i, j in more:
        moved[j] = i
        if bisect(lefts, i) == bisect(rights, j):
            between.setdefault(bisect(lefts, i), []).append((i, j, 1))
    chosen = [pair for pairs in between.values() for pair in heaviest_chain(pairs)]
    for _, j in chosen:
        del moved[j]
    return sorted(stayed + chosen), moved


def _edited(left: _Side, right: _Side, stayed: Pairs, moved: dict[int, int], alike: Likeness) -> Pairs:
    """Pairs of blocks between the ones that stayed that are one block, edited: the most in common, in order."""
    pairs: Pairs = []
    for lefts, rights in _lone_gaps(left, right, stayed, moved):
        if len(lefts) == len(rights) and all(
            plainly_one(left.texts[i], right.texts[j]) and _may_be_one(left, right, i, j)
            for i, j in zip(lefts, rights, strict=True)
        ):
            pairs += zip(lefts, rights, strict=True)
        elif lefts and rights:
            found = [
                (i, j, shared * shared / longer)
                for i, j, shared, longer in _alike(left, right, lefts, rights, alike)
                if 3 * shared >= longer and _may_be_one(left, right, i, j)
            ]
            pairs += heaviest_chain(found)
    return pairs


def _lone_gaps(
    left: _Side, right: _Side, stayed: Pairs, moved: dict[int, int]
) -> Iterator[tuple[list[int], list[int]]]:
    gone_elsewhere = set(moved.values())
    for lefts, rights, _, _ in gaps(stayed, len(left.texts), len(right.texts)):
        if lefts and rights:
            yield [i for i in lefts if i not in gone_elsewhere], [j for j in rights if j not in moved]


def _alike(
    left: _Side, right: _Side, lefts: Sequence[int], rights: Sequence[int], alike: Likeness
) -> Iterator[tuple[int, int, int, int]]:
    """`Likeness.pairs` of the texts without their numbers: two items are not one because both are the third."""
    found = alike.pairs([left.body(i) for i in lefts], [right.body(j) for j in rights])
    return ((lefts[x], rights[y], shared, longer) for x, y, shared, longer in found)


def _may_be_one(left: _Side, right: _Side, i: int, j: int) -> bool:
    """Whether like words may make two blocks one; those of two rows are often the same in every row."""
    if left.blocks[i].kind is BlockKind.ROW and right.blocks[j].kind is BlockKind.ROW:
        return is_one_row(left.texts[i], right.texts[j])
    return True


def _renamed(left: _Side, right: _Side, stayed: Pairs, moved: dict[int, int]) -> Pairs:
    """Headings that are one without a word in common, as the text below them stayed."""
    by_left = dict(stayed)
    return [
        (lefts[-1], rights[-1])
        for lefts, rights in _lone_gaps(left, right, stayed, moved)
        if lefts and rights and by_left.get(lefts[-1] + 1) == rights[-1] + 1
        if _may_be_one_heading(left, right, lefts[-1], rights[-1])
    ]


def _may_be_one_heading(left: _Side, right: _Side, i: int, j: int) -> bool:
    """Whether these are headings of one level, and the blocks behind them stand below them."""
    return left.blocks[i].level == right.blocks[j].level and all(
        side.blocks[place].kind is BlockKind.HEADING
        and side.paths[place + 1][: len(side.paths[place])] == side.paths[place]
        for side, place in ((left, i), (right, j))
    )


def _moved_and_edited(
    left: _Side, right: _Side, stayed: Pairs, moved: dict[int, int], alike: Likeness
) -> dict[int, int]:
    """The new place to the old one, of blocks nearly equal and in another order; the likest first."""
    all_lefts, all_rights = _lone(left, right, stayed, moved)
    lefts = [i for i in all_lefts if alike.words(left.body(i)) >= _EDITED_MOVE_WORDS]
    rights = [j for j in all_rights if alike.words(right.body(j)) >= _EDITED_MOVE_WORDS]
    found = sorted(
        (-shared / longer, j, i)
        for i, j, shared, longer in _alike(left, right, lefts, rights, alike)
        if shared >= _EDITED_MOVE_ALIKE * longer and _may_be_one(left, right, i, j)
    )
    places: dict[int, int] = {}
    taken: set[int] = set()
    for _, j, i in found:
        if j not in places and i not in taken:
            places[j] = i
            taken.add(i)
    return places


def _carried_along(left: _Side, right: _Side, stayed: Pairs, moved: dict[int, int]) -> dict[int, int]:
    """The new place to the old one, of blocks known again by the one beside them that moved.

    They are equal but too short to be known alone, or the heading of what moved, under another name.
    """
    lefts, rights = map(set, _lone(left, right, stayed, moved))
    carried: dict[int, int] = {}
    for step in (-1, 1):
        for beside in sorted(moved, reverse=step < 0):
            j, i = beside + step, moved[beside] + step
            while j in rights and i in lefts and _goes_along(left, right, i, j, step):
                carried[j] = i
                rights.remove(j)
                lefts.remove(i)
                j, i = j + step, i + step
    return carried


def _goes_along(left: _Side, right: _Side, i: int, j: int, step: int) -> bool:
    return left.body(i) == right.body(j) or (step < 0 and _may_be_one_heading(left, right, i, j))
