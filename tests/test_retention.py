"""Retention: files that nobody follows may go, on record, and everything else works as before."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from store import bodies, decisions, evidence, lookup, retention
from store.chain import content_of
from store.derivation import Derivation
from store.records import Block, Material, Part, Reading, sha256
from store.retention import LEANED_ON, SHARED, UNREAD
from store.soundness import problems
from store.verdict import Verdict
from store.verify import verify
from tests.shelf import RULES, Shelf, page, read, url_of
from tests.world.documents import GUIDANCE
from tests.world.running import command, walk
from tests.world.world import START, World

OLD, NEW = page("A first file of many words about creams."), page("A second file of many words about oils.")
WHO = {"by": "Kim", "reason": "room on the disk"}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.setenv("EXOWATCH_NOW", "2025-08-10T08:00:00Z")
    shelf = Shelf(tmp_path / "store.db", reader_version="1")
    shelf.derivation.adopt()
    shelf.crawl(0, {"lead": page("A page.")}, files={"lead": page("The first file, against which others are kept.")})
    shelf.crawl(1, {"plain": page("A plain page.")}, files={"plain": OLD})
    shelf.crawl(2, {"firm": page("A page about exosomes.")}, files={"firm": page("A file about exosomes.")})
    shelf.crawl(48, files={"plain": NEW})
    settle(shelf)
    yield shelf
    shelf.close()


def settle(shelf: Shelf) -> None:
    shelf.derivation.catch_up()


def told(shelf: Shelf, reader: str = "1") -> list[Verdict]:
    return verify(shelf.path, read, reader)


def wrong(shelf: Shelf, reader: str = "1") -> list[Verdict]:
    return [one for one in told(shelf, reader) if not one.ok]


def going(shelf: Shelf) -> list[str]:
    return [one.sha256 for one in retention.removable(shelf.store) if not one.kept_because]


def state(shelf: Shelf) -> list[object]:
    store = shelf.store
    documents = lookup.documents(store, everything=True)
    texts = [lookup.blocks(store, seen) for one in documents for seen in lookup.versions(store, one.id)]
    return [documents, lookup.changes(store), texts, [hit.document.id for hit in lookup.search(store, "file")]]


def test_only_files_of_documents_never_followed_go(shelf: Shelf) -> None:
    assert going(shelf) == [sha256(OLD), sha256(NEW)]


def test_nothing_is_done_by_looking(shelf: Shelf) -> None:
    before = shelf.count("bodies")

    retention.removable(shelf.store)

    assert shelf.count("bodies") == before
    assert shelf.count("tombstones") == 0


def test_a_body_that_others_lean_on_stays_and_it_is_said(shelf: Shelf) -> None:
    found = {one.document: one for one in retention.removable(shelf.store)}

    assert found["letters:lead"].kept_because == LEANED_ON


def test_a_file_that_could_not_be_read_or_is_shared_stays(shelf: Shelf) -> None:
    shelf.crawl(72, {"x": page("x")}, files={"x": b"no JSON", "y": page("Shared."), "firm": page("Shared.")})
    settle(shelf)

    found = {one.sha256: one.kept_because for one in retention.removable(shelf.store)}

    assert found[sha256(page("Shared."))] == SHARED
    assert found[sha256(b"no JSON")] == UNREAD


@pytest.mark.parametrize("muted", [True, False])
def test_a_document_that_a_person_decided_about_keeps_its_files(shelf: Shelf, muted: bool) -> None:
    ref = decisions.mute(shelf.store, "letters:plain", muted=muted, **WHO)
    shelf.derivation.update([ref])

    assert going(shelf) == []


def test_what_was_removed_is_on_record_and_in_the_chain(shelf: Shelf) -> None:
    retention.remove(shelf.store, **WHO)

    rows = shelf.store.execute("select body, size, by, reason, reader from tombstones").fetchall()
    assert rows == [(sha256(body), len(body), "Kim", "room on the disk", "1") for body in (OLD, NEW)]
    assert bodies.get(shelf.store, sha256(OLD)) is None
    assert content_of(shelf.store, "tombstones", 1) is not None
    assert shelf.store.execute("select count(*) from chain where fact = 'tombstones'").fetchone() == (2,)


def test_versions_texts_and_search_are_as_before_and_after_a_rebuild(shelf: Shelf) -> None:
    before = state(shelf)

    retention.remove(shelf.store, **WHO)
    after = state(shelf)
    shelf.derivation.rebuild()

    assert (after, state(shelf)) == (before, before)


def test_the_store_holds_afterwards_and_after_a_rebuild(shelf: Shelf) -> None:
    retention.remove(shelf.store, **WHO)
    first = wrong(shelf)
    shelf.derivation.rebuild()

    assert (first, wrong(shelf)) == ([], [])
    assert "2 bodies are not kept, each on record" in {one.message for one in told(shelf)}


def test_a_backup_of_it_is_sound(shelf: Shelf) -> None:
    retention.remove(shelf.store, **WHO)

    assert problems(shelf.store) == []


def test_a_reading_that_stands_in_cannot_be_altered(shelf: Shelf) -> None:
    retention.remove(shelf.store, **WHO)
    shelf.store.execute(
        "update readings set stamps = '{\"current\":\"x\"}' where capture ="
        " (select id from captures where body = ?)", (sha256(OLD),)
    )  # fmt: skip

    assert any("stands in" in one.message for one in wrong(shelf))


def test_a_body_deleted_without_a_record_is_found(shelf: Shelf) -> None:
    shelf.store.execute("pragma foreign_keys = off")
    shelf.store.execute("drop trigger bodies_no_delete")
    shelf.store.execute("delete from bodies where sha256 = ?", (sha256(OLD),))

    assert any("has no tombstone" in one.message and "letters:plain" in one.message for one in wrong(shelf))


def test_the_same_bytes_served_again_are_kept_again(shelf: Shelf) -> None:
    retention.remove(shelf.store, **WHO)

    shelf.crawl(96, files={"plain": OLD})
    settle(shelf)

    assert bodies.get(shelf.store, sha256(OLD)) == OLD
    assert going(shelf) == []
    assert wrong(shelf) == []


def test_the_exhibit_of_a_removed_file_says_so_and_keeps_its_text(shelf: Shelf) -> None:
    retention.remove(shelf.store, **WHO)

    exhibit = next(
        one for one in evidence.of_version(shelf.store, "letters:plain", 1).exhibits if one.part is Part.FILE
    )

    assert exhibit.body is None
    assert exhibit.tombstone is not None
    assert exhibit.reading is not None
    assert "first file" in exhibit.reading.text


def test_a_reading_that_stands_in_is_never_compared_with_another_readers(shelf: Shelf) -> None:
    def other(material: Material) -> Reading:
        said = read(material)
        blocks = tuple(Block(block.kind, block.text + " (read otherwise)", block.level) for block in said.blocks)
        return Reading(said.title, said.fields, said.stamps, blocks, said.language)

    retention.remove(shelf.store, **WHO)
    decisions.watch(shelf.store, url_of("plain"), reason="our product")
    later = Derivation(shelf.store, other, RULES, "2")
    shelf.derivation = later
    shelf.crawl(120, files={"plain": page("A third file about oils.")})

    later.rebuild()

    assert len(lookup.versions(shelf.store, "letters:plain")) == 3
    changes = [change for change in lookup.changes(shelf.store) if change.document == "letters:plain"]
    assert [change.after.n for change in changes if change.after] == [1, 2]


def program(path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "exowatch", "--db", str(path), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_says_what_it_would_do_and_does_it_only_when_told_by_whom(shelf: Shelf) -> None:
    looked = program(shelf.path, "retention", "--json")
    refused = program(shelf.path, "retention", "--apply", "--by", "Kim")
    kept = shelf.count("bodies")
    done = program(shelf.path, "retention", "--apply", "--by", "Kim", "--reason", "room", "--json")

    answer = json.loads(looked.stdout)
    assert (looked.returncode, refused.returncode, done.returncode) == (0, 2, 0), done.stderr
    assert (answer["applied"], answer["bodies"], len(answer["items"])) == (False, 2, 3)
    assert [one.get("kept_because") for one in answer["items"]] == [LEANED_ON, None, None]
    assert (json.loads(done.stdout)["applied"], json.loads(done.stdout)["bytes"]) == (True, answer["bytes"])
    assert shelf.count("bodies") == kept - 2


@pytest.mark.slow
def test_all_that_tells_of_the_store_goes_on_telling(tmp_path: Path) -> None:
    world, database = World(), tmp_path / "store.db"
    for day in (0, 2):
        walk(world, database, START + day * timedelta(days=1), GUIDANCE)
    settings, moment = tmp_path / "store.toml", START + timedelta(days=3)
    before = [asked(database, settings, moment, *words) for words in TELLING]
    found = json.loads(asked(database, settings, moment, "retention", "--json"))
    going = [one for one in found["items"] if "kept_because" not in one]
    assert going

    asked(database, settings, moment, "retention", "--apply", "--by", "Kim", "--reason", "room")
    after = [asked(database, settings, moment, *words) for words in TELLING]
    asked(database, settings, moment, "rebuild")

    assert after == before
    assert [asked(database, settings, moment, *words) for words in TELLING] == before
    assert json.loads(asked(database, settings, moment, "verify", "--json"))["ok"] is True
    said = command(database, moment, "archive", going[0]["document"], "--part", "file")
    assert said[0] == 2
    assert "were removed on" in said[2]
    assert "by Kim: room" in said[2]


TELLING = (
    ("documents", "--all", "--json"),
    ("changes", "--json"),
    ("search", "guidance", "--json"),
    ("digest", "--period", "2025", "--as-of", "2025-12-01T00:00:00Z", "--format", "json"),
    ("digest", "--period", "2025", "--as-of", "2025-06-11T00:00:00Z", "--format", "json"),
)


def asked(database: Path, settings: Path, moment: datetime, *words: str) -> str:
    code, out, said = command(database, moment, "--config", str(settings), *words)
    assert code == 0, said
    return out
