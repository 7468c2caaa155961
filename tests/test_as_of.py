"""As of an instant: what the store could have said then, whatever it learned later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exowatch import config, past
from exowatch.digesting import digest
from reports.digest import to_json
from reports.period import Period
from store import clock, decisions, lookup
from store.as_of import knows_later
from store.database import Store
from store.records import Origin
from tests.shelf import RULES, Shelf, at, page, read

ONE = page("Exosomes are sold here.")
TWO = page("Exosomes are no longer sold here.")
YEAR = Period("2025", datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), "UTC")
CONFIG = replace(config.load([], {}), rules=RULES)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.setattr("exowatch.past.read", read)
    made = Shelf(tmp_path / "store.db")
    yield made
    made.close()


@contextmanager
def today(moment: datetime) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: moment)
        yield


def crawl(shelf: Shelf, hours: float, now: float | None = None, **looks: object) -> None:
    """A run that started at `now`, and saw what it saw at `hours`."""
    with today(at(hours if now is None else now)):
        shelf.crawl(hours, **looks)  # type: ignore[arg-type]  # as `Shelf.crawl` has them


def told(shelf: Shelf, hours: float) -> dict[str, object]:
    with past.as_it_stood(shelf.store, CONFIG, at(hours)) as then:
        return to_json(digest(then, CONFIG, YEAR, at(hours), facts=shelf.store))


def kinds(shelf: Shelf, hours: float) -> list[str]:
    with past.as_it_stood(shelf.store, CONFIG, at(hours)) as then:
        return [change.kind.value for change in lookup.changes(then)]


def test_what_was_seen_later_is_not_known_then(shelf: Shelf) -> None:
    crawl(shelf, 0, pages={"a": ONE})
    crawl(shelf, 48, pages={"a": TWO, "b": ONE})

    assert kinds(shelf, 24) == ["new"]
    assert kinds(shelf, 48) == ["new", "revised", "new"]


def test_the_same_digest_comes_again_whatever_the_store_learned_since(shelf: Shelf) -> None:
    crawl(shelf, 0, pages={"a": ONE}, rows={"a": page(title="row")})
    before = told(shelf, 24)

    crawl(shelf, 48, pages={"a": TWO, "b": ONE}, rows={"b": page(title="row")})
    crawl(shelf, 90, gone=["a"])
    decisions.mute(shelf.store, "letters:a", by="me", reason="because")
    shelf.derivation.update([1])

    assert told(shelf, 24) == before
    assert shelf.store.execute("pragma integrity_check").fetchone()[0] == "ok"
    assert shelf.count("crawls") == 3


def test_an_older_capture_that_came_in_later_was_not_known(shelf: Shelf) -> None:
    crawl(shelf, 48, pages={"a": TWO})
    before = told(shelf, 60)

    crawl(shelf, 0, now=72, pages={"a": ONE}, origin=Origin.WARC)

    assert kinds(shelf, 60) == ["new"]
    assert kinds(shelf, 80) == ["new", "revised"]
    assert told(shelf, 60) == before


def test_where_nothing_is_newer_the_store_itself_answers(shelf: Shelf) -> None:
    crawl(shelf, 0, pages={"a": ONE})

    with past.as_it_stood(shelf.store, CONFIG, at(1)) as then:
        assert then is shelf.store
    assert not knows_later(shelf.store, at(1))


def test_a_mute_that_came_later_does_not_hide_then(shelf: Shelf) -> None:
    crawl(shelf, 0, pages={"a": ONE})
    with today(at(48)):
        decisions.mute(shelf.store, "letters:a", by="me", reason="because")
    shelf.derivation.update([1])

    with past.as_it_stood(shelf.store, CONFIG, at(24)) as then:
        assert [found.id for found in lookup.documents(then)] == ["letters:a"]
    assert lookup.documents(shelf.store) == []


def test_the_copy_is_gone_afterwards(shelf: Shelf) -> None:
    crawl(shelf, 0, pages={"a": ONE})
    crawl(shelf, 48, pages={"a": TWO})

    with past.as_it_stood(shelf.store, CONFIG, at(24)) as then:
        path = Path(then.path)
        assert isinstance(then, Store)
        assert path.exists()

    assert not path.exists()
