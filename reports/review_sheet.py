"""The sheet on which reviewers decide: a row for each change with all they need, and empty cells for what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from reports.entries import ChangeEntry
from reports.reviewing import review_words
from reports.spreadsheet import to_csv
from reports.visible import visible
from reports.wording import sentence, window_words
from store.reviews import fingerprint

NAMED: Final = "change "
"""Stands before a change's id: some ids are digits around an "e", which a spreadsheet would round as a number."""

FILLED: Final = ("decision", "note", "owner", "due", "by")
"""The columns that a reviewer fills in."""

COLUMNS: Final = (
    "change",
    "texts",
    "review",
    "seen",
    "severity",
    "kind",
    "source",
    "number",
    "title",
    "url",
    "what",
    "why",
    *FILLED,
)


def sheet(entries: Iterable[ChangeEntry]) -> str:
    """The sheet as CSV, in the order given; no spreadsheet calculates a cell of it."""
    return to_csv(COLUMNS, map(_row, entries))


def _row(entry: ChangeEntry) -> list[str]:
    return [*(visible(cell) for cell in _cells(entry)), *("" for _ in FILLED)]


def _cells(entry: ChangeEntry) -> Iterator[str]:
    change, document = entry.change, entry.document
    yield f"{NAMED}{change.id}"
    yield fingerprint(change)
    yield review_words(entry.review)
    yield window_words(change.window)
    yield str(change.severity)
    yield str(change.kind)
    yield document.source
    yield document.number
    yield document.title
    yield document.url
    yield sentence(change, document)
    yield "; ".join(change.reasons)
