"""Campaigns: the same edit on several documents of one source, told once, with the odd ones out told apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from reports.entries import ChangeEntry
from store.normal import canonical
from store.records import BlockDiff, BlockOp, Kind, Severity, WordOp

SHARED: Final = 3
"""From so many documents on, one edit is told once: two may be a letter and its twin, and each is worth its entry."""

_KINDS = frozenset({Kind.REVISED, Kind.METADATA})
_STAMPS = frozenset({"current_as_of", "modified", "updated", "changed"})
"""Dates of the page itself move with any edit and differ from page to page; they do not make two edits different."""

Edit = tuple[str, str, str]
"""What was done, to what, and what stands there now."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """The same edit on each of these documents, oldest first; all belong to one source."""

    source: str
    entries: tuple[ChangeEntry, ...]

    @property
    def example(self) -> ChangeEntry:
        """The first of them: its redline is that of all."""
        return self.entries[0]

    @property
    def severity(self) -> Severity:
        """The weightiest of theirs."""
        return max((entry.change.severity for entry in self.entries), key=list(Severity).index)


@dataclass(frozen=True, slots=True)
class Grouped:
    """The changes of a period as they are told: campaigns, and each other change by itself.

    `beside` says, by a change's id, how many documents share an edit that this one has among others.
    """

    campaigns: tuple[Campaign, ...]
    single: tuple[ChangeEntry, ...]
    beside: dict[str, int]


def grouped(entries: Sequence[ChangeEntry]) -> Grouped:
    """The changes with every edit that at least three documents of a source share told once, in their order."""
    edits = {entry.change.id: _edits(entry) for entry in entries}
    together: dict[tuple[str, frozenset[Edit]], list[ChangeEntry]] = {}
    for entry in entries:
        if edits[entry.change.id]:
            together.setdefault((entry.document.source, edits[entry.change.id]), []).append(entry)
    shared = {key: found for key, found in together.items() if len({one.document.id for one in found}) >= SHARED}
    told = {entry.change.id for found in shared.values() for entry in found}
    single = tuple(entry for entry in entries if entry.change.id not in told)
    return Grouped(
        tuple(Campaign(source, tuple(found)) for (source, _), found in shared.items()),
        single,
        {
            entry.change.id: len(found)
            for entry in single
            for (source, edit), found in shared.items()
            if source == entry.document.source and edit < edits[entry.change.id]
        },
    )


def _edits(entry: ChangeEntry) -> frozenset[Edit]:
    """What was done to one document, without where; empty where a change is always told by itself."""
    if entry.change.kind not in _KINDS:
        return frozenset()
    fields = (
        (field.name, canonical(field.before), canonical(field.after))
        for field in entry.change.fields
        if field.name not in _STAMPS
    )
    return frozenset([*fields, *_texts(entry.redline)])


def _texts(redline: Iterable[BlockDiff]) -> Iterable[Edit]:
    for block in redline:
        if block.op is not BlockOp.KEEP:
            yield block.op.value, _marked(block, WordOp.REMOVE), _marked(block, WordOp.ADD)


def _marked(block: BlockDiff, op: WordOp) -> str:
    return canonical("".join(words.text for words in block.words if words.op is op))
