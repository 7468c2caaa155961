"""Where the sentences of a regulator's text begin and end, in English and French, abbreviations kept whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from store.records import Block


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as written, the index of its block and the offset in it at which it begins."""

    block: int
    position: int
    text: str


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
        if not _abbreviates(text, stop.start(), stop.end()):
            yield start, start + len(text[start : stop.end()].rstrip())
            start = stop.end()
    if text[start:].strip():
        yield start, start + len(text[start:].rstrip())


# Behind a stop may stand what closes a quotation or bracket, and a footnote's sign: "as required.² In addition". In
# front of the next sentence may stand what opens one; a straight mark opens only where a word follows. "…" ends nothing:
# it stands where a quotation leaves words out.
_STOP: Final = re.compile(r"[.!?](?:[\"'”’»)\]⁰¹²³⁴-⁹*†‡]{0,5}|\s?»)\s+(?=[A-ZÀ-ÖØ-ÞŒŸ“‘«(\[•⁰¹²³⁴-⁹]|[\"'](?=\w))")

_NEVER_LAST: Final = frozenset(
    {"dr", "drs", "mr", "mrs", "ms", "prof", "hon", "rev", "messrs", "mme", "mlle", "v", "vs"}
    | {"e.g", "i.e", "cf", "ex", "approx"}
)
"""Words that never end a sentence with their stop: a name or an example follows."""

_SELDOM_LAST: Final = frozenset(
    {"inc", "ltd", "ltée", "llc", "co", "corp", "cie", "pty", "pvt", "sdn", "bhd", "bros", "mfg", "intl", "univ"}
    | {"ph.d", "jr", "sr", "esq", "al", "etc", "mm", "no", "nos", "sec", "fig", "art", "par", "dept", "ind"}
    | {"st", "ste", "ave", "rd", "blvd", "cir", "pl", "hwy", "ext", "bldg", "dist", "col", "ne", "nw", "se", "sw"}
    | {"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"}
)
"""Words that end a sentence with their stop only where the next one begins with one of the openers."""

_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.-?){1,5}[^\W\d_]")
"""What is as seldom last: "U.S.C", "d.b.a", "S.A"."""

# "FDA" opens a sentence, and follows "U.S." as a part of the agency's name.
_OPENER: Final = re.compile(
    r"[•⁰¹²³⁴-⁹]|[\"'“‘«]?\s?(?:(?:L|D|Qu)['’]|(?:The|This|These|Those|There|That|It|They|We|He|She|You|Our|Your|Their"
    r"|In|On|At|As|By|To|From|With|Under|During|After|Before|Based|Since|Because|Although|While|When|Where|If|For|See"
    r"|However|Therefore|Moreover|Furthermore|Further|Additionally|Accordingly|Also|Then|Please|Such|Any|All|No|A|An"
    r"|(?<!U\.S\. )FDA|Health Canada|Santé Canada|Le|La|Les|Un|Une|Ces|Ce|Cet|Cette|Il|Ils|Elle|Elles|Aucun|Aucune|Nous"
    r"|Vous|En|De plus|Des|Du|Au|Aux|Dans|Pour|Par|Selon|Si|Sur|Toutefois|Cependant|Votre|Vos|Notre|Nos)\b(?![.-]))"
)

_LAST_WORD: Final = re.compile(r"[\w.°%/-]{1,12}$")
_LONGEST_WORD: Final = 12


def _abbreviates(text: str, stop: int, following: int) -> bool:
    """Whether the full stop at `stop` belongs to the word before it, by that word and by what begins after it."""
    if text[stop] != ".":
        return False
    last = _LAST_WORD.search(text, max(0, stop - _LONGEST_WORD), stop)
    word = last[0] if last else ""
    if word.lower() in _NEVER_LAST or (len(word) == 1 and word.isupper()):
        return True
    seldom = word.lower() in _SELDOM_LAST or _INITIALS.fullmatch(word) is not None
    return seldom and not _OPENER.match(text, following)
