"""What a crawl costs beside a bare Scrapy spider that asks for the same pages and keeps nothing.

Site and crawls are processes of their own, and speak TLS over a loopback socket. A cost per page is what a crawl of
many pages takes above one of a single page, so that neither counts what it takes to begin.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from exowatch.demo.fda_letters import LETTERS_PATH
from tests.bench.figure import Figure

PROJECT = Path(__file__).parents[2]
LETTERS, RECALLS = "fda_warning_letters", "health_canada_recalls"
PAGES = 1_000
MANY = 5_000
RUNS = 3
LOOKS = {"first": "2025-08-20", "not modified": "2025-08-21", "same": "2025-08-29"}
"""A look a day later is conditional; one more than a week after the last whole answer is not."""
NOT_INHERITED = ("EXOWATCH_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_")


@dataclass(frozen=True, slots=True)
class Took:
    """What a process took: seconds of CPU, and its peak memory in MB."""

    cpu: float
    memory: float


def figures(scale: float = 1.0) -> Iterator[Figure]:
    pages, runs = round(PAGES * scale), RUNS if scale == 1 else 1
    with tempfile.TemporaryDirectory(prefix="exowatch-bench-") as name:
        folder = Path(name)
        config = folder / "config.toml"
        config.write_text(f'[[follow]]\npath = "{LETTERS_PATH}"\nreason = "measured"\n')
        beginnings, whole = ([_run(folder, n, config) for _ in range(runs)] for n in (1, pages))
        yield from _costs(pages, beginnings, whole)
        yield from _memory(folder, pages, round(MANY * scale), config, whole)
        if scale == 1:
            yield from _recalls(folder, config)


def _costs(pages: int, beginnings: list[dict[str, Took]], whole: list[dict[str, Took]]) -> Iterator[Figure]:
    began = {look: statistics.median(run[look].cpu for run in beginnings) for look in beginnings[0]}
    each = {
        look: statistics.median((run[look].cpu - began[look]) * 1000 / (pages - 1) for run in whole) for look in began
    }
    yield Figure(f"crawl of {pages:,} letters with a bare Scrapy spider, each", each["bare"], "ms")
    yield Figure("crawl, first read, above the bare spider, each", each["first"] - each["bare"], "ms", 4)
    yield Figure("crawl, re-check answered 304, each", each["not modified"], "ms", 2.5)
    yield Figure("crawl, re-check answered with the same bytes, each", each["same"], "ms", 2.5)


def _memory(folder: Path, pages: int, many: int, config: Path, whole: list[dict[str, Took]]) -> Iterator[Figure]:
    few = statistics.median(run["first"].memory for run in whole)
    bare = statistics.median(run["bare"].memory for run in whole)
    yield Figure(f"memory at most, {pages:,} letters, bare spider", bare, "MB")
    yield Figure(f"memory at most, {pages:,} letters, first read", few, "MB", 250)
    with _site(many) as network:
        most = _look(folder, network, "first", config, LETTERS).memory
    yield Figure(f"memory at most, {many:,} letters, first read", most, "MB", min(250.0, few * 1.1))


def _recalls(folder: Path, config: Path) -> Iterator[Figure]:
    """The files of both languages on two days, one recall more on the second; one page of all is asked for."""
    most = 0.0
    for edition, look in enumerate(("first", "not modified"), 1):
        with _site(edition) as network:
            most = max(most, _look(folder, network, look, config, RECALLS, "--limit", "1").memory)
    yield Figure("memory at most, both recall lists, read twice", most, "MB", 250)


def _run(folder: Path, pages: int, config: Path) -> dict[str, Took]:
    """A bare crawl, then ours: first read, re-check of the next day, re-check of the next week."""
    with tempfile.TemporaryDirectory(dir=folder) as name, _site(pages) as network:
        place = Path(name)
        took = {"bare": _took(place, network, "bare", str(pages))}
        return took | {look: _look(place, network, look, config, LETTERS) for look in LOOKS}


def _look(folder: Path, network: Mapping[str, str], look: str, config: Path, source: str, *more: str) -> Took:
    words = ["--db", str(folder / f"{source}.db"), "--config", str(config), "--quiet"]
    words += ["crawl", source, "--set", "DOWNLOAD_DELAY=0", *more]
    return _took(folder, {**network, "EXOWATCH_NOW": f"{LOOKS[look]}T08:00:00Z"}, "exowatch", *words)


@contextmanager
def _site(pages: int) -> Iterator[Mapping[str, str]]:
    """The environment in which the site's letters are to be had."""
    command = [sys.executable, "-m", "tests.bench.site", str(pages)]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as site:
        assert site.stdin is not None
        assert site.stdout is not None
        said = json.loads(site.stdout.readline())
        inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith(NOT_INHERITED)}
        yield {**inherited, "HTTPS_PROXY": said["proxy"], "SSL_CERT_FILE": said["certificate"]}
        site.stdin.close()


def _took(folder: Path, environment: Mapping[str, str], *words: str) -> Took:
    report = folder / "took.json"
    command = [sys.executable, "-m", "tests.bench.crawling", str(report), *words]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Took(**json.loads(report.read_text()))
