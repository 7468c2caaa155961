"""Datings: dates within a sentence, in every form that regulators write, in English and French.

A value is ISO 8601: 2025-01-17, 2025-08 for a month, --08-14 for a day of no year, 2024-04-08/2024-04-17 for a time
from one day to another. Nothing is guessed: 03/04/2025 is a date of March in American texts alone, and elsewhere its
value is the date as written; so is that of a year in two digits.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_ENGLISH: Final = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_FRENCH: Final = {
    "janvier": 1, "février": 2, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "août": 8,
    "aout": 8, "septembre": 9, "octobre": 10, "novembre": 11, "décembre": 12, "decembre": 12,
}  # fmt: skip
MONTHS: Final = frozenset({*_ENGLISH, *_FRENCH})

_MONTH: Final = rf"({'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
_DAY: Final = r"(\d{1,2})(?:st|nd|rd|th|er)?"
_YEAR: Final = r"(\d{4})(?![\w/])"
_TO: Final = r"(?: ?[-–—] ?| (?:to|through|and|au|et) )"
_NO_MORE: Final = r"(?![\w/]|[.,:]\d)"

# Each form with the order of its groups: y, m, d, and M and D of the end where it is a time from one day to another.
_FORMS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), groups)
    for pattern, groups in (
        (rf"{_MONTH} {_DAY}{_TO}{_MONTH} {_DAY}(?:, ?| ){_YEAR}", "mdMDy"),
        (rf"{_MONTH} {_DAY}{_TO}{_DAY}(?:, ?| ){_YEAR}", "mdDy"),
        (rf"{_MONTH} {_DAY}(?:, ?| ){_YEAR}", "mdy"),
        (rf"{_DAY} {_MONTH}{_TO}{_DAY} {_MONTH},? {_YEAR}", "dmDMy"),
        (rf"{_DAY}{_TO}{_DAY} {_MONTH},? {_YEAR}", "dDmy"),
        (rf"{_DAY} {_MONTH},? {_YEAR}", "dmy"),
        (rf"{_MONTH},? (?:of )?{_YEAR}", "my"),
        (rf"{_MONTH} {_DAY}{_NO_MORE}", "md"),
        (rf"{_DAY} {_MONTH}{_NO_MORE}", "dm"),
        (r"(\d{4})[-‐‑–/](\d{2})[-‐‑–/](\d{2})(?![\w/-])", "ymd"),
    )
)
_SLASHES: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?![\w/])")

Dating = tuple[str, int]
"""The value of a date and where it ends."""


def dating(text: str, start: int, country: str = "") -> Dating | None:
    """The date that begins at a place of a text; None if none does."""
    if slashes := _SLASHES.match(text, start):
        return _with_slashes(slashes, country), slashes.end()
    for form, groups in _FORMS:
        if (found := form.match(text, start)) and (value := _value(found, groups)):
            return value, found.end()
    return None


def _with_slashes(found: re.Match[str], country: str) -> str:
    first, second, year = int(found[1]), int(found[2]), found[3]
    american = _iso(year, first, second) if country == "US" or second > 12 else ""
    other = _iso(year, second, first) if first > 12 else ""
    return (american or other or found[0]) if len(year) == 4 else found[0]


def _value(found: re.Match[str], groups: str) -> str:
    part = dict(zip(groups, found.groups(), strict=True))
    if any(not _is_month(part[name]) for name in "mM" if name in part):
        return ""
    year, month = part.get("y", ""), _month(part["m"])
    if "d" not in part:
        return f"{year}-{month:02d}"
    begin = _iso(year, month, int(part["d"]))
    if "D" not in part:
        return begin
    end = _iso(year, _month(part.get("M", part["m"])), int(part["D"]))
    return f"{begin}/{end}" if begin and end else ""


def _is_month(word: str) -> bool:
    """Whether a word is a month as written: "may" and "march" in small letters are verbs."""
    return word.isdecimal() or word[0].isupper() or word.lower() in _FRENCH


def _month(word: str) -> int:
    return int(word) if word.isdecimal() else (_ENGLISH.get(word.lower()) or _FRENCH[word.lower()])


def _iso(year: str, month: int, day: int) -> str:
    """The day in ISO 8601, "" if there is none; of no year, any that a leap year has."""
    try:
        return date(int(year or 2024), month, day).isoformat() if year else date(2024, month, day).strftime("--%m-%d")
    except ValueError:
        return ""
