"""Writes docs/data-dictionary.md from the schema of a fresh store."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from store.database import Store
from store.dictionary import page, relations

PAGE = Path(__file__).parent.parent / "docs" / "data-dictionary.md"


def fresh() -> str:
    """The page as the schema of today has it."""
    with tempfile.TemporaryDirectory(prefix="exowatch-schema-") as folder, Store(Path(folder) / "store.db") as store:
        return page(relations(store))


def main() -> None:
    """Write the page where the documents of a checkout are."""
    PAGE.write_text(fresh(), encoding="utf-8", newline="\n")
    sys.stdout.write(f"written: {PAGE.relative_to(PAGE.parent.parent)}\n")


if __name__ == "__main__":
    main()
