"""Documents that go, move or all lead to one place: most of them at once are a fault of the day, one by one are news."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from store.records import Kind, Status
from tests.world import fda
from tests.world.documents import LETTERS, RECALLS, Paper, papers
from tests.world.faults import all_lead_to, gone, instead, moved, pages
from tests.world.running import Result, needs, rows, standing, walk
from tests.world.world import START, World, url_of

DAY = timedelta(days=1)


def letters(count: int) -> list[Paper]:
    """So many letters that are all followed."""
    first = papers(LETTERS)[1]
    return [
        replace(first, slug=f"firm-{n}", title=f"Sample Firm {n}", number=610_000 + n, text=(*first.text, f"Lot {n}."))
        for n in range(count)
    ]


def read(world: World, database: Path, day: int) -> Result:
    return walk(world, database, START + day * DAY, LETTERS)


def kinds(database: Path) -> Counter[str]:
    return Counter(kind for (kind,) in rows(database, "select kind from v_changes where kind != 'new'"))


def statuses(database: Path) -> Counter[str]:
    return Counter(status for (status,) in rows(database, "select status from v_documents"))


@pytest.mark.parametrize("share", [0.6, 1.0])
def test_most_pages_gone_at_once_removes_nothing_however_often_it_is_seen(tmp_path: Path, share: float) -> None:
    world, database = World(papers=letters(20), length=50), tmp_path / "store.db"
    read(world, database, 0)
    world.faults = [gone(pages({url_of(paper) for paper in world.papers[: int(20 * share)]}))]

    codes = [read(world, database, day).code for day in (1, 2, 4)]

    assert codes == [4, 4, 4]
    assert kinds(database) == {}
    assert statuses(database) == {Status.CURRENT: 20}


@pytest.mark.parametrize("share", [0.6, 1.0])
def test_most_rows_gone_from_the_list_removes_nothing(tmp_path: Path, share: float) -> None:
    world, database = World(papers=letters(20), length=50), tmp_path / "store.db"
    read(world, database, 0)
    left = [fda.cells(paper) for paper in world.papers[int(20 * share) :]]
    world.faults = [
        instead(lambda asked: asked.path == fda.DATA_PATH, lambda asked: fda.rows_answer(left, {"length": "50"}))
    ]

    codes = [read(world, database, day).code for day in (1, 2, 4)]

    assert codes == [4, 4, 4]
    assert kinds(database) == {}
    assert statuses(database) == {Status.CURRENT: 20}


def test_one_letter_really_gone_is_removed_after_two_looks_and_restored_when_it_returns(tmp_path: Path) -> None:
    world, database = World(papers=letters(20), length=50), tmp_path / "store.db"
    read(world, database, 0)
    everything, left = world.papers, world.papers[1:]
    seen = []

    for day, there in ((1, left), (3, left), (5, everything)):
        world.papers = there
        read(world, database, day)
        found = kinds(database)
        seen.append((found[Kind.REMOVED], found[Kind.RESTORED]))

    assert seen == [(0, 0), (1, 0), (1, 1)]
    assert statuses(database) == {Status.CURRENT: 20}


def test_many_letters_that_lead_to_one_page_change_nothing(tmp_path: Path) -> None:
    world, database = World(papers=letters(35), length=50), tmp_path / "store.db"
    read(world, database, 0)
    before = standing(database)
    sent = pages({url_of(paper) for paper in world.papers[:30]})

    for day, place in ((1, f"{fda.SITE}/"), (3, url_of(world.papers[-1])), (5, f"{fda.SITE}/search/consent")):
        world.faults = [all_lead_to(sent, place)]
        result = read(world, database, day)

        assert standing(database) == before, place
        assert result.code in (3, 4), place


@pytest.mark.parametrize("old_address", ["leads to the new one", "is gone"])
def test_letters_at_new_addresses_are_moves_and_none_is_removed(tmp_path: Path, old_address: str) -> None:
    world, database = World(papers=letters(60), length=100), tmp_path / "store.db"
    read(world, database, 0)
    renamed = [replace(paper, slug=f"{paper.slug}-llc") for paper in world.papers[:6]]
    places = {url_of(old): url_of(new) for old, new in zip(world.papers, renamed, strict=False)}
    world.papers = [*renamed, *world.papers[6:]]
    world.faults = [moved(places)] if old_address == "leads to the new one" else []

    for day in (1, 3, 5, 9):  # where old addresses are gone, so many at once need a week of equal lists
        read(world, database, day)

    found = kinds(database)
    assert found[Kind.REMOVED] == 0
    assert found[Kind.MOVED] == 6
    assert statuses(database)[Status.CURRENT] == 60


@needs(RECALLS)
def test_a_recall_that_gets_another_slug_keeps_its_number_and_is_no_new_document(tmp_path: Path) -> None:
    world, database = World(papers=papers(RECALLS)), tmp_path / "store.db"
    walk(world, database, START, RECALLS)
    before = standing(database)
    first = world.papers[0]
    world.papers = [replace(first, slug=f"{first.slug}-0"), *world.papers[1:]]

    walk(world, database, START + 2 * DAY, RECALLS)

    assert len(standing(database).documents) == len(before.documents)
    assert set(kinds(database)) <= {Kind.MOVED}
