"""Headlines: the word an entry begins with, and the sentence that says what happened."""

from __future__ import annotations

import pytest

from reports.entries import ChangeEntry, Item, PublishedEntry
from reports.headlines import headline, standing_word, status_word
from store.records import Document, Event, Kind, Status, Window
from tests.entries import JANUARY, change, document

NOTICE = document("notice", "health_canada_notices", fields={"status": "Closed"})


@pytest.mark.parametrize(
    ("of", "word"),
    [
        (document("x", "fda_guidance", fields={"status": "Draft"}), "DRAFT"),
        (document("x", "fda_guidance"), "GUIDANCE (status not stated)"),
        (document("x"), "WARNING LETTER"),
        (document("x", fields={"letter_type": "Untitled letter"}), "UNTITLED LETTER"),
        (document("x", title="Close-Out Letter: Sample Works"), "CLOSE-OUT LETTER"),
        (document("x", "health_canada_recalls", fields={"kind": "Public advisory"}), "PUBLIC ADVISORY"),
        (document("x", "health_canada_recalls"), "RECALL OR ALERT"),
        (document("x", "health_canada_notices", fields={"status": "Ouvert"}), "CONSULTATION OPEN"),
        (NOTICE, "CONSULTATION CLOSED"),
        (document("x", "health_canada_notices", title="Avis : un exemple"), "NOTICE"),
        (document("x", "health_canada_notices"), "PAGE"),
        (document("x", "added_source"), "PAGE"),
    ],
)
def test_a_document_has_its_status_word(of: Document, word: str) -> None:
    assert standing_word(of) == word


def test_a_page_that_is_gone_begins_with_that_and_is_never_called_withdrawn() -> None:
    gone = document("x", "fda_guidance", fields={"status": "Final"}, status=Status.REMOVED)

    assert status_word(Item(gone)) == "NO LONGER SERVED"
    assert status_word(Item(gone, None, (ChangeEntry(change(gone, Kind.REMOVED), gone),))) == "NO LONGER SERVED"


def test_withdrawn_is_said_where_the_regulator_says_it() -> None:
    of = document("x", "fda_guidance", fields={"status": "Final"})
    step = change(of, Kind.METADATA, events=(Event("withdrawn_by_regulator", "FDA withdrew the guidance."),))

    assert status_word(Item(of, None, (ChangeEntry(step, of),))) == "WITHDRAWN BY THE REGULATOR"


def test_an_act_makes_the_headline_before_an_edited_sentence() -> None:
    events = (Event("standing_changed", "It reads otherwise."), Event("consultation_closed", "It is closed."))
    step = change(NOTICE, events=events)

    assert headline(Item(NOTICE, None, (ChangeEntry(step, NOTICE),))) == (
        "It is closed. Seen between 15 Jan 2025 and 20 Aug 2025."
    )


def test_the_weightier_change_makes_the_headline_whatever_came_last() -> None:
    light = change(NOTICE, Kind.METADATA, reasons=("only fields changed",))
    grave = change(NOTICE, reasons=("a consultation closed",), events=(Event("consultation_closed", "It is closed."),))

    for order in ((light, grave), (grave, light)):
        item = Item(NOTICE, None, tuple(ChangeEntry(step, NOTICE) for step in order))
        assert headline(item).startswith("It is closed.")


def test_a_published_letter_that_is_new_is_told_by_its_publication() -> None:
    of = document("x", fields={"company": "Sample Works", "posted": "2025-03-03"})
    new = ChangeEntry(change(of, Kind.NEW, window=Window(None, JANUARY)), of)

    assert headline(Item(of, PublishedEntry(of), (new,))) == "FDA warning letter to Sample Works, posted 2025-03-03."
