"""A review sheet that came back: its rows, in whatever form a spreadsheet saved them, and nothing guessed."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reports.review_sheet import COLUMNS, FILLED, NAMED
from reports.spreadsheet import plain_cell
from store.reviews import Decision

_NEEDED: Final = ("change", "texts", "decision")
_SEPARATORS: Final = (",", ";", "\t")
_NAMED_SEPARATOR: Final = "sep="
_LARGEST: Final = 50_000_000


class BadSheet(Exception):
    """A sheet that cannot be taken in; nothing of it was. The message names each line and what was expected."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was filled in; `line` is where it begins in the file, from 1."""

    line: int
    change: str
    texts: str
    decision: str
    note: str
    owner: str
    due: str
    by: str

    @property
    def undecided(self) -> bool:
        """Whether something was filled in, but no decision."""
        return not self.decision and any((self.note, self.owner, self.due))


def rows(content: bytes) -> list[Row]:
    """The rows of a sheet that name a change or decide something, in their order. Raises BadSheet.

    Read are UTF-8 and UTF-16 with their marks, commas, semicolons and tabs, every line end, columns in any order.
    """
    records = _records(_text(content))
    columns = _columns(records)
    found = [_row(line, cells, columns) for line, cells in records]
    return [row for row in found if row.change or row.decision or row.undecided]


def _text(content: bytes) -> str:
    if len(content) > _LARGEST:
        raise BadSheet(f"{len(content)} bytes: a sheet of at most {_LARGEST} is expected")
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if content.startswith(b"PK"):
        raise BadSheet('a workbook, not CSV: save it as "CSV UTF-8"')
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadSheet(f'line {line}: not UTF-8; save it as "CSV UTF-8", so that no accent is lost') from error


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each record with the line where it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadSheet(f"line {line}: no CSV ({error})") from error


def _separator(text: str) -> str:
    """The sign that divides the headings, or that Excel's own first line names."""
    first = re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0].strip(" ")
    if first.lower().startswith(_NAMED_SEPARATOR) and first[-1] in _SEPARATORS:
        return first[-1]
    return max(_SEPARATORS, key=first.count)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where each of our columns stands, and how many headings there are."""

    places: Mapping[str, int]
    width: int


def _columns(records: Iterator[tuple[int, list[str]]]) -> _Columns:
    """Raises BadSheet where a column that is needed is absent, or one stands twice."""
    headings = (cells for _, cells in records if any(cells) and not cells[0].lower().startswith(_NAMED_SEPARATOR))
    names = [name.strip().lower() for name in next(headings, ())]
    for name in COLUMNS:
        if names.count(name) > 1 or (name in _NEEDED and name not in names):
            found = "it twice" if name in names else "none" if names else "an empty file"
            raise BadSheet(f"heading {name!r}: expected once, as `exowatch review export` writes it, found {found}")
    return _Columns({name: names.index(name) for name in COLUMNS if name in names}, len(names))


def _row(line: int, cells: Sequence[str], columns: _Columns) -> Row:
    if any(cell.strip() for cell in cells[columns.width :]):
        raise BadSheet(f"line {line}: more cells than headings; a cell that holds a separator needs quotes")
    change, texts, decision, note, owner, due, by = (
        _cell(cells, columns.places.get(name, columns.width)) for name in ("change", "texts", *FILLED)
    )
    # Spreadsheets write a capital where a cell begins, and keep the apostrophe that holds a date in its form.
    decided = decision.lower() if decision.lower() in set(Decision) else decision
    return Row(line, change.removeprefix(NAMED).strip().lower(), texts, decided, note, owner, due.removeprefix("'"), by)


def _cell(cells: Sequence[str], place: int) -> str:
    return plain_cell(cells[place]) if place < len(cells) else ""
