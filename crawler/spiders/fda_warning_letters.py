"""FDA warning letters: the DataTables list and the letter pages.

Site notes
----------
* The list's page holds an empty table; its rows come from a DataTables endpoint as JSON, `start`/`length` counting
  rows (`page` is ignored). Which of the endpoints answers has changed: they are asked in order. An endpoint may also
  answer with a Drupal command list whose `insert` command holds the table as HTML.
* Posted and issue date are `MM/DD/YYYY` in the text of `<time>`; the attribute is UTC and a day late on some rows.
* Offset paging repeats one row and skips another where posted dates tie; rows are told apart by address.
* A letter's identity is its path on www.fda.gov: two pages name another host in their canonical link, pairs of letters
  share a node number, and a MARCS-CMS number can belong to two companies.
* The body of a letter has no wrapper: it is what follows the first `<hr>` after the recipient's row.
* `article:published_time` was rewritten in bulk in March 2025; it dates nothing.
* The server-side search is not known to stem or to cover the body, so it only decides what is read first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler import dates
from crawler.fda_article import FdaArticle
from crawler.likely import says
from crawler.pages import EntryPage, LayoutError, entry_content, following
from crawler.source import Found, ListPage, ListRequest, Source
from crawler.text import blocks, inline
from store.addresses import joined, parts_of
from store.archive import Answer
from store.records import Block

if TYPE_CHECKING:
    from crawler.probes import Probe

SITE = "https://www.fda.gov"
LETTERS = "/inspections-compliance-enforcement-and-criminal-investigations/warning-letters/"
LISTING = (
    f"{SITE}/inspections-compliance-enforcement-and-criminal-investigations/compliance-actions-and-activities/"
    "warning-letters"
)
NOT_LETTERS = frozenset({"about-warning-and-close-out-letters"})
COLUMNS = ("posted", "issued", "company", "issuing_office", "subject", "response", "closeout")
LENGTH = 500
ENDPOINTS = ("GET /datatables/views/ajax", "POST /datatables/views/ajax", "POST /views/ajax")
LIKELY = ("exosom", "regenerat", "stem cell", "biologic", "vesicle", "unapproved new drug")


class WarningLetter(FdaArticle):
    """A letter's page: the facts above the rule, the letter below it."""

    fields = (
        "company",
        "recipient",
        "issuing_office",
        "marcs_cms",
        "reference",
        "delivery_method",
        "product",
        "issued",
        "letter_type",
    )

    def title(self) -> str:
        return self.company()

    def company(self) -> str:
        name = self.heading_words()
        if not name:
            raise LayoutError(f"{self.url}: no company in 'h1.content-title', expected its first text")
        return name

    def marcs_cms(self) -> str:
        found = re.search(r"MARCS-CMS\s+(\d+)", inline(self.heading))
        return found[1] if found else ""

    def issued(self) -> str:
        moment = self.maybe("time[datetime]", self.heading)
        return dates.iso(moment.attributes.get("datetime") or "") if moment else ""

    def letter_type(self) -> str:
        label = self.maybe("p.content-type-label", self.article)
        return inline(label).capitalize() if label else ""

    def delivery_method(self) -> str:
        return self.fact("delivery method")

    def reference(self) -> str:
        return self.fact("reference #")

    def product(self) -> str:
        return self.fact("product")

    def issuing_office(self) -> str:
        return self.fact("issuing office")

    def recipient(self) -> str:
        """Name and title, as far as the page gives them."""
        selectors = ("field--name-field-recipient-name", "field--name-field-recipient-title")
        items = (self.all(f".{name} .field--item", inside=self.main) for name in selectors)
        return ", ".join(inline(found[0]) for found in items if found)

    def number(self) -> str:
        return self.marcs_cms()

    def blocks(self) -> tuple[Block, ...]:
        return blocks(self._body(), bold_headings=True)

    def _body(self) -> list[LexborNode]:
        """The siblings after the first rule that follows the recipient's row; how many rules precede it varies."""
        row = self.maybe(".row.inset-column", self.main)
        if row is None:
            raise LayoutError(f"{self.url}: no '.row.inset-column' (recipient and office), expected one")
        behind = following(row)
        if not any(node.tag == "hr" for node in behind):
            raise LayoutError(f"{self.url}: no 'hr' after the recipient, expected the rule above the letter")
        return list(behind)  # what is left of them stands below the rule


class WarningLetterEntry(EntryPage):
    """A letter's row in the list: the only place that states the posted, response and close-out dates."""

    fields = ("company", "issuing_office", "subject", "issued", "posted", "response", "closeout", "excerpt")

    def published(self) -> tuple[str, str]:
        stated = self.row.get("posted", "")
        return (stated, "posted") if stated else ("", "")


class FdaWarningLetters(Source):
    """Warning letters, with close-out and other letters that stand under the same path."""

    name = "fda_warning_letters"
    regulator = "FDA"
    title = "FDA warning letters"
    listing = LISTING
    hosts = ("www.fda.gov",)
    page = WarningLetter
    entry = WarningLetterEntry
    unlisted = (
        "CBER's untitled letters: no public list known, so none is looked for here.",
        "“It Has Come to Our Attention” letters: no public list known.",
    )

    def lists(self) -> Sequence[ListRequest]:
        """The searches for likely letters first, then the whole list."""
        searches = [self._request(0, search=word) for word in self.options.get("search", ())]
        return [*searches, self._request(0)]

    def _request(self, start: int, *, search: str = "", endpoint: int = 0) -> ListRequest:
        """One page of the list, from the first endpoint that answers."""
        endpoints = self.options.get("endpoints", ENDPOINTS)
        method, path = endpoints[endpoint].split()
        form = urlencode(
            {
                "view_name": "warning_letter_solr_index",
                "view_display_id": "warning_letter_solr_block",
                "search_api_fulltext": search,
                "draw": 1,
                "start": start,
                "length": self.options.get("length", LENGTH),
                "_drupal_ajax": 1,
                "_wrapper_format": "drupal_ajax",
            }
        )
        further = endpoint + 1 < len(endpoints)
        posted = method == "POST"
        headers = [("X-Requested-With", "XMLHttpRequest"), ("Referer", LISTING), ("Accept", "application/json")]
        if posted:
            headers.append(("Content-Type", "application/x-www-form-urlencoded"))
        return ListRequest(
            url=f"{SITE}{path}" + ("" if posted else f"?{form}"),
            net="search" if search else "list",
            method=method,
            headers=tuple(headers),
            body=form.encode() if posted else b"",
            optional=bool(search),
            fallback=self._request(start, search=search, endpoint=endpoint + 1) if further else None,
            cursor=start,
        )

    def read_list(self, request: ListRequest, answer: Answer) -> ListPage:
        declared, rows = _rows(answer)
        found = [self._found(row, request.net) for row in rows]
        seen = request.cursor + len(rows)
        search = request.parameters.get("search_api_fulltext", "")
        more: tuple[ListRequest, ...] = ()
        if rows and (declared is None or seen < declared):
            more = (self._request(seen, search=search, endpoint=self._endpoint(request)),)
        if not rows and request.cursor == 0 and not search:
            raise LayoutError(f"{answer.url}: a list of 0 letters, expected some: FDA's list was never empty")
        return ListPage(tuple(found), None if search else declared, more, rows=len(rows))

    def _endpoint(self, request: ListRequest) -> int:
        """Which of the endpoints this request went to: the rest of the list is asked there too."""
        wanted = f"{request.method} {urlsplit(request.url).path}"
        return list(self.options.get("endpoints", ENDPOINTS)).index(wanted)

    def _found(self, row: Mapping[str, str], net: str) -> Found:
        url = row["url"]
        key = self.key(url)
        if key is None:
            raise LayoutError(f"{url}: an address in the list of letters that is no letter's")
        likely = net == "search" or says(" ".join(row.values()), LIKELY)
        content = None if net == "search" else entry_content({**row, "title": row["company"]})
        return Found(key, url, content, rank=0 if net == "search" else 2 if likely else 5)

    def probes(self) -> Sequence[Probe]:
        from crawler.questions import fda_warning_letters

        return fda_warning_letters.probes(self)

    def key(self, url: str) -> str | None:
        found = parts_of(url)
        slug = found.path.removeprefix(LETTERS).strip("/")
        if found.hostname not in self.hosts or not found.path.startswith(LETTERS):
            return None
        return None if not slug or "/" in slug or slug in NOT_LETTERS else LETTERS + slug


def _rows(answer: Answer) -> tuple[int | None, list[dict[str, str]]]:
    """The declared total and the rows, from a DataTables object or a Drupal command list."""
    try:
        data: Any = json.loads(answer.body)
    except ValueError as error:
        raise LayoutError(f"{answer.url}: no JSON where the list of letters is expected: {error}") from error
    if isinstance(data, dict) and isinstance(data.get("data"), list):
        return _total(answer.url, data), [_row(answer.url, cells) for cells in data["data"]]
    if isinstance(data, list) and all(isinstance(command, dict) for command in data):
        markup = "".join(str(command.get("data") or "") for command in data if command.get("command") == "insert")
        tree = LexborHTMLParser(markup)
        if tree.css_first("table") is not None:
            # A table without rows is the end of the list: this form states no total.
            rows = [[cell.inner_html or "" for cell in row.css("td")] for row in tree.css("tbody tr")]
            return None, [_row(answer.url, cells) for cells in rows]
    raise LayoutError(f"{answer.url}: neither a DataTables object nor a Drupal command list with a table")


def _total(url: str, data: Mapping[str, Any]) -> int | None:
    """FDA's own count of the rows, where it gives one."""
    total = data.get("recordsFiltered", data.get("recordsTotal"))
    if total is not None and not str(total).isdigit():
        raise LayoutError(f"{url}: a total of {total!r}, expected a number")
    return int(total) if total is not None else None


def _row(url: str, cells: Sequence[str]) -> dict[str, str]:
    if not isinstance(cells, list) or not all(isinstance(cell, str) for cell in cells):
        raise LayoutError(f"{url}: a row {cells!r:.80}, expected a list of cells")
    if len(cells) < len(COLUMNS):
        raise LayoutError(f"{url}: a row of {len(cells)} cells, expected at least {len(COLUMNS)}")
    parsed = [LexborHTMLParser(f"<div>{cell}</div>") for cell in cells]
    texts = [inline(tree.body) if tree.body else "" for tree in parsed]
    row = dict(zip(COLUMNS, texts, strict=False))
    link = parsed[2].css_first("a[href]")
    if link is None:
        raise LayoutError(f"{url}: a row without a link to its letter: {texts[2]!r}")
    row["url"] = joined(SITE, link.attributes.get("href") or "")
    if not row["url"]:
        raise LayoutError(f"{url}: a row whose link is no address: {link.attributes.get('href')!r:.80}")
    row["issuing_office"] = row["issuing_office"].strip('" ')
    for name in ("posted", "issued", "response", "closeout"):
        row[name] = dates.american(row[name]) or row[name]
    if len(texts) > len(COLUMNS):
        row["excerpt"] = texts[len(COLUMNS)]
    return row
