"""Failpoints: the n-th write to a database, or to a file, fails as a disk does."""

from __future__ import annotations

import io
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest

WRITES = ("insert", "update", "delete", "replace", "begin immediate", "commit", "create", "drop", "release")
SAYS = ("disk I/O error", "database or disk is full")


@dataclass
class Failpoint:
    """Counts writes from 1; the one whose number is `at` fails, and with `for_good` all after it."""

    at: int
    for_good: bool = False
    seen: int = 0

    @property
    def fired(self) -> bool:
        return self.seen >= self.at

    def passes(self) -> bool:
        self.seen += 1
        return not (self.seen == self.at or (self.for_good and self.seen > self.at))


@contextmanager
def database_fails(point: Failpoint) -> Iterator[None]:
    """Every connection opened meanwhile fails at the point, before the statement does anything."""

    class Failing(sqlite3.Connection):
        def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
            self._write(sql)
            return super().execute(sql, *given)

        def executemany(self, sql: str, *given: Any) -> sqlite3.Cursor:
            self._write(sql)
            return super().executemany(sql, *given)

        def _write(self, sql: str) -> None:
            if sql.lstrip().lower().startswith(WRITES) and not point.passes():
                raise sqlite3.OperationalError(SAYS[point.at % 2])

    real = sqlite3.connect

    def connect(*given: Any, **named: Any) -> sqlite3.Connection:
        return real(*given, **{**named, "factory": Failing})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", connect)
        yield


@contextmanager
def files_fail(point: Failpoint, below: Path) -> Iterator[None]:
    """Opening for writing, syncing and renaming fail at the point; only files below this folder are opened badly."""

    def failing(real: Callable[..., Any], here: Callable[..., bool]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if here(*given, **named) and not point.passes():
                raise OSError(ENOSPC, os.strerror(ENOSPC))
            return real(*given, **named)

        return call

    def written(file: Any, mode: str = "r", *rest: Any, **named: Any) -> bool:
        return isinstance(file, str | Path) and below in Path(file).parents and mode[0] in "wxa"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(io, "open", failing(io.open, written))
        patch.setattr(os, "fsync", failing(os.fsync, lambda *_: True))
        for name in ("replace", "rename"):
            patch.setattr(os, name, failing(getattr(os, name), lambda source, *_: below in Path(source).parents))
        yield
