"""Derivation: from the facts of one document to its rows of versions, changes, mentions and standing.

Everything written here can be thrown away and built again. The rules are pure functions in `timeline`, `changes` and
`mentions`; this file brings them their facts and keeps what they conclude.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from store import bodies, clock, looks, settling
from store.changes import PRECEDENCE, Subject, blocks_of, conclude, fields_of, text_hash, title_of
from store.database import Store
from store.mentions import Topic, find
from store.normal import canonical, folded
from store.records import (
    Block,
    BlockKind,
    Change,
    Issue,
    Material,
    Mention,
    Part,
    Reader,
    Reading,
    Side,
    Status,
    Unreadable,
    sha256,
)
from store.timeline import History, Read, StepKind, Version, build

_BASES = ("posted", "issued", "current_as_of")
"""Which of the regulator's dates is the published one, the best first."""
_INDEXED_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Follow:
    """A document followed whatever it says: `document` is an id, `url` an address, `path` the beginning of one's path,
    `number` the regulator's own, `title` words of its title. One of them is set.
    """

    reason: str
    document: str = ""
    url: str = ""
    path: str = ""
    number: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the user decides: topics, and what is followed besides."""

    topics: tuple[Topic, ...] = ()
    follows: tuple[Follow, ...] = ()

    def fingerprint(self) -> str:
        """A text that is equal when the rules are."""
        topics = [
            [t.name, t.terms, t.words, [[word, beside] for word, beside in t.near.items()], t.within]
            for t in self.topics
        ]
        follows = [[f.reason, f.document, f.url, f.path, f.number, f.title] for f in self.follows]
        return json.dumps([topics, follows], ensure_ascii=False)

    @classmethod
    def from_fingerprint(cls, text: str) -> Rules:
        """The rules a fingerprint was made from."""
        topics, follows = json.loads(text)
        return cls(
            tuple(
                Topic(name, tuple(terms), tuple(words), {word: tuple(beside) for word, beside in near}, within)
                for name, terms, words, near, within in topics
            ),
            tuple(Follow(*follow) for follow in follows),
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is derived for a source."""

    followed: int
    versions: int
    changes: int


class Derivation:
    """Keeps what is derived equal to what the facts, today's reader and the rules say."""

    def __init__(self, store: Store, read: Reader, rules: Rules | None = None) -> None:
        self.store = store
        self.read = read
        self.rules = rules if rules is not None else rules_of(store)
        self._blocks: dict[int, tuple[Block, ...]] = {}
        self._waiting: dict[int, str] = {}

    def update(self, documents: Iterable[int], readings: Mapping[int, Reading] | None = None) -> None:
        """Derive these documents anew. `readings` gives, by capture, readings that were just made."""
        with self._writing():
            today = self._today()
            for document in dict.fromkeys(documents):
                self._derive(document, readings or {}, today)

    def differs(self) -> bool:
        """Whether the store was last derived by other rules, or by none yet."""
        known = self.store.execute("select value from derivation where key = 'rules'").fetchone()
        return known is None or known[0] != self.rules.fingerprint()

    def adopt(self) -> None:
        """Derive every document by these rules, and remember them as the store's."""
        with self._writing():
            self.store.execute(
                "insert or replace into derivation (key, value) values ('rules', ?)", (self.rules.fingerprint(),)
            )
            today = self._today()
            for (ref,) in self.store.execute("select ref from documents order by ref").fetchall():
                self._drop_versions(ref)
                self._derive(ref, {}, today)

    def rebuild(self, source: str | None = None) -> None:
        """Read every capture again with today's reader and derive every document."""
        where, values = ("where source = ?", (source,)) if source else ("", ())
        with self._writing():
            settling.forget(self.store, source)
            refs = [ref for (ref,) in self.store.execute(f"select ref from documents {where} order by ref", values)]
            for ref in refs:
                self._drop_versions(ref)
                self._forget(ref)
            self._blocks.clear()
            today = self._today()
            for ref in refs:
                self._derive(ref, {}, today)
            self._settle_all(source)

    def settle(self, crawl: int) -> tuple[Issue, ...]:
        """Draw the conclusions that only a whole run allows, at its end; what a person should know of them."""
        with self._writing():
            settled = settling.settle(self.store, crawl, self._of)
            today = self._today()
            for document in sorted(settled.documents):
                self._derive(document, {}, today)
        return tuple(settled.issues)

    def settle_again(self, source: str) -> None:
        """Settle every run of a source anew: a person has accepted what a guard held back."""
        with self._writing():
            settling.forget(self.store, source)
            self._settle_all(source)

    def _settle_all(self, source: str | None) -> None:
        """Settle run after run; what an earlier one touched may rest on a later one, so it is derived once more."""
        touched: set[int] = set()
        for crawl in settling.unsettled(self.store, source):
            settled = settling.settle(self.store, crawl, self._of)
            touched |= settled.documents
            self.update(sorted(settled.documents))
        self.update(sorted(touched))

    def catch_up(self) -> None:
        """Conclude what runs that were cut off, or crawls without these rules, left without a conclusion."""
        for crawl in settling.unsettled(self.store):
            self.update(settling.documents_of(self.store, crawl))
            self.settle(crawl)

    def counts(self, source: str) -> Counts:
        row = self.store.execute(
            "select count(*) filter (where s.followed), coalesce(sum(s.version_count), 0),"
            " (select count(*) from changes c join documents d on d.ref = c.document where d.source = :source)"
            " from standings s join documents d on d.ref = s.document where d.source = :source",
            {"source": source},
        ).fetchone()
        return Counts(*map(int, row))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction. If it is undone, so are the contents in it, and their numbers will be given to others."""
        try:
            with self.store.write():
                yield
                self._index()
        except BaseException:
            self._blocks.clear()
            self._waiting.clear()
            raise

    def _drop_versions(self, document: int) -> None:
        """Drop what stands on the readings of a document, whatever it was concluded by."""
        for table in ("mentions", "version_parts", "versions", "changes"):
            self.store.execute(f"delete from {table} where document = ?", (document,))
        self.store.execute("update standings set basis = null where document = ?", (document,))

    def _forget(self, document: int) -> None:
        """Drop the readings of a document's captures, and the contents that only they used."""
        mine = "select id from captures where document = ?"
        held = self.store.execute(f"select distinct content from readings where capture in ({mine})", (document,))
        contents = [content for (content,) in held if content is not None]
        self._unindex(document)
        self.store.execute(f"delete from readings where capture in ({mine})", (document,))
        for content in contents:
            self.store.execute(
                "delete from contents where id = ? and not exists (select 1 from readings where content = id)",
                (content,),
            )

    def _derive(self, document: int, readings: Mapping[int, Reading], today: _Today) -> None:
        asked, document = document, looks.original(self.store, document)
        if asked != document:
            self._drop_versions(asked)
            self._unindex(asked)
        name, source, first_url = self.store.execute(
            "select d.id, d.source, u.url from documents d join urls u on u.id = d.first_url where d.ref = ?",
            (document,),
        ).fetchone()
        group = [document, *looks.aliases(self.store, document)]
        known = {member: self._known(member, source, readings) for member in group}
        history = build(looks.gather(self.store, group, known, today.lists.get(source, ())))
        if not history.versions:
            self._drop_versions(document)
            self._unindex(document)
            return
        urls, muted = self._urls(group, history, first_url), self._muted(document)
        technical = self._technical(history, today)
        basis = _basis(name, history, urls, muted, today.rules, technical)
        if self._only_seen_again(document, history.versions[-1], basis):
            return
        mentions = {version.n: self._mentions(version) for version in history.versions}
        follow = _follow(today.follows, name, urls, history, mentions)
        standing = _Standing(name, source, urls, follow, muted, basis)
        subject = Subject(name, history, mentions, follow.version if follow else None, self._of, technical)
        self._keep_versions(document, history, mentions)
        self._keep_changes(document, conclude(subject))
        self._keep_standing(document, standing, history, mentions)

    def _only_seen_again(self, document: int, latest: Version, basis: bytes) -> bool:
        """Whether all that is new is that the latest version was seen once more, which then is all that is written."""
        kept = self.store.execute("select basis from standings where document = ?", (document,)).fetchone()
        if kept is None or kept[0] != basis:
            return False
        self.store.execute(
            "update versions set last_seen = ? where document = ? and n = ?",
            (clock.stored(latest.last_seen), document, latest.n),
        )
        return True

    def _known(self, document: int, source: str, readings: Mapping[int, Reading]) -> looks.Bytes:
        """What a document's captures say, by part and bytes; those not read yet are read now."""
        captures = self.store.execute(
            "select c.id, c.part, u.url, c.body, c.content_type"
            " from captures c join urls u on u.id = c.url where c.document = ? order by c.id",
            (document,),
        ).fetchall()
        kept = self._kept_readings(document)
        known: dict[tuple[str, str], looks.Known] = {}
        for capture, part, url, body, content_type in captures:
            if (part, body) not in known:
                if capture in kept:
                    read = kept[capture]
                else:
                    material = Material(source, Part(part), url, b"", content_type)
                    read = self._read(capture, material, body, readings.get(capture))
                known[part, body] = looks.Known(capture, read)
        return known

    def _kept_readings(self, document: int) -> Mapping[int, Read | None]:
        """What is kept of a document's captures, by their number; None for one that could not be understood."""
        rows = self.store.execute(
            "select r.capture, c.id, c.alike, c.text_key, c.text_sha256, c.length, c.row_blocks, c.title, c.language,"
            " c.fields, coalesce(r.stamps, c.stamps), r.problem, coalesce(r.statements, c.statements)"
            " from captures k join readings r on r.capture = k.id left join contents c on c.id = r.content"
            " where k.document = ?",
            (document,),
        )
        parsed = cache(json.loads)
        kept: dict[int, Read | None] = {}
        for capture, *measures, title, language, fields, stamps, problem, statements in rows:
            known = measures[0] is not None
            said = (title, language, parsed(fields), parsed(stamps), problem, parsed(statements)) if known else None
            kept[capture] = _read_of(measures, *said) if said else None
        return kept

    def _read(self, capture: int, material: Material, body: str, reading: Reading | None) -> Read | None:
        """Read a capture and keep what it says; None where it cannot be understood, or its bytes are not there."""
        plain = bodies.get(self.store, body) if reading is None else b""
        if plain is None:
            return None
        try:
            reading = reading or self.read(replace(material, body=plain))
        except Unreadable as problem:
            self._keep_reading(capture, None, None, None, str(problem))
            return None
        stamps, statements = _json(reading.stamps), _json(_statements(reading))
        said, stated, *measures = self._keep_content(reading, stamps, statements, body)
        first = (stamps if stamps != said else None, statements if statements != stated else None)
        self._keep_reading(capture, measures[0], *first, reading.problem)
        self._remember_blocks(measures[0], reading.blocks)
        fields, stamped = dict(reading.fields), dict(reading.stamps)
        return _read_of(
            measures, reading.title, reading.language, fields, stamped, reading.problem, _statements(reading)
        )

    def _keep_reading(
        self, capture: int, content: int | None, stamps: str | None, statements: str | None, problem: str
    ) -> None:
        """Keep a reading; stamps and statements only where they differ from those its content was first read with."""
        self.store.execute(
            "insert into readings (capture, content, stamps, statements, problem) values (?, ?, ?, ?, ?)",
            (capture, content, stamps, statements, problem),
        )

    def _keep_content(self, reading: Reading, stamps: str, statements: str, body: str) -> Sequence[Any]:
        """A content's first stamps and statements, its number, and what a `Read` says of its text."""
        packed = _pack(reading.blocks)
        heading = _json([reading.title, reading.language, reading.fields])
        digest = sha256(heading.encode("utf-8", "surrogatepass") + b"\n" + packed)
        kept: Sequence[Any] | None = self.store.execute(
            "select stamps, statements, id, alike, text_key, text_sha256, length, row_blocks from contents where hash = ?",
            (digest,),
        ).fetchone()
        if kept is not None:
            return kept
        text = reading.text
        text_key = sha256(" ".join(filter(None, (canonical(block.text) for block in reading.blocks))))
        fields = {name: canonical(value) for name, value in reading.fields.items()}
        alike = sha256(_json([canonical(reading.title), fields, text_key]))
        measures = (
            alike,
            text_key,
            sha256(text),
            len(text),
            sum(block.kind is BlockKind.ROW for block in reading.blocks),
        )
        plain = bodies.get(self.store, body) if packed else None
        cursor = self.store.execute(
            "insert into contents (hash, title, language, fields, stamps, statements, alike, text_key, text_sha256, length,"
            " row_blocks, dictionary, blocks) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                digest,
                reading.title,
                reading.language,
                _json(reading.fields),
                stamps,
                statements,
                *measures,
                body if packed else None,
                bodies.compress_text(packed, plain),
            ),
        )
        return (stamps, statements, cursor.lastrowid, *measures)

    def _remember_blocks(self, content: int, blocks: tuple[Block, ...]) -> None:
        if len(self._blocks) >= 2 * _INDEXED_AT_ONCE:
            del self._blocks[next(iter(self._blocks))]
        self._blocks[content] = blocks

    def _of(self, content: int) -> tuple[Block, ...]:
        if content not in self._blocks:
            self._remember_blocks(content, content_blocks(self.store, content))
        return self._blocks[content]

    def _mentions(self, version: Version) -> Sequence[Mention]:
        parts = [version.parts[part] for part in PRECEDENCE if part in version.parts]
        fields = {name: value for held in parts for name, value in held.read.fields.items()}
        return find(self.rules.topics, title_of(version), fields, blocks_of(version, self._of))

    def _urls(self, group: Sequence[int], history: History, first_url: str) -> list[str]:
        """The addresses of a document's page, the latest first."""
        page = history.versions[-1].parts.get(Part.PAGE)
        found = [page.url] if page is not None and page.url else []
        for member in group:
            rows = self.store.execute(
                "select u.url from document_urls a join urls u on u.id = a.url"
                " where a.document = ? and a.part = 'page' order by a.visit desc",
                (member,),
            )
            found.extend(url for (url,) in rows)
        return list(dict.fromkeys(found)) or [first_url]

    def _technical(self, history: History, today: _Today) -> frozenset[int]:
        """The versions to which only edits of the site's template led."""
        found = set()
        for step in history.steps if today.templates else ():
            if step.kind is StepKind.CONTENT:
                before, after = (history.versions[n - 1] for n in (step.before, step.after))
                alike = today.templates.get(self._crawl_of(after), frozenset())
                made = settling.edits(blocks_of(before, self._of), blocks_of(after, self._of)) if alike else frozenset()
                if made and made <= alike and before.main.read.fields == after.main.read.fields:
                    found.add(step.after)
        return frozenset(found)

    def _crawl_of(self, version: Version) -> int:
        """The run that brought a version's text."""
        row = self.store.execute(
            "select t.crawl from captures k join visits v on v.id = k.visit join targets t on t.id = v.target"
            " where k.id = ?",
            (version.main.look.capture,),
        ).fetchone()
        return int(row[0]) if row else 0

    def _muted(self, document: int) -> str:
        row = self.store.execute(
            "select muted, by, reason from mutes where document = ? order by id desc limit 1", (document,)
        ).fetchone()
        return f"muted by {row[1]}: {row[2]}" if row and row[0] else ""

    def _today(self) -> _Today:
        """The rules, and what is followed whatever it says, by the configuration and by hand."""
        follows = (*self.rules.follows, *(Follow(reason, url=url) for url, reason in watches(self.store)))
        templates: dict[int, set[str]] = {}
        for crawl, edit in self.store.execute("select crawl, edit from template_edits"):
            templates.setdefault(crawl, set()).add(edit)
        lists = looks.believed(self.store)
        return _Today(follows, repr((self.rules.topics, follows)), lists, templates)

    def _keep_versions(self, document: int, history: History, mentions: Mapping[int, Sequence[Mention]]) -> None:
        columns = "first_seen, last_seen, sha256, text_sha256, title, language, fields, origin, mentions, topics"
        kept = {
            row[0]: row[1:]
            for row in self.store.execute(f"select n, {columns} from versions where document = ?", (document,))
        }
        for version in history.versions:
            row = self._version_row(version, mentions[version.n])
            before = kept.pop(version.n, None)
            if before != row:
                self.store.execute(
                    f"insert or replace into versions (document, n, {columns}) values (?, ?{', ?' * len(row)})",
                    (document, version.n, *row),
                )
            # Only the sightings differ when what stands behind them is equal; then the mentions stay as they are.
            if self._keep_parts(document, version) or before is None or before[2:] != row[2:]:
                self._keep_mentions(document, version.n, mentions[version.n])
        for n in kept:
            self.store.execute("delete from versions where document = ? and n = ?", (document, n))
            self.store.execute("delete from mentions where document = ? and n = ?", (document, n))
            self.store.execute("delete from version_parts where document = ? and n = ?", (document, n))

    def _keep_parts(self, document: int, version: Version) -> bool:
        """Whether any of them is another than before."""
        rows = [
            (part.value, held.look.capture, clock.stored(held.look.moment), held.read.content)
            for part, held in sorted(version.parts.items())
        ]
        kept = self.store.execute(
            "select part, capture, captured, content from version_parts where document = ? and n = ? order by part",
            (document, version.n),
        ).fetchall()
        if kept == rows:
            return False
        self.store.execute("delete from version_parts where document = ? and n = ?", (document, version.n))
        self.store.connection.executemany(
            "insert into version_parts (document, n, part, capture, captured, content) values (?, ?, ?, ?, ?, ?)",
            [(document, version.n, *row) for row in rows],
        )
        return True

    def _version_row(self, version: Version, mentions: Sequence[Mention]) -> tuple[Any, ...]:
        main = version.main
        return (
            clock.stored(version.first_seen),
            clock.stored(version.last_seen),
            main.look.body,
            text_hash(version, self._of),
            title_of(version),
            main.read.language,
            _json(fields_of(version)),
            main.look.origin.value,
            len(mentions),
            _json(sorted({mention.topic for mention in mentions})),
        )

    def _keep_mentions(self, document: int, n: int, mentions: Sequence[Mention]) -> None:
        self.store.execute("delete from mentions where document = ? and n = ?", (document, n))
        self.store.connection.executemany(
            "insert into mentions (document, n, position, topic, section, sentence, variant, block, start)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (document, n, position, m.topic, m.section, m.sentence, m.variant, m.block, m.position)
                for position, m in enumerate(mentions)
            ],
        )

    def _keep_changes(self, document: int, changes: Sequence[Change]) -> None:
        kept = self.store.execute("select id from changes where document = ? limit 1", (document,)).fetchone()
        if kept is None and not changes:
            return
        self.store.execute("delete from changes where document = ?", (document,))
        self.store.connection.executemany(
            "insert into changes (id, document, position, n, kind, severity, reasons, events, window_after, window_until,"
            " before, after, fields, words_added, words_removed, mentions_before, mentions_after)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_change_row(document, position, change) for position, change in enumerate(changes)],
        )

    def _keep_standing(
        self, document: int, standing: _Standing, history: History, mentions: Mapping[int, Sequence[Mention]]
    ) -> None:
        row = _standing_row(standing, history)
        url = self.store.execute("select id from urls where url = ?", (standing.urls[0],)).fetchone()[0]
        latest = history.versions[-1]
        title = title_of(latest)
        written = [latest.parts[part].read.content for part in (Part.PAGE, Part.FILE) if part in latest.parts]
        indexed = _json([title, row["number"], *written])
        kept = self.store.execute("select indexed from standings where document = ?", (document,)).fetchone()
        if kept is None or kept[0] != indexed:
            self._unindex(document)
            self._waiting[document] = indexed
        names = ["document", "url", *row, "indexed", "basis"]
        self.store.execute(
            f"insert or replace into standings ({', '.join(names)}) values ({', '.join('?' * len(names))})",
            (document, url, *row.values(), indexed, standing.basis),
        )
        if len(self._waiting) >= _INDEXED_AT_ONCE:
            self._index()

    def _index(self) -> None:
        """Index the documents that wait for it, in one go: FTS5 writes out what it has at most other statements."""
        for document, indexed in self._waiting.items():
            title, number, *contents = json.loads(indexed)
            body = "\n".join(block.text for content in contents for block in self._of(content))
            self.store.execute(
                "insert into search (rowid, title, number, body) values (?, ?, ?, ?)", (document, title, number, body)
            )
        self._waiting.clear()

    def _unindex(self, document: int) -> None:
        """Take a document out of the index; it keeps no copy of the text, so it must be told what it indexed."""
        kept = self.store.execute("select indexed from standings where document = ?", (document,)).fetchone()
        if kept is None:
            return
        if self._waiting.pop(document, None) is None:
            title, number, *contents = json.loads(kept[0])
            body = "\n".join(block.text for content in contents for block in content_blocks(self.store, content))
            self.store.execute(
                "insert into search (search, rowid, title, number, body) values ('delete', ?, ?, ?, ?)",
                (document, title, number, body),
            )
        self.store.execute("delete from standings where document = ?", (document,))


@dataclass(frozen=True, slots=True)
class _Known:
    """The capture that holds certain bytes, and what they say; None where they could not be read."""

    capture: int
    read: Read | None


@dataclass(frozen=True, slots=True)
class _Today:
    """By what documents are derived now; `rules` is equal when all of it is."""

    follows: Sequence[Follow]
    rules: str
    lists: Mapping[str, Sequence[looks.ListReading]]
    templates: Mapping[int, AbstractSet[str]]


@dataclass(frozen=True, slots=True)
class _Followed:
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Standing:
    name: str
    source: str
    urls: Sequence[str]
    follow: _Followed | None
    muted: str
    basis: bytes


def rules_of(store: Store) -> Rules:
    """The rules that the store was last derived with."""
    row = store.execute("select value from derivation where key = 'rules'").fetchone()
    return Rules.from_fingerprint(row[0]) if row else Rules()


def watches(store: Store) -> list[tuple[str, str]]:
    """The addresses a person asked to follow, each with its reason."""
    rows = store.execute("select url, added, reason from watches order by id").fetchall()
    latest = {url: (added, reason) for url, added, reason in rows}
    return [(url, reason) for url, (added, reason) in latest.items() if added]


def content_blocks(store: Store, content: int) -> tuple[Block, ...]:
    """The blocks of a content, by its number."""
    dictionary, packed = store.execute("select dictionary, blocks from contents where id = ?", (content,)).fetchone()
    plain = bodies.get(store, dictionary) if dictionary else None
    return _unpack(bodies.decompress_text(packed, plain))


def _follow(
    follows: Iterable[Follow],
    name: str,
    urls: Sequence[str],
    history: History,
    mentions: Mapping[int, Sequence[Mention]],
) -> _Followed | None:
    """From which version a document is followed, and why."""
    for follow in follows:
        if _matches(follow, name, urls, history):
            return _Followed(1, follow.reason)
    first = next((version.n for version in history.versions if mentions[version.n]), None)
    if first is None:
        return None
    topics = dict.fromkeys(mention.topic for mention in mentions[first])
    return _Followed(first, f"mentions {', '.join(topics)}")


def _basis(
    name: str, history: History, urls: Sequence[str], muted: str, rules: str, technical: frozenset[int]
) -> bytes:
    """A hash over all that a document's rows rest on, but for when its latest version was last seen.

    Where a step of circumstance stands on the latest version, its change names that moment, and it counts too.
    """
    latest = history.versions[-1]
    within = any(step.kind is not StepKind.CONTENT and step.before == latest.n for step in history.steps)
    versions = [
        [v.n, v.first_seen, v.last_seen if within or v is not latest else None, _parts_basis(v)]
        for v in history.versions
    ]
    standing = (history.removed, history.delisted)
    rests_on = [name, versions, history.steps, standing, urls, muted, rules, sorted(technical)]
    return hashlib.sha256(repr(rests_on).encode("utf-8", "surrogatepass")).digest()


def _parts_basis(version: Version) -> list[Any]:
    return [
        (part, held.look.capture, held.look.moment, held.look.origin, held.read, held.latest)
        for part, held in sorted(version.parts.items())
    ]


def _matches(follow: Follow, name: str, urls: Sequence[str], history: History) -> bool:
    if follow.document:
        return follow.document == name
    if follow.url:
        return _bare(follow.url) in {_bare(url) for url in urls}
    if follow.path:
        return any(urlsplit(url).path.startswith(follow.path) for url in urls)
    if follow.title:
        return any(folded(follow.title) in folded(title_of(version)) for version in history.versions)
    wanted = follow.number.casefold()
    return any(
        wanted in (held.read.number.casefold(), held.read.fields.get("docket", "").casefold())
        for version in history.versions
        for held in version.parts.values()
    )


@lru_cache(maxsize=1024)
def _bare(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path.rstrip('/')}"


def _status(history: History) -> Status:
    if history.removed:
        return Status.REMOVED
    return Status.DELISTED if history.delisted else Status.CURRENT


def _standing_row(standing: _Standing, history: History) -> dict[str, Any]:
    latest = history.versions[-1]
    reads = [latest.parts[part].latest for part in (Part.PAGE, Part.FILE, Part.ENTRY) if part in latest.parts]
    published, basis = _published(reads)
    follow = standing.follow
    return {
        "number": next((read.number for read in reads if read.number), ""),
        "pair": next((read.pair for read in reads if read.pair), None),
        "status": _status(history).value,
        "followed": int(follow is not None and not standing.muted),
        "follow_reason": standing.muted or (follow.reason if follow else ""),
        "published": published,
        "published_basis": basis,
        "version_count": len(history.versions),
        "first_seen": clock.stored(history.versions[0].first_seen),
    }


def _read_of(
    measures: Sequence[Any],
    title: str,
    language: str,
    fields: Mapping[str, str],
    stamps: Mapping[str, str],
    problem: str,
    statements: Sequence[str],
) -> Read:
    content, alike, text_key, text_sha256, length, rows = measures
    number, published, basis, pair = statements
    return Read(
        content, alike, text_key, text_sha256, length, rows, title, language, fields, stamps, problem,
        number, published, basis, pair,
    )  # fmt: skip


def _statements(reading: Reading) -> list[str]:
    return [reading.number, reading.published, reading.published_basis, reading.pair]


def _published(reads: Sequence[Read]) -> tuple[str | None, str | None]:
    """The regulator's date with the best basis that any part states."""
    stated = [(read.published_basis, read.published) for read in reads if read.published]
    for basis in _BASES:
        for found, date in stated:
            if found == basis:
                return date, basis
    return None, None


def _change_row(document: int, position: int, change: Change) -> tuple[Any, ...]:
    return (
        change.id,
        document,
        position,
        (change.after or change.before).n,  # type: ignore[union-attr]  # a change has at least one side
        change.kind.value,
        change.severity.value,
        _json(change.reasons),
        _json([{"name": e.name, "sentence": e.sentence, "before": e.before, "after": e.after} for e in change.events]),
        clock.stored(change.window.after) if change.window.after else None,
        clock.stored(change.window.until),
        _json(_side(change.before, "last_seen")) if change.before else None,
        _json(_side(change.after, "first_seen")) if change.after else None,
        _json([{"name": f.name, "before": f.before, "after": f.after} for f in change.fields]),
        change.words_added,
        change.words_removed,
        change.mentions_before,
        change.mentions_after,
    )


def _side(side: Side, seen: str) -> dict[str, Any]:
    return {"n": side.n, "sha256": side.sha256, "text_sha256": side.text_sha256, seen: clock.shown(side.seen)}


_CODES = {BlockKind.HEADING: "h", BlockKind.PARAGRAPH: "p", BlockKind.ITEM: "i", BlockKind.ROW: "r"}
_KINDS = {code: kind for kind, code in _CODES.items()}


def _line(block: Block) -> str:
    return f"{_CODES[block.kind]}{block.level}{block.text}"


def _pack(blocks: Iterable[Block]) -> bytes:
    return "\n".join(map(_line, blocks)).encode("utf-8", "surrogatepass")


def _unpack(packed: bytes) -> tuple[Block, ...]:
    lines = packed.decode("utf-8", "surrogatepass").split("\n") if packed else []
    return tuple(Block(_KINDS[line[0]], line[2:], int(line[1])) for line in lines)


def _json(value: Any) -> str:
    if isinstance(value, Mapping):
        value = dict(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dict)
