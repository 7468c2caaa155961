"""Tokens: the words and phrases of a text that bear meaning, typed and brought to one value.

What a token is, is decided by `_RULES` in order of their precision: where several begin at one place the longest is
taken, and its inside is not read again. So the fifteen of "within fifteen (15) working days" is part of a deadline and
no number, and the digits of a date or of a citation are none either. A number that only numbers something (a list's
item, a footnote, a telephone) is no token.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from store import vocabulary
from store.citations import references
from store.datings import MONTHS, dating
from store.numerals import BEGINNINGS, numeral
from store.records import TokenKind
from store.sections import Reference


@dataclass(frozen=True, slots=True)
class Token:
    """A word or phrase that bears meaning: as written, and the value by which it is compared.

    Values: ISO 8601 for dates, plain decimals for numbers ("15"), number and unit for quantities ("5 mg"), "within 15
    working day" and "by 2025-10-28" for deadlines, the verb and its strength for modals ("must (obligation)"), law and
    section for citations ("PHS Act 351(a)(1)"; "section 351" where the law is not known), and the term of
    `store.vocabulary` for what stands in its tables.
    """

    kind: TokenKind
    text: str
    value: str
    start: int
    end: int


def tokens(text: str, country: str = "", known: Mapping[str, str] | None = None) -> tuple[Token, ...]:
    """The tokens of a text, in order, none overlapping another.

    `country` ("US", "CA") says whose abbreviations and dates these are; `known` are the short names that the rest of
    the document gives to laws (`store.citations.short_names`).
    """
    cited = [_citation(text, found) for found in references(text, country, known)]
    apart = sorted([*((token.start, token.end) for token in cited), *_addresses(text)])
    spoken = [
        Token(found.kind, text[found.start : found.end], found.value, found.start, found.end)
        for found in _spoken(_Text(text, country, tuple(_words(text))), apart)
        if found.kind
    ]
    return tuple(sorted([*cited, *spoken], key=lambda token: token.start))


def _citation(text: str, found: Reference) -> Token:
    kind = TokenKind.DOCKET if found.law == "docket" else TokenKind.CITATION
    law = "" if kind is TokenKind.DOCKET else found.law or "section"
    return Token(kind, text[found.start : found.end], f"{law} {found.section}".strip(), found.start, found.end)


_WEB: Final = re.compile(r"(?:https?://|www\.)[^\s<>“”]+")
_MAIL: Final = 64
"""How far from its @ an address of mail is looked for."""


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    """The web and mail addresses of a text: what looks like words and numbers in them is neither."""
    yield from (found.span() for found in _WEB.finditer(text))
    at = text.find("@")
    while at >= 0:
        start = max(text.rfind(" ", max(at - _MAIL, 0), at) + 1, at - _MAIL, 0)
        end = text.find(" ", at, at + _MAIL)
        yield start, end if end >= 0 else min(at + _MAIL, len(text))
        at = text.find("@", at + 1)


# Words

_LETTERS: Final = "[^\\W_¹²³⁰-⁹]+"  # a raised figure is the mark of a footnote
_WORD: Final = re.compile(
    rf"(?:[cdjlmnst]|jusqu|lorsqu|puisqu|qu)['’](?=\w)|{_LETTERS}(?:['’]{_LETTERS})*", re.IGNORECASE
)


class _Word(NamedTuple):
    """A word in small letters with a straight apostrophe and without the 's of English; French elisions stand alone."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    country: str
    words: Sequence[_Word]


@dataclass(frozen=True, slots=True)
class _Found:
    """What a rule found; of no kind if it bears no meaning and is not to be read again."""

    kind: TokenKind | None
    value: str
    start: int
    end: int


_Rule = Callable[[_Text, int], _Found | None]


def _words(text: str) -> Iterator[_Word]:
    for found in _WORD.finditer(text):
        start, end = found.span()
        word = found[0].lower()
        if not word.isalnum():
            word = word.replace("’", "'")
            if word.endswith("'s"):
                word, end = word[:-2], end - 2
        yield _Word(word, start, end)


def _spoken(said: _Text, apart: Iterable[tuple[int, int]]) -> Iterator[_Found]:
    """What the rules find between the spans that are taken, from left to right."""
    spans = iter([*apart, (len(said.text), len(said.text))])
    taken = (0, 0)
    read = 0
    for n, word in enumerate(said.words):
        while taken[1] <= word.start and taken[0] < len(said.text):
            taken = next(spans)
        if word.start < read or taken[0] <= word.start or not (word.word in _beginnings() or word.word[0].isdecimal()):
            continue
        found = [one for rule in _RULES if (one := rule(said, n)) and one.end <= max(taken[0], word.end)]
        if found:
            longest = max(found, key=lambda one: one.end)
            yield longest
            read = longest.end


# Deadlines and dates

_LEADS_TO_TIME: Final = re.compile(
    r"(?:within(?: the next| the| a period of)?|(?:by )?not? later than|au plus tard(?: dans(?: les)?)?"
    r"|dans(?: les| un délai de| un délai maximal de)?(?: prochains)?|sous|d['’]ici) ",
    re.IGNORECASE,
)
_LEADS_TO_DATE: Final = re.compile(
    r"(?:by|(?:by )?not? later than|on or before|before|until|prior to|au plus tard(?: le)?|avant(?: le)?"
    r"|d['’]ici(?: le| au)?|jusqu['’](?:au|à)) ",
    re.IGNORECASE,
)
_LEADS: Final = frozenset({"within", "by", "no", "not", "on", "before", "until", "prior", "au", "dans", "sous", "d'", "avant", "jusqu'"})  # fmt: skip


def _deadline(said: _Text, n: int) -> _Found | None:
    """ "within fifteen (15) working days", "au plus tard le 28 octobre 2025"."""
    word = said.words[n]
    if word.word not in _LEADS:
        return None
    lead = _LEADS_TO_TIME.match(said.text, word.start)
    if lead and (amount := _amount(said.text, lead.end())) and amount.unit in _TIMES:
        return _Found(TokenKind.DEADLINE, f"within {amount.value} {amount.unit}", word.start, amount.end)
    lead = _LEADS_TO_DATE.match(said.text, word.start)
    if lead and (found := dating(said.text, lead.end(), said.country)):
        return _Found(TokenKind.DEADLINE, f"by {found[0]}", word.start, found[1])
    return None


def _date(said: _Text, n: int) -> _Found | None:
    word = said.words[n]
    if word.word not in MONTHS and not (word.word[0].isdecimal() and _may_begin(said.text, word.start)):
        return None
    found = dating(said.text, word.start, said.country)
    return _Found(TokenKind.DATE, found[0], word.start, found[1]) if found else None


# Numbers

_TIMES: Final = frozenset(value for value, _ in vocabulary.TIMES)
_ALWAYS_DUE: Final = frozenset({"working day", "business day", "calendar day"})
_UNITS: Final = {
    form.strip(): value for value, forms in (*vocabulary.TIMES, *vocabulary.UNITS) for form in forms.split("|")
}
_UNIT: Final = re.compile(
    r"(?: |-|‑)?("
    + "|".join(re.escape(form) for form in sorted(_UNITS, key=len, reverse=True))
    + r")(?:(?![^\W¹²³⁰-⁹]|['’])|(?<=[a-z]{3})(?=\d(?!\d)))",
    re.IGNORECASE,
)
# Bounded: what fails at the end of a long run of digits would be tried anew at each of them.
_CODE: Final = re.compile(
    r"\d{1,20}(?:[.,:]\d{1,9}){0,4}(?:[-‐‑/]\w{1,20}(?:[.,]\d{1,9})?){1,6}"
    r"|\d{1,20}(?:\.\d{1,9}){2,8}|\d{1,2}:\d{2}|\d{1,20}[^\W\d¹²³⁰-⁹]\w{0,20}"
)
_RANGE: Final = re.compile(r"([1-9]\d{0,2}(?:\.\d+)?|0\.\d+)[-‐‑](\d{1,3}(?:\.\d+)?)")
_BACK: Final = re.compile(r"[\w./‐‑–-]{1,24}$")
_RUN: Final = re.compile(r"\w*(?:[-‐‑/.:]\w+)*")


@dataclass(frozen=True, slots=True)
class _Amount:
    value: str
    unit: str
    end: int


def _number(said: _Text, n: int) -> _Found | None:
    """A number, with its unit if it has one; days in which something is due are a deadline even by themselves."""
    word = said.words[n]
    digits = word.word[0].isdecimal()
    if not digits and word.word not in BEGINNINGS:
        return None
    if digits and not _may_begin(said.text, word.start):
        run = _RUN.match(said.text, word.start)
        return _Found(None, "", word.start, run.end() if run else word.end)
    money = said.text.startswith("$", word.start - 1) and word.start > 0
    amount = _amount(said.text, word.start)
    if amount and amount.unit:
        kind = TokenKind.DEADLINE if amount.unit in _ALWAYS_DUE else TokenKind.QUANTITY
        return _Found(kind, f"{amount.value} {amount.unit}", word.start, amount.end)
    if digits and (code := _code(said.text, word.start)):
        return _Found(None, "", word.start, code)
    found = numeral(said.text, word.start)
    if not found:
        return None
    if money:
        return _Found(TokenKind.QUANTITY, f"{found[0]} dollar", word.start - 1, found[1])
    only_counts = _only_counts(said, n, found[1])
    return _Found(None if only_counts else TokenKind.NUMBER, "" if only_counts else found[0], word.start, found[1])


def _amount(text: str, start: int) -> _Amount | None:
    found = numeral(text, start, counting=True)
    if not found:
        return None
    unit = _UNIT.match(text, found[1])
    return _Amount(found[0], _UNITS[unit[1].lower()], unit.end()) if unit else _Amount(found[0], "", found[1])


def _may_begin(text: str, start: int) -> bool:
    """Whether digits at a place begin a number, and do not go on with a name or a code before them."""
    before = text[start - 1 : start] if start else ""
    if before in {"-", "‐", "‑", "–"}:
        run = _BACK.search(text, max(start - 24, 0), start)
        return run is None or not any(sign.isalpha() for sign in run[0])
    return not (before.isalnum() or before in {"/", ".", "_", "#", "=", "+", ":"})


def _code(text: str, start: int) -> int:
    """Where a code of digits (a telephone, a batch, an hour) ends; 0 if there is none, as in the range 3-5."""
    code = _CODE.match(text, start)
    between = _RANGE.match(text, start)
    if code and between and between.end() == code.end() and float(between[1]) < float(between[2]):
        return 0
    return code.end() if code else 0


def _only_counts(said: _Text, n: int, end: int) -> bool:
    """Whether a number only numbers: an item, "(1)", a footnote, "page 5"."""
    text, start = said.text, said.words[n].start
    if n and said.words[n - 1].word in vocabulary.LABELS and start - said.words[n - 1].end <= 2:
        return True
    if text.startswith("(", start - 1) and start and text.startswith(")", end):
        return True
    opens = not text[:start].strip(" (") if start < 4 else False
    return opens and (
        text[end : end + 1] in {".", ")", ":"} or (text[end : end + 1] == " " and text[end + 1 : end + 2].isupper())
    )


_FILE: Final = re.compile(
    r"(?:MARCS[- ])?(CMS)(?: Case)? ?#? ?(\d{5,7})(?!\w)|(RA)[-‑](\d{3,6})(?!\w)|(\d{2}-\d{6}-\d{1,4})(?![\w-])"
)


def _file_number(said: _Text, n: int) -> _Found | None:
    """ "MARCS-CMS 698004", "RA-12345", Health Canada's 25-104893-244."""
    word = said.words[n]
    if word.word not in {"marcs", "cms", "ra"} and not word.word[0].isdecimal():
        return None
    found = _FILE.match(said.text, word.start)
    if not found:
        return None
    value = f"CMS {found[2]}" if found[1] else f"RA-{found[4]}" if found[3] else found[5]
    return _Found(TokenKind.DOCKET, value, word.start, found.end())


# Words of the vocabulary

_GAPS: Final = frozenset({" ", "-", "‑", "–", ", ", "/", " / "})
_AHEAD: Final = 8
"""How many words may stand between "ne" and what goes with it."""


def _term(said: _Text, n: int) -> _Found | None:
    """The longest form of the vocabulary that begins with a word, unless the word means something else there."""
    word = said.words[n]
    for form, kind, value in _terms().get(word.word, ()):
        if _stands(said, n, form) and not (len(form) == 1 and _means_else(said, n)):
            return _Found(kind, value, word.start, said.words[n + len(form) - 1].end)
    return None


@cache
def _terms() -> Mapping[str, Sequence[tuple[tuple[str, ...], TokenKind | None, str]]]:
    """The forms by their first word, longer ones first."""
    terms = [
        *vocabulary.NEGATIONS,
        *vocabulary.PRODUCTS,
        *vocabulary.STATUSES,
        *vocabulary.CLAIMS,
        *vocabulary.NOT_MEANT,
    ]
    lines = [(form, term.kind, term.value) for term in terms for form in term.forms]
    lines += [
        (form.strip(), TokenKind.MODAL, f"{lemma} ({strength})")
        for lemma, strength, forms in vocabulary.MODALS
        for form in forms.split("|")
    ]
    by_first: dict[str, list[tuple[tuple[str, ...], TokenKind | None, str]]] = {}
    for form, kind, value in lines:
        words = tuple(word.word for word in _words(form))
        by_first.setdefault(words[0], []).append((words, kind, value))
    return {first: tuple(sorted(group, key=lambda line: -len(line[0]))) for first, group in by_first.items()}


def _stands(said: _Text, n: int, form: Sequence[str]) -> bool:
    words = said.words[n : n + len(form)]
    return [word.word for word in words] == list(form) and all(
        said.text[left.end : right.start] in _GAPS or left.word.endswith("'") for left, right in pairwise(words)
    )


def _means_else(said: _Text, n: int) -> bool:
    """Whether a word is not what the vocabulary has it for: the month May, "No. 5", "pas" in another language."""
    word = said.words[n]
    if word.word == "may":
        return said.text[word.start] == "M" and not (
            said.text[word.start : word.end].isupper() or _opens(said.text, word.start)
        )
    if word.word == "no":
        return re.match(r"\.? ?[A-Z]{0,3}\d", said.text[word.end : word.end + 6]) is not None
    if word.word == "pas":
        return not any(before.word in vocabulary.NE for before in said.words[max(n - _AHEAD, 0) : n])
    return False


def _opens(text: str, start: int) -> bool:
    """Whether a sentence begins at a place."""
    before = text[:start].rstrip(' “"«(•') if start < 200 else text[start - 200 : start].rstrip(' “"«(•')
    return not before or before[-1] in ".!?:;"


def _ne(said: _Text, n: int) -> _Found | None:
    """ "ne" with "plus", or alone as in "ne peut être vendu": with another word it is that word which denies."""
    word = said.words[n]
    if word.word == "plus" and any(before.word in vocabulary.NE for before in said.words[max(n - 3, 0) : n]):
        return _Found(TokenKind.NEGATION, "no longer", word.start, word.end)
    if word.word in vocabulary.NE:
        ahead = {after.word for after in said.words[n + 1 : n + 1 + _AHEAD]}
        if not ahead & vocabulary.NE_GOES_WITH:
            return _Found(TokenKind.NEGATION, "not", word.start, word.end)
    return None


@cache
def _beginnings() -> frozenset[str]:
    """The words with which something begins that a rule knows: any other word costs one look."""
    others = {"marcs", "cms", "ra", "plus", *vocabulary.NE}
    return frozenset({*_LEADS, *MONTHS, *BEGINNINGS, *_terms(), *others})


_RULES: Final[tuple[_Rule, ...]] = (_deadline, _date, _file_number, _number, _term, _ne)
