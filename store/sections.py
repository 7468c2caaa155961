"""Sections: lists of provisions as regulators write them, member by member.

"211.84(d)(1) and (2)" are 211.84(d)(1) and 211.84(d)(2); "301(d) and (a)" are 301(d) and 301(a). Which law they belong
to is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Reference:
    """A citation within one text: what it names and where it stands; `law` is "" where the text does not say."""

    law: str
    section: str
    start: int
    end: int


# What may stand in the brackets after a number; "(b)(4)" after a blank is not one but what the FDA leaves out.
_BRACKETS: Final = (
    r"(?:\((?:\d{1,3}|[a-z]{1,2}|[ivx]{1,6}|[A-Z]{1,4})\)|(?<=\))[a-z]{1,2}\)"
    r"| (?!\(b\)\([4-7]\))\((?:\d{1,2}|[a-z]|[A-Z]|[ivx]{2,5})\))"
)
_NUMBER: Final = (
    r"(?:[A-Z]\.\d{2}[A-Z]?\.\d{3}(?:\.\d{1,3})?"
    r"|\d{1,4}(?:\.\d{1,4}){0,3}(?:(?:[A-Z]{1,3}|[a-z]{1,5})(?:-\d{1,3}[a-z]?)?)?)(?![^\W¹²³⁰-⁹])"
)
NOTE: Final = "[¹²³⁰-⁹]{0,3}"
"""The mark of a footnote, which may stand after a section."""
# A number that begins something else: the next code ("; 42 U.S.C."), a time ("505, 15 working days").
_NOT_ELSE: Final = (
    r"(?! ?(?:U\.? ?S|C\.? ?F\.? ?R|FR\b|Fed\b|Stat\b|%|(?:working|business|calendar|days?|months?|years?|hours?"
    r"|jours|mois|of (?:the )?\d)\b))"
)
KEYWORD: Final = (
    r"(?:§{1,2}|[Ss](?:ub)?-?[Ss]?ections?|SECTIONS?|[Pp]arts?|[Aa]rticles?|[Pp]aragraph(?:e?s?)"
    r"|[Ss]ous-alinéas?|[Aa]linéas?|[Ss]ubparagraphs?)"
)
_ITEM: Final = re.compile(rf"({_NUMBER}){_NOT_ELSE}({_BRACKETS}{{0,8}})")
_SEPARATOR: Final = re.compile(
    rf"{NOTE}(?:,? (?:and/or|and|or|&|to|through|et|ou|à) (?:of |in |under )?|[,;] ?| ?[–—] ?)({KEYWORD} ?)?"
)
_ONLY_BRACKETS: Final = re.compile(rf"{_BRACKETS}{{1,8}}")
_BRACKET: Final = re.compile(r"\(?(\w+)\)")
_YEAR: Final = re.compile(r"(?:19|20)\d\d$")


@dataclass(frozen=True, slots=True)
class Member:
    """A section of a list; `named` if the list says anew what it is ("section 501 and section 502")."""

    section: str
    start: int
    end: int
    named: bool = False


def listed(text: str, start: int) -> list[Member]:
    """The sections from a place on, where the first begins; none if no number stands there."""
    first = _ITEM.match(text, start)
    if not first:
        return []
    found = [Member(_section(first), start, first.end())]
    while after := _SEPARATOR.match(text, found[-1].end):
        if item := _ITEM.match(text, after.end()):
            if _YEAR.match(item[1]):
                break
            found.append(
                Member(_section(item), after.start(1) if after[1] else item.start(), item.end(), bool(after[1]))
            )
        elif item := _ONLY_BRACKETS.match(text, after.end()):
            found.append(Member(_beside(found[-1].section, _brackets(item[0])), item.start(), item.end()))
        else:
            break
    return found


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


def each(text: str, words: str) -> Iterator[int]:
    """Where some words stand in a text, one after the other: far cheaper than a pattern, and so asked first."""
    start = text.find(words)
    while start >= 0:
        yield start
        start = text.find(words, start + len(words))
