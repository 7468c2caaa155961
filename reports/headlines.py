"""Headlines: the status word of a document, and the one sentence that says what happened to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from reports.brief import Brief
from reports.brief_rows import rows
from reports.entries import ChangeEntry, Item
from reports.sections import first_reading
from reports.wording import counted, published_sentence, sentence, window_words
from store.events import EventName
from store.records import Change, Document, Event, Kind, Status
from store.severity import rank


def headline(item: Item) -> str:
    """What happened to a document, in a sentence or two: its weightiest change, else that it was published."""
    entry = weightiest(item)
    if entry is not None and not (first_reading(entry.change) and not entry.change.events and item.published):
        return _told(entry, item)
    return published_sentence(item.document)


def weightiest(item: Item) -> ChangeEntry | None:
    """The change by which a document is judged: the latest of the weightiest that are more than a first reading."""
    changes = item.changes or item.brief_changes
    return min(
        changes, key=lambda entry: (*_weight(entry.change), -entry.change.window.until.timestamp()), default=None
    )


def _weight(change: Change) -> tuple[bool, int]:
    return first_reading(change) and not change.events, rank(change.reasons)


def _told(entry: ChangeEntry, item: Item) -> str:
    event = headline_event(entry.change)
    if event is None:
        return sentence(entry.change, entry.document)
    words = event.sentence.strip()
    closed = words if words.endswith((".", "!", "?", "…", ".”")) else words + "."
    if first_reading(entry.change):
        return f"{closed} {published_sentence(item.document)}" if item.published else closed
    return f"{closed} Seen {window_words(entry.change.window)}."


def headline_event(change: Change) -> Event | None:
    """The event that says most of a change: an act of the regulator before an edited sentence; None without events."""
    told = [event for event in change.events if event.sentence.strip()]
    return min(
        told, key=lambda event: _EVENTS.index(event.name) if event.name in _EVENTS else len(_EVENTS), default=None
    )


_EVENTS: Final = (
    EventName.WITHDRAWN_BY_REGULATOR, EventName.REPLACED_BY, EventName.FINALISED, EventName.CONSULTATION_CLOSED,
    EventName.CONSULTATION_OPENED, EventName.COMMENTS_OPENED, EventName.COMMENTS_REOPENED, EventName.COMMENTS_EXTENDED,
    EventName.REVISED_DRAFT, EventName.CLOSEOUT_POSTED, EventName.RECALL_CLASS_CHANGED, EventName.STANDING_CHANGED,
)  # fmt: skip
"""The order in which events make a headline; those that are not named come after these, in their own."""


@dataclass(frozen=True, slots=True)
class StatusRule:
    """One row of the table: the word that a document's entry begins with, "" where the row does not apply."""

    source: str
    word: Callable[[Document], str]


def status_word(item: Item) -> str:
    """What an entry begins with, in capitals: the standing of the document in the regulator's terms."""
    kinds = [entry.change.kind for entry in item.changes]
    named = {event.name for entry in item.changes for event in entry.change.events}
    if EventName.WITHDRAWN_BY_REGULATOR in named:
        return "WITHDRAWN BY THE REGULATOR"
    if item.document.status is Status.REMOVED or kinds[-1:] == [Kind.REMOVED]:
        return "NO LONGER SERVED"
    return standing_word(item.document)


def standing_word(document: Document) -> str:
    """The kind and status of a document, in capitals, by its own label."""
    return next(word for rule in _STATUSES if rule.source in (document.source, "") and (word := rule.word(document)))


def _notice(document: Document) -> str:
    status = document.fields.get("status", "").casefold()
    if status in {"closed", "fermé", "fermée"}:
        return "CONSULTATION CLOSED"
    if status in {"open", "ouvert", "ouverte"}:
        return "CONSULTATION OPEN"
    return "NOTICE" if document.title.casefold().startswith(("notice", "avis")) else ""


_STATUSES: Final = (
    StatusRule("fda_guidance", lambda it: it.fields.get("status", "").upper()),
    StatusRule("fda_guidance", lambda _: "GUIDANCE (status not stated)"),
    StatusRule("fda_warning_letters", lambda it: "CLOSE-OUT LETTER" if "close-out" in it.title.casefold() else ""),
    StatusRule("fda_warning_letters", lambda it: it.fields.get("letter_type", "").upper()),
    StatusRule("fda_warning_letters", lambda _: "WARNING LETTER"),
    StatusRule("health_canada_recalls", lambda it: it.fields.get("kind", "").upper()),
    StatusRule("health_canada_recalls", lambda _: "RECALL OR ALERT"),
    StatusRule("health_canada_notices", _notice),
    StatusRule("", lambda _: "PAGE"),
)
"""The first row of the document's source that gives a word."""


def gist(brief: Brief) -> str:
    """What a letter rests on, in a line: basis, products, provisions, and what its mentions of the topic do."""
    wanted = {"Basis", "Products", "Provisions"}
    told = [
        f"{row.label}: {'; '.join(entry.text for entry in row.entries)}."
        for row in rows(brief, 0)
        if row.label in wanted
    ]
    return " ".join([*told, *_roles(brief)])


def _roles(brief: Brief) -> Iterator[str]:
    found = Counter(str(quoted.role) for quoted in brief.mentions)
    if found:
        said = ", ".join(f"{role} ({count})" for role, count in found.items())
        yield f"The topic stands in {counted(len(brief.mentions), 'sentence')}: {said}."
