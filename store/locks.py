"""Who holds what: one lock file per source and one for the store, each naming its holder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from store.errors import Held
from store.holders import beside, holder, note

_GLANCE = 0.2
"""Seconds for which even a run that does not wait tries: whoever looks who holds a lock has it for that moment."""


@contextmanager
def hold(database: Path, name: str, purpose: str, *, wait: float = 0) -> Iterator[None]:
    """Hold the lock called `name` beside the database while the block runs.

    Raises Held, naming the holder, when it is not free within `wait` seconds.

    The operating system drops the lock when its process ends, however it ends; the file that stays behind only says
    who held it last.
    """
    folder = beside(database)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{name}.lock", poll_interval=0.02)
    said = folder / f"{name}.holder"
    try:
        lock.acquire(timeout=max(wait, _GLANCE))
    except Timeout:
        raise Held(f"{name} is held by another run: {holder(said)}") from None
    try:
        said.write_text(note(purpose))
        yield
    finally:
        said.unlink(missing_ok=True)
        lock.release()


def held(database: Path) -> list[str]:
    """What is held beside the database at this moment, and by whom."""
    found = []
    for name in names(database):
        file = beside(database) / f"{name}.lock"
        try:
            with FileLock(file, timeout=_GLANCE / 4, poll_interval=0.01):  # another may be glancing
                pass
        except Timeout:
            found.append(f"{name} is held by {holder(file.with_suffix('.holder'))}")
    return found


def names(database: Path) -> list[str]:
    """The names of all locks that were ever held beside the database, the writer's own among them."""
    return sorted(file.stem for file in beside(database).glob("*.lock"))
