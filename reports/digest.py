"""The digest: what was published and what changed in a period, with the statement of what was looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from reports.as_json import Json, change_json, document_json, run_json
from reports.campaigns import Campaign, grouped
from reports.cards import SourceCard as SourceCard
from reports.cards import reading_order as reading_order
from reports.dates_ahead import DateAhead
from reports.entries import ChangeEntry, Correction, Item, PublishedEntry
from reports.period import Period, spoken
from reports.position import Position
from reports.position import to_json as position_json
from reports.sections import Layout, lay
from reports.twins import Drift, drift_sentence
from reports.wording import counted, ignored_words
from reports.year_facts import YearFacts
from store.clock import shown
from store.ignored import together
from store.records import Document, Origin, Outcome, Run, Severity
from store.severity import rank


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A source that was not read: since when (its last reading), what was answered, and until when.

    `until` is when it was read again; None while that has not happened. `silent` where nobody asked, for longer than
    is planned: the machine was off or asleep, or no one ran a crawl. Such stretches have a `since`.
    """

    source: str
    since: datetime | None
    reason: str
    until: datetime | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class SetAside:
    """The changes of the period that a reader did not ask for: those reviewed, or those not; how many per source."""

    reviewed: bool
    by_source: Mapping[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(self.by_source.values())


_Entry = TypeVar("_Entry", PublishedEntry, ChangeEntry)


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything that a rendering needs: equal digests render to equal bytes. Make one with `compose`."""

    period: Period
    as_of: datetime
    seal: str
    sources: tuple[SourceCard, ...]
    looked_at: tuple[Run, ...]
    not_checked: tuple[NotChecked, ...]
    published: tuple[PublishedEntry, ...]
    changes: tuple[ChangeEntry, ...]
    drifts: tuple[Drift, ...]
    rereads: int
    sample_data: bool
    language: str = "en"
    ahead: tuple[DateAhead, ...] = ()
    position: Position | None = None
    position_before: Position | None = None
    corrections: tuple[Correction, ...] = ()
    review: YearFacts | None = None
    set_aside: SetAside | None = None
    learned_late: frozenset[str] = frozenset()
    copies: Mapping[tuple[str, int], str] = field(default_factory=dict)


def compose(
    *,
    period: Period,
    as_of: datetime,
    seal: str,
    sources: Iterable[SourceCard],
    looked_at: Iterable[Run],
    not_checked: Iterable[NotChecked] = (),
    published: Iterable[PublishedEntry] = (),
    changes: Iterable[ChangeEntry] = (),
    drifts: Iterable[Drift] = (),
    rereads: int = 0,
    sample_data: bool = False,
    language: str = "en",
    ahead: Iterable[DateAhead] = (),
    position: Position | None = None,
    position_before: Position | None = None,
    corrections: Iterable[Correction] = (),
    review: YearFacts | None = None,
    set_aside: SetAside | None = None,
    learned_late: Iterable[str] = (),
) -> Digest:
    """The digest of these values, in one order whatever order they come in.

    `rereads` is how often a page came with other bytes that said the same; `position` is what stood at the period's
    end, `position_before` at its beginning. A source without a look in the period is added to what was not checked:
    silence is never read as "nothing happened". What belongs to a source without a card (one no longer configured) is
    kept, under the source's name. `learned_late` are the ids of those changes that belong to the time of an earlier
    digest of the series and became known after it.
    """
    runs, gaps, entries, steps = tuple(looked_at), tuple(not_checked), tuple(published), tuple(changes)
    named = {run.source for run in runs} | {gap.source for gap in gaps}
    named |= {entry.document.source for entry in entries} | {entry.document.source for entry in steps}
    cards = _ordered(sources, named)
    place = {card.name: position for position, card in enumerate(cards)}
    return Digest(
        period=period,
        as_of=as_of,
        seal=seal,
        sources=cards,
        looked_at=tuple(sorted(runs, key=lambda run: (place[run.source], run.started, run.origin))),
        not_checked=tuple(sorted(_with_silent(cards, runs, gaps), key=lambda gap: (place[gap.source], gap.reason))),
        published=tuple(sorted(entries, key=lambda entry: (place[entry.document.source], _published_key(entry)))),
        changes=tuple(sorted(steps, key=lambda entry: (place[entry.document.source], _seen_key(entry)))),
        drifts=tuple(drifts),
        rereads=rereads,
        sample_data=sample_data,
        language=language,
        ahead=tuple(ahead),
        position=position,
        position_before=position_before,
        corrections=tuple(corrections),
        review=review,
        set_aside=set_aside,
        learned_late=frozenset(learned_late),
    )


def verdict(digest: Digest) -> str:
    """The first sentences: what asks for a decision, which dates are near, and what could not be seen."""
    gaps, breaks = len(unread(digest)), len(interrupted(digest))
    aside = digest.set_aside.count if digest.set_aside else 0
    if not digest.published and not digest.changes and not aside:
        return _nothing(digest, f"{counted(gaps, 'source')} {_was(gaps)} not read in full" if gaps else "")
    asked, near = len(decisions(digest)), sum(within_thirty_days(digest, ahead) for ahead in digest.ahead)
    need = "1 item needs a decision" if asked == 1 else f"{asked or 'no'} items need a decision"
    said = f"{need}; {counted(near, 'date')} within 30 days; {counted(gaps, 'source')} incomplete"
    read = f"{len(digest.sources) - gaps} of {counted(len(digest.sources), 'source')} read in full"
    if breaks:
        read += f" when last looked at; {counted(breaks, 'source')} {_was(breaks)} not read for a part of the period"
    seen = (
        f"{counted(len(digest.published), 'document')} published, {counted(len(digest.changes) + aside, 'change')} seen"
    )
    told = [f"{part[:1].upper()}{part[1:]}." for part in (spoken(digest.period), said, read, seen)]
    return " ".join([*told, reviewed_sentence(digest)] if aside else told)


def within_thirty_days(digest: Digest, ahead: DateAhead) -> bool:
    """Whether a date is at most thirty days from the day on which the digest says what it knows."""
    today = digest.as_of.astimezone(ZoneInfo(digest.period.timezone)).date()
    return ahead.day - today <= timedelta(days=30)


def _was(number: int) -> str:
    return "was" if number == 1 else "were"


@dataclass(frozen=True, slots=True)
class Decision:
    """What asks for a decision: a document's weightiest change, and the same document in the other language."""

    item: Item
    entry: ChangeEntry
    twins: tuple[Document, ...]


def decisions(digest: Digest) -> tuple[Decision, ...]:
    """The documents with an important change, the weightiest first; two languages of one document are one decision."""
    by_document: dict[str, list[ChangeEntry]] = {}
    for entry in important(digest):
        by_document.setdefault(entry.document.id, []).append(entry)
    found: dict[str, Decision] = {}
    for name in sorted(by_document, key=lambda name: _foreign(digest, by_document[name][0])):
        steps = by_document[name]
        in_time = tuple(sorted(steps, key=_seen_key))
        item = Item(in_time[-1].document, None, in_time)
        if (pair := item.document.pair or "") in found:
            found[pair] = replace(found[pair], twins=(*found[pair].twins, item.document))
        else:
            latest = min(steps, key=lambda it: (rank(it.change.reasons), -it.change.window.until.timestamp()))
            found[name] = Decision(item, latest, ())
    return tuple(sorted(found.values(), key=lambda it: (rank(it.entry.change.reasons), *_seen_key(it.entry))))


def _foreign(digest: Digest, entry: ChangeEntry) -> bool:
    return entry.document.language not in ("", digest.language)


def layout(digest: Digest) -> Layout:
    """Where each entry of the digest is told."""
    return lay(digest.sources, digest.published, digest.changes, digest.period.days[0])


def reviewed_sentence(digest: Digest) -> str:
    """How many changes are left out for their review or for want of one; "" where all are told."""
    if digest.set_aside is None:
        return ""
    aside, other = digest.set_aside, "unreviewed" if digest.set_aside.reviewed else "reviewed"
    why = "with a review" if aside.reviewed else "whose review is open"
    left = counted(aside.count, "change")
    return f"Only {other} changes are told: {left} {why} {'is' if aside.count == 1 else 'are'} left out."


def set_aside_sentence(part: SourcePart) -> str:
    """How many changes of one source are left out, so that its silence is not read as "nothing happened"."""
    return f"{counted(part.set_aside, 'change')} seen here {'is' if part.set_aside == 1 else 'are'} left out, as said at the top."


def unread(digest: Digest) -> tuple[SourceCard, ...]:
    """The sources of which the period has no full reading: not read again, or their last look is incomplete."""
    named = {gap.source for gap in digest.not_checked if gap.until is None}
    named |= {look.card.name for look in looks(digest) if not look.complete}
    return tuple(card for card in digest.sources if card.name in named)


def interrupted(digest: Digest) -> tuple[SourceCard, ...]:
    """The sources that were not read for a part of the period, and were read again."""
    named = {gap.source for gap in digest.not_checked} - {card.name for card in unread(digest)}
    return tuple(card for card in digest.sources if card.name in named)


def important(digest: Digest) -> tuple[ChangeEntry, ...]:
    """The changes that a reader should see first, the weightiest first."""
    marked = (entry for entry in digest.changes if entry.change.severity is Severity.IMPORTANT)
    return tuple(sorted(marked, key=lambda entry: (rank(entry.change.reasons), *_seen_key(entry))))


def left_out(digest: Digest) -> str:
    """What was seen and counts as no change, counted, in a sentence or two."""
    said = "No page came with other bytes and the same reading."
    if digest.rereads:
        said = (
            f"Read again with other bytes and the same reading: {counted(digest.rereads, 'time')}, which is no change."
        )
    within = together(entry.change.ignored for entry in digest.changes)
    if within:
        said += f" Left out of the comparisons above: {ignored_words(within)}."
    return said


@dataclass(frozen=True, slots=True)
class Look:
    """What was looked at in one source from one origin: the last run of the period, and how many there were."""

    card: SourceCard
    last: Run
    runs: tuple[Run, ...]

    @property
    def complete(self) -> bool:
        """Whether the last run reached an answer for every target; that a page is gone is an answer."""
        gone = self.last.outcomes.get(Outcome.GONE, 0)
        missed = self.last.failed - gone + self.last.outcomes.get(Outcome.NOT_REACHED, 0)
        return self.last.finished is not None and missed <= 0


def looks(digest: Digest) -> tuple[Look, ...]:
    """One look per source and origin, in the order of the sources; reading live and importing are told apart."""
    runs: dict[tuple[str, Origin], list[Run]] = {}
    for run in digest.looked_at:
        runs.setdefault((run.source, run.origin), []).append(run)
    return tuple(
        Look(card, runs[card.name, origin][-1], tuple(runs[card.name, origin]))
        for card in digest.sources
        for origin in Origin
        if (card.name, origin) in runs
    )


@dataclass(frozen=True, slots=True)
class SourcePart:
    """What one source published and changed; `changes` are those told by themselves, `beside` as in `Grouped`.

    `set_aside` is how many changes are not told for their review, or for want of one.
    """

    card: SourceCard
    published: tuple[PublishedEntry, ...]
    campaigns: tuple[Campaign, ...]
    changes: tuple[ChangeEntry, ...]
    beside: Mapping[str, int]
    read_in_full: bool
    set_aside: int = 0

    @property
    def change_count(self) -> int:
        """How many changes were seen, those told together counted one by one."""
        return len(self.changes) + sum(len(campaign.entries) for campaign in self.campaigns)


@dataclass(frozen=True, slots=True)
class RegulatorPart:
    """One regulator's sources."""

    regulator: str
    sources: tuple[SourcePart, ...]


def parts(digest: Digest) -> tuple[RegulatorPart, ...]:
    """The digest as it is read: regulator by regulator, source by source."""
    missed = {card.name for card in unread(digest)}
    published = _by_source(digest.published)
    changes = _by_source(digest.changes)
    aside = digest.set_aside.by_source if digest.set_aside else {}
    regulators: dict[str, list[SourcePart]] = {}
    for card in digest.sources:
        told = grouped(changes.get(card.name, ()))
        part = SourcePart(
            card,
            tuple(published.get(card.name, ())),
            told.campaigns,
            told.single,
            told.beside,
            card.name not in missed,
            aside.get(card.name, 0),
        )
        regulators.setdefault(card.regulator, []).append(part)
    return tuple(RegulatorPart(regulator, tuple(found)) for regulator, found in regulators.items())


def to_json(digest: Digest) -> Json:
    """The digest as `digest --json` prints it; lists are oldest first."""
    return {
        "schema_version": 1,
        "period": {
            "label": digest.period.label,
            "start": shown(digest.period.start),
            "end": shown(digest.period.end),
            "timezone": digest.period.timezone,
        },
        "as_of": shown(digest.as_of),
        "seal": digest.seal,
        "looked_at": [run_json(run) for run in sorted(digest.looked_at, key=lambda run: (run.started, run.source))],
        "not_checked": [
            {
                "source": gap.source,
                "since": shown(gap.since) if gap.since else None,
                "until": shown(gap.until) if gap.until else None,
                "reason": gap.reason,
            }
            for gap in digest.not_checked
        ],
        "published": [document_json(entry.document) for entry in sorted(digest.published, key=_published_key)],
        "changes": [
            change_json(entry.change, entry.document, entry.review) for entry in sorted(digest.changes, key=_seen_key)
        ],
        "left_out": {
            "rereads": digest.rereads,
            "rules": [asdict(rule) for rule in together(entry.change.ignored for entry in digest.changes)],
        },
        "languages_apart": [
            {
                "change": drift.change.id,
                "document": drift.document.id,
                "other": drift.other.id,
                "state": str(drift.state),
                "sentence": drift_sentence(drift),
            }
            for drift in digest.drifts
        ],
        "set_aside": {"reviewed": digest.set_aside.reviewed, "count": digest.set_aside.count}
        if digest.set_aside
        else None,
        "learned_late": sorted(digest.learned_late),
        "dates_ahead": [
            {
                "day": ahead.day.isoformat(),
                "what": ahead.what,
                "document": ahead.document.id,
                "title": ahead.document.title,
                "url": ahead.document.url,
            }
            for ahead in digest.ahead
        ],
        "position": position_json(digest.position) if digest.position else None,
        "corrections": [asdict(correction) for correction in digest.corrections],
    }


def _ordered(sources: Iterable[SourceCard], named: set[str]) -> tuple[SourceCard, ...]:
    cards = {card.name: card for card in sources}
    for name in named - cards.keys():
        cards[name] = SourceCard(name, "Sources no longer configured", name, "")
    return tuple(sorted(cards.values(), key=reading_order))


def _with_silent(
    cards: tuple[SourceCard, ...], runs: tuple[Run, ...], gaps: tuple[NotChecked, ...]
) -> tuple[NotChecked, ...]:
    heard = {run.source for run in runs} | {gap.source for gap in gaps}
    silent = (NotChecked(card.name, None, "It was not looked at in this period") for card in cards)
    return (*gaps, *(gap for gap in silent if gap.source not in heard))


def _published_key(entry: PublishedEntry) -> tuple[str, str]:
    return entry.document.published or "", entry.document.id


def _seen_key(entry: ChangeEntry) -> tuple[datetime, str]:
    return entry.change.window.until, entry.change.id


def _by_source(entries: Iterable[_Entry]) -> Mapping[str, list[_Entry]]:
    found: dict[str, list[_Entry]] = {}
    for entry in entries:
        found.setdefault(entry.document.source, []).append(entry)
    return found


def _nothing(digest: Digest, missed: str) -> str:
    if not digest.looked_at:
        return "Nothing was looked at in this period, so nothing can be said about what happened in it."
    if missed:
        return f"Nothing changed in what was read; {missed}."
    read = counted(len(digest.sources), "source")
    return f"Nothing changed, and here is what was read: {read}, {'each ' if len(digest.sources) > 1 else ''}in full."
