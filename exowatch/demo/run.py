"""The demo's run: three crawls of the invented world, at three moments of 2025, then the digest of that year."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from exowatch.demo import world
from exowatch.demo.answer import Handler, WorldAnswer
from exowatch.demo.proxy import Proxy
from exowatch.demo.story import EXPECTED_EXITS

CONFIG = Path(__file__).with_name("demo.toml")
DIGEST_MOMENT = datetime(2026, 1, 5, 8, tzinfo=UTC)

# What a user's own environment may say about proxies, certificates and stores must not reach the demo.
_NOT_INHERITED = frozenset({
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "EXOWATCH_DB",
    "EXOWATCH_CONFIG", "EXOWATCH_NOW",
})  # fmt: skip


class DemoFailed(Exception):
    """A command of the demo ended otherwise than the story expects; the message holds what it said."""


@dataclass(frozen=True, slots=True)
class DemoCrawl:
    """One state of the world: crawled now with this exit code, or already in the store (`exit_code` is None)."""

    moment: datetime
    exit_code: int | None


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo leaves behind."""

    database: Path
    digest_html: Path
    digest_text: Path
    crawls: tuple[DemoCrawl, ...]


def run_demo(folder: Path, say: Callable[[str], None]) -> DemoResult:
    """Fills `folder`/exowatch.db state by state and writes the digest of 2025 beside it; `say` hears each step."""
    folder.mkdir(parents=True, exist_ok=True)
    database, digest = folder / "exowatch.db", folder / "digest-2025.html"
    done = _days_crawled(database)
    crawls = tuple(_crawl(state, database, done, say) for state in range(len(world.MOMENTS)))
    say("Writing the digest of 2025.")
    # The clock that is set goes on from there; a digest that is made again must give the same bytes.
    as_of = DIGEST_MOMENT.strftime("%Y-%m-%dT%H:%M:%SZ")
    _exowatch(database, DIGEST_MOMENT, {}, "digest", "--period", "2025", "--as-of", as_of, "--out", str(digest))
    return DemoResult(database, digest, digest.with_suffix(".txt"), crawls)


def _crawl(state: int, database: Path, done: frozenset[str], say: Callable[[str], None]) -> DemoCrawl:
    moment = world.MOMENTS[state]
    day = moment.date().isoformat()
    if day in done:
        say(f"{day}: already in the store.")
        return DemoCrawl(moment, None)
    say(f"{day}: reading the sample sites.")
    with Proxy(_site(state), hosts=world.HOSTS) as proxy:
        network = {"HTTP_PROXY": proxy.url, "HTTPS_PROXY": proxy.url, "SSL_CERT_FILE": proxy.ca_file}
        ended = _exowatch(database, moment, network, "crawl", accepted=EXPECTED_EXITS[state])
        if proxy.failures:
            raise DemoFailed(f"The sample sites of {day} failed.") from proxy.failures[0]
    say(f"{day}: {len(proxy.requests)} requests answered, exit code {ended.returncode}.")
    return DemoCrawl(moment, ended.returncode)


def _site(state: int) -> Handler:
    """The world in one state; each request has its own serial, so that no two answers share their noise."""
    serials = itertools.count(1)

    def answer(method: str, url: str, headers: Mapping[str, str], body: bytes) -> WorldAnswer:
        return world.answer(state, method, url, headers, body, next(serials))

    return answer


def _days_crawled(database: Path) -> frozenset[str]:
    """The days whose every run came to its end."""
    if not database.exists():
        return frozenset()
    runs = json.loads(_exowatch(database, DIGEST_MOMENT, {}, "query", "ledger", "--json").stdout)["items"]
    cut_off = {run["started"][:10] for run in runs if run["finished"] is None}
    return frozenset(run["started"][:10] for run in runs) - cut_off


def _exowatch(
    database: Path, moment: datetime, network: Mapping[str, str], *arguments: str,
    accepted: frozenset[int] = frozenset({0}),
) -> subprocess.CompletedProcess[str]:  # fmt: skip
    command = [sys.executable, "-m", "exowatch", "--db", str(database), "--config", str(CONFIG), *arguments]
    ended = subprocess.run(
        command, env=_environment(moment, network), capture_output=True, text=True, encoding="utf-8", check=False
    )
    if ended.returncode not in accepted:
        raise DemoFailed(f"`exowatch {' '.join(arguments)}` ended with exit code {ended.returncode}:\n{ended.stderr}")
    return ended


def _environment(moment: datetime, network: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name.upper() not in _NOT_INHERITED}
    # A user's own configuration is looked for below this folder, and the demo has its own.
    nobody = str(CONFIG.parent)
    now = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {**inherited, **network, "EXOWATCH_NOW": now, "XDG_CONFIG_HOME": nobody}
