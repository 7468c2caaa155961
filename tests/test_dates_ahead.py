"""Dates ahead: which fields of which sources state one, in which status, and the calendar made of them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from reports.calendar import render_calendar, render_ics
from reports.dates_ahead import DateAhead, DateKind, dates_ahead
from reports.entries import ChangeEntry, PublishedEntry
from reports.period import Period
from store.records import Document
from tests.test_digest import AUGUST, digest, full_digest, letter, step

TODAY = date(2025, 8, 20)


def guidance(**fields: str) -> Document:
    stated = {"status": "Draft", "comments_due": "2025-10-21", "docket": "FDA-2025-D-0001"}
    return letter(
        id="fda_guidance:vesicles",
        source="fda_guidance",
        number="FDA-2025-D-0001",
        title="Considerations for Vesicle Products; Draft, with examples",
        url="https://www.fda.gov/guidance/vesicles",
        fields=stated | fields,
    )


def notice(language: str = "en", **fields: str) -> Document:
    url, other = (
        f"https://www.canada.ca/{code}/vesicles" for code in (("en", "fr") if language == "en" else ("fr", "en"))
    )
    return letter(
        id=f"health_canada_notices:{language}",
        source="health_canada_notices",
        number="",
        title="Consultation on vesicle products" if language == "en" else "Consultation sur les vésicules",
        url=url,
        urls=(url,),
        pair=other,
        language=language,
        fields={"status": "Open" if language == "en" else "Ouverte", "closes": "2025-10-28"} | fields,
    )


def days(*documents: Document) -> list[tuple[str, str, str]]:
    return [(one.day.isoformat(), one.what.name, one.document.id) for one in dates_ahead(documents, TODAY)]


# Which dates


def test_comments_on_a_draft_and_an_open_consultation_are_dates_ahead() -> None:
    assert days(notice(), guidance()) == [
        ("2025-10-21", "COMMENTS_DUE", "fda_guidance:vesicles"),
        ("2025-10-28", "CONSULTATION_CLOSES", "health_canada_notices:en"),
    ]


@pytest.mark.parametrize(
    "document",
    [
        guidance(status="Final"),
        guidance(status=""),
        guidance(comments_due=""),
        guidance(comments_due="in October"),
        guidance(comments_due="2025-02-30"),
        guidance(comments_due="20251021"),
        guidance(comments_due="2025-W43-2"),
        guidance(comments_due="٢٠٢٥-10-21"),
        notice(status="Closed"),
        notice("fr", status="Fermée"),
        notice(closes=""),
        replace(guidance(), source="fda_warning_letters"),
        letter(),
    ],
)
def test_what_states_no_date_to_come_has_none(document: Document) -> None:
    assert days(document) == []


@pytest.mark.parametrize("status", ["Draft", "draft", " DRAFT "])
def test_the_status_counts_however_it_is_written(status: str) -> None:
    assert len(days(guidance(status=status))) == 1


@pytest.mark.parametrize(("due", "count"), [("2025-08-19", 0), ("2025-08-20", 0), ("2025-08-21", 1), ("9999-12-31", 1)])
def test_only_days_later_than_the_given_one_are_ahead(due: str, count: int) -> None:
    assert len(days(guidance(comments_due=due))) == count


def test_both_languages_of_a_consultation_are_one_date_told_from_the_english_page() -> None:
    assert days(notice("fr"), notice()) == [("2025-10-28", "CONSULTATION_CLOSES", "health_canada_notices:en")]
    assert len(days(replace(notice("fr"), pair=None), notice())) == 1
    assert len(days(notice("fr"))) == 1


def test_languages_that_state_different_days_are_both_told() -> None:
    assert [day for day, _, _ in days(notice("fr", closes="2025-10-29"), notice())] == ["2025-10-28", "2025-10-29"]


def test_two_consultations_that_close_on_one_day_are_both_told() -> None:
    other = replace(
        notice(), id="health_canada_notices:other", url="https://www.canada.ca/en/other", urls=(), pair=None
    )

    assert len(days(notice(), other)) == 2


# The calendar


def calendar(*documents: Document, as_of: datetime = AUGUST) -> str:
    return render_ics(dates_ahead(documents, TODAY), as_of)


def properties(text: str) -> list[tuple[str, str]]:
    """The lines of a calendar, unfolded and taken apart."""
    unfolded = re.sub("\r\n[ \t]", "", text).removesuffix("\r\n").split("\r\n")
    return [(name, value) for name, _, value in (line.partition(":") for line in unfolded)]


def plain(value: str) -> str:
    """A value of type TEXT as a reader of it sees it."""
    return re.sub(r"\\([\\;,nN])", lambda found: "\n" if found[1] in "nN" else found[1], value)


def test_an_event_says_what_the_date_is_and_where_it_comes_from() -> None:
    found = dict(properties(calendar(guidance())))

    assert found["DTSTART;VALUE=DATE"] == "20251021"
    assert found["DTSTAMP"] == "20250820T080000Z"
    assert plain(found["SUMMARY"]) == (
        "Comments for consideration by 2025-10-21: Considerations for Vesicle Products; Draft, with examples,"
        " Docket FDA-2025-D-0001"
    )
    said = plain(found["DESCRIPTION"]).split("\n")
    assert said[0].startswith("FDA guidance (DRAFT) “Considerations for Vesicle Products; Draft, with examples”")
    assert "21 CFR 10.115(g)(5)" in said[1]
    assert said[2:] == ["https://www.fda.gov/guidance/vesicles", "As of 20 Aug 2025."]
    assert found["URL"] == "https://www.fda.gov/guidance/vesicles"


def test_a_consultation_closes_to_input() -> None:
    found = dict(properties(calendar(notice())))

    assert plain(found["SUMMARY"]) == "Consultation closes to input: Consultation on vesicle products"
    assert found["DTSTART;VALUE=DATE"] == "20251028"


def test_a_calendar_opens_and_closes_what_it_holds() -> None:
    text = calendar(guidance(), notice())

    marks = [f"{name}:{value}" for name, value in properties(text) if name in ("BEGIN", "END", "VERSION")]
    assert marks == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        *("BEGIN:VEVENT", "END:VEVENT") * 2,
        "END:VCALENDAR",
    ]
    assert dict(properties(text))["PRODID"] == "-//exowatch//dates ahead//EN"


def test_a_calendar_without_dates_still_holds_a_component() -> None:
    names = [value for name, value in properties(calendar()) if name == "BEGIN"]

    assert names == ["VCALENDAR", "VTIMEZONE", "STANDARD"]


def test_lines_are_folded_at_75_octets_and_never_within_a_character() -> None:
    text = calendar(replace(notice("fr"), title="é" * 300))

    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "é" * 300 in plain(dict(properties(text))["SUMMARY"])
    assert text.count("\n") == text.count("\r\n")


def test_an_event_keeps_its_uid_when_its_day_moves_and_the_later_statement_is_told_by_its_stamp() -> None:
    before = dict(properties(calendar(guidance())))
    after = dict(properties(calendar(guidance(comments_due="2025-12-01"), as_of=AUGUST.replace(month=9))))

    assert before["UID"] == after["UID"]
    assert before["DTSTAMP"] < after["DTSTAMP"]
    uids = [value for name, value in properties(calendar(guidance(), notice())) if name == "UID"]
    assert len(set(uids)) == 2


def test_the_same_dates_give_the_same_bytes() -> None:
    assert calendar(guidance(), notice()) == calendar(notice(), guidance())


def test_a_digest_gives_the_dates_of_its_documents_that_are_not_over_where_its_days_begin() -> None:
    last_hour = datetime(2025, 10, 22, 3, tzinfo=UTC)  # still 21 October in New York
    york = Period("2025", datetime(2025, 1, 1, 5, tzinfo=UTC), datetime(2026, 1, 1, 5, tzinfo=UTC), "America/New_York")
    given = digest(published=[PublishedEntry(guidance())], changes=[ChangeEntry(step(), notice())], as_of=last_hour)

    there = [value for name, value in properties(render_calendar(replace(given, period=york))) if name == "UID"]
    here = [value for name, value in properties(render_calendar(given)) if name == "UID"]

    assert (len(there), len(here)) == (2, 1)


def test_sample_data_is_said_in_every_event() -> None:
    given = replace(full_digest(), as_of=datetime(2025, 7, 1, tzinfo=UTC), sample_data=True)

    found = [value for name, value in properties(render_calendar(given)) if name == "SUMMARY"]

    assert [value.startswith("Sample data: ") for value in found] == [True]


def test_a_date_is_told_in_the_regulators_words() -> None:
    assert [str(kind) for kind in DateKind] == ["Comments for consideration by", "Consultation closes to input"]
    assert DateAhead(TODAY, DateKind.COMMENTS_DUE, guidance()).what == "Comments for consideration by"
