"""kill -9 before every touch of the disk while a backup is made or restored: nothing is lost, and nothing is half."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.backup import back_up
from store.database import Store
from store.restoring import restore, try_out
from tests.test_backup import SOURCES, end, filled, more

FORK = multiprocessing.get_context("fork")
TOUCHES = ("open", "os.", "shutil.", "tempfile.", "sqlite3.connect")


def killed(work: Callable[[], Any], number: int) -> bool:
    """Whether a process that does this work was killed, before its touch of the disk of this number, or was faster."""

    def die() -> None:
        left = iter(range(number, -1, -1))

        def count(event: str, _: Any) -> None:
            if event.startswith(TOUCHES) and next(left, 1) == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        work()
        os._exit(0)

    child = FORK.Process(target=die)
    child.start()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL), child.exitcode
    return child.exitcode != 0


def some(every: bool) -> range:
    return range(0, 1000, 1 if every else 7)


EVERY = [False, pytest.param(True, marks=pytest.mark.slow)]


@pytest.mark.parametrize("every", EVERY)
def test_a_backup_that_is_killed_leaves_the_earlier_one_or_the_new_one(tmp_path: Path, every: bool) -> None:
    path, target = filled(tmp_path / "store.db"), tmp_path / "kept" / "a.db"
    back_up(path, target)
    with Store(path) as store:
        more(store, "later")
    shutil.copytree(target.parent, tmp_path / "before")
    ends = []

    for number in some(every):
        shutil.rmtree(target.parent)
        shutil.copytree(tmp_path / "before", target.parent)
        was_killed = killed(lambda: back_up(path, target), number)

        tried = try_out(target)
        assert tried.problems == ()
        assert {found.name for found in target.parent.iterdir()} <= {"a.db", "a.db.part"}
        ends.append(tried.facts)
        if not was_killed:
            break
        assert back_up(path, target).facts == 13
        assert [found.name for found in target.parent.iterdir()] == ["a.db"]

    assert ends == sorted(ends)
    assert (ends[0], ends[-1]) == (12, 13)
    assert len(ends) > (20 if every else 3)


@pytest.mark.parametrize("every", EVERY)
def test_a_restore_that_is_killed_leaves_the_older_store_or_the_restored_one_and_both_are_kept(
    tmp_path: Path, every: bool
) -> None:
    back_up(filled(tmp_path / "first.db"), tmp_path / "a.db")
    filled(tmp_path / "first.db", 3)
    later, then = end(tmp_path / "first.db"), end(tmp_path / "a.db")
    ends = []

    for number in some(every):
        place = tmp_path / str(number) / "store.db"
        place.parent.mkdir()
        shutil.copy(tmp_path / "first.db", place)
        was_killed = killed(lambda place=place: restore(tmp_path / "a.db", place, SOURCES), number)

        now = end(place)
        held = [end(found) for found in place.parent.glob("store.db.before-restore-*Z")]
        assert now in (later, then)
        assert now == later or later in held
        with Store(place) as store:
            more(store, "goes on")
        ends.append(now)
        restore(tmp_path / "a.db", place, SOURCES)
        assert end(place) == then
        shutil.rmtree(place.parent)
        if not was_killed:
            break

    assert ends == sorted(ends, reverse=True)
    assert (ends[0], ends[-1]) == (later, then)
    assert len(ends) > (20 if every else 3)
