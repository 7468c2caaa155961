"""What a stand-in site answers: a status, headers and a body."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WorldAnswer:
    """One HTTP answer; whoever sends it adds Content-Length and the framing of the connection.

    With `raw`, these bytes are sent instead, piece by piece as they come, and the connection is closed behind them.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: Iterable[bytes] | None = None


Handler = Callable[[str, str, Mapping[str, str], bytes], WorldAnswer]
"""Answers (method, absolute URL, headers with lower-case names, body)."""
