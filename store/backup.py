"""Backups: one file each, whole at one moment, checked and safe on the disk before it has its name."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from store import chain, clock
from store.database import APPLICATION_ID, Store
from store.errors import Integrity, NotOurs
from store.locks import hold
from store.soundness import problems
from store.whole_file import WITHOUT_A_LOG, write_whole

_NAMED = re.compile(r"exowatch-(\d{8}T\d{6}Z)\.db(\.part(?:-journal)?)?")
_GIVEN_UP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: its file, how many facts it holds and the hash of the latest, and which ones went."""

    path: Path
    sha256: str
    size: int
    facts: int
    head: str
    removed: tuple[Path, ...] = ()


def back_up(database: Path, target: Path, *, keep: int | None = None, quick: bool = False) -> Backup:
    """Back a store up while others work on it: the state of one moment, checked, on the disk, and only then named.

    `target` is a file, or a folder, in which the file is named after the moment; there `keep` removes the oldest
    backups of this very store beyond so many. `quick` checks less (`soundness.problems`). Raises NotOurs where the
    target is something else, OSError where it cannot be written, Integrity when the copy does not hold; each leaves
    what was there as it was.
    """
    with hold(database, "backup", "backing up", wait=30), Store(database, readonly=True) as store:
        in_folder = target.is_dir()
        file = target / f"exowatch-{_compact(clock.now())}.db" if in_folder else target
        _refuse(file, store)
        facts, head = _copy(store, file, quick)
        removed = _thinned(store, target, keep) if in_folder else ()
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        return Backup(file, digest, file.stat().st_size, facts, head.hex(), tuple(removed))


def _copy(store: Store, file: Path, quick: bool) -> tuple[int, bytes]:
    with store.snapshot():
        end = chain.end(store)
        write_whole(store.connection, store.path, file, lambda part: _hold_to(part, end, quick))
    return end


def _hold_to(part: Path, end: tuple[int, bytes], quick: bool) -> None:
    with Store(part, readonly=True) as copy:
        found = problems(copy, quick=quick)
        if not found and chain.end(copy) != end:
            found = ["it ends at another fact than the store did"]
    if found:
        raise Integrity(f"{part}: the backup does not hold, so it is not kept: {'; '.join(found)}")


# What a backup may take the place of, and which ones go


def _refuse(file: Path, store: Store) -> None:
    if file.is_dir():
        raise NotOurs(f"{file}: this is a folder; name it with a / at its end, or a file")
    if not file.exists():
        return
    if file.samefile(store.path):
        raise NotOurs(f"{file}: this is the store itself; a backup needs a file of its own")
    if not _is_backup_of(file, store):
        raise NotOurs(f"{file}: this is no backup of {store.path}, so it is not replaced; choose another name")


def _is_backup_of(file: Path, store: Store) -> bool:
    """Whether a file is a backup, and of this store: it begins with the same fact, or one of them has none yet."""
    try:
        with file.open("rb") as raw:
            header = raw.read(72)
        if int.from_bytes(header[68:72], "big") != APPLICATION_ID or header[18:20] != WITHOUT_A_LOG[1]:
            return False
        with closing(sqlite3.connect(f"file:{quote(str(file.resolve()))}?mode=ro", uri=True)) as connection:
            theirs = connection.execute("select hash from chain order by seq limit 1").fetchone()
    except (OSError, sqlite3.Error):
        return False
    ours = store.execute("select hash from chain order by seq limit 1").fetchone()
    return theirs == ours or theirs is None


def _thinned(store: Store, folder: Path, keep: int | None) -> Iterator[Path]:
    """Remove our backups beyond the latest `keep`, and drafts that a killed backup left a day ago."""
    named = {found: _NAMED.fullmatch(found.name) for found in sorted(folder.iterdir()) if found.is_file()}
    drafts = [
        found for found, name in named.items() if name and name[2] and name[1] < _compact(clock.now() - _GIVEN_UP)
    ]
    for draft in drafts:
        draft.unlink(missing_ok=True)
    if keep is None:
        return
    whole = [found for found, name in named.items() if name and not name[2] and _is_backup_of(found, store)]
    for found in whole[: max(0, len(whole) - keep)]:
        found.unlink()
        yield found


def _compact(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")
