"""FDA guidance documents: the one list behind the search page, the documents' pages and their PDF files.

Site notes
----------
* The search page fills its table from one static JSON file of about 3.7 MB, without paging: an array of objects whose
  values are strings with markup. No raw page of a document is recorded: what proves a page is strict (title, main),
  what only adds a fact may be missing.
* A document's identity is the last part of its path. Its PDF stands at `/media/NUMBER/download`; eight numbers belong
  to two documents each, and a number may be given another file.
* 556 of 2,794 rows (February 2026) have no PDF in the list; the page may lead to one. The size behind the link is no
  fact: it is rounded, and "1 MB" stands where nobody knew it.
* Finalising flips status, date or PDF of the same row, or comes as a new row while the old one vanishes. A withdrawn
  document leaves the list without a word; 0 rows say "Withdrawn".
* `changed` moves for edits of no substance, 244 rows on one day: it is a reason to look again, and no more than that.
* `field_comment_close_date` stays on documents that became final, where it means nothing any longer. On a draft it is
  the date up to which comments are considered; they may be sent at any time (21 CFR 10.115(g)(5)).
* `field_issue_datetime` is empty on 18 rows, and was seen as 01/01/1900 where nobody knew it.
* Docket numbers are typed by hand: en dashes, blanks, full stops, "Docket No.", "None found", a document's number
  behind the docket's, two of them in one cell.
* Offices are separated by `<br><br>`. Topics are separated by commas and contain commas: they stay as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler import dates
from crawler.fda_article import FdaArticle
from crawler.likely import says
from crawler.pages import EntryPage, LayoutError, entry_content
from crawler.source import Found, ListPage, ListRequest, Source
from crawler.text import blocks, inline, is_hidden
from store.addresses import joined, parts_of
from store.archive import Answer
from store.normal import clean
from store.records import Block, Material, Part, Reading

if TYPE_CHECKING:
    from crawler.probes import Probe

SITE = "https://www.fda.gov"
DOCUMENTS = "/regulatory-information/search-fda-guidance-documents/"
INDEX = f"{SITE}/files/api/datatables/static/search-for-guidance.json"
KEYS = frozenset(
    {
        "title",
        "field_associated_media_2",
        "field_issue_datetime",
        "field_issuing_office_taxonomy",
        "term_node_tid",
        "field_final_guidance_1",
        "open-comment",
        "field_comment_close_date",
        "field_docket_number",
        "field_communication_type",
        "field_regulated_product_field",
        "changed",
    }
)
"""What every row has. Further keys are no alarm: there are some that are read from another."""
UNKNOWN_DATE = "1900-01-01"
NO_DOCKET = "none found"
LIKELY = (
    "exosom",
    "vesicle",
    "regenerative",
    "hct/p",
    "human cells, tissues",
    "tissue-based",
    "tissue practice",
    "cell-based",
    "stem cell",
    "cell therapy",
    "cellular",
    "gene therapy",
    "allogeneic",
    "minimal manipulation",
    "surgical procedure exception",
    "mandatory cosmetics recalls",
    "records access authority",
)
_MEDIA = re.compile(r"/media/(\d+)(?:/download)?/?$")
_DASHES = re.compile("[‐‑‒–—−]")
_DOCKET = re.compile(r"FDA[\s-]*(\d{4})\s*-\s*([A-Z])\s*-\s*(\d{4})", re.IGNORECASE)
_BREAKS = re.compile(r"(?:\s*<br\s*/?>\s*)+", re.IGNORECASE)


class GuidancePage(FdaArticle):
    """A document's page: what FDA says of it above the file."""

    fields = ("docket", "issued_by", "kind")

    def title(self) -> str:
        return self.heading_words() or super().title()

    def docket(self) -> str:
        return docket(self.fact("docket number"))

    def issued_by(self) -> str:
        return self.fact("issued by")

    def number(self) -> str:
        return self.docket().partition(",")[0]

    def blocks(self) -> tuple[Block, ...]:
        """The text of the main column. The facts in its definition lists are fields."""
        return blocks([self.main], skip=_is_facts)

    def media(self) -> str:
        """The number of the PDF that the page leads to first; "" where it leads to none."""
        for link in self.all("a[href]", inside=self.article):
            if found := _MEDIA.search((link.attributes.get("href") or "").partition("?")[0]):
                return found[1]
        return ""


class GuidanceEntry(EntryPage):
    """A document's row in the list: status, dates, docket and the number of its PDF."""

    fields = (
        "status",
        "issued",
        "docket",
        "centers",
        "topics",
        "products",
        "media",
        "comments_open",
        "comments_due",
        "communication_type",
    )
    stamps = ("changed",)

    def number(self) -> str:
        return self.row.get("docket", "").partition(",")[0] or self.row.get("media", "")

    def published(self) -> tuple[str, str]:
        stated = dates.iso(self.row.get("issued", ""))
        return (stated, "issued") if stated else ("", "")


class FdaGuidance(Source):
    """Guidance documents, drafts and final, with compliance policy guides and letters to industry."""

    name = "fda_guidance"
    regulator = "FDA"
    title = "FDA guidance documents"
    listing = f"{SITE}/regulatory-information/search-fda-guidance-documents"
    hosts = ("www.fda.gov",)
    page = GuidancePage
    entry = GuidanceEntry
    parts = (Part.PAGE, Part.FILE)

    def lists(self) -> Sequence[ListRequest]:
        """The whole list is one request."""
        headers = (("Accept", "application/json"), ("Referer", self.listing))
        return [ListRequest(self.options.get("index", INDEX), headers=headers)]

    def read_list(self, request: ListRequest, answer: Answer) -> ListPage:
        rows = _rows(answer)
        watched = {found.key for found in self.watched()}
        found: list[Found] = []
        for row in rows:
            key, media = row.pop("key"), row.get("media")
            rank = 0 if key in watched else self._rank(row)
            found.append(Found(key, f"{SITE}{DOCUMENTS}{key}", entry_content(row), rank))
            if media:
                found.append(Found(key, file_url(media), rank=rank, part=Part.FILE))
        return ListPage(tuple(found), rows=len(rows))

    def _rank(self, row: Mapping[str, str]) -> int:
        """What is about products of our kind first, then the centre that regulates them."""
        said = " ".join(row.get(name, "") for name in ("title", "topics"))
        if says(said, self.options.get("likely", LIKELY)):
            return 1
        ours = re.search(r"CBER|Biologics Evaluation", row.get("centers", ""))
        return 3 if ours or "Biologics" in row.get("products", "") else 5

    def probes(self) -> Sequence[Probe]:
        from crawler.questions import fda_guidance

        return fda_guidance.probes(self)

    def key(self, url: str) -> str | None:
        found = parts_of(url)
        slug = found.path.removeprefix(DOCUMENTS).strip("/")
        mine = found.hostname in self.hosts and found.path.startswith(DOCUMENTS)
        return slug if mine and slug and "/" not in slug else None

    def children(self, found: Found, reading: Reading, material: Material) -> Sequence[Found]:
        """The PDF that a page leads to: the list does not name all of them."""
        media = self.page_of(material, GuidancePage).media() if material.part is Part.PAGE else ""
        return [Found(found.key, file_url(media), rank=found.rank, part=Part.FILE)] if media else ()


def file_url(media: str) -> str:
    """Where the PDF of this number stands."""
    return f"{SITE}/media/{media}/download"


def docket(said: str) -> str:
    """The docket numbers in a cell, in FDA's own form, separated by commas; what has another form stays as it is.

    >>> docket(" FDA–2008–D–0659. ")
    'FDA-2008-D-0659'
    >>> docket("FDA-2020-D-1977-0001"), docket("2005D-0004"), docket("None found")
    ('FDA-2020-D-1977', '2005D-0004', '')
    """
    plain = _DASHES.sub("-", clean(said))
    numbers = (f"FDA-{year}-{kind.upper()}-{number}" for year, kind, number in _DOCKET.findall(plain))
    if found := list(dict.fromkeys(numbers)):
        return ", ".join(found)
    return "" if plain.lower() == NO_DOCKET else plain.strip(" .")


def _is_facts(node: LexborNode) -> bool:
    return node.tag == "dl" or is_hidden(node)


def _rows(answer: Answer) -> list[dict[str, str]]:
    try:
        data: Any = json.loads(answer.body)
    except ValueError as error:
        raise LayoutError(f"{answer.url}: no JSON where the list of guidance is expected: {error}") from error
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise LayoutError(f"{answer.url}: expected an array of objects, the rows of the list")
    if not data:
        raise LayoutError(f"{answer.url}: a list of 0 documents, expected some: FDA's list was never empty")
    for row in data:
        missing = sorted(KEYS - row.keys())
        if missing:
            raise LayoutError(f"{answer.url}: a row without {', '.join(missing)}: {str(row.get('title'))[:120]!r}")
        odd = next((name for name in sorted(KEYS) if not isinstance(row[name], str)), "")
        if odd:
            raise LayoutError(f"{answer.url}: {odd} is {row[odd]!r:.80}, expected a string")
    return [_row(answer.url, row) for row in data]


def _row(url: str, cells: Mapping[str, str]) -> dict[str, str]:
    """One row in our words."""
    status = clean(cells["field_final_guidance_1"])
    due = _date(cells["field_comment_close_date"])
    return {
        "key": _slug(url, cells["title"]),
        "title": _text(cells["title"]),
        "status": status,
        "issued": _date(cells["field_issue_datetime"]),
        "docket": docket(_text(cells["field_docket_number"])),
        "centers": "; ".join(filter(None, map(_text, _BREAKS.split(cells["field_issuing_office_taxonomy"])))),
        "topics": _text(cells["term_node_tid"]),
        "products": _text(cells["field_regulated_product_field"]),
        "media": _media(url, cells["field_associated_media_2"]),
        "comments_open": clean(cells["open-comment"]),
        "comments_due": "" if status == "Final" else due,
        "communication_type": _text(cells["field_communication_type"]),
        "changed": _moment(cells["changed"]),
    }


def _text(cell: str) -> str:
    """The words of a cell; most hold no markup."""
    if "<" not in cell and "&" not in cell:
        return clean(cell)
    body = LexborHTMLParser(f"<div>{cell}</div>").body
    return inline(body) if body else ""


def _date(cell: str) -> str:
    """A date, as it stands where it is none; "" for a date that says that nobody knew it."""
    said = _text(cell)
    stated = dates.american(said) or said
    return "" if stated == UNKNOWN_DATE else stated


def _moment(cell: str) -> str:
    found = re.search(r'datetime="([^"]+)"', cell)
    return found.group(1) if found else _text(cell)


def _slug(url: str, cell: str) -> str:
    found = re.search(r'href="([^"]+)"', cell)
    path = parts_of(joined(SITE, found[1])).path if found else ""
    slug = path.removeprefix(DOCUMENTS).strip("/")
    if not path.startswith(DOCUMENTS) or not slug or "/" in slug:
        raise LayoutError(f"{url}: a row whose title leads to no guidance document: {cell[:120]!r}")
    return slug


def _media(url: str, cell: str) -> str:
    """The number of the PDF; a cell that holds anything else is none that we know."""
    if not clean(cell):
        return ""
    found = re.search(r'href="(?:https://www\.fda\.gov)?/media/(\d+)(?:/download)?[^"]*"', cell)
    if not found:
        raise LayoutError(f"{url}: a cell for the PDF without its address: {cell[:120]!r}")
    return found[1]
