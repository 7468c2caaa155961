"""What is not known for certain about FDA's file of guidance documents, its PDF files and what was withdrawn."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser

from crawler.pages import LayoutError
from crawler.probes import Finding, Judge, Probe, proved, validators_judge
from crawler.source import ListRequest, Source
from store.archive import Answer
from store.records import Part

A_FILE = "https://www.fda.gov/media/109176/download"
WITHDRAWN = "https://www.fda.gov/drugs/guidances-drugs/withdrawn-and-expired-guidances-drugs"
STATUS = "field_final_guidance_1"


def probes(source: Source) -> Sequence[Probe]:
    """The open questions about this source. All of them inform; none is needed for a crawl."""
    whole = source.lists()[0]
    file = ListRequest(A_FILE, net="file")
    asked: tuple[tuple[str, ListRequest, Judge], ...] = (
        ("rows and fields of the file", whole, proved(source, Part.LIST, rows_and_fields)),
        ("validators of the file", whole, validators_judge(source, whole)),
        ("a PDF file", file, proved(source, Part.FILE, kind_of_file)),
        ("validators of a PDF file", file, validators_judge(source, file)),
        ("list of withdrawn guidance", ListRequest(WITHDRAWN), proved(source, Part.LIST, rows_of_tables)),
    )
    return [Probe(source.name, question, request, judge) for question, request, judge in asked]


def rows_and_fields(answer: Answer) -> Finding:
    """How many documents there are, what each row says, and which statuses occur."""
    try:
        rows = json.loads(answer.body)
    except ValueError as error:
        raise LayoutError(f"{answer.url}: no JSON: {error}") from error
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], dict):
        return Finding(None, f"{answer.body[:60]!r}, expected a list of rows")
    statuses = Counter(str(row.get(STATUS, "")).strip() or "none" for row in rows if isinstance(row, dict))
    counted = ", ".join(f"{status} {count}" for status, count in statuses.most_common(6))
    return Finding(None, f"{len(rows)} rows ({counted}) with {', '.join(sorted(rows[0]))}")


def kind_of_file(answer: Answer) -> Finding:
    """What a file's address answers with, by how many redirects."""
    kind = "a PDF" if answer.body.startswith(b"%PDF-") else f"no PDF ({answer.body[:20]!r})"
    by = f", by way of {answer.redirects[-1]}" if answer.redirects else ", without a redirect"
    return Finding(None, f"{kind} of {len(answer.body)} bytes as {answer.header('content-type') or 'no type'}{by}")


def rows_of_tables(answer: Answer) -> Finding:
    """How many rows the tables of a page have, and under which headings."""
    page = LexborHTMLParser(answer.body)
    headings = [re.sub(r"\s+", " ", node.text()).strip() for node in page.css("table th")]
    return Finding(None, f"{len(page.css('table tbody tr'))} rows under {', '.join(headings[:8]) or 'no headings'}")
