"""The main job, end to end: the demo's digest of 2025 names every planted event, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from exowatch.demo import world
from exowatch.demo.run import CONFIG
from exowatch.demo.story import NOTICES, STORY, Expected, Planted

DAYS = [moment.strftime("%Y-%m-%d") for moment in world.MOMENTS]


def program(folder: Path, *words: str) -> str:
    command = [sys.executable, "-m", "exowatch", "--db", str(folder / "exowatch.db"), "--config", str(CONFIG), *words]
    environment = {**os.environ, "EXOWATCH_NOW": "2026-01-05T08:00:00Z"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return done.stdout


def demo(folder: Path) -> str:
    command = [sys.executable, "-m", "exowatch", "demo", "--folder", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, run once: about five seconds."""
    path = tmp_path_factory.mktemp("demo")
    demo(path)
    return path


@pytest.fixture(scope="module")
def digest(folder: Path) -> dict[str, Any]:
    return json.loads(program(folder, "digest", "--period", "2025", "--json"))


def test_exactly_the_planted_documents_are_followed(folder: Path) -> None:
    items = json.loads(program(folder, "documents", "--json"))["items"]

    assert {item["url"] for item in items} == {planted.url for planted in STORY if planted.followed}


def test_the_documents_published_in_2025_are_named_with_their_date(digest: dict[str, Any]) -> None:
    named = {item["url"]: item["published"] for item in digest["published"]}

    assert named == {p.url: p.published for p in STORY if p.followed and p.published_in_2025}


def test_every_planted_change_is_reported_and_nothing_else(digest: dict[str, Any]) -> None:
    reported = sorted((item["url"], item["kind"], *window(item)) for item in digest["changes"])

    assert reported == sorted(
        (planted.url, expected.kind, *looks(planted, expected)) for planted in STORY for expected in planted.expected
    )


def window(item: dict[str, Any]) -> tuple[str, str]:
    after = item["window"]["after"]
    return (after[:10] if after else ""), item["window"]["until"][:10]


def looks(planted: Planted, expected: Expected) -> tuple[str, str]:
    return (DAYS[expected.before] if expected.before is not None else ""), DAYS[expected.after]


def test_every_planted_event_is_named(digest: dict[str, Any]) -> None:
    named = {(item["url"], event["name"]) for item in digest["changes"] for event in item["events"]}

    assert named == {(p.url, event) for p in STORY for expected in p.expected for event in expected.events}


def test_the_redlines_hold_the_edited_words(folder: Path) -> None:
    planted = [(p, e) for p in STORY for e in p.expected if e.kind == "revised"]

    for document, expected in planted:
        blocks = json.loads(program(folder, "diff", document.url, "--json"))["blocks"]
        for op, words in (("remove", expected.removed), ("add", expected.added)):
            marked = " ".join(run["text"] for block in blocks for run in block["words"] if run["op"] == op)
            assert all(word in marked for word in words), (document.url, op, words, marked)
    assert planted


def test_where_it_stood_at_the_end_of_the_year_is_said_in_the_regulators_own_words(folder: Path) -> None:
    answer = json.loads(program(folder, "position", "--at", "2025-12-31", "--json"))
    said = {item["sentence"]: item for item in answer["items"]}
    text = " ".join(program(folder, "position", "--at", "2025-12-31").replace("\n  > ", " ").split())

    assert {item["source"] for item in said.values()} == {"fda_warning_letters", "health_canada_notices"}
    assert all(item["first_seen"] <= item["last_confirmed"] <= "2025-12-31" for item in said.values())
    edited = said[
        "There is currently one approved injectable product with extracellular vesicles in this sample country."
    ]
    assert edited["before"].startswith("There are currently no approved injectable products")
    assert (edited["first_seen"][:10], edited["last_confirmed"][:10]) == ("2025-08-20", "2025-12-10")
    assert "“At the time of this letter there are no licensed exosome products from any maker.” [en]" in text


def test_what_stood_in_january_is_what_was_known_then(folder: Path) -> None:
    answer = json.loads(program(folder, "position", "--at", "2025-01-31", "--json"))

    said = [item["sentence"] for item in answer["items"]]
    assert [words for words in said if words.startswith("There are currently no approved injectable products")]
    assert all(item["last_confirmed"] <= "2025-01-31" for item in answer["items"])


def test_an_edited_sentence_on_the_status_stands_in_the_first_lines_of_the_digest(folder: Path) -> None:
    page = program(folder, "digest", "--period", "2025")
    first = page[page.index("Decide") : page.index("Dates ahead")]

    assert "“There is currently one approved injectable product" in " ".join(first.split())
    assert "the regulator's sentence on the legal status of the topic changed" in " ".join(first.split())


def test_the_month_in_which_the_source_was_blocked_is_named_first(folder: Path) -> None:
    page = program(folder, "digest", "--period", "2025")
    gap = page.index("Not checked, or not in full")

    assert "apology_objects" in page[gap : page.index("What was looked at")]
    assert gap < page.index("Decide")


def test_every_page_says_that_the_data_are_samples(folder: Path) -> None:
    html, text = (
        (folder / f"digest-2025.{ending}").read_text("utf-8").lower().split("<main>")[0] for ending in ("html", "txt")
    )

    assert "sample data" in html
    assert text.startswith("sample data")
    assert "sample data" in text.rstrip().splitlines()[-2] + text.rstrip().splitlines()[-1]


def test_the_vanished_page_is_proven_by_its_second_look(folder: Path) -> None:
    gone = next(p for p in STORY if any(e.kind == "removed" for e in p.expected))
    shown = json.loads(program(folder, "show", gone.url, "--json"))

    assert (gone.source, shown["status"]) == (NOTICES, "removed")


def test_sums_agree_in_every_run(digest: dict[str, Any]) -> None:
    for run in digest["looked_at"]:
        assert run["listed"] == run["captured"] + run["unchanged"] + run["failed"] + run["skipped"]
        assert run["listed"] == sum(run["outcomes"].values())


def test_a_second_demo_on_the_same_store_adds_nothing(folder: Path, digest: dict[str, Any]) -> None:
    before = (folder / "digest-2025.html").read_bytes()

    demo(folder)

    assert json.loads(program(folder, "digest", "--period", "2025", "--json")) == digest
    assert (folder / "digest-2025.html").read_bytes() == before
