"""Rows: what is concluded, in the form in which the derived tables keep it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from store import clock
from store.compact import compact
from store.following import Followed
from store.parts import Blocks, fields_of, text_hash, title_of
from store.records import Change, Mention, Part, Side, Status
from store.timeline import History, Read, Version

_BASES = ("posted", "issued", "current_as_of")
"""Which of the regulator's dates is the published one, the best first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a document stands, apart from its history; `basis` is a hash over all that its rows rest on."""

    name: str
    source: str
    urls: Sequence[str]
    follow: Followed | None
    muted: str
    basis: bytes


def version_row(version: Version, mentions: Sequence[Mention], blocks: Blocks) -> tuple[Any, ...]:
    """A version's values, in the order of its columns after `document` and `n`."""
    main = version.main
    return (
        clock.stored(version.first_seen),
        clock.stored(version.last_seen),
        main.look.body,
        text_hash(version, blocks),
        title_of(version),
        main.read.language,
        compact(fields_of(version)),
        main.look.origin.value,
        len(mentions),
        compact(sorted({mention.topic for mention in mentions})),
    )


def _status(history: History) -> Status:
    if history.removed:
        return Status.REMOVED
    return Status.DELISTED if history.delisted else Status.CURRENT


def standing_row(standing: Standing, history: History) -> dict[str, Any]:
    """A standing's values by column, but for its document and address."""
    latest = history.versions[-1]
    reads = [latest.parts[part].latest for part in (Part.PAGE, Part.FILE, Part.ENTRY) if part in latest.parts]
    published, basis = _published(reads)
    follow = standing.follow
    return {
        "number": next((read.number for read in reads if read.number), ""),
        "pair": next((read.pair for read in reads if read.pair), None),
        "status": _status(history).value,
        "followed": int(follow is not None and not standing.muted),
        "follow_reason": standing.muted or (follow.reason if follow else ""),
        "published": published,
        "published_basis": basis,
        "version_count": len(history.versions),
        "first_seen": clock.stored(history.versions[0].first_seen),
    }


def _published(reads: Sequence[Read]) -> tuple[str | None, str | None]:
    """The regulator's date with the best basis that any part states."""
    stated = [(read.published_basis, read.published) for read in reads if read.published]
    for basis in _BASES:
        for found, date in stated:
            if found == basis:
                return date, basis
    return None, None


def change_row(document: int, position: int, change: Change) -> tuple[Any, ...]:
    """A change's values, in the order of its columns."""
    return (
        change.id,
        document,
        position,
        (change.after or change.before).n,  # type: ignore[union-attr]  # a change has at least one side
        change.kind.value,
        change.severity.value,
        compact(change.reasons),
        compact([asdict(event) for event in change.events]),
        clock.stored(change.window.after) if change.window.after else None,
        clock.stored(change.window.until),
        compact(_side(change.before, "last_seen")) if change.before else None,
        compact(_side(change.after, "first_seen")) if change.after else None,
        compact([asdict(field) for field in change.fields]),
        change.words_added,
        change.words_removed,
        change.mentions_before,
        change.mentions_after,
        change.shift.value,
        compact([asdict(mention) for mention in change.mention_changes]),
        compact([asdict(meaning) for meaning in change.meanings]),
        compact([asdict(ignored) for ignored in change.ignored]),
    )


def _side(side: Side, seen: str) -> dict[str, Any]:
    return {"n": side.n, "sha256": side.sha256, "text_sha256": side.text_sha256, seen: clock.shown(side.seen)}
