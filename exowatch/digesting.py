"""The digest of a period, from what the store answers to what the reports compose."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.source import Source, classes
from exowatch.briefing import brief
from exowatch.config import Config
from reports.cards import SourceCard
from reports.digest import Digest, NotChecked, Period, compose
from reports.entries import ChangeEntry, CitedChange, MentionPassage, PublishedEntry
from reports.twins import Twin, drifts
from store import citing, diff, lookup
from store.bilingual import misalignment
from store.database import Store
from store.findings import LETTERS
from store.records import Block, BlockDiff, BlockKind, Change, Document, Kind, Origin, Outcome, Role, Run
from store.regulators import regulator_of


def digest(store: Store, config: Config, period: Period, as_of: datetime) -> Digest:
    """What the store says of a period, as it stood at an instant."""
    looked_at = lookup.runs(store, since=period.start, until=as_of)
    changes = lookup.changes(store, since=period.start, until=min(period.end, as_of))
    published = lookup.documents(store, published=period.days)
    references = citing.references(store)
    return compose(
        period=period,
        as_of=as_of,
        seal=seal(store, as_of),
        sources=[card(source) for source in classes().values() if config.enabled(source.name)],
        looked_at=looked_at,
        not_checked=_not_checked(store, looked_at),
        published=[_published(store, document, references, as_of) for document in published],
        changes=[_entry(store, change, citing.by_cited(references)) for change in changes],
        drifts=drifts(_twins(store, changes), as_of, timedelta(days=config.twin_days)),
        rereads=lookup.rereads(store, period.start, min(period.end, as_of)),
        sample_data=config.sample_data,
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


def card(source: type[Source]) -> SourceCard:
    """A source as a reader knows it."""
    return SourceCard(source.name, source.regulator, source.title, source.listing, source.unlisted)


def seal(store: Store, as_of: datetime) -> str:
    """SHA-256 over the sorted hashes of the facts that a digest rests on."""
    return hashlib.sha256(b"".join(sorted(lookup.facts_hashes(store, as_of)))).hexdigest()


def _published(
    store: Store, document: Document, references: Iterable[citing.Reference], as_of: datetime
) -> PublishedEntry:
    mine = [reference for reference in references if reference.citing == document.id]
    cited = tuple(
        CitedChange(lookup.document(store, later.reference.cited), later.change)
        for later in citing.changed_since(store, mine)
        if later.change.window.until < as_of
    )
    told = brief(store, document) if document.source in LETTERS else None
    return PublishedEntry(document, _passages(store, document, None), cited, told)


def _entry(store: Store, change: Change, cited_by: Mapping[str, Iterable[str]]) -> ChangeEntry:
    document = lookup.document_in(store, change)
    n = change.after.n if change.after else None
    others = tuple(lookup.same_number(store, document)) if change.kind is Kind.NEW else ()
    citing_it = () if change.kind is Kind.NEW else cited_by.get(document.id, ())
    return ChangeEntry(
        change,
        document,
        redline(store, change),
        _passages(store, document, n),
        others,
        tuple(lookup.document(store, name) for name in citing_it),
    )


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


_FAULTS = frozenset({"blocked", "listing_incomplete", "list_failed", "layout", "robots", "guard"})
_READ = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED)


def _not_checked(store: Store, runs: Iterable[Run]) -> list[NotChecked]:
    """Where a source could not be read: from which run on, what was answered, and which run read it again."""
    gaps: dict[str, NotChecked] = {}
    closed = []
    for run in runs:
        if run.origin is not Origin.LIVE:
            continue
        reason = unread(run)
        gap = gaps.get(run.source)
        if reason:
            since = gap.since if gap else lookup.last_good(store, run.source, run.started)
            gaps[run.source] = NotChecked(run.source, since, f"On {run.started:%Y-%m-%d}: {reason}")
        elif gap:
            closed.append(replace(gaps.pop(run.source), until=run.started))
    return [*closed, *gaps.values()]


def unread(run: Run) -> str:
    """Why a run did not read its source; "" when it did."""
    said = [issue.message for issue in run.issues if issue.kind in _FAULTS]
    if said:
        return " ".join(dict.fromkeys(said))
    if run.listed and not any(run.outcomes.get(good) for good in _READ):
        return f"none of {run.listed} addresses answered"
    return ""
