"""English and French: whether the other language followed, and whether both still say the same in numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reports.twins import Drift, Twin, TwinState, drift_sentence, drifts
from store.bilingual import Misalignment, misalignment
from store.records import Block, BlockKind, Change, Document, Kind, Severity, Side, Status, Window

MONDAY = datetime(2025, 8, 18, 8, tzinfo=UTC)
DAY = timedelta(days=1)
SIDE = Side(1, "a" * 64, "b" * 64, MONDAY)
AGREE = Misalignment((), (), (2, 2))


def document(language: str, last_seen: datetime) -> Document:
    url = f"https://regulator.example/{language}"
    return Document(
        f"notices:{language}", "health_canada_notices", "", url, (url,), None, "Notice", language, Status.CURRENT, True,
        "mentions exosomes", None, None, {}, (), 1, 2, MONDAY, last_seen,
    )  # fmt: skip


def change(until: datetime, after: datetime | None = None, kind: Kind = Kind.REVISED, name: str = "one") -> Change:
    window = Window(after or until - DAY, until)
    return Change(name, "notices:en", kind, window, SIDE, replace(SIDE, n=2), severity=Severity.ROUTINE)


def apart(*others: Change, as_of: float = 8, read: float = 8, mine: Change | None = None) -> list[TwinState]:
    twin = Twin(
        document("en", MONDAY + 8 * DAY), document("fr", MONDAY + read * DAY), [mine or change(MONDAY)], others, AGREE
    )
    return [drift.state for drift in drifts([twin], MONDAY + as_of * DAY)]


def test_a_language_that_did_not_follow_within_a_week_is_behind() -> None:
    assert apart() == [TwinState.BEHIND]


def test_before_the_week_is_over_nothing_is_said() -> None:
    assert apart(as_of=6.9, read=6) == []


def test_one_that_was_not_read_since_is_not_called_unchanged() -> None:
    assert apart(read=-1) == [TwinState.UNREAD]


@pytest.mark.parametrize("days", [-7, 0, 6.5])
def test_a_change_of_the_other_within_a_week_before_or_after_follows(days: float) -> None:
    assert apart(change(MONDAY + days * DAY)) == []


def test_windows_that_overlap_may_be_one_moment() -> None:
    wide = change(MONDAY + 90 * DAY, after=MONDAY - 10 * DAY)

    assert apart(wide, as_of=100, read=100) == []


def test_a_change_long_after_does_not_follow() -> None:
    assert apart(change(MONDAY + 30 * DAY), as_of=40, read=40) == [TwinState.BEHIND]


def test_what_only_happened_to_the_page_asks_nothing_of_its_twin() -> None:
    assert apart(mine=change(MONDAY, kind=Kind.MOVED)) == []


def test_the_sentence_says_when_each_was_read_and_where_they_differ() -> None:
    compared = Misalignment(("30",), ("15", "2025-10-21"), (4, 3))
    drift = Drift(
        change(MONDAY), document("en", MONDAY + DAY), document("fr", MONDAY + DAY), TwinState.BEHIND, compared
    )

    assert drift_sentence(drift) == (
        "The English page changed by 2025-08-18; the French page was not changed since (last read 2025-08-19)."
        " They differ: only in English: 30; only in French: 15, 2025-10-21; 4 headings in English, 3 in French."
    )


def test_agreement_is_said_too() -> None:
    drift = Drift(change(MONDAY), document("fr", MONDAY), document("en", MONDAY), TwinState.UNREAD, AGREE)

    assert drift_sentence(drift) == (
        "The French page changed by 2025-08-18; the English page was not read since (last read 2025-08-18)."
        " Their headings, numbers and dates agree."
    )


def texts(*said: str) -> list[Block]:
    return [Block(BlockKind.HEADING, text[2:], 2) if text.startswith("# ") else _p(text) for text in said]


def _p(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


def test_numbers_dates_and_headings_are_laid_side_by_side_in_both_languages() -> None:
    english = texts("# Input", "Send input by October 21, 2025, within thirty days.", "It costs 1,300.5 dollars.")
    french = texts("# Avis", "Envoyez vos avis au plus tard le 21 octobre 2025, dans les trente jours.", "1 300,5 $.")

    assert misalignment(english, french, "CA").aligned


def test_what_one_language_lacks_is_named_as_often_as_it_is_missing() -> None:
    english = texts("# Input", "# More", "Within thirty days; by October 28, 2025.")
    french = texts("# Avis", "Dans les quinze jours; au plus tard le 21 octobre 2025.")

    found = misalignment(english, french, "CA")

    assert found == Misalignment(("2025-10-28", "30"), ("15", "2025-10-21"), (2, 1))
