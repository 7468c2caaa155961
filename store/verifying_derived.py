"""Verifying what is derived: a copy concludes everything anew, and every row is compared."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from store import chain, keeping, looks, settling
from store.database import Store
from store.derivation import Derivation
from store.records import Reader
from store.rules import CONCLUDED_BY, concluded_by, rules_of
from store.verdict import SHOWN, Verdict
from store.verifying_search import same_index

OF_A_DOCUMENT = ("versions", "version_parts", "changes", "mentions", "citations", "statements", "phrases", "standings")
OF_A_RUN = ("list_beliefs", "doubts", "aliases", "template_edits")


def sample(store: Store, size: int) -> list[int]:
    """So many documents, drawn by the chain's head: nobody chooses them, and the same facts give the same ones."""
    head = chain.head(store)
    rows = store.execute("select ref, id from documents").fetchall()
    drawn = sorted(rows, key=lambda row: hashlib.sha256(head + str(row[1]).encode("utf-8", "replace")).digest())
    return sorted({member for ref, _ in drawn[:size] for member in _group(store, ref)})


def _group(store: Store, ref: int) -> list[int]:
    first = looks.original(store, ref)
    return [ref, first, *looks.aliases(store, first)]


def pending(store: Store) -> list[int]:
    """The runs that nothing was concluded of yet: cut off, or going on."""
    return settling.unsettled(store)


def catch_up(store: Store, read: Reader, reader: str) -> None:
    """Conclude what is pending, as the next command that writes would. For a copy only."""
    Derivation(store, read, rules_of(store), reader).catch_up()


def of_derived(
    store: Store, copy: Path, search: str, read: Reader, reader: str, documents: Sequence[int] | None
) -> Iterator[Verdict]:
    """Every derived row, or those of these documents, against the same made anew in a file called `copy`.

    `search` is the statement that makes the index for searching.
    """
    by = concluded_by(store)
    known = rules_of(store)
    store.connection.execute("pragma wal_checkpoint(truncate)")
    with Store(_copied(store, copy), is_copy=True) as made:
        _hurry(made)
        derivation = Derivation(made, read, known, reader)
        if documents is None:
            _empty(made, search)
            derivation.conclude_again()
        else:
            with made.write():
                for ref in documents:
                    keeping.drop(made, ref)
            derivation.update(documents)
        faults = list(_differences(store, copy, documents))
        if documents is None:
            faults += same_index(store, made)
    yield from _said(faults, by, documents, store)


def _said(faults: list[str], by: str, documents: Sequence[int] | None, store: Store) -> Iterator[Verdict]:
    (standings,) = store.execute("select count(*) from standings").fetchone()
    of = f"{standings} documents" if documents is None else f"{len(documents)} documents, drawn by the chain's head,"
    shown = "; ".join(faults[:SHOWN]) + (f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else "")
    if not by and not standings and not faults:
        yield Verdict("conclusions", True, "nothing is concluded yet", note=True)
    elif by == CONCLUDED_BY:
        yield Verdict("conclusions", not faults, shown or f"what is concluded of {of} comes out the same again")
    elif _earlier(by):
        said = f"drawn by earlier rules ({by or 'the first'}, today's are {CONCLUDED_BY}): `exowatch rebuild` is due; "
        differ = f"{len(faults)} rows differ, as of {faults[0]}" if faults else "nothing differs"
        yield Verdict("conclusions", True, said + differ, note=True)
    else:
        yield Verdict("conclusions", False, f"derivation: concluded_by is {by!r}, which no exowatch wrote; {shown}")


def _earlier(by: str) -> bool:
    """Whether these are rules of ours from before today's; the first ones did not write down which they were."""
    return not by or (by.isdigit() and by.isascii() and 0 < int(by) < int(CONCLUDED_BY))


def _copied(store: Store, copy: Path) -> Path:
    import sqlite3

    target = sqlite3.connect(copy)
    try:
        store.connection.backup(target)
    finally:
        target.close()
    return copy


def _hurry(store: Store) -> None:
    """The copy is gone afterwards: it need not survive a power cut."""
    store.execute("pragma synchronous = off")


def _empty(made: Store, search: str) -> None:
    """Throw away all that is concluded; what was read stays."""
    from store.schema import DERIVED_TABLES

    with made.write():
        for table in DERIVED_TABLES:
            if table not in ("readings", "contents"):
                made.execute(f"delete from {table}")
        # What the texts were concluded by, and packed against, is no conclusion; the rest is, or is not ours.
        made.execute(
            "delete from derivation where key not in ('rules', 'concluded_by') and key not like 'dictionary:%'"
        )
        made.execute("drop table search")
        made.execute(search)


def _differences(store: Store, copy: Path, documents: Iterable[int] | None) -> Iterator[str]:
    """Each row on one side only, by table."""
    store.execute("attach ? as made", (str(copy),))
    chosen = None if documents is None else ", ".join(map(str, documents))
    tables = (*OF_A_DOCUMENT, *OF_A_RUN, "derivation") if documents is None else OF_A_DOCUMENT
    for table in tables:
        where = f" where document in ({chosen})" if chosen is not None else ""
        columns = ", ".join(name for _, name, *_ in store.execute(f"pragma main.table_info({table})"))
        for side, other, what in (("main", "made", "is not what the facts give"), ("made", "main", "is missing")):
            rows = store.execute(
                f"select {columns} from {side}.{table}{where} except select {columns} from {other}.{table}{where}"
            ).fetchall()
            yield from (f"{table}: {_named(store, table, row)} {what}" for row in rows)
    store.execute("detach made")


def _named(store: Store, table: str, row: Sequence[object]) -> str:
    """A derived row as a person finds it."""
    said = ", ".join(str(value)[:40] for value in row[:3])
    at = {**dict.fromkeys((*OF_A_DOCUMENT, "aliases"), 0), "changes": 1}
    if table not in at:
        return f"row ({said})"
    found = store.execute("select id from documents where ref = ?", (row[at[table]],)).fetchone()
    return f"row ({said}) of {found[0] if found else 'no document'}"
