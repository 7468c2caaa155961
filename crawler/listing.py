"""Whether a regulator's list was read whole: its own total against the rows seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from crawler.source import ListPage
from store.records import Part


@dataclass(slots=True)
class Tally:
    """Counts one list over its pages.

    A row twice on one page is the regulator's own repetition and counts twice, as it does in the declared total. A row
    again on a later page counts once: it moved there while we read, and another one slipped through unseen. A list that
    is read again adds what the earlier readings did not see.
    """

    declared: int | None = None
    rows: int = 0
    repeated: Counter[str] = field(default_factory=Counter)
    reading: int = 1
    pages: int = 0
    _keys: set[str] = field(default_factory=set)
    _earlier: set[str] = field(default_factory=set)
    _slipped: bool = False
    _unsteady: bool = False

    def add(self, page: ListPage) -> None:
        """Take one page into account."""
        documents = [found.key for found in page.found if found.part is not Part.FILE]
        named = Counter(documents)
        known = sum(times for key, times in named.items() if key in self._keys)
        again = {key for key in named if key in self._earlier}
        self.repeated.update(key for key, times in named.items() if times > 1 or key in again)
        unnamed = max(page.rows - len(documents), 0) if self.reading == 1 else 0
        self.rows += len(documents) + unnamed - known
        self._slipped |= bool(again)
        self._keys |= set(named)
        self._earlier |= set(named)
        if page.declared is not None:
            self._unsteady |= self.pages > 0 and self.declared not in (None, page.declared)
            self.declared = page.declared
        self.pages += 1

    def start_anew(self) -> None:
        """Begin another reading of the same list; what was seen stays."""
        self.reading += 1
        self.pages, self._slipped, self._unsteady = 0, False, False
        self._earlier.clear()
        self.repeated.clear()

    @property
    def moved(self) -> bool:
        """Whether rows came, went or changed places during this reading, so that some may not have been seen."""
        return self._unsteady or self.missing > 0 or (self.declared is None and self._slipped)

    @property
    def missing(self) -> int:
        """How many rows the regulator declares that were not seen; 0 where it declares nothing."""
        return max(0, (self.declared or 0) - self.rows)
