"""The same edit on several documents is told once, and what differs is told by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from reports.campaigns import Grouped, grouped
from reports.digest import SourceCard, compose
from reports.entries import ChangeEntry
from reports.period import Period
from reports.render import render_html, render_text
from store.records import (
    BlockDiff,
    BlockKind,
    BlockOp,
    Change,
    Document,
    FieldChange,
    Kind,
    Severity,
    Side,
    Status,
    Window,
    WordOp,
    Words,
)

THEN = datetime(2025, 8, 20, 8, tzinfo=UTC)
SIDE = Side(1, "a" * 64, "b" * 64, THEN)


def edit(before: str, after: str, section: str = "") -> BlockDiff:
    words = (Words(WordOp.KEEP, "Write to "), Words(WordOp.REMOVE, before), Words(WordOp.ADD, after))
    return BlockDiff(section, BlockKind.PARAGRAPH, BlockOp.EDIT, words)


OFFICE = edit("Room 1", "Room 2")


def entry(
    n: int, *redline: BlockDiff, source: str = "letters", kind: Kind = Kind.REVISED, **said: object
) -> ChangeEntry:
    url = f"https://regulator.example/{n}"
    document = Document(
        f"{source}:{n}", source, f"99{n}", url, (url,), None, f"Firm {n}", "en", Status.CURRENT, True, "mentions exosomes",
        None, None, {}, (), 1, 2, THEN, THEN,
    )  # fmt: skip
    change = Change(f"{source}{n}", document.id, kind, Window(THEN, THEN), SIDE, replace(SIDE, n=2))
    return ChangeEntry(replace(change, **said), document, redline)  # type: ignore[arg-type]  # fields of a change


def told(found: Grouped) -> tuple[list[list[str]], list[str]]:
    return (
        [[one.change.id for one in campaign.entries] for campaign in found.campaigns],
        [one.change.id for one in found.single],
    )


def test_the_same_edit_on_three_documents_is_one_campaign_wherever_it_stands() -> None:
    found = grouped([entry(1, OFFICE), entry(2, edit("Room 1", "Room 2", "Contact")), entry(3, OFFICE)])

    assert told(found) == ([["letters1", "letters2", "letters3"]], [])


def test_two_documents_are_told_each_by_itself() -> None:
    assert told(grouped([entry(1, OFFICE), entry(2, OFFICE)])) == ([], ["letters1", "letters2"])


def test_three_edits_of_one_document_are_no_campaign() -> None:
    one = entry(1, OFFICE)
    again = [replace(one, change=replace(one.change, id=name)) for name in "abc"]

    assert told(grouped(again)) == ([], ["a", "b", "c"])


def test_another_source_and_another_edit_stay_apart() -> None:
    others = [entry(3, OFFICE, source="notices"), entry(4, edit("Room 1", "Room 3"))]

    assert told(grouped([entry(1, OFFICE), entry(2, OFFICE), *others]))[0] == []


def test_one_that_has_the_edit_and_more_is_pulled_up_and_says_so() -> None:
    odd = entry(4, OFFICE, edit("fifteen", "thirty"))

    found = grouped([entry(1, OFFICE), entry(2, OFFICE), entry(3, OFFICE), odd])

    assert told(found) == ([["letters1", "letters2", "letters3"]], ["letters4"])
    assert found.beside == {"letters4": 3}


def test_fields_make_an_edit_and_dates_of_the_page_do_not() -> None:
    def renamed(n: int) -> ChangeEntry:
        fields = (FieldChange("issuing_office", "CBER", "OCBQ"), FieldChange("modified", "2025-01-01", f"2025-08-1{n}"))
        return entry(n, kind=Kind.METADATA, fields=fields)

    assert told(grouped([renamed(1), renamed(2), renamed(3)]))[0] == [["letters1", "letters2", "letters3"]]


def test_new_and_removed_documents_are_always_told_by_themselves() -> None:
    gone = [entry(n, kind=Kind.REMOVED) for n in range(4)]

    assert told(grouped(gone))[0] == []


def test_a_campaign_is_as_grave_as_its_gravest() -> None:
    found = grouped([entry(1, OFFICE), entry(2, OFFICE, severity=Severity.IMPORTANT), entry(3, OFFICE)])

    assert found.campaigns[0].severity is Severity.IMPORTANT


def test_both_forms_tell_it_once_with_every_document_and_the_odd_one_by_itself() -> None:
    entries = [entry(n, OFFICE) for n in (1, 2, 3)] + [entry(4, OFFICE, edit("fifteen", "thirty"))]
    digest = compose(
        period=Period("2025", datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), "UTC"),
        as_of=THEN,
        seal="s",
        sources=[SourceCard("letters", "Regulator", "Letters", "https://regulator.example")],
        looked_at=[],
        changes=entries,
    )

    html, text = render_html(digest), render_text(digest)

    for form in (html, text):
        assert form.count("The same edit on 3 documents") == 1
        assert form.count("the same edit as on 3 other documents") == 1
        assert [n for n in range(1, 5) if f"Firm {n}" not in form or f"https://regulator.example/{n}" not in form] == []
    assert html.count("Room 2") == text.count("Room 2") == 2
    assert "4 changes seen" in html
