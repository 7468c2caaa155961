"""Stores to measure: filled through the same functions as `exowatch import warc`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from exowatch.config import load
from exowatch.importing import import_warc
from exowatch.wiring import writing
from store.database import Store


def imported(path: Path, *files: Path, source: str | None = None) -> float:
    """Import files into a store, which is made when missing; the seconds of CPU it took, opening not included."""
    with writing(path, load([], {})) as (store, derivation):
        start = time.process_time()
        import_warc(path, store, derivation, files, source)
        took = time.process_time() - start
        store.execute("pragma wal_checkpoint(truncate)")
    return took


def size(path: Path, tables: Sequence[str] = ()) -> int:
    """How many bytes of the database these tables fill; all of it when none is named."""
    with Store(path, readonly=True) as store:
        where = f"where name in ({', '.join('?' * len(tables))})" if tables else ""
        row = store.execute(f"select sum(pgsize) from dbstat {where}", tables).fetchone()
    return int(row[0] or 0)


def count(path: Path, table: str) -> int:
    with Store(path, readonly=True) as store:
        return int(store.execute(f"select count(*) from {table}").fetchone()[0])
