"""The archive: facts in and out, and the only writer of them.

A crawl begins, writes down its targets, and gives each exactly one visit; an accepted answer adds its body and its
capture in the same transaction as its visit. Nothing here concludes anything: that is `store.derivation`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from store import bodies, chain, clock
from store.chain import Value
from store.database import Store
from store.records import Issue, Origin, Outcome, Part, sha256


@dataclass(frozen=True, slots=True)
class Target:
    """One URL of one part, to be read in a crawl. `key` is the document's key within its source; None for a list."""

    part: Part
    url: str
    key: str | None = None
    net: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one target: the decoded body and its HTTP evidence."""

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    moment: datetime
    redirects: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The value of a header, whatever the case of its name; "" when it was not sent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a regulator's list: the document it names and its content in a canonical form."""

    key: str
    url: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of an accepted answer."""

    outcome: Outcome
    visit: int
    document: int | None
    capture: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """The latest capture of a part: when it was seen, with the server's own validators for the next request."""

    moment: datetime
    etag: str
    last_modified: str
    url: str = ""
    """The address that answered, after redirects: validators are for it alone."""


@dataclass(frozen=True, slots=True)
class Looks:
    """When a document's part was looked at well (read, 304 or gone), first and last.

    `row` is when the regulator's list last said something new about the document; None where it has no row.
    """

    first: datetime
    last: datetime
    followed: bool = False
    row: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where bytes belong: a part of a document, or a list's address."""

    part: Part
    document: int | None
    url: int


class Crawl:
    """One run of one source, from its start row to its end row."""

    def __init__(self, store: Store, source: str, origin: Origin, *, options: str = "", program: str = "") -> None:
        self.store = store
        self.source = source
        self.origin = origin
        self.started = clock.now()
        self.touched: set[int] = set()
        self._pending: list[tuple[str, int, Sequence[Value]]] = []
        with self._facts():
            content = (source, origin.value, clock.stored(self.started), program, options)
            self.id = self._insert("crawls", "source, origin, started, program, options", content)
        self._documents_before = self._count("select count(*) from documents where source = ?")

    def plan(self, targets: Iterable[Target]) -> list[int]:
        """Write down what is about to be fetched; the ids of the targets, in order."""
        with self._facts():
            ids = [self._plan(target) for target in targets]
        return ids

    def _plan(self, target: Target) -> int:
        document = self._document(target.key, target.url, target.net) if target.key is not None else None
        content = (self.id, target.part.value, self._url(target.url), document)
        return self._insert("targets", "crawl, part, url, document", content)

    def failed(
        self,
        target: int,
        outcome: Outcome,
        moment: datetime,
        *,
        message: str = "",
        answer: Answer | None = None,
    ) -> int:
        """Give a target the outcome of a visit that brought no capture: a failure, a 304, a 404, a skip."""
        with self._facts():
            visit = self._visit(target, *self._target(target), outcome, moment, answer, None, message)
        return visit

    def accept(self, target: int, answer: Answer, *, outcome: Outcome | None = None, message: str = "") -> Recorded:
        """Keep an answer that is the document: body, capture and visit in one transaction.

        The outcome is `new`, `changed` or `unchanged` by the bytes, unless `outcome` names what else is known of it
        (`parse_suspect`, `extract_empty`). Bytes already held for this part add no capture.
        """
        with self._facts():
            recorded = self._accept(target, answer, outcome, message)
        return recorded

    def take_all(self, answers: Iterable[tuple[Target, Answer, Outcome | None, str]]) -> list[Recorded]:
        """Plan and settle many answers already in memory, in one transaction (for imports).

        An outcome that says that the answer is not the document leaves a visit and no capture.
        """
        with self._facts():
            return [self._take(self._plan(target), answer, outcome, said) for target, answer, outcome, said in answers]

    def _take(self, target: int, answer: Answer, outcome: Outcome | None, message: str) -> Recorded:
        if outcome in (None, Outcome.PARSE_SUSPECT, Outcome.EXTRACT_EMPTY):
            return self._accept(target, answer, outcome, message)
        part, document = self._target(target)
        visit = self._visit(target, part, document, outcome, answer.moment, answer, None, message)
        return Recorded(outcome, visit, document, None)

    def _accept(self, target: int, answer: Answer, outcome: Outcome | None, message: str) -> Recorded:
        part, document = self._target(target)
        place = _Place(part, document, self._url(answer.url))
        digest = sha256(answer.body)
        known = self._holds(place, digest)
        by_bytes = Outcome.UNCHANGED if known else Outcome.CHANGED if self._holds(place) else Outcome.NEW
        fresh = self._body(place, answer.body, digest)
        visit = self._visit(target, part, document, outcome or by_bytes, answer.moment, answer, digest, message)
        content_type = answer.header("content-type")
        capture = None if known else self._capture(visit, place, answer.moment, digest, content_type)
        if fresh:
            bodies.remember_dictionary(self.store, digest, self.source, part, document)
        self._address(document, part, answer, visit)
        return Recorded(outcome or by_bytes, visit, document, capture)

    def _target(self, target: int) -> tuple[Part, int | None]:
        """Which part of which document a target means; None for a list."""
        part, document = self.store.execute("select part, document from targets where id = ?", (target,)).fetchone()
        return Part(part), document

    def rows(self, visit: int, rows: Iterable[Row], moment: datetime, net: str) -> list[str]:
        """Note that a list visit showed these rows; the keys of those whose content is new or differs from the last.

        A row becomes an `entry` capture only when its own content differs from the row's last.
        """
        changed: list[str] = []
        seen: dict[int, int] = {}
        with self._facts():
            for row in rows:
                document = self._document(row.key, row.url, net)
                seen[document], new = self._row(visit, document, row, moment)
                if new:
                    changed.append(row.key)
            self._sight(visit, seen)
        return changed

    def _row(self, visit: int, document: int, row: Row, moment: datetime) -> tuple[int, bool]:
        """The capture that holds a row's content, and whether it was made now."""
        digest = sha256(row.content)
        last = self.store.execute(
            "select body, id from captures where document = ? and part = 'entry' and moment <= ?"
            " order by moment desc, id desc limit 1",
            (document, clock.stored(moment)),
        ).fetchone()
        if last is not None and last[0] == digest:
            return int(last[1]), False
        place = _Place(Part.ENTRY, document, self._url(row.url))
        fresh = self._body(place, row.content, digest)
        capture = self._capture(visit, place, moment, digest, "application/json")
        if fresh:
            bodies.remember_dictionary(self.store, digest, self.source, Part.ENTRY, document)
        self.touched.add(document)
        return capture, True

    def _sight(self, visit: int, seen: Mapping[int, int]) -> None:
        """Note which rows a list visit showed, each by the capture that holds its content."""
        self.store.connection.executemany(
            "insert or ignore into list_sightings (document, visit, capture) values (?, ?, ?)",
            [(document, visit, capture) for document, capture in sorted(seen.items())],
        )
        self.touched.update(seen)
        if seen:
            self._fact("list_sightings", visit, [value for pair in sorted(seen.items()) for value in pair])

    def list_read(self, *, complete: bool, rows: int, declared: int | None, moment: datetime) -> None:
        """Note that the source's list was read to its end, and whether nothing of it failed. Once in a crawl."""
        with self._facts():
            content = (self.id, clock.stored(moment), int(complete), rows, declared)
            self._insert("list_readings", "crawl, moment, complete, rows, declared", content)

    def issue(self, issue: Issue) -> None:
        """Note something that a person should know about this run."""
        with self._facts():
            content = (self.id, issue.kind, issue.url, issue.message)
            self._insert("crawl_issues", "crawl, kind, url, message", content)

    def finish(
        self,
        reason: str,
        *,
        declared: int | None,
        documents_followed: int,
        versions_new: int,
        changes_new: int,
    ) -> None:
        """Write the end row; targets without a visit become `not_reached`."""
        finished = clock.now()
        with self._facts():
            for (target,) in self.open_targets():
                self._visit(target, *self._target(target), Outcome.NOT_REACHED, finished, None, None, reason)
            documents_new = self._count("select count(*) from documents where source = ?") - self._documents_before
            content: tuple[Value, ...] = (
                self.id,
                clock.stored(finished),
                reason,
                declared,
                documents_new,
                documents_followed,
                versions_new,
                changes_new,
            )
            names = "crawl, finished, reason, declared, documents_new, documents_followed, versions_new, changes_new"
            self._insert("crawl_ends", names, content)

    def open_targets(self) -> list[tuple[int]]:
        """The targets of this crawl that no visit has answered yet."""
        return self.store.execute(
            "select t.id from targets t left join visits v on v.target = t.id"
            " where t.crawl = ? and v.id is null order by t.id",
            (self.id,),
        ).fetchall()

    def _holds(self, place: _Place, digest: str = "") -> bool:
        """Whether bytes of this place are held: these, or any."""
        where, values = "document = ? and part = ?", (place.document, place.part.value)
        if place.document is None:
            where, values = "document is null and url = ? and part = ?", (place.url, place.part.value)
        found = self.store.execute(
            f"select 1 from captures where {where} and ? in ('', body) limit 1", (*values, digest)
        )
        return found.fetchone() is not None

    def _body(self, place: _Place, body: bytes, digest: str) -> int:
        """Keep bytes; the number of their row, 0 where they were held already."""
        fresh = bodies.put(self.store, body, digest, self.source, place.part, place.document, place.url)
        if fresh:
            self._fact("bodies", fresh, (digest, len(body)))
        return fresh

    def _capture(self, visit: int, place: _Place, moment: datetime, digest: str, content_type: str) -> int:
        content = (
            visit,
            place.document,
            place.part.value,
            place.url,
            clock.stored(moment),
            digest,
            content_type,
            self.origin.value,
        )
        return self._insert("captures", "visit, document, part, url, moment, body, content_type, origin", content)

    def _visit(
        self,
        target: int,
        part: Part,
        document: int | None,
        outcome: Outcome,
        moment: datetime,
        answer: Answer | None,
        digest: str | None,
        message: str,
    ) -> int:
        elsewhere = answer is not None and answer.final_url != answer.url
        content = (
            target,
            document,
            part.value,
            clock.stored(moment),
            outcome.value,
            answer.status if answer else None,
            self._url(answer.final_url) if answer and elsewhere else None,
            json.dumps(answer.redirects) if answer and answer.redirects else None,
            json.dumps(answer.headers, ensure_ascii=False, separators=(",", ":")) if answer else None,
            message or None,
            digest,
        )
        names = "target, document, part, moment, outcome, status, final_url, redirects, headers, message, body"
        visit = self._insert("visits", names, content)
        if document is not None:
            self.touched.add(document)
        return visit

    def _address(self, document: int | None, part: Part, answer: Answer, visit: int) -> None:
        """Remember an address at which a part of the document was served."""
        if document is None:
            return
        url = self._url(answer.final_url)
        added = self.store.execute(
            "insert or ignore into document_urls (document, part, url, visit) values (?, ?, ?, ?)",
            (document, part.value, url, visit),
        )
        if added.rowcount:
            self._fact("document_urls", visit, (document, part.value, url, visit))

    def _document(self, key: str, url: str, net: str) -> int:
        name = f"{self.source}:{key}"
        row = self.store.execute("select ref from documents where id = ?", (name,)).fetchone()
        if row is not None:
            return int(row[0])
        ref = self._insert(
            "documents", "id, source, key, first_url, net", (name, self.source, key, self._url(url), net)
        )
        self.touched.add(ref)
        return ref

    def _url(self, url: str) -> int:
        row = self.store.execute("select id from urls where url = ?", (url,)).fetchone()
        return int(row[0]) if row is not None else self._insert("urls", "url", (url,))

    def _insert(self, table: str, names: str, content: Sequence[Value]) -> int:
        """Insert a fact and remember it for the chain. Table and column names are this module's own words."""
        marks = ", ".join("?" * len(content))
        cursor = self.store.execute(f"insert into {table} ({names}) values ({marks})", content)
        row = int(cursor.lastrowid or 0)
        self._fact(table, row, content)
        return row

    def _fact(self, table: str, row: int, content: Sequence[Value]) -> None:
        self._pending.append((table, row, content))

    @contextmanager
    def _facts(self) -> Iterator[None]:
        """One transaction of facts, chained at its end; nothing of it remains when it fails."""
        self._pending = []
        with self.store.write():
            yield
            chain.append(self.store, self._pending)
        self._pending = []

    def _count(self, sql: str) -> int:
        return int(self.store.execute(sql, (self.source,)).fetchone()[0])


_READ = "v.body is not null and v.outcome not in ('parse_suspect', 'extract_empty')"
"""A visit that brought the document: bytes that nobody understood may be a wall's, and prove no look."""


def held(store: Store, source: str, key: str, part: Part) -> Held | None:
    """The last full answer from the site for a document's part, with the validators that came with it."""
    row = store.execute(
        "select v.moment, v.headers, u.url from visits v join documents d on d.ref = v.document"
        " join targets t on t.id = v.target join crawls c on c.id = t.crawl"
        " join urls u on u.id = coalesce(v.final_url, t.url)"
        f" where d.id = ? and v.part = ? and {_READ} and c.origin = 'live'"
        " order by v.moment desc, v.id desc limit 1",
        (f"{source}:{key}", part.value),
    ).fetchone()
    if row is None:
        return None
    headers = {name.lower(): value for name, value in json.loads(row[1] or "[]")}
    return Held(clock.parse(row[0]), headers.get("etag", ""), headers.get("last-modified", ""), row[2])


def is_read(store: Store, source: str, key: str, part: Part, body: bytes) -> bool:
    """Whether these bytes of a document's part are held, with a text that today's reader found in them without doubt."""
    row = store.execute(
        "select 1 from documents d join captures k on k.document = d.ref join readings r on r.capture = k.id"
        " join contents c on c.id = r.content"
        " where d.id = ? and k.part = ? and k.body = ? and r.problem = '' and c.length > 0",
        (f"{source}:{key}", part.value, sha256(body)),
    ).fetchone()
    return row is not None


def looks(store: Store, source: str, part: Part) -> Mapping[str, Looks]:
    """For each document of a source whose part was ever looked at well: those looks."""
    rows = store.execute(
        "select d.key, min(v.moment), max(v.moment), coalesce(s.followed, 0),"
        " (select max(k.moment) from captures k where k.document = d.ref and k.part = 'entry')"
        " from documents d join visits v on v.document = d.ref left join standings s on s.document = d.ref"
        f" where d.source = ? and v.part = ? and ({_READ}"
        " or v.outcome in ('not_modified_304', 'gone_404_410')) group by d.ref",
        (source, part.value),
    )
    return {
        key: Looks(clock.parse(first), clock.parse(last), bool(followed), clock.parse(row) if row else None)
        for key, first, last, followed, row in rows
    }


def references(store: Store, source: str, keys: Iterable[str]) -> list[int]:
    """The internal numbers of documents, by their keys; keys that the store does not know are left out."""
    ids = json.dumps([f"{source}:{key}" for key in keys])
    rows = store.execute("select ref from documents where id in (select value from json_each(?)) order by ref", (ids,))
    return [int(ref) for (ref,) in rows]


def known_urls(store: Store, source: str, part: Part) -> Mapping[str, str]:
    """For each document of a source, the address at which its part was last served."""
    rows = store.execute(
        "select d.key, u.url from documents d join targets t on t.document = d.ref join urls u on u.id = t.url"
        " where d.source = ? and t.part = ? group by d.ref having t.id = max(t.id)",
        (source, part.value),
    )
    return dict(rows.fetchall())
