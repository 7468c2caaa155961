"""The digest as a table: one heading row, a row for each change, each document published, each source not read."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from reports.as_csv import COLUMNS, render_csv
from reports.as_json import change_json
from reports.digest import Digest, NotChecked
from store.records import sha256
from tests.test_digest import AUGUST, JANUARY, digest, full_digest


def rows(given: Digest) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render_csv(given))))


def test_the_rows_are_what_was_not_checked_then_published_then_changed() -> None:
    given = full_digest()

    found = rows(given)

    assert [row["kind"] for row in found] == [
        *("not_checked", "not_checked"),
        *("published",) * 3,
        *(str(entry.change.kind) for entry in given.changes),
    ]
    assert [row["id"] for row in found[5:]] == [entry.change.id for entry in given.changes]


def test_every_key_of_a_change_has_its_column() -> None:
    change = change_json(full_digest().changes[0].change, full_digest().changes[0].document)

    objects = {name: told for name, told in change.items() if isinstance(told, dict)}
    flat = [name for name in change if name not in objects]
    flat += [f"{name}_{inner}" for name, told in objects.items() for inner in told]
    # A change without a review has none to take apart; the columns are those of one that has.
    assert set(flat) - {"review"} <= set(COLUMNS)
    assert {"review_decision", "review_by", "review_at", "review_note", "review_owner", "review_due"} <= set(COLUMNS)


def test_a_change_is_told_in_full() -> None:
    (row,) = (row for row in rows(full_digest()) if row["kind"] == "revised")

    assert {name: row[name] for name in COLUMNS if row[name]} == {
        "id": sha256("revised")[:16],
        "document": "fda_warning_letters:/warning-letters/larkspur-vesicle-works-llc-999101-01172025",
        "number": "999101",
        "source": "fda_warning_letters",
        "url": "https://www.fda.gov/warning-letters/larkspur-vesicle-works-llc-999101-01172025",
        "title": "Larkspur Vesicle Works LLC",
        "kind": "revised",
        "severity": "important",
        "reasons": "a close-out letter was posted",
        "events": "closeout_posted: Close-out letter posted 2025-08-19 for this letter (not stated -> 2025-08-19)",
        "window_after": "2025-01-15T12:00:00Z",
        "window_until": "2025-08-20T08:00:00Z",
        "before_n": "1",
        "before_sha256": sha256("page 1"),
        "before_text_sha256": sha256("text 1"),
        "before_last_seen": "2025-01-15T12:00:00Z",
        "after_n": "2",
        "after_sha256": sha256("page 2"),
        "after_text_sha256": sha256("text 2"),
        "after_first_seen": "2025-08-20T08:00:00Z",
        "fields": "closeout (not stated -> 2025-08-19); issuing_office (CBER -> CDER)",
        "words_added": "3",
        "words_removed": "1",
        "mentions_before": "2",
        "mentions_after": "3",
        "shift": "mention added",
        "mention_changes": (
            "mention added: exosomes: Your product (not stated -> You market an exosome serum.)"
        ),
        "meanings": "deadline: Conclusion: The time allowed changed. (15 -> 30)",
        "ignored": "typography: 2 (' -> ’)",
        "language": "en",
        "status": "current",
        "published": "2025-01-28",
        "published_basis": "posted",
        "topics": "exosomes",
        "sentence": (
            "Close-out letter posted 2025-08-19 for this letter. The text changed between 15 Jan 2025 and 20 Aug 2025:"
            " 3 words added, 1 removed; mentions of the topic: 2 before, 3 after."
        ),
    }  # fmt: skip


def test_a_document_published_is_told_with_its_date_and_fields() -> None:
    (row,) = (row for row in rows(full_digest()) if row["kind"] == "published" and row["source"] == "fda_guidance")

    assert (row["id"], row["published"], row["published_basis"]) == ("", "2025-06-02", "issued")
    assert row["fields"] == "comments_due: 2025-08-01; docket: FDA-2025-D-0001; issued: 2025-06-02; status: Draft"
    assert row["sentence"].startswith("FDA guidance (DRAFT) “Considerations for Vesicle Products”")


def test_a_change_of_a_page_no_longer_served_has_no_side_after() -> None:
    (row,) = (row for row in rows(full_digest()) if row["kind"] == "removed")

    assert row["before_n"] == "1"
    assert [row[name] for name in COLUMNS if name.startswith("after_")] == [""] * 4


def test_a_source_that_was_not_read_has_its_row_so_that_silence_is_not_taken_for_nothing() -> None:
    gaps = [
        NotChecked("fda_guidance", JANUARY, "answered 403", AUGUST),
        NotChecked("fda_warning_letters", None, "no answer"),
    ]

    found = rows(digest(not_checked=gaps))

    told = [(row["kind"], row["source"], row["window_after"], row["window_until"], row["sentence"]) for row in found]
    assert told == [
        ("not_checked", "fda_warning_letters", "", "", "no answer"),
        ("not_checked", "fda_guidance", "2025-01-15T12:00:00Z", "2025-08-20T08:00:00Z", "answered 403"),
    ]


def test_sample_data_is_said_in_every_row() -> None:
    assert {row["sample_data"] for row in rows(replace(full_digest(), sample_data=True))} == {"yes"}
    assert {row["sample_data"] for row in rows(full_digest())} == {""}
