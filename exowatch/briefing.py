"""The brief of a letter: from what the store answers to what the reports compose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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


def lists_read(store: Store) -> Mapping[str, str]:
    """The day on which each list of letters, which states close-outs, was last read; "" for never."""
    read = {source: lookup.last_good(store, source) for source in LETTERS}
    return {source: f"{moment:%Y-%m-%d}" if moment else "" for source, moment in read.items()}


def brief(
    store: Store,
    document: Document,
    n: int | None = None,
    wording: Wording | None = None,
    read: Mapping[str, str] | None = None,
) -> Brief:
    """The brief of a version of a letter, the latest unless named. Raises Unknown for what is no letter.

    `wording` and `read` (as `lists_read` answers) are asked of the store where they are not given.
    """
    if document.source not in LETTERS:
        raise Unknown(f"{document.id} is no letter to a firm; a brief is drawn from warning letters")
    version = lookup.version(store, document.id, n or document.version_count)
    blocks = lookup.blocks(store, version)
    return brief_of(
        document,
        read_letter(version.title, version.fields, blocks),
        blocks,
        citations=lookup.citations(store, document.id, version.n),
        mentions=lookup.mentions(store, document.id, version.n),
        standard=(wording or Wording.of(store)).standard(phrases.hashes(blocks)),
        list_read=(read or lists_read(store))[document.source],
    )
