"""Whether a sentence states a legal status in the regulator's own voice: no quotation, no claim, no question, no advice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from store.position_rules import ABOUT, Rule


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found: the status it is about, and the part of the sentence that it stands in."""

    about: str
    clause: str


_CLAUSE: Final = re.compile(
    r"; |, (?=(?:while|whereas|but|unlike|although|though|however|tandis|alors|mais|bien que|cependant|contrairement)\b)"
    r"|(?:^(?:unlike|contrairement|while|although|whereas|though|besides)\b[^,]{0,200}), "
)
_ADVICE: Final = re.compile(
    r"\W*(?:please |veuillez |for (?:further|more|additional|detailed) )?(?:explanation|information|ask|check|look|verify|make sure|ensure|if you|when you|before you|do not|don't|avoid|report|tell|contact"
    r"|see|consult|read|demandez|verifiez|assurez|si vous|consultez|evitez|n'utilisez|signalez|lisez|cessez|visitez)\b"
    r"|.{0,200}\b(?:should|must|devraient|doivent) (?:only |not |always |toujours )?(?:ask|use|buy|choose|avoid|check|be sure|make sure|seek|demander|verifier|acheter|utiliser)\b"
)
_CLAIM: Final = re.compile(
    r"\b(?:claim|assert|stat|say|suggest|impl|argu|maintain|contend|believ|represent|advertis|promis|promot|market|describ|pretend|affirm|declar"
    r"|soutien|allegu|annonc)\w* (?:[\w'-]+ ){0,3}?(?:that|to be|as|they|que|qu'\w+|etre|comme)\b"
)
_ASKED: Final = re.compile(
    r"\b(?:ask(?:ed|s|ing)?|sought|seeks?|seeking|demand(?:ait|aient|e|ent)|cherchait) (?:[\w'-]+ ){0,5}?"
    r"(?:how|whether|if|comment|si)\b"
)
"""Who asks how something is to be decided has not decided it."""
_OTHERS: Final = re.compile(
    r"\b(?:manufacturers?|firms?|facilit(?:y|ies)|compan(?:y|ies)|clinics?|establishments?|importers?|fabricants?|entreprises?|importateurs?)\b"
    r"(?: [\w'-]+){0,4}? (?:is|are|may be|must be|sont|est) $"
)
_REGULATOR: Final = re.compile(
    r"\b(?:fda|agency|we|health canada|sante canada|nous|act|section|regulations?|notice|guidance)\b"
)
_WORKS: Final = re.compile(
    r"\b(?:lots?|batch(?:es)?|procedures?|sops?|protocols?|suppliers?|vendors?|quality (?:unit|control|assurance)|qu|specifications?"
    r"|investigations?|validation|records?|test methods?|extension|change control|requests?|design|distribution|release"
    r"|ifu|instructions for use|labels?|labeling|documents?|forms?|plans?|reports?|updates?)\b"
)


def stated(plain: str, rules: Iterable[Rule]) -> Found | None:
    """What a sentence, folded and without what it quotes, states of a legal status in the regulator's own voice.

    None where it states nothing, or where somebody else does.
    """
    likely = (rule for rule in rules if any(cue in plain for cue in rule.cues))
    found = next(((rule, match) for rule in likely if (match := rule.pattern.search(plain))), None)
    if found is None or plain.rstrip(" )").endswith("?") or _ADVICE.match(plain):
        return None
    rule, match = found
    clause_start, clause_end = _clause(plain, match.start())
    before = plain[clause_start : match.start()]
    if _is_claim(before) or _ASKED.search(before) or _OTHERS.search(before) or (rule.works and _WORKS.search(plain)):
        return None
    word = match.groupdict().get("word")
    return Found(rule.about or ABOUT.get(word or "", "approved"), plain[clause_start:clause_end])


def _clause(plain: str, at: int) -> tuple[int, int]:
    start = 0
    for cut in _CLAUSE.finditer(plain):
        if cut.start() >= at:
            return start, cut.start()
        if cut.end() <= at:
            start = cut.end()
    return start, len(plain)


def _is_claim(before: str) -> bool:
    """Whether what leads up to a match makes it somebody else's word."""
    claim = next(iter(_CLAIM.finditer(before)), None)
    return claim is not None and not _REGULATOR.search(before[max(0, claim.start() - 40) : claim.start()])


_QUOTATIONS: Final = {
    "“": re.compile(r"“[^”]*(?:”|$)"),
    "«": re.compile(r"«[^»]*(?:»|$)"),
    '"': re.compile(r"\"(?<![\w\"]\")[^\"]*\"(?!\w)"),
}
_TERM_WORDS: Final = 3
"""So many words in quotation marks are a term (“your products”), more are what somebody else says."""


def without_quotations(text: str) -> str:
    """The text with a line in place of each letter that is quoted at length."""
    for sign, quotation in _QUOTATIONS.items():
        if sign in text:
            text = quotation.sub(_blanked, text)
    return text


def _blanked(quotation: re.Match[str]) -> str:
    return quotation[0] if len(quotation[0].split()) <= _TERM_WORDS else "_" * len(quotation[0])
