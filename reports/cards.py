"""A source as a reader knows it, and the order in which sources are read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceCard:
    """A source as a reader knows it."""

    name: str
    regulator: str
    title: str
    listing_url: str
    unlisted: tuple[str, ...] = ()


def reading_order(card: SourceCard) -> tuple[int, str, str]:
    """The key by which sources are sorted: the United States first, then Canada, then whoever is added, each by name."""
    regulator = card.regulator.casefold()
    rank = 1 if "canad" in regulator else 0 if "fda" in regulator or "food and drug" in regulator else 2
    return rank, card.regulator, card.name
