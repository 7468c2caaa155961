"""Facts that people and programs add one by one: written and chained in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from store import chain
from store.chain import Value
from store.database import Store


def add(store: Store, table: str, names: str, content: Sequence[Value]) -> int:
    """Insert a fact and chain it; its row's number. Joins the caller's transaction where there is one.

    Table and column names are the calling module's own words, never a user's.
    """
    with store.write():
        marks = ", ".join("?" * len(content))
        cursor = store.execute(f"insert into {table} ({names}) values ({marks})", content)
        row = int(cursor.lastrowid or 0)
        chain.append(store, [(table, row, content)])
    return row
