"""Status: blindness is seen whatever it comes from, and nothing that is well is called ill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from exowatch.config import Config, load
from exowatch.health import Item
from exowatch.mail_settings import Mail, Security, Series, targets_of
from exowatch.status import Ahead, status
from store import clock, outbox, scheduled
from store.outbox import ALERTS, Parcel, SentDigest, State
from store.records import Issue, Origin
from store.scheduled import Claim, Outcome
from tests.shelf import Shelf, at, page

SOURCE = "fda_warning_letters"
TEXT = page("# Conclusion\nThe exosome product of the firm is unapproved.")
TO = "kim@firm.example"


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "letters.db", source=SOURCE)
    yield shelf
    shelf.close()


def config(**more: object) -> Config:
    """The shipped configuration with one source and one reader."""
    shipped = load([], {})
    sources = {name: {**own, "enabled": name == SOURCE} for name, own in shipped.sources.items()}
    mail = Mail("127.0.0.1", 25, Security.NONE, "", "exo@firm.example", (TO,))
    return replace(shipped, sources=sources, mail=mail, **more)  # type: ignore[arg-type]


def items(shelf: Shelf, hours: float, ahead: Ahead | None = None, **more: object) -> dict[str, Item]:
    return {item.name: item for item in status(shelf.store, config(**more), at(hours), ahead)}


# Sources


def test_a_source_is_stale_after_twice_its_period(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": TEXT})

    fresh, stale = items(shelf, 48)[SOURCE], items(shelf, 49)[SOURCE]

    assert fresh.ok
    assert not stale.ok
    assert stale.since == at(0)
    assert stale.headline == f"{SOURCE} not read since {at(0).date()}"


def test_a_source_that_was_never_read_is_not_well(shelf: Shelf) -> None:
    item = items(shelf, 0)[SOURCE]

    assert (item.ok, item.headline, item.more["last_good"], item.more["next"]) == (
        False,
        f"{SOURCE} was never read",
        None,
        None,
    )


def test_a_source_that_was_not_read_yet_in_a_store_that_has_just_begun_is_early(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    untouched = items(shelf, 0)[SOURCE]
    monkeypatch.setattr(clock, "now", lambda: at(0))
    ended(shelf, 0, Outcome.DONE)

    young, old = items(shelf, 48)[SOURCE], items(shelf, 49)[SOURCE]

    assert [(item.ok, item.early) for item in (untouched, young, old)] == [(False, True), (False, True), (False, False)]
    assert old.since == at(0)


@pytest.mark.parametrize("kind", ["blocked", "layout", "listing_incomplete"])
def test_a_crawl_that_a_guard_ended_is_no_good_crawl_though_pages_answered(shelf: Shelf, kind: str) -> None:
    shelf.crawl(0, {"a": TEXT})
    for hours in (24, 48):
        shelf.crawl(hours, {"a": TEXT}, issues=[Issue(kind, "", "the list is laid out anew")])

    item = items(shelf, 49)[SOURCE]

    assert not item.ok
    assert item.more["last_good"] == clock.shown(at(0))
    assert "the list is laid out anew" in item.message
    assert [issue["kind"] for issue in item.more["issues"]] == [kind]


def test_only_what_a_crawl_read_counts_and_never_an_import(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": TEXT}, origin=Origin.WARC)

    assert not items(shelf, 1)[SOURCE].ok


def test_a_source_that_is_read_weekly_is_stale_after_two_weeks(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": TEXT})
    ahead = Ahead(periods={SOURCE: timedelta(days=7)})

    assert items(shelf, 24 * 13, ahead)[SOURCE].ok
    assert not items(shelf, 24 * 15, ahead)[SOURCE].ok


def test_what_the_timetable_has_ahead_is_shown(shelf: Shelf) -> None:
    item = items(shelf, 0, Ahead({SOURCE: at(5)}))[SOURCE]

    assert item.more["next"] == clock.shown(at(5))


# Schedules


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.DEADLINE, Outcome.CUT_OFF])
def test_a_schedule_whose_last_run_failed_is_not_well_until_one_is_done(shelf: Shelf, outcome: Outcome) -> None:
    ended(shelf, 0, outcome)
    bad = items(shelf, 1)["schedule nightly"]
    ended(shelf, 24, Outcome.DONE)
    good = items(shelf, 25)["schedule nightly"]

    assert (bad.ok, good.ok) == (False, True)
    assert "no disk" in bad.message


def test_a_schedule_that_is_no_longer_in_the_timetable_is_left_alone(shelf: Shelf) -> None:
    ended(shelf, 0, Outcome.FAILED)

    found = items(shelf, 1, Ahead(schedules={"weekly": at(100)}))

    assert "schedule nightly" not in found
    assert (found["schedule weekly"].ok, found["schedule weekly"].more["next"]) == (True, clock.shown(at(100)))


def ended(shelf: Shelf, hours: float, outcome: Outcome) -> None:
    number = scheduled.begin(shelf.store, Claim("nightly", at(hours), "crawl"))
    assert number is not None
    scheduled.end(shelf.store, number, outcome, code=1, message="no disk")


# Outbox


def test_a_delivery_that_waits_for_over_a_day_is_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    put(shelf, monkeypatch, [State.BEGUN, State.DEFERRED])

    assert items(shelf, 24)["outbox"].ok
    late = items(shelf, 25)["outbox"]
    assert (late.ok, late.since, late.headline) == (False, at(0), "1 delivery waiting for over a day")


def test_a_refused_delivery_is_told_while_somebody_expects_it(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    put(shelf, monkeypatch, [State.BEGUN, State.REFUSED])

    assert not items(shelf, 1)["outbox"].ok
    elsewhere = Mail("127.0.0.1", 25, Security.NONE, "", "exo@firm.example", ("robin@firm.example",))
    found = status(shelf.store, replace(config(), mail=elsewhere), at(1))
    assert all(item.ok for item in found if item.name == "outbox")
    again = (Series("weekly", "week", targets_of([TO])),)
    found = status(shelf.store, replace(config(digests=again), mail=elsewhere), at(1))
    assert not all(item.ok for item in found if item.name == "outbox")


def test_a_delivery_that_arrived_in_the_end_is_no_matter(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    put(shelf, monkeypatch, [State.BEGUN, State.REFUSED, State.BEGUN, State.ACCEPTED])

    assert items(shelf, 100)["outbox"].ok


def put(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, attempts: Sequence[State]) -> None:
    """A digest in the outbox, with these attempts, written down at hour 0."""
    monkeypatch.setattr(clock, "now", lambda: at(0))
    digest = SentDigest("weekly", at(-24), at(0), at(0), "seal", "rules", "sha256")
    number = outbox.record(
        shelf.store, digest, [], [Parcel(outbox.Channel.SMTP, TO, "<1@firm.example>", "Subject: x\r\n\r\n")]
    )
    (delivery,) = outbox.deliveries(shelf.store, number)
    assert delivery.series != ALERTS
    for state in attempts:
        outbox.attempt(shelf.store, delivery.id, state, "451 later")


# Log and disk


def test_a_write_ahead_log_that_nothing_moves_is_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    from exowatch import machine

    shelf.crawl(0, {"a": TEXT})
    assert items(shelf, 1)["write-ahead log"].ok

    monkeypatch.setattr(machine, "LONGEST_LOG", 1000)

    assert not items(shelf, 1)["write-ahead log"].ok


def test_a_disk_that_runs_full_is_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    from exowatch import machine

    assert items(shelf, 1)["space"].ok

    monkeypatch.setattr(machine, "LEAST_SPACE", 10**18)

    assert not items(shelf, 1)["space"].ok
