"""Citations: which provisions and documents a text refers to, each with the law it belongs to.

A number alone is no provision: "section 351" is one law in the PHS Act and another in 21 U.S.C. So a section is given
a law by one of the rules of `_RULES`, the nearest wording first, or it is left out of `find` and listed by
`unresolved`. Nothing is guessed. A list gives each of its members: "21 CFR parts 210 and 211" are two citations, and
"301(d) and (a)" are 301(d) and 301(a). Of a range ("sections 501 to 505") the two ends are given.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from store.laws import FOOD_AND_DRUG_REGULATIONS, Named, Naming, codified
from store.records import Block, Citation


@dataclass(frozen=True, slots=True)
class Reference:
    """A citation within one text: what it names and where it stands; `law` is "" where the text does not say."""

    law: str
    section: str
    start: int
    end: int


def find(blocks: Sequence[Block], country: str = "") -> tuple[Citation, ...]:
    """Every citation of which the law is certain, in the order of the text.

    `country` ("US", "CA") says whose abbreviations are meant. A law named as a whole has section "".
    """
    return tuple(citation for citation in _citations(blocks, country) if citation.law)


def unresolved(blocks: Sequence[Block], country: str = "") -> tuple[Citation, ...]:
    """Sections of which the text does not say the law, in the order of the text; `law` is ""."""
    return tuple(citation for citation in _citations(blocks, country) if not citation.law)


def short_names(text: str, country: str = "") -> Mapping[str, str]:
    """The short names that a text gives to laws ("Act", "FDCA"), with the laws; the last where it gives one twice."""
    return {name: given[-1][1] for name, given in Naming(text, country).given.items()}


def references(text: str, country: str = "", known: Mapping[str, str] | None = None) -> tuple[Reference, ...]:
    """The citations of one text, in order, none overlapping another; those without a law too.

    `known` are the short names that the rest of its document gives (`short_names`).
    """
    naming = Naming(text, country, known or {})
    codes = list(_codes(text))
    said = _said(text, country, naming, codes)
    found = [*codes, *_provisions(said), *_canadian(text, country, said.starting)]
    found += [*_federal_register(text), *_dockets(text), *_guidances(text)]
    found += [Reference(law.law, "", law.start, law.end) for law in naming.laws if law.law and not law.unsure]
    return tuple(_apart(sorted(found, key=_place)))


def _citations(blocks: Sequence[Block], country: str) -> Iterator[Citation]:
    """The blocks are read as one text: looking for a word once in all of it costs less than in each of them."""
    text = "\n".join(block.text for block in blocks)
    starts = [0]
    for block in blocks:
        starts.append(starts[-1] + len(block.text) + 1)
    for found in references(text, country):
        index = bisect_right(starts, found.start) - 1
        written = text[found.start : found.end]
        yield Citation(found.law, found.section, written, index, found.start - starts[index])


def _place(found: Reference) -> tuple[int, int, bool]:
    """By position; of two in one place the longer, and of two alike the one that has a law."""
    return found.start, -found.end, not found.law


def _apart(found: Iterable[Reference]) -> Iterator[Reference]:
    taken = 0
    for reference in found:
        if reference.start >= taken:
            yield reference
            taken = reference.end


# Lists of sections

# What may stand in the brackets after a number; "(b)(4)" after a blank is not one but what the FDA leaves out.
_BRACKETS: Final = (
    r"(?:\((?:\d{1,3}|[a-z]{1,2}|[ivx]{1,6}|[A-Z]{1,4})\)|(?<=\))[a-z]{1,2}\)"
    r"| (?!\(b\)\([4-7]\))\((?:\d{1,2}|[a-z]|[A-Z]|[ivx]{2,5})\))"
)
_NUMBER: Final = (
    r"(?:[A-Z]\.\d{2}[A-Z]?\.\d{3}(?:\.\d{1,3})?"
    r"|\d{1,4}(?:\.\d{1,4}){0,3}(?:(?:[A-Z]{1,3}|[a-z]{1,5})(?:-\d{1,3}[a-z]?)?)?)(?![^\W¹²³⁰-⁹])"
)
_NOTE: Final = "[¹²³⁰-⁹]{0,3}"  # the mark of a footnote
# A number that begins something else: the next code ("; 42 U.S.C."), a time ("505, 15 working days").
_NOT_ELSE: Final = (
    r"(?! ?(?:U\.? ?S|C\.? ?F\.? ?R|FR\b|Fed\b|Stat\b|%|(?:working|business|calendar|days?|months?|years?|hours?"
    r"|jours|mois|of (?:the )?\d)\b))"
)
_KEYWORD: Final = (
    r"(?:§{1,2}|[Ss](?:ub)?-?[Ss]?ections?|SECTIONS?|[Pp]arts?|[Aa]rticles?|[Pp]aragraph(?:e?s?)"
    r"|[Ss]ous-alinéas?|[Aa]linéas?|[Ss]ubparagraphs?)"
)
_ITEM: Final = re.compile(rf"({_NUMBER}){_NOT_ELSE}({_BRACKETS}{{0,8}})")
_SEPARATOR: Final = re.compile(
    rf"{_NOTE}(?:,? (?:and/or|and|or|&|to|through|et|ou|à) (?:of |in |under )?|[,;] ?| ?[–—] ?)({_KEYWORD} ?)?"
)
_ONLY_BRACKETS: Final = re.compile(rf"{_BRACKETS}{{1,8}}")
_BRACKET: Final = re.compile(r"\(?(\w+)\)")
_YEAR: Final = re.compile(r"(?:19|20)\d\d$")


@dataclass(frozen=True, slots=True)
class _Member:
    """A section of a list; `named` if the list says anew what it is ("section 501 and section 502")."""

    section: str
    start: int
    end: int
    named: bool = False


def _list(text: str, start: int) -> list[_Member]:
    """The sections from a place on, where the first begins; none if no number stands there."""
    first = _ITEM.match(text, start)
    if not first:
        return []
    members = [_Member(_section(first), start, first.end())]
    while after := _SEPARATOR.match(text, members[-1].end):
        if item := _ITEM.match(text, after.end()):
            if _YEAR.match(item[1]):
                break
            members.append(
                _Member(_section(item), after.start(1) if after[1] else item.start(), item.end(), bool(after[1]))
            )
        elif item := _ONLY_BRACKETS.match(text, after.end()):
            members.append(_Member(_beside(members[-1].section, _brackets(item[0])), item.start(), item.end()))
        else:
            break
    return members


def _section(item: re.Match[str]) -> str:
    return item[1] + "".join(_brackets(item[2]))


def _brackets(written: str) -> list[str]:
    """The brackets one by one; French law closes a letter's only: C.01.004(1)a)."""
    return [f"({inside})" for inside in _BRACKET.findall(written)]


def _beside(section: str, brackets: Sequence[str]) -> str:
    """The section that brackets alone mean after another: (d), (a) → (a); (b)(1), (2) → (b)(2)."""
    number, *before = re.split(r"(?=\()", section)
    kind = _kind(brackets[0], deep=len(before) >= 3)
    at = max((n for n, bracket in enumerate(before) if _kind(bracket, deep=n >= 2) == kind), default=len(before))
    if kind == "i" and at == len(before):
        at = max((n for n, bracket in enumerate(before) if _kind(bracket, deep=False) == "a"), default=at)
    return number + "".join([*before[:at], *brackets])


def _kind(bracket: str, *, deep: bool) -> str:
    """What a bracket counts with: digits, capitals, letters or, from the third on, small Roman numerals."""
    inside = bracket.strip("()")
    if inside.isdigit():
        return "1"
    if inside.isupper():
        return "A"
    return "i" if deep and not inside.strip("ivx") else "a"


# Codes: 21 CFR, 42 U.S.C.

_CODE: Final = re.compile(
    r"(\d{1,2}),? ?(?:of )?(?:the )?(?:(U\.? ?S\.? ?C\b\.?|U\.S\. Code|United States Code)"
    r"|C\.? ?F\.? ?R\b\.?|(?:U\.S\. )?Code of Federal Regulations)(?: ?\((?:\d\d )?[A-Z][A-Z. ]{1,7}\))?"
)
_INTO: Final = re.compile(rf"\)?,? ?(?:at )?(?:{_KEYWORD} ?){{0,2}}")
_SUBPART: Final = re.compile(r",? [Ss]ubparts? ([A-Z])\b")
_CODE_WORDS: Final = ("CFR", "C.F.R", "U.S.C", "U.S. C", "U. S", "USC", "Code")
_TITLE: Final = re.compile(r"((?:[Tt]itle )?)\d{1,2},? ?(?:of )?(?:the )?(?:U\.S\. |United States )?$")


def _codes(text: str) -> Iterator[Reference]:
    for at in sorted({at for word in _CODE_WORDS for at in _each(text, word)}):
        title = _TITLE.search(text, max(at - 40, 0), at)
        code = _CODE.match(text, title.end(1)) if title else None
        if (
            title
            and code
            and not (title.start() and (text[title.start() - 1].isalnum() or text[title.start() - 1] in ".,-"))
        ):
            law = f"{code[1]} {'USC' if code[2] else 'CFR'}"
            yield from _in_code(text, law, title.start(), code.end())


def _in_code(text: str, law: str, start: int, end: int) -> Iterator[Reference]:
    """The code's sections; the code as a whole where none follows."""
    into = _INTO.match(text, end)
    members = _list(text, into.end() if into else end)
    if not members:
        yield Reference(law, "", start, end)
    for member in members:
        if member is not members[0] and not _goes_on(law, members[0].section, member.section):
            return
        subpart = _SUBPART.match(text, member.end)
        section = f"{member.section} subpart {subpart[1]}" if subpart else member.section
        yield Reference(law, section, start if member is members[0] else member.start, member.end)


def _goes_on(law: str, first: str, section: str) -> bool:
    """Whether a number goes on with a list: "211.22 and 211.84", "210 and 211", but not "820.30, 2 of 5 files"."""
    number = section.partition("(")[0]
    if law.endswith("CFR"):
        return "." in number or ("." not in first and len(number) >= 3)
    return len(number) >= 2


# Sections of Acts

_PROVISION: Final = re.compile(rf"{_KEYWORD} ?(?=[A-Z]?[\d.])")
_STEMS: Final = ("ection", "ECTION", "rticle", "aragraph", "linéa", "§")
_OF: Final = re.compile(
    rf"{_NOTE}(?:,? (?:of|under|in|to|de|du) ?| )?(?:(?:of|the|la|le|this|that|cette|ce|federal|U\.S\.|Canada['’]s|Canadian) ){{0,4}}"
    r"(?:l['’])?"
)
_OF_TITLE: Final = re.compile(r" of (?:the )?(?:[Tt]itle )?(?=\d)")
_OTHER_ACT: Final = re.compile(r"(?:[A-Z][\w&'’-]{0,30},? (?:(?:and|of|for|the|on) ){0,2}){1,8}(?:Act|Regulations?)\b")
_OF_ELSE: Final = re.compile(r" (?:of|de|du|des) |,? (?:in|under) (?:the|your|our|this) ")
_ASIDE: Final = re.compile(rf"{_NOTE}[,;]? ?[(\[]?")
_PUBLIC_LAW: Final = re.compile(r"(?:Pub\. ?L\.|Public Law)(?: No\.)? (\d{1,3}-\d{1,4}),? $")
_PART: Final = re.compile(r"(\d{1,4})\.\d+")
_BEFORE: Final = (" ", " (", " at ", "'s ", "’s ")
_SENTENCE: Final = re.compile(r"[.!?;][\"'”’)\]]* +(?=[A-ZÀ-Þ“«\"(])|\n")


@dataclass(frozen=True, slots=True)
class _Said:
    """A text with the laws that it names, by where their names begin and end, and what it cites of the codes.

    `parts` are those of 21 CFR, "803" for 21 CFR 803.17 as well.
    """

    text: str
    country: str
    naming: Naming
    starting: Mapping[int, Named]
    ending: Mapping[int, Named]
    codes: Mapping[int, Reference]
    parts: Set[str]


@dataclass(frozen=True, slots=True)
class _Sections:
    """A list of sections without a law, from its keyword on; `several` if that is a plural."""

    members: Sequence[_Member]
    start: int
    end: int
    several: bool


@dataclass(frozen=True, slots=True)
class _Belongs:
    """The law that a rule gives to a list ("": it can have none), and the span of the words beside it that say so.

    `start` is None where they do not stand before the list, `end` 0 where they do not stand after it.
    """

    law: str
    end: int = 0
    start: int | None = None


def _said(text: str, country: str, naming: Naming, codes: Sequence[Reference]) -> _Said:
    parts = {re.split(r"\D", code.section, maxsplit=1)[0] for code in codes if code.law == "21 CFR"}
    by_start = {code.start: code for code in codes}
    return _Said(text, country, naming, naming.starting(), naming.ending(), by_start, parts)


def _provisions(said: _Said) -> Iterator[Reference]:
    ends = {code.start: code.end for code in said.codes.values()}
    starts = sorted(ends)
    for sections in _section_lists(said.text):
        at = bisect_right(starts, sections.start) - 1
        # "21 CFR § 820.30": the sign belongs to the code.
        if at < 0 or sections.start >= ends[starts[at]]:
            yield from _with_law(sections, next(filter(None, (rule(said, sections) for rule in _RULES)), _Belongs("")))


def _section_lists(text: str) -> Iterator[_Sections]:
    taken = 0
    for at in sorted(at for stem in _STEMS for at in _each(text, stem)):
        start = at
        while start and at - start < 6 and (text[start - 1].isalpha() or text[start - 1] == "-"):
            start -= 1
        keyword = _PROVISION.match(text, start) if start >= taken else None
        if keyword and (members := _list(text, keyword.end())):
            taken = members[-1].end
            yield _Sections(members, start, taken, keyword[0].rstrip().endswith(("s", "S", "§§")))


def _with_law(sections: _Sections, belongs: _Belongs) -> Iterator[Reference]:
    """Every member where the law stands after the list or its keyword is a plural; else those that are surely meant."""
    members = sections.members
    first = members[0].section.partition("(")[0]
    start = sections.start if belongs.start is None else belongs.start
    for n, member in enumerate(members):
        if n and not (belongs.end or sections.several or member.named or member.section.startswith(f"{first}(")):
            return
        end = belongs.end if belongs.end and member is members[-1] else member.end
        yield Reference(belongs.law, member.section, member.start if n else start, end)


def _law_after(said: _Said, sections: _Sections) -> _Belongs | None:
    """ "section 505(a) of the FD&C Act"; of "the Act", the law that the text gave this name, or its parallel code's."""
    of = _OF.match(said.text, sections.end)
    named = said.starting.get(of.end()) if of else None
    if named is None:
        return None
    return _Belongs(named.law or _codified(said, named.end, sections), named.end)


def _title_after(said: _Said, sections: _Sections) -> _Belongs | None:
    """ "section 211.22 of Title 21, Code of Federal Regulations"."""
    of = _OF_TITLE.match(said.text, sections.end)
    code = said.codes.get(of.end()) or said.codes.get(of.end() - len("title ")) if of else None
    return _Belongs(code.law, code.end) if code and not code.section else None


def _other_act_after(said: _Said, sections: _Sections) -> _Belongs | None:
    """ "section 43(a) of the Lanham Act": a law that the table does not know goes by its own name."""
    of = _OF.match(said.text, sections.end)
    other = _OTHER_ACT.match(said.text, of.end()) if of else None
    return _Belongs(other[0], other.end()) if other else None


def _law_before(said: _Said, sections: _Sections) -> _Belongs | None:
    """ "FD&C Act § 505(a)", "the Act (section 505)"."""
    for gap in _BEFORE:
        if said.text.endswith(gap, 0, sections.start) and (named := said.ending.get(sections.start - len(gap))):
            return _Belongs(named.law, start=named.start) if named.law else None
    return None


def _public_law_before(said: _Said, sections: _Sections) -> _Belongs | None:
    """ "Pub. L. No. 113-54, § 102(a)"."""
    before = _PUBLIC_LAW.search(said.text, max(sections.start - 32, 0), sections.start)
    return _Belongs(f"Pub. L. {before[1]}") if before else None


def _part_of_code(said: _Said, sections: _Sections) -> _Belongs | None:
    """ "§ 803.12(a)" where the text cites 21 CFR 803: a section of the regulations begins with its part."""
    parts = {found[1] for member in sections.members if (found := _PART.match(member.section))}
    return _Belongs("21 CFR") if len(parts) == 1 and parts <= said.parts else None


def _parallel(said: _Said, sections: _Sections) -> _Belongs | None:
    """ "section 201(h), 21 U.S.C. 321(h)": the code's chapter is an Act."""
    law = _codified(said, sections.end, sections)
    return _Belongs(law) if law else None


def _food_and_drug_regulations(said: _Said, sections: _Sections) -> _Belongs | None:
    """ "section C.01.004": no Canadian law but one numbers its sections by letter and division."""
    canadian = said.country == "CA" and sections.members[0].section[0].isalpha()
    return _Belongs(FOOD_AND_DRUG_REGULATIONS) if canadian else None


def _of_something_else(said: _Said, sections: _Sections) -> _Belongs | None:
    """ "section 3 of the procedure": no law of the sentence is meant."""
    return _Belongs("") if _OF_ELSE.match(said.text, sections.end) else None


def _law_of_sentence(said: _Said, sections: _Sections) -> _Belongs | None:
    """The one law that the sentence names; a number such as 2.3 is no section of an American Act."""
    if said.country != "CA" and any("." in member.section for member in sections.members):
        return None
    named = said.naming.between(*_sentence(said.text, sections.start, sections.end))
    return _Belongs(named.pop()) if len(named) == 1 else None


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence around a span begins and ends; a thousand characters away at most."""
    begin, finish = max(start - 1000, 0), min(end + 1000, len(text))
    # One further than the span's begin: a stop is known by the capital after it.
    before = [stop.end() for stop in _SENTENCE.finditer(text, begin, start + 1) if stop.end() <= start]
    stop = _SENTENCE.search(text, end, finish)
    return before[-1] if before else begin, stop.start() if stop else finish


_RULES: Final[tuple[Callable[[_Said, _Sections], _Belongs | None], ...]] = (
    _law_after,
    _title_after,
    _other_act_after,
    _law_before,
    _public_law_before,
    _parallel,
    _part_of_code,
    _food_and_drug_regulations,
    _of_something_else,
    _law_of_sentence,
)
"""How a section gets its law: the first rule that answers; the nearer the words, the earlier the rule."""


def _codified(said: _Said, end: int, sections: _Sections) -> str:
    """The Act of which the code cited right after is the codification; "" if none is."""
    aside = _ASIDE.match(said.text, end)
    code = said.codes.get(aside.end()) if aside else None
    number = re.match(r"\d+", code.section) if code and code.law.endswith("USC") else None
    return codified(code.law.partition(" ")[0], int(number[0])) if code and number else ""


# Canadian parts and schedules

_DIVISION: Final = re.compile(
    r"[Pp]art(?:ie)? ([A-J]),? (?:[Dd]ivision|[Tt]itre) (\d{1,2}[A-Z]?)\b"
    r"|(?:[Dd]ivision|[Tt]itre) (\d{1,2}[A-Z]?) (?:of|de la) [Pp]art(?:ie)? ([A-J])\b"
)
_BARE: Final = re.compile(r"[A-J]\.\d{2}[A-Z]?\.\d{3}(?:\.\d{1,3})?(?!\w)")
_SCHEDULE: Final = re.compile(r"(?:[Ss]chedule|[Aa]nnexe) ([A-Z]|\d{1,2}|[IVX]{1,5})(?=,? (?:of|to|de|du) )")


def _canadian(text: str, country: str, starting: Mapping[int, Named]) -> Iterator[Reference]:
    """Parts, divisions, sections and schedules as only Canadian law has them."""
    if country != "CA":
        return
    for bare in _BARE.finditer(text):
        section = _ITEM.match(text, bare.start())
        if section and not text[bare.start() - 1 : bare.start()].isalnum():
            yield Reference(FOOD_AND_DRUG_REGULATIONS, _section(section), section.start(), section.end())
    for found in _DIVISION.finditer(text):
        section_name = f"Part {found[1] or found[4]}, Division {found[2] or found[3]}"
        yield Reference(FOOD_AND_DRUG_REGULATIONS, section_name, found.start(), _after_law(text, found.end(), starting))
    for found in _SCHEDULE.finditer(text):
        of = _OF.match(text, found.end())
        if of and (named := starting.get(of.end())) and named.law:
            yield Reference(named.law, f"Schedule {found[1]}", found.start(), named.end)


def _after_law(text: str, end: int, starting: Mapping[int, Named]) -> int:
    """Where a law named right after ends; `end` if none is."""
    of = _OF.match(text, end)
    named = starting.get(of.end()) if of else None
    return named.end if named and named.law == FOOD_AND_DRUG_REGULATIONS else end


# Documents

_REGISTER: Final = re.compile(
    r"(\d{1,3}) (?:FR|Fed\. Reg\.|Federal Register(?: Notice)?) (\d{1,3},\d{3}|\d{3,6})(?!\w)"
)
_DASH: Final = "[-‐‑‒–—−]"
_DOCKET: Final = re.compile(rf"FDA{_DASH}(\d{{4}}){_DASH}([A-Z]{{1,2}}){_DASH}(\d{{4,5}})(?:{_DASH}\d{{4}})?(?!\w)")
_GUIDANCE: Final = re.compile(
    r"(?:(?:[Gg]uidances?|GUIDANCE)(?: (?:[Ff]or [Ii]ndustry|[Dd]ocuments?|and FDA [Ss]taff)){0,2}"
    r"|[Ll]ignes? directrices?|[Dd]ocuments? d['’]orientation|[Dd]ocuments? de référence)"
    r"(?: de Santé Canada)?(?:,? (?:entitled|titled|called|intitulée?s?))?[,:]? "
)
_QUOTED: Final = re.compile(r"[“\"«] ?([^“”\"«»\n]{3,250})[”\"»]")
_TITLE_WORD: Final = r"[A-Z0-9(][^\s“”\"«»;.,]*(?:[.,](?=\w)[^\s“”\"«»;.,]*)*"
_SMALL: Final = r"(?:(?:and|of|for|to|the|in|on|a|an|with|from|by|or|under|not|–|—|-|&) ){0,3}"
_IN_CAPITALS: Final = re.compile(rf"{_TITLE_WORD}(?:,? {_SMALL}{_TITLE_WORD}){{2,30}}")
# What follows a title in capitals of its own: a date, an address, the mark of a footnote.
_NO_TITLE: Final = re.compile(
    r" \((?:[A-Z][a-z]+\.? (?:\d{1,2}, )?\d{4}|https?:|fda\.gov).*| (?:on|in|dated) [A-Z][a-z]+ \d.*|[¹²³⁴-⁹]? ?\($| for FDA['’]s$"
)


def _federal_register(text: str) -> Iterator[Reference]:
    for word in (" FR ", "Fed. Reg.", "Federal Register"):
        for at in _each(text, word):
            found = _REGISTER.search(text, max(at - 4, 0), at + 50)
            if found:
                yield Reference(f"{found[1]} FR", found[2].replace(",", ""), found.start(), found.end())


def _dockets(text: str) -> Iterator[Reference]:
    for at in _each(text, "FDA"):
        found = _DOCKET.match(text, at)
        if found:
            yield Reference("docket", f"FDA-{found[1]}-{found[2]}-{found[3]}", at, found.end())


def _guidances(text: str) -> Iterator[Reference]:
    """Guidance by its title: in quotation marks, or in capitals after "guidance for industry"."""
    for stem, back in (
        ("uidance", 1),
        ("UIDANCE", 1),
        ("igne directrice", 1),
        ("ignes directrices", 1),
        ("ocument d", 1),
    ):
        for at in _each(text, stem):
            lead = _GUIDANCE.match(text, at - back) if at >= back else None
            if not lead:
                continue
            if quoted := _QUOTED.match(text, lead.end()):
                yield Reference("guidance", quoted[1].strip(" ,."), quoted.start(), quoted.end())
            elif " " in lead[0].strip() and (titled := _IN_CAPITALS.match(text, lead.end())):
                title = _NO_TITLE.sub("", titled[0]).rstrip(":")
                yield Reference("guidance", title, titled.start(), titled.start() + len(title))


def _each(text: str, words: str) -> Iterator[int]:
    """Where some words stand, one after the other."""
    start = text.find(words)
    while start >= 0:
        yield start
        start = text.find(words, start + len(words))
