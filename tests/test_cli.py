"""The command line keeps its promises: codes, streams, shapes, and a clear sentence for every wrong request."""

import csv
import io
import json
import os
import pty
import re
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import typer.main

from exowatch import cli, faults
from tests.paper import Paper, needs_print
from tests.test_pages import PAGES
from tests.warcs import write_warc

LETTERS = "https://www.fda.gov/inspections-compliance-enforcement-and-criminal-investigations/warning-letters/"
LETTER = f"{LETTERS}harrowgate-cell-works-llc-790001-02042025"
CLOSE_OUT = f"{LETTERS}harrowgate-cell-works-llc-790001-06112025"
NOTICE = "https://www.canada.ca/en/health-canada/programs/sample-consultation-lotions-vesicles.html"

DOCUMENT = [
    "id",
    "source",
    "number",
    "url",
    "urls",
    "pair",
    "title",
    "language",
    "status",
    "followed",
    "follow_reason",
    "published",
    "published_basis",
    "fields",
    "topics",
    "mentions",
    "version_count",
    "first_seen",
    "last_seen",
]
VERSION = ["n", "first_seen", "last_seen", "text_sha256", "sha256", "origin", "mentions", "parts"]
CHANGE = [
    "id",
    "document",
    "number",
    "source",
    "url",
    "title",
    "kind",
    "severity",
    "reasons",
    "events",
    "window",
    "before",
    "after",
    "fields",
    "words_added",
    "words_removed",
    "mentions",
    "shift",
    "mention_changes",
    "meanings",
    "ignored",
    "review",
]
RUN = [
    "source",
    "origin",
    "started",
    "finished",
    "declared",
    "listed",
    "captured",
    "unchanged",
    "failed",
    "skipped",
    "documents_new",
    "documents_followed",
    "versions_new",
    "changes_new",
    "outcomes",
    "issues",
]


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind: its exit code and its two streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Exowatch = Callable[..., Done]


@pytest.fixture
def exowatch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Exowatch:
    """The command line within this process, away from anybody's own configuration."""
    for name in ("EXOWATCH_DB", "EXOWATCH_CONFIG", "EXOWATCH_NOW"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nobody"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "nobody"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["exowatch", *map(str, words)])
        code, out, err = 0, io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                faults.run(lambda: cli.app(prog_name="exowatch"))
            except SystemExit as ended:
                code = int(ended.code or 0)
        return Done(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small WARC file: a letter that was edited, its close-out letter, a consultation that ended."""
    letter, close_out = (
        page("fda_warning_letters/letter-plain"),
        page("fda_warning_letters/letter-with-close-out-label"),
    )
    edited = letter.replace(b"for sore knees", b"for sore elbows and sore knees")
    looks = [
        (LETTER, at(2025, 3, 1), letter),
        (CLOSE_OUT, at(2025, 7, 1), close_out.replace(b"790003", b"790001")),
        (LETTER, at(2025, 7, 1), edited),
        (NOTICE, at(2025, 5, 6), page("health_canada_notices/notice-open")),
        (NOTICE, at(2025, 7, 5), page("health_canada_notices/notice-closed")),
    ]
    return write_warc(tmp_path_factory.mktemp("warc") / "small.warc.gz", looks)


@pytest.fixture(scope="module")
def filled(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all of that in it, made by the real program."""
    database = tmp_path_factory.mktemp("filled") / "store.db"
    # Brought in when its last page was new: what is asked as of a later day rests on it.
    done = child("--db", database, "import", "warc", recorded, "--json", EXOWATCH_NOW="2025-07-06T12:00:00Z")
    assert done.code == 0, done.err
    return database


@pytest.fixture
def database(filled: Path, tmp_path: Path) -> Path:
    """A copy of the filled database that a test may do anything to."""
    copy = tmp_path / "store.db"
    with sqlite3.connect(filled) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    target.close()
    return copy


def page(case: str) -> bytes:
    return (PAGES / case / "page.html").read_bytes()


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def child(*words: object, **environment: str) -> Done:
    """The real program in a process of its own."""
    done = subprocess.run(
        command(*words), env=plain(environment), capture_output=True, text=True, timeout=120, check=False
    )
    return Done(done.returncode, done.stdout, done.stderr)


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "exowatch", *map(str, words)]


def plain(more: dict[str, str]) -> dict[str, str]:
    """The environment without anybody's wishes about exowatch or colours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EXOWATCH_", "NO_COLOR"))}
    return {**kept, "XDG_CONFIG_HOME": "/nonexistent", **more}


def refused(done: Done, *said: str) -> None:
    """A wrong request: code 2, one clear sentence on stderr, nothing on stdout, no traceback."""
    assert done.code == 2, done.out + done.err
    assert done.out == ""
    assert "Traceback" not in done.err
    assert done.err.strip()
    for words in said:
        assert words in done.err


# Bad input


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["documents", "--source", "fda_leters"], "no source 'fda_leters'; there are fda_"),
        (["changes", "--source", "nobody"], "no source 'nobody'"),
        (["crawl", "nobody"], "no source 'nobody'"),
        (["rebuild", "--source", "nobody"], "no source 'nobody'"),
        (["changes", "--since", "2025-02-30"], "not a date: '2025-02-30'; expected YYYY-MM-DD"),
        (["changes", "--until", "yesterday"], "not a date: 'yesterday'"),
        (["changes", "--since", "2025-05-01", "--until", "2025-04-01"], "ends before it begins"),
        (["changes", "--period", "2025-13"], "no such period: '2025-13'"),
        (["changes", "--period", "2025-W60"], "no such period: '2025-W60'"),
        (["changes", "--period", "2025-Q5"], "not a period: '2025-Q5'; expected 2025, 2025-H1, 2025-Q3, 2025-08 or 2025-W33"),
        (["changes", "--period", "0000"], "no such period: '0000'"),
        (["changes", "--period", "9999"], "no such period: '9999'"),
        (["changes", "--until", "9999-12-31"], "9999-12-31"),
        (["changes", "--period", "2025", "--since", "2025-01-01"], "exclude each other"),
        (["changes", "--kind", "edited"], "--kind edited: expected one of new, removed"),
        (["changes", "--severity", "high"], "--severity high: expected one of routine, notable, important"),
        (["documents", "--status", "gone"], "--status gone: expected one of current, delisted, removed"),
        (["digest"], "say which period"),
        (["digest", "--period", "2025", "--as-of", "noon"], "not an instant: 'noon'"),
        (["digest", "--period", "2025", "--format", "docx"], "expected one of html, text, json, md, csv, atom, ics, pdf"),
        (["digest", "--period", "2025", "--out", "digest.docx"], "expected one of html, text, json, md, csv, atom, ics, pdf"),
        (["digest", "--period", "2025", "--source", "fda_guidance"], "name them with --format atom"),
        (["digest", "--period", "2025", "--format", "atom", "--source", "ema"], "no source 'ema'"),
        (["digest", "--period", "2025", "--format", "atom", "--topic", "sponges"], "--topic sponges: expected one of"),
        (["digest", "--period", "2025", "--format", "pdf"], "--format pdf: name a file with --out"),
        (["show", "790999"], "no document '790999'"),
        (["show", NOTICE, "--version", "9"], "has no version 9; it has 2"),
        (["show", NOTICE, "--at", "2024-01-01"], "had not been seen by 2024-01-02"),
        (["show", NOTICE, "--at", "2024-02-30"], "not a date: '2024-02-30'"),
        (["show", NOTICE, "--version", "1", "--at", "2025-06-01"], "exclude each other"),
        (["diff", NOTICE, "--from", "1", "--to", "7"], "has no version 7"),
        (["query", "select 1", "--csv", "--json"], "exclude each other"),
        (["watch", "add", "https://example.org/", "--reason", "x"], "no source reads this address"),
        (["import", "warc", "absent.warc.gz"], "absent.warc.gz"),
        (["documents", "--sort"], "No such option"),
        (["crawl", "--set", "DOWNLOAD_DELAY"], "expected NAME=VALUE"),
        (["crawl", "--set", "NO_SUCH_SETTING=1"], "Scrapy has no setting 'NO_SUCH_SETTING'"),
        (["show", "http://[bad"], "no document 'http://[bad'"),
        (["forget"], "No such command"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_one_sentence_and_code_2(
    words: list[str], said: str, exowatch: Exowatch, database: Path
) -> None:
    before = sha256(database.read_bytes()).digest()

    done = exowatch("--db", database, *words)

    refused(done, said)
    assert sha256(database.read_bytes()).digest() == before


@pytest.mark.parametrize(
    "statement",
    [
        "delete from visits",
        "update documents set id = 'x'",
        "insert into urls (url) values ('x')",
        "drop table captures",
        "create table notes (x)",
        "attach 'other.db' as other",
        "pragma journal_mode = delete",
        "with x as (select 1) delete from visits",
        "begin",
        "vacuum into 'copy.db'",
        "select 1; delete from visits",
        "reindex",
        "select load_extension('x')",
        "selec 1",
        "select * from nowhere",
        "-- nothing",
    ],
)
def test_a_statement_that_does_more_than_read_is_refused(
    statement: str, exowatch: Exowatch, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(database.parent)
    before = sha256(database.read_bytes()).digest()

    done = exowatch("--db", database, "query", statement)

    refused(done)
    assert sha256(database.read_bytes()).digest() == before
    assert [file.name for file in database.parent.iterdir() if file.suffix == ".db"] == ["store.db"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("contact = 'a\n", "line 1"),
        ("contact = 'a'\ntimezone == 'UTC'\n", "line 2"),
        ("contacts = 'a'\n", "unknown key 'contacts'; the nearest known one is 'contact'"),
        ("[topics.mine]\nterm = ['x']\n", "unknown key 'term'; the nearest known one is 'terms'"),
        ("[sources.fda_leters]\nlength = 5\n", "unknown key 'fda_leters'"),
        ("[sources.fda_warning_letters]\nlenght = 5\n", "unknown key 'lenght'; the nearest known one is 'length'"),
        ("[sources.fda_warning_letters]\nlength = 'many'\n", "length: expected something like 500, found 'many'"),
        ("[sources.fda_warning_letters]\nenabled = 'no'\n", "enabled: expected true or false, found 'no'"),
        ("[sources.health_canada_notices]\nwatch = [{ reason = 'x' }]\n", "expected a `url` in each entry"),
        ("[[follow]]\nurl = 'https://www.fda.gov/x'\n", "and a reason"),
        ("[[follow]]\nadress = 'x'\nreason = 'y'\n", "unknown key 'adress'"),
        ("timezone = 'Toronto'\n", "timezone: expected a name such as 'America/Toronto', found 'Toronto'"),
        ("timezone = '../etc/passwd'\n", "timezone"),
        ("[topics.mine]\nterms = 'exosom'\n", "terms"),
        ("[topics.mine]\nterms = ['']\n", "terms"),
        ("[topics.mine]\nnear = {EV = ['x'], within = 'far'}\n", "within"),
        ("topics = 3\n", "topics"),
        ("contact = 3\n", "contact: expected text, found 3"),
        ("sample_data = 'perhaps'\n", "sample_data"),
        ("settings = []\n", "settings"),
        ("[sources]\nfda_warning_letters = 3\n", "fda_warning_letters"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_named_with_its_line_or_key(
    content: str, said: str, exowatch: Exowatch, database: Path, tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(content, "utf-8")

    done = exowatch("--db", database, "--config", file, "documents")

    refused(done, said)


def test_a_configuration_that_is_absent_or_no_text_is_named(exowatch: Exowatch, database: Path, tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"contact = '\xff'\n")

    for name in ("absent.toml", "latin.toml"):
        refused(exowatch("--db", database, "--config", tmp_path / name, "documents"), name, "cannot be read")


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table notes (text)")
    connection.close()


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        name, row = connection.execute("select name, sql from sqlite_schema where name like '%migrations'").fetchone()
        columns = [column for _, column, *_ in connection.execute(f"pragma table_info({name})")]
        assert "migration_set" in columns, row
        connection.execute(
            f"insert into {name} (migration_set, name, applied_at) values ('exowatch', 'm999_tomorrow', '2030-01-01')"
        )
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.write_text("notes of mine\n"), "not an SQLite database"),
        (lambda path: (path.unlink(), foreign(path)), "an SQLite database of another program"),
        (newer, "made by a newer exowatch (it has m999_tomorrow)"),
        (lambda path: (path.unlink(), path.mkdir()), "a folder"),
    ],
    ids=["text", "another program's", "newer", "folder"],
)
@pytest.mark.parametrize("words", [["documents"], ["query", "select 1"], ["import", "warc", "RECORDED"], ["rebuild"]])
def test_a_database_that_is_not_ours_is_left_alone(
    spoil: Callable[[Path], object], said: str, words: list[str], exowatch: Exowatch, database: Path, recorded: Path
) -> None:
    spoil(database)
    before = database.read_bytes() if database.is_file() else b""

    done = exowatch("--db", database, *[str(recorded) if word == "RECORDED" else word for word in words])

    refused(done, said)
    assert (database.read_bytes() if database.is_file() else b"") == before


@pytest.mark.parametrize("words", [["documents"], ["changes"], ["show", "1"], ["query", "select 1"], ["rebuild"],
                                   ["search", "x"], ["status"], ["digest", "--period", "2025"], ["diff", "1"]])  # fmt: skip
def test_reading_where_there_is_no_database_makes_none(words: list[str], exowatch: Exowatch, tmp_path: Path) -> None:
    done = exowatch("--db", tmp_path / "none.db", *words)

    refused(done, "no exowatch database here")
    assert not (tmp_path / "none.db").exists()


def test_sources_and_watches_are_listed_without_a_database(exowatch: Exowatch, tmp_path: Path) -> None:
    for words in (["sources"], ["watch", "list"]):
        assert exowatch("--db", tmp_path / "none.db", *words, "--json").json["items"]


def test_a_database_that_is_damaged_is_code_6(exowatch: Exowatch, database: Path) -> None:
    content = bytearray(database.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    database.write_bytes(content)

    done = exowatch("--db", database, "documents")

    assert done.code == 6
    assert "Traceback" not in done.err


# WARC files


@pytest.mark.parametrize("content", [b"", b"notes of mine\n", b"\x1f\x8b\x08\x00 not gzip at all", b"<html></html>",
                                     b"PK\x03\x04 a zip file", b"\x1b[31mred\x1b[0m"])  # fmt: skip
def test_a_file_that_is_no_warc_is_refused_and_nothing_is_taken_in(
    content: bytes, exowatch: Exowatch, database: Path, recorded: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.warc.gz"
    other.write_bytes(content)
    runs = len(exowatch("--db", database, "query", "select crawl from v_crawls", "--json").json["items"])

    done = exowatch("--db", database, "import", "warc", recorded, other)

    refused(done, "other.warc.gz", "not a WARC file")
    assert "\x1b" not in done.err
    assert len(exowatch("--db", database, "query", "select crawl from v_crawls", "--json").json["items"]) == runs


@pytest.mark.parametrize("packed", [True, False], ids=["packed", "plain"])
@pytest.mark.parametrize("lost", [0.001, 0.04, 0.12, 0.3, 0.65])
def test_a_file_cut_off_is_code_3_and_what_was_whole_is_kept(
    lost: float, packed: bool, exowatch: Exowatch, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.warc"
    looks = [(f"{LETTERS}firm-{n}", at(2025, 3, n), page("fda_warning_letters/letter-plain")) for n in range(1, 6)]
    write_warc(cut, looks, packed=packed)
    size = cut.stat().st_size
    with cut.open("r+b") as file:
        file.truncate(size - max(9, int(size * lost)))
    whole = 5 - int(lost * 5) - 1

    done = exowatch("--db", tmp_path / "store.db", "import", "warc", cut, "--json")

    assert done.code == 3
    assert re.search(r"^exowatch: cut\.warc: damaged after its last whole record: ", done.err)
    assert "Traceback" not in done.err
    (run,) = done.json["runs"]
    assert run["captured"] in (whole, whole + 1)
    assert [issue["kind"] for issue in run["issues"]] == ["damaged_file"]


def test_a_damaged_file_does_not_keep_the_next_one_away(exowatch: Exowatch, recorded: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(recorded.read_bytes()[:2000])

    done = exowatch("--db", tmp_path / "store.db", "import", "warc", cut, recorded, "--json")

    assert done.code == 3
    issues = [[issue["kind"] for issue in run["issues"]] for run in done.json["runs"]]
    assert issues == [["damaged_file"], [], []]
    assert sum(run["captured"] for run in done.json["runs"]) >= 5


def test_a_record_of_nonsense_keeps_nothing_else_away(exowatch: Exowatch, recorded: Path, tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.warc"
    looks = [(f"{LETTERS}firm-{n}", at(2025, 3, n), page("fda_warning_letters/letter-plain")) for n in (1, 2, 3)]
    write_warc(spoilt, looks, packed=False)
    spoilt.write_bytes(spoilt.read_bytes().replace(b"2025-03-02T12:00:00Z", b"2025-99-02T12:00:00Z"))

    done = exowatch("--db", tmp_path / "store.db", "import", "warc", spoilt, "--json")

    assert (done.code, done.json["runs"][0]["captured"]) == (3, 2)
    assert "firm-2: WARC-Date is no moment, found '2025-99-02T12:00:00Z'" in done.err


def test_the_same_file_again_changes_nothing_and_says_so(exowatch: Exowatch, database: Path, recorded: Path) -> None:
    first = exowatch("--db", database, "changes", "--json").out

    done = exowatch("--db", database, "import", "warc", recorded, "--json", "--exit-code")

    assert done.code == 0
    assert {(run["captured"], run["versions_new"], run["changes_new"]) for run in done.json["runs"]} == {(0, 0, 0)}
    assert exowatch("--db", database, "changes", "--json").out == first


# What is printed


def shape(answer: Any) -> list[str]:
    return sorted(answer)


def test_documents_have_the_promised_keys(exowatch: Exowatch, database: Path) -> None:
    answer = exowatch("--db", database, "documents", "--all", "--json").json

    assert (shape(answer), answer["schema_version"]) == (["items", "schema_version"], 1)
    assert {tuple(shape(item)) for item in answer["items"]} == {tuple(sorted(DOCUMENT))}
    assert [item["first_seen"] for item in answer["items"]] == sorted(item["first_seen"] for item in answer["items"])


def test_show_has_the_document_and_its_versions(exowatch: Exowatch, database: Path) -> None:
    answer = exowatch("--db", database, "show", NOTICE, "--json").json
    first = exowatch("--db", database, "show", NOTICE, "--version", 1, "--json").json
    then = exowatch("--db", database, "show", NOTICE, "--at", "2025-06-01", "--json").json

    assert shape(answer) == sorted([*DOCUMENT, "net", "same_number", "versions", "schema_version"])
    assert {tuple(shape(version)) for version in answer["versions"]} == {tuple(sorted(VERSION))}
    assert shape(answer["versions"][0]["parts"][0]) == ["captured", "part", "sha256", "url"]
    assert shape(first) == sorted([*DOCUMENT, "net", "same_number", "versions", "schema_version", "version", "text"])
    assert (first["fields"]["status"], answer["fields"]["status"]) == ("Open", "Closed")
    assert "Join in: How to participate" in first["text"].splitlines()
    assert then == first


def test_changes_have_the_promised_keys(exowatch: Exowatch, database: Path) -> None:
    answer = exowatch("--db", database, "changes", "--json").json

    assert shape(answer) == ["items", "schema_version"]
    assert {tuple(shape(item)) for item in answer["items"]} == {tuple(sorted(CHANGE))}
    moments = [item["window"]["until"] for item in answer["items"]]
    assert moments == sorted(moments)
    (edit,) = [item for item in answer["items"] if item["kind"] == "revised" and item["source"].startswith("fda")]
    assert shape(edit["window"]) == ["after", "until"]
    assert shape(edit["before"]) == ["last_seen", "n", "sha256", "text_sha256"]
    assert shape(edit["after"]) == ["first_seen", "n", "sha256", "text_sha256"]
    assert shape(edit["mentions"]) == ["after", "before"]
    assert (edit["words_added"], edit["words_removed"]) == (3, 0)
    (end,) = [
        item for item in answer["items"] if item["events"] and item["url"] == NOTICE and item["kind"] == "revised"
    ]
    assert "consultation_closed" in [event["name"] for event in end["events"]]
    assert {tuple(shape(event)) for event in end["events"]} == {("after", "before", "name", "sentence")}
    assert {tuple(shape(field)) for field in end["fields"]} == {("after", "before", "name")}


def test_a_diff_gives_back_both_texts(exowatch: Exowatch, database: Path) -> None:
    before, after = (exowatch("--db", database, "show", LETTER, "--version", n, "--json").json["text"] for n in (1, 2))

    answer = exowatch("--db", database, "diff", LETTER, "--json").json

    assert shape(answer) == ["after", "before", "blocks", "schema_version"]
    assert {tuple(shape(block)) for block in answer["blocks"]} == {("kind", "op", "path", "section", "words")}
    assert {op for block in answer["blocks"] for op in [block["op"]]} <= {"keep", "add", "remove", "edit", "move"}
    assert joined(answer, "keep", "remove") == before.splitlines()
    assert joined(answer, "keep", "add") == after.splitlines()


def test_a_diff_tells_what_it_ignored_only_when_asked(exowatch: Exowatch, database: Path) -> None:
    told = exowatch("--db", database, "diff", LETTER, "--ignored")
    answer = exowatch("--db", database, "diff", LETTER, "--ignored", "--json").json

    assert "ignored" in answer
    assert "ignored" not in exowatch("--db", database, "diff", LETTER, "--json").json
    assert ("Nothing was left out" in told.out) == (answer["ignored"] == [])


def test_a_brief_is_drawn_from_a_letter_and_from_nothing_else(exowatch: Exowatch, database: Path) -> None:
    text = exowatch("--db", database, "brief", LETTER)
    answer = exowatch("--db", database, "brief", LETTER, "--json").json
    refused = exowatch("--db", database, "brief", NOTICE)

    assert (text.code, refused.code) == (0, 2)
    assert "790001" in text.out
    assert answer["document"].endswith(LETTER.partition("warning-letters/")[2])
    assert "is no letter to a firm" in refused.err
    assert exowatch("--db", database, "brief", LETTER, "--format", "docx").code == 2


def test_position_names_every_source_and_when_it_was_read(exowatch: Exowatch, database: Path) -> None:
    answer = exowatch("--db", database, "position", "--json").json
    before = exowatch("--db", database, "position", "--at", "2020-01-01", "--json").json

    assert len(answer["sources"]) == 5
    assert before["items"] == []
    assert {source["last_read"] for source in before["sources"]} == {None}


def joined(answer: Any, *ops: str) -> list[str]:
    """The blocks of one side of a diff."""
    sides = ("".join(words["text"] for words in block["words"] if words["op"] in ops) for block in answer["blocks"])
    return [text for text in sides if text]


def test_search_query_and_sources_have_the_promised_keys(exowatch: Exowatch, database: Path) -> None:
    hits = exowatch("--db", database, "search", "elbows", "--json").json
    rows = exowatch("--db", database, "query", "select id, number from v_documents", "--json").json
    ready = exowatch("--db", database, "query", "--list", "--json").json
    sources = exowatch("--db", database, "sources", "--json").json

    assert shape(hits["items"][0]) == ["document", "number", "published", "snippet", "source", "title", "url"]
    assert "elbows" in hits["items"][0]["snippet"]
    assert {tuple(shape(row)) for row in rows["items"]} == {("id", "number")}
    assert len(ready["items"]) >= 5
    assert shape(sources["items"][0]) == ["documents", "last_run", "listing", "name", "regulator", "title"]
    last = {item["name"]: item["last_run"] for item in sources["items"]}
    assert shape(last["fda_warning_letters"]) == sorted(RUN)


def test_every_ready_question_has_an_answer(exowatch: Exowatch, database: Path) -> None:
    for asked in exowatch("--db", database, "query", "--list", "--json").json["items"]:
        assert exowatch("--db", database, "query", asked["name"], "--json").code == 0, asked["name"]


def test_a_digest_has_the_promised_keys(exowatch: Exowatch, database: Path) -> None:
    answer = exowatch("--db", database, "digest", "--period", "2025", "--json").json

    assert shape(answer) == sorted(
        [
            "schema_version",
            "period",
            "as_of",
            "seal",
            "looked_at",
            "not_checked",
            "published",
            "changes",
            "left_out",
            "languages_apart",
            "set_aside",
            "learned_late",
            "dates_ahead",
            "position",
            "corrections",
        ]
    )
    assert {tuple(shape(item)) for item in answer["published"]} == {tuple(sorted(DOCUMENT))}
    assert {tuple(shape(item)) for item in answer["changes"]} == {tuple(sorted(CHANGE))}
    assert {tuple(shape(gap)) for gap in answer["not_checked"]} <= {("reason", "since", "source", "until")}
    dates = [item["published"] for item in answer["published"]]
    assert dates == sorted(dates)


def test_status_says_which_source_is_stale_and_ends_with_1(exowatch: Exowatch, database: Path) -> None:
    done = exowatch("--db", database, "status", "--json")

    assert (done.code, done.json["ok"]) == (1, False)
    own = {"last_good", "next", "documents", "issues", "last_run"}
    for item in done.json["items"]:
        assert {"name", "ok", "message"} <= set(item)
        assert not item["name"].startswith(("fda_", "health_")) or own <= set(item)


def test_twice_verbose_shows_what_once_does_not(tmp_path: Path) -> None:
    nowhere = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), "http://127.0.0.1:1")
    words = ("crawl", "fda_safety", "--max-minutes", "0.1", "--set", "RETRY_PAUSES=")

    silent, once, twice = (child("--db", tmp_path / "store.db", *v, *words, **nowhere) for v in ([], ["-v"], ["-vv"]))

    assert [" INFO: " in done.err for done in (silent, once, twice)] == [False, True, True]
    assert [" DEBUG: " in done.err for done in (silent, once, twice)] == [False, False, True]


def test_a_crawl_that_was_answered_nothing_is_no_success(tmp_path: Path) -> None:
    nowhere = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), "http://127.0.0.1:1")

    done = child("--db", tmp_path / "store.db", "crawl", "fda_safety", "--set", "RETRY_PAUSES=", **nowhere)

    assert done.code == 3
    assert "nothing was read: none of 6 addresses answered" in done.out


def test_the_state_fits_a_screen_of_80_columns(exowatch: Exowatch, database: Path) -> None:
    lines = exowatch("--db", database, "status").out.splitlines()

    assert max(map(len, lines)) <= 80
    assert any(line.startswith("fda_warning_letters") for line in lines)


def test_imported_runs_keep_their_ledger(exowatch: Exowatch, recorded: Path, tmp_path: Path) -> None:
    runs = exowatch("--db", tmp_path / "new.db", "import", "warc", recorded, "--json").json["runs"]

    for run in runs:
        assert shape(run) == sorted(RUN)
        assert run["listed"] == run["captured"] + run["unchanged"] + run["failed"] + run["skipped"]
        assert sum(run["outcomes"].values()) == run["listed"]
    assert sum(run["changes_new"] for run in runs) == 5


def test_changes_are_told_by_the_exit_code_when_asked(exowatch: Exowatch, database: Path) -> None:
    assert exowatch("--db", database, "changes", "--exit-code").code == 10
    assert exowatch("--db", database, "changes", "--period", "2019", "--exit-code").code == 0
    assert exowatch("--db", database, "diff", LETTER, "--exit-code").code == 10
    assert exowatch("--db", database, "diff", LETTER, "--from", 1, "--to", 1, "--exit-code").code == 0
    assert exowatch("--db", database, "digest", "--period", "2025", "--exit-code").code == 10


def test_a_number_that_stands_for_two_documents_lists_their_ids(exowatch: Exowatch, database: Path) -> None:
    done = exowatch("--db", database, "show", "790001")

    refused(done, "'790001' stands for 2 documents")
    assert sorted(line.strip().rpartition("/")[2] for line in done.err.splitlines()[1:]) == [
        LETTER.rpartition("/")[2],
        CLOSE_OUT.rpartition("/")[2],
    ]


@pytest.mark.parametrize("words", [["documents"], ["show", NOTICE], ["changes"], ["diff", LETTER], ["search", "cells"],
                                   ["query", "select 1 as one"], ["digest", "--period", "2025"]])  # fmt: skip
def test_reading_with_other_topics_says_so_on_stderr_and_answers_as_before(
    words: list[str], exowatch: Exowatch, database: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text("[topics.plasma]\nterms = ['plasma']\n", "utf-8")
    fixed = ["--as-of", "2025-12-31T00:00:00Z"] if words[0] == "digest" else []
    before = exowatch("--db", database, *words, *fixed, "--json")

    done = exowatch("--db", database, "--config", tmp_path / "mine.toml", *words, *fixed, "--json")

    assert (before.code, before.err) == (0, "")
    assert "topics or follow list differ" in done.err
    assert "exowatch rebuild" in done.err
    assert done.out == before.out
    assert exowatch("-q", "--db", database, "--config", tmp_path / "mine.toml", *words, *fixed, "--json").err == ""


def test_csv_is_safe_for_spreadsheets(exowatch: Exowatch, database: Path) -> None:
    statement = """select '=1+1' as a, '-2+3' as b, -3.5 as c, '@x' as d, char(9) || '=x' as e, 'plain, "text"' as f,
        ' =1' as g, '+4915' as h, null as i, char(10) || '=1' as j, 7 as "=k" """

    done = exowatch("--db", database, "query", statement, "--csv")

    heading, row = csv.reader(io.StringIO(done.out))
    assert heading == ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "'=k"]
    assert row == ["'=1+1", "'-2+3", "-3.5", "'@x", "\t'=x", 'plain, "text"', "' =1", "+4915", "", "\n'=1", "7"]


def test_page_text_cannot_command_a_terminal(exowatch: Exowatch, database: Path) -> None:
    statement = "select char(27) || '[31mred' as x, '[bold]not markup[/bold]' as y"

    done = exowatch("--db", database, "query", statement)

    assert "\x1b" not in done.out
    assert "[bold]not markup[/bold]" in done.out


def test_a_digest_written_to_a_page_has_a_twin_in_text(exowatch: Exowatch, database: Path, tmp_path: Path) -> None:
    out = tmp_path / "new folder" / "x.html"

    done = exowatch("--db", database, "digest", "--period", "2025", "--out", out)

    assert (done.code, done.out) == (0, "")
    assert sorted(file.name for file in out.parent.iterdir()) == ["x.html", "x.txt"]
    assert out.read_text("utf-8").startswith("<!doctype html>")
    assert "Harrowgate Cell Works, LLC" in out.with_suffix(".txt").read_text("utf-8")
    assert str(out) in done.err


@needs_print
def test_a_digest_is_printed_to_a_file(exowatch: Exowatch, database: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.pdf"

    done = exowatch("--db", database, "digest", "--period", "2025", "--as-of", "2026-01-01T00:00:00Z", "--out", out)

    assert (done.code, done.out) == (0, "")
    assert f"written: {out}" in done.err
    assert b"/CreationDate (D:20260101000000Z)" in Paper(out.read_bytes()).inside()


def test_printing_without_the_extra_says_what_to_install(
    exowatch: Exowatch, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    done = exowatch("--db", database, "digest", "--period", "2025", "--out", tmp_path / "x.pdf")

    refused(done, "PDF needs the extra [print]: pip install 'exowatch[print]'")
    assert not (tmp_path / "x.pdf").exists()


@pytest.mark.parametrize("form", ["html", "text", "json", "md", "csv", "atom", "ics"])
def test_the_same_digest_twice_is_the_same_bytes(form: str, exowatch: Exowatch, database: Path, recorded: Path) -> None:
    words = ["--db", database, "digest", "--period", "2025", "--as-of", "2025-12-31T00:00:00Z", "--format", form]

    assert exowatch(*words).out == exowatch(*words).out


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("x.md", b"# exowatch digest for 2025\n"),
        ("x.csv", b"\xef\xbb\xbfid,document,"),
        ("x.atom", b'<?xml version="1.0" encoding="utf-8"?>\n<feed '),
        ("x.XML", b'<?xml version="1.0" encoding="utf-8"?>\n<feed '),
        ("x.ics", b"BEGIN:VCALENDAR\r\n"),
    ],
)
def test_the_ending_of_the_file_tells_the_form(
    name: str, begins: bytes, exowatch: Exowatch, database: Path, tmp_path: Path
) -> None:
    done = exowatch("--db", database, "digest", "--period", "2025", "--out", tmp_path / "digests" / name)

    assert (done.code, done.out) == (0, "")
    assert [file.name for file in (tmp_path / "digests").iterdir()] == [name]
    assert (tmp_path / "digests" / name).read_bytes().startswith(begins)


def test_a_table_on_stdout_has_no_mark_of_its_encoding(exowatch: Exowatch, database: Path) -> None:
    done = exowatch("--db", database, "digest", "--period", "2025", "--format", "csv")

    assert done.out.startswith("id,document,number,")
    assert done.out.endswith("\n")
    assert not done.out.endswith("\n\n")


def test_a_feed_is_of_one_source_and_one_topic(exowatch: Exowatch, database: Path) -> None:
    words = ["--db", database, "digest", "--period", "2025", "--format", "atom"]

    letters = exowatch(*words, "--source", "fda_warning_letters", "--topic", "exosomes")
    notices = exowatch(*words, "--source", "health_canada_notices")

    assert "Harrowgate Cell Works, LLC" in letters.out
    assert "<id>tag:exowatch.invalid,2025:feed/fda_warning_letters/exosomes</id>" in letters.out
    assert "Harrowgate Cell Works, LLC" not in notices.out
    assert notices.out.count("<entry") == 2


def test_a_digest_that_cannot_be_written_is_a_failure_and_no_traceback(
    exowatch: Exowatch, database: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")

    done = exowatch("--db", database, "digest", "--period", "2025", "--out", tmp_path / "file" / "x.html")

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("exowatch: ")


def test_a_fault_of_ours_has_a_traceback_only_with_debug(exowatch: Exowatch, database: Path) -> None:
    assert "Traceback" not in exowatch("--db", database, "show", "790999").err
    with pytest.raises(Exception, match="no document '790999'"):
        exowatch("--debug", "--db", database, "show", "790999")


# Help


def leaves(group: Any = None, before: str = "exowatch") -> Iterator[tuple[str, Any]]:
    for name, found in (group or typer.main.get_command(cli.app)).commands.items():
        if hasattr(found, "commands"):
            yield from leaves(found, f"{before} {name}")
        else:
            yield f"{before} {name}", found


@pytest.mark.parametrize(("name", "found"), list(leaves()), ids=lambda value: value if isinstance(value, str) else "")
def test_the_help_of_every_command_has_an_example_that_could_be_typed(name: str, found: Any) -> None:
    example = (found.help or "").partition("Example: ")[2]

    words = shlex.split(example)
    options = {option for parameter in found.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert example.startswith(name)
    assert {word for word in words if word.startswith("--")} <= options


def test_help_and_version_answer_on_stdout(exowatch: Exowatch) -> None:
    helped, version = exowatch("digest", "--help"), exowatch("--version")

    assert (helped.code, helped.err, version.code, version.err) == (0, "", 0, "")
    assert "Example: exowatch digest --period 2025 --out 2025.html" in " ".join(helped.out.split())
    assert re.fullmatch(r"exowatch \d+\.\d+\S*\n", version.out)


def test_a_dry_run_leaves_the_store_alone_even_when_the_topics_changed(
    exowatch: Exowatch, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.toml"
    other.write_text('[topics.vesicles]\nterms = ["vesicle"]\n', encoding="utf-8")
    before = sha256(database.read_bytes()).digest()
    asked: list[Path] = []
    monkeypatch.setattr("crawler.run.run", lambda plan, *_, **__: asked.append(plan.database) or [])

    done = exowatch("--db", database, "--config", other, "crawl", "--dry-run")

    assert (done.code, done.err) == (0, "")
    assert [path == database for path in asked] == [False]
    assert sha256(database.read_bytes()).digest() == before


def test_a_dry_run_needs_no_store_and_leaves_none(
    exowatch: Exowatch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.run.run", lambda *_, **__: [])

    done = exowatch("--db", tmp_path / "none.db", "crawl", "--dry-run")

    assert (done.code, done.err) == (0, "")
    assert not (tmp_path / "none.db").exists()


def test_mentions_shows_the_paragraphs_with_the_versions_that_have_them(exowatch: Exowatch, database: Path) -> None:
    items = exowatch("--db", database, "mentions", LETTER, "--json").json["items"]
    told = exowatch("--db", database, "mentions", LETTER)

    assert {item["number"] for item in items} == {"790001"}
    assert all(any(variant in item["text"] for variant in item["variants"]) for item in items)
    assert {tuple(item["versions"]) for item in items} == {(1, 2)}  # the edit was elsewhere
    assert all(item["text"] in told.out for item in items)


def test_topics_lint_names_terms_that_found_nothing(exowatch: Exowatch, database: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text('[topics.exosomes]\nwords = ["Unheardof"]\n', encoding="utf-8")

    told = exowatch("--db", database, "--config", other, "topics", "--lint")
    items = exowatch("--db", database, "--config", other, "topics", "--lint", "--json").json

    assert "exosomes: “Unheardof” found nothing" in told.out
    assert {"topic": "exosomes", "term": "Unheardof"} in items["unmatched"]
    assert [use["mentions"] > 0 for use in items["items"] if use["term"] == "exosom"] == [True]


def test_a_digest_with_copies_links_to_the_stored_pages_beside_it(
    exowatch: Exowatch, database: Path, tmp_path: Path
) -> None:
    out = tmp_path / "2025.html"

    done = exowatch("--db", database, "digest", "--period", "2025", "--out", out, "--copies")
    refused_ = exowatch("--db", database, "digest", "--period", "2025", "--copies")

    page = out.read_text("utf-8")
    linked = re.findall(r'href="(2025-copies/[0-9a-f]{12}-\d+\.html)"', page)
    assert done.code == 0
    assert sorted(set(linked)) == sorted(f"2025-copies/{path.name}" for path in (tmp_path / "2025-copies").iterdir())
    assert len(set(linked)) >= 4  # both versions of the letter and of the notice
    assert all("<script" not in (tmp_path / name).read_text("utf-8") for name in linked)
    refused(refused_, "--copies stand beside a page")


# The real program, in processes of its own


def test_help_loads_nothing_that_is_slow() -> None:
    script = (
        "import sys\nfrom exowatch.cli import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\nprint(*sys.modules, file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    loaded = set(done.stderr.split())
    assert "exowatch.cli" in loaded
    assert loaded & {"scrapy", "twisted", "sqlite_utils", "rich.console", "selectolax", "jinja2", "warcio"} == set()


def test_a_cut_file_is_told_on_stderr_and_the_answer_stands_alone_on_stdout(recorded: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(recorded.read_bytes()[:-400])

    done = child("--db", tmp_path / "store.db", "import", "warc", cut, "--json")

    assert done.code == 3
    assert json.loads(done.out)["runs"]
    assert done.err.startswith("exowatch: cut.warc.gz: damaged after its last whole record")
    assert "Traceback" not in done.err


def test_a_reader_that_goes_away_ends_the_command_silently(filled: Path) -> None:
    endless = "with recursive n (i) as (select 1 union all select i + 1 from n limit 300000) select i from n"
    words = command("--db", filled, "query", endless, "--csv")

    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=plain({})) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        first = running.stdout.readline()
        running.stdout.close()
        said = running.stderr.read()
        code = running.wait(60)

    assert (first, said, code) == (b"i\n", b"", 0)


@pytest.mark.parametrize(
    ("options", "environment", "coloured"),
    [([], {}, True), ([], {"NO_COLOR": "1"}, False), (["--no-color"], {}, False)],
    ids=["plain", "NO_COLOR", "--no-color"],
)
def test_colour_is_for_terminals_and_can_be_switched_off(
    options: list[str], environment: dict[str, str], coloured: bool, filled: Path
) -> None:
    ours, theirs = pty.openpty()
    words = command("--db", filled, *options, "diff", LETTER)

    with subprocess.Popen(words, stdout=theirs, env=plain({"TERM": "xterm-256color", **environment})) as running:
        os.close(theirs)
        shown = read_all(ours)
        running.wait(60)

    assert b"elbows" in shown
    assert (re.search(rb"\x1b\[[\d;]*3[0-7]", shown) is not None) is coloured


def read_all(terminal: int) -> bytes:
    """Everything that was written to a terminal whose other end is closed by now."""
    pieces = []
    try:
        while piece := os.read(terminal, 65536):
            pieces.append(piece)
    except OSError:
        pass
    os.close(terminal)
    return b"".join(pieces)
