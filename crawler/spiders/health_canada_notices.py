"""Health Canada notices and consultations on www.canada.ca, in English and French.

Site notes
----------
* The exosome notice stands under `/en/health-canada/programs/`, not with the drugs: a crawl of one section misses it.
  A watch list names the known pages; their children, their twins in the other language, the section sitemaps and the
  news feed find the rest. The site's search is filled in by scripts and forbidden by robots.txt.
* Every answer differs in bytes (scripts of the delivery network, line ends, page references); `<main>` does not.
* "Date modified" is typed by editors: it may stay when the text changes and move when it does not.
* A page can be served whole but for its table, with "There is a problem in rendering" in it. It was back a day later.
* The date stands in `gcds-date-modified`, on older pages in `dl#wb-dtmd time`.
* Slugs differ wholly between the languages: the twin is what the page itself names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborNode

from crawler import dates
from crawler.likely import says
from crawler.pages import DocumentPage, LayoutError
from crawler.source import Found, ListPage, ListRequest, Source
from crawler.text import blocks, inline, is_hidden
from store.addresses import joined, parts_of
from store.archive import Answer
from store.records import Block, Material, Reading

if TYPE_CHECKING:
    from crawler.probes import Probe

SITE = "https://www.canada.ca"
SECTIONS = ("/en/health-canada/", "/fr/sante-canada/")
SITEMAPS = (
    "https://www.canada.ca/en/health-canada/programs.sitemap.xml",
    "https://www.canada.ca/fr/sante-canada/programmes.sitemap.xml",
)
NEWS = (
    "https://api.io.canada.ca/io-server/gc/news/en/v2?dept=departmentofhealth&sort=publishedDate&orderBy=desc&pick=100",
    "https://api.io.canada.ca/io-server/gc/news/fr/v2?dept=departmentofhealth&sort=publishedDate&orderBy=desc&pick=100",
)
WORDS = ("exosom", "vesicle", "vesicul", "conditioned", "conditionn", "secretom")
FURNITURE = frozenset({"pagedetails", "gc-pft", "gc-archv", "wb-disable-allow", "fn-rtn"})
"""Classes of what stands in `<main>` and is no text: details, feedback, banners, the way back from a footnote."""
BROKEN = "There is a problem in rendering"

_STATUS = re.compile(r"(?:current status|état actuel|statut actuel|statut)\s*:\s*([\w-]+)", re.IGNORECASE)
_FILE = re.compile(r"(?:our file number|file number|notre numéro de dossier|numéro de dossier)\s*:\s*([\w-]+)", re.I)
_DATE = dates.WRITTEN
_SPAN = re.compile(
    rf"(?:opened on|ran from|(?:lancée|ouverte|commencé|déroulée|tenue) (?:le|du)) ({_DATE})\W.{{0,80}}?"
    rf"(?:close\w* to new input on|to|au|le) ({_DATE})",
    re.IGNORECASE,
)


class Notice(DocumentPage):
    """A page in the Government of Canada's layout: what stands in `<main>`, without its furniture."""

    fields = ("status", "file_number", "opened", "closes", "issued", "archived")
    stamps = ("modified",)

    def __init__(self, material: Material) -> None:
        super().__init__(material)
        self.main = self.one("main[property=mainContentOfPage]")
        self.heading = self.one("h1#wb-cont")
        self._blocks = blocks([self.main], skip=_is_furniture)
        # Status, numbers and dates stand in the first lines; a page of a thousand rows need not be searched whole.
        self._opening = "\n".join(block.text for block in self._blocks[:40])

    def title(self) -> str:
        return self.as_title(inline(self.heading), "h1#wb-cont")

    def blocks(self) -> tuple[Block, ...]:
        return self._blocks

    def status(self) -> str:
        found = _STATUS.search(self._opening)
        return found[1].capitalize() if found else ""

    def file_number(self) -> str:
        found = _FILE.search(self._opening)
        return found[1] if found else ""

    def opened(self) -> str:
        return self._span()[0]

    def closes(self) -> str:
        return self._span()[1]

    def _span(self) -> tuple[str, str]:
        """The first and last day on which input was or is taken."""
        found = _SPAN.search(self._opening)
        return (dates.written(found[1]), dates.written(found[2])) if found else ("", "")

    def issued(self) -> str:
        return dates.iso(self.meta("dcterms.issued"))

    def archived(self) -> str:
        return "yes" if self.all("section.gc-archv, section#archived") else ""

    def modified(self) -> str:
        for selector in ("gcds-date-modified", "dl#wb-dtmd time[property=dateModified]"):
            for node in self.all(selector):
                if stated := dates.iso(inline(node)):
                    return stated
        return dates.iso(self.meta("dcterms.modified"))

    def number(self) -> str:
        return self.file_number()

    def published(self) -> tuple[str, str]:
        stated = self.issued()
        return (stated, "issued") if stated else ("", "")

    def pair(self) -> str:
        other = "fr" if self.language() == "en" else "en"
        stated = self.attribute(f'link[rel=alternate][hreflang="{other}"]', "href")
        return joined(self.url, stated) if stated else ""

    def problem(self) -> str:
        if BROKEN in self.markup and BROKEN in (self.main.html or ""):
            return f"the page says “{BROKEN}”"
        return ""

    def links(self) -> list[str]:
        """The addresses that the document's own text links to, without fragments."""
        found = (node.attributes.get("href") or "" for node in self.all("a[href]", inside=self.main))
        addresses = (joined(self.url, href).partition("#")[0] for href in found)
        return list(dict.fromkeys(filter(None, addresses)))


class HealthCanadaNotices(Source):
    """Notices, consultations and statements of Health Canada that stand outside the recall site."""

    name = "health_canada_notices"
    regulator = "Health Canada"
    title = "Health Canada notices and consultations"
    listing = "https://www.canada.ca/en/health-canada.html"
    hosts = ("www.canada.ca", "api.io.canada.ca")
    page = Notice

    def lists(self) -> Sequence[ListRequest]:
        sitemaps = self.options.get("sitemaps", SITEMAPS)
        news = self.options.get("news", NEWS)
        return [
            *(ListRequest(url, net="sitemap", optional=True) for url in sitemaps),
            *(ListRequest(url, net="feed", optional=True) for url in news),
        ]

    def read_list(self, request: ListRequest, answer: Answer) -> ListPage:
        return _sitemap(self, answer) if request.net == "sitemap" else _news(self, answer)

    def key(self, url: str) -> str | None:
        found = parts_of(url)
        mine = found.hostname == "www.canada.ca" and found.path.startswith(SECTIONS)
        return found.path if mine and found.path.endswith(".html") else None

    def children(self, found: Found, reading: Reading, material: Material) -> Sequence[Found]:
        """The pages below a watched or likely one, those it links to by one of our words, and its French twin."""
        below = parts_of(found.url).path.removesuffix(".html") + "/"
        page = self.page_of(material, Notice)
        links = [link for link in page.links() if parts_of(link).path.startswith(below) or self.likely(link)]
        return [Found(key, link, rank=1) for link in (*links, page.pair()) if (key := self.key(link)) is not None]

    def probes(self) -> Sequence[Probe]:
        from crawler.questions import health_canada_notices

        return health_canada_notices.probes(self)

    def likely(self, text: str) -> bool:
        """Whether a slug or a title has one of the words that lead to our documents."""
        return says(text, self.options.get("words", WORDS))


def _is_furniture(node: LexborNode) -> bool:
    attributes = node.attributes
    if attributes.get("id") in ("wb-cont", "archived"):
        return True
    classes = (attributes.get("class") or "").split()
    return not FURNITURE.isdisjoint(classes) or node.tag in ("header", "footer") or is_hidden(node)


def _sitemap(source: HealthCanadaNotices, answer: Answer) -> ListPage:
    """The pages of a section whose address has one of our words."""
    from parsel import Selector

    tree = Selector(body=answer.body, type="xml")
    tree.remove_namespaces()
    addresses = [address.strip() for address in tree.xpath("//url/loc/text()").getall()]
    if not addresses:
        raise LayoutError(f"{answer.url}: a sitemap without addresses, expected 'url/loc'")
    found = (Found(key, url, rank=2) for url in addresses if source.likely(url) and (key := source.key(url)))
    return ListPage(tuple(found), rows=len(addresses))


def _news(source: HealthCanadaNotices, answer: Answer) -> ListPage:
    """The news items whose title or teaser has one of our words and that lead to a page of ours."""
    try:
        entries = json.loads(answer.body)["feed"]["entry"]
    except (ValueError, KeyError, TypeError) as error:
        raise LayoutError(f"{answer.url}: no 'feed.entry' in the news answer: {error!r}") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise LayoutError(f"{answer.url}: 'feed.entry' is {entries!r:.80}, expected a list of news items")
    found = []
    for entry in entries:
        link = entry.get("link")
        url = joined(SITE, link) if isinstance(link, str) else ""
        if source.likely(f"{entry.get('title')} {entry.get('teaser')}") and (key := source.key(url)):
            found.append(Found(key, url, rank=2))
    return ListPage(tuple(found), rows=len(entries))
