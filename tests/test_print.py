"""Pages on paper: all of a page, whole and tagged, by a reader's browser as by the command line."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from reports.entries import MentionPassage, PublishedEntry
from reports.pdf import NoPrint, render_pdf
from reports.render import render_html
from tests.browser import Browser, the_browser  # noqa: F401  the fixture
from tests.paper import Paper, needs_print, squeezed
from tests.showcase import LAST_WORDS, PAGES
from tests.test_digest import LETTERS, digest, letter, run

MADE = datetime(2026, 1, 5, 8, tzinfo=UTC)
A4, LETTER = (595, 842), (612, 792)


def by_chromium(browser: Browser, html: str, form: str = "A4") -> Paper:
    with browser.open(html) as opened:
        return Paper(opened.page.pdf(format=form, tagged=True, outline=True))


@cache
def ours(html: str) -> Paper:
    return Paper(render_pdf(html, MADE))


@pytest.fixture(params=["A4", pytest.param("Letter", marks=pytest.mark.slow), pytest.param("ours", marks=needs_print)])
def printed(request: pytest.FixtureRequest) -> Callable[[str], Paper]:
    """Prints a page: in a browser to one of both paper sizes, and with our own writer."""
    if request.param == "ours":
        return ours
    browser = request.getfixturevalue("browser")
    return lambda html: by_chromium(browser, html, request.param)


# All of it


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == "digest" else pytest.mark.slow) for name in PAGES]
)
def test_every_title_and_address_is_on_paper(name: str, printed: Callable[[str], Paper]) -> None:
    html = PAGES[name]()
    page = LexborHTMLParser(html)
    titles = {
        squeezed(node.text()) for node in page.css("h1, h2, h3, h4, h5, summary, caption, thead th, .sub, dt, .lead")
    }
    addresses = {squeezed(node.attributes["href"] or "") for node in page.css("a[href^=http]")}

    paper = printed(html)

    words = unhidden(paper.words())
    assert sorted(title for title in titles if unhidden(title) not in words) == []
    assert sorted(address for address in addresses if address not in words) == []
    assert paper.outside() == []


def unhidden(words: str) -> str:
    """Without the signs that one font has and another shows as a box."""
    return re.sub(r"[␀-␡]", "", words)


def test_what_is_folded_on_the_page_is_open_on_paper(printed: Callable[[str], Paper]) -> None:
    html = PAGES["digest"]()
    page = LexborHTMLParser(html)
    for hidden in page.css(".vh"):  # said to who hears the page; a browser leaves it out of its paper
        hidden.decompose()
    folded = [
        part.text() for fold in page.css("details") for part in fold.traverse(include_text=True) if part.tag == "-text"
    ]

    words = unhidden(printed(html).words())

    assert len(folded) > 10
    # A long paragraph goes on over the end of its page: its beginning is looked for.
    assert [text for text in folded if unhidden(squeezed(text)[:30]) not in words] == []


def test_a_long_redline_is_there_to_its_last_words(printed: Callable[[str], Paper]) -> None:
    words = printed(PAGES["digest"]()).words()

    assert words.count(squeezed(LAST_WORDS)) == 2  # as removed and as added
    for clause in range(40):
        assert words.count(squeezed(f"Clause {clause} is written anew")) == 12


def test_no_row_of_a_table_is_cut_by_the_end_of_a_page(printed: Callable[[str], Paper]) -> None:
    cards = [replace(LETTERS, name=f"source_{n}", title=f"Row{n}begins " + "and goes on " * 12) for n in range(24)]
    looks = [run(card, declared=900_000 + n, listed=700_000 + n) for n, card in enumerate(cards)]

    pages = printed(render_html(digest(sources=cards, looked_at=looks))).pages()

    rows = [[page for page in pages if f"{900_000 + n}" in page] for n in range(24)]
    assert [n for n, found in enumerate(rows) if len(found) != 1 or f"{700_000 + n}" not in found[0]] == []
    assert [n for n, found in enumerate(rows) if f"Row{n}begins" not in found[0]] == []


def test_no_heading_is_the_last_line_of_its_page(printed: Callable[[str], Paper]) -> None:
    lengths = [n * 7 % 23 + 1 for n in range(45)]
    passages = [MentionPassage("exosomes", "", "exosome " + "and so on " * 8 * length, ((0, 7),)) for length in lengths]
    documents = [letter(id=f"{n}", title=f"The title of number {n} of many") for n in range(45)]
    html = render_html(digest(published=map(PublishedEntry, documents, [(passage,) for passage in passages])))
    headings = {squeezed(node.text()) for node in LexborHTMLParser(html).css("h2, h3, h4, h5, .meta, .lead, caption")}

    pages = [re.sub(r"\d+/\d+$", "", page) for page in printed(html).pages()]

    assert len(pages) > 8
    assert [page[-60:] for page in pages if page.endswith(tuple(headings))] == []


def test_pages_are_numbered(printed: Callable[[str], Paper]) -> None:
    pages = printed(PAGES["digest"]()).pages()

    assert [n for n, page in enumerate(pages, 1) if f"{n}/{len(pages)}" not in page] == []


def test_each_page_of_sample_data_says_so(printed: Callable[[str], Paper]) -> None:
    pages = printed(PAGES["digest"]()).pages()

    assert [n for n, page in enumerate(pages, 1) if "Sampledata" not in page] == []


def test_a_browser_prints_to_both_paper_sizes(browser: Browser) -> None:
    html = PAGES["brief"]()

    sizes = [by_chromium(browser, html, form).sizes() for form in ("A4", "Letter")]

    assert [
        {(abs(w - x) <= 1, abs(h - y) <= 1) for w, h in found}
        for found, (x, y) in zip(sizes, (A4, LETTER), strict=True)
    ] == [{(True, True)}] * 2


# Tagged


def test_paper_has_tags_and_a_language(printed: Callable[[str], Paper]) -> None:
    paper = printed(PAGES["digest"]())

    inside, tags = paper.inside(), paper.structure()
    assert re.search(rb"/StructTreeRoot \d+ 0 R", inside)
    assert re.search(rb"/MarkInfo ?<<[^>]*/Marked true", inside)
    assert re.search(rb"/Lang ?\((?:en|\xfe\xff\x00e\x00n)\)", inside)
    assert {"Document", "H1", "H2", "P", "L", "LI", "Table", "TR", "TH", "TD", "Link"} <= tags.keys()
    headings = LexborHTMLParser(PAGES["digest"]()).css("h1, h2, h3, h4, h5, h6")
    assert sum(tags[f"H{level}"] for level in range(1, 7)) >= len(headings)


@needs_print
def test_our_paper_declares_its_standard_its_title_and_the_digests_date() -> None:
    inside = Paper(render_pdf(PAGES["digest"](), MADE)).inside()

    assert b'pdfuaid:part="1"' in inside
    assert b"/DisplayDocTitle true" in inside
    assert b"/CreationDate (D:20260105080000Z)" in inside
    assert b"exowatch digest, 2025" in inside


# The same, alone


@needs_print
def test_equal_pages_give_equal_bytes_and_the_clock_has_no_part_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    html = PAGES["brief"]()

    first = render_pdf(html, MADE)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")

    assert render_pdf(html, MADE) == first
    assert render_pdf(html, MADE.replace(hour=9)) != first
    assert b"/CreationDate" not in Paper(render_pdf(html)).inside()
    assert b"/ModDate" not in Paper(first).inside()


@needs_print
def test_nothing_is_read_for_a_page(tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("p::after { content: 'taken from a file' }")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        html = (
            f'<html lang="en"><head><title>x</title><link rel="stylesheet" href="{secret.as_uri()}">'
            f'<link rel="attachment" href="{secret.as_uri()}"></head><body><p>here</p>'
            f'<img alt="gone" src="http://127.0.0.1:{server.getsockname()[1]}/x.png"></body></html>'
        )

        paper = Paper(render_pdf(html))

        with pytest.raises(BlockingIOError):
            server.accept()
    assert squeezed("here") in paper.words()
    assert squeezed("taken from a file") not in paper.words()
    assert b"EmbeddedFile" not in paper.inside()


@pytest.mark.parametrize("html", ["<title>x</title>", '<html lang="en"><p>x</p></html>'])
@needs_print
def test_a_page_without_language_or_title_is_refused(html: str) -> None:
    with pytest.raises(ValueError, match="needs a language and a title"):
        render_pdf(html)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)

    with pytest.raises(NoPrint, match=re.escape("PDF needs the extra [print]: pip install 'exowatch[print]'")):
        render_pdf(PAGES["brief"]())
