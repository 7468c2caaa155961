"""Findings: what a version of a followed document says that a reader asks for, drawn from its text alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from store import citations, position
from store.records import Block, Citation, Mention, Statement
from store.regulators import regulator_of
from store.roles import role_of

LETTERS = frozenset({"fda_warning_letters"})
"""The sources whose documents are letters to one firm: there a mention has a role, and a paragraph may be standard."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The citations of a version, and its statements of a topic's legal status, each in the order of the text."""

    citations: tuple[Citation, ...] = ()
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A version as far as its findings are concerned: all that its parts state together."""

    source: str
    title: str
    fields: Mapping[str, str]
    blocks: Sequence[Block]
    mentions: Sequence[Mention]
    language: str


def findings(said: Said) -> Findings:
    """What a version of a followed document says."""
    return Findings(
        citations.find(said.blocks, regulator_of(said.source).country),
        position.statements(said.source, said.title, said.fields, said.blocks, said.mentions, said.language),
    )


def with_roles(source: str, mentions: Sequence[Mention], blocks: Sequence[Block]) -> Sequence[Mention]:
    """The mentions of a letter, each with what its sentence does; those of anything else as they are."""
    if source not in LETTERS:
        return mentions
    return [replace(mention, role=role_of(mention, blocks).value) for mention in mentions]
