"""Meaning: what bears meaning among the edits of a text, each as a sentence that quotes the regulator's words."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.archives.warc import answers
from crawler.source import read
from store.diff import compare
from store.meaning import MOST, meanings
from store.records import Block, BlockKind, Material, Meaning, Part, TokenKind

LETTERS = Path(__file__).parents[2] / "shared" / "recordings" / "fda" / "warning-letters-2026-01.warc.gz"


def p(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


def told(before: str, after: str, country: str = "US") -> tuple[Meaning, ...]:
    """What is told of one paragraph that changed, between two that did not."""
    frame = p("Dear recipient of this letter:"), p("With regards, the director of the office.")
    return meanings(compare([frame[0], p(before), frame[1]], [frame[0], p(after), frame[1]]), country)


def sentences(before: str, after: str, country: str = "US") -> list[str]:
    return [meaning.sentence for meaning in told(before, after, country)]


# One edit, one sentence


@pytest.mark.parametrize(
    ("before", "after", "token", "sentence"),
    [
        (
            "Please answer within fifteen (15) working days of receipt.",
            "Please answer within thirty (30) working days of receipt.",
            TokenKind.DEADLINE,
            "The time allowed changed from “fifteen (15) working days” to “thirty (30) working days”.",
        ),
        (
            "Comments are taken until October 14, 2025 by mail.",
            "Comments are taken until October 28, 2025 by mail.",
            TokenKind.DEADLINE,
            "A deadline changed from “October 14, 2025” to “October 28, 2025”.",
        ),
        ("The clinic may sell these vials here.", "The clinic must sell these vials here.", TokenKind.MODAL, "“may” became “must”."),
        (
            "Your vials are approved for use in humans.",
            "Your vials are not approved for use in humans.",
            TokenKind.NEGATION,
            "“not” was added: “Your vials are not approved for use …”.",
        ),
        (
            "Your vials are not approved for use in humans.",
            "Your vials are approved for use in humans.",
            TokenKind.NEGATION,
            "“not” was removed: “Your vials are not approved for use …”.",
        ),
        (
            "The inspection of October 14, 2025 found lamps.",
            "The inspection of October 28, 2025 found lamps.",
            TokenKind.DATE,
            "A date changed from “October 14, 2025” to “October 28, 2025”.",
        ),
        ("The firm kept 24 lamps in a shed.", "The firm kept 25 lamps in a shed.", TokenKind.NUMBER, "A number changed from “24” to “25”."),
        ("Each held 5 mg of the salt.", "Each held 50 mg of the salt.", TokenKind.QUANTITY, "A quantity changed from “5 mg” to “50 mg”."),
        (
            "Write to docket FDA-2017-D-6159 at any time.",
            "Write to docket FDA-2017-D-6160 at any time.",
            TokenKind.DOCKET,
            "A docket or file number changed from “FDA-2017-D-6159” to “FDA-2017-D-6160”.",
        ),
        (
            "The lamps break the rules of the land.",
            "The lamps break section 351(a)(1) of the PHS Act and the rules of the land.",
            TokenKind.CITATION,
            "A citation of PHS Act 351(a)(1) was added.",
        ),
        (
            "The lamps break 21 CFR 1271.10 and the rules of the land.",
            "The lamps break the rules of the land.",
            TokenKind.CITATION,
            "A citation of 21 CFR 1271.10 was removed.",
        ),
        ("The lamps break the rules.", "The lamps break the FD&C Act and the rules.", TokenKind.CITATION, "A citation of the FD&C Act was added."),
        ("Lamps under section 9 are sold.", "Lamps under section 10 are sold.", TokenKind.CITATION, "A citation of “section 9” was removed."),
        ("It is sold as a new drug in shops.", "It is sold as a drug in shops.", TokenKind.PRODUCT, "“new drug” became “drug”."),
        ("The lamp is cleared in the land.", "The lamp is licensed in the land.", TokenKind.CLAIM, "“cleared” became “licensed”."),
    ],
)  # fmt: skip
def test_an_edit_is_told_in_a_sentence(before: str, after: str, token: TokenKind, sentence: str) -> None:
    first = told(before, after)[0]

    assert (first.token, first.sentence) == (token, sentence)


@pytest.mark.parametrize(
    ("before", "after", "token", "sentence"),
    [
        (
            "Répondez dans les quinze (15) jours ouvrables par écrit.",
            "Répondez dans les trente (30) jours ouvrables par écrit.",
            TokenKind.DEADLINE,
            "The time allowed changed from “quinze (15) jours ouvrables” to “trente (30) jours ouvrables”.",
        ),
        ("La lampe peut être vendue ici.", "La lampe doit être vendue ici.", TokenKind.MODAL, "“peut” became “doit”."),
        (
            "La lampe est homologuée au Canada.",
            "La lampe n'est pas homologuée au Canada.",
            TokenKind.NEGATION,
            "“pas” was added: “La lampe n'est pas homologuée au Canada.”.",
        ),
        (
            "La visite du 14 août 2025 est faite.",
            "La visite du 15 août 2025 est faite.",
            TokenKind.DATE,
            "A date changed from “14 août 2025” to “15 août 2025”.",
        ),
        (
            "Selon l'article 2 de la LAD, la lampe est vendue.",
            "Selon la règle, la lampe est vendue.",
            TokenKind.CITATION,
            "A citation of Food and Drugs Act 2 was removed.",
        ),
    ],
)
def test_an_edit_in_french_is_told_too(before: str, after: str, token: TokenKind, sentence: str) -> None:
    first = told(before, after, "CA")[0]

    assert (first.token, first.sentence) == (token, sentence)


def test_a_meaning_keeps_the_words_of_both_sides_and_its_section() -> None:
    heading = Block(BlockKind.HEADING, "Conclusion", 2)

    (found,) = meanings(
        compare([heading, p("You may sell the lamps.")], [heading, p("You must sell the lamps.")]), "US"
    )

    assert found == Meaning(TokenKind.MODAL, "“may” became “must”.", "may", "must", "Conclusion")


def test_the_act_is_the_one_that_the_document_names() -> None:
    first = p("This is under the Public Health Service Act (the Act).")

    found = meanings(compare([first, p("The lamps break the law of the land.")], [first, p("The lamps break section 361 of the Act and the law of the land.")]), "US")  # fmt: skip

    assert [meaning.sentence for meaning in found] == ["A citation of PHS Act 361 was added."]


def test_a_guidance_is_cited_by_its_title() -> None:
    after = "Read the guidance for industry entitled “Lamps in Clinics” on the lamps of the land."

    assert sentences("Read on the lamps of the land.", after) == [
        "A citation of the guidance “Lamps in Clinics” was added."
    ]


# What bears no meaning


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1. The firm failed to test lamps.", "2. The firm failed to test lamps."),
        ("The firm has significant lamps in its shed.", "The firm has important lamps in its shed."),
        ("We found 12 lamps and some tables in the room.", "We found some tables and 12 lamps in the room."),
        ("Wait for fifteen lamps here.", "Wait for 15 lamps here."),
        ("Call (240) 402-9156 for lamps.", "Call (240) 402-9157 for lamps."),
        ("The rule of 21 C.F.R. § 211.22 on lamps.", "The rule of 21 CFR 211.22 on lamps."),
        ("It “may” be a lamp.", "It 'may' be a lamp."),
        ("The clinic has to answer.", "The clinic had to answer."),
    ],
)
def test_an_edit_without_meaning_is_not_told(before: str, after: str) -> None:
    assert sentences(before, after) == []


def test_numbers_that_change_places_are_told() -> None:
    assert sentences("We found 12 lamps and 15 vials in the room.", "We found 15 lamps and 12 vials in the room.") == [
        "A number changed from “12” to “15”.",
        "A number changed from “15” to “12”.",
    ]


def test_a_negation_that_changes_places_is_told() -> None:
    found = told("The lamp is safe and it is not approved for use.", "The lamp is not safe and it is approved for use.")

    assert [(meaning.token, meaning.before, meaning.after) for meaning in found] == [
        (TokenKind.NEGATION, "", "not"),
        (TokenKind.NEGATION, "not", ""),
    ]


def test_a_block_that_moved_tells_nothing() -> None:
    blocks = [
        p(f"Lamp {name} must be sold within {n} days.") for n, name in enumerate(["red", "blue", "grey"], start=11)
    ]

    assert meanings(compare(blocks, [blocks[2], *blocks[:2]]), "US") == ()


def test_a_sentence_that_went_from_one_block_to_another_tells_nothing() -> None:
    sentence = "The clinic must answer within 15 working days under section 505 of the FD&C Act, without delay."
    before = [p(f"Lamps of many kinds are kept in this large shed. {sentence}"), p("Tables are kept in the other one.")]
    after = [p("Lamps of many kinds are kept in this large shed."), p("Tables are kept in the other one."), p(sentence)]

    assert meanings(compare(before, after), "US") == ()


# New and gone blocks

KEPT = p("This paragraph stays as it is.")
NEW = p(
    "The clinic must answer within 15 days about its 12 lamps of 5 mg, sold on May 3, 2024, as they are not approved "
    "under section 505(a) of the FD&C Act, may be drugs and do not shine."
)


def test_of_a_new_block_what_binds_is_told_and_numbers_are_not() -> None:
    found = meanings(compare([KEPT], [KEPT, NEW]), "US")

    assert [(meaning.token, meaning.after) for meaning in found] == [
        (TokenKind.NEGATION, "not"),
        (TokenKind.MODAL, "must"),
        (TokenKind.DEADLINE, "within 15 days"),
        (TokenKind.CITATION, "section 505(a) of the FD&C Act"),
    ]


def test_of_a_block_that_is_gone_the_same_is_told() -> None:
    found = meanings(compare([KEPT, NEW], [KEPT]), "US")

    assert [meaning.token for meaning in found] == [
        TokenKind.NEGATION,
        TokenKind.MODAL,
        TokenKind.DEADLINE,
        TokenKind.CITATION,
    ]
    assert all(meaning.before and not meaning.after for meaning in found)


def test_a_line_that_gave_way_to_another_is_an_edit() -> None:
    before, after = [KEPT, p("October 31, 2022"), p("Dear reader:")], [KEPT, p("November 2, 2023"), p("Dear reader:")]

    found = meanings(compare(before, after), "US")

    assert [m.sentence for m in found] == ["A date changed from “October 31, 2022” to “November 2, 2023”."]


def test_each_cell_of_a_row_is_compared() -> None:
    rows = [Block(BlockKind.ROW, "red lamp | 12 lots | 5 mg"), Block(BlockKind.ROW, "grey lamp | 3 lots | 4 mg")]
    after = [Block(BlockKind.ROW, "red lamp | 12 lots | 6 mg"), rows[1]]

    assert [m.sentence for m in meanings(compare(rows, after), "US")] == ["A quantity changed from “5 mg” to “6 mg”."]


# Order, repetition, bounds


def test_the_weightiest_comes_first_and_then_the_place() -> None:
    before = "The 12 lamps are approved and clinics may sell them until May 3, 2024."
    after = "The 13 lamps are not approved and clinics must sell them until May 4, 2024."

    assert [meaning.token for meaning in told(before, after)] == [
        TokenKind.NEGATION,
        TokenKind.MODAL,
        TokenKind.DEADLINE,
        TokenKind.NUMBER,
    ]


def test_the_same_sentence_is_told_once_with_how_often() -> None:
    blocks = [p(f"The {name} lamp may be sold in shops.") for name in ("red", "blue", "grey")]

    found = meanings(compare(blocks, [p(block.text.replace("may", "must")) for block in blocks]), "US")

    assert [meaning.sentence for meaning in found] == ["“may” became “must” (3 times)."]


def test_a_change_tells_a_bounded_number_of_sentences_and_counts_the_rest() -> None:
    before = [p(f"Shed number {chr(97 + n % 26) * (n // 26 + 2)} holds {n + 100} lamps of glass.") for n in range(60)]
    after = [p(re.sub(r"\d+ lamps", lambda found: f"9{found[0]}", block.text)) for block in before]

    found = meanings(compare(before, after), "US")

    assert len(found) == MOST
    assert found[0].sentence == "A number changed from “100” to “9100”."
    assert found[-1].sentence == "21 further changes of words that bear meaning are not listed."


# Any text

WORDS = st.sampled_from(
    [
        *("may", "must", "not", "approved", "within", "fifteen", "(15)", "working", "days", "24", "lots", "5", "mg", "May"),
        *("3,", "2025", "section", "505(a)", "of", "the", "FD&C Act", ",", ".", "drug", "|", "ne", "pas"),
    ]
)  # fmt: skip
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=12).map(" ".join), max_size=4)


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS)
def test_any_two_texts_are_told_in_order_and_without_repetition(before: list[str], after: list[str]) -> None:
    old, new = [p(text) for text in before], [p(text) for text in after]

    found = meanings(compare(old, new), "US")

    assert len(found) == len({meaning.sentence for meaning in found}) <= MOST
    assert all(meaning.sentence.endswith(".") for meaning in found)
    for meaning in found:
        assert not meaning.before or any(meaning.before in text for text in before)
        assert not meaning.after or any(meaning.after in text for text in after)
    assert meanings(compare(old, old), "US") == ()


# One edit planted in each recorded letter

recorded = pytest.mark.skipif(
    not LETTERS.exists(), reason="the recorded pages are not beside this project (shared/recordings)"
)
Replacement = Callable[[re.Match[str]], str]


@pytest.fixture(scope="module")
def letters() -> list[tuple[Block, ...]]:
    return list(read_letters())


def read_letters() -> Iterator[tuple[Block, ...]]:
    for answer in answers(LETTERS):
        yield read(Material("fda_warning_letters", Part.PAGE, answer.url, answer.body)).blocks


def planted(blocks: Sequence[Block], pattern: str, new: Replacement, chance: random.Random) -> list[Block] | None:
    """The letter with one of the places where a pattern stands edited; None where it stands nowhere."""
    places = [(n, found) for n, block in enumerate(blocks) for found in re.finditer(pattern, block.text)]
    if not places:
        return None
    n, found = chance.choice(places)
    text = blocks[n].text
    edited = Block(blocks[n].kind, text[: found.start()] + new(found) + text[found.end() :], blocks[n].level)
    return [*blocks[:n], edited, *blocks[n + 1 :]]


@recorded
@pytest.mark.recordings
@pytest.mark.parametrize(
    ("pattern", "new", "token", "at_least"),
    [
        (r"(?:fifteen \(15\)|\b15) working days", lambda found: "thirty (30) working days", {TokenKind.DEADLINE}, 240),
        (r"\bmay\b", lambda found: "must", {TokenKind.MODAL}, 320),
        (r"\bmust\b", lambda found: "should", {TokenKind.MODAL}, 240),
        (r"\b(?:is|are) (?=approved|adequate|in|a|the)", lambda found: found[0] + "not ", {TokenKind.NEGATION}, 320),
        (r"\bnot ", lambda found: "", {TokenKind.NEGATION}, 320),
        (r"(March|July) (\d{1,2}), (\d{4})", lambda found: f"{found[1]} {int(found[2]) % 27 + 1}, {found[3]}", {TokenKind.DATE, TokenKind.DEADLINE}, 150),
        (r"21 CFR 211\.\d+", lambda found: "21 CFR 211.999", {TokenKind.CITATION}, 200),
        (r"\b(?:significant|additional|corrective|adequately)\b", lambda found: "important", {None}, 300),
    ],
)  # fmt: skip
def test_one_planted_edit_is_told_as_what_it_is(
    letters: list[tuple[Block, ...]],
    pattern: str,
    new: Replacement,
    token: set[TokenKind | None],
    at_least: int,
) -> None:
    chance = random.Random(pattern)
    tried, wrong = 0, []
    for blocks in letters:
        edited = planted(blocks, pattern, new, chance)
        if edited:
            found = meanings(compare(blocks, edited), "US")
            tried += 1
            if (found[0].token if found else None) not in token:
                wrong.append((found, [old.text for old, new in zip(blocks, edited, strict=True) if old != new]))

    assert wrong == []
    assert tried >= at_least


@recorded
@pytest.mark.recordings
def test_a_moved_paragraph_of_a_recorded_letter_tells_nothing(letters: list[tuple[Block, ...]]) -> None:
    chance = random.Random(7)
    for blocks in letters:
        moved = list(blocks)
        moved.insert(chance.randrange(len(moved)), moved.pop(chance.randrange(len(moved))))

        assert meanings(compare(blocks, moved), "US") == ()


@recorded
@pytest.mark.recordings
def test_one_edit_of_a_recorded_letter_costs_little(letters: list[tuple[Block, ...]]) -> None:
    diffs = []
    for blocks in letters[:100]:
        edited = planted(blocks, r"\bmay\b", lambda found: "must", random.Random(1))
        diffs.append(compare(blocks, edited or blocks))

    started = time.process_time()
    for diff in diffs:
        meanings(diff, "US")

    assert (time.process_time() - started) / len(diffs) < 0.01
