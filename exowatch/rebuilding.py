"""Rebuilding: everything derived, made anew from the facts, with what differs from before."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.reader_version import reader_version
from crawler.source import read
from exowatch.config import Config, source_names
from exowatch.turns import alone
from store import lookup
from store.copy import copy_to
from store.database import Store
from store.derivation import Derivation
from store.errors import NotOurs
from store.records import Change


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did, or would do."""

    dry_run: bool
    documents: int
    versions: tuple[int, int]
    gained: tuple[str, ...]
    lost: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "dry_run": self.dry_run,
            "documents": self.documents,
            "versions": {"before": self.versions[0], "after": self.versions[1]},
            "changes_added": list(self.gained),
            "changes_removed": list(self.lost),
        }

    def sentence(self) -> str:
        verb = "would be" if self.dry_run else "are"
        return (
            f"{self.documents} documents read again: {self.versions[0]} versions before, {self.versions[1]} after;"
            f" {len(self.gained)} changes {verb} added, {len(self.lost)} {verb} removed"
        )


def rebuild(path: Path, config: Config, source: str | None, *, dry_run: bool) -> Rebuilt:
    """Derive the store anew, or a copy of it with `dry_run`. Raises NotOurs where there is none."""
    if not path.exists():
        raise NotOurs(f"{path}: no exowatch database here to rebuild")
    with _target(path, dry_run) as target, Store(target) as store:
        derivation = Derivation(store, read, config.rules, reader_version())
        before = _state(store)
        if derivation.differs():
            derivation.adopt()
        derivation.rebuild(source)
        after = _state(store)
    gained = sorted(after.changes.keys() - before.changes.keys())
    lost = sorted(before.changes.keys() - after.changes.keys())
    return Rebuilt(dry_run, after.documents, (before.versions, after.versions), tuple(gained), tuple(lost))


@contextmanager
def _target(path: Path, dry_run: bool) -> Iterator[Path]:
    if not dry_run:
        # An older store is brought up to date under the same lock, which whoever rebuilds would wait for in vain.
        Store(path).close()
        with alone(path, "rebuilding", source_names()):
            yield path
        return
    with tempfile.TemporaryDirectory(prefix="exowatch-rebuild-") as folder:
        copy = Path(folder) / "store.db"
        copy_to(path, copy)
        yield copy


@dataclass(frozen=True, slots=True)
class _State:
    documents: int
    versions: int
    changes: dict[str, Change]


def _state(store: Store) -> _State:
    documents = lookup.documents(store, everything=True)
    changes = {change.id: change for change in lookup.changes(store)}
    return _State(len(documents), sum(document.version_count for document in documents), changes)
