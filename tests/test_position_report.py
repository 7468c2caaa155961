"""Where it stands, as it is read: the regulators' sentences in one order, and not a word of conclusion around them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.source import read
from exowatch import config
from exowatch.demo import story, world
from reports.digest import SourceCard
from reports.plain import WIDTH
from reports.position import (
    LETTERS_SHOWN,
    Position,
    PositionEntry,
    SourceRead,
    compose,
    render_html,
    render_text,
    to_json,
)
from store.course import course
from store.mentions import find
from store.position import statements
from store.records import Document, Material, Part, Standing, Statement, StatementStatus, Status, sha256

JANUARY, AUGUST, DECEMBER = (datetime(2025, month, 15, 8, tzinfo=UTC) for month in (1, 8, 12))
AT = datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC)
LETTERS = SourceCard("fda_warning_letters", "FDA", "Warning letters", "https://www.fda.gov/letters")
SAFETY = SourceCard("fda_safety", "FDA", "FDA safety pages", "https://www.fda.gov/safety")
NOTICES = SourceCard("health_canada_notices", "Health Canada", "Notices", "https://www.canada.ca/notices")
READ = tuple(SourceRead(card, DECEMBER) for card in (NOTICES, SAFETY, LETTERS))
CONCLUSIONS = re.compile(
    r"\b(?:un)?(?:approv|licen[sc]|clear(?:ed|ance)|authori[sz]|lawful|legal|illegal|allow|bann?ed|prohibit|permit|complian|safe\b|market"
    r"|regulated)\w*",
    re.IGNORECASE,
)
SENTENCE = "There are currently no approved exosome products."


def document(source: str = "fda_safety", name: str = "page", **changes: Any) -> Document:
    url = f"https://regulator.example/{name}"
    made = Document(
        id=f"{source}:/{name}", source=source, number="", url=url, urls=(url,), pair=None, title=f"Sample {name}",
        language="en", status=Status.CURRENT, followed=True, follow_reason="", published="2024-05-06",
        published_basis="current_as_of", fields={}, topics=("exosomes",), mentions=1, version_count=1,
        first_seen=JANUARY, last_seen=DECEMBER,
    )  # fmt: skip
    return replace(made, **changes)


def statement(
    sentence: str = SENTENCE, status: StatementStatus = StatementStatus.SAFETY_NOTICE, at: int = 0
) -> Statement:
    return Statement("exosomes", "approved", status, sentence, "What you should know", at, 0)


def entry(
    of: Document | None = None, said: Statement | None = None, before: Statement | None = None, **more: Any
) -> PositionEntry:
    standing = Standing(said or statement(), JANUARY, DECEMBER, before)
    return PositionEntry(of or document(), standing, sha256("text"), **more)


def position(*entries: PositionEntry, sources: tuple[SourceRead, ...] = READ, sample_data: bool = False) -> Position:
    return compose(at=AT, sources=sources, entries=entries, sample_data=sample_data)


def letter(day: int, sentences: int = 1) -> list[PositionEntry]:
    of = document("fda_warning_letters", f"letter-{day}", published=f"2025-03-{day:02}", published_basis="posted")
    said = [statement(f"Sentence {n} of day {day}.", StatementStatus.TO_ONE_FIRM, n) for n in range(sentences)]
    return [entry(of, one) for one in said]


def flat(text: str) -> str:
    return " ".join(text.replace("\n  > ", " ").split())


def outside_quotations(text: str) -> str:
    """What is ours: without the sentences, the titles and the addresses."""
    text = re.sub(r"“[^”]*”", "", flat(text))
    return re.sub(r"https?://\S+|Sample [\w-]+", "", text)


EVERYTHING = (
    entry(),
    entry(document(name="edited"), before=statement("There is currently one approved exosome product.")),
    entry(document("health_canada_notices", "avis", language="fr"), statement("Rien n’est approuvé.", StatementStatus.PROPOSED)),
    entry(document(name="gone"), gone_since=DECEMBER, asked=DECEMBER),
    entry(document(name="blocked"), asked=AT, answer="blocked"),
    *(one for day in range(1, 8) for one in letter(day)),
)  # fmt: skip


def test_a_sentence_stands_with_all_that_vouches_for_it() -> None:
    text = render_text(position(entry(document(fields={"issued": "2019-12-06"}))))

    assert flat(
        f"* Sample page issued 2019-12-06; content current as of 2024-05-06 (posted date not known) https://regulator.example/page"
        f" “{SENTENCE}” [en] First seen 2025-01-15T08:00:00Z, last confirmed 2025-12-15T08:00:00Z."
        f" Text SHA-256 {sha256('text')[:12]}."
    ) in flat(text)


def test_nothing_of_ours_words_a_conclusion() -> None:
    sources = (*READ[:2], SourceRead(LETTERS, JANUARY, "blocked"), SourceRead(replace(NOTICES, name="other"), None))
    shown = position(*EVERYTHING, sources=sources, sample_data=True)
    tree = LexborHTMLParser(str(render_html(shown)))
    for node in tree.css("blockquote, h5"):
        node.decompose()

    text, html = outside_quotations(render_text(shown)), tree.text()

    assert CONCLUSIONS.findall(text.replace("Safety notices", "").replace("FDA safety pages", "")) == []
    assert CONCLUSIONS.findall(html.replace("Safety notices", "").replace("FDA safety pages", "")) == []
    assert CONCLUSIONS.search(render_text(shown))


def test_regulators_then_standings_stand_in_their_order() -> None:
    statuses = list(StatementStatus)
    said = [entry(document(name=f"p{n}"), statement(status=status)) for n, status in enumerate(statuses)]
    canadian = entry(document("health_canada_notices", "notice"), statement(status=StatementStatus.FINAL))

    text = render_text(position(canadian, *reversed(said)))

    wanted = ["FDA\n===", "Final documents", "Safety notices", "Published pages", "Proposed", "Said to one firm",
              "Health Canada\n===", "Final documents"]  # fmt: skip
    places, at = [], 0
    for words in wanted:
        at = text.index(words, at)
        places.append(at)
    assert places == sorted(places)
    assert render_text(position(*said, canadian)) == text


def test_only_the_latest_letters_are_shown_and_the_rest_is_counted() -> None:
    entries = [one for day in (4, 1, 5, 2, 3) for one in letter(day, sentences=2)]

    text = render_text(position(*entries))

    assert re.findall(r"\* Sample letter-(\d)", text) == ["5", "4", "3"][:LETTERS_SHOWN]
    assert "And 4 sentences in 2 earlier letters, given with --json." in flat(text)
    assert len(to_json(position(*entries))["items"]) == 10  # type: ignore[arg-type]


def test_the_sentences_of_a_document_stand_together_in_the_order_of_its_text() -> None:
    second, first = statement("Second.", at=7), statement("First.", at=2)

    text = render_text(position(entry(said=second), entry(said=first)))

    assert text.count("* Sample page") == 1
    assert text.index("“First.”") < text.index("“Second.”")


def test_an_edited_sentence_says_what_it_read_before() -> None:
    text = flat(render_text(position(entry(before=statement("There is one.")))))

    assert f"“{SENTENCE}” [en] Edited; it read before: “There is one.”" in text


def test_what_was_not_confirmed_is_said() -> None:
    asked = flat(render_text(position(entry(asked=AT, answer="blocked"))))
    gone = flat(render_text(position(entry(gone_since=AT))))

    assert "Last asked for 2025-12-31T23:59:59Z: blocked; not confirmed then." in asked
    assert "The page is no longer served since 2025-12-31T23:59:59Z." in gone
    assert "Last asked" not in flat(render_text(position(entry(asked=JANUARY, answer="blocked"))))


def test_a_source_says_when_it_was_read_and_that_it_has_no_sentence() -> None:
    sources = (SourceRead(SAFETY, JANUARY, "blocked"), SourceRead(NOTICES, AUGUST), SourceRead(LETTERS, None))

    text = flat(render_text(position(entry(), sources=sources)))

    assert (
        "FDA safety pages: last read 2025-01-15T08:00:00Z, and not since: blocked."
        " 1 sentence of this kind found in what was read." in text
    )
    assert "Notices: last read 2025-08-15T08:00:00Z. No sentences of this kind found in what was read." in text
    assert "Warning letters: not read by then, so nothing is known of what it says." in text


@pytest.mark.parametrize(
    "entries",
    [
        [replace(entry(), standing=Standing(statement(), JANUARY, DECEMBER))],
        [replace(entry(), standing=Standing(statement(), DECEMBER, DECEMBER))],
        [entry(asked=DECEMBER)],
        [entry(gone_since=DECEMBER)],
    ],
)
def test_what_was_seen_later_is_refused(entries: list[PositionEntry]) -> None:
    with pytest.raises(ValueError, match="seen after 2025-08-15T08:00:00Z"):
        compose(at=AUGUST, sources=(), entries=entries)


def test_a_source_read_later_is_refused() -> None:
    with pytest.raises(ValueError, match="fda_safety: read after"):
        compose(at=AUGUST, sources=(SourceRead(SAFETY, DECEMBER),), entries=())


def test_a_sentence_of_an_unknown_source_is_kept() -> None:
    assert SENTENCE in flat(render_text(position(entry(document("old_source")), sources=())))


def test_lines_are_78_wide_but_for_addresses_and_hide_nothing() -> None:
    long = statement("Word " * 60 + "\x1b[31mred\u202e")

    text = render_text(position(*EVERYTHING, entry(document(name="x" * 90), long)))

    assert [line for line in text.splitlines() if len(line) > WIDTH and "x" * 90 not in line] == []
    assert "␛[31mred[U+202E]" in text
    assert "\x1b" not in text


def test_the_page_escapes_and_names_the_language() -> None:
    said = statement("<b>Rien</b> & “tout” n’est approuvé.", StatementStatus.PROPOSED)
    of = document("health_canada_notices", "avis", language="fr", title="<i>Avis</i>", url="javascript:alert(1)")

    html = str(render_html(position(entry(of, said), sample_data=True)))

    assert "&lt;b&gt;Rien&lt;/b&gt; &amp; “tout”" in html
    assert '<blockquote lang="fr">' in html
    assert "<b>" not in html
    assert "<i>" not in html
    assert 'href="javascript' not in html
    assert "SAMPLE DATA" in html


def test_the_json_has_whole_hashes_and_the_first_seen_first() -> None:
    late = PositionEntry(document(name="a"), Standing(statement(), AUGUST, DECEMBER), sha256("late"))
    answer: Any = to_json(position(late, entry(before=statement("Before."))))

    assert (answer["schema_version"], answer["at"]) == (1, "2025-12-31T23:59:59Z")
    assert [item["first_seen"] for item in answer["items"]] == ["2025-01-15T08:00:00Z", "2025-08-15T08:00:00Z"]
    assert answer["items"][0] | {
        "text_sha256": sha256("text"), "before": "Before.", "status": "safety notice", "sentence": SENTENCE,
        "last_confirmed": "2025-12-15T08:00:00Z", "asked": None, "gone_since": None,
    } == answer["items"][0]  # fmt: skip
    assert answer["sources"][0] == {
        "name": "fda_safety", "regulator": "FDA", "title": "FDA safety pages", "last_read": "2025-12-15T08:00:00Z",
        "reason": "", "statements": 2,
    }  # fmt: skip


# The demo's world


def demo_entries() -> list[PositionEntry]:
    """What stands at the end of the demo's year in the pages of its world, read in the states that serve them."""
    entries = []
    for planted in (one for one in story.STORY if one.followed):
        seen = []
        for state in sorted(planted.states):
            page = world.answer(state, "GET", planted.url, {}, b"", 1).body
            got = read(Material(planted.source, Part.PAGE, planted.url, page, "text/html"))
            mentions = find(config.load([], {}).rules.topics, got.title, got.fields, got.blocks)
            said = statements(planted.source, got.title, got.fields, got.blocks, mentions, got.language)
            seen.append((world.MOMENTS[state], world.MOMENTS[state], said))
        of = document(planted.source, planted.url.rpartition("/")[2], title=got.title, language=got.language)
        entries += [PositionEntry(of, one, sha256(got.text)) for one in course(seen) if one.ended is None]
    return entries


def test_the_demo_has_standing_sentences_of_both_regulators_and_one_was_edited() -> None:
    text = flat(render_text(position(*demo_entries())))

    us, canada = text.split("Health Canada =")
    assert "there are no licensed exosome products" in us
    assert "are regulated as drugs and biological products and are subject to premarket review" in us
    assert "has not authorized any exosome product" in canada
    assert "Aucun produit à base d’exosomes n’a été autorisé" in canada
    assert "Edited; it read before: “There are currently no approved injectable products" in canada
    assert text.count("First seen 2025-") == text.count(", last confirmed 2025-") >= 10
