"""The feed: what RFC 4287 asks of one, and ids that are the same from every store and in every rendering."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from selectolax.lexbor import LexborHTMLParser

from reports.atom import render_atom
from reports.digest import Digest
from reports.entries import ChangeEntry
from store.records import MentionChange, MentionShift, Severity, Window
from tests.test_digest import DECEMBER, PASSAGE, REDLINE, YEAR, digest, full_digest, letter, step

ATOM = "{http://www.w3.org/2005/Atom}"
# RFC 3339 as the validators of feeds ask for it, and tag URIs as RFC 4151 has them.
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z")
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d{2}(-\d{2})?)?:[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,]+")


def feed(given: Digest, **asked: str) -> ET.Element:
    return ET.fromstring(render_atom(given, **asked))  # type: ignore[arg-type]  # noqa: S314  our own text


def told(node: ET.Element, name: str) -> str:
    found = node.findtext(f"{ATOM}{name}")
    assert found is not None, name
    return found


def entries(given: Digest, **asked: str) -> list[ET.Element]:
    return feed(given, **asked).findall(f"{ATOM}entry")


@pytest.mark.parametrize("given", [full_digest(), digest()], ids=["full", "quiet"])
def test_feed_and_entries_have_what_the_standard_asks_for(given: Digest) -> None:
    found = feed(given)

    assert found.tag == f"{ATOM}feed"
    assert found.find(f"{ATOM}author/{ATOM}name") is not None
    for node in (found, *found.findall(f"{ATOM}entry")):
        assert [len(node.findall(f"{ATOM}{name}")) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert TAG.fullmatch(told(node, "id"))
        assert MOMENT.fullmatch(told(node, "updated"))
        assert told(node, "title").strip()


def test_an_entry_has_its_author_its_live_page_its_sentence_and_its_redline() -> None:
    entry = next(node for node in entries(full_digest()) if "Close-out" in told(node, "summary"))

    content = LexborHTMLParser(told(entry, "content"))
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "U.S. Food and Drug Administration"
    links = [dict(link.attrib) for link in entry.findall(f"{ATOM}link")]
    assert links == [{"rel": "alternate", "href": letter().url}]
    assert told(entry, "summary").startswith("Close-out letter posted 2025-08-19 for this letter. The text changed")
    assert [node.text() for node in content.css("del, ins")] == ["removed: a serum", "added: an exosome serum"]


def test_a_new_document_shows_what_mentions_the_topic() -> None:
    entry = entries(digest(changes=[ChangeEntry(step(before=None), letter(), REDLINE, (PASSAGE,))]))[0]

    content = LexborHTMLParser(told(entry, "content"))
    assert [node.text() for node in content.css("mark")] == ["exosome", "Exosomes"]
    assert content.css("ins, del") == []


def test_ids_are_unique_and_do_not_depend_on_the_rendering() -> None:
    given = full_digest()
    later = replace(given, as_of=datetime(2026, 3, 1, tzinfo=UTC), period=replace(YEAR, label="another"), seal="other")

    ids = [told(node, "id") for node in entries(given)]

    assert len(set(ids)) == len(given.changes)
    assert ids == [told(node, "id") for node in entries(later)]
    assert set(ids) == {f"tag:exowatch.invalid,2025:change/{entry.change.id}" for entry in given.changes}
    assert told(feed(given), "id") == told(feed(later), "id")


def test_each_source_and_topic_has_a_feed_of_its_own() -> None:
    given = full_digest()

    letters = feed(given, source="fda_warning_letters", topic="exosomes")

    assert told(letters, "id") == "tag:exowatch.invalid,2025:feed/fda_warning_letters/exosomes"
    assert told(letters, "title") == "exowatch: Warning letters, topic exosomes"
    assert {told(node, "title") for node in letters.findall(f"{ATOM}entry")} == {"Larkspur Vesicle Works LLC"}
    assert entries(given, topic="sponges") == []
    assert told(feed(given), "id") == "tag:exowatch.invalid,2025:feed/all/all"


def test_the_feed_of_a_topic_has_the_change_that_took_its_last_mention_away() -> None:
    gone = MentionChange(MentionShift.REMOVED, "exosomes", "", "An exosome.", "")
    entry = ChangeEntry(step(mention_changes=(gone,)), letter(topics=()), REDLINE)

    assert len(entries(digest(changes=[entry]), topic="exosomes")) == 1
    assert entries(digest(changes=[entry]), topic="vesicles") == []


def test_the_latest_change_comes_first_and_dates_the_feed() -> None:
    found = feed(full_digest())

    moments = [told(node, "updated") for node in found.findall(f"{ATOM}entry")]
    assert moments == sorted(moments, reverse=True)
    assert told(found, "updated") == moments[0] == "2025-08-20T08:00:00Z"


def test_a_fraction_of_a_second_is_kept() -> None:
    window = Window(None, datetime(2025, 12, 31, 23, 59, 59, 999999, tzinfo=UTC))
    (entry,) = entries(digest(changes=[ChangeEntry(step(window=window), letter())]))

    assert told(entry, "updated") == "2025-12-31T23:59:59.999999Z"


def test_an_empty_feed_says_which_sources_were_not_read() -> None:
    silent = digest(looked_at=[])

    assert "Not read in full: Guidance documents; Warning letters; Recalls" in told(feed(silent), "subtitle")
    assert told(feed(silent, source="fda_guidance"), "subtitle").endswith("Not read in full: Guidance documents.")
    assert told(feed(digest()), "subtitle") == "Changes seen in 2025, as of 2025-12-10T08:00:00Z."


def test_a_feed_names_itself_where_its_address_is_known() -> None:
    assert feed(digest()).findall(f"{ATOM}link") == []
    (own,) = feed(digest(), base="https://intranet.example/exowatch.atom").findall(f"{ATOM}link")
    assert own.attrib["rel"] == "self"
    assert own.attrib["href"] == "https://intranet.example/exowatch.atom"
    assert feed(digest(), base="javascript:alert(1)").findall(f"{ATOM}link") == []


def test_the_kind_the_severity_and_the_topics_are_categories() -> None:
    change = step(severity=Severity.NOTABLE)
    (entry,) = entries(digest(changes=[ChangeEntry(change, letter())]))

    terms = [node.attrib["term"] for node in entry.findall(f"{ATOM}category")]
    assert terms == ["fda_warning_letters", "revised", "notable", "exosomes"]


def test_sample_data_is_said_in_the_title() -> None:
    assert told(feed(replace(digest(as_of=DECEMBER), sample_data=True)), "title").startswith("Sample data: ")


def test_the_declaration_does_not_depend_on_the_machine() -> None:
    assert render_atom(digest()).startswith('<?xml version="1.0" encoding="utf-8"?>\n<feed ')
