"""The brief of a letter: from what the store answers to what the reports compose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.brief import Brief, brief_of
from store import lookup, phrases
from store.database import Store
from store.errors import Unknown
from store.findings import LETTERS
from store.letter import read_letter
from store.records import Block, Document


@dataclass(frozen=True, slots=True)
class Compared:
    """What many briefs have in common: how often each wording occurs in all letters, and when the lists were read."""

    counts: Mapping[int, int]
    letters: int
    list_read: Mapping[str, str]


def compared(store: Store, as_of: datetime | None = None) -> Compared:
    """What `brief` needs, read once for many letters."""
    letters = lookup.phrases(store)
    read = {source: _list_read(store, source, as_of) for source in LETTERS}
    return Compared(phrases.counted(letters), len(letters), read)


def brief(store: Store, document: Document, n: int | None = None, known: Compared | None = None) -> Brief:
    """The brief of a version of a letter, the latest unless named. Raises Unknown for what is no letter.

    `known` is what `compared` answers; without it the store is asked.
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
        standard=_standard(store, document.id, blocks, known),
        list_read=known.list_read[document.source] if known else _list_read(store, document.source, None),
    )


def _standard(store: Store, name: str, blocks: Sequence[Block], known: Compared | None) -> tuple[bool, ...]:
    numbers = phrases.hashes(blocks)
    own = phrases.counted(lookup.phrases_of(store, name)) if known else {}
    if known is None or not own:
        others = lookup.phrases(store, but=name)
        return phrases.standing(numbers, phrases.counted(others), len(others))
    counts = {number: known.counts.get(number, 0) - own.get(number, 0) for number in {*numbers}}
    return phrases.standing(numbers, counts, known.letters - 1)


def _list_read(store: Store, source: str, as_of: datetime | None) -> str:
    read = lookup.last_good(store, source, as_of)
    return f"{read:%Y-%m-%d}" if read else ""
