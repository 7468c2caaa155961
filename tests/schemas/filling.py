"""Fills a new store with a little of every kind of fact, and prints it as SQL.

Run in a checkout of an earlier commit (`python filling.py m003 > m003.sql`), it makes the dump of that release's schema
with that release's own code; the invented letters are those of `tests/shelf.py`.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from store import chain, decisions
from store.database import APPLICATION_ID, Store
from store.records import Issue
from tests.shelf import Shelf, at, page

LONG = "The firm makes exosome products from donated tissue. " * 40
AT = "2025-08-20T08:00:00.000000Z"


def filled(path: Path) -> None:
    """Four runs over three letters: one changes and changes back, one goes, one is muted; and what people decided."""
    shelf = Shelf(path)
    rows = {key: f"row of {key}".encode() for key in ("a", "b", "c")}
    first = {"a": page(LONG), "b": page("# Head\nOf exosomes.\n| one | two"), "c": page("Of cells.", number="7")}
    began, _ = shelf.crawl(0, first, rows=rows, files={"b": page("The file on exosomes.")})
    shelf.crawl(24, {"a": page(LONG + "It must stop."), "c": page("Of cells and exosomes.")}, unmodified=["b"])
    shelf.crawl(72, {"a": page(LONG)}, rows={**rows, "c": b"another row of c"}, gone=["b"])
    shelf.crawl(
        120, unmodified=["a"], gone=["b"], issues=[Issue("layout", "https://regulator.example/b", "no heading")]
    )
    began.list_read(complete=True, rows=3, declared=3, moment=at(0))
    _add(shelf.store, "tombstones", ("e" * 64, 7, AT, "Kim", "an invented body that is gone"))
    decisions.mute(shelf.store, "letters:c", by="Kim", reason="not our trade")
    decisions.watch(shelf.store, "https://regulator.example/d", reason="our product")
    decisions.accept_missing(shelf.store, "letters", by="Kim", reason="they moved")
    if shelf.store.execute("select 1 from sqlite_schema where name = 'reviews'").fetchone():
        _told(shelf.store)
    if shelf.store.execute("select 1 from sqlite_schema where name = 'alerts'").fetchone():
        _by_itself(shelf.store)
    shelf.derivation.rebuild()
    shelf.close()


def _told(store: Store) -> None:
    change, document, until = store.execute("select id, document, window_until from changes limit 1").fetchone()
    width = len(store.execute("pragma table_info(reviews)").fetchall()) - 1
    review = (change, document, None, "f" * 64, AT, "Kim", "applies", "our label", "Lee", "2025-09-30", '["status"]')
    _add(store, "reviews", (None, *review[:width]))
    _add(store, "sent_digests", (None, "monthly", AT, AT, AT, AT, "seal", "rules", "0" * 64))
    _add(store, "sent_entries", (None, 1, change, document, "new", until, "told"))
    for to in ("kim@example.org", "lee@example.org"):
        # From m005 on a delivery may be of an alert, named in a column of its own.
        alert = (None,) if store.execute("select 1 from sqlite_schema where name = 'alerts'").fetchone() else ()
        _add(store, "deliveries", (None, 1, "smtp", to, f"<1.{to}>", AT, "dear", *alert))
    _add(store, "delivery_attempts", (None, 2, AT, "accepted", "250 ok"))


def _by_itself(store: Store) -> None:
    _add(store, "runs", (None, "daily", AT, 1, AT, "crawl", 0, None))
    _add(store, "run_ends", (1, AT, "done", 0, ""))
    _add(store, "alerts", (None, AT, "daily", "failing", AT, "it fails"))


def _add(store: Store, table: str, row: tuple[str | int | None, ...]) -> None:
    """Write a fact and chain it, as the archive of its time did: the number of a row is not hashed."""
    content = row if row[0] is not None else row[1:]
    with store.write():
        cursor = store.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)
        chain.append(store, [(table, int(cursor.lastrowid or 0), content)])


def dump(store: sqlite3.Connection) -> Iterator[str]:
    """The statements that make this file again. `iterdump` itself cannot give a full-text index back."""
    (search,) = store.execute("select sql from sqlite_schema where name = 'search'").fetchone()
    yield f"PRAGMA application_id = {APPLICATION_ID};"
    for statement in store.iterdump():
        if statement.startswith("INSERT INTO sqlite_master"):
            yield f"{search};"
        elif statement.startswith('INSERT INTO "search_'):
            yield statement.replace("INSERT", "INSERT OR REPLACE", 1)
        elif not statement.startswith(("PRAGMA writable_schema", 'INSERT INTO "search"', "CREATE TABLE 'search_")):
            yield statement


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        filled(Path(folder) / "store.db")
        with closing(sqlite3.connect(Path(folder) / "store.db")) as store:
            sys.stdout.write("\n".join(dump(store)) + "\n")


if __name__ == "__main__":
    main()
