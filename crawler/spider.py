"""One crawl of one source: discover, choose, read the pages, and give every target exactly one outcome."""

from __future__ import annotations

import asyncio
import heapq
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, ClassVar, Protocol

import scrapy
from scrapy import Request
from scrapy.http import Response

from crawler import due, guards
from crawler.due import Candidate
from crawler.fetch import Ask, Fetched, Fetcher, Unanswered
from crawler.listing import Tally
from crawler.pace import Pace
from crawler.pdf import SCAN
from crawler.robots import Known
from crawler.source import Found, ListPage, ListRequest, Source
from store import archive, clock, locks
from store.archive import Answer, Crawl, Recorded, Target
from store.database import Store
from store.derivation import Counts
from store.records import Issue, Material, Origin, Outcome, Part, Reading, Unreadable

BLOCKS_IN_A_ROW = 3
POOR_IN_A_ROW = 3
"""So many answers one after the other that are no documents are an alarm: a redesign, an outage, or an unknown wall."""
POOR_AT_MOST = 25
"""So many end the crawl: fewer may be dead documents, which must not keep the others from being read."""
POOR = frozenset({Outcome.SOFT_ERROR, Outcome.HTTP_ERROR, Outcome.PARSE_SUSPECT, Outcome.EXTRACT_EMPTY})
SPARE = 20
"""So many pages more than a budget reaches are written down: some answers come sooner than the pace."""
READINGS = 6
"""How often a list of several pages is read at most, where rows moved from page to page meanwhile.

With the order of every day's rows drawn anew at each request, three readings of FDA's list miss up to 3 of 3,277."""
LIST_PAGES = 1000

_Place = tuple[str, Part]
"""A part of a document: what is found, chosen, asked for and read, each by itself."""
Progress = Callable[[str, int, int, str], None]
"""Told (source, targets done, targets so far, what happened)."""


class Derivation(Protocol):
    """Draws conclusions from facts, outside this package."""

    def update(self, documents: Iterable[int], readings: Mapping[int, Reading]) -> None:
        """Conclude anew about documents whose facts changed; `readings` holds those already read, by capture."""

    def settle(self, crawl: int) -> Iterable[Issue]:
        """Conclude what only a whole run shows, at its end; what a person should know of it."""

    def counts(self, source: str) -> Counts:
        """How much is concluded about a source so far."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one spider is to do, and with what. `hide` takes out of a text what must not be written down."""

    store: Store
    options: Mapping[str, Any]
    derivation: Derivation | None = None
    max_minutes: float | None = None
    limit: int | None = None
    only: str = ""
    program: str = ""
    on_progress: Progress | None = None
    robots: Known = field(default_factory=Known)
    hide: Callable[[str], str] = str


class Stop(Exception):
    """Ends the crawl of a source early; its text is the reason that the crawl's end row gives."""


class DocumentSpider(scrapy.Spider):
    """Reads one source. `crawler.loader` makes one class of it for each.

    Requests are sent one after the other from `start`, so each is answered where it was asked: Scrapy's callbacks
    would lose those that are filtered without a word.
    """

    name = "document"
    source_class: ClassVar[type[Source]]

    def __init__(self, job: Job | None = None, **options: Any) -> None:
        super().__init__()
        self.job = job
        self.source = self.source_class(job.options if job else options)
        self.crawl: Crawl | None = None
        self.crawl_id: int | None = None
        self.failure: BaseException | None = None
        self._held = ExitStack()
        self._reason = "finished"

    @classmethod
    def update_settings(cls, settings: scrapy.settings.BaseSettings) -> None:
        super().update_settings(settings)
        settings.setdict(dict(cls.source_class.settings), priority="spider")

    async def start(self) -> AsyncIterator[Any]:
        """The whole crawl; nothing is yielded, since every answer is dealt with where it was asked for."""
        try:
            self._begin()
            found = self._named() if self._job.only else await self._discover()
            await self._read_pages(self._choose(found))
            if self._blocks:
                self._issue_as_blocked(self._last_url)
        except Stop as stop:
            self._reason = str(stop)
        except Exception as error:
            self.failure, self._reason = error, "error"
            raise
        for nothing in tuple[Any, ...]():
            yield nothing

    def _begin(self) -> None:
        if self.job is None:
            self.job = self._bare_job()
        self._job = self.job
        self._store = self._job.store
        self._derivation = self._job.derivation
        self._before = self._counts()
        minutes = self._job.max_minutes
        self._deadline = float("inf") if minutes is None else time.monotonic() + minutes * 60
        self._fetcher = self._fetcher_of(self.settings)
        self._asked: set[tuple[str, str, bytes]] = set()
        self._nets: dict[str, str] = {}
        self._declared: int | None = None
        self._last_message = self._last_url = ""
        self._looks: Mapping[tuple[str, Part], archive.Looks] = {}
        self._blocks = self._poor = self._done = self._total = self._pages = 0
        options = {"limit": self._job.limit, "max_minutes": self._job.max_minutes, "only": self._job.only}
        shown = json.dumps({name: value for name, value in options.items() if value})
        self.crawl = self._crawl = Crawl(
            self._store, self.source.name, Origin.LIVE, options=shown, program=self._job.program
        )
        self.crawl_id = self.crawl.id

    def _bare_job(self) -> Job:
        """The job of a plain `scrapy crawl NAME`: facts only, into the store that the settings name."""
        database = Path(self.settings["EXOWATCH_DB"])
        self._held.enter_context(locks.hold(database, self.source.name, "crawling"))
        return Job(self._held.enter_context(Store(database)), self.source.options)

    def _fetcher_of(self, settings: scrapy.settings.BaseSettings) -> Fetcher:
        return Fetcher(
            source=self.source,
            download=self._download,
            pace=Pace.beside(Path(settings["EXOWATCH_DB"])),
            pauses=[float(pause) for pause in settings.getlist("RETRY_PAUSES")],
            hops=settings.getint("REDIRECT_MAX_TIMES"),
            deadline=self._deadline,
        )

    async def _download(self, request: Request) -> Response:
        engine = self.crawler.engine
        if engine.needs_backout():  # one request at a time never fills the engine: it is closing
            raise Stop("interrupted")
        return await engine.download_async(request)

    # Discover

    async def _discover(self) -> list[Found]:
        """Every document that the lists name, watched ones first."""
        found: dict[_Place, Found] = {}
        self._merge(found, self.source.watched(), "watch")
        complete, rows = True, 0
        for request in self.source.lists():
            tally, whole = await self._read_whole_list(request, found)
            if not request.optional:
                complete, rows = complete and whole and not tally.moved, rows + tally.rows
            if not whole and not request.optional:
                break
        if rows:
            self._crawl.list_read(complete=complete, rows=rows, declared=self._declared, moment=clock.now())
        self._progress(f"{len({key for key, _ in found})} documents found")
        return list(found.values())

    async def _read_whole_list(self, request: ListRequest, found: dict[_Place, Found]) -> tuple[Tally, bool]:
        """Read a list with all its pages; what was counted, and whether nothing of it failed.

        Rows that come or go while we read push others from one page to the next, where some are seen twice and some
        not at all. So a list of several pages is read again when that shows, and what is seen in any reading counts;
        from the third reading on only while the last one still brought something.
        """
        tally = Tally()
        whole, brought = await self._read_list_once(request, found, tally), True
        while whole and tally.moved and tally.pages > 1 and tally.reading < READINGS and brought:
            rows = tally.rows
            tally.start_anew()
            whole = await self._read_list_once(request, found, tally)
            brought = tally.reading < 3 or tally.rows > rows
        self._report(request, tally)
        return tally, whole

    async def _read_list_once(self, request: ListRequest, found: dict[_Place, Found], tally: Tally) -> bool:
        waiting, asked = deque([request]), set[tuple[str, str, bytes]]()
        for _ in range(LIST_PAGES):
            if not waiting:
                return True
            wanted = waiting.popleft()
            asked.add(_identity(wanted))
            if tally.reading > 1:
                self._asked -= _identities(wanted)
            page = await self._read_list(wanted)
            if page is None:
                return False
            tally.add(page)
            self._merge(found, page.found, wanted.net)
            waiting.extend(more for more in page.more if _identity(more) not in asked)
        self._issue("listing_incomplete", request.url, f"the list has more than {LIST_PAGES} pages")
        return False

    async def _read_list(self, request: ListRequest) -> ListPage | None:
        """One page of a list, or what its fallback says; None when neither can be had."""
        outcome = await self._read_list_page(request)
        if isinstance(outcome, ListPage):
            return outcome
        if request.fallback is not None:
            return await self._read_list(request.fallback)
        if not request.optional:
            self._issue(
                "list_failed", request.url, f"the list could not be read ({outcome.value}): {self._last_message}"
            )
            if outcome is Outcome.BLOCKED:
                self._stop_as_blocked(request.url)
        return None

    async def _read_list_page(self, request: ListRequest) -> ListPage | Outcome:
        target = self._plan([Target(Part.LIST, request.url, net=request.net)])[0]
        ask = Ask(request.url, request.method, request.headers, request.body)
        fetched = await self._ask(target, Part.LIST, ask)
        if isinstance(fetched, Outcome):
            return fetched
        try:
            page = self.source.read_list(request, fetched.answer)
        except Unreadable as error:
            self._accept(target, fetched.answer, Outcome.PARSE_SUSPECT, str(error))
            self._issue("optional_list" if request.optional else "layout", request.url, str(error))
            self._last_message = str(error)
            return Outcome.PARSE_SUSPECT
        recorded = self._accept(target, fetched.answer)
        changed = self._crawl.rows(recorded.visit, page.entries, fetched.answer.moment, request.net)
        self._conclude(archive.references(self._store, self.source.name, changed))
        self._progress(f"list: {len(page.found)} documents")
        return page

    def _merge(self, found: dict[_Place, Found], named: Iterable[Found], net: str) -> None:
        """Add what a list names; a document named twice keeps its place and its better rank."""
        for new in named:
            old = found.get(_place(new))
            better = old is None or new.rank <= old.rank
            found[_place(new)] = new if better else replace(new, rank=old.rank if old else new.rank)
            self._nets.setdefault(new.key, net)

    def _report(self, request: ListRequest, tally: Tally) -> None:
        if tally.declared is not None and request.net == "list":  # searches and feeds speak of a share of it
            self._declared = (self._declared or 0) + tally.declared
        if tally.missing:
            self._issue(
                "listing_incomplete",
                request.url,
                f"the list declares {tally.declared} rows and {tally.rows} were seen, {tally.missing} fewer",
            )
        elif tally.pages > 1 and tally.moved:
            self._issue("listing_incomplete", request.url, "the list went on changing while it was read")
        if tally.repeated:
            example, *others = tally.repeated
            more = f", and {len(others)} more documents" if others else ""
            self._issue("repeated_row", request.url, f"the list names {example} more than once{more}")

    # Choose

    def _named(self) -> list[Found]:
        """The one document that was asked for, by key or by address, with its file where one is known."""
        page = one_document(self._store, self.source, self._job.only)
        known = self._known_urls()
        files = [Found(page.key, url, part=part) for (key, part), url in known.items() if key == page.key]
        return [page, *(file for file in files if file.part is not Part.PAGE)]

    def _choose(self, found: Iterable[Found]) -> list[tuple[int, Candidate]]:
        """Plan every document that is due, in order; followed ones that are not due get that outcome at once."""
        self._looks = looks = {
            (key, part): look
            for part in self.source.parts
            for key, look in archive.looks(self._store, self.source.name, part).items()
        }
        candidates = [Candidate(f, look=looks.get(_place(f))) for f in found]
        if self._job.only:
            chosen = candidates
        else:
            named = {_place(candidate.found) for candidate in candidates}
            candidates += [
                Candidate(Found(key, url, part=part), look=looks.get((key, part)))
                for (key, part), url in self._known_urls().items()
                if (key, part) not in named
            ]
            chosen = self._within_budget(due.chosen(candidates, clock.now()))
        waiting = {_place(candidate.found) for candidate in chosen}
        resting = [c for c in candidates if c.followed and _place(c.found) not in waiting]
        for target in self._plan_pages(c.found for c in resting):
            self._fail(target, Outcome.NOT_DUE, "", "")
        targets = self._plan_pages(candidate.found for candidate in chosen)
        self._progress(f"{len(chosen)} pages to read{self._time_for(len(chosen))}")
        return list(zip(targets, chosen, strict=True))

    def _within_budget(self, due_now: list[Candidate]) -> list[Candidate]:
        """As many as the budget may reach, the likeliest first: a year of pages is not written down every night."""
        room = [self._job.limit] if self._job.limit is not None else []
        gap = self._gap()
        if self._job.max_minutes is not None and gap:
            room.append(int(self._job.max_minutes * 60 / gap))
        chosen = due_now[: min(room) + SPARE] if room else due_now
        if left := len(due_now) - len(chosen):
            self._issue(
                "left_for_later",
                "",
                f"{left} of {len(due_now)} pages that are due are left for the next crawl{self._time_for(left)};"
                " the likeliest are read first",
            )
        return chosen

    def _gap(self) -> float:
        """The seconds between two requests to this source's site, as the site asks for them."""
        return Pace.beside(Path(self.settings["EXOWATCH_DB"])).gap(self.source.hosts[0])

    def _time_for(self, pages: int) -> str:
        minutes = round(pages * self._gap() / 60)
        if minutes < 1:
            return ""
        return f", about {minutes // 60} h {minutes % 60} min at {self._gap():g} s each"

    def _known_urls(self) -> dict[_Place, str]:
        """Where each part of each document was asked for last."""
        return {
            (key, part): url
            for part in self.source.parts
            for key, url in archive.known_urls(self._store, self.source.name, part).items()
        }

    # Fetch, guard, record, read, derive

    async def _read_pages(self, chosen: list[tuple[int, Candidate]]) -> None:
        """Read pages and files in order, and right after each those that it leads to."""
        order = count()
        queue = [(position, next(order), target, c.found) for position, (target, c) in enumerate(chosen)]
        planned = {_place(candidate.found) for _, candidate in chosen}
        while queue:
            position, _, target, found = heapq.heappop(queue)
            if self._job.limit is not None and self._pages >= self._job.limit:
                raise Stop("limit")
            self._pages += 1
            children = await self._read_page(target, found)
            fresh = [c for c in children if _place(c) not in planned and self.source.allows(c.url)]
            once = {_place(child): child for child in fresh}
            fresh = [child for place, child in once.items() if due.is_due(self._looks.get(place), clock.now())]
            planned |= {_place(child) for child in fresh}
            for child_target, child in zip(self._plan_pages(fresh), fresh, strict=True):
                heapq.heappush(queue, (position, next(order), child_target, child))

    async def _read_page(self, target: int, found: Found) -> Iterable[Found]:
        """Read one page or file; the documents it leads to."""
        most = self.settings.getint("FILE_MAXSIZE") if found.part is Part.FILE else 0
        fetched = await self._ask(target, found.part, Ask(found.url, held=self._validators(found), most=most))
        if isinstance(fetched, Outcome):
            return ()
        answer = fetched.answer
        if type(self.source).children is Source.children and self._is_read(found, answer):
            return self._read_again(target, found, answer)
        material = self.source.material(answer, found.part)
        try:
            # A file is read by another process, which may take a minute to fail: the other sources go on meanwhile.
            file = found.part is Part.FILE
            reading = await asyncio.to_thread(self.source.read, material) if file else self.source.read(material)
        except Unreadable as error:
            recorded = self._accept(target, answer, Outcome.PARSE_SUSPECT, str(error))
            self._issue("parse_suspect", found.url, str(error))
            self._count_poor(Outcome.PARSE_SUSPECT, found.url, str(error))
            self._conclude([recorded.document])
            return ()
        # A file of pictures has no text, says so in a field, and makes a version by its bytes.
        empty = not reading.blocks and SCAN not in reading.fields
        with self._store.write():  # one commit for what was seen and what it means
            recorded = self._accept(target, answer, Outcome.EXTRACT_EMPTY if empty else None)
            if empty:
                self._issue("extract_empty", found.url, "the page has no text")
            if reading.problem:
                self._issue("doubtful_reading", found.url, reading.problem)
            made = {recorded.capture: reading} if recorded.capture is not None else {}
            failure = self._failure_to_conclude(recorded.document, made)
        if failure is not None:
            raise failure
        self._count_poor(Outcome.EXTRACT_EMPTY if empty else recorded.outcome, found.url, "the page has no text")
        return self._children(found, reading, material)

    def _is_read(self, found: Found, answer: Answer) -> bool:
        return archive.is_read(self._store, self.source.name, found.key, found.part, answer.body)

    def _read_again(self, target: int, found: Found, answer: Answer) -> Iterable[Found]:
        """Bytes that the store holds with what they say: that they were seen once more is all that is new."""
        with self._store.write():
            recorded = self._accept(target, answer)
            failure = self._failure_to_conclude(recorded.document, {})
        if failure is not None:
            raise failure
        self._count_poor(recorded.outcome, found.url, "")
        return ()

    def _failure_to_conclude(self, document: int | None, readings: Mapping[int, Reading]) -> Exception | None:
        """Conclude without putting at stake what was seen: a mistake of ours is raised once the facts are committed."""
        try:
            with self._store.savepoint():
                self._conclude([document], readings)
        except Exception as error:  # noqa: BLE001  # the caller raises it
            return error
        return None

    def _children(self, found: Found, reading: Reading, material: Material) -> Iterable[Found]:
        try:
            return self.source.children(found, reading, material)
        except Unreadable as error:
            self._issue("layout", found.url, str(error))
            return ()

    def _validators(self, found: Found) -> archive.Held | None:
        held = archive.held(self._store, self.source.name, found.key, found.part)
        return None if held is None or due.wants_full_read(held.moment, clock.now()) else held

    async def _ask(self, target: int, part: Part, ask: Ask) -> Fetched | Outcome:
        """Fetch and guard: the answer that is what was asked for, or the outcome that its target was given."""
        if time.monotonic() >= self._deadline:
            raise Stop("budget")
        identity = _identity(ask)
        if identity in self._asked:
            return self._fail(target, Outcome.DUPLICATE, ask.url, "already asked for in this run")
        self._asked.add(identity)
        try:
            fetched = await self._fetcher.fetch(ask)
        except Unanswered as error:
            return self._fail(target, error.outcome, ask.url, str(error))
        verdict = guards.judge(self.source, part, fetched.answer, fetched.flags)
        if verdict is None:
            self._blocks = 0
            return fetched
        outcome = self._fail(target, verdict.outcome, ask.url, verdict.reason, fetched.answer)
        if guards.GIVEN_UP in fetched.flags:
            self._stop_as_blocked(ask.url)
        return outcome

    def _accept(self, target: int, answer: Answer, outcome: Outcome | None = None, message: str = "") -> Recorded:
        recorded = self._crawl.accept(target, answer, outcome=outcome, message=self._job.hide(message))
        self._done += 1
        self._progress(f"{recorded.outcome.value}: {answer.url}")
        return recorded

    def _fail(self, target: int, outcome: Outcome, url: str, message: str, answer: Answer | None = None) -> Outcome:
        """Give a target the outcome of a visit without a capture; too many blocks in a row end the crawl."""
        message = self._job.hide(message)
        self._crawl.failed(target, outcome, answer.moment if answer else clock.now(), message=message, answer=answer)
        self._done += 1
        if outcome is not Outcome.NOT_DUE:
            self._progress(f"{outcome.value}: {url}")
        self._blocks = self._blocks + 1 if outcome is Outcome.BLOCKED else 0
        self._last_message, self._last_url = message, url
        if self._blocks >= BLOCKS_IN_A_ROW:
            self._stop_as_blocked(url)
        if outcome in POOR:
            self._count_poor(outcome, url, message)
        return outcome

    def _count_poor(self, outcome: Outcome, url: str, message: str) -> None:
        """Count answers in a row that are no documents; a good one begins anew."""
        self._poor = self._poor + 1 if outcome in POOR else 0
        if self._poor == POOR_IN_A_ROW:
            said = f"{POOR_IN_A_ROW} answers in a row are no documents (the last: {outcome.value}: {message})."
            self._issue("layout", url, f"{said} The site was rebuilt, is out of order, or shows a wall unknown to us.")
        if self._poor >= POOR_AT_MOST:
            raise Stop("layout")

    def _stop_as_blocked(self, url: str) -> None:
        """End the crawl politely: asking on would only deepen the block."""
        self._issue_as_blocked(url)
        raise Stop("blocked")

    def _issue_as_blocked(self, url: str) -> None:
        said = f"{self.source.title}: the site refuses us ({self._last_message})."
        self._issue("blocked", url, f"{said} Nothing that it does not show counts as changed or gone.")

    def _conclude(self, documents: Iterable[int | None], readings: Mapping[int, Reading] | None = None) -> None:
        known = [document for document in documents if document is not None]
        if self._derivation is not None and known:
            self._derivation.update(known, readings or {})
            self._crawl.touched.difference_update(known)

    # The end

    def closed(self, reason: str) -> None:
        """Scrapy's last word: write the end row, whatever ended the crawl."""
        ours = reason in ("finished", "start_error")  # Scrapy knows of no better reason than that `start` ended
        try:
            self.finish(self._reason if ours else "interrupted" if reason == "shutdown" else reason)
        except BaseException as error:
            self.failure = self.failure or error
            raise
        finally:
            self._held.close()

    def finish(self, reason: str) -> None:
        """Write the end row, once; what was not read becomes `not_reached`."""
        if self.crawl is None:
            return
        crawl, self.crawl = self.crawl, None
        self._conclude(sorted(crawl.touched))
        for issue in self._derivation.settle(crawl.id) if self._derivation is not None else ():
            crawl.issue(issue)
        before, after = self._before, self._counts()
        crawl.finish(
            reason,
            declared=self._declared,
            documents_followed=after.followed - before.followed,
            versions_new=after.versions - before.versions,
            changes_new=after.changes - before.changes,
        )
        self._progress(reason)

    def _counts(self) -> Counts:
        return self._derivation.counts(self.source.name) if self._derivation is not None else Counts(0, 0, 0)

    # Small things

    def _plan(self, targets: Iterable[Target]) -> list[int]:
        ids = self._crawl.plan(targets)
        self._total += len(ids)
        return ids

    def _plan_pages(self, documents: Iterable[Found]) -> list[int]:
        return self._plan(Target(d.part, d.url, d.key, self._nets.get(d.key, "page")) for d in documents)

    def _issue(self, kind: str, url: str, message: str) -> None:
        self._crawl.issue(Issue(kind, url, self._job.hide(message)))

    def _progress(self, text: str) -> None:
        self.logger.info(text)
        if self._job.on_progress is not None:
            self._job.on_progress(self.source.name, self._done, self._total, text)


def one_document(store: Store, source: Source, only: str) -> Found:
    """The document of a source that a key, an id or an address names. Raises LookupError when there is none."""
    if "://" in only:
        key = source.key(only) or _key_at(store, source, only) if source.allows(only) else None
        if key is None:
            raise LookupError(f"{only} is no document of {source.name}")
        return Found(key, only)
    key = only.removeprefix(f"{source.name}:")
    watched = {found.key: found for found in source.watched()}
    url = archive.known_urls(store, source.name, Part.PAGE).get(key)
    if key in watched or url is not None:
        return watched.get(key) or Found(key, url or "")
    raise LookupError(f"{source.name} knows no document {only!r}")


def _key_at(store: Store, source: Source, url: str) -> str | None:
    """The key of the document that is known to stand at an address which does not say it."""
    known = archive.known_urls(store, source.name, Part.PAGE)
    return next((key for key, address in known.items() if address == url), None)


def _place(found: Found) -> _Place:
    return found.key, found.part


def _identity(asked: Ask | ListRequest) -> tuple[str, str, bytes]:
    return asked.method, asked.url, asked.body


def _identities(request: ListRequest) -> set[tuple[str, str, bytes]]:
    """A request for a list and those that are asked in its place."""
    fallback = _identities(request.fallback) if request.fallback is not None else set()
    return {_identity(request), *fallback}
