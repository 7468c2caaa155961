"""The SQLite file: opened, recognised, migrated, and written to in one way only."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from store.errors import NotOurs
from store.place import refuse_network

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

TOLD_TABLES = ("reviews", "sent_digests", "sent_entries", "deliveries", "delivery_attempts")
"""The facts of what was told and decided: they say nothing of the regulators, and no seal rests on them."""
RUN_TABLES = ("runs", "run_ends", "alerts")
"""The facts of what the tool did by itself: no seal rests on them either."""

_HEADER = b"SQLite format 3\x00"


class Store:
    """One exowatch database. `execute` reads; every write stands inside `with store.write():`.

    A store opened with `readonly=True` refuses to write and must exist. Otherwise the file is made when it is
    missing and brought up to date when it is older than the program. Raises NotOurs for any other file.
    """

    def __init__(self, path: Path | str, *, readonly: bool = False) -> None:
        self.path = Path(path)
        self.readonly = readonly
        self._snapshot = False
        self._when_undone: list[Callable[[], None]] = []
        if not readonly:
            refuse_network(self.path)
        fresh = _recognise(self.path)
        if readonly and fresh:
            raise NotOurs(f"{self.path}: no exowatch database here yet; `exowatch crawl` or `import` makes one")
        self.connection = self._connect()
        if fresh or not readonly:
            self._bring_up_to_date(fresh)
        elif self._pending():
            self.connection.close()
            Store(self.path).close()
            self.connection = self._connect()
        self._refuse_newer()

    def _connect(self) -> sqlite3.Connection:
        if self.readonly:
            address = f"file:{quote(str(self.path.resolve()))}?mode=ro"
            connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=30)
        else:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, isolation_level=None, timeout=30)
            connection.execute("pragma synchronous = full")
            # Pages that every document touches are moved out of the log once in 16 MB, not once in 4.
            connection.execute("pragma wal_autocheckpoint = 4000")
        connection.execute("pragma foreign_keys = on")
        # Without it an `insert or replace` would pass by the triggers that keep facts append-only.
        connection.execute("pragma recursive_triggers = on")
        connection.execute("pragma trusted_schema = off")
        connection.execute("pragma cell_size_check = on")
        connection.execute("pragma cache_size = -16000")
        return connection

    def _bring_up_to_date(self, fresh: bool) -> None:
        if not fresh and not self._pending():
            return
        from sqlite_utils import Database

        from store.locks import hold
        from store.schema import migrations

        # Several processes may meet a new file at once: making it takes a moment, so the others wait for the first.
        with hold(self.path, "store", "migrating the database", wait=30):
            if fresh:
                self.connection.execute("pragma journal_mode = wal")
            with self.write():
                self.connection.execute(f"pragma application_id = {APPLICATION_ID}")
                migrations.apply(Database(self.connection))

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

        Inside another `write` it joins that one. Inside a `snapshot` it is refused: it would be undone with it.
        """
        if self._snapshot:
            raise RuntimeError("a write inside a snapshot would be undone at its end")
        if self.connection.in_transaction:
            yield
            return
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
        self.connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


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
