"""The outbox: which digests were told in which series, what was to reach whom, and how each attempt ended.

All of it is facts. Whether a delivery is pending, accepted or refused is read off its attempts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from store import clock
from store.database import Store
from store.errors import Unknown
from store.facts import add
from store.records import Kind
from store.since_last import Reach, Told

ALERTS = "alerts"
"""The series of what tells of the tool's own state: those deliveries are of an alert and not of a digest."""


class Channel(StrEnum):
    """How a delivery travels."""

    SMTP = "smtp"
    WEBHOOK = "webhook"
    FILE = "file"


class State(StrEnum):
    """How an attempt stands: begun and not known to have ended, taken by the other side, put off, or refused."""

    BEGUN = "begun"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SentDigest:
    """A digest as it is written down: [start, end) is what it covers, `sha256` that of its JSON."""

    series: str
    start: datetime
    end: datetime
    as_of: datetime
    seal: str
    rules: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SentEntry:
    """A change as a digest tells it; `told` is JSON with its `before` and `after` sides."""

    change: str
    document: str
    kind: Kind
    until: datetime
    told: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to reach a target, byte for byte; `message_id` names it for good."""

    channel: Channel
    target: str
    message_id: str
    body: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A parcel in the outbox; `state` is how its last attempt stands (None: not attempted), `message` what was said.

    `at` is when it was written down. What tells of the tool's own state belongs to the series ALERTS.
    """

    id: int
    series: str
    parcel: Parcel
    at: datetime
    state: State | None
    message: str = ""

    @property
    def in_doubt(self) -> bool:
        """Whether an attempt was begun whose end nobody wrote down: it may have arrived."""
        return self.state is State.BEGUN


def record(store: Store, digest: SentDigest, entries: Sequence[SentEntry], parcels: Sequence[Parcel]) -> int:
    """Write down a digest, what it tells and what is to be delivered, all in one transaction; its number.

    A digest that the series has already is not written again. Raises Unknown for an entry without a document.
    """
    with store.write():
        known = store.execute(
            "select id from sent_digests where series = ? and sha256 = ?", (digest.series, digest.sha256)
        ).fetchone()
        if known:
            return int(known[0])
        now = clock.stored(clock.now())
        row = _add_digest(store, digest, now)
        for entry in entries:
            _add_entry(store, row, entry)
        for parcel in parcels:
            put(store, parcel, digest=row)
    return row


def put(store: Store, parcel: Parcel, *, digest: int | None = None, alert: int | None = None) -> None:
    """Put a parcel of a digest or of an alert into the outbox; to be called in the transaction that writes that down."""
    now = clock.stored(clock.now())
    content = (digest, parcel.channel.value, parcel.target, parcel.message_id, now, parcel.body, alert)
    add(store, "deliveries", "digest, channel, target, message_id, at, body, alert", content)


def _add_digest(store: Store, digest: SentDigest, now: str) -> int:
    start, end, as_of = (clock.stored(moment) for moment in (digest.start, digest.end, digest.as_of))
    names = "series, at, period_start, period_end, as_of, seal, rules, sha256"
    content = (digest.series, now, start, end, as_of, digest.seal, digest.rules, digest.sha256)
    return add(store, "sent_digests", names, content)


def _add_entry(store: Store, digest: int, entry: SentEntry) -> None:
    document = store.execute("select ref from documents where id = ?", (entry.document,)).fetchone()
    if document is None:
        raise Unknown(f"no document {entry.document!r}")
    content = (digest, entry.change, document[0], entry.kind.value, clock.stored(entry.until), entry.told)
    add(store, "sent_entries", "digest, change, document, kind, until, told", content)


def attempt(store: Store, delivery: int, state: State, message: str = "") -> None:
    """Write down that an attempt at a delivery is begun, or how it ended."""
    content = (delivery, clock.stored(clock.now()), state.value, message)
    add(store, "delivery_attempts", "delivery, at, outcome, message", content)


# A delivery that was accepted once has arrived, whatever was written after it.
_LAST = (
    "coalesce((select 'accepted' from delivery_attempts a where a.delivery = v.id and a.outcome = 'accepted' limit 1),"
    " (select a.outcome from delivery_attempts a where a.delivery = v.id order by a.id desc limit 1), '')"
)
_DELIVERY = (
    f"select v.id, coalesce(d.series, '{ALERTS}') as series, v.channel, v.target, v.message_id, v.body, v.at,"
    f" {_LAST} as state,"
    " coalesce((select a.message from delivery_attempts a where a.delivery = v.id order by a.id desc limit 1), '')"
    " from deliveries v left join sent_digests d on d.id = v.digest"
)


def pending(store: Store) -> list[Delivery]:
    """What is still to be delivered, oldest first: never attempted, put off, or begun and not known to have ended."""
    rows = store.execute(f"{_DELIVERY} where state in ('', 'begun', 'deferred') order by v.id")
    return [_delivery(row) for row in rows]


def refused(store: Store) -> list[Delivery]:
    """What was refused and has not been accepted since, oldest first."""
    return [_delivery(row) for row in store.execute(f"{_DELIVERY} where state = 'refused' order by v.id")]


def undelivered(store: Store) -> list[Delivery]:
    """What has not been accepted: refused, put off or never attempted; oldest first."""
    return [_delivery(row) for row in store.execute(f"{_DELIVERY} where state != 'accepted' order by v.id")]


def deliveries(store: Store, digest: int) -> list[Delivery]:
    """The deliveries of one digest."""
    return [_delivery(row) for row in store.execute(f"{_DELIVERY} where v.digest = ? order by v.id", (digest,))]


def _delivery(row: Sequence[Any]) -> Delivery:
    number, series, channel, target, message_id, body, at, state, message = row
    parcel = Parcel(Channel(channel), target, message_id, body)
    return Delivery(number, series, parcel, clock.parse(at), State(state) if state else None, message)


# A digest that every target refused has told nobody anything: the next one tells it.
_REACHED = f"exists (select 1 from deliveries v where v.digest = d.id and {_LAST} != 'refused')"


def reach(store: Store, series: str) -> Reach | None:
    """How far a series has come; None where none of its digests was written down."""
    origin = store.execute("select min(period_start) from sent_digests where series = ?", (series,)).fetchone()[0]
    if origin is None:
        return None
    last = store.execute(
        f"select max(d.period_end) from sent_digests d where d.series = ? and {_REACHED}", (series,)
    ).fetchone()[0]
    return Reach(clock.parse(origin), clock.parse(last) if last else None)


def told(store: Store, series: str) -> list[Told]:
    """The changes that the digests of a series have told, oldest first."""
    rows = store.execute(
        "select e.change, n.id, e.kind, e.until, e.told, d.rules, d.at from sent_entries e join sent_digests d on d.id = e.digest"
        f" join documents n on n.ref = e.document where d.series = ? and {_REACHED} order by e.id",
        (series,),
    )
    return [_told(*row) for row in rows]


def _told(change: str, document: str, kind: str, until: str, said: str, rules: str, at: str) -> Told:
    sides = json.loads(said)
    before, after = (str((sides.get(side) or {}).get("sha256", "")) for side in ("before", "after"))
    return Told(change, document, Kind(kind), clock.parse(until), before, after, said, rules, clock.parse(at))


def learned(store: Store, series: str) -> frozenset[str]:
    """The changes that rest on a capture or visit written down after the first digest of a series.

    Told by the order in which facts were chained, not by any clock.
    """
    first = store.execute(
        "select min(c.seq) from chain c join sent_digests d on d.id = c.row"
        " where c.fact = 'sent_digests' and d.series = ?",
        (series,),
    ).fetchone()[0]
    if first is None:
        return frozenset()
    last_capture, last_visit = (_last(store, table, first) for table in ("captures", "visits"))
    own = "(k.document = c.document or k.document in (select document from aliases where stands_for = c.document))"
    rows = store.execute(
        "select c.id from changes c where"
        f" exists (select 1 from captures k where {own} and k.id > ? and k.moment in (c.window_until, c.window_after))"
        f" or exists (select 1 from visits k where {own} and k.id > ? and k.moment in (c.window_until, c.window_after))",
        (last_capture, last_visit),
    )
    return frozenset(change for (change,) in rows)


def _last(store: Store, table: str, before: int) -> int:
    """The number of a table's last row among the facts chained before this one."""
    row = store.execute("select max(row) from chain where fact = ? and seq < ?", (table, before)).fetchone()
    return int(row[0] or 0)
