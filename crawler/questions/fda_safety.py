"""What is not known for certain about FDA's safety pages: where untitled letters are listed, and the biologics feed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from selectolax.lexbor import LexborHTMLParser

from crawler.probes import KNOWN_PAGES, Finding, Probe, is_a_feed, proved
from crawler.source import ListRequest, Source
from store.archive import Answer
from store.records import Part

FEED = "https://www.fda.gov/about-fda/contact-fda/stay-informed/rss-feeds/biologics/rss.xml"
LISTS = ("enforcement-actions-cber", "issuance-untitled-letters")


def probes(source: Source) -> Sequence[Probe]:
    """The open questions about this source. All of them inform; none is needed for a crawl."""
    pages = [found.url for found in islice(source.watched(), KNOWN_PAGES) if found.url.rpartition("/")[2] in LISTS]
    judge = proved(source, Part.PAGE, links_to_files)
    files = [
        Probe(source.name, f"files on {url.rpartition('/')[2]}", ListRequest(url, net="page"), judge) for url in pages
    ]
    return [*files, Probe(source.name, "feed of biologics", ListRequest(FEED), proved(source, Part.LIST, is_a_feed))]


def links_to_files(answer: Answer) -> Finding:
    """Whether a page lists letters as files, by the addresses that FDA gives to files."""
    links = [node.attributes.get("href") or "" for node in LexborHTMLParser(answer.body).css("#main-content a[href]")]
    files = [link for link in links if "/media/" in link]
    letters = [link for link in links if "untitled" in link.lower()]
    return Finding(None, f"{len(files)} links to files, {len(letters)} links with 'untitled' in their address")
