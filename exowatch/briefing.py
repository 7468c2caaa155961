"""The brief of a letter: from what the store answers to what the reports compose."""

from __future__ import annotations

from reports.brief import Brief, brief_of
from store import lookup, phrases
from store.database import Store
from store.errors import Unknown
from store.findings import LETTERS
from store.letter import read_letter
from store.records import Document


def brief(store: Store, document: Document, n: int | None = None) -> Brief:
    """The brief of a version of a letter, the latest unless named. Raises Unknown for what is no letter."""
    if document.source not in LETTERS:
        raise Unknown(f"{document.id} is no letter to a firm; a brief is drawn from warning letters")
    version = lookup.version(store, document.id, n or document.version_count)
    blocks = lookup.blocks(store, version)
    others = lookup.phrases(store, but=document.id)
    read = lookup.last_good(store, document.source)
    return brief_of(
        document,
        read_letter(version.title, version.fields, blocks),
        blocks,
        citations=lookup.citations(store, document.id, version.n),
        mentions=lookup.mentions(store, document.id, version.n),
        standard=phrases.standing(phrases.hashes(blocks), phrases.counted(others), len(others)),
        list_read=f"{read:%Y-%m-%d}" if read else "",
    )
