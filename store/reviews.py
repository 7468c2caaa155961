"""Reviews: what people decide of changes, as facts that are bound to the texts on both sides of a change."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from store import clock
from store.database import Store
from store.errors import BadReview, Unknown
from store.facts import add
from store.records import Change, sha256


class Decision(StrEnum):
    """What a change means for those who review it."""

    APPLIES = "applies"
    NOT_APPLICABLE = "not-applicable"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one person says of a change. Make one with `judgement`, which checks it.

    `owner` is who is to act, "" for nobody; `due` by when, `YYYY-MM-DD`, None where nothing is due.
    """

    by: str
    decision: Decision
    note: str
    owner: str
    due: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """A judgement of a change with its moment, and the hashes of the two texts that were before the reviewer.

    `id` is its number in this store, from 1 in the order of writing. A hash is None where that side has no text.
    `fields` is the hash of the regulator's fields that differ where both texts are equal, "" elsewhere.
    """

    id: int
    change: str
    document: str
    before_text: str | None
    after_text: str | None
    fields: str
    at: datetime
    said: Judgement


@dataclass(frozen=True, slots=True)
class Step:
    """A change as far as reviews are bound to it; hashes as of a `Review`."""

    change: str
    document: str
    before_text: str | None
    after_text: str | None
    fields: str = ""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The reviews of a store, each oldest first: those of a present change by its id, and those that fit none.

    `earlier` were made of an earlier reading: a mended reader or a late capture has since put another change in the
    place of the one that was reviewed, and that one counts as not reviewed.
    """

    by_change: Mapping[str, tuple[Review, ...]]
    earlier: tuple[Review, ...]

    def standing(self, change: str) -> Review | None:
        """The review that stands for a change: the latest one."""
        found = self.by_change.get(change, ())
        return found[-1] if found else None


def review(
    store: Store, change: str, *, by: str, decision: str, note: str = "", owner: str = "", due: str | None = None
) -> Review:
    """Write down what a person decides of a change, as a fact. Raises Unknown for no such change, BadReview."""
    return record(store, change, judgement(by=by, decision=decision, note=note, owner=owner, due=due))


def record(store: Store, change: str, said: Judgement) -> Review:
    """Write a judgement down, bound to the texts of the change as it stands. Joins the caller's transaction."""
    with store.write():
        step = _step(store, change)
        at = clock.now()
        (ref,) = store.execute("select ref from documents where id = ?", (step.document,)).fetchone()
        bond = (step.change, ref, step.before_text, step.after_text)
        told = (said.by, said.decision.value, said.note, said.owner, said.due)
        row = add(store, "reviews", _NAMES, (*bond, clock.stored(at), *told, step.fields))
    return Review(row, step.change, step.document, step.before_text, step.after_text, step.fields, at, said)


_NAMES: Final = "change, document, before_text, after_text, at, by, decision, note, owner, due, fields"


def judgement(*, by: str, decision: str, note: str = "", owner: str = "", due: str | None = None) -> Judgement:
    """A judgement from what a person typed. Raises BadReview, saying what was expected.

    Line ends of a note become "\\n"; "" for `due` means that nothing is due.

    >>> judgement(by=" Kim ", decision="noted", note="seen\\r\\n").note
    'seen'
    """
    name, responsible = _name("the reviewer", by), _name("the owner", owner)
    if not name:
        raise BadReview("a review says by whom: a name is expected, found none")
    if decision not in set(Decision):
        raise BadReview(f"decision {decision!r}: expected one of {', '.join(Decision)}")
    said = _note(note)
    if not said and decision != Decision.NOTED:
        raise BadReview(f"a decision {decision!r} needs a note that says why; only {Decision.NOTED} may go without")
    return Judgement(name, Decision(decision), said, responsible, _date(due) if due else None)


_LONGEST_NAME: Final = 200
_LONGEST_NOTE: Final = 10_000
"""A cell of a spreadsheet holds 32,767 characters, and cuts off what is longer."""


def _name(what: str, text: str) -> str:
    """One line that can stand in a mail's header and in a table."""
    name = text.strip()
    odd = next((sign for sign in name if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"}), "")
    if odd:
        raise BadReview(f"the name of {what} holds the control character U+{ord(odd):04X}: one plain line is expected")
    if len(name) > _LONGEST_NAME:
        raise BadReview(f"the name of {what} has {len(name)} characters: at most {_LONGEST_NAME} are expected")
    return name


def _note(text: str) -> str:
    note = re.sub(r"\r\n?", "\n", text).strip()
    odd = next((sign for sign in note if sign == "\0" or unicodedata.category(sign) == "Cs"), "")
    if odd:
        raise BadReview(f"the note holds U+{ord(odd):04X}, which is no text")
    if len(note) > _LONGEST_NOTE:
        raise BadReview(f"the note has {len(note)} characters: at most {_LONGEST_NOTE} are expected")
    return note


_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _date(text: str) -> str:
    try:
        if not _DATE.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadReview(f"due {text!r} is no date: expected YYYY-MM-DD, as in 2025-09-30") from None


def reviews_of(store: Store, *, until: datetime | None = None) -> list[Review]:
    """Every review made by an instant, in the order of writing."""
    where, values = ("where at <= ?", (clock.stored(until),)) if until else ("", ())
    rows = store.execute(
        "select r.id, r.change, d.id, r.before_text, r.after_text, r.fields, r.at, r.by, r.decision, r.note, r.owner,"
        " r.due"
        f" from reviews r join documents d on d.ref = r.document {where} order by r.id",
        values,
    )
    return [_review(row) for row in rows]


def reviewed(store: Store, *, until: datetime | None = None) -> Reviewed:
    """The reviews made by an instant, brought to the changes as they stand now."""
    found = reviews_of(store, until=until)
    return bound(found, _steps_of(store, {review.document for review in found}) if found else ())


def standing_review(store: Store, change: Change, *, until: datetime | None = None) -> Review | None:
    """The review that stands for a change; None where its review is open."""
    return reviewed(store, until=until).standing(change.id)


def bound(reviews: Iterable[Review], steps: Iterable[Step]) -> Reviewed:
    """Each review with the change it is of: by the change's id, else by its document, both texts and fields.

    An id goes when the kind of a step is told anew, and goes to another step when an earlier one comes to light between
    the same two texts. What was reviewed tells the step where texts or fields differ and no other step of the document
    has the same; any other review stays with the earlier reading.
    """
    present = {step.change: _reviewed_of(step) for step in steps}
    places = {what: change for change, what in present.items()}
    times = Counter(present.values())
    by_change: dict[str, tuple[Review, ...]] = {}
    earlier = []
    for one in reviews:
        what = _reviewed_of(one)
        telling = times[what] == 1 and (one.before_text != one.after_text or one.fields)
        place = one.change if present.get(one.change) == what else places[what] if telling else ""
        if place:
            by_change[place] = (*by_change.get(place, ()), one)
        else:
            earlier.append(one)
    return Reviewed(by_change, tuple(earlier))


def _reviewed_of(of: Step | Review) -> tuple[str, str | None, str | None, str]:
    return of.document, of.before_text, of.after_text, of.fields


_SHOWN: Final = 12


def fingerprint(change: Change) -> str:
    """What a review of a change is bound to, in a few signs that no spreadsheet takes for a number."""
    before, after = (side.text_sha256 if side else None for side in (change.before, change.after))
    told = _fields_hash(before, after, [(field.name, field.before, field.after) for field in change.fields])
    fields = f", fields {told[:_SHOWN]}" if told else ""
    return f"{(before or 'none')[:_SHOWN]} > {(after or 'none')[:_SHOWN]}{fields}"


def _fields_hash(before: str | None, after: str | None, told: Sequence[tuple[str, str, str]]) -> str:
    """The hash of the fields that differ; "" where the texts differ, which tell the step alone."""
    return sha256(json.dumps(told)) if told and before == after else ""


def _step(store: Store, change: str) -> Step:
    name = change.strip().lower()
    row = store.execute(f"{_STEPS} where c.id = ?", (name,)).fetchone()
    if row is None:
        raise Unknown(f"no change {change!r} in {store.path}; `exowatch changes` lists them with their ids")
    return _step_of(row)


_STEPS: Final = (
    "select c.id, d.id, json_extract(c.before, '$.text_sha256'), json_extract(c.after, '$.text_sha256'), c.fields"
    " from changes c join documents d on d.ref = c.document"
)


def _steps_of(store: Store, documents: Iterable[str]) -> list[Step]:
    listed = json.dumps(sorted(documents))
    rows = store.execute(f"{_STEPS} where d.id in (select value from json_each(?)) order by c.id", (listed,))
    return [_step_of(row) for row in rows]


def _step_of(row: Any) -> Step:
    change, document, before, after, fields = row
    told = [(field["name"], field["before"], field["after"]) for field in json.loads(fields)]
    return Step(change, document, before, after, _fields_hash(before, after, told))


def _review(row: Any) -> Review:
    number, change, document, before, after, fields, at, by, decision, note, owner, due = row
    said = Judgement(by, Decision(decision), note, owner, due)
    return Review(number, change, document, before, after, fields, clock.parse(at), said)
