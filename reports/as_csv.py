"""A digest as one table for spreadsheets: a row for each change, each document published and each source not read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Final

from reports.as_json import change_json, document_json
from reports.cells import safe_cell
from reports.digest import Digest, NotChecked, reviewed_sentence
from reports.entries import ChangeEntry, PublishedEntry
from reports.telling import missed
from reports.visible import visible
from reports.wording import published_sentence, sentence
from store.clock import shown

COLUMNS: Final = (
    *("id", "document", "number", "source", "url", "title", "kind", "severity", "reasons", "events"),
    *("window_after", "window_until"),
    *("before_n", "before_sha256", "before_text_sha256", "before_last_seen"),
    *("after_n", "after_sha256", "after_text_sha256", "after_first_seen"),
    *("fields", "words_added", "words_removed", "mentions_before", "mentions_after"),
    *("shift", "mention_changes", "meanings", "ignored"),
    *("review_decision", "review_by", "review_at", "review_note", "review_owner", "review_due"),
    *("language", "status", "published", "published_basis", "topics", "sentence", "sample_data"),
)
"""The keys of a change as `--json` prints them, those of an object joined to its own; then what is said of documents."""

PUBLISHED: Final = "published"
NOT_CHECKED: Final = "not_checked"
LEFT_OUT: Final = "left_out"


def render_csv(digest: Digest) -> str:
    """The digest as CSV (RFC 4180, lines ended by LF) under one heading row, safe to open in a spreadsheet.

    `sample_data` is "yes" where everything is invented. `kind` tells the rows apart: a change's own, `published` for a
    document that the regulator dates within the period, `not_checked` for a source that was not read in full, whose
    silence says nothing, and `left_out` for how many changes are not told for their review. A list is one cell, its
    items parted by "; ". Text without a byte order mark: who writes a file for Excel puts one before it.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    sample = {"sample_data": "yes"} if digest.sample_data else {}
    for row in _rows(digest):
        writer.writerow(sample | {name: _cell(value) for name, value in row.items()})
    return out.getvalue()


Row = Mapping[str, object]


def _rows(digest: Digest) -> Iterator[Row]:
    titled = {card.name: card for card in digest.sources}
    for gap in digest.not_checked:
        if gap.silent:
            yield _not_checked(gap, titled[gap.source].listing_url, titled[gap.source].title)
    for source in missed(digest):
        for gap in source.gaps:
            yield _not_checked(gap, source.card.listing_url, source.card.title)
        for look in source.partly:
            reason = (
                f"{look.last.failed} of {look.last.listed} failed" if look.last.finished else "the look was cut off"
            )
            gap = NotChecked(look.card.name, look.last.started, f"Not in full: {reason}")
            yield _not_checked(gap, look.card.listing_url, look.card.title)
    if digest.set_aside:
        yield {"kind": LEFT_OUT, "sentence": reviewed_sentence(digest)}
    yield from map(_published, digest.published)
    yield from map(_change, digest.changes)


def _not_checked(gap: NotChecked, url: str, title: str) -> Row:
    """`window_after` is when it was last read, `window_until` when it was read again."""
    return {
        "kind": NOT_CHECKED,
        "source": gap.source,
        "url": url,
        "title": title,
        "window_after": shown(gap.since) if gap.since else "",
        "window_until": shown(gap.until) if gap.until else "",
        "sentence": gap.reason,
    }


def _published(entry: PublishedEntry) -> Row:
    document = entry.document
    told = document_json(document)
    return {
        "kind": PUBLISHED,
        "document": document.id,
        "fields": "; ".join(f"{name}: {value}" for name, value in sorted(document.fields.items())),
        "mentions_after": document.mentions,
        "sentence": published_sentence(document),
        **{name: told[name] for name in ("number", "source", "url", "title", *_OF_DOCUMENT)},
    }


_OF_DOCUMENT: Final = ("language", "status", "published", "published_basis", "topics")


def _change(entry: ChangeEntry) -> Row:
    document = document_json(entry.document)
    return {
        **dict(_flat(change_json(entry.change, entry.document, entry.review))),
        **{name: document[name] for name in _OF_DOCUMENT},
        "sentence": sentence(entry.change, entry.document),
    }


def _flat(told: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The keys with those of an object joined to its own; an absent object has none."""
    for name, value in told.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}_{inner}", found) for inner, found in value.items())
        elif name not in _OBJECTS or value is not None:
            yield name, value


_OBJECTS: Final = ("before", "after", "review")


def _cell(value: object) -> object:
    return safe_cell(visible(_said(value))) if isinstance(value, list | str) else value


def _said(value: object) -> str:
    """A list as text: its items, of an object what it says."""
    if isinstance(value, list):
        return "; ".join(map(_said, value))
    return _told(value) if isinstance(value, Mapping) else str(value)


def _told(item: Mapping[str, object]) -> str:
    """An event, field, meaning, mention or rule: its name, its sentence and what stood there before and after."""
    named = ": ".join(str(item[key]) for key in _NAMING if item.get(key))
    sides = (str(item.get("before") or "not stated"), str(item.get("after") or "not stated"))
    return f"{named} ({sides[0]} -> {sides[1]})" if item.get("before") or item.get("after") else named


_NAMING: Final = ("name", "rule", "count", "token", "shift", "topic", "section", "sentence")
