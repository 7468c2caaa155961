"""The mention ledger: what a change did to the mentions of the topics, sentence by sentence.

A change that leaves every mention and its surroundings alone is said to do so; a mention that appears, vanishes or
whose surroundings change is named with its sentence on both sides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from store.normal import canonical
from store.records import Block, BlockDiff, BlockKind, BlockOp, Mention, MentionChange, MentionShift, WordOp

_WEIGHT: Final = (
    MentionShift.FIRST,
    MentionShift.ADDED,
    MentionShift.REMOVED,
    MentionShift.NEAR,
    MentionShift.UNCHANGED,
)
"""The weightiest first: what a change as a whole is called."""

Mentioned = tuple[Sequence[Block], Sequence[Mention]]
"""All blocks of a version, and its mentions, which name their blocks by index."""


def shifts(diff: Sequence[BlockDiff], before: Mentioned, after: Mentioned) -> tuple[MentionChange, ...]:
    """What became of the mentions, in the order of the text after, fields first; empty when nothing did.

    A mention that stands in no block of the redline (its part was first read in between) is not told. "Near" is the
    same paragraph, or the one directly above or below it in the same section.
    """
    old, new = by_text(before), by_text(after)
    found = [*_stated(before[1], after[1])]
    for place, block in enumerate(diff):
        found.extend(_in_block(block, old.get(block.old_text, ()), new.get(block.new_text, ())))
        found.extend(_beside(diff, place, new))
    return tuple(dict.fromkeys(_called_first(_uncancelled(found), before[1])))


def weightiest(changes: Sequence[MentionChange]) -> MentionShift:
    """What a change did to the mentions, in one word."""
    spoken = {change.shift for change in changes}
    return next((shift for shift in _WEIGHT if shift in spoken), MentionShift.UNCHANGED)


def by_text(side: Mentioned) -> Mapping[str, Sequence[Mention]]:
    """The mentions that stand in blocks, by the text of their block."""
    blocks, mentions = side
    found: dict[str, list[Mention]] = {}
    for mention in mentions:
        if mention.block >= 0:
            found.setdefault(blocks[mention.block].text, []).append(mention)
    return found


def _stated(before: Sequence[Mention], after: Sequence[Mention]) -> Iterator[MentionChange]:
    """Title and fields: `section` names them."""
    old, new = ({(m.topic, m.section): m for m in side if m.block < 0} for side in (before, after))
    for key in dict.fromkeys([*old, *new]):
        if key not in old:
            yield _change(MentionShift.ADDED, None, new[key])
        elif key not in new:
            yield _change(MentionShift.REMOVED, old[key], None)
        elif canonical(old[key].sentence) != canonical(new[key].sentence):
            yield _change(MentionShift.NEAR, old[key], new[key])


def _in_block(block: BlockDiff, old: Sequence[Mention], new: Sequence[Mention]) -> Iterator[MentionChange]:
    """What an edit did to the mentions inside its own block, topic by topic."""
    if all(words.op is WordOp.KEEP for words in block.words):
        return
    for topic in dict.fromkeys(mention.topic for mention in (*old, *new)):
        mine = [mention for mention in old if mention.topic == topic]
        theirs = [mention for mention in new if mention.topic == topic]
        if len(mine) == len(theirs):
            for was, now in zip(mine, theirs, strict=True):
                yield _change(MentionShift.NEAR, was, now)
        else:
            yield from _gone_and_come(mine, theirs)


def _gone_and_come(old: Sequence[Mention], new: Sequence[Mention]) -> Iterator[MentionChange]:
    """One block has more mentions now, or fewer: those in sentences that the other side has stay out of it."""
    left = Counter(canonical(mention.sentence) for mention in old)
    for mention in new:
        if left[canonical(mention.sentence)] > 0:
            left[canonical(mention.sentence)] -= 1
        elif len(new) > len(old):
            yield _change(MentionShift.ADDED, None, mention)
        else:
            yield _change(MentionShift.NEAR, None, mention)
    for mention in reversed(old):
        if left[canonical(mention.sentence)] > 0:
            left[canonical(mention.sentence)] -= 1
            yield _change(MentionShift.REMOVED if len(old) > len(new) else MentionShift.NEAR, mention, None)


def _beside(diff: Sequence[BlockDiff], place: int, new: Mapping[str, Sequence[Mention]]) -> Iterator[MentionChange]:
    """Mentions in a paragraph that stayed, directly beside one of the same section that did not.

    The rows of a table speak of one thing each: what stands in the next row is not near.
    """
    block = diff[place]
    if block.op is not BlockOp.KEEP or block.kind is BlockKind.ROW or not (mentions := new.get(block.new_text, ())):
        return
    neighbours = [diff[n] for n in (place - 1, place + 1) if 0 <= n < len(diff)]
    if any(beside.op is not BlockOp.KEEP and beside.section == block.section for beside in neighbours):
        yield from (_change(MentionShift.NEAR, mention, mention) for mention in mentions)


def _uncancelled(changes: Sequence[MentionChange]) -> list[MentionChange]:
    """Without the pairs of one sentence gone here and come there: it has moved."""
    come, gone = (
        Counter(_told(change) for change in changes if change.shift is shift)
        for shift in (MentionShift.ADDED, MentionShift.REMOVED)
    )
    both = come & gone
    spare = {MentionShift.ADDED: Counter(both), MentionShift.REMOVED: Counter(both)}
    kept = []
    for change in changes:
        if change.shift in spare and spare[change.shift][_told(change)] > 0:
            spare[change.shift][_told(change)] -= 1
        else:
            kept.append(change)
    return kept


def _told(change: MentionChange) -> tuple[str, str]:
    return change.topic, canonical(change.after or change.before)


def _called_first(changes: Sequence[MentionChange], before: Sequence[Mention]) -> Iterator[MentionChange]:
    """A mention of a topic that the document did not mention at all is its first."""
    known = {mention.topic for mention in before}
    for change in changes:
        first = change.shift is MentionShift.ADDED and change.topic not in known
        yield MentionChange(MentionShift.FIRST, *_rest(change)) if first else change


def _rest(change: MentionChange) -> tuple[str, str, str, str]:
    return change.topic, change.section, change.before, change.after


def _change(shift: MentionShift, was: Mention | None, now: Mention | None) -> MentionChange:
    told = next(side for side in (now, was) if side is not None)
    return MentionChange(shift, told.topic, told.section, was.sentence if was else "", now.sentence if now else "")
