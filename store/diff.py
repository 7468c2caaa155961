"""What became of each block between two texts, and inside an edited block of each word.

Blocks are matched first, then whole words inside the pairs that differ, so a long document costs little more than
its changes. Nothing here looks at a clock: the same two texts give the same diff on any machine, and what bounds
the work is the size of the texts. `compare` may be relied on for this, whatever the texts hold:

- keep and add, joined within each block, give the blocks after, in order;
- keep and remove, joined within each block, give the blocks before, in order once the moves are put aside;
- a block that moved stands once, with the op `move`, at its new place; at its old place stands nothing.

Blocks are equal when their texts are: a paragraph that becomes a list item of the same words is kept, and is shown
with its kind of today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from store.alignment import aligned, gaps, heaviest_chain, numbered
from store.likeness import Likeness
from store.records import Block, BlockDiff, BlockKind, BlockOp, WordOp, Words
from store.words import WORD, plainly_one, words_of

_MOVE_WORDS: Final = 3
"""A shorter block that vanishes here and appears there is a coincidence ("Yours truly")."""
_EDITED_MOVE_WORDS: Final = 8
_EDITED_MOVE_ALIKE: Final = 0.8


def compare(before: Sequence[Block], after: Sequence[Block]) -> tuple[BlockDiff, ...]:
    """The blocks of both texts with what became of each, in the order of the text after.

    A removed block stands where it stood, among its neighbours that stayed.
    """
    left, right = [block.text for block in before], [block.text for block in after]
    sections = _sections(before), _sections(after)
    alike = Likeness()
    stayed = _stayed(left, right, *sections)
    moved = _moved(left, right, stayed)
    stayed = sorted(stayed + _edited(left, right, stayed, moved, alike))
    moved |= _moved_and_edited(left, right, stayed, moved, alike)
    return tuple(_told(before, after, *sections, stayed, moved))


def words_changed(diff: Iterable[BlockDiff]) -> tuple[int, int]:
    """How many words were added and how many removed; of a block that moved, only its edited words count."""
    added = removed = 0
    for block in diff:
        for words in block.words:
            if words.op is WordOp.ADD:
                added += len(WORD.findall(words.text))
            elif words.op is WordOp.REMOVE:
                removed += len(WORD.findall(words.text))
    return added, removed


def _told(
    before: Sequence[Block],
    after: Sequence[Block],
    sections_before: Sequence[str],
    sections_after: Sequence[str],
    stayed: Sequence[tuple[int, int]],
    moved: dict[int, int],
) -> Iterator[BlockDiff]:
    gone_elsewhere = set(moved.values())
    for lefts, rights, i, j in gaps(stayed, len(before), len(after)):
        for k in lefts:
            if k not in gone_elsewhere:
                gone = (Words(WordOp.REMOVE, before[k].text),)
                yield BlockDiff(sections_before[k], before[k].kind, BlockOp.REMOVE, gone)
        for k in rights:
            if k in moved:
                there = words_of(before[moved[k]].text, after[k].text, after[k].kind)
                yield BlockDiff(sections_after[k], after[k].kind, BlockOp.MOVE, there)
            else:
                new = (Words(WordOp.ADD, after[k].text),)
                yield BlockDiff(sections_after[k], after[k].kind, BlockOp.ADD, new)
        if j < len(after):
            words = words_of(before[i].text, after[j].text, after[j].kind)
            op = BlockOp.KEEP if before[i].text == after[j].text else BlockOp.EDIT
            yield BlockDiff(sections_after[j], after[j].kind, op, words)


def _sections(blocks: Sequence[Block]) -> list[str]:
    section = ""
    sections = []
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            section = block.text
        sections.append(section)
    return sections


def _stayed(
    left: Sequence[str], right: Sequence[str], sections_left: Sequence[str], sections_right: Sequence[str]
) -> list[tuple[int, int]]:
    """Equal blocks in the same order on both sides: as many as can be and, of as many, the longer ones.

    Those under one heading come first, as a sentence may stand under several; then those between them, for the
    heading may be new.
    """
    total = 1 + sum(map(len, left))
    weights = [1 + len(text) / total for text in left]
    a, b = numbered(list(zip(sections_left, left, strict=True)), list(zip(sections_right, right, strict=True)))
    pairs = aligned(a, b, weights)
    a, b = numbered(left, right)
    for lefts, rights, _, _ in list(gaps(pairs, len(a), len(b))):
        if lefts and rights:
            i, j = lefts[0], rights[0]
            between = aligned([a[k] for k in lefts], [b[k] for k in rights], weights[i : i + len(lefts)])
            pairs += [(i + x, j + y) for x, y in between]
    return sorted(pairs)


def _moved(left: Sequence[str], right: Sequence[str], stayed: Sequence[tuple[int, int]]) -> dict[int, int]:
    """The new place to the old one, of blocks that are equal but in another order."""
    lefts, rights = _lone(stayed, len(left), len(right))
    old: dict[str, list[int]] = {}
    for i in reversed(lefts):
        old.setdefault(left[i], []).append(i)
    return {j: old[right[j]].pop() for j in rights if old.get(right[j]) and len(WORD.findall(right[j])) >= _MOVE_WORDS}


def _edited(
    left: Sequence[str],
    right: Sequence[str],
    stayed: Sequence[tuple[int, int]],
    moved: dict[int, int],
    alike: Likeness,
) -> list[tuple[int, int]]:
    """Pairs of blocks between the ones that stayed that are one block, edited: the most in common, in order."""
    gone_elsewhere = set(moved.values())
    pairs: list[tuple[int, int]] = []
    for all_lefts, all_rights, _, _ in gaps(stayed, len(left), len(right)):
        lefts = [i for i in all_lefts if i not in gone_elsewhere]
        rights = [j for j in all_rights if j not in moved]
        if len(lefts) == len(rights) and all(
            plainly_one(left[i], right[j]) for i, j in zip(lefts, rights, strict=True)
        ):
            pairs += zip(lefts, rights, strict=True)
        elif lefts and rights:
            found = [
                (i, j, shared * shared / longer)
                for i, j, shared, longer in alike.pairs(left, right, lefts, rights)
                if 3 * shared >= longer
            ]
            pairs += heaviest_chain(found)
    return pairs


def _moved_and_edited(
    left: Sequence[str],
    right: Sequence[str],
    stayed: Sequence[tuple[int, int]],
    moved: dict[int, int],
    alike: Likeness,
) -> dict[int, int]:
    """The new place to the old one, of blocks nearly equal and in another order; the likest first."""
    all_lefts, all_rights = _lone(stayed, len(left), len(right))
    gone_elsewhere = set(moved.values())
    lefts = [i for i in all_lefts if i not in gone_elsewhere and alike.words(left[i]) >= _EDITED_MOVE_WORDS]
    rights = [j for j in all_rights if j not in moved and alike.words(right[j]) >= _EDITED_MOVE_WORDS]
    found = sorted(
        (-shared / longer, j, i)
        for i, j, shared, longer in alike.pairs(left, right, lefts, rights)
        if shared >= _EDITED_MOVE_ALIKE * longer
    )
    places: dict[int, int] = {}
    taken: set[int] = set()
    for _, j, i in found:
        if j not in places and i not in taken:
            places[j] = i
            taken.add(i)
    return places


def _lone(stayed: Sequence[tuple[int, int]], lefts: int, rights: int) -> tuple[list[int], list[int]]:
    paired_lefts, paired_rights = {i for i, _ in stayed}, {j for _, j in stayed}
    return [i for i in range(lefts) if i not in paired_lefts], [j for j in range(rights) if j not in paired_rights]
