"""Twins: when one language of a document changed and the other did not follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from store.bilingual import Misalignment
from store.clock import shown
from store.records import Change, Document, Kind

FOLLOWS_WITHIN: Final = timedelta(days=7)
"""Unless the configuration says otherwise: both languages are published together, or within a week."""

_TEXT: Final = frozenset({Kind.REVISED, Kind.REVERTED, Kind.METADATA})


class TwinState(StrEnum):
    """What can be said of the other language."""

    BEHIND = "not changed since"
    UNREAD = "not read since"


@dataclass(frozen=True, slots=True)
class Twin:
    """A document and the same in the other language, with what is known of both.

    `compared` says how their latest texts align.
    """

    document: Document
    other: Document
    changes: Sequence[Change]
    other_changes: Sequence[Change]
    compared: Misalignment


@dataclass(frozen=True, slots=True)
class Drift:
    """One language changed (`change`), and the other had not, as of its last reading."""

    change: Change
    document: Document
    other: Document
    state: TwinState
    compared: Misalignment


def drifts(twins: Iterable[Twin], as_of: datetime, within: timedelta = FOLLOWS_WITHIN) -> tuple[Drift, ...]:
    """Where a language fell behind: its twin changed more than `within` before `as_of`, and it did not follow.

    A change of the other language follows when its window lies within that time before or after the change's own.
    """
    found = []
    for twin in twins:
        for change in twin.changes:
            if change.kind in _TEXT and change.window.until + within <= as_of and not _followed(change, twin, within):
                read = twin.other.last_seen >= change.window.until
                state = TwinState.BEHIND if read else TwinState.UNREAD
                found.append(Drift(change, twin.document, twin.other, state, twin.compared))
    return tuple(sorted(found, key=lambda drift: (drift.change.window.until, drift.change.id)))


def _followed(change: Change, twin: Twin, within: timedelta) -> bool:
    first = (change.window.after or change.window.until) - within
    last = change.window.until + within
    return any(
        other.kind in _TEXT and other.window.until >= first and (other.window.after or other.window.until) <= last
        for other in twin.other_changes
    )


_LANGUAGES: Final = {"en": "English", "fr": "French"}


def drift_sentence(drift: Drift) -> str:
    """What a reader needs to know of it, in a sentence or two."""
    changed, other = (_LANGUAGES.get(found.language, found.language) for found in (drift.document, drift.other))
    said = (
        f"The {changed} page changed by {shown(drift.change.window.until)[:10]}; the {other} page"
        f" was {drift.state.value} (last read {shown(drift.other.last_seen)[:10]})."
    )
    return f"{said} {_aligned(drift.compared, changed, other)}"


def _aligned(compared: Misalignment, left: str, right: str) -> str:
    if compared.aligned:
        return "Their headings, numbers and dates agree."
    told = []
    for language, values in ((left, compared.only_left), (right, compared.only_right)):
        if values:
            told.append(f"only in {language}: {', '.join(dict.fromkeys(values))}")
    if compared.headings[0] != compared.headings[1]:
        told.append(f"{compared.headings[0]} headings in {left}, {compared.headings[1]} in {right}")
    return f"They differ: {'; '.join(told)}."
