"""Markup to blocks: notes and their marks, numbered lists, tables."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.spiders.health_canada_notices import HealthCanadaNotices
from crawler.text import blocks
from store.records import Material, Part
from tests.test_pages import block_line


def lines(markup: str) -> list[str]:
    """The blocks of a body, one to a line: kind, level, text; bold paragraphs are headings, as in letters."""
    body = LexborHTMLParser(f"<body>{markup}</body>").body
    assert body is not None
    return [block_line(block) for block in blocks([body], bold_headings=True)]


# Notes


@pytest.mark.parametrize(
    "note",
    [
        "<p><sup>2</sup> Sample note.</p>",
        "<p><sup><em><strong>2</strong></em></sup> Sample note.</p>",
        "<p><em><strong>2</strong></em> Sample note.</p>",
        "<p><em><strong>2&nbsp;</strong></em>Sample note.</p>",
        "<p><strong><em>2</em></strong>Sample note.</p>",
        "<p>\n<b><i>2</i></b> Sample note.</p>",
    ],
)
def test_a_note_begins_with_its_mark_in_raised_digits_however_it_is_set(note: str) -> None:
    assert lines(f"<p>We audit.<sup>2</sup></p><p>____</p>{note}") == [
        "paragraph 0 We audit.²",
        "paragraph 0 ____",
        "paragraph 0 ² Sample note.",
    ]


def test_a_note_of_withheld_words_is_no_heading() -> None:
    markup = "<p>We audit.<sup>1</sup></p><p><em><strong>1</strong></em> <strong>(b)(4)</strong></p>"

    assert lines(markup)[1:] == ["paragraph 0 ¹ (b)(4)"]


def test_a_mark_that_stands_in_a_heading_or_a_cell_has_its_note_too() -> None:
    markup = (
        "<h2>Audit<sup>1</sup></h2><table><tr><td>Lot<sup>12</sup></td></tr></table>"
        "<p><em><strong>1</strong></em> One.</p><p><em><strong>12</strong></em> Twelve.</p>"
        "<p><em><strong>2</strong></em> Two.</p>"
    )

    assert lines(markup)[2:] == ["paragraph 0 ¹ One.", "paragraph 0 ¹² Twelve.", "paragraph 0 2 Two."]


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("<p><em><strong>3</strong></em> Sample step.</p>", "paragraph 0 3 Sample step."),
        ("<p><strong>1</strong> Sample step.</p>", "paragraph 0 1 Sample step."),
        ("<p><em>1</em> Sample step.</p>", "paragraph 0 1 Sample step."),
        ("<p><em><strong>1 Sample</strong></em> step.</p>", "paragraph 0 1 Sample step."),
        ("<p>Step <em><strong>1</strong></em> of all.</p>", "paragraph 0 Step 1 of all."),
        ("<p>1 Sample step.</p>", "paragraph 0 1 Sample step."),
        ("<p><em><strong>x</strong></em> Sample.</p>", "paragraph 0 x Sample."),
    ],
)
def test_a_number_that_no_raised_one_refers_to_or_that_is_set_otherwise_stays(markup: str, line: str) -> None:
    assert lines(f"<p>We audit.<sup>1</sup></p>{markup}")[1:] == [line]


def test_a_list_of_notes_gives_each_as_an_item_with_its_mark() -> None:
    markup = (
        '<p>We audit.<a id="r1" class="see-footnote" href="#n1" title="Sample"><sup>1</sup></a>&nbsp; You reply.</p>'
        '<ol class="footnotes"><li class="footnote" id="n1"><a class="footnote-label" href="#r1">1</a>Under a law.</li>'
        '<li class="footnote" id="n2"><a class="footnote-label" href="#r2">2.</a> Under <em>another</em>.</li></ol>'
    )

    assert lines(markup) == [
        "paragraph 0 We audit.¹ You reply.",
        "item 1 ¹ Under a law.",
        "item 1 2. Under another.",
    ]


def test_marks_in_brackets_stay_as_they_are_written() -> None:
    markup = '<p>We audit.<a href="#f1" name="r1">[1]</a></p><p><a href="#r1" name="f1">[1]</a> Sample note.</p>'

    assert lines(markup) == ["paragraph 0 We audit.[1]", "paragraph 0 [1] Sample note."]


def test_what_only_screen_readers_are_told_of_a_mark_does_not_join_the_word_before_it() -> None:
    # The markup of the Government of Canada's footnotes: wet-boew.github.io/v4.0-ci/docs/ref/footnotes/footnotes-en.html
    markup = (
        '<p>vesicles<sup id="r"><a class="fn-lnk" href="#fn1"><span class="wb-inv">Footnote </span>1</a></sup> are</p>'
    )

    assert lines(markup) == ["paragraph 0 vesicles¹ are"]


def test_the_way_back_from_a_note_is_no_text_of_a_notice() -> None:
    markup = (
        '<main property="mainContentOfPage"><h1 id="wb-cont">Sample</h1><p>Vesicles.</p><aside class="wb-fnote">'
        '<h2>Footnotes</h2><dl><dt>Footnote 1</dt><dd id="fn1"><p>Sample note.</p><p class="fn-rtn"><a href="#r">'
        '<span class="wb-inv">Return to footnote </span>1<span class="wb-inv"> referrer</span></a></p></dd></dl></aside>'
    )
    address = "https://www.canada.ca/en/health-canada/a.html"

    reading = HealthCanadaNotices().read(Material("a", Part.PAGE, address, markup.encode(), "text/html"))

    assert [block.text for block in reading.blocks] == ["Vesicles.", "Footnotes", "Footnote 1", "Sample note."]


def test_raised_words_and_powers_of_units_stay_what_they_are() -> None:
    assert lines("<p>Brand<sup>TM</sup>, 5 m<sup>2</sup>, 1<sup>st</sup></p>") == ["paragraph 0 BrandTM, 5 m², 1st"]


# Lists


def test_items_have_the_labels_that_their_text_has_and_no_others() -> None:
    """A label that a browser counts is not in the page: written out, a new first item would edit all the others."""
    markup = '<p>1. Typed.</p><ol type="a" start="3"><li>Counted.</li><li>(b) Typed.<ul><li>Below.</li></ul></li></ol>'

    assert lines(markup) == ["paragraph 0 1. Typed.", "item 1 Counted.", "item 1 (b) Typed.", "item 2 Below."]


# Tables


def test_a_table_is_its_rows_with_the_header_first_and_its_caption_before() -> None:
    markup = (
        "<table><caption>Lots</caption><thead><tr><th>Lot</th><th>Found</th></tr></thead>"
        "<tbody><tr><th>Q-1</th><td><p>Torn</p><p>label</p></td></tr><tr><td></td><td>Wet</td></tr></tbody></table>"
    )

    assert lines(markup) == ["paragraph 0 Lots", "row 0 Lot | Found", "row 0 Q-1 | Torn label", "row 0 | Wet"]


def test_a_table_within_a_cell_keeps_its_own_rows() -> None:
    inner = "<table><tr><td>Human error</td><td>213</td></tr><tr><td>Use error</td><td>71</td></tr></table>"
    markup = f"<table><tr><td>Cause</td></tr><tr><td><p>All of it:</p>{inner}</td><td>End</td></tr></table>"

    assert lines(markup) == [
        "row 0 Cause",
        "paragraph 0 All of it:",
        "row 0 Human error | 213",
        "row 0 Use error | 71",
        "paragraph 0 End",
    ]
