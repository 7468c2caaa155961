"""Which documents a crawl reads, and in which order."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.due import Candidate, chosen, is_due, wants_full_read
from crawler.source import Found
from store.archive import Looks

NOW = datetime(2025, 8, 20, 8, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)


def looked(hours: float, *, first: datetime | None = None, followed: bool = False, row: float | None = None) -> Looks:
    last = NOW - timedelta(hours=hours)
    return Looks(first or last, last, followed, NOW - timedelta(hours=row) if row is not None else None)


def candidate(key: str, look: Looks | None = None, rank: int = 5) -> Candidate:
    return Candidate(Found(key, f"https://notices.example/{key}", rank=rank), look)


def test_a_document_never_read_is_due() -> None:
    assert is_due(None, NOW)


@pytest.mark.parametrize(
    ("look", "due"),
    [
        (looked(19.9, followed=True), False),
        (looked(20, followed=True), True),
        (looked(6.9 * 24), False),
        (looked(7 * 24), True),
        (looked(8 * 24, first=LONG_AGO), False),
        (looked(29.9 * 24, first=LONG_AGO), False),
        (looked(30 * 24, first=LONG_AGO), True),
    ],
)
def test_a_look_is_good_for_less_the_more_a_document_matters(look: Looks, due: bool) -> None:
    assert is_due(look, NOW) is due


def test_a_row_that_changed_after_the_last_look_makes_due_until_the_page_is_read() -> None:
    assert is_due(looked(5, row=4), NOW)
    assert not is_due(looked(5, row=5), NOW)
    assert not is_due(looked(5, row=6), NOW)


def test_what_matters_comes_first_then_rank_then_the_order_of_the_list() -> None:
    candidates = [
        candidate("newest"),
        candidate("likely", rank=1),
        candidate("older"),
        candidate("followed", looked(30, followed=True)),
        candidate("rested", looked(1)),
        candidate("row", looked(30, row=1), rank=1),
    ]

    assert [c.found.key for c in chosen(candidates, NOW)] == ["row", "followed", "likely", "newest", "older"]


def test_a_full_read_is_wanted_after_a_week() -> None:
    assert not wants_full_read(NOW - timedelta(days=6.9), NOW)
    assert wants_full_read(NOW - timedelta(days=7), NOW)
