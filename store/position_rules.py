"""The forms of words that state a legal status in each country's law and language, in one table.

The terms are those of each law. United States: drugs are approved, biological products licensed (42 USC 262), devices
cleared, granted or approved, an investigational new drug application is in effect (21 CFR part 312). Canada: products
are authorized, by a notice of compliance and a DIN, by an NPN, by a licence for a device; whether a product is a drug
or a cosmetic is a matter of classification (Food and Drugs Act, section 2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from store.regulators import regulator_of


@dataclass(frozen=True, slots=True)
class Rule:
    """A form of words that states a legal status in one country's law and one language.

    `pattern` is looked for in a sentence without its typography, case and accents, and without what it quotes at
    length; `cues` are pieces of which one stands in every match, so that most texts are passed over without the
    pattern. `about` is the status it speaks of (see `Statement`), "" where the group `word` of the pattern names it.
    `works` says that a firm's quality unit speaks so of its lots and records too.
    """

    name: str
    country: str
    language: str
    about: str
    cues: tuple[str, ...]
    pattern: re.Pattern[str]
    works: bool = False


def _rule(name: str, place: str, about: str, cues: str, pattern: str, *, works: bool = False) -> Rule:
    country, language = place.split("-")
    return Rule(name, country, language, about, tuple(cues.split("|")), re.compile(pattern), works)


# Every gap has its bound: a pattern costs at most so many steps at each place, whatever the text.
_GRANTED: Final = r"(?P<word>approved|licen[sc]ed|cleared|authori[sz]ed)"
_OR_GRANTED: Final = r"(?:(?:,| or| nor| and)+ (?:approved|licen[sc]ed|cleared|authori[sz]ed)){0,3}"
_GRANTS: Final = "approved|licensed|licenced|cleared|authorized|authorised"
_GOODS: Final = (
    r"(?:products?|drugs?|therap(?:y|ies)|treatments?|biologics?|medicines?|devices?|injections?|infusions?"
    r"|preparations?|cosmetics?|applications?)"
)
_SOME: Final = r"(?:no|not any|not a single|none of the|any|one|two|three|four|five|several|some|the only)"
_ADVERBS: Final = (
    r"(?: (?:not|never|neither|currently|presently|now|yet|also|still|only|already|each|all|both|been)){0,4}"
)
_OF_WHOM: Final = (
    rf"{_OR_GRANTED}(?= by (?:the )?(?:u\.?s\.? )?(?:fda|food|agency|health canada)| for | under | pursuant | to (?:treat|prevent)"
    r"| in (?:the u|canada)| here\b| as |[.,;:)]|$)"
)
_WHAT: Final = r"(?:(?:new|human|prescription|both|an?|either|unapproved) ){0,3}"
_DRUG: Final = (
    r"(?:drugs?|biologics|biological (?:drug )?products?|medical devices?|devices?|cosmetics?|natural health products?)"
)
_NOT_GOODS: Final = r"(?! (?:product )?(?:manufactur|compan|facilit|establish|listing|label|substance|registr|master))"
_PAPER: Final = (
    r"(?:applications?|licen[sc]es?|blas?|ndas?|andas?|inds?|pmas?|investigational new drug applications?"
    r"|biologics licen[sc]e applications?|biologics licen[sc]es?|new drug applications?|clearances?)\b"
)
_NUMBER: Final = (
    r"(?:dins?|npns?|din-hms?|nocs?|notices? of compliance|(?:drug )?identification numbers?|natural product numbers?"
    r"|(?:medical )?device licen[cs]es?|product licen[cs]es?)\b"
)
_NUMERO: Final = (
    r"(?:dins?|npns?|din-hms?|avis de conformite|numeros? d'identification|numeros? de produit naturel"
    r"|licences?|homologation)\b"
)
_ACCORDE: Final = r"(?P<word>approuve|homologue|autorise)e?s?\b"

RULES: Final[tuple[Rule, ...]] = (
    # United States
    _rule("application", "US-en", "", "subject of",
          r"\bsubject of an? (?:(?:fda[- ])?(?P<word>approved|cleared|licensed)|valid|effective|pending|in-effect) " + _PAPER),
    _rule("no application", "US-en", "approved", "in effect|covers",
          rf"\b(?:no|nor is there an?|nor are there|neither an?) (?:(?:fda[- ])?approved |valid |such |other )?{_PAPER}.{{0,120}}?\b(?:in effect|covers)\b"),
    _rule("none held", "US-en", "approved", "have a|have any|hold a|hold any|have the|lack|have an",
          rf"\b(?:(?:do|does|did) not (?:have|hold)|lacks?) (?:an? |any |the )?(?:required |valid |fda[- ]|approved |in-effect |premarket )"
          rf"{{0,3}}(?:{_PAPER}|approval\b|licensure\b|clearance or approval)"),
    _rule("without", "US-en", "approved", "without ",
          r"\b(?:marketed|sold|offered|distribut(?:ed|ing)|marketing|selling|introduced)\b.{0,80}?\bwithout (?:an? |any |the )?"
          rf"(?:required |valid |fda[- ]|fda |approved |in-effect |premarket ){{0,3}}(?:{_PAPER}|approval\b|licensure\b)"),
    _rule("no such goods", "US-en", "", _GRANTS,
          rf"\b{_SOME}(?: [\w'/-]+){{0,3}}? (?:fda[- ])?{_GRANTED}(?: [\w'/-]+){{0,6}}? {_GOODS}\b"),
    _rule("unapproved", "US-en", "", "unapproved|unlicensed|uncleared|unauthorized",
          r"\b(?:is|are|be|constitutes?|to be)(?: (?:also|therefore|thus|each|both|all|an?|considered)){0,3} "
          rf"un(?P<word>approved|licensed|cleared|authorized)(?: [\w'/-]+){{0,2}}? {_GOODS}\b"),
    _rule("premarket", "US-en", "premarket", "premarket|pre-market",
          r"\b(?:subject to|require\w*|undergo\w*|without)\b.{0,160}?\bpre-?market (?:review|approval|clearance|authorization|notification|submission)"),
    _rule("approval required", "US-en", "premarket", "requir|need|asks for|only with",
          r"\b(?:requires?|required|needs?|only with|must have|requiring)\b(?: to have)?(?: an?| the| prior| fda| fda's| agency){0,3} "
          rf"(?:approval\b|licensure\b|(?:valid |approved )?{_PAPER})(?! holder)"),
    _rule("granted", "US-en", "", _GRANTS,
          rf"\b(?:is|are|was|were|been|be){_ADVERBS} (?:fda[- ])?{_GRANTED}{_OF_WHOM}", works=True),
    _rule("grants", "US-en", "", _GRANTS,
          rf"\b(?:fda|food and drug administration|(?:the|this) agency|we|nobody|no one)(?: (?:has|have|had))?{_ADVERBS} {_GRANTED}\b{_OR_GRANTED}"
          rf"(?= (?:[\w'/-]+ ){{0,6}}{_GOODS}\b)", works=True),
    _rule("grant given", "US-en", "approved", "granted",
          r"\b(?:fda|agency|was|were|been|has|have) granted\b.{0,60}\b(?:approval|licensure|clearance|authorization|de novo)"),
    _rule("regulated as", "US-en", "drug", "regulated|classified|considered",
          rf"\b(?:regulated|classified|considered)(?: by (?:the )?fda)? (?:as|to be) {_WHAT}{_DRUG}{_NOT_GOODS}"),
    _rule("is a drug", "US-en", "drug", "drug|biological product",
          r"\b(?:is|are)(?: (?:also|therefore|thus|each|both|all|not)){0,2} (?:an? |the )?(?:new )?(?:drugs?|biological products?)\b"
          r"(?= (?:and|under|as|within|because|without|for which)\b|,|\.$|$)"),
    _rule("drug provisions", "US-en", "drug", "subject to",
          r"\bsubject to (?:(?:the|fda|additional|all|applicable) )*(?:regulation|requirements|regulatory|provisions|drug|fd&c act|phs act|federal food|public health service)"),
    _rule("tissue", "US-en", "drug", "hct/p|human cell",
          r"\b(?:is|are)(?: not)?(?: an?)? (?:hct/ps?\b|human cells?, tissues?)"),
    # Canada, English
    _rule("no such goods", "CA-en", "", _GRANTS,
          rf"\b{_SOME}(?: [\w'/-]+){{0,3}}? {_GRANTED}(?: [\w'/-]+){{0,6}}? {_GOODS}\b"),
    _rule("granted", "CA-en", "", _GRANTS,
          rf"\b(?:is|are|was|were|been|be){_ADVERBS} {_GRANTED}{_OF_WHOM}"),
    _rule("grants", "CA-en", "", _GRANTS,
          rf"\b(?:health canada|(?:the|this)(?: [\w-]+)? department|we)(?: (?:has|have|had))?{_ADVERBS} {_GRANTED}\b{_OR_GRANTED}(?= (?:[\w'/-]+ ){{0,6}}{_GOODS}\b)"),
    _rule("unauthorized", "CA-en", "authorized", "unauthori",
          r"\b(?:is|are|be|considered)(?: (?:also|therefore|an?|all|considered)){0,2} unauthori[sz]ed\b"),
    _rule("unlawful", "CA-en", "authorized", "unauthori",
          rf"\bunauthori[sz]ed (?:[\w'/-]+ ){{0,6}}{_GOODS}(?: [\w'/-]+){{0,6}}? (?:is|are) (?:illegal|prohibited|against the law|not permitted)"),
    _rule("number", "CA-en", "authorized", "din|npn|noc|number|compliance|licen",
          r"\b(?:no|none|not|without|must|requires?|required|holds?|hold|has|have|need|needs|assigned|issued)\b(?: [\w'/-]+){0,8}? "
          + _NUMBER),
    _rule("number required", "CA-en", "authorized", "din|npn|noc|number|compliance|licen",
          rf"\b{_NUMBER}(?: [\w'/()-]+){{0,8}}? (?:is|are) (?:required|needed|issued|mandatory)\b"),
    _rule("authorization required", "CA-en", "premarket", "requir|need|subject to|must",
          r"\b(?:requires?|required|needs?|subject to|must (?:have|obtain|receive))(?: [\w'-]+){0,4}? "
          r"(?:(?:market |pre-?market |prior )(?:authori[sz]ation|review|approval)|authori[sz]ation|no objection letter)"),
    _rule("case by case", "CA-en", "drug", "case-by-case|case by case", r"\bcase[- ]by[- ]case\b"),
    _rule("classified as", "CA-en", "drug", "classif|regulated|considered|treated",
          rf"\b(?:classified|regulated|considered|treated)(?: and (?:classified|regulated))?(?: (?:as|to be))? {_WHAT}{_DRUG}{_NOT_GOODS}"),
    _rule("drug or cosmetic", "CA-en", "drug", "cosmetic",
          r"\b(?:is|are|be)(?: not)? (?:an? )?(?:drugs?|cosmetics?) or (?:an? )?(?:drugs?|cosmetics?)\b"),
    _rule("approach", "CA-en", "drug", "approach|position",
          r"\b(?:(?:intended|proposed) approach|(?:position|approach) (?:to|on|for) the (?:classification|regulation))\b"),
    _rule("drug provisions", "CA-en", "drug", "subject to",
          r"\bsubject to (?:(?:the|all|applicable|same) )*(?:food and drugs? act|food and drug regulations|cosmetic regulations|medical devices regulations"
          r"|regulation|requirements|provisions|drug)"),
    # Canada, French
    _rule("no such goods", "CA-fr", "", "approuv|homolog|autoris",
          rf"\b(?:aucune?|nulle?|une? seule?|deux|trois|quelques|plusieurs|pas de|pas d')(?:(?: |')?[\w'/-]+){{0,8}}? {_ACCORDE}"),
    _rule("granted", "CA-fr", "", "approuv|homolog|autoris",
          rf"\b(?:est|sont|ete|soit|soient)(?: (?:pas|plus|jamais|actuellement|presentement|encore|non|maintenant|toujours)){{0,3}} {_ACCORDE}"),
    _rule("grants", "CA-fr", "", "approuv|homolog|autoris",
          rf"\b(?:sante canada|le ministere|nous) (?:n'a|n'ont|n'avons|a|avons)(?: (?:pas|jamais|encore|a ce jour)){{0,3}} {_ACCORDE}"),
    _rule("number", "CA-fr", "authorized", "din|npn|numero|conformite|licence|homologation",
          r"\b(?:aucune?|sans|doit|doivent|exigent?|obtenir|possede(?:nt)?|detien(?:t|nent)|porte(?:nt)?|necessite(?:nt)?|n'a|n'ont|a recu|ont recu)\b"
          r"(?:(?: |')[\w'/-]+){0,8}? (?:d'(?:un |une )?)?" + _NUMERO),
    _rule("authorization required", "CA-fr", "premarket", "approbation|autorisation|examen",
          r"\b(?:necessite\w*|exige\w*|requier\w*|assujetti\w*|soumis\w*|doi(?:t|vent) (?:obtenir|recevoir|faire l'objet))(?: [\w'-]+){0,4}? "
          r"(?:d'une |l'|une |d')?(?:approbation|autorisation|examen)"),
    _rule("case by case", "CA-fr", "drug", "cas par cas", r"\bau cas par cas\b"),
    _rule("classified as", "CA-fr", "drug", "class|reglement|consider",
          r"\b(?:classes?|classees?|classifiee?s?|reglementee?s?|consideree?s?)(?: et (?:classe|classifie|reglemente)e?s?)? "
          r"(?:comme|en tant que|a titre de)(?: [\w'-]+){0,2}? (?:d'|l')?(?:drogues?|cosmetiques?|medicaments?|medicamenteux|instruments?|produits? de sante)"),
    _rule("drug or cosmetic", "CA-fr", "drug", "cosmetique",
          r"\b(?:est|sont|soit)(?: pas)? (?:une? |des )?(?:drogues?|cosmetiques?) ou (?:une? |des )?(?:drogues?|cosmetiques?)\b"),
    _rule("approach", "CA-fr", "drug", "approche|position",
          r"\b(?:approche (?:envisagee|proposee|prevue)|(?:position|approche)\b.{0,60}?\b(?:classification|reglementation))\b"),
    _rule("drug provisions", "CA-fr", "drug", "assujetti|soumis|vise",
          r"\b(?:assujetti|soumis|vise)e?s? (?:a |aux |au |par )(?:la |l'|les )?(?:loi|reglement|exigence|disposition)"),
)  # fmt: skip
"""What states a legal status. The first rule that finds something in a sentence says what the sentence is about."""

ABOUT: Final = {
    "approved": "approved", "approuve": "approved", "licensed": "licensed", "licenced": "licensed",
    "homologue": "licensed", "cleared": "cleared", "authorized": "authorized", "authorised": "authorized",
    "autorise": "authorized",
}  # fmt: skip
"""By the word that was found, the status that it speaks of."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one country and language, and the cues of all of them."""

    rules: tuple[Rule, ...]
    cues: tuple[str, ...]


def _by_place() -> dict[tuple[str, str], Rules]:
    places = {(rule.country, language) for rule in RULES for language in (rule.language, "")}
    found = {}
    for country, language in places:
        rules = tuple(rule for rule in RULES if rule.country == country and language in (rule.language, ""))
        found[country, language] = Rules(rules, tuple(dict.fromkeys(cue for rule in rules for cue in rule.cues)))
    return found


_BY_PLACE: Final = _by_place()


def rules_for(source: str, language: str) -> Rules | None:
    """The rules of a source's country in one language, "" for all of its languages; None where there are none."""
    return _BY_PLACE.get((regulator_of(source).country, language.lower().partition("-")[0]))
