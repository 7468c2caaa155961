"""Where the sentences of a regulator's text begin and end, abbreviations such as "U.S.C." and "Inc." kept whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from store.records import Block


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as written, the index of its block and the offset in it at which it begins."""

    block: int
    position: int
    text: str


# A footnote's sign may stand behind the stop: "as required.² In addition".
_STOP = re.compile(r"[.!?][\"'”’)\]]{0,3}[¹²³⁴⁵⁶⁷⁸⁹⁰]{0,2}\s+(?=[A-ZÀ-Þ“«\"'‘(\[•¹²³⁴⁵⁶⁷⁸⁹])")
_ABBREVIATIONS = frozenset(
    {"dr", "mr", "mrs", "ms", "prof", "jr", "sr", "ph.d", "vs", "etc", "al", "no", "nos", "sec", "fig", "art", "par"}
    | {"inc", "ltd", "llc", "co", "corp", "pty", "pvt", "sdn", "bhd", "bros", "mfg", "intl", "univ", "dept", "ind"}
    | {"st", "ave", "ste", "rd", "blvd", "cir", "pl", "hwy", "ext", "bldg", "dist", "col", "ne", "nw", "se", "sw"}
    | {"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "approx"}
)
# "U.S.C", "d.b.a", "J" of "J. Roe"; a single letter in lower case is the end of a list's "(a)", not an initial.
_INITIALS = re.compile(r"[A-Z]|(?:[A-Za-z]\.){1,5}[A-Za-z]")
_LONGEST_WORD = 12


def sentences(blocks: Sequence[Block]) -> tuple[Sentence, ...]:
    """The sentences of all blocks, in order; joined they hold every word of the blocks."""
    return tuple(
        Sentence(index, start, block.text[start:end])
        for index, block in enumerate(blocks)
        for start, end in spans(block.text)
    )


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of a block's text, the blanks between them left out.

    >>> [text[a:b] for text in ["Held under 21 U.S.C. 351. See Dr. Roe's note."] for a, b in spans(text)]
    ['Held under 21 U.S.C. 351.', "See Dr. Roe's note."]
    """
    start = 0
    for stop in _STOP.finditer(text):
        if not _abbreviates(text, stop.start()):
            yield start, start + len(text[start : stop.end()].rstrip())
            start = stop.end()
    if text[start:].strip():
        yield start, start + len(text[start:].rstrip())


def _abbreviates(text: str, stop: int) -> bool:
    """Whether the full stop at this offset belongs to the word before it."""
    if text[stop] != ".":
        return False
    word = text[max(0, stop - _LONGEST_WORD) : stop].rpartition(" ")[2].lstrip("(“\"'[")
    return word.lower() in _ABBREVIATIONS or _INITIALS.fullmatch(word) is not None
