"""The digest of a period, from what the store answers to what the reports compose."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crawler.source import classes
from exowatch.briefing import Wording, brief, lists_read
from exowatch.cadence import planned
from exowatch.config import Config
from exowatch.positions import position
from exowatch.source_state import card
from exowatch.unchecked import not_checked
from reports.brief import Brief
from reports.dates_ahead import DateAhead, dates_ahead
from reports.digest import Digest, SetAside, compose
from reports.entries import ChangeEntry, CitedChange, Correction, MentionPassage, PublishedEntry
from reports.period import Period
from reports.position import Position
from reports.sections import detailed, latest
from reports.twins import Twin, drifts
from reports.year import LONG
from reports.year_facts import Known, YearFacts
from reports.year_letters import LetterHeld
from store import citing, diff, lookup, reviews
from store.bilingual import misalignment
from store.database import Store
from store.findings import LETTERS
from store.records import Block, BlockDiff, BlockKind, Change, Document, Kind, Role
from store.regulators import regulator_of
from store.since_last import Due


def digest(
    store: Store,
    config: Config,
    period: Period,
    as_of: datetime,
    *,
    due: Due | None = None,
    facts: Store | None = None,
    reviewed: bool | None = None,
    corrections: Iterable[Correction] = (),
) -> Digest:
    """What the store says of a period, as it stood at an instant; with the changes that are due, where it is told.

    Where `store` is a copy wound back to that instant, `facts` is the store itself, whose chain the seal is made of.
    `reviewed` leaves out the changes for which no review stood then or, where it is False, those for which one did.
    """
    end = min(period.end, as_of)
    looked_at = lookup.runs(store, since=period.start, until=as_of)
    seen = due.changes if due else lookup.changes(store, since=period.start, until=end)
    known = _Known(store, as_of)
    changes = [change for change in seen if reviewed in (None, known.reviewed.standing(change.id) is not None)]
    published = lookup.documents(store, published=period.days)
    references = citing.references(store)
    whole, told = detailed(changes), latest(published)
    letters = latest([document for document in published if document.source in LETTERS], _LETTERS_READ)
    return compose(
        period=period,
        as_of=as_of,
        seal=seal(facts or store, as_of),
        sources=[card(source) for source in classes().values() if config.enabled(source.name)],
        looked_at=looked_at,
        not_checked=not_checked(store, looked_at, period, as_of, planned(config, as_of)),
        published=[
            _published(known, document, references, letters) if document.id in told else PublishedEntry(document)
            for document in published
        ],
        changes=[_entry(known, change, citing.by_cited(references), whole) for change in changes],
        drifts=drifts(_twins(store, changes), as_of, timedelta(days=config.twin_days)),
        rereads=lookup.rereads(store, period.start, end),
        sample_data=config.sample_data,
        ahead=_ahead(known, period),
        position=position(store, config, end),
        position_before=_before(store, config, period, end),
        review=_review(known, period) if period.end - period.start >= LONG else None,
        set_aside=None if reviewed is None else _set_aside(seen, changes, reviewed=not reviewed),
        learned_late=due.learned_late if due else (),
        corrections=corrections,
    )


def _set_aside(seen: Iterable[Change], told: Iterable[Change], *, reviewed: bool) -> SetAside:
    kept = {change.id for change in told}
    counts = Counter(change.document.partition(":")[0] for change in seen if change.id not in kept)
    return SetAside(reviewed, dict(counts))


_LETTERS_READ = 400
"""Of so many letters, the latest, a digest draws briefs: each takes some milliseconds."""


class _Known:
    """What the store says at an instant: documents and briefs, each looked up once, and the reviews that stand."""

    def __init__(self, store: Store, as_of: datetime) -> None:
        self.store, self.as_of = store, as_of
        self.reviewed = reviews.reviewed(store, until=as_of)
        self._documents: dict[str, Document] = {}
        self._briefs: dict[str, Brief] = {}
        self._common: tuple[Wording, Mapping[str, str]] | None = None

    def document(self, name: str) -> Document:
        """A document in its latest version."""
        if name not in self._documents:
            self._documents[name] = lookup.document(self.store, name)
        return self._documents[name]

    def brief(self, document: Document) -> Brief:
        """The brief of a letter."""
        if self._common is None:
            self._common = Wording.of(self.store), lists_read(self.store)
        if document.id not in self._briefs:
            self._briefs[document.id] = brief(self.store, document, None, *self._common)
        return self._briefs[document.id]


def _ahead(known: _Known, period: Period) -> Iterable[DateAhead]:
    today = known.as_of.astimezone(ZoneInfo(period.timezone)).date()
    return dates_ahead(lookup.documents(known.store), today)


def _before(store: Store, config: Config, period: Period, end: datetime) -> Position | None:
    """What stood when the period began; where nothing had been read by then, at the end of the first day that was."""
    if period.start > end:
        return None
    found = position(store, config, period.start)
    if found.entries or any(source.last_read for source in found.sources):
        return found
    first = lookup.first_look(store, period.start, end)
    if first is None or period.end - period.start < LONG:
        return found
    zone = ZoneInfo(period.timezone)
    next_day = datetime.combine(first.astimezone(zone).date() + timedelta(days=1), time(), zone)
    return position(store, config, min(next_day.astimezone(UTC) - timedelta(microseconds=1), end))


def _review(known: _Known, period: Period) -> YearFacts:
    documents = lookup.documents(known.store)
    found = [document for document in documents if document.source in LETTERS]
    read = latest(found, _LETTERS_READ)
    letters = [document for document in found if document.id in read]
    letters.sort(key=lambda document: (document.published or "", document.id))
    return YearFacts(
        tuple(
            Known(one.source, one.origin, one.documents, one.first, one.last)
            for one in lookup.held(known.store, known.as_of)
        ),
        tuple(sorted(documents, key=lambda document: (document.published or "", document.id))),
        tuple(LetterHeld(document, known.brief(document)) for document in letters),
        lookup.reviews_recorded(known.store, known.as_of),
        len(found) - len(letters),
    )


def _twins(store: Store, changes: Iterable[Change]) -> Iterator[Twin]:
    """The documents that changed and have another language, with what is known of both."""
    changed: dict[str, list[Change]] = {}
    for change in changes:
        changed.setdefault(change.document, []).append(change)
    for name, mine in changed.items():
        document = lookup.document(store, name)
        if document.pair:
            other = lookup.document(store, document.pair)
            texts = [_blocks(store, found) for found in (document, other)]
            compared = misalignment(texts[0], texts[1], regulator_of(document.source).country)
            yield Twin(document, other, mine, lookup.changes(store, document=other.id), compared)


def _blocks(store: Store, document: Document) -> tuple[Block, ...]:
    return lookup.blocks(store, lookup.version(store, document.id, document.version_count))


def seal(store: Store, as_of: datetime) -> str:
    """SHA-256 over the sorted hashes of the facts that a digest rests on."""
    return hashlib.sha256(b"".join(sorted(lookup.facts_hashes(store, as_of)))).hexdigest()


def _published(
    known: _Known, document: Document, references: Iterable[citing.Reference], letters: frozenset[str]
) -> PublishedEntry:
    mine = [reference for reference in references if reference.citing == document.id]
    cited = tuple(
        CitedChange(known.document(later.reference.cited), later.change)
        for later in citing.changed_since(known.store, mine)
        if later.change.window.until < known.as_of
    )
    told = known.brief(document) if document.id in letters else None
    return PublishedEntry(document, _passages(known.store, document, document.version_count), cited, told)


def _entry(known: _Known, change: Change, cited_by: Mapping[str, Iterable[str]], whole: frozenset[str]) -> ChangeEntry:
    """A change with all that is said of it; of those a long digest only names, with its document."""
    store, document = known.store, _then(known, change)
    if change.id not in whole:
        return ChangeEntry(change, document, review=known.reviewed.standing(change.id))
    n = change.after.n if change.after else None
    others = tuple(lookup.same_number(store, document)) if change.kind is Kind.NEW else ()
    citing_it = () if change.kind is Kind.NEW else cited_by.get(document.id, ())
    return ChangeEntry(
        change,
        document,
        redline(store, change),
        _passages(store, document, n),
        others,
        tuple(known.document(name) for name in citing_it),
        known.reviewed.standing(change.id),
    )


def _then(known: _Known, change: Change) -> Document:
    """The document of a change under the title and with the fields it had then."""
    document, side = known.document(change.document), change.after or change.before
    if side is None or side.n == document.version_count:
        return document
    then = lookup.version(known.store, document.id, side.n)
    return replace(document, title=then.title, fields=then.fields, mentions=then.mentions)


def redline(store: Store, change: Change) -> tuple[BlockDiff, ...]:
    """The blocks of both versions of a change, compared; nothing for a step of circumstance or a new document."""
    if change.before is None or change.after is None or change.before.n == change.after.n or change.kind is Kind.NEW:
        return ()
    sides = (lookup.version(store, change.document, side.n) for side in (change.before, change.after))
    before, after = (lookup.blocks(store, version) for version in sides)
    return diff.compare(before, after)


def _passages(store: Store, document: Document, n: int | None) -> tuple[MentionPassage, ...]:
    """The paragraphs of a version that mention a topic, the latest version's where none is named."""
    version = lookup.version(store, document.id, n or document.version_count)
    mentions = [mention for mention in lookup.mentions(store, document.id, version.n) if mention.block >= 0]
    if not mentions:
        return ()
    blocks = lookup.blocks(store, version)
    places: dict[tuple[str, int], list[tuple[int, int]]] = {}
    sections: dict[int, str] = {}
    roles: dict[tuple[str, int], list[str]] = {}
    for mention in mentions:
        places.setdefault((mention.topic, mention.block), []).append(
            (mention.position, mention.position + len(mention.variant))
        )
        if mention.role and mention.role != Role.OTHER:
            roles.setdefault((mention.topic, mention.block), []).append(mention.role)
        sections[mention.block] = "" if blocks[mention.block].kind is BlockKind.HEADING else mention.section
    return tuple(
        MentionPassage(
            topic,
            sections[block],
            blocks[block].text,
            tuple(spans),
            tuple(dict.fromkeys(roles.get((topic, block), ()))),
        )
        for (topic, block), spans in places.items()
    )
