"""The sections of a digest: where each change is told, with all that happened to one document in one entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from reports.campaigns import Campaign, Grouped, grouped
from reports.cards import SourceCard
from reports.entries import ChangeEntry, Item, PublishedEntry
from store.events import EventName
from store.records import Change, Document, Kind, Severity

DETAILED: Final = 1000
"""So many changes are told in full, the weightiest first; of the others a digest has the title and the command."""


class SectionName(StrEnum):
    """The sections that hold entries, in the order in which they are read; what is in none is counted in the footer."""

    ENFORCEMENT = "Enforcement"
    POLICY = "Guidance, policy, law"
    EDITED = "Changed text on followed pages"
    ROUTINE = "Moved, listed or described otherwise"


@dataclass(frozen=True, slots=True)
class Placing:
    """One row of the table: the section, and when a change belongs there."""

    section: SectionName
    holds: Callable[[Change, str], bool]


ENFORCEMENT_SOURCES: Final = frozenset({"fda_warning_letters", "health_canada_recalls"})
"""Whose documents are letters to a firm, recalls and alerts; every other source publishes what holds for all."""

_ACTS: Final = frozenset({
    EventName.CLOSEOUT_POSTED, EventName.RESPONSE_POSTED, EventName.FINALISED, EventName.REVISED_DRAFT,
    EventName.COMMENTS_OPENED, EventName.COMMENTS_EXTENDED, EventName.COMMENTS_REOPENED,
    EventName.COMMENTS_DUE_PASSED, EventName.CONSULTATION_OPENED, EventName.CONSULTATION_CLOSED,
    EventName.WITHDRAWN_BY_REGULATOR, EventName.RECALL_CLASS_CHANGED, EventName.PRODUCTS_ADDED, EventName.REPLACED_BY,
    EventName.FIRST_MENTION,
})  # fmt: skip
"""What a regulator does with a document as a whole: more than an edit of its text."""
_OF_LISTS: Final = frozenset({
    EventName.DELISTED, EventName.RELISTED, EventName.CONTACT_CHANGED, EventName.DOCKET_CHANGED,
})  # fmt: skip


def _acts(change: Change) -> bool:
    return any(event.name in _ACTS for event in change.events)


def _only_of_lists(change: Change) -> bool:
    return all(event.name in _OF_LISTS for event in change.events)


PLACINGS: Final = (
    Placing(SectionName.ROUTINE, lambda it, _: it.kind in (Kind.MOVED, Kind.REISSUED) and _only_of_lists(it)),
    Placing(
        SectionName.ROUTINE,
        lambda it, _: (
            it.kind is Kind.METADATA and _only_of_lists(it) and (it.severity is Severity.ROUTINE or bool(it.events))
        ),
    ),
    Placing(SectionName.EDITED, lambda it, _: it.kind in (Kind.REVISED, Kind.REVERTED) and not _acts(it)),
    Placing(SectionName.ENFORCEMENT, lambda _, source: source in ENFORCEMENT_SOURCES),
    Placing(SectionName.POLICY, lambda *_: True),
)
"""The first row that holds says where a change is told."""


def place(change: Change, source: str) -> SectionName:
    """The section in which a change of this source's document is told."""
    return next(row.section for row in PLACINGS if row.holds(change, source))


@dataclass(frozen=True, slots=True)
class Group:
    """What one source has in a section.

    `earlier` are documents that were read for the first time in the period and published long before it; `titles` are the
    entries that a long digest names only. `beside` is as in `Grouped`.
    """

    card: SourceCard
    items: tuple[Item, ...]
    earlier: tuple[Item, ...]
    campaigns: tuple[Campaign, ...]
    titles: tuple[Item, ...]
    beside: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Section:
    """A section with its groups, in the order of the sources; a source that has nothing there has no group."""

    name: SectionName
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A digest's entries as they are told: three sections, the changes that the footer counts, the documents only named."""

    sections: tuple[Section, ...]
    routine: tuple[ChangeEntry, ...]
    named_only: int


def lay(
    cards: Sequence[SourceCard],
    published: Sequence[PublishedEntry],
    changes: Sequence[ChangeEntry],
    since: str,
    whole: int = DETAILED,
) -> Layout:
    """The entries of a period that begins on the day `since` (`YYYY-MM-DD`), each document once.

    Published documents and changes come in their order, and keep it. Of more than `whole` the rest is named only.
    """
    told = {card.name: grouped(found) for card, found in zip(cards, _by_card(cards, changes), strict=True)}
    single = [entry for found in told.values() for entry in found.single]
    places = {entry.change.id: place(entry.change, entry.document.source) for entry in single}
    full = detailed([entry.change for entry in single], whole)
    items = _items(published, [entry for entry in single if places[entry.change.id] is not SectionName.ROUTINE], full)
    by_place: dict[tuple[SectionName, str], list[Item]] = {}
    for item in items:
        by_place.setdefault((_section(item), item.document.source), []).append(item)
    kept = latest([entry.document for entry in published], whole)
    sections = tuple(
        Section(
            name,
            tuple(_groups([(card, by_place.get((name, card.name), [])) for card in cards], told, name, since, kept)),
        )
        for name in _TOLD
    )
    routine = tuple(entry for entry in single if places[entry.change.id] is SectionName.ROUTINE)
    return Layout(sections, routine, sum(len(group.titles) for section in sections for group in section.groups))


def detailed(changes: Sequence[Change], whole: int = DETAILED) -> frozenset[str]:
    """The ids of the changes that are told in full: all, or the weightiest, the earliest of equals first."""
    if len(changes) > whole:
        changes = sorted(changes, key=lambda it: (-_GRAVITY[it.severity], it.window.until, it.id))[:whole]
    return frozenset(change.id for change in changes)


def latest(documents: Sequence[Document], whole: int = DETAILED) -> frozenset[str]:
    """The ids of the published documents that are told in full: all, or those published last."""
    if len(documents) > whole:
        documents = sorted(documents, key=lambda it: (it.published or "", it.id), reverse=True)[:whole]
    return frozenset(document.id for document in documents)


def first_reading(change: Change) -> bool:
    """Whether a change says only that we read the document for the first time."""
    return change.kind is Kind.NEW and change.before is None


_FRESH: Final = timedelta(days=31)
"""What was published so shortly before the period is news when it is first read: a look may come days after."""
_TOLD: Final = (SectionName.ENFORCEMENT, SectionName.POLICY, SectionName.EDITED)
_GRAVITY: Final = {severity: weight for weight, severity in enumerate(Severity)}


def _by_card(cards: Sequence[SourceCard], changes: Iterable[ChangeEntry]) -> list[list[ChangeEntry]]:
    found: dict[str, list[ChangeEntry]] = {card.name: [] for card in cards}
    for entry in changes:
        found[entry.document.source].append(entry)
    return list(found.values())


def _items(published: Iterable[PublishedEntry], changes: Iterable[ChangeEntry], full: frozenset[str]) -> list[Item]:
    """One item for each document, in the order in which it was published or first changed."""
    steps: dict[str, list[ChangeEntry]] = {}
    for entry in changes:
        steps.setdefault(entry.document.id, []).append(entry)
    named = {entry.document.id: entry for entry in published}
    return [
        Item(
            named[name].document if name in named else steps[name][-1].document,
            named.get(name),
            tuple(entry for entry in steps.get(name, ()) if entry.change.id in full),
            tuple(entry for entry in steps.get(name, ()) if entry.change.id not in full),
        )
        for name in sorted({**named, **steps}, key=lambda name: _when(named.get(name), steps.get(name, ())))
    ]


def _when(published: PublishedEntry | None, steps: Sequence[ChangeEntry]) -> tuple[str, str]:
    """The day by which an entry is sorted: the regulator's where it lies in the period, else that of its last step."""
    if published is not None:
        return published.document.published or "", published.document.id
    return steps[-1].change.window.until.isoformat(), steps[-1].document.id


def _section(item: Item) -> SectionName:
    steps = [entry.change for entry in (*item.changes, *item.brief_changes)]
    news = [step for step in steps if not first_reading(step)] if item.published is None else []
    places = {place(step, item.document.source) for step in news or steps[:1]}
    if item.published is not None:
        places = {_of_source(item.document.source)}
    return min(places, key=list(SectionName).index)


def _of_source(source: str) -> SectionName:
    return SectionName.ENFORCEMENT if source in ENFORCEMENT_SOURCES else SectionName.POLICY


def _groups(
    found: Iterable[tuple[SourceCard, list[Item]]],
    told: Mapping[str, Grouped],
    name: SectionName,
    since: str,
    kept: frozenset[str],
) -> Iterator[Group]:
    for card, items in found:
        titles = [item for item in items if not item.changes and item.document.id not in kept]
        whole = [item for item in items if item.changes or item.document.id in kept]
        earlier = [item for item in whole if _is_earlier(item, since)]
        campaigns = tuple(it for it in told[card.name].campaigns if _of_campaign(it) is name)
        if items or campaigns:
            now = tuple(item for item in whole if not _is_earlier(item, since))
            yield Group(card, now, tuple(earlier), campaigns, tuple(titles), told[card.name].beside)


def _is_earlier(item: Item, since: str) -> bool:
    """Whether an entry says only that we came to read a document that had long been there."""
    steps = [entry.change for entry in item.changes]
    only_read = all(first_reading(step) and not step.events for step in steps)
    grave = any(step.severity is Severity.IMPORTANT for step in steps)
    return (
        item.published is None
        and only_read
        and not grave
        and "" < (item.document.published or "") < _long_before(since)
    )


def _long_before(since: str) -> str:
    return (date.fromisoformat(since) - _FRESH).isoformat()


def _of_campaign(campaign: Campaign) -> SectionName:
    """The footer counts single changes; an edit that many documents share is told, whatever it is."""
    found = place(campaign.example.change, campaign.source)
    return SectionName.EDITED if found is SectionName.ROUTINE else found
