"""Lists as the sites serve them, paged, with ties and shifting while they are read: nothing on them is lost."""

import gzip
import json
import random
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from crawler.source import ListRequest
from exowatch.demo.answer import WorldAnswer
from store.archive import Answer
from store.records import Part
from tests.world import fda
from tests.world.documents import GUIDANCE, LETTERS, other, papers
from tests.world.faults import at, declared, edited, gone, instead, list_page, reordered, without_rows
from tests.world.judging import asked_for, source_of
from tests.world.running import Result, crawl, needs, rows, standing, walk
from tests.world.world import START, Asked, World

RECORDINGS = Path(__file__).parents[2] / "shared" / "recordings" / "fda"
LISTING = RECORDINGS / "datatables" / "warning-letters-2026-01-30.json.gz"
GUIDANCES = RECORDINGS / "guidance" / "search-for-guidance-2026-02-17.json.gz"
recorded = [
    pytest.mark.recordings,
    pytest.mark.skipif(not LISTING.exists(), reason="the recorded lists are not beside this project"),
]
Rows = list[list[str]]
Shift = Callable[[Rows, int, int], Rows]
"""What the list is when it is asked for rows from a start, in which request: the site goes on publishing meanwhile."""


def still(listed: Rows, start: int, request: int) -> Rows:
    return listed


def ties(listed: Rows, start: int, request: int) -> Rows:
    """Rows of the same day come in another order at every request."""
    shuffled = listed.copy()
    random.Random(request).shuffle(shuffled)
    return sorted(shuffled, key=lambda row: fda_day(row[0]), reverse=True)


def growing(listed: Rows, start: int, request: int) -> Rows:
    """A letter is posted while the third page is on its way."""
    return [_new(n) for n in range(max(0, request - 2))][:3] + listed


def shrinking(listed: Rows, start: int, request: int) -> Rows:
    """Letters of the first page leave the list, so that others move up past the border."""
    return listed if request <= 2 else listed[min(request - 2, 3) :]


def fda_day(cell: str) -> str:
    text = cell.partition(">")[2].partition("<")[0]
    return text[6:] + text[:5]


def _new(n: int) -> list[str]:
    return fda.cells(other(LETTERS, 900 + n))


def letters() -> Rows:
    return json.loads(gzip.decompress(LISTING.read_bytes()))["data"]


def link(row: Sequence[str]) -> str:
    return row[2].partition('href="')[2].partition('"')[0]


def serving(listed: Rows, shift: Shift) -> Callable[[Asked], WorldAnswer]:
    requests = iter(range(1, 10_000))

    def answer(asked: Asked) -> WorldAnswer:
        query = dict(parse_qsl(urlsplit(asked.url).query))
        if query.get("search_api_fulltext"):
            return fda.rows_answer([], query)
        return fda.rows_answer(shift(listed, int(query["start"]), next(requests)), query)

    return answer


def read_list(folder: Path, listed: Rows, shift: Shift, length: int = 500) -> tuple[Result, set[str], int]:
    """The list read by a crawl that reads one page besides: what it found, and in how many list requests."""
    world = World(papers=(), length=length)
    world.faults = [instead(at(f"{fda.SITE}{fda.DATA_PATH}"), serving(listed, shift))]
    result = walk(world, folder / "store.db", START, LETTERS, limit=1)
    asked = sum(1 for asked in world.asked if asked.path == fda.DATA_PATH and "fulltext=&" in asked.url)
    return result, {key for (key,) in rows(folder / "store.db", "select key from documents")}, asked


@pytest.mark.parametrize("shift", [still, ties, growing, shrinking])
def test_no_letter_of_a_list_that_moves_while_it_is_read_is_lost(tmp_path: Path, shift: Shift) -> None:
    listed = [fda.cells(paper) for paper in papers(LETTERS, others=90)]

    result, found, asked = read_list(tmp_path, listed, shift, length=20)

    assert {link(row) for row in shift(listed, 0, 1000)} - found == set()
    assert "listing_incomplete" not in result.issues()
    assert asked <= 3 * 6


@pytest.mark.parametrize(
    "shift",
    [
        pytest.param(shrinking, marks=recorded),
        *(pytest.param(shift, marks=[*recorded, pytest.mark.slow]) for shift in (still, growing)),
    ],
)
def test_no_letter_of_the_recorded_list_is_lost(tmp_path: Path, shift: Shift) -> None:
    listed = letters()

    result, found, asked = read_list(tmp_path, listed, shift)

    wanted = {link(row) for row in shift(listed, 0, 1000)}
    assert (len(listed), len({link(row) for row in listed})) == (3277, 3276)
    assert wanted - found == set()
    assert "listing_incomplete" not in result.issues()
    assert asked == 7 if shift is still else asked <= 15
    assert "wells-pharma-houston-llc-713015-11072025" in _message(result, "repeated_row")


@pytest.mark.parametrize("seed", [pytest.param(seed, marks=[*recorded, pytest.mark.slow]) for seed in range(5)])
def test_ties_in_the_recorded_list_are_read_until_nothing_lacks(tmp_path: Path, seed: int) -> None:
    """With the order of every day's rows drawn anew at each request, a few readings see all."""
    listed = letters()

    result, found, asked = read_list(tmp_path, listed, lambda rows_, start, n: ties(rows_, start, 100 * seed + n))

    lost = {link(row) for row in listed} - found
    assert asked > 7
    assert "listing_incomplete" not in result.issues()
    assert lost == set()


@needs(GUIDANCE)
@pytest.mark.recordings
@pytest.mark.skipif(not GUIDANCES.exists(), reason="the recorded lists are not beside this project")
def test_the_recorded_guidance_list_is_read_whole(tmp_path: Path) -> None:
    given = json.loads(gzip.decompress(GUIDANCES.read_bytes()))
    world = World(papers=())
    whole = WorldAnswer(200, {"Content-Type": "application/json"}, json.dumps(given).encode())
    world.faults = [instead(at(f"{fda.SITE}{fda.GUIDANCE_LIST}"), whole)]

    result = walk(world, tmp_path / "store.db", START, GUIDANCE, limit=1)

    slugs = {row["title"].partition('href="')[2].partition('"')[0].rpartition("/")[2] for row in given}
    keys = {key.rpartition("/")[2] for (key,) in rows(tmp_path / "store.db", "select key from documents")}
    assert (len(given), len(slugs)) == (2794, 2794)
    assert slugs - keys == set()
    assert not result.issues().keys() & {"list_failed", "layout", "listing_incomplete", "repeated_row"}
    page = source_of(GUIDANCE).read_list(request_of(GUIDANCE), answer_of(GUIDANCE, whole))
    assert sum(1 for found in page.found if found.part is Part.FILE) == 2794 - 556


def request_of(name: str) -> ListRequest:
    return next(request for part, request in asked_for(name) if part is Part.LIST)


def answer_of(name: str, given: WorldAnswer) -> Answer:
    url = request_of(name).url
    return Answer(url, url, given.status, tuple(given.headers.items()), given.body, START)


# Lists that are not what they were


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Letters on four pages of the list, all read once."""
    made = World(papers=papers(LETTERS, others=10))
    first = walk(made, tmp_path / "store.db", START, LETTERS)
    assert first.code == 0
    return made


BROKEN: dict[str, Any] = {
    "one page of the list fails": [gone(list_page(5), 500)],
    "the last page of the list fails": [gone(list_page(15), 500)],
    "300 declared and fewer come": [declared(300)],
    "the list is empty": [edited(list_page(0), without_rows)],
    "a page in the middle is empty": [edited(list_page(5), without_rows)],
    "the columns changed places": [edited(lambda asked: asked.path == fda.DATA_PATH, reordered)],
    "a page instead of data": [
        instead(list_page(0), WorldAnswer(200, {"Content-Type": "text/html"}, b"<html>Letters</html>"))
    ],
    "a row without its link": [edited(list_page(5), lambda body: body.replace(b"<a href=", b"<b title="))],
    "a total that is no number": [
        edited(list_page(0), lambda body: re.sub(rb'(records\w+": )\d+', rb'\1"many"', body))
    ],
    "rows with fewer cells": [edited(list_page(0), lambda body: body.replace(b', "", "", ""]', b"]"))],
    "data under another name": [edited(list_page(0), lambda body: body.replace(b'"data"', b'"rows"'))],
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_list_that_is_not_what_it_was_removes_nothing_and_is_told(world: World, tmp_path: Path, kind: str) -> None:
    database = tmp_path / "store.db"
    before = standing(database)
    world.faults = BROKEN[kind]

    result = walk(world, database, START + timedelta(days=2), LETTERS)

    assert standing(database) == before
    assert result.code in (3, 4)
    assert result.issues().keys() & {"list_failed", "layout", "listing_incomplete"}


def test_a_list_that_leads_round_in_circles_ends(tmp_path: Path) -> None:
    """Every page is the first one, whatever rows are asked for."""
    world = World(papers=papers(LETTERS, others=10))

    def same(asked: Asked) -> WorldAnswer:
        return fda.letter_rows(world.papers, {"start": "0", "length": "5"})

    world.faults = [instead(at(f"{fda.SITE}{fda.DATA_PATH}"), same)]

    result = crawl(world, tmp_path / "store.db", START, LETTERS, limit=1)

    assert "listing_incomplete" in result.issues()
    assert len(world.asked) < 40
    assert result.code == 4


def _message(result: Result, kind: str) -> str:
    return " ".join(issue["message"] for run in result.runs for issue in run["issues"] if issue["kind"] == kind)
