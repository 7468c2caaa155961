"""The brief of a letter: from what the store answers to what the reports compose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reports.brief import Brief, brief_of
from store import lookup, phrases
from store.database import Store
from store.errors import Unknown
from store.findings import LETTERS
from store.letter import read_letter
from store.records import Document


@dataclass(frozen=True, slots=True)
class Wording:
    """In how many letters each paragraph stands, and how many letters there are: counted once for many briefs."""

    counts: Counter[int]
    letters: int

    @classmethod
    def of(cls, store: Store) -> Wording:
        """The wording of every letter of a store."""
        kept = lookup.phrases(store)
        return cls(phrases.counted(kept), len(kept))

    def standard(self, numbers: Sequence[int]) -> tuple[bool, ...]:
        """For each paragraph of one of these letters, whether enough of the others have it."""
        others = {number: self.counts[number] - 1 for number in {*numbers}}
        return phrases.standing(numbers, others, self.letters - 1)


def brief(store: Store, document: Document, n: int | None = None, wording: Wording | None = None) -> Brief:
    """The brief of a version of a letter, the latest unless named. Raises Unknown for what is no letter."""
    if document.source not in LETTERS:
        raise Unknown(f"{document.id} is no letter to a firm; a brief is drawn from warning letters")
    version = lookup.version(store, document.id, n or document.version_count)
    blocks = lookup.blocks(store, version)
    read = lookup.last_good(store, document.source)
    return brief_of(
        document,
        read_letter(version.title, version.fields, blocks),
        blocks,
        citations=lookup.citations(store, document.id, version.n),
        mentions=lookup.mentions(store, document.id, version.n),
        standard=(wording or Wording.of(store)).standard(phrases.hashes(blocks)),
        list_read=f"{read:%Y-%m-%d}" if read else "",
    )
