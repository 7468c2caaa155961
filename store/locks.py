"""Who holds what: one lock file per source and one for the store, each naming its holder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from store import clock
from store.errors import Held


@contextmanager
def hold(database: Path, name: str, purpose: str, *, wait: float = 0) -> Iterator[None]:
    """Hold the lock called `name` beside the database while the block runs.

    Raises Held, naming the holder, when it is not free within `wait` seconds.

    The operating system drops the lock when its process ends, however it ends; the file that stays behind only says
    who held it last.
    """
    folder = database.with_name(database.name + ".locks")
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{name}.lock")
    note = folder / f"{name}.holder"
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise Held(f"{name} is held by another run: {_holder(note)}") from None
    try:
        _write(note, purpose)
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def held(database: Path) -> list[str]:
    """What is held beside the database at this moment, and by whom."""
    found = []
    for file in sorted(database.with_name(database.name + ".locks").glob("*.lock")):
        try:
            with FileLock(file, timeout=0):
                pass
        except Timeout:
            found.append(f"{file.stem} is held by {_holder(file.with_suffix('.holder'))}")
    return found


def _write(note: Path, purpose: str) -> None:
    note.write_text(json.dumps({"process": os.getpid(), "since": clock.shown(clock.now()), "purpose": purpose}))


def _holder(note: Path) -> str:
    try:
        said = json.loads(note.read_text())
        return f"process {said['process']}, {said['purpose']}, since {said['since']}"
    except (OSError, ValueError, KeyError):
        return "a process that has not said its name yet"
