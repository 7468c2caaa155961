"""Documents by what they cite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import lookup
from store.citing import by_cited, changed_since, references
from store.records import Kind
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


GUIDANCE = "Considerations for Vesicle Products in Humans"


@pytest.fixture
def referring(tmp_path: Path) -> Iterator[Shelf]:
    """A guidance that mentions exosomes, and a letter that names it by its title and its docket."""
    made = Shelf(tmp_path / "referring.db")
    said = f"Exosomes: see the guidance for industry entitled “{GUIDANCE}”, docket FDA-2025-D-0001."
    made.crawl(0, {"guide": page("Of exosomes.", title=GUIDANCE, number="FDA-2025-D-0001"), "letter": page(said)})
    yield made
    made.close()


def test_a_letter_refers_to_a_guidance_by_title_and_by_docket(referring: Shelf) -> None:
    found = references(referring.store)

    assert {(one.citing, one.cited) for one in found} == {("letters:letter", "letters:guide")}
    assert [one.written for one in found] == [f"“{GUIDANCE}”", "FDA-2025-D-0001"]
    assert by_cited(found) == {"letters:guide": ("letters:letter",)}


def test_a_guidance_that_changed_after_the_letter_is_told(referring: Shelf) -> None:
    before = changed_since(referring.store, references(referring.store))
    referring.crawl(30, {"guide": page("Of exosomes and more.", title=GUIDANCE, number="FDA-2025-D-0001")})

    after = changed_since(referring.store, references(referring.store))

    assert before == []
    assert {(one.title, one.change.kind) for one in after} == {(GUIDANCE, Kind.REVISED)}


def test_a_letter_that_was_edited_afterwards_counts_from_its_edit(referring: Shelf) -> None:
    referring.crawl(30, {"guide": page("Of exosomes and more.", title=GUIDANCE, number="FDA-2025-D-0001")})
    referring.crawl(60, {"letter": page("Exosomes: see the guidance of the docket FDA-2025-D-0001, as it stands now.")})

    assert changed_since(referring.store, references(referring.store)) == []


def test_another_title_is_not_referred_to(referring: Shelf) -> None:
    referring.crawl(30, {"guide": page("Of exosomes.", title=f"{GUIDANCE}: Questions", number="FDA-2025-D-0002")})

    assert references(referring.store) == ()
