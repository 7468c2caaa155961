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
from dataclasses import dataclass
from typing import Any

from store import clock, keeping, looks, phrases, settling
from store.changes import Subject, conclude
from store.compact import compact
from store.contents import Contents, blocks_of_content
from store.database import Store
from store.findings import LETTERS, Findings, Said, findings, with_roles
from store.following import Followed, asked_for, mentioned
from store.mentions import find
from store.parts import PRECEDENCE, blocks_of, fields_of, title_of
from store.records import (
    Issue,
    Mention,
    Part,
    Reader,
    Reading,
)
from store.retention import stand_ins
from store.rows import Standing, standing_row
from store.rules import Follow, Rules, differ, keep, rules_of, watches
from store.timeline import History, StepKind, Version, build

_INDEXED_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is derived for a source."""

    followed: int
    versions: int
    changes: int


class Derivation:
    """Keeps what is derived equal to what the facts, today's reader and the rules say.

    `reader` names the version of the reader; each reading is marked with it.
    """

    def __init__(self, store: Store, read: Reader, rules: Rules | None = None, reader: str = "") -> None:
        self.store = store
        self.rules = rules if rules is not None else rules_of(store)
        self.contents = Contents(store, read, reader)
        self._waiting: dict[int, str] = {}
        self._settled: tuple[Mapping[str, Sequence[looks.ListReading]], Mapping[int, AbstractSet[str]]] | None = None

    def update(self, documents: Iterable[int], readings: Mapping[int, Reading] | None = None) -> None:
        """Derive these documents anew. `readings` gives, by capture, readings that were just made."""
        with self._writing():
            today = self._today()
            for document in dict.fromkeys(documents):
                self._derive(document, readings or {}, today)

    def differs(self) -> bool:
        """Whether the store was last derived by other rules, or by none yet."""
        return differ(self.store, self.rules)

    def adopt(self) -> None:
        """Derive every document by these rules, and remember them as the store's."""
        with self._writing():
            keep(self.store, self.rules)
            today = self._today()
            for (ref,) in self.store.execute("select ref from documents order by ref").fetchall():
                keeping.drop(self.store, ref)
                self._derive(ref, {}, today)

    def rebuild(self, source: str | None = None) -> None:
        """Read every capture again with today's reader and derive every document."""
        where, values = ("where source = ?", (source,)) if source else ("", ())
        with self._writing():
            settling.forget(self.store, source)
            self._settled = None
            refs = [ref for (ref,) in self.store.execute(f"select ref from documents {where} order by ref", values)]
            for ref in refs:
                keeping.drop(self.store, ref)
                self._forget(ref)
            self.contents.clear()
            today = self._today()
            for ref in refs:
                self._derive(ref, {}, today)
            self._settle_all(source)

    def conclude_again(self) -> None:
        """Draw every conclusion again from the readings that are kept."""
        with self._writing():
            keep(self.store, self.rules)
            settling.forget(self.store, None)
            self._settled = None
            self.contents.clear()
            today = self._today()
            for (ref,) in self.store.execute("select ref from documents order by ref").fetchall():
                keeping.drop(self.store, ref)
                self._derive(ref, {}, today)
            self._settle_all(None)

    def settle(self, crawl: int) -> tuple[Issue, ...]:
        """Draw the conclusions that only a whole run allows, at its end; what a person should know of them."""
        with self._writing():
            settled = settling.settle(self.store, crawl, self.contents.blocks)
            self._settled = None
            today = self._today()
            for document in sorted(settled.documents):
                self._derive(document, {}, today)
        return tuple(settled.issues)

    def settle_again(self, source: str) -> None:
        """Settle every run of a source anew: a person has accepted what a guard held back."""
        with self._writing():
            settling.forget(self.store, source)
            self._settled = None
            self._settle_all(source)

    def _settle_all(self, source: str | None) -> None:
        """Settle run after run; what an earlier one touched may rest on a later one, so it is derived once more."""
        touched: set[int] = set()
        for crawl in settling.unsettled(self.store, source):
            settled = settling.settle(self.store, crawl, self.contents.blocks)
            self._settled = None
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
            self.contents.clear()
            self._waiting.clear()
            raise

    def _forget(self, document: int) -> None:
        """Drop the readings of a document's captures, and the contents that only they used.

        A reading whose bytes are no longer kept stays: nothing could take its place.
        """
        mine = "select id from captures where document = ? and body in (select sha256 from bodies)"
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
            keeping.drop(self.store, asked)
            self._unindex(asked)
        name, source, first_url = self.store.execute(
            "select d.id, d.source, u.url from documents d join urls u on u.id = d.first_url where d.ref = ?",
            (document,),
        ).fetchone()
        group = [document, *looks.aliases(self.store, document)]
        known = {member: self.contents.known(member, source, readings) for member in group}
        history = build(looks.gather(self.store, group, known, today.lists.get(source, ())))
        if not history.versions:
            keeping.drop(self.store, document)
            self._unindex(document)
            return
        urls, muted = self._urls(group, history, first_url), self._muted(document)
        technical = self._technical(history, today) | self._incomparable(group, history)
        asked_by = asked_for(today.follows, name, urls, history)
        basis = _basis(name, history, urls, muted, (today.topics, asked_by), technical)
        if self._only_seen_again(document, history.versions[-1], basis):
            return
        mentions = {version.n: self._mentions(source, version) for version in history.versions}
        followed = asked_by or mentioned(history, mentions)
        standing = Standing(name, source, urls, followed, muted, basis)
        found = {
            version.n: self._findings(source, version, mentions[version.n])
            for version in (history.versions if followed else ())
        }
        subject = Subject(
            name, history, mentions, followed.version if followed else None, self.contents.blocks, technical, found
        )
        keeping.keep_versions(self.store, document, history, mentions, found, self.contents.blocks)
        keeping.keep_changes(self.store, document, conclude(subject))
        if source in LETTERS:
            text = blocks_of(history.versions[-1], self.contents.blocks)
            keeping.keep_phrases(self.store, document, phrases.packed(phrases.hashes(text)))
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

    def _mentions(self, source: str, version: Version) -> Sequence[Mention]:
        parts = [version.parts[part] for part in PRECEDENCE if part in version.parts]
        fields = {name: value for held in parts for name, value in held.read.fields.items()}
        blocks = blocks_of(version, self.contents.blocks)
        return with_roles(source, find(self.rules.topics, title_of(version), fields, blocks), blocks)

    def _findings(self, source: str, version: Version, mentions: Sequence[Mention]) -> Findings:
        blocks = blocks_of(version, self.contents.blocks)
        language = version.main.read.language
        return findings(Said(source, title_of(version), fields_of(version), blocks, mentions, language))

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
                if alike and self._made(before, after) <= alike and _same_where_both_speak(before, after):
                    found.add(step.after)
        return frozenset(found)

    def _incomparable(self, group: Sequence[int], history: History) -> frozenset[int]:
        """The versions that differ from the one before by their reader, perhaps: one side's bytes are gone, and it was
        read by another version of the reader than the other side. Such readings are never compared.
        """
        gone = stand_ins(self.store, group)
        found = set()
        for step in history.steps if gone else ():
            if step.kind is StepKind.CONTENT:
                sides = [history.versions[n - 1].parts.get(Part.FILE) for n in (step.before, step.after)]
                captures = [held.look.capture for held in sides if held is not None]
                if (
                    len(set(captures)) == 2
                    and gone.keys() & set(captures)
                    and len(set(map(self._reader_of, captures))) > 1
                ):
                    found.add(step.after)
        return frozenset(found)

    def _reader_of(self, capture: int) -> str:
        row = self.store.execute("select reader from readings where capture = ?", (capture,)).fetchone()
        return str(row[0]) if row else ""

    def _made(self, before: Version, after: Version) -> frozenset[str]:
        """The edits of text and fields that lead from one version to the next."""
        texts = (blocks_of(version, self.contents.blocks) for version in (before, after))
        return settling.edits(*texts) | settling.field_edits(before.main.read.fields, after.main.read.fields)

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
        if self._settled is None:
            self._settled = (looks.believed(self.store), settling.templates(self.store))
        return _Today(follows, repr(self.rules.topics), *self._settled)

    def _keep_standing(
        self, document: int, standing: Standing, history: History, mentions: Mapping[int, Sequence[Mention]]
    ) -> None:
        row = standing_row(standing, history)
        url = self.store.execute("select id from urls where url = ?", (standing.urls[0],)).fetchone()[0]
        latest = history.versions[-1]
        title = title_of(latest)
        written = [latest.parts[part].read.content for part in (Part.PAGE, Part.FILE) if part in latest.parts]
        indexed = compact([title, row["number"], *written])
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
            body = "\n".join(block.text for content in contents for block in self.contents.blocks(content))
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
            body = "\n".join(block.text for content in contents for block in blocks_of_content(self.store, content))
            self.store.execute(
                "insert into search (search, rowid, title, number, body) values ('delete', ?, ?, ?, ?)",
                (document, title, number, body),
            )
        self.store.execute("delete from standings where document = ?", (document,))


@dataclass(frozen=True, slots=True)
class _Today:
    """By what documents are derived now; `topics` is equal when they are."""

    follows: Sequence[Follow]
    topics: str
    lists: Mapping[str, Sequence[looks.ListReading]]
    templates: Mapping[int, AbstractSet[str]]


def _basis(
    name: str,
    history: History,
    urls: Sequence[str],
    muted: str,
    rules: tuple[str, Followed | None],
    technical: frozenset[int],
) -> bytes:
    """A hash over all that a document's rows rest on, but for when its latest version was last seen.

    Of what people ask to follow only what concerns this document counts, whenever they asked for another.
    Where a step of circumstance stands on the latest version, its change names that moment, and it counts too.
    """
    latest = history.versions[-1]
    within = any(step.kind is not StepKind.CONTENT and step.before == latest.n for step in history.steps)
    versions = [
        [v.n, v.first_seen, v.last_seen if within or v is not latest else None, _parts_basis(v, ended=v is not latest)]
        for v in history.versions
    ]
    standing = (history.removed, history.delisted)
    rests_on = [name, versions, history.steps, standing, urls, muted, rules, sorted(technical)]
    return hashlib.sha256(repr(rests_on).encode("utf-8", "surrogatepass")).digest()


def _parts_basis(version: Version, *, ended: bool) -> list[Any]:
    """What a version's rows rest on; how often it was read again counts once the next version is compared with it."""
    return [
        (part, held.look.capture, held.look.moment, held.look.origin, held.read, held.latest, ended and held.rereads)
        for part, held in sorted(version.parts.items())
    ]


def _same_where_both_speak(before: Version, after: Version) -> bool:
    """Whether the fields that both versions state are equal."""
    old, new = before.main.read.fields, after.main.read.fields
    return all(old[name] == new[name] for name in old.keys() & new.keys())
