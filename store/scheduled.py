"""Scheduled runs: what the timetable asked for, what became of it, and which of its moments passed without a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from store import clock
from store.database import Store
from store.facts import add


class Outcome(StrEnum):
    """How a scheduled run ended; `cut_off` when the machine or the scheduler went away under it."""

    DONE = "done"
    FAILED = "failed"
    DEADLINE = "deadline"
    CUT_OFF = "cut_off"


@dataclass(frozen=True, slots=True)
class ScheduledRun:
    """One attempt to run a schedule's command for one of its moments. `ended` and `outcome` are None while it runs.

    `missed` moments before `due`, the first of them `missed_since`, passed without a run of their own; the first attempt
    says so, and no later one again.
    """

    id: int
    schedule: str
    due: datetime
    attempt: int
    begun: datetime
    command: str
    missed: int
    missed_since: datetime | None
    ended: datetime | None
    outcome: Outcome | None
    code: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that is to be begun."""

    schedule: str
    due: datetime
    command: str
    attempt: int = 1
    missed: int = 0
    missed_since: datetime | None = None


def begin(store: Store, claim: Claim) -> int | None:
    """Write down that a run begins; its number. None when this attempt at this moment was begun already, by whomever."""
    missed_since = clock.stored(claim.missed_since) if claim.missed_since else None
    due, now = clock.stored(claim.due), clock.stored(clock.now())
    content = (claim.schedule, due, claim.attempt, now, claim.command, claim.missed, missed_since)
    with store.write():
        known = store.execute(
            "select 1 from runs where schedule = ? and due = ? and attempt = ?", (claim.schedule, due, claim.attempt)
        ).fetchone()
        if known:
            return None
        return add(store, "runs", "schedule, due, attempt, at, command, missed, missed_since", content)


def end(store: Store, run: int, outcome: Outcome, *, code: int | None = None, message: str = "") -> None:
    """Write down how a run ended. A run ends once: what comes later is not written."""
    with store.write():
        if store.execute("select 1 from run_ends where run = ?", (run,)).fetchone() is None:
            content = (run, clock.stored(clock.now()), outcome.value, code, message)
            add(store, "run_ends", "run, at, outcome, code, message", content)


_RUN = (
    "select r.id, r.schedule, r.due, r.attempt, r.at, r.command, r.missed, r.missed_since, e.at, e.outcome, e.code,"
    " coalesce(e.message, '') from runs r left join run_ends e on e.run = r.id"
)


def latest(store: Store, schedule: str) -> ScheduledRun | None:
    """The last attempt at the latest moment of a schedule that was run at all."""
    row = store.execute(f"{_RUN} where r.schedule = ? order by r.due desc, r.attempt desc limit 1", (schedule,))
    found = row.fetchone()
    return _run(found) if found else None


def unended(store: Store, schedule: str) -> ScheduledRun | None:
    """The run of a schedule that is on its way or was cut off: the last that was begun, if it has no end.

    There is one at most: none is begun before the one before it was ended.
    """
    row = store.execute(f"{_RUN} where r.schedule = ? order by r.id desc limit 1", (schedule,)).fetchone()
    found = _run(row) if row else None
    return found if found and found.ended is None else None


def run(store: Store, number: int) -> ScheduledRun:
    """A run by its number."""
    return _run(store.execute(f"{_RUN} where r.id = ?", (number,)).fetchone())


def runs(store: Store, schedule: str | None = None) -> list[ScheduledRun]:
    """Every run, of one schedule or of all, in the order in which they were begun."""
    rows = store.execute(f"{_RUN} where ? is null or r.schedule = ? order by r.id", (schedule, schedule))
    return [_run(row) for row in rows]


def _run(row: Sequence[Any]) -> ScheduledRun:
    number, schedule, due, attempt, begun, command, missed, since, ended, outcome, code, message = row
    return ScheduledRun(
        number,
        schedule,
        clock.parse(due),
        attempt,
        clock.parse(begun),
        command,
        missed,
        clock.parse(since) if since else None,
        clock.parse(ended) if ended else None,
        Outcome(outcome) if outcome else None,
        code,
        message,
    )
