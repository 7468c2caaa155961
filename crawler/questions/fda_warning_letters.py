"""What is not known for certain about FDA's list of warning letters and its pages."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from crawler.pages import LayoutError
from crawler.probes import (
    Finding,
    Judge,
    Probe,
    is_a_feed,
    page_probe,
    proved,
    reading_judge,
    saying,
    validators_judge,
    way_of,
)
from crawler.source import Found, ListPage, ListRequest, Source
from store.addresses import joined, parts_of
from store.archive import Answer
from store.records import Part, Reading

SITE = "https://www.fda.gov"
LETTERS = f"{SITE}/inspections-compliance-enforcement-and-criminal-investigations/warning-letters/"
KNOWN = (
    "dynamic-stem-cell-therapy-712579-02112026",
    "new-life-medical-services-llc-711102-09242025",
    "platinum-biologics-llc-705090-08152025",
    "innate-healthcare-institute-695592-08152025",
    "supreme-rejuvenation-llc-700749-05052025",
    "chara-biologics-inc-698004-01172025",
    "evolutionary-biologics-inc-681586-12302024",
    "kimera-labs-inc-649343-09012023",
)
"""Letters whose text speaks of exosomes, while their rows in the list do not."""
A_LETTER = f"{LETTERS}chara-biologics-inc-698004-01172025"
A_CLOSE_OUT = f"{LETTERS}cellera-llc-618209-07212022"
EXPORT = "/datatables-data?page&_format=xlsx"
FEED = f"{SITE}/about-fda/contact-fda/stay-informed/rss-feeds/warning-letters/rss.xml"
SITEMAP = f"{SITE}/sitemap.xml"
LONG = 1000
_SHEET_LIMIT = 64 * 1024 * 1024


def probes(source: Source) -> Sequence[Probe]:
    """The open questions about this source. Most inform; none is needed for a crawl."""
    whole = source.lists()[-1]
    search = saying(whole, search_api_fulltext="exosome")
    letter = ListRequest(A_LETTER, net="page")
    lately = saying(whole, field_change_date_2="1")
    export = ListRequest(source.listing + EXPORT, headers=(("X-Requested-With", "XMLHttpRequest"),))
    asked: tuple[tuple[str, ListRequest, Judge], ...] = (
        ("form of the list's answer", whole, proved(source, Part.LIST, form_of_the_answer)),
        ("cells for response, close-out, excerpt", whole, proved(source, Part.LIST, _last_cells(source))),
        (f"{LONG} rows at once", saying(whole, length=str(LONG)), proved(source, Part.LIST, _longest)),
        ("search for 'exosome'", search, proved(source, Part.LIST, _search(source, search))),
        ("filter field_change_date_2=1", lately, proved(source, Part.LIST, _posted_lately(source, lately))),
        ("the list's page names our view", ListRequest(source.listing), proved(source, Part.LIST, _view(whole))),
        ("a letter known to mention exosomes", letter, reading_judge(source, _mentions)),
        ("validators on a letter", letter, validators_judge(source, letter)),
        ("a close-out letter", ListRequest(A_CLOSE_OUT, net="page"), reading_judge(source, _is_close_out)),
        ("export as XLSX", export, proved(source, Part.LIST, rows_of_the_export)),
        ("feed", ListRequest(FEED), proved(source, Part.LIST, is_a_feed)),
        ("sitemap", ListRequest(SITEMAP), proved(source, Part.LIST, pages_of_the_sitemap)),
    )
    return [Probe(source.name, question, request, judge) for question, request, judge in asked]


# The list


def form_of_the_answer(answer: Answer) -> Finding:
    """A DataTables object or a Drupal command list, and whether it states its totals."""
    data = _json(answer)
    if isinstance(data, dict):
        totals = [f"{name} {data[name]}" for name in ("recordsTotal", "recordsFiltered") if name in data]
        return Finding(None, f"a DataTables object with {', '.join(totals) or 'no totals'}")
    if isinstance(data, list):
        named = sorted({str(command.get("command")) for command in data if isinstance(command, dict)})
        return Finding(None, f"a Drupal command list: {', '.join(named)}; it states no totals")
    return Finding(None, f"neither an object nor a list: {answer.body[:60]!r}")


def _last_cells(source: Source) -> Judge:
    """The markup of the cells of which no example is on record; a closed letter's page is asked for its link."""

    def judge(answer: Answer) -> Finding:
        rows = _cells(answer)
        if not rows:
            return Finding(None, "no DataTables rows to look at")
        told = []
        for number, name in ((5, "response"), (6, "close-out"), (7, "excerpt")):
            example = next((row[number] for row in rows if len(row) > number and row[number].strip()), "")
            told.append(f"{name}: {example.strip()[:160]!r}" if example else f"{name}: empty in all rows")
        closed = next((row for row in rows if len(row) > 6 and row[6].strip()), None)
        address = _link(closed[2]) if closed else ""
        key = source.key(address) if address else None
        follow = (page_probe(source, Found(key, address), "link to the close-out", _links_to_close_out),) if key else ()
        return Finding(None, "; ".join(told), follow)

    return judge


def _links_to_close_out(answer: Answer) -> Finding:
    """Whether a letter that was closed out links to the letter that says so."""
    links = [node.attributes.get("href") or "" for node in LexborHTMLParser(answer.body).css("#main-content a[href]")]
    path = parts_of(answer.url).path
    number = re.search(r"-(\d{6})-", path)
    others = (link for link in links if (place := joined(answer.url, link)) and parts_of(place).path != path)
    same = [link for link in others if number and number[1] in link]
    return Finding(None, f"{answer.url} links to {same[0]}" if same else f"{answer.url}: no link to a close-out letter")


def _longest(answer: Answer) -> Finding:
    """Whether the site gives as many rows at once as are asked for."""
    rows, declared = len(_cells(answer)), _declared(answer)
    if declared is not None and declared < LONG:
        return Finding(None, f"{rows} rows came, and there are only {declared}")
    return Finding(None, f"asked for {LONG} rows at once, {rows} came")


def _search(source: Source, request: ListRequest) -> Judge:
    """Whether the site's search looks into the letters, and whether it knows the plural."""

    def judge(answer: Answer) -> Finding:
        page = _page(source, request, answer)
        if page.more:
            return Finding(None, f"{page.rows} letters and more: the word seems to be ignored")
        found = {letter.url for letter in page.found}
        known = [slug for slug in KNOWN if LETTERS + slug in found]
        plural = saying(request, search_api_fulltext="exosomes")
        compared = proved(source, Part.LIST, _plural(source, plural, found))
        told = f"{len(found)} letters; of {len(KNOWN)} known ones that say it in their text only, it finds {len(known)}"
        return Finding(None, told, (Probe(source.name, "search for 'exosomes'", plural, compared),))

    return judge


def _plural(source: Source, request: ListRequest, singular: set[str]) -> Judge:
    def judge(answer: Answer) -> Finding:
        found = {letter.url for letter in _page(source, request, answer).found}
        if found == singular:
            return Finding(None, f"the same {len(found)} letters as for 'exosome': the search treats both as one word")
        return Finding(None, f"{len(found)} letters, {len(found & singular)} of them found for 'exosome' too")

    return judge


def _posted_lately(source: Source, request: ListRequest) -> Judge:
    """What the filter that browsers send stands for: by the span of the dates that it lets through."""

    def judge(answer: Answer) -> Finding:
        posted = sorted(
            json.loads(found.content).get("posted", "")
            for found in _page(source, request, answer).found
            if found.content
        )
        span = f", posted from {posted[0]} to {posted[-1]}" if posted else ""
        return Finding(None, f"{len(posted)} rows{span}")

    return judge


def _view(request: ListRequest) -> Judge:
    """Whether the page of the list still names the view that we ask for."""
    wanted = request.parameters["view_name"]

    def judge(answer: Answer) -> Finding:
        settings = LexborHTMLParser(answer.body).css_first("script[data-drupal-selector=drupal-settings-json]")
        if settings is None:
            return Finding(None, "no drupal-settings-json in the page of the list")
        try:
            views = json.loads(settings.text())["datatables"]
            named = {view["ajax"]["data"]["view_name"]: str(view["ajax"].get("url")) for view in views.values()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return Finding(None, f"the page's settings name no DataTables view: {error!r}")
        if wanted not in named:
            return Finding(False, f"the page names {', '.join(named)}, and we ask for {wanted}")
        return Finding(True, f"{wanted}, filled from {named[wanted]}")

    return judge


# The pages


def _mentions(reading: Reading, answer: Answer) -> Finding:
    count = len(re.findall("exosom", reading.text, re.IGNORECASE))
    return Finding(count > 0, f"reads: {reading.title!r}, {len(reading.blocks)} blocks, 'exosom' {count} times")


def _is_close_out(reading: Reading, answer: Answer) -> Finding:
    label = reading.fields.get("letter_type", "")
    return Finding(None, f"reads: {reading.title!r}, labelled {label!r}, number {reading.number or 'none'}")


# Other ways in


def rows_of_the_export(answer: Answer) -> Finding:
    """How many letters the site's own spreadsheet holds; by its sheet's rows, without the heading."""
    try:
        with zipfile.ZipFile(BytesIO(answer.body)) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
            rows = sheet.read(_SHEET_LIMIT).count(b"<row ")
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError) as error:
        return Finding(None, f"{len(answer.body)} bytes that are no workbook: {error}")
    return Finding(None, f"{max(0, rows - 1)} letters in {len(answer.body)} bytes")


def pages_of_the_sitemap(answer: Answer) -> Finding:
    """How many pages the sitemap has."""
    if b"<sitemapindex" in answer.body[:2000]:
        return Finding(None, f"{answer.body.count(b'<sitemap>')} pages of addresses")
    return Finding(None, f"one page of {answer.body.count(b'<loc>')} addresses")


# Small things


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise LayoutError(f"{answer.url}: no JSON: {error}") from error


def _cells(answer: Answer) -> list[list[str]]:
    data = _json(answer)
    rows = data.get("data") if isinstance(data, Mapping) else None
    return [[str(cell) for cell in row] for row in rows if isinstance(row, list)] if isinstance(rows, list) else []


def _declared(answer: Answer) -> int | None:
    data = _json(answer)
    total = data.get("recordsFiltered", data.get("recordsTotal")) if isinstance(data, Mapping) else None
    return int(total) if total is not None and str(total).isdigit() else None


def _page(source: Source, request: ListRequest, answer: Answer) -> ListPage:
    return source.read_list(way_of(request, answer), answer)


def _link(cell: str) -> str:
    node = LexborHTMLParser(cell).css_first("a[href]")
    return SITE + (node.attributes.get("href") or "") if node is not None else ""
