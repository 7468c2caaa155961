"""Lint for topics: terms that never matched, terms that overlap, and mentions that may mean something else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from store.mentions import Topic, find
from store.normal import folded
from store.records import Block, BlockKind, Mention


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A word that has another meaning in other fields, known by the words around it."""

    meaning: str
    variant: re.Pattern[str]
    cue: re.Pattern[str]


AMBIGUITIES: Final = (
    Ambiguity(
        "the exosome complex, which breaks down RNA in a cell, and no vesicle",
        re.compile(r"exosom"),
        re.compile(r"\brna exosom|\bexosome complex|\bcomplexe exosom|\bexosc\d|\bribonucle|\brrp\d"),
    ),
    Ambiguity(
        "an electric vehicle",
        re.compile(r"^evs?$"),
        re.compile(r"\belectri|\bcharg(?:er|ing)|\bbatter(?:y|ies)|\bautomo"),
    ),
    Ambiguity("expected value", re.compile(r"^evs?$"), re.compile(r"\bexpected value")),
    Ambiguity("enterovirus", re.compile(r"^evs?$"), re.compile(r"\benterovir")),
)
"""In the order in which they are tried; extend it when a reader meets another one. Cues are folded: lower case, no accents."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A mention that may mean something else, and what."""

    document: str
    mention: Mention
    meaning: str


@dataclass(frozen=True, slots=True)
class TermUse:
    """A term of a topic and how many mentions, of how many documents, begin with it or are it."""

    topic: str
    term: str
    mentions: int
    documents: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two terms of which the first finds all that the second does."""

    topic: str
    wider: str
    narrower: str


@dataclass(frozen=True, slots=True)
class Lint:
    """What is to be said of the topics; `uses` has every term, those without a mention included.

    `only_in_address` are the documents whose address names a topic that their words never do.
    """

    uses: tuple[TermUse, ...]
    overlaps: tuple[Overlap, ...]
    doubts: tuple[Doubt, ...]
    only_in_address: tuple[str, ...]

    @property
    def unmatched(self) -> tuple[TermUse, ...]:
        """Terms that found nothing: a spelling mistake, or a word that no regulator has used yet."""
        return tuple(use for use in self.uses if not use.mentions)


def lint(topics: Sequence[Topic], mentions: Iterable[tuple[str, Mention]], addresses: Mapping[str, str]) -> Lint:
    """What these topics found: mentions with the document's id, and the address of every document that was read."""
    found = list(mentions)
    mentioning = {document for document, _ in found}
    return Lint(
        tuple(_use(topic, term, found) for topic in topics for term in _terms(topic)),
        tuple(overlap for topic in topics for overlap in _overlaps(topic)),
        tuple(doubt for document, mention in found if (doubt := _doubt(document, mention)) is not None),
        tuple(
            document
            for document, url in sorted(addresses.items())
            if document not in mentioning and any(_finds(topic, url.replace("-", " ")) for topic in topics)
        ),
    )


def _terms(topic: Topic) -> list[str]:
    return list(dict.fromkeys([*topic.terms, *topic.words, *topic.near]))


def _use(topic: Topic, term: str, found: Sequence[tuple[str, Mention]]) -> TermUse:
    alone = _only(topic, term)
    hits = Counter(
        document for document, mention in found if mention.topic == topic.name and _finds(alone, mention.variant)
    )
    return TermUse(topic.name, term, hits.total(), len(hits))


def _only(topic: Topic, term: str) -> Topic:
    """The topic with this term alone; a word that counts only near others is taken without them."""
    if term in topic.terms:
        return Topic(topic.name, terms=(term,))
    return Topic(topic.name, words=(term, f"{term}s"))


def _finds(topic: Topic, text: str) -> bool:
    return bool(find([topic], "", {}, [Block(BlockKind.PARAGRAPH, text)]))


def _overlaps(topic: Topic) -> Iterable[Overlap]:
    for wider in topic.terms:
        for narrower in _terms(topic):
            if wider != narrower and _finds(Topic(topic.name, terms=(wider,)), narrower):
                yield Overlap(topic.name, wider, narrower)


def _doubt(document: str, mention: Mention) -> Doubt | None:
    variant, around = folded(mention.variant), folded(mention.sentence)
    for known in AMBIGUITIES:
        if known.variant.search(variant) and known.cue.search(around):
            return Doubt(document, mention, known.meaning)
    return None
