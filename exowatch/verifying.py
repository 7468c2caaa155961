"""Verifying: the store itself, backups of it and evidence packs, each told by its first bytes."""

from __future__ import annotations

from pathlib import Path

from crawler.reader_version import reader_version
from crawler.source import read
from exowatch import verifying_packs
from exowatch.console import Progress
from exowatch.health import Check
from exowatch.verifying_packs import NotAPack
from store.errors import NotOurs
from store.verify import verify

_DATABASE = b"SQLite format 3\x00"
_MANY = 2_000
"""Of fewer, progress is not worth a line."""
_ENDINGS = (".db", ".sqlite", ".sqlite3")


def of_store(path: Path, documents: int | None, progress: Progress) -> list[Check]:
    """All that can be checked of a store or a backup, on a copy: the file stays as it is. Raises NotOurs, OSError.

    `documents` says of how many all is derived anew; None means of all of them.
    """
    if not path.exists() or path.stat().st_size == 0:
        raise NotOurs(f"{path}: no exowatch database here to verify")

    def tell(what: str, done: int, total: int) -> None:
        if total >= _MANY:
            progress(what, done, total, "")

    found = verify(path, read, reader_version(), documents=documents, progress=tell)
    return [Check(one.name, one.ok, one.message, note=one.note) for one in found]


def of_file(path: Path, documents: int | None, progress: Progress) -> list[Check]:
    """What can be checked of a file that a person names. Raises NotAPack, NotOurs, OSError."""
    with path.open("rb") as file:
        begins = file.read(len(_DATABASE))
    if begins == _DATABASE or (path.suffix in _ENDINGS and not begins.startswith(b"PK")):
        return of_store(path, documents, progress)
    try:
        return verifying_packs.verify(path)
    except NotAPack as error:
        raise NotAPack(f"{error}, and not an exowatch database either") from error
