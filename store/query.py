"""Questions in SQL: read-only by construction, bounded in time and rows, with a set of ready ones."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from store.database import Store
from store.errors import BadQuery

SECONDS = 30
_MOST_BYTES = 10_000_000
_UNLIMITED = 1_000_000_000

_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_FORBIDDEN_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"})
_WRITES = {
    sqlite3.SQLITE_INSERT: "INSERT",
    sqlite3.SQLITE_UPDATE: "UPDATE",
    sqlite3.SQLITE_DELETE: "DELETE",
    sqlite3.SQLITE_ATTACH: "ATTACH",
    sqlite3.SQLITE_PRAGMA: "PRAGMA",
    sqlite3.SQLITE_TRANSACTION: "a transaction",
}


@dataclass(frozen=True, slots=True)
class Ready:
    """A question with a name."""

    name: str
    about: str
    sql: str


READY = (
    Ready(
        "changes",
        "every change of a followed document, oldest first",
        "select window_until, source, number, title, kind, severity, words_added, words_removed, url"
        " from v_changes order by window_until, id",
    ),
    Ready(
        "letters",
        "followed warning letters with their dates and close-out",
        "select published, json_extract(fields, '$.issued') as issued, number, title,"
        " json_extract(fields, '$.closeout') as closeout, mentions, url from v_documents"
        " where source = 'fda_warning_letters' and followed order by published, id",
    ),
    Ready(
        "closeouts",
        "letters for which FDA states a close-out date",
        "select json_extract(fields, '$.closeout') as closeout, number, title, followed, url from v_documents"
        " where json_extract(fields, '$.closeout') is not null order by 1, id",
    ),
    Ready(
        "mentions",
        "each mention in the latest version of each document, with its sentence",
        "select m.document, m.number, m.section, m.variant, m.sentence from v_mentions m"
        " join v_documents d on d.id = m.document and d.version_count = m.n order by m.document, m.block, m.position",
    ),
    Ready(
        "ledger",
        "every run with its sums",
        "select source, origin, started, finished, declared, listed, captured, unchanged, failed, skipped"
        " from v_crawls order by started, crawl",
    ),
    Ready(
        "unread",
        "targets of the latest run of each source that failed or were left for later",
        "select c.source, u.url, coalesce(v.outcome, 'open') as outcome, v.message from targets t"
        " join crawls c on c.id = t.crawl join urls u on u.id = t.url left join visits v on v.target = t.id"
        " where c.id in (select max(id) from crawls group by source)"
        " and (v.id is null or (v.body is null and v.outcome not in ('not_modified_304', 'not_due')))"
        " order by c.source, t.id",
    ),
)


def ready(name: str) -> Ready | None:
    """The ready question of this name."""
    return next((question for question in READY if question.name == name), None)


def ask(store: Store, sql: str, *, seconds: float = SECONDS) -> tuple[list[str], Iterator[Sequence[Any]]]:
    """The columns and the rows of one SELECT on a store opened read-only; read the rows before anything else is.

    Raises BadQuery for anything that writes, opens another file or sets an option, for a statement that SQLite cannot
    run, and, while the rows are read, for one that takes longer than `seconds`.
    """
    if not store.readonly:
        raise ValueError("questions are asked of a store that was opened read-only")
    refused: list[str] = []
    connection = store.connection
    # FTS5 reads its own tables through statements it prepares at first use, and the JSON functions that give rows
    # declare theirs: let them do so before that is forbidden.
    connection.execute("select count(*) from search where search match 'a'").fetchall()
    connection.execute("select 1 from json_each('[]'), json_tree('[]')").fetchall()
    connection.set_authorizer(lambda *said: _judge(refused, *said))
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES)
    deadline = time.monotonic() + seconds
    connection.set_progress_handler(lambda: int(time.monotonic() > deadline), 10_000)
    try:
        cursor = connection.execute(sql)
    except (sqlite3.Error, sqlite3.Warning, UnicodeEncodeError) as error:
        _release(connection)
        raise BadQuery(_said(error, refused, seconds)) from error
    if cursor.description is None:
        _release(connection)
        raise BadQuery("the statement returns no rows; `query` takes one SELECT")
    return [column[0] for column in cursor.description], _rows(cursor, refused, seconds)


def _rows(cursor: sqlite3.Cursor, refused: list[str], seconds: float) -> Iterator[Sequence[Any]]:
    try:
        yield from cursor
    except sqlite3.Error as error:
        raise BadQuery(_said(error, refused, seconds)) from error
    finally:
        _release(cursor.connection)


def _release(connection: sqlite3.Connection) -> None:
    """Let the store ask for what it likes again."""
    connection.set_authorizer(None)
    connection.set_progress_handler(None, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _UNLIMITED)


def _judge(refused: list[str], action: int, one: str | None, two: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION and (two or "").lower() in _FORBIDDEN_FUNCTIONS:
        refused.append(f"the function {two}")
        return sqlite3.SQLITE_DENY
    # FTS5 asks for the version of the data; it reads, whatever the word.
    if action == sqlite3.SQLITE_PRAGMA and (one or "").lower() == "data_version":
        return sqlite3.SQLITE_OK
    if action in _ALLOWED:
        return sqlite3.SQLITE_OK
    refused.append(_WRITES.get(action, "a statement that is no SELECT"))
    return sqlite3.SQLITE_DENY


def _said(error: Exception, refused: list[str], seconds: float) -> str:
    if refused:
        return f"the statement was refused: {refused[0]} is not allowed; `query` takes one SELECT and only reads"
    if "interrupted" in str(error):
        return f"the statement took longer than {seconds:g} seconds and was stopped"
    return f"SQLite cannot run it: {error}"
