"""Marked text: what changed is said in every form, and no text from elsewhere gets out of its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.redline import Passage, Run, Style, passages, runs, to_html, to_markdown, to_text
from reports.visible import visible
from store.diff import compare
from store.records import Block, BlockDiff, BlockKind, BlockOp, WordOp, Words

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
any_block = st.builds(BlockDiff, any_text, st.sampled_from(BlockKind), st.sampled_from(BlockOp), any_words)
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
        ("pay 1,300.5 by 10:30", "pay 1,300.5 by 10:30"),
    ],
)
def test_markdown_shows_text_as_it_is(text: str, expected: str) -> None:
    assert to_markdown(edit((WordOp.KEEP, text), op=BlockOp.KEEP)) == expected + "\n"


def test_marks_of_markdown_stand_apart_from_words() -> None:
    found = edit(
        (WordOp.KEEP, "what is"), (WordOp.ADD, " ("), (WordOp.KEEP, "drug"), (WordOp.REMOVE, ")"), (WordOp.KEEP, ";")
    )

    assert to_markdown(found) == "what is **\\(** drug ~~\\)~~ ;\n"
