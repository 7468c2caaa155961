"""The writer's lock: of all processes, and all connections in one, a single one writes to a database at a time.

SQLite 3.7.0 to 3.51.2 can damage a file when one connection commits while another moves the write-ahead log. With this
lock around every transaction, and the log moved under it only, the two never meet.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from store.errors import Held
from store.holders import beside, holder, note

WAIT = 30.0
"""Seconds that a writer waits for its turn before it gives up."""

# Equal for all that stand in line, however long: who asked more seldom the longer it waited would be passed for ever.
_NEXT_IN_LINE = 0.0005
_FURTHER_BACK = 0.003
_STINT = 0.02
"""Seconds for which one may write on while others stand in line: to wake the next costs more than a transaction."""


class _Files(NamedTuple):
    lock: int
    turn: int
    line: int
    name: int


class Writer:
    """One connection's access to the lock of its database. The system drops it when the process ends, however it ends.

    Who waits stands in line for a second lock, the turn, and a writer that comes back after its stint sees the line and
    joins it: it is running and those that wait are asleep, so that it would pass them again and again.
    """

    def __init__(self, database: Path) -> None:
        self._folder = beside(database)
        self._database = database
        self._depth = 0
        self._files: _Files | None = None
        self._note = b""
        self._first = 0.0

    def take(self, wait: float | None = None) -> None:
        """Hold the lock, once more where it is held by this object already. Raises Held, naming the holder."""
        if self._depth == 0:
            files = self._files or self._opened()
            now = time.monotonic()
            deadline = now + (WAIT if wait is None else wait)
            if not _is_shared(files.line):
                self._first = now
            elif now - self._first > _STINT:
                time.sleep(_FURTHER_BACK)
                self._first = time.monotonic()
            if not _lock(files.turn):
                self._stand_in_line(files, deadline)
                self._first = time.monotonic()
            try:
                self._acquire(files.lock, deadline, _NEXT_IN_LINE)
            finally:
                _unlock(files.turn)
            self._sign(files.name)
        self._depth += 1

    def let_go(self) -> None:
        """Give the lock back, as often as it was taken."""
        self._depth -= 1
        if self._depth == 0 and self._files:
            _unlock(self._files.lock)

    def close(self) -> None:
        """Close the files; a lock that is still held is gone with them."""
        for file in self._files or ():
            os.close(file)
        self._files, self._depth = None, 0

    def _stand_in_line(self, files: _Files, deadline: float) -> None:
        _share(files.line)
        try:
            self._acquire(files.turn, deadline, _FURTHER_BACK)
        finally:
            _unlock(files.line)

    def _acquire(self, file: int, deadline: float, pause: float) -> None:
        while not _lock(file):
            if time.monotonic() >= deadline:
                raise Held(f"{self._database} is being written to by another run: {self._holder()}")
            time.sleep(pause)

    def _holder(self) -> str:
        return holder(self._folder / "writer.holder")

    def _sign(self, name: int) -> None:
        """Write our note, unless it stands there since our last turn: a name costs more than the lock.

        On a full disk the lock holds without a name, and what is written under it says what is wrong.
        """
        os.lseek(name, 0, os.SEEK_SET)
        if os.read(name, 400) != self._note:
            os.lseek(name, 0, os.SEEK_SET)
            with suppress(OSError):
                os.write(name, self._note)
                os.truncate(name, len(self._note))

    def _opened(self) -> _Files:
        self._folder.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        names = ("writer.lock", "writer.turn", "writer.line", "writer.holder")
        self._files = _Files(*(os.open(self._folder / name, flags, 0o666) for name in names))
        self._note = note("writing").encode()
        return self._files


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> bool:
        os.lseek(file, 0, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: int) -> None:
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

    def _share(file: int) -> None:
        """There is no shared lock here: who waits is passed more often, and still has its turn."""

    def _is_shared(file: int) -> bool:
        return False

else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)

    def _share(file: int) -> None:
        # Someone may hold it alone for the moment in which it looks whether anybody shares it.
        fcntl.flock(file, fcntl.LOCK_SH)

    def _is_shared(file: int) -> bool:
        if not _lock(file):
            return True
        _unlock(file)
        return False
