"""What blocks are to one another: paths of headings, labels, notes, tables with their headers and names of rows."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.records import Block, BlockKind
from store.structure import LABEL_RULES, Role, Section, cells, label, paths, tables, tree, units


def p(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


def h(text: str, level: int = 2) -> Block:
    return Block(BlockKind.HEADING, text, level)


def row(*texts: str) -> Block:
    return Block(BlockKind.ROW, " | ".join(texts))


def keys(*rows: Block) -> list[tuple[str, ...]]:
    return [unit.key for unit in units(rows)]


def test_a_path_is_the_headings_above_outermost_first() -> None:
    blocks = [p("a"), h("One", 1), p("b"), h("Deep", 3), p("c"), h("Less deep", 2), p("d"), h("Two", 1), p("e")]

    assert paths(blocks) == [
        (),
        ("One",),
        ("One",),
        ("One", "Deep"),
        ("One", "Deep"),
        ("One", "Less deep"),
        ("One", "Less deep"),
        ("Two",),
        ("Two",),
    ]


def test_a_tree_holds_each_block_once_in_the_order_of_the_text() -> None:
    blocks = [p("a"), h("One", 1), p("b"), h("Deep", 3), p("c"), h("Two", 1), row("x", "y")]

    whole = tree(blocks)

    assert whole.heading is None
    assert [unit.block.text for unit in whole.units] == ["a"]
    one, two = whole.sections
    assert one.heading is not None
    assert one.heading.block.text == "One"
    assert [below.heading.block.text for below in one.sections if below.heading] == ["Deep"]
    assert [unit.role for unit in two.units] == [Role.ROW]
    assert [block.text for block in walked(whole)] == [block.text for block in blocks]


def walked(section: Section) -> list[Block]:
    heading = [section.heading.block] if section.heading else []
    below = [block for part in section.sections for block in walked(part)]
    return [*heading, *(unit.block for unit in section.units), *below]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. Failure to establish procedures", "1."),
        ("12) Failure to establish procedures", "12)"),
        ("(a) the donor", "(a)"),
        ("(iv) the donor", "(iv)"),
        ("(12) the donor", "(12)"),
        ("[2] See the notice.", "[2]"),
        ("[2]See the notice.", "[2]"),
        ("iv. the donor", "iv."),
        ("XII. SCOPE", "XII."),
        ("B) the donor", "B)"),
        ("a. the donor", "a."),
        ("1.2.3 Scope of it", "1.2.3"),
        ("4.1. Scope of it", "4.1."),
        ("A.1. Scope of it", "A.1."),
        ("(b)(4) was withheld", ""),
        ("U.S. firms", ""),
        ("12 March 2026", ""),
        ("2026. It was cold.", ""),
        ("1.5 mg of it", ""),
        ("Mr. Vale", ""),
        ("1.", ""),
        ("[sic] as written", ""),
        ("Failure to establish procedures", ""),
        ("(as amended) the rule", ""),
    ],
)
def test_a_label_is_the_number_that_text_follows(text: str, expected: str) -> None:
    assert label(text) == expected


@pytest.mark.parametrize(
    "text", ["[2] x", "(iv) x", "1.2 X", "12) x", "a. x", "xii. x"], ids=[rule.name for rule in LABEL_RULES]
)
def test_each_form_of_label_parts_the_body_from_its_number(text: str) -> None:
    (unit, _) = units([p(text), p("Text.")])

    assert (unit.role, f"{unit.label} {unit.body}") == (Role.ITEM, text)


def test_numbered_paragraphs_are_items_as_they_are_in_a_pdf() -> None:
    blocks = [
        h("II. SCOPE"),
        p("1. Failure"),
        Block(BlockKind.ITEM, "2. Failure", 1),
        Block(BlockKind.ITEM, "Cells", 1),
    ]

    assert [(unit.role, unit.label) for unit in units(blocks)] == [
        (Role.HEADING, "II."),
        (Role.ITEM, "1."),
        (Role.ITEM, "2."),
        (Role.ITEM, ""),
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "Footnotes",
        "References",
        "Notes:",
        "Notes de bas de page",
        "Références",
        "VII. REFERENCES",
        "Note de bas de page",
    ],
)
def test_paragraphs_below_a_heading_for_notes_are_notes(heading: str) -> None:
    blocks = [p("Text."), h(heading), p("[1] See there."), p("See here."), h("Contact"), p("The office.")]

    assert [unit.role for unit in units(blocks)] == [
        Role.TEXT,
        Role.HEADING,
        Role.NOTE,
        Role.NOTE,
        Role.HEADING,
        Role.TEXT,
    ]


def test_marked_paragraphs_behind_the_text_are_notes() -> None:
    blocks = [p("Text."), p("Sincerely,"), p("[1] See there."), p("* As amended."), p("† Withheld.")]

    assert [(unit.role, unit.label) for unit in units(blocks)[1:]] == [
        (Role.TEXT, ""),
        (Role.NOTE, "[1]"),
        (Role.NOTE, "*"),
        (Role.NOTE, "†"),
    ]


def test_a_note_that_the_text_refers_to_may_stand_amid_the_text() -> None:
    blocks = [p("It is a drug.[1]"), p("[1] See there."), p("[2] The second point of a list."), p("More.")]

    assert [unit.role for unit in units(blocks)] == [Role.TEXT, Role.NOTE, Role.ITEM, Role.TEXT]


def test_a_raised_number_begins_a_note_wherever_it_stands() -> None:
    blocks = [p("It is a drug.¹²"), p("¹² See there."), p("More.")]

    assert [(unit.role, unit.label) for unit in units(blocks)] == [
        (Role.TEXT, ""),
        (Role.NOTE, "¹²"),
        (Role.TEXT, ""),
    ]


def test_rows_are_named_by_as_few_cells_as_no_other_row_begins_with() -> None:
    assert keys(
        row("Firm", "Lot", "Status"),
        row("Alpha", "L-1", "Open"),
        row("Beta", "L-1", "Open"),
        row("Beta", "L-2", "Open"),
        row("Gamma", "L-3", "Open"),
        row("Gamma", "L-3", "Open"),
    ) == [
        (),
        ("Alpha",),
        ("Beta", "L-1"),
        ("Beta", "L-2"),
        ("Gamma", "L-3", "Open"),
        ("Gamma", "L-3", "Open"),
    ]


def test_a_column_that_counts_names_no_row() -> None:
    assert keys(row("No.", "Firm"), row("1", "Alpha"), row("2", "Beta"), row("3", "Gamma"))[1:] == [
        ("Alpha",),
        ("Beta",),
        ("Gamma",),
    ]
    assert keys(row("Lot", "Firm"), row("1", "Alpha"), row("7", "Beta"))[1:] == [("1",), ("7",)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row("Firm", "Status"), row("Alpha", "Open")], True),
        ([row("Firm 1", "Open"), row("Firm 2", "Closed")], False),
        ([row("Alpha", "Open"), row("Beta", "Open")], False),
        ([row("Firm", "Status")], False),
        ([row("Firm"), row("Alpha")], False),
    ],
)
def test_a_header_is_names_without_figures_that_do_not_come_again(rows: list[Block], expected: bool) -> None:
    (table,) = tables(rows)

    assert table.header is expected


def test_text_between_rows_parts_two_tables() -> None:
    blocks = [row("a", "b"), row("c", "d"), p("Text."), row("e", "f")]

    assert [unit.table for unit in units(blocks)] == [0, 0, -1, 1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a | b | c", ("a", "b", "c")),
        ("a | | c", ("a", "", "c")),
        ("| b |", ("", "b", "")),
        ("a|b | c", ("a|b", "c")),
        ("alone", ("alone",)),
    ],
)
def test_a_row_is_cut_at_bars_between_blanks(text: str, expected: tuple[str, ...]) -> None:
    assert cells(text) == expected


any_blocks = st.lists(
    st.builds(
        Block,
        st.sampled_from(BlockKind),
        st.text(st.characters(codec=None, exclude_categories=()), min_size=1, max_size=12)
        | st.sampled_from(["Notes", "[1] x", "1. x", "a | b", "1 | b", "2 | b", "| |", "¹ x", "x[1]"]),
        st.integers(-1, 9),
    ),
    max_size=12,
)


@given(any_blocks)
@settings(max_examples=300, deadline=None)
def test_any_blocks_have_one_unit_each_and_stand_once_in_the_tree(blocks: list[Block]) -> None:
    found = units(blocks)

    assert [unit.block for unit in found] == blocks
    assert sorted(map(id, walked(tree(blocks)))) == sorted(map(id, blocks))
    for unit in found:
        assert unit.block.text.startswith(unit.label)
        assert len(unit.path) <= 6
        assert (unit.table >= 0) is (unit.block.kind is BlockKind.ROW)


@pytest.mark.parametrize(
    "blocks",
    [
        [h(f"H{n}", n) for n in range(20_000)],
        [p(f"[{n % 99}] a note {n}") for n in range(20_000)] + [p("Text.")],
        [row("A", "b", "c", "d", str(n)) for n in range(20_000)],
        [Block(BlockKind.ROW, "a | " * 250_000)],
        [p("(" * 500_000), p("1." * 300_000), p("[" * 500_000), p(" " * 500_000)],
    ],
    ids=["headings", "notes", "rows", "cells", "signs"],
)
def test_hostile_sizes_are_read_in_little_time(blocks: list[Block]) -> None:
    start = time.process_time()
    tree(blocks)

    # 0.2 s on the machine this was written on.
    assert time.process_time() - start < 2
