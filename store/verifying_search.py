"""Verifying the index for searching: sound in itself, and equal to one made anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from store.database import Store
from store.verdict import Verdict, verdict

_AT_ONCE = 10_000
_ASKED = 20_000
"""So many words at most are looked up one by one."""


def of_search(store: Store) -> Iterator[Verdict]:
    """FTS5's own check, and whether each word leads where the index says it stands. Writes: for a copy only."""
    try:
        with store.write():
            store.execute("insert into search (search) values ('integrity-check')")
        faults = list(_lost(store))
    except sqlite3.Error as error:
        faults = [f"the index is damaged: {error}"]
    yield verdict("search", faults, "SQLite finds the index sound, and each word leads to its documents")


def _lost(store: Store) -> Iterator[str]:
    store.execute("create virtual table if not exists temp.words using fts5vocab('main', 'search', 'row')")
    words = store.execute("select term, doc from temp.words").fetchall()
    step = len(words) // _ASKED + 1
    for term, documents in words[::step]:
        quoted = '"' + str(term).replace('"', '""') + '"'
        found = store.execute("select count(*) from search where search match ?", (quoted,)).fetchone()[0]
        if found != documents:
            yield f"{term!r} stands in {documents} documents, and is found in {found}"


def same_index(store: Store, made: Store) -> Iterator[str]:
    """Where an index differs from one made anew of the same texts."""
    both = [one.execute("select term, doc, col, offset from temp.places") for one in (_places(store), _places(made))]
    while True:
        kept, expected = (cursor.fetchmany(_AT_ONCE) for cursor in both)
        if kept != expected:
            odd = next((pair for pair in zip(kept, expected, strict=False) if pair[0] != pair[1]), (kept, expected))
            yield f"search: {str(odd[0])[:80]} is indexed: expected {str(odd[1])[:80]}"
            break
        if not kept:
            break
    for name, asked in _BESIDE.items():
        if store.execute(asked).fetchall() != made.execute(asked).fetchall():
            yield f"search: its {name} are not those of the texts"


_BESIDE = {
    "lengths": "select id, sz from search_docsize order by id",
    # An index that was emptied counts noughts where one that was never filled counts nothing.
    "totals": "select trim(hex(block), '0') from search_data where id = 1",
    "settings": "select k, v from search_config order by k",
}


def _places(store: Store) -> Store:
    store.execute("create virtual table if not exists temp.places using fts5vocab('main', 'search', 'instance')")
    return store
