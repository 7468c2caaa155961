"""The hash chain: each fact carries a hash over its content and over its predecessor, so an alteration is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from store.database import Store

Value = str | int | float | None

GENESIS = bytes(32)


def fact_hash(predecessor: bytes, fact: str, content: Sequence[Value]) -> bytes:
    """SHA-256 over the predecessor's hash, the table's name and the row's values as canonical JSON."""
    text = json.dumps([fact, *content], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(predecessor + text.encode("utf-8", "surrogatepass")).digest()


def head(store: Store) -> bytes:
    """The hash of the latest fact."""
    row = store.execute("select hash from chain order by seq desc limit 1").fetchone()
    return bytes(row[0]) if row else GENESIS


def append(store: Store, facts: Sequence[tuple[str, int, Sequence[Value]]]) -> None:
    """Chain facts just written, as (table, row id, values). Call inside the `store.write()` that wrote them."""
    last = head(store)
    rows = []
    for fact, row, content in facts:
        last = fact_hash(last, fact, content)
        rows.append((fact, row, last))
    store.connection.executemany("insert into chain (fact, row, hash) values (?, ?, ?)", rows)
