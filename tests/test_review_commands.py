"""Reviews on the command line: decided, exported, imported, filtered by, and registered."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.paper import Paper, needs_print, squeezed
from tests.test_cli import Exowatch, child, database, exowatch, recorded, refused, shape

__all__ = ["database", "exowatch", "recorded"]

REVIEW = ["at", "by", "decision", "due", "note", "owner"]


@pytest.fixture(scope="module")
def filled(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was filled on the day before anything is reviewed."""
    path = tmp_path_factory.mktemp("filled") / "store.db"
    done = child("--db", path, "import", "warc", recorded, EXOWATCH_NOW="2025-09-19T12:00:00Z")
    assert done.code == 0, done.err
    return path


@pytest.fixture(autouse=True)
def _clock(exowatch: Exowatch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXOWATCH_NOW", "2025-09-20T12:00:00Z")


def listed(exowatch: Exowatch, database: Path, *words: str) -> list[Any]:
    found: list[Any] = exowatch("--db", database, "changes", *words, "--json").json["items"]
    return found


def decide(exowatch: Exowatch, database: Path, change: str, *words: str, decision: str = "noted") -> Any:
    done = exowatch(
        "--db", database, "review", change, "--by", "Kim", "--decision", decision, "--note", "n", *words, "--json"
    )
    assert done.code == 0, done.err
    return done.json


def test_a_review_answers_what_was_written_down_and_stands_in_lists(exowatch: Exowatch, database: Path) -> None:
    change = listed(exowatch, database)[-1]

    made = decide(exowatch, database, change["id"], "--owner", "Lee", "--due", "2025-09-30", decision="applies")

    assert shape(made) == sorted([*REVIEW, "schema_version", "change", "document", "before_text", "after_text"])
    assert made["before_text"] == change["before"]["text_sha256"]
    (with_review,) = [item for item in listed(exowatch, database) if item["review"]]
    assert with_review["id"] == change["id"]
    assert with_review["review"] == {
        "decision": "applies",
        "by": "Kim",
        "at": made["at"],
        "note": "n",
        "owner": "Lee",
        "due": "2025-09-30",
    }
    told = exowatch("--db", database, "changes").out
    assert told.count("    review open\n") == 4
    assert f"    reviewed: applies, Kim, {made['at']}; owner Lee; due 2025-09-30: n\n" in told


@pytest.mark.parametrize(
    "words", [["--by", "Kim", "ID", "--decision", "noted"], ["ID", "--decision", "noted", "--by", "Kim"]]
)
def test_options_may_stand_before_and_behind_the_change(words: list[str], exowatch: Exowatch, database: Path) -> None:
    change = listed(exowatch, database)[0]["id"]

    done = exowatch("--db", database, "review", *[change if word == "ID" else word for word in words])

    assert (done.code, done.err) == (0, "")
    assert f"change {change}: reviewed: noted, Kim" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["review", "0123456789abcdef", "--by", "K", "--decision", "noted"], "no change '0123456789abcdef'"),
        (["review", "CHANGE", "--by", "K", "--decision", "yes"], "expected one of applies, not-applicable, noted"),
        (["review", "CHANGE", "--by", "K", "--decision", "noted", "--due", "30.9.2025"], "expected YYYY-MM-DD"),
        (["review", "CHANGE", "--by", "K", "--decision", "applies"], "needs a note"),
        (["review", "CHANGE", "--by", "K\nBcc: x", "--decision", "noted"], "control character U+000A"),
        (["review", "CHANGE", "--decision", "noted"], "Missing option '--by'"),
        (["review", "--by", "K", "--decision", "noted"], "Missing argument 'CHANGE'"),
        (["review", "export"], "Missing option '--out'"),
        (["review", "export", "--out", "x.csv", "--period", "2025-Q5"], "not a period"),
        (["review", "export", "--out", "x.csv", "--source", "nobody"], "no source 'nobody'"),
        (["review", "import", "x.csv"], "Missing option '--by'"),
        (["register"], "say which period"),
        (["register", "--period", "2025-Q3", "--format", "docx"], "expected one of csv, html, text, pdf, json"),
        (["register", "--period", "2025-Q3", "--out", "x.docx"], "expected one of csv, html, text, pdf, json"),
        (["register", "--period", "2025-Q3", "--format", "pdf"], "say with --out"),
    ],
)
def test_a_wrong_request_is_one_sentence_and_code_2(
    words: list[str], said: str, exowatch: Exowatch, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    change = listed(exowatch, database)[0]["id"]

    done = exowatch("--db", database, *[change if word == "CHANGE" else word for word in words])

    refused(done, said)
    assert [item for item in listed(exowatch, database) if item["review"]] == []
    assert list(tmp_path.glob("x.*")) == []


@pytest.mark.parametrize(
    "words",
    [
        ["review", "0123456789abcdef", "--by", "K", "--decision", "noted"],
        ["review", "export", "--out", "x.csv"],
        ["review", "import", "x.csv", "--by", "K"],
        ["register", "--period", "2025"],
    ],
)
def test_where_there_is_no_database_none_is_made(words: list[str], exowatch: Exowatch, tmp_path: Path) -> None:
    done = exowatch("--db", tmp_path / "none.db", *words)

    refused(done, "no exowatch database here")
    assert not (tmp_path / "none.db").exists()


def test_the_help_of_review_tells_all_its_ways(exowatch: Exowatch) -> None:
    group, one = exowatch("review", "--help"), exowatch("review", "0123", "--help")

    assert (group.code, one.code) == (0, 0)
    for words in ("CHANGE", "--by", "--decision", "--due", "export", "import", "Example: exowatch review 0f3a"):
        assert words in " ".join(group.out.split())
    assert "Usage: exowatch review [OPTIONS]" in one.out
    assert exowatch("review").code == 2


def test_a_sheet_goes_out_and_comes_back(exowatch: Exowatch, database: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "q3.csv"
    decide(exowatch, database, listed(exowatch, database)[-1]["id"])
    written = exowatch("--db", database, "review", "export", "--period", "2025-Q3", "--open", "--out", out, "--json")
    rows = list(csv.DictReader(io.StringIO(out.read_bytes().decode("utf-8-sig"), newline="")))
    rows[0] |= {"decision": "applies", "note": "ours"}
    filled_in = tmp_path / "filled.csv"
    with filled_in.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)

    taken = exowatch("--db", database, "review", "import", filled_in, "--by", "Lee", "--json")
    again = exowatch("--db", database, "review", "import", filled_in, "--by", "Lee")

    assert (written.json["changes"], written.json["written"]) == (2, str(out))
    assert (taken.code, taken.json) == (0, {"schema_version": 1, "added": 1, "known": 0, "skipped": 1, "remarks": []})
    assert again.out == "0 reviews added, 1 on record already, 1 rows without a decision\n"
    assert len(listed(exowatch, database, "--reviewed")) == 2


def test_a_wrong_sheet_is_code_2_and_shows_no_controls(exowatch: Exowatch, database: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"change,texts,decision\r\n\x1b[31mred,b,noted\r\nx,y,no\x07\r\n")

    done = exowatch("--db", database, "review", "import", bad, "--by", "Kim")

    refused(done, "bad.csv: nothing was taken in:\n  line 2: ", "\n  line 3: ")
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", done.err)
    assert exowatch("--db", database, "review", "import", tmp_path / "none.csv", "--by", "K").code == 1


@pytest.mark.parametrize("words", [["documents"], ["mentions"], ["search", "exosomes"]])
def test_every_list_is_filtered_by_review(words: list[str], exowatch: Exowatch, database: Path) -> None:
    def named(*which: str) -> set[str]:
        items = exowatch("--db", database, *words, *which, "--json").json["items"]
        return {item.get("document") or item["id"] for item in items}

    of_one = Counter(change["document"] for change in listed(exowatch, database))
    done = {next(document for document in sorted(named()) if document in of_one)}
    for change in listed(exowatch, database):
        if change["document"] in done:
            decide(exowatch, database, change["id"])

    assert named("--reviewed") == done
    assert named("--unreviewed") == (named() & set(of_one)) - done


def test_changes_and_digests_are_filtered_by_review(exowatch: Exowatch, database: Path) -> None:
    last = listed(exowatch, database)[-1]
    decide(exowatch, database, last["id"])
    words = ["--db", database, "digest", "--period", "2025"]

    without = exowatch(*words, "--unreviewed", "--json").json
    only = exowatch(*words, "--reviewed", "--json").json
    both = exowatch(*words, "--json").json

    assert [len(listed(exowatch, database, *which)) for which in ([], ["--reviewed"], ["--unreviewed"])] == [5, 1, 4]
    assert [item["id"] for item in only["changes"]] == [last["id"]]
    assert last["id"] not in [item["id"] for item in without["changes"]]
    assert [without["set_aside"], only["set_aside"], both["set_aside"]] == [
        {"reviewed": True, "count": 1},
        {"reviewed": False, "count": 4},
        None,
    ]
    assert only["changes"][0]["review"]["by"] == "Kim"


@pytest.mark.parametrize("form", ["text", "html"])
def test_a_digest_says_on_its_first_screen_what_it_left_out(form: str, exowatch: Exowatch, database: Path) -> None:
    for change in listed(exowatch, database, "--period", "2025-Q3"):
        decide(exowatch, database, change["id"])

    told = exowatch("--db", database, "digest", "--period", "2025-Q3", "--unreviewed", "--format", form).out
    plain = exowatch("--db", database, "digest", "--period", "2025-Q3", "--format", form).out

    flat = " ".join(told.split())
    sentence = "Only unreviewed changes are told: 3 changes with a review are left out."
    assert sentence in flat[: flat.index("Not checked, or not in full")]
    assert "3 changes seen" in flat
    assert "Nothing changed" not in flat
    assert "1 change seen here is left out, as said at the top." in flat
    assert "2 changes seen here are left out, as said at the top." in flat
    assert "left out, as said at the top" not in plain
    assert "Only unreviewed" not in plain


@pytest.mark.parametrize("form", ["md", "csv", "atom"])
def test_every_other_form_says_it_too(form: str, exowatch: Exowatch, database: Path) -> None:
    last = listed(exowatch, database, "--period", "2025-Q3")[-1]
    decide(exowatch, database, last["id"])
    words = ["--db", database, "digest", "--period", "2025-Q3", "--format", form]

    without, plain = exowatch(*words, "--unreviewed").out, exowatch(*words).out

    said = "Only unreviewed changes are told: 1 change with a review is left out."
    assert (said in without, said in plain) == (True, False)
    assert (last["id"] in without, last["id"] in plain) == (False, True)


def test_the_table_of_a_digest_has_the_review_of_each_change(exowatch: Exowatch, database: Path) -> None:
    first, *_, last = listed(exowatch, database)
    decide(exowatch, database, last["id"], "--owner", "=Lee")

    told = exowatch("--db", database, "digest", "--period", "2025", "--format", "csv").out

    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(told))}
    named = ("review_decision", "review_by", "review_owner", "review_due")
    assert [rows[last["id"]][name] for name in named] == ["noted", "Kim", "'=Lee", ""]
    assert {rows[first["id"]][name] for name in named} == {""}


def test_a_digest_of_an_earlier_instant_knows_no_later_review(exowatch: Exowatch, database: Path) -> None:
    words = ["--db", database, "digest", "--period", "2025-Q3", "--as-of", "2025-09-20T11:59:59Z", "--json"]
    before = exowatch(*words).out
    decide(exowatch, database, listed(exowatch, database)[-1]["id"])

    after = exowatch(*words).out

    assert after == before


# The register


@pytest.fixture
def decided(exowatch: Exowatch, database: Path) -> Path:
    """Of three changes of the third quarter one is reviewed and overdue; an earlier one has an action due."""
    items = listed(exowatch, database)
    decide(exowatch, database, items[-1]["id"], "--due", "2025-09-10", "--owner", "=Lee", decision="applies")
    decide(exowatch, database, items[0]["id"], "--due", "2025-10-10", decision="applies")
    return database


def test_a_register_is_the_same_in_every_form(exowatch: Exowatch, decided: Path, tmp_path: Path) -> None:
    words = ["--db", decided, "register", "--period", "2025-Q3"]
    out = {form: tmp_path / f"q3.{form}" for form in ("csv", "html", "txt", "json")}

    for path in out.values():
        assert exowatch(*words, "--out", path).err == f"written: {path}\n"

    answer = json.loads(out["json"].read_text("utf-8"))
    rows = list(csv.DictReader(io.StringIO(out["csv"].read_bytes().decode("utf-8-sig"), newline="")))
    changes = [row for row in rows if row["record"] == "change"]
    assert [row["change"].removeprefix("change ") for row in changes] == answer["open"]
    assert [row["state"] for row in changes] == ["overdue", "review open", "review open", "action due"]
    assert changes[0]["owner"] == "'=Lee"
    assert (answer["open_before"], len(answer["changes"]), len(answer["carried"])) == (1, 3, 1)
    for form in ("html", "txt"):
        text = out[form].read_text("utf-8")
        assert all(change in text for change in answer["open"])
        assert "1 action overdue, 1 due later" in " ".join(text.split())
    assert out["html"].read_text("utf-8").count("<caption>") == 3
    assert exowatch(*words, "--format", "csv").out.splitlines() == out["csv"].read_bytes().decode().splitlines()


def test_a_register_as_of_an_instant_is_the_same_bytes_whatever_was_decided_since(
    exowatch: Exowatch, decided: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["--db", decided, "register", "--period", "2025-Q3", "--json"]
    before = exowatch(*words, "--as-of", "2025-09-20T18:00:00Z").out
    monkeypatch.setenv("EXOWATCH_NOW", "2025-09-22T12:00:00Z")

    for change in listed(exowatch, decided):
        decide(exowatch, decided, change["id"])

    assert exowatch(*words, "--as-of", "2025-09-20T18:00:00Z").out == before
    now = exowatch(*words).json
    assert (now["open"], [one["superseded"] for one in now["past_reviews"]]) == ([], [True, True])


@needs_print
def test_a_register_is_printed_with_its_tags_and_every_row(exowatch: Exowatch, decided: Path, tmp_path: Path) -> None:
    words = ["--db", decided, "register", "--period", "2025-Q3", "--as-of", "2025-09-21T00:00:00Z"]
    one, two = tmp_path / "one.pdf", tmp_path / "two.pdf"

    for out in (one, two):
        assert exowatch(*words, "--out", out).code == 0

    paper = Paper(one.read_bytes())
    answer = exowatch(*words, "--json").json
    assert one.read_bytes() == two.read_bytes()
    assert b"pdfuaid" in paper.inside()
    assert {tag for tag in ("Table", "TH", "TD", "Caption") if paper.structure()[tag]} >= {"Table", "TH", "TD"}
    assert paper.outside() == []
    assert {width > height for width, height in paper.sizes()} == {True}
    for item in answer["changes"]:
        assert squeezed(item["id"]) in paper.words()
        assert squeezed(item["title"]) in paper.words()
