"""The main job, end to end: the demo's digest of 2025 names every planted event, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from exowatch.demo import world
from exowatch.demo.run import CONFIG
from exowatch.demo.story import NOTICES, STORY, Expected, Planted
from reports.wording import event_name

YEAR = ("digest", "--period", "2025", "--as-of", "2026-01-05T08:00:00Z")
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
    return json.loads(program(folder, *YEAR, "--json"))


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


def headings(text: str, level: str) -> list[str]:
    lines = text.splitlines()
    return [line for line, below in pairwise(lines) if below and set(below) == {level} and len(below) == len(line)]


def test_the_weeks_parts_stand_in_the_readers_order(folder: Path) -> None:
    text = program(folder, "digest", "--period", "2025-W34", "--as-of", "2025-08-25")

    assert headings(text, "=")[1:] == [
        "Not checked, or not in full",
        "Decide",
        "Dates ahead",
        "Enforcement",
        "Guidance, policy, law",
        "Changed text on followed pages",
        "Where it stands",
        "Corrections",
        "What was looked at",
        "About this digest",
    ]
    assert "Week 34 (18–24 Aug). 2 items need a decision;" in text
    assert "2025-10-21" in text[text.index("Dates ahead") : text.index("Enforcement")]
    assert "source: Consultation: Sample approach" in " ".join(text.split())


def test_a_week_is_told_as_it_was_known_then(folder: Path) -> None:
    text = program(folder, "digest", "--period", "2025-W33", "--as-of", "2025-08-20")

    assert "CONSULTATION OPEN: Consultation: Sample approach" in text
    assert "Closed consultation" not in text
    assert "2025-12" not in text


def test_the_year_has_its_twelve_points_and_every_document_stands_once(folder: Path) -> None:
    page = LexborHTMLParser((folder / "digest-2025.html").read_text("utf-8"))
    points = [node.text() for node in page.css("section > h3") if node.text()[:1].isdigit()]
    titles = Counter(link.attributes["href"] for link in page.css("article .links a:first-child"))

    assert [point.partition(".")[0] for point in points] == [str(n) for n in range(1, 13)]
    assert titles == {planted.url: 1 for planted in STORY if planted.followed}


def test_every_planted_event_and_every_title_is_in_the_years_text(folder: Path) -> None:
    text = " ".join((folder / "digest-2025.txt").read_text("utf-8").split())
    events = {event for planted in STORY for expected in planted.expected for event in expected.events}

    assert [event for event in sorted(events) if event_name(event) not in text] == []
    assert [p.url for p in STORY if p.followed and p.url not in text] == []


def test_the_year_tells_what_was_not_seen_of_the_thread_and_what_was_edited_in_silence(folder: Path) -> None:
    text = " ".join((folder / "digest-2025.txt").read_text("utf-8").split())
    thread = text[text.index("7. Canada, thread by thread") : text.index("8. Recalls and alerts")]
    edited = text[text.index("10. Pages edited without") : text.index("11. Reviews and")]

    assert "Thread 1, 4 documents" in thread
    assert "What was heard: none seen by 5 Jan 2026" in thread
    assert "Sample import conditions" in edited
    assert "Sample approach" not in edited


def test_another_order_of_hashes_gives_the_same_bytes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = set()

    for seed in ("0", "1", "4242"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        made.add((program(folder, *YEAR, "--format", "html"), program(folder, *YEAR, "--format", "text")))

    assert len(made) == 1


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

    assert json.loads(program(folder, *YEAR, "--json")) == digest
    assert (folder / "digest-2025.html").read_bytes() == before


def test_the_same_digest_comes_ten_times_on_a_busy_machine(folder: Path, tmp_path: Path) -> None:
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(3)]
    try:
        for n in range(10):
            program(
                folder, "digest", "--period", "2025", "--as-of", "2026-01-05T08:00:00Z", "--out", tmp_path / f"{n}.html"
            )
    finally:
        for one in busy:
            one.kill()
            one.wait()

    for ending in ("html", "txt"):
        assert len({(tmp_path / f"{n}.{ending}").read_bytes() for n in range(10)}) == 1
