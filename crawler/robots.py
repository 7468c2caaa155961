"""robots.txt as RFC 9309 has it: absent means free, broken means stop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from protego import Protego

_LIMIT = 500 * 1024


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host's robots.txt says; `stop` names why nothing at all may be asked of it."""

    parsed: Protego | None = None
    stop: str = ""
    blocked: bool = False

    def allows(self, url: str, agent: str) -> bool:
        return self.parsed is None or self.parsed.can_fetch(url, agent)

    def delay(self, agent: str) -> float:
        """The declared Crawl-delay in seconds; 0 where there is none."""
        return max(0.0, float((self.parsed.crawl_delay(agent) if self.parsed else None) or 0.0))


@dataclass(frozen=True, slots=True)
class Known:
    """The rules of the hosts that were asked in a run, by site; the lock lets one spider ask for all."""

    rules: dict[str, Rules] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


def rules(status: int, body: bytes) -> Rules:
    """The rules in an answer for robots.txt, redirects already followed."""
    if status == 200:
        return Rules(Protego.parse(body[:_LIMIT].decode("utf-8-sig", errors="ignore")))
    if 400 <= status < 500 and status != 429:
        return Rules()
    return Rules(stop=f"robots.txt was answered {status}, so nothing is asked of this host until it can be read")
