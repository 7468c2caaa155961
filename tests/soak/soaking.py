"""The soak itself: crawls, readers and digests together in real processes, while documents are edited under them.

The timetable starts the crawls, each a day later than the last, so that every followed document is due; a second one
stays, and makes backups and checks by the clock. What the world answered is the oracle: a document that was answered with
n texts in a row has n - 1 revisions, each of them told once.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from exowatch.demo.answer import WorldAnswer
from store import lookup, scheduled
from store.clock import shown
from store.database import Store
from store.scheduled import Outcome
from tests.soundness import assert_sound
from tests.world.canada import RECALL_SITE
from tests.world.documents import LETTERS, RECALLS, Paper, papers
from tests.world.running import settings_file
from tests.world.world import START, Asked, World, url_of

SOURCES = (LETTERS, RECALLS)
STAYING = """
[[schedules]]
name = "backup"
when = "* * * * *"
command = "backup '{data}/backups/' --keep 2"
[[schedules]]
name = "verify"
when = "*/2 * * * *"
command = "verify --sample 3"
"""
LOG_MOST = 32_000_000
"""Bytes that the write-ahead log may have at the end."""
GROWTH, SLACK = 1.25, 20_000
"""What the memory of the last quarter may be above that of the second: a share, and kilobytes."""
READS: Sequence[Sequence[str]] = (
    ("changes", "--json"),
    ("search", "exosomes", "--json"),
    ("digest", "--period", "2025-06", "--json"),
    ("query", "ledger", "--json"),
    ("documents", "--all", "--json"),
)


@dataclass
class Soaked:
    """What was seen while it went on."""

    database: Path
    seconds: float = 0.0
    codes: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    memory: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)
    runs: int = 0
    scheduled: Counter[str] = field(default_factory=Counter)
    planted: int = 0
    answered: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    revised: int = 0
    told: int = 0
    log: int = 0


class Changing:
    """The world, in which one planted document is edited every few seconds, and who was answered which edit."""

    def __init__(self, soaked: Soaked) -> None:
        self.soaked = soaked
        self.chance = random.Random(6)
        self.edits: Counter[str] = Counter()
        chosen = [paper for name in SOURCES for paper in papers(name, others=3)]
        self.world = World(papers=chosen, faults=(self._noted,), noisy=True)
        self.followed = [paper for paper in chosen if paper.planted]
        self.addresses = {url: url_of(paper) for paper in self.followed for url in served_at(paper)}
        self.still = threading.Lock()

    def edit(self) -> None:
        """One document gains a sentence that no other has; the one before it goes."""
        paper = self.chance.choice(self.followed)
        url = url_of(paper)
        said = f"Note of file {paper.number}: {self.chance.randbytes(6).hex()} was {self.chance.random():.9f}."
        text = (*paper.text, said)
        with self.still:
            self.world.papers = [replace(p, text=text) if same(p, paper) else p for p in self.world.papers]
            self.edits[url] += 1
        self.soaked.planted += 1

    def _noted(self, asked: Asked, answering: Callable[[], WorldAnswer]) -> WorldAnswer:
        with self.still:  # no edit between the answer and its note
            given = answering()
            if given.status == 200 and asked.url in self.addresses:
                self.soaked.answered[asked.url].append(self.edits[self.addresses[asked.url]])
        return given


def served_at(paper: Paper) -> list[str]:
    """Where a document is answered; a recall's other language stands at its number and has its edits too."""
    twins = [f"https://{RECALL_SITE}/{language}/node/{paper.number}" for language in ("en", "fr")]
    return [url_of(paper), *(twins if paper.source == RECALLS else ())]


def same(one: Paper, other: Paper) -> bool:
    return (one.source, one.slug) == (other.source, other.slug)


class Soak:
    """Commands in processes of their own, each with its code and its memory written down."""

    def __init__(self, folder: Path, proxy: Any, changing: Changing, soaked: Soaked) -> None:
        self.soaked, self.changing = soaked, changing
        self.moment: datetime = START
        self.over = threading.Event()
        own = settings_file(changing.world, soaked.database)
        delivered = folder / "out" / "soak.json"
        own.write_text(
            own.read_text() + f'\n[[digests]]\nname = "soak"\nperiod = "since-last"\ndeliver = ["{delivered}"]\n'
            f'[[schedules]]\nname = "crawl"\nwhen = "daily"\ncommand = "crawl {" ".join(SOURCES)}"\n'
        )
        (folder / "staying.toml").write_text(STAYING)
        program = [sys.executable, "-m", "exowatch", "--db", str(soaked.database), "--config"]
        self.begin = [*program, str(own)]
        self.staying = [*program, str(folder / "staying.toml"), "schedule", "run", "--look-every", "1"]
        kept = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
        self.environment = {**kept, "HTTPS_PROXY": proxy.url, "HTTP_PROXY": proxy.url, "SSL_CERT_FILE": proxy.ca_file}

    def command(self, kind: str, *words: str, expected: Sequence[int] = (0,)) -> str:
        """Run one command at the present moment of the story; its answer."""
        child = subprocess.Popen(
            [*self.begin, *words],
            env={**self.environment, "EXOWATCH_NOW": shown(self.moment)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if kind == "send" else subprocess.PIPE,
            text=True,
        )
        out, said = child.communicate()
        self.soaked.codes[kind][child.returncode] += 1
        if child.returncode not in expected or "Traceback" in (said or out):
            self.soaked.faults.append(f"{' '.join(words)}: exit {child.returncode}: {(said or out)[-400:]}")
        return out

    def crawl(self) -> None:
        """One day on, the timetable has every source crawled."""
        self.moment += timedelta(days=1)
        self.changing.world.moment = self.moment
        self.command("run-due", "schedule", "run-due", "--json")

    def repeat(self, action: Callable[[], object], pause: float) -> threading.Thread:
        def on() -> None:
            while not self.over.is_set():
                try:
                    action()
                except Exception as error:  # noqa: BLE001 - whatever it is, the table shall name it
                    self.soaked.faults.append(f"{type(error).__name__}: {error}")
                self.over.wait(pause)

        thread = threading.Thread(target=on)
        thread.start()
        return thread


def soak(folder: Path, seconds: float) -> Soaked:
    """Go on for so long, then come to rest: a last crawl and a last digest."""
    (folder / "out").mkdir()
    soaked = Soaked(folder / "store.db")
    changing = Changing(soaked)
    begun = time.monotonic()
    with changing.world.served() as proxy:
        on = Soak(folder, proxy, changing, soaked)
        on.crawl()
        on.command("send", "send")
        reader = subprocess.Popen(
            [sys.executable, "-m", "tests.soak", "reader", str(soaked.database)], stdout=subprocess.PIPE, text=True
        )
        staying = subprocess.Popen(on.staying, env=on.environment, stderr=subprocess.DEVNULL)
        reads = iter(list(READS) * 100_000)
        threads = [
            on.repeat(changing.edit, 3.0),
            on.repeat(on.crawl, 1.0),
            on.repeat(lambda: on.command("read", *next(reads)), 0.5),
            on.repeat(lambda: on.command("send", "send"), 2.0),
            threading.Thread(target=_watch, args=(reader, staying, soaked)),
        ]
        threads[-1].start()
        on.over.wait(seconds)
        on.over.set()
        for thread in threads[:-1]:
            thread.join()
        staying.terminate()
        if code := staying.wait():
            soaked.faults.append(f"the timetable that stays ended with {code}")
        reader.kill()
        reader.wait()
        threads[-1].join()
        on.crawl()
        # Each command's clock begins at the story's moment: this one's has to be past all that the crawl saw.
        on.moment += timedelta(hours=1)
        on.command("send", "send")
    soaked.seconds = time.monotonic() - begun
    return soaked


def _watch(reader: subprocess.Popen[str], staying: subprocess.Popen[bytes], soaked: Soaked) -> None:
    assert reader.stdout is not None
    for line in reader.stdout:
        soaked.memory["reader"].append(int(line))
        soaked.memory["world and proxy"].append(resident("self"))
        if staying.poll() is None:
            soaked.memory["timetable"].append(resident(str(staying.pid)))


def resident(process: str) -> int:
    """Kilobytes that a process has in memory."""
    with open(f"/proc/{process}/status") as status:  # noqa: PTH123 - read often
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def judged(soaked: Soaked) -> list[str]:
    """Every promise that did not hold, as a sentence."""
    broken = list(soaked.faults)
    log = soaked.database.with_name(soaked.database.name + "-wal")
    soaked.log = log.stat().st_size if log.exists() else 0
    try:
        assert_sound(soaked.database)
    except AssertionError as error:
        broken.append(f"the store is not sound: {error}")
    with Store(soaked.database, readonly=True) as store:
        urls = {url: name for name, url in store.execute("select id, url from v_documents")}
        revised = Counter(
            name for (name,) in store.execute("select document from v_changes where kind = 'revised'").fetchall()
        )
        told = Counter(
            change
            for (body,) in store.execute("select body from deliveries").fetchall()
            for change in (one["id"] for one in json.loads(body)["changes"])
        )
        changes = {row[0] for row in store.execute("select id from v_changes where kind = 'revised'")}
        soaked.runs = len(lookup.runs(store))  # their sums are among what makes a store sound
        scheduled_runs = scheduled.runs(store)
    for run in scheduled_runs:
        soaked.scheduled[f"{run.schedule}: {run.outcome}"] += 1
        if run.outcome is not Outcome.DONE:
            broken.append(f"{run.schedule} for {shown(run.due)}: {run.outcome}: {run.message}")
    twice = [key for key, n in Counter((run.schedule, run.due) for run in scheduled_runs).items() if n > 1]
    broken += [f"{name} ran more than once for {shown(due)}" for name, due in twice]
    soaked.revised, soaked.told = sum(revised.values()), sum(told[change] for change in changes)
    names = {name: url for url, name in urls.items()}
    broken += [f"{name}: a change that nobody planted" for name in revised if names[name] not in soaked.answered]
    for url, numbers in soaked.answered.items():
        if url not in urls:
            continue  # it redirects to where the document stands
        steps = sum(one != other for one, other in pairwise(numbers))
        if revised[urls[url]] != steps:
            broken.append(f"{url}: answered with {steps} edits in turn, {revised[urls[url]]} changes in the store")
    broken += [f"change {one} was told {told[one]} times" for one in sorted(changes) if told[one] != 1]
    if soaked.log > LOG_MOST:
        broken.append(f"the write-ahead log has {soaked.log} bytes at the end")
    for name, sizes in soaked.memory.items():
        second, last = quarters(sizes)
        if last > second * GROWTH + SLACK:
            broken.append(f"{name}: {second:.0f} kB of memory in the second quarter, {last:.0f} in the last")
    return broken


def quarters(sizes: Sequence[int]) -> tuple[float, float]:
    """The median of the second quarter of a series, and of its last."""
    step = max(1, len(sizes) // 4)
    return median(sizes[step : 2 * step] or [0]), median(sizes[-step:] or [0])


def table(soaked: Soaked, broken: Sequence[str]) -> str:
    """What was seen, in lines for a person."""
    lines = [f"{'soaked':24}{soaked.seconds:.0f} s"]
    for kind, codes in sorted(soaked.codes.items()):
        lines.append(
            f"{kind + ' commands':24}" + ", ".join(f"{count} ended with {code}" for code, count in codes.items())
        )
    lines += [
        f"{'runs, sums right':24}{soaked.runs}",
        f"{'by the timetable':24}" + ", ".join(f"{count} {name}" for name, count in sorted(soaked.scheduled.items())),
        f"{'edits planted':24}{soaked.planted}",
        f"{'revisions kept':24}{soaked.revised}",
        f"{'revisions told':24}{soaked.told}",
        f"{'log at the end':24}{soaked.log} bytes",
    ]
    for name, sizes in sorted(soaked.memory.items()):
        second, last = quarters(sizes)
        lines.append(f"{'memory, ' + name:24}{second:.0f} kB in the second quarter, {last:.0f} kB in the last")
    lines += [f"BROKEN: {one}" for one in broken] or ["every promise held"]
    return "\n".join(lines) + "\n"
