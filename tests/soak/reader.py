"""A process that lives as long as the soak: it reads the store over and over and says how much memory it has."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from store import lookup
from store.database import Store


def read_on(database: Path) -> None:
    """Read until the standard input is closed on the other side; one line of kilobytes for every round."""
    with Store(database, readonly=True) as store:
        while True:
            with store.snapshot():
                changes = lookup.changes(store)
                documents = lookup.documents(store, everything=True)
            assert len({change.id for change in changes}) == len(changes)
            assert documents
            try:
                sys.stdout.write(f"{resident()}\n")
                sys.stdout.flush()
            except BrokenPipeError:
                return
            time.sleep(0.5)


def resident() -> int:
    """The memory of this process that is in use now, in kilobytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
