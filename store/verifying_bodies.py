"""Verifying bodies: each unpacked within its announced length and hashed; one that is not kept has its tombstone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import zstandard

from store import bodies
from store.database import Store
from store.errors import Integrity
from store.verdict import Verdict, verdict

_Progress = Callable[[str, int, int], None]


def of_bodies(store: Store, progress: _Progress) -> Iterator[Verdict]:
    """Every kept body against its hash, with the captures that a damaged one concerns."""
    rows = store.execute("select sha256, codec, dictionary from bodies order by id").fetchall()
    faults = []
    for done, (digest, codec, dictionary) in enumerate(rows, 1):
        wrong = _wrong(store, digest, codec, dictionary)
        if wrong:
            faults.append(f"{wrong}{_concerned(store, digest)}")
        progress("bodies", done, len(rows))
    yield verdict("bodies", faults, f"{len(rows)} bodies have the bytes that their hashes name")
    yield _missing(store)
    yield _remembered(store)


def _wrong(store: Store, digest: str, codec: str, dictionary: str | None) -> str:
    """What is wrong with a body; "" for a sound one."""
    if codec != (bodies.AGAINST if dictionary else bodies.WHOLE):
        return f"body {digest}: its codec is {codec!r}"
    try:
        bodies.get(store, digest)
    except (Integrity, zstandard.ZstdError, ValueError, TypeError, OverflowError, MemoryError) as error:
        said = str(error)
        return said if digest in said else f"body {digest}: {said}"
    if dictionary and bodies.stands_alone(store, digest) and bodies.chosen(store, digest) != dictionary:
        return f"body {digest}: it is not packed against {dictionary}"
    return ""


def _concerned(store: Store, digest: str) -> str:
    """The captures that rest on a body, or on one that is packed against it."""
    rows = store.execute(
        "select k.id, d.id from captures k left join documents d on d.ref = k.document"
        " where k.body = :body or k.body in (select sha256 from bodies where dictionary = :body) order by k.id",
        {"body": digest},
    ).fetchall()
    named = ", ".join(f"{capture} ({document or 'a list'})" for capture, document in rows)
    return f"; captures concerned: {named}" if rows else ""


def _missing(store: Store) -> Verdict:
    """What is not kept, and whether that is on record."""
    faults = [
        f"body {digest} is not kept, and has no tombstone{_concerned(store, digest)}"
        for (digest,) in store.execute(
            "select body from captures union select body from visits where body is not null"
            " except select sha256 from bodies except select body from tombstones order by 1"
        )
    ]
    (gone,) = store.execute("select count(*) from tombstones where body not in (select sha256 from bodies)").fetchone()
    return verdict("removed bodies", faults, f"{gone} bodies are not kept, each on record" if gone else "none")


def _remembered(store: Store) -> Verdict:
    """Which bodies later ones are packed against is written down among what is derived."""
    kept = dict(store.execute("select key, value from derivation where key like 'dictionary:%'").fetchall())
    due = bodies.first_whole(store)
    faults = [f"{key} is {kept.get(key)}: expected {due.get(key)}" for key in sorted(kept.keys() | due.keys())
              if kept.get(key) != due.get(key)]  # fmt: skip
    return verdict("dictionaries", faults, f"{len(kept)} are those that the order of writing gives")
