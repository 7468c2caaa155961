"""A brief of one letter to forward to counsel: one screen that says what the letter states, and in whose words.

What the letter does not state is called so; nothing is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reports.wording import reference
from store.letter import Letter
from store.records import Block, BlockKind, Citation, Document, Mention, Role
from store.roles import role_of
from store.sentences import spans


@dataclass(frozen=True, slots=True)
class Provisions:
    """The sections of one law that a letter cites: those in a sentence that finds a violation, then those elsewhere."""

    law: str
    found: tuple[str, ...]
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """The sentence of a mention with its role; `variants` are the topic's words in it, `section` the heading above."""

    role: Role
    topic: str
    section: str
    sentence: str
    variants: tuple[str, ...]
    block: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block of the letter; `standard` where its wording is that of many letters."""

    kind: BlockKind
    text: str
    standard: bool


@dataclass(frozen=True, slots=True)
class Brief:
    """What a brief says. `list_read` is the day on which the regulator's list, which states close-outs, was last read.

    `kind` is the page's own label ("warning letter"). Dates are `YYYY-MM-DD`; "" where they are not known. `paragraphs` is empty where no other letters were compared.
    """

    document: str
    kind: str
    firm: str
    number: str
    office: str
    recipient: str
    issued: str
    posted: str
    current_as_of: str
    url: str
    letter: Letter
    provisions: tuple[Provisions, ...]
    citations: tuple[Citation, ...]
    mentions: tuple[Quoted, ...]
    closeout: str
    response_posted: str
    list_read: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def new(self) -> tuple[str, ...]:
        """The paragraphs that are not standard wording, headings and signatures left out."""
        return tuple(
            paragraph.text
            for paragraph in self.paragraphs
            if not paragraph.standard and paragraph.kind is not BlockKind.HEADING and is_sentence(paragraph.text)
        )


def brief_of(
    document: Document,
    letter: Letter,
    blocks: Sequence[Block],
    *,
    citations: Sequence[Citation] = (),
    mentions: Sequence[Mention] = (),
    standard: Sequence[bool] = (),
    list_read: str = "",
) -> Brief:
    """The brief of a letter from what was derived of its latest version.

    `blocks` are those the citations and mentions count in; a mention without a role is given its role here.
    `standard` has one mark for each block, or none at all where letters were not compared.
    """
    fields = document.fields
    return Brief(
        document=document.id,
        kind=fields.get("letter_type", "").lower() or "letter",
        firm=letter.firm,
        number=reference(document),
        office=fields.get("issuing_office", ""),
        recipient=fields.get("recipient", ""),
        issued=fields.get("issued", ""),
        posted=fields.get("posted", ""),
        current_as_of=fields.get("current_as_of", ""),
        url=document.url,
        letter=letter,
        provisions=provisions(citations, blocks),
        citations=tuple(citations),
        mentions=tuple(_quoted(mentions, blocks)),
        closeout=fields.get("closeout", ""),
        response_posted=fields.get("response", ""),
        list_read=list_read,
        paragraphs=_paragraphs(blocks, standard),
    )


_LAWS: Final = ("FD&C Act", "PHS Act", "21 CFR", "Food and Drugs Act", "Food and Drug Regulations")
_PARALLEL: Final = ("21 USC", "42 USC")
_NO_LAW = re.compile(r"docket|guidance|Federal Register|(?:\d+ )?FR", re.IGNORECASE)
_FINDS = re.compile(
    r"\b(?:in violation of|violat(?:es?|ed|ions?)|adulterated|misbranded|prohibited|unlicensed|as required (?:by|under)"
    r"|requirements? set forth in|fail(?:s|ed|ure) to|unapproved new drugs?)\b",
    re.IGNORECASE,
)


def provisions(citations: Sequence[Citation], blocks: Sequence[Block]) -> tuple[Provisions, ...]:
    """The provisions cited, by law, each in the order in which it is first cited.

    Sections of the United States Code repeat those of the Acts and are left out where an Act is cited; notices,
    dockets and guidance are no provisions.
    """
    kept = [citation for citation in citations if citation.section and not _NO_LAW.fullmatch(citation.law)]
    acts = {citation.law for citation in kept} - set(_PARALLEL)
    laws: dict[str, dict[str, bool]] = {}
    for citation in kept:
        if citation.law not in _PARALLEL or not acts:
            sections = laws.setdefault(citation.law, {})
            sections[citation.section] = sections.get(citation.section, False) or _in_finding(citation, blocks)
    order = sorted(laws, key=lambda law: _LAWS.index(law) if law in _LAWS else len(_LAWS))
    return tuple(_by_place(law, laws[law]) for law in order)


def _by_place(law: str, sections: Mapping[str, bool]) -> Provisions:
    found = tuple(section for section, finding in sections.items() if finding)
    return Provisions(law, found, tuple(section for section, finding in sections.items() if not finding))


def _in_finding(citation: Citation, blocks: Sequence[Block]) -> bool:
    if not 0 <= citation.block < len(blocks):
        return False
    text = blocks[citation.block].text
    around = next((text[a:b] for a, b in spans(text) if a <= citation.position < b), "")
    return _FINDS.search(around) is not None


_ROLES: Final = (Role.CONCLUSION, Role.CLAIM, Role.CONCERN, Role.POINTER, Role.OTHER)


def _quoted(mentions: Iterable[Mention], blocks: Sequence[Block]) -> Iterator[Quoted]:
    """One entry to a sentence and role, conclusions first."""
    found: dict[tuple[Role, str, int, str], list[Mention]] = {}
    for mention in mentions:
        role = Role(mention.role) if mention.role else role_of(mention, blocks)
        found.setdefault((role, mention.topic, mention.block, mention.sentence), []).append(mention)
    for (role, topic, block, sentence), same in sorted(found.items(), key=lambda item: _ROLES.index(item[0][0])):
        variants = tuple(dict.fromkeys(mention.variant for mention in same))
        yield Quoted(role, topic, same[0].section, sentence, variants, block)


def _paragraphs(blocks: Sequence[Block], standard: Sequence[bool]) -> tuple[Paragraph, ...]:
    if not standard:
        return ()
    return tuple(Paragraph(block.kind, block.text, mark) for block, mark in zip(blocks, standard, strict=True))


def is_sentence(text: str) -> bool:
    """Whether a block is long enough to say something; signatures and addresses are not."""
    return text.count(" ") >= 7
