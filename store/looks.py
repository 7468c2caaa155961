"""Looks: everything that was seen of a document, brought together from the facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from store import clock
from store.database import Store
from store.records import Origin, Outcome, Part
from store.timeline import Look, Read


@dataclass(frozen=True, slots=True)
class Known:
    """The capture that holds certain bytes, and what they say; None where they could not be read."""

    capture: int
    read: Read | None


Bytes = Mapping[tuple[str, str], Known]
"""What is known of a document's bytes, by part and body."""


@dataclass(frozen=True, slots=True)
class ListReading:
    """A believed complete reading of a source's list."""

    crawl: int
    moment: str


def aliases(store: Store, document: int) -> list[int]:
    """The documents that turned out to be this one at another address."""
    rows = store.execute("select document from aliases where stands_for = ? order by document", (document,))
    return [ref for (ref,) in rows]


def original(store: Store, document: int) -> int:
    """The document that this one stands for; itself, unless it was found at a new address of one known before."""
    row = store.execute("select stands_for from aliases where document = ?", (document,)).fetchone()
    return int(row[0]) if row else document


def believed(store: Store) -> Mapping[str, Sequence[ListReading]]:
    """The believed list readings of each source, oldest first."""
    found: dict[str, list[ListReading]] = {}
    rows = store.execute(
        "select c.source, b.crawl, l.moment from list_beliefs b join list_readings l on l.crawl = b.crawl"
        " join crawls c on c.id = b.crawl order by l.moment"
    )
    for source, crawl, moment in rows:
        found.setdefault(source, []).append(ListReading(crawl, moment))
    return found


def gather(
    store: Store, group: Sequence[int], known: Mapping[int, Bytes], lists: Sequence[ListReading]
) -> Iterator[Look]:
    """Everything that was seen of a document and of those that stand for it: visits, and rows in lists."""
    for member in group:
        yield from _visits(store, member, known[member])
    yield from _rows(store, group, known, lists)


def _visits(store: Store, document: int, known: Bytes) -> Iterable[Look]:
    rows = store.execute(
        "select v.moment, v.part, v.outcome, v.body, coalesce(f.url, u.url), c.origin from visits v"
        " join targets t on t.id = v.target join crawls c on c.id = t.crawl join urls u on u.id = t.url"
        " left join urls f on f.id = v.final_url left join doubts x on x.visit = v.id"
        " where v.document = ? and x.visit is null",
        (document,),
    )
    for moment, part, outcome, body, url, origin in rows:
        when = clock.parse(moment)
        held = known.get((part, body))
        if held is not None:
            yield Look(when, Part(part), body, held.read, url=url, capture=held.capture, origin=Origin(origin))
        elif outcome == Outcome.NOT_MODIFIED:
            yield Look(when, Part(part))
        elif outcome == Outcome.GONE:
            yield Look(when, Part(part), gone=True)


def _rows(
    store: Store, group: Sequence[int], known: Mapping[int, Bytes], lists: Sequence[ListReading]
) -> Iterator[Look]:
    """The document's rows as lists showed them, and the believed lists that did not.

    A row is seen daily for years: of equal sightings in a run only the first and the last say anything.
    """
    seen: list[_Row] = []
    crawls: set[int] = set()
    for member in group:
        rows = store.execute(
            "select v.moment, s.capture, k.body, t.crawl, k.origin from list_sightings s"
            " join visits v on v.id = s.visit join targets t on t.id = v.target join captures k on k.id = s.capture"
            " where s.document = ?",
            (member,),
        )
        for moment, capture, body, crawl, origin in rows:
            seen.append(_Row(moment, capture, body, member, origin))
            crawls.add(crawl)
    if not seen:
        return
    first = min(seen).moment
    missed = [_Row(r.moment) for r in lists if r.crawl not in crawls and r.moment > first]
    for row in _ends_of_runs(sorted([*seen, *missed])):
        when = clock.parse(row.moment)
        if not row.capture:
            yield Look(when, Part.ENTRY, absent=True)
        elif held := known[row.document].get((Part.ENTRY.value, row.body)):
            yield Look(when, Part.ENTRY, row.body, held.read, capture=row.capture, origin=Origin(row.origin))


class _Row(NamedTuple):
    """One sighting of a row, or the lack of one (no capture)."""

    moment: str
    capture: int = 0
    body: str = ""
    document: int = 0
    origin: str = ""


def _ends_of_runs(rows: Sequence[_Row]) -> Iterator[_Row]:
    """The first and the last of each run of rows that show the same."""
    for index, row in enumerate(rows):
        before = rows[index - 1].capture if index else None
        after = rows[index + 1].capture if index + 1 < len(rows) else None
        # Absences are proven by two of them a day apart, so none is left out.
        if not row.capture or row.capture != before or row.capture != after:
            yield row
