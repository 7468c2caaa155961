"""Reviewing by sheet: changes out to their reviewers, and what they decided back in, all rows or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exowatch.filled_sheet import BadSheet, Row
from reports.entries import ChangeEntry
from store import lookup
from store.database import Store
from store.errors import BadReview
from store.records import Change
from store.reviews import Judgement, Review, Reviewed, fingerprint, judgement, record, reviewed


@dataclass(frozen=True, slots=True)
class Taken:
    """What a sheet brought: reviews written down, rows already on record, rows without a decision.

    `remarks` are sentences on rows that brought nothing where a reviewer might have thought so.
    """

    added: tuple[Review, ...]
    known: int
    skipped: int
    remarks: tuple[str, ...]


def entries(store: Store, changes: Iterable[Change]) -> list[ChangeEntry]:
    """The changes with their documents and reviews, in the order given, for a sheet or a register."""
    known = reviewed(store)
    return [
        ChangeEntry(change, lookup.document_in(store, change), review=known.standing(change.id)) for change in changes
    ]


def take_in(store: Store, rows: Sequence[Row], by: str) -> Taken:
    """Write down what a sheet decides, in one transaction. Raises BadSheet, naming every line that is wrong."""
    with store.write():
        changes = {change.id: change for change in lookup.changes(store)}
        decided = [row for row in rows if row.decision]
        said, faults = _checked(decided, changes, by)
        if faults:
            raise BadSheet("\n".join(["nothing was taken in:", *(f"  {fault}" for fault in faults)]))
        known = reviewed(store)
        fresh = [(row, one) for row, one in said if not _on_record(known, row, one)]
        added = tuple(record(store, row.change, one) for row, one in fresh)
    return Taken(added, len(said) - len(added), len(rows) - len(decided), tuple(_remarks(rows, said, known)))


def _checked(rows: Iterable[Row], changes: dict[str, Change], by: str) -> tuple[list[tuple[Row, Judgement]], list[str]]:
    """The judgements of the rows, and what is wrong with the others."""
    said: list[tuple[Row, Judgement]] = []
    faults = []
    lines: dict[tuple[str, str], int] = {}
    for row in rows:
        try:
            one = _judgement(row, changes, by)
        except BadReview as error:
            faults.append(f"line {row.line}: {error}")
            continue
        first = lines.setdefault((row.change, one.by), row.line)
        if first != row.line:
            faults.append(f"line {row.line}: {one.by} decides change {row.change} on line {first} already")
        said.append((row, one))
    return said, faults


def _judgement(row: Row, changes: dict[str, Change], by: str) -> Judgement:
    change = changes.get(row.change)
    if change is None:
        raise BadReview(
            f"no change {row.change!r} stands in the store; where its texts were read anew it has another id: export"
            " the sheet again"
        )
    if row.texts != fingerprint(change):
        raise BadReview(
            f"somebody reviewed another text: change {row.change} stands for {fingerprint(change)!r}, the row for"
            f" {row.texts!r}; export the sheet again"
        )
    try:
        return judgement(by=row.by or by, decision=row.decision, note=row.note, owner=row.owner, due=row.due)
    except BadReview as error:
        hint = _DATES if "is no date" in str(error) else ""
        raise BadReview(f"{error}{hint}") from error


_DATES = ". Spreadsheets rewrite dates in their own way: format the column as text, and type the date again"


def _on_record(known: Reviewed, row: Row, said: Judgement) -> bool:
    return any(earlier.said == said for earlier in known.by_change.get(row.change, ()))


def _remarks(rows: Iterable[Row], said: Iterable[tuple[Row, Judgement]], known: Reviewed) -> Iterable[str]:
    for row in rows:
        if row.undecided:
            yield f"line {row.line}: a note, an owner or a date, but no decision: skipped"
    for row, one in said:
        latest = known.standing(row.change)
        if latest and latest.said != one and _on_record(known, row, one):
            yield (
                f"line {row.line}: on record already, but a later review by {latest.said.by} stands; to decide again,"
                f" use `exowatch review {row.change}`"
            )
