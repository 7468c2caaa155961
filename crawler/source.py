"""What a source is: where one regulator publishes, what its lists say, and how its pages prove themselves and read.

A source is a light declaration: nothing here fetches and nothing imports Scrapy, so that a stored capture can be read
without it. `crawler.spider` turns each into a Scrapy spider.
"""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from urllib.parse import parse_qsl, urlsplit

from crawler.pages import DocumentPage, EntryPage, LayoutError
from store.addresses import parts_of
from store.archive import Answer, Row
from store.records import Material, Part, Reading

if TYPE_CHECKING:
    from crawler.probes import Probe

Page = TypeVar("Page", bound=DocumentPage)


@dataclass(frozen=True, slots=True)
class ListRequest:
    """One request for a list, or for one page of it.

    `net` says which net this is (`list`, `search`, `sitemap`, `feed`, `watch`). `fallback` is asked in its place when
    it fails. A list that is `optional` helps to find documents sooner, and proves nothing by its absence.
    """

    url: str
    net: str = "list"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    optional: bool = False
    fallback: ListRequest | None = None
    cursor: int = 0

    @property
    def parameters(self) -> dict[str, str]:
        """What the request says in its form, or else in its address."""
        return dict(parse_qsl(self.body.decode() or urlsplit(self.url).query, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Found:
    """A document that a list named: its page, the row's content (None where the list has none), and how likely it is.

    Lower `rank` is read first. With `part` it names another part of the document, its file, in addition to its page.
    """

    key: str
    url: str
    content: bytes | None = None
    rank: int = 5
    part: Part = Part.PAGE


@dataclass(frozen=True, slots=True)
class ListPage:
    """What one list answer says: documents, the regulator's own total, and the requests that bring the rest."""

    found: tuple[Found, ...]
    declared: int | None = None
    more: tuple[ListRequest, ...] = ()
    rows: int = 0

    @property
    def entries(self) -> list[Row]:
        """The rows that are kept as entries."""
        return [Row(f.key, f.url, f.content) for f in self.found if f.content is not None]


class Source(ABC):
    """One stream of documents from one regulator.

    `parts` are what is fetched of a document: its page, and its file where there may be one.
    `options` are the source's own lines in the configuration (`[sources.NAME]`), handed over as they stand.
    """

    name: ClassVar[str]
    regulator: ClassVar[str]
    title: ClassVar[str]
    listing: ClassVar[str]
    hosts: ClassVar[tuple[str, ...]]
    page: ClassVar[type[DocumentPage]]
    entry: ClassVar[type[EntryPage] | None] = None
    parts: ClassVar[tuple[Part, ...]] = (Part.PAGE,)
    settings: ClassVar[Mapping[str, object]] = {}
    unlisted: ClassVar[tuple[str, ...]] = ()
    """What belongs to this source and cannot be looked for, in sentences for the digest: its silence proves nothing."""

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        self.options: Mapping[str, Any] = options or {}
        self._last: tuple[Material, DocumentPage] | None = None

    @abstractmethod
    def lists(self) -> Sequence[ListRequest]:
        """The requests with which a crawl begins."""

    @abstractmethod
    def read_list(self, request: ListRequest, answer: Answer) -> ListPage:
        """What a list answer says. Raises LayoutError when it is not the list; an empty list is not silence."""

    @abstractmethod
    def key(self, url: str) -> str | None:
        """The key of the document whose page stands at this address; None when it is not one of this source's.

        It is asked about whatever pages and lists state, and raises for none of it: `store.addresses` takes apart.
        """

    def owns(self, url: str) -> bool:
        """Whether a document's page may stand at this address, be its key known from the address or not."""
        return self.key(url) is not None

    def key_of(self, material: Material) -> str | None:
        """The key of the document that a page is, for pages that come from elsewhere than our own lists."""
        return self.key(material.url)

    def watched(self) -> Sequence[Found]:
        """Documents that are read whatever the lists say: `watch` in the options, and what a person asked to follow."""
        entries = self.options.get("watch", ())
        return [Found(key, e["url"], rank=0) for e in entries if (key := self.key(e["url"])) is not None]

    def children(self, found: Found, reading: Reading, material: Material) -> Sequence[Found]:
        """Further documents that a page, once read, leads to."""
        return ()

    def probes(self) -> Sequence[Probe]:
        """Questions to the live site that its lists and pages do not answer by themselves; `exowatch doctor` asks."""
        return ()

    def allows(self, url: str) -> bool:
        """Whether an address is within this source's fence: https, one of its hosts, the usual port."""
        found = parts_of(url)
        return found.scheme == "https" and found.hostname in self.hosts and found.port in (None, 443)

    def material(self, answer: Answer, part: Part = Part.PAGE) -> Material:
        """An answer as a reader takes it: at the address asked for, as the store keeps it, whoever reads it again."""
        return Material(self.name, part, answer.url, answer.body, answer.header("content-type"))

    def read(self, material: Material) -> Reading:
        """The reading of a capture. Raises LayoutError."""
        if material.part is Part.ENTRY:
            if self.entry is None:
                raise LayoutError(f"{material.url}: {self.name} has no list entries")
            return self.entry(material).reading()
        if material.part is Part.FILE:
            from crawler import pdf  # most commands meet no file

            return pdf.read(material)
        return self.page_of(material, self.page).reading()

    def page_of(self, material: Material, kind: type[Page]) -> Page:
        """The page in a capture. The last one is kept: its key, its reading and its children are asked for in turn."""
        if self._last is not None and self._last[0] == material and isinstance(self._last[1], kind):
            return self._last[1]
        page = kind(material)
        self._last = material, page
        return page


@cache
def classes() -> Mapping[str, type[Source]]:
    """Every source, by name: whatever stands in `crawler/spiders/`, with no registration anywhere."""
    import crawler.spiders as folder

    found: dict[str, type[Source]] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(folder.__path__)):
        for value in vars(importlib.import_module(f"crawler.spiders.{module}")).values():
            if isinstance(value, type) and issubclass(value, Source) and value.__module__.endswith(f".{module}"):
                found[value.name] = value
    return found


def read(material: Material) -> Reading:
    """Read a capture with the reader of its source. Raises Unreadable."""
    return _reader(classes()[material.source]).read(material)


@cache
def _reader(declared: type[Source]) -> Source:
    """A source without options: how captures read does not depend on them."""
    return declared()
