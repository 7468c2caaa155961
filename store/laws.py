"""Laws: the names under which regulators cite them, in English and French, and where a text names them.

An abbreviation stands for a law in the texts of its own country only: "FDA" is the Food and Drugs Act for Health
Canada and an agency for the FDA, "MDR" a set of regulations in Canada and a kind of report in the United States.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final


@dataclass(frozen=True, slots=True)
class Law:
    """A law as we call it, its names as regulators write them, and its abbreviations in its own country's texts.

    A law of no country in particular is looked for in every text; one of a country, in that country's and in those
    of unknown origin. `ambiguous` abbreviations also mean something else there, and stand for the law only next to a
    section ("section 2 of the FDA") or once the text has said so ("Food and Drugs Act (FDA)").
    """

    law: str
    names: tuple[str, ...]
    short: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    country: str = ""


FDC, PHS = "FD&C Act", "PHS Act"
FOOD_AND_DRUGS, FOOD_AND_DRUG_REGULATIONS = "Food and Drugs Act", "Food and Drug Regulations"

# Canadian titles in both languages: https://laws-lois.justice.gc.ca
LAWS: tuple[Law, ...] = (
    Law(
        FDC,
        (
            "Federal Food, Drug, and Cosmetic Act",
            "Federal Food, Drug and Cosmetic Act",
            "Federal Food, Drug & Cosmetic Act",
            "Federal Food Drug and Cosmetic Act",
            "Federal Food and Drug Cosmetic Act",
            "Food, Drug, and Cosmetic Act",
            "Food, Drug and Cosmetic Act",
            "Food Drug and Cosmetic Act",
            "Food Drug and Cosmetics Act",
            "Federal Food & Cosmetic Act",
            "Federal Food, Drug, and Cosmetic (FD&C) Act",
            "Federal Food, Drug, and Cosmetic (the FD&C Act)",
            "FD&C Act",
            "FDC Act",
            "FDCA",
            "FFDCA",
        ),
        ambiguous=("FD&C",),  # also begins the name of a colour: "FD&C Yellow No. 5"
    ),
    Law(PHS, ("Public Health Service Act", "Public Health Services Act", "PHS Act", "PHSA")),
    Law(
        "MoCRA",
        (
            "Modernization of Cosmetics Regulation Act",
            "Modernization of Cosmetic Regulations Act",
            "Modernization of Cosmetics Regulations Act",
            "Modernization of Cosmetic Regulation Act",
            "MoCRA",
        ),
        country="US",
    ),
    Law("DSCSA", ("Drug Supply Chain Security Act", "DSCSA"), country="US"),
    Law("DQSA", ("Drug Quality and Security Act", "DQSA"), country="US"),
    Law("FDAAA", ("Food and Drug Administration Amendments Act", "FDAAA"), country="US"),
    Law("FDASIA", ("Food and Drug Administration Safety and Innovation Act", "FDASIA"), country="US"),
    Law("FDARA", ("FDA Reauthorization Act", "FDARA"), country="US"),
    Law("CARES Act", ("Coronavirus Aid, Relief, and Economic Security Act", "CARES Act"), country="US"),
    Law("Cures Act", ("21st Century Cures Act", "Cures Act"), country="US"),
    Law("FSMA", ("Food Safety Modernization Act", "FSMA"), country="US"),
    Law("DSHEA", ("Dietary Supplement Health and Education Act", "DSHEA"), country="US"),
    Law("FPLA", ("Fair Packaging and Labeling Act", "FPLA"), country="US"),
    Law("FTC Act", ("Federal Trade Commission Act", "FTC Act"), country="US"),
    Law("FOIA", ("Freedom of Information Act", "FOIA"), country="US"),
    Law("APA", ("Administrative Procedure Act",), country="US"),
    Law(
        FOOD_AND_DRUGS,
        ("Food and Drugs Act", "Food & Drugs Act", "Loi sur les aliments et drogues", "F&DA"),
        short=("LAD",),
        ambiguous=("FDA",),
        country="CA",
    ),
    Law(
        FOOD_AND_DRUG_REGULATIONS,
        (
            "Food and Drug Regulations",
            "Food and Drugs Regulations",
            "Food & Drug Regulations",
            "Règlement sur les aliments et drogues",
        ),
        short=("FDR", "F&DR", "RAD"),
        country="CA",
    ),
    Law("Cosmetic Regulations", ("Cosmetic Regulations", "Règlement sur les cosmétiques"), country="CA"),
    Law(
        "Natural Health Products Regulations",
        ("Natural Health Products Regulations", "Règlement sur les produits de santé naturels"),
        short=("NHPR", "RPSN"),
        country="CA",
    ),
    Law(
        "Medical Devices Regulations",
        ("Medical Devices Regulations", "Medical Device Regulations", "Règlement sur les instruments médicaux"),
        short=("CMDR", "RIM"),
        ambiguous=("MDR",),
        country="CA",
    ),
    Law(
        "CTO Regulations",
        (
            "Safety of Human Cells, Tissues and Organs for Transplantation Regulations",
            "Safety of Human Cells, Tissues, and Organs for Transplantation Regulations",
            "Règlement sur la sécurité des cellules, tissus et organes humains destinés à la transplantation",
            "CTO Regulations",
            "Règlement CTO",
            "Règlement sur les CTO",
        ),
        country="CA",
    ),
    Law("Blood Regulations", ("Blood Regulations", "Règlement sur le sang"), country="CA"),
    Law(
        "Controlled Drugs and Substances Act",
        (
            "Controlled Drugs and Substances Act",
            "Loi réglementant certaines drogues et autres substances",
            "CDSA",
            "LRCDAS",
        ),
        country="CA",
    ),
    Law("Cannabis Act", ("Cannabis Act", "Loi sur le cannabis"), country="CA"),
    Law(
        "Canada Consumer Product Safety Act",
        (
            "Canada Consumer Product Safety Act",
            "Loi canadienne sur la sécurité des produits de consommation",
            "CCPSA",
            "LCSPC",
        ),
        country="CA",
    ),
    Law(
        "Assisted Human Reproduction Act",
        ("Assisted Human Reproduction Act", "Loi sur la procréation assistée"),
        country="CA",
    ),
)

LATER_CALLED: Final = (
    *("the Act", "this Act", "the Regulations", "la Loi", "cette Loi", "le Règlement", "du Règlement", "au Règlement"),
    *("the act", "the regulations", "la loi", "le règlement", "du règlement"),
)
"""Words that stand for whatever law a text has given them to: "the Public Health Service Act (the Act)".

Without its capital the noun stands for a law only next to a section.
"""


def codified(title: str, section: int) -> str:
    """The Act that a section of the United States Code belongs to, where a whole chapter is one Act; "" elsewhere.

    21 U.S.C. chapter 9 (sections 301 to 399i) is the FD&C Act, 42 U.S.C. chapter 6A (sections 201 to 300mm-61) the
    PHS Act: https://uscode.house.gov.
    """
    if title == "21" and 301 <= section <= 399:
        return FDC
    return PHS if title == "42" and 201 <= section <= 300 else ""


@dataclass(frozen=True, slots=True)
class Named:
    """A law named in a text; `reach` is where what belongs to the name ends: "... Act of 2022 (MoCRA)".

    `law` is "" for "the Act" in a text that does not say which. An `unsure` name is an abbreviation that may also mean
    something else: a law only if a section stands next to it.
    """

    law: str
    start: int
    end: int
    reach: int
    unsure: bool = False


@dataclass(slots=True)
class Naming:
    """The laws that a text names, in order, and the short names that it gives to them ("Act", "FDCA").

    `before` are short names given elsewhere in the same document.
    """

    text: str
    country: str = ""
    before: Mapping[str, str] = field(default_factory=dict)
    laws: list[Named] = field(default_factory=list)
    given: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        whole = list(_by_name(self.text, self.country))
        for law in whole:
            for short in _shorts(self.text[law.end : law.reach]):
                self.given.setdefault(short, []).append((law.reach, law.law))
        self.laws = sorted([*whole, *self._by_short_name(whole)], key=lambda law: (law.start, -law.end))

    def starting(self) -> dict[int, Named]:
        return {law.start: law for law in reversed(self.laws)}

    def ending(self) -> dict[int, Named]:
        return {end: law for law in self.laws for end in (law.end, law.reach)}

    def between(self, start: int, end: int) -> set[str]:
        """The laws named for sure in a part of the text."""
        first = bisect_left(self.laws, start, key=lambda law: law.start)
        last = bisect_left(self.laws, end, key=lambda law: law.start)
        return {law.law for law in self.laws[first:last] if not law.unsure}

    def _by_short_name(self, whole: list[Named]) -> Iterator[Named]:
        starts = [law.start for law in whole]
        for name, start in self._short_names():
            at = bisect_right(starts, start) - 1
            if at < 0 or start >= whole[at].reach:
                end = start + len(name)
                law = self._meant(name, start)
                maybe = _ambiguous(self.country).get(name, "")
                yield Named(law or maybe, start, end, end, unsure=name.islower() or bool(not law and maybe))

    def _short_names(self) -> Iterator[tuple[str, int]]:
        """The short names that may stand for a law, each with its place; of "the Act" the noun."""
        for noun, called in _NOUNS.items():
            yield from ((noun, at) for at in _places(self.text, noun) if self.text.endswith(called, 0, at + len(noun)))
        for name in {*self.before, *self.given, *_ambiguous(self.country)} - _NOUNS.keys():
            yield from ((name, start) for start in _places(self.text, name) if not _agency(self.text, name, start))

    def _meant(self, name: str, start: int) -> str:
        """The law that a short name stands for at a place: the last one given it before, here or elsewhere."""
        name = name.capitalize() if name.islower() else name
        given = self.given.get(name, [])
        at = bisect_right(given, (start, "\uffff")) - 1
        return given[at][1] if at >= 0 else self.before.get(name, "")


_NOUNS: Final = {
    noun: tuple(words for words in LATER_CALLED if words.endswith(f" {noun}"))
    for noun in dict.fromkeys(words.rpartition(" ")[2] for words in LATER_CALLED)
}
_ASIDE: Final = re.compile(r"(?: of \d{4})?(?:,? \(([^()\n]{1,60})\))?")
_SHORT: Final = re.compile(r"[A-Z][\w&-]{1,9}(?: Act| Regulations)?|Act|Regulations|Loi|Règlement")
_QUOTES: Final = str.maketrans("", "", "“”„\"«»'‘’")
_OR: Final = re.compile(r" (?:or|and|ou) |[,;/]")
_INTRODUCTION: Final = re.compile(r"(?:(?:hereinafter|hereafter|ci-après|the|this|la|le) )+")


def _by_name(text: str, country: str) -> Iterator[Named]:
    """The laws named in full or by an abbreviation that is theirs alone, each with its short names in brackets."""
    places = sorted(
        (start, -len(name), law)
        for word, group in _by_word(country)
        for at in _places(text, word)
        for name, offset, law in group
        if text.startswith(name, at - offset) and _alone(text, start := at - offset, start + len(name))
    )
    taken = 0
    for start, minus, law in places:
        end = start - minus
        if start >= taken:
            aside = _ASIDE.match(text, end)
            taken = aside.end() if aside and (not aside[1] or _shorts(aside[0])) else end
            yield Named(law, start, end, taken)


def _shorts(aside: str) -> list[str]:
    """The short names that an aside gives: those of (“Act” or “the Act”) are twice Act."""
    inside = aside.partition("(")[2].rstrip(")").translate(_QUOTES)
    pieces = [_INTRODUCTION.sub("", piece.strip()) for piece in _OR.split(inside)]
    return [piece for piece in pieces if _SHORT.fullmatch(piece)]


def _places(text: str, words: str) -> Iterator[int]:
    """Where some words stand in a text as words of their own."""
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        if _alone(text, start, end):
            yield start
        start = text.find(words, end)


def _alone(text: str, start: int, end: int) -> bool:
    """Whether no word goes on to the left or to the right of a span."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return start >= 0 and not (before.isalnum() or before in _JOINS or after.isalnum() or after in _JOINS)


_JOINS: Final = frozenset("&-")


def _agency(text: str, name: str, start: int) -> bool:
    """Whether "FDA" is the agency after all: "U.S. FDA", "FDA's"."""
    return name == "FDA" and (text.endswith(("U.S. ", "US "), 0, start) or text.startswith(("'s", "’s"), start + 3))


@cache
def _by_word(country: str) -> tuple[tuple[str, tuple[tuple[str, int, str], ...]], ...]:
    """The names to look for in a text of this country ("" if not known), by the word of them that is looked for.

    Most names share a word ("Act", "Loi"): looking for that one, and then at what stands around it, costs a quarter.
    """
    names = {name: law.law for law in LAWS if not country or law.country in ("", country) for name in law.names}
    names |= {name: law.law for law in LAWS if law.country and law.country == country for name in law.short}
    groups: dict[str, list[tuple[str, int, str]]] = {}
    for name, law_name in names.items():
        word = name.split()[0 if name.startswith(("Loi", "Règlement")) else -1].strip("()")
        groups.setdefault(word, []).append((name, name.rindex(word) if " " in name else 0, law_name))
    return tuple((word, tuple(group)) for word, group in groups.items())


@cache
def _ambiguous(country: str) -> Mapping[str, str]:
    """The abbreviations that stand for a law only next to a section, or once the text has said so."""
    return {name: law.law for law in LAWS if law.country in ("", country) for name in law.ambiguous}
