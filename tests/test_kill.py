"""kill -9 at any moment of a crawl: what was read is kept, what was not is read next time, and nothing twice."""

import os
import random
import shutil
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from exowatch.demo.answer import WorldAnswer
from store.derivation import Derivation
from tests.soundness import assert_sound, concluded
from tests.world.documents import LETTERS, RECALLS, papers
from tests.world.running import crawl, present, process_file, rows, walk
from tests.world.world import START, Asked, Fault, World

SOURCES = present(LETTERS, RECALLS)


def world(*faults: Fault) -> World:
    chosen = [paper for name in SOURCES for paper in papers(name, others=3)]
    return World(papers=chosen, faults=faults, noisy=False)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[Any]], int]:
    database = tmp_path_factory.mktemp("undisturbed") / "store.db"
    whole = world()
    crawl(whole, database, START, *SOURCES)
    return concluded(database), len(whole.asked)


class Killing:
    """Kills the crawling process a moment after one of its requests, which is drawn."""

    def __init__(self, database: Path, chance: random.Random, requests: int) -> None:
        self.database = database
        self.victim = chance.randrange(1, requests - 3)
        self.timer = threading.Timer(chance.random() * 0.06, self._kill)
        self.seen = iter(range(1, 10_000))

    def __call__(self, asked: Asked, answering: Callable[[], WorldAnswer]) -> WorldAnswer:
        if next(self.seen) == self.victim:
            self.timer.start()
        return answering()

    def over(self) -> None:
        """The crawl has ended: a kill that comes too late must not meet the next one."""
        self.timer.cancel()
        if self.timer.is_alive():
            self.timer.join()

    def _kill(self) -> None:
        with suppress(ProcessLookupError, FileNotFoundError):  # it was faster
            os.kill(int(process_file(self.database).read_text()), signal.SIGKILL)


def dies(database: Path, chance: random.Random, requests: int, moment: datetime) -> bool:
    """Whether a crawl with a kill at a drawn moment was killed, and not over before."""
    kill = Killing(database, chance, requests)
    code = crawl(world(kill), database, moment, *SOURCES).code
    kill.over()
    return code == -signal.SIGKILL


def killed_crawl(folder: Path, chance: random.Random, requests: int) -> Path:
    """The store of a first crawl that was killed; one that was over before its kill is begun anew elsewhere."""
    for number in range(20):
        database = folder / str(number) / "store.db"
        database.parent.mkdir()
        if dies(database, chance, requests, START):
            return database
    raise AssertionError("twenty crawls, and each was over before its kill")


@pytest.mark.parametrize("seed", [*range(10), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(10, 100))])
def test_a_crawl_that_is_killed_and_taken_up_again_ends_like_one_that_was_not(
    undisturbed: tuple[dict[str, list[Any]], int], tmp_path: Path, seed: int
) -> None:
    expected, requests = undisturbed
    chance = random.Random(seed)

    database = killed_crawl(tmp_path, chance, requests)
    assert_sound(database)
    dies(database, chance, requests, START + timedelta(minutes=1))  # or goes on to its end
    result = crawl(world(), database, START + timedelta(hours=1), *SOURCES)

    assert result.code == 0
    assert concluded(database) == expected
    assert_sound(database)


def test_what_was_read_before_a_kill_is_not_asked_for_again(tmp_path: Path) -> None:
    read: set[str] = set()
    for seed in range(7, 17):  # on a busy machine a kill may come before the first page
        (tmp_path / str(seed)).mkdir()
        database = killed_crawl(tmp_path / str(seed), random.Random(seed), 30)
        pages = "select u.url from captures k join urls u on u.id = k.url where k.part = 'page'"
        read = {url for (url,) in rows(database, pages)}
        if read:
            break
    again = world()

    crawl(again, database, START + timedelta(hours=1), *SOURCES)

    assert read
    assert read & set(again.urls()) == set()


def test_a_kill_between_facts_and_conclusions_is_made_good_by_the_next_command(tmp_path: Path) -> None:
    """The facts of a page are committed, the process dies, and nobody has concluded anything from them yet."""
    whole, cut_off = tmp_path / "whole.db", tmp_path / "cut-off.db"
    walk(world(), whole, START, LETTERS)

    class Killed(BaseException):
        pass

    from store.derivation import Derivation

    real = Derivation.update
    calls = iter(range(1, 1000))

    def dying(derivation: Derivation, *arguments: Any) -> None:
        if next(calls) == 9:
            raise Killed
        real(derivation, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Derivation, "update", dying)
        with pytest.raises(Killed):
            walk(world(), cut_off, START, LETTERS)
    shutil.copy(cut_off, tmp_path / "kept.db")
    walk(world(), cut_off, START + timedelta(hours=1), LETTERS)

    assert concluded(cut_off) == concluded(whole)
    assert_sound(cut_off)


def test_a_mistake_in_drawing_conclusions_costs_no_page_that_was_read(
    undisturbed: tuple[dict[str, list[Any]], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, kept = tmp_path / "store.db", Derivation._derive

    def mistaken(*given: Any) -> None:
        kept(*given)
        if given[2]:  # the reading of a page that was just fetched
            raise ArithmeticError("a mistake of ours")

    with monkeypatch.context() as patch:
        patch.setattr(Derivation, "_derive", mistaken)
        for _ in range(3):
            with suppress(ArithmeticError):
                walk(world(), database, START, *SOURCES)
    held = rows(database, "select count(*) from captures where part = 'page'")[0][0]
    walk(world(), database, START, *SOURCES)

    assert held == 3
    assert concluded(database) == undisturbed[0]
