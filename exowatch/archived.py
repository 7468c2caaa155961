"""Archived copies: which bytes of which version are meant, and the form in which they are given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from reports import copy
from reports.copy import Kept
from store import evidence, lookup
from store.clock import shown
from store.database import Store
from store.errors import Unknown
from store.evidence import Exhibit, Form
from store.lookup import VersionSeen
from store.records import Document, Part

PARTS = (Part.PAGE.value, Part.FILE.value, Part.ENTRY.value)
FORMS = ("html", "text", "raw")
_ENDINGS = {".html": "html", ".htm": "html", ".txt": "text"}


@dataclass(frozen=True, slots=True)
class Found:
    """One part of one version of a document, with what its copy says of itself."""

    document: Document
    version: VersionSeen
    exhibit: Exhibit
    kept: Kept


def form_of(form: str, out: Path | None) -> str:
    """The form that is wanted: named, or told by the ending of the file, else text on a screen and raw in a file."""
    return form or ("text" if out is None else _ENDINGS.get(out.suffix.lower(), "raw"))


def find(store: Store, name: str, n: int | None, at: datetime | None, part: str | None, *, sample_data: bool) -> Found:
    """The part of a version that a person means: its page, else its file, else its row in the list.

    Raises Unknown, where there is no such version or part, and where its bytes are no longer kept.
    """
    document = lookup.document(store, name)
    n = lookup.version_at(store, document.id, at).n if at else n or document.version_count
    held = evidence.of_version(store, document.id, n)
    exhibit = _part(held.exhibits, part, f"{document.id}, version {n}")
    kept = Kept(
        title=held.version.title,
        url=exhibit.sighting.final_url if exhibit.part is not Part.ENTRY else exhibit.url,
        part=exhibit.part,
        n=n,
        captured=exhibit.captured,
        sha256=exhibit.sha256,
        content_type=exhibit.content_type,
        language=held.version.language,
        sample_data=sample_data,
    )
    return Found(document, held.version, exhibit, kept)


def _part(exhibits: tuple[Exhibit, ...], part: str | None, what: str) -> Exhibit:
    found = [exhibit for exhibit in exhibits if part in (None, exhibit.part.value)]
    if not found:
        there = ", ".join(exhibit.part.value for exhibit in exhibits)
        raise Unknown(f"{what} has no {part}; it has {there}")
    exhibit = found[0]
    if exhibit.body is None:
        gone = exhibit.tombstone
        why = f"were removed on {gone.at} by {gone.by}: {gone.reason}" if gone else "were never kept"
        raise Unknown(f"{what}: the bytes of its {exhibit.part} (SHA-256 {exhibit.sha256}) {why}")
    return exhibit


def given(found: Found, form: str) -> bytes:
    """The copy in one of `FORMS`, as bytes."""
    body, kept, blocks = found.exhibit.body or b"", found.kept, _blocks(found)
    if form == "raw":
        return body
    is_page, is_lines = found.exhibit.form is Form.PAGE, not blocks
    if form == "text":
        return (copy.text_of_lines(body, kept) if is_lines else copy.text_copy(blocks, kept)).encode()
    if is_page:
        return copy.safe_copy(body, kept).encode()
    return (copy.lines_copy(body, kept) if is_lines else copy.blocks_copy(blocks, kept)).encode()


def _blocks(found: Found) -> Any:
    return found.exhibit.reading.blocks if found.exhibit.reading else ()


def as_json(found: Found, form: str, out: Path | None) -> dict[str, Any]:
    """The facts of a copy, with its text where it was not written to a file."""
    kept = found.kept
    facts = {
        "document": found.document.id,
        "version": kept.n,
        "part": kept.part.value,
        "url": kept.url,
        "captured": shown(kept.captured),
        "sha256": kept.sha256,
        "content_type": kept.content_type,
        "format": form,
        "path": str(out) if out else None,
    }
    return facts | {"text": None if out else "\n".join(block.text for block in _blocks(found))}
