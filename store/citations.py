"""Citations: which provisions and documents a text refers to, each with the law it belongs to.

A number alone is no provision: "section 351" is one law in the PHS Act and another in 21 U.S.C. So a section is given
a law by one of the rules of `_RULES`, the nearest wording first, or it is left out of `find` and listed by
`unresolved`. Nothing is guessed. A list gives each of its members: "21 CFR parts 210 and 211" are two citations. Of a
range ("sections 501 to 505") the two ends are given.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from store.codes import codes
from store.laws import FOOD_AND_DRUG_REGULATIONS, Named, Naming, codified
from store.publications import publications
from store.records import Block, Citation
from store.sections import KEYWORD, NOTE, Member, Reference, each, listed


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
    in_codes = list(codes(text))
    said = _said(text, country, naming, in_codes)
    found = [*in_codes, *_provisions(said), *_canadian(text, country, said.starting), *publications(text)]
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


# Sections of Acts

_PROVISION: Final = re.compile(rf"{KEYWORD} ?(?=[A-Z]?[\d.])")
_STEMS: Final = ("ection", "ECTION", "rticle", "aragraph", "linéa", "§")
_OF: Final = re.compile(
    rf"{NOTE}(?:,? (?:of|under|in|to|de|du) ?| )?(?:(?:of|the|la|le|this|that|cette|ce|federal|U\.S\.|Canada['’]s|Canadian) ){{0,4}}"
    r"(?:l['’])?"
)
_OF_TITLE: Final = re.compile(r" of (?:the )?(?:[Tt]itle )?(?=\d)")
_OTHER_ACT: Final = re.compile(r"(?:[A-Z][\w&'’-]{0,30},? (?:(?:and|of|for|the|on) ){0,2}){1,8}(?:Act|Regulations?)\b")
_OF_ELSE: Final = re.compile(r" (?:of|de|du|des) |,? (?:in|under) (?:the|your|our|this) ")
_ASIDE: Final = re.compile(rf"{NOTE}[,;]? ?[(\[]?")
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

    members: Sequence[Member]
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


def _said(text: str, country: str, naming: Naming, in_codes: Sequence[Reference]) -> _Said:
    parts = {re.split(r"\D", code.section, maxsplit=1)[0] for code in in_codes if code.law == "21 CFR"}
    by_start = {code.start: code for code in in_codes}
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
    for at in sorted(at for stem in _STEMS for at in each(text, stem)):
        start = at
        while start and at - start < 6 and (text[start - 1].isalpha() or text[start - 1] == "-"):
            start -= 1
        keyword = _PROVISION.match(text, start) if start >= taken else None
        if keyword and (found := listed(text, keyword.end())):
            taken = found[-1].end
            yield _Sections(found, start, taken, keyword[0].rstrip().endswith(("s", "S", "§§")))


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
        if not text[bare.start() - 1 : bare.start()].isalnum():
            for member in listed(text, bare.start())[:1]:
                yield Reference(FOOD_AND_DRUG_REGULATIONS, member.section, member.start, member.end)
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
