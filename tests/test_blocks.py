"""A wall in front of a regulator's site: nothing that it shows becomes a version, nothing that it hides is gone."""

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler import guards
from crawler.archives.warc import answers
from exowatch.demo.answer import WorldAnswer
from store.records import Material, Outcome, Part
from tests.world import fda
from tests.world.blocks import BLOCKS, Block
from tests.world.documents import LETTERS, NOTICES, papers
from tests.world.faults import blocked, on
from tests.world.judging import asked_for, judge, source_of
from tests.world.running import EACH_SOURCE, Result, command, crawl, standing, walk
from tests.world.world import START, World, url_of

RECORDINGS = Path(__file__).parents[2] / "shared" / "recordings"
LATER = START + timedelta(days=2)
REQUESTS = 12
"""So many requests make the second crawl of the letters: a search, three pages of the list, eight letters."""
LAST = REQUESTS
APOLOGY = BLOCKS["apology, then 404"]
SOME = ["apology, then 200", "Cloudflare just a moment, 503", "F5 request rejected, 200", "429 until tomorrow"]
UNTITLED = ["sorry under the letter's name", "a shell without its settings"]
"""Walls that call themselves by the site's own name: only a reader finds nothing of the document in them."""


def behind(block: Block) -> Callable[[str], WorldAnswer]:
    return lambda url: block.elsewhere.get(urlsplit(url).path, block.answer)


# Each kind, by itself


@pytest.mark.parametrize("name", EACH_SOURCE)
def test_no_block_page_of_any_kind_is_taken_for_a_list_a_page_or_a_file(name: str) -> None:
    taken = [
        (kind, part, request.url)
        for kind, block in BLOCKS.items()
        for part, request in asked_for(name)
        if judge(name, part, request, behind(block)).taken
    ]

    assert len(BLOCKS) >= 60
    assert taken == []


@pytest.mark.parametrize("name", EACH_SOURCE)
def test_guards_know_almost_every_kind_before_a_reader_sees_it(name: str) -> None:
    """What no guard knows is captured as unreadable: that is safe, and it is more than a wall deserves."""
    unknown = {
        kind
        for kind, block in BLOCKS.items()
        for part, request in asked_for(name)
        if part is Part.PAGE and judge(name, part, request, behind(block)).outcome is None
    }

    assert unknown <= {*UNTITLED, "sorry under the site's own name"}


@pytest.mark.parametrize("name", EACH_SOURCE)
def test_the_walls_of_this_site_and_of_the_great_networks_are_called_blocked(name: str) -> None:
    families = (
        "apology",
        "excessive",
        "Akamai",
        "Cloudflare just",
        "AWS WAF captcha",
        "Imperva",
        "F5",
        "DataDome",
        "Perimeter",
    )
    [page] = [request for part, request in asked_for(name) if part is Part.PAGE]

    found = {
        kind: judge(name, Part.PAGE, page, behind(block)).outcome
        for kind, block in BLOCKS.items()
        if kind.startswith(families) and block.answer.status != 428
    }
    found.pop("Akamai service unavailable")  # 503 by its status: the site may be ill as well as cross

    assert {kind for kind, outcome in found.items() if outcome is not Outcome.BLOCKED} == set()
    assert len(found) >= 25


# Good pages


@pytest.mark.parametrize("name", EACH_SOURCE)
def test_no_guard_refuses_a_page_of_the_stand_in(name: str) -> None:
    source = source_of(name)
    world = World(papers=papers(name, others=100))

    refused = []
    for paper in world.papers:
        given = world.answer("GET", url_of(paper), {}, b"")
        judged = judge(name, Part.PAGE, asked_for(name)[-1][1], lambda _, given=given: given)
        material = Material(name, Part.PAGE, url_of(paper), given.body, given.headers["Content-Type"])
        if judged.outcome is not None or not source.read(material).blocks:
            refused.append((paper.slug, judged))

    assert len(world.papers) > 100
    assert refused == []


@pytest.mark.recordings
@pytest.mark.skipif(not RECORDINGS.exists(), reason="the recorded pages are not beside this project")
def test_no_guard_refuses_a_recorded_page() -> None:
    files = [*(RECORDINGS / "fda").glob("*.warc.gz"), *(RECORDINGS / "canada").rglob("*.warc.gz")]
    seen: Counter[str] = Counter()
    refused = []

    for file in files:
        source = source_of(LETTERS if file.parent.name == "fda" else NOTICES)
        for answer in answers(file):
            seen[source.name] += 1
            verdict = guards.judge(source, Part.PAGE, answer)
            if verdict is not None:
                refused.append((answer.url, verdict))

    assert sum(seen.values()) > 500
    assert refused == []


# A wall that rises during a crawl


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path]:
    """Eight letters, all followed, read once; two days later everything is due again."""
    chosen = [paper for paper in papers(LETTERS) if paper.planted]
    world = World(papers=[*chosen, *_copies(chosen[0], 8 - len(chosen))])
    database = tmp_path_factory.mktemp("blocks") / "store.db"
    first = walk(world, database, START, LETTERS)
    assert first.code == 0
    assert len(standing(database).changes) == 8
    return world, database


def _copies(paper, count: int):
    from dataclasses import replace

    return [replace(paper, slug=f"{paper.slug}-{n}", number=paper.number + 100 + n) for n in range(count)]


def again(before: tuple[World, Path], folder: Path, block: Block, first: int, *, by=walk) -> tuple[Result, World, Path]:
    """The second crawl, with a wall from its `first` request on."""
    world, database = before
    copied = folder / f"at-{first}.db"
    shutil.copy(database, copied)
    behind_wall = World(papers=world.papers, faults=[blocked(block, on(fda.HOST, first=first))])
    return by(behind_wall, copied, LATER, LETTERS), behind_wall, copied


def asked_behind(world: World, first: int) -> int:
    return sum(1 for asked in world.asked if asked.place >= first)


@pytest.mark.parametrize("first", range(1, LAST + 1))
def test_the_apology_at_any_place_of_a_crawl_changes_nothing_and_stops_it(
    before: tuple[World, Path], tmp_path: Path, first: int
) -> None:
    result, world, database = again(before, tmp_path, APOLOGY, first)

    assert standing(database) == standing(before[1])
    assert result.code == 4
    assert asked_behind(world, first) <= 3
    assert result.run(LETTERS)["outcomes"]["blocked"] == asked_behind(world, first)


@pytest.mark.parametrize("kind", [*SOME, *UNTITLED])
@pytest.mark.parametrize("first", [1, 7, LAST])
def test_other_walls_at_the_first_a_middle_and_the_last_place_change_nothing(
    before: tuple[World, Path], tmp_path: Path, kind: str, first: int
) -> None:
    result, _, database = again(before, tmp_path, BLOCKS[kind], first)

    assert standing(database) == standing(before[1])
    last_of_the_unknown = kind in UNTITLED and first == LAST
    assert result.code == (3 if last_of_the_unknown else 4)


@pytest.mark.slow
@pytest.mark.parametrize("kind", BLOCKS)
def test_every_kind_at_every_place_changes_nothing(before: tuple[World, Path], tmp_path: Path, kind: str) -> None:
    for first in range(1, LAST + 1):
        result, _, database = again(before, tmp_path, BLOCKS[kind], first)

        assert standing(database) == standing(before[1]), first
        assert result.code in (3, 4), first


def test_a_wall_for_one_request_only_is_passed_by(before: tuple[World, Path], tmp_path: Path) -> None:
    world, database = before
    for place in range(5, LAST + 1):
        copied = tmp_path / f"{place}.db"
        shutil.copy(database, copied)
        flipping = World(papers=world.papers, faults=[blocked(APOLOGY, on(fda.HOST, place, place))])
        result = walk(flipping, copied, LATER, LETTERS)

        assert standing(copied) == standing(database)
        assert result.run(LETTERS)["outcomes"]["blocked"] == 1
        assert len(flipping.asked) == REQUESTS


# As a person sees it


def test_a_person_is_told_of_the_wall_on_stderr_and_in_the_first_lines_of_the_digest(
    before: tuple[World, Path], tmp_path: Path
) -> None:
    result, world, database = again(before, tmp_path, APOLOGY, 1, by=crawl)

    assert result.code == 4
    assert [asked.path for asked in world.asked] == ["/robots.txt"]
    assert "robots.txt was redirected to https://www.fda.gov/apology_objects" in result.said
    assert "It was last read on 2025-06-10" in result.said
    assert "exowatch import folder" in result.said
    code, digest, _ = command(database, LATER + timedelta(hours=1), "digest", "--period", "2025-06", "--format", "text")
    opening = digest.partition("What was looked at")[0]
    assert code == 0
    assert "5 sources incomplete. 0 of 5 sources read in full." in " ".join(digest.splitlines()[:8])
    assert "FDA warning letters: the site refuses us" in " ".join(opening.split())
    assert "apology_objects" in opening


@pytest.mark.parametrize("first", [2, 4, 9, LAST + 1])
def test_the_apology_met_on_the_wire_stops_a_crawl_politely(
    before: tuple[World, Path], tmp_path: Path, first: int
) -> None:
    result, world, database = again(before, tmp_path, APOLOGY, first, by=crawl)

    assert standing(database) == standing(before[1])
    assert result.code == 4
    assert asked_behind(world, first) <= 3
    assert all(asked.path != urlsplit(APOLOGY.answer.headers["Location"]).path for asked in world.asked)
    assert "refuses us" in result.said
