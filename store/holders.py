"""Who holds a lock: a note that names a process, believed only while that very process runs."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from store import clock

NAMELESS = "a process that has not said its name yet"


def beside(database: Path) -> Path:
    """The folder of a database's locks and notes, under whichever name the database was opened."""
    file = database.resolve()
    return file.with_name(file.name + ".locks")


def note(purpose: str) -> str:
    """What this process writes beside a lock that it holds: its number, when it was started, since when and why."""
    process = os.getpid()
    said = {"process": process, "started": _started(process), "since": clock.shown(clock.now()), "purpose": purpose}
    return json.dumps(said)


def holder(file: Path) -> str:
    """The holder that a note names, in words.

    A note outlives a process that was killed, and its number may be another's by now: such a note names nobody.
    """
    try:
        said = json.loads(file.read_text())
        process, started = int(said["process"]), said.get("started", "")
        words = f"process {process}, {said['purpose']}, since {said['since']}"
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return NAMELESS
    return words if _runs(process, started) else NAMELESS


def _runs(process: int, started: str) -> bool:
    """Whether the process that a note was written by still runs."""
    now = _started(process)
    if now:
        return started in ("", now)
    if Path("/proc/self/stat").exists():
        return False
    if sys.platform == "win32":  # asking costs a process its life there: signal 0 is Ctrl-C
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _started(process: int) -> str:
    """When a process was started, in the kernel's own count; "" where there is no such process, or no /proc."""
    try:
        # The name, in brackets, may hold blanks and brackets of its own.
        fields = Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[19]
    except (OSError, IndexError):
        return ""
