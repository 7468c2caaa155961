"""The products a letter is about, as it writes them, and the source tissue and route that it states for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from store.quotations import is_quoted
from store.records import Block
from store.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Product:
    """A product's name, or the letter's own description where it gives none, with the first sentence that has it."""

    name: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Stated:
    """A source tissue or a route, by its plain name; `quoted` says that the letter quotes the firm for it."""

    what: str
    quoted: bool
    sentence: Sentence


# A name begins with a capital, or with a small letter before one ("mVASC"), and may carry a sign of trade. Possessive
# quantifiers: a word is taken whole or not at all, so that no text makes the search slow.
_WORD = r"(?:[a-z]{0,2}[A-Z0-9](?:[\w’'®™&/+-]|\.(?=\w)){0,40}+)"
_NAME = rf"{_WORD}(?: {_WORD}){{0,7}}+"
_NAMES = rf"{_NAME}(?:(?:, (?:and |or |as well as )?| and | or | as well as ){_NAME}){{0,11}}"
_QUOTES = r"“[^“”]{2,90}”(?:,? (?:and |or )?“[^“”]{2,90}”){0,29}"
_ARE = (
    r"(?:is|are) (?:also )?(?:an? )?(?:\w+ ){0,2}?"
    r"(?:drugs?|biological products?|misbranded|adulterated|unapproved|new drugs?|devices?|unlicensed)\b"
)
_ENDS = r"(?=, | \(|[.;:]|$)"


@dataclass(frozen=True, slots=True)
class NameRule:
    """A way of naming products; `hint` always stands in a sentence that uses it.

    The pattern names its group after what it found: `names` is a list of names, `quoted` a list in quotation marks,
    `whole` a phrase that stays whole.
    """

    hint: str
    says: re.Pattern[str]


NAME_RULES: Final = tuple(
    NameRule(hint, re.compile(says))
    for hint, says in (
        (
            "product",
            (
                r"\bproducts?(?: derived from (?:[a-z’-]+ ){0,5}[a-z’-]+)?,"
                rf" (?:including |namely )?(?P<names>{_NAMES}){_ENDS}"
            ),
        ),
        (
            "ed as ",
            rf"\b(?:marketed|sold|labeled) (?:by you )?as (?P<names>{_NAMES})(?=, | \(|[.;:]|$| for | in )",
        ),
        ("product", rf"\b[Yy]our (?P<names>{_NAMES}) (?:[a-z-]+ ){{0,3}}products?\b"),
        ("re", rf"^(?:(?:Therefore|Thus|Accordingly|Specifically|As such),? )?(?P<names>{_NAMES}) {_ARE}"),
        ("is", rf"^(?:(?:Therefore|Thus|Accordingly|Specifically|As such),? )?(?P<names>{_NAMES}) {_ARE}"),
        (
            "product",
            (
                r"\bproducts?,? (?:named |called |labeled as |marketed as |known as |such as |including |e\.g\., )?"
                rf"(?P<quoted>{_QUOTES})"
            ),
        ),
        ("product", rf"\b[Yy]our (?P<quoted>{_QUOTES}) (?:[a-z-]+ ){{0,3}}products?\b"),
        ("ed as ", rf"\b(?:marketed|sold|labeled) as (?P<quoted>{_QUOTES})"),
        ("”", rf"(?P<quoted>{_QUOTES}) (?:products? )?{_ARE}"),
        (
            "determined that your firm",
            (
                r"\bdetermined that your firm (?:manufactures|markets|distributes|is (?:an?|the) (?:\w+ ){1,4}of)"
                r"(?:,? (?:and |or )?(?:\w+s\b)){0,2} (?P<whole>[^.;]{3,300}?)"
                r"(?=\. |\.$|, (?:which|intended|under)\b| intended\b| which\b|;)"
            ),
        ),
    )
)
"""One row to a way of naming."""

DESCRIPTION: Final = re.compile(
    r"\b(?:you|your (?:company|firm|website))(?: also)?"
    r" (?:markets?|offers?|manufactures?|distributes?|sells?|produces?)(?: and (?:markets?|distributes?|sells?))?"
    r" (?P<whole>[^.;:()“”]{3,140}?\bproducts?(?: derived from [^.;:(),“”]{3,60}?)?)(?= for | \(|, |[.;:]|$)"
)
"""How a letter describes a product that it does not name."""

_TISSUES: Final = (
    ("umbilical cord blood", "cord", r"(?:umbilical )?cord blood"),
    ("umbilical cord", "umbilical", r"umbilical[- ]cords?(?! blood)"),
    ("Wharton's jelly", "wharton", r"wharton[’']?s jelly"),
    ("amniotic fluid", "amniotic", r"amniotic fluid"),
    ("amniotic membrane", "amnio", r"amni(?:otic membranes?|on)"),
    ("placenta", "placenta", r"placenta(?:l|s)?"),
    ("chorion", "chorion", r"chorion(?:ic)?"),
    ("adipose tissue", "adipose", r"adipose(?: tissue)?"),
    ("stromal vascular fraction", "stromal", r"stromal vascular fraction"),
    ("bone marrow", "marrow", r"bone marrow"),
    ("hypodermis", "hypoderm", r"hypoderm(?:is|al)"),
    ("dermis", "dermis", r"dermis"),
    ("peripheral blood", "peripheral", r"peripheral blood"),
    ("platelets", "platelet", r"platelet[- ]rich plasma|platelets?"),
    ("menstrual blood", "menstrual", r"menstrual blood"),
    ("dental pulp", "pulp", r"dental pulp"),
    ("mesenchymal cells", "mesenchymal", r"mesenchymal (?:stem|stromal) cells?"),
    ("plants", "plant", r"plants?"),
    ("milk", "milk", r"(?:bovine )?milk"),
    ("colostrum", "colostrum", r"(?:bovine )?colostrum"),
)
"""A tissue's plain name, a word that always stands where it is named, and its forms."""

_FROM = (
    r"(?:derived|made|manufactured|sourced|obtained|isolated|recovered|extracted|processed|prepared|produced|collected|harvested)"
    r" (?:\w+ )?from (?:(?:the|a|an|donated|donor|human|allogeneic|autologous|processed|screened|perinatal) ){0,3}"
)
_OF = (
    r"[- ](?:derived|based|sourced)\b|(?: (?:tissue|cells?|stem cell|cellular|extract|allograft|exosome|MSC|membrane)){0,4}"
    r"[ -](?:products?|allografts?|injectables?|exosomes?)\b| (?:is|are) used to manufacture\b"
)
_ROUTES: Final = (
    ("intravenous", "intravenous", r"\bintravenous(?:ly)?\b"),
    ("intravenous", "iv ", r"\bIV (?:infusions?|administration|injections?|drip|therapy)\b"),
    ("intranasal", "nasal", r"\b(?:intranasal(?:ly)?|nasal (?:spray|administration)s?)\b"),
    ("intrathecal", "intrathecal", r"\bintrathecal(?:ly)?\b"),
    ("intra-articular", "articular", r"\bintra-?articular(?:ly)?\b"),
    ("intramuscular", "intramuscular", r"\bintramuscular(?:ly)?\b"),
    ("intradermal", "intradermal", r"\bintradermal(?:ly)?\b"),
    ("subcutaneous", "subcutaneous", r"\bsubcutaneous(?:ly)? (?:injections?|use|administration)\b"),
    ("inhalation", "nebuli", r"\bnebuli[sz](?:er|ers|ed|ation)\b"),
    ("inhalation", "inhal", r"\b(?:inhaled|(?:for|by|via) inhalation|inhalation (?:aerosol|solution|product)s?)\b"),
    ("topical", "topical", r"\btopical(?:ly)?\b"),
    ("microneedling", "microneedl", r"\bmicroneedling\b"),
    ("ophthalmic", "ophthalmic", r"\bophthalmic (?:drug |emollient )?(?:products?|drugs?|use|solutions?|ointments?)\b"),
    ("oral", "oral", r"\boral(?:ly)? (?:administ\w+|solutions?|tablets?|capsules?|drug products?|use)\b"),
    ("injection", "injectable", r"\binjectables?\b"),
    ("injection", "injection", r"(?<!water )\b(?:for|by|via|through|as an?) (?:\w+ )?injections?\b(?! \(WFI\)| mold)"),
    ("injection", "inject", r"\binject(?:ed|ions?) (?:into|in) (?:the|patients|joints|your|a)\b"),
)
"""A route's plain name, a word in lower case that always stands where it is named, and the way it is named."""


@dataclass(frozen=True, slots=True)
class _StatedRule:
    what: str
    hint: str
    says: re.Pattern[str]


_TISSUE_RULES: Final = tuple(
    _StatedRule(
        what, hint, re.compile(rf"{_FROM}(?:{word})\b|\b(?:{word})(?:{_OF})|\bdonors of (?:{word})\b", re.IGNORECASE)
    )
    for what, hint, word in _TISSUES
)
_ROUTE_RULES: Final = tuple(_StatedRule(what, hint, re.compile(says, re.IGNORECASE)) for what, hint, says in _ROUTES)

# Words that stand before "products" and name none: classes, laws, bodies.
_GENERAL = frozenset(
    {"OTC", "HCT/P", "HCT/Ps", "API", "APIs", "FDA", "CGMP", "CGTP", "IND", "BLA", "NDA", "ANDA", "FD&C", "PHS", "Act"}
    | {"U.S", "US", "United", "States", "CBD", "USP", "Form", "Class", "I", "II", "III", "IV", "QU", "CFR", "DEG", "EG"}
    | {"Medical", "Device", "Devices", "Drug", "Drugs", "Products", "Product", "Biologics", "ECM", "HEPA", "SKU", "COA"}
    | {
        "The",
        "This",
        "These",
        "Your",
        "Our",
        "It",
        "However",
        "Additionally",
        "Furthermore",
        "Because",
        "If",
        "In",
        "For",
    }
    | {"Since", "As", "Such", "Specifically", "Section", "Federal", "Food", "Cosmetic", "MSC", "FMT", "COAs"}
)
_MOST = 60


def products(found: Sequence[Sentence], blocks: Sequence[Block]) -> tuple[Product, ...]:
    """Every product a letter names, once and in order; where it names none, its own description of what is marketed.

    `found` are sentences of `blocks`.
    """
    named: dict[str, Product] = {}
    for sentence in found:
        for name in _names(sentence, blocks):
            named.setdefault(_key(name), Product(name, sentence))
    return tuple(named.values())[:_MOST] or tuple(_described(found))


def tissues(found: Sequence[Sentence], blocks: Sequence[Block]) -> tuple[Stated, ...]:
    """The source tissues a letter states, each once: by the regulator's own sentence where there is one."""
    return _stated(found, blocks, _TISSUE_RULES)


def routes(found: Sequence[Sentence], blocks: Sequence[Block]) -> tuple[Stated, ...]:
    """The routes of administration a letter states, each once, as for tissues."""
    return _stated(found, blocks, _ROUTE_RULES)


_SPLIT = re.compile(r",? (?:and|or|as well as) |, ")
_QUOTED = re.compile(r"“([^“”]{2,90})”")
_DEFINED = re.compile(r"^(?:your|the|these|you|we|our)\b|\bproducts?$", re.IGNORECASE)
_REDACTED = "(b)("


def _names(sentence: Sentence, blocks: Sequence[Block]) -> Iterator[str]:
    for rule in NAME_RULES:
        if rule.hint not in sentence.text:
            continue
        for said in rule.says.finditer(sentence.text):
            ((form, words),) = ((form, words) for form, words in said.groupdict().items() if words)
            # What the firm's own label or page names is a product of the letter only where the letter names it too.
            if form != "names" or not is_quoted(blocks, sentence.block, sentence.position + said.start(form)):
                yield from _split(form, words)


def _split(form: str, words: str) -> Iterator[str]:
    if form == "whole":
        names = [words.strip(" ,")]
    elif form == "quoted":
        names = [name for name in (name.strip(" ,.;") for name in _QUOTED.findall(words)) if not _DEFINED.search(name)]
    else:
        names = [
            name for name in map(_bare, _SPLIT.split(words)) if name.split()[:1] and name.split()[0] not in _GENERAL
        ]
    yield from (name for name in names if len(name) > 2 and _REDACTED not in name and not name.isdigit())


def _bare(name: str) -> str:
    return name.strip(" ,.;’'¹²³⁴⁵⁶⁷⁸⁹").removesuffix("’s").removesuffix("'s")


def _key(name: str) -> str:
    return re.sub(r"[®™\W]+", " ", name).strip().casefold()


_UNTOLD = re.compile(r"^(?:of |your |their |the same |commercial )|^(?:\w+ )?products?$", re.IGNORECASE)


def _described(found: Iterable[Sentence]) -> Iterator[Product]:
    """The first description of what the firm offers."""
    for sentence in found:
        if "product" in sentence.text and "you" in sentence.text:
            said = DESCRIPTION.search(sentence.text)
            if said and not _UNTOLD.search(said["whole"]):
                yield Product(said["whole"].strip(), sentence)
                return


def _stated(found: Sequence[Sentence], blocks: Sequence[Block], rules: Sequence[_StatedRule]) -> tuple[Stated, ...]:
    told: dict[str, Stated] = {}
    for sentence in found:
        lower = sentence.text.lower()
        for rule in rules:
            if rule.hint not in lower or not (said := rule.says.search(sentence.text)):
                continue
            before = told.get(rule.what)
            if before is None or before.quoted:
                quoted = is_quoted(blocks, sentence.block, sentence.position + said.start())
                if before is None or not quoted:
                    told[rule.what] = Stated(rule.what, quoted, sentence)
    return tuple(told.values())
