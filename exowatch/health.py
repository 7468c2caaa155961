"""Health: one thing that was looked at, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and what was found. A `note` is worth knowing and neither right nor wrong."""

    name: str
    ok: bool
    message: str
    note: bool = False

    @property
    def mark(self) -> str:
        """The one word that a person looks for."""
        return "!!" if not self.ok else "i" if self.note else "ok"


def note(name: str, message: str) -> Check:
    """Something worth knowing that is neither right nor wrong."""
    return Check(name, True, message, note=True)


@dataclass(frozen=True, slots=True)
class Item:
    """A part of the tool that must be well while nobody looks.

    `headline` is what fails in a few words, `since` since when as far as is known, `advice` what a person can do; all
    empty while it is well. `early` is what is not well yet, because it has only begun: nobody is told of it. `more` are
    the keys that `--json` has besides.
    """

    name: str
    ok: bool
    message: str
    headline: str = ""
    since: datetime | None = None
    advice: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    early: bool = False

    @property
    def mark(self) -> str:
        """The one word that a person looks for."""
        return "ok" if self.ok else "!!"
