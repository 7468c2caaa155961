"""Scheduling: each moment is run once, whoever asks, whatever dies, and whatever the clock says."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import typer.main

from exowatch import cli
from exowatch.config import BadConfig, load
from exowatch.schedule_settings import Schedule, schedules_of
from exowatch.scheduling import ATTEMPTS, Program, Timekeeper, told, wanted
from schedules import child
from schedules.child import Ended, Known
from store import scheduled
from store.clock import parse as instant
from store.clock import shown
from store.database import Store
from store.errors import Held
from store.locks import hold
from store.scheduled import Claim, Outcome, ScheduledRun
from tests.test_cli import Done, command, plain
from tests.test_cli import child as exowatch

Setting = Callable[[str], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Setting:
    """Sets the present, which then stands still."""
    return lambda moment: monkeypatch.setattr("store.clock.now", lambda: instant(moment))


@dataclass
class Asked:
    """Stands for the commands: counts them, and ends as it is told."""

    code: int = 0
    stopped: bool = False
    ran: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __call__(self, schedule: Schedule, begun: Callable[[Known], None]) -> Ended:
        self.ran.append(schedule.name)
        return Ended(self.code, ("all read",), 1.0, stopped=self.stopped)


def schedules(**when: str) -> dict[str, Schedule]:
    said = [{"name": name, "when": each, "command": "crawl"} for name, each in when.items()]
    return {one.name: one for one in schedules_of(said, ZoneInfo("UTC"))}


def keeper(folder: Path, asked: Asked, **when: str) -> Timekeeper:
    Store(folder / "store.db").close()
    return Timekeeper(folder / "store.db", schedules(**when or {"daily": "daily 02:00"}), asked, asked.said.append)


def runs(folder: Path) -> list[ScheduledRun]:
    with Store(folder / "store.db", readonly=True) as store:
        return scheduled.runs(store)


def test_a_moment_is_run_once_however_often_it_is_asked_for(tmp_path: Path, at: Setting) -> None:
    asked = Asked()
    keep = keeper(tmp_path, asked)
    at("2025-08-18T02:00:05Z")

    waited = [keep.waiting("daily"), bool(keep.run("daily")), keep.waiting("daily"), bool(keep.run("daily"))]

    (run,) = runs(tmp_path)
    assert waited == [True, True, False, False]
    assert (run.due, run.outcome, run.code, run.message) == (
        instant("2025-08-18T02:00:00Z"),
        Outcome.DONE,
        0,
        "all read",
    )
    assert asked.said == [told(run)]


def test_three_days_asleep_are_one_run_which_says_what_was_missed(tmp_path: Path, at: Setting) -> None:
    asked = Asked()
    keep = keeper(tmp_path, asked)
    at("2025-08-18T02:00:05Z")
    keep.run("daily")
    at("2025-08-22T09:12:00Z")

    keep.run("daily")
    keep.run("daily")

    _, run = runs(tmp_path)
    assert asked.ran == ["daily"] * 2
    assert (run.due, run.missed, run.missed_since) == (
        instant("2025-08-22T02:00:00Z"),
        3,
        instant("2025-08-19T02:00:00Z"),
    )
    assert "3 missed since 2025-08-19T02:00:00Z" in asked.said[-1]


def test_a_clock_set_back_runs_nothing_twice_and_is_told_once(tmp_path: Path, at: Setting) -> None:
    asked = Asked()
    keep = keeper(tmp_path, asked, one="hourly", two="daily 02:00")
    at("2025-08-18T12:00:30Z")
    for name in ("one", "two"):
        keep.run(name)

    for hour in range(13, 36):
        at(f"2025-08-{17 + hour // 24}T{hour % 24:02}:00:30Z")
        for name in ("one", "two"):
            assert not keep.waiting(name)
            assert keep.run(name) is None
    at("2025-08-18T13:00:30Z")
    keep.run("one")

    begun = [(run.schedule, shown(run.due)) for run in runs(tmp_path)]
    assert begun == [
        ("one", "2025-08-18T12:00:00Z"),
        ("two", "2025-08-18T02:00:00Z"),
        ("one", "2025-08-18T13:00:00Z"),
    ]
    (line,) = [line for line in asked.said if "the clock says" in line]
    assert line.startswith("the clock says 2025-08-17T13:00:30Z, and one ran for 2025-08-18T12:00:00Z: it runs again")


@pytest.mark.parametrize(
    ("preset", "step", "first", "days"),
    [
        ("weekly mon 11:00", timedelta(hours=49), "2024-01-01T00:00:00Z", 2557),
        ("monthly", timedelta(hours=37), "2024-01-01T00:00:00Z", 2557),
        ("quarterly 01:30", timedelta(days=3), "2024-01-01T00:00:00Z", 2557),
        # Over the leap day of 2028 and a change of clocks.
        pytest.param("daily 02:30", timedelta(hours=5), "2028-02-01T00:00:00Z", 90, marks=pytest.mark.slow),
        pytest.param("weekdays 06:00", timedelta(hours=7), "2028-02-01T00:00:00Z", 90, marks=pytest.mark.slow),
        pytest.param("hourly", timedelta(minutes=50), "2028-02-27T00:00:00Z", 4, marks=pytest.mark.slow),
    ],
)
def test_years_in_a_real_store_have_one_run_for_each_period(
    preset: str, step: timedelta, first: str, days: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked()
    keep = keeper(tmp_path, asked, it=preset)
    now = instant(first)
    end = now + timedelta(days=days)
    while now < end:
        monkeypatch.setattr("store.clock.now", lambda now=now: now)
        if keep.waiting("it"):
            keep.run("it")
        now += step

    done = runs(tmp_path)
    moments = [run.due for run in done]
    expected = list(keep.schedules["it"].when.between(moments[0] - timedelta(seconds=1), now - step))
    assert moments == expected
    assert sum(run.missed for run in done) == 0
    assert all(run.begun >= run.due for run in done)
    assert all(earlier < later for earlier, later in pairwise(moments))
    assert all(run.ended is not None and run.ended >= run.begun for run in done)


def test_a_failure_is_recorded_with_its_words_and_waits_for_the_next_moment(tmp_path: Path, at: Setting) -> None:
    asked = Asked(code=5)
    keep = keeper(tmp_path, asked)
    at("2025-08-18T02:00:05Z")

    keep.run("daily")
    keep.run("daily")

    (run,) = runs(tmp_path)
    assert (run.outcome, run.code, run.message) == (Outcome.FAILED, 5, "all read")


def test_a_run_of_which_some_failed_is_done_and_keeps_its_code(tmp_path: Path, at: Setting) -> None:
    at("2025-08-18T02:00:05Z")

    run = keeper(tmp_path, Asked(code=3)).run_due("daily")

    assert run
    assert (run.outcome, run.code) == (Outcome.DONE, 3)


def test_a_run_that_was_cut_off_is_ended_and_tried_again_three_times_at_most(tmp_path: Path, at: Setting) -> None:
    asked = Asked(code=3, stopped=True)
    keep = keeper(tmp_path, asked)
    at("2025-08-18T02:00:05Z")
    with Store(keep.database) as store:
        scheduled.begin(store, Claim("daily", instant("2025-08-18T02:00:00Z"), "crawl", missed=2))

    for _ in range(5):
        assert keep.waiting("daily") == bool(keep.run("daily"))

    done = runs(tmp_path)
    assert [run.outcome for run in done] == [Outcome.CUT_OFF] * ATTEMPTS
    assert [(run.attempt, run.missed) for run in done] == [(1, 2), (2, 0), (3, 0)]
    assert done[0].message == "its scheduler went away"


def test_a_newer_moment_is_run_instead_of_one_that_was_cut_off(tmp_path: Path, at: Setting) -> None:
    asked = Asked()
    keep = keeper(tmp_path, asked)
    with Store(keep.database) as store:
        scheduled.begin(store, Claim("daily", instant("2025-08-18T02:00:00Z"), "crawl"))
    at("2025-08-19T08:00:00Z")

    keep.run("daily")

    assert [(shown(run.due), run.attempt, run.outcome) for run in runs(tmp_path)] == [
        ("2025-08-18T02:00:00Z", 1, Outcome.CUT_OFF),
        ("2025-08-19T02:00:00Z", 1, Outcome.DONE),
    ]


def test_while_another_process_is_at_it_nothing_is_cut_off(tmp_path: Path, at: Setting) -> None:
    keep = keeper(tmp_path, Asked())
    at("2025-08-18T02:00:05Z")
    with Store(keep.database) as store:
        scheduled.begin(store, Claim("daily", instant("2025-08-18T02:00:00Z"), "crawl"))

    with hold(keep.database, "schedule-daily", "schedule daily"):
        assert keep.run("daily") is None
        with pytest.raises(Held, match="schedule-daily is held by another run"):
            keep.run_due("daily")

    assert [run.ended for run in runs(tmp_path)] == [None]


def test_many_schedulers_at_once_run_each_moment_once(tmp_path: Path, at: Setting) -> None:
    asked = Asked()
    keepers = [keeper(tmp_path, asked, one="hourly", two="hourly") for _ in range(8)]
    at("2025-08-18T02:00:05Z")
    threads = [threading.Thread(target=one.run, args=(name,)) for one in keepers for name in ("one", "two")]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(asked.ran) == {"one": 1, "two": 1}
    assert len(runs(tmp_path)) == 2


def test_a_store_that_cannot_be_read_is_told_of_once(tmp_path: Path, at: Setting) -> None:
    asked = Asked()
    keep = keeper(tmp_path, asked)
    at("2025-08-18T02:00:05Z")
    keep.database.write_bytes(b"not a database" * 100)

    waited = [keep.waiting("daily") for _ in range(3)]

    assert waited == [False] * 3
    assert len(asked.said) == 1
    assert "not an SQLite database" in asked.said[0]


def test_a_program_runs_the_commands_of_a_person_with_the_store_and_folder_named(tmp_path: Path) -> None:
    heard: list[str] = []
    said = [{"name": "copy", "when": "daily", "command": "show '{data}/a b' --json"}]
    (schedule,) = schedules_of(said, ZoneInfo("UTC"))
    program = Program(tmp_path / "store.db", [tmp_path / "own.toml"], threading.Event(), heard.append)
    (tmp_path / "own.toml").write_text("")
    Store(tmp_path / "store.db").close()

    ended = program(schedule, lambda known: None)

    assert ended.code == 2
    assert heard[-1:] == [
        f"copy: exowatch: no document '{tmp_path}/a b' in {tmp_path}/store.db; `exowatch documents --all` lists them"
    ]


# With the real program.

TWO = """
[[schedules]]
name = "first"
when = "* * * * *"
command = "sources"
[[schedules]]
name = "second"
when = "*/1 * * * *"
command = "documents"
timezone = "America/Toronto"
"""
NOW = "2028-02-29T11:59:57Z"


def config(folder: Path, text: str = TWO) -> Path:
    path = folder / "own.toml"
    path.write_text(text)
    return path


def call(folder: Path, *words: object, now: str = NOW) -> Done:
    return exowatch("--db", folder / "store.db", "--config", folder / "own.toml", *words, EXOWATCH_NOW=now)


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


def serving(folder: Path) -> subprocess.Popen[str]:
    Store(folder / "store.db").close()
    words = command("--db", folder / "store.db", "--config", folder / "own.toml", "schedule", "run")
    environment = plain({"EXOWATCH_NOW": NOW})
    return subprocess.Popen(
        [*words, "--look-every", "0.5"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def ended_runs(folder: Path) -> list[ScheduledRun]:
    return [run for run in runs(folder) if run.ended]


def test_the_service_catches_up_rings_and_ends_cleanly(tmp_path: Path) -> None:
    config(tmp_path)
    (tmp_path / "store.db.jobs").write_bytes(b"cposix\nsystem\n(S'touch " + str(tmp_path / "ran").encode() + b"'\ntR.")
    service = serving(tmp_path)
    try:
        until(lambda: len(ended_runs(tmp_path)) >= 4)
    finally:
        service.send_signal(signal.SIGTERM)
        out, err = service.communicate(timeout=60)

    done = runs(tmp_path)
    assert (service.returncode, out) == (0, "")
    assert err.startswith("running first, second from ")
    assert err.endswith("stopped\n")
    assert "Traceback" not in err
    assert Counter((run.schedule, shown(run.due)) for run in done if run.due <= instant("2028-02-29T12:00:00Z")) == {
        (name, f"2028-02-29T{moment}:00Z"): 1 for name in ("first", "second") for moment in ("11:59", "12:00")
    }
    assert {run.outcome for run in done} == {Outcome.DONE}
    assert len([line for line in err.splitlines() if ": done after " in line]) == len(done)
    assert not (tmp_path / "ran").exists()


def test_a_scheduler_killed_in_a_run_leaves_it_to_the_next_which_ends_it_and_runs_it_once_more(tmp_path: Path) -> None:
    fifo = tmp_path / "never.warc"
    os.mkfifo(fifo)
    config(tmp_path, f'[[schedules]]\nname = "held"\nwhen = "daily"\ncommand = "import warc {fifo}"\n')
    service = serving(tmp_path)
    note = tmp_path / "store.db.locks" / "schedule-held.child"
    until(lambda: note.exists() and note.read_text().endswith("}"))
    known = Known(**json.loads(note.read_text()))
    service.kill()
    service.communicate()
    orphaned = child.started(known.process) == known.started
    fifo.unlink()
    fifo.write_bytes(b"")

    first, second = call(tmp_path, "schedule", "run-due", "--json"), call(tmp_path, "schedule", "run-due", "--json")

    done = runs(tmp_path)
    assert orphaned
    assert child.started(known.process) != known.started
    assert [(run.attempt, run.outcome) for run in done[:1]] == [(1, Outcome.CUT_OFF)]
    assert [(run.attempt, run.outcome) for run in done[1:]] == [(2, Outcome.FAILED)]
    assert (first.code, second.code) == (3, 0)
    assert [item["attempt"] for item in first.json["items"]] == [2]
    assert second.json["items"] == []


@pytest.mark.slow
def test_a_scheduler_killed_again_and_again_runs_nothing_to_its_end_twice(tmp_path: Path) -> None:
    config(tmp_path)
    chance = random.Random(20)
    for _ in range(20):
        service, before = serving(tmp_path), len(runs(tmp_path))
        end = time.monotonic() + 6
        while len(runs(tmp_path)) == before and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(0.4 * chance.random())
        service.kill()
        service.communicate()
    call(tmp_path, "schedule", "run-due")

    done = runs(tmp_path)
    attempts: dict[tuple[str, datetime], list[ScheduledRun]] = {(run.schedule, run.due): [] for run in done}
    for run in done:
        attempts[run.schedule, run.due].append(run)
    assert [run for run in done if run.ended is None] == []
    for tried in attempts.values():
        assert [run.attempt for run in tried] == list(range(1, len(tried) + 1))
        assert len(tried) <= ATTEMPTS
        assert {run.outcome for run in tried[:-1]} <= {Outcome.CUT_OFF}
    assert Outcome.CUT_OFF in {run.outcome for run in done}


def test_two_services_at_once_run_each_moment_once(tmp_path: Path) -> None:
    config(tmp_path)
    services = [serving(tmp_path) for _ in range(2)]
    try:
        until(lambda: len(ended_runs(tmp_path)) >= 4)
    finally:
        for service in services:
            service.send_signal(signal.SIGINT)
        said = [service.communicate(timeout=60)[1] for service in services]

    counted = Counter((run.schedule, run.due, run.attempt) for run in runs(tmp_path))
    assert set(counted.values()) == {1}
    assert {run.attempt for run in runs(tmp_path)} == {1}
    assert sum(text.count(": done after ") for text in said) == len(ended_runs(tmp_path))


def test_a_stopped_service_ends_its_child_and_runs_the_moment_again_next_time(tmp_path: Path) -> None:
    fifo = tmp_path / "never.warc"
    os.mkfifo(fifo)
    config(tmp_path, f'[[schedules]]\nname = "held"\nwhen = "daily"\ncommand = "import warc {fifo}"\n')
    service = serving(tmp_path)
    note = tmp_path / "store.db.locks" / "schedule-held.child"
    until(note.exists)
    time.sleep(2)
    service.terminate()
    service.communicate(timeout=100)

    (run,) = runs(tmp_path)
    assert service.returncode == 0
    assert (run.outcome, run.attempt) == (Outcome.CUT_OFF, 1)
    assert not note.exists()


def test_what_is_due_is_run_in_one_pass_and_the_list_says_so(tmp_path: Path) -> None:
    config(tmp_path, TWO + '[[schedules]]\nname = "bad"\nwhen = "monthly"\ncommand = "show nothing"\n')

    before, passed = call(tmp_path, "schedule", "list", "--json"), call(tmp_path, "schedule", "run-due")
    after, table = call(tmp_path, "schedule", "list", "--json"), call(tmp_path, "schedule", "list")

    assert [item["last"] for item in before.json["items"]] == [None] * 3
    assert (passed.code, passed.out) == (3, "3 of 3 schedules were due\n")
    first, second, bad = after.json["items"]
    assert (first["next"], first["timezone"]) == ("2028-02-29T12:00:00Z", "UTC")
    assert (second["next_local"], second["timezone"]) == ("2028-02-29T07:00:00-05:00", "America/Toronto")
    assert (bad["last"]["outcome"], bad["last"]["code"], bad["last"]["due"]) == ("failed", 2, "2028-02-01T00:00:00Z")
    assert "no document 'nothing'" in bad["last"]["message"]
    assert "failed, exit 2" in table.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('name = "a"\nwhn = "daily"\ncommand = "crawl"', "unknown key 'whn'; the nearest known one is 'when'"),
        ('name = "a b"\nwhen = "daily"\ncommand = "crawl"', "name: expected letters, digits, - and _, found 'a b'"),
        ('name = "a"\nwhen = "dayly"\ncommand = "crawl"', "a: when: expected five fields of cron"),
        ('name = "a"\nwhen = "daily"\ncommand = "schedule run"', "'schedule' never runs by itself"),
        ('name = "a"\nwhen = "daily"\ncommand = "exowatch retention"', "'retention' never runs by itself"),
        ('name = "a"\nwhen = "daily"\ncommand = "--db x crawl"', "expected a command of exowatch"),
        ('name = "a"\nwhen = "daily"\ncommand = "crawl \'x"', "No closing quotation"),
        ('name = "a"\nwhen = "daily"\ncommand = "crawl"\ndeadline = 0', "deadline: expected minutes"),
        ('name = "a"\nwhen = "daily"\ncommand = "crawl"\ntimezone = "Mars"', "as 'America/Toronto', found 'Mars'"),
        ('name = "a"\nwhen = "daily"\ncommand = "crawl"\nenabled = "no"', "expected true or false"),
        ('name = "a"\nwhen = "daily"', "command: expected text, found None"),
    ],
)
def test_a_timetable_that_cannot_be_used_is_refused_by_name(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadConfig) as refused:
        load([config(tmp_path, f"[[schedules]]\n{text}\n")], {})

    assert said in str(refused.value)


def test_names_that_are_one_file_on_some_systems_are_refused(tmp_path: Path) -> None:
    both = "".join(f'[[schedules]]\nname = "{name}"\nwhen = "daily"\ncommand = "crawl"\n' for name in ("Day", "day"))

    with pytest.raises(BadConfig, match="'Day' stands twice"):
        load([config(tmp_path, both)], {})


def test_a_command_that_does_not_exist_is_refused_before_anything_runs(tmp_path: Path) -> None:
    config(tmp_path, '[[schedules]]\nname = "a"\nwhen = "daily"\ncommand = "crwal"\n')

    done = call(tmp_path, "schedule", "run-due")

    assert done.code == 2
    assert "a command: expected one of accept, archive," in done.err
    assert "found 'crwal'" in done.err
    assert not (tmp_path / "store.db").exists()


def test_every_command_that_ships_in_the_timetable_is_taken() -> None:
    app = typer.main.get_command(cli.app)
    for schedule in load([], {}).schedules:
        name, *words = schedule.words
        app.commands[name].make_context(name, words)  # type: ignore[attr-defined]


def test_digests_are_sent_by_themselves_once_there_are_some(tmp_path: Path) -> None:
    shipped = load([], {})
    with_digests = load([config(tmp_path, '[[digests]]\nname = "w"\nperiod = "week"\ndeliver = ["/tmp/x.html"]\n')], {})

    assert "send" not in [one.name for one in wanted(shipped)]
    assert "send" in [one.name for one in wanted(with_digests)]
