"""What was told to whom: the digests that were sent, and what became of each delivery."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from store import clock
from store.database import Store


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to deliver; `outcome` is `begun`, `accepted`, `deferred` or `refused`, `message` the answer."""

    at: datetime
    outcome: str
    message: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was to reach one target by one channel (`smtp`, `webhook`, `file`), with its attempts, oldest first."""

    channel: str
    target: str
    message_id: str
    at: datetime
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class SentDigest:
    """A digest that was made to be sent: its series, its period, the hash of its JSON and how many changes it told."""

    series: str
    at: datetime
    period_start: datetime
    period_end: datetime
    as_of: datetime
    seal: str
    sha256: str
    entries: int
    deliveries: tuple[Delivery, ...]


def sent_digests(store: Store, since: datetime, until: datetime, *, known_by: datetime) -> list[SentDigest]:
    """The digests made in [since, until), oldest first, with what had become of them by an instant, it included."""
    rows = store.execute(
        "select d.id, d.series, d.at, d.period_start, d.period_end, d.as_of, d.seal, d.sha256,"
        " (select count(*) from sent_entries e where e.digest = d.id)"
        " from sent_digests d where d.at >= ? and d.at < ? and d.at <= ? order by d.at, d.id",
        tuple(map(clock.stored, (since, until, known_by))),
    ).fetchall()
    return [
        SentDigest(series, *_moments(moments), seal, sha256, entries, _deliveries(store, number, known_by))
        for number, series, *moments, seal, sha256, entries in rows
    ]


def _moments(texts: Iterable[str]) -> tuple[datetime, datetime, datetime, datetime]:
    at, start, end, as_of = map(clock.parse, texts)
    return at, start, end, as_of


def _deliveries(store: Store, digest: int, known_by: datetime) -> tuple[Delivery, ...]:
    rows = store.execute(
        "select id, channel, target, message_id, at from deliveries where digest = ? and at <= ? order by id",
        (digest, clock.stored(known_by)),
    ).fetchall()
    return tuple(
        Delivery(channel, target, message, clock.parse(at), _attempts(store, number, known_by))
        for number, channel, target, message, at in rows
    )


def _attempts(store: Store, delivery: int, known_by: datetime) -> tuple[Attempt, ...]:
    rows = store.execute(
        "select at, outcome, message from delivery_attempts where delivery = ? and at <= ? order by id",
        (delivery, clock.stored(known_by)),
    )
    return tuple(Attempt(clock.parse(at), outcome, message) for at, outcome, message in rows)
