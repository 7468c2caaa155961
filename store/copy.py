"""A second file with the same content, whole at one moment, whatever is written meanwhile."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from store.database import Store


def copy_to(database: Path, target: Path) -> None:
    """Copy a store to a new file; a store that does not exist yet gives none."""
    if not database.exists():
        return
    with Store(database, readonly=True) as store:
        copy = sqlite3.connect(target)
        try:
            store.connection.backup(copy)
        finally:
            copy.close()
