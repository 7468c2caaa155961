"""Silences: stretches in which nobody looked, told once for the sources that share them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from reports.cards import SourceCard
from reports.digest import Digest, NotChecked
from reports.wording import counted, day


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch without a look, from the last one until the next (None: still), and the sources it concerns."""

    cards: tuple[SourceCard, ...]
    since: datetime
    until: datetime | None
    reason: str
    every: bool

    @property
    def sentence(self) -> str:
        """What a reader has to know of it."""
        titles = (
            f"all {counted(len(self.cards), 'source')}" if self.every and len(self.cards) > 2 else _listed(self.cards)
        )
        if self.until is None:
            return (
                f"Not checked since {day(self.since)}: {titles}. {self.reason}."
                f" What happened there since is not known; exowatch crawl reads {'it' if len(self.cards) == 1 else 'them'} again."
            )
        return (
            f"Not checked from {day(self.since)} to {day(self.until)}: {titles}. {self.reason}."
            " What changed meanwhile is below, with the window in which it did."
        )


MOST_SILENCES: Final = 5


def silences(digest: Digest) -> tuple[Silence, ...]:
    """All of them, oldest first; stretches that begin and end on the same days are one."""
    cards = {card.name: card for card in digest.sources}
    together: dict[tuple[date, date | None], list[NotChecked]] = {}
    for gap in digest.not_checked:
        if gap.silent and gap.since:
            days = gap.since.astimezone(UTC).date(), gap.until.astimezone(UTC).date() if gap.until else None
            together.setdefault(days, []).append(gap)
    found = (_silence(gaps, cards, len(digest.sources)) for gaps in together.values())
    return tuple(sorted(found, key=lambda silence: (silence.since, silence.cards[0].name)))


def silence_sentences(digest: Digest) -> tuple[str, ...]:
    """The longest of them, oldest first, and how many more there are."""
    found = silences(digest)
    longest = sorted(found, key=lambda one: (one.until or digest.as_of) - one.since, reverse=True)[:MOST_SILENCES]
    told = [silence.sentence for silence in found if silence.until is None or silence in longest]
    more = len(found) - len(told)
    return (
        (*told, f"And {counted(more, 'shorter stretch', 'shorter stretches')} without a look.") if more else tuple(told)
    )


def _silence(gaps: Iterable[NotChecked], cards: dict[str, SourceCard], sources: int) -> Silence:
    gaps = list(gaps)
    ends = [gap.until for gap in gaps if gap.until]
    since = min(gap.since for gap in gaps if gap.since)
    mine = tuple(cards[gap.source] for gap in gaps)
    return Silence(mine, since, max(ends) if ends else None, gaps[0].reason, len(mine) == sources)


def _listed(cards: tuple[SourceCard, ...]) -> str:
    return "; ".join(
        card.title if card.title.startswith(card.regulator) else f"{card.regulator}, {card.title}" for card in cards
    )
