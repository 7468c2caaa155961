"""Comparing: all that lies between two versions of a document, drawn from one redline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store import diff, ledger
from store.ignored import Compared, ignored
from store.ledger import Mentioned, by_text
from store.meaning import meanings
from store.records import BlockDiff, Ignored, Meaning, MentionChange


@dataclass(frozen=True, slots=True)
class Comparison:
    """What lies between two sides. `near` are the meanings in paragraphs that mention a topic."""

    redline: tuple[BlockDiff, ...] = ()
    words: tuple[int, int] = (0, 0)
    meanings: tuple[Meaning, ...] = ()
    near: tuple[Meaning, ...] = ()
    mention_changes: tuple[MentionChange, ...] = ()
    ignored: tuple[Ignored, ...] = ()


def compare(before: Compared, after: Compared, mentioned: tuple[Mentioned, Mentioned], country: str) -> Comparison:
    """What lies between two sides of a document, of which `mentioned` has the mentions.

    `country` ("US", "CA") says whose abbreviations and dates the text uses.
    """
    redline = diff.compare(before.blocks, after.blocks)
    meant = meanings(redline, country)
    return Comparison(
        redline,
        diff.words_changed(redline),
        meant,
        meanings(_near(redline, mentioned), country) if meant else (),
        ledger.shifts(redline, *mentioned),
        ignored(before, after, redline),
    )


def _near(redline: Sequence[BlockDiff], mentioned: tuple[Mentioned, Mentioned]) -> list[BlockDiff]:
    """The paragraphs that mention a topic, on either side."""
    old, new = map(by_text, mentioned)
    return [block for block in redline if block.old_text in old or block.new_text in new]
