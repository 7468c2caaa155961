"""kill -9 at any moment of an import, a rebuild, a digest, a sending or a backup: nothing lost, doubled or half written."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from exowatch import cli
from store.database import Store
from tests.soundness import assert_sound, concluded, facts
from tests.test_pages import PAGES
from tests.warcs import write_warc
from tests.world.running import command, process_file

LETTERS = "https://www.fda.gov/inspections-compliance-enforcement-and-criminal-investigations/warning-letters/"
NOW = datetime(2025, 7, 10, 8, tzinfo=UTC)
RECOVERY = 5.0
"""Seconds within which the next command is to have done its work after a kill."""
COUNT, IN_CI = 100, 10
SEEDS = [*range(IN_CI), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(IN_CI, COUNT))]


@dataclass(frozen=True, slots=True)
class Ground:
    """A store to begin from, a recording to import, and how long each command takes undisturbed."""

    folder: Path
    seconds: dict[str, float]
    ends: dict[str, Any]
    recoveries: list[float]

    def copy(self, folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        shutil.copy(self.folder / "store.db", folder / "store.db")
        return folder / "store.db"


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("ground")
    letter = (PAGES / "fda_warning_letters/letter-plain/page.html").read_bytes()
    days = (datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC))
    edits = ((b"sore knees", b"sore knees"), (b"for sore knees", b"for sore elbows and sore knees"))
    for name, keys in (("first", range(6)), ("second", range(6, 70))):
        pages = [
            (
                f"{LETTERS}sample-works-{790100 + key}-02042025",
                day,
                letter.replace(b"790001", b"%d" % (790100 + key)).replace(*edit),
            )
            for key in keys
            for day, edit in zip(days, edits, strict=True)
        ]
        write_warc(folder / f"{name}.warc.gz", pages)
    done = command(folder / "store.db", NOW, "import", "warc", str(folder / "first.warc.gz"))
    assert done[0] == 0, done[2]
    _whole(folder / "store.db")
    made = Ground(folder, {}, {}, [])
    yield made
    sys.stderr.write(f"\n{len(made.recoveries)} recoveries, the longest in {max(made.recoveries, default=0):.2f} s\n")


def _whole(database: Path) -> None:
    """Everything in the one file, so that it may be copied."""
    with Store(database) as store:
        store.execute("pragma wal_checkpoint(truncate)").fetchall()


def killed(database: Path, after: float, *words: str, **environment: str) -> int:
    """The exit code of a command that is killed so many seconds after its process began; -9 where it was in time."""
    over = threading.Event()

    def kill() -> None:
        begun = process_file(database)
        while not (begun.exists() and begun.read_text()) and not over.is_set():
            time.sleep(0.001)
        if not over.wait(after):
            with suppress(ProcessLookupError, FileNotFoundError, ValueError):
                os.kill(int(begun.read_text()), signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    code = command(database, NOW, *words, **environment)[0]
    over.set()
    thread.join()
    return code


def cut_off(
    ground: Ground, folder: Path, seed: int, name: str, words: Callable[[Path], list[str]], **environment: str
) -> Path:
    """A copy of the store in which a command was killed at a drawn moment; one that was faster is begun anew."""
    if name not in ground.seconds:
        database = ground.copy(folder / "undisturbed")
        command(database, NOW, *words(database), **environment)
        shutil.rmtree(folder / "undisturbed")
        database = ground.copy(folder / "undisturbed")
        begun = time.monotonic()
        done = command(database, NOW, *words(database), **environment)
        assert done[0] == 0, done[2]
        ground.seconds[name] = time.monotonic() - begun
        assert_sound(database)
        ground.ends[name] = ended(database)
    chance = random.Random(seed)
    for number in range(30):
        database = ground.copy(folder / str(number))
        if (
            killed(database, chance.uniform(0, ground.seconds[name]), *words(database), **environment)
            == -signal.SIGKILL
        ):
            assert_sound(database)
            return database
    raise AssertionError("thirty times, and each was over before its kill")


def ended(database: Path) -> Mapping[str, Any]:
    """What a command left: what is concluded, how many captures and bodies, and every file beside the store."""
    kept = {name: count for name, count in facts(database).items() if name in ("captures", "bodies", "documents")}
    return {"concluded": concluded(database), "kept": kept, "files": written(database)}


def written(database: Path) -> dict[str, bytes]:
    """The files that a command writes, by name."""
    folder = database.parent / "out"
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*"))} if folder.exists() else {}


def again(ground: Ground, database: Path, *words: str, **environment: str) -> None:
    """The next command, which must take over at once."""
    begun = time.monotonic()
    done = command(database, NOW, *words, **environment)
    seconds = time.monotonic() - begun

    assert done[0] == 0, done[2]
    assert_sound(database)
    ground.recoveries.append(seconds)
    assert seconds < 4 * RECOVERY  # the promise is for a machine that has nothing else to do


def acknowledged(database: Path, before: Mapping[str, int]) -> None:
    """No fact that stood before is gone."""
    now = facts(database)
    assert {name: count for name, count in before.items() if now.get(name, 0) < count} == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_an_import_that_is_killed_and_repeated_ends_like_one_that_was_not(
    ground: Ground, tmp_path: Path, seed: int
) -> None:
    def words(database: Path) -> list[str]:
        return ["import", "warc", str(ground.folder / "second.warc.gz")]

    database = cut_off(ground, tmp_path, seed, "import", words)
    acknowledged(database, facts(ground.folder / "store.db"))
    kept = facts(database)
    again(ground, database, *words(database))

    acknowledged(database, kept)
    assert ended(database) == ground.ends["import"]
    assert len(ground.ends["import"]["concluded"]["v_documents"]) == 70


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rebuild_that_is_killed_changes_nothing_that_the_next_does_not_make_good(
    ground: Ground, tmp_path: Path, seed: int
) -> None:
    database = cut_off(ground, tmp_path, seed, "rebuild", lambda database: ["rebuild"])
    assert facts(database) == facts(ground.folder / "store.db")
    again(ground, database, "rebuild")

    assert ended(database) == ground.ends["rebuild"] == ended(ground.folder / "store.db")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_digest_that_is_killed_leaves_a_whole_file_or_none_and_tells_all_once(
    ground: Ground, tmp_path: Path, seed: int
) -> None:
    """Half of the kills meet `digest --out`, half `send` to files."""
    name, words = (("digest", to_file), ("send", to_targets))[seed % 2]
    database = cut_off(ground, tmp_path, seed, name, words)
    found = written(database)
    whole = kept_bytes(database) if name == "send" else ground.ends[name]["files"].values()
    assert [file for file, content in found.items() if not file.endswith(".part") and content not in whole] == []
    acknowledged(database, facts(ground.folder / "store.db"))
    again(ground, database, *words(database))

    files = written(database)
    assert {*ground.ends[name]["files"]} == {file for file in files if not file.endswith(".part")}
    if name == "digest":
        assert ended(database) == ground.ends[name]
    else:
        assert {*files.values()} == {*kept_bytes(database)}
        told, once = one_row(database, "select count(*), count(distinct change) from sent_entries")
        assert told == once == len(ground.ends[name]["concluded"]["v_changes"]) > 0


def kept_bytes(database: Path) -> list[bytes]:
    """What the outbox holds: the bytes that each target is to get."""
    with Store(database, readonly=True) as store:
        return [body.encode() for (body,) in store.execute("select body from deliveries").fetchall()]


def one_row(database: Path, sql: str) -> tuple[Any, ...]:
    with Store(database, readonly=True) as store:
        return tuple(store.execute(sql).fetchone())


def to_file(database: Path) -> list[str]:
    return [
        "digest",
        "--period",
        "2025",
        "--as-of",
        "2025-07-10T08:00:00Z",
        "--out",
        str(database.parent / "out" / "d.html"),
    ]


def to_targets(database: Path) -> list[str]:
    out = database.parent / "out"
    own = database.with_suffix(".toml")
    own.write_text(f'[[digests]]\nname = "daily"\nperiod = "since-last"\ndeliver = ["{out}/d.html", "{out}/d.txt"]\n')
    return ["--config", str(own), "send"]


needs_backup = pytest.mark.skipif(
    "backup" not in {one.name or getattr(one.callback, "__name__", "") for one in cli.app.registered_commands}
    and not any(
        (one.name or getattr(one.callback, "__name__", "")) == "backup"
        for group in cli.app.registered_groups
        for one in (group.typer_instance.registered_commands if group.typer_instance else ())
    ),
    reason="there is no `exowatch backup` yet",
)


@needs_backup
@pytest.mark.parametrize("seed", SEEDS)
def test_a_backup_that_is_killed_is_whole_or_not_there(ground: Ground, tmp_path: Path, seed: int) -> None:
    def words(database: Path) -> list[str]:
        return ["backup", str(database.parent / "kept")]

    database = cut_off(ground, tmp_path, seed, "backup", words)
    acknowledged(database, facts(ground.folder / "store.db"))
    for copy in backups(database.parent / "kept"):
        assert_sound(copy)
        assert concluded(copy) == concluded(database)
    again(ground, database, *words(database))

    copies = backups(database.parent / "kept")
    assert copies
    for copy in copies:
        assert_sound(copy)
        assert concluded(copy) == concluded(database)


def backups(place: Path) -> list[Path]:
    """The databases that a backup left under their final names: the place itself, or in it as a folder."""
    found = [place] if place.is_file() else sorted(place.glob("*.db")) if place.is_dir() else []
    return [path for path in found if not path.name.startswith(".")]
