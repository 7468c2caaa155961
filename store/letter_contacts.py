"""Earlier contacts that a letter names: letters, meetings, calls, inspections before this one, the firm's responses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from store.letter_dates import Span, spans
from store.sentences import Sentence


class ContactKind(StrEnum):
    """What the contact was, by the name the letter gives it."""

    UNTITLED = "untitled letter"
    WARNING = "warning letter"
    ATTENTION = "“It Has Come to Our Attention” letter"
    LETTER = "letter"
    MEETING = "regulatory meeting"
    CALL = "call or teleconference"
    INSPECTION = "earlier inspection"
    FORM_RESPONSE = "firm's response to the Form FDA 483"
    RESPONSE = "firm's response"


@dataclass(frozen=True, slots=True)
class Contact:
    """An earlier contact with its days as the sentence names them (`YYYY-MM-DD` or `YYYY-MM`), none where it names none.

    A stretch of days is two dates with " to " between them.
    """

    kind: ContactKind
    dates: tuple[str, ...]
    sentence: Sentence


Dates = Callable[[str, Sequence[Span], re.Match[str]], Sequence[Span]]


@dataclass(frozen=True, slots=True)
class ContactRule:
    """A sentence names a contact where `says` is found and `unless` is not; `dates` picks the contact's own days.

    `hints` are words, in lower case, of which one is always in such a sentence. Where `dated`, a sentence without a
    date names no contact: it may speak of what is to come.
    """

    kind: ContactKind
    hints: tuple[str, ...]
    says: re.Pattern[str]
    unless: re.Pattern[str]
    dates: Dates
    dated: bool


_BEFORE = 45
_BEHIND = 110
_LINK = re.compile(
    r"[,;]?[¹²³⁴⁵⁶⁷⁸⁹]{0,2},?\s*(?:and\s*)?(?:(?:on|from|dated|received|conducted)\s*){0,2}", re.IGNORECASE
)
_SENT = re.compile(
    r"(?:\b(?:dated|received|submitted)(?: on)?|\bresponses? (?:of|on)|\bresponse to FDA on):?\s*$", re.IGNORECASE
)
_OTHER_NOUN = re.compile(r"\b(?:inspections?|meeting|letter|teleconference|respon[ds]\w*)\b", re.IGNORECASE)
_THEN_RESPONSE = re.compile(
    r",?[¹²³⁴⁵⁶⁷⁸⁹]{0,2},?\s*(?:(?:written|initial|email|e-mail|subsequent)\s*){0,2}(?:responses?|correspondence|repl(?:y|ies))\b",
    re.IGNORECASE,
)
_ANOTHER_DATED = re.compile(
    r"(?:483\)?|inspections?),?\s*(?:that was |which was )?(?:dated|issued)(?: on)?\s*$", re.IGNORECASE
)


def _near(text: str, dates: Sequence[Span], said: re.Match[str]) -> Sequence[Span]:
    """The dates within or behind the words that name the contact; else those right before them."""
    behind = [date for date in dates if said.start() <= date.start <= said.end() + _BEHIND]
    if behind and not _OTHER_NOUN.search(text, said.end(), behind[0].start):
        return _run(text, behind)
    before = [date for date in dates if 0 <= said.start() - date.end <= _BEFORE]
    if not before or _OTHER_NOUN.search(text, before[-1].end, said.start()):
        return []
    return _run(text, before[::-1])[::-1]


def _run(text: str, dates: Sequence[Span]) -> list[Span]:
    """The first date and those that stand with it in one list."""
    together = [dates[0]]
    for date in dates[1:]:
        first, second = sorted((together[-1], date), key=lambda span: span.start)
        if not _LINK.fullmatch(text, first.end, second.start):
            break
        together.append(date)
    return together


def _sent(text: str, dates: Sequence[Span], _: re.Match[str]) -> Sequence[Span]:
    """The days on which a response was written or received: "your May 2, 2024, response", "responses dated …"."""
    sent: list[Span] = []
    for position, date in enumerate(dates):
        follows = (
            position > 0 and dates[position - 1] in sent and _LINK.fullmatch(text, dates[position - 1].end, date.start)
        )
        if len(date.begins) > len("2024-05") and (follows or _is_sent(text, date)):
            sent.append(date)
    return sent


def _is_sent(text: str, date: Span) -> bool:
    before = text[max(0, date.start - _BEFORE) : date.start]
    if _THEN_RESPONSE.match(text, date.end):
        return True
    return _SENT.search(before) is not None and not _ANOTHER_DATED.search(before)


def _rule(
    kind: ContactKind, hints: str, says: str, unless: str = r"(?!)", dates: Dates = _near, *, dated: bool = True
) -> ContactRule:
    finds, refuses = re.compile(says, re.IGNORECASE), re.compile(unless, re.IGNORECASE)
    return ContactRule(kind, tuple(hints.split("|")), finds, refuses, dates, dated)


RULES: Final = (
    _rule(ContactKind.UNTITLED, "untitled letter", r"\buntitled letter\b", dated=False),
    _rule(ContactKind.ATTENTION, "to our attention", r"\bit has come to our attention”?,? letter\b", dated=False),
    # A supplier's or a sister firm's warning letter is no contact with this firm.
    _rule(
        ContactKind.WARNING,
        "warning letter",
        r"\bwarning letter\b(?=.{0,300}\b(?:you|your|cited)\b)|\b(?:you|your|previous|prior|replaces)\b.{0,80}\bwarning letter\b",
        r"\b(?:post-warning letter|this warning letter)\b",
    ),
    _rule(
        ContactKind.LETTER,
        "letter dated|letter of|letter on",
        r"\bletters? (?:dated|of|on)\b",
        r"\b(?:warning|untitled|information|response|attention”?) letter\b|\byou(?:r firm)? (?:issued|sent)\b"
        r"|\byour[^.]{0,30} letter\b",
    ),
    _rule(ContactKind.MEETING, "regulatory meeting", r"\bregulatory meeting\b", r"\b(?:request|arrange|schedule)\b"),
    _rule(
        ContactKind.CALL,
        "conference|phone call",
        r"\b(?:teleconference|conference call|(?:tele)?phone call)\b",
        r"\b(?:request an?|arrange|schedule)\b",
    ),
    _rule(
        ContactKind.INSPECTION,
        "previous|prior|earlier",
        r"\b(?:previous|prior|earlier)(?: FDA)? inspections?\b",
        r"\bprior inspection history\b",
        dated=False,
    ),
    _rule(
        ContactKind.FORM_RESPONSE,
        "483",
        r"\b(?:responses?|repl(?:y|ies)|correspondence)\b",
        r"\b(?:repeat|this letter)\b",
        _sent,
    ),
    _rule(
        ContactKind.RESPONSE,
        "response|correspondence",
        r"\byour\b.{0,200}?\b(?:responses?|correspondence)\b|\bresponses? from (?:you|your)\b",
        r"\b(?:this letter|483)\b",
        _sent,
    ),
)
"""One row to a kind; a sentence may name contacts of several kinds."""


def contacts(found: Sequence[Sentence]) -> tuple[Contact, ...]:
    """Every contact a letter names, once, in the order of the rules; the sentence is the first that names it."""
    named: dict[tuple[ContactKind, tuple[str, ...]], Contact] = {}
    for sentence in found:
        for contact in _in(sentence):
            named.setdefault((contact.kind, contact.dates), contact)
    order = list(ContactKind)
    return tuple(sorted(_once(list(named.values())), key=lambda contact: order.index(contact.kind)))


_YEAR = re.compile(r"(?:19|20)\d\d")


def _in(sentence: Sentence) -> Iterator[Contact]:
    lower = sentence.text.lower()
    rules = [rule for rule in RULES if any(hint in lower for hint in rule.hints)]
    dates = spans(sentence.text) if rules and _YEAR.search(sentence.text) else ()
    for rule in rules:
        if (rule.dated and not dates) or rule.unless.search(sentence.text):
            continue
        for said in rule.says.finditer(sentence.text):
            near = rule.dates(sentence.text, dates, said)
            if near or not rule.dated:
                yield Contact(rule.kind, tuple(_shown(date) for date in near), sentence)


def _shown(date: Span) -> str:
    return date.begins if date.begins == date.ends else f"{date.begins} to {date.ends}"


def _once(named: Sequence[Contact]) -> Iterator[Contact]:
    """Without what another contact of the same kind says more fully, and a response to the Form FDA 483 said again."""
    for contact in named:
        fuller = any(other.kind is contact.kind and set(contact.dates) < set(other.dates) for other in named)
        again = contact.kind is ContactKind.RESPONSE and any(
            other.kind is ContactKind.FORM_RESPONSE and set(contact.dates) <= set(other.dates) for other in named
        )
        if not fuller and not again:
            yield contact
