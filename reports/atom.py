"""The changes of a digest as an Atom feed (RFC 4287), of a source, of a topic or of all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

from jinja2 import Template
from markupsafe import Markup

from reports import redline
from reports.digest import Digest, reviewed_sentence
from reports.entries import ChangeEntry
from reports.links import is_web
from reports.markup import environment, is_code
from reports.telling import is_redlined, missed, pieces, where
from reports.visible import visible
from reports.wording import dates, field_name, mention_sentence, sentence
from store.clock import shown

_ATOM: Final = "http://www.w3.org/2005/Atom"
_TAG: Final = "tag:exowatch.invalid,2025:"
"""What our ids begin with (RFC 4151): a name that nobody can own (RFC 2606), so that no one else mints the same ids."""


def render_atom(digest: Digest, *, source: str | None = None, topic: str | None = None, base: str = "") -> str:
    """The changes of one source, of what mentions one topic, or of all, the latest first, as the text of a feed.

    An entry's id is made of its change's, and the feed's of source and topic: both are the same from every store and
    in every rendering. `base` is the address at which the feed will be served, "" where that is not known.
    """
    chosen = [entry for entry in digest.changes if _belongs(entry, source, topic)]
    chosen.sort(key=lambda entry: (entry.change.window.until, entry.change.id), reverse=True)
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": digest.language})
    _say(feed, "id", _tag("feed", source or "all", topic or "all"))
    _say(feed, "title", _title(digest, source, topic))
    _say(feed, "subtitle", _subtitle(digest, source))
    _say(feed, "updated", shown(chosen[0].change.window.until if chosen else digest.period.start))
    _say(feed, "generator", "exowatch")
    _say(ET.SubElement(feed, "author"), "name", "exowatch")
    if is_web(base):
        ET.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": base})
    regulators = {card.name: card.regulator for card in digest.sources}
    for entry in chosen:
        _entry(ET.SubElement(feed, "entry"), entry, regulators[entry.document.source])
    ET.indent(feed)
    # Not ElementTree's own declaration: it would name the encoding of the machine.
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(feed, "unicode")}\n'


def _belongs(entry: ChangeEntry, source: str | None, topic: str | None) -> bool:
    """Whether an entry is of the source and mentions the topic, or did so before the change."""
    told = {*entry.document.topics, *(change.topic for change in entry.change.mention_changes)}
    return source in (None, entry.document.source) and (topic is None or topic in told)


def _title(digest: Digest, source: str | None, topic: str | None) -> str:
    titles = {card.name: card.title for card in digest.sources}
    named = [titles.get(source, source)] if source else []
    named += [f"topic {topic}"] if topic else []
    return ("Sample data: " if digest.sample_data else "") + f"exowatch: {', '.join(named) or 'all changes'}"


def _subtitle(digest: Digest, source: str | None) -> str:
    """The period, and which of the feed's sources were not read in full: an empty feed says nothing of those."""
    cards = [one.card for one in missed(digest) if source in (None, one.card.name)]
    gaps = f" Not read in full: {'; '.join(card.title for card in cards)}." if cards else ""
    return f"Changes seen in {digest.period.label}, as of {shown(digest.as_of)}.{gaps} {reviewed_sentence(digest)}".rstrip()


def _entry(node: ET.Element, entry: ChangeEntry, regulator: str) -> None:
    document, change = entry.document, entry.change
    if is_code(document.language):
        node.set("xml:lang", document.language)
    _say(node, "id", _tag("change", change.id))
    _say(node, "title", document.title or document.id)
    _say(node, "updated", shown(change.window.until))
    _say(ET.SubElement(node, "author"), "name", regulator)
    if is_web(document.url):
        ET.SubElement(node, "link", {"rel": "alternate", "href": document.url})
    for term in _terms(entry):
        ET.SubElement(node, "category", {"term": visible(term)})
    _say(node, "summary", sentence(change, document))
    ET.SubElement(node, "content", {"type": "html"}).text = _template().render(entry=entry)


def _terms(entry: ChangeEntry) -> Iterator[str]:
    yield from (entry.document.source, str(entry.change.kind), str(entry.change.severity))
    yield from entry.document.topics


def _say(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = visible(text)


def _tag(*parts: str) -> str:
    return _TAG + "/".join(quote(part.encode("utf-8", "surrogatepass"), safe="") for part in parts)


@cache
def _template() -> Template:
    made = environment()
    made.filters |= {"redline": _redline, "field_name": field_name, "pieces": pieces, "where": where}
    made.tests |= {"redlined": is_redlined}
    made.globals |= {"mention_sentence": mention_sentence, "dates": dates}
    return made.get_template("feed_entry.html.j2")


def _redline(entry: ChangeEntry) -> Markup:
    return redline.to_html(redline.passages(entry.redline))
