"""Verifying what was sent: the seal of each digest from the facts as of then, and the hash where its bytes are kept."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterator

from store import clock, lookup
from store.database import Store
from store.verdict import Verdict, verdict

_BACK = 2_000
"""So many facts at most may have been written, by others, between the making of a digest and its being written down."""


def of_seals(store: Store) -> Iterator[Verdict]:
    """Each sent digest's seal. A digest rests on the facts that stood when it was made, just before it was noted."""
    rows = store.execute("select id, series, as_of, seal, sha256 from sent_digests order by id").fetchall()
    faults = []
    for number, series, as_of, seal, digest in rows:
        name = f"digest {number} ({series})"
        if not _sealed(store, number, as_of, seal):
            faults.append(f"{name}: its seal {seal[:16]}… is not that of the facts as of {as_of}")
        faults += [f"{name}: {wrong}" for wrong in _bodies(store, number, digest)]
    yield verdict("sent digests", faults, f"{len(rows)} seals are those of the facts they rest on")


def _sealed(store: Store, number: int, as_of: str, seal: str) -> bool:
    link = store.execute("select seq from chain where fact = 'sent_digests' and row = ?", (number,)).fetchone()
    if link is None:
        return False
    facts = lookup.facts_hashes(store, clock.parse(as_of), before=link[0])
    hashes = sorted(facts)
    for latest in [None, *reversed(facts[-_BACK:])]:
        if latest is not None:
            del hashes[bisect_left(hashes, latest)]
        if hashlib.sha256(b"".join(hashes)).hexdigest() == seal:
            return True
    return False


def _bodies(store: Store, number: int, digest: str) -> Iterator[str]:
    """What is wrong with the deliveries of a digest that hold it as JSON, with their own names in front."""
    rows = store.execute("select id, body from deliveries where digest = ? and channel = 'webhook'", (number,))
    for delivery, body in rows:
        told = {name: value for name, value in json.loads(body).items() if name not in ("series", "message_id")}
        canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        if hashlib.sha256(canonical.encode()).hexdigest() != digest:
            yield f"delivery {delivery} holds another digest than the one of that SHA-256"
