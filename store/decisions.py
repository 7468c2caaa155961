"""What people decide, as facts: which documents are muted, and which addresses are followed besides."""

from __future__ import annotations

from store import clock
from store.database import Store
from store.errors import Unknown
from store.facts import add


def mute(store: Store, document: str, *, by: str, reason: str, muted: bool = True) -> int:
    """Mute a document, or end that; its number within the store, for deriving it anew. Raises Unknown."""
    row = store.execute("select ref from documents where id = ?", (document,)).fetchone()
    if row is None:
        raise Unknown(f"no document {document!r}")
    names = "document, at, muted, by, reason"
    add(store, "mutes", names, (row[0], clock.stored(clock.now()), int(muted), by, reason))
    return int(row[0])


def watch(store: Store, url: str, *, reason: str, added: bool = True) -> list[int]:
    """Follow an address whatever it says, or end that; the documents it concerns, for deriving them anew."""
    add(store, "watches", "url, at, added, reason", (url, clock.stored(clock.now()), int(added), reason))
    rows = store.execute(
        "select d.ref from documents d join urls u on u.id = d.first_url where u.url = ?"
        " union select a.document from document_urls a join urls u on u.id = a.url where u.url = ?",
        (url, url),
    )
    return [ref for (ref,) in rows]


def accept_missing(store: Store, source: str, *, by: str, reason: str) -> None:
    """Accept that what a source's list or site no longer shows is gone: until now, and not what comes later."""
    add(
        store, "acceptances", "source, at, what, by, reason", (source, clock.stored(clock.now()), "missing", by, reason)
    )
