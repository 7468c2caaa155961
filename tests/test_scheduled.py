"""Scheduled runs as facts: begun once, ended once, whoever asks."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from store import scheduled
from store.clock import parse
from store.database import Store
from store.scheduled import Claim, Outcome

DUE = parse("2025-08-18T02:00:00Z")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("EXOWATCH_NOW", "2025-08-18T02:00:05Z")
    return Store(tmp_path / "store.db")


def claim(due: datetime = DUE, **more: object) -> Claim:
    return Claim("daily", due, "crawl", **more)  # type: ignore[arg-type]


def test_a_moment_is_run_once_whoever_asks(store: Store) -> None:
    with Store(store.path) as other:
        first, second = scheduled.begin(store, claim()), scheduled.begin(other, claim())

    assert first == 1
    assert second is None
    assert [run.due for run in scheduled.runs(store)] == [DUE]


def test_a_run_says_what_was_missed_before_it_and_how_it_ended(store: Store) -> None:
    since = DUE - timedelta(days=3)
    number = scheduled.begin(store, claim(missed=3, missed_since=since))
    assert number is not None
    begun = scheduled.latest(store, "daily")

    scheduled.end(store, number, Outcome.FAILED, code=1, message="no disk")
    scheduled.end(store, number, Outcome.DONE, code=0)

    run = scheduled.latest(store, "daily")
    assert begun is not None
    assert (begun.outcome, begun.ended) == (None, None)
    assert run is not None
    assert (run.missed, run.missed_since, run.outcome, run.code, run.message) == (
        3,
        since,
        Outcome.FAILED,
        1,
        "no disk",
    )


def test_the_latest_run_is_that_of_the_latest_moment_and_its_last_attempt(store: Store) -> None:
    later = DUE + timedelta(days=1)
    for one in (claim(later), claim(later, attempt=2), claim(DUE)):
        scheduled.begin(store, one)

    run = scheduled.latest(store, "daily")

    assert run is not None
    assert (run.due, run.attempt) == (later, 2)
    assert scheduled.latest(store, "weekly") is None
