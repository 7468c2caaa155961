"""Dates ahead: the days that regulators have set and that are still to come, each with the document that states it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from store.records import Document


class DateKind(StrEnum):
    """What a date is, in words that say no more than the regulator does."""

    COMMENTS_DUE = "Comments for consideration by"
    CONSULTATION_CLOSES = "Consultation closes to input"


@dataclass(frozen=True, slots=True)
class DateAhead:
    """A day to come, what it is, and the document it is taken from."""

    day: date
    what: DateKind
    document: Document


@dataclass(frozen=True, slots=True)
class DateRule:
    """A field that states a date ahead, of one source, while the document's status is one of these (lower case)."""

    what: DateKind
    source: str
    field: str
    statuses: frozenset[str]


RULES: Final = (
    # The date secures that comments are considered before work on the final version begins (21 CFR 10.115(g)(5)); the
    # rows of final guidances keep the stale date of their draft.
    DateRule(DateKind.COMMENTS_DUE, "fda_guidance", "comments_due", frozenset({"draft"})),
    # Health Canada states the status of a consultation in words; a closed one closed on that day.
    DateRule(DateKind.CONSULTATION_CLOSES, "health_canada_notices", "closes", frozenset({"open", "ouvert", "ouverte"})),
)


def dates_ahead(documents: Iterable[Document], after: date) -> tuple[DateAhead, ...]:
    """The dates later than `after` that these documents state, soonest first.

    A date that both languages of a document state is told once, from the English page; where they differ, both are.
    What is no longer served or listed is told too: that a page is gone takes nothing back.
    """
    found = sorted((one for document in documents for one in _stated(document) if one.day > after), key=_key)
    told: dict[tuple[date, DateKind], list[DateAhead]] = {}
    for one in found:
        same = told.setdefault((one.day, one.what), [])
        if not any(_is_twin(one.document, other.document) for other in same):
            same.append(one)
    return tuple(one for same in told.values() for one in same)


def _stated(document: Document) -> Iterator[DateAhead]:
    status = document.fields.get("status", "").strip().casefold()
    for rule in RULES:
        if document.source == rule.source and status in rule.statuses:
            day = _day(document.fields.get(rule.field, "").strip())
            if day:
                yield DateAhead(day, rule.what, document)


def _day(text: str) -> date | None:
    """A day written YYYY-MM-DD; None for anything else, for a field keeps what it says where that is no date."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _key(one: DateAhead) -> tuple[date, str, bool, str]:
    return one.day, one.what, one.document.language != "en", one.document.id


def _is_twin(document: Document, other: Document) -> bool:
    """Whether one is the other itself, or the same in another language, by what either page states."""
    return document.id == other.id or _names(document, other) or _names(other, document)


def _names(document: Document, other: Document) -> bool:
    return document.pair is not None and document.pair in (other.id, other.url, *other.urls)
