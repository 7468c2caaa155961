"""Publications: the guidance, dockets and notices of the Federal Register that a text refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from store.sections import Reference, each

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


def publications(text: str) -> Iterator[Reference]:
    """Each of them: law "guidance" with its title, "docket" with its number, "84 FR" with the page."""
    yield from _federal_register(text)
    yield from _dockets(text)
    yield from _guidances(text)


def _federal_register(text: str) -> Iterator[Reference]:
    for word in (" FR ", "Fed. Reg.", "Federal Register"):
        for at in each(text, word):
            found = _REGISTER.search(text, max(at - 4, 0), at + 50)
            if found:
                yield Reference(f"{found[1]} FR", found[2].replace(",", ""), found.start(), found.end())


def _dockets(text: str) -> Iterator[Reference]:
    for at in each(text, "FDA"):
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
        for at in each(text, stem):
            lead = _GUIDANCE.match(text, at - back) if at >= back else None
            if not lead:
                continue
            if quoted := _QUOTED.match(text, lead.end()):
                yield Reference("guidance", quoted[1].strip(" ,."), quoted.start(), quoted.end())
            elif " " in lead[0].strip() and (titled := _IN_CAPITALS.match(text, lead.end())):
                title = _NO_TITLE.sub("", titled[0]).rstrip(":")
                yield Reference("guidance", title, titled.start(), titled.start() + len(title))
