"""A page that breaks off, wherever and however, is no version; the last whole one stands."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from exowatch.demo.answer import WorldAnswer
from store.records import Part
from tests.world.documents import LETTERS, RECALLS, Paper, papers
from tests.world.faults import Framing, at, cut
from tests.world.judging import asked_for, judge
from tests.world.running import EACH_SOURCE, crawl, needs, outcomes, standing, walk
from tests.world.world import START, Fault, World, url_of

LATER = START + timedelta(days=2)
SHARES = range(1, 100)


def letters() -> list[Paper]:
    """One letter in as many copies as there are places to cut it."""
    planted = papers(LETTERS)[1]
    return [replace(planted, slug=f"copy-{share}", number=800_000 + share) for share in SHARES]


def cuts(framing: Framing) -> list[Fault]:
    return [cut(at(url_of(paper)), share / 100, framing) for paper, share in zip(letters(), SHARES, strict=True)]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("cuts") / "store.db"
    walk(World(papers=letters(), noisy=False), database, START, LETTERS)
    assert len(standing(database).changes) == len(SHARES)
    return database


@pytest.mark.parametrize("framing", Framing)
def test_a_page_cut_at_every_hundredth_of_its_length_is_no_version(
    before: Path, tmp_path: Path, framing: Framing
) -> None:
    database = tmp_path / "store.db"
    shutil.copy(before, database)

    result = crawl(World(papers=letters(), faults=cuts(framing), noisy=False), database, LATER, LETTERS)

    assert standing(database) == standing(before)
    ends = {url: outcome for url, outcome in outcomes(database).items() if "/warning-letters/" in url}
    assert len(ends) == len(SHARES)
    whole = {url for url, outcome in ends.items() if outcome == "unchanged"}
    assert {outcome for url, outcome in ends.items() if url not in whole} == {"truncated"}
    # The last bytes of a gzip are a checksum: a page that lacks only those is whole.
    assert len(whole) <= (3 if framing is Framing.GZIP else 0)
    assert result.code == 3


@pytest.mark.parametrize("name", EACH_SOURCE)
def test_a_cut_that_the_wire_does_not_show_is_seen_in_the_page_itself(name: str) -> None:
    """A cache that kept a cut body sends it with its own, right length."""
    world = World(papers=papers(name), noisy=False)
    taken = []

    for part, request in asked_for(name):
        whole = world.answer(request.method, request.url, dict(request.headers), request.body)
        assert part is Part.FILE or judge(name, part, request, lambda _, whole=whole: whole).taken, request.url
        for share in SHARES:
            given = WorldAnswer(200, whole.headers, whole.body[: len(whole.body) * share // 100])
            if part is not Part.FILE and judge(name, part, request, lambda _, given=given: given).taken:
                taken.append((request.url, share))

    assert taken == []


@needs(RECALLS)
@pytest.mark.parametrize("framing", Framing)
def test_a_list_that_breaks_off_removes_nothing(tmp_path: Path, framing: Framing) -> None:
    world = World(papers=papers(RECALLS))
    database = tmp_path / "store.db"
    walk(world, database, START, RECALLS)
    before = standing(database)
    lists = [request.url for part, request in asked_for(RECALLS) if part is Part.LIST]
    world.faults = [cut(at(lists[0]), 0.6, framing)]

    result = crawl(world, database, LATER, RECALLS)

    assert standing(database) == before
    assert result.code in (3, 4)
    assert "list_failed" in result.issues()
