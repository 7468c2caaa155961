"""Position: the sentences in which a regulator states the legal status of a topic.

A sentence counts when a rule of its regulator's law and language finds a statement of status in it, when it is about
the topic, and when the regulator says it: not a firm that is quoted, not a question, not advice to the reader. What is
doubtful is left out, for whoever asks "is it approved?" reads the answer without the page around it.

The terms are those of each law. United States: drugs are approved, biological products licensed (42 USC 262), devices
cleared, granted or approved, an investigational new drug application is in effect (21 CFR part 312). Canada: products
are authorized, by a notice of compliance and a DIN, by an NPN, by a licence for a device; whether a product is a drug
or a cosmetic is a matter of classification (Food and Drugs Act, section 2).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from store.normal import folded
from store.records import Block, BlockKind, Mention, Role, Statement, StatementStatus
from store.regulators import regulator_of
from store.sentences import spans


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

_ABOUT: Final = {
    "approved": "approved", "approuve": "approved", "licensed": "licensed", "licenced": "licensed",
    "homologue": "licensed", "cleared": "cleared", "authorized": "authorized", "authorised": "authorized",
    "autorise": "authorized",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatusRule:
    """What gives the statements of a document their standing: where it holds is left blank where it does not matter.

    `source` is the beginning of a source's name, `field` a field and `value` what it matches, `title` and `text` what
    is found in the title and in the text; all without case and accents.
    """

    status: StatementStatus
    source: str = ""
    field: str = ""
    value: re.Pattern[str] = re.compile("")
    title: re.Pattern[str] = re.compile("")
    text: re.Pattern[str] | None = None


_NOTICE: Final = "health_canada_notices"
STATUS_RULES: Final[tuple[StatusRule, ...]] = (
    StatusRule(StatementStatus.TO_ONE_FIRM, "fda_warning_letters"),
    StatusRule(StatementStatus.TO_ONE_FIRM, title=re.compile(r"\b(?:warning|untitled|close-?out) letter\b(?!s)")),
    StatusRule(StatementStatus.TO_ONE_FIRM, field="kind", value=re.compile(r"\b(?:warning|untitled) letter\b(?!s)")),
    # What the regulator has withdrawn is not final any more, whatever its list still says.
    StatusRule(StatementStatus.GENERAL, "fda_guidance", title=re.compile(r"\bwithdrawn\b")),
    StatusRule(StatementStatus.PROPOSED, "fda_guidance", "status", re.compile("draft")),
    StatusRule(StatementStatus.FINAL, "fda_guidance", "status", re.compile("final")),
    StatusRule(StatementStatus.PROPOSED, "fda_guidance", title=re.compile(r"\bdraft\b")),
    StatusRule(StatementStatus.SAFETY_NOTICE, "health_canada_recalls"),
    StatusRule(StatementStatus.SAFETY_NOTICE, "fda_safety", "kind", re.compile(r"safety|alert|recall|warning")),
    StatusRule(StatementStatus.SAFETY_NOTICE, "fda_safety",
               title=re.compile(r"\b(?:safety (?:notification|alert|communication)|alert|advisory|recalls?)\b")),
    StatusRule(StatementStatus.PROPOSED, _NOTICE, "status", re.compile(r"open|closed|ouvert|ferme")),
    StatusRule(StatementStatus.PROPOSED, _NOTICE,
               title=re.compile(r"\b(?:consultations?|notice of intent|avis d'intention|draft|ebauche|propos(?:ed|al|e|ition))\b")),
    StatusRule(StatementStatus.FINAL, _NOTICE, title=re.compile(r"\bfinale?\b")),
    StatusRule(StatementStatus.SAFETY_NOTICE, _NOTICE,
               title=re.compile(r"\b(?:advisory|safety alert|recall|avis (?:public|de securite)|mise en garde|rappel|alerte)\b")),
    StatusRule(StatementStatus.PROPOSED, _NOTICE,
               text=re.compile(r"\b(?:(?:intended|proposed) approach|open for comment|approche (?:envisagee|proposee)|ouverte? aux commentaires)\b")),
    StatusRule(StatementStatus.FINAL, _NOTICE,
               title=re.compile(r"^(?:guidance(?: document)?|policy|ligne directrice|document d'orientation|politique)\b")),
    StatusRule(StatementStatus.GENERAL),
)  # fmt: skip
"""The first that fits holds. A document is final where its regulator says so, never because nothing says otherwise."""


def statements(
    source: str,
    title: str,
    fields: Mapping[str, str],
    blocks: Sequence[Block],
    mentions: Sequence[Mention],
    language: str = "",
) -> tuple[Statement, ...]:
    """The sentences of a document that state a topic's legal status, in the order of the text.

    `source` says whose law is meant; an unknown one has no statements. `mentions` are those of this very text;
    without one there is no statement. `language` ("en", "fr-CA") chooses the rules, "" all of the country's. A
    sentence about two topics stands once for each. The items of a list that a sentence leads up to are part of it,
    joined by " • ". Headings and table rows are no sentences.
    """
    rules = _rules(source, language) if mentions else None
    if rules is None:
        return ()
    status = status_of(source, title, fields, blocks)
    context = _context(status, blocks, mentions)
    found: list[Statement] = []
    for index, block in enumerate(blocks):
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM) and context.may_concern(index, block.text):
            found.extend(_in_block(index, block.text, rules, status, context))
    return tuple(found)


def status_of(source: str, title: str, fields: Mapping[str, str], blocks: Sequence[Block]) -> StatementStatus:
    """The standing of what a document says: that of the document, by `STATUS_RULES`."""
    return next(rule.status for rule in STATUS_RULES if _fits(rule, source, folded(title), fields, blocks))


# Which rules, and what the text around a sentence says


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of one country and language, and the cues of all of them."""

    rules: tuple[Rule, ...]
    cues: tuple[str, ...]


def _by_place() -> dict[tuple[str, str], _Rules]:
    places = {(rule.country, language) for rule in RULES for language in (rule.language, "")}
    found = {}
    for country, language in places:
        rules = tuple(rule for rule in RULES if rule.country == country and language in (rule.language, ""))
        found[country, language] = _Rules(rules, tuple(dict.fromkeys(cue for rule in rules for cue in rule.cues)))
    return found


_BY_PLACE: Final = _by_place()


def _rules(source: str, language: str) -> _Rules | None:
    return _BY_PLACE.get((regulator_of(source).country, language.lower().partition("-")[0]))


@dataclass(frozen=True, slots=True)
class _List:
    """The items of a list as they follow the sentence that leads up to it, and the topics they name."""

    items: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Context:
    """What decides whether a sentence is about a topic, besides its own words.

    `titled` are the topics of the title, `sold` those of the products that a letter to one firm is about. `near` are
    the blocks that hold a mention or lead up to a list (`lists`) that does.
    """

    titled: frozenset[str]
    sold: frozenset[str]
    by_block: Mapping[int, Sequence[Mention]]
    lists: Mapping[int, _List]
    sections: Sequence[str]
    near: frozenset[int]

    def may_concern(self, index: int, text: str) -> bool:
        """Whether a block may be about a topic at all; cheap, and never false where a sentence of it is."""
        if index in self.near or self.titled:
            return True
        return bool(self.sold) and "product" in text and ("your" in text or "Your" in text)


def _context(status: StatementStatus, blocks: Sequence[Block], mentions: Sequence[Mention]) -> _Context:
    by_block: dict[int, list[Mention]] = {}
    for mention in mentions:
        by_block.setdefault(mention.block, []).append(mention)
    to_one_firm = status is StatementStatus.TO_ONE_FIRM
    sections, asides = _sections(blocks)
    lists = _lists(blocks, by_block)
    titled = () if to_one_firm else (m.topic for m in by_block.get(-1, ()) if m.section == "title")
    sold = (m.topic for m in mentions if _sells(m, asides)) if to_one_firm else ()
    return _Context(frozenset(titled), frozenset(sold), by_block, lists, sections, frozenset({*by_block, *lists}))


_ASIDE: Final = re.compile(r"\W*(?:additional|other|further) (?:concerns?|comments?|observations?|matters?)\b")
_POINTER: Final = re.compile(r"public safety (?:notification|alert)|safety notification|consumer alert")


def _sections(blocks: Sequence[Block]) -> tuple[list[str], frozenset[int]]:
    """The heading above each block, and the blocks that stand under "Additional Concern" or its like."""
    sections, asides, section, aside = [], set(), "", False
    for index, block in enumerate(blocks):
        if block.kind is BlockKind.HEADING:
            section, aside = block.text, _ASIDE.match(block.text.lower()) is not None
        elif len(block.text) < 60 and _ASIDE.match(block.text.lower()):
            aside = True
        if aside:
            asides.add(index)
        sections.append(section)
    return sections, frozenset(asides)


def _sells(mention: Mention, asides: frozenset[int]) -> bool:
    """Whether a mention in a letter makes its "your products" those of the topic: no aside and no reference does."""
    if mention.role in (Role.CONCERN, Role.POINTER) or mention.block in asides:
        return False
    return mention.block >= 0 and not _POINTER.search(folded(mention.sentence))


def _lists(blocks: Sequence[Block], by_block: Mapping[int, Sequence[Mention]]) -> dict[int, _List]:
    """By the block that leads up to it, each list of which an item mentions a topic."""
    found: dict[int, _List] = {}
    for index, block in enumerate(blocks[:-1]):
        if block.kind is BlockKind.PARAGRAPH and block.text.endswith(":"):
            items = list(takewhile(lambda item: blocks[item].kind is BlockKind.ITEM, range(index + 1, len(blocks))))
            topics = tuple(mention.topic for item in items for mention in by_block.get(item, ()))
            if topics:
                found[index] = _List("".join(f" • {blocks[item].text}" for item in items), topics)
    return found


def _fits(rule: StatusRule, source: str, title: str, fields: Mapping[str, str], blocks: Sequence[Block]) -> bool:
    if not source.startswith(rule.source) or not rule.title.search(title):
        return False
    if rule.field and not (fields.get(rule.field) and rule.value.search(folded(fields[rule.field]))):
        return False
    return rule.text is None or any(rule.text.search(folded(block.text)) for block in blocks)


# One block


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with its place, its mentions, the list it leads up to, and `plain`, the form rules look at."""

    text: str
    block: int
    start: int
    plain: str
    mentions: tuple[Mention, ...]
    follows: _List | None


def _in_block(index: int, text: str, rules: _Rules, status: StatementStatus, context: _Context) -> Iterator[Statement]:
    flat = folded(text)
    if not any(cue in flat for cue in rules.cues):
        return
    heard = _Heard((), ())
    for sentence in _sentences(index, text, context):
        found = _stated(sentence, rules.rules) if _may_be_meant(sentence, heard, context) else None
        if found is not None:
            whole = sentence.text + (sentence.follows.items if sentence.follows else "")
            for topic in _topics(sentence, found, heard, context):
                yield Statement(topic, found.about, status, whole, context.sections[index], index, sentence.start)
        heard = _heard(sentence, heard, context)


def _sentences(index: int, text: str, context: _Context) -> Iterator[_Sentence]:
    spoken = _without_quotations(text)
    here = sorted(context.by_block.get(index, ()), key=_position)
    for start, end in spans(text):
        mentions = tuple(here[bisect_left(here, start, key=_position) : bisect_left(here, end, key=_position)])
        follows = context.lists.get(index) if end == len(text) else None
        plain = folded(spoken[start:end]).replace('"', "")
        yield _Sentence(text[start:end], index, start, plain, mentions, follows)


def _position(mention: Mention) -> int:
    return mention.position


_QUOTATIONS: Final = {
    "“": re.compile(r"“[^”]*(?:”|$)"),
    "«": re.compile(r"«[^»]*(?:»|$)"),
    '"': re.compile(r"\"(?<![\w\"]\")[^\"]*\"(?!\w)"),
}
_TERM_WORDS: Final = 3
"""So many words in quotation marks are a term (“your products”), more are what somebody else says."""


def _without_quotations(text: str) -> str:
    """The text with a line in place of each letter that is quoted at length."""
    for sign, quotation in _QUOTATIONS.items():
        if sign in text:
            text = quotation.sub(_blanked, text)
    return text


def _blanked(quotation: re.Match[str]) -> str:
    return quotation[0] if len(quotation[0].split()) <= _TERM_WORDS else "_" * len(quotation[0])


@dataclass(frozen=True, slots=True)
class _Heard:
    """The topics of the sentence before in the same block, and of all before it."""

    last: tuple[str, ...]
    ever: tuple[str, ...]


def _heard(sentence: _Sentence, before: _Heard, context: _Context) -> _Heard:
    """What the next sentence may take up: the topics named here, or those that this sentence takes up itself."""
    named = tuple(mention.topic for mention in sentence.mentions)
    known = before.ever or tuple(sorted(context.titled))
    if known and not named:
        named = known if _THESE.search(sentence.plain) else before.last if _THEY.match(sentence.plain) else ()
    return _Heard(named, tuple(dict.fromkeys(before.ever + named)))


def _may_be_meant(sentence: _Sentence, heard: _Heard, context: _Context) -> bool:
    """Whether there is a topic that the sentence may be about; cheap, and never false where it is."""
    near = sentence.mentions or sentence.follows or heard.ever or context.titled
    return bool(near) or (bool(context.sold) and "your" in sentence.plain and "product" in sentence.plain)


# One sentence


@dataclass(frozen=True, slots=True)
class _Found:
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


def _stated(sentence: _Sentence, rules: Iterable[Rule]) -> _Found | None:
    """What the sentence states of a legal status in the regulator's own voice; None where it states nothing."""
    plain = sentence.plain
    likely = (rule for rule in rules if any(cue in plain for cue in rule.cues))
    found = next(((rule, match) for rule in likely if (match := rule.pattern.search(plain))), None)
    if found is None or plain.rstrip(" )").endswith("?") or _ADVICE.match(plain):
        return None
    rule, match = found
    clause_start, clause_end = _clause(plain, match.start())
    before = plain[clause_start : match.start()]
    if _is_claim(before) or _OTHERS.search(before) or (rule.works and _WORKS.search(plain)):
        return None
    word = match.groupdict().get("word")
    return _Found(rule.about or _ABOUT.get(word or "", "approved"), plain[clause_start:clause_end])


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


_THESE: Final = re.compile(
    r"\b(?:these|such|those|this|that)(?: an?)?(?: (?!other|your|fda)[\w'-]+){0,2}? (?:products?|substances?|preparations?|therap(?:y|ies)|treatments?"
    r"|ingredients?|injections?|infusions?|items?)\b|\b(?:products?|anything) of (?:the|this|that) kind\b"
    r"|\b(?:this|the|our) (?:intended|proposed) approach\b"
    r"|\b(?:ces|de tels|de telles|un tel|une telle|ce|cet|cette)(?: [\w'-]+){0,1}? (?:produits?|substances?|preparations?|therapies?|traitements?|ingredients?|injections?|perfusions?)\b"
    r"|\bl'approche (?:envisagee|proposee)\b|\bproduits? de ce genre\b"
)
_THEY: Final = re.compile(
    r"\W*(?:[\w' ]{1,30}, )?(?:they|it|none of them|neither of them|ils|elles|aucun d'eux|aucune d'elles|(?:il|elle) (?=n'est|est|doit|ne ))\b"
    r"|\W*(?:[\w' ]{1,30}, )?(?:il|elle) (?:n'est|est|doit|ne)\b"
)
_YOURS: Final = re.compile(
    r"\byour (?:[\w-]+ )?(?:drug |biological |drug and biological )?products?(?: [\w-]+)? (?:is|are|has|have|was|were|do|does|require|requires|may|must)\b"
    r"|\bfor (?:any of )?your products?\b"
)
_YOUR_KIND: Final = re.compile(
    r"\byour (?:(?:drug|biological|unapproved|unlicensed|human|own|new|finished|subject) ){0,2}products?\b"
)


def _topics(sentence: _Sentence, found: _Found, heard: _Heard, context: _Context) -> list[str]:
    """The topics that a sentence is about, each once."""
    about = list(_named(sentence, found.clause))
    about += sentence.follows.topics if sentence.follows else ()
    if _THESE.search(sentence.plain):
        about += [*heard.ever, *sorted(context.titled)]
    elif _THEY.match(found.clause):
        about += heard.last
    if context.sold and _speaks_of_yours(sentence.plain):
        about += sorted(context.sold)
    return list(dict.fromkeys(about))


_VARIANTS: Final = 20
"""So many ways of naming a topic in one sentence are looked at; a text of a million would cost an hour."""


def _named(sentence: _Sentence, clause: str) -> Iterator[str]:
    """The topics named in the clause that states something, or in the sentence where the clause takes them up."""
    variants: dict[str, set[str]] = {}
    for mention in sentence.mentions:
        known = variants.setdefault(mention.topic, set())
        if len(known) < _VARIANTS:
            known.add(folded(mention.variant))
    takes_up = bool(variants) and bool(_THEY.match(clause) or _THESE.search(clause))
    for topic, known in variants.items():
        # What is quoted at length is not in the plain sentence: then the topic is what the firm is quoted on.
        if takes_up or any(variant in clause or variant not in sentence.plain for variant in known):
            yield topic


def _speaks_of_yours(plain: str) -> bool:
    return _YOURS.search(plain) is not None and _YOUR_KIND.search(plain) is not None
