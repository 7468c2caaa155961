"""Invented documents and changes for tests of the digest: a letter, a notice, and steps of theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from reports.cards import SourceCard
from store.records import Change, Document, Kind, Severity, Side, Status, Window, sha256

JANUARY = datetime(2025, 1, 15, 8, tzinfo=UTC)
AUGUST = datetime(2025, 8, 20, 8, tzinfo=UTC)
DECEMBER = datetime(2025, 12, 10, 8, tzinfo=UTC)

LETTERS = SourceCard("fda_warning_letters", "FDA", "FDA warning letters", "https://www.fda.gov/letters")
GUIDANCE = SourceCard("fda_guidance", "FDA", "FDA guidance documents", "https://www.fda.gov/guidance")
NOTICES = SourceCard("health_canada_notices", "Health Canada", "Notices", "https://www.canada.ca/notices")
RECALLS = SourceCard("health_canada_recalls", "Health Canada", "Recalls", "https://recalls-rappels.canada.ca/en")
CARDS = (LETTERS, GUIDANCE, NOTICES, RECALLS)


def document(name: str, source: str = "fda_warning_letters", **changes: Any) -> Document:
    """A document under this name, published in March 2025."""
    url = f"https://regulator.example/{source}/{name}.html"
    made = Document(
        id=f"{source}:{name}",
        source=source,
        number="",
        url=url,
        urls=(url,),
        pair=None,
        title=f"Title of {name}",
        language="en",
        status=Status.CURRENT,
        followed=True,
        follow_reason="mentions exosomes",
        published="2025-03-03",
        published_basis="posted",
        fields={},
        topics=("exosomes",),
        mentions=1,
        version_count=1,
        first_seen=JANUARY,
        last_seen=DECEMBER,
    )
    return replace(made, **changes)


def side(n: int, seen: datetime) -> Side:
    """A version's side of a change."""
    return Side(n, sha256(f"page {n}"), sha256(f"text {n}"), seen)


def change(of: Document, kind: Kind = Kind.REVISED, **changes: Any) -> Change:
    """A step of a document, seen in August."""
    made = Change(
        id=sha256(f"{of.id} {kind}")[:16],
        document=of.id,
        kind=kind,
        window=Window(JANUARY, AUGUST),
        before=None if kind is Kind.NEW else side(1, JANUARY),
        after=None if kind is Kind.REMOVED else side(2, AUGUST),
        severity=Severity.NOTABLE,
    )
    return replace(made, **changes)
