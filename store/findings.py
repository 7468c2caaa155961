"""Findings: what a version of a followed document says that a reader asks for, drawn from its text alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from store import citations, position
from store.records import Block, Citation, Mention, Statement
from store.regulators import regulator_of


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
