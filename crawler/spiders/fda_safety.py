"""FDA safety pages: notifications, alerts and enforcement pages on exosomes, by a watch list.

Site notes
----------
* No list names these pages. The watch list does, and what the watched pages link to, one step and no further: only
  links in the page's own text, within the fence of paths below, whose address or words are likely.
* The template is that of the warning letters; no page of this kind is recorded. What proves a page is strict (article,
  title, text), what only adds a fact (label, dates) may be missing.
* "Content current as of" is the only date that every page has, and moves when an editor looks at the page again. The
  date on which a notice was issued stands, if anywhere, in its first lines.
* CBER's untitled letters are PDF files; the pages watched here only lead to them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crawler import dates
from crawler.fda_article import FdaArticle
from crawler.likely import says
from crawler.pages import LayoutError
from crawler.source import Found, ListPage, ListRequest, Source
from crawler.text import blocks, inline
from store.addresses import joined, parts_of
from store.archive import Answer
from store.records import Block, Material, Reading

if TYPE_CHECKING:
    from crawler.probes import Probe

SITE = "https://www.fda.gov"
PATHS = ("/vaccines-blood-biologics/", "/safety/medical-product-safety-information/", "/consumers/")
UNTITLED_LETTERS = (
    "/inspections-compliance-enforcement-and-criminal-investigations/compliance-actions-and-activities/"
    "issuance-untitled-letters"
)
WORDS = ("exosom", "vesicle", "regenerative", "stem cell", "safety availability biologics")
_ISSUED = re.compile(
    rf"\W*(?:(?:date )?(?:issued|posted|published)(?: on)?:?\s*)?({dates.WRITTEN}|\d{{1,2}}/\d{{1,2}}/\d{{4}})\W*",
    re.IGNORECASE,
)
_FIRST_LINES = 8


class SafetyPage(FdaArticle):
    """A safety page: nothing of its own above the text but a date in its first lines."""

    fields = ("kind", "issued")

    def __init__(self, material: Material) -> None:
        super().__init__(material)
        self._blocks = blocks([self.main])

    def blocks(self) -> tuple[Block, ...]:
        return self._blocks

    def issued(self) -> str:
        """The date that one of the first lines consists of (`Date Issued: July 22, 2020`, `[Posted 12/06/2019]`)."""
        for block in self._blocks[:_FIRST_LINES]:
            if stated := _ISSUED.fullmatch(block.text):
                return dates.written(stated[1]) or dates.american(stated[1])
        return ""

    def published(self) -> tuple[str, str]:
        if self.current_as_of() or not self.issued():
            return super().published()
        return self.issued(), "issued"

    def links(self) -> list[tuple[str, str]]:
        """Where the page's own text links to, without query and fragment, each with the words of the link."""
        anchors = self.all("a[href]", inside=self.main)
        found = ((joined(self.url, anchor.attributes.get("href") or ""), inline(anchor)) for anchor in anchors)
        return [(_bare(url), words) for url, words in found if url]


class FdaSafety(Source):
    """Safety communications and consumer alerts that are watched, with the pages that these lead to."""

    name = "fda_safety"
    regulator = "FDA"
    title = "FDA safety pages"
    listing = f"{SITE}/vaccines-blood-biologics/safety-availability-biologics"
    hosts = ("www.fda.gov",)
    page = SafetyPage

    def lists(self) -> Sequence[ListRequest]:
        """None: FDA lists these pages nowhere as a whole."""
        return ()

    def read_list(self, request: ListRequest, answer: Answer) -> ListPage:
        raise LayoutError(f"{answer.url}: {self.name} reads no lists")

    def key(self, url: str) -> str | None:
        found = parts_of(url)
        path = found.path.rstrip("/")
        mine = path == UNTITLED_LETTERS or any(path.startswith(start) for start in PATHS)
        return path if mine and found.hostname in self.hosts else None

    def children(self, found: Found, reading: Reading, material: Material) -> Sequence[Found]:
        """Likely pages that a watched one (rank 0) links to; those that they link to are not followed."""
        if found.rank > 0:
            return ()
        links = self.page_of(material, SafetyPage).links()
        return [
            Found(key, url, rank=1)
            for url, words in links
            if (key := self.key(url)) is not None and key != found.key and self.likely(f"{key} {words}")
        ]

    def probes(self) -> Sequence[Probe]:
        from crawler.questions import fda_safety

        return fda_safety.probes(self)

    def likely(self, text: str) -> bool:
        """Whether an address or the words of a link have one of the words that lead to our documents."""
        return says(text, self.options.get("words", WORDS))


def _bare(url: str) -> str:
    found = parts_of(url)
    return f"{found.scheme}://{found.netloc}{found.path}"
