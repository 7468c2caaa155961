"""The SQLite file: opened, recognised, migrated, and written to in one way only."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from store.errors import Held, NotOurs
from store.place import refuse_unfit
from store.whole_file import write_whole
from store.writer import Writer

APPLICATION_ID = 0x65786F77
"""`exow`, written into the file's header, by which a database is recognised as ours."""
MIGRATIONS = (
    "m001_facts_and_derivations",
    "m002_conclusions",
    "m003_told",
    "m004_bound",
    "m005_unattended",
    "m006_read_by",
)
"""The migrations this program knows, in their order; `store.schema` has them. Named here too, since a command that
only reads must not wait for the library that runs them."""

LOG_MOVED_AT = 16 * 1024 * 1024
"""Bytes of the write-ahead log after which a writer moves it into the file: pages that every document touches are
written there once in 16 MB."""

_log = logging.getLogger(__name__)

_HEADER = b"SQLite format 3\x00"
_WAIT = 30
"""Seconds that SQLite waits for another program that writes without our lock."""
_WAIT_FOR_READERS = 0.25
"""Seconds for which a writer that moves the log lets readers finish; what they still need stays for the next time."""


class Store:
    """One exowatch database. `execute` reads; every write stands inside `with store.write():`.

    A store opened with `readonly=True` refuses to write and must exist. Otherwise the file is made when it is
    missing and brought up to date when it is older than the program; a backup of it is made beside it first, unless
    `is_copy`. Raises NotOurs for any other file.

    Of all stores opened on one file, in whatever process, one writes at a time; only it moves the write-ahead log.
    """

    def __init__(self, path: Path | str, *, readonly: bool = False, is_copy: bool = False) -> None:
        self.path = Path(path)
        self.readonly = readonly
        self._snapshot = False
        self._when_undone: list[Callable[[], None]] = []
        self._writer = Writer(self.path)
        real = self.path.resolve()
        self._log = real.with_name(real.name + "-wal")
        self._log_due = LOG_MOVED_AT
        self._wrote = False
        if not readonly:
            refuse_unfit(self.path)
        fresh = _recognise(self.path)
        if readonly and fresh:
            raise NotOurs(f"{self.path}: no exowatch database here yet; `exowatch crawl` or `import` makes one")
        self.connection = self._connect()
        if fresh or not readonly:
            self._bring_up_to_date(fresh, set_aside=not (fresh or is_copy))
        elif self._pending():
            self.connection.close()
            Store(self.path).close()
            self.connection = self._connect()
        self._refuse_newer()
        if not readonly:
            self._keep_a_log()

    def _connect(self) -> sqlite3.Connection:
        if self.readonly:
            address = f"file:{quote(str(self.path.resolve()))}?mode=ro"
            connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=_WAIT)
        else:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, isolation_level=None, timeout=_WAIT)
            connection.execute("pragma synchronous = full")
            self._file = _identity(self.path)
        # The log is moved by a writer that holds the lock, never by the way.
        connection.execute("pragma wal_autocheckpoint = 0")
        connection.execute("pragma mmap_size = 0")
        connection.execute("pragma foreign_keys = on")
        # Without it an `insert or replace` would pass by the triggers that keep facts append-only.
        connection.execute("pragma recursive_triggers = on")
        connection.execute("pragma trusted_schema = off")
        connection.execute("pragma cell_size_check = on")
        connection.execute("pragma cache_size = -16000")
        return connection

    def _bring_up_to_date(self, fresh: bool, *, set_aside: bool) -> None:
        if not fresh and not self._pending():
            return
        from sqlite_utils import Database

        from store.locks import hold
        from store.schema import migrations

        # Several processes may meet a new file at once: making it takes a moment, so the others wait for the first.
        with hold(self.path, "store", "migrating the database", wait=30):
            self._keep_a_log()
            with self._alone():
                if set_aside and self._pending():
                    self._keep_the_older()
                with self.write():
                    self.connection.execute(f"pragma application_id = {APPLICATION_ID}")
                    migrations.apply(Database(self.connection))

    def _keep_the_older(self) -> None:
        """A backup of the store as the older program left it, in place of an earlier such one; whoever updates and
        finds something wrong can go back. Raises OSError where there is no room for it, and nothing is migrated."""
        first = next(name for name in MIGRATIONS if name not in self._applied())
        before = self.path.with_name(f"{self.path.name}.before-{first}.db")
        write_whole(self.connection, self.path, before)
        for name in MIGRATIONS:
            if name != first:
                self.path.with_name(f"{self.path.name}.before-{name}.db").unlink(missing_ok=True)
        _log.warning("%s is brought up to date; as it was before, it is kept as %s", self.path, before)

    def _keep_a_log(self) -> None:
        """Write through a write-ahead log from now on: a backup, or a file that others touched, comes without."""
        if self.connection.execute("pragma journal_mode").fetchone()[0] != "wal":
            with self._alone():
                self.connection.execute("pragma journal_mode = wal")

    def _applied(self) -> list[str]:
        made = self.connection.execute("select 1 from sqlite_master where name = '_sqlite_migrations'").fetchone()
        if made is None:
            return []
        rows = self.connection.execute(
            "select name from _sqlite_migrations where migration_set = 'exowatch' order by rowid"
        )
        return [name for (name,) in rows]

    def _pending(self) -> bool:
        return bool(set(MIGRATIONS) - set(self._applied()))

    def _refuse_newer(self) -> None:
        newer = [name for name in self._applied() if name not in MIGRATIONS]
        if newer:
            self.connection.close()
            raise NotOurs(f"{self.path}: made by a newer exowatch (it has {newer[0]}); update exowatch to open it")

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run one statement; values always travel as parameters."""
        return self.connection.execute(sql, parameters)

    @contextmanager
    def write(self) -> Iterator[None]:
        """One transaction, begun immediately: committed at the end, undone whole when the block raises.

        Inside another `write` it joins that one. Inside a `snapshot` it is refused: it would be undone with it. Raises
        Held when another run writes for longer than a writer waits, or has put another file in the place of this one.
        """
        if self._snapshot:
            raise RuntimeError("a write inside a snapshot would be undone at its end")
        if self.connection.in_transaction:
            yield
            return
        with self._alone():
            self.connection.execute("begin immediate")
            try:
                yield
            except BaseException:
                # Not the statement: where the disk was full, SQLite has undone it already and would complain.
                self._undo()
                raise
            try:
                self.connection.execute("commit")
            except BaseException:
                self._undo()
                raise
            self._wrote = True
            if _size(self._log) > self._log_due:
                self._move_log()

    @contextmanager
    def _alone(self, wait: float | None = None) -> Iterator[None]:
        """Nobody else writes to this file, or moves its log, while the block runs."""
        if self.readonly:  # SQLite itself refuses what comes
            yield
            return
        self._writer.take(wait)
        try:
            if _identity(self.path) != self._file:
                raise Held(f"{self.path}: another file was put in its place meanwhile; run the command again")
            yield
        finally:
            self._writer.let_go()

    def _move_log(self) -> None:
        """Write the log's pages into the file and cut the log off, as far as readers allow. Only inside `_alone`.

        What was committed is safe in the log already: a disk that refuses now says so at the next commit.
        """
        with suppress(sqlite3.OperationalError):
            self.connection.execute(f"pragma busy_timeout = {round(1000 * _WAIT_FOR_READERS)}")
            self.connection.execute("pragma wal_checkpoint(truncate)").fetchall()
        self.connection.execute(f"pragma busy_timeout = {1000 * _WAIT}")
        self._log_due = _size(self._log) + LOG_MOVED_AT

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of a transaction that is undone by itself when the block raises; what stood before it stays."""
        self.connection.execute("savepoint part")
        try:
            yield
        except BaseException:
            self.connection.execute("rollback to part")
            self.connection.execute("release part")
            for forget in self._when_undone:
                forget()
            raise
        self.connection.execute("release part")

    def when_undone(self, forget: Callable[[], None]) -> None:
        """Call `forget` after every transaction that was undone: what was remembered of it was never written."""
        self._when_undone.append(forget)

    def _undo(self) -> None:
        self.connection.rollback()
        for forget in self._when_undone:
            forget()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One consistent view for several reads, whatever is written meanwhile."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("begin")
        self._snapshot = True
        try:
            yield
        finally:
            self._snapshot = False
            self.connection.execute("rollback")

    def close(self) -> None:
        """Let go of the file; a store that wrote moves the log first, unless another writes at this moment."""
        if self._wrote and not self.connection.in_transaction:
            self._wrote = False
            with suppress(Held), self._alone(wait=0):
                self._move_log()
        self.connection.close()
        self._writer.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def refuse_what_is_not_ours(path: Path) -> None:
    """Raise NotOurs for a place or a file that no store of ours may stand in, without touching it."""
    refuse_unfit(path)
    _recognise(path)


def log_size(path: Path) -> int:
    """Bytes in the write-ahead log of a database, named as it is and not by a link; 0 where there is none."""
    return _size(path.with_name(path.name + "-wal"))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _identity(path: Path) -> tuple[int, int]:
    """Which file stands under this name; nothing's own where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return found.st_dev, found.st_ino


def _recognise(path: Path) -> bool:
    """Whether nothing is there yet. A file that SQLite or we did not make is refused, before SQLite touches it."""
    if path.is_dir():
        raise NotOurs(f"{path}: this is a folder; an exowatch database is a file")
    if not path.exists() or path.stat().st_size == 0:
        return True
    with path.open("rb") as file:
        header = file.read(105)
    if not header.startswith(_HEADER) or len(header) < 105:
        raise NotOurs(f"{path}: not an SQLite database, so not an exowatch database")
    mark, tables = int.from_bytes(header[68:72], "big"), int.from_bytes(header[103:105], "big")
    log = path.with_name(path.name + "-wal")
    if mark != APPLICATION_ID and log.exists() and log.stat().st_size:
        mark, tables = _in_the_log(path)
    if mark == APPLICATION_ID:
        return False
    if mark or tables:
        raise NotOurs(f"{path}: an SQLite database of another program, not an exowatch database")
    # Another process is making it, or was stopped while it did.
    return True


def _in_the_log(path: Path) -> tuple[int, int]:
    """The mark and the number of tables of a file whose first transaction still stands in the write-ahead log."""
    connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, timeout=30)
    try:
        mark = connection.execute("pragma application_id").fetchone()[0]
        return int(mark), int(connection.execute("select count(*) from sqlite_schema").fetchone()[0])
    except sqlite3.Error as error:
        raise NotOurs(f"{path}: cannot be read as an exowatch database: {error}") from error
    finally:
        connection.close()
