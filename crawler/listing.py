"""Whether a regulator's list was read whole: its own total against the rows seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from crawler.source import ListPage


@dataclass(slots=True)
class Tally:
    """Counts one list over its pages.

    A row twice on one page is the regulator's own repetition and counts twice, as it does in the declared total. A row
    again on a later page counts once: it moved there while we read, and another one slipped through unseen.
    """

    declared: int | None = None
    rows: int = 0
    repeated: Counter[str] = field(default_factory=Counter)
    _keys: set[str] = field(default_factory=set)

    def add(self, page: ListPage) -> None:
        """Take one page into account."""
        named = Counter(found.key for found in page.found)
        earlier = sum(times for key, times in named.items() if key in self._keys)
        self.repeated.update(key for key, times in named.items() if times > 1 or key in self._keys)
        self.rows += max(page.rows, len(page.found)) - earlier
        self._keys |= set(named)
        if page.declared is not None:
            self.declared = page.declared

    @property
    def missing(self) -> int:
        """How many rows the regulator declares that were not seen; 0 where it declares nothing."""
        return max(0, (self.declared or 0) - self.rows)
