"""The hash chain: each fact carries a hash over its content and over its predecessor, so an alteration is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from store.database import Store

Value = str | int | float | None

GENESIS = bytes(32)


def fact_hash(predecessor: bytes, fact: str, content: Sequence[Value]) -> bytes:
    """SHA-256 over the predecessor's hash, the table's name and the row's values as canonical JSON."""
    return hashlib.sha256(predecessor + canonical(fact, content).encode("utf-8", "surrogatepass")).digest()


def canonical(fact: str, content: Sequence[Value]) -> str:
    """What is hashed of a fact: the table's name and the row's values as JSON without blanks."""
    return json.dumps([fact, *content], ensure_ascii=False, separators=(",", ":"))


def head(store: Store) -> bytes:
    """The hash of the latest fact."""
    row = store.execute("select hash from chain order by seq desc limit 1").fetchone()
    return bytes(row[0]) if row else GENESIS


@dataclass(frozen=True, slots=True)
class Link:
    """One fact in the chain, with the hash of the fact before it."""

    seq: int
    fact: str
    row: int
    hash: bytes
    predecessor: bytes


def end(store: Store) -> tuple[int, bytes]:
    """How many facts there are, and the hash of the latest."""
    return int(store.execute("select count(*) from chain").fetchone()[0]), head(store)


def links(store: Store, wanted: Iterable[tuple[str, int]]) -> list[Link]:
    """The links of these facts, each named by its table and row, in the order of the chain."""
    rows = store.execute(
        "select k.seq, k.fact, k.row, k.hash from chain k where (k.fact, k.row) in"
        " (select value ->> 0, value ->> 1 from json_each(?)) order by k.seq",
        (json.dumps(sorted(set(wanted))),),
    ).fetchall()
    return [Link(seq, fact, row, bytes(found), _before(store, seq)) for seq, fact, row, found in rows]


def _before(store: Store, seq: int) -> bytes:
    row = store.execute("select hash from chain where seq < ? order by seq desc limit 1", (seq,)).fetchone()
    return bytes(row[0]) if row else GENESIS


_WHOLE_ROWS = ("crawl_ends", "list_readings", "run_ends", "tombstones")
"""Tables whose key is part of what was hashed; of the others the number of the row is not."""
LATER_COLUMNS: dict[str, tuple[Value, ...]] = {
    "reviews": ("",),
    "deliveries": (None,),
    "tombstones": (0, "", ""),
}
"""What the columns hold that a table was given later, in the rows from before: those were hashed without them."""
_SPECIAL = {
    "bodies": "select sha256, size from bodies where id = ?",
    "document_urls": "select document, part, url, visit from document_urls where visit = ?",
}


def content_of(store: Store, fact: str, row: int) -> tuple[Value, ...] | None:
    """The values of a fact as they were hashed; None where the row is gone, as a body may be.

    A list's sightings are one fact of many rows and are not asked for here.
    """
    if fact in _SPECIAL:
        found = store.execute(_SPECIAL[fact], (row,)).fetchone()
    else:
        found = store.execute(f"select * from {fact} where rowid = ?", (row,)).fetchone()
    if found is None:
        return None
    return tuple(found) if fact in _SPECIAL or fact in _WHOLE_ROWS else tuple(found[1:])


def append(store: Store, facts: Sequence[tuple[str, int, Sequence[Value]]]) -> None:
    """Chain facts just written, as (table, row id, values). Call inside the `store.write()` that wrote them."""
    last = head(store)
    rows = []
    for fact, row, content in facts:
        last = fact_hash(last, fact, content)
        rows.append((fact, row, last))
    store.connection.executemany("insert into chain (fact, row, hash) values (?, ?, ?)", rows)
