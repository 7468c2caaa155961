"""Bilingual pairs: whether the English and the French page of one document still say the same, as far as can be counted.

Words differ from language to language; headings, numbers and dates do not. So a pair is laid side by side by these.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from store.records import Block, BlockKind, TokenKind
from store.tokens import tokens

_COUNTED: Final = frozenset(
    {TokenKind.NUMBER, TokenKind.QUANTITY, TokenKind.DATE, TokenKind.DEADLINE, TokenKind.DOCKET}
)
_NUMBER: Final = re.compile(r"\d{4}-\d{2}(?:-\d{2})?|\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Misalignment:
    """What one side of a pair has and the other lacks: numbers and dates as values, and how many headings each has."""

    only_left: tuple[str, ...]
    only_right: tuple[str, ...]
    headings: tuple[int, int]

    @property
    def aligned(self) -> bool:
        """Whether both sides agree in all that was counted."""
        return not self.only_left and not self.only_right and self.headings[0] == self.headings[1]


def misalignment(left: Sequence[Block], right: Sequence[Block], country: str) -> Misalignment:
    """What two languages of one document do not have in common; values in order, each as often as it is missing."""
    numbers = [_numbers(side, country) for side in (left, right)]
    headings = tuple(sum(block.kind is BlockKind.HEADING for block in side) for side in (left, right))
    return Misalignment(
        tuple(sorted((numbers[0] - numbers[1]).elements())),
        tuple(sorted((numbers[1] - numbers[0]).elements())),
        (headings[0], headings[1]),
    )


def _numbers(blocks: Sequence[Block], country: str) -> Counter[str]:
    return Counter(
        number
        for block in blocks
        for token in tokens(block.text, country)
        if token.kind in _COUNTED
        for number in _NUMBER.findall(token.value)
    )
