"""The dates a letter states in its running text, single or from one day to another, as ISO dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBER_OF = {name: number for number, name in enumerate(_MONTHS, 1)}
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?\b"
_YEAR = r"(?:19|20)\d\d\b"
_DATES = re.compile(
    rf"(?P<month>{_MONTH})\s+(?P<day>{_DAY})(?:,?\s*(?P<year>{_YEAR}))?"
    rf"|(?P<day_first>{_DAY})\s+(?P<month_second>{_MONTH}),?\s+(?P<year_third>{_YEAR})"
    rf"|(?P<month_alone>{_MONTH}),?\s+(?P<year_of_month>{_YEAR})"
    r"|\b(?P<american>\d{1,2}/\d{1,2}/(?:19|20)\d\d)\b"
    rf"|(?<=[\dhdt])(?P<to>,?\s*(?:to|through|thru|until|and|–|—|-|,|,\s*and)\s*)(?P<bare>{_DAY})(?!/)(?:,?\s*(?P<bare_year>{_YEAR}))?",
)
_THROUGH = re.compile(r",?\s*(?:to|through|thru|until|–|—|-)\s*(?:on\s+)?", re.IGNORECASE)
_AND = re.compile(r",?\s*and\s*(?:on\s+)?", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+(?:on\s+)?$", re.IGNORECASE)
_NEAR = 20


@dataclass(frozen=True, slots=True)
class Span:
    """A day (then `begins` equals `ends`) or the time from one to another, as `YYYY-MM-DD`, or `YYYY-MM` for a month.

    `start` and `end` are its offsets in the text.
    """

    begins: str
    ends: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Said:
    year: int
    month: int
    day: int
    start: int
    end: int


def spans(text: str) -> tuple[Span, ...]:
    """Every date of a text in its order; what names no year, or a day that no month has, is left out.

    >>> [(span.begins, span.ends) for span in spans("from June 16 to 24, 2021, and on July 1, 2021")]
    [('2021-06-16', '2021-06-24'), ('2021-07-01', '2021-07-01')]
    """
    if not any(sign.isdecimal() for sign in text):
        return ()
    return tuple(_joined(text, [said for said in _with_years(_said(text)) if _is_day(said)]))


def _said(text: str) -> Iterator[_Said]:
    """The dates as written; a bare day takes the month before it, a missing year is 0."""
    month, end = 0, -1
    for found in _DATES.finditer(text):
        if found["bare"]:
            if found.start() != end:
                continue
            said = _Said(_number(found["bare_year"]), month, _number(found["bare"]), found.start("bare"), found.end())
        elif found["american"]:
            first, second, year = map(int, found["american"].split("/"))
            said = _Said(year, first, second, *found.span())
        else:
            said = _named(found)
        month, end = said.month, said.end
        yield said


def _named(found: re.Match[str]) -> _Said:
    name = found["month"] or found["month_second"] or found["month_alone"]
    year = found["year"] or found["year_third"] or found["year_of_month"]
    return _Said(
        _number(year), _NUMBER_OF[name[:3].lower()], _number(found["day"] or found["day_first"]), *found.span()
    )


def _number(text: str | None) -> int:
    return int(re.sub(r"\D", "", text)) if text else 0


def _with_years(dates: Iterable[_Said]) -> list[_Said]:
    """A date without a year takes the next one's: "February 24 through 27, 2025"."""
    dated = list[_Said]()
    for said in reversed(list(dates)):
        following = dated[-1] if dated else None
        year = said.year
        if not year and following and following.year and following.start - said.end <= _NEAR:
            # "from December 28 to January 5, 2024" began in the year before.
            year = following.year - (said.month > following.month)
        dated.append(_Said(year, said.month, said.day, said.start, said.end))
    return [said for said in reversed(dated) if said.year]


def _is_day(said: _Said) -> bool:
    return 1 <= said.month <= 12 and 0 <= said.day <= _last_day(said.year, said.month)


def _last_day(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _joined(text: str, dates: list[_Said]) -> Iterator[Span]:
    position = 0
    while position < len(dates):
        first = last = dates[position]
        if position + 1 < len(dates) and _reaches(text, first, dates[position + 1]):
            position += 1
            last = dates[position]
        yield Span(_iso(first), _iso(last), first.start, last.end)
        position += 1


def _reaches(text: str, first: _Said, second: _Said) -> bool:
    """Whether the words between two dates make one stretch of time of them."""
    if _iso(second) < _iso(first):
        return False
    between = text[first.end : second.start]
    if _THROUGH.fullmatch(between):
        return True
    return (
        _AND.fullmatch(between) is not None
        and _BETWEEN.search(text[max(0, first.start - _NEAR) : first.start]) is not None
    )


def _iso(said: _Said) -> str:
    return f"{said.year:04}-{said.month:02}-{said.day:02}" if said.day else f"{said.year:04}-{said.month:02}"
