"""Exit codes, and which of several holds."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Exit(IntEnum):
    """How a command ended. The values are a promise to scripts."""

    DONE = 0
    FAILURE = 1
    REQUEST = 2
    PARTIAL = 3
    GUARD = 4
    HELD = 5
    INTEGRITY = 6
    CHANGES = 10


_WEIGHT = (Exit.INTEGRITY, Exit.FAILURE, Exit.HELD, Exit.GUARD, Exit.PARTIAL, Exit.CHANGES, Exit.DONE)


def weightiest(codes: Iterable[Exit]) -> Exit:
    """The one code that stands for several.

    >>> weightiest([Exit.DONE, Exit.PARTIAL, Exit.GUARD]).name
    'GUARD'
    """
    return min(codes, key=_WEIGHT.index, default=Exit.DONE)
