"""What the store answers: documents, versions, changes, mentions and runs, for people and for reports."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from store import clock, reviews
from store.addresses import parts_of
from store.contents import blocks_of_content
from store.database import Store
from store.errors import Ambiguous, Unknown
from store.fact_tables import RUN_TABLES, TOLD_TABLES
from store.ignored import together
from store.normal import clean, folded
from store.records import (
    Block,
    Change,
    Citation,
    Document,
    Event,
    FieldChange,
    Ignored,
    Issue,
    Kind,
    Meaning,
    Mention,
    MentionChange,
    MentionShift,
    Origin,
    Run,
    Severity,
    Side,
    Status,
    TokenKind,
    Window,
)

_DOCUMENT = (
    "id, source, number, url, urls, pair, title, language, status, followed, follow_reason, published,"
    " published_basis, fields, topics, mentions, version_count, first_seen, last_seen"
)
_CHANGE = (
    "c.id, d.id, c.kind, c.severity, c.reasons, c.events, c.window_after, c.window_until, c.before, c.after, c.fields,"
    " c.words_added, c.words_removed, c.mentions_before, c.mentions_after, c.shift, c.mention_changes, c.meanings,"
    " c.ignored"
)


_CITES = (
    # What follows the section asked for must not be more of its number: 21 CFR 127 does not stand for 1271.
    "exists (select 1 from v_citations c where c.document = v_documents.id and c.n = v_documents.version_count"
    " and (c.law || ' ' || c.section || ' ' = ? collate nocase"
    " or (substr(c.law || ' ' || c.section, 1, ?) || ' ' = ? collate nocase"
    " and substr(c.law || ' ' || c.section, length(?), 1) in ('.', '(', ' '))))"
)


@dataclass(frozen=True, slots=True)
class PartSeen:
    """Where one part of a version came from."""

    part: str
    url: str
    sha256: str
    captured: datetime


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """One version of a document as it is listed; `contents` are the numbers of what stands behind its text."""

    n: int
    first_seen: datetime
    last_seen: datetime
    text_sha256: str
    sha256: str
    origin: Origin
    title: str
    language: str
    fields: Mapping[str, str]
    mentions: int
    parts: tuple[PartSeen, ...]
    contents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that a search found, with the passage in which it did."""

    document: Document
    snippet: str


def documents(
    store: Store,
    *,
    everything: bool = False,
    source: str | None = None,
    topic: str | None = None,
    status: str | None = None,
    cites: str | None = None,
    published: tuple[str, str] | None = None,
) -> list[Document]:
    """Documents by the moment they were first seen, or by date; followed ones only, unless `everything`.

    `cites` is a law with a section, as "21 CFR 1271" or "PHS Act 351(a)", which stands for all that lies under it.
    `published` are two dates, `YYYY-MM-DD`: the regulator's date lies in [first, second).
    """
    where, values = _where(
        ("followed = 1" if not everything else "1", ()),
        ("source = ?", (source,)) if source else None,
        ("status = ?", (status,)) if status else None,
        ("exists (select 1 from json_each(topics) where value = ?)", (topic,)) if topic else None,
        (_CITES, (f"{cites} ", len(cites), f"{cites} ", f"{cites} ")) if cites else None,
        ("published >= ? and published < ?", published) if published else None,
    )
    order = "published" if published else "first_seen"
    rows = store.execute(f"select {_DOCUMENT} from v_documents where {where} order by {order}, id", values)
    return [_document(row) for row in rows]


def document(store: Store, name: str) -> Document:
    """The document that a person means: an id, an address, or the regulator's number.

    Raises Unknown when there is none, Ambiguous when a number or an ending stands for several.
    """
    found = _named(store, name)
    if not found:
        raise Unknown(f"no document {name!r} in {store.path}; `exowatch documents --all` lists them")
    if len(found) > 1:
        listed = "\n".join(f"  {row[0]}" for row in found)
        raise Ambiguous(f"{name!r} stands for {len(found)} documents; name one of them by its id:\n{listed}")
    return _document(found[0])


def _named(store: Store, name: str) -> list[Any]:
    select = f"select {_DOCUMENT} from v_documents where"
    exact = store.execute(f"{select} id = ?", (name,)).fetchall()
    if exact:
        return exact
    if "://" in name:
        path = parts_of(name).path.rstrip("/")
        return store.execute(
            f"{select} url = ? or exists (select 1 from json_each(urls) where value = ?)"
            " or substr(id, length(source) + 2) = ?",
            (name, name, path),
        ).fetchall()
    numbered = store.execute(f"{select} number = ? collate nocase order by id", (name,)).fetchall()
    return (
        numbered
        or store.execute(f"{select} substr(id, -length(?) - 1) = '/' || ? order by id", (name, name)).fetchall()
    )


def net(store: Store, name: str) -> str:
    """How a document was found: `list`, `search`, `sitemap`, `feed`, `watch`, `page` (a link) or `import`."""
    row = store.execute("select net from documents where id = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def same_number(store: Store, found: Document) -> list[str]:
    """The ids of other documents of the source under the same number, but for a twin in the other language.

    One may replace the other; that is for a person to judge, and they are never merged.
    """
    if not found.number:
        return []
    rows = store.execute(
        "select d.id from standings s join documents d on d.ref = s.document"
        " join versions v on v.document = s.document and v.n = s.version_count"
        " where s.number = ? and d.source = ? and d.id != ? and v.language in ('', ?) order by d.id",
        (found.number, found.source, found.id, found.language),
    )
    return [name for (name,) in rows]


_VERSIONS = (
    "select v.n, v.first_seen, v.last_seen, v.text_sha256, v.sha256, v.origin, v.title, v.language, v.fields,"
    " v.mentions, v.document from versions v join documents d on d.ref = v.document"
)


def versions(store: Store, name: str) -> list[VersionSeen]:
    """The versions of a document, oldest first."""
    rows = store.execute(f"{_VERSIONS} where d.id = ? order by v.n", (name,)).fetchall()
    return [_version(row, _parts(store, row[10], row[0])) for row in rows]


def _parts(store: Store, document: int, n: int) -> list[tuple[str, str, str, str, int]]:
    return store.execute(
        "select p.part, u.url, k.body, p.captured, p.content from version_parts p join captures k on k.id = p.capture"
        " join urls u on u.id = k.url where p.document = ? and p.n = ? order by p.part",
        (document, n),
    ).fetchall()


def version(store: Store, name: str, n: int) -> VersionSeen:
    """One version of a document. Raises Unknown, saying which there are."""
    row = store.execute(f"{_VERSIONS} where d.id = ? and v.n = ?", (name, n)).fetchone()
    if row is None:
        raise Unknown(f"{name} has no version {n}; it has {len(versions(store, name))}, counted from 1")
    return _version(row, _parts(store, row[10], row[0]))


def version_at(store: Store, name: str, moment: datetime) -> VersionSeen:
    """The version that stood at an instant: the last one first seen by then. Raises Unknown."""
    standing = [candidate for candidate in versions(store, name) if candidate.first_seen <= moment]
    if not standing:
        raise Unknown(f"{name} had not been seen by {clock.shown(moment)}")
    return standing[-1]


def blocks(store: Store, seen: VersionSeen) -> tuple[Block, ...]:
    """The text of a version, as blocks."""
    return tuple(block for content in seen.contents for block in blocks_of_content(store, content))


def mentions(store: Store, name: str, n: int) -> list[Mention]:
    """The mentions of a version, in the order of its text."""
    rows = store.execute(
        "select m.topic, m.section, m.sentence, m.variant, m.block, m.start, m.role from mentions m"
        " join documents d on d.ref = m.document where d.id = ? and m.n = ? order by m.position",
        (name, n),
    )
    return [Mention(*row) for row in rows]


def latest_mentions(store: Store) -> list[tuple[str, Mention]]:
    """Every mention in the latest version of a document, with the document's id."""
    rows = store.execute(
        "select d.id, m.topic, m.section, m.sentence, m.variant, m.block, m.start, m.role from mentions m"
        " join documents d on d.ref = m.document join standings s on s.document = m.document"
        " where m.n = s.version_count order by d.id, m.position"
    )
    return [(name, Mention(*rest)) for name, *rest in rows]


def citations(store: Store, name: str, n: int) -> list[Citation]:
    """What a version of a followed document refers to, in the order of its text."""
    rows = store.execute(
        "select c.law, c.section, c.written, c.block, c.start from citations c join documents d on d.ref = c.document"
        " where d.id = ? and c.n = ? order by c.position",
        (name, n),
    )
    return [Citation(*row) for row in rows]


def phrases(store: Store) -> list[bytes]:
    """The paragraphs of every letter, as `store.phrases` packs them."""
    return [bytes(numbers) for (numbers,) in store.execute("select numbers from phrases order by document")]


def addresses(store: Store) -> Mapping[str, str]:
    """The address of every document that was read, by its id."""
    rows = store.execute(
        "select d.id, u.url from standings s join documents d on d.ref = s.document join urls u on u.id = s.url"
    )
    return dict(rows.fetchall())


def changes(
    store: Store,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    source: str | None = None,
    kind: str | None = None,
    severity: str | None = None,
    topic: str | None = None,
    document: str | None = None,
    reviewed: bool | None = None,
) -> list[Change]:
    """Changes of followed documents whose window ends in [since, until), oldest first.

    `reviewed` keeps those for which a review stands, or, where it is False, those for which none does.
    """
    where, values = _where(
        ("s.followed = 1", ()),
        ("c.window_until >= ?", (clock.stored(since),)) if since else None,
        ("c.window_until < ?", (clock.stored(until),)) if until else None,
        ("d.source = ?", (source,)) if source else None,
        ("c.kind = ?", (kind,)) if kind else None,
        ("c.severity = ?", (severity,)) if severity else None,
        ("d.id = ?", (document,)) if document else None,
        (
            "exists (select 1 from mentions m where m.document = c.document and m.topic = ? and m.n in (c.n, c.n - 1))",
            (topic,),
        )
        if topic
        else None,
    )
    rows = store.execute(
        f"select {_CHANGE} from changes c join documents d on d.ref = c.document"
        f" join standings s on s.document = c.document where {where} order by c.window_until, d.id, c.position",
        values,
    )
    found = [_change(row) for row in rows]
    if reviewed is None:
        return found
    known = reviews.reviewed(store)
    return [change for change in found if (known.standing(change.id) is not None) is reviewed]


def change(store: Store, name: str) -> Change:
    """The change with this id, be its document muted or not. Raises Unknown."""
    row = store.execute(
        f"select {_CHANGE} from changes c join documents d on d.ref = c.document where c.id = ?", (name,)
    ).fetchone()
    if row is None:
        raise Unknown(f"no change {name!r} in {store.path}; `exowatch changes` lists them")
    return _change(row)


def ignored(store: Store, name: str, older: VersionSeen, newer: VersionSeen) -> tuple[Ignored, ...]:
    """What the comparisons from one version of a followed document to a later one left out, step by step."""
    steps = (
        change.ignored
        for change in changes(store, document=name)
        if change.before and change.after and older.n <= change.before.n < change.after.n <= newer.n
    )
    return together(steps)


def rereads(store: Store, since: datetime, until: datetime) -> int:
    """How often in [since, until) a page or file of a followed document came with other bytes that said the same."""
    row = store.execute(
        "select count(*) from captures k join standings s on s.document = k.document"
        " where s.followed = 1 and k.part in ('page', 'file') and k.moment >= ? and k.moment < ?"
        " and not exists (select 1 from version_parts p where p.document = k.document and p.capture = k.id)",
        (clock.stored(since), clock.stored(until)),
    ).fetchone()
    return int(row[0])


def with_reviews(store: Store, reviewed: bool) -> frozenset[str]:
    """The documents of which every change has a standing review or, where it is False, those with one that has none."""
    known = reviews.reviewed(store)
    every: set[str] = set()
    open_: set[str] = set()
    for change, document in store.execute(
        "select c.id, d.id from changes c join documents d on d.ref = c.document"
    ).fetchall():
        (every if known.standing(change) else open_).add(document)
    return frozenset(every - open_ if reviewed else open_)


def document_in(store: Store, change: Change) -> Document:
    """The document of a change under the title and with the fields it had then."""
    side = change.after or change.before
    found = document(store, change.document)
    if side is None or side.n == found.version_count:
        return found
    then = version(store, change.document, side.n)
    return replace(found, title=then.title, fields=then.fields, mentions=then.mentions)


@dataclass(frozen=True, slots=True)
class Held:
    """From one origin: of how many followed documents of a source captures are held, the first and the last of them."""

    source: str
    origin: Origin
    documents: int
    first: datetime
    last: datetime


def held(store: Store, until: datetime) -> list[Held]:
    """What is held of the followed documents from each origin, by the moments of the captures until then."""
    rows = store.execute(
        "select d.source, k.origin, count(distinct k.document), min(k.moment), max(k.moment) from captures k"
        " join documents d on d.ref = k.document join standings s on s.document = k.document"
        " where s.followed = 1 and k.part in ('page', 'file') and k.moment <= ?"
        " group by d.source, k.origin order by d.source, k.origin",
        (clock.stored(until),),
    )
    return [
        Held(source, Origin(origin), count, clock.parse(first), clock.parse(last))
        for source, origin, count, first, last in rows
    ]


def first_look(store: Store, since: datetime, until: datetime) -> datetime | None:
    """When a page or file was first captured in [since, until); None where none was."""
    row = store.execute(
        "select min(moment) from captures where part in ('page', 'file') and moment >= ? and moment < ?",
        (clock.stored(since), clock.stored(until)),
    ).fetchone()
    return clock.parse(row[0]) if row[0] else None


def reviews_recorded(store: Store, until: datetime) -> int:
    """How many reviews people had recorded by an instant."""
    return int(store.execute("select count(*) from reviews where at <= ?", (clock.stored(until),)).fetchone()[0])


def runs(store: Store, *, since: datetime | None = None, until: datetime | None = None) -> list[Run]:
    """Runs that started in [since, until), oldest first."""
    where, values = _where(
        ("1", ()),
        ("c.started >= ?", (clock.stored(since),)) if since else None,
        ("c.started < ?", (clock.stored(until),)) if until else None,
    )
    chosen = store.execute(f"select c.id from crawls c where {where} order by c.started, c.id", values)
    return [run(store, crawl) for (crawl,) in chosen.fetchall()]


def run(store: Store, crawl: int) -> Run:
    """One run, by its number."""
    source, origin, started, finished, *counts, reason = store.execute(
        "select source, origin, started, finished, declared, listed, captured, unchanged, failed, skipped,"
        " documents_new, documents_followed, versions_new, changes_new, reason from v_crawls where crawl = ?",
        (crawl,),
    ).fetchone()
    outcomes = store.execute(
        # What a run that was cut off had planned and not asked for has no visit: it was not reached.
        "select coalesce(v.outcome, 'not_reached') as ended, count(*) from targets t"
        " left join visits v on v.target = t.id where t.crawl = ? group by ended order by ended",
        (crawl,),
    )
    issues = store.execute("select kind, url, message from crawl_issues where crawl = ? order by id", (crawl,))
    values: list[Any] = [
        source,
        Origin(origin),
        clock.parse(started),
        clock.parse(finished) if finished else None,
        *counts,
        dict(outcomes.fetchall()),
        tuple(Issue(*issue) for issue in issues),
        reason or "",
    ]
    return Run(*values)


def last_runs(store: Store, until: datetime | None = None) -> Mapping[str, Run]:
    """For each source that was ever read, its latest run that started before `until`."""
    where, values = ("where started < ?", (clock.stored(until),)) if until else ("", ())
    rows = store.execute(f"select source, max(id) from crawls {where} group by source order by source", values)
    return {source: run(store, crawl) for source, crawl in rows.fetchall()}


def last_good(store: Store, source: str, until: datetime | None = None) -> datetime | None:
    """When a source was last read with something to show for it: a list or a document answered."""
    row = store.execute(
        "select max(v.moment) from visits v join targets t on t.id = v.target join crawls c on c.id = t.crawl"
        " where c.source = ? and c.origin = 'live' and (v.body is not null or v.outcome = 'not_modified_304')"
        " and (? is null or v.moment < ?)",
        (source, *([clock.stored(until) if until else None] * 2)),
    ).fetchone()
    return clock.parse(row[0]) if row[0] else None


def document_counts(store: Store) -> Mapping[str, int]:
    """How many followed documents each source has."""
    rows = store.execute("select source, sum(followed) from v_documents group by source")
    return dict(rows.fetchall())


def facts_hashes(store: Store, until: datetime, *, before: int | None = None) -> list[bytes]:
    """The hashes of the facts that stood at an instant, oldest first: those written by runs that had started by then.

    What people asked for, decided and were told is not among them, but for what they accepted by then. `before` leaves
    out what was written from that place in the chain on.
    """
    last = store.execute(
        "select min(k.seq) from chain k join crawls c on c.id = k.row where k.fact = 'crawls' and c.started > ?",
        (clock.stored(until),),
    ).fetchone()[0]
    rows = store.execute(
        "select hash from chain where fact not in (select value from json_each(?)) and (? is null or seq < ?)"
        " and (fact != 'acceptances' or row in (select id from acceptances where at <= ?)) and (? is null or seq < ?)"
        " order by seq",
        (
            json.dumps(("mutes", "watches", "tombstones", *TOLD_TABLES, *RUN_TABLES)),
            last,
            last,
            clock.stored(until),
            before,
            before,
        ),
    )
    return [bytes(found) for (found,) in rows]


def search(store: Store, text: str, *, limit: int | None = None) -> list[Hit]:
    """Documents whose latest version has all these words, the best match first; "quoted words" stand together."""
    query = _match(text)
    if not query:
        return []
    order = f"order by rank limit {int(limit)}" if limit else "order by rank"
    refs = store.execute(f"select rowid from search where search match ? {order}", (query,)).fetchall()
    names = [store.execute("select id from documents where ref = ?", ref).fetchone()[0] for ref in refs]
    return [_hit(store, document(store, name), text) for name in names]


def _match(text: str) -> str:
    """The user's words as an FTS5 query in which nothing is an operator but the quotation marks."""
    text = clean(text)
    phrases = [phrase for index, phrase in enumerate(text.split('"')) if index % 2 and phrase.strip()]
    words = [word for index, piece in enumerate(text.split('"')) if not index % 2 for word in piece.split()]
    terms = [term for term in (*phrases, *words) if any(character.isalnum() for character in term)]
    return " ".join(f'"{term}"' for term in terms)


def _hit(store: Store, found: Document, text: str) -> Hit:
    wanted = [folded(word) for word in text.replace('"', " ").split()]
    latest = version(store, found.id, found.version_count)
    for block in blocks(store, latest):
        flat = folded(block.text)
        place = next((flat.find(word) for word in wanted if word in flat), -1)
        if place >= 0:
            return Hit(found, _around(block.text, min(place, len(block.text))))
    return Hit(found, _around(found.title, 0))


def _around(text: str, place: int, width: int = 160) -> str:
    start = max(0, place - width // 2)
    end = min(len(text), start + width)
    return ("…" if start else "") + text[start:end].strip() + ("…" if end < len(text) else "")


def _where(*conditions: tuple[str, tuple[Any, ...]] | None) -> tuple[str, tuple[Any, ...]]:
    kept = [condition for condition in conditions if condition is not None]
    return " and ".join(sql for sql, _ in kept), tuple(value for _, values in kept for value in values)


def _document(row: Sequence[Any]) -> Document:
    return Document(
        id=row[0],
        source=row[1],
        number=row[2],
        url=row[3],
        urls=tuple(json.loads(row[4])),
        pair=row[5],
        title=row[6],
        language=row[7],
        status=Status(row[8]),
        followed=bool(row[9]),
        follow_reason=row[10],
        published=row[11],
        published_basis=row[12],
        fields=json.loads(row[13]),
        topics=tuple(json.loads(row[14])),
        mentions=row[15],
        version_count=row[16],
        first_seen=clock.parse(row[17]),
        last_seen=clock.parse(row[18]),
    )


def _version(row: Sequence[Any], parts: Sequence[tuple[str, str, str, str, int]]) -> VersionSeen:
    order = {"page": 0, "file": 1}
    written = sorted((part for part in parts if part[0] in order), key=lambda part: order[part[0]])
    return VersionSeen(
        row[0],
        clock.parse(row[1]),
        clock.parse(row[2]),
        row[3],
        row[4],
        Origin(row[5]),
        row[6],
        row[7],
        json.loads(row[8]),
        row[9],
        tuple(PartSeen(part, url, body, clock.parse(captured)) for part, url, body, captured, _ in parts),
        tuple(content for *_, content in written),
    )


def _change(row: Sequence[Any]) -> Change:
    return Change(
        id=row[0],
        document=row[1],
        kind=Kind(row[2]),
        severity=Severity(row[3]),
        reasons=tuple(json.loads(row[4])),
        events=tuple(Event(**event) for event in json.loads(row[5])),
        window=Window(clock.parse(row[6]) if row[6] else None, clock.parse(row[7])),
        before=_side(row[8]),
        after=_side(row[9]),
        fields=tuple(FieldChange(**change) for change in json.loads(row[10])),
        words_added=row[11],
        words_removed=row[12],
        mentions_before=row[13],
        mentions_after=row[14],
        shift=MentionShift(row[15]),
        mention_changes=tuple(
            MentionChange(**{**told, "shift": MentionShift(told["shift"])}) for told in json.loads(row[16])
        ),
        meanings=tuple(Meaning(**{**told, "token": TokenKind(told["token"])}) for told in json.loads(row[17])),
        ignored=tuple(Ignored(**told) for told in json.loads(row[18])),
    )


def _side(text: str | None) -> Side | None:
    if text is None:
        return None
    side = json.loads(text)
    seen = side.get("last_seen") or side.get("first_seen")
    return Side(side["n"], side["sha256"], side["text_sha256"], clock.parse(seen))
