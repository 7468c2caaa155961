"""How one attempt at a delivery ended."""

from __future__ import annotations

from dataclasses import dataclass

from exowatch.secrets import hide
from reports.visible import visible
from store.outbox import State

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Ending:
    """An attempt's end, with what was said. `soon` says whether to try again within the same run is worth it."""

    state: State
    message: str
    soon: bool = True


def ended(state: State, message: str, *, soon: bool = True) -> Ending:
    """An ending whose message may come from anywhere: without secrets, made visible, and short."""
    said = visible(" ".join(hide(message).split()))
    return Ending(state, said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…", soon)
