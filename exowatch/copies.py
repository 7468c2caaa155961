"""Copies beside a digest: the stored page of each version that it speaks of, as safe pages in a folder to link to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from exowatch.archived import find, given
from exowatch.whole import write_whole
from reports.digest import Digest
from store.database import Store
from store.errors import Unknown

MOST: Final = 400
"""So many copies are written; a folder of thousands is asked for one by one (`exowatch archive`)."""


def with_copies(store: Store, digest: Digest, page: Path) -> Digest:
    """The digest with the addresses of the copies, which are written into a folder beside its page.

    A version whose bytes are not kept has no copy; the folder's name is the page's.
    """
    folder = page.with_name(f"{page.stem}-copies")
    written: dict[tuple[str, int], str] = {}
    for document, n in list(dict.fromkeys(_versions(digest)))[:MOST]:
        try:
            copy = given(find(store, document, n, None, None, sample_data=digest.sample_data), "html")
        except Unknown:
            continue
        name = f"{sha256(document.encode()).hexdigest()[:12]}-{n}.html"
        write_whole(folder / name, copy)
        written[document, n] = f"{folder.name}/{name}"
    return replace(digest, copies=written)


def _versions(digest: Digest) -> Iterator[tuple[str, int]]:
    """The versions on both sides of each change, then those of what was published."""
    for entry in digest.changes:
        yield from ((entry.document.id, side.n) for side in (entry.change.before, entry.change.after) if side)
    yield from ((entry.document.id, entry.document.version_count) for entry in digest.published)
