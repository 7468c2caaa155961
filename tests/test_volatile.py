"""What changes on a page without meaning makes no version; the smallest thing that means something does."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from store.records import Kind
from tests.world.documents import Paper, world_papers
from tests.world.running import present, rows, standing, walk
from tests.world.world import START, World

PLANTED = [paper for paper in world_papers() if paper.planted and paper.source in present()]


@pytest.mark.parametrize("times", [7, pytest.param(70, marks=pytest.mark.slow)])
def test_refetching_pages_whose_volatile_parts_all_differ_makes_no_version(tmp_path: Path, times: int) -> None:
    world, database = World(papers=PLANTED), tmp_path / "store.db"
    walk(world, database, START)
    before = standing(database)
    fetched = 0

    for day in range(1, times + 1):
        result = walk(world, database, START + timedelta(days=day))
        fetched += sum(run["outcomes"].get("changed", 0) for run in result.runs)
        assert result.code == 0

    assert standing(database) == before
    assert fetched >= len(PLANTED) * times
    assert len(PLANTED) * times >= (1000 if times > 7 else 100)


@pytest.mark.parametrize("rounds", [2, pytest.param(12, marks=pytest.mark.slow)])
def test_one_character_edited_in_the_text_of_a_noisy_page_is_found_every_time(tmp_path: Path, rounds: int) -> None:
    world, database = World(papers=PLANTED), tmp_path / "store.db"
    walk(world, database, START)

    for day in range(1, rounds + 1):
        world.papers = [_one_character_edited(paper, day, n) for n, paper in enumerate(world.papers)]
        walk(world, database, START + timedelta(days=day))

    changes = rows(
        database, f"select document, count(*) from v_changes where kind = '{Kind.REVISED}' group by document"
    )
    edits = rows(database, f"select words_added, words_removed from v_changes where kind = '{Kind.REVISED}'")
    assert [count for _, count in changes] == [rounds] * len(changes)
    assert len(changes) >= len(PLANTED)
    assert set(edits) == {(1, 1)}


def _one_character_edited(paper: Paper, day: int, n: int) -> Paper:
    """Another letter in one word; each document and each day has its own, so that no two edits are alike."""
    first, *others = paper.text
    words = first.split()
    place = (day + n) % len(words)
    word = words[place]
    words[place] = word[:1] + chr(ord("a") + (day * 7 + n) % 26) + word[2:] if len(word) > 2 else f"{word}{n}"
    edited = " ".join(words)
    return replace(paper, text=(edited if edited != first else f"{first[:-1]}{n};", *others))
