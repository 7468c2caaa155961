"""Whether a store holds: the file itself, rows that point somewhere, and every body against its hash."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import islice

from store import bodies
from store.database import Store
from store.errors import Integrity

_TOLD = 5


def problems(store: Store, *, quick: bool = False) -> list[str]:
    """What is wrong with a store, in sentences; none where it holds. Never raises for what is in the file.

    With `quick` the indexes are not compared with their tables, and bodies are not taken out and hashed.
    """
    found: list[str] = []
    try:
        found += _of_the_file(store, "quick_check" if quick else "integrity_check")
        strangers = {str(table) for table, *_ in broken_references(store)}
        if strangers:
            found.append(f"rows that point nowhere, in {', '.join(sorted(strangers))}")
        if not quick:
            found += _of_bodies(store)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        found.append(f"cannot be read: {error}")
    return found


def broken_references(store: Store) -> list[tuple[str, int, str]]:
    """Rows that point nowhere, each by its table and number, with the table that it points to. What names a body that
    was removed on record is not among them: the tombstone answers for it.
    """
    found = store.execute("pragma foreign_key_check")
    broken = ((table, row, parent) for table, row, parent, _ in found if not _removed(store, table, row, parent))
    return list(islice(broken, 1000))


def _removed(store: Store, table: str, row: int, parent: str) -> bool:
    if parent != "bodies" or table not in ("visits", "captures"):
        return False
    on_record = f"select 1 from {table} x join tombstones t on t.body = x.body where x.rowid = ?"
    return store.execute(on_record, (row,)).fetchone() is not None


def _of_the_file(store: Store, check: str) -> Iterator[str]:
    said = [str(row[0]) for row in store.execute(f"pragma {check}({_TOLD})")]
    if said != ["ok"]:
        yield f"damaged: {'; '.join(' '.join(line.split()) for line in said)}"


def _of_bodies(store: Store) -> Iterator[str]:
    for (digest,) in store.execute("select sha256 from bodies order by id").fetchall():
        try:
            if bodies.get(store, digest) is None:
                yield f"body {digest}: found by one way and not by another"
        except Integrity as error:
            yield str(error)
        except (ValueError, TypeError, OverflowError, MemoryError) as error:
            yield f"body {digest}: {error}"
