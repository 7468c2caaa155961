"""Likely words: what leads to our documents, however it is written, and what does not."""

import pytest

from crawler.likely import says


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Notice on EXOSOMES", ["exosom"]),
        ("/consumers/sample-stem-cell-products", ["stem cell"]),
        ("Stem cell products", ["stem-cell"]),
        ("Regulation of HCT/Ps", ["hct/p"]),
        ("Des vésicules", ["vesicul"]),
        ("Des vesicules", ["vésicul"]),
        ("nothing, then vesicles", ["exosom", "vesicle"]),
    ],
)
def test_a_word_is_found_however_it_is_written(text: str, words: list[str]) -> None:
    assert says(text, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Notice on lamps", ["exosom", "vesicle"]),
        ("stem of a cell", ["stem cell"]),
        ("stemcell", ["stem cell"]),
        ("exosomes", []),
        ("", ["exosom"]),
    ],
)
def test_other_words_are_not_likely(text: str, words: list[str]) -> None:
    assert not says(text, words)
