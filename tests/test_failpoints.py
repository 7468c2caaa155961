"""Fail at write n, for every n until none fires: nothing half, a sentence, and done again it ends like an undisturbed one."""

from __future__ import annotations

import io
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from exowatch import cli
from store import clock
from store.database import Store
from store.records import Issue
from tests.failing import Failpoint, database_fails, files_fail
from tests.shelf import Shelf, page
from tests.soundness import assert_sound, concluded, facts
from tests.test_pages import PAGES
from tests.warcs import write_warc
from tests.world.documents import LETTERS, papers
from tests.world.running import walk
from tests.world.world import START, World

SITE = "https://www.fda.gov/inspections-compliance-enforcement-and-criminal-investigations/warning-letters/"
LETTER = f"{SITE}harrowgate-cell-works-llc-790001-02042025"
NOW = datetime(2025, 7, 10, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    said: str


def program(database: Path, *words: str) -> Done:
    """The command line in this process; a traceback would be raised here."""
    out, said, code = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(said):
        patch.setattr(sys, "argv", ["exowatch", "--db", str(database), *words])
        patch.setenv("EXOWATCH_NOW", clock.shown(NOW))
        patch.setattr(clock, "_STARTED", clock.time.monotonic())
        try:
            cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(bool(end.code))
    return Done(code, out.getvalue(), said.getvalue())


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a letter and its edit, and a recording with two more; what is told of them goes to files."""
    folder = tmp_path_factory.mktemp("ground")
    letter = (PAGES / "fda_warning_letters/letter-plain/page.html").read_bytes()
    edited = letter.replace(b"for sore knees", b"for sore elbows and sore knees")
    days = datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)
    write_warc(folder / "first.warc.gz", [(LETTER, days[0], letter), (LETTER, days[1], edited)])
    other = LETTER.replace("790001", "790002")
    texts = [letter.replace(b"790001", b"790002"), edited.replace(b"790001", b"790002")]
    write_warc(folder / "second.warc.gz", list(zip((other, other), days, texts, strict=True)))
    done = program(folder / "store.db", "import", "warc", str(folder / "first.warc.gz"))
    assert done.code == 0, done.said
    with Store(folder / "store.db") as store:
        store.execute("pragma wal_checkpoint(truncate)").fetchall()
    return folder


def change_of(ground: Path) -> str:
    with Store(ground / "store.db", readonly=True) as store:
        return str(store.execute("select id from v_changes where kind = 'revised'").fetchone()[0])


Words = Callable[[Path, Path], list[str]]
"""A command line, from the ground and the folder that it may write to."""


def to_files(ground: Path, folder: Path) -> list[str]:
    own = folder / "own.toml"
    own.write_text(f'[[digests]]\nname = "daily"\nperiod = "since-last"\ndeliver = ["{folder}/out/d.html"]\n')
    return ["--config", str(own), "send"]


def other_topics(ground: Path, folder: Path) -> list[str]:
    own = folder / "own.toml"
    own.write_text('[topics.knees]\nterms = ["knee"]\n')
    return ["--config", str(own), "rebuild"]


COMMANDS: dict[str, Words] = {
    "import": lambda ground, folder: ["import", "warc", str(ground / "second.warc.gz")],
    "rebuild": lambda ground, folder: ["rebuild"],
    "other topics": other_topics,
    "review": lambda ground, folder: ["review", change_of(ground), "--by", "Kim", "--decision", "noted"],
    "mute": lambda ground, folder: ["mute", "790001", "--by", "Kim", "--reason", "not our trade"],
    "accept": lambda ground, folder: ["accept", LETTERS, "--missing", "--by", "Kim", "--reason", "they went"],
    "send": to_files,
    "digest": lambda ground, folder: ["digest", "--period", "2025", "--out", str(folder / "out" / "d.html")],
    "evidence": lambda ground, folder: ["evidence", change_of(ground), "--out", str(folder / "out" / "e.zip")],
}
WRITES_FILES = ("send", "digest", "evidence")


def begun(ground: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "out").mkdir(parents=True)
    shutil.copy(ground / "store.db", folder / "store.db")
    return folder / "store.db"


def told(database: Path) -> dict[str, Any]:
    """What a command is to have left, whatever befell its first attempt."""
    tables = ("reviews", "mutes", "acceptances", "sent_digests", "sent_entries", "deliveries", "captures", "bodies")
    counts = facts(database)
    return {**concluded(database), **{name: counts.get(name, 0) for name in tables}}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("stride", [5, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for good"])
def test_a_command_survives_a_database_that_fails_at_any_write(
    ground: Path, tmp_path: Path, name: str, stride: int, for_good: bool
) -> None:
    database = begun(ground, tmp_path / "work")
    words = COMMANDS[name](ground, tmp_path / "work")
    assert program(database, *words).code == 0
    expected, before = told(database), facts(ground / "store.db")
    for at in range(1, 2000, stride):
        database = begun(ground, tmp_path / "work")
        words = COMMANDS[name](ground, tmp_path / "work")
        point = Failpoint(at, for_good)

        with database_fails(point):
            failed = program(database, *words)

        if not point.fired:
            assert failed.code == 0
            break
        a_sentence(failed)
        assert_sound(database)
        assert all(facts(database)[fact] >= count for fact, count in before.items())
        again = program(database, *words)
        assert again.code == 0, (at, again.said)
        assert_sound(database)
        assert_equal(told(database), expected, at)
    else:
        raise AssertionError("it never came to its end")
    if name not in ("digest", "evidence"):
        assert at > 1  # it does write


def a_sentence(done: Done) -> None:
    """Exit code 1 with a sentence, never a traceback; a delivery that is put off is 3."""
    assert done.code in (1, 3), done
    assert "Traceback" not in done.said
    if done.code == 1:
        assert done.said.startswith("exowatch: "), done.said
        assert done.out == ""


def assert_equal(found: dict[str, Any], expected: dict[str, Any], at: int) -> None:
    """Decisions may stand twice where the first was kept and only what follows from it failed; nothing else may."""
    twice = ("mutes", "acceptances")
    for key, value in expected.items():
        if key in twice:
            assert value <= found[key] <= value + 1, (at, key)
        else:
            assert found[key] == value, (at, key)


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow) if n == "send" else n for n in WRITES_FILES])
def test_a_file_is_whole_or_absent_wherever_its_writing_fails(ground: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "work"
    database = begun(ground, folder)
    assert program(database, *COMMANDS[name](ground, folder)).code == 0
    whole = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    for at in range(1, 200):
        database = begun(ground, folder)
        words, point = COMMANDS[name](ground, folder), Failpoint(at)

        with files_fail(point, folder / "out"):
            failed = program(database, *words)

        if not point.fired:
            assert failed.code == 0
            break
        if failed.code or name != "send":  # a delivery is tried again after a pause
            a_sentence(failed)
        assert_sound(database)
        found = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
        assert set(found) <= set(whole), at
        assert all(len(content) == len(whole[file]) for file, content in found.items()), at
        assert program(database, *words).code == 0
        assert {path.name for path in (folder / "out").iterdir()} == set(whole)
    assert at > 2


@pytest.mark.parametrize("stride", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_a_crawl_survives_a_database_that_fails_at_any_write(tmp_path: Path, stride: int) -> None:
    sites = World(papers=papers(LETTERS, others=2), noisy=False)
    walk(sites, tmp_path / "whole.db", START, LETTERS)
    expected = concluded(tmp_path / "whole.db")
    for at in range(1, 5000, stride):
        database = tmp_path / f"{at}.db"
        point = Failpoint(at)

        with database_fails(point), suppress(sqlite3.OperationalError):
            walk(sites, database, START, LETTERS)

        if database.exists() and database.stat().st_size:
            with Store(database):
                pass
            assert_sound(database)
        walk(sites, database, START + timedelta(hours=1), LETTERS)
        assert concluded(database) == expected, at
        assert_sound(database)
        if not point.fired:
            break
    assert at > 50


def fill(shelf: Shelf) -> None:
    """A first look at three letters, and their rows."""
    shelf.crawl(0, {key: page(f"Exosomes of {key}.") for key in "abc"}, rows={key: page(title=key) for key in "abc"})


STEPS: dict[str, Callable[[Shelf], Any]] = {
    "one page new": lambda shelf: shelf.crawl(24, {"d": page("Exosomes anew.")}),
    "one page changed": lambda shelf: shelf.crawl(24, {"a": page("Exosomes of a, and more.")}),
    "a list": lambda shelf: shelf.crawl(24, rows={key: page(title=f"{key}!") for key in "abcd"}),
    "a page gone": lambda shelf: (shelf.crawl(24, gone=["a"]), shelf.crawl(60, gone=["a"])),
    "a rebuild": lambda shelf: shelf.derivation.rebuild(),
    "settling": lambda shelf: shelf.derivation.settle(shelf.crawl(24, {"a": page("Other.")}, gone=["b"])[0].id),
    "an issue": lambda shelf: shelf.crawl(24, {"a": page("Exosomes!")}, issues=[Issue("layout", "", "anew")]),
}


@pytest.mark.parametrize("name", STEPS)
def test_every_step_of_the_store_is_whole_or_not_done(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXOWATCH_NOW", "2025-08-01T08:00:00Z")
    base, whole = tmp_path / "base.db", tmp_path / "whole.db"
    shelf = Shelf(base)
    fill(shelf)
    shelf.close()
    shutil.copy(base, whole)
    undisturbed = Shelf(whole)
    STEPS[name](undisturbed)
    undisturbed.close()
    expected = concluded(whole)
    for at in range(1, 500):
        database = tmp_path / "work.db"
        shutil.copy(base, database)
        point = Failpoint(at)

        with database_fails(point):
            shelf = Shelf(database)
            with suppress(sqlite3.OperationalError):
                STEPS[name](shelf)
            fired = point.fired
            point.at = 10**9  # The same process goes on: what it remembers must be what was written.
            if fired:
                STEPS[name](shelf)
        shelf.close()

        assert_sound(database)
        assert concluded(database) == expected, at
        if not fired:
            break
    assert at > 5
