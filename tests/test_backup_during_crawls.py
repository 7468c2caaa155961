"""Backups taken while a crawl writes: each restores to a state that the store was in, whole to the last fact."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from exowatch.demo.answer import WorldAnswer
from store import chain
from store.backup import Backup, back_up
from store.database import Store
from store.restoring import restore
from tests.test_kill import SOURCES, concluded, world
from tests.world.running import ended, rebuild, rows, start
from tests.world.world import START, Asked

Links = list[tuple[int, str, int, bytes]]


def slowly(_: Asked, answering: Callable[[], WorldAnswer]) -> WorldAnswer:
    """A site that takes its time, so that a crawl lasts for many backups."""
    time.sleep(0.02)
    return answering()


def backups_during_crawls(database: Path, folder: Path, wanted: int) -> Iterator[Backup]:
    """So many backups, each begun and ended while a crawl ran; as many crawls as that takes, one a day."""
    made = 0
    Store(database).close()
    for day in count():
        sites = world(slowly)
        with sites.served() as proxy:
            child = start(sites, database, START + timedelta(days=day), proxy, *SOURCES)
            while child.poll() is None and made < wanted:
                backup = back_up(database, folder / f"{made}.db")
                if child.poll() is None and backup.facts:
                    made += 1
                    yield backup
                time.sleep(0.05)
            assert ended(child).code == 0
        if made == wanted:
            return


def links(store: Store) -> Links:
    return [(seq, fact, row, bytes(found)) for seq, fact, row, found in store.execute("select * from chain order by 1")]


def altered(store: Store) -> list[str]:
    """Facts whose content does not give the hash that the chain has of them; lists' sightings are several rows."""
    found, last = [], chain.GENESIS
    for _, fact, row, told in links(store):
        if fact != "list_sightings":
            content = chain.content_of(store, fact, row)
            if content is None or chain.fact_hash(last, fact, content) != told:
                found.append(f"{fact} {row}")
        last = told
    return found


@pytest.mark.parametrize("wanted", [5, pytest.param(100, marks=pytest.mark.slow)])
def test_every_backup_taken_during_a_crawl_restores_to_a_state_the_store_was_in(tmp_path: Path, wanted: int) -> None:
    database = tmp_path / "store.db"
    made = list(backups_during_crawls(database, tmp_path / "backups", wanted))
    with Store(database, readonly=True) as store:
        whole = links(store)
        assert altered(store) == []

    for backup in made:
        place = tmp_path / "restored" / backup.path.name
        tried, _ = restore(backup.path, place, SOURCES)
        with Store(place, readonly=True) as store:
            assert tried.problems == ()
            assert links(store) == whole[: backup.facts]
            assert altered(store) == []

    assert len(made) == wanted
    assert len({backup.facts for backup in made}) > wanted // 5


def test_a_restored_backup_is_crawled_on_like_the_store_itself(tmp_path: Path) -> None:
    database, place = tmp_path / "store.db", tmp_path / "restored.db"
    taken = [backup.path for backup in backups_during_crawls(database, tmp_path / "backups", 3)]
    restore(taken[1], place, SOURCES)

    for path in (database, place):
        sites = world()
        with sites.served() as proxy:
            assert ended(start(sites, path, START + timedelta(days=40), proxy, *SOURCES)).code == 0

    assert concluded(place) == concluded(database)
    assert rows(place, "select target from visits group by target having count(*) > 1") == []
    before = concluded(place)
    rebuild(world(), place)
    assert concluded(place) == before
