"""Settling: what a whole run shows that no single page can.

After a run its list is believed or not, pages that vanished in numbers or landed on one address are doubted, and an
edit made to many pages alike is recognised as a template's. All of it is derived from facts and can be settled again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from store import clock, diff
from store.database import Store
from store.lists import Shown, too_many, weigh
from store.records import Block, BlockOp, Issue, Origin, Outcome, Part, WordOp, sha256

ALIKE = 5
ALIKE_SHARE = 0.1
"""An edit made to at least so many, and so large a share, of the documents read in a run is a template's."""
LOST, GAINED = "lost ", "gained "
"""Edits of fields: one that is not stated any more, one that is stated again."""
CROWD = 3
"""So many documents that redirect to one address have not moved there: it is a landing page."""

Blocks = Callable[[int], Sequence[Block]]


@dataclass(slots=True)
class Settled:
    """What settling a run found: issues to tell, and the documents that it concerns."""

    issues: list[Issue] = field(default_factory=list)
    documents: set[int] = field(default_factory=set)


def settle(store: Store, crawl: int, blocks: Blocks) -> Settled:
    """Settle one run. Call inside `store.write()`, after its pages have been derived once."""
    source, origin = store.execute("select source, origin from crawls where id = ?", (crawl,)).fetchone()
    done = Settled()
    _forget(store, crawl)
    _list(store, crawl, source, done)
    _gone(store, crawl, source, done)
    _crowds(store, crawl, done)
    _moves(store, crawl, source, done)
    if origin == Origin.LIVE:
        _template(store, crawl, source, blocks, done)
    store.execute("insert or replace into derivation (key, value) values (?, '')", (f"settled:{crawl}",))
    return done


def unsettled(store: Store, source: str | None = None) -> list[int]:
    """The runs that have not been settled: those cut off before their end, and all after a rebuild began."""
    where, values = ("and source = ?", (source,)) if source else ("", ())
    rows = store.execute(
        "select id from crawls where not exists (select 1 from derivation where key = 'settled:' || crawls.id)"
        f" {where} order by id",
        values,
    )
    return [crawl for (crawl,) in rows]


def documents_of(store: Store, crawl: int) -> list[int]:
    """The documents that a run looked at."""
    rows = store.execute(
        "select document from targets where crawl = :crawl and document is not null"
        " union select s.document from list_sightings s join visits v on v.id = s.visit"
        " join targets t on t.id = v.target where t.crawl = :crawl order by 1",
        {"crawl": crawl},
    )
    return [ref for (ref,) in rows]


def forget(store: Store, source: str | None) -> None:
    """Unsettle every run, of one source or of all."""
    where, values = ("where source = ?", (source,)) if source else ("", ())
    for (crawl,) in store.execute(f"select id from crawls {where}", values).fetchall():
        _forget(store, crawl)
        store.execute("delete from derivation where key = ?", (f"settled:{crawl}",))
    mine = "document in (select ref from documents where source = ?)" if source else "1"
    store.execute(f"delete from aliases where {mine}", values)


def _forget(store: Store, crawl: int) -> None:
    visits = "select v.id from visits v join targets t on t.id = v.target where t.crawl = ?"
    store.execute(f"delete from doubts where visit in ({visits})", (crawl,))
    store.execute("delete from template_edits where crawl = ?", (crawl,))
    store.execute("delete from list_beliefs where crawl = ?", (crawl,))


def _list(store: Store, crawl: int, source: str, done: Settled) -> None:
    """Believe the run's list, or trip the guard."""
    reading = _shown(store, crawl)
    if reading is None:
        return
    last, doubted = _before(store, source, crawl)
    belief = weigh(last, doubted, reading, _published(store, source), _accepted(store, source))
    store.connection.executemany(
        "insert or ignore into list_beliefs (crawl) values (?)", [(believed,) for believed in belief.believed]
    )
    done.documents |= _not_shown(store, source) - reading.documents
    if belief.believed != (reading.crawl,):
        done.documents |= {ref for shown in doubted for ref in shown.documents ^ reading.documents}
    if belief.tripped:
        few, of = len(belief.missing), len(last.documents) if last else 0
        message = (
            f"{few} of {of} documents are missing from the list at once; nothing counts as delisted. If they really"
            f" went: exowatch accept {source} --missing --by NAME --reason …"
        )
        done.issues.append(Issue("mass_disappearance", "", message))


def _not_shown(store: Store, source: str) -> frozenset[int]:
    """The documents that lists have shown and that are not known to have left them."""
    rows = store.execute(
        "select d.ref from documents d join standings s on s.document = d.ref where d.source = ?"
        " and s.status != 'delisted' and exists (select 1 from list_sightings where document = d.ref)",
        (source,),
    )
    return frozenset(ref for (ref,) in rows)


def _shown(store: Store, crawl: int) -> Shown | None:
    row = store.execute("select moment from list_readings where crawl = ? and complete = 1", (crawl,)).fetchone()
    if row is None:
        return None
    documents = store.execute(
        "select s.document from list_sightings s join visits v on v.id = s.visit join targets t on t.id = v.target"
        " where t.crawl = ?",
        (crawl,),
    )
    return Shown(crawl, clock.parse(row[0]), frozenset(ref for (ref,) in documents))


def _before(store: Store, source: str, crawl: int) -> tuple[Shown | None, list[Shown]]:
    """The last believed complete reading before a run, and the doubted ones since."""
    rows = store.execute(
        "select l.crawl, b.crawl is not null from list_readings l join crawls c on c.id = l.crawl"
        " left join list_beliefs b on b.crawl = l.crawl"
        " where c.source = ? and l.complete = 1 and l.crawl < ? order by l.crawl desc",
        (source, crawl),
    )
    doubted: list[Shown] = []
    for earlier, believed in rows.fetchall():
        shown = _shown(store, earlier)
        if shown is None:
            continue
        if believed:
            return shown, doubted[::-1]
        doubted.append(shown)
    return None, []


def _published(store: Store, source: str) -> Mapping[int, str]:
    rows = store.execute(
        "select s.document, s.published from standings s join documents d on d.ref = s.document"
        " where d.source = ? and s.published is not null",
        (source,),
    )
    return dict(rows.fetchall())


def _accepted(store: Store, source: str) -> datetime | None:
    row = store.execute("select max(at) from acceptances where source = ? and what = 'missing'", (source,)).fetchone()
    return clock.parse(row[0]) if row[0] else None


def _gone(store: Store, crawl: int, source: str, done: Settled) -> None:
    """Many pages answered 404 or 410 in one run: the host is at fault until a person says otherwise."""
    gone = store.execute(
        "select v.id, v.document, v.moment from visits v join targets t on t.id = v.target"
        " where t.crawl = ? and v.outcome = ? and exists (select 1 from captures k join visits w on w.id = k.visit"
        " where k.document = v.document and k.part = v.part and w.target < v.target)",
        (crawl, Outcome.GONE.value),
    ).fetchall()
    read = store.execute(
        "select count(distinct k.document) from captures k join documents d on d.ref = k.document"
        " join visits v on v.id = k.visit join targets t on t.id = v.target"
        " where d.source = ? and k.part in ('page', 'file') and t.crawl <= ?",
        (source, crawl),
    ).fetchone()[0]
    done.documents |= {document for _, document, _ in gone}
    accepted = _accepted(store, source)
    if not too_many(len(gone), read) or (accepted and all(clock.parse(moment) <= accepted for *_, moment in gone)):
        return
    _doubt(store, (visit for visit, *_ in gone), "many pages gone at once")
    message = (
        f"{len(gone)} of {read} documents answered “gone” in one run; nothing counts as removed. If they really went:"
        f" exowatch accept {source} --missing --by NAME --reason …"
    )
    done.issues.append(Issue("mass_disappearance", "", message))


def _crowds(store: Store, crawl: int, done: Settled) -> None:
    """Documents of which many were answered by one and the same address have not moved there."""
    rows = store.execute(
        "select v.final_url, v.id, v.document from visits v join targets t on t.id = v.target"
        " where t.crawl = ? and v.final_url is not null and v.document is not null and v.body is not null",
        (crawl,),
    ).fetchall()
    landed: dict[int, list[tuple[int, int]]] = {}
    for url, visit, document in rows:
        landed.setdefault(url, []).append((visit, document))
    for url, found in landed.items():
        documents = {document for _, document in found}
        if len(documents) >= CROWD:
            _doubt(store, (visit for visit, _ in found), "many addresses landed on this page")
            done.documents |= documents
            address = store.execute("select url from urls where id = ?", (url,)).fetchone()[0]
            message = f"{len(documents)} documents redirect to this one page; none of them counts as moved or changed"
            done.issues.append(Issue("soft_error", address, message))


def _moves(store: Store, crawl: int, source: str, done: Settled) -> None:
    """Where a document went to another address, and which newly found document is therefore the same one."""
    rows = store.execute(
        "select v.id, v.document, n.ref, exists (select 1 from captures k join visits w on w.id = k.visit"
        " join targets o on o.id = w.target where k.document = n.ref and o.crawl < t.crawl)"
        " from visits v join targets t on t.id = v.target join documents n on n.first_url = v.final_url"
        " where t.crawl = ? and v.document != n.ref and v.body is not null",
        (crawl,),
    ).fetchall()
    for visit, document, other, known_before in rows:
        if known_before:
            _doubt(store, [visit], "answered by another document's page")
            done.documents.add(document)
        else:
            _same(store, other, document, "the old address redirects to it", done)
    for other, document in _renamed(store, crawl, source):
        _same(store, other, document, "the old address left the list; number, firm and issue date agree", done)


def _same(store: Store, other: int, document: int, reason: str, done: Settled) -> None:
    """Let a newly found document stand for one known before, or for what that one stands for."""
    row = store.execute("select stands_for from aliases where document = ?", (document,)).fetchone()
    original = int(row[0]) if row else document
    if original != other:
        store.execute(
            "insert or replace into aliases (document, stands_for, reason) values (?, ?, ?)", (other, original, reason)
        )
        done.documents |= {other, original}


def _renamed(store: Store, crawl: int, source: str) -> list[tuple[int, int]]:
    """Documents new in this run's believed list, each with the one of the same number, title and issue date that left
    the list and is gone: two addresses that are live at once are two documents.
    """
    rows = store.execute(
        "select distinct n.document, o.document from standings n join standings o on o.number = n.number"
        " join versions vn on vn.document = n.document and vn.n = n.version_count"
        " join versions vo on vo.document = o.document and vo.n = o.version_count"
        " join documents dn on dn.ref = n.document join documents d on d.ref = o.document"
        " where n.number != '' and n.document > o.document and dn.source = :source and d.source = :source"
        " and vn.title = vo.title"
        " and json_extract(vn.fields, '$.issued') = json_extract(vo.fields, '$.issued')"
        " and exists (select 1 from list_beliefs where crawl = :crawl)"
        " and exists (select 1 from list_sightings s join visits v on v.id = s.visit join targets t on t.id = v.target"
        "   where s.document = n.document and t.crawl = :crawl)"
        " and not exists (select 1 from list_sightings s join visits v on v.id = s.visit"
        "   join targets t on t.id = v.target where s.document = o.document and t.crawl = :crawl)"
        " and not exists (select 1 from aliases a where a.document = n.document)"
        " and (select w.outcome from visits w where w.document = o.document and w.part = 'page'"
        "   order by w.moment desc, w.id desc limit 1) = 'gone_404_410'",
        {"source": source, "crawl": crawl},
    )
    return rows.fetchall()


def _doubt(store: Store, visits: Iterable[int], reason: str) -> None:
    store.connection.executemany(
        "insert or ignore into doubts (visit, reason) values (?, ?)", [(visit, reason) for visit in visits]
    )


def _template(store: Store, crawl: int, source: str, blocks: Blocks, done: Settled) -> None:
    """The same edit on many documents of a run is the site's template, and no document's change."""
    read = store.execute(
        "select count(distinct v.document) from visits v join targets t on t.id = v.target"
        " where t.crawl = ? and v.part = 'page' and (v.body is not null or v.outcome = 'not_modified_304')",
        (crawl,),
    ).fetchone()[0]
    if read < ALIKE:
        return
    least = max(ALIKE, ALIKE_SHARE * read)
    made = {document: edits(blocks(before), blocks(after)) for document, before, after in _steps(store, crawl)}
    alike, touched = _frequent(made, least)
    if touched:
        message = f"the same edit on {len(touched)} of {read} pages: a change of the site's template, of no document"
        done.issues.append(Issue("template_change", "", message))
    stated = _field_edits(store, crawl)
    lost, without = _frequent({document: _named(LOST, found) for document, found in stated.items()}, least)
    if without:
        names = ", ".join(sorted(name.removeprefix(LOST) for name in lost))
        message = f"{len(without)} of {read} pages lost {names} at once: the site was rebuilt, and no document changed"
        done.issues.append(Issue("layout", "", message))
    back = frozenset(GAINED + name.removeprefix(LOST) for name in _lost_before(store, crawl, source))
    store.connection.executemany(
        "insert into template_edits (crawl, edit) values (?, ?)",
        [(crawl, edit) for edit in sorted(alike | lost | back)],
    )
    done.documents |= touched | without | {document for document, found in stated.items() if found & back}


def _frequent(made: Mapping[int, AbstractSet[str]], least: float) -> tuple[frozenset[str], set[int]]:
    """The edits made to so many documents, and the documents that have one of them."""
    times = Counter(edit for found in made.values() for edit in found)
    alike = frozenset(edit for edit, count in times.items() if count >= least)
    return alike, {document for document, found in made.items() if found & alike}


def _named(kind: str, found: AbstractSet[str]) -> frozenset[str]:
    return frozenset(edit for edit in found if edit.startswith(kind))


def _field_edits(store: Store, crawl: int) -> dict[int, frozenset[str]]:
    """The fields and stamps that pages of this run state and the last reading of each did not, or the reverse."""
    rows = store.execute(
        "select k.document, b.fields, coalesce(q.stamps, b.stamps), c.fields, coalesce(r.stamps, c.stamps)"
        " from captures k join visits v on v.id = k.visit join targets t on t.id = v.target"
        " join readings r on r.capture = k.id join contents c on c.id = r.content"
        " join readings q on q.capture = (select max(p.id) from captures p join readings o on o.capture = p.id"
        "   where p.document = k.document and p.part = k.part and p.id < k.id and o.content is not null)"
        " join contents b on b.id = q.content"
        " where t.crawl = ? and k.part = ? and v.id not in (select visit from doubts)",
        (crawl, Part.PAGE.value),
    )
    found: dict[int, frozenset[str]] = {}
    for document, fields, stamps, new_fields, new_stamps in rows:
        if (fields, stamps) != (new_fields, new_stamps):
            before, after = (
                {**json.loads(f), **json.loads(s)} for f, s in ((fields, stamps), (new_fields, new_stamps))
            )
            found[document] = field_edits(before, after)
    return found


def _lost_before(store: Store, crawl: int, source: str) -> list[str]:
    """The fields that pages of this source lost in earlier runs: when they come back, that is no news either."""
    rows = store.execute(
        "select distinct e.edit from template_edits e join crawls c on c.id = e.crawl"
        " where c.source = ? and e.crawl < ? and e.edit >= ? and e.edit < ?",
        (source, crawl, LOST, LOST + chr(0x10FFFF)),
    )
    return [edit for (edit,) in rows]


def _steps(store: Store, crawl: int) -> list[tuple[int, int, int]]:
    """Documents whose page took a step in this run, with the contents on both sides."""
    return store.execute(
        "select p.document, q.content, p.content from version_parts p"
        " join version_parts q on q.document = p.document and q.n = p.n - 1 and q.part = p.part"
        " join captures k on k.id = p.capture join visits v on v.id = k.visit join targets t on t.id = v.target"
        " where t.crawl = ? and p.part = ? and q.content != p.content and v.id not in (select visit from doubts)",
        (crawl, Part.PAGE.value),
    ).fetchall()


def templates(store: Store) -> Mapping[int, frozenset[str]]:
    """The edits that each run found to be a template's."""
    found: dict[int, set[str]] = {}
    for crawl, edit in store.execute("select crawl, edit from template_edits"):
        found.setdefault(crawl, set()).add(edit)
    return {crawl: frozenset(edits) for crawl, edits in found.items()}


def field_edits(before: Mapping[str, str], after: Mapping[str, str]) -> frozenset[str]:
    """The fields that are stated on one side only, as edits."""
    lost = {f"{LOST}{name}" for name in before.keys() - after.keys()}
    return frozenset(lost | {f"{GAINED}{name}" for name in after.keys() - before.keys()})


def edits(before: Sequence[Block], after: Sequence[Block]) -> frozenset[str]:
    """Each edit between two texts as a hash over the words that went and came: equal edits have equal hashes."""
    found = set()
    for block in diff.compare(before, after):
        if block.op is not BlockOp.KEEP:
            went, came = (
                " ".join(words.text.strip() for words in block.words if words.op is op)
                for op in (WordOp.REMOVE, WordOp.ADD)
            )
            found.add(sha256(f"{went}\n{came}")[:16])
    return frozenset(found)
