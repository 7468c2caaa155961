"""Retention: which files of documents that were never followed may go, and their removal on record.

What was read from such a file stays and stands in for it, marked with the version of its reader. Rows of lists and
pages are never removed, nor is anything of a document that was ever followed, told or reviewed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from store import bodies, clock
from store.compact import compact
from store.database import Store
from store.facts import add
from store.records import sha256

LEANED_ON = "others are compressed against it"
SHARED = "another document, or another part, rests on it"
UNREAD = "it has not been read well, and nothing would stand in for it"
SERVED_AGAIN = "it was removed once and served again since"


@dataclass(frozen=True, slots=True)
class Removable:
    """A file of a document never followed: `size` in full, `stored` as it is kept. `kept_because` says why it stays."""

    sha256: str
    document: str
    url: str
    size: int
    stored: int
    kept_because: str = ""


def removable(store: Store) -> list[Removable]:
    """The files of documents never followed, in the order in which they came, with those that must stay."""
    rows = store.execute(
        "select b.sha256, min(d.id), min(u.url), b.size, length(b.data),"
        f" sum(k.document in ({_NEVER_FOLLOWED}) and k.part = 'file') = count(*),"
        " sum(r.content is not null and r.problem = '') > 0,"
        " exists (select 1 from tombstones where body = b.sha256)"
        " from bodies b join captures k on k.body = b.sha256 join urls u on u.id = k.url"
        " left join documents d on d.ref = k.document left join readings r on r.capture = k.id"
        f" where b.sha256 in (select body from captures where part = 'file' and document in ({_NEVER_FOLLOWED}))"
        " group by b.id order by b.id"
    )
    found = [
        Removable(digest, document, url, size, stored, _kept(bool(alone), bool(was_read), bool(removed)))
        for digest, document, url, size, stored, alone, was_read, removed in rows
    ]
    going = {one.sha256 for one in found if not one.kept_because}
    held = _leaned_on(store, going)
    return [replace(one, kept_because=LEANED_ON) if one.sha256 in held & going else one for one in found]


# A document that was told, reviewed or changed was followed under the rules of that day. One without a version has
# not been understood yet.
_NEVER_FOLLOWED = (
    "select document from standings where followed = 0 and follow_reason = ''"
    " and document not in (select document from changes) and document not in (select document from reviews)"
    " and document not in (select document from sent_entries) and document not in (select document from mutes)"
)


def _kept(alone: bool, was_read: bool, removed: bool) -> str:
    if removed:
        return SERVED_AGAIN
    if not alone:
        return SHARED
    return "" if was_read else UNREAD


def _leaned_on(store: Store, going: set[str]) -> set[str]:
    """The bodies that one which stays is compressed against, or that the next ones will be."""
    rows = store.execute("select sha256, dictionary from bodies where dictionary is not null").fetchall()
    remembered = store.execute("select value from derivation where key like 'dictionary:%'").fetchall()
    return {dictionary for digest, dictionary in rows if digest not in going} | {digest for (digest,) in remembered}


def remove(store: Store, *, by: str, reason: str) -> list[Removable]:
    """Remove what may go, each with its tombstone, in one transaction; what `removable` said, for the record."""
    with _references_off(store), store.write():
        found = removable(store)
        at = clock.stored(clock.now())
        for one in found:
            if not one.kept_because:
                _remove(store, one.sha256, at, by, reason)
    return found


def _remove(store: Store, digest: str, at: str, by: str, reason: str) -> None:
    _unpack_from(store, digest)
    number, size = store.execute("select id, size from bodies where sha256 = ?", (digest,)).fetchone()
    (reader,) = store.execute(
        "select max(r.reader) from readings r join captures k on k.id = r.capture where k.body = ?", (digest,)
    ).fetchone()
    names = "body, size, at, by, reason, number, reader, reading"
    add(store, "tombstones", names, (digest, size, at, by, reason, number, reader or "", kept_reading(store, digest)))
    store.execute("delete from bodies where sha256 = ?", (digest,))


def _unpack_from(store: Store, digest: str) -> None:
    """Pack the texts that lean on a body anew, each by itself: they stay when it goes."""
    plain = bodies.get(store, digest)
    for content, packed in store.execute("select id, blocks from contents where dictionary = ?", (digest,)).fetchall():
        text = bodies.compress_text(bodies.decompress_text(packed, plain), None)
        store.execute("update contents set dictionary = null, blocks = ? where id = ?", (text, content))


@contextmanager
def _references_off(store: Store) -> Iterator[None]:
    """Captures go on naming a body that is gone: its tombstone answers for it. Nothing else is written meanwhile."""
    store.execute("pragma foreign_keys = off")
    try:
        yield
    finally:
        store.execute("pragma foreign_keys = on")


def stand_ins(store: Store, documents: Iterable[int]) -> Mapping[int, str]:
    """The captures of these documents whose bytes are gone, each with the reader of the reading that stands in."""
    found: dict[int, str] = {}
    for document in documents:
        rows = store.execute(
            "select k.id, r.reader from captures k join readings r on r.capture = k.id"
            " where k.document = ? and k.part = 'file' and not exists (select 1 from bodies where sha256 = k.body)",
            (document,),
        )
        found.update(rows.fetchall())
    return found


def kept_reading(store: Store, body: str) -> str:
    """A hash over all that is kept of what was read from a body, from whichever captures."""
    rows = store.execute(
        "select k.id, c.hash, coalesce(r.stamps, c.stamps), coalesce(r.statements, c.statements), r.problem, r.reader"
        " from captures k join readings r on r.capture = k.id left join contents c on c.id = r.content"
        " where k.body = ? order by k.id",
        (body,),
    ).fetchall()
    return sha256(compact(rows))
