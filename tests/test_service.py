"""The service: it starts what is due though nothing rang, survives what runs, and ends when they have ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC

import pytest
from apscheduler.triggers.cron import CronTrigger

from schedules.service import Service
from schedules.timetable import parse


@dataclass
class Work:
    """What the service is given: schedules that wait for their turn, and what running one does."""

    due: set[str]
    doing: Callable[[str], None] = lambda name: None
    ran: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def waiting(self, name: str) -> bool:
        return name in self.due

    def run(self, name: str) -> None:
        self.ran.append(name)
        self.doing(name)
        self.due.discard(name)


@contextmanager
def serving(work: Work, *names: str) -> Iterator[threading.Event]:
    stop = threading.Event()
    # Moments that do not come while the test runs: whatever happens is the look's doing.
    service = Service(
        {name: parse("0 0 29 2 *") for name in names}, waiting=work.waiting, run=work.run, tell=work.told.append
    )
    thread = threading.Thread(target=service.serve, args=(stop,), kwargs={"look_every": 0.05})
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def test_what_is_due_is_run_though_nothing_rang() -> None:
    work = Work({"a"})

    with serving(work, "a", "b"):
        until(lambda: work.ran == ["a"])
        work.due.add("b")
        until(lambda: work.ran == ["a", "b"])

    assert work.told == []


def test_a_run_that_breaks_off_is_told_of_and_tried_again() -> None:
    def breaks(name: str) -> None:
        if len(work.ran) == 1:
            raise LookupError("no such thing")

    work = Work({"a"}, breaks)

    with serving(work, "a"):
        until(lambda: not work.due)

    assert work.ran == ["a", "a"]
    assert work.told == ["a: the run broke off: LookupError: no such thing"]


def test_a_long_run_holds_up_no_other_and_is_not_begun_twice() -> None:
    end = threading.Event()
    work = Work({"long", "short"}, lambda name: name == "short" or end.wait(30) or None)  # type: ignore[arg-type, return-value]

    with serving(work, "long", "short"):
        until(lambda: "short" in work.ran)
        work.due.add("short")
        until(lambda: work.ran.count("short") == 2)
        end.set()
        until(lambda: not work.due)

    assert work.ran.count("long") == 1


def test_a_moment_that_comes_while_its_schedule_runs_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    # Every second instead of every minute: the test need not wait for one.
    monkeypatch.setattr("schedules.service.trigger", lambda timetable: CronTrigger(second="*", timezone=UTC))
    end = threading.Event()
    work = Work(set(), lambda name: end.wait(30) or None)  # type: ignore[arg-type, return-value]

    with serving(work, "a"):
        until(lambda: bool(work.told))
        end.set()

    assert work.ran[:1] == ["a"]
    assert set(work.told) == {"a: still running when its next moment came"}


def test_a_stop_waits_for_what_runs() -> None:
    ended: list[str] = []

    def slow(name: str) -> None:
        time.sleep(1)
        ended.append(name)

    work = Work({"a"}, slow)

    with serving(work, "a") as stop:
        until(lambda: bool(work.ran))
        stop.set()

    assert ended == ["a"]
