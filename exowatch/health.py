"""Health: whether each source was read lately and well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from schedules.timetable import PERIODS
from store import clock, lookup
from store.database import Store


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and what was found. A `note` is worth knowing and neither right nor wrong."""

    name: str
    ok: bool
    message: str
    note: bool = False

    @property
    def mark(self) -> str:
        """The one word that a person looks for."""
        return "!!" if not self.ok else "i" if self.note else "ok"


def health(store: Store, names: Iterable[str]) -> list[Check]:
    """A check per source: stale when its last good crawl is older than twice its period."""
    last = lookup.last_runs(store)
    counts = lookup.document_counts(store)
    return [_source(store, name, name in last, counts.get(name, 0)) for name in names]


def _source(store: Store, name: str, ever: bool, followed: int) -> Check:
    good = lookup.last_good(store, name)
    period = PERIODS.get(name, timedelta(days=1))
    documents = f"{followed} documents followed"
    if good is None:
        return Check(name, False, f"never crawled with an answer; {documents}")
    age = clock.now() - good
    seen = f"last good answer {clock.shown(good)}"
    if age > 2 * period:
        return Check(name, False, f"stale: {seen}, {age.days} days ago; {documents}")
    return Check(name, True, f"{seen}; {documents}")
