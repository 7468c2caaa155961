"""The digest, from plain values to bytes: what it counts, what it says, what it refuses to say."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from time import process_time
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from reports.as_json import change_json, document_json, run_json
from reports.digest import Digest, NotChecked, SourceCard, compose, parts, to_json, unread, verdict
from reports.entries import ChangeEntry, CitedChange, MentionPassage, PublishedEntry
from reports.period import Period
from reports.position import Position, SourceRead
from reports.render import WIDTH, render_html, render_text
from reports.wording import dates, field_name, published_sentence, reference, sentence, window_note, window_words
from store.records import (
    BlockDiff,
    BlockKind,
    BlockOp,
    Change,
    Document,
    Event,
    FieldChange,
    Ignored,
    Issue,
    Kind,
    Meaning,
    MentionChange,
    MentionShift,
    Origin,
    Outcome,
    Run,
    Severity,
    Side,
    Status,
    TokenKind,
    Window,
    WordOp,
    Words,
    sha256,
)

JANUARY = datetime(2025, 1, 15, 12, tzinfo=UTC)
AUGUST = datetime(2025, 8, 20, 8, tzinfo=UTC)
DECEMBER = datetime(2025, 12, 10, 8, tzinfo=UTC)
YEAR = Period("2025", datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), "UTC")

LETTERS = SourceCard(
    "fda_warning_letters", "U.S. Food and Drug Administration", "Warning letters", "https://www.fda.gov/warning-letters"
)
GUIDANCE = SourceCard(
    "fda_guidance", "U.S. Food and Drug Administration", "Guidance documents", "https://www.fda.gov/guidance"
)
RECALLS = SourceCard(
    "health_canada_recalls", "Health Canada", "Recalls and safety alerts", "https://recalls-rappels.canada.ca/en"
)
CARDS = (RECALLS, LETTERS, GUIDANCE)

LETTER_URL = "https://www.fda.gov/warning-letters/larkspur-vesicle-works-llc-999101-01172025"
ESC = "\x1b"


def letter(**changes: Any) -> Document:
    document = Document(
        id="fda_warning_letters:/warning-letters/larkspur-vesicle-works-llc-999101-01172025",
        source="fda_warning_letters",
        number="999101",
        url=LETTER_URL,
        urls=(LETTER_URL,),
        pair=None,
        title="Larkspur Vesicle Works LLC",
        language="en",
        status=Status.CURRENT,
        followed=True,
        follow_reason="mentions exosomes",
        published="2025-01-28",
        published_basis="posted",
        fields={
            "company": "Larkspur Vesicle Works LLC",
            "marcs_cms": "999101",
            "issuing_office": "Center for Biologics Evaluation and Research (CBER)",
            "issued": "2025-01-17",
            "posted": "2025-01-28",
        },
        topics=("exosomes",),
        mentions=3,
        version_count=2,
        first_seen=JANUARY,
        last_seen=DECEMBER,
    )
    return replace(document, **changes)


def side(n: int, seen: datetime) -> Side:
    return Side(n, sha256(f"page {n}"), sha256(f"text {n}"), seen)


def step(kind: Kind = Kind.REVISED, **changes: Any) -> Change:
    change = Change(
        id=sha256(str(kind))[:16],
        document=letter().id,
        kind=kind,
        window=Window(JANUARY, AUGUST),
        before=side(1, JANUARY),
        after=side(2, AUGUST),
        words_added=3,
        words_removed=1,
        mentions_before=2,
        mentions_after=3,
    )
    return replace(change, **changes)


def run(card: SourceCard, started: datetime = AUGUST, **changes: Any) -> Run:
    ledger = Run(
        source=card.name,
        origin=Origin.LIVE,
        started=started,
        finished=started.replace(hour=9),
        declared=4,
        listed=4,
        captured=1,
        unchanged=3,
        failed=0,
        skipped=0,
        documents_new=0,
        documents_followed=0,
        versions_new=1,
        changes_new=1,
        outcomes={"changed": 1, "unchanged": 3},
        issues=(),
    )
    return replace(ledger, **changes)


def digest(**changes: Any) -> Digest:
    values: dict[str, Any] = {
        "period": YEAR,
        "as_of": DECEMBER,
        "seal": sha256("facts"),
        "sources": CARDS,
        "looked_at": [run(card) for card in CARDS],
    }
    return compose(**(values | changes))


PASSAGE = MentionPassage(
    "exosomes", "Your product", "You market an exosome product and call it Exosomes.", ((14, 21), (42, 50))
)
REDLINE = (
    BlockDiff("Your product", BlockKind.PARAGRAPH, BlockOp.KEEP, (Words(WordOp.KEEP, "The paragraph before it."),)),
    BlockDiff(
        "Your product",
        BlockKind.PARAGRAPH,
        BlockOp.EDIT,
        (
            Words(WordOp.KEEP, "You market "),
            Words(WordOp.REMOVE, "a serum"),
            Words(WordOp.ADD, "an exosome serum"),
            Words(WordOp.KEEP, " for injection."),
        ),
    ),
)


def page(given: Digest) -> LexborHTMLParser:
    return LexborHTMLParser(render_html(given))


def first(found: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    node = found.css_first(selector)
    assert node is not None, selector
    return node


def words(node: LexborNode) -> str:
    return re.sub(r"\s+", " ", node.text(deep=True)).strip()


def body(given: Digest) -> str:
    return words(first(page(given), "body"))


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def full_digest() -> Digest:
    guidance = replace(
        letter(),
        id="fda_guidance:vesicles",
        source="fda_guidance",
        number="FDA-2025-D-0001",
        title="Considerations for Vesicle Products",
        url="https://www.fda.gov/guidance/vesicles",
        urls=("https://www.fda.gov/guidance/vesicles",),
        published="2025-06-02",
        published_basis="issued",
        fields={"status": "Draft", "docket": "FDA-2025-D-0001", "issued": "2025-06-02", "comments_due": "2025-08-01"},
    )
    recall = replace(
        letter(),
        id="health_canada_recalls:70001",
        source="health_canada_recalls",
        number="RA-70001",
        title="Sérum aux exosomes non homologué",
        language="fr",
        url="https://recalls-rappels.canada.ca/fr/avis/serum",
        urls=("https://recalls-rappels.canada.ca/fr/avis/serum",),
        published="2025-03-04",
        published_basis="posted",
        fields={"ra_number": "RA-70001", "kind": "Public advisory", "published": "2025-03-04"},
    )
    return digest(
        looked_at=[
            run(LETTERS),
            run(LETTERS, JANUARY),
            run(GUIDANCE, failed=1, unchanged=2, outcomes={"changed": 1, "unchanged": 2, "timeout": 1}),
            run(RECALLS, finished=None, issues=(Issue("layout", RECALLS.listing_url, "1 row without a date"),)),
        ],
        published=[
            PublishedEntry(recall, (PASSAGE,)),
            PublishedEntry(letter(), (PASSAGE,)),
            PublishedEntry(guidance, (PASSAGE, PASSAGE)),
        ],
        changes=[
            ChangeEntry(
                step(
                    severity=Severity.IMPORTANT,
                    reasons=("a close-out letter was posted",),
                    fields=(FieldChange("closeout", "", "2025-08-19"), FieldChange("issuing_office", "CBER", "CDER")),
                    events=(
                        Event(
                            "closeout_posted", "Close-out letter posted 2025-08-19 for this letter", "", "2025-08-19"
                        ),
                    ),
                    shift=MentionShift.ADDED,
                    mention_changes=(
                        MentionChange(
                            MentionShift.ADDED, "exosomes", "Your product", "", "You market an exosome serum."
                        ),
                    ),
                    meanings=(Meaning(TokenKind.DEADLINE, "The time allowed changed.", "15", "30", "Conclusion"),),
                    ignored=(Ignored("typography", 2, "'", "’"),),
                ),
                letter(),
                REDLINE,
                (PASSAGE,),
            ),
            ChangeEntry(
                step(Kind.NEW, before=None, after=side(1, JANUARY), window=Window(None, JANUARY)),
                letter(),
                (),
                (PASSAGE,),
            ),
            ChangeEntry(step(Kind.REMOVED, after=None), recall),
            ChangeEntry(step(Kind.METADATA, fields=(FieldChange("status", "", "Draft"),)), guidance),
        ],
    )


# What it counts


def test_verdict_counts_what_there_is_and_what_could_not_be_seen() -> None:
    assert verdict(full_digest()) == (
        "2025. 1 item needs a decision; no dates within 30 days; 2 sources incomplete."
        " 1 of 3 sources read in full. 3 documents published, 4 changes seen."
    )


def test_nothing_changed_is_said_with_what_was_read() -> None:
    quiet = digest()

    assert verdict(quiet) == "Nothing changed, and here is what was read: 3 sources, each in full."
    for card in CARDS:
        assert card.title in body(quiet)
    assert "Warning letters: nothing published and no changes seen." in body(quiet)
    assert "Nothing changed, and here is what was read" in flat(render_text(quiet))


def test_nothing_changed_is_not_said_of_what_was_not_read() -> None:
    gap = NotChecked("fda_warning_letters", JANUARY, "Blocked: answered 403 with a challenge page")

    said = verdict(digest(not_checked=[gap]))

    assert said == "Nothing changed in what was read; 1 source was not read in full."


def test_no_look_at_all_is_said() -> None:
    assert verdict(digest(looked_at=[])).startswith("Nothing was looked at in this period")


def test_a_source_without_a_look_is_named_as_not_checked() -> None:
    silent = digest(looked_at=[run(LETTERS), run(GUIDANCE)])

    assert [gap.source for gap in silent.not_checked] == ["health_canada_recalls"]
    assert [card.name for card in unread(silent)] == ["health_canada_recalls"]


@pytest.mark.parametrize(
    ("changes", "complete"),
    [
        ({}, True),
        ({"failed": 1, "outcomes": {"gone_404_410": 1}}, True),
        ({"failed": 1, "outcomes": {"timeout": 1}}, False),
        ({"skipped": 1, "outcomes": {"not_due": 1}}, True),
        ({"skipped": 1, "outcomes": {"not_reached": 1}}, False),
        ({"finished": None}, False),
    ],
)
def test_a_look_is_complete_when_every_target_got_an_answer(changes: dict[str, Any], complete: bool) -> None:
    looked = digest(looked_at=[replace(run(LETTERS), **changes), run(GUIDANCE), run(RECALLS)])

    assert (not unread(looked)) is complete


def test_a_later_full_look_makes_up_for_an_earlier_one() -> None:
    looked = digest(looked_at=[run(LETTERS, JANUARY, finished=None), run(LETTERS), run(GUIDANCE), run(RECALLS)])

    assert unread(looked) == ()


def test_an_import_does_not_stand_for_a_live_look_that_failed() -> None:
    runs = [run(LETTERS, JANUARY, finished=None), run(LETTERS, origin=Origin.WARC), run(GUIDANCE), run(RECALLS)]

    assert unread(digest(looked_at=runs)) == (LETTERS,)


def test_order_does_not_depend_on_the_order_given() -> None:
    given = full_digest()

    shuffled = compose(
        period=given.period,
        as_of=given.as_of,
        seal=given.seal,
        sources=given.sources[::-1],
        looked_at=given.looked_at[::-1],
        not_checked=given.not_checked[::-1],
        published=given.published[::-1],
        changes=given.changes[::-1],
    )

    assert shuffled == given
    assert render_html(shuffled) == render_html(given)
    assert render_text(shuffled) == render_text(given)
    assert [part.regulator for part in parts(given)] == [LETTERS.regulator, RECALLS.regulator]


def test_a_source_no_longer_configured_keeps_its_changes() -> None:
    kept = digest(sources=[GUIDANCE, RECALLS], changes=[ChangeEntry(step(), letter())])

    assert [source.card.name for source in parts(kept)[-1].sources] == ["fda_warning_letters"]
    assert letter().title in body(kept)


def test_a_period_is_half_open_and_aware() -> None:
    assert YEAR.start in YEAR
    assert YEAR.end not in YEAR
    with pytest.raises(ValueError, match="time zone"):
        Period("x", datetime(2025, 1, 1), YEAR.end, "UTC")  # noqa: DTZ001  the mistake that is refused
    with pytest.raises(ValueError, match="not after its start"):
        Period("x", YEAR.end, YEAR.start, "UTC")


# What it says


def test_new_names_the_letter_with_its_dates() -> None:
    change = step(Kind.NEW, before=None, window=Window(JANUARY, AUGUST))

    assert sentence(change, letter()) == (
        "First seen between 15 Jan 2025 and 20 Aug 2025: FDA warning letter to Larkspur Vesicle Works LLC "
        "(MARCS-CMS 999101), issued 2025-01-17, posted 2025-01-28."
    )


def test_without_an_earlier_look_it_happened_by_then() -> None:
    assert sentence(step(Kind.NEW, before=None, window=Window(None, AUGUST)), letter()).startswith(
        "First seen by 20 Aug 2025: "
    )


def test_removed_is_never_called_withdrawn() -> None:
    said = sentence(step(Kind.REMOVED, after=None), letter())

    assert said == "No longer served since 20 Aug 2025 (last seen 15 Jan 2025); confirmed by a second look."


def test_what_it_means_comes_first() -> None:
    change = step(events=(Event("finalised", "The draft was made final"),), mentions_after=2)

    assert sentence(change, letter()) == (
        "The draft was made final. The text changed between 15 Jan 2025 and 20 Aug 2025: 3 words added, 1 removed."
    )


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_sentence_and_none_says_withdrawn(kind: Kind) -> None:
    said = sentence(step(kind), letter())

    assert said
    assert "withdrawn" not in said.lower()


def test_two_looks_on_one_day_are_told_apart_by_the_hour() -> None:
    window = Window(AUGUST, AUGUST.replace(hour=14))

    assert window_words(window) == "on 20 Aug 2025, between 08:00 and 14:00 UTC"


def test_a_window_that_begins_before_the_period_says_so() -> None:
    before = Window(datetime(2024, 12, 1, tzinfo=UTC), JANUARY)

    assert "begins before this period" in window_note(before, YEAR.start)
    assert "begins before this period" in window_note(Window(None, JANUARY), YEAR.start)
    assert window_note(Window(JANUARY, AUGUST), YEAR.start) == ""
    assert "begins before this period" in body(digest(changes=[ChangeEntry(step(window=before), letter())]))


def test_content_current_as_of_is_not_called_posted() -> None:
    fields = {"company": "Pinmoor Tissue Co.", "issued": "2025-01-17", "current_as_of": "2025-01-28"}
    document = letter(fields=fields, published_basis="current_as_of")
    shown = digest(published=[PublishedEntry(document)], changes=[ChangeEntry(step(Kind.NEW, before=None), document)])

    assert dates(document) == ("issued 2025-01-17", "content current as of 2025-01-28 (posted date not known)")
    assert "content current as of 2025-01-28 (posted date not known)" in published_sentence(document)
    assert "posted 2025" not in body(shown)
    assert "posted 2025" not in flat(render_text(shown))


def test_the_date_for_comments_is_not_shown_of_a_final_guidance() -> None:
    fields = {"status": "Final", "issued": "2025-01-17", "comments_due": "2019-01-01"}

    assert dates(letter(fields=fields, published_basis="issued", published="2025-01-17")) == ("issued 2025-01-17",)


def test_a_published_date_without_a_field_is_still_said() -> None:
    assert dates(letter(fields={})) == ("posted 2025-01-28",)
    assert dates(letter(fields={}, published=None, published_basis=None)) == ()


def test_reference_goes_by_the_name_of_its_field() -> None:
    assert reference(letter()) == "MARCS-CMS 999101"
    assert reference(letter(fields={})) == "Reference number 999101"
    assert reference(letter(number="")) == ""


def test_field_names_are_readable() -> None:
    assert [field_name(name) for name in ("issuing_office", "marcs_cms", "delivery_method")] == [
        "Issuing office",
        "MARCS-CMS",
        "Delivery method",
    ]


def test_a_letter_no_longer_listed_says_so() -> None:
    assert "No longer on the regulator's list" in published_sentence(letter(status=Status.DELISTED))


# The page


def test_the_page_is_one_file_without_scripts_or_remote_parts() -> None:
    found = page(full_digest())

    policy = first(found, "meta[http-equiv='Content-Security-Policy']")
    assert policy.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert not found.css("script, link, img, iframe, object, embed, form, base")
    assert "url(" not in first(found, "style").text()
    assert "@import" not in first(found, "style").text()


def test_landmarks_headings_and_language() -> None:
    found = page(full_digest())

    assert first(found, "html").attributes["lang"] == "en"
    assert [len(found.css(name)) for name in ("header", "main", "footer", "h1", "title")] == [1, 1, 1, 1, 1]
    levels = [int((node.tag or "")[1]) for node in found.css("h1, h2, h3, h4")]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert first(found, "h4 [lang=fr]").text() == "Sérum aux exosomes non homologué"


def test_every_anchor_is_unique_and_every_inner_link_lands() -> None:
    found = page(full_digest())

    names = [node.attributes["id"] for node in found.css("[id]")]
    aims = [(node.attributes["href"] or "")[1:] for node in found.css("a[href^='#']")]
    assert len(names) == len(set(names))
    assert aims
    assert set(aims) <= set(names)


def test_tables_have_captions_and_scopes() -> None:
    found = page(full_digest())

    assert all(table.css_first("caption") is not None for table in found.css("table"))
    assert all(cell.attributes.get("scope") in ("col", "row") for cell in found.css("th"))


def test_the_parts_stand_in_the_readers_order() -> None:
    made = replace(full_digest(), position=Position(AUGUST, (SourceRead(LETTERS, AUGUST),), ()))
    wanted = [
        "Not checked, or not in full",
        "Decide",
        "Dates ahead",
        "Enforcement",
        "Guidance, policy, law",
        "Changed text on followed pages",
        "Where it stands",
        "Corrections",
        "What was looked at",
    ]

    headings = [words(node) for node in page(made).css("h2:not(#contents)")]
    text = render_text(made)
    places = [text.index(f"\n{name}\n{'=' * len(name)}\n") for name in wanted]

    assert headings == wanted
    assert places == sorted(places)


def test_a_blocked_source_says_so_in_one_paragraph_with_the_ways_on() -> None:
    gap = NotChecked("fda_warning_letters", JANUARY, "Blocked: the site answered 403 with a challenge page")
    blocked = digest(not_checked=[gap])

    said = [words(node) for node in page(blocked).css("#not-checked ~ p")]

    assert len(said) == 1
    for form in (said[0], flat(render_text(blocked))):
        assert "Blocked: the site answered 403 with a challenge page." in form
        assert "Last read 15 Jan 2025, 12:00 UTC" in form
        for way in ("crawl fda_warning_letters", "--source fda_warning_letters"):
            assert way in form


def test_the_ledger_of_each_source_is_shown_once() -> None:
    rows = page(full_digest()).css("#looked-at ~ table tbody tr")

    cells = [[words(cell) for cell in row.css("th, td")] for row in rows]
    assert len(cells) == 3
    assert cells[1][0].startswith("Warning letters")
    assert "2 looks" in cells[1][0]
    assert cells[0][2:] == ["4", "1", "2", "1", "0"]
    assert "cut off" in cells[2][1]
    assert "1 row without a date" in body(full_digest())


def test_a_change_has_what_a_reader_needs() -> None:
    found = page(full_digest())
    entry = next(node for node in found.css("article") if "close-out" in words(node).lower())
    said = words(entry)

    for part in (
        "Larkspur Vesicle Works LLC",
        "MARCS-CMS 999101",
        "issued 2025-01-17",
        "posted 2025-01-28",
        "The text changed between 15 Jan 2025 and 20 Aug 2025",
        "Issuing office",
        "The paragraph before it.",
        "You market an exosome product",
        f"exowatch evidence {step().id}",
        f"exowatch archive {LETTER_URL} --version 2",
    ):
        assert part in said
    assert first(entry, ".links a").attributes == {"href": LETTER_URL, "rel": "noreferrer"}
    assert [node.text() for node in entry.css("mark")] == ["exosome", "Exosomes"]
    assert "a serum" in first(entry, "del").text()
    assert "an exosome serum" in first(entry, "ins").text()


def test_words_that_bear_meaning_mentions_and_what_was_ignored_are_told_in_both_forms() -> None:
    told = (
        "The time allowed changed. (under “Conclusion”)",
        "A mention of the topic was added: “You market an exosome serum.”",
        "Left out of the comparison as no change: typography (2).",
    )

    for form in (body(full_digest()), flat(render_text(full_digest()))):
        assert [words for words in told if words not in form] == []


def test_what_counts_as_no_change_is_counted_at_the_end() -> None:
    ignored = (Ignored("typography", 2, "'", "’"),)
    made = digest(rereads=14, changes=[ChangeEntry(step(id=name, ignored=ignored), letter()) for name in "ab"])

    for form in (body(made), flat(render_text(made))):
        assert "Read again with other bytes and the same reading: 14 times, which is no change." in form
        assert "Left out of the comparisons above: typography (4)." in form
    assert to_json(made)["left_out"] == {
        "rereads": 14,
        "rules": [{"rule": "typography", "count": 4, "before": "'", "after": "’"}],
    }


def test_what_refers_to_a_changed_guidance_is_told_on_both_sides() -> None:
    guidance = letter(id="g", title="Considerations for Vesicle Products", number="", url="https://example.org/g")
    cited = CitedChange(guidance, step())
    made = digest(
        published=[PublishedEntry(letter(), (), (cited,))],
        changes=[ChangeEntry(step(), guidance, cited_by=(letter(),))],
    )

    for form in (body(made), flat(render_text(made))):
        assert (
            "It refers to “Considerations for Vesicle Products”, which has changed since"
            " (between 15 Jan 2025 and 20 Aug 2025)." in form
        )
        assert "Referred to by Larkspur Vesicle Works LLC (MARCS-CMS 999101)." in form


def test_a_new_document_shows_its_passages_once_and_no_redline() -> None:
    new = ChangeEntry(step(Kind.NEW, before=None), letter(), REDLINE, (PASSAGE,))
    shown = digest(published=[PublishedEntry(letter(), (PASSAGE,))], changes=[new])

    assert len(page(shown).css("blockquote")) == 1
    assert not page(shown).css(".redline")
    assert flat(render_text(shown)).count("You market an *exosome* product") == 1


def test_a_page_no_longer_served_is_not_offered_as_live() -> None:
    gone = letter(status=Status.REMOVED)
    given = digest(changes=[ChangeEntry(step(Kind.REMOVED, after=None), gone)])

    for form in (body(given), flat(render_text(given))):
        assert "Live page" not in form
        assert "No longer served since 20 Aug 2025" in form
        assert "withdrawn" not in form.replace("is not thereby withdrawn", "")


def test_long_passages_fold_and_stay_in_the_page() -> None:
    passages = tuple(
        MentionPassage("exosomes", "", f"{number} exosome " + "word " * 150, ((2, 9),)) for number in range(4)
    )
    found = page(digest(published=[PublishedEntry(letter(), passages)]))

    assert len(found.css("blockquote")) == 4
    assert first(found, "details details summary").text() == "3 more paragraphs"


def test_sample_data_is_said_on_top_on_each_printed_page_and_in_the_text() -> None:
    given = replace(full_digest(), sample_data=True)

    found = page(given)
    lines = render_text(given).splitlines()
    assert words(first(found, "header p")).startswith("Sample data.")
    assert words(first(found, "title")).startswith("Sample data")
    assert first(found, ".sample-strip").text() == "Sample data"
    assert lines[0].startswith("SAMPLE DATA")
    assert lines[-1].startswith("SAMPLE DATA")
    assert "sample data" not in body(full_digest()).lower()
    assert "sample data" not in render_text(full_digest()).lower()


# Hostile text


HOSTILE = f'<script>alert(1)</script>"><img src=x onerror=alert(1)>{ESC}[31m\u202egnp.exe\x00'


def hostile_digest() -> Digest:
    document = letter(
        id=HOSTILE,
        title=HOSTILE,
        number=HOSTILE,
        url="javascript:alert(1)",
        urls=("javascript:alert(1)", f"https://example.org/{HOSTILE}"),
        language='en" onload="alert(1)',
        fields={"company": HOSTILE, "issued": HOSTILE, "kind": HOSTILE},
        topics=(HOSTILE,),
    )
    passage = MentionPassage(HOSTILE, HOSTILE, HOSTILE, ((0, 8), (4, 12), (-3, 900)))
    change = step(
        severity=Severity.IMPORTANT,
        reasons=(HOSTILE,),
        fields=(FieldChange(HOSTILE, HOSTILE, HOSTILE),),
        events=(Event(HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
        shift=MentionShift.NEAR,
        mention_changes=(MentionChange(MentionShift.NEAR, HOSTILE, HOSTILE, HOSTILE, f"{HOSTILE}2"),),
        meanings=(Meaning(TokenKind.MODAL, HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
        ignored=(Ignored(HOSTILE, 1, HOSTILE, HOSTILE),),
    )
    redline = (BlockDiff(HOSTILE, BlockKind.PARAGRAPH, BlockOp.EDIT, (Words(WordOp.ADD, HOSTILE),)),)
    card = SourceCard("fda_warning_letters", HOSTILE, HOSTILE, "data:text/html,<script>alert(1)</script>")
    return compose(
        period=YEAR,
        as_of=DECEMBER,
        seal=HOSTILE,
        sources=[card],
        looked_at=[run(LETTERS, failed=1, outcomes={HOSTILE: 1}, issues=(Issue(HOSTILE, HOSTILE, HOSTILE),))],
        not_checked=[NotChecked("fda_warning_letters", None, HOSTILE)],
        published=[PublishedEntry(document, (passage,))],
        changes=[
            ChangeEntry(change, document, redline, (passage,)),
            *(ChangeEntry(replace(change, id=f"{n}"), replace(document, id=f"{n}"), redline[:1] * 2) for n in range(3)),
            ChangeEntry(replace(change, id=HOSTILE), document, (replace(redline[0], section="another"), *_MORE)),
        ],
    )


_MORE = (BlockDiff("", BlockKind.PARAGRAPH, BlockOp.REMOVE, (Words(WordOp.REMOVE, "Its own."),)),)


def test_hostile_text_stays_text() -> None:
    found = page(hostile_digest())

    assert not found.css("script, img, iframe")
    assert "<script>alert(1)</script>" in words(first(found, "body"))
    for node in found.css("*"):
        assert not [name for name in node.attributes if name.startswith("on")]
        assert (node.attributes.get("href") or "https://").startswith(("https://", "http://", "#"))


@pytest.mark.parametrize("render", [render_html, render_text])
def test_control_characters_are_shown_and_never_sent(render: Callable[[Digest], str]) -> None:
    text = render(hostile_digest())

    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


# The text


def test_text_lines_keep_to_their_width() -> None:
    for line in render_text(full_digest()).splitlines():
        assert len(line) <= WIDTH or line.strip().startswith("https://")


def test_text_has_every_title_and_address_of_the_page() -> None:
    given = full_digest()
    found, text = page(given), render_text(given)

    for node in found.css("h1, h2:not(#contents), h3, h4"):
        assert words(node).casefold() in flat(text).casefold()
    for node in found.css("a[href^='http']"):
        assert (node.attributes["href"] or "") in text


def test_text_stands_alone() -> None:
    text = flat(render_text(full_digest()))

    for part in (
        "*exosome*",
        "Issuing office: CBER -> CDER",
        "exowatch evidence",
        "Close-out letter posted",
        "cut off",
    ):
        assert part in text


# JSON


def test_json_has_the_contracts_keys_in_its_order() -> None:
    given = full_digest()
    answer = to_json(given)

    assert list(answer) == [
        "schema_version",
        "period",
        "as_of",
        "seal",
        "looked_at",
        "not_checked",
        "published",
        "changes",
        "left_out",
        "languages_apart",
        "set_aside",
        "learned_late",
        "dates_ahead",
        "position",
        "corrections",
    ]
    assert answer["schema_version"] == 1
    assert answer["as_of"] == "2025-12-10T08:00:00Z"
    assert answer["published"] == [
        document_json(entry.document) for entry in sorted(given.published, key=lambda e: e.document.published or "")
    ]


def test_document_json_has_the_contracts_keys() -> None:
    keys = (
        "id source number url urls pair title language status followed follow_reason published published_basis "
        "fields topics mentions version_count first_seen last_seen"
    )

    assert list(document_json(letter())) == keys.split()
    assert document_json(letter())["first_seen"] == "2025-01-15T12:00:00Z"


def test_change_json_has_the_contracts_keys() -> None:
    keys = (
        "id document number source url title kind severity reasons events window before after fields words_added "
        "words_removed mentions shift mention_changes meanings ignored review"
    )
    answer = change_json(step(Kind.REMOVED, after=None, window=Window(None, AUGUST)), letter())

    assert list(answer) == keys.split()
    assert answer["after"] is None
    assert answer["window"] == {"after": None, "until": "2025-08-20T08:00:00Z"}
    assert answer["before"] == {
        "n": 1,
        "sha256": sha256("page 1"),
        "text_sha256": sha256("text 1"),
        "last_seen": "2025-01-15T12:00:00Z",
    }
    assert answer["mentions"] == {"before": 2, "after": 3}
    assert change_json(step(), letter())["after"] == {
        "n": 2,
        "sha256": sha256("page 2"),
        "text_sha256": sha256("text 2"),
        "first_seen": "2025-08-20T08:00:00Z",
    }


def test_run_json_has_the_contracts_keys() -> None:
    keys = (
        "source origin started finished declared listed captured unchanged failed skipped documents_new "
        "documents_followed versions_new changes_new outcomes issues"
    )
    answer = run_json(run(LETTERS, issues=(Issue("layout", "https://example.org/", "a row without a date"),)))

    assert list(answer) == keys.split()
    assert answer["outcomes"] == {Outcome.CHANGED: 1, Outcome.UNCHANGED: 3}
    assert answer["issues"] == [{"kind": "layout", "url": "https://example.org/", "message": "a row without a date"}]


# The same, and soon


def test_equal_digests_give_equal_bytes_whatever_the_order_of_fields() -> None:
    one = full_digest()
    turned = letter(fields=dict(reversed(list(letter().fields.items()))))
    other = replace(
        one, published=tuple(replace(e, document=turned) if e.document == letter() else e for e in one.published)
    )

    assert other == one
    assert render_html(other) == render_html(one)
    assert render_text(other) == render_text(one)
    assert str(to_json(other)) == str(to_json(one))


def test_the_hashes_are_in_the_json_and_in_no_entry() -> None:
    given = full_digest()

    for form in (render_html(given), render_text(given)):
        assert sha256("page 1")[:12] not in form
        assert sha256("text 2")[:12] not in form
    assert sha256("page 1") in str(to_json(given)["changes"])


def many(count: int) -> Digest:
    """So many changes, each of a document of its own, one in ten important."""
    entries = []
    for number in range(count):
        of = letter(id=f"fda_warning_letters:{number}", title=f"Firm {number}", url=f"https://www.fda.gov/{number}")
        grave = Severity.IMPORTANT if number % 10 == 0 else Severity.NOTABLE
        change = step(id=sha256(str(number))[:16], document=of.id, severity=grave)
        redline = (replace(REDLINE[1], words=(*REDLINE[1].words, Words(WordOp.ADD, f" {number}"))),)
        entries.append(ChangeEntry(change, of, REDLINE[:1] + redline, (PASSAGE, PASSAGE)))
    return digest(changes=entries)


@pytest.mark.parametrize(("count", "seconds"), [(500, 1), (5000, 5)])
def test_many_changes_render_in_time(count: int, seconds: int) -> None:
    given = many(count)
    render_html(digest())
    began = process_time()

    page, text = render_html(given), render_text(given)

    assert process_time() - began < seconds
    assert all(f"Firm {number}" in page and f"Firm {number}" in text for number in range(0, count, 7))


def test_a_long_digest_tells_the_weightiest_in_full_and_names_the_others() -> None:
    found = page(many(1500))

    told = {words(node).partition(": ")[2] for node in found.css("article h4")}
    assert len(told) == 1000
    assert {f"Firm {number}" for number in range(0, 1500, 10)} <= told
    assert len(found.css("details.earlier li")) == 500
    assert "exowatch diff https://www.fda.gov/1499 --from 1 --to 2" in words(first(found, "details.earlier"))
    assert "names 500 documents by title only" in body(many(1500))
