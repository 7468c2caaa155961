"""Retaining: what retention would remove or has removed, as an answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from store.database import Store
from store.locks import hold
from store.retention import Removable, removable, remove


def listed(path: Path) -> list[Removable]:
    """What retention would remove, and what it would keep and why. Raises NotOurs where there is no store."""
    with Store(path, readonly=True) as store, store.snapshot():
        return removable(store)


def removed(path: Path, *, by: str, reason: str) -> list[Removable]:
    """Remove it, on record. Raises Held while another run writes to the store, NotOurs where there is none."""
    listed(path)
    with hold(path, "store", "removing files that nobody follows"), Store(path) as store:
        return remove(store, by=by, reason=reason)


def as_json(found: Sequence[Removable], *, applied: bool) -> dict[str, Any]:
    """The answer as one object; what is kept has `kept_because`."""
    going = [one for one in found if not one.kept_because]
    items = [
        {"sha256": one.sha256, "document": one.document, "url": one.url, "size": one.size}
        | ({"kept_because": one.kept_because} if one.kept_because else {})
        for one in found
    ]
    return {"applied": applied, "bodies": len(going), "bytes": sum(one.stored for one in going), "items": items}


def sentence(found: Sequence[Removable], *, applied: bool) -> str:
    """The answer for a person, below the table."""
    going = [one for one in found if not one.kept_because]
    count, size, kept = len(going), sum(one.stored for one in going), len(found) - len(going)
    if not applied:
        said = f"{count} files, {size} bytes as stored, would be removed; {kept} would stay."
        return f"{said} Nothing was done: that takes --apply --by NAME --reason TEXT" if going else said
    return (
        f"{count} files, {size} bytes as stored, were removed; {kept} stay. The database keeps its size and fills the"
        " room again; a backup of it is smaller"
    )
