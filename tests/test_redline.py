"""Marked text: what changed is said in every form, and no text from elsewhere gets out of its place."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from itertools import groupby
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from reports.redline import Passage, Run, Style, passages, runs, to_html, to_markdown, to_text, wrapped
from reports.visible import visible
from store.diff import compare
from store.records import Block, BlockDiff, BlockKind, BlockOp, WordOp, Words
from tests.marks import markdown_marks, plain

LONG = "The firm did not establish the identity, strength and purity of the exosome product before it was released."


def p(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


def h(text: str) -> Block:
    return Block(BlockKind.HEADING, text, 2)


def shown(before: Sequence[Block], after: Sequence[Block], neighbours: int = 1) -> list[Passage]:
    return passages(compare(before, after), neighbours)


def edit(
    *words: tuple[WordOp, str], kind: BlockKind = BlockKind.PARAGRAPH, op: BlockOp = BlockOp.EDIT
) -> list[Passage]:
    return [Passage("", (BlockDiff("", kind, op, tuple(Words(*one) for one in words)),), 0)]


BEFORE = [
    h("Findings"),
    p("First finding, which stays."),
    p("Second finding, which stays."),
    p("The product is a drug."),
    p("Fourth finding, which stays."),
    p("Fifth finding, which stays."),
    h("Reply"),
    p("Reply within 15 working days."),
]
AFTER = [*BEFORE[:3], p("The product is a biologic."), *BEFORE[4:7], p("Reply within 30 working days.")]


def test_passages_hold_what_changed_and_its_neighbours_of_the_same_section() -> None:
    first, second = shown(BEFORE, AFTER)

    assert (first.section, len(first.blocks), first.left_out, first.left_out_after) == ("Findings", 3, 2, 0)
    assert [block.op for block in first.blocks] == [BlockOp.KEEP, BlockOp.EDIT, BlockOp.KEEP]
    assert (second.section, len(second.blocks), second.left_out, second.left_out_after) == ("Reply", 2, 1, 0)


@pytest.mark.parametrize("neighbours", [0, 1, 2, 99])
def test_every_block_is_shown_or_counted(neighbours: int) -> None:
    found = shown(BEFORE, AFTER, neighbours)

    assert sum(len(one.blocks) + one.left_out + one.left_out_after for one in found) == len(BEFORE)


def test_equal_texts_have_no_passages() -> None:
    assert shown(BEFORE, BEFORE) == []
    assert to_html([]) == to_text([]) == to_markdown([]) == ""


def test_plain_text() -> None:
    assert to_text(shown(BEFORE, AFTER)) == (
        "… 2 unchanged blocks …\n"
        "§ Findings\n"
        "Second finding, which stays.\n"
        "The product is a [-drug-] {+biologic+}.\n"
        "Fourth finding, which stays.\n"
        "… 1 unchanged block …\n"
        "# Reply\n"
        "Reply within [-15-] {+30+} working days.\n"
    )


def test_markdown() -> None:
    assert to_markdown(shown(BEFORE, AFTER)[1:]) == (
        "*1 unchanged block*\n\n\\# Reply\n\nReply within ~~15~~ **30** working days.\n"
    )


def test_html() -> None:
    assert to_html(shown(BEFORE, AFTER)[1:]) == (
        '<div class="passage">\n'
        '<p class="gap">1 unchanged block</p>\n'
        '<p class="heading keep">Reply</p>\n'
        '<p class="paragraph edit">Reply within <del><span class="vh">removed: </span>15</del> '
        '<ins><span class="vh">added: </span>30</ins> working days.</p>\n'
        "</div>"
    )


def test_items_stand_in_lists_and_rows_between_bars() -> None:
    before = [Block(BlockKind.ITEM, "One item that stays", 1), Block(BlockKind.ITEM, "Item of 2024", 1)]
    before += [Block(BlockKind.ROW, "RA-1 | Class II | 2024")]
    after = [before[0], Block(BlockKind.ITEM, "Item of 2025", 1), Block(BlockKind.ROW, "RA-1 | Class I | 2024")]
    found = shown(before, after)

    assert to_text(found) == (
        "- One item that stays\n- Item of [-2024-] {+2025+}\n| RA-1 | Class [-II-] {+I+} | 2024 |\n"
    )
    assert re.findall(r"<(?!/|span|ins|del)[^>]*>", to_html(found)) == [
        '<div class="passage">',
        "<ul>",
        '<li class="item keep">',
        '<li class="item edit">',
        '<p class="row edit">',
    ]


def test_a_moved_block_says_so_in_every_form() -> None:
    before = [p(LONG), p("Second paragraph of them."), p("Third paragraph of them.")]
    found = shown(before, [*before[1:], before[0]])

    assert f"~ moved {LONG}" in to_text(found, width=200)
    assert Run("~ moved ", Style.MOVED) in list(runs(found))
    assert '<p class="paragraph move"><span class="label">moved</span> The firm' in to_html(found)
    assert "*moved:* The firm" in to_markdown(found)
    for form in (to_text(found), to_html(found), to_markdown(found)):
        assert not re.search(r"\{\+|\[-|<ins|<del|\*\*|~~", form)


def move(text: str, section: str, moved_from: str, *path: str, kind: BlockKind = BlockKind.PARAGRAPH) -> BlockDiff:
    return BlockDiff(section, kind, BlockOp.MOVE, (Words(WordOp.KEEP, text),), path, moved_from)


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        (move("A.", "Scope", "Stability", "Scope"), "moved from “Stability” to “Scope”:"),
        (move("A.", "Scope", "Scope", "Scope"), "moved within “Scope”:"),
        (move("A.", "Scope", "", "Scope"), "moved from above the first heading to “Scope”:"),
        (move("A.", "", "Scope"), "moved from “Scope” to above the first heading:"),
        (move("Scope", "Scope", "Draft", "Final", "Scope", kind=BlockKind.HEADING), "moved from “Draft” to “Final”:"),
        (move("Scope", "Scope", "", "Scope", kind=BlockKind.HEADING), "moved"),
        (move("A.", "<b>*", "", "<b>*"), "moved from above the first heading to “<b>*”:"),
    ],
)
def test_a_moved_block_says_from_which_section_to_which(moved: BlockDiff, said: str) -> None:
    escaped = said.removesuffix(":").replace("<b>*", r"\<b\>\*")

    found = passages([moved])

    assert f"~ {said} " in to_text(found, 1000)
    assert Markup('<span class="label">{}</span> ').format(said) in to_html(found)
    assert f"*{escaped}:* " in to_markdown(found)


def test_a_moved_item_of_markdown_stays_an_item() -> None:
    found = passages([move("A.", "", "", kind=BlockKind.ITEM), move("A.", "", "", kind=BlockKind.HEADING)])

    assert to_markdown(found) == "- *moved:* A.\n\n*moved:* \\# A.\n"


def test_a_block_that_moved_with_its_heading_says_so() -> None:
    renamed = (Words(WordOp.REMOVE, "Old"), Words(WordOp.ADD, "New"))
    moved = move("A.", "New", "Old", "New")

    with_heading = passages([BlockDiff("New", BlockKind.HEADING, BlockOp.MOVE, renamed, ("New",)), moved])
    within = passages([BlockDiff("New", BlockKind.HEADING, BlockOp.EDIT, renamed, ("New",)), moved])

    assert "~ moved with “New”: A." in to_text(with_heading)
    assert "~ moved within “New”: A." in to_text(within)


HEADER = Block(BlockKind.ROW, "Product | Lot | Expiry | Type | Units")
ROWS = [Block(BlockKind.ROW, f"Calm | C-{n} | May 2026 | II | 40") for n in range(6)]


def test_an_edited_row_names_the_changed_columns_and_the_header_out_of_sight() -> None:
    after = [HEADER, *ROWS[:3], Block(BlockKind.ROW, "Calm | C-3 | May 2026 | I | 44"), *ROWS[4:]]

    found = shown([HEADER, *ROWS], after)

    assert to_text(found) == (
        "… 3 unchanged blocks …\n"
        "Columns: Product | Lot | Expiry | Type | Units\n"
        "| Calm | C-2 | May 2026 | II | 40 |\n"
        "~ in “Type”, “Units”: | Calm | C-3 | May 2026 | [-II-] {+I+} | [-40-] {+44+} |\n"
        "| Calm | C-4 | May 2026 | II | 40 |\n"
        "… 1 unchanged block …\n"
    )
    assert '<p class="gap columns">Columns: Product | Lot | Expiry | Type | Units</p>' in to_html(found)
    assert '<p class="row edit"><span class="label">in “Type”, “Units”:</span> Calm |' in to_html(found)
    assert "*Columns:* Product \\| Lot \\| Expiry \\| Type \\| Units\n" in to_markdown(found)
    assert "*in “Type”, “Units”:* \\| Calm" in to_markdown(found)


def test_a_header_in_sight_is_not_repeated() -> None:
    found = shown([HEADER, *ROWS], [HEADER, Block(BlockKind.ROW, "Calm | C-0 | May 2026 | I | 40"), *ROWS[1:]])

    assert found[0].columns == ""
    assert "~ in “Type”: | Calm | C-0 |" in to_text(found)


def test_a_table_without_names_names_no_column() -> None:
    found = shown(ROWS, [*ROWS[:3], Block(BlockKind.ROW, "Calm | C-3 | May 2026 | I | 40"), *ROWS[4:]])

    assert "| Calm | C-3 | May 2026 | [-II-] {+I+} | 40 |" in to_text(found)
    assert not re.search("Columns:|~ in", to_text(found))


def test_two_tables_of_a_passage_keep_their_own_names() -> None:
    other = Block(BlockKind.ROW, "Clinic | City | Vials")
    before = [HEADER, *ROWS, p("As shipped to:"), other, Block(BlockKind.ROW, "Bay | Tarrow | 20")]
    after = [
        *before[:6],
        Block(BlockKind.ROW, "Calm | C-5 | May 2026 | I | 40"),
        *before[7:9],
        Block(BlockKind.ROW, "Bay | Tarrow | 30"),
    ]

    text = to_text(shown(before, after))

    assert "Columns: Product | Lot | Expiry | Type | Units\n" in text
    assert "~ in “Type”: | Calm | C-5 |" in text
    assert "~ in “Vials”: | Bay | Tarrow |" in text


SENTENCES = [f"Sentence {name} of them tells the reader nothing that is of any use here." for name in "ABCDEFG"]


def test_a_neighbour_shows_the_sentence_next_to_the_change() -> None:
    paragraph = " ".join(SENTENCES)
    between = [p("One that goes."), p(paragraph), p("Another that goes.")]

    above = to_text(shown([p(paragraph), between[0]], [p(paragraph)]), 1000)
    below = to_text(shown([between[0], p(paragraph)], [p(paragraph)]), 1000)
    both = to_text(shown(between, [p(paragraph)]), 1000)

    assert above == f"[…] {SENTENCES[-1]}\n[-One that goes.-]\n"
    assert below == f"[-One that goes.-]\n{SENTENCES[0]} […]\n"
    assert both == f"[-One that goes.-]\n{SENTENCES[0]} […] {SENTENCES[-1]}\n[-Another that goes.-]\n"


def test_an_edited_sentence_is_whole_and_has_a_neighbour_on_either_side() -> None:
    before = " ".join(SENTENCES)

    text = to_text(shown([p(before)], [p(before.replace("Sentence D of", "Sentence X of"))]), 1000)

    edited = SENTENCES[3].replace("Sentence D", "Sentence [-D-] {+X+}")
    assert text == f"[…] {SENTENCES[2]} {edited} {SENTENCES[4]} […]\n"


def test_an_inserted_sentence_has_a_neighbour_on_either_side() -> None:
    text = to_text(shown([p(" ".join(SENTENCES))], [p(" ".join([*SENTENCES[:3], "It is new.", *SENTENCES[3:]]))]), 1000)

    assert text == f"[…] {SENTENCES[2]} {{+It is new.+}} {SENTENCES[3]} […]\n"


def test_what_lies_between_two_edits_is_left_out() -> None:
    before = " ".join(SENTENCES)
    after = before.replace("Sentence A of", "Sentence X of").replace("Sentence G of", "Sentence Y of")

    text = to_text(shown([p(before)], [p(after)]), 1000)

    assert re.findall(r"Sentence (\S+)", text) == ["[-A-]", "B", "F", "[-G-]"]
    assert text.count("[…]") == 1


def test_what_moved_shows_its_first_and_last_sentence() -> None:
    paragraph = " ".join(SENTENCES)
    found = passages([move(paragraph, "", "")])

    assert to_text(found, 1000) == f"~ moved {SENTENCES[0]} […] {SENTENCES[-1]}\n"


@pytest.mark.parametrize(
    "stop",
    [
        "held under 21 U.S.C. 351",
        "seen by Dr. Roe",
        "made by Pallis Inc. In",
        "listed as No. 12",
        "la société X ltée. Le",
    ],
)
def test_a_stop_within_a_sentence_does_not_end_it(stop: str) -> None:
    paragraph = f"{SENTENCES[0]} The product was {stop} which goes on for quite some time until it ends here."

    text = to_text(shown([p(paragraph), p("One that goes.")], [p(paragraph)]), 1000)

    assert text.startswith("[…] The product was ")


def test_a_sentence_without_end_is_cut_between_words() -> None:
    names = "Lumisome Veluria " * 1000

    text = to_text(shown([p(names + "end"), p("One that goes.")], [p(names + "end")]), 100_000)

    first = text.splitlines()[0]
    assert first.startswith("[…] ")
    assert first.endswith(" Veluria end")
    assert len(first) < 410
    assert set(first.split()) == {"[…]", "Lumisome", "Veluria", "end"}


def test_changed_words_headings_and_rows_are_never_cut() -> None:
    long = " ".join(SENTENCES)
    rows = [Block(BlockKind.ROW, f"{long} | {n}") for n in "ab"]

    text = to_text(shown([h(long), p(long), *rows], [h(long), p("Short."), *rows]), 100_000)

    assert text.count(long) == 3
    assert "[…]" not in text


def test_blanks_stand_outside_the_marks() -> None:
    found = edit((WordOp.KEEP, "the "), (WordOp.ADD, "new "), (WordOp.KEEP, "text"))

    assert to_text(found) == "the {+new+} text\n"
    assert to_markdown(found) == "the **new** text\n"


def test_a_change_of_blanks_can_be_seen() -> None:
    found = edit((WordOp.KEEP, "a"), (WordOp.REMOVE, "\xa0"), (WordOp.ADD, " "), (WordOp.KEEP, "b"))

    assert to_text(found) == "a[-[U+00A0]-] {+␠+}b\n"


def test_lines_are_wrapped_between_words() -> None:
    found = edit((WordOp.KEEP, LONG), (WordOp.ADD, " " + "x" * 99))

    lines = to_text(found, width=40).splitlines()

    assert all(len(line) <= 40 or " " not in line.strip() for line in lines)
    assert " ".join(line.strip() for line in lines) == f"{LONG} {{+{'x' * 99}+}}"


def test_one_blank_stands_between_two_changes() -> None:
    found = edit((WordOp.KEEP, "a"), (WordOp.REMOVE, ", b "), (WordOp.ADD, " c"), (WordOp.KEEP, "d"))

    assert to_text(found) == "a[-, b-] {+c+}d\n"


def test_wide_signs_take_two_columns() -> None:
    found = edit((WordOp.KEEP, "日本 " * 30))

    lines = to_text(found, width=40).splitlines()

    # Eight times five columns but for the last blank; behind the indent of two, seven times.
    assert [line.count("日本") for line in lines] == [8, 7, 7, 7, 1]


def test_wrapped_runs_keep_their_style() -> None:
    found = edit((WordOp.KEEP, "kept "), (WordOp.ADD, "added words"), op=BlockOp.EDIT)

    assert list(wrapped(runs(found), 13)) == [
        Run("", Style.KEPT),
        Run("kept ", Style.KEPT),
        Run("{+added", Style.ADDED),
        Run("\n", Style.KEPT),
        Run("  ", Style.KEPT),
        Run("words+}", Style.ADDED),
        Run("\n", Style.KEPT),
    ]


@pytest.mark.parametrize("form", [passages, to_text, to_html, to_markdown])
def test_twenty_thousand_blocks_cost_four_times_five_thousand(form: Callable[..., object]) -> None:
    costs = []
    for count in (5_000, 20_000):
        diff = edited_blocks(count)
        given = diff if form is passages else passages(diff)
        costs.append(min(_cost(form, given) for _ in range(3)))

    # What grows with the square costs sixteen times as much.
    assert costs[1] < 10 * costs[0]


def _cost(form: Callable[..., object], given: object) -> float:
    """CPU seconds; the least of several is what the work costs, the rest is what else the machine did."""
    start = time.process_time()
    form(given)
    return time.process_time() - start


def edited_blocks(count: int) -> list[BlockDiff]:
    changed = (Words(WordOp.KEEP, LONG), Words(WordOp.REMOVE, " old"), Words(WordOp.ADD, " new"))
    row = (
        Words(WordOp.KEEP, "Calm | "),
        Words(WordOp.REMOVE, "1"),
        Words(WordOp.ADD, "2"),
        Words(WordOp.KEEP, " | II"),
    )
    kept = (Words(WordOp.KEEP, " ".join([LONG] * 3)),)
    each = [
        BlockDiff("", BlockKind.PARAGRAPH, BlockOp.EDIT, changed),
        BlockDiff("", BlockKind.PARAGRAPH, BlockOp.KEEP, kept),
        BlockDiff("", BlockKind.ROW, BlockOp.KEEP, (Words(WordOp.KEEP, HEADER.text),)),
        BlockDiff("", BlockKind.ROW, BlockOp.EDIT, row),
    ]
    return each * (count // len(each))


def test_a_page_cannot_pretend_a_move() -> None:
    found = edit((WordOp.KEEP, "~ moved from here"), (WordOp.ADD, " b"))

    assert to_text(found) == "\\~ moved from here {+b+}\n"


def test_a_page_cannot_pretend_a_change() -> None:
    found = edit((WordOp.KEEP, "[-old-]{+new+} {+} a"), (WordOp.ADD, " b"))

    assert to_text(found) == "[\\-old-\\]{\\+new+\\} {\\+\\} a {+b+}\n"


ESCAPES = "\x1b[2J\x1b]8;;http://x\x07 \x00\x08\r\n\t\x7f\x85\x9b31m \u202egnp.exe\u2066 \u200b\u200d\ufeff\u2028 \ud800 \ue000"
PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</ins></p><svg/onload=alert(1)>",
    "{{ 7*7 }} {0} {} %s %(x)s",
    "&lt;script&gt; &#60;script>",
    ESCAPES,
]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def is_harmless(text: str) -> bool:
    """No control, format, private, unassigned or lone surrogate character; line breaks are ours."""
    return all(
        sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for sign in text
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_markup_of_the_text_reaches_the_page(payload: str) -> None:
    for op in WordOp:
        found = [Passage(payload, edit((op, payload))[0].blocks, 1)]

        page = _Tags()
        page.feed(str(to_html(found)))

        assert set(page.tags) <= {"div", "p", "ins", "del", "span"}
        assert {name for name, _ in page.attributes} == {"class"}
        assert page.text.count(visible(payload)) == 2


any_text = st.text(st.characters(codec=None, exclude_categories=()), min_size=1, max_size=30) | st.sampled_from(
    PAYLOADS
)
any_words = st.lists(st.builds(Words, st.sampled_from(WordOp), any_text), min_size=1, max_size=5).map(tuple)
any_block = st.builds(
    BlockDiff, any_text, st.sampled_from(BlockKind), st.sampled_from(BlockOp), any_words, st.tuples(any_text), any_text
)
any_diff = st.lists(any_block, max_size=6)


@given(any_diff, st.integers(0, 2))
@settings(max_examples=300, deadline=None)
def test_every_form_is_harmless_whatever_the_text_holds(diff: list[BlockDiff], neighbours: int) -> None:
    found = passages(diff, neighbours)

    html = to_html(found)
    for form in (html, to_text(found), to_markdown(found), "".join(run.text for run in runs(found))):
        assert is_harmless(form)
        form.encode()
    for element in ET.fromstring(f"<div>{html}</div>").iter():  # noqa: S314  what is read here is our own
        assert element.tag in {"div", "p", "ul", "li", "ins", "del", "span"}
        assert set(element.attrib) <= {"class"}
    assert sum(len(one.blocks) + one.left_out + one.left_out_after for one in found) == (len(diff) if found else 0)


@given(any_diff)
@settings(deadline=None)
def test_a_block_is_a_line(diff: list[BlockDiff]) -> None:
    found = passages(diff)
    gaps = sum((one.left_out > 0) + (one.left_out_after > 0) for one in found)
    sections = sum(run.style is Style.SECTION for run in runs(found))

    assert to_text(found, width=10_000).count("\n") == sum(len(one.blocks) for one in found) + gaps + sections


@given(any_text)
def test_visible_is_one_harmless_line_and_settled(text: str) -> None:
    once = visible(text)

    assert is_harmless(once)
    assert "\n" not in once
    assert visible(once) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exosome — « l'avis »\xa0: é", "exosome — « l'avis »\xa0: é"),
        ("\x1b[31m", "␛[31m"),
        ("a\u202eb", "a[U+202E]b"),
        ("a\u200bb\u00adc", "a[U+200B]b[U+00AD]c"),
        ("\x00\n\x7f\x9b", "␀␊␡[U+009B]"),
        ("\udcff", "[U+DCFF]"),
        ("\u3164", "[U+3164]"),
    ],
)
def test_what_cannot_be_seen_is_shown(text: str, expected: str) -> None:
    assert visible(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*a* _b_ `c` <b> [x](y) ~~z~~", r"\*a\* \_b\_ \`c\` \<b\> \[x\]\(y\) \~\~z\~\~"),
        ("# heading", r"\# heading"),
        ("- item", r"\- item"),
        ("12. item", r"12\. item"),
        ("see https://x.org and www.x.org, @who, a@b.c", r"see https\://x.org and www\.x.org, \@who, a\@b.c"),
        ("&amp; | $x$", r"\&amp; \| \$x\$"),
        ("In 2025. So :tada: it is", r"In 2025. So \:tada: it is"),
        ("pay 1,300.5 by 10:30", "pay 1,300.5 by 10:30"),
    ],
)
def test_markdown_shows_text_as_it_is(text: str, expected: str) -> None:
    assert to_markdown(edit((WordOp.KEEP, text), op=BlockOp.KEEP)) == expected + "\n"


def test_marks_of_markdown_stand_next_to_signs() -> None:
    found = edit((WordOp.KEEP, "within "), (WordOp.REMOVE, "15"), (WordOp.ADD, "30"), (WordOp.KEEP, "."))

    assert to_markdown(found) == "within ~~15~~ **30**.\n"


def test_marks_of_markdown_hold_no_blank_of_any_kind() -> None:
    found = edit((WordOp.KEEP, "avis"), (WordOp.ADD, "\xa0nouveau\xa0"), (WordOp.KEEP, "!"))

    assert to_markdown(found) == "avis\xa0**nouveau**\xa0\\!\n"


signs = st.text(st.sampled_from("ab1 .,;:()[]*_~`-+|#!<>&\\\"'«»\xa0/@^$={}é日"), min_size=1, max_size=8)
signs_kept_and_changed = st.lists(st.tuples(st.sampled_from(WordOp), signs), min_size=1, max_size=6)


@given(signs_kept_and_changed, st.sampled_from(BlockKind))
@settings(max_examples=500, deadline=None)
def test_marks_of_markdown_are_read_as_marks(pieces: list[tuple[WordOp, str]], kind: BlockKind) -> None:
    words = [(op, "".join(text for _, text in run)) for op, run in groupby(pieces, key=lambda piece: piece[0])]

    text = to_markdown(edit(*words, kind=kind))

    changed = [(op.value, text) for op, text in words if op is not WordOp.KEEP]
    assert markdown_marks(text) == [(op, plain(text if text.strip() else blanks(text))) for op, text in changed]


def blanks(text: str) -> str:
    return "".join("␠" if sign == " " else f"[U+{ord(sign):04X}]" for sign in text)


def test_marks_of_markdown_stand_apart_from_words() -> None:
    found = edit(
        (WordOp.KEEP, "what is"), (WordOp.ADD, " ("), (WordOp.KEEP, "drug"), (WordOp.REMOVE, ")"), (WordOp.KEEP, ";")
    )

    assert to_markdown(found) == "what is **\\(** drug ~~\\)~~ ;\n"


def test_a_blank_before_a_mark_of_markdown_does_not_make_it_one() -> None:
    shown_so = to_markdown(edit((WordOp.KEEP, "  - no item "), (WordOp.ADD, "at all")))

    assert shown_so == "\\- no item **at all**\n"
