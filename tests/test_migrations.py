"""Every schema that was ever released is brought up to date with all its facts, or stays as it was."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from exowatch import rebuilding
from exowatch.config import load
from store.database import MIGRATIONS, Store
from store.derivation import Derivation
from store.fact_tables import RUN_TABLES, TOLD_TABLES
from store.facts import add
from store.locks import hold
from store.restoring import try_out
from store.schema import DERIVED_TABLES, FACT_TABLES
from store.soundness import problems
from tests.shelf import RULES, read

SCHEMAS = Path(__file__).parent / "schemas"
RELEASED = ("m001", "m002", "m003", "m004", "m005")
ROOT = Path(__file__).parents[1]
FORK = multiprocessing.get_context("fork")

Rows = list[tuple[Any, ...]]


def test_there_is_a_dump_of_every_schema_but_todays() -> None:
    assert [name[:4] for name in MIGRATIONS[:-1]] == list(RELEASED)
    assert sorted(dump.stem for dump in SCHEMAS.glob("*.sql")) == list(RELEASED)


def restored(released: str, path: Path) -> Path:
    """The store that a release left, as its own code wrote it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((SCHEMAS / f"{released}.sql").read_text("utf-8"))
        connection.execute("pragma journal_mode = wal")
    return path


@pytest.fixture(params=RELEASED)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return restored(request.param, tmp_path / "store.db")


def asked(path: Path, sql: str) -> Rows:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


def tables(path: Path) -> dict[str, list[str]]:
    """The tables of a file with their columns."""
    names = [name for (name,) in asked(path, "select name from sqlite_schema where type = 'table' order by 1")]
    return {name: [row[1] for row in asked(path, f'pragma table_info("{name}")')] for name in names}


def facts(path: Path, columns: dict[str, list[str]]) -> dict[str, Rows]:
    """Every row of every table of facts, in these columns."""
    wanted = [name for name in (*FACT_TABLES, *TOLD_TABLES, *RUN_TABLES) if name in columns]
    return {name: sorted(asked(path, f"select {', '.join(columns[name])} from {name}"), key=repr) for name in wanted}


VERSIONS = "select document, n, text_sha256, sha256, title from v_versions order by 1, 2"
CHANGES = 'select id, document, kind, "after" from v_changes order by 1'


def test_every_fact_and_the_chain_stay_as_they_were(old: Path) -> None:
    columns = tables(old)
    before = facts(old, columns)
    derived = {name: len(asked(old, f"select 1 from {name}")) for name in DERIVED_TABLES if name in columns}

    with Store(old) as store:
        assert problems(store) == []

    assert facts(old, columns) == before
    assert all(before[name] for name in FACT_TABLES)
    assert all(before[name] for name in TOLD_TABLES if name in before)
    assert {name: len(asked(old, f"select 1 from {name}")) for name in derived} == derived
    assert {name for (name,) in asked(old, "select name from _sqlite_migrations")} == set(MIGRATIONS)


def test_the_same_versions_and_changes_are_derived_again(old: Path) -> None:
    versions, changes = asked(old, VERSIONS), asked(old, CHANGES)

    with Store(old) as store:
        assert asked(old, VERSIONS) == versions
        derivation = Derivation(store, read, RULES)
        derivation.adopt()
        derivation.rebuild()

    assert len(versions) >= 5
    assert asked(old, VERSIONS) == versions
    assert asked(old, CHANGES) == changes


def test_what_was_brought_up_to_date_can_be_written_to_and_is_protected_as_a_new_one(old: Path, tmp_path: Path) -> None:
    Store(tmp_path / "new.db").close()

    with Store(old) as store:
        add(store, "runs", "schedule, due, attempt, at, command, missed", ("daily", "x", 1, "x", "crawl", 0))
        for table in (*FACT_TABLES, *TOLD_TABLES, *RUN_TABLES):
            if store.execute(f"select 1 from {table}").fetchone():
                with pytest.raises(sqlite3.IntegrityError, match="append-only"), store.write():
                    store.execute(f"delete from {table}")

    schema = "select type, name, tbl_name from sqlite_schema where name not like 'search%' order by 1, 2"
    assert asked(old, schema) == asked(tmp_path / "new.db", schema)
    assert tables(old) == tables(tmp_path / "new.db")


def test_a_rebuild_brings_an_older_store_up_to_date_first(tmp_path: Path) -> None:
    path = restored("m004", tmp_path / "store.db")

    done = rebuilding.rebuild(path, load([], {}), "fda_guidance", dry_run=False)

    assert done.documents >= 1


def test_a_reading_command_brings_an_older_store_up_to_date_too(old: Path) -> None:
    with Store(old, readonly=True) as store:
        assert store.execute("select count(*) from readings where reader = ''").fetchone() != (0,)


# What is kept of the older store


def kept(folder: Path) -> list[str]:
    return sorted(found.name for found in folder.iterdir() if ".before-" in found.name)


def test_the_store_as_it_was_is_kept_beside_it_and_can_be_restored(old: Path, caplog: pytest.LogCaptureFixture) -> None:
    columns = tables(old)
    before, first = facts(old, columns), MIGRATIONS[len(asked(old, "select name from _sqlite_migrations"))]

    Store(old).close()

    assert kept(old.parent) == [f"store.db.before-{first}.db"]
    aside = old.parent / kept(old.parent)[0]
    assert facts(aside, columns) == before
    assert tables(aside) == columns
    assert f"kept as {aside}" in caplog.text
    assert try_out(aside).problems == ()


def test_only_the_latest_such_store_is_kept(tmp_path: Path) -> None:
    path = restored("m004", tmp_path / "store.db")
    (tmp_path / f"store.db.before-{MIGRATIONS[3]}.db").write_bytes(b"of an earlier update")
    (tmp_path / "store.db.before-lunch.db").write_bytes(b"somebody's own")

    Store(path).close()

    assert kept(tmp_path) == ["store.db.before-lunch.db", f"store.db.before-{MIGRATIONS[4]}.db"]


def test_a_new_store_keeps_nothing_beside_it(tmp_path: Path) -> None:
    Store(tmp_path / "store.db").close()

    assert kept(tmp_path) == []


def test_nothing_is_migrated_where_there_is_no_room_to_keep_the_older_store(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    before, ignored = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    applied = asked(old, "select name from _sqlite_migrations")
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, before[1]))
        with pytest.raises(OSError, match="the copy could not be written, and nothing of it is kept"):
            Store(old)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)

    assert asked(old, "select name from _sqlite_migrations") == applied
    assert kept(old.parent) == []


def test_the_person_is_told_on_stderr_and_the_answer_stands_alone(tmp_path: Path) -> None:
    path = restored("m004", tmp_path / "store.db")

    done = subprocess.run(
        [sys.executable, "-m", "exowatch", "--db", str(path), "query", "select 1 as one", "--csv"],
        capture_output=True, text=True, cwd=ROOT, check=True,
    )  # fmt: skip

    assert done.stdout.split() == ["one", "1"]
    assert "is brought up to date; as it was before, it is kept as" in done.stderr


def test_who_works_on_the_store_is_named_when_a_migration_has_to_wait_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = restored("m004", tmp_path / "store.db")
    back_up_of_old = path.read_bytes()
    monkeypatch.setattr("store.locks._GLANCE", 0.0)
    real = hold

    def at_once(*given: Any, **more: Any) -> Any:
        return real(*given, **{**more, "wait": 0.1})

    monkeypatch.setattr("store.locks.hold", at_once)

    with real(path, "store", "importing"), pytest.raises(Exception, match=r"store is held by .*importing"):
        Store(path)

    assert path.read_bytes() == back_up_of_old


# Killed on the way


def statements(path: Path) -> list[str]:
    """Every statement that SQLite runs on a store's own connection while it is opened and brought up to date."""
    found: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        trace(patch, found.append)
        Store(path).close()
    return found


def trace(patch: pytest.MonkeyPatch, told: Any) -> None:
    real = Store._connect

    def traced(store: Store) -> sqlite3.Connection:
        connection = real(store)
        if not store.readonly:
            connection.set_trace_callback(told)
        return connection

    patch.setattr(Store, "_connect", traced)


def killed_at(path: Path, number: int) -> int:
    """Open a store in a process that is killed before its statement of this number; how that process ended."""

    def die() -> None:
        left = iter(range(number, -1, -1))

        def count(_: str) -> None:
            if next(left, 1) == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        trace(pytest.MonkeyPatch(), count)
        Store(path).close()

    child = FORK.Process(target=die)
    child.start()
    child.join(60)
    return child.exitcode or 0


def points(released: str, tmp_path: Path, every: bool) -> Iterator[int]:
    """The statements before which a migration is killed: all, or some drawn evenly with the first and the last."""
    count = len(statements(restored(released, tmp_path / "counted.db")))
    assert count > 20
    yield from range(count) if every else sorted({*range(0, count, max(1, count // 8)), count - 1})


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("released", RELEASED)
def test_a_migration_that_is_killed_leaves_the_old_store_or_the_new_one(
    tmp_path: Path, released: str, every: bool
) -> None:
    template = restored(released, tmp_path / "template.db")
    columns = tables(template)
    before, applied = (
        facts(template, columns),
        [name for (name,) in asked(template, "select name from _sqlite_migrations")],
    )
    ends = set()

    for point in points(released, tmp_path, every):
        folder = tmp_path / str(point)
        folder.mkdir()
        path = folder / "store.db"
        shutil.copy(template, path)
        killed = killed_at(path, point)

        assert killed == -signal.SIGKILL
        now = [name for (name,) in asked(path, "select name from _sqlite_migrations order by id")]
        assert now in (applied, list(MIGRATIONS)), point
        assert (tables(path) == columns) is (now == applied), point
        assert facts(path, columns) == before, point
        with Store(path) as store:
            assert problems(store, quick=True) == []
            add(store, "watches", "url, at, added, reason", ("u", "x", 1, ""))
        assert len(kept(folder)) == 1
        ends.add(len(now))
        shutil.rmtree(folder)

    assert ends == {len(applied), len(MIGRATIONS)} or not every
    assert len(applied) in ends
