"""The pace: one start per delay for each host, over all spiders and processes that share a store.

The host's last and next permitted starts stand in one small file beside the store. They are readings of the machine's
steady clock, which all processes share and which nobody sets back; after a restart of the machine they are out of
range and are forgotten.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from dataclasses import dataclass
from functools import lru_cache
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
            last, following = map(float, _file(self.folder, host).read_text().split())
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
        return _lock(_file(self.folder, host))

    def _read(self, host: str, now: float, delay: float) -> tuple[float, float]:
        try:
            last, following = map(float, _file(self.folder, host).read_bytes().split())
        except (OSError, ValueError):
            return now - delay, now
        reach = now + max(120.0, _QUEUE * delay)
        return (last, following) if last <= reach and following <= reach else (now - delay, now)

    def _write(self, host: str, last: float, following: float) -> None:
        # Over what stood there, at one width: to cut a file to nothing first costs more than all the rest.
        file = os.open(_file(self.folder, host), os.O_WRONLY | os.O_CREAT, 0o666)
        try:
            os.write(file, b"%-79b\n" % f"{last!r} {following!r}".encode())
        finally:
            os.close(file)


@lru_cache(maxsize=64)
def _file(folder: Path, host: str) -> Path:
    safe = host if re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,100}", host) else hashlib.sha256(host.encode()).hexdigest()
    return folder / f"{safe}.next"


@lru_cache(maxsize=64)
def _lock(file: Path) -> FileLock:
    file.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(file.with_suffix(".lock"), timeout=30)
