"""Tables as spreadsheets read and save them: CSV of which no cell is calculated."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from reports.cells import safe_cell

BOM: Final = "\ufeff"
"""What a file begins with so that Excel reads it as UTF-8."""


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows under their headings as a whole file, lines ended by CR and LF as RFC 4180 has it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(column) for column in columns])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return BOM + out.getvalue()


def plain_cell(text: str) -> str:
    """What a person typed, from a cell that came back: without blanks around it and the apostrophe of `safe_cell`.

    >>> plain_cell(" '=1+1"), plain_cell("'tis")
    ('=1+1', "'tis")
    """
    cell = text.strip()
    quoted = cell.startswith("'") and str(safe_cell(cell[1:])).startswith("'")
    return cell[1:] if quoted else cell
