"""The database file: recognised, made, opened, and written to by several at once without losing anything."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from store.copy import copy_to
from store.database import APPLICATION_ID, MIGRATIONS, Store
from store.errors import Held, NotOurs
from store.fact_tables import RUN_TABLES, TOLD_TABLES
from store.locks import hold
from store.rules import Rules, differ
from store.schema import DERIVED_TABLES, FACT_TABLES, migrations

SPAWN = multiprocessing.get_context("fork")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Store(tmp_path / "store.db").close()
    return tmp_path / "store.db"


# What is ours


@pytest.mark.parametrize("content", [b"no database", b"\x00" * 4096, b"SQLite format 2\x00" + b"\x00" * 4096, b"x"])
@pytest.mark.parametrize("readonly", [True, False])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes, readonly: bool) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    with pytest.raises(NotOurs, match="not an SQLite database"):
        Store(path, readonly=readonly)

    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute(f"pragma journal_mode = {mode}")
    other.execute("create table documents (id)")
    other.close()
    before = path.read_bytes()

    with pytest.raises(NotOurs, match="another program"):
        Store(path)

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_database_of_another_program_that_is_in_use_is_refused(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("pragma journal_mode = wal")
    other.execute("create table documents (id)")

    with pytest.raises(NotOurs, match="another program"):
        Store(tmp_path / "other.db")

    other.close()


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotOurs, match="folder"):
        Store(tmp_path)


def test_a_cut_off_database_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50])

    with pytest.raises(NotOurs):
        Store(path)


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "store.db").touch()

    with Store(tmp_path / "store.db") as store:
        assert store.execute("select count(*) from documents").fetchone() == (0,)


def test_a_file_whose_maker_was_stopped_at_once_becomes_a_store(tmp_path: Path) -> None:
    begun = sqlite3.connect(tmp_path / "store.db")
    begun.execute("pragma journal_mode = wal")
    begun.close()
    assert (tmp_path / "store.db").stat().st_size

    with Store(tmp_path / "store.db") as store:
        assert store.execute("select count(*) from documents").fetchone() == (0,)


@pytest.mark.parametrize("content", [None, b""])
def test_what_is_not_there_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "missing.db"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(NotOurs, match="no exowatch database here yet"):
        Store(path, readonly=True)

    assert path.exists() is (content is not None)


def test_missing_folders_are_made(tmp_path: Path) -> None:
    Store(tmp_path / "a" / "b" / "store.db").close()

    assert (tmp_path / "a" / "b" / "store.db").exists()


def test_odd_names_are_opened_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a?mode=rw#x %41 é.db"
    Store(path).close()

    with Store(path, readonly=True) as store:
        assert store.execute("select count(*) from documents").fetchone() == (0,)
    assert [found.name for found in tmp_path.iterdir() if found.suffix == ".db"] == [path.name]


@pytest.mark.parametrize("readonly", [True, False])
def test_a_store_of_a_newer_program_is_refused(path: Path, readonly: bool) -> None:
    with Store(path) as store:
        store.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values ('exowatch', 'm999_future', 'x')"
        )

    with pytest.raises(NotOurs, match=r"newer exowatch .*m999_future"):
        Store(path, readonly=readonly)


def test_a_store_can_be_recognised_by_its_header(path: Path) -> None:
    assert int.from_bytes(path.read_bytes()[68:72], "big") == APPLICATION_ID


def test_a_store_whose_first_transaction_is_still_in_the_log_is_ours(tmp_path: Path) -> None:
    with Store(tmp_path / "store.db"), Store(tmp_path / "store.db", readonly=True) as reader:
        assert reader.execute("select count(*) from documents").fetchone() == (0,)


def test_a_killed_maker_leaves_a_store_that_opens(tmp_path: Path) -> None:
    path = tmp_path / "store.db"

    def die() -> None:
        Store(path)
        os.kill(os.getpid(), signal.SIGKILL)

    child = SPAWN.Process(target=die)
    child.start()
    child.join()

    with Store(path, readonly=True) as store:
        assert store.execute("select count(*) from documents").fetchone() == (0,)


# How it is opened


def test_what_is_committed_is_on_the_disk(path: Path) -> None:
    with Store(path) as store:
        assert store.execute("pragma journal_mode").fetchone() == ("wal",)
        assert store.execute("pragma synchronous").fetchone() == (2,)
        assert store.execute("pragma foreign_keys").fetchone() == (1,)
        assert store.execute("pragma trusted_schema").fetchone() == (0,)


def test_every_table_is_strict_or_an_index(path: Path) -> None:
    with Store(path, readonly=True) as store:
        lists = {row[1]: row for row in store.execute("pragma table_list")}

    assert all(lists[table][5] == 1 for table in (*FACT_TABLES, *TOLD_TABLES, *RUN_TABLES, *DERIVED_TABLES))


def test_a_read_only_store_cannot_be_written(path: Path) -> None:
    with (
        Store(path, readonly=True) as store,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        store.execute("insert into urls (url) values ('x')")


# Transactions


def urls(path: Path) -> list[str]:
    with Store(path, readonly=True) as store:
        return [url for (url,) in store.execute("select url from urls order by id")]


def test_a_transaction_that_fails_is_undone_whole(path: Path) -> None:
    def fail(store: Store) -> None:
        with store.write():
            store.execute("insert into urls (url) values ('one')")
            with store.write():
                store.execute("insert into urls (url) values ('two')")
            raise RuntimeError("a fault")

    with Store(path) as store:
        with pytest.raises(RuntimeError):
            fail(store)
        with store.write():
            store.execute("insert into urls (url) values ('three')")

    assert urls(path) == ["three"]


def test_an_interruption_undoes_a_transaction_too(path: Path) -> None:
    def interrupted(store: Store) -> None:
        with store.write():
            store.execute("insert into urls (url) values ('one')")
            raise KeyboardInterrupt

    with Store(path) as store, pytest.raises(KeyboardInterrupt):
        interrupted(store)

    assert urls(path) == []


def test_a_transaction_that_sqlite_undid_itself_tells_its_own_cause(path: Path) -> None:
    def fail(store: Store) -> None:
        with store.write():
            store.execute("insert or rollback into urls (id, url) values (1, 'one')")
            store.execute("insert or rollback into urls (id, url) values (1, 'two')")

    with Store(path) as store, pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        fail(store)

    assert urls(path) == []


def test_a_process_killed_in_a_transaction_leaves_what_was_committed(path: Path) -> None:
    def die() -> None:
        store = Store(path)
        with store.write():
            store.execute("insert into urls (url) values ('one')")
        with store.write():
            store.execute("insert into urls (url) values ('two')")
            os.kill(os.getpid(), signal.SIGKILL)

    child = SPAWN.Process(target=die)
    child.start()
    child.join()

    assert urls(path) == ["one"]
    with Store(path) as store:
        assert store.execute("pragma integrity_check").fetchone() == ("ok",)


def test_a_snapshot_stays_as_it_was_whatever_is_written_meanwhile(path: Path) -> None:
    def count(store: Store) -> int:
        return int(store.execute("select count(*) from urls").fetchone()[0])

    with Store(path) as writer, Store(path, readonly=True) as reader:
        with reader.snapshot():
            before = count(reader)
            with writer.write():
                writer.execute("insert into urls (url) values ('one')")
            during = count(reader)
        after = count(reader)

    assert (before, during, after) == (0, 0, 1)


def test_a_copy_is_whole_while_the_store_is_written(path: Path, tmp_path: Path) -> None:
    with Store(path) as writer, writer.write():
        writer.execute("insert into urls (url) values ('one')")
    with Store(path) as writer, writer.write():
        writer.execute("insert into urls (url) values ('two')")
        copy_to(path, tmp_path / "copy.db")

    assert urls(tmp_path / "copy.db") == ["one"]


# Several at once


def make(path: Path, start: object, told: Connection) -> None:
    start.wait()  # type: ignore[attr-defined]
    try:
        with Store(path) as store:
            told.send(store.execute("select count(*) from documents").fetchone()[0])
    except Held as held:
        told.send(str(held))


def test_two_processes_that_make_one_store_at_once_make_one_or_are_told_who_does(tmp_path: Path) -> None:
    for number in range(8):
        path, start = tmp_path / f"{number}" / "store.db", SPAWN.Barrier(3)
        pipes = [SPAWN.Pipe(duplex=False) for _ in range(3)]
        makers = [SPAWN.Process(target=make, args=(path, start, pipe[1])) for pipe in pipes]
        for maker in makers:
            maker.start()
        for maker in makers:
            maker.join()

        told = [pipe[0].recv() if pipe[0].poll() else "nothing" for pipe in pipes]
        assert 0 in told
        assert all(said == 0 or "migrating the database" in said or "not said its name" in said for said in told)
        with Store(path) as store:
            assert store.execute("pragma integrity_check").fetchone() == ("ok",)


def add(path: Path, times: int, told: Connection) -> None:
    errors = 0
    with Store(path) as store:
        for _ in range(times):
            try:
                with store.write():
                    number = store.execute("select count(*) from urls").fetchone()[0]
                    store.execute("insert into urls (id, url) values (?, ?)", (number + 1, f"{number}"))
            except sqlite3.Error:
                errors += 1
    told.send(errors)


def test_four_processes_that_read_and_then_write_lose_nothing(path: Path) -> None:
    pipes = [SPAWN.Pipe(duplex=False) for _ in range(4)]
    writers = [SPAWN.Process(target=add, args=(path, 100, pipe[1])) for pipe in pipes]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [pipe[0].recv() for pipe in pipes] == [0, 0, 0, 0]
    assert urls(path) == [f"{number}" for number in range(400)]


# Locks


def keep(path: Path, name: str, told: Connection) -> None:
    with hold(path, name, "crawling"):
        told.send("held")
        signal.pause()


@pytest.fixture
def holder(path: Path) -> Iterator[multiprocessing.process.BaseProcess]:
    ours, theirs = SPAWN.Pipe(duplex=False)
    child = SPAWN.Process(target=keep, args=(path, "letters", theirs))
    child.start()
    assert ours.recv() == "held"
    yield child
    child.kill()
    child.join()


def test_a_lock_that_is_held_names_its_holder(
    path: Path, holder: multiprocessing.process.BaseProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        pytest.raises(Held, match=rf"letters is held by another run: process {holder.pid}, crawling, since 2\d{{3}}-"),
        hold(path, "letters", "crawling too"),
    ):
        pass


def test_a_lock_is_free_when_its_holder_was_killed(path: Path, holder: multiprocessing.process.BaseProcess) -> None:
    holder.kill()
    holder.join()

    with hold(path, "letters", "crawling after"):
        pass


@pytest.mark.usefixtures("holder")
def test_locks_of_two_sources_do_not_meet(path: Path) -> None:
    with hold(path, "notices", "crawling"), hold(path, "store", "importing"):
        pass


def test_a_lock_is_free_after_a_failure_and_refused_within_one_process(path: Path) -> None:
    def fail() -> None:
        with hold(path, "letters", "crawling"):
            with pytest.raises(Held, match=f"process {os.getpid()}, crawling"), hold(path, "letters", "again"):
                pass
            raise RuntimeError("a fault")

    with pytest.raises(RuntimeError):
        fail()
    with hold(path, "letters", "crawling"):
        pass


def test_locks_of_a_store_lie_beside_it(path: Path) -> None:
    with hold(path, "letters", "crawling"):
        names = {found.name for found in (path.parent / "store.db.locks").iterdir()}

    assert {"letters.lock", "letters.holder"} <= names


def test_the_migrations_named_for_readers_are_those_that_run() -> None:
    assert [migration.name for migration in migrations._migrations] == list(MIGRATIONS)


def test_a_store_of_the_first_schema_keeps_its_rows_and_is_derived_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.db"
    with monkeypatch.context() as first:
        first.setattr("store.database.MIGRATIONS", ("m001_facts_and_derivations",))
        first.setattr(migrations, "_migrations", migrations._migrations[:1])
        with Store(path) as store, store.write():
            store.execute("insert into urls (url) values ('https://example.org/a')")
            store.execute("insert into documents (id, source, key, first_url, net) values ('s:a', 's', 'a', 1, 'list')")
            store.execute("insert into mentions values (1, 1, 0, 'exosomes', '', 'Of exosomes.', 'exosomes', 0, 3)")
            store.execute("insert into derivation (key, value) values ('rules', ?)", (Rules().fingerprint(),))

    with Store(path) as store:
        mentions = store.execute("select sentence, role from mentions").fetchall()
        views = store.execute("select count(*) from v_citations, v_statements").fetchone()[0]
        stale = differ(store, Rules())

    assert (mentions, views, stale) == ([("Of exosomes.", "")], 0, True)
