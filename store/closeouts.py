"""Close-out letters: how a page is recognised as one, its two dates, and the warning letters that it names.

A close-out letter says that it appears that the violations in a warning letter have been addressed, and no more: it
does not preclude later action (FDA, "About Warning and Close-Out Letters"). One letter may cover several warning
letters and name them by number, by date or not at all; one warning letter may be named by several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from store.records import Block, BlockKind

_LABELS = ("letter_type", "kind", "subject")
_LABEL = re.compile(r"\bclose[- ]?out letters?\b", re.IGNORECASE)
_SLUG = re.compile(r"(?:^|[-/])close-?outs?(?:-|$)")
# FDA's standard sentences, with the variations of its offices: "has completed an evaluation of your firm's corrective
# actions in response to our Warning Letter", "it appears that you have (taken steps to) address(ed) the violations".
_EVALUATED = re.compile(r"\bcompleted (?:an? |its |our |the )?(?:evaluation|review)\b", re.IGNORECASE)
_ADDRESSED = re.compile(r"\bit appears [^.]{0,80}\baddress(?:ed)?\b", re.IGNORECASE)
_NAMES_LETTERS = re.compile(r"\b(?:warning letters?|WLs?)\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w/-])\d{6}(?![\w/-])")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DATE = rf"(?:(?:{'|'.join(_MONTHS)}) \d{{1,2}}, \d{{4}}|\d{{1,2}}/\d{{1,2}}/\d{{4}})"
_DATES = re.compile(_DATE, re.IGNORECASE)
_OF_LETTERS = re.compile(
    rf"\b(?:warning letters?|WLs?)\b((?:[^.]|\.(?= ?[\d#])){{0,60}}?)\b({_DATE}(?:(?:,? and |, | & ){_DATE}){{0,20}})",
    re.IGNORECASE,
)
_LISTED = frozenset({BlockKind.ROW, BlockKind.ITEM})
_FIRST_LINES = 8


@dataclass(frozen=True, slots=True)
class Closeout:
    """A close-out letter: the day on it, the day FDA posted it, and the warning letters it names.

    `covers` are their MARCS-CMS numbers and `of_dates` their dates, each in the order of the text. The two tuples do
    not pair up: a letter may be named by one, by both or by neither. "" is a day that is not stated.
    """

    dated: str
    posted: str
    covers: tuple[str, ...] = ()
    of_dates: tuple[str, ...] = ()


def closeout(title: str, fields: Mapping[str, str], blocks: Sequence[Block], slug: str = "") -> Closeout | None:
    """The close-out letter that a page is; None for any other page.

    The page's own number counts where its text names no warning letter by number: FDA posts a close-out letter under
    the number of the letter that it closes.
    """
    if not _is_one(title, fields, blocks, slug):
        return None
    numbers = tuple(dict.fromkeys(_numbers(blocks)))
    own = fields.get("marcs_cms", "")
    return Closeout(
        dated=fields.get("issued", "") or _day_on_it(blocks),
        posted=fields.get("posted", ""),
        covers=numbers or ((own,) if own else ()),
        of_dates=tuple(dict.fromkeys(_dates_of_letters(blocks))),
    )


def _is_one(title: str, fields: Mapping[str, str], blocks: Sequence[Block], slug: str) -> bool:
    """By its label, else by its text, else by its address, unless its label says otherwise."""
    if _LABEL.search(title) or any(_LABEL.search(fields.get(name, "")) for name in _LABELS):
        return True
    return _says_so(blocks) or (_SLUG.search(slug) is not None and fields.get("letter_type") != "Warning letter")


def _says_so(blocks: Sequence[Block]) -> bool:
    """Both standard sentences; every new letter is asked, so the words that seldom occur come first."""
    done = [block.text for block in blocks if "ompleted" in block.text]
    evaluated = any(_EVALUATED.search(text) and _NAMES_LETTERS.search(text) for text in done)
    return evaluated and any(_ADDRESSED.search(block.text) for block in blocks)


def _numbers(blocks: Sequence[Block]) -> Iterator[str]:
    """Six digits that stand alone, where warning letters are spoken of or listed."""
    for block in blocks:
        if block.kind in _LISTED or _NAMES_LETTERS.search(block.text):
            yield from _NUMBER.findall(block.text)


def _dates_of_letters(blocks: Sequence[Block]) -> Iterator[str]:
    """The dates that follow the words "warning letter"; a firm's responses have dates too, which are not meant."""
    for block in blocks:
        for found in _OF_LETTERS.finditer(block.text):
            if "response" not in found[1].lower():
                yield from filter(None, map(_iso, _DATES.findall(found[2])))


def _day_on_it(blocks: Sequence[Block]) -> str:
    """The date that one of the first lines consists of."""
    lines = (block.text for block in blocks[:_FIRST_LINES])
    return next((_iso(line) for line in lines if _DATES.fullmatch(line)), "")


def _iso(written: str) -> str:
    """`July 3, 2025` or `7/3/2025` as `2025-07-03`; "" for a day that is none."""
    month, day, year = re.split(r"[ /]", written.replace(",", ""))
    try:
        number = int(month) if month.isdigit() else _MONTHS.index(month.lower()) + 1
        return date(int(year), number, int(day)).isoformat()
    except ValueError:
        return ""
