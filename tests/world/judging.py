"""What the engine would make of one answer, without a crawl: fetched, guarded and read, each by its own code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scrapy import Request
from scrapy.http import Response

from crawler import guards, source
from crawler.fetch import Ask, Fetcher, Unanswered
from crawler.pace import Pace
from crawler.source import ListRequest, Source
from exowatch import config as configuration
from exowatch.demo.answer import WorldAnswer
from store.records import Material, Outcome, Part, Reading, Unreadable
from tests.world.documents import GUIDANCE, papers
from tests.world.fda import SITE, file_path
from tests.world.world import url_of


@dataclass(frozen=True, slots=True)
class Judged:
    """The outcome that a guard gave (None: none objects), by which guard, and what the reader made of it then."""

    outcome: Outcome | None
    guard: str
    reading: Reading | None
    problem: str = ""

    @property
    def taken(self) -> bool:
        """Whether the answer would count as the document."""
        return self.outcome is None and not self.problem


def source_of(name: str) -> Source:
    return source.classes()[name](configuration.load([], {}).sources.get(name, {}))


def asked_for(name: str) -> list[tuple[Part, ListRequest]]:
    """One request for each kind of answer of a source: its lists, a page, a file."""
    paper = papers(name)[0]
    page = [(Part.PAGE, ListRequest(url_of(paper)))]
    file = [(Part.FILE, ListRequest(f"{SITE}{file_path(paper)}"))] if name == GUIDANCE else []
    return [*((Part.LIST, request) for request in source_of(name).lists()), *page, *file]


def judge(name: str, part: Part, request: ListRequest, give: Callable[[str], WorldAnswer]) -> Judged:
    """What becomes of a request whose addresses are answered by `give`."""
    declared = source_of(name)

    async def download(asked: Request) -> Response:
        given = give(asked.url)
        return Response(asked.url, given.status, dict(given.headers), given.body)

    fetcher = Fetcher(declared, download, Pace(Path("nowhere")), pauses=())
    ask = Ask(request.url, request.method, request.headers, request.body)
    try:
        fetched = asyncio.run(fetcher.fetch(ask))
    except Unanswered as error:
        return Judged(error.outcome, "fetch", None)
    verdict = guards.judge(declared, part, fetched.answer, fetched.flags)
    if verdict is not None:
        return Judged(verdict.outcome, verdict.guard, None)
    answer = fetched.answer
    try:
        if part is Part.LIST:
            declared.read_list(request, answer)
            return Judged(None, "", None)
        material = Material(name, part, answer.url, answer.body, answer.header("content-type"))
        reading = declared.read(material)
    except Unreadable as error:
        return Judged(None, "", None, f"unreadable: {error}")
    return Judged(None, "", reading, "" if reading.blocks else "no text")
