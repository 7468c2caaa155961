"""Evidence: the facts behind a change, or behind one version, exactly as they are kept.

Nothing here is concluded anew: bodies, visits and readings are handed over with the hashes that the chain gave them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import zstandard

from store import bodies, chain, clock, looks, lookup
from store.contents import blocks_of_content
from store.database import Store
from store.errors import Unknown
from store.lookup import VersionSeen
from store.records import Change, Document, Kind, Origin, Outcome, Part, Reading
from store.rules import concluded_by, rules_of
from store.timeline import CONFIRMED_AFTER


class Form(StrEnum):
    """What sort of bytes a body holds; the value is the ending of a file with them."""

    PAGE = "html"
    PDF = "pdf"
    JSON = "json"
    OTHER = "bin"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Why the bytes of a body are no longer kept, who decided it, and when."""

    reason: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """One visit with its HTTP evidence, and the run that made it.

    `url` is the address asked for, `final_url` the one that answered. `status` is None where nobody answered. `body`
    is the SHA-256 of what came, "" where nothing was kept.
    """

    part: Part
    url: str
    final_url: str
    redirects: tuple[str, ...]
    moment: datetime
    outcome: Outcome
    status: int | None
    headers: tuple[tuple[str, str], ...]
    message: str
    body: str
    source: str
    origin: Origin
    started: datetime
    program: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """The bytes of one part of a version, the visit that brought them, and what they say.

    `of_version` are the bytes that the version rests on; others were seen where the change begins or ends and say the
    same. `body` is None where the bytes are not kept: `tombstone` says why, and is None where they never were. `reading`
    is None where nobody can read the bytes, or where they are gone and its text was packed against them.
    """

    part: Part
    url: str
    captured: datetime
    content_type: str
    origin: Origin
    sha256: str
    size: int
    body: bytes | None
    tombstone: Tombstone | None
    sighting: Sighting
    reading: Reading | None
    of_version: bool = True

    @property
    def form(self) -> Form:
        """What sort of bytes they are, by what stands in them, else by what the server said, else by their part."""
        said = self.content_type.lower()
        if (self.body or b"").startswith(b"%PDF-") or "pdf" in said:
            return Form.PDF
        if self.part is Part.ENTRY or "json" in said:
            return Form.JSON
        return Form.PAGE if self.part is Part.PAGE or "html" in said else Form.OTHER


@dataclass(frozen=True, slots=True)
class Shown:
    """One version, with the exhibits it rests on: the page, the file, then the entry."""

    version: VersionSeen
    exhibits: tuple[Exhibit, ...]


@dataclass(frozen=True, slots=True)
class ChainedFact:
    """A fact as the chain holds it: `sha256` is over the predecessor's bytes and the UTF-8 of `content`.

    `content` is canonical JSON: the table's name and the row's values. It is None where the row is a body that was
    removed.
    """

    seq: int
    table: str
    row: int
    content: str | None
    predecessor: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that the store knows about how one change came to be known.

    `sightings` are the visits to the document from the last look before the change to the first after it, and those
    that brought the exhibits; for a removal also the look that proved it. `head` is the hash of the store's latest
    fact, `length` how many facts there are. `rules` is the fingerprint of the rules by which the change was concluded.
    """

    change: Change
    document: Document
    before: Shown | None
    after: Shown | None
    sightings: tuple[Sighting, ...]
    facts: tuple[ChainedFact, ...]
    head: str
    length: int
    rules: str
    concluded_by: str


def of_change(store: Store, name: str) -> Evidence:
    """The evidence of a change, by its id. Raises Unknown where there is no such change."""
    change = lookup.change(store, name)
    group = _group(store, change.document)
    before, after = _sides(store, change, group)
    exhibits = [exhibit for side in (before, after) for exhibit in side]
    visits = dict.fromkeys([*(found.visit for found in exhibits), *_visits_around(store, change, group)])
    sightings = sorted((_sighting(store, visit) for visit in visits), key=_in_time)
    length, head = chain.end(store)
    return Evidence(
        change,
        lookup.document_in(store, change),
        _shown(store, change.document, change.before.n, before) if change.before else None,
        _shown(store, change.document, change.after.n, after) if change.after else None,
        tuple(sightings),
        tuple(_facts(store, group, exhibits, visits)),
        head.hex(),
        length,
        rules_of(store).fingerprint(),
        concluded_by(store),
    )


def of_version(store: Store, name: str, n: int) -> Shown:
    """One version of a document with its exhibits. Raises Unknown."""
    return _shown(store, name, n, _of_version(store, name, n, _group(store, name)))


@dataclass(frozen=True, slots=True)
class _Found:
    """Where an exhibit stands: its capture, the visit that showed it, and when."""

    capture: int
    visit: int
    moment: datetime
    of_version: bool = True


def _group(store: Store, name: str) -> str:
    """The rows of a document and of those that turned out to be it at another address, as a JSON array."""
    row = store.execute("select ref from documents where id = ?", (name,)).fetchone()
    if row is None:
        raise Unknown(f"no document {name!r} in {store.path}")
    return json.dumps([row[0], *looks.aliases(store, row[0])])


def _sides(store: Store, change: Change, group: str) -> tuple[list[_Found], list[_Found]]:
    """The exhibits before and after: what the versions rest on, and other bytes seen last before and first after."""
    before = _of_version(store, change.document, change.before.n, group) if change.before else []
    after = _of_version(store, change.document, change.after.n, group) if change.after else []
    if change.before and change.window.after:
        before += _seen_at(store, group, change.window.after, before)
    if change.after:
        after += _seen_at(store, group, change.window.until, after)
    return before, after


def _of_version(store: Store, name: str, n: int, group: str) -> list[_Found]:
    rows = store.execute(
        "select p.part, p.capture, p.captured, k.visit, k.body from version_parts p join captures k on k.id = p.capture"
        " join documents d on d.ref = p.document where d.id = ? and p.n = ?",
        (name, n),
    ).fetchall()
    order = (Part.PAGE, Part.FILE, Part.ENTRY)
    return [
        _Found(capture, _visit_of(store, group, part, capture, captured, body) or visit, clock.parse(captured))
        for part, capture, captured, visit, body in sorted(rows, key=lambda row: order.index(row[0]))
    ]


def _visit_of(store: Store, group: str, part: str, capture: int, moment: str, body: str) -> int | None:
    """The visit that showed these bytes at this moment: not the first one, where a text came back."""
    if part == Part.ENTRY:
        found = store.execute(
            "select v.id from list_sightings s join visits v on v.id = s.visit"
            " where s.document in (select value from json_each(?)) and s.capture = ? and v.moment = ? order by v.id",
            (group, capture, moment),
        ).fetchone()
    else:
        found = store.execute(
            "select id from visits where document in (select value from json_each(?)) and part = ? and moment = ?"
            " and body = ? order by id",
            (group, part, moment, body),
        ).fetchone()
    return int(found[0]) if found else None


def _seen_at(store: Store, group: str, moment: datetime, known: Sequence[_Found]) -> list[_Found]:
    """Bytes of pages and files seen at a moment that the version does not rest on."""
    rows = store.execute(
        "select k.id, v.id from visits v join captures k on k.document = v.document and k.part = v.part"
        " and k.body = v.body where v.document in (select value from json_each(?)) and v.moment = ? order by v.id",
        (group, clock.stored(moment)),
    )
    held = {found.capture for found in known}
    return [_Found(capture, visit, moment, of_version=False) for capture, visit in rows if capture not in held]


def _visits_around(store: Store, change: Change, group: str) -> Iterator[int]:
    """The visits to the document within the change's window, and for a removal up to the look that proved it."""
    rows = store.execute(
        "select id, moment, outcome from visits where document in (select value from json_each(?)) and moment >= ?"
        " order by moment, id",
        (group, clock.stored(change.window.after or change.window.until)),
    )
    proven = change.window.until + (CONFIRMED_AFTER if change.kind is Kind.REMOVED else timedelta())
    for visit, moment, outcome in rows:
        when = clock.parse(moment)
        if when <= change.window.until or (change.kind is Kind.REMOVED and outcome == Outcome.GONE):
            yield visit
        if when > change.window.until and (change.kind is not Kind.REMOVED or when >= proven):
            break


def _in_time(sighting: Sighting) -> tuple[datetime, str, str, str]:
    return sighting.moment, sighting.part, sighting.url, sighting.body


def _sighting(store: Store, visit: int) -> Sighting:
    row = store.execute(
        "select v.part, u.url, coalesce(f.url, u.url), v.redirects, v.moment, v.outcome, v.status, v.headers,"
        " v.message, v.body, c.source, c.origin, c.started, c.program from visits v join targets t on t.id = v.target"
        " join crawls c on c.id = t.crawl join urls u on u.id = t.url left join urls f on f.id = v.final_url"
        " where v.id = ?",
        (visit,),
    ).fetchone()
    part, url, final, redirects, moment, outcome, status, headers, message, body, source, origin, started, by = row
    return Sighting(
        Part(part),
        url,
        final,
        tuple(json.loads(redirects or "[]")),
        clock.parse(moment),
        Outcome(outcome),
        status,
        tuple((name, value) for name, value in json.loads(headers or "[]")),
        message or "",
        body or "",
        source,
        Origin(origin),
        clock.parse(started),
        by,
    )


def _shown(store: Store, name: str, n: int, found: Iterable[_Found]) -> Shown:
    return Shown(lookup.version(store, name, n), tuple(_exhibit(store, one) for one in found))


def _exhibit(store: Store, found: _Found) -> Exhibit:
    part, url, body, content_type, origin = store.execute(
        "select k.part, u.url, k.body, k.content_type, k.origin from captures k join urls u on u.id = k.url"
        " where k.id = ?",
        (found.capture,),
    ).fetchone()
    plain, tombstone, size = bodies.get(store, body), *_tombstone(store, body)
    return Exhibit(
        Part(part),
        url,
        found.moment,
        content_type,
        Origin(origin),
        body,
        size if plain is None else len(plain),
        plain,
        tombstone,
        _sighting(store, found.visit),
        _reading(store, found.capture),
        found.of_version,
    )


def _tombstone(store: Store, body: str) -> tuple[Tombstone | None, int]:
    """Why a body is gone, and how long it was; None and 0 for one without a tombstone."""
    row = store.execute("select reason, by, at, size from tombstones where body = ?", (body,)).fetchone()
    return (Tombstone(*row[:3]), int(row[3])) if row else (None, 0)


def _reading(store: Store, capture: int) -> Reading | None:
    row = store.execute(
        "select c.title, c.fields, coalesce(r.stamps, c.stamps), c.id, c.language, coalesce(r.statements, c.statements),"
        " r.problem from readings r join contents c on c.id = r.content where r.capture = ?",
        (capture,),
    ).fetchone()
    if row is None:
        return None
    title, fields, stamps, content, language, statements, problem = row
    try:
        blocks = blocks_of_content(store, content)
    except zstandard.ZstdError:  # a text is packed against its body, which is gone
        return None
    number, published, basis, pair = json.loads(statements)
    values = json.loads(fields), json.loads(stamps)
    return Reading(title, *values, blocks, language, number, published, basis, pair, problem)


def _facts(store: Store, group: str, exhibits: Iterable[_Found], visits: Mapping[int, None]) -> Iterator[ChainedFact]:
    """The facts that the evidence rests on, in the order in which they were written."""
    wanted = {("documents", ref) for ref in json.loads(group)}
    wanted |= {("captures", found.capture) for found in exhibits} | {("visits", visit) for visit in visits}
    for visit in visits:
        target, crawl, url, final, body = store.execute(
            "select v.target, t.crawl, t.url, v.final_url, b.id from visits v join targets t on t.id = v.target"
            " left join bodies b on b.sha256 = v.body where v.id = ?",
            (visit,),
        ).fetchone()
        wanted |= {("targets", target), ("crawls", crawl), ("urls", url), ("urls", final), ("bodies", body)}
    for found in exhibits:
        url, body, gone = store.execute(
            "select k.url, b.id, t.rowid from captures k left join bodies b on b.sha256 = k.body"
            " left join tombstones t on t.body = k.body where k.id = ?",
            (found.capture,),
        ).fetchone()
        wanted |= {("urls", url), ("bodies", body), ("tombstones", gone)}
    for link in chain.links(store, (fact for fact in wanted if fact[1] is not None)):
        content = chain.content_of(store, link.fact, link.row)
        text = None if content is None else chain.canonical(link.fact, content)
        yield ChainedFact(link.seq, link.fact, link.row, text, link.predecessor.hex(), link.hash.hex())
