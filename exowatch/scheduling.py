"""Scheduling: what is due is claimed, run as a child process and written down, each moment once."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from exowatch.config import BadConfig, Config
from exowatch.exits import Exit
from exowatch.faults import exit_code
from exowatch.schedule_settings import DATA, Schedule
from exowatch.units import program
from reports.visible import visible
from schedules import child
from schedules.child import Ended, Known
from schedules.timetable import due
from store import clock, scheduled
from store.database import Store
from store.errors import Held
from store.locks import hold
from store.scheduled import Claim, Outcome, ScheduledRun

ATTEMPTS: Final = 3
"""How often one moment is tried when runs of it are cut off: a machine that dies each time is not helped by more."""
AFTERWARDS: Final = ("status", "--tell")
"""What follows each run: it tells what is not well, and that we are alive."""
_AFTERWARDS_DEADLINE: Final = 300.0
_BEHIND: Final = timedelta(minutes=5)
_DONE: Final = (Exit.DONE, Exit.CHANGES)
_MOSTLY_DONE: Final = Exit.PARTIAL
"""A crawl of thousands of pages seldom has none that fails: they stay on its list, and a stale source is told of. Where
it was told to stop, the same code says that it was broken off."""
_LONGEST_MESSAGE: Final = 500

Line = Callable[[str], None]
Execute = Callable[[Schedule, Callable[[Known], None]], Ended]
"""Runs a schedule's command and comes back when it is over; says which process it is as soon as there is one."""


def wanted(config: Config, known: Iterable[str] | None = None) -> list[Schedule]:
    """The schedules that run: those that are enabled, and `send` only where there is a digest to be sent.

    Raises BadConfig for one whose command is none of those `known`, or when none is left.
    """
    known = None if known is None else sorted(known)
    for schedule in config.schedules:
        if known is not None and schedule.words[0] not in known:
            raise BadConfig(
                f"[[schedules]] {schedule.name} command: expected one of {', '.join(known)}, found {schedule.words[0]!r}"
            )
    found = [schedule for schedule in config.schedules if not idle(schedule, config)]
    if not found:
        raise BadConfig("[[schedules]]: nothing to run; each is disabled, or waits for [[digests]]")
    return found


def idle(schedule: Schedule, config: Config) -> str:
    """Why a schedule does not run; "" for one that does."""
    if not schedule.enabled:
        return "disabled"
    return "no [[digests]] to send" if schedule.words == ("send",) and not config.digests else ""


@dataclass(slots=True)
class Timekeeper:
    """Runs what is due of each schedule, whoever asks, how often, and from how many processes at once.

    `say` takes the one line that is told of each run, `detail` all the rest.
    """

    database: Path
    schedules: Mapping[str, Schedule]
    execute: Execute
    say: Line
    detail: Line = lambda line: None
    _told: set[str] = field(default_factory=set)

    def waiting(self, name: str) -> bool:
        """Whether there may be something to run. A store that cannot be read is told of, once, and nothing is."""
        found = False
        with self._faults_told(name), Store(self.database, readonly=True) as store:
            found = scheduled.unended(store, name) is not None or self._plan(store, name) is not None
            self._told.discard(name)
        return found

    def run(self, name: str) -> ScheduledRun | None:
        """As `run_due`; what the world refuses is told of instead of raised, and tried again at the next look."""
        with self._faults_told(name):
            try:
                return self.run_due(name)
            except Held as held:
                self.detail(f"{name}: {held}")
        return None

    def run_due(self, name: str) -> ScheduledRun | None:
        """Run what is due, and how it went; None when nothing was. Raises Held while another process is at it.

        Runs that were cut off before are ended as such first, with whatever of them is left.
        """
        schedule = self.schedules[name]
        with hold(self.database, f"schedule-{name}", f"schedule {name}"):
            with Store(self.database) as store:
                self._end_cut_off(store, name)
                claim = self._plan(store, name)
                run = scheduled.begin(store, claim) if claim else None
            if claim is None or run is None:
                return None
            self.detail(f"{name}: begins, due {clock.shown(claim.due)}, attempt {claim.attempt}")
            ended = self._execute(schedule)
            with Store(self.database) as store:
                outcome = _outcome(ended)
                scheduled.end(store, run, outcome, code=ended.code, message=_message(ended))
                done = scheduled.run(store, run)
        self.say(told(done))
        return done

    def _execute(self, schedule: Schedule) -> Ended:
        note = self._note(schedule.name)
        try:
            return self.execute(schedule, lambda known: _write(note, known))
        except OSError as error:
            return Ended(1, (f"cannot be started: {error}",), 0.0)
        finally:
            note.unlink(missing_ok=True)

    def _plan(self, store: Store, name: str) -> Claim | None:
        """What is to be run now: the last moment that has come, or once more the one whose run was cut off."""
        schedule, now = self.schedules[name], clock.now()
        last = scheduled.latest(store, name)
        if last and last.due - now > _BEHIND:
            # Said once for all schedules: the clock is the same.
            self._tell_once(
                "clock",
                f"the clock says {clock.shown(now)}, and {name} ran for {clock.shown(last.due)}: it runs again after that."
                " If this clock is right and that one was wrong, give the schedule another name",
            )
        found = due(schedule.when, now, last.due if last else None)
        if found:
            return Claim(name, found.at, schedule.command, missed=found.missed, missed_since=found.missed_since)
        if last and last.outcome is Outcome.CUT_OFF and last.attempt < ATTEMPTS and last.due <= now:
            return Claim(name, last.due, schedule.command, attempt=last.attempt + 1)
        return None

    def _end_cut_off(self, store: Store, name: str) -> None:
        """End a run whose scheduler went away: we hold its lock, so nobody waits for it any more."""
        run = scheduled.unended(store, name)
        if run is None:
            return
        known = _read(self._note(name))
        alone = child.end(known) if known else False
        message = "its scheduler went away" + (", and its process was ended" if alone else "")
        scheduled.end(store, run.id, Outcome.CUT_OFF, message=message)
        self.say(f"{name}: the run for {clock.shown(run.due)} was cut off: {message}")

    def _note(self, name: str) -> Path:
        return self.database.with_name(self.database.name + ".locks") / f"schedule-{name}.child"

    @contextmanager
    def _faults_told(self, name: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # told apart: a fault of ours is raised again
            if exit_code(error) is None:
                raise
            self._tell_once(name, f"{name}: {error}")

    def _tell_once(self, matter: str, message: str) -> None:
        """Tell what stays so from look to look the first time only."""
        if matter not in self._told:
            self._told.add(matter)
            self.say(message)


@dataclass(slots=True)
class Program:
    """Runs commands of exowatch as a person would type them, on this store and with these files of configuration."""

    database: Path
    files: Sequence[Path]
    stop: threading.Event
    heard: Line
    afterwards: tuple[str, ...] = AFTERWARDS
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, schedule: Schedule, begun: Callable[[Known], None]) -> Ended:
        """Run a schedule's command until it ends, its deadline comes or we are told to stop."""
        data = str(self.database.resolve().parent)
        return child.run(
            self._line([word.replace(DATA, data) for word in schedule.words]),
            deadline=schedule.deadline.total_seconds(),
            stop=self.stop,
            heard=lambda line: self.heard(f"{schedule.name}: {visible(line)}"),
            begun=begun,
            environment=_environment(),
        )

    def follow_up(self) -> None:
        """Let `status` tell what became known by a run. How that ends is its own affair."""
        if not self.afterwards or self.stop.is_set():
            return
        with self._turn:
            child.run(
                self._line(self.afterwards),
                deadline=_AFTERWARDS_DEADLINE,
                stop=self.stop,
                heard=lambda line: self.heard(f"{' '.join(self.afterwards)}: {visible(line)}"),
                environment=_environment(),
            )

    def _line(self, words: Sequence[str]) -> list[str]:
        files = [word for file in self.files for word in ("--config", str(file.resolve()))]
        return [*program(), "--db", str(self.database.resolve()), *files, *words]


def told(run: ScheduledRun) -> str:
    """The one line that is told of a run that has ended."""
    lasted = _lasting((run.ended or run.begun) - run.begun)
    outcome = (run.outcome or Outcome.CUT_OFF).replace("_", " ")
    code = "" if run.code is None else f", exit {run.code}"
    missed = f"; {run.missed} missed since {clock.shown(run.missed_since)}" if run.missed_since else ""
    message = f": {run.message}" if run.message else ""
    return f"{clock.shown(run.begun)} {run.schedule}: {outcome} after {lasted}{code}{missed}{message}"


def as_json(run: ScheduledRun) -> dict[str, Any]:
    """A run as commands answer it."""
    return {
        "due": clock.shown(run.due),
        "attempt": run.attempt,
        "begun": clock.shown(run.begun),
        "ended": clock.shown(run.ended) if run.ended else None,
        "outcome": run.outcome,
        "code": run.code,
        "message": run.message,
        "missed": run.missed,
        "missed_since": clock.shown(run.missed_since) if run.missed_since else None,
    }


def _outcome(ended: Ended) -> Outcome:
    if ended.overdue:
        return Outcome.DEADLINE
    if ended.code in _DONE or (ended.code == _MOSTLY_DONE and not ended.stopped):
        return Outcome.DONE
    return Outcome.CUT_OFF if ended.stopped else Outcome.FAILED


def _message(ended: Ended) -> str:
    """Its last words: one line where all went well, else as many as were kept."""
    lines = ended.last[-1:] if _outcome(ended) is Outcome.DONE else ended.last
    words = visible(" ".join(" / ".join(lines).split()))
    return words if len(words) <= _LONGEST_MESSAGE else f"…{words[-_LONGEST_MESSAGE:]}"


def _lasting(span: timedelta) -> str:
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _environment() -> dict[str, str]:
    """Ours. Where the present was set for this process, time goes on in the child instead of beginning again."""
    given = {"EXOWATCH_NOW": clock.shown(clock.now())} if os.environ.get("EXOWATCH_NOW") else {}
    return {**os.environ, **given}


def _write(note: Path, known: Known) -> None:
    note.write_text(json.dumps({"process": known.process, "started": known.started}))


def _read(note: Path) -> Known | None:
    try:
        said = json.loads(note.read_text())
        return Known(int(said["process"]), str(said["started"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
