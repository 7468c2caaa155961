"""Verifying a store: everything that can be checked of it, on a copy, so that the file is never touched.

The file may hold any bytes: whatever is wrong with it is a verdict, never a crash. Facts come first; what is derived is
derived anew only from facts that hold, since it would prove nothing otherwise.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote

from store.database import MIGRATIONS, Store
from store.errors import NotOurs, is_of_the_disk
from store.records import Reader
from store.verdict import Verdict
from store.verifying_bodies import of_bodies
from store.verifying_chain import of_chain
from store.verifying_derived import catch_up, of_derived, pending, sample
from store.verifying_file import of_file, of_schema, schema
from store.verifying_readings import of_contents, of_readings
from store.verifying_seals import of_seals
from store.verifying_search import of_search

Progress = Callable[[str, int, int], None]

_SKIPPED = "the facts do not hold, so that deriving anew would prove nothing"


def verify(
    path: Path, read: Reader, reader: str, *, documents: int | None = None, progress: Progress | None = None
) -> list[Verdict]:
    """All verdicts on a store, or on a backup of one. `read` reads captures and `reader` names its version.

    With `documents`, so many are read and derived again, drawn by the chain's head; otherwise all are. Raises NotOurs
    for a file of a newer exowatch or of another program, OSError and what SQLite says of a full disk.
    """
    with tempfile.TemporaryDirectory(prefix="exowatch-verify-") as name:
        folder = Path(name)
        try:
            _copy(path, folder / "store.db")
            older = _recognise(path, folder / "store.db")
        except NotOurs:
            raise
        except _Damaged as damage:
            return [Verdict("file", False, str(damage))]
        except Exception as error:  # noqa: BLE001  # whatever stands in the file
            _tell_apart(error)
            return [Verdict("file", False, f"{path}: cannot be read: {type(error).__name__}: {error}")]
        return [*older, *_of_copy(folder, read, reader, documents, progress or (lambda what, done, total: None))]


class _Damaged(Exception):
    """The file cannot even be opened as a store. The message names it and says why."""


def _copy(path: Path, target: Path) -> None:
    """The file as it stands at one moment. Without a log beside it, it is copied byte by byte, and nothing is opened."""
    log = path.with_name(path.name + "-wal")
    if not log.exists():
        before = path.stat()
        shutil.copyfile(path, target)
        after = path.stat()
        if not log.exists() and (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size):
            return
        target.unlink()
    source = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, timeout=30)
    copy = sqlite3.connect(target)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()


def _recognise(path: Path, copy: Path) -> list[Verdict]:
    """Whether the copy is a store of ours, brought up to date where an older exowatch made it."""
    connection = sqlite3.connect(copy)
    try:
        rows = connection.execute("select name from _sqlite_migrations order by id").fetchall()
        found = {(kind, name): (table, sql) for kind, name, table, sql in connection.execute(
            "select type, name, tbl_name, sql from sqlite_schema where name not like 'sqlite_stat%'"
        )}  # fmt: skip
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        raise _Damaged(f"{path}: no exowatch database, or it has lost its list of migrations") from error
    finally:
        connection.close()
    applied = [name for (name,) in rows]
    if [name for name in applied if name not in MIGRATIONS] and found != fresh_schema():
        if set(MIGRATIONS) <= set(applied):
            raise NotOurs(f"{path}: made by a newer exowatch (it has {applied[-1]}); update exowatch to check it")
        raise _Damaged(f"{path}: its list of migrations is not ours: {', '.join(map(str, applied))}")
    if applied != list(MIGRATIONS)[: len(applied)] or len(applied) >= len(MIGRATIONS) or not applied:
        return []
    said = f"made by an older exowatch; checked as it will be once it is brought up to date ({applied[-1]} is its last)"
    return [Verdict("migrations", True, said, note=True)]


@cache
def fresh_schema() -> dict[tuple[str, str], tuple[str, str | None]]:
    """The schema that a store made now has."""
    with tempfile.TemporaryDirectory(prefix="exowatch-schema-") as folder, Store(Path(folder) / "store.db") as store:
        return schema(store)


def _of_copy(
    folder: Path, read: Reader, reader: str, documents: int | None, progress: Progress
) -> Iterator[Verdict]:  # fmt: skip
    """The verdicts on a copy that nothing else uses."""
    try:
        store = Store(folder / "store.db", is_copy=True)
    except Exception as error:  # noqa: BLE001  # whatever stands in the file
        _tell_apart(error)
        yield Verdict("file", False, f"cannot be opened as a store: {type(error).__name__}: {error}")
        return
    # What is no UTF-8 is told by its hash, not by a crash in the middle of a table.
    store.connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    store.execute("pragma synchronous = off")
    with store:
        facts = [
            *_answered("file", lambda: of_file(store)),
            *_answered("schema", lambda: of_schema(store, fresh_schema())),
            *_answered("chain", lambda: of_chain(store, progress)),
            *_answered("bodies", lambda: of_bodies(store, progress)),
        ]
        yield from facts
        if not all(found.ok for found in facts):
            yield Verdict("conclusions", True, f"not looked at: {_SKIPPED}", note=True)
            return
        yield from _answered("sent digests", lambda: of_seals(store))
        yield from _of_conclusions(store, folder, read, reader, documents, progress)


def _of_conclusions(
    store: Store, folder: Path, read: Reader, reader: str, size: int | None, progress: Progress
) -> Iterator[Verdict]:
    """The verdicts on what is derived, once the facts are known to hold."""
    waiting = pending(store)
    if waiting:
        yield from _answered("runs", lambda: _caught_up(store, waiting, read, reader))
    drawn = None if size is None else sample(store, size)
    yield from _answered("texts", lambda: of_contents(store, reader))
    yield from _answered("readings", lambda: of_readings(store, read, reader, drawn, progress))
    yield from _answered("search", lambda: of_search(store))
    index = str(fresh_schema()["table", "search"][1])
    made = folder / "made.db"
    yield from _answered("conclusions", lambda: of_derived(store, made, index, read, reader, drawn))


def _caught_up(store: Store, waiting: Iterable[int], read: Reader, reader: str) -> Iterator[Verdict]:
    waiting = list(waiting)
    overtaken = store.execute(
        "select c.id from crawls c where exists (select 1 from crawls l where l.source = c.source and l.id > c.id"
        " and exists (select 1 from derivation where key = 'settled:' || l.id))"
        " and not exists (select 1 from derivation where key = 'settled:' || c.id)"
    ).fetchall()
    catch_up(store, read, reader)
    runs = ", ".join(map(str, waiting))
    if overtaken:
        yield Verdict(
            "runs", False, f"run {overtaken[0][0]} counts as not concluded, and a later one of its source does"
        )
    said = f"nothing is concluded of run {runs} yet: it goes on, or was cut off; the next command that writes does it"
    yield Verdict("runs", True, said, note=True)


def _answered(name: str, check: Callable[[], Iterator[Verdict]]) -> list[Verdict]:
    """The verdicts of one check; that it could not be made is one too."""
    found: list[Verdict] = []
    try:
        for one in check():
            found.append(one)  # what was found before a failure counts
    except Exception as error:  # noqa: BLE001  # the file may hold any bytes, and so may raise anything
        _tell_apart(error)
        found.append(Verdict(name, False, f"cannot be checked: {type(error).__name__}: {error}"))
    return found


def _tell_apart(error: BaseException) -> None:
    """Raise again what is this machine's fault and not the file's: a full disk proves nothing about a store."""
    if isinstance(error, OSError) or (is_of_the_disk(error) and "full" in str(error)):
        raise error
