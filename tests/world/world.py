"""The regulators' sites on one loopback proxy: documents as data, faults that are switched on, and a log of who asked."""

from __future__ import annotations

import hashlib
import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

from exowatch.demo.answer import WorldAnswer
from exowatch.demo.noise import Noise
from exowatch.demo.proxy import Proxy
from tests.world import canada, fda
from tests.world.documents import LETTERS, NOTICES, RECALLS, Paper, world_papers

HOSTS = (fda.HOST, canada.RECALL_SITE, canada.PAGES, canada.NEWS)
START = datetime(2025, 6, 10, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; `place` counts the requests of its host from 1, since the world was last told to count anew."""

    moment: float
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    place: int

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


_WORLDS = itertools.count(1)
Fault = Callable[[Asked, Callable[[], WorldAnswer]], WorldAnswer]
"""Answers a request, or calls its second argument for what the site would have answered."""


@dataclass
class World:
    """What the sites hold. Between two crawls `papers`, `faults` and `moment` may be changed at will.

    With `noisy`, whatever changes without meaning differs in every answer. With `validators`, pages have an ETag and
    are answered 304. The list of letters is asked for `length` rows at a time.
    """

    papers: Sequence[Paper] = field(default_factory=world_papers)
    faults: Sequence[Fault] = ()
    moment: datetime = START
    noisy: bool = True
    validators: bool = False
    length: int = 5
    asked: list[Asked] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._serial = itertools.count(next(_WORLDS) * 1_000_000)  # no two worlds share their noise
        self._places: Counter[str] = Counter()
        self._lock = threading.Lock()

    def count_anew(self) -> None:
        """Forget who asked, so that the next request of each host is its first."""
        self.asked.clear()
        self._places.clear()

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> WorldAnswer:
        """What the world says to one request; the handler of a `Proxy`."""
        with self._lock:
            host = urlsplit(url).hostname or ""
            self._places[host] += 1
            asked = Asked(time.monotonic(), method, url, headers, body, self._places[host])
            self.asked.append(asked)
        answering: Callable[[], WorldAnswer] = lambda: self._dated(self._site(asked))  # noqa: E731
        for fault in self.faults:
            answering = _wrapped(fault, asked, answering)
        return answering()

    def _site(self, asked: Asked) -> WorldAnswer:
        noise = Noise(asked.url, next(self._serial) if self.noisy else 0)
        if asked.host == fda.HOST:
            given = fda.answer(self.papers, asked.method, asked.url, asked.body, noise)
        elif asked.host == canada.PAGES:
            given = canada.notices(self.papers, asked.url, self.moment, noise)
        elif asked.host == canada.NEWS:
            given = canada.news(self.papers, asked.url)
        elif asked.host == canada.RECALL_SITE:
            given = canada.recalls(self.papers, asked.url, noise)
        else:
            return WorldAnswer(502)
        return self._tagged(asked, given) if self.validators and given.status == 200 else given

    def _tagged(self, asked: Asked, given: WorldAnswer) -> WorldAnswer:
        paper = next((p for p in self.papers if asked.url == url_of(p)), None)
        if paper is None:
            return given
        tag = f'"{hashlib.sha256(repr(paper).encode()).hexdigest()[:16]}"'
        if asked.headers.get("if-none-match") == tag:
            return WorldAnswer(304, {"ETag": tag})
        return WorldAnswer(given.status, {**given.headers, "ETag": tag}, given.body)

    def _dated(self, given: WorldAnswer) -> WorldAnswer:
        return WorldAnswer(
            given.status, {"Date": format_datetime(self.moment, usegmt=True), **given.headers}, given.body
        )

    @contextmanager
    def served(self) -> Iterator[Proxy]:
        """The world behind a proxy; what it raises is raised again at the end."""
        with Proxy(self.answer, hosts=HOSTS) as proxy:
            yield proxy
        for failure in proxy.failures:
            raise failure

    def urls(self) -> list[str]:
        return [asked.url for asked in self.asked]


def _wrapped(fault: Fault, asked: Asked, answering: Callable[[], WorldAnswer]) -> Callable[[], WorldAnswer]:
    return lambda: fault(asked, answering)


def url_of(paper: Paper) -> str:
    """The address of a document's page."""
    if paper.source == NOTICES:
        return f"https://{canada.PAGES}{canada.notice_path(paper)}"
    if paper.source == RECALLS:
        return f"https://{canada.RECALL_SITE}{canada.recall_path(paper)}"
    return f"{fda.SITE}{fda.path(paper)}"


__all__ = ["HOSTS", "LETTERS", "START", "Asked", "Fault", "Paper", "World", "url_of"]
