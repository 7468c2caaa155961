"""Dates as regulators write them: strict, with the order that the source uses, or none at all."""

from __future__ import annotations

import re
from datetime import date

_FRENCH = {
    "janvier": 1, "février": 2, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "août": 8,
    "aout": 8, "septembre": 9, "octobre": 10, "novembre": 11, "décembre": 12, "decembre": 12,
}  # fmt: skip
_ENGLISH = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_MDY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH_DAY_YEAR = re.compile(r"([A-Za-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_DAY_MONTH_YEAR = re.compile(r"(?:le )?(\d{1,2})(?:er)? ([A-Za-zéûÉÛ]+)\.? (\d{4})")


def american(text: str) -> str:
    """`MM/DD/YYYY` as `YYYY-MM-DD`; "" for anything else."""
    match = _MDY.fullmatch(text.strip())
    return _date(match[3], match[1], match[2]) if match else ""


def iso(text: str) -> str:
    """The date at the beginning of an ISO 8601 text; "" for anything else."""
    match = _ISO.match(text.strip())
    return _date(match[1], match[2], match[3]) if match else ""


def written(text: str) -> str:
    """A date written out in English or French with day, month and year; "" for anything else, and never a guess."""
    text = " ".join(text.split())
    if match := _MONTH_DAY_YEAR.fullmatch(text):
        return _date(match[3], _ENGLISH.get(match[1].lower(), 0), match[2])
    if match := _DAY_MONTH_YEAR.fullmatch(text):
        month = match[2].lower()
        return _date(match[3], _FRENCH.get(month) or _ENGLISH.get(month, 0), match[1])
    return ""


WRITTEN = r"(?:[A-Za-z]+\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{1,2}(?:er)? [A-Za-zéûÉÛ]+\.? \d{4})"
"""A pattern for what `written` may understand, to find dates within a sentence."""


def _date(year: str, month: str | int, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""
