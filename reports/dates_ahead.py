"""Dates ahead: the days that regulators have named and that are still to come, each with the document that names it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from store.records import Document


@dataclass(frozen=True, slots=True)
class DateAhead:
    """A day, what ends on it, and the document that says so."""

    day: date
    what: str
    document: Document


def dates_ahead(documents: Iterable[Document], after: date) -> tuple[DateAhead, ...]:
    """The days later than `after` that the documents name, the nearest first."""
    found = [ahead for document in documents for ahead in _named(document) if ahead.day > after]
    return tuple(sorted(found, key=lambda ahead: (ahead.day, ahead.document.id, ahead.what)))


_CLOSED = frozenset({"closed", "fermé", "fermée"})


def _named(document: Document) -> Iterator[DateAhead]:
    status = document.fields.get("status", "").casefold()
    # The rows of final guidances keep the stale date of their draft's comments.
    if status != "final" and (due := _day(document.fields.get("comments_due", ""))):
        yield DateAhead(due, "Comments for consideration by this day", document)
    if status not in _CLOSED and (closes := _day(document.fields.get("closes", ""))):
        yield DateAhead(closes, "Input closes", document)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
