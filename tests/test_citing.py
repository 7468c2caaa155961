"""Documents by what they cite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import lookup
from tests.shelf import Shelf, page

LETTER = "Exosomes are sold in breach of {}."


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path / "store.db")
    cited = {
        "a": "21 CFR 1271.10(a)",
        "b": "21 CFR part 1271",
        "c": "21 CFR 127",
        "d": "section 505(a) of the FD&C Act",
    }
    made.crawl(
        0,
        {
            key: page(LETTER.format(law), published=f"2025-0{place}-15")
            for place, (key, law) in enumerate(cited.items(), start=1)
        },
    )
    yield made
    made.close()


def citing(shelf: Shelf, law: str, published: tuple[str, str] | None = None) -> list[str]:
    return [found.id for found in lookup.documents(shelf.store, cites=law, published=published)]


@pytest.mark.parametrize(
    ("law", "found"),
    [
        ("21 CFR 1271", ["letters:a", "letters:b"]),
        ("21 cfr 1271.10", ["letters:a"]),
        ("21 CFR 127", ["letters:c"]),
        ("FD&C Act 505", ["letters:d"]),
        ("FD&C Act", ["letters:d"]),
        ("FD&C Act 50", []),
        ("PHS Act 505", []),
    ],
)
def test_a_provision_stands_for_all_that_lies_under_it_and_for_no_longer_number(
    shelf: Shelf, law: str, found: list[str]
) -> None:
    assert citing(shelf, law) == found


def test_a_period_is_that_of_the_regulators_date(shelf: Shelf) -> None:
    assert citing(shelf, "21 CFR 1271", ("2025-02-01", "2025-07-01")) == ["letters:b"]


def test_what_a_version_no_longer_cites_is_not_found(shelf: Shelf) -> None:
    shelf.crawl(30, {"a": page(LETTER.format("the law"))})

    assert citing(shelf, "21 CFR 1271") == ["letters:b"]


def test_documents_that_are_not_followed_have_no_citations(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "other.db")
    shelf.crawl(0, {"a": page("A serum under 21 CFR 1271.")})

    assert shelf.count("citations") == 0
    shelf.close()
