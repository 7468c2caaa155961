"""Cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import re
from typing import Final

# Excel, LibreOffice and Google Sheets begin a formula at these signs, where the machine is set to Japanese or Chinese
# also at their wide and small forms; the minus of mathematics is there for who exchanges it for a hyphen.
_FORMULA: Final = "=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻−"
# What importers strip, or a reader of CSV takes for the quotes around a cell, before they look at the first sign.
# Not the separators themselves: each is looked at in its turn, so that a million of them take no longer than that.
_SKIPPED: Final = r"(?:[^\S;\t\r\n]|[\"“”\x00-\x08\x0e-\x1f\x7f\ufeff\u200b-\u200f\u2060])*"
# Where the list separator is a semicolon, as in French Canada, Excel cuts a line of commas at semicolons and no longer
# sees the quotes: each piece of a cell may become a cell, and what stands behind a line break the start of a line.
_OPENING: Final = re.compile(rf"(?:\A|[;\t\r\n])(?={_SKIPPED}[{_FORMULA}])")
_NUMBER: Final = re.compile(r"[+-]?\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,4})?", re.ASCII)


def safe_cell(value: object) -> object:
    """A cell as it may be written to a CSV file: an apostrophe stands before what would begin a formula.

    That is done at the start of the cell and wherever another separator or a line break would begin one. Numbers stay
    numbers, and what is no text stays as it is.

    >>> safe_cell("=1+1"), safe_cell("-3.5"), safe_cell("2025-08-20")
    ("'=1+1", '-3.5', '2025-08-20')
    >>> safe_cell("a serum; =1+1")
    "a serum;' =1+1"
    """
    if not isinstance(value, str) or _NUMBER.fullmatch(value):
        return value
    return _OPENING.sub(lambda found: f"{found[0]}'", value)
