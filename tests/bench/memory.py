"""The most memory that this process has had."""

from __future__ import annotations

import resource
from pathlib import Path


def peak() -> float:
    """In MB. Where the kernel says it of the program itself; its other figure counts the parent's before the start."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1e6
