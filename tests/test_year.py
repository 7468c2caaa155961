"""The review of a year: its twelve points, and that what it draws and what it counts agree."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from reports.brief import brief_of
from reports.chart_drawing import drawn
from reports.digest import Digest, compose
from reports.entries import ChangeEntry, Correction, PublishedEntry
from reports.period import Period
from reports.pieces import Chart, Line, Listing, Piece, Point, Said, Strip, Table
from reports.render import render_html, render_text
from reports.year import points
from reports.year_chart import in_figures, timeline
from reports.year_facts import Known, YearFacts
from reports.year_letters import LetterHeld, charges, firms_met_again, table_of_letters
from store.letter import read_letter
from store.records import (
    Block,
    BlockKind,
    Citation,
    Event,
    Mention,
    Origin,
    Role,
    Severity,
)
from tests.entries import AUGUST, CARDS, DECEMBER, GUIDANCE, JANUARY, LETTERS, change, document

YEAR = Period("2025", datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), "UTC")
CLAIM = "Your site says that exosomes are “exempt” and cure pain."


def held(
    name: str, firm: str, *sections: str, published: str = "2025-03-03", text: str = "", **fields: str
) -> LetterHeld:
    """A letter to this firm that cites these sections of the FD&C Act."""
    of = document(name, title=firm, published=published, number=name,
                  fields={"company": firm, "issued": published, "posted": published, "marcs_cms": name, **fields})  # fmt: skip
    blocks = (Block(BlockKind.PARAGRAPH, text or CLAIM),)
    cited = [Citation("FD&C Act", section, section, 0, 0) for section in sections]
    mention = Mention("exosomes", "", CLAIM, "exosomes", 0, 20, Role.CLAIM.value)
    letter = read_letter(of.title, of.fields, blocks)
    return LetterHeld(of, brief_of(of, letter, blocks, citations=cited, mentions=[mention], list_read="2025-12-10"))


FIRST = held("999101", "Sample Works LLC", "505(a)", "502(f)(1)")
SECOND = held("999102", "Sample Works, Inc.", "505(a)", published="2025-05-05", closeout="2025-09-09")
EARLIER = held("999001", "Other Arts Co.", "505(a)", published="2024-02-02")


def year(**changes: Any) -> Digest:
    published = [PublishedEntry(letter.document, (), (), letter.brief) for letter in (FIRST, SECOND)]
    documents = (FIRST.document, SECOND.document, EARLIER.document, CONSULTATION, FINAL)
    facts = YearFacts(
        (Known("fda_warning_letters", Origin.LIVE, 3, JANUARY, DECEMBER), Known("fda_warning_letters", Origin.WARC, 1, JANUARY, AUGUST)),
        documents,
        (EARLIER, FIRST, SECOND),
        reviews=2,
    )  # fmt: skip
    values: dict[str, Any] = {
        "period": YEAR,
        "as_of": DECEMBER,
        "seal": "s",
        "sources": CARDS,
        "looked_at": [],
        "published": published,
        "review": facts,
    }
    return compose(**(values | changes))


CONSULTATION = document(
    "approach", "health_canada_notices", title="Consultation: an approach", fields={"status": "Open"}
)
FINAL = document("rule", "fda_guidance", title="A rule", fields={"status": "Final"})


def said(point: Point) -> str:
    """All that a point says, on one line."""
    return " ".join(text for piece in point.pieces for text in _texts(piece))


def _texts(piece: Piece) -> list[str]:
    if isinstance(piece, Said):
        return [piece.words]
    if isinstance(piece, Listing):
        return [_line(line) for line in piece.lines]
    if isinstance(piece, Table):
        return [piece.caption, *(" | ".join(map(_line, row)) for row in piece.rows)]
    return []


def _line(line: Line) -> str:
    return " ".join(filter(None, (line.lead, line.title, line.words, line.quote)))


# The twelve


def test_a_year_has_its_twelve_points_in_order() -> None:
    headings = [point.heading for point in points(year())]

    assert headings == [
        "1. The answer on a page",
        "2. What is known, and how",
        "3. Ten things that mattered",
        "4. Letters",
        "5. Charges and claims",
        "6. Guidance and law by status",
        "7. Canada, thread by thread",
        "8. Recalls and alerts",
        "9. Firms with more than one contact",
        "10. Pages edited without announcement",
        "11. Reviews and corrections",
        "12. Method, limits, and a chart",
    ]


def test_a_digest_without_what_a_review_rests_on_has_none() -> None:
    assert points(year(review=None)) == ()
    assert "in review" not in render_text(year(review=None))


def test_both_forms_hold_every_point_and_every_title() -> None:
    page, text = LexborHTMLParser(render_html(year())), render_text(year())

    for point in points(year()):
        assert point.heading in [node.text() for node in page.css("h3")]
        assert f"\n{point.heading}\n" in text
    for of in (FIRST.document, SECOND.document, CONSULTATION, FINAL):
        assert of.title in text
        assert of.url in text


def test_what_is_held_is_told_by_origin_before_anything_is_counted() -> None:
    known = said(points(year())[1])

    assert "FDA warning letters | 3 | 3 | 0 | 1 | 0 | 15 Jan 2025 | 10 Dec 2025" in known
    assert "FDA guidance documents | 1 | 0 | 0 | 0 | 0 | never | never" in known
    assert "of 5 documents: posted 5, issued 0" in known


def test_the_ten_that_mattered_are_the_weightiest_one_language_each() -> None:
    many = [document(f"p{n:02}", "health_canada_notices") for n in range(12)]
    grave = change(many[11], severity=Severity.IMPORTANT, events=(Event("consultation_closed", "It is closed."),))
    twin = document("twin", "health_canada_notices", language="fr", pair=many[11].id)
    many[11] = replace(many[11], pair=twin.id)
    steps = [ChangeEntry(change(of), of) for of in many[:11]] + [ChangeEntry(grave, many[11])]
    steps.append(ChangeEntry(replace(grave, id="0", document=twin.id), twin))

    (listing,) = points(year(changes=steps, published=()))[2].pieces

    assert isinstance(listing, Listing)
    assert len(listing.lines) == 10
    assert _line(listing.lines[0]) == f"Aug {many[11].title} It is closed. Seen between 15 Jan 2025 and 20 Aug 2025."
    assert twin.title not in [line.title for line in listing.lines]


def test_edits_without_announcement_are_those_that_no_date_and_no_act_explains() -> None:
    silent = document("silent", "health_canada_notices", published="2024-01-01")
    dated = document("dated", "health_canada_notices", published="2025-06-01")
    acted = document("acted", "fda_guidance", published="2024-01-01")
    steps = [
        ChangeEntry(change(silent), silent),
        ChangeEntry(change(dated), dated),
        ChangeEntry(change(acted, events=(Event("finalised", "It is final."),)), acted),
    ]

    told = points(year(changes=steps))[9].pieces

    assert [piece.line.title for piece in told if not isinstance(piece, Said)] == [silent.title]  # type: ignore[union-attr]


def test_the_register_counts_reviews_and_names_corrections() -> None:
    correction = Correction("A page", "It said 15 days, the page says 30.", "a reader was mended", "2025-W33")

    told = said(points(year(corrections=[correction]))[10])

    assert "2 reviews recorded" in told
    assert "A page It said 15 days, the page says 30. (a reader was mended; digest 2025-W33)" in told


def test_what_was_not_seen_of_a_thread_is_said() -> None:
    told = said(points(year())[6])

    assert "Consultation: an approach Consultation (en)" in told
    assert "What was heard: none seen by 10 Dec 2025" in told
    assert "Final document: none seen by 10 Dec 2025" in told


def test_without_a_source_of_recalls_nothing_is_said_of_them() -> None:
    assert "so nothing can be said of them" in said(points(year(sources=(LETTERS, GUIDANCE)))[7])
    assert "None that mentions the topic was published in the period" in said(points(year())[7])


# Letters


def test_every_letter_has_its_row_and_its_close_out() -> None:
    table = next(iter(table_of_letters([FIRST, SECOND], "2025-12-10")))

    assert isinstance(table, Table)
    rows = [[_line(cell) for cell in row] for row in table.rows]
    assert rows[0][0] == "Sample Works LLC letter, MARCS-CMS 999101; issued 2025-03-03; posted 2025-03-03"
    assert rows[0][-1] == "none posted as of 2025-12-10"
    assert rows[1][-1] == "posted 2025-09-09"
    assert rows[0][4] == "firm's quoted claim (1)"


def test_charges_are_counted_by_letter_and_what_is_new_is_marked() -> None:
    table, claims, _ = charges([FIRST, SECOND], [EARLIER])

    assert isinstance(table, Table)
    assert [[_line(cell) for cell in row] for row in table.rows] == [
        ["FD&C Act 505(a)", "2", "2025-03-03, Sample Works LLC"],
        ["FD&C Act 502(f)(1)", "1", "2025-03-03, Sample Works LLC; FIRST USE"],
    ]
    assert isinstance(claims, Table)
    assert ["exempt", "2"] in [[_line(cell) for cell in row][:2] for row in claims.rows]


def test_without_earlier_letters_no_use_is_called_the_first() -> None:
    assert "FIRST USE" not in str(list(charges([FIRST], [])))


def test_firms_are_met_again_by_name_or_by_a_contact_that_a_letter_names() -> None:
    contact = held(
        "999103", "Third Place", text="On May 5, 2023, FDA issued your firm a Warning Letter about exosomes."
    )

    found = str(list(firms_met_again([EARLIER, FIRST, SECOND, contact])))

    assert "MARCS-CMS 999101" in found
    assert "MARCS-CMS 999102" in found
    assert "Third Place" in found
    assert "2023-05-05" in found
    assert "Other Arts" not in found


# The chart


def test_the_drawing_and_the_table_hold_the_same_numbers() -> None:
    page = LexborHTMLParser(render_html(year()))

    counts = [int(node.text()) for node in page.css("svg text.count")]
    rows = [[cell.text(strip=True) for cell in row.css("td")] for row in page.css("table.figures tbody tr")]
    by_source = [int(row[n]) for n in range(len(CARDS)) for row in rows[:12]]

    assert counts == by_source
    assert sum(counts) == int(rows[12][-1]) == 2
    assert page.css_matches("svg[role=img] > title")
    assert "Mar 2025 1, May 2025 1" in page.css("svg desc")[0].text()


def test_bars_are_as_high_as_their_numbers() -> None:
    drawing = drawn(Chart("x", ("Jan 2025", "Feb 2025"), (Strip("a", (1, 4)), Strip("b", (0, 2)))))

    heights = [bar.height for strip in drawing.strips for bar in strip.bars]

    assert heights[1] == 4 * heights[0] == 2 * heights[3]
    assert heights[2] == 0


@pytest.mark.parametrize(
    ("days", "columns"),
    [
        (("2025-01-01", "2026-01-01"), 12),
        (("2025-01-01", "2025-07-01"), 6),
        (("2025-01-15", "2025-07-15"), 7),
        (("2020-01-01", "2026-01-01"), 1),
        (("1990-01-01", "2026-01-01"), 1),
    ],
)
def test_months_for_two_years_then_years_from_the_first_with_something(days: tuple[str, str], columns: int) -> None:
    chart = timeline(CARDS, [PublishedEntry(document("x"))], days, "x")

    assert len(chart.columns) == columns
    assert sum(sum(strip.counts) for strip in chart.strips) == 1
    assert len(in_figures(chart).rows) == columns + 1


def test_a_hostile_title_stays_text_in_the_drawing() -> None:
    card = replace(LETTERS, title="</text><script>alert(1)</script>\x1b\u202e")
    page = LexborHTMLParser(render_html(year(sources=(card,))))

    assert not page.css("script")
    assert "\u202e" not in page.html  # type: ignore[operator]
    assert "<script>" in page.css("svg text.strip")[0].text()


def test_ten_renderings_are_equal() -> None:
    assert len({(render_html(year()), render_text(year())) for _ in range(10)}) == 1


def test_no_line_of_the_text_is_longer_than_it_may_be() -> None:
    for line in render_text(year()).splitlines():
        assert len(line) <= 78 or line.strip().startswith("https://")


def test_nothing_says_more_than_the_regulator() -> None:
    wrong = re.compile(r"\b(?:withdrawn|answered|resolved|sanction|guilty|seized)\b", re.IGNORECASE)

    assert not wrong.search(render_text(year()).replace("is not thereby withdrawn", ""))
