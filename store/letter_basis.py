"""What a letter says it rests on: an inspection with its days, a website that was reviewed, records, a sample."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from store.letter_dates import Span, spans
from store.records import Block
from store.sentences import Sentence


class BasisKind(StrEnum):
    """What the regulator looked at."""

    INSPECTION = "inspection"
    ATTEMPT = "inspection attempted or refused"
    WEBSITE = "website review"
    RECORDS = "records requested under FD&C Act 704(a)(4)"
    SAMPLE = "sample test"
    OTHER = "other information"


@dataclass(frozen=True, slots=True)
class Basis:
    """One ground a letter rests on, with the sentence that says so.

    `begins` and `ends` are the days (`YYYY-MM-DD`, or `YYYY-MM`) of an inspection, of the visits to a website or of
    the requests for records; "" where the sentence names none, and for a sample test. `form_483` says that the letter names a Form
    FDA 483 of an inspection, `sites` are the addresses of a website as written.
    """

    kind: BasisKind
    begins: str
    ends: str
    form_483: bool
    sites: tuple[str, ...]
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class BasisRule:
    """A sentence rests on `kind` where `says` is found and `unless` is not; `hint` is a word that is always in it."""

    kind: BasisKind
    hint: str
    says: re.Pattern[str]
    unless: re.Pattern[str]


def _rule(kind: BasisKind, hint: str, says: str, unless: str = r"(?!)") -> BasisRule:
    return BasisRule(kind, hint, re.compile(says, re.IGNORECASE), re.compile(unless, re.IGNORECASE))


_EARLIER = r"\b(?:previous|prior|earlier|last|re-?inspect|may inspect|will inspect|if (?:we|FDA)|attempted)\b"
_AGENCY = r"(?:FDA\)?|Administration\)?|\bthe agency|investigators?|\bwe)"
_SITE = r"(?:web\s?-?sites?|web\s?pages?|social media|online store|internet address)"

RULES: Final = (
    _rule(
        BasisKind.ATTEMPT,
        "inspect",
        r"\battempted (?:an? |to )?(?:inspection of|inspect)\b|\bplanned inspection of\b"
        r"|\brefused (?:the |our |an? |FDA[’']s )?(?:[\w-]+ )?inspection\b",
        r"\b(?:firm|supplier|manufacturer) that refused\b",
    ),
    _rule(
        BasisKind.INSPECTION,
        "inspect",
        rf"{_AGENCY} (?:has |have |also ){{0,2}}inspected\b"
        rf"|{_AGENCY} (?:has |have |also ){{0,2}}(?:conducted|performed|completed) (?:\w+ ){{0,4}}inspections?\b"
        r"|\bduring (?:an?|the|our|FDA[’']s) (?:[\w-]+ ){0,3}inspections? (?:of|at)\b"
        r"|^during inspections of\b"
        r"|\byour [^.]{0,80}\b(?:was|were) inspected\b"
        rf"|\binspection of your [^.]{{0,200}}{_AGENCY}[^.]{{0,30}} (?:determined|documented|found|observed)\b",
        _EARLIER,
    ),
    # Where no sentence says that the agency inspected, one that speaks of its inspection will do.
    _rule(
        BasisKind.INSPECTION,
        "inspection",
        r"\b(?:during|at the (?:close|conclusion|end|time) of) (?:FDA[’']s|our) (?:\w+ ){0,2}inspection\b",
        rf"{_EARLIER}|\b(?:did not permit|refus)",
    ),
    _rule(
        BasisKind.WEBSITE,
        "review",
        rf"{_AGENCY} (?:has |have |also ){{0,2}}(?:reviewed|visited|accessed) [^.]{{0,80}}{_SITE}"
        rf"|\breview of (?:[\w’'.,-]+ ){{0,6}}{_SITE}\b(?! instructions)"
        rf"|\breviewed by FDA,? [^.]{{0,60}}(?:{_SITE}|https?://|www\.)"
        rf"|\breviewed [^.]{{0,40}}your (?:[\w’'-]+ ){{0,3}}{_SITE}",
        r"\b(?:you to|you should|please|previously|letter dated|recommend)\b",
    ),
    _rule(
        BasisKind.RECORDS,
        "704",
        r"\breviewed (?:the )?records\b.{0,200}\b704\(a\)\(4\)"
        r"|\bFDA sent (?:you )?(?:an? )?(?:\w+ ){0,2}requests?\b.{0,120}\b704\(a\)\(4\)",
        r"\b(?:of note|import alert|committed)\b",
    ),
    _rule(
        BasisKind.SAMPLE,
        "test",
        rf"{_AGENCY} (?:has |have ){{0,2}}(?:conducted|performed) (?:\w+ ){{0,3}}(?:testing|tests|analys[ie]s) of\b"
        r"|\bFDA(?:[’']s)? (?:laboratory testing of|testing results|tested)\b",
        r"\b(?:communicated|informed that|recall)",
    ),
    _rule(
        BasisKind.OTHER,
        "FDA",
        r"\bFDA\)? has (?:learned|become aware)\b|\bit has come to (?:our|FDA[’']s) attention\b",
    ),
)
"""One row to a way of saying it. Of each kind the earliest rule, then the earliest sentence, counts."""


def bases(found: Sequence[Sentence], blocks: Sequence[Block]) -> tuple[Basis, ...]:
    """The grounds a letter states, one of a kind, in the order of the rules; empty where it states none.

    `found` are the sentences of `blocks`.
    """
    named = any("483" in block.text and _FORM.search(block.text) for block in blocks)
    grounds: dict[BasisKind, Basis] = {}
    for rule in RULES:
        if rule.kind not in grounds and (basis := _first(rule, found, blocks, named)):
            grounds[rule.kind] = basis
    if len(grounds) > 1:
        grounds.pop(BasisKind.OTHER, None)
    return tuple(grounds.values())


_FORM = re.compile(r"\b(?:Form\s+(?:FDA)?|FDA)[\s-]{0,3}483\b|\bFDA[\s-]Form[\s-]483", re.IGNORECASE)
_URL = re.compile(r"(?:https?://|www\.)[^\s“”\"<>]+", re.IGNORECASE)
_LINK = re.compile(r",?;?\s*(?:and\s*)?(?:on|from|between|in)?\s*", re.IGNORECASE)
_SEVERAL = re.compile(r"\binspections of\b", re.IGNORECASE)
_LISTED = 6


def _first(rule: BasisRule, found: Sequence[Sentence], blocks: Sequence[Block], form: bool) -> Basis | None:
    for sentence in found:
        if rule.hint in sentence.text and (said := rule.says.search(sentence.text)) and not _excluded(rule, sentence):
            begins, ends = _days(rule.kind, sentence, said.start(), blocks)
            sites = _sites(sentence.text) if rule.kind is BasisKind.WEBSITE else ()
            return Basis(rule.kind, begins, ends, form and rule.kind is BasisKind.INSPECTION, sites, sentence)
    return None


def _excluded(rule: BasisRule, sentence: Sentence) -> bool:
    return rule.unless.search(sentence.text) is not None


def _days(kind: BasisKind, sentence: Sentence, said: int, blocks: Sequence[Block]) -> tuple[str, str]:
    """The first and the last day that the sentence, or the list it introduces, gives for what was looked at."""
    if kind is BasisKind.SAMPLE:
        return "", ""
    together: Sequence[Span] = spans(sentence.text)
    if not together and sentence.text.endswith((":", ",")):
        listed = blocks[sentence.block + 1 : sentence.block + 1 + _LISTED]
        together = [date for block in listed for date in spans(block.text) if date.begins != date.ends]
    elif kind in (BasisKind.INSPECTION, BasisKind.ATTEMPT):
        behind = [date for date in together if date.start >= said]
        # One sentence may name the inspections of several sites, each with its days.
        together = behind if _SEVERAL.search(sentence.text) else _stretch(sentence.text, behind or together[:1])
    return min((date.begins for date in together), default=""), max((date.ends for date in together), default="")


def _stretch(text: str, dates: Sequence[Span]) -> list[Span]:
    """The dates that are said in one breath: "from May 2 to 4, 2022, on May 9, 2022, and from …"."""
    together = list(dates[:1])
    for date in dates[1:]:
        if not _LINK.fullmatch(text, together[-1].end, date.start):
            break
        together.append(date)
    return together


def _sites(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address.rstrip(".,;:)]’'") for address in _URL.findall(text)))
