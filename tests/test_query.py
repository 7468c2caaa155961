"""Questions in SQL: whatever is asked, nothing is written, nothing else is opened, and an end comes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from store.database import Store
from store.errors import BadQuery
from store.query import READY, ask, ready
from store.records import sha256
from tests.shelf import Shelf, page

SECONDS = 0.3


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shelf = Shelf(tmp_path_factory.mktemp("query") / "letters.db")
    shelf.crawl(0, {"a": page("A text about exosomes."), "b": page("Plain.")}, rows={"a": page(title="row")})
    shelf.crawl(24, {"a": page("A longer text about exosomes.")}, gone=["b"])
    shelf.store.execute("pragma wal_checkpoint(truncate)")
    shelf.close()
    return shelf.path


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    with Store(database, readonly=True) as store:
        yield store


def told(store: Store, sql: str) -> tuple[list[str], list[Sequence[Any]]]:
    columns, rows = ask(store, sql, seconds=SECONDS)
    return columns, list(rows)


WRITES = [
    "insert into urls (url) values ('x')",
    "insert into urls (url) values ('x') returning id",
    "insert or replace into derivation values ('rules', '')",
    "replace into derivation values ('rules', '')",
    "update documents set key = 'x'",
    "update standings set followed = 0 returning document",
    "delete from changes",
    "delete from changes returning id",
    "with a as (select 1) insert into urls (url) select 'x' from a",
    "with a as (select 1) delete from changes",
    "insert into search (search) values ('delete-all')",
    "insert into search (search) values ('rebuild')",
    "create table t (a)",
    "create temp table t (a)",
    "create temporary view v as select 1",
    "create table t as select 1",
    "create view v as select 1",
    "create index i on urls (url)",
    "create trigger t after insert on urls begin select 1; end",
    "create virtual table t using fts5 (a)",
    "create virtual table temp.t using fts5 (a)",
    "create temp trigger t after insert on urls begin select 1; end",
    "drop table changes",
    "drop view v_changes",
    "drop trigger bodies_no_delete",
    "drop index changes_until",
    "alter table urls rename to addresses",
    "alter table urls add column a",
    "alter table urls drop column url",
    "reindex",
    "analyze",
    "vacuum",
]
OTHERS = [
    "attach 'FOLDER/other.db' as other",
    "attach ':memory:' as other",
    "attach 'file:FOLDER/other.db?mode=rwc' as other",
    "detach main",
    "vacuum into 'FOLDER/copy.db'",
    "vacuum main into 'FOLDER/copy.db'",
    "pragma journal_mode = delete",
    "pragma journal_mode",
    "pragma query_only = off",
    "pragma writable_schema = on",
    "pragma trusted_schema = on",
    "pragma foreign_keys = off",
    "pragma user_version = 7",
    "pragma wal_checkpoint(truncate)",
    "pragma temp_store_directory = 'FOLDER'",
    "pragma database_list",
    "pragma optimize",
    "begin",
    "begin immediate",
    "commit",
    "rollback",
    "savepoint s",
    "release s",
    "end",
    "select load_extension('FOLDER/evil')",
    "select load_extension('FOLDER/evil', 'init')",
    "select writefile('FOLDER/written', 'x')",
    "select readfile('/etc/passwd')",
    "select edit('x', 'sh')",
    "select fts3_tokenizer('simple')",
    "select * from fsdir('.')",
    "select * from pragma_database_list",
    "select * from pragma_table_info('urls')",
    "select sqlite_dbpage from sqlite_dbpage",
    "select 1; select 2",
    "select 1; drop table changes",
    "select 1; -- nothing\n drop table changes",
    "/* select */ drop table changes",
    "-- only a comment",
    "/* only a comment */",
    "",
    ";",
    " ",
    "\x00",
    "select 1\x00; drop table changes",
    "select '\ud800'",
    "select",
    "select * from nowhere",
    "select nothing from urls",
    "select no_such_function(1)",
    "select ?",
    "select :name",
    "select * from search where search match 'AND'",
    "select * from search where search match '\"'",
    "select cast(x'ff' as text)",
    "explain insert into urls (url) values ('x')",
    "select randomblob(1000000000)",
    "select zeroblob(1000000000)",
    "select length(hex(zeroblob(90000000)))",
    "select replace(hex(zeroblob(40000000)), '0', '0000')",
    "select group_concat(hex(randomblob(500000))) from chain a, chain b",
    "select abs(-9223372036854775808)",
    f"select {'(' * 5000}1{')' * 5000}",
    f"select {' + '.join('1' * 20_000)}",
    "select json_extract('{', '$')",
    "select 1 union select 1, 2",
]
ENDLESS = [
    "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n",
    "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n",
    "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n where i < 0",
    "with recursive n(i) as (select 1 union all select i + 1 from n) select randomblob(10000) from n",
    "select count(*) from chain a, chain b, chain c, chain d, chain e, chain f, chain g, chain h",
    "select 1 where exists (with recursive n(i) as (select 1 union all select i + 1 from n) select 1 from n where i < 0)",
]


_LOGS = ("-shm", "-wal")


def files(database: Path) -> dict[str, str]:
    """The files of the folder, but for the log's index, which any reader makes and fills."""
    kept = sorted(path for path in database.parent.rglob("*") if path.is_file() and path.suffix[-4:] not in _LOGS)
    return {path.name: sha256(path.read_bytes()) for path in kept}


@pytest.mark.parametrize("sql", [*WRITES, *OTHERS], ids=lambda sql: ascii(sql)[1:40])
def test_what_does_not_read_is_refused_and_touches_nothing(database: Path, store: Store, sql: str) -> None:
    before = files(database)

    with pytest.raises(BadQuery):
        told(store, sql.replace("FOLDER", str(database.parent)))

    assert files(database) == before
    log = database.with_name(database.name + "-wal")
    assert not log.exists() or log.stat().st_size == 0


@pytest.mark.parametrize("sql", ENDLESS, ids=range(len(ENDLESS)))
def test_what_never_ends_is_stopped(store: Store, sql: str) -> None:
    started = time.monotonic()

    with pytest.raises(BadQuery, match="longer than"):
        for _ in ask(store, sql, seconds=SECONDS)[1]:
            pass

    assert time.monotonic() - started < 10 * SECONDS


@pytest.mark.parametrize("sql", [sql for sql in WRITES if "temp" not in sql][:12], ids=lambda sql: sql[:40])
def test_a_refusal_says_what_is_not_allowed(store: Store, sql: str) -> None:
    with pytest.raises(BadQuery, match="is not allowed; `query` takes one SELECT and only reads"):
        told(store, sql)


@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        ("select 1 as one", (["one"], [(1,)])),
        ("  -- a comment\n select 1 as one /* and another */ ;  ", (["one"], [(1,)])),
        ("values (1), (2)", (["column1"], [(1,), (2,)])),
        ("with a as (select 1 as x) select x from a", (["x"], [(1,)])),
        ("select count(*) as n from v_documents where followed", (["n"], [(1,)])),
        ("select n from v_versions where document = 'letters:a' order by n", (["n"], [(1,), (2,)])),
        ("select json_extract(before, '$.n') as n from v_changes where kind = 'revised'", (["n"], [(1,)])),
        (
            "select json_group_array(kind) as k from (select kind from v_changes order by 1)",
            (["k"], [('["new","revised"]',)]),
        ),
        (
            "select d.id from search s join documents d on d.ref = s.rowid where search match 'longer exosomes'",
            (["id"], [("letters:a",)]),
        ),
        ("select rowid from search where search match 'nowhere'", (["rowid"], [])),
        ("select count(*) as n from search('exosom*')", (["n"], [(1,)])),
        (
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000) select sum(i) as s from n",
            (["s"], [(500500,)]),
        ),
        ("select length(randomblob(1000)) as n", (["n"], [(1000,)])),
        ("select date('2025-08-01', '+1 day') as d", (["d"], [("2025-08-02",)])),
        ("select count(*) as n from v_documents, json_each(topics)", (["n"], [(1,)])),
        ("select count(printf('%.*c', 100000000, 'x')) as n", None),
        ("select count(*) as n from v_documents where title like '%a%a%a%a%a%a%a%b'", (["n"], [(0,)])),
        ("explain query plan select 1", None),
    ],
    ids=lambda said: said[:40] if isinstance(said, str) else "",
)
def test_what_reads_is_answered(store: Store, sql: str, answer: tuple[list[str], list[tuple[Any, ...]]] | None) -> None:
    given = told(store, sql)

    assert given == (answer or given)


@pytest.mark.parametrize("question", READY, ids=lambda question: question.name)
def test_every_ready_question_is_answered(store: Store, question: Any) -> None:
    columns, _ = told(store, question.sql)

    assert columns
    assert ready(question.name) is question


def test_a_question_after_another_is_answered_too(store: Store) -> None:
    with pytest.raises(BadQuery):
        told(store, "drop table changes")
    with pytest.raises(BadQuery):
        told(store, ENDLESS[0])

    assert told(store, "select 1 as one")[1] == [(1,)]
    assert told(store, "select count(*) from search where search match 'exosomes'")[1] == [(1,)]


def test_the_store_can_be_read_as_before_after_a_question(store: Store) -> None:
    told(store, "select 1")
    time.sleep(SECONDS)

    with store.snapshot():
        counted = store.execute(ENDLESS[0].replace("from n)", "from n where i < 200000)")).fetchone()

    assert counted == (200_000,)


def test_questions_are_asked_of_a_store_that_cannot_be_written(database: Path) -> None:
    with Store(database) as writable, pytest.raises(ValueError, match="read-only"):
        ask(writable, "select 1")


DOCUMENT = (
    "id, source, number, url, urls, pair, title, language, status, followed, follow_reason, published, published_basis,"
    " fields, topics, mentions, version_count, first_seen, last_seen"
)
VERSION = "n, first_seen, last_seen, text_sha256, sha256, origin, mentions, parts, title, fields"
CHANGE = (
    "id, document, number, source, url, title, kind, severity, reasons, events, window_after, window_until, before,"
    " after, fields, words_added, words_removed, mentions_before, mentions_after"
)
RUN = (
    "source, origin, started, finished, declared, listed, captured, unchanged, failed, skipped, documents_new,"
    " documents_followed, versions_new, changes_new"
)
MENTION = "document, number, source, n, topic, section, sentence, variant, block, position"


@pytest.mark.parametrize(
    ("view", "keys"),
    [
        ("v_documents", DOCUMENT),
        ("v_versions", VERSION),
        ("v_latest", VERSION),
        ("v_changes", CHANGE),
        ("v_mentions", MENTION),
        ("v_crawls", RUN),
    ],
)
def test_the_views_have_the_keys_of_the_json_answers_as_columns(store: Store, view: str, keys: str) -> None:
    """`window` and `mentions` of a change are two columns each, and a run's lists of outcomes and issues are none."""
    columns, rows = told(store, f"select * from {view}")

    assert set(keys.split(", ")) - set(columns) == set()
    assert rows


def test_sides_events_and_fields_of_a_change_have_the_keys_of_the_json_answers(store: Store) -> None:
    sql = (
        "select (select group_concat(key) from json_each(before)), (select group_concat(key) from json_each(after))"
        " from v_changes where kind = 'revised'"
    )

    assert told(store, sql)[1] == [("n,sha256,text_sha256,last_seen", "n,sha256,text_sha256,first_seen")]


def test_sqlite_itself_refuses_to_write_in_a_read_only_store(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        store.execute("delete from changes")
