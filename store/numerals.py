"""Numerals: numbers within a sentence, in digits and in words, in English and French.

A value is a plain decimal string: "1300.5" for 1,300.5 and for 1 300,5, "15" for fifteen, quinze and fifteen (15).
Three digits after one comma are thousands, as English writes them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_ONES: Final = {
    "zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "zéro": 0, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
    "one": 1, "un": 1, "une": 1, "neuf": 9,
}  # fmt: skip
_TENS: Final = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
}  # fmt: skip
_TIMES: Final = {
    "hundred": 100, "cent": 100, "cents": 100, "thousand": 1000, "mille": 1000, "million": 10**6, "millions": 10**6,
}  # fmt: skip
_ALSO_OTHER_WORDS: Final = frozenset({"one", "un", "une", "neuf", "cent", "cents", "sept"})
"""Alone these are pronouns, articles, adjectives, money or a month; next to digits in brackets they are numbers."""
BEGINNINGS: Final = frozenset({*_ONES, *_TENS, *_TIMES})

_WORD: Final = re.compile(r"(?:[ -](?:and|et)[ -]|[ -])?([^\W\d_]+)")
_DIGITS: Final = re.compile(
    r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?)(?![\d,])|(\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?)(?![\d,])|(\d+(?:[.,]\d+)?)"
)
_IN_BRACKETS: Final = re.compile(r" ?\(([^()\n]{1,40})\)")

Numeral = tuple[str, int]
"""The value of a number and where it ends."""


def numeral(text: str, start: int, *, counting: bool = False) -> Numeral | None:
    """The number that begins at a place of a text, with the same once more in brackets; None if none does.

    "one" and its like count only where they are known to count something, such as days. Where what stands in the brackets is another number, the value names both: "15 (30)".
    """
    found = _digits(text, start) or _words(text, start)
    if found is None:
        return None
    value, end = found
    brackets = _IN_BRACKETS.match(text, end)
    again = _whole(brackets[1]) if brackets else ""
    written = text[start:end].lower()
    if brackets and again and (written in BEGINNINGS or not written[0].isdecimal() or again == value):
        return value if again == value else f"{value} ({again})", brackets.end()
    return None if written in _ALSO_OTHER_WORDS and not counting else found


def _whole(text: str) -> str:
    """The value of a text that is a number and nothing else; "" otherwise."""
    found = _digits(text, 0) or _words(text, 0)
    return found[0] if found and found[1] == len(text) else ""


def _digits(text: str, start: int) -> Numeral | None:
    found = _DIGITS.match(text, start)
    if not found:
        return None
    if found[1]:
        return found[1].replace(",", ""), found.end()
    if found[2]:
        return re.sub(r"\s", "", found[2]).replace(",", "."), found.end()
    return found[3].replace(",", "."), found.end()


def _words(text: str, start: int) -> Numeral | None:
    """The number that words say; reading stops where a word does not go on with it ("two five")."""
    total = current = 0
    room = 10**9
    end = start
    while (found := _WORD.match(text, end)) and (end > start or found.start(1) == start):
        word = found[1].lower()
        if word in _TIMES:
            times = _TIMES[word]
            if times == 100:
                current, room = max(current, 1) * 100, 100
            else:
                total, current, room = total + max(current, 1) * times, 0, times
        elif word.startswith("vingt") and current % 100 == 4 and end > start:
            current, room = current + 76, 20
        elif (value := _value(word)) is not None and value < room:
            current, room = current + value, _room(word, value)
        else:
            break
        end = found.end()
    return (str(total + current), end) if end > start else None


def _value(word: str, tables: tuple[Mapping[str, int], ...] = (_ONES, _TENS)) -> int | None:
    return next((table[word] for table in tables if word in table), None)


def _room(word: str, value: int) -> int:
    """How great the next word may be: nothing goes on with fifteen, only ones with twenty."""
    if word == "soixante":
        return 20
    if word == "dix":
        return 10
    return 10 if word in _TENS else 0
