"""What an import costs: CPU per page, and bytes of database per document and per further capture."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from tests.bench import letters
from tests.bench.figure import Figure
from tests.bench.stores import count, imported, size

RUNS = 5
RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings"
BODY = ("bodies", "sqlite_autoindex_bodies_1")
INDEX = ("search", "search_data", "search_idx", "search_docsize", "search_config")
FURTHER = ((1, 40), (5, 40), (10, 20), (130, 4))
"""How often a letter is captured again, and how many letters are."""


def figures(scale: float = 1.0) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="exowatch-bench-") as name:
        folder = Path(name)
        yield from _pages(folder, max(30, round(300 * scale)))
        yield from _further(folder, scale)
        if RECORDINGS.exists():
            yield from _recorded(folder, RUNS if scale == 1 else 1)


def _pages(folder: Path, n: int) -> Iterator[Figure]:
    """New pages, then the same pages with other volatile bytes, then the same bytes again."""
    made = [letters.letter(number) for number in range(n)]
    new, noise = (_file(folder / f"look-{look}.warc.gz", made, [look]) for look in (0, 1))
    times: dict[str, list[float]] = {"new": [], "noise": [], "same": []}
    for run in range(RUNS):
        path = folder / f"pages-{run}.db"
        times["new"].append(imported(path, new))
        if run == 0:
            yield Figure("database per document, first version", size(path) / n / 1000, "kB", 20)
            yield Figure("  of it bodies", size(path, BODY) / n / 1000, "kB", 7)
            yield Figure("  of it search index", size(path, INDEX) / n / 1000, "kB")
        times["noise"].append(imported(path, noise))
        times["same"].append(imported(path, new))
    yield Figure("import, a new page", _each(times["new"], n), "ms", 4)
    yield Figure("import, other bytes and the same reading", _each(times["noise"], n), "ms", 2)
    yield Figure("import, the same bytes again", _each(times["same"], n), "ms")


def _further(folder: Path, scale: float) -> Iterator[Figure]:
    """How much a database grows with captures of readings that it has."""
    for times, documents in FURTHER:
        documents = max(2, round(documents * scale))
        path = folder / f"further-{times}.db"
        made = [letters.letter(number) for number in range(documents)]
        imported(path, _file(folder / "first.warc.gz", made, [0]))
        before = size(path)
        imported(path, _file(folder / "further.warc.gz", made, range(1, times + 1)))
        yield Figure(
            f"database per further capture, {times} of each", (size(path) - before) / times / documents / 1000, "kB", 2
        )


def _file(path: Path, made: Iterable[letters.Letter], looks: Iterable[int]) -> Path:
    """Each letter once for each look, one look after the other, a day apart."""
    made = list(made)
    return letters.write(
        path,
        (
            (one.url, letters.FIRST_SEEN + timedelta(days=look, seconds=one.number), letters.page(one, look))
            for look in looks
            for one in made
        ),
    )


def _recorded(folder: Path, runs: int) -> Iterator[Figure]:
    """The same of pages recorded from the regulators' sites."""
    file = RECORDINGS / "fda" / "warning-letters-2026-01.warc.gz"
    times = []
    for run in range(runs):
        path = folder / f"recorded-{run}.db"
        times.append(imported(path, file))
    n = count(path, "documents")
    yield Figure("recorded letters: import, a new page", _each(times, n), "ms", 4)
    yield Figure("recorded letters: database per document", size(path) / n / 1000, "kB", 20)
    yield Figure("  of it bodies", size(path, BODY) / n / 1000, "kB", 7)
    for file in sorted((RECORDINGS / "canada" / "unchanged").glob("*.warc.gz")):
        yield from _series(folder, file, runs)


def _series(folder: Path, file: Path, runs: int) -> Iterator[Figure]:
    """One page captured again and again, with the same reading each time. An empty store is about 200 kB."""
    empty = folder / "empty.db"
    if not empty.exists():
        imported(empty)
    times = []
    for run in range(runs):
        path = folder / f"{file.name}-{run}.db"
        times.append(imported(path, file, source="health_canada_notices"))
    n = count(path, "captures")
    title = file.name.partition(".")[0][:28]
    yield Figure(f"{title}…, {n} captures: import", _each(times, n), "ms", 2)
    yield Figure(f"{title}…: database per capture", (size(path) - size(empty)) / n / 1000, "kB", 2)


def _each(times: list[float], n: int) -> float:
    return statistics.median(times) * 1000 / n
