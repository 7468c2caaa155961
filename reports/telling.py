"""Telling: what every form of a digest works out in the same way before it says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reports.digest import Digest, Look, NotChecked, SourceCard, interrupted, looks, unread
from reports.entries import ChangeEntry, MentionPassage
from store.records import BlockOp, Issue, Kind, Origin

KIND_NAMES: Final = {
    Kind.NEW: "New",
    Kind.REMOVED: "No longer served",
    Kind.RESTORED: "Served again",
    Kind.MOVED: "Moved",
    Kind.REVERTED: "Back to an earlier text",
    Kind.REISSUED: "File issued again",
    Kind.REVISED: "Text changed",
    Kind.METADATA: "Details changed",
}
ORIGIN_NAMES: Final = {
    Origin.LIVE: "read live",
    Origin.WAYBACK: "from web archives",
    Origin.WARC: "from WARC files",
    Origin.IMPORT: "imported",
}
MOST_NOTES: Final = 12

_ROUTINE = frozenset({"repeated_row"})
"""Kinds of issues that say nothing about what was read: the regulator's list repeats a row on most days."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A source not read in full: what was answered or, where nobody says, what its last looks left out.

    Both are empty where it is only that nobody looked; that is told for all sources together.
    """

    card: SourceCard
    gaps: tuple[NotChecked, ...]
    partly: tuple[Look, ...]


def missed(digest: Digest) -> tuple[Missed, ...]:
    """The sources not read in full: first those still unread, then those read again."""
    found = []
    for card in (*unread(digest), *interrupted(digest)):
        gaps = tuple(gap for gap in digest.not_checked if gap.source == card.name and not gap.silent)
        partly = (look for look in looks(digest) if look.card == card and not look.complete and not gaps)
        found.append(Missed(card, gaps, tuple(partly)))
    return tuple(found)


def notes(look: Look) -> tuple[tuple[Issue, ...], int]:
    """The issues of a source's runs, each once, and how many more there are."""
    found = tuple(dict.fromkeys(i for run in look.runs for i in run.issues if i.kind not in _ROUTINE))
    return found[:MOST_NOTES], max(0, len(found) - MOST_NOTES)


def is_redlined(entry: ChangeEntry) -> bool:
    """Whether there are two texts to compare; a document seen for the first time has none before it."""
    return entry.change.before is not None and any(block.op is not BlockOp.KEEP for block in entry.redline)


def pieces(passage: MentionPassage) -> Iterator[tuple[str, bool]]:
    """The text of a passage in turn with whether it is a variant of the topic; offsets that overlap are joined."""
    at = 0
    for start, end in sorted(passage.variants):
        start, end = max(start, at), min(end, len(passage.text))
        if start >= end:
            continue
        if at < start:
            yield passage.text[at:start], False
        yield passage.text[start:end], True
        at = end
    if at < len(passage.text):
        yield passage.text[at:], False


def where(passage: MentionPassage) -> str:
    """The section a passage stands in, and what its sentences do there."""
    return "; ".join(filter(None, (passage.section, *passage.roles)))
