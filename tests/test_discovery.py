"""Each source finds every planted document, wherever the topic stands in it, and follows none of the traps."""

from pathlib import Path

import pytest

from tests.world import canada, fda
from tests.world.blocks import BLOCKS
from tests.world.documents import LETTERS, NOTICES, papers, world_papers
from tests.world.faults import blocked, edited, gone, without_row
from tests.world.running import EACH_SOURCE, Result, crawl, followed, needs, present, rows, walk
from tests.world.world import START, World, url_of


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path, Result]:
    """All sites read once, by all sources, through the command."""
    world = World(papers=world_papers(others=5))
    database = tmp_path_factory.mktemp("discovery") / "store.db"
    return world, database, crawl(world, database, START)


@pytest.mark.parametrize("name", EACH_SOURCE)
def test_every_planted_document_is_followed_and_no_trap(read: tuple[World, Path, Result], name: str) -> None:
    world, database, _ = read
    planted = {paper.planted: url_of(paper) for paper in world.papers if paper.source == name and paper.planted}

    found = followed(database, name)

    missing = {place for place, url in planted.items() if url not in found}
    trapped = {paper.trap or paper.slug for paper in world.papers if url_of(paper) in found and not paper.planted}
    assert (missing, trapped) == (set(), set())
    assert len(planted) >= 3


@pytest.mark.parametrize("name", EACH_SOURCE)
def test_every_trap_was_read_before_it_was_left_alone(read: tuple[World, Path, Result], name: str) -> None:
    world, _, _ = read
    traps = [paper for paper in world.papers if paper.source == name and paper.trap]

    unread = {paper.trap for paper in traps if url_of(paper) not in world.urls()}

    assert unread == set()
    assert len(traps) == 5


def test_a_first_crawl_of_a_whole_world_has_nothing_to_complain_of(read: tuple[World, Path, Result]) -> None:
    _, _, result = read

    assert result.code == 0
    assert result.issues() == {}
    assert {run["source"] for run in result.runs} == set(present())


def test_nothing_but_the_five_sites_is_asked(read: tuple[World, Path, Result]) -> None:
    world, _, _ = read

    assert {asked.host for asked in world.asked} <= {fda.HOST, canada.PAGES, canada.NEWS, canada.RECALL_SITE}
    assert not [asked.url for asked in world.asked if "/sample-menu" in asked.path or asked.path == "/sample-notice"]


@needs(LETTERS)
def test_a_letter_that_left_the_list_is_still_found_by_the_search(tmp_path: Path) -> None:
    left, *others = papers(LETTERS)
    world = World(papers=[left, *others])
    world.faults = [edited(lambda asked: "fulltext=&" in asked.url, without_row(fda.path(left)))]

    walk(world, tmp_path / "store.db", START, LETTERS)

    assert url_of(left) in followed(tmp_path / "store.db", LETTERS)
    nets = dict(rows(tmp_path / "store.db", "select key, net from documents"))
    assert nets.pop(fda.path(left)) == "search"
    assert set(nets.values()) == {"list"}


@needs(NOTICES)
def test_notices_are_found_by_watch_list_children_twins_sitemaps_and_news(read: tuple[World, Path, Result]) -> None:
    _, database, _ = read

    nets = {
        key.rpartition("/")[2]: net
        for key, net in rows(database, f"select id, net from documents where source = '{NOTICES}'")
    }

    assert nets["sample-vesicle-table.html"] == "sitemap"
    assert nets["in-the-news.html"] == "feed"
    assert nets["watched-hub.html"] == "watch"
    assert nets["matter.html"] == "page"
    assert nets["jumeau.html"] == "page"


@needs(LETTERS)
def test_a_search_that_fails_costs_speed_and_no_document(tmp_path: Path) -> None:
    world = World(papers=papers(LETTERS))
    world.faults = [gone(lambda asked: "fulltext=exosome" in asked.url, 500)]

    result = walk(world, tmp_path / "store.db", START, LETTERS)

    assert len(followed(tmp_path / "store.db", LETTERS)) == sum(1 for paper in world.papers if paper.planted)
    assert result.run(LETTERS)["outcomes"]["http_error"] >= 1


@needs(LETTERS)
def test_a_blocked_endpoint_of_the_list_gives_way_to_the_next(tmp_path: Path) -> None:
    world = World(papers=papers(LETTERS))
    wall = BLOCKS["Akamai access denied, 403"]
    world.faults = [blocked(wall, lambda asked: asked.path == fda.DATA_PATH and asked.method == "GET")]

    result = walk(world, tmp_path / "store.db", START, LETTERS)

    assert len(followed(tmp_path / "store.db", LETTERS)) == sum(1 for paper in world.papers if paper.planted)
    assert result.run(LETTERS)["declared"] == len(world.papers)


@pytest.mark.slow
@needs(LETTERS)
def test_a_thousand_letters_hide_none_of_the_planted_ones(tmp_path: Path) -> None:
    world = World(papers=papers(LETTERS, others=1000))

    walk(world, tmp_path / "store.db", START, LETTERS)

    assert followed(tmp_path / "store.db", LETTERS) == {url_of(paper) for paper in world.papers if paper.planted}
