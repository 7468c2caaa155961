"""Verifying the file: SQLite's own checks, and that tables, views, triggers and indexes are those that we make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from store.database import APPLICATION_ID, MIGRATIONS, Store
from store.soundness import broken_references
from store.verdict import Verdict, verdict


def of_file(store: Store) -> Iterator[Verdict]:
    """What SQLite says of the file, and whether every reference leads somewhere."""
    said = [text for (text,) in store.execute("pragma integrity_check(100)")]
    yield verdict("file", [] if said == ["ok"] else said, "SQLite finds it whole")
    (mark,) = store.execute("pragma application_id").fetchone()
    if mark != APPLICATION_ID:
        yield Verdict("file", False, f"its mark is {mark}: expected {APPLICATION_ID}, as exowatch writes it")
    broken = [
        f"row {row} of {table} refers to {parent}, and nothing is there"
        for table, row, parent in broken_references(store)
    ]
    yield verdict("references", broken, "every reference leads somewhere")


Schema = Mapping[tuple[str, str], tuple[str, str | None]]


def of_schema(store: Store, made: Schema) -> Iterator[Verdict]:
    """Whether the schema is the one that a fresh store has: a trigger dropped or altered lets facts be rewritten."""
    ours = schema(store)
    faults = [f"{kind} {name} is missing" for kind, name in sorted(made.keys() - ours.keys())]
    faults += [f"{kind} {name} is not ours" for kind, name in sorted(ours.keys() - made.keys())]
    faults += [
        f"{kind} {name} is not as exowatch makes it"
        for kind, name in sorted(ours.keys() & made.keys())
        if ours[kind, name] != made[kind, name]
    ]
    yield verdict("schema", faults, f"{len(made)} tables, views, triggers and indexes are as exowatch makes them")
    applied = store.execute("select id, migration_set, name from _sqlite_migrations order by id").fetchall()
    expected = [(number, "exowatch", name) for number, name in enumerate(MIGRATIONS, 1)]
    odd = [f"row {row[0]} says {row[2]!r}" for row in applied if row not in expected]
    odd += [f"{name} is missing" for number, source, name in expected if (number, source, name) not in applied]
    yield verdict("migrations", odd, f"{len(expected)} migrations, in their order")


def schema(store: Store) -> dict[tuple[str, str], tuple[str, str | None]]:
    """What SQLite keeps of the schema, by kind and name. Statistics, which `analyze` makes, are no part of it."""
    rows = store.execute("select type, name, tbl_name, sql from sqlite_schema where name not like 'sqlite_stat%'")
    return {(kind, name): (table, sql) for kind, name, table, sql in rows}
