"""Verifying a store: whatever was altered, removed or planted is found, and nothing else; the file is never touched."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard

from store import bodies, chain, clock, lookup, outbox, verifying_chain
from store.database import Store
from store.errors import NotOurs, StoreError
from store.outbox import SentDigest
from store.records import Material, Reading
from store.rules import CONCLUDED_BY
from store.verdict import Verdict
from store.verify import verify
from tests.archived_shelf import KINDS, READER, alter, behind_our_back, fill
from tests.shelf import Shelf, at, page, read

FEW, MANY = 5, 100


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which every table has rows, closed and in one file."""
    path = tmp_path_factory.mktemp("sound") / "store.db"
    os.environ["EXOWATCH_NOW"] = "2025-08-10T08:00:00Z"
    try:
        shelf = fill(path)
        shelf.store.execute("pragma wal_checkpoint(truncate)")
        shelf.close()
    finally:
        del os.environ["EXOWATCH_NOW"]
    return path


def verdicts(path: Path, documents: int | None = None) -> list[Verdict]:
    return verify(path, read, READER, documents=documents)


def wrong(path: Path) -> list[Verdict]:
    return [one for one in verdicts(path) if not one.ok]


def copied(sound: Path, folder: Path) -> Path:
    path = folder / "altered.db"
    shutil.copyfile(sound, path)
    return path


def test_every_table_has_rows(sound: Path) -> None:
    with Store(sound, readonly=True) as store:
        empty = [table for table in KINDS if not store.execute(f"select count(*) from {table}").fetchone()[0]]

    assert empty == []


def test_a_sound_store_holds(sound: Path) -> None:
    assert wrong(sound) == []
    assert not [one for one in verdicts(sound) if one.note]


# Alterations


NOTED = ("concluded_by", f"derivation.value: {CONCLUDED_BY!r} became", "'settled:", "readings.reader")
"""What leaves a store that is right as well: concluded by earlier rules, before its last run was settled, or read by
another version of the reader. It is told as a note, since a kill or an update of the program leaves the same.
"""


def told(path: Path, before: list[Verdict]) -> list[Verdict]:
    """What is said of a store that was not said of the sound one: what is wrong, and notes."""
    return [one for one in verdicts(path) if not one.ok or (one.note and one not in before)]


def missed(sound: Path, folder: Path, table: str, times: int) -> list[str]:
    """The alterations of a table's rows, out of so many, that are not found."""
    before, found = verdicts(sound), []
    for number in range(times):
        chance = random.Random(f"{table} {number}")
        path = copied(sound, folder)
        with behind_our_back(path) as connection:
            done = alter(connection, table, chance)
        said = told(path, before)
        may_be_noted = any(word in done for word in NOTED)
        if not [one for one in said if may_be_noted or not one.ok]:
            found.append(f"{number}: {done}")
    return found


@pytest.mark.parametrize("table", KINDS)
def test_an_altered_removed_or_planted_row_is_found(sound: Path, tmp_path: Path, table: str) -> None:
    assert missed(sound, tmp_path, table, FEW) == []


@pytest.mark.slow
@pytest.mark.parametrize("table", KINDS)
def test_a_hundred_of_a_hundred_alterations_are_found(sound: Path, tmp_path: Path, table: str) -> None:
    assert missed(sound, tmp_path, table, MANY) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("drop trigger captures_no_delete", "trigger captures_no_delete is missing"),
        ("drop index captures_document", "index captures_document is missing"),
        ("create table notes (id integer)", "table notes is not ours"),
        ("create trigger t after insert on visits begin select 1; end", "trigger t is not ours"),
        ("drop view v_changes", "view v_changes is missing"),
    ],
)
def test_a_schema_that_is_not_ours_is_found(sound: Path, tmp_path: Path, statement: str, said: str) -> None:
    path = copied(sound, tmp_path)
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.close()

    assert [(one.name, one.message) for one in wrong(path)] == [("schema", said)]


def test_a_trigger_that_lets_facts_pass_is_found(sound: Path, tmp_path: Path) -> None:
    path = copied(sound, tmp_path)
    connection = sqlite3.connect(path)
    connection.execute("drop trigger visits_no_update")
    connection.execute("create trigger visits_no_update before update on visits begin select 1; end")
    connection.close()

    assert [one.message for one in wrong(path)] == ["trigger visits_no_update is not as exowatch makes it"]


# Damage


def logical(path: Path) -> dict[str, object]:
    """All that a file says, by table; what is compressed by what it unpacks to, the index by what it answers."""
    found: dict[str, object] = {}
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        found["pages"] = connection.execute("pragma application_id").fetchone()
        schema = connection.execute("select type, name, tbl_name, sql from sqlite_schema order by 1, 2").fetchall()
        found["schema"] = schema
        for kind, name, *_ in schema:
            if kind == b"table" and not name.startswith(b"search"):
                rows = connection.execute(f"select * from {name.decode()}").fetchall()
                found[name.decode()] = sorted(rows, key=repr)
        found["search"] = _answers(connection)
    with closing(sqlite3.connect(path)) as connection:
        kept = {digest: (size, other, data) for digest, size, other, data in connection.execute(
            "select sha256, size, dictionary, data from bodies"
        )}  # fmt: skip
        found["bodies"] = (
            [row[:-1] for row in found["bodies"]],
            {key: _unpacked(*row, kept) for key, row in kept.items()},
        )  # type: ignore[attr-defined]
        texts = connection.execute("select id, dictionary, blocks from contents").fetchall()
        said = {content: _unpacked(-1, other, data, kept) for content, other, data in texts}
        found["contents"] = [row[:-1] for row in found["contents"]], said  # type: ignore[attr-defined]
    return found


def _unpacked(size: int, other: str | None, data: bytes, kept: Mapping[str, tuple[int, str | None, bytes]]) -> object:
    try:
        known = bodies._decompress(kept[other][2], kept[other][0], None) if other else None
        return bodies._decompress(data, size, known) if size >= 0 else bodies.decompress_text(data, known)
    except (zstandard.ZstdError, StoreError, KeyError):
        return data, other


def _answers(connection: sqlite3.Connection) -> object:
    connection.execute("create virtual table temp.places using fts5vocab('main', 'search', 'instance')")
    places = connection.execute("select term, doc, col, offset from temp.places").fetchall()
    words = sorted({row[0] for row in places})
    asked = "select rowid from search where search match ?"
    answers = [connection.execute(asked, ('"' + word.decode() + '"',)).fetchall() for word in words]
    beside = [
        connection.execute(f"select * from search_{name} order by 1").fetchall() for name in ("docsize", "config")
    ]
    return places, answers, beside, connection.execute("select block from search_data where id = 1").fetchall()


def flipped(sound: Path, folder: Path, chance: random.Random) -> tuple[Path, int]:
    """A copy in which one byte is another."""
    path, content = folder / "flipped.db", bytearray(sound.read_bytes())
    place = chance.randrange(len(content))
    content[place] ^= chance.randrange(1, 256)
    path.write_bytes(content)
    return path, place


def differing(path: Path, before: Mapping[str, object]) -> set[str]:
    """The tables that say something else than before; "reading" where reading fails."""
    try:
        after = logical(path)
    except (sqlite3.Error, UnicodeDecodeError, OverflowError, ValueError, TypeError):
        return {"reading"}
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def unfound(sound: Path, folder: Path, touching: int) -> list[str]:
    """Of so many flipped bytes that touch data, those that are not found."""
    before, said, chance, found, touched = logical(sound), verdicts(sound), random.Random(1), [], 0
    while touched < touching:
        path, place = flipped(sound, folder, chance)
        where = differing(path, before)
        answers = told(path, said)
        if not where:
            continue
        touched += 1
        may_be_noted = where <= {"readings", "derivation"}
        if not [one for one in answers if may_be_noted or not one.ok]:
            found.append(f"byte {place}: {sorted(where)}")
    return found


def test_a_flipped_byte_that_touches_data_is_found(sound: Path, tmp_path: Path) -> None:
    assert unfound(sound, tmp_path, 50) == []


@pytest.mark.slow
def test_a_thousand_of_a_thousand_flipped_bytes_are_found(sound: Path, tmp_path: Path) -> None:
    assert unfound(sound, tmp_path, 1000) == []


def test_a_file_cut_off_anywhere_is_found_without_a_crash(sound: Path, tmp_path: Path) -> None:
    path, whole = tmp_path / "cut.db", sound.read_bytes()
    for length in (1, 15, 16, 99, 100, 105, 4096, 5000, len(whole) // 2, len(whole) - 4096, len(whole) - 1):
        path.write_bytes(whole[:length])

        assert wrong(path), length


# What is named


def executed(path: Path, *statements: str) -> list[Verdict]:
    with behind_our_back(path) as connection:
        for statement in statements:
            connection.execute(statement)
    return wrong(path)


def test_the_first_break_is_named_with_its_row_and_how_many_are_concerned(sound: Path, tmp_path: Path) -> None:
    path = copied(sound, tmp_path)

    found = executed(path, "update visits set moment = 'then' where id = 5", "update urls set url = 'x' where id = 2")

    (chain,) = [one for one in found if one.name == "chain"]
    assert chain.message.startswith("breaks first at row 2 of urls (link ")
    assert "2 of " in chain.message
    assert "row 5 of visits" in chain.message


def test_what_is_derived_is_not_looked_at_where_the_facts_do_not_hold(sound: Path, tmp_path: Path) -> None:
    path = copied(sound, tmp_path)
    executed(path, "update visits set moment = 'then' where id = 5", "delete from mentions")

    (conclusions,) = [one for one in verdicts(path) if one.name == "conclusions"]

    assert conclusions.note
    assert conclusions.message.startswith("not looked at")


def test_a_damaged_body_names_every_capture_that_leans_on_it(sound: Path, tmp_path: Path) -> None:
    path = copied(sound, tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        digest, leaning = connection.execute(
            "select dictionary, count(*) from bodies where dictionary is not null group by 1 order by 2 desc"
        ).fetchone()
        concerned = connection.execute(
            "select id from captures where body = ?1 or body in (select sha256 from bodies where dictionary = ?1)",
            (digest,),
        ).fetchall()
    assert leaning > 1

    found = executed(path, f"update bodies set data = substr(data, 1, length(data) - 4) where sha256 = '{digest}'")

    said = next(one.message for one in found if one.name == "bodies").partition(";")[0]
    named = next(one.message for one in found if one.name == "bodies")
    assert digest in said
    assert all(f" {capture} (" in named for (capture,) in concerned)


def test_an_altered_conclusion_is_named_with_its_document(sound: Path, tmp_path: Path) -> None:
    path = copied(sound, tmp_path)

    found = executed(path, "update versions set title = 'Another' where document = 1 and n = 1")

    assert {one.name for one in found} == {"conclusions"}
    assert "versions: row (1, 1, " in found[0].message
    assert "of fda_warning_letters:a" in found[0].message


def test_a_digest_with_another_seal_is_found_though_the_chain_was_made_anew(sound: Path, tmp_path: Path) -> None:
    path = copied(sound, tmp_path)
    with behind_our_back(path) as connection:
        connection.execute("update crawls set program = 'another' where id = 1")
        rechained(connection)

    assert {one.name for one in wrong(path)} == {"sent digests"}


def rechained(connection: sqlite3.Connection) -> None:
    """Make every hash anew, as one who knows how would."""
    with Store(Path(connection.execute("pragma database_list").fetchone()[2]), readonly=True) as store:
        last = chain.GENESIS
        for seq, fact, row in connection.execute("select seq, fact, row from chain order by seq").fetchall():
            walk = verifying_chain._Walk(store, (fact,))
            last = chain.fact_hash(last, fact, walk._contents(fact, row)[0])
            connection.execute("update chain set hash = ? where seq = ?", (last, seq))


# Right as well


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.setenv("EXOWATCH_NOW", "2025-08-10T08:00:00Z")
    shelf = Shelf(tmp_path / "store.db", reader_version=READER)
    shelf.derivation.adopt()
    yield shelf
    shelf.close()


def test_an_empty_store_holds(shelf: Shelf) -> None:
    assert wrong(shelf.path) == []


@pytest.mark.parametrize("derive", [True, False])
def test_a_run_that_was_cut_off_is_no_damage(shelf: Shelf, derive: bool) -> None:
    shelf.crawl(0, {"a": page("A text about exosomes."), "b": page("A text.")})
    shelf.derivation.catch_up()
    shelf.crawl(24, {"a": page("Another text about exosomes.")}, gone=["b"], derive=derive)

    found = verdicts(shelf.path)

    assert [one for one in found if not one.ok] == []
    assert "nothing is concluded of run 2 yet" in next(one.message for one in found if one.name == "runs")


def test_an_earlier_run_that_counts_as_not_concluded_is_found(shelf: Shelf) -> None:
    for hours in (0, 24):
        shelf.crawl(hours, {"a": page(f"A text about exosomes {hours}.")})
        shelf.derivation.catch_up()
    with shelf.store.write():
        shelf.store.execute("delete from derivation where key = 'settled:1'")

    assert {one.name for one in wrong(shelf.path)} == {"runs"}


def test_a_better_reader_makes_notes_and_no_damage(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": page("A text about exosomes."), "b": page("A text.")})
    shelf.derivation.catch_up()

    def better(material: Material) -> Reading:
        said = read(material)
        return replace(said, title=f"{said.title}, read better")

    found = verify(shelf.path, better, "reader-2")

    assert [one for one in found if not one.ok] == []
    assert [one.message.partition(":")[0] for one in found if one.note] == [
        "today's reader finds something else in 2 captures"
    ]


def test_a_row_altered_under_an_earlier_reader_is_found_all_the_same(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": page("A text about exosomes.")})
    shelf.derivation.catch_up()
    with shelf.store.write():
        shelf.store.execute("update versions set title = 'Another'")

    found = verify(shelf.path, read, "reader-2")

    assert {one.name for one in found if not one.ok} == {"conclusions"}


def test_what_is_written_meanwhile_does_no_harm(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": page("A text about exosomes.")})
    shelf.derivation.catch_up()
    found = []

    for hours in range(24, 240, 24):
        shelf.crawl(hours, {"a": page(f"A text about exosomes, {hours}.")})
        found += wrong(shelf.path)

    assert found == []


def test_facts_written_between_a_digest_and_its_record_do_not_break_its_seal(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": page("A text about exosomes.")})
    as_of = clock.now()
    facts = lookup.facts_hashes(shelf.store, as_of)
    seal = hashlib.sha256(b"".join(sorted(facts))).hexdigest()
    shelf.crawl(0, {"b": page("A text that came in between.")})
    shelf.derivation.catch_up()
    outbox.record(shelf.store, SentDigest("weekly", at(0), at(24), as_of, seal, "[]", "0" * 64), [], [])

    assert wrong(shelf.path) == []


def test_a_store_of_a_newer_exowatch_is_refused_and_not_called_damaged(sound: Path, tmp_path: Path) -> None:
    path = copied(sound, tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table novelties (id integer)")
        connection.execute("insert into _sqlite_migrations values (99, 'exowatch', 'm099_novelties', 'now')")
        connection.commit()

    with pytest.raises(NotOurs, match="newer exowatch"):
        verify(path, read, READER)


# Stores of earlier releases


@pytest.mark.parametrize("dump", sorted((Path(__file__).parent / "schemas").glob("*.sql")), ids=lambda dump: dump.stem)
def test_a_store_of_an_earlier_release_is_no_damaged_one(tmp_path: Path, dump: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text("utf-8"))
    before = path.read_bytes()

    found = verdicts(path)

    # The dumps hold a digest with an invented seal.
    assert {one.name for one in found if not one.ok} <= {"sent digests"}
    assert found[0].note
    assert "older exowatch" in found[0].message
    assert path.read_bytes() == before
