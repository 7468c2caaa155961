"""The archive: facts go in once, in chains, and never change."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import bodies, decisions
from store.archive import Crawl, Row, Target
from store.errors import Integrity
from store.fact_tables import RUN_TABLES, TOLD_TABLES
from store.facts import add
from store.records import Issue, Origin, Outcome, Part, sha256
from store.schema import FACT_TABLES
from tests import soundness
from tests.shelf import LIST, Shelf, answer, at, page, url_of

ONE, TWO = page("One text about exosomes."), page("Another text about exosomes.")


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.setenv("EXOWATCH_NOW", "2025-08-01T08:00:00Z")
    shelf = Shelf(tmp_path / "letters.db")
    yield shelf
    shelf.close()


def captures(shelf: Shelf, part: Part) -> list[tuple[str, str]]:
    return shelf.store.execute(
        "select d.key, c.moment from captures c join documents d on d.ref = c.document where c.part = ? order by c.id",
        (part.value,),
    ).fetchall()


def ledger(shelf: Shelf) -> dict[str, int]:
    cursor = shelf.store.execute("select * from v_crawls order by crawl desc limit 1")
    return dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))


# Outcomes


def test_outcomes_go_by_the_bytes(shelf: Shelf) -> None:
    outcomes = [shelf.crawl(24 * n, {"a": body})[1]["a"].outcome for n, body in enumerate([ONE, ONE, TWO, ONE, TWO])]

    assert outcomes == [Outcome.NEW, Outcome.UNCHANGED, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert shelf.count("captures") == 2


def test_unchanged_bytes_may_still_end_a_version(shelf: Shelf) -> None:
    for n, body in enumerate([ONE, TWO, ONE]):
        shelf.crawl(24 * n, {"a": body})

    assert shelf.count("versions") == 3


def test_equal_bytes_of_two_documents_are_new_for_each_and_stored_once(shelf: Shelf) -> None:
    _, recorded = shelf.crawl(0, {"a": ONE, "b": ONE})

    assert [found.outcome for found in recorded.values()] == [Outcome.NEW, Outcome.NEW]
    assert (shelf.count("bodies"), shelf.count("captures")) == (1, 2)


def test_a_named_outcome_stays_and_counts_as_captured_only_with_bytes_not_yet_held(shelf: Shelf) -> None:
    ledgers = []
    for hours in (0, 24):
        crawl = Crawl(shelf.store, "letters", Origin.LIVE)
        (target,) = crawl.plan([Target(Part.PAGE, url_of("a"), "a")])
        recorded = crawl.accept(target, answer("a", b"no page", at(hours)), outcome=Outcome.PARSE_SUSPECT)
        crawl.finish("finished", declared=None, documents_followed=0, versions_new=0, changes_new=0)
        ledgers.append((recorded.outcome, ledger(shelf)["captured"], ledger(shelf)["unchanged"]))

    assert ledgers == [(Outcome.PARSE_SUSPECT, 1, 0), (Outcome.PARSE_SUSPECT, 0, 1)]


def test_a_target_has_exactly_one_visit(shelf: Shelf) -> None:
    crawl = Crawl(shelf.store, "letters", Origin.LIVE)
    (target,) = crawl.plan([Target(Part.PAGE, url_of("a"), "a")])
    crawl.failed(target, Outcome.TIMEOUT, at(0))

    with pytest.raises(sqlite3.IntegrityError):
        crawl.accept(target, answer("a", ONE, at(0)))

    assert (shelf.count("visits"), shelf.count("bodies"), shelf.count("captures")) == (1, 0, 0)


def test_what_was_planned_and_not_visited_is_not_reached_at_the_end(shelf: Shelf) -> None:
    crawl = Crawl(shelf.store, "letters", Origin.LIVE)
    targets = crawl.plan(Target(Part.PAGE, url_of(key), key) for key in "abc")
    crawl.accept(targets[1], answer("b", ONE, at(0)))
    assert len(crawl.open_targets()) == 2

    crawl.finish("budget", declared=None, documents_followed=0, versions_new=0, changes_new=0)

    outcomes = shelf.store.execute("select outcome from visits order by target").fetchall()
    assert [outcome for (outcome,) in outcomes] == ["not_reached", "new", "not_reached"]
    assert crawl.open_targets() == []


def test_the_ledger_sums_up_whatever_the_outcomes(shelf: Shelf) -> None:
    crawl = Crawl(shelf.store, "letters", Origin.LIVE)
    targets = crawl.plan(Target(Part.PAGE, url_of(f"{n}"), f"{n}") for n in range(2 * len(Outcome)))
    accepted = {Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.PARSE_SUSPECT, Outcome.EXTRACT_EMPTY}

    for number, (target, outcome) in enumerate(zip(targets, [*Outcome, *Outcome], strict=True)):
        if number % 7 == 0:
            continue
        if outcome in accepted:
            crawl.accept(target, answer(f"{number}", page(f"{number}"), at(0)), outcome=outcome)
        else:
            crawl.failed(target, outcome, at(0))
        sums = ledger(shelf)
        assert sums["listed"] == sums["captured"] + sums["unchanged"] + sums["failed"] + sums["skipped"]
    crawl.finish("finished", declared=9, documents_followed=0, versions_new=0, changes_new=0)

    sums = ledger(shelf)
    assert sums["listed"] == sums["captured"] + sums["unchanged"] + sums["failed"] + sums["skipped"] == len(targets)
    assert (sums["declared"], sums["documents_new"]) == (9, len(targets))


# Lists


def test_a_row_is_captured_only_when_it_differs_from_its_last(shelf: Shelf) -> None:
    for hours, row in ((0, "r"), (24, "r"), (48, "s"), (72, "r")):
        shelf.crawl(hours, rows={"a": page(title=row), "b": page(title="b")})

    assert [key for key, _ in captures(shelf, Part.ENTRY)] == ["a", "b", "a", "a"]
    assert shelf.count("list_sightings") == 8


def test_rows_says_which_are_new_or_differ(shelf: Shelf) -> None:
    crawl = Crawl(shelf.store, "letters", Origin.LIVE)
    told = []

    for hours, rows in ((0, {"a": b"1", "b": b"1"}), (24, {"a": b"2", "b": b"1", "c": b"1"})):
        (target,) = crawl.plan([Target(Part.LIST, LIST)])
        visit = crawl.accept(target, answer("letters", b"%d" % hours, at(hours))).visit
        told.append(crawl.rows(visit, [Row(key, url_of(key), row) for key, row in rows.items()], at(hours), "list"))

    assert told == [["a", "b"], ["a", "c"]]


def test_an_older_list_that_arrives_late_is_compared_with_what_stood_before_it(shelf: Shelf) -> None:
    shelf.crawl(0, rows={"a": page(title="exosomes 1")})
    shelf.crawl(96, rows={"a": page(title="exosomes 2")})

    shelf.crawl(48, rows={"a": page(title="exosomes 2")}, origin=Origin.IMPORT)

    changed = shelf.store.execute("select window_after, window_until from v_changes order by window_until").fetchall()
    assert changed[1] == ("2025-08-01T08:00:00Z", "2025-08-03T08:00:00Z")


def test_a_list_in_several_pages_sights_each_document_once(shelf: Shelf) -> None:
    crawl = Crawl(shelf.store, "letters", Origin.LIVE)
    (target,) = crawl.plan([Target(Part.LIST, LIST)])
    visit = crawl.accept(target, answer("letters", b"list", at(0))).visit

    crawl.rows(visit, [Row("a", url_of("a"), b"1"), Row("a", url_of("a"), b"1")], at(0), "list")

    assert (shelf.count("list_sightings"), shelf.count("documents")) == (1, 1)


# Imports


def everything(shelf: Shelf) -> dict[str, list[tuple[object, ...]]]:
    kept = ("bodies", "captures", "documents", "document_urls", "versions", "changes", "mentions")
    return {table: shelf.store.execute(f"select * from {table}").fetchall() for table in kept}


def test_importing_again_adds_a_run_and_nothing_else(shelf: Shelf) -> None:
    def bring() -> None:
        for hours, number in ((0, 1), (24, 2), (48, 1)):
            rows = {"a": page(title=f"row {number} of exosomes"), "b": page(title="b")}
            pages = {"a": page(f"Text {number} about exosomes."), "b": page(f"Plain {number}.")}
            shelf.crawl(hours, pages, rows=rows, origin=Origin.WARC)

    bring()
    before = everything(shelf)

    bring()

    assert everything(shelf) == before
    assert shelf.count("crawls") == 6
    assert (ledger(shelf)["captured"], ledger(shelf)["versions_new"], ledger(shelf)["changes_new"]) == (0, 0, 0)


def test_take_all_settles_many_answers_in_one_go(shelf: Shelf) -> None:
    crawl = Crawl(shelf.store, "letters", Origin.WARC)
    target = Target(Part.PAGE, url_of("a"), "a")

    recorded = crawl.take_all(
        [
            (target, answer("a", ONE, at(0)), None, ""),
            (target, answer("a", b"sorry", at(24)), Outcome.SOFT_ERROR, "an apology"),
            (target, answer("a", ONE, at(48)), None, ""),
        ]
    )

    assert [found.outcome for found in recorded] == [Outcome.NEW, Outcome.SOFT_ERROR, Outcome.UNCHANGED]
    assert [found.capture is not None for found in recorded] == [True, False, False]
    assert shelf.count("bodies") == 1


# Append-only


def fill_every_table(shelf: Shelf) -> None:
    issue = Issue("kind", url_of("a"), "message")
    crawl, _ = shelf.crawl(0, {"a": ONE}, rows={"a": page(title="row")}, issues=[issue])
    crawl.list_read(complete=True, rows=1, declared=1, moment=at(0))
    decisions.accept_missing(shelf.store, "letters", by="me", reason="because")
    decisions.mute(shelf.store, "letters:a", by="me", reason="because")
    decisions.watch(shelf.store, url_of("a"), reason="because")
    now = "2025-08-02T00:00:00.000000Z"
    names = "change, document, before_text, after_text, at, by, decision, note, owner, due, fields"
    add(shelf.store, "reviews", names, ("c" * 16, 1, "a", "b", now, "me", "noted", "", "", None, ""))
    names = "series, at, period_start, period_end, as_of, seal, rules, sha256"
    add(shelf.store, "sent_digests", names, ("weekly", now, now, now, now, "s", "r", "h"))
    names = "digest, change, document, kind, until, told"
    add(shelf.store, "sent_entries", names, (1, "c" * 16, 1, "new", now, "{}"))
    names = "digest, channel, target, message_id, at, body, alert"
    add(shelf.store, "deliveries", names, (1, "file", "x", "<1@example>", now, "bytes", None))
    add(shelf.store, "delivery_attempts", "delivery, at, outcome, message", (1, now, "begun", ""))
    names = "schedule, due, attempt, at, command, missed, missed_since"
    add(shelf.store, "runs", names, ("daily", now, 1, now, "crawl", 0, None))
    add(shelf.store, "run_ends", "run, at, outcome, code, message", (1, now, "done", 0, ""))
    add(shelf.store, "alerts", "at, about, state, since, message", (now, "daily", "failing", now, "it fails"))
    add_tombstone(shelf, "0" * 64)


def add_tombstone(shelf: Shelf, body: str) -> None:
    names = "body, size, at, by, reason, number, reader, reading"
    add(shelf.store, "tombstones", names, (body, 9, "now", "me", "privacy", 7, "", ""))


@pytest.mark.parametrize("table", [*FACT_TABLES, *TOLD_TABLES, *RUN_TABLES])
def test_facts_are_never_rewritten_nor_deleted(shelf: Shelf, table: str) -> None:
    fill_every_table(shelf)
    before = shelf.store.execute(f"select * from {table}").fetchall()
    assert before
    columns = [row[1] for row in shelf.store.execute(f"pragma table_info({table})")]

    for column in columns:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            shelf.store.execute(f"update {table} set {column} = {column}")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        shelf.store.execute(f"delete from {table}")

    assert shelf.store.execute(f"select * from {table}").fetchall() == before


@pytest.mark.parametrize("table", [*FACT_TABLES, *TOLD_TABLES, *RUN_TABLES])
def test_facts_are_not_replaced_either(shelf: Shelf, table: str) -> None:
    fill_every_table(shelf)
    before = shelf.store.execute(f"select * from {table}").fetchall()
    marks = ", ".join("?" * len(before[0]))

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        shelf.store.execute(f"insert or replace into {table} values ({marks})", before[0])

    assert shelf.store.execute(f"select * from {table}").fetchall() == before


def test_a_body_may_go_after_its_tombstone(shelf: Shelf) -> None:
    fill_every_table(shelf)
    body = "f" * 64
    shelf.store.execute("insert into bodies values (null, ?, 0, 'zstd', null, x'')", (body,))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        shelf.store.execute("delete from bodies where sha256 = ?", (body,))

    add_tombstone(shelf, body)
    shelf.store.execute("delete from bodies where sha256 = ?", (body,))

    assert bodies.get(shelf.store, body) is None


# The chain


def recomputed(shelf: Shelf) -> list[bytes]:
    return soundness.recomputed(shelf.store)


def kept_chain(shelf: Shelf) -> list[bytes]:
    return soundness.kept_chain(shelf.store)


def test_the_chain_can_be_recomputed_from_the_rows(shelf: Shelf) -> None:
    fill = {"a": ONE, "b": TWO}
    shelf.crawl(0, fill, rows={"a": page(title="row"), "b": page(title="row")}, gone=["c"])
    shelf.crawl(24, {"a": TWO, "b": TWO}, rows={"a": page(title="new"), "b": page(title="row")}, unmodified=["c"])
    fill_every_table(shelf)

    assert recomputed(shelf) == kept_chain(shelf)


def test_every_fact_is_in_the_chain(shelf: Shelf) -> None:
    fill_every_table(shelf)

    facts = dict(shelf.store.execute("select fact, count(*) from chain group by fact").fetchall())

    for table in {*FACT_TABLES, *TOLD_TABLES, *RUN_TABLES} - {"chain"}:
        assert facts[table] == shelf.count(table), table


@pytest.mark.parametrize("table", ["visits", "captures", "crawls", "documents", "urls", "targets"])
def test_a_fact_altered_behind_our_back_breaks_the_chain_from_there_on(shelf: Shelf, table: str) -> None:
    shelf.crawl(0, {"a": ONE}, rows={"a": page(title="row")})
    column = {"visits": "moment", "captures": "moment", "crawls": "program", "documents": "net", "urls": "url"}
    shelf.store.execute(f"drop trigger {table}_no_update")

    name = column.get(table, "part")
    shelf.store.execute(f"update {table} set {name} = ? where rowid = 1", ("page" if table == "targets" else "x",))

    pairs = list(zip(recomputed(shelf), kept_chain(shelf), strict=True))
    first = next(index for index, (ours, kept) in enumerate(pairs) if ours != kept)
    assert all(ours != kept for ours, kept in pairs[first:])


def test_a_failed_transaction_leaves_nothing_in_the_chain(shelf: Shelf) -> None:
    crawl = Crawl(shelf.store, "letters", Origin.LIVE)
    (target,) = crawl.plan([Target(Part.PAGE, url_of("a"), "a")])
    crawl.failed(target, Outcome.TIMEOUT, at(0))
    before = kept_chain(shelf)

    with pytest.raises(sqlite3.IntegrityError):
        crawl.accept(target, answer("a", ONE, at(0)))
    crawl.plan([Target(Part.PAGE, url_of("b"), "b")])

    assert kept_chain(shelf)[: len(before)] == before
    assert recomputed(shelf) == kept_chain(shelf)


# Bodies


def random_page(order: random.Random, words: list[str], length: int = 1500) -> bytes:
    return " ".join(order.choice(words) for _ in range(length)).encode()


def test_bodies_come_back_and_lean_on_one_that_is_whole(shelf: Shelf) -> None:
    order = random.Random(1)
    words = [f"{order.randrange(10**6)}" for _ in range(3000)]
    given = []
    for n in range(8):
        pages = {key: random_page(order, words) for key in "abc"}
        given.extend(pages.values())
        shelf.crawl(24 * n, pages, rows={"a": page(title=f"row {n}")}, derive=False)
    odd = [b"", b"\x00" * 100_000, bytes(range(256)) * 10, "é\u200b".encode(), b"x"]
    for n, body in enumerate(odd):
        shelf.crawl(1000 + n, {"a": body}, derive=False)
    given.extend(odd)

    assert [bodies.get(shelf.store, sha256(body)) for body in given] == given
    deep = shelf.store.execute(
        "select count(*) from bodies b join bodies d on d.sha256 = b.dictionary where d.dictionary is not null"
    ).fetchone()
    leaning = shelf.store.execute("select count(*) from bodies where dictionary is not null").fetchone()
    assert deep == (0,)
    assert leaning[0] > 10


def test_the_third_version_of_a_page_costs_a_fraction_of_its_size(shelf: Shelf) -> None:
    order = random.Random(2)
    words = [f"{order.randrange(10**6)}" for _ in range(3000)]
    pages = [random_page(order, words), random_page(order, words)]
    pages.append(pages[1].replace(b" 1", b" 2", 1))
    shelf.crawl(0, {"another": random_page(order, words)}, derive=False)

    for n, body in enumerate(pages):
        shelf.crawl(24 * n, {"a": body}, derive=False)

    size = shelf.store.execute("select length(data) from bodies where sha256 = ?", (sha256(pages[2]),)).fetchone()[0]
    assert size < len(pages[2]) / 20


def test_a_body_that_is_not_kept_is_none(shelf: Shelf) -> None:
    assert bodies.get(shelf.store, "0" * 64) is None


@pytest.mark.parametrize("damage", ["cut", "flipped", "other", "garbage", "size", "empty"])
def test_a_damaged_body_is_said_to_be_damaged(shelf: Shelf, damage: str) -> None:
    body = random_page(random.Random(3), ["one", "two", "three", "exosomes"])
    shelf.crawl(0, {"a": body, "b": ONE}, derive=False)
    digest = sha256(body)
    (data,) = shelf.store.execute("select data from bodies where sha256 = ?", (digest,)).fetchone()
    (other,) = shelf.store.execute("select data from bodies where sha256 = ?", (sha256(ONE),)).fetchone()
    shelf.store.execute("drop trigger bodies_no_update")

    spoilt = {
        "cut": data[:-10],
        "flipped": data[:100] + bytes([data[100] ^ 1]) + data[101:],
        "other": other,
        "garbage": b"garbage",
        "empty": b"",
        "size": data,
    }
    size = 2**40 if damage == "size" else len(body)
    shelf.store.execute("update bodies set data = ?, size = ? where sha256 = ?", (spoilt[damage], size, digest))

    with pytest.raises(Integrity):
        bodies.get(shelf.store, digest)


def test_a_body_whose_dictionary_is_damaged_is_said_to_be_damaged(shelf: Shelf) -> None:
    order = random.Random(4)
    words = [f"{order.randrange(10**6)}" for _ in range(3000)]
    shelf.crawl(0, {"a": random_page(order, words), "b": random_page(order, words)}, derive=False)
    digest, dictionary = shelf.store.execute(
        "select sha256, dictionary from bodies where dictionary is not null"
    ).fetchone()
    shelf.store.execute("drop trigger bodies_no_update")
    shelf.store.execute("update bodies set data = x'00' where sha256 = ?", (dictionary,))
    bodies._plain.cache_clear()

    with pytest.raises(Integrity):
        bodies.get(shelf.store, digest)
