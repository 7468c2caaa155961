"""Restoring: a backup tried out, and put in the place of a store that is set aside and not lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from store import chain, clock, locks
from store.database import APPLICATION_ID, Store
from store.errors import Held, Integrity, NotOurs, StoreError
from store.place import refuse_unfit
from store.soundness import problems
from store.whole_file import sync_folder
from store.writer import Writer

_MAGIC = b"SQLite format 3\x00"
_FOR_READERS = 10.0
"""Seconds for which a restore waits until nobody reads the store that it replaces."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a backup was found to be: what is wrong with it, how many facts it holds and the hash of the latest."""

    problems: tuple[str, ...]
    facts: int = 0
    head: str = ""


def try_out(backup: Path) -> Tried:
    """Restore a backup into a folder that is gone afterwards, open it with today's program, and check all of it.

    Raises NotOurs where there is no backup at all.
    """
    with tempfile.TemporaryDirectory(prefix="exowatch-drill-") as folder:
        return _brought_in(backup, Path(folder) / "store.db")


def restore(backup: Path, target: Path, names: Iterable[str]) -> tuple[Tried, Path | None]:
    """Put a backup in the place of a store; what it holds, and where the store that stood there is kept.

    `names` are the sources: their locks, and all others of the target, are held meanwhile. Raises Held where one is
    not free, Integrity when the backup does not hold, and NotOurs; then the target is as it was.
    """
    refuse_unfit(target)
    _refuse(backup, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        _all_locks(target, names),
        tempfile.TemporaryDirectory(prefix=f"{target.name}.restoring-", dir=target.parent) as folder,
    ):
        fresh = Path(folder) / "store.db"
        tried = _brought_in(backup, fresh)
        if tried.problems:
            raise Integrity(f"{backup}: does not hold, so it is not restored: {'; '.join(tried.problems)}")
        aside = _set_aside(target)
        if aside is not None:
            shutil.copymode(target, fresh)
        for ending in ("-wal", "-shm"):
            target.with_name(target.name + ending).unlink(missing_ok=True)
        fresh.replace(target)
        sync_folder(target.parent)
    return tried, aside


def _brought_in(backup: Path, place: Path) -> Tried:
    """Copy a backup to a new place, bring it up to date there, and check it."""
    if not backup.is_file():
        raise NotOurs(f"{backup}: no backup here")
    try:
        with closing(_opened(backup)) as connection, closing(sqlite3.connect(place)) as copy:
            connection.backup(copy)
            mark = int(copy.execute("pragma application_id").fetchone()[0])
        if mark != APPLICATION_ID:  # an empty file too, of which a new store would be made
            return Tried(("it is not an exowatch database",))
        with Store(place, is_copy=True) as store:
            found = problems(store)
            facts, head = (0, b"") if found else chain.end(store)
    except (NotOurs, Held):
        raise
    except sqlite3.OperationalError as error:
        if "malformed" not in str(error) and "not a database" not in str(error):
            raise OSError(f"{place.parent}: the backup could not be copied here: {error}") from error
        return Tried((f"cannot be read: {error}",))
    except (sqlite3.Error, StoreError, UnicodeDecodeError) as error:
        return Tried((f"cannot be read: {error}",))
    with place.open("rb+") as file:
        os.fsync(file.fileno())
    return Tried(tuple(found), facts, head.hex())


def _opened(file: Path) -> sqlite3.Connection:
    """A file opened to be read. One without a log is taken as it is, so that nothing is put beside it."""
    log = file.with_name(file.name + "-wal")
    way = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
    return sqlite3.connect(f"file:{quote(str(file.resolve()))}?{way}", uri=True, timeout=30)


def _refuse(backup: Path, target: Path) -> None:
    if target.is_dir():
        raise NotOurs(f"{target}: this is a folder; a store is a file")
    if not target.exists():
        return
    if backup.exists() and backup.samefile(target):
        raise NotOurs(f"{backup}: this is the store that would be replaced")
    with target.open("rb") as file:
        header = file.read(72)
    is_sound = header.startswith(_MAGIC) and len(header) == 72
    if is_sound and int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise NotOurs(f"{target}: an SQLite database of another program, so it is not replaced")


@contextmanager
def _all_locks(target: Path, names: Iterable[str]) -> Iterator[None]:
    wanted = {"store", *names, *locks.names(target)} - {"writer"}
    with ExitStack() as stack:
        for name in sorted(wanted):
            stack.enter_context(locks.hold(target, name, "restoring a backup"))
        writer = Writer(target)
        stack.callback(writer.close)
        writer.take()
        yield


def _set_aside(target: Path) -> Path | None:
    """Keep the store that stands there under another name, with all that its log holds; None where there is none.

    It stays under its own name as well, so that at no moment there is none.
    """
    if not target.exists():
        return None
    aside = target.with_name(f"{target.name}.before-restore-{clock.now():%Y%m%dT%H%M%SZ}")
    number = 1
    while aside.exists():
        number += 1
        aside = target.with_name(f"{target.name}.before-restore-{clock.now():%Y%m%dT%H%M%SZ}-{number}")
    whole = _without_log(target)
    _kept_as(target, aside)
    log = target.with_name(target.name + "-wal")
    if not whole and log.exists():
        _kept_as(log, aside.with_name(aside.name + "-wal"))
    sync_folder(target.parent)
    return aside


def _without_log(target: Path) -> bool:
    """Move the log into the store, so that one file is all of it; False where the store is too damaged for that."""
    try:
        with closing(sqlite3.connect(target, isolation_level=None, timeout=_FOR_READERS)) as connection:
            busy = connection.execute("pragma wal_checkpoint(truncate)").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise Held(f"{target}: cannot be set aside: {error}") from error
    except sqlite3.Error:
        return False
    if busy:
        raise Held(f"{target}: something reads it at this moment; end it and restore again")
    return True


def _kept_as(file: Path, name: Path) -> None:
    try:
        os.link(file, name)
    except OSError:
        shutil.copy2(file, name)
        with name.open("rb+") as copy:
            os.fsync(copy.fileno())
