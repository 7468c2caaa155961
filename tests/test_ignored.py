"""What differs and does not count is told, with the rule, how often, and an example."""

from __future__ import annotations

from store.diff import compare
from store.ignored import Compared, Rule, Stay, ignored
from store.records import Block, BlockKind, Ignored


def p(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


def told(before: Compared, after: Compared) -> list[Ignored]:
    return list(ignored(before, after, compare(before.blocks, after.blocks)))


def test_two_equal_sides_ignore_nothing() -> None:
    side = Compared({"status": "Open"}, [p("A serum.")], [Stay({"modified": "a"}, {"modified": "a"}, 0, "b", "")])

    assert told(side, side) == []


def test_bytes_that_read_alike_are_counted_with_the_hashes_of_two_of_them() -> None:
    before = Compared({}, [p("A serum.")], [Stay({}, {}, 3, "aa", "bb"), Stay({}, {}, 1, "cc", "dd")])

    assert told(before, Compared({}, [p("Another serum.")])) == [Ignored(Rule.MARKUP, 4, "aa", "bb")]


def test_a_date_of_the_page_that_moved_alone_is_told_by_its_name() -> None:
    stay = Stay({"modified": "2025-01-01"}, {"modified": "2025-02-02", "updated": "2025-02-02"}, 0, "", "")

    assert told(Compared({}, [], [stay]), Compared({}, [])) == [
        Ignored(Rule.STAMPS, 2, "modified: 2025-01-01", "modified: 2025-02-02")
    ]


def test_quotation_marks_alone_are_typography_in_a_field_and_a_field_that_says_other_words_is_not() -> None:
    before = Compared({"product": 'A "serum"', "status": "Open"}, [])
    after = Compared({"product": "A “serum”", "status": "Closed"}, [])

    assert told(before, after) == [Ignored(Rule.TYPOGRAPHY, 1, 'A "serum"', "A “serum”")]


def test_a_paragraph_that_became_a_list_item_of_the_same_words_is_told() -> None:
    before, after = Compared({}, [p("First.")]), Compared({}, [Block(BlockKind.ITEM, "First.", 1)])

    assert told(before, after) == [Ignored(Rule.BLOCK_KIND, 1, "paragraph: First.", "item: First.")]
