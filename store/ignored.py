"""What differs between two versions and counts as no change: each rule, how often it applied, and one example.

A reader can check here that nothing was hidden. The rules are those of `store.normal` (typography), of the readers
(menus, banners and scripts are not read; the page's own dates are stamps) and of `store.diff` (a block is its words).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from store.normal import canonical
from store.records import Block, BlockDiff, Ignored


class Rule(StrEnum):
    """Why a difference does not count, in words for people."""

    MARKUP = "read again with other bytes and the same reading: menus, banners, scripts, markup"
    STAMPS = "the page's own dates moved while its text stayed, such as “content current as of”"
    TYPOGRAPHY = "typography: quotation marks, dashes, blanks, ligatures"
    BLOCK_KIND = "the same words in another kind of block, such as a paragraph that became a list item"


@dataclass(frozen=True, slots=True)
class Stay:
    """What a part did while a version stood: its stamps when it began and at last, and bytes that said the same."""

    began: Mapping[str, str]
    ended: Mapping[str, str]
    rereads: int
    body: str
    other: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One side of a comparison; `stays` are those of the parts of the version before, empty for the one after."""

    fields: Mapping[str, str]
    blocks: Sequence[Block]
    stays: Sequence[Stay] = ()


Case = tuple[int, str, str]
"""How many, and what stood before and after."""
Finder = Callable[[Compared, Compared, Sequence[BlockDiff]], Iterable[Case]]


def ignored(before: Compared, after: Compared, diff: Sequence[BlockDiff]) -> tuple[Ignored, ...]:
    """What was left out of a comparison whose redline is `diff`, in the order of the rules; each with its first case."""
    found = []
    for rule, finder in _RULES:
        cases = list(finder(before, after, diff))
        if cases:
            found.append(Ignored(rule.value, sum(count for count, _, _ in cases), *cases[0][1:]))
    return tuple(found)


def together(steps: Iterable[Iterable[Ignored]]) -> tuple[Ignored, ...]:
    """What was left out of several comparisons: the counts of each rule added, with its first case."""
    found: dict[str, Ignored] = {}
    for one in (one for step in steps for one in step):
        before = found.get(one.rule)
        found[one.rule] = replace(before, count=before.count + one.count) if before else one
    return tuple(found.values())


def _markup(before: Compared, after: Compared, diff: Sequence[BlockDiff]) -> Iterable[Case]:
    yield from ((stay.rereads, stay.body, stay.other) for stay in before.stays if stay.rereads)


def _stamps(before: Compared, after: Compared, diff: Sequence[BlockDiff]) -> Iterable[Case]:
    for stay in before.stays:
        for name in dict.fromkeys([*stay.began, *stay.ended]):
            old, new = stay.began.get(name, ""), stay.ended.get(name, "")
            if old != new:
                yield 1, f"{name}: {old}", f"{name}: {new}"


def _typography(before: Compared, after: Compared, diff: Sequence[BlockDiff]) -> Iterable[Case]:
    for name in (name for name in before.fields if name in after.fields):
        old, new = before.fields[name], after.fields[name]
        if old != new and canonical(old) == canonical(new):
            yield 1, old, new
    for block in diff:
        if block.before:
            yield 1, block.before, block.new_text


def _block_kind(before: Compared, after: Compared, diff: Sequence[BlockDiff]) -> Iterable[Case]:
    old = {block.text: block.kind for block in before.blocks}
    for block in after.blocks:
        was = old.get(block.text)
        if was is not None and was is not block.kind:
            yield 1, f"{was.value}: {block.text}", f"{block.kind.value}: {block.text}"


_RULES: tuple[tuple[Rule, Finder], ...] = (
    (Rule.MARKUP, _markup),
    (Rule.STAMPS, _stamps),
    (Rule.TYPOGRAPHY, _typography),
    (Rule.BLOCK_KIND, _block_kind),
)
