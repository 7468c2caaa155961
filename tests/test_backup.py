"""A backup is one checked file of one moment, and the way back from it loses nothing."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exowatch import cli, faults
from store import backup as backups
from store import bodies, chain, writer
from store.backup import back_up
from store.database import Store
from store.errors import Held, Integrity, NotOurs
from store.facts import add
from store.locks import hold
from store.records import Part, sha256
from store.restoring import restore, try_out

SOURCES = ("letters", "notices")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "live").mkdir()
    return filled(tmp_path / "live" / "store.db")


def filled(path: Path, facts: int = 12) -> Path:
    with Store(path) as store:
        for number in range(facts):
            more(store, f"{path.name} {number}")
    return path


def more(store: Store, text: str) -> None:
    body = text.encode() * 200
    with store.write():
        bodies.put(store, body, sha256(body), "s", Part.PAGE, None)
        add(store, "watches", "url, at, added, reason", (text, "2025-01-01T00:00:00.000000Z", 1, ""))


def end(path: Path) -> tuple[int, str]:
    with Store(path, readonly=True) as store:
        facts, head = chain.end(store)
    return facts, head.hex()


def names(folder: Path) -> list[str]:
    return sorted(found.name for found in folder.iterdir())


Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """The program, run on the store: its exit code, answer and messages."""
    monkeypatch.setenv("EXOWATCH_NOW", "2025-08-20T08:00:00Z")

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["exowatch", "--db", str(path), *map(str, words)])
        monkeypatch.setattr("store.clock._STARTED", __import__("time").monotonic())
        try:
            faults.run(cli.app)
            code: object = 0
        except SystemExit as ended:
            code = ended.code or 0
        out, err = capsys.readouterr()
        return int(str(code)), out, err

    return run


# Backups


def test_a_backup_is_one_file_that_opens_without_leaving_anything_beside_it(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()

    made = back_up(path, folder / "a.db")
    with Store(folder / "a.db", readonly=True) as store:
        assert store.execute("select count(*) from watches").fetchone() == (12,)
        assert store.execute("pragma journal_mode").fetchone() == ("delete",)

    assert names(folder) == ["a.db"]
    assert (made.facts, made.head) == end(path)
    assert made.size == (folder / "a.db").stat().st_size
    assert made.sha256 == sha256((folder / "a.db").read_bytes())


def test_a_backup_holds_what_still_stands_in_the_log_and_nothing_that_is_not_committed(
    path: Path, tmp_path: Path
) -> None:
    with Store(path) as store:
        more(store, "in the log")
        with store.write():
            store.execute("insert into urls (url) values ('not committed')")
            back_up(path, tmp_path / "a.db")

    with Store(tmp_path / "a.db", readonly=True) as copy:
        assert copy.execute("select count(*) from watches").fetchone() == (13,)
        assert copy.execute("select count(*) from urls").fetchone() == (0,)


def test_a_backup_has_a_name_only_when_it_was_checked(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def checked(store: Store, *, quick: bool) -> list[str]:
        seen.append((names(tmp_path), quick))
        return ["a planted problem"]

    monkeypatch.setattr(backups, "problems", checked)

    with pytest.raises(Integrity, match="a planted problem"):
        back_up(path, tmp_path / "a.db", quick=True)

    assert seen == [(["a.db.part", "live"], True)]
    assert names(tmp_path) == ["live"]


def test_a_store_whose_bodies_are_damaged_gives_no_backup_and_a_quick_one_all_the_same(
    path: Path, tmp_path: Path
) -> None:
    spoil_a_body(path)

    with pytest.raises(Integrity, match=r"body [0-9a-f]{64}: "):
        back_up(path, tmp_path / "a.db")
    assert back_up(path, tmp_path / "b.db", quick=True).facts == 12
    assert names(tmp_path) == ["b.db", "live"]


def spoil_a_body(path: Path) -> None:
    raw = sqlite3.connect(path)
    raw.execute("drop trigger bodies_no_update")
    raw.execute("update bodies set data = zeroblob(length(data)) where id = 3")
    raw.commit()
    raw.close()


def test_nothing_is_left_where_the_disk_is_full(path: Path, tmp_path: Path, said: Said) -> None:
    """A limit on the size of files stands for the disk: SQLite is told the same by both."""
    import resource
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
        code, _, message = said("backup", tmp_path / "kept" / "a.db")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)

    assert code == 1
    assert "could not be written, and nothing of it is kept" in message
    assert names(tmp_path / "kept") == []


def test_the_store_itself_and_what_is_no_backup_of_it_are_not_replaced(path: Path, tmp_path: Path) -> None:
    other = filled(tmp_path / "other.db")
    back_up(other, tmp_path / "of-another.db")
    (tmp_path / "letter.txt").write_text("dear all")
    (tmp_path / "link.db").symlink_to(path)
    before = {name: (tmp_path / name).read_bytes() for name in ("other.db", "of-another.db", "letter.txt")}

    for target in (path, tmp_path / "link.db", *(tmp_path / name for name in before)):
        with pytest.raises(NotOurs, match=r"is the store itself|is no backup of"):
            back_up(path, target)

    assert {name: (tmp_path / name).read_bytes() for name in before} == before
    assert (tmp_path / "link.db").is_symlink()


def test_an_earlier_backup_of_the_same_store_is_replaced(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "a.db")
    with Store(path) as store:
        more(store, "later")

    assert back_up(path, tmp_path / "a.db").facts == 13


def test_of_the_backups_in_a_folder_the_latest_are_kept_and_nothing_else_is_touched(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    other = filled(tmp_path / "other.db")
    back_up(other, folder / "exowatch-20200101T000000Z.db")
    (folder / "exowatch-20200102T000000Z.db").write_text("no database")
    (folder / "exowatch-notes.db").write_text("no database")
    (folder / "exowatch-20200103T000000Z.db.part").write_text("of a backup that was killed")
    (folder / "exowatch-20250820T075900Z.db.part").write_text("of a backup that may still run")
    strangers = set(names(folder)) - {"exowatch-20200103T000000Z.db.part"}

    for day in (18, 19, 20):
        monkeypatch.setenv("EXOWATCH_NOW", f"2025-08-{day}T08:00:00Z")
        monkeypatch.setattr("store.clock._STARTED", __import__("time").monotonic())
        made = back_up(path, folder, keep=2)

    assert [gone.name for gone in made.removed] == ["exowatch-20250818T080000Z.db"]
    assert set(names(folder)) - strangers == {"exowatch-20250819T080000Z.db", "exowatch-20250820T080000Z.db"}
    assert strangers <= set(names(folder))


def test_the_command_answers_as_promised(path: Path, tmp_path: Path, said: Said) -> None:
    code, out, _ = said("backup", f"{tmp_path}/new/", "--keep", 1, "--json")
    answer = json.loads(out)

    assert code == 0
    assert set(answer) == {"schema_version", "path", "sha256", "size", "facts", "head", "removed"}
    assert answer["path"] == f"{tmp_path}/new/exowatch-20250820T080000Z.db"
    assert (answer["facts"], answer["head"], answer["removed"]) == (*end(path), [])
    assert said("backup", tmp_path / "a.db", "--keep", 1)[0] == 2
    assert said("backup", path)[0] == 2


# The way back


def test_a_drill_tells_what_a_backup_is_worth_and_touches_nothing(path: Path, tmp_path: Path, said: Said) -> None:
    back_up(path, tmp_path / "a.db")
    before = (tmp_path / "a.db").read_bytes()
    shutil.copy(tmp_path / "a.db", tmp_path / "spoilt.db")
    spoil_a_body(tmp_path / "spoilt.db")

    code, out, _ = said("restore", tmp_path / "a.db", "--drill", "--json")
    spoilt_code, spoilt, _ = said("restore", tmp_path / "spoilt.db", "--drill", "--json")

    good, bad = json.loads(out), json.loads(spoilt)
    assert (code, good["ok"], good["drill"], (good["facts"], good["head"])) == (0, True, True, end(path))
    assert (spoilt_code, bad["ok"]) == (6, False)
    assert bad["problems"][0].startswith("body ")
    assert (tmp_path / "a.db").read_bytes() == before
    assert names(tmp_path) == ["a.db", "live", "spoilt.db"]


@pytest.mark.parametrize("cut", [0, 50, 100, 4096, 30_000])
def test_a_backup_that_is_cut_off_is_told_without_a_traceback(path: Path, tmp_path: Path, said: Said, cut: int) -> None:
    back_up(path, tmp_path / "a.db")
    os.truncate(tmp_path / "a.db", cut)

    code, _, message = said("restore", tmp_path / "a.db")
    drilled, _, _ = said("restore", tmp_path / "a.db", "--drill")

    assert (code, drilled) == (6, 6), message
    assert end(path)[0] == 12


def test_what_is_no_backup_is_refused(path: Path, tmp_path: Path, said: Said) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("create table a (b)")
    other.close()

    for name in ("other.db", "missing.db"):
        assert said("restore", tmp_path / name)[0] in (2, 6)
        assert said("restore", tmp_path / name, "--drill")[0] in (2, 6)
    assert said("restore", path)[0] == 2
    assert end(path)[0] == 12


def test_a_restored_store_is_the_backup_and_the_store_before_it_is_kept(path: Path, tmp_path: Path, said: Said) -> None:
    back_up(path, tmp_path / "a.db")
    then = end(path)
    with Store(path) as store:
        more(store, "after the backup")
    later = end(path)

    code, out, _ = said("restore", tmp_path / "a.db", "--json")

    answer = json.loads(out)
    assert (code, answer["ok"], answer["path"]) == (0, True, str(path))
    assert end(path) == then == (answer["facts"], answer["head"])
    assert answer["kept"] == f"{path}.before-restore-20250820T080000Z"
    assert end(Path(answer["kept"])) == later
    with Store(path) as store:
        assert store.execute("pragma journal_mode").fetchone() == ("wal",)
        more(store, "goes on")
    assert [name for name in names(path.parent) if name.endswith(("-wal", "-shm")) and "before" not in name] == []


def test_the_log_of_the_store_that_was_replaced_is_not_played_into_the_restored_one(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "a.db")
    kept = tmp_path / "with-log"
    with Store(path) as store:
        more(store, "in the log")
        shutil.copytree(path.parent, kept)
    assert (kept / "store.db-wal").stat().st_size

    _, aside = restore(tmp_path / "a.db", kept / "store.db", SOURCES)

    assert aside is not None
    assert (end(kept / "store.db")[0], end(aside)[0]) == (12, 13)


def test_a_store_that_is_beyond_reading_is_kept_and_replaced(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "a.db")
    path.write_bytes(b"\x07" * 5000)

    _, aside = restore(tmp_path / "a.db", path, SOURCES)

    assert aside is not None
    assert aside.read_bytes() == b"\x07" * 5000
    assert end(path)[0] == 12


def test_a_restore_to_another_place_leaves_the_store_alone(path: Path, tmp_path: Path, said: Said) -> None:
    back_up(path, tmp_path / "a.db")
    before = path.read_bytes()

    code, _, _ = said("restore", tmp_path / "a.db", "--to", tmp_path / "new" / "b.db")

    assert code == 0
    assert end(tmp_path / "new" / "b.db") == end(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["store", "letters", "outbox"])
def test_nothing_is_restored_while_a_run_holds_the_store_or_a_source(
    path: Path, tmp_path: Path, said: Said, name: str
) -> None:
    back_up(path, tmp_path / "a.db")
    with Store(path) as store:
        more(store, "after the backup")

    with hold(path, name, "crawling"):
        code, _, message = said("restore", tmp_path / "a.db")

    assert (code, end(path)[0]) == (5, 13)
    assert f"{name} is held by another run: process {os.getpid()}, crawling" in message


def test_nothing_is_restored_while_something_is_written_or_read(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "WAIT", 0.2)
    monkeypatch.setattr("store.restoring._FOR_READERS", 0.2)
    back_up(path, tmp_path / "a.db")

    with Store(path) as store:
        more(store, "after the backup")
        with store.write(), pytest.raises(Held):
            restore(tmp_path / "a.db", path, SOURCES)
        with Store(path, readonly=True) as reader, reader.snapshot():
            reader.execute("select count(*) from watches").fetchone()
            more(store, "since the reader looked")
            with pytest.raises(Held, match="something reads it"):
                restore(tmp_path / "a.db", path, SOURCES)

    assert end(path)[0] == 14


def test_who_had_the_replaced_store_open_writes_nothing_into_nowhere(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "a.db")

    with Store(path) as store:
        restore(tmp_path / "a.db", path, SOURCES)
        with pytest.raises(Held, match="another file was put in its place"):
            more(store, "lost")
    with Store(path) as store:
        more(store, "kept")

    assert end(path)[0] == 13


def test_another_programs_database_is_not_replaced(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "a.db")
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("create table a (b)")
    other.close()
    before = (tmp_path / "other.db").read_bytes()

    with pytest.raises(NotOurs, match="another program"):
        restore(tmp_path / "a.db", tmp_path / "other.db", SOURCES)

    assert (tmp_path / "other.db").read_bytes() == before


def test_a_backup_of_a_live_store_by_hand_is_taken_with_its_log(path: Path, tmp_path: Path) -> None:
    """Someone hands over a store with its log beside it: both are read, as SQLite would."""
    with Store(path) as store:
        more(store, "in the log")
        shutil.copytree(path.parent, tmp_path / "copy")

    tried: Any = try_out(tmp_path / "copy" / "store.db")

    assert (tried.problems, tried.facts) == ((), 13)
