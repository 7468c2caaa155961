"""A crawl that runs by itself: stopped in the middle it keeps what was read, and the next start goes on from there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from exowatch.demo.answer import WorldAnswer
from reports.wording import day
from store import lookup, scheduled
from store.database import Store
from store.scheduled import Outcome
from tests.world.documents import LETTERS, papers
from tests.world.running import check_run, command, needs, settings_file
from tests.world.world import START, Asked, World

pytestmark = needs(LETTERS)


class Signalling:
    """Tells once that so many pages were asked for."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.asked = 0
        self.reached = threading.Event()

    def __call__(self, asked: Asked, answering: Callable[[], WorldAnswer]) -> WorldAnswer:
        self.asked += 1
        if self.asked == self.after:
            self.reached.set()
        return answering()


def test_a_crawl_is_interrupted_cleanly_with_its_scheduler_and_goes_on_at_the_next_start(tmp_path: Path) -> None:
    database, middle = tmp_path / "store.db", Signalling(12)
    world = World(papers=papers(LETTERS, others=12), faults=[middle], noisy=False)
    world.moment = START
    own = settings_file(world, database)
    own.write_text(
        own.read_text().replace("DOWNLOAD_DELAY = 0", "DOWNLOAD_DELAY = 0.1")
        + f'[[schedules]]\nname = "crawl"\nwhen = "daily"\ncommand = "crawl {LETTERS}"\n'
    )
    with world.served() as proxy:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("EXOWATCH_")}
        environment = {
            **kept,
            "XDG_CONFIG_HOME": str(tmp_path),
            "HTTP_PROXY": proxy.url,
            "HTTPS_PROXY": proxy.url,
            "SSL_CERT_FILE": proxy.ca_file,
            "EXOWATCH_NOW": START.isoformat(),
        }
        words = [sys.executable, "-m", "exowatch", "-v", "--db", database, "--config", own, "schedule"]
        service = subprocess.Popen([*words, "run"], env=environment, stderr=subprocess.PIPE, text=True)
        reached = middle.reached.wait(90)
        service.send_signal(signal.SIGTERM)
        said = service.communicate(timeout=90)[1]
        with Store(database, readonly=True) as store:
            (cut,), (first,) = scheduled.runs(store), lookup.runs(store)
        environment["EXOWATCH_NOW"] = (START + timedelta(hours=1)).isoformat()
        again = subprocess.run(
            [*words, "run-due"], env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    with Store(database, readonly=True) as store:
        _, done = scheduled.runs(store)
        crawls = lookup.runs(store)
    assert reached, said
    assert (service.returncode, cut.outcome, cut.attempt) == (0, Outcome.CUT_OFF, 1), said
    assert (first.reason, first.outcomes["not_reached"] > 0, first.captured > 0) == ("interrupted", True, True)
    assert (again.returncode, done.outcome, done.attempt, done.due) == (0, Outcome.DONE, 2, cut.due), again.stderr
    for run in crawls:
        check_run(run)
    assert "not_reached" not in crawls[-1].outcomes
    assert sum(run.documents_new for run in crawls) == len(world.papers)


def test_a_machine_asleep_three_days_catches_up_once_and_the_digest_says_what_was_not_checked(tmp_path: Path) -> None:
    database = tmp_path / "store.db"
    world = World(papers=papers(LETTERS, others=2), noisy=False)
    own = settings_file(world, database)
    own.write_text(own.read_text() + f'[[schedules]]\nname = "crawl"\nwhen = "daily"\ncommand = "crawl {LETTERS}"\n')
    asleep = START + timedelta(days=2)
    awake = asleep + timedelta(days=3, hours=1)
    with world.served() as proxy:
        for moment in (START, START + timedelta(days=1), asleep, awake, awake + timedelta(minutes=10)):
            world.moment = moment
            words = ["--config", str(own), "schedule", "run-due"]
            code, _, said = command(
                database, moment, *words, HTTP_PROXY=proxy.url, HTTPS_PROXY=proxy.url, SSL_CERT_FILE=proxy.ca_file
            )
            assert code == 0, said

    with Store(database, readonly=True) as store:
        runs = scheduled.runs(store)
    period = ["--since", f"{START:%Y-%m-%d}", "--until", f"{awake + timedelta(days=1):%Y-%m-%d}"]
    code, text, said = command(database, awake + timedelta(hours=2), "--config", str(own), "digest", *period)
    assert [run.missed for run in runs] == [0, 0, 0, 2], "one run for the three days, and no second one"
    assert runs[-1].missed_since == runs[-2].due + timedelta(days=1)
    assert code == 0, said
    assert f"Not checked from {day(asleep)} to {day(awake)}: " in " ".join(text.replace("! ", "").split())
