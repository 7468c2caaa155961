"""What is not known for certain about canada.ca: its sitemaps, its metadata, its news."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from typing import Any

from crawler.probes import Finding, Judge, Probe, proved, reading_judge
from crawler.source import ListRequest, Source
from store.addresses import parts_of
from store.archive import Answer
from store.records import Part, Reading

DEPARTMENT = "https://www.canada.ca/en/health-canada.sitemap.xml"
METADATA = ("jcr:title", "gcAltLanguagePeer", "gcIssued", "gcLastPublished", "cq:lastModified")


def probes(source: Source) -> Sequence[Probe]:
    """The open questions about this source. All of them inform; none is needed for a crawl."""
    asked: list[tuple[str, ListRequest, Judge]] = []
    for request in source.lists():
        if request.net == "sitemap":
            asked.append((f"depth of {_file(request.url)}", request, proved(source, Part.LIST, depth_of_a_sitemap)))
        else:
            asked.append((f"newest of {parts_of(request.url).path}", request, proved(source, Part.LIST, newest_item)))
    asked.append(("the department's sitemap", ListRequest(DEPARTMENT), proved(source, Part.LIST, depth_of_a_sitemap)))
    for found in islice(source.watched(), 1):
        metadata = found.url.removesuffix(".html") + "/_jcr_content.json"
        asked.append(("metadata of a page as JSON", ListRequest(metadata), proved(source, Part.LIST, keys_of_metadata)))
        asked.append(("twin of a page", ListRequest(found.url, net="page"), reading_judge(source, _twin)))
    return [Probe(source.name, question, request, judge) for question, request, judge in asked]


def depth_of_a_sitemap(answer: Answer) -> Finding:
    """Whether a section's sitemap names only the pages right below it, or all below those too."""
    from parsel import Selector

    tree = Selector(body=answer.body, type="xml")
    tree.remove_namespaces()
    addresses = [address.strip() for address in tree.xpath("//url/loc/text()").getall()]
    root = parts_of(answer.url).path.removesuffix(".sitemap.xml")
    below = [parts_of(address).path.removeprefix(root).strip("/").count("/") for address in addresses]
    if not below:
        return Finding(None, f"{len(answer.body)} bytes without an address")
    reach = "the whole subtree" if max(below) else "children only"
    return Finding(None, f"{len(addresses)} addresses, {reach} ({max(below) + 1} levels), {len(answer.body)} bytes")


def newest_item(answer: Answer) -> Finding:
    """Which news item comes first: whether the department's code is still right can be seen from it."""
    try:
        entries: list[dict[str, Any]] = json.loads(answer.body)["feed"]["entry"]
        first = max(entries, key=lambda entry: str(entry.get("publishedDate", "")), default={})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return Finding(None, f"no news items in the answer: {error!r}")
    shown = f"; the newest: {first.get('publishedDate')} {first.get('title')!r}" if first else ""
    return Finding(None, f"{len(entries)} items{shown}; their keys: {', '.join(sorted(first))}")


def keys_of_metadata(answer: Answer) -> Finding:
    """Which facts the system behind the site gives of a page."""
    try:
        said: Any = json.loads(answer.body)
    except ValueError:
        return Finding(None, f"no JSON but {answer.header('content-type') or 'an answer without a type'}")
    if not isinstance(said, dict):
        return Finding(None, f"JSON, but {type(said).__name__} where an object was expected")
    there = [f"{name} {said[name]!r}" for name in METADATA if name in said]
    return Finding(None, "; ".join(there) or f"none of {', '.join(METADATA)} in it")


def _twin(reading: Reading, answer: Answer) -> Finding:
    return Finding(bool(reading.pair), f"names {reading.pair}" if reading.pair else f"{answer.url} names no twin")


def _file(url: str) -> str:
    return parts_of(url).path.rpartition("/")[2]
