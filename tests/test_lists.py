"""A shorter list is believed when it is news, and not when it is broken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from store.lists import Shown, weigh

START = datetime(2026, 1, 5, tzinfo=UTC)
DATES = {document: f"{2021 + document // 50}-03-{1 + document % 28:02}" for document in range(300)}
ALL = frozenset(range(300))
PRUNED = frozenset(range(50, 300))  # all of 2021 is gone


def shown(day: float, documents: frozenset[int]) -> Shown:
    return Shown(int(day * 10), START + timedelta(days=day), documents)


def test_the_first_reading_is_believed() -> None:
    assert weigh(None, [], shown(0, ALL), DATES).believed == (0,)


@pytest.mark.parametrize("gone", [1, 3, 15])
def test_a_few_missing_are_news(gone: int) -> None:
    belief = weigh(shown(0, ALL), [], shown(1, ALL - frozenset(range(200, 200 + gone))), DATES)

    assert (belief.believed, belief.tripped) == ((10,), False)


@pytest.mark.parametrize("documents", [ALL - frozenset(range(16)), frozenset(), frozenset(range(120))])
def test_many_missing_at_once_trip_the_guard(documents: frozenset[int]) -> None:
    belief = weigh(shown(0, ALL), [], shown(1, documents), DATES)

    assert belief.tripped
    assert belief.missing == ALL - documents


def test_three_agreeing_lists_over_seven_days_release_a_pruned_year() -> None:
    doubted = [shown(1, PRUNED), shown(4, PRUNED)]

    assert weigh(shown(0, ALL), doubted, shown(8, PRUNED), DATES).believed == (10, 40, 80)


@pytest.mark.parametrize(
    ("doubted", "reading"),
    [
        ([shown(1, PRUNED)], shown(8, PRUNED)),  # two lists
        ([shown(1, PRUNED), shown(2, PRUNED)], shown(7.9, PRUNED)),  # under seven days
        ([shown(1, PRUNED), shown(4, PRUNED - {299})], shown(8, PRUNED)),  # they do not agree
    ],
)
def test_fewer_sooner_or_differing_lists_release_nothing(doubted: list[Shown], reading: Shown) -> None:
    assert weigh(shown(0, ALL), doubted, reading, DATES).tripped


def test_a_hole_in_the_middle_is_never_released_by_itself() -> None:
    holed = ALL - frozenset(range(100, 150))

    assert weigh(shown(0, ALL), [shown(1, holed), shown(4, holed)], shown(8, holed), DATES).tripped


def test_documents_without_a_date_are_no_block_of_the_oldest() -> None:
    assert weigh(shown(0, ALL), [shown(1, PRUNED), shown(4, PRUNED)], shown(8, PRUNED), {}).tripped


def test_a_person_may_accept_what_is_missing() -> None:
    accepted = START + timedelta(days=1)

    assert weigh(shown(0, ALL), [], shown(1, frozenset({1})), DATES, accepted).believed == (10,)
    assert weigh(shown(0, ALL), [], shown(2, frozenset({1})), DATES, accepted).tripped
