"""Findings: what a version of a followed document says that a reader asks for, drawn from its text alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store import citations
from store.records import Block, Citation, Statement
from store.regulators import regulator_of


@dataclass(frozen=True, slots=True)
class Findings:
    """The citations of a version, and its statements of a topic's legal status, each in the order of the text."""

    citations: tuple[Citation, ...] = ()
    statements: tuple[Statement, ...] = ()


def findings(source: str, blocks: Sequence[Block]) -> Findings:
    """What the text of a version of this source says."""
    return Findings(citations.find(blocks, regulator_of(source).country))
