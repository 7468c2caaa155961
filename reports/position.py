"""Where it stands: what each regulator says of a topic's status, in its own words and with its own dates.

Nothing is concluded here. All that a reader could take for an answer stands in quotation marks, in a title or in an
address; around them are dates, hashes, and what was not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Final

from jinja2 import Template
from markupsafe import Markup

from reports.as_json import Json
from reports.cards import SourceCard, reading_order
from reports.markup import environment
from reports.plain import underlined, wrap
from reports.wording import counted, dates, reference
from store.clock import shown
from store.records import Document, Standing, StatementStatus

LETTERS_SHOWN: Final = 3
"""So many letters to one firm are shown, the latest; the others are counted, and stand in the JSON."""
HASH_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class PositionEntry:
    """A sentence that stood at an instant, with its document as it was then.

    `text_sha256` is the hash of the document's text in which the sentence was last confirmed. `asked` is the last
    attempt to read it, where that came later and confirmed nothing, and `answer` how it ended ("blocked").
    `gone_since` is set where the document was no longer served.
    """

    document: Document
    standing: Standing
    text_sha256: str
    asked: datetime | None = None
    answer: str = ""
    gone_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceRead:
    """When a source was last read, by the instant in question; None: never.

    `reason` says why it was not read since, "" where the last attempt read it.
    """

    card: SourceCard
    last_read: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """What stood at the instant `at`. Make one with `compose`; equal ones render to equal bytes."""

    at: datetime
    sources: tuple[SourceRead, ...]
    entries: tuple[PositionEntry, ...]
    sample_data: bool = False


def compose(
    *, at: datetime, sources: Iterable[SourceRead], entries: Iterable[PositionEntry], sample_data: bool = False
) -> Position:
    """The position of these values, in one order whatever order they come in.

    Raises ValueError for what was not known yet at that instant: an entry seen or confirmed later, a later reading.
    An entry of a source that is not among `sources` stands under the source's name.
    """
    found, read = tuple(entries), {source.card.name: source for source in sources}
    for entry in found:
        name = entry.document.source
        read.setdefault(name, SourceRead(SourceCard(name, "Sources no longer configured", name, ""), None))
    _check(at, read.values(), found)
    cards = {name: source.card for name, source in read.items()}
    return Position(
        at,
        tuple(sorted(read.values(), key=lambda source: reading_order(source.card))),
        tuple(sorted(found, key=lambda entry: (reading_order(cards[entry.document.source])[:2], *_order(entry)))),
        sample_data,
    )


def render_text(position: Position) -> str:
    """The position as plain text in lines of at most 78 columns; only a longer address keeps its length."""
    return "\n".join(_lines(position)) + "\n"


def render_html(position: Position) -> Markup:
    """The position as a section to be placed in a page; it brings no styles."""
    return Markup(_template().render(position=position, parts=_parts(position)))  # noqa: S704  the template escapes


def to_json(position: Position) -> Json:
    """The position as `position --json` prints it: every sentence, the one first seen longest ago first."""
    entries = sorted(position.entries, key=lambda entry: (entry.standing.first_seen, *_order(entry)))
    return {
        "schema_version": 1,
        "at": shown(position.at),
        "sources": [_source_json(source, position) for source in position.sources],
        "items": [_entry_json(entry) for entry in entries],
    }


# One order


def _check(at: datetime, sources: Iterable[SourceRead], entries: Iterable[PositionEntry]) -> None:
    for entry in entries:
        moments = (entry.standing.first_seen, entry.standing.last_confirmed, entry.asked, entry.gone_since)
        if any(moment is not None and moment > at for moment in moments):
            raise ValueError(f"{entry.document.id}: seen after {shown(at)}, which is asked about")
    for source in sources:
        if source.last_read is not None and source.last_read > at:
            raise ValueError(f"{source.card.name}: read after {shown(at)}, which is asked about")


_STATUSES: Final = {
    StatementStatus.FINAL: "Final documents",
    StatementStatus.SAFETY_NOTICE: "Safety notices",
    StatementStatus.GENERAL: "Published pages",
    StatementStatus.PROPOSED: "Proposed: drafts and consultations, not final",
    StatementStatus.TO_ONE_FIRM: "Said to one firm, in a letter",
}
_RANKS: Final = {status: rank for rank, status in enumerate(_STATUSES)}


def _order(entry: PositionEntry) -> tuple[int, int, str, int, int, str]:
    """By standing, the latest document first, its sentences in the order of the text."""
    said, published = entry.standing.statement, entry.document.published or ""
    latest = -int(re.sub(r"[^0-9]", "", published)[:8] or 0)
    return _RANKS[said.status], latest, entry.document.id, said.block, said.position, said.topic


# What both forms show


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A document and its sentences of one standing."""

    document: Document
    entries: tuple[PositionEntry, ...]


@dataclass(frozen=True, slots=True)
class StatusPart:
    """The documents of one standing that are shown, and a sentence that counts the rest ("" for none)."""

    heading: str
    documents: tuple[DocumentPart, ...]
    rest: str


@dataclass(frozen=True, slots=True)
class RegulatorPart:
    """One regulator: what it says, and when each of its sources was read."""

    regulator: str
    statuses: tuple[StatusPart, ...]
    readings: tuple[str, ...]


def _parts(position: Position) -> list[RegulatorPart]:
    regulators = {source.card.name: source.card.regulator for source in position.sources}
    said = {
        regulator: tuple(entries)
        for regulator, entries in groupby(position.entries, key=lambda entry: regulators[entry.document.source])
    }
    return [
        RegulatorPart(
            regulator,
            tuple(_statuses(said.get(regulator, ()))),
            tuple(reading(source, position) for source in sources),
        )
        for regulator, sources in groupby(position.sources, key=lambda source: source.card.regulator)
    ]


def _statuses(entries: Sequence[PositionEntry]) -> Iterator[StatusPart]:
    for status, of_status in groupby(entries, key=lambda entry: entry.standing.statement.status):
        documents = [
            DocumentPart(document, tuple(found)) for document, found in groupby(of_status, key=lambda e: e.document)
        ]
        shown_ones = documents[:LETTERS_SHOWN] if status is StatementStatus.TO_ONE_FIRM else documents
        yield StatusPart(_STATUSES[status], tuple(shown_ones), _rest(documents[len(shown_ones) :]))


def _rest(documents: Sequence[DocumentPart]) -> str:
    if not documents:
        return ""
    sentences = sum(len(part.entries) for part in documents)
    return f"And {counted(sentences, 'sentence')} in {counted(len(documents), 'earlier letter')}, given with --json."


def reading(source: SourceRead, position: Position) -> str:
    """When a source was read, why not since, and whether it has a sentence, in one line."""
    if source.last_read is None:
        said = f"{source.card.title}: not read by then" + (f" ({source.reason})" if source.reason else "")
        return f"{said}, so nothing is known of what it says."
    found = sum(entry.document.source == source.card.name for entry in position.entries)
    since = f", and not since: {source.reason}" if source.reason else ""
    return (
        f"{source.card.title}: last read {shown(source.last_read)}{since}. "
        f"{counted(found, 'sentence')[:1].upper()}{counted(found, 'sentence')[1:]} of this kind found in what was read."
    )


def facts(document: Document) -> str:
    """The regulator's number and dates, each with its kind; says so where it states no date."""
    known = [*([reference(document)] if document.number else []), *dates(document)]
    return "; ".join(known if dates(document) else [*known, "the regulator states no date"])


def sightings(entry: PositionEntry) -> str:
    """When a sentence was first seen, last confirmed and, in vain, last asked for; the hash of its text."""
    standing = entry.standing
    said = f"First seen {shown(standing.first_seen)}, last confirmed {shown(standing.last_confirmed)}."
    if entry.gone_since is not None:
        said += f" The page is no longer served since {shown(entry.gone_since)}."
    elif entry.asked is not None and entry.asked > standing.last_confirmed:
        said += f" Last asked for {shown(entry.asked)}: {entry.answer or 'no answer'}; not confirmed then."
    return f"{said} Text SHA-256 {entry.text_sha256[:HASH_SHOWN]}."


def language(entry: PositionEntry) -> str:
    """The language of a document's sentences, as its code."""
    return entry.document.language or "language not stated"


_LEAD: Final = (
    "The regulators' own sentences, word for word; exowatch draws no conclusion from them. What stands in no document "
    "that was read is not here. A letter to one firm is about that firm's product."
)


# Text


def _lines(position: Position) -> Iterator[str]:
    if position.sample_data:
        yield from (wrap("SAMPLE DATA. Everything below is invented for a demonstration."), "")
    yield from (underlined(f"Where it stood at {shown(position.at)}", "="), "", wrap(_LEAD), "")
    for part in _parts(position):
        yield from (underlined(part.regulator, "="), "")
        for status in part.statuses:
            yield from (underlined(status.heading, "-"), "")
            for document in status.documents:
                yield from (*_document_lines(document), "")
            if status.rest:
                yield from (wrap(status.rest), "")
        for line in part.readings:
            yield wrap(line, "- ")
        yield ""


def _document_lines(part: DocumentPart) -> Iterator[str]:
    yield wrap(part.document.title, "* ")
    yield wrap(facts(part.document), "  ")
    yield wrap(part.document.url, "  ")
    for entry in part.entries:
        yield wrap(f"“{entry.standing.statement.sentence}” [{language(entry)}]", "  > ")
        if entry.standing.replaced is not None:
            yield wrap(f"Edited; it read before: “{entry.standing.replaced.sentence}”", "    ")
        yield wrap(sightings(entry), "    ")


# HTML


@cache
def _template() -> Template:
    made = environment()
    made.globals |= {"lead": _LEAD, "facts": facts, "sightings": sightings, "language": language, "shown": shown}
    return made.get_template("position.html.j2")


# JSON


def _source_json(source: SourceRead, position: Position) -> Json:
    return {
        "name": source.card.name,
        "regulator": source.card.regulator,
        "title": source.card.title,
        "last_read": shown(source.last_read) if source.last_read else None,
        "reason": source.reason,
        "statements": sum(entry.document.source == source.card.name for entry in position.entries),
    }


def _entry_json(entry: PositionEntry) -> Json:
    document, standing, said = entry.document, entry.standing, entry.standing.statement
    return {
        "document": document.id,
        "number": document.number,
        "source": document.source,
        "url": document.url,
        "title": document.title,
        "language": document.language,
        "published": document.published,
        "published_basis": document.published_basis,
        "dates": list(dates(document)),
        "topic": said.topic,
        "about": said.about,
        "status": str(said.status),
        "section": said.section,
        "sentence": said.sentence,
        "before": standing.replaced.sentence if standing.replaced else None,
        "first_seen": shown(standing.first_seen),
        "last_confirmed": shown(standing.last_confirmed),
        "asked": shown(entry.asked) if entry.asked else None,
        "answer": entry.answer,
        "gone_since": shown(entry.gone_since) if entry.gone_since else None,
        "text_sha256": entry.text_sha256,
    }
