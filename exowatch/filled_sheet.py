"""A review sheet that came back: its rows, in whatever form a spreadsheet saved them, and nothing guessed."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reports.cells import plain_cell
from reports.review_sheet import COLUMNS, DECISIONS, FILLED, NAMED

_NEEDED: Final = ("change", "texts", "decision")
_SEPARATORS: Final = (",", ";", "\t")
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
    """The rows of a sheet that name a change, in their order. Raises BadSheet.

    Read are UTF-8 and UTF-16 with their marks, commas, semicolons and tabs, every line end, columns in any order.
    """
    text = _text(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        columns = _columns(reader)
        return [row for row in _rows(reader, columns) if row.change or row.decision or row.undecided]
    except csv.Error as error:
        raise BadSheet(f"line {reader.line_num}: no CSV ({error})") from error


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


def _separator(text: str) -> str:
    """The sign that divides the headings, or that Excel's own first line names."""
    first = text.lstrip("\r\n").partition("\n")[0].strip()
    if first.lower().startswith("sep=") and len(first) == len("sep=,"):
        return first[-1] if first[-1] in _SEPARATORS else ","
    return max(_SEPARATORS, key=first.count)


def _columns(reader: Iterator[list[str]]) -> Mapping[str, int]:
    """Where each of our columns stands. Raises BadSheet where one that is needed is absent or stands twice."""
    for cells in reader:
        if any(cells) and not cells[0].lower().startswith("sep="):
            names = [cell.strip().lower() for cell in cells]
            break
    else:
        raise BadSheet("an empty file: the sheet of `exowatch review export` is expected")
    for name in COLUMNS:
        if names.count(name) > 1 or (name in _NEEDED and name not in names):
            found = "twice" if name in names else "no such column"
            raise BadSheet(f"heading {name!r}: expected once, as `exowatch review export` writes it, found {found}")
    return {name: names.index(name) for name in COLUMNS if name in names} | {"": len(names)}


def _rows(reader: csv.reader, columns: Mapping[str, int]) -> Iterator[Row]:  # type: ignore[valid-type]  # csv has no class for it
    line = reader.line_num + 1  # type: ignore[attr-defined]
    for cells in reader:  # type: ignore[attr-defined]
        if any(cell.strip() for cell in cells[columns[""] :]):
            raise BadSheet(f"line {line}: more cells than headings; a cell that holds a separator needs quotes")
        change, texts, *filled = (_cell(cells, columns.get(name)) for name in ("change", "texts", *FILLED))
        yield Row(line, change.removeprefix(NAMED).strip().lower(), texts, *_folded(filled))
        line = reader.line_num + 1  # type: ignore[attr-defined]


def _cell(cells: Sequence[str], place: int | None) -> str:
    return plain_cell(cells[place]) if place is not None and place < len(cells) else ""


def _folded(filled: Sequence[str]) -> tuple[str, ...]:
    """What was filled in, the decision in small letters: spreadsheets write a capital where a cell begins."""
    decision, *others = filled
    return decision.lower() if decision.lower() in DECISIONS.split(", ") else decision, *others
