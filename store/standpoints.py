"""Standpoints: which sentences on a topic's legal status stood at an instant, and when each was last confirmed by then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from store import clock, lookup
from store.course import course
from store.database import Store
from store.lookup import VersionSeen
from store.records import Document, Kind, Standing, Statement, StatementStatus

_CONFIRMS = "('new', 'changed', 'unchanged', 'not_modified_304')"


@dataclass(frozen=True, slots=True)
class Standpoint:
    """A sentence that stood, with its document under the title and the fields it had then.

    `asked` is the last attempt to read it by then where that came after the last confirmation, and `answer` how it
    ended; `gone_since` is set where the document was no longer served.
    """

    document: Document
    standing: Standing
    text_sha256: str
    asked: datetime | None = None
    answer: str = ""
    gone_since: datetime | None = None


def standpoints(store: Store, at: datetime) -> list[Standpoint]:
    """The sentences of followed documents that stood at an instant, document by document in the order of their ids."""
    rows = store.execute(
        "select distinct d.id from statements t join documents d on d.ref = t.document order by d.id"
    ).fetchall()
    return [found for (name,) in rows for found in _of_document(store, lookup.document(store, name), at)]


def statements(store: Store, name: str, n: int) -> tuple[Statement, ...]:
    """The statements of a version, in the order of its text."""
    rows = store.execute(
        "select t.topic, t.about, t.status, t.sentence, t.section, t.block, t.start from statements t"
        " join documents d on d.ref = t.document where d.id = ? and t.n = ? order by t.position",
        (name, n),
    )
    return tuple(Statement(topic, about, StatementStatus(status), *rest) for topic, about, status, *rest in rows)


def _of_document(store: Store, document: Document, at: datetime) -> list[Standpoint]:
    versions = [version for version in lookup.versions(store, document.id) if version.first_seen <= at]
    if not document.followed or not versions:
        return []
    latest = versions[-1]
    lives = course([_life(store, document.id, version, at) for version in versions])
    then = replace(document, title=latest.title, fields=latest.fields)
    asked, answer = _asked(store, document.id, at)
    return [
        Standpoint(then, life, latest.text_sha256, *_in_vain(asked, answer, life), _gone_since(store, document.id, at))
        for life in lives
        if life.ended is None
    ]


def _life(
    store: Store, name: str, version: VersionSeen, at: datetime
) -> tuple[datetime, datetime, tuple[Statement, ...]]:
    last = version.last_seen if version.last_seen <= at else _confirmed(store, name, at) or version.first_seen
    return version.first_seen, max(version.first_seen, last), statements(store, name, version.n)


def _confirmed(store: Store, name: str, at: datetime) -> datetime | None:
    """The last look at a document's text by then that brought it, or proved it unchanged."""
    row = store.execute(
        "select max(v.moment) from visits v join documents d on d.ref = v.document"
        f" where d.id = ? and v.part in ('page', 'file') and v.moment <= ? and v.outcome in {_CONFIRMS}",
        (name, clock.stored(at)),
    ).fetchone()
    return clock.parse(row[0]) if row[0] else None


def _asked(store: Store, name: str, at: datetime) -> tuple[datetime | None, str]:
    """The last attempt to read a document's text by then, and how it ended."""
    row = store.execute(
        "select v.moment, v.outcome from visits v join documents d on d.ref = v.document"
        " where d.id = ? and v.part in ('page', 'file') and v.moment <= ?"
        " and v.outcome not in ('not_due', 'not_reached', 'duplicate_request') order by v.moment desc, v.id desc limit 1",
        (name, clock.stored(at)),
    ).fetchone()
    return (clock.parse(row[0]), str(row[1])) if row else (None, "")


def _in_vain(asked: datetime | None, answer: str, life: Standing) -> tuple[datetime | None, str]:
    return (asked, answer) if asked is not None and asked > life.last_confirmed else (None, "")


def _gone_since(store: Store, name: str, at: datetime) -> datetime | None:
    """Since when the document was no longer served; None where it was."""
    steps: Sequence[tuple[Kind, datetime]] = [
        (change.kind, change.window.until)
        for change in lookup.changes(store, document=name)
        if change.kind in (Kind.REMOVED, Kind.RESTORED) and change.window.until <= at
    ]
    return steps[-1][1] if steps and steps[-1][0] is Kind.REMOVED else None
