"""Passages: each paragraph about a topic once, for as long as it stood."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import lookup
from store.passages import Passage, passages
from tests.shelf import Shelf, at, page

FIRST = "Exosomes are sold here."
SECOND = "No exosome is approved."


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path / "store.db")
    yield made
    made.close()


def found(shelf: Shelf, since: float | None = None, until: float | None = None, **chosen: str) -> list[Passage]:
    moments = {name: at(hours) for name, hours in (("since", since), ("until", until)) if hours is not None}
    return passages(shelf.store, lookup.documents(shelf.store), **moments, **chosen)  # type: ignore[arg-type]


def test_a_paragraph_that_stays_while_others_change_is_one_passage(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": page(f"{FIRST}\nOther.")})
    shelf.crawl(30, {"a": page(f"{FIRST}\nAnother.")})

    assert [(p.text, p.versions, p.first_seen, p.last_seen) for p in found(shelf)] == [(FIRST, (1, 2), at(0), at(30))]


def test_one_that_goes_and_comes_back_is_a_passage_for_each_time(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": page(f"{FIRST}\n{SECOND}")})
    shelf.crawl(30, {"a": page(f"{FIRST}\nOther words.")})
    shelf.crawl(60, {"a": page(f"{FIRST}\n{SECOND}")})

    assert [(p.text, p.versions) for p in found(shelf)] == [(FIRST, (1, 2, 3)), (SECOND, (1,)), (SECOND, (3,))]


def test_a_period_has_what_was_seen_at_some_moment_of_it(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": page(FIRST)})
    shelf.crawl(30, {"a": page(SECOND)})

    assert [p.text for p in found(shelf, until=30)] == [FIRST]
    assert [p.text for p in found(shelf, since=1)] == [SECOND]
    assert [p.text for p in found(shelf, since=0, until=31)] == [FIRST, SECOND]


def test_a_title_and_a_heading_are_passages_and_a_paragraph_without_the_topic_is_none(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": page(f"# Part\nA serum.\n{FIRST} Of exosomes.", title="Exosome serum")})

    assert [(p.section, p.text, p.variants) for p in found(shelf)] == [
        ("title", "Exosome serum", ("Exosome",)),
        ("Part", f"{FIRST} Of exosomes.", ("Exosomes", "exosomes")),
    ]


def test_another_topic_has_none(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": page(FIRST)})

    assert found(shelf, topic="vesicles") == []
