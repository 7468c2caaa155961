"""Declarations: what a regulator says of its own document: that it is withdrawn, replaced or archived.

Only words about the document itself declare something: "this guidance has been withdrawn", a title or a status. That a
firm withdrew a product, or that a part was replaced, is told in many texts and declares nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store.records import Block, BlockKind
from store.stepfacts import StepFacts

_STATED_IN = ("status", "letter_type", "kind")
_OWN = (
    r"\bthis (?:[\w-]+ ){0,3}(?:guidance|document|notice|letter|page|policy|advisory|alert|consultation|statement"
    r"|guide|content)(?: document| letter| guide)? (?:has been|was|is being|is)(?: hereby| now| also)? "
)
_OWN_FR = (
    r"\b(?:ce|cet|cette|le présent|la présente) (?:[\w'’-]+ ){0,3}(?:document|directrice|orientation|avis|lettre|page"
    r"|politique|alerte|consultation|énoncé|contenu) (?:a été|est)(?: maintenant| par la présente)? "
)
_CONDITION = re.compile(
    r"\b(?:if|unless|until|when|once|before|whether|si|lorsque|lorsqu|jusqu|avant|quand)\b", re.IGNORECASE
)
"""Opens a clause that says what would be, not what is: "until this guidance is withdrawn"."""
_ENDS = re.compile(r"(?<=[.!?]) ")
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Act:
    """An act of a regulator on its own document, by the words that declare it.

    `stems` are one of which any declaration contains, in lower case. `label` is looked for in status, kind and title,
    `english` and `french` in the text.
    """

    stems: tuple[str, ...]
    label: re.Pattern[str]
    english: re.Pattern[str]
    french: re.Pattern[str]


def _act(stems: tuple[str, ...], label: str, english: str, french: str) -> Act:
    # As a status it stands alone; in a title a bracket or a colon sets it apart: "Withdrawn: …", "… (superseded)".
    apart = rf"^(?:{label})$|^\W?(?:{label})(?:\s?[:\])]|\s[–—-]\s)|[\[(](?:{label})[\])]"
    return Act(stems, *(re.compile(pattern, re.IGNORECASE) for pattern in (apart, english, french)))


WITHDRAWN = _act(
    ("withdr", "retir"),
    r"withdrawn(?: by FDA| guidance)?|retirée?",
    rf"{_OWN}withdrawn\b|\b(?:FDA|agency|Health Canada|we) (?:has withdrawn|have withdrawn|is withdrawing|withdrew) this\b",
    rf"{_OWN_FR}retirée?\b|\bSanté Canada (?:a retiré|retire) (?:ce|cet|cette)\b",
)
REPLACED = _act(
    ("replaced", "superseded", "remplac"),
    r"superseded|replaced|remplacée?",
    rf"{_OWN}(?:replaced|superseded) (?:by|with)\b|^\W{{0,3}}(?:replaced|superseded) by\b",
    rf"{_OWN_FR}remplacée? par\b|^\W{{0,3}}remplacée? par\b",
)
ARCHIVED = _act(
    ("archiv",),
    r"archived(?: content)?|archivée?|contenu archivé",
    rf"{_OWN}archived\b|\bwe have archived this page\b",
    rf"{_OWN_FR}archivée?\b|\bnous avons archivé cette page\b",
)


def newly_declared(act: Act, step: StepFacts) -> str:
    """The words that declare an act and that the document did not have before; "" where there are none."""
    return _only_in_second(act, step, 0, 1)


def no_longer_declared(act: Act, step: StepFacts) -> str:
    """The words that declared an act before, where nothing declares it any longer; "" elsewhere."""
    return _only_in_second(act, step, 1, 0)


def _only_in_second(act: Act, step: StepFacts, first: int, second: int) -> str:
    if not step.has_two_sides:
        return ""
    fields, texts = (step.before, step.after), step.texts()
    known = {block.text for block in texts[first]}
    fresh = (block for block in texts[second] if block.text not in known)
    found = _declared(act, step.language, step.titles[second], fields[second], fresh)
    return "" if found and _declared(act, step.language, step.titles[first], fields[first], texts[first]) else found


def _declared(act: Act, language: str, title: str, fields: Mapping[str, str], blocks: Iterable[Block]) -> str:
    """The first words that declare it, as written."""
    labels = [*(fields.get(name, "") for name in _STATED_IN), title]
    if stated := next((label for label in labels if act.label.search(label)), ""):
        return stated
    # A row tells of what it lists: "Replaced by lot 7".
    texts = (block.text for block in blocks if block.kind is not BlockKind.ROW)
    return next((words for text in texts if (words := _sentence(act, language, text))), "")


def _sentence(act: Act, language: str, text: str) -> str:
    """The sentence of a text that declares it; both languages are looked for where the language is not known."""
    lower = text.lower()
    if not any(stem in lower for stem in act.stems):
        return ""
    patterns = {"en": (act.english,), "fr": (act.french,)}.get(language, (act.english, act.french))
    for sentence in _ENDS.split(text):
        for pattern in patterns:
            found = pattern.search(sentence)
            if found and not _CONDITION.search(sentence, 0, found.start()):
                return sentence[:_LONGEST]
    return ""
