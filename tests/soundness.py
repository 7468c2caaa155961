"""What must hold of a store after anything that befell it: whole, chained, in its sums, and nothing of it twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from store import bodies, chain, lookup
from store.chain import Value
from store.database import Store

WITH_THEIR_KEY = ("crawl_ends", "list_readings", "run_ends", "tombstones")
VIEWS = {
    "v_documents": "id, title, status, followed, published, fields, topics, mentions, version_count",
    "v_versions": "document, n, sha256, text_sha256, title, fields, topics, mentions",
    "v_changes": "id, document, kind, severity, events, fields, words_added, words_removed",
    "v_mentions": "document, n, topic, section, sentence, variant, block, position",
}


def assert_sound(database: Path) -> None:
    """Every promise of the store that needs no other store to compare with."""
    whole = sqlite3.connect(database)
    try:
        assert whole.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert whole.execute("pragma foreign_key_check").fetchall() == []
        whole.execute("insert into search (search) values ('integrity-check')")  # raises where it is not
    finally:
        whole.close()
    with Store(database, readonly=True) as store:
        assert recomputed(store) == kept_chain(store)
        for (digest,) in store.execute("select sha256 from bodies").fetchall():
            assert bodies.get(store, digest) is not None  # raises Integrity where the bytes have another hash
        assert doubled(store) == []
        for run in lookup.runs(store):
            assert run.listed == run.captured + run.unchanged + run.failed + run.skipped, run
            assert run.listed == sum(run.outcomes.values()), run


def recomputed(store: Store) -> list[bytes]:
    """The chain as today's rows give it."""
    last, hashes = chain.GENESIS, []
    for fact, row in store.execute("select fact, row from chain order by seq").fetchall():
        last = chain.fact_hash(last, fact, _content(store, fact, row))
        hashes.append(last)
    return hashes


def _content(store: Store, fact: str, row: int) -> Sequence[Value]:
    """A fact as it was hashed; a list's sightings are one fact of several rows."""
    if fact == "list_sightings":
        sql = "select document, capture from list_sightings where visit = ? order by document"
        return tuple(value for pair in store.execute(sql, (row,)) for value in pair)
    if fact == "bodies":
        return tuple(store.execute("select sha256, size from bodies where id = ?", (row,)).fetchone())
    if fact == "document_urls":
        sql = "select document, part, url, visit from document_urls where visit = ?"
        return tuple(store.execute(sql, (row,)).fetchone())
    found = tuple(store.execute(f"select * from {fact} where rowid = ?", (row,)).fetchone())
    return found if fact in WITH_THEIR_KEY else found[1:]


def kept_chain(store: Store) -> list[bytes]:
    return [bytes(found) for (found,) in store.execute("select hash from chain order by seq")]


def doubled(store: Store) -> list[Any]:
    """Bytes that a part of a document holds twice, targets that were visited twice, changes that were told twice."""
    questions = (
        "select document, part, body from captures group by document, part, body, url having count(*) > 1",
        "select target from visits group by target having count(*) > 1",
        "select document, n from v_versions group by document, n having count(*) > 1",
        "select id from v_changes group by id having count(*) > 1",
    )
    return [row for question in questions for row in store.execute(question).fetchall()]


def concluded(database: Path) -> dict[str, list[Any]]:
    """What a store says of documents, without the moments at which it learned it."""
    with Store(database, readonly=True) as store:
        return {
            view: store.execute(f"select {columns} from {view} order by 1, 2").fetchall()
            for view, columns in VIEWS.items()
        }


def facts(database: Path) -> dict[str, int]:
    """How many facts of each kind there are."""
    with Store(database, readonly=True) as store:
        return dict(store.execute("select fact, count(*) from chain group by fact").fetchall())
