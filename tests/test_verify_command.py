"""`exowatch verify`: the store, backups and packs in one go, with the documented exit codes and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from exowatch.demo.run import CONFIG
from store.records import sha256
from tests.test_demo import demo


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, run once, with an evidence pack of one of its changes."""
    path = tmp_path_factory.mktemp("demo")
    demo(path)
    changes = json.loads(program(path, "changes", "--json").stdout)["items"]
    done = program(path, "evidence", changes[0]["id"], "--out", str(path / "pack.zip"))
    assert done.returncode == 0, done.stderr
    return path


def program(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "exowatch", "--db", str(folder / "exowatch.db"), "--config", str(CONFIG), *words]
    environment = {**os.environ, "EXOWATCH_NOW": "2026-01-05T08:00:00Z"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def backup(folder: Path, target: Path) -> Path:
    """A backup of the demo's store, by the command that makes them."""
    done = program(folder, "backup", str(target))
    assert done.returncode == 0, done.stderr
    return target


def spoilt(path: Path, target: Path) -> Path:
    """A copy in which one page is not what it was."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4096] = os.urandom(4096)
    target.write_bytes(content)
    return target


def test_the_demos_store_holds_and_stays_as_it_is(folder: Path) -> None:
    before = sha256((folder / "exowatch.db").read_bytes())

    done = program(folder, "verify", "--json")

    answer = json.loads(done.stdout)
    assert (done.returncode, answer["ok"], answer["schema_version"]) == (0, True, 1)
    assert {"chain", "bodies", "readings", "search", "conclusions"} <= {item["name"] for item in answer["items"]}
    assert all(item["ok"] and item["message"] for item in answer["items"])
    assert not [item for item in answer["items"] if item["note"]]
    assert sha256((folder / "exowatch.db").read_bytes()) == before


def test_a_sample_is_the_same_each_time(folder: Path) -> None:
    said = [program(folder, "verify", "--sample", "3").stdout for _ in range(2)]

    assert said[0] == said[1]
    assert "3 documents, drawn by the chain's head" in said[0]


def test_packs_and_backups_are_checked_in_one_go(folder: Path, tmp_path: Path) -> None:
    kept = backup(folder, tmp_path / "b.db")
    before = kept.read_bytes()

    done = program(folder, "verify", str(folder / "pack.zip"), str(kept), "--json")

    answer = json.loads(done.stdout)
    assert (done.returncode, answer["ok"]) == (0, True), done.stdout
    assert {Path(item["file"]).name for item in answer["items"]} == {"pack.zip", "b.db"}
    assert kept.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["b.db"]


def test_a_damaged_backup_ends_with_6_beside_a_sound_pack(folder: Path, tmp_path: Path) -> None:
    bad = spoilt(backup(folder, tmp_path / "b.db"), tmp_path / "bad.db")

    done = program(folder, "verify", str(folder / "pack.zip"), str(bad))

    assert done.returncode == 6
    assert "Traceback" not in done.stderr
    wrong = [line for line in done.stdout.splitlines() if "not ok" in line]
    assert wrong
    assert all(line.startswith("bad.db") for line in wrong)


def test_a_damaged_store_ends_with_6(folder: Path, tmp_path: Path) -> None:
    spoilt(backup(folder, tmp_path / "b.db"), tmp_path / "exowatch.db")

    done = program(tmp_path, "verify")

    assert (done.returncode, "Traceback" in done.stderr) == (6, False)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("notes.txt", b"notes of mine\n", 2), ("x.db", b"no database", 6), ("y.db", b"SQLite format 3\x00", 6)],
)
def test_what_is_neither_is_told_apart(folder: Path, tmp_path: Path, name: str, content: bytes, code: int) -> None:
    (tmp_path / name).write_bytes(content)

    done = program(folder, "verify", str(tmp_path / name))

    assert (done.returncode, "Traceback" in done.stderr) == (code, False)


def test_where_there_is_no_store_that_is_said(tmp_path: Path) -> None:
    done = program(tmp_path, "verify")

    assert done.returncode == 2
    assert "no exowatch database" in done.stderr


def test_a_file_that_is_not_there_is_no_damage(folder: Path, tmp_path: Path) -> None:
    done = program(folder, "verify", str(tmp_path / "lost.db"))

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
