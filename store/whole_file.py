"""A database written to a file of its own: whole, safe on the disk, and only then under its name."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

WITHOUT_A_LOG: Final = (18, b"\x01\x01")
"""Where the header of an SQLite file says how it is written, and what it says there of a file without a log."""


def write_whole(
    connection: sqlite3.Connection, like: Path, file: Path, check: Callable[[Path], None] = lambda part: None
) -> None:
    """Write the database of a connection to `file`, in place of what has that name, with the permissions of `like`.

    `check` sees the draft before it gets its name, and may raise. Raises OSError where there is no room. Whatever is
    raised, what was there stays, and nothing is left of the draft.
    """
    with _draft(file) as part:
        try:
            with closing(sqlite3.connect(part, isolation_level=None)) as copy:
                copy.execute("pragma journal_mode = off")
                connection.backup(copy)
        except sqlite3.OperationalError as error:
            raise OSError(f"{file}: the copy could not be written, and nothing of it is kept: {error}") from error
        with part.open("r+b") as raw:
            raw.seek(WITHOUT_A_LOG[0])
            raw.write(WITHOUT_A_LOG[1])
            raw.flush()
            os.fsync(raw.fileno())
        shutil.copymode(like, part)
        check(part)


@contextmanager
def _draft(file: Path) -> Iterator[Path]:
    """A file under another name, which gets its own at the end of the block; gone when the block raises."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """See the names in a folder safe on the disk; some systems cannot, and have nothing to be asked for."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
