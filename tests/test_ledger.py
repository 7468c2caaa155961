"""What a change did to the mentions of the topics."""

from __future__ import annotations

import pytest

from store.diff import compare
from store.ledger import shifts, weightiest
from store.mentions import Topic, find
from store.records import Block, BlockKind, MentionChange, MentionShift

TOPICS = (Topic("exosomes", terms=("exosom",)),)
RECALL = "Pinmoor recalls one lot of serum because the label is wrong."
CLAIM = "The label says that exosomes make skin younger."
ADVICE = "Ask a doctor before you use the product on skin."


def told(before: list[str], after: list[str]) -> list[tuple[str, str, str]]:
    return [(change.shift.value, change.before, change.after) for change in changes(before, after)]


def changes(before: list[str], after: list[str], titles: tuple[str, str] = ("", "")) -> tuple[MentionChange, ...]:
    sides = [[Block(_kind(text), text) for text in side] for side in (before, after)]
    mentions = [find(TOPICS, title, {}, side) for title, side in zip(titles, sides, strict=True)]
    return shifts(compare(*sides), (sides[0], mentions[0]), (sides[1], mentions[1]))


def _kind(text: str) -> BlockKind:
    return BlockKind.HEADING if text.isupper() else BlockKind.PARAGRAPH


def test_a_topic_that_was_not_there_is_mentioned_for_the_first_time() -> None:
    assert told([RECALL, ADVICE], [RECALL, CLAIM, ADVICE]) == [("first mention", "", CLAIM)]


def test_one_more_mention_is_added_and_the_others_stay() -> None:
    more = "A second lot of exosomes is recalled as well."

    assert told([CLAIM, "A", RECALL], [CLAIM, "A", RECALL, "B", more]) == [("mention added", "", more)]


def test_a_mention_that_goes_is_removed() -> None:
    assert told([RECALL, "A", CLAIM], [RECALL, "A"]) == [("mention removed", CLAIM, "")]


def test_words_changed_in_the_sentence_are_near_the_mention_with_both_sides() -> None:
    now = CLAIM.replace("younger", "smoother")

    assert told([RECALL, CLAIM], [RECALL, now]) == [("text near a mention changed", CLAIM, now)]


def test_words_changed_in_another_sentence_of_the_paragraph_are_near() -> None:
    before, after = f"{CLAIM} {ADVICE}", f"{CLAIM} {ADVICE.replace('doctor', 'pharmacist')}"

    assert told([before], [after]) == [("text near a mention changed", CLAIM, CLAIM)]


def test_the_paragraph_beside_is_near_and_the_one_after_it_is_not() -> None:
    edited = ADVICE.replace("doctor", "pharmacist")

    assert told([CLAIM, ADVICE], [CLAIM, edited]) == [("text near a mention changed", CLAIM, CLAIM)]
    assert told([CLAIM, RECALL, ADVICE], [CLAIM, RECALL, edited]) == []


def test_a_paragraph_of_the_next_section_is_not_near() -> None:
    edited = ADVICE.replace("doctor", "pharmacist")

    assert told([CLAIM, "WHAT TO DO", ADVICE], [CLAIM, "WHAT TO DO", edited]) == []


def test_the_next_row_of_a_table_is_not_near() -> None:
    before = [Block(BlockKind.ROW, "Exosome serum | 7"), Block(BlockKind.ROW, "Other serum | 8")]
    after = [before[0], Block(BlockKind.ROW, "Other serum | 9")]
    mentions = [find(TOPICS, "", {}, side) for side in (before, after)]

    assert shifts(compare(before, after), (before, mentions[0]), (after, mentions[1])) == ()


def test_a_mention_that_only_moved_is_not_told() -> None:
    assert told([CLAIM, RECALL, ADVICE, "Z"], [RECALL, ADVICE, CLAIM, "Z"]) == []


def test_an_equal_text_tells_nothing_and_is_called_unchanged() -> None:
    same = changes([CLAIM, ADVICE], [CLAIM, ADVICE])

    assert (same, weightiest(same)) == ((), MentionShift.UNCHANGED)


def test_a_title_that_begins_to_name_the_topic_is_told_by_its_field() -> None:
    found = changes([CLAIM], [CLAIM], titles=("Serum", "Exosome serum"))

    assert [(change.shift, change.section, change.after) for change in found] == [
        (MentionShift.ADDED, "title", "Exosome serum")
    ]


def test_one_mention_fewer_in_an_edited_paragraph_is_removed() -> None:
    before = f"{CLAIM} Exosomes are not approved."

    assert told([before], [CLAIM]) == [("mention removed", "Exosomes are not approved.", "")]


@pytest.mark.parametrize(
    ("spoken", "word"),
    [
        ([MentionShift.NEAR, MentionShift.ADDED], MentionShift.ADDED),
        ([MentionShift.REMOVED, MentionShift.NEAR], MentionShift.REMOVED),
        ([MentionShift.ADDED, MentionShift.FIRST], MentionShift.FIRST),
    ],
)
def test_the_weightiest_names_the_change(spoken: list[MentionShift], word: MentionShift) -> None:
    assert weightiest([MentionChange(shift, "exosomes", "", "a", "b") for shift in spoken]) is word
