"""What the text around a sentence says of its topic: the title, the heading above, the list below, the firm's products."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from store.normal import folded
from store.records import Block, BlockKind, Mention, Role, StatementStatus


@dataclass(frozen=True, slots=True)
class ListBelow:
    """The items of a list as they follow the sentence that leads up to it, and the topics they name."""

    items: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What decides whether a sentence is about a topic, besides its own words.

    `titled` are the topics of the title, `sold` those of the products that a letter to one firm is about. `near` are
    the blocks that hold a mention or lead up to a list (`lists`) that does.
    """

    titled: frozenset[str]
    sold: frozenset[str]
    by_block: Mapping[int, Sequence[Mention]]
    lists: Mapping[int, ListBelow]
    sections: Sequence[str]
    near: frozenset[int]

    def may_concern(self, index: int, text: str) -> bool:
        """Whether a block may be about a topic at all; cheap, and never false where a sentence of it is."""
        if index in self.near or self.titled:
            return True
        return bool(self.sold) and "product" in text and ("your" in text or "Your" in text)


def context_of(status: StatementStatus, blocks: Sequence[Block], mentions: Sequence[Mention]) -> Context:
    """What a document says around its sentences; `mentions` are those of this very text."""
    by_block: dict[int, list[Mention]] = {}
    for mention in mentions:
        by_block.setdefault(mention.block, []).append(mention)
    to_one_firm = status is StatementStatus.TO_ONE_FIRM
    sections, asides = _sections(blocks)
    lists = _lists(blocks, by_block)
    titled = () if to_one_firm else (m.topic for m in by_block.get(-1, ()) if m.section == "title")
    sold = (m.topic for m in mentions if _sells(m, asides)) if to_one_firm else ()
    return Context(frozenset(titled), frozenset(sold), by_block, lists, sections, frozenset({*by_block, *lists}))


_ASIDE: Final = re.compile(r"\W*(?:additional|other|further) (?:concerns?|comments?|observations?|matters?)\b")
_POINTER: Final = re.compile(r"public safety (?:notification|alert)|safety notification|consumer alert")


def _sections(blocks: Sequence[Block]) -> tuple[list[str], frozenset[int]]:
    """The heading above each block, and the blocks that stand under "Additional Concern" or its like."""
    sections, asides, section, aside = [], set(), "", False
    for index, block in enumerate(blocks):
        if block.kind is BlockKind.HEADING:
            section, aside = block.text, _ASIDE.match(block.text.lower()) is not None
        elif len(block.text) < 60 and _ASIDE.match(block.text.lower()):
            aside = True
        if aside:
            asides.add(index)
        sections.append(section)
    return sections, frozenset(asides)


def _sells(mention: Mention, asides: frozenset[int]) -> bool:
    """Whether a mention in a letter makes its "your products" those of the topic: no aside and no reference does."""
    if mention.role in (Role.CONCERN, Role.POINTER) or mention.block in asides:
        return False
    return mention.block >= 0 and not _POINTER.search(folded(mention.sentence))


def _lists(blocks: Sequence[Block], by_block: Mapping[int, Sequence[Mention]]) -> dict[int, ListBelow]:
    """By the block that leads up to it, each list of which an item mentions a topic."""
    found: dict[int, ListBelow] = {}
    for index, block in enumerate(blocks[:-1]):
        if block.kind is BlockKind.PARAGRAPH and block.text.endswith(":"):
            items = list(takewhile(lambda item: blocks[item].kind is BlockKind.ITEM, range(index + 1, len(blocks))))
            topics = tuple(mention.topic for item in items for mention in by_block.get(item, ()))
            if topics:
                found[index] = ListBelow("".join(f" • {blocks[item].text}" for item in items), topics)
    return found
