"""A verdict: one thing that was checked of a store, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one thing. A `note` is worth knowing and neither right nor wrong."""

    name: str
    ok: bool
    message: str
    note: bool = False


SHOWN = 5


def verdict(name: str, faults: Sequence[str], right: str) -> Verdict:
    """A verdict over what is wrong, the first few named and all counted, or over what is right."""
    if not faults:
        return Verdict(name, True, right)
    more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
    return Verdict(name, False, "; ".join(faults[:SHOWN]) + more)
