"""Backing up and restoring, as a person asks for it and as it is answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.backup import Backup, back_up
from store.restoring import restore, try_out


def backed_up(database: Path, target: str, *, keep: int | None, quick: bool) -> Backup:
    """Back the store up to a file, or into a folder, which is made where the name ends like one's."""
    place = Path(target)
    if target.endswith(("/", "\\")):
        place.mkdir(parents=True, exist_ok=True)
    return back_up(database, place, keep=keep, quick=quick)


def as_json(made: Backup) -> dict[str, Any]:
    """What `backup --json` answers."""
    return {
        "path": str(made.path),
        "sha256": made.sha256,
        "size": made.size,
        "facts": made.facts,
        "head": made.head,
        "removed": [str(path) for path in made.removed],
    }


def sentence(made: Backup) -> str:
    """The same for a person."""
    gone = f"; removed {', '.join(path.name for path in made.removed)}" if made.removed else ""
    return f"{made.path}: {made.facts} facts, {made.size} bytes, SHA-256 {made.sha256}{gone}"


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a backup that was tried out, or restored to `target`, where `kept` is what stood there."""

    backup: Path
    problems: tuple[str, ...]
    facts: int
    head: str
    target: Path | None = None
    kept: Path | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "backup": str(self.backup),
            "drill": self.target is None,
            "ok": not self.problems,
            "problems": list(self.problems),
            "facts": self.facts,
            "head": self.head,
            "path": str(self.target) if self.target else None,
            "kept": str(self.kept) if self.kept else None,
        }

    def sentence(self) -> str:
        if self.problems:
            return f"{self.backup} does not hold: {'; '.join(self.problems)}"
        if self.target is None:
            return f"{self.backup} can be restored: {self.facts} facts, all checks passed; nothing was changed"
        kept = f"; what stood there is {self.kept}" if self.kept else ""
        return f"{self.target} is restored from {self.backup}: {self.facts} facts{kept}"


def drilled(backup: Path) -> Restored:
    """Restore a backup somewhere else and say what it is worth."""
    tried = try_out(backup)
    return Restored(backup, tried.problems, tried.facts, tried.head)


def restored(backup: Path, target: Path, sources: Iterable[str]) -> Restored:
    """Restore a backup to its place."""
    tried, kept = restore(backup, target, sources)
    return Restored(backup, tried.problems, tried.facts, tried.head, target, kept)
