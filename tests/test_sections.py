"""The sections of a digest: where a change is told, and that a document stands once."""

from __future__ import annotations

from collections import Counter

import pytest

from reports.entries import ChangeEntry, PublishedEntry
from reports.sections import Layout, SectionName, detailed, lay, place
from store.records import Document, Event, Kind, Severity, Window
from tests.entries import AUGUST, CARDS, JANUARY, change, document

LETTER = document("letter")
NOTICE = document("notice", "health_canada_notices")


def told(laid: Layout) -> list[tuple[str, str, str]]:
    """Every entry with its section, and whether it is folded or only named."""
    return [
        (section.name.value, how, item.document.id)
        for section in laid.sections
        for group in section.groups
        for how, items in (("whole", group.items), ("earlier", group.earlier), ("title", group.titles))
        for item in items
    ]


@pytest.mark.parametrize(
    ("of", "kind", "events", "severity", "section"),
    [
        (LETTER, Kind.NEW, (), Severity.NOTABLE, SectionName.ENFORCEMENT),
        (LETTER, Kind.METADATA, ("closeout_posted",), Severity.NOTABLE, SectionName.ENFORCEMENT),
        (LETTER, Kind.REVISED, (), Severity.ROUTINE, SectionName.EDITED),
        (LETTER, Kind.REVISED, ("closeout_posted",), Severity.NOTABLE, SectionName.ENFORCEMENT),
        (LETTER, Kind.REMOVED, (), Severity.NOTABLE, SectionName.ENFORCEMENT),
        (LETTER, Kind.METADATA, (), Severity.ROUTINE, SectionName.ROUTINE),
        (LETTER, Kind.METADATA, ("delisted",), Severity.NOTABLE, SectionName.ROUTINE),
        (LETTER, Kind.METADATA, (), Severity.NOTABLE, SectionName.ENFORCEMENT),
        (LETTER, Kind.MOVED, (), Severity.ROUTINE, SectionName.ROUTINE),
        (LETTER, Kind.MOVED, ("finalised",), Severity.IMPORTANT, SectionName.ENFORCEMENT),
        (LETTER, Kind.REISSUED, (), Severity.ROUTINE, SectionName.ROUTINE),
        (NOTICE, Kind.NEW, (), Severity.NOTABLE, SectionName.POLICY),
        (NOTICE, Kind.REVERTED, (), Severity.NOTABLE, SectionName.EDITED),
        (NOTICE, Kind.REVISED, ("standing_changed",), Severity.IMPORTANT, SectionName.EDITED),
        (NOTICE, Kind.REVISED, ("standing_changed", "consultation_closed"), Severity.IMPORTANT, SectionName.POLICY),
        (NOTICE, Kind.RESTORED, (), Severity.NOTABLE, SectionName.POLICY),
    ],
)
def test_a_change_has_its_section(
    of: Document, kind: Kind, events: tuple[str, ...], severity: Severity, section: SectionName
) -> None:
    step = change(of, kind, events=tuple(Event(name, "It happened.") for name in events), severity=severity)

    assert place(step, of.source) is section


def test_a_published_document_that_is_new_and_changed_stands_once() -> None:
    new = ChangeEntry(change(LETTER, Kind.NEW, window=Window(None, JANUARY)), LETTER)
    steps = [new, ChangeEntry(change(LETTER), LETTER)]

    laid = lay(CARDS, [PublishedEntry(LETTER)], steps, "2025-01-01")

    assert told(laid) == [("Enforcement", "whole", LETTER.id)]
    assert laid.sections[0].groups[0].items[0].changes == tuple(steps)


def test_an_old_page_that_was_edited_stands_with_the_edits_though_it_is_new_to_us() -> None:
    old = document("old", "health_canada_notices", published="2023-01-01")
    steps = [ChangeEntry(change(old, Kind.NEW), old), ChangeEntry(change(old), old)]

    assert told(lay(CARDS, [], steps, "2025-01-01")) == [("Changed text on followed pages", "whole", old.id)]


def test_what_was_long_there_when_it_was_first_read_is_folded() -> None:
    old, fresh = document("old", published="2024-11-30"), document("fresh", published="2024-12-01")
    steps = [ChangeEntry(change(of, Kind.NEW), of) for of in (old, fresh)]

    assert told(lay(CARDS, [], steps, "2025-01-01")) == [
        ("Enforcement", "whole", fresh.id),
        ("Enforcement", "earlier", old.id),
    ]


def test_what_asks_for_a_decision_is_never_folded() -> None:
    old = document("old", "health_canada_recalls", published="2023-01-01")
    grave = ChangeEntry(change(old, Kind.NEW, severity=Severity.IMPORTANT), old)
    opened = document("opened", "health_canada_notices", published="2023-01-01")
    told_of = ChangeEntry(change(opened, Kind.NEW, events=(Event("consultation_opened", "It is open."),)), opened)

    assert [how for _, how, _ in told(lay(CARDS, [], [grave, told_of], "2025-01-01"))] == ["whole", "whole"]


def test_changes_of_lists_and_addresses_are_counted_at_the_end() -> None:
    moved = ChangeEntry(change(LETTER, Kind.MOVED, severity=Severity.ROUTINE), LETTER)

    laid = lay(CARDS, [], [moved], "2025-01-01")

    assert (told(laid), laid.routine) == ([], (moved,))


def test_beyond_the_limit_the_lighter_changes_are_named_only() -> None:
    documents = [document(f"d{n}") for n in range(5)]
    steps = [
        ChangeEntry(change(of, severity=Severity.IMPORTANT if n == 4 else Severity.NOTABLE), of)
        for n, of in enumerate(documents)
    ]

    laid = lay(CARDS, [], steps, "2025-01-01", whole=2)

    assert Counter(how for _, how, _ in told(laid)) == {"whole": 2, "title": 3}
    assert ("Changed text on followed pages", "whole", documents[4].id) in told(laid)
    assert laid.named_only == 3
    assert len({name for *_, name in told(laid)}) == 5


def test_the_weightiest_are_told_in_full_the_earliest_of_equals_first() -> None:
    early = change(document("b"), window=Window(None, JANUARY))
    late = change(document("a"), window=Window(None, AUGUST))
    grave = change(document("c"), severity=Severity.IMPORTANT, window=Window(None, AUGUST))

    assert detailed([early, late, grave], 2) == {grave.id, early.id}
    assert detailed([early, late, grave]) == {early.id, late.id, grave.id}
