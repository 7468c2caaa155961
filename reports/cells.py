"""Tables as CSV of which no spreadsheet takes a cell for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

BOM = "\ufeff"
"""What a file begins with so that Excel reads it as UTF-8."""


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, ends: str = "\r\n") -> str:
    """Rows under their headings, every cell safe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=ends)
    writer.writerow([safe_cell(column) for column in columns])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return out.getvalue()


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers, bytes become hex digits.

    >>> safe_cell("=1+1"), safe_cell("-3.5"), safe_cell("2025-08-20")
    ("'=1+1", '-3.5', '2025-08-20')
    """
    if isinstance(value, bytes):
        return value.hex()
    if not isinstance(value, str) or not value.lstrip(" ").startswith(_FORMULA):
        return value
    try:
        float(value)
    except ValueError:
        return "'" + value
    return value


def plain_cell(text: str) -> str:
    """What a person typed, from a cell that came back: without blanks around it and the apostrophe of `safe_cell`.

    >>> plain_cell(" '=1+1"), plain_cell("'2025-09-30"), plain_cell("'tis")
    ('=1+1', '2025-09-30', "'tis")
    """
    cell = text.strip()
    rest = cell[1:]
    if cell.startswith("'") and (rest.lstrip(" ").startswith(_FORMULA) or rest[:1].isdigit()):
        return rest
    return cell
