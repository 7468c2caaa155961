"""What is not known for certain about the recall site: its two files, its search, its feeds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.probes import Finding, Judge, Probe, is_a_feed, named_shortly, proved, validators_judge
from crawler.source import ListRequest, Source
from store.archive import Answer
from store.records import Part

SITE = "https://recalls-rappels.canada.ca"
FEEDS = (f"{SITE}/en/feed/health-products-alerts-recalls", f"{SITE}/en/feed/medical-devices-alerts-recalls")
_EXOSOME = re.compile(rb"exosom|vesicul|extracellular vesicle", re.IGNORECASE)


def probes(source: Source) -> Sequence[Probe]:
    """The open questions about this source. All of them inform; none is needed for a crawl."""
    asked: list[tuple[str, ListRequest, Judge]] = []
    for request in source.lists():
        named = named_shortly(request)
        if request.net == "list":
            asked.append((f"exosomes in {named}", request, proved(source, Part.LIST, rows_that_mention)))
        else:
            asked.append((f"count on {named}", request, proved(source, Part.LIST, stated_count)))
    # The file in one language stands for both: each has some 20 MB, sent again where a conditional request is ignored.
    first = source.lists()[0]
    asked.append((f"validators of {named_shortly(first)}", first, validators_judge(source, first)))
    asked.extend(
        (f"feed {url.rpartition('/')[2]}", ListRequest(url), proved(source, Part.LIST, is_a_feed)) for url in FEEDS
    )
    return [Probe(source.name, question, request, judge) for question, request, judge in asked]


def rows_that_mention(answer: Answer) -> Finding:
    """Whether any notice names exosomes in what the file says of it; it does not hold the notices' text."""
    rows = [row for row in answer.body.split(b"},{") if _EXOSOME.search(row)]
    first = f"; the first: {rows[0].decode('utf-8', 'replace').strip('[{')[:160]}" if rows else ""
    return Finding(None, f"{len(rows)} rows name exosomes or vesicles in {len(answer.body)} bytes{first}")


def stated_count(answer: Answer) -> Finding:
    """What the search itself says of how much it found; by its own words it leaves archived notices out."""
    said = re.search(rb"Displaying[^<]{0,80}of[^<]{0,20}items", answer.body)
    box = "with" if re.search(rb"archiv", answer.body, re.IGNORECASE) else "without"
    return Finding(None, f"{said.group().decode() if said else 'no count'}; {box} a word about archived notices")
