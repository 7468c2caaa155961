"""The pace: one start per delay for each host, over all spiders and processes that share a store.

The host's last and next permitted starts stand in one small file beside the store. They are readings of the machine's
steady clock, which all processes share and which nobody sets back; after a restart of the machine they are out of
range and are forgotten.
"""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

_QUEUE = 50  # more starts than this ahead is no queue, it is a file from before the machine was restarted


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace of the hosts of one store."""

    folder: Path

    @classmethod
    def beside(cls, database: Path) -> Pace:
        return cls(database.with_name(database.name + ".pace"))

    def reserve(self, host: str, delay: float) -> float:
        """Take the host's next free start; the seconds to wait until it."""
        with self._lock(host):
            now = time.monotonic()
            last, following = self._read(host, now, delay)
            start = max(now, following, last + delay)
            self._write(host, start, start + delay)
        return start - now

    def gap(self, host: str) -> float:
        """The seconds that lie between two starts at this host, as they were last kept; 0 before the first."""
        try:
            last, following = map(float, self._file(host).read_text().split())
        except (OSError, ValueError):
            return 0.0
        return max(0.0, following - last)

    def postpone(self, host: str, seconds: float) -> None:
        """Let nobody start before `seconds` have passed: the host has asked for it."""
        with self._lock(host):
            now = time.monotonic()
            last, following = self._read(host, now, seconds)
            self._write(host, last, max(following, now + seconds))

    def _lock(self, host: str) -> FileLock:
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self._file(host).with_suffix(".lock"), timeout=30)

    def _file(self, host: str) -> Path:
        safe = host if re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,100}", host) else hashlib.sha256(host.encode()).hexdigest()
        return self.folder / f"{safe}.next"

    def _read(self, host: str, now: float, delay: float) -> tuple[float, float]:
        try:
            last, following = map(float, self._file(host).read_text().split())
        except (OSError, ValueError):
            return now - delay, now
        reach = now + max(120.0, _QUEUE * delay)
        return (last, following) if last <= reach and following <= reach else (now - delay, now)

    def _write(self, host: str, last: float, following: float) -> None:
        self._file(host).write_text(f"{last!r} {following!r}")
