"""Cells of a table: what a spreadsheet would run is shown to it as text, and what is a number stays one."""

from __future__ import annotations

from time import process_time

import pytest

from reports.cells import safe_cell
from tests.payloads import FORMULAS


@pytest.mark.parametrize("text", FORMULAS, ids=range(len(FORMULAS)))
def test_a_formula_gets_an_apostrophe_and_keeps_every_sign(text: str) -> None:
    cell = safe_cell(text)

    assert isinstance(cell, str)
    assert cell != text
    assert cell.replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("value", ["-3.5", "+7", "1e6", "-0.5e-3", "0", "999101", 7, -3.5, None, True])
def test_a_number_stays_one(value: object) -> None:
    assert safe_cell(value) is value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Larkspur Vesicle Works LLC",
        "2025-08-20",
        "a = b",
        "a; b",
        "FDA-2025-D-0001; RA-70001",
        "https://regulator.example/?a=1;b=2",
        "'=1",
        "(+)",
    ],
)
def test_text_that_begins_nothing_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


@pytest.mark.parametrize("text", ["-inf", "+nan", "-1_000", "+１", "--1", "-1,5"])
def test_what_only_a_program_takes_for_a_number_is_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a serum; =1+1", "a serum;' =1+1"),
        ('a;"=1"', 'a;\'"=1"'),
        ("a\n-1", "a\n'-1"),
        ("a\t@b", "a\t'@b"),
        (";;=1", ";;'=1"),
    ],
)
def test_a_formula_behind_what_another_separator_would_cut_at_is_none(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


def test_a_hostile_cell_takes_no_longer_than_any() -> None:
    begun = process_time()

    for text in ("; " * 500_000, "\n" * 1_000_000, " " * 1_000_000, "1" * 1_000_000, ('"' * 99 + ";") * 10_000):
        safe_cell(text)

    assert process_time() - begun < 5
