"""A disk that is full, read-only or short of handles: a sentence and exit code 1, nothing kept is lost, and it goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.soundness import assert_sound, concluded, facts
from tests.test_failpoints import COMMANDS, NOW, assert_equal, begun, told
from tests.test_failpoints import ground as ground
from tests.test_kill_commands import needs_backup
from tests.world.documents import LETTERS, papers
from tests.world.running import command, crawl
from tests.world.world import START, World

FULL = {**COMMANDS, "backup": lambda ground, folder: ["backup", str(folder / "out" / "kept")]}
NAMES = [pytest.param(name, marks=needs_backup) if name == "backup" else name for name in FULL]
SIZES = [0, 100, *(pytest.param(size, marks=pytest.mark.slow) for size in range(20, 700, 40) if size != 100)]
"""What the disk has left when a command begins, or how far a file may grow beyond the store's size, in kB."""


def a_sentence(done: tuple[int, str, str], *, codes: tuple[int, ...] = (1,)) -> None:
    """The documented code with a sentence, and no traceback."""
    code, _, said = done
    assert "Traceback" not in said, said
    assert code in codes, done
    if code == 1:
        assert any(line.startswith("exowatch: ") for line in said.splitlines()), said


def goes_on(ground: Path, database: Path, name: str, done: tuple[int, str, str]) -> None:
    """Once there is room: nothing that was there is gone, and the command done again ends like an undisturbed one."""
    assert_sound(database)
    before = facts(ground / "store.db")
    assert all(facts(database)[fact] >= count for fact, count in before.items())
    if done[0] != 0:
        code, _, said = command(database, NOW, *FULL[name](ground, database.parent))
        assert code == 0, said
        assert_sound(database)
    whole = begun(ground, database.parent.parent / "whole")
    assert command(whole, NOW, *FULL[name](ground, whole.parent))[0] == 0
    assert_equal(told(database), told(whole), 0)
    files = {path.name for path in (database.parent / "out").rglob("*") if path.is_file()}
    assert files == {path.name for path in (whole.parent / "out").rglob("*") if path.is_file()}


@pytest.mark.parametrize("kilobytes", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_no_file_may_grow_beyond_a_limit(ground: Path, tmp_path: Path, name: str, kilobytes: int) -> None:
    """RLIMIT_FSIZE works for everyone: writes beyond it fail, those of the database and those of the answer."""
    database = begun(ground, tmp_path / "work")
    words = FULL[name](ground, tmp_path / "work")

    done = command(database, NOW, *words, limits={"RLIMIT_FSIZE": (kilobytes + 4) * 1024})

    a_sentence(done, codes=(0, 1, 3))
    goes_on(ground, database, name, done)


@pytest.mark.parametrize("kilobytes", SIZES)
def test_a_crawl_whose_files_may_not_grow_goes_on_later(tmp_path: Path, kilobytes: int) -> None:
    sites, database = World(papers=papers(LETTERS, others=2), noisy=False), tmp_path / "store.db"
    crawl(sites, tmp_path / "whole.db", START, LETTERS)

    done = crawl(sites, database, START, LETTERS, limits={"RLIMIT_FSIZE": (kilobytes + 4) * 1024})
    a_sentence((done.code, "", done.said), codes=(0, 1))
    went_on = crawl(sites, database, START + timedelta(hours=1), LETTERS)

    assert went_on.code == 0, went_on.said
    assert_sound(database)
    assert concluded(database) == concluded(tmp_path / "whole.db")


@contextmanager
def disk(place: Path, options: str) -> Iterator[None]:
    """A file system in memory of a size of its own, where this machine lets us mount one."""
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def remount(place: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)


needs_mount = pytest.mark.skipif(
    shutil.which("mount") is None or os.geteuid() != 0, reason="only root may mount a small disk"
)


@needs_mount
@pytest.mark.parametrize("kilobytes", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_a_command_meets_a_full_disk_and_goes_on_when_there_is_room(
    ground: Path, tmp_path: Path, name: str, kilobytes: int
) -> None:
    place = tmp_path / "disk"
    with disk(place, "size=64m"):
        database = begun(ground, place / "work")
        words = FULL[name](ground, place / "work")
        used = sum(file.stat().st_blocks * 512 for file in place.rglob("*")) // 1024 + 16
        remount(place, f"size={used + kilobytes}k")

        done = command(database, NOW, *words)
        remount(place, "size=64m")

        a_sentence(done, codes=(0, 1, 3))
        goes_on(ground, database, name, done)


@needs_mount
@pytest.mark.parametrize("kilobytes", SIZES)
def test_a_crawl_meets_a_full_disk_and_goes_on_when_there_is_room(tmp_path: Path, kilobytes: int) -> None:
    sites, place = World(papers=papers(LETTERS, others=2), noisy=False), tmp_path / "disk"
    crawl(sites, tmp_path / "whole.db", START, LETTERS)
    with disk(place, "size=64m"):
        database = place / "store.db"
        sites_file = place / "ballast"
        sites_file.write_bytes(b"x" * 100_000)
        crawl(sites, database, START, LETTERS, limit=1)
        used = sum(file.stat().st_blocks * 512 for file in place.rglob("*")) // 1024 + 16
        kept = facts(database)
        remount(place, f"size={used + kilobytes}k")

        done = crawl(sites, database, START + timedelta(minutes=1), LETTERS)
        remount(place, "size=64m")

        a_sentence((done.code, "", done.said), codes=(0, 1))
        assert_sound(database)
        assert all(facts(database)[fact] >= count for fact, count in kept.items())
        went_on = crawl(sites, database, START + timedelta(hours=1), LETTERS)
        assert went_on.code == 0, went_on.said
        assert_sound(database)
        assert concluded(database) == concluded(tmp_path / "whole.db")


@needs_mount
@pytest.mark.parametrize("name", NAMES)
def test_a_place_that_may_only_be_read_is_told_in_a_sentence(ground: Path, tmp_path: Path, name: str) -> None:
    place = tmp_path / "disk"
    with disk(place, "size=64m"):
        database = begun(ground, place / "work")
        words = FULL[name](ground, place / "work")
        remount(place, "ro")

        done = command(database, NOW, *words)
        remount(place, "rw,size=64m")

        a_sentence(done)
        goes_on(ground, database, name, done)


@pytest.mark.parametrize("name", NAMES)
def test_a_store_whose_permissions_changed_is_told_in_a_sentence(ground: Path, tmp_path: Path, name: str) -> None:
    if os.geteuid() == 0:
        pytest.skip("root is not asked for permission")
    database = begun(ground, tmp_path / "work")
    words = FULL[name](ground, tmp_path / "work")
    (tmp_path / "work").chmod(0o500)
    (tmp_path / "work" / "out").chmod(0o500)
    database.chmod(0o400)

    done = command(database, NOW, *words)
    for path, mode in ((tmp_path / "work", 0o700), (tmp_path / "work" / "out", 0o700), (database, 0o600)):
        path.chmod(mode)

    a_sentence(done)
    goes_on(ground, database, name, done)


@pytest.mark.parametrize(
    "handles", [8, 12, *(pytest.param(most, marks=pytest.mark.slow) for most in (6, 7, 9, 10, 11, 13, 14, 16, 24))]
)
@pytest.mark.parametrize("name", NAMES)
def test_too_many_open_files_are_told_in_a_sentence(ground: Path, tmp_path: Path, name: str, handles: int) -> None:
    database = begun(ground, tmp_path / "work")

    done = command(database, NOW, *FULL[name](ground, tmp_path / "work"), limits={"RLIMIT_NOFILE": handles})

    a_sentence(done, codes=(0, 1, 3))
    goes_on(ground, database, name, done)


@pytest.mark.parametrize("handles", [8, 12, 16, 24])
def test_a_crawl_with_too_few_handles_says_so(tmp_path: Path, handles: int) -> None:
    sites, database = World(papers=papers(LETTERS, others=1), noisy=False), tmp_path / "store.db"

    done = crawl(sites, database, START, LETTERS, limits={"RLIMIT_NOFILE": handles})
    a_sentence((done.code, "", done.said), codes=(0, 1, 3))
    went_on = crawl(sites, database, START + timedelta(days=1), LETTERS)

    assert went_on.code == 0, went_on.said
    assert_sound(database)
