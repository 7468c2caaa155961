"""Crawling: the user's wishes turned into a plan for the crawler, and its runs into an exit code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler.reader_version import reader_version
from crawler.source import read
from exowatch import __version__
from exowatch.config import Config
from exowatch.console import Console
from exowatch.exits import Exit, weightiest
from exowatch.secrets import hide
from exowatch.source_state import unread
from exowatch.wiring import options_with_follows, writing
from store import lookup
from store.database import Store
from store.derivation import Derivation
from store.records import Outcome, Run
from store.rules import watches

GUARD_ISSUES = frozenset({"blocked", "mass_disappearance", "layout", "listing_incomplete"})
PARTIAL_ISSUES = frozenset({"damaged_file", "list_failed", "parse_suspect", "extract_empty", "soft_error"})
WAYS_ON = (
    "The ways on: try again in some hours; try from another network; or save the pages in a browser and bring them in"
    " with `exowatch import folder FOLDER`."
)
"""What a person can do about a site that refuses us."""


class BadSetting(Exception):
    """A `--set` that is not NAME=VALUE, or names no Scrapy setting."""


def crawl(
    database: Path,
    config: Config,
    console: Console,
    sources: Sequence[str],
    *,
    document: str = "",
    limit: int | None = None,
    max_minutes: float | None = None,
    settings: Sequence[str] = (),
    dry_run: bool = False,
    verbose: int = 0,
) -> tuple[list[Run], Exit]:
    """Crawl these sources, whose locks the caller holds; the runs and how it ended."""
    from crawler.run import CrawlPlan, rehearsal, run

    plan = CrawlPlan(
        database=database,
        sources=tuple(sources),
        settings={**_loudness(verbose), **config.settings, **_settings(settings)},
        user_agent=f"exowatch/{__version__}",
        contact=config.contact,
        max_minutes=max_minutes,
        limit=limit,
        only=document,
        program=__version__,
        derivation=lambda store: Derivation(store, read, config.rules, reader_version()),
        verbose=bool(verbose),
        hide=hide,
        locked=True,
    )
    with rehearsal(plan) if dry_run else nullcontext(plan) as actual, console.progress() as progress:
        with writing(actual.database, config) as (store, _):
            options = options_with_follows(config, watches(store))
        ids = run(replace(actual, options=options), progress)
        with Store(actual.database, readonly=True) as store:
            runs = [lookup.run(store, crawl_id) for crawl_id in ids]
    return runs, weightiest(map(ended, runs))


def ended(run: Run) -> Exit:
    """How one run ended, as an exit code."""
    kinds = {issue.kind for issue in run.issues}
    if kinds & GUARD_ISSUES:
        return Exit.GUARD
    cut_short = run.finished is None or run.reason in ("interrupted", "error")
    if run.failed or cut_short or kinds & PARTIAL_ISSUES or _shut_out(run):
        return Exit.PARTIAL
    return Exit.DONE


def _shut_out(run: Run) -> bool:
    """Whether robots.txt, or that it cannot be had, kept a run from reading anything: skipped addresses fail nobody."""
    return bool(run.outcomes.get(Outcome.ROBOTS)) and bool(unread(run))


def summary(runs: Iterable[Run]) -> list[str]:
    """What a person wants to hear of runs that have ended."""
    lines = []
    for run in runs:
        lines.append(
            f"{run.source}: {run.listed} listed = {run.captured} captured + {run.unchanged} unchanged"
            f" + {run.failed} failed + {run.skipped} skipped; {run.changes_new} new changes"
        )
        if _shut_out(run):
            lines.append(f"  nothing was read: {unread(run)}; robots.txt forbids it, or could not be had")
        left = run.outcomes.get("not_reached", 0)
        if left:
            lines.append(f"  {left} left for next time: crawl again and it continues there")
        told = (issue for issue in run.issues if issue.kind not in ("blocked", "damaged_file"))
        lines.extend(f"  {issue.kind}: {issue.url} {issue.message}".rstrip() for issue in told)
    return lines


def damages(runs: Iterable[Run]) -> list[str]:
    """What could not be taken in of the files that were imported, each file once."""
    return list(dict.fromkeys(i.message for run in runs for i in run.issues if i.kind == "damaged_file"))


def blocks(database: Path, runs: Iterable[Run]) -> list[str]:
    """For each source that refused us, one paragraph: what was answered, when it was last read, and the ways on."""
    blocked = [(run.source, issue.message) for run in runs for issue in run.issues if issue.kind == "blocked"]
    if not blocked:
        return []
    # A rehearsal of the very first crawl leaves no store behind.
    with Store(database, readonly=True) if database.exists() else nullcontext() as store:
        return [f"{message} {_read_before(store, source)} {WAYS_ON}" for source, message in blocked]


def _read_before(store: Store | None, source: str) -> str:
    good = lookup.last_good(store, source) if store else None
    return f"It was last read on {good:%Y-%m-%d at %H:%M} UTC." if good else "It was never read from here."


def _settings(assignments: Sequence[str]) -> dict[str, Any]:
    """Scrapy settings from `NAME=VALUE`."""
    from scrapy.settings import default_settings

    from crawler import settings as ours

    found: dict[str, Any] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise BadSetting(f"--set {assignment}: expected NAME=VALUE, as in DOWNLOAD_DELAY=2")
        if not hasattr(default_settings, name) and not hasattr(ours, name):
            raise BadSetting(f"--set {assignment}: Scrapy has no setting {name!r}")
        found[name] = value
    return found


def _loudness(verbose: int) -> dict[str, Any]:
    """How much of Scrapy's log is shown once it is: every request and answer for -vv."""
    return {"LOG_LEVEL": "DEBUG" if verbose > 1 else "INFO"}
