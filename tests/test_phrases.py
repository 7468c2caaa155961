"""Standard wording is known by its presence in other letters, whatever names, numbers and dates are put into it."""

from __future__ import annotations

from collections import Counter
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.phrases import SEEN_IN, counted, hashes, packed, standing
from store.records import BlockKind
from tests.letters import ABSENT, LETTERS, h, item, p, recorded

CLOSING = (
    "The violations cited in this letter are not intended to be an all-inclusive list of violations at your facility."
)


def hash_of(text: str) -> int:
    (number,) = hashes([p(text)])
    return number


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (CLOSING, CLOSING),
        (
            "Respond to this office in writing within 15 working days of receipt.",
            "Respond to this office in writing within 30 working days of receipt.",
        ),
        (
            "We reviewed your May 3, 2021, response to our Form FDA 483 in detail and acknowledge your correspondence.",
            "We reviewed your June 14, 2024, response to our Form FDA 483 in detail and acknowledge your correspondence.",
        ),
        (
            "FDA may refuse admission of articles manufactured at Larkspur Works, Elmwood, into the United States.",
            "FDA may refuse admission of articles manufactured at Ashford Gels Ltd., Rue 4, into the United States.",
        ),
        (
            "Your firm’s executive management remains responsible for it.",
            "Your firm's executive management remains responsible for it.",
        ),
        ("• A detailed summary of your validation program.¹", "o A detailed summary of your validation programs."),
    ],
)
def test_what_differs_from_letter_to_letter_does_not_count(one: str, other: str) -> None:
    assert hash_of(one) == hash_of(other) != 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Your firm failed to test each lot of components for identity.",
            "Your firm failed to test each lot of products for sterility.",
        ),
        ("You must recall the products without delay now.", "You must not recall the products without delay now."),
        (
            "There were no violations of the written requirements seen by investigators.",
            "There were violations of the written requirements seen by investigators.",
        ),
    ],
)
def test_other_words_are_other_wording(one: str, other: str) -> None:
    assert 0 not in (hash_of(one), hash_of(other))
    assert hash_of(one) != hash_of(other)


@pytest.mark.parametrize(
    "text",
    [
        "Sincerely,",
        "/S/",
        "January 17, 2025",
        "Larkspur Works, Inc., Elmwood, Ohio",
        (
            "LARK ONE, LARK TWO, LARK THREE, LARK FOUR, LARK FIVE, LARK SIX, LARK SEVEN, LARK EIGHT, LARK NINE, LARK TEN, "
            "LARK ELEVEN, LARK TWELVE, LARK THIRTEEN which are sold here now"
        ),
    ],
)
def test_what_is_too_short_or_mostly_names_has_no_hash(text: str) -> None:
    assert hash_of(text) == 0


def test_a_heading_has_no_hash_and_an_item_has() -> None:
    assert [number != 0 for number in hashes([h(CLOSING), item(CLOSING)])] == [False, True]


@given(st.lists(st.text(max_size=80), max_size=6))
def test_hashes_are_48_bits_one_to_a_block(texts: list[str]) -> None:
    blocks = [p(text) for text in texts]

    assert len(hashes(blocks)) == len(blocks)
    assert all(0 <= number < 2**48 for number in hashes(blocks))


def test_a_paragraph_is_standard_from_the_third_other_letter_on() -> None:
    counts = {1: SEEN_IN - 1, 2: SEEN_IN, 3: 900}

    assert standing([1, 2, 3, 4], counts, 100) == (False, True, True, False)


def test_among_many_letters_more_of_them_must_share_it() -> None:
    assert standing([1], {1: 15}, 3277) == (False,)
    assert standing([1], {1: 16}, 3277) == (True,)


def test_what_has_no_hash_is_never_standard() -> None:
    assert standing([0], {0: 900}, 1000) == (False,)


recordings = [pytest.mark.recordings, pytest.mark.skipif(not LETTERS.exists(), reason=ABSENT)]


class TestOnTheRecordedLetters:
    pytestmark = recordings

    def test_a_third_of_all_paragraphs_is_standard_wording(self) -> None:
        letters = [one.reading.blocks for one in recorded()]
        numbers = [hashes(blocks) for blocks in letters]
        seen = Counter(number for one in numbers for number in set(one))
        marked = long = 0

        for blocks, own in zip(letters, numbers, strict=True):
            marks = standing(own, {number: seen[number] - 1 for number in set(own)}, len(letters) - 1)
            for block, mark in zip(blocks, marks, strict=True):
                if block.kind is not BlockKind.HEADING and block.text.count(" ") >= 7:
                    long += 1
                    marked += mark

        assert 0.38 < marked / long < 0.45

    def test_the_sentence_that_closes_most_letters_is_standard_wording(self) -> None:
        blocks = [block for one in recorded() for block in one.reading.blocks]
        seen = Counter(number for number in hashes(blocks) if number)
        closings = [block for block in blocks if "not intended to be an all-inclusive" in block.text]

        common = [block for block in closings if seen[hash_of(block.text)] > SEEN_IN]

        assert len(common) / len(closings) > 0.8

    def test_no_paragraph_that_names_a_lot_or_batch_at_length_is_standard(self) -> None:
        """What is found in one plant is new in its letter: a sentence with "Specifically" is no standard wording."""
        letters = [one.reading.blocks for one in recorded()]
        seen = Counter(number for blocks in letters for number in set(hashes(blocks)))
        specific = [
            block.text
            for blocks in letters
            for block in blocks
            if block.text.startswith(("Specifically,", "For example,"))
        ]

        standard = [text for text in specific if seen[hash_of(text)] > SEEN_IN and hash_of(text)]

        assert len(specific) > 150
        assert len(standard) / len(specific) < 0.02

    def test_a_letter_costs_less_than_a_few_milliseconds(self) -> None:
        letters = [one.reading.blocks for one in recorded()]

        before = process_time()
        for blocks in letters:
            hashes(blocks)

        # Measured: 0.6 ms a letter; the bound leaves room for a slower machine.
        assert (process_time() - before) / len(letters) < 0.002


def test_what_is_packed_is_counted_in_how_many_letters_it_occurs() -> None:
    letters = [packed([7, 5, 0, 7]), packed([5, 2**48 - 1]), packed([])]

    assert counted(letters) == {5: 2, 7: 1, 2**48 - 1: 1}
    assert [len(letter) for letter in letters] == [12, 12, 0]
