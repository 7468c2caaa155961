"""A small store in which every table has rows, and a hand that alters one of them behind our back."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from store import clock, decisions, lookup, outbox, retention, reviews
from store.archive import Crawl, Row, Target
from store.facts import add
from store.outbox import Channel, Parcel, SentDigest, SentEntry, State
from store.records import Issue, Origin, Outcome, Part
from store.verify import fresh_schema
from store.verifying_chain import fact_tables
from store.verifying_derived import OF_A_DOCUMENT, OF_A_RUN
from tests.shelf import LIST, Shelf, answer, at, page, url_of

READER = "reader-1"
KINDS = (*fact_tables(), *OF_A_DOCUMENT, *OF_A_RUN, "readings", "contents", "derivation", "chain", "_sqlite_migrations")
"""Every table that holds what the store says; `search` is not among them, as its rows are SQLite's own."""
NOT_SAID = {("_sqlite_migrations", "applied_at")}
"""What no check can know: when this machine ran a migration is written nowhere else, and says nothing of the facts."""

_LETTER = (
    "# Violations\nYour exosome products are biological products under section 351 of the Public Health Service Act.\n"
    "Your firm deviates from 21 CFR 1271.10(a) and from 21 CFR 211.192.\n"
    "There are currently no FDA-approved exosome products.\n| Product | Claim |\n"
)


def fill(path: Path) -> Shelf:
    """The store, closed by the caller; the clock is the caller's too."""
    shelf = Shelf(path, source="fda_warning_letters", reader_version=READER)
    shelf.derivation.adopt()
    texts = {key: f"{_LETTER}Letter {key} of the region, with a line of its own: {key * 40}." for key in "abcdefgh"}
    rows = {
        key: page(title=f"row {key}", fields={"row": key}, published=f"2025-07-{n:02}")
        for n, key in enumerate(texts, 1)
    }
    _run(shelf, 0, {key: page(text, number=key, stamps={"current": "1"}) for key, text in texts.items()}, rows)
    # The same line on every page is the template's, a line on one page is a change, and one address landed elsewhere.
    templated = {key: page(text + "\nCall our new telephone number.", number=key) for key, text in texts.items()}
    templated["a"] = page(
        texts["a"] + "\nCall our new telephone number.\nDo not use exosomes.", number="a", stamps={"current": "2"}
    )
    _run(shelf, 24, templated, rows)
    _moves(shelf, 48)
    _run(shelf, 72, {}, {key: row for key, row in rows.items() if key != "h"}, gone=["g"])
    _run(shelf, 120, {"i": b"no JSON"}, {key: row for key, row in rows.items() if key != "h"}, gone=["g"])
    _run(
        shelf,
        144,
        {"plain": page("A plain text."), "j": page("A plain text.", number="j")},
        None,
        files={"plain": page("A file.")},
    )
    _run(shelf, 150, {"k": page("Another plain text.")}, None, files={"k": page("Its file, of some words.")})
    retention.remove(shelf.store, by="Kim", reason="too large")
    _decided(shelf)
    return shelf


def _run(shelf: Shelf, hours: float, pages: dict[str, bytes], rows: dict[str, bytes] | None, **more: Any) -> None:
    crawl, _ = shelf.crawl(hours, pages, rows=rows, issues=[Issue("kind", url_of("a"), "said")], **more)
    if rows is not None:
        crawl.list_read(complete=True, rows=len(rows), declared=len(rows), moment=at(hours))
    shelf.derivation.settle(crawl.id)


def _moves(shelf: Shelf, hours: float) -> None:
    """One page answers at a new address, which the list named first; three others land on one page."""
    crawl = Crawl(shelf.store, shelf.source, Origin.LIVE)
    (target,) = crawl.plan([Target(Part.LIST, LIST)])
    visit = crawl.accept(target, answer("letters", b"another list", at(hours))).visit
    crawl.rows(visit, [Row("new", url_of("new"), page(title="row new"))], at(hours), "list")
    for key, final in (("b", "new"), ("c", "landing"), ("d", "landing"), ("e", "landing")):
        (target,) = crawl.plan([Target(Part.PAGE, url_of(key), key)])
        crawl.accept(
            target, answer(key, page(f"{_LETTER}Moved {final}.", number=key), at(hours), final_url=url_of(final))
        )
    (target,) = crawl.plan([Target(Part.PAGE, url_of("f"), "f")])
    crawl.failed(target, Outcome.TIMEOUT, at(hours), message="no answer")
    shelf.derivation.update(sorted(crawl.touched))
    crawl.finish("finished", declared=1, documents_followed=1, versions_new=1, changes_new=1)
    shelf.derivation.settle(crawl.id)


def _decided(shelf: Shelf) -> None:
    """What people decide and are told, and what the tool did by itself."""
    store, now = shelf.store, clock.stored(clock.now())
    mute = decisions.mute(store, "fda_warning_letters:f", by="Kim", reason="not our trade")
    watched = decisions.watch(store, url_of("plain"), reason="our product")
    shelf.derivation.update([mute, *watched])
    decisions.accept_missing(store, shelf.source, by="Kim", reason="pruned")
    shelf.derivation.settle_again(shelf.source)
    change = next(iter(lookup.changes(store)))
    reviews.review(store, change.id, by="Kim", decision="noted", note="seen")
    for number in (1, 2):
        _sent(shelf, change, number)
    for number in (1, 2):
        names = "schedule, due, attempt, at, command, missed, missed_since"
        add(store, "runs", names, ("daily", now, number, now, "crawl", number, now))
        add(store, "run_ends", "run, at, outcome, code, message", (number, now, "done", 0, f"end {number}"))
        add(store, "alerts", "at, about, state, since, message", (now, f"daily {number}", "failing", now, "it fails"))


def _sent(shelf: Shelf, change: Any, number: int) -> None:
    as_of = clock.now() + timedelta(hours=number)
    facts = lookup.facts_hashes(shelf.store, as_of)
    seal = hashlib.sha256(b"".join(sorted(facts))).hexdigest()
    said = {"seal": seal, "number": number}
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"))
    name = hashlib.sha256(canonical.encode()).hexdigest()
    sent = SentDigest("weekly", at(0), at(24 * number), as_of, seal, "[]", name)
    parcels = [
        Parcel(Channel.WEBHOOK, "https://hook.example", f"<{number}@x>", json.dumps({"series": "weekly", **said})),
        Parcel(Channel.FILE, "a.html", f"<file {number}@x>", "<p>digest</p>"),
    ]
    entry = SentEntry(change.id, change.document, change.kind, change.window.until, f'{{"n":{number}}}')
    outbox.record(shelf.store, sent, [entry], parcels)
    outbox.attempt(shelf.store, number, State.BEGUN)
    outbox.attempt(shelf.store, number, State.ACCEPTED, "taken")


@contextmanager
def behind_our_back(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for which no trigger, check or reference holds; the triggers stand again at the end."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma ignore_check_constraints = on")
    connection.execute("pragma synchronous = off")
    triggers = [sql for (kind, _), (_, sql) in fresh_schema().items() if kind == "trigger"]
    for kind, name in fresh_schema():
        if kind == "trigger":
            connection.execute(f'drop trigger "{name}"')
    try:
        yield connection
    finally:
        for sql in triggers:
            connection.execute(str(sql))
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.close()


def alter(connection: sqlite3.Connection, table: str, chance: random.Random) -> str:
    """Change one value of one row to another plausible one, or remove a row, or add one; what was done."""
    while True:
        how = chance.choice(("change", "change", "change", "remove", "add"))
        try:
            done = {"change": _change, "remove": _remove, "add": _add}[how](connection, table, chance)
        except sqlite3.IntegrityError:
            continue  # two rows of one name: SQLite itself refuses, whoever asks
        if done:
            return done


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    names = [row[1] for row in connection.execute(f"pragma table_info({table})")]
    return [name for name in names if (table, name) not in NOT_SAID]


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"select {', '.join(_columns(connection, table))} from {table}").fetchall()


def _where(connection: sqlite3.Connection, table: str) -> str:
    return " and ".join(f'"{name}" is ?' for name in _columns(connection, table))


def _change(connection: sqlite3.Connection, table: str, chance: random.Random) -> str:
    columns, rows = _columns(connection, table), _rows(connection, table)
    row, place = chance.choice(rows), chance.randrange(len(columns))
    value = _another(row[place], [other[place] for other in rows], chance)
    if value == row[place]:
        return ""
    where = _where(connection, table)
    connection.execute(f'update {table} set "{columns[place]}" = ? where {where}', (value, *row))
    return f"{table}.{columns[place]}: {row[place]!r:.80} became {value!r:.80}"


def _remove(connection: sqlite3.Connection, table: str, chance: random.Random) -> str:
    row = chance.choice(_rows(connection, table))
    connection.execute(f"delete from {table} where {_where(connection, table)}", row)
    return f"{table}: without {row!r:.160}"


def _add(connection: sqlite3.Connection, table: str, chance: random.Random) -> str:
    columns, rows = _columns(connection, table), _rows(connection, table)
    row = [_another(value, [other[place] for other in rows], chance) for place, value in enumerate(chance.choice(rows))]
    keys = [r[1] for r in connection.execute(f"pragma table_info({table})") if r[5]]
    for place, name in enumerate(columns):
        if name in keys and isinstance(row[place], int):
            row[place] = max(other[place] for other in rows) + chance.randrange(1, 3)
    names = ", ".join(f'"{name}"' for name in columns)
    connection.execute(f"insert into {table} ({names}) values ({', '.join('?' * len(row))})", row)
    return f"{table}: with {row!r:.160}"


def _another(value: Any, others: list[Any], chance: random.Random) -> Any:
    """Another value that could stand there as well."""
    told = [other for other in others if other != value and other is not None]
    if told and chance.random() < 0.5:
        return chance.choice(told)
    if value is None:
        return chance.choice(told) if told else 1
    if isinstance(value, int):
        return value + chance.choice((-1, 1, 2))
    if isinstance(value, bytes):
        place = chance.randrange(len(value)) if value else 0
        return value[:place] + bytes([value[place] ^ 1 << chance.randrange(8)]) + value[place + 1 :] if value else b"x"
    if not value:
        return "x"
    place = chance.randrange(len(value))
    return value[:place] + chance.choice("abcxyz0123") + value[place + 1 :]
