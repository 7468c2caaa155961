"""The digest as Markdown: it says what the page says, in the page's order, and reads as plain text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from reports.as_markdown import render_markdown
from reports.digest import Digest, NotChecked, verdict
from reports.entries import ChangeEntry, MentionPassage, PublishedEntry
from reports.markdown import Markdown, address, filled
from reports.render import render_html
from store.records import Kind, Status
from tests.test_brief import brief
from tests.test_digest import (
    AUGUST,
    GUIDANCE,
    JANUARY,
    LETTERS,
    PASSAGE,
    REDLINE,
    digest,
    full_digest,
    letter,
    run,
    step,
    words,
)

READER = MarkdownIt("commonmark").enable(["strikethrough", "table"])


def page(given: Digest) -> LexborHTMLParser:
    """The Markdown as a reader of it shows it."""
    return LexborHTMLParser(READER.render(render_markdown(given)))


def said(given: Digest) -> str:
    found = page(given).body
    assert found is not None
    return words(found)


def campaign_digest() -> Digest:
    """A full digest with an edit on three letters besides."""
    edits = [
        ChangeEntry(
            step(id=f"edit {n}"),
            letter(id=f"{n}", title=f"Pinmoor Tissue No. {n}", url=f"https://www.fda.gov/pinmoor-{n}"),
            REDLINE,
        )
        for n in range(3)
    ]
    return replace(full_digest(), changes=(*full_digest().changes, *edits))


@pytest.mark.parametrize("given", [full_digest(), campaign_digest(), digest()], ids=["full", "campaign", "quiet"])
def test_it_names_every_title_and_address_of_the_page(given: Digest) -> None:
    html, text = LexborHTMLParser(render_html(given)), said(given)

    titles = [words(node) for node in html.css("article h4 > :last-child")]
    aims = [node.attributes["href"] or "" for node in html.css("a[href^='http']")]
    assert bool(titles) is bool(given.published or given.changes)
    assert aims
    assert [title for title in titles if title not in text] == []
    assert [aim for aim in aims if f"<{aim}>" not in render_markdown(given)] == []


def test_the_verdict_comes_first_then_what_was_not_checked_then_what_to_read_first() -> None:
    given = full_digest()

    found = page(given)

    headings = [words(node) for node in found.css("h1, h2")]
    assert headings == [
        "exowatch digest for 2025",
        "Not checked, or not in full",
        "Read these first",
        "What was looked at",
        "U.S. Food and Drug Administration",
        "Health Canada",
        "About this digest",
    ]
    first = found.css_first("h1 + p")
    assert first is not None
    assert words(first) == verdict(given)


def test_it_ends_with_the_seal() -> None:
    given = full_digest()

    assert render_markdown(given).rstrip().splitlines()[-1] == f"Seal of the facts it rests on: {given.seal}"


def test_a_redline_is_marked_and_quoted() -> None:
    found = page(full_digest())

    quote = next(node for node in found.css("blockquote") if node.css_first("s") is not None)
    assert [node.text() for node in quote.css("s")] == ["a serum"]
    assert [node.text() for node in quote.css("strong")] == ["an exosome serum"]
    assert "> You market ~~a serum~~ **an exosome serum** for injection.\n" in render_markdown(full_digest())


def test_words_that_name_the_topic_are_bold_with_their_blanks_outside() -> None:
    passage = MentionPassage("exosomes", "Your product", "  You sell exosomes , we say", ((10, 20), (20, 21)))
    found = page(digest(published=[PublishedEntry(letter(), (passage,))]))

    quote = found.css_first("blockquote")
    assert quote is not None
    assert words(quote) == "[Your product] You sell exosomes , we say"
    assert [node.text() for node in quote.css("strong")] == ["exosomes", ","]


def test_the_same_edit_is_told_once_with_its_documents() -> None:
    text = render_markdown(campaign_digest())

    assert text.count("##### The same edit on 3 documents") == 1
    assert [text.count(f"Pinmoor Tissue No. {n}") for n in range(3)] == [1, 1, 1]


def test_a_source_that_could_not_be_read_says_so_with_the_ways_on() -> None:
    gaps = [
        NotChecked("fda_warning_letters", JANUARY, "Blocked: answered 403"),
        NotChecked("fda_guidance", None, "Blocked", AUGUST),
    ]

    text = said(digest(not_checked=gaps))

    assert "Warning letters. Blocked: answered 403. Last read 15 Jan 2025, 12:00 UTC; what happened" in text
    assert "--source fda_warning_letters" in text
    assert "Guidance documents. Blocked. Read again 20 Aug 2025, 08:00 UTC: what changed meanwhile is below" in text


def test_nothing_seen_is_said_of_what_was_read_only() -> None:
    text = said(digest(looked_at=[run(LETTERS), run(GUIDANCE)]))

    assert "Warning letters Nothing published and no changes seen. " in text
    assert "Nothing published and no changes seen in what was read; it was not read in full." in text


def test_a_new_document_shows_its_passages_once() -> None:
    new = ChangeEntry(step(Kind.NEW, before=None), letter(), (), (PASSAGE,))

    found = page(digest(published=[PublishedEntry(letter(), (PASSAGE,))], changes=[new]))

    assert len(found.css("blockquote")) == 1


def test_a_letter_is_told_in_brief() -> None:
    text = said(digest(published=[PublishedEntry(letter(), brief=brief())]))

    assert "Products: LarkExo" in text
    assert "firm's quoted claim: “Your website states: “Exosomes heal joints.”" in text
    assert "Answer asked: 15 working days from receipt" in text


def test_a_page_no_longer_served_is_not_offered_as_live() -> None:
    gone = digest(changes=[ChangeEntry(step(Kind.REMOVED, after=None), letter(status=Status.REMOVED))])

    assert "Last address at the regulator: https://" in said(gone)
    assert "Live page" not in said(gone)


def test_sample_data_is_said_on_top_and_at_the_end() -> None:
    text = render_markdown(replace(full_digest(), sample_data=True)).splitlines()

    assert text[0].startswith("**SAMPLE DATA.**")
    assert text[-1].startswith("**SAMPLE DATA.**")


# The pieces


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://regulator.example/a?b=1&c=2", "<https://regulator.example/a?b=1&c=2>"),
        ("javascript:alert(1)", "javascript:alert\\(1\\)"),
        ("https://regulator.example/a>b", "https\\://regulator.example/a\\>b"),
        ("https://regulator.example/&lt;b", "https\\://regulator.example/\\&lt;b"),
    ],
)
def test_only_an_address_of_the_web_becomes_a_link(url: str, shown: str) -> None:
    assert address(url) == shown


def test_what_fills_a_form_is_text_unless_it_is_markdown() -> None:
    assert filled("- {}: {}", "  - *x*", Markdown("*y*")) == "- \\- \\*x\\*: *y*"
