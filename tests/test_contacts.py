"""Contacts: addresses, telephone numbers and lines under "Contact us" that only one of two texts gives."""

from __future__ import annotations

import pytest

from store.contacts import changed
from store.records import Block, BlockKind

NOTHING = ((), ())


def text(*lines: str) -> tuple[Block, ...]:
    """Paragraphs; lines that begin with # are headings, with | table rows."""
    kinds = {"# ": BlockKind.HEADING, "| ": BlockKind.ROW}
    return tuple(
        Block(kinds[line[:2]], line[2:]) if line[:2] in kinds else Block(BlockKind.PARAGRAPH, line) for line in lines
    )


@pytest.mark.parametrize(
    "written",
    [
        "desk@regulator.example",
        "Desk-One.Two@hc-sc.regulator.example",
        "ligne.aide+avis@sante.example",
        "o'hara@x.example",
    ],
)
@pytest.mark.parametrize("line", ["{}", "Write to {}.", "(mailto:{})", "Email:{}; or call", "<{}>, “or”"])
def test_an_address_is_found_within_a_line(written: str, line: str) -> None:
    assert changed((), text(line.format(written))) == ((), (written,))


@pytest.mark.parametrize("line", ["a price of 3 @ 5", "@firm on a network", "desk@", "desk@localhost", "x@@y.example"])
def test_a_sign_alone_is_no_address(line: str) -> None:
    assert changed((), text(line)) == NOTHING


@pytest.mark.parametrize(
    "written", ["1-800-555-0134", "(301) 555-0134", "301-555-0134", "+1 613 555 0134", "866.555.0134"]
)
def test_a_telephone_number_is_found(written: str) -> None:
    assert changed((), text(f"Call {written}, toll-free.")) == ((), (written,))


@pytest.mark.parametrize("line", ["NDC 12345-678-9012", "| Serum | 301-555-0134", "21 CFR 1271.10", "FDA-2024-D-0001"])
def test_other_figures_are_no_telephone_number(line: str) -> None:
    assert changed((), text(line)) == NOTHING


@pytest.mark.parametrize(
    "heading",
    [
        "Contact us",
        "Contact",
        "Contact Information",
        "Contactez-nous",
        "Pour nous joindre",
        "Coordonnées",
        "Nous joindre :",
    ],
)
def test_a_line_under_its_heading_is_a_contact(heading: str) -> None:
    before, after = (text(f"# {heading}", line, "# More", "Words.") for line in ("1 Elm Street", "2 Elm Street"))

    assert changed(before, after) == (("1 Elm Street",), ("2 Elm Street",))


@pytest.mark.parametrize("heading", ["Contact lenses", "Related information", "Contaminants"])
def test_a_line_under_another_heading_is_none(heading: str) -> None:
    before, after = (text("# Contact us", "Desk", f"# {heading}", line) for line in ("1 Elm Street", "2 Elm Street"))

    assert changed(before, after) == NOTHING


def test_typography_makes_no_other_line() -> None:
    assert changed(text("# Contact us", "Bureau de l'avis"), text("# Contact us", "Bureau de l’avis")) == NOTHING


def test_what_still_stands_elsewhere_is_not_gone() -> None:
    before = text("Send input to desk@regulator.example or 301-555-0134.", "Or: desk@regulator.example, 301-555-0134")
    after = text("Or: desk@regulator.example, 301-555-0134")

    assert changed(before, after) == NOTHING


def test_an_address_in_a_long_text_costs_little_time() -> None:
    hostile = text("a@" * 300_000, "1-800-" * 100_000, "(800) 800-" * 60_000)

    assert changed((), hostile) == NOTHING
