"""Several that write at once: each has its turn, nothing is lost, and the log is moved by a writer alone."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from store import bodies, database, writer
from store.copy import copy_to
from store.database import Store, log_size
from store.errors import Held
from store.facts import add
from store.holders import NAMELESS, beside, holder, note
from store.locks import held, hold
from store.records import Part, sha256

FORK = multiprocessing.get_context("fork")
READERS = 4
LONGEST_USUAL_WAIT = 2.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Store(tmp_path / "store.db").close()
    return tmp_path / "store.db"


@contextmanager
def child(work: Callable[..., None], *given: Any) -> Iterator[tuple[Any, Connection]]:
    """A process of its own, and the end of a pipe to it; killed when the block ends."""
    ours, theirs = FORK.Pipe()
    process = FORK.Process(target=work, args=(*given, theirs))
    process.start()
    theirs.close()
    yield process, ours
    process.kill()
    process.join()


def count(path: Path, table: str) -> int:
    with Store(path, readonly=True) as store:
        return int(store.execute(f"select count(*) from {table}").fetchone()[0])


# All at once


def write_often(path: Path, times: int, told: Connection) -> None:
    """Read, then write what follows from it, and keep a body that everybody keeps."""
    waits, errors = [], []
    with Store(path) as store:
        for number in range(times):
            body = f"the page of {number}".encode() * 20
            asked = time.monotonic()
            try:
                with store.write():
                    waits.append(time.monotonic() - asked)
                    seen = store.execute("select count(*) from watches").fetchone()[0]
                    bodies.put(store, body, sha256(body), "s", Part.PAGE, None)
                    add(store, "watches", "url, at, added, reason", (f"u{seen}", "2025-01-01T00:00:00Z", 1, ""))
            except (sqlite3.Error, Held) as error:
                errors.append(str(error))
    told.send((waits, errors))


def read_often(path: Path, told: Connection) -> None:
    looks, errors = 0, []
    while not told.poll():
        try:
            with Store(path, readonly=True) as store, store.snapshot():
                rows = store.execute("select count(*) from watches").fetchone()[0]
                links = store.execute("select count(*) from chain where fact = 'watches'").fetchone()[0]
            looks += 1
            if rows != links:
                errors.append(f"{rows} rows, {links} links")
        except sqlite3.Error as error:
            errors.append(str(error))
        time.sleep(0.002)
    told.send((looks, errors))


@pytest.mark.parametrize("times", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_eight_that_read_and_then_write_lose_nothing_and_wait_shortly(path: Path, times: int) -> None:
    readers = [(FORK.Pipe(), None) for _ in range(READERS)]
    looking = [FORK.Process(target=read_often, args=(path, pipe[1])) for pipe, _ in readers]
    pipes = [FORK.Pipe() for _ in range(8)]
    writing = [FORK.Process(target=write_often, args=(path, times, pipe[1])) for pipe in pipes]

    for process in (*looking, *writing):
        process.start()
    told = [pipe[0].recv() for pipe in pipes]
    for pipe, _ in readers:
        pipe[0].send("enough")
    looks = [pipe[0].recv() for pipe, _ in readers]
    for process in (*looking, *writing):
        process.join()

    assert [error for _, errors in (*told, *looks) for error in errors] == []
    waits = sorted(wait for waits, _ in told for wait in waits)
    assert waits[len(waits) * 99 // 100] < LONGEST_USUAL_WAIT
    assert all(looks_made for looks_made, _ in looks)
    with Store(path, readonly=True) as store:
        seen = [url for (url,) in store.execute("select url from watches order by id")]
        assert seen == [f"u{number}" for number in range(8 * times)]
        assert store.execute("select count(*), count(distinct sha256) from bodies").fetchone() == (times, times)
        assert store.execute("select count(*) from chain").fetchone() == (8 * times,)
        assert store.execute("pragma integrity_check").fetchone() == ("ok",)
    assert log_size(path) < database.LOG_MOVED_AT
    sys.stdout.write(f"wait: median {waits[len(waits) // 2]:.4f}, p99 {waits[len(waits) * 99 // 100]:.3f}, ")
    sys.stdout.write(f"longest {waits[-1]:.3f} s; looks {sum(made for made, _ in looks)}\n")


# One after the other


def write_and_stay(path: Path, told: Connection) -> None:
    with Store(path) as store, store.write():
        told.send("writing")
        signal.pause()


def test_who_waits_too_long_is_told_who_writes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "WAIT", 0.3)

    with child(write_and_stay, path) as (process, told), Store(path) as store:
        assert told.recv() == "writing"
        with (
            pytest.raises(Held, match=rf"being written to by another run: process {process.pid}, writing, since 2"),
            store.write(),
        ):
            pass


def test_two_stores_of_one_process_on_one_file_do_not_wait_for_ever(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "WAIT", 0.3)

    with Store(path) as one, Store(path) as other:
        with one.write(), pytest.raises(Held, match=f"process {os.getpid()}"), other.write():
            pass
        with other.write():
            other.execute("insert into urls (url) values ('later')")

    assert count(path, "urls") == 1


def test_the_next_writes_at_once_when_a_writer_was_killed(path: Path) -> None:
    with child(write_and_stay, path) as (process, told), Store(path) as store:
        told.recv()
        process.kill()
        process.join()
        with store.write():
            store.execute("insert into urls (url) values ('after')")

    assert count(path, "urls") == 1


def test_a_failed_transaction_lets_the_next_writer_in(path: Path) -> None:
    with Store(path) as one, Store(path) as other:
        with pytest.raises(sqlite3.IntegrityError), one.write():
            one.execute("insert into urls (id, url) values (1, null)")
        with other.write():
            other.execute("insert into urls (url) values ('x')")

    assert count(path, "urls") == 1


def test_a_name_that_cannot_be_written_stops_neither_this_writer_nor_the_next(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write

    def full(file: int, content: bytes) -> int:
        if b"writing" in content:
            raise OSError(28, "No space left on device")
        return real(file, content)

    monkeypatch.setattr(os, "write", full)
    with Store(path) as first, Store(path) as second:
        for store in (first, second, first):
            (beside(path) / "writer.holder").write_text("")
            with store.write():
                store.execute("select 1")


def test_one_path_and_a_link_to_it_have_one_lock(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "WAIT", 0.2)
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.db"
    link.symlink_to(path)

    with Store(path) as one, Store(link) as other, one.write(), pytest.raises(Held), other.write():
        pass
    with hold(path, "letters", "crawling"), pytest.raises(Held), hold(link, "letters", "crawling too"):
        pass


def test_nothing_is_written_to_a_file_that_another_took_the_place_of(path: Path, tmp_path: Path) -> None:
    copy_to(path, tmp_path / "other.db")

    with Store(path) as store:
        (tmp_path / "other.db").replace(path)
        with pytest.raises(Held, match="another file was put in its place"), store.write():
            store.execute("insert into urls (url) values ('lost')")

    assert count(path, "urls") == 0


# The log


def grow(store: Store, size: int) -> None:
    with store.write():
        store.execute("insert into urls (url) values (?)", (os.urandom(size // 2).hex(),))


def test_the_log_is_moved_by_a_writer_when_it_is_long(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(path) as store:
        assert store.execute("pragma wal_autocheckpoint").fetchone() == (0,)
        assert store.execute("pragma mmap_size").fetchone() in ((0,), None)
        grow(store, 8_000_000)
        long = log_size(path)
        grow(store, 10_000_000)
        moved = log_size(path)

    assert long > 8_000_000
    assert moved == 0
    assert log_size(path) == 0


def test_a_reader_that_needs_the_log_keeps_it_and_stops_nobody(path: Path) -> None:
    with Store(path) as store:
        grow(store, 1_000_000)
        with Store(path, readonly=True) as reader, reader.snapshot():
            before = reader.execute("select count(*) from urls").fetchone()
            began = time.monotonic()
            for _ in range(4):
                grow(store, 9_000_000)
            took = time.monotonic() - began
            kept = log_size(path)
            after = reader.execute("select count(*) from urls").fetchone()
        grow(store, 17_000_000)

    assert before == after == (1,)
    assert kept > 30_000_000
    assert took < 20
    assert log_size(path) == 0
    assert count(path, "urls") == 6


def test_a_reader_moves_nothing(path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from store.database import Store\n"
        "store = Store(Path(sys.argv[1]))\n"
        "with store.write(): store.execute(\"insert into urls (url) values ('x')\")\n"
        "os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=True, cwd=Path(__file__).parents[1])
    left = log_size(path)

    assert count(path, "urls") == 1
    assert log_size(path) == left > 0


def test_a_store_without_a_log_is_given_one_when_it_is_opened_for_writing(path: Path) -> None:
    plain = sqlite3.connect(path)
    assert plain.execute("pragma journal_mode = delete").fetchone() == ("delete",)
    plain.close()

    with Store(path, readonly=True) as reader:
        assert reader.execute("pragma journal_mode").fetchone() == ("delete",)
    with Store(path) as store:
        assert store.execute("pragma journal_mode").fetchone() == ("wal",)


# Names of holders


def test_a_note_of_a_process_that_is_gone_names_nobody(tmp_path: Path) -> None:
    over = subprocess.Popen(["true"])
    over.wait()
    said = json.loads(note("crawling"))
    file = tmp_path / "note"

    file.write_text(json.dumps({**said, "process": over.pid}))

    assert holder(file) == NAMELESS


def test_a_note_whose_number_was_given_to_another_process_names_nobody(tmp_path: Path) -> None:
    said = json.loads(note("crawling"))
    file = tmp_path / "note"

    file.write_text(json.dumps(said))
    ours = holder(file)
    file.write_text(json.dumps({**said, "started": "1"}))

    assert ours.startswith(f"process {os.getpid()}, crawling, since 2")
    assert holder(file) == NAMELESS


@pytest.mark.parametrize("content", ["", "{", "[]", "7", '{"process": "x"}', '{"process": 1}', "\x00" * 40])
def test_a_note_that_cannot_be_read_names_nobody(tmp_path: Path, content: str) -> None:
    (tmp_path / "note").write_text(content)

    assert holder(tmp_path / "note") == NAMELESS


def hold_and_stay(path: Path, told: Connection) -> None:
    with hold(path, "letters", "crawling"):
        told.send("held")
        signal.pause()


def test_the_note_of_a_killed_holder_is_not_told_of_the_next(path: Path) -> None:
    with child(hold_and_stay, path) as (process, told):
        told.recv()
        before = held(path)
        process.kill()
        process.join()
        left = (path.parent / "store.db.locks" / "letters.holder").read_text()

    assert before == [f"letters is held by {holder_words(left)}"]
    assert held(path) == []
    with hold(path, "letters", "crawling again"):
        (path.parent / "store.db.locks" / "letters.holder").write_text(left)
        assert held(path) == [f"letters is held by {NAMELESS}"]


def holder_words(text: str) -> str:
    said = json.loads(text)
    return f"process {said['process']}, {said['purpose']}, since {said['since']}"


def test_who_looks_at_the_locks_stops_no_run(path: Path) -> None:
    with child(look_often, path) as (_, told):
        told.recv()
        for _ in range(200):
            with hold(path, "letters", "crawling"):
                pass


def test_who_looks_at_the_locks_is_not_told_of_others_that_look(path: Path) -> None:
    with child(look_often, path) as (_, told):
        told.recv()
        assert [found for _ in range(200) for found in held(path)] == []


def look_often(path: Path, told: Connection) -> None:
    with hold(path, "letters", "once"):
        pass
    told.send("looking")
    while True:
        held(path)


def test_a_run_that_may_wait_takes_over(path: Path) -> None:
    with child(hold_shortly, path) as (_, told):
        told.recv()
        with hold(path, "letters", "crawling", wait=20):
            pass


def hold_shortly(path: Path, told: Connection) -> None:
    with hold(path, "letters", "crawling"):
        told.send("held")
        time.sleep(0.5)
