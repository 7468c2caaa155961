"""Lists: what a regulator's list no longer shows, and when that may be believed.

A list that is suddenly much shorter is a broken answer far more often than news. So a complete list that misses more
than max(3, 5 %) of what the last believed one showed is not believed, until three complete lists over at least seven
days agree and what they miss is one block of the oldest dates (regulators prune old years), or a person accepts it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FEW = 3
SHARE = 0.05
AGREEING = 3
OVER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Shown:
    """One complete reading of a source's list: its crawl, when, and the documents it showed."""

    crawl: int
    moment: datetime
    documents: frozenset[int]


@dataclass(frozen=True, slots=True)
class Belief:
    """Which readings are believed after one more: `believed` names crawls, `missing` what the tripped one misses."""

    believed: tuple[int, ...]
    missing: frozenset[int] = frozenset()

    @property
    def tripped(self) -> bool:
        return bool(self.missing) and not self.believed


def too_many(missing: int, of: int) -> bool:
    """Whether so many documents of a source gone at once are a fault rather than news.

    >>> too_many(3, 10), too_many(4, 10), too_many(12, 300), too_many(16, 300)
    (False, True, False, True)
    """
    return missing > max(FEW, SHARE * of)


def weigh(
    last: Shown | None,
    doubted: Sequence[Shown],
    reading: Shown,
    published: Mapping[int, str],
    accepted: datetime | None = None,
) -> Belief:
    """What one more complete reading changes.

    `last` is the last believed reading, `doubted` those since, oldest first. `published` gives each document's date.
    A reading not later than `accepted` is believed because a person said so.
    """
    missing = last.documents - reading.documents if last else frozenset()
    if last is None or not too_many(len(missing), len(last.documents)):
        return Belief((reading.crawl,))
    if accepted is not None and reading.moment <= accepted:
        return Belief((reading.crawl,))
    agreeing = [*_agreeing(last, doubted, missing), reading]
    if len(agreeing) >= AGREEING and reading.moment - agreeing[0].moment >= OVER and _oldest(last, missing, published):
        return Belief(tuple(shown.crawl for shown in agreeing))
    return Belief((), missing)


def _agreeing(last: Shown, doubted: Sequence[Shown], missing: frozenset[int]) -> list[Shown]:
    """The latest doubted readings, without a break, that miss the same documents."""
    found: list[Shown] = []
    for shown in reversed(doubted):
        if last.documents - shown.documents != missing:
            break
        found.insert(0, shown)
    return found


def _oldest(last: Shown, missing: frozenset[int], published: Mapping[int, str]) -> bool:
    """Whether what is missing is one block of the oldest dates: nothing that stays is older than what went."""
    went = [published.get(document, "") for document in missing]
    stayed = [published.get(document, "") for document in last.documents - missing]
    if not all(went) or not stayed:
        return False
    return max(went) <= min(date for date in stayed if date) if any(stayed) else False
