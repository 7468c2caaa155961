"""Crawls of the stand-in: through the command in a process of its own, or through the engine in this one.

`crawl` is what a person runs: sockets, TLS, robots.txt, pace, exit code. Its processes are forked from one that has
loaded everything, which saves half their time. `walk` drives the same spider, guards, readers and store, and takes the
answers from the world by a call: for tables of many cases.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import pytest
from scrapy import Request
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

from crawler import source
from crawler.loader import spider_class
from crawler.run import CrawlPlan, settings_of
from crawler.spider import Job
from exowatch import config as configuration
from exowatch import crawling
from exowatch.exits import weightiest
from exowatch.wiring import writing
from store import locks, lookup
from store.clock import shown
from store.database import Store
from store.records import Run
from tests.world.documents import GUIDANCE, LETTERS, NOTICES, RECALLS, SAFETY, SOURCES, WATCHED
from tests.world.world import World, url_of

NOT_INHERITED = ("EXOWATCH_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_")


def present(*names: str) -> list[str]:
    """Those of these sources that exist, or of all."""
    return [name for name in (names or SOURCES) if name in source.classes()]


def needs(name: str) -> Any:
    """The mark that skips a test until a source exists."""
    return pytest.mark.skipif(name not in source.classes(), reason=f"there is no source {name} yet")


EACH_SOURCE = [pytest.param(name, marks=needs(name)) for name in SOURCES]


@dataclass(frozen=True, slots=True)
class Result:
    """What a crawl came to: its exit code, its runs, and what it said on stderr."""

    code: int
    runs: Sequence[Mapping[str, Any]]
    said: str

    def run(self, name: str) -> Mapping[str, Any]:
        return next(run for run in self.runs if run["source"] == name)

    def issues(self) -> Counter[str]:
        return Counter(issue["kind"] for run in self.runs for issue in run["issues"])


def settings_file(world: World, database: Path) -> Path:
    """The configuration that points the program at the pages of this world."""
    watched = {
        NOTICES: [
            p for p in world.papers if p.source == NOTICES and WATCHED in p.slug.partition("/")[0] and "/" not in p.slug
        ],
        SAFETY: [p for p in world.papers if p.source == SAFETY],
    }
    lines = ['contact = "sample@exowatch.example"', "follow = []"]
    if LETTERS in present():
        lines += [f"[sources.{LETTERS}]", 'search = ["exosome"]', f"length = {world.length}"]
    if GUIDANCE in present():
        lines += [f"[sources.{GUIDANCE}]"]
    if RECALLS in present():
        lines += [f"[sources.{RECALLS}]", 'search = ["exosome"]']
    for name in present(NOTICES, SAFETY):
        entries = ", ".join(f'{{url = "{url_of(paper)}", reason = "sample"}}' for paper in watched[name])
        lines += [f"[sources.{name}]", f"watch = [{entries}]"]
    lines += ["[settings]", "DOWNLOAD_DELAY = 0", "RETRY_PAUSES = []"]
    path, text = database.with_suffix(".toml"), "\n".join(lines) + "\n"
    if not path.exists() or path.read_text("utf-8") != text:  # another process may be reading it
        path.write_text(text, encoding="utf-8")
    return path


# In processes of their own


def crawl(
    world: World, database: Path, moment: datetime, *sources: str, trusted: bool = True, **settings: object
) -> Result:
    """`exowatch crawl` on the world; it ends by itself. Every run is checked to have its sums right.

    While it runs, `process_file(database)` holds the number of its process.
    """
    world.moment = moment
    limits = cast("Mapping[str, int]", settings.pop("limits", {}))
    with world.served() as proxy:
        environment = _network(proxy.url, proxy.ca_file if trusted else "", moment)
        words = _command(world, database, *sources, **settings)
        code, out, said = _fork.run(words, environment, process_file(database), limits)
    process_file(database).unlink(missing_ok=True)
    return _result(code, out, said)


def process_file(database: Path) -> Path:
    return database.with_suffix(".process")


def _result(code: int, out: str, said: str) -> Result:
    assert "Traceback" not in said, said
    result = Result(code, json.loads(out)["runs"] if out else [], said)
    for run in result.runs:
        check_sums(run)
    return result


def start(
    world: World, database: Path, moment: datetime, proxy: Any, *sources: str, **settings: object
) -> subprocess.Popen[str]:
    """`exowatch crawl` begun and left to itself, behind a proxy that the caller serves; `ended` waits for it."""
    world.moment = moment
    command = [sys.executable, "-m", "exowatch", *_command(world, database, *sources, **settings)]
    environment = {**_outside(), **_network(proxy.url, proxy.ca_file, moment)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(child: subprocess.Popen[str]) -> Result:
    out, said = child.communicate(timeout=120)
    return _result(child.returncode, out, said)


def command(
    database: Path, moment: datetime, *words: str, limits: Mapping[str, int] | None = None, **environment: str
) -> tuple[int, str, str]:
    """Any other command of the program: its exit code, answer and messages.

    While it runs, `process_file(database)` holds the number of its process. `limits` are those of the kernel by their
    names, such as RLIMIT_FSIZE.
    """
    given = {"EXOWATCH_NOW": shown(moment), **environment}
    try:
        return _fork.run(["--db", str(database), *words], given, process_file(database), limits or {})
    finally:
        with suppress(OSError):  # a disk that may only be read has none
            process_file(database).unlink(missing_ok=True)


def _command(world: World, database: Path, *sources: str, **settings: object) -> list[str]:
    limit, wait = settings.pop("limit", None), settings.pop("wait", None)
    words = ["--db", str(database), "--config", str(settings_file(world, database)), "crawl", *(sources or present())]
    words += ["--json", *([f"--limit={limit}"] if limit else []), *([f"--wait={wait}"] if wait else [])]
    return words + [f"--set={name}={value}" for name, value in settings.items()]


def _network(proxy: str, ca_file: str, moment: datetime) -> dict[str, str]:
    given = {"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy, "EXOWATCH_NOW": shown(moment)}
    return {**given, **({"SSL_CERT_FILE": ca_file} if ca_file else {})}


def _outside() -> dict[str, str]:
    """This process's environment without anything that speaks of proxies, certificates or stores."""
    nobody = str(Path(__file__).parent)
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(NOT_INHERITED)}
    return {**kept, "XDG_CONFIG_HOME": nobody, "XDG_DATA_HOME": nobody}


class _ForkServer:
    """A process that has loaded the program, and forks once for each command."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[str] | None = None

    def run(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        process: Path,
        limits: Mapping[str, int] = MappingProxyType({}),
    ) -> tuple[int, str, str]:
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "tests.world.running"],
                env=_outside(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=Path(__file__).parents[2],
            )
            atexit.register(self._child.kill)
        child = self._child
        assert child.stdin is not None
        assert child.stdout is not None
        asked = {
            "words": list(words),
            "environment": dict(environment),
            "process": str(process),
            "limits": dict(limits),
        }
        child.stdin.write(json.dumps(asked) + "\n")
        child.stdin.flush()
        answer = json.loads(child.stdout.readline())
        return answer["code"], answer["out"], answer["said"]


_fork = _ForkServer()


def _serve() -> None:
    """The fork server's own loop: one request a line, one answer a line."""
    import importlib
    import resource
    import tempfile

    from exowatch import cli

    for name in ("digesting", "evidence", "importing", "rebuilding", "sending"):
        importlib.import_module(f"exowatch.{name}")  # once, for all that are forked
    for line in sys.stdin:
        asked = json.loads(line)
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as said:
            child = os.fork()
            if child == 0:
                with suppress(OSError):  # the disk may be full
                    Path(asked["process"]).write_text(str(os.getpid()))
                os.dup2(out.fileno(), 1)
                os.dup2(said.fileno(), 2)
                os.environ.update(asked["environment"])
                sys.argv = ["exowatch", *asked["words"]]
                from store import clock

                for name, most in asked["limits"].items():
                    resource.setrlimit(getattr(resource, name), (most, most))
                clock._STARTED = clock.time.monotonic()
                code = 1
                try:
                    cli.main()
                    code = 0
                except SystemExit as end:
                    code = end.code if isinstance(end.code, int) else 1
                except BaseException:  # noqa: BLE001 - whatever it is, the test shall see it
                    import traceback

                    traceback.print_exc()
                finally:
                    sys.stdout.flush()
                    sys.stderr.flush()
                    os._exit(code)
            _, status = os.waitpid(child, 0)
            out.seek(0)
            said.seek(0)
            answer = {"code": os.waitstatus_to_exitcode(status), "out": out.read(), "said": said.read()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


# In this process


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """The one clock, standing at this moment."""
    from store import clock

    before, clock.now = clock.now, lambda: moment
    try:
        yield
    finally:
        clock.now = before


def walk(world: World, database: Path, moment: datetime, *sources: str, limit: int | None = None) -> Result:
    """A crawl by the engine itself, source after source, whose requests are calls of the world."""
    world.moment = moment
    chosen = configuration.load([settings_file(world, database)], {})
    ids = []
    with clock_at(moment), writing(database, chosen) as (store, derivation):
        for name in sources or present():
            with locks.hold(database, name, "crawling"):
                plan = CrawlPlan(database, [name], chosen.sources, chosen.settings, limit=limit)
                job = Job(store, chosen.sources.get(name, {}), derivation, limit=limit)
                ids.append(_walk(world, spider_class(source.classes()[name]), job, plan))
        runs = [lookup.run(store, number) for number in ids]
    for run in runs:
        check_run(run)
    from reports.as_json import run_json

    code = weightiest(map(crawling.ended, runs))
    return Result(int(code), [cast("Mapping[str, Any]", run_json(run)) for run in runs], "")


def _walk(world: World, declared: Any, job: Job, plan: CrawlPlan) -> int:
    spider = declared(job=job)
    spider.settings = settings_of(plan)

    async def download(request: Request) -> Response:
        headers = {k.decode().lower(): v[0].decode() for k, v in request.headers.items() if v}
        given = world.answer(request.method, request.url, headers, request.body)
        if given.raw is not None:
            raise ResponseDataLossError("a raw answer needs a socket: use `crawl`")
        return Response(request.url, given.status, dict(given.headers), given.body)

    async def drive() -> None:
        async for _ in spider.start():
            pass

    spider._download = download
    asyncio.run(drive())
    spider.closed("finished")
    assert spider.crawl_id is not None
    return int(spider.crawl_id)


def rebuild(world: World, database: Path) -> None:
    """Everything that is concluded, concluded anew from the facts."""
    with writing(database, configuration.load([settings_file(world, database)], {})) as (_, derivation):
        derivation.rebuild()


# What a store says


def check_sums(run: Mapping[str, Any]) -> None:
    """The sums of one run in JSON: every target has one fate, and the outcomes add up to the parts."""
    parts = ("captured", "unchanged", "failed", "skipped")
    assert run["listed"] == sum(run[part] for part in parts), run
    assert run["listed"] == sum(run["outcomes"].values()), run


def check_run(run: Run) -> None:
    assert run.listed == run.captured + run.unchanged + run.failed + run.skipped, run
    assert run.listed == sum(run.outcomes.values()), run


def rows(database: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def followed(database: Path, name: str) -> set[str]:
    """The addresses of the documents of a source that are followed."""
    with Store(database, readonly=True) as store:
        return {document.url for document in lookup.documents(store, source=name)}


def outcomes(database: Path) -> dict[str, str]:
    """How each address ended in the last crawl that asked for it; "" where a target has no outcome."""
    found = rows(
        database,
        "select u.url, coalesce(v.outcome, '') from targets t join urls u on u.id = t.url"
        " left join visits v on v.target = t.id order by t.id",
    )
    return dict(found)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a store concludes: versions, changes and states, without anything that depends on how it was filled."""

    versions: int = 0
    changes: tuple[tuple[Any, ...], ...] = ()
    documents: tuple[tuple[Any, ...], ...] = field(default=())


def standing(database: Path) -> Standing:
    return Standing(
        versions=rows(database, "select count(*) from versions")[0][0],
        changes=tuple(rows(database, "select id, document, kind, events from v_changes order by id")),
        documents=tuple(
            rows(database, "select id, title, status, followed, version_count from v_documents order by id")
        ),
    )


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _serve()
