"""A store of ten thousand documents: the memory that filling it takes, what it answers how fast, and its digest."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from exowatch import digesting, periods
from exowatch.config import load
from reports.digest import Digest
from reports.render import render_html, render_text
from store import clock, lookup
from store.database import Store
from tests.bench import letters
from tests.bench.figure import Figure, cpu, median_cpu
from tests.bench.stores import imported

PROJECT = Path(__file__).parents[2]
DOCUMENTS = 10_000
EDITED = 2_500
"""So many letters that all mention the topic, each edited once, make twice as many changes."""
TOPICAL = 40
"""One letter in so many mentions the topic; each of these was edited once."""
RUNS = 5
SEARCHES = """
exosomes "made of exosomes" arthritis "21 CFR 211.192" autism donors grafts photographs gowns "media fill" SOP-704 lupus
"aseptic room" thermometer "hair loss" password "quality unit" incubator "of the Act" pharmacist "repeat observation" COVID-19
vesicles stem cells unapproved misbranded sterility "current freezer" backup
"""


def figures(scale: float = 1.0) -> Iterator[Figure]:
    documents = round(DOCUMENTS * scale)
    with tempfile.TemporaryDirectory(prefix="exowatch-bench-") as name:
        path = Path(name) / "store.db"
        yield from _filled(path, documents)
        imported(path, _edited(path.with_name("edited.warc.gz"), documents))
        with Store(path, readonly=True) as store, store.snapshot():
            yield from _answers(store, documents)
            yield from _digest(store)
        yield from _commands(path, documents)
        yield from _very_long(path.with_name("long.db"), round(EDITED * scale))


def _very_long(path: Path, letters_edited: int) -> Iterator[Figure]:
    """The digest of very many changes, from the store to both forms, and the memory at most of the process that makes it."""
    for edition in (1, 2):
        imported(path, _all_edited(path.with_name(f"long{edition}.warc.gz"), letters_edited, edition))
    command = [sys.executable, "-m", "tests.bench.long_digest", str(path)]
    answer = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    changes, composed, page, text, size, memory = answer.stdout.split()
    yield Figure(f"digest of {changes} changes, from the store", float(composed), "s", 5)
    yield Figure(f"digest of {changes} changes, drawn as page and text", float(page) + float(text), "s", 5)
    yield Figure(f"page of {changes} changes", float(size), "MB", 10)
    yield Figure(f"memory at most, digest of {changes} changes", float(memory), "MB", 300)


def _all_edited(path: Path, count: int, edition: int) -> Path:
    made = (letters.letter(number, topical=True, edition=edition) for number in range(count))
    seen = letters.FIRST_SEEN + timedelta(days=30 * (edition - 1))
    return letters.write(
        path, ((one.url, seen + timedelta(seconds=one.number), letters.page(one, edition - 1)) for one in made)
    )


def _filled(path: Path, documents: int) -> Iterator[Figure]:
    """Both imports in one process, so that what the first leaves behind counts for the second."""
    few = documents // 10
    files = [_file(path.with_name(f"{first}.warc.gz"), first, end) for first, end in ((0, few), (few, documents))]
    command = [sys.executable, "-m", "tests.bench.filling", str(path), *map(str, files)]
    answer = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    small, large = map(float, answer.stdout.split())
    yield Figure(f"memory at most, {few:,} documents imported", small, "MB")
    yield Figure(f"memory at most, {documents:,} documents imported", large, "MB", small * 1.1)
    yield Figure(f"database of {documents:,} documents", path.stat().st_size / documents / 1000, "kB each", 20)
    for file in files:
        file.unlink()


def _file(path: Path, first: int, end: int) -> Path:
    made = (letters.letter(number, topical=number % TOPICAL == 0) for number in range(first, end))
    seen = letters.FIRST_SEEN
    return letters.write(path, ((one.url, seen + timedelta(seconds=one.number), letters.page(one)) for one in made))


def _edited(path: Path, documents: int) -> Path:
    made = (letters.letter(number, topical=True, edition=2) for number in range(0, documents, TOPICAL))
    seen = letters.FIRST_SEEN + timedelta(days=30)
    return letters.write(path, ((one.url, seen + timedelta(seconds=one.number), letters.page(one, 1)) for one in made))


def _answers(store: Store, documents: int) -> Iterator[Figure]:
    followed, changes = len(lookup.documents(store)), len(lookup.changes(store))
    size = f"{documents:,} documents"
    yield Figure(f"documents, {followed} followed of {size}", _seconds(partial(lookup.documents, store)), "s", 0.3)
    everything = partial(lookup.documents, store, everything=True)
    yield Figure(f"documents, all {size}", _seconds(everything), "s", 0.3)
    yield Figure(f"changes, {changes} in {size}", _seconds(partial(lookup.changes, store)), "s", 0.3)
    times = [cpu(partial(lookup.search, store, words, limit=20)) for words in _searches()]
    yield Figure(f"search, {len(times)} searches, first 20 hits, median", statistics.median(times), "s", 0.3)
    yield Figure("  the slowest in twenty", statistics.quantiles(times, n=20)[-1], "s", 0.3)
    hits = len(lookup.search(store, "autism donors"))
    yield Figure(
        f"search, all {hits:,} hits of two words", _seconds(partial(lookup.search, store, "autism donors")), "s", 0.3
    )
    hits = len(lookup.search(store, "inspection"))
    yield Figure(
        f"search, all {hits:,} hits of a common word", _seconds(partial(lookup.search, store, "inspection")), "s", 0.3
    )


def _searches() -> Sequence[str]:
    pieces = SEARCHES.replace("\n", " ").split('"')
    phrases = [f'"{phrase}"' for phrase in pieces[1::2]]
    return phrases + [word for piece in pieces[::2] for word in piece.split()]


def _digest(store: Store) -> Iterator[Figure]:
    config = load([], {})
    span = periods.named("2025", ZoneInfo("UTC"))
    as_of = clock.parse("2026-01-01T00:00:00Z")
    composed: list[Digest] = []
    taken = _seconds(lambda: composed.append(digesting.digest(store, config, span, as_of)))
    changes = len(composed[0].changes)
    yield Figure(f"digest of {changes} changes, from the store", taken * 1000, "ms")
    for form, render in (("page", render_html), ("text", render_text)):
        drawn = _seconds(partial(render, composed[0]))
        yield Figure(f"digest of {changes} changes, drawn as {form}", drawn * 1000, "ms", 100)


def _commands(path: Path, documents: int) -> Iterator[Figure]:
    """Whole processes, from the first import to the last byte of the answer."""
    yield Figure("exowatch --help", _process("--help"), "s", 0.3)
    asked = {
        "documents": ["documents"],
        "documents --all": ["documents", "--all"],
        "changes": ["changes"],
        "search": ["search", "autism donors", "--limit", "20"],
    }
    for name, words in asked.items():
        yield Figure(f"exowatch {name}, {documents:,} documents", _process("--db", str(path), *words), "s", 0.3)


def _process(*words: str) -> float:
    command = [sys.executable, "-m", "exowatch", *words]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EXOWATCH")}
    return statistics.median(_children(command, environment) for _ in range(RUNS))


def _children(command: Sequence[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _seconds(work: Callable[[], object]) -> float:
    return median_cpu(work, RUNS)
