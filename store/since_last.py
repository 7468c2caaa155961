"""What a series of digests has not told yet: each change in one digest of the series, none left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from store.records import Change, Kind


@dataclass(frozen=True, slots=True)
class Told:
    """A change as an earlier digest told it; `before` and `after` are the SHA-256 of the bytes on its sides, or "".

    `said` is the entry as JSON, `rules` the fingerprint of the rules it was told by, `sent` when.
    """

    change: str
    document: str
    kind: Kind
    until: datetime
    before: str
    after: str
    said: str = "{}"
    rules: str = ""
    sent: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a series has come.

    `origin` is where its first digest began, `told_until` where its last one ended (None: nothing was sent yet).
    """

    origin: datetime
    told_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """The changes that the next digest tells; `learned_late` are those that lie before the end of an earlier one."""

    changes: tuple[Change, ...]
    learned_late: frozenset[str]


def due(
    changes: Sequence[Change], told: Iterable[Told], reach: Reach, end: datetime, learned: Collection[str] = ()
) -> Due:
    """The changes not yet told whose window ends before `end`, in the order given.

    What lies before the origin of the series was left out of its first digest and stays so, unless it is among
    `learned`: the ids of changes that rest on a fact written down after that digest.
    """
    chosen = tuple(
        change
        for change in paired(changes, told)[1]
        if change.window.until < end and (change.window.until >= reach.origin or change.id in learned)
    )
    before = reach.told_until
    late = (change.id for change in chosen if before is not None and change.window.until < before)
    return Due(chosen, frozenset(late))


def paired(changes: Iterable[Change], told: Iterable[Told]) -> tuple[list[tuple[Told, Change]], list[Change]]:
    """Which telling is of which change, and the changes without one; a telling stands for one change at most.

    Found first by the bytes and the moment, which no better reader alters; then by the id, which an older capture that
    comes late leaves as it is, though the moment moves. Of several tellings of one change the latest is given.
    """
    by_evidence: dict[_Evidence, list[Told]] = {}
    for telling in told:
        by_evidence.setdefault(_told_evidence(telling), []).append(telling)
    pairs: list[tuple[Told, Change]] = []
    left: list[Change] = []
    for change in changes:
        found = _take(by_evidence.get(_evidence(change), []), change.id)
        if found is None:
            left.append(change)
        else:
            pairs.append((found, change))
    spare = {telling.change: telling for tellings in by_evidence.values() for telling in tellings}
    untold = []
    for change in left:
        if change.id in spare:
            pairs.append((spare.pop(change.id), change))
        else:
            untold.append(change)
    return pairs, untold


def _take(tellings: list[Told], name: str) -> Told | None:
    """Use up the tellings of this name, or else those of the first that is left; the latest of them, None for none."""
    if not tellings:
        return None
    chosen = name if any(telling.change == name for telling in tellings) else tellings[0].change
    found = [telling for telling in tellings if telling.change == chosen]
    tellings[:] = [telling for telling in tellings if telling.change != chosen]
    return found[-1]


_Evidence = tuple[str, str, str, str, datetime]
_OF_CIRCUMSTANCE: Final = frozenset({Kind.REMOVED, Kind.RESTORED, Kind.MOVED})


def _evidence(change: Change) -> _Evidence:
    before, after = (side.sha256 if side else "" for side in (change.before, change.after))
    return change.document, _sort(change.kind), before, after, change.window.until


def _told_evidence(telling: Told) -> _Evidence:
    return telling.document, _sort(telling.kind), telling.before, telling.after, telling.until


def _sort(kind: Kind) -> str:
    """Which step of a document it is; whether a step between texts is a revision is for today's reader to say."""
    return kind.value if kind in _OF_CIRCUMSTANCE else "step"
