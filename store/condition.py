"""The condition of a database file: read from outside, changing nothing, and whatever is wrong is said in words."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

from store.database import APPLICATION_ID, Store

_FAULTY = ((3, 7, 0), (3, 51, 2))
_SYNCHRONOUS = {0: "off", 1: "normal", 2: "full", 3: "extra"}


@dataclass(frozen=True, slots=True)
class Library:
    """SQLite as it is linked here. `faulty` ones can lose a write-ahead log that two processes write to at once."""

    version: str
    faulty: bool


@dataclass(frozen=True, slots=True)
class Mode:
    """How a file is written: journal mode and synchronous."""

    journal: str
    synchronous: str

    def __str__(self) -> str:
        return f"journal {self.journal}, synchronous {self.synchronous}"


class Guard(StrEnum):
    """What keeps a store from the fault of the SQLite releases named above."""

    LIBRARY = "this SQLite does not have the WAL-reset fault"
    ONE_WRITER = "one writer at a time, under a lock, and it alone moves the log"
    NO_LOG = "no write-ahead log: a rollback journal"


@dataclass(frozen=True, slots=True)
class Condition:
    """What an existing file is like; `problem` is "" when nothing is the matter."""

    journal: str = ""
    problem: str = ""


def library(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> Library:
    """The linked SQLite.

    >>> [library(version).faulty for version in ((3, 40, 1), (3, 51, 2), (3, 51, 3))]
    [True, True, False]
    """
    return Library(".".join(map(str, version)), _FAULTY[0] <= version[:3] <= _FAULTY[1])


def guard(linked: Library, used: Mode) -> Guard:
    """Which of the three ways to be safe is in force; writers take their lock in each of them.

    >>> guard(Library("3.40.1", True), Mode("wal", "full")).name
    'ONE_WRITER'
    """
    if used.journal != "wal":
        return Guard.NO_LOG
    return Guard.ONE_WRITER if linked.faulty else Guard.LIBRARY


def mode(folder: Path) -> Mode:
    """The mode that our own writers use, seen on a store made in this folder for the purpose and gone afterwards.

    Raises OSError, or StoreError, where no store can be made there.
    """
    try:
        with (
            tempfile.TemporaryDirectory(prefix="exowatch-doctor-", dir=folder) as place,
            Store(Path(place) / "trial.db") as store,
        ):
            journal = str(store.execute("pragma journal_mode").fetchone()[0])
            synchronous = int(store.execute("pragma synchronous").fetchone()[0])
    except sqlite3.Error as error:
        raise OSError(f"{folder}: {error}") from error
    return Mode(journal, _SYNCHRONOUS.get(synchronous, str(synchronous)))


def condition(path: Path) -> Condition:
    """What an existing file is like. Never raises for what is in the file."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, timeout=30)) as connection:
            mark = int(connection.execute("pragma application_id").fetchone()[0])
            if mark != APPLICATION_ID:
                return Condition(problem=f"an SQLite database of another program (application id {mark})")
            journal = str(connection.execute("pragma journal_mode").fetchone()[0])
            said = [str(row[0]) for row in connection.execute("pragma quick_check(5)")]
            damage = "" if said == ["ok"] else f"damaged: {'; '.join(said)}"
            strangers = connection.execute("pragma foreign_key_check").fetchmany(5)
    except (sqlite3.Error, OSError) as error:
        return Condition(problem=f"cannot be read as a database: {error}")
    if not damage and strangers:
        damage = f"rows that point nowhere, in {', '.join(sorted({str(row[0]) for row in strangers}))}"
    return Condition(journal, damage)
