"""Which topics a sentence is about: those it names, and those it takes up as "these products", "they" or "yours"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from store.normal import folded
from store.position_context import Context, ListBelow
from store.records import Mention


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence with its place, its mentions, the list it leads up to, and `plain`, the form rules look at."""

    text: str
    block: int
    start: int
    plain: str
    mentions: tuple[Mention, ...]
    follows: ListBelow | None


def topics_of(sentence: Spoken, clause: str, heard: Heard, context: Context) -> list[str]:
    """The topics that a sentence is about, each once; `clause` is the part of it that states something."""
    about = list(_named(sentence, clause))
    about += sentence.follows.topics if sentence.follows else ()
    if _THESE.search(sentence.plain):
        about += [*heard.ever, *sorted(context.titled)]
    elif _THEY.match(clause):
        about += heard.last
    if context.sold and _speaks_of_yours(sentence.plain):
        about += sorted(context.sold)
    return list(dict.fromkeys(about))


@dataclass(frozen=True, slots=True)
class Heard:
    """The topics of the sentence before in the same block, and of all before it."""

    last: tuple[str, ...]
    ever: tuple[str, ...]


def heard_after(sentence: Spoken, before: Heard, context: Context) -> Heard:
    """What the next sentence may take up: the topics named here, or those that this sentence takes up itself."""
    named = tuple(mention.topic for mention in sentence.mentions)
    known = before.ever or tuple(sorted(context.titled))
    if known and not named:
        named = known if _THESE.search(sentence.plain) else before.last if _THEY.match(sentence.plain) else ()
    return Heard(named, tuple(dict.fromkeys(before.ever + named)))


def may_be_meant(sentence: Spoken, heard: Heard, context: Context) -> bool:
    """Whether there is a topic that the sentence may be about; cheap, and never false where it is."""
    near = sentence.mentions or sentence.follows or heard.ever or context.titled
    return bool(near) or (bool(context.sold) and "your" in sentence.plain and "product" in sentence.plain)


_THESE: Final = re.compile(
    r"\b(?:these|such|those|this|that)(?: an?)?(?: (?!other|your|fda)[\w'-]+){0,2}? (?:products?|substances?|preparations?|therap(?:y|ies)|treatments?"
    r"|ingredients?|injections?|infusions?|items?)\b|\b(?:products?|anything) of (?:the|this|that) kind\b"
    r"|\b(?:this|the|our) (?:intended|proposed) approach\b"
    r"|\b(?:ces|de tels|de telles|un tel|une telle|ce|cet|cette)(?: [\w'-]+){0,1}? (?:produits?|substances?|preparations?|therapies?|traitements?|ingredients?|injections?|perfusions?)\b"
    r"|\bl'approche (?:envisagee|proposee)\b|\bproduits? de ce genre\b"
)
_THEY: Final = re.compile(
    r"\W*(?:[\w' ]{1,30}, )?(?:they|it|none of them|neither of them|ils|elles|aucun d'eux|aucune d'elles|(?:il|elle) (?=n'est|est|doit|ne ))\b"
    r"|\W*(?:[\w' ]{1,30}, )?(?:il|elle) (?:n'est|est|doit|ne)\b"
)
_YOURS: Final = re.compile(
    r"\byour (?:[\w-]+ )?(?:drug |biological |drug and biological )?products?(?: [\w-]+)? (?:is|are|has|have|was|were|do|does|require|requires|may|must)\b"
    r"|\bfor (?:any of )?your products?\b"
)
_YOUR_KIND: Final = re.compile(
    r"\byour (?:(?:drug|biological|unapproved|unlicensed|human|own|new|finished|subject) ){0,2}products?\b"
)


_VARIANTS: Final = 20
"""So many ways of naming a topic in one sentence are looked at; a text of a million would cost an hour."""


def _named(sentence: Spoken, clause: str) -> Iterator[str]:
    """The topics named in the clause that states something, or in the sentence where the clause takes them up."""
    variants: dict[str, set[str]] = {}
    for mention in sentence.mentions:
        known = variants.setdefault(mention.topic, set())
        if len(known) < _VARIANTS:
            known.add(folded(mention.variant))
    takes_up = bool(variants) and bool(_THEY.match(clause) or _THESE.search(clause))
    for topic, known in variants.items():
        # What is quoted at length is not in the plain sentence: then the topic is what the firm is quoted on.
        if takes_up or any(variant in clause or variant not in sentence.plain for variant in known):
            yield topic


def _speaks_of_yours(plain: str) -> bool:
    return _YOURS.search(plain) is not None and _YOUR_KIND.search(plain) is not None
