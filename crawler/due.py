"""Which documents are read in this crawl, in which order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.source import Found
from store.archive import Looks
from store.records import Part

FOLLOWED = timedelta(hours=20)  # a daily crawl that starts a little early still reads every followed document
YOUNG = timedelta(days=60)
UNFOLLOWED_YOUNG = timedelta(days=7)
UNFOLLOWED = timedelta(days=30)
FULL_READ = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A part of a document that might be read: how it was found and how it was looked at so far."""

    found: Found
    look: Looks | None = None

    @property
    def followed(self) -> bool:
        return self.look is not None and self.look.followed


def is_due(look: Looks | None, now: datetime) -> bool:
    """Whether a document's page is to be read at this moment.

    A document never read is due, and so is one whose row in the list changed after its page was last read: a run that
    was cut off between the two leaves that to the next.
    """
    if look is None or row_changed(look):
        return True
    return now - look.last >= patience(look, now)


def row_changed(look: Looks) -> bool:
    """Whether the regulator's list said something new about the document since its page was last read."""
    return look.row is not None and look.row > look.last


def patience(look: Looks, now: datetime) -> timedelta:
    """How long a look at a document's page is good for."""
    if look.followed:
        return FOLLOWED
    return UNFOLLOWED_YOUNG if now - look.first <= YOUNG else UNFOLLOWED


def chosen(candidates: Iterable[Candidate], now: datetime) -> list[Candidate]:
    """Those that are due, in reading order.

    What is known to matter comes first: followed documents and those whose row changed. Then by rank; lists name
    their newest documents first, and that order is kept. A file comes behind all pages of its rank: it is large, and the
    page may say as much.
    """
    return sorted((c for c in candidates if is_due(c.look, now)), key=_order)


def _order(candidate: Candidate) -> tuple[bool, int, bool]:
    matters = candidate.look is not None and (candidate.look.followed or row_changed(candidate.look))
    return (not matters, candidate.found.rank, candidate.found.part is Part.FILE)


def wants_full_read(last_full: datetime, now: datetime) -> bool:
    """Whether it is time to ask without conditions: servers get 304 wrong."""
    return now - last_full >= FULL_READ
