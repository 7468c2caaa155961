"""Whether a list was read whole."""

from crawler.listing import Tally
from crawler.source import Found, ListPage


def page(*keys: str, declared: int | None = None) -> ListPage:
    return ListPage(tuple(Found(key, f"https://notices.example/{key}") for key in keys), declared, rows=len(keys))


def tally(*pages: ListPage) -> Tally:
    counted = Tally()
    for one in pages:
        counted.add(one)
    return counted


def test_a_list_with_all_its_rows_misses_none() -> None:
    counted = tally(page("a", "b", declared=3), page("c", declared=3))

    assert (counted.missing, dict(counted.repeated)) == (0, {})


def test_a_row_that_the_regulator_repeats_on_one_page_is_no_missing_row() -> None:
    counted = tally(page("a", "b", "a", declared=3))

    assert (counted.missing, list(counted.repeated)) == (0, ["a"])


def test_a_row_seen_again_on_the_next_page_means_that_another_slipped_through() -> None:
    counted = tally(page("a", "b", declared=4), page("b", "d", declared=4))

    assert (counted.missing, list(counted.repeated)) == (1, ["b"])


def test_a_list_that_declares_nothing_misses_nothing() -> None:
    assert tally(page("a")).missing == 0
