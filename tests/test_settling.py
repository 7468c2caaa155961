"""What only a whole run can show: shorter lists, pages gone in numbers, landing pages, moves, and templates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from store import decisions, lookup
from store.archive import Crawl, Row, Target
from store.records import Issue, Kind, Origin, Outcome, Part, Status
from tests.shelf import LIST, Shelf, answer, at, page, url_of

TOPIC = "They sell exosomes."
MANY = [f"letter-{n:03}" for n in range(100)]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "letters.db")


def row(key: str, **said: str) -> bytes:
    year = 2021 + int(key[-3:]) // 25 if key[-3:].isdigit() else 2025
    return page(title=f"Firm {key}", published=f"{year}-03-01", **said)


def run(
    shelf: Shelf,
    hours: float,
    pages: Mapping[str, bytes] | None = None,
    *,
    listed: Sequence[str] | None = None,
    complete: bool = True,
    gone: Sequence[str] = (),
    redirects: Mapping[str, str] | None = None,
    origin: Origin = Origin.LIVE,
    rows: Mapping[str, bytes] | None = None,
) -> tuple[Issue, ...]:
    """One run, settled as a crawl settles it; what a person is told."""
    crawl = Crawl(shelf.store, "letters", origin)
    shown = rows if rows is not None else {key: row(key) for key in listed} if listed is not None else None
    if shown is not None:
        (target,) = crawl.plan([Target(Part.LIST, LIST)])
        body = json.dumps(sorted(shown)).encode() + b" "
        visit = crawl.accept(target, answer("letters", body, at(hours))).visit
        crawl.rows(visit, [Row(key, url_of(key), content) for key, content in shown.items()], at(hours), "list")
        crawl.list_read(complete=complete, rows=len(shown), declared=len(shown), moment=at(hours))
    for key, body in (pages or {}).items():
        (target,) = crawl.plan([Target(Part.PAGE, url_of(key), key)])
        final = (redirects or {}).get(key, "")
        crawl.accept(target, answer(key, body, at(hours), final_url=final))
    for key in gone:
        (target,) = crawl.plan([Target(Part.PAGE, url_of(key), key)])
        crawl.failed(target, Outcome.GONE, at(hours))
    shelf.derivation.update(sorted(crawl.touched))
    issues = shelf.derivation.settle(crawl.id)
    crawl.finish("finished", declared=None, documents_followed=0, versions_new=0, changes_new=0)
    return issues


def kinds(shelf: Shelf) -> list[str]:
    return [change.kind.value for change in lookup.changes(shelf.store) if change.kind is not Kind.NEW]


def events(shelf: Shelf) -> list[str]:
    return [event.name for change in lookup.changes(shelf.store) for event in change.events]


def status(shelf: Shelf, key: str) -> Status:
    return lookup.document(shelf.store, f"letters:{key}").status


def rebuilt_equal(shelf: Shelf) -> bool:
    before = (lookup.changes(shelf.store), lookup.documents(shelf.store, everything=True))
    shelf.derivation.rebuild()
    return before == (lookup.changes(shelf.store), lookup.documents(shelf.store, everything=True))


# Lists


def test_one_row_missing_from_two_lists_a_day_apart_is_delisted_not_removed(shelf: Shelf) -> None:
    keys = MANY[:10]
    run(shelf, 0, {"letter-000": page(TOPIC)}, listed=keys)
    run(shelf, 1, listed=keys[1:])
    after_one = (status(shelf, "letter-000"), events(shelf))
    run(shelf, 26, {"letter-000": page(TOPIC)}, listed=keys[1:])

    (change,) = [c for c in lookup.changes(shelf.store) if c.kind is not Kind.NEW]
    assert after_one == (Status.CURRENT, [])
    assert (change.kind, [e.name for e in change.events]) == (Kind.METADATA, ["delisted"])
    assert (change.window.after, change.window.until) == (at(0), at(1))
    assert status(shelf, "letter-000") is Status.DELISTED
    assert rebuilt_equal(shelf)


def test_a_row_that_comes_back_is_relisted(shelf: Shelf) -> None:
    keys = MANY[:10]
    run(shelf, 0, {"letter-000": page(TOPIC)}, listed=keys)
    for hours in (1, 26):
        run(shelf, hours, listed=keys[1:])
    run(shelf, 50, listed=keys)

    assert events(shelf) == ["delisted", "relisted"]
    assert status(shelf, "letter-000") is Status.CURRENT
    assert rebuilt_equal(shelf)


def test_a_row_that_one_list_skipped_was_never_gone(shelf: Shelf) -> None:
    keys = MANY[:10]
    run(shelf, 0, {"letter-000": page(TOPIC)}, listed=keys)
    run(shelf, 1, listed=keys[1:])
    run(shelf, 26, listed=keys)
    run(shelf, 50, listed=keys[1:])

    assert events(shelf) == []


def test_a_list_that_was_not_read_to_its_end_proves_no_absence(shelf: Shelf) -> None:
    keys = MANY[:10]
    run(shelf, 0, {"letter-000": page(TOPIC)}, listed=keys)
    for hours in (1, 26, 50):
        run(shelf, hours, listed=keys[1:], complete=False)

    assert events(shelf) == []


@pytest.mark.parametrize("kept", [40, 0])
def test_a_list_that_loses_most_of_its_rows_trips_the_guard(shelf: Shelf, kept: int) -> None:
    run(shelf, 0, {key: page(TOPIC) for key in MANY[:60]}, listed=MANY)
    told = [run(shelf, hours, listed=MANY[100 - kept :]) for hours in (1, 26)]

    assert [[issue.kind for issue in issues] for issues in told] == [["mass_disappearance"]] * 2
    assert kinds(shelf) == []
    assert rebuilt_equal(shelf)


def test_a_pruned_year_is_delisted_once_three_lists_over_seven_days_agree(shelf: Shelf) -> None:
    run(shelf, 0, {"letter-000": page(TOPIC), "letter-099": page(TOPIC)}, listed=MANY)
    told = [run(shelf, hours, listed=MANY[25:]) for hours in (24, 96, 24 * 8)]

    assert [[issue.kind for issue in issues] for issues in told] == [["mass_disappearance"]] * 2 + [[]]
    assert events(shelf) == ["delisted"]
    assert (status(shelf, "letter-000"), status(shelf, "letter-099")) == (Status.DELISTED, Status.CURRENT)
    assert rebuilt_equal(shelf)


def test_a_person_may_accept_what_is_missing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    run(shelf, 0, {key: page(TOPIC) for key in MANY}, listed=MANY)
    for hours in (1, 26):
        run(shelf, hours, listed=MANY[60:], gone=MANY[:60])
    before = kinds(shelf)
    monkeypatch.setenv("EXOWATCH_NOW", "2025-08-03T08:00:00Z")
    decisions.accept_missing(shelf.store, "letters", by="Kim", reason="the site was cleared")
    shelf.derivation.settle_again("letters")

    assert before == []
    assert kinds(shelf).count("removed") == 60
    assert events(shelf).count("delisted") == 60
    assert rebuilt_equal(shelf)


# Pages gone in numbers


@pytest.mark.parametrize("share", [0.6, 1.0])
def test_most_pages_gone_at_once_are_no_removals(shelf: Shelf, share: float) -> None:
    run(shelf, 0, {key: page(TOPIC) for key in MANY})
    missing = MANY[: int(len(MANY) * share)]
    told = [run(shelf, hours, gone=missing) for hours in (24, 49)]

    assert [[issue.kind for issue in issues] for issues in told] == [["mass_disappearance"]] * 2
    assert kinds(shelf) == []
    assert rebuilt_equal(shelf)


def test_one_page_really_gone_is_removed_and_restored(shelf: Shelf) -> None:
    run(shelf, 0, {key: page(TOPIC) for key in MANY})
    told = [run(shelf, hours, gone=["letter-007"]) for hours in (24, 49)]
    removed = status(shelf, "letter-007")
    run(shelf, 80, {"letter-007": page(TOPIC)})

    assert told == [(), ()]
    assert removed is Status.REMOVED
    assert kinds(shelf) == ["removed", "restored"]


# Landing pages and moves


def test_many_addresses_that_land_on_one_page_change_nothing(shelf: Shelf) -> None:
    run(shelf, 0, {key: page(TOPIC) for key in MANY[:30]})
    landing = {key: url_of("home") for key in MANY[:30]}
    told = run(shelf, 24, {key: page("Welcome to our new site.") for key in MANY[:30]}, redirects=landing)

    assert [issue.kind for issue in told] == ["soft_error"]
    assert kinds(shelf) == []
    assert rebuilt_equal(shelf)


def test_a_page_whose_old_address_redirects_has_moved(shelf: Shelf) -> None:
    run(shelf, 0, {"old": page(TOPIC)})
    run(shelf, 24, {"old": page(TOPIC)}, redirects={"old": url_of("new")})

    (change,) = [c for c in lookup.changes(shelf.store) if c.kind is not Kind.NEW]
    document = lookup.document(shelf.store, "letters:old")
    assert (change.kind, change.words_added, change.words_removed) == (Kind.MOVED, 0, 0)
    assert [(f.name, f.before, f.after) for f in change.fields] == [("url", url_of("old"), url_of("new"))]
    assert (document.url, set(document.urls)) == (url_of("new"), {url_of("old"), url_of("new")})


def test_the_new_address_of_a_moved_document_is_no_second_document(shelf: Shelf) -> None:
    run(shelf, 0, {"old": page(TOPIC)}, rows={"old": row("old")})
    moved = {"old": page(TOPIC), "new": page(TOPIC)}
    run(shelf, 24, moved, rows={"new": row("old")}, redirects={"old": url_of("new")})
    run(shelf, 48, {"new": page(f"{TOPIC} And more.")}, rows={"new": row("old")})

    assert [d.id for d in lookup.documents(shelf.store, everything=True)] == ["letters:old"]
    assert sorted(kinds(shelf)) == ["moved", "revised"]
    assert rebuilt_equal(shelf)


def test_two_addresses_that_are_live_at_once_are_two_documents(shelf: Shelf) -> None:
    said = {"number": "999101", "fields": {"issued": "2025-01-02"}}
    both = {key: page(TOPIC, title="Larkspur", **said) for key in ("letter", "letter-0")}
    run(shelf, 0, {"letter": both["letter"]}, rows={"letter": row("letter")})
    run(shelf, 24, both, rows={key: row(key) for key in both})
    run(shelf, 49, both, rows={"letter-0": row("letter-0")})

    assert len(lookup.documents(shelf.store, everything=True)) == 2
    assert "moved" not in kinds(shelf)


def test_a_letter_posted_anew_whose_old_address_is_gone_has_moved(shelf: Shelf) -> None:
    said = {"number": "999101", "fields": {"issued": "2025-01-02"}}
    letter = page(TOPIC, title="Larkspur", **said)
    run(shelf, 0, {"letter": letter}, rows={"letter": row("letter")})
    run(shelf, 24, {"letter-0": letter}, rows={"letter-0": row("letter")}, gone=["letter"])

    assert [d.id for d in lookup.documents(shelf.store, everything=True)] == ["letters:letter"]
    assert kinds(shelf) == ["moved"]
    assert rebuilt_equal(shelf)


def test_renamed_addresses_are_moves_not_removals(shelf: Shelf) -> None:
    run(shelf, 0, {key: page(TOPIC + key) for key in MANY})
    new = {key: url_of(f"{key}-b") for key in MANY[:20]}
    run(shelf, 24, {key: page(TOPIC + key) for key in MANY}, redirects=new)

    assert kinds(shelf) == ["moved"] * 20


def test_a_redirect_to_a_document_known_before_is_no_move(shelf: Shelf) -> None:
    run(shelf, 0, {"one": page(TOPIC), "two": page(f"{TOPIC} Another letter.")})
    run(shelf, 24, {"one": page(f"{TOPIC} Another letter.")}, redirects={"one": url_of("two")})

    assert kinds(shelf) == []


# Templates


def footers(shelf: Shelf, keys: Sequence[str], also: Mapping[str, str] | None = None) -> tuple[Issue, ...]:
    run(shelf, 0, {key: page(f"{TOPIC} Letter {key}.\nOffice of 2024") for key in keys})
    edited = {key: page(f"{TOPIC} Letter {key}.{(also or {}).get(key, '')}\nOffice of 2025, room 7") for key in keys}
    return run(shelf, 24, edited)


def test_the_same_edit_on_many_pages_is_the_templates_and_no_change(shelf: Shelf) -> None:
    told = footers(shelf, MANY)

    assert [issue.kind for issue in told] == ["template_change"]
    assert "100 of 100 pages" in told[0].message
    assert kinds(shelf) == []
    assert rebuilt_equal(shelf)


def test_a_real_edit_beside_a_templates_edit_is_a_change(shelf: Shelf) -> None:
    footers(shelf, MANY, also={"letter-042": " You have thirty days."})

    (change,) = [c for c in lookup.changes(shelf.store) if c.kind is not Kind.NEW]
    assert (change.document, change.kind) == ("letters:letter-042", Kind.REVISED)


def test_the_same_edit_on_four_pages_is_four_changes(shelf: Shelf) -> None:
    told = footers(shelf, MANY[:4])

    assert told == ()
    assert kinds(shelf) == ["revised"] * 4


def test_the_next_edit_after_a_templates_is_compared_with_it(shelf: Shelf) -> None:
    footers(shelf, MANY)
    run(shelf, 48, {"letter-000": page(f"{TOPIC} Letter letter-000. New words.\nOffice of 2025, room 7")})

    (change,) = [c for c in lookup.changes(shelf.store) if c.kind is not Kind.NEW]
    assert (change.words_added, change.words_removed) == (2, 0)


def test_an_import_has_no_template(shelf: Shelf) -> None:
    run(shelf, 0, {key: page(f"{TOPIC}\nOffice of 2024") for key in MANY}, origin=Origin.WARC)
    told = run(shelf, 24, {key: page(f"{TOPIC}\nOffice of 2025") for key in MANY}, origin=Origin.WARC)

    assert told == ()
    assert kinds(shelf) == ["revised"] * 100


# Runs that were cut off


def test_a_run_that_was_cut_off_is_settled_by_the_next_command(shelf: Shelf) -> None:
    run(shelf, 0, {key: page(TOPIC) for key in MANY})
    for hours in (24, 49):
        crawl = Crawl(shelf.store, "letters", Origin.LIVE)
        for target in crawl.plan([Target(Part.PAGE, url_of(key), key) for key in MANY]):
            crawl.failed(target, Outcome.GONE, at(hours))
    shelf.derivation.catch_up()

    assert kinds(shelf) == []
    assert rebuilt_equal(shelf)


def test_a_document_under_the_same_number_is_named_and_never_merged(shelf: Shelf) -> None:
    letter = page(TOPIC, title="Larkspur", number="999101")
    run(shelf, 0, {"letter": letter})
    run(shelf, 24, {"letter": letter, "letter-0": page(f"{TOPIC} Issued again.", title="Larkspur", number="999101")})

    again = lookup.document(shelf.store, "letters:letter-0")
    assert lookup.same_number(shelf.store, again) == ["letters:letter"]
    assert len(lookup.documents(shelf.store)) == 2


def test_what_was_doubted_stays_doubted_however_much_is_read_later(shelf: Shelf) -> None:
    run(shelf, 0, {f"{n}": page(f"{n} exosomes") for n in range(60)})
    run(shelf, 24, gone=["1", "2", "3", "4"])
    run(shelf, 48, {f"{n}": page(f"{n} exosomes") for n in range(60, 160)})
    before = shelf.store.execute("select * from doubts").fetchall()

    shelf.derivation.rebuild()

    assert len(before) == 4
    assert shelf.store.execute("select * from doubts").fetchall() == before
