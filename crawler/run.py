"""A crawl of several sources in one process, from a plan to the crawls that the store then holds."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawler import source
from crawler.loader import spider_class
from crawler.robots import Known
from crawler.source import Source
from crawler.spider import Derivation, DocumentSpider, Job, Progress, one_document
from store import locks
from store.copy import copy_to
from store.database import Store
from store.errors import Held, Unknown


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """What to crawl, and how.

    `options` are each source's own lines in the configuration. `settings` are Scrapy settings that go above all
    others. `only` names one document, by id, key or address. `beside` is the database beside which locks and pace are
    kept, where that is another than the one written to. `hide` takes secrets out of what is written down. With
    `locked`, the caller holds the locks of the sources.
    """

    database: Path
    sources: Sequence[str]
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    user_agent: str = ""
    contact: str = ""
    max_minutes: float | None = None
    limit: int | None = None
    only: str = ""
    program: str = ""
    derivation: Callable[[Store], Derivation] | None = None
    verbose: bool = False
    beside: Path | None = None
    hide: Callable[[str], str] = str
    locked: bool = False


def run(
    plan: CrawlPlan, on_progress: Progress | None = None, *, on_held: Callable[[str, Held], None] | None = None
) -> list[int]:
    """Crawl the plan's sources; the ids of the crawls that were made, in the order of the sources.

    Once in a process: Twisted's reactor cannot be started again. Ctrl-C ends every crawl cleanly, with the reason
    `interrupted`. A source held by another run is told to `on_held` and the others are crawled; without `on_held` it
    raises Held before anything is asked. Raises Unknown where no source knows `only`. An error of our own in one
    source is raised after the others have ended.
    """
    with ExitStack() as stack:
        store = stack.enter_context(Store(plan.database))
        names = [name for name in plan.sources if plan.locked or _lock(plan, name, stack, on_held)]
        sources = {name: source.classes()[name] for name in names}
        if plan.only:
            sources = _that_know(plan, store, sources)
        derivation = plan.derivation(store) if plan.derivation is not None else None
        known = Known()
        jobs = {
            name: Job(
                store=store,
                options=plan.options.get(name, {}),
                derivation=derivation,
                max_minutes=plan.max_minutes,
                limit=plan.limit,
                only=plan.only,
                program=plan.program,
                on_progress=on_progress,
                robots=known,
                hide=plan.hide,
            )
            for name in sources
        }
        return _crawl([spider_class(declared) for declared in sources.values()], jobs, settings_of(plan))


@contextmanager
def rehearsal(plan: CrawlPlan) -> Iterator[CrawlPlan]:
    """The same plan on a copy of its store that is gone afterwards: fetches and compares, and writes nothing of ours.

    Locks and pace stay where they are: the sites do not care that it is a rehearsal.
    """
    with tempfile.TemporaryDirectory(prefix="exowatch-dry-run-") as folder:
        target = Path(folder) / "store.db"
        copy_to(plan.database, target)
        yield replace(plan, database=target, beside=plan.beside or plan.database)


def _lock(plan: CrawlPlan, name: str, stack: ExitStack, on_held: Callable[[str, Held], None] | None) -> bool:
    try:
        stack.enter_context(locks.hold(plan.beside or plan.database, name, "crawling"))
    except Held as held:
        if on_held is None:
            raise
        on_held(name, held)
        return False
    return True


def _that_know(plan: CrawlPlan, store: Store, sources: Mapping[str, type[Source]]) -> dict[str, type[Source]]:
    """The sources that know the one document which is asked for."""
    found: dict[str, type[Source]] = {}
    reasons = []
    for name, declared in sources.items():
        try:
            one_document(store, declared(plan.options.get(name)), plan.only)
        except LookupError as error:
            reasons.append(str(error))
        else:
            found[name] = declared
    if sources and not found:
        raise Unknown("; ".join(reasons))
    return found


def settings_of(plan: CrawlPlan) -> Settings:
    """The settings of a run: ours, then what the plan says of itself, then what the user set for this run."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.set("EXOWATCH_DB", str(plan.beside or plan.database), priority="project")
    settings.set("LOG_ENABLED", plan.verbose, priority="project")
    if plan.user_agent:
        agent = f"{plan.user_agent} (+{plan.contact})" if plan.contact else plan.user_agent
        settings.set("USER_AGENT", agent, priority="project")
    if "@" in plan.contact:
        headers = {**settings.getdict("DEFAULT_REQUEST_HEADERS"), "From": plan.contact}
        settings.set("DEFAULT_REQUEST_HEADERS", headers, priority="project")
    settings.setdict(dict(plan.settings), priority="cmdline")
    return settings


def _crawl(spiders: Sequence[type[DocumentSpider]], jobs: Mapping[str, Job], settings: Settings) -> list[int]:
    if not spiders:
        return []
    with _our_signals():
        process = AsyncCrawlerProcess(settings)
        crawlers = [process.create_crawler(spider) for spider in spiders]
        tasks = [process.crawl(crawler, job=jobs[crawler.spidercls.name]) for crawler in crawlers]
        process.start()
    ids = [_finished(crawler) for crawler in crawlers]
    for crawler, task in zip(crawlers, tasks, strict=True):
        failure = getattr(crawler.spider, "failure", None) or (
            task.exception() if task.done() and not task.cancelled() else None
        )
        if failure is not None:
            raise failure
    return [crawl for crawl in ids if crawl is not None]


def _finished(crawler: Crawler) -> int | None:
    """The id of a crawl that has ended, if only because its process was told twice to end."""
    spider = crawler.spider
    if not isinstance(spider, DocumentSpider):
        return None
    spider.finish("interrupted")
    return spider.crawl_id


@contextmanager
def _our_signals() -> Iterator[None]:
    """Give Ctrl-C back to the program once Scrapy, which takes it, is done."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
