"""Every form of a digest, against what pages may hold: nothing becomes active, and nothing gets out of its place."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from time import process_time
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from selectolax.lexbor import LexborHTMLParser

from reports.as_csv import COLUMNS, render_csv
from reports.as_markdown import render_markdown
from reports.atom import render_atom
from reports.calendar import render_calendar
from reports.digest import Digest
from reports.links import is_web
from reports.render import render_html, render_text
from reports.visible import visible
from tests.payloads import ESCAPES, FORMULAS, PAYLOADS, poisoned

FORMS = (render_html, render_text, render_markdown, render_csv, render_atom, render_calendar)
ATOM = "{http://www.w3.org/2005/Atom}"
NOT_SHOWN = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)

payloads = pytest.mark.parametrize("text", PAYLOADS, ids=range(len(PAYLOADS)))


def test_there_are_as_many_payloads_as_were_promised() -> None:
    assert len(set(PAYLOADS)) >= 250
    assert len(set(ESCAPES)) == 100
    assert len(set(FORMULAS)) == 60


# Whatever a page holds, for every form


@pytest.mark.parametrize("render", FORMS)
def test_what_cannot_be_seen_is_shown_and_never_sent(render: Callable[[Digest], str]) -> None:
    for text in (*ESCAPES, *PAYLOADS):
        told = rendered(render, text)

        assert NOT_SHOWN.search(told) is None, text
        assert "\r" not in told.replace("\r\n", "")
        assert told.encode("utf-8")


@cache
def rendered(render: Callable[[Digest], str], text: str = "word") -> str:
    """What a form makes of a text; of a word that nobody need fear unless told otherwise."""
    return render(poisoned(text))


# Markdown


MARKDOWN = MarkdownIt("commonmark").enable(["strikethrough", "table"])
BLOCKS = {"heading", "paragraph", "bullet_list", "list_item", "blockquote"}
INLINE = {"text", "text_special", "softbreak", "strong", "em", "s", "link"}


@payloads
def test_markdown_keeps_its_structure_and_links_addresses_of_the_web_only(text: str) -> None:
    tokens = parsed(text)

    assert outline(tokens) == outline(parsed("word"))
    assert {kind(token) for token in tokens} <= BLOCKS | {"inline"}
    for token in inline(tokens):
        assert kind(token) in INLINE, token
        if token.type == "link_open":
            assert token.markup == "autolink"
            assert is_web(str(token.attrs["href"]))


@payloads
def test_markdown_shows_a_title_as_it_stands(text: str) -> None:
    tokens = parsed(text)

    titles = [tokens[at + 1] for at, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h5"]
    assert visible(text.strip()) in {"".join(token.content for token in title.children or []) for title in titles}


@payloads
def test_markdown_holds_no_bare_address_for_a_reader_to_link(text: str) -> None:
    unlinked = re.sub(r"<https?://[^<>\s]*>", "", rendered(render_markdown, text))

    assert not re.search(r"(?:https?|ftp|mailto|xmpp)://|\bwww\.|[\w.+-]@[\w-]", unlinked, re.IGNORECASE)


@cache
def parsed(text: str) -> list[Token]:
    return MARKDOWN.parse(rendered(render_markdown, text))


def outline(tokens: list[Token]) -> list[tuple[str, str, int]]:
    """The blocks, one by one; what stands in them left out."""
    return [(token.type, token.tag, token.level) for token in tokens]


def inline(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or []


def kind(token: Token) -> str:
    return token.type.removesuffix("_open").removesuffix("_close")


# CSV


@pytest.mark.parametrize("text", [*FORMULAS, *PAYLOADS], ids=range(len(FORMULAS) + len(PAYLOADS)))
def test_no_cell_begins_a_formula_whatever_separates_the_cells(text: str) -> None:
    table = rendered(render_csv, text)

    rows = list(csv.reader(io.StringIO(table)))
    assert tuple(rows[0]) == COLUMNS
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert len(rows) == len(list(csv.reader(io.StringIO(rendered(render_csv)))))
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(table), delimiter=separator):
            assert [cell for cell in row if begins_a_formula(cell)] == []


def begins_a_formula(cell: str) -> bool:
    """As a spreadsheet sees a cell once it has taken away what stands before the first sign that counts."""
    bare = "".join(sign for sign in cell if unicodedata.category(sign) not in {"Cc", "Cf", "Zs", "Zl", "Zp"})
    first = unicodedata.normalize("NFKC", bare.lstrip('"“”')[:1])
    return first in {"=", "+", "-", "@", "−"} and not re.fullmatch(r"[+-]?\d+(\.\d+)?", cell)


@pytest.mark.parametrize("cell", ["=1", " =1", '"=1"', "\u200b＝1", "−1+x", "\t@x", "+1 301"])
def test_the_look_of_a_spreadsheet_takes_these_for_formulas(cell: str) -> None:
    assert begins_a_formula(cell)


# The feed


ELEMENTS = {"html", "head", "body", "p", "ul", "li", "a", "div", "span", "ins", "del", "blockquote", "mark"}


@payloads
def test_a_feed_is_well_formed_and_its_content_is_inert(text: str) -> None:
    feed = ET.fromstring(rendered(render_atom, text))  # noqa: S314  our own text, without entities

    assert shape(feed) == shape(ET.fromstring(rendered(render_atom)))  # noqa: S314  the same
    for link in feed.iter(f"{ATOM}link"):
        assert is_web(link.attrib["href"])
    for content in feed.iter(f"{ATOM}content"):
        for node in LexborHTMLParser(content.text or "").css("*"):
            assert node.tag in ELEMENTS
            assert set(node.attributes) <= {"class", "href", "rel"}
            assert is_web(node.attributes.get("href") or "https://regulator.example/")


def shape(feed: ET.Element) -> list[str]:
    """The elements, one by one, without links: whether there is one depends on the address."""
    return [node.tag for node in feed.iter() if node.tag != f"{ATOM}link"]


# The calendar


@payloads
def test_a_calendar_holds_the_two_events_and_no_property_of_a_page(text: str) -> None:
    lines = rendered(render_calendar, text).split("\r\n")

    assert lines[-1] == ""
    assert all(len(line.encode()) <= 75 for line in lines)
    assert names(lines) == names(rendered(render_calendar).split("\r\n"))
    assert names(lines).count("BEGIN") == 3


def names(lines: list[str]) -> list[str]:
    """The names of the properties, in order; without URL, which depends on the address."""
    found = (re.split("[:;]", line)[0] for line in lines if line and not line.startswith(" "))
    return [name for name in found if name != "URL"]


# At length


@pytest.mark.parametrize("render", [render_markdown, render_csv, render_atom])
def test_a_long_hostile_text_takes_no_longer_than_any(render: Callable[[Digest], str]) -> None:
    begun = process_time()

    for text in ("; " * 10_000, "*" * 20_000, "[" * 20_000, "<" * 20_000, "=" * 20_000):
        render(poisoned(text))

    assert process_time() - begun < 30
