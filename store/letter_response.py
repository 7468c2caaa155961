"""The clause in which a letter asks for an answer: how many days, of which kind, counted from what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from store.numerals import numeral
from store.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Response:
    """The answer a letter asks for.

    `days` is the number in figures and `unit` what is counted ("working days", "business days", "hours"), both ""
    where an answer is asked for and no time is stated. `counted_from` is "receipt", "the date of this letter", or ""
    where the sentence does not say.
    """

    days: str
    unit: str
    counted_from: str
    sentence: Sentence


_TERM = re.compile(
    r"\b(?:within|in|no later than) (?P<number>[a-z]{2,9}(?:-[a-z]{3,5})?|\d{1,3})(?:\s?\(\s?(?P<figure>\d{1,3})\s?\))?[\s-]"
    r"(?P<unit>(?:(?:working|business|calendar)[\s-])?(?:days?|hours?))(?![a-z])",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:respond|reply|notify|answer|inform|advise|submit|send|provide)\b.{0,120}?"
    r"\b(?:this office|in writing|FDA|this letter|your (?:written )?(?:response|reply))\b"
    r"|\b(?:tell us|let us (?:have|know)|write to us)\b",
    re.IGNORECASE,
)
_OF_THIS_LETTER = re.compile(
    r"\b(?:this letter|this office|you receive|your receipt|of receipt|from receipt|your (?:written )?(?:response|reply))\b",
    re.IGNORECASE,
)
# What the regulations demand of a manufacturer, what the firm promised, test results that the letter wants besides an
# answer, and what follows when the time is too short.
_ANOTHER = re.compile(
    r"\b(?:initiating|initiation|firm (?:did|failed|would)|you (?:indicated|stated|said|committed|did not)"
    r"|cannot|unable|was not|were not|commitment|test results)\b",
    re.IGNORECASE,
)
_UNTIMED = re.compile(
    r"^(?:please |we request that you )?(?:send|submit|direct|address|forward|provide) (?:us )?your "
    r"(?:(?:written|electronic|firm[’']s) ){0,2}(?:response|reply)\b",
    re.IGNORECASE,
)
_RECEIPT = re.compile(r"\b(?:receipt|receiving|you receive)\b", re.IGNORECASE)
_LETTER_DATE = re.compile(r"\b(?:from|of) the date of (?:this|the) letter\b", re.IGNORECASE)


def response(found: Sequence[Sentence]) -> Response | None:
    """The first sentence that asks for an answer in a stated time, else the first that asks for one; None for neither."""
    return _timed(found) or _untimed(found)


def _timed(found: Sequence[Sentence]) -> Response | None:
    for sentence in found:
        text = sentence.text
        asked = (term := _term(text)) and _ASKED.search(text) and _OF_THIS_LETTER.search(text)
        if term and asked and not _ANOTHER.search(text):
            return Response(_figure(term), _unit(term), _counted_from(text), sentence)
    return None


def _untimed(found: Sequence[Sentence]) -> Response | None:
    asked = (sentence for sentence in found if "your" in sentence.text and _UNTIMED.match(sentence.text))
    return next((Response("", "", "", sentence) for sentence in asked), None)


def _term(text: str) -> re.Match[str] | None:
    return next((term for term in _TERM.finditer(text) if _figure(term)), None)


def _figure(term: re.Match[str]) -> str:
    """The number in figures; "" where the word before the unit is none."""
    found = numeral(term["number"], 0, counting=True)
    return term["figure"] or (found[0] if found and found[1] == len(term["number"]) else "")


def _unit(term: re.Match[str]) -> str:
    return re.sub(r"[\s-]+", " ", term["unit"].lower())


def _counted_from(text: str) -> str:
    if _LETTER_DATE.search(text):
        return "the date of this letter"
    return "receipt" if _RECEIPT.search(text) else ""
