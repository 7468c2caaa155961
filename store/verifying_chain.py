"""Verifying the chain: every fact's hash made again from its row, and every row in the chain exactly once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from store.chain import GENESIS, LATER_COLUMNS, Value, content_of, fact_hash
from store.database import Store
from store.fact_tables import RUN_TABLES, TOLD_TABLES
from store.verdict import SHOWN, Verdict

_Progress = Callable[[str, int, int], None]


def fact_tables() -> tuple[str, ...]:
    """The tables whose rows are facts in the chain."""
    from store.schema import FACT_TABLES

    return tuple(table for table in (*FACT_TABLES, *TOLD_TABLES, *RUN_TABLES) if table != "chain")


def of_chain(store: Store, progress: _Progress) -> Iterator[Verdict]:
    """The first break is named, with how many facts it and others concern; then what stands outside the chain."""
    walk = _Walk(store, fact_tables())
    total = store.execute("select count(*) from chain").fetchone()[0]
    for seq, fact, row, kept in store.execute("select seq, fact, row, hash from chain order by seq"):
        walk.step(seq, fact, row, bytes(kept))
        progress("chain", walk.length, total)
    if walk.breaks:
        message = f"breaks first at {walk.breaks[0]}"
        if len(walk.breaks) > 1:
            message += f"; {len(walk.breaks)} of {walk.length} facts are concerned: {'; '.join(walk.breaks[1:SHOWN])}"
        yield Verdict("chain", False, message)
    else:
        yield Verdict("chain", True, f"{walk.length} facts have the hashes that their rows give")
    outside = [*_outside(store, walk.tables), *_twice(store)]
    more = f"; and {len(outside) - SHOWN} more" if len(outside) > SHOWN else ""
    said = "; ".join(outside[:SHOWN]) + more if outside else "every row of every table of facts is in the chain once"
    yield Verdict("facts", not outside, said)


class _Walk:
    """A walk along the chain. After a break it goes on from what is written, so that each fact is judged by itself."""

    def __init__(self, store: Store, tables: tuple[str, ...]) -> None:
        self.store = store
        self.tables = tables
        self.length = 0
        self.breaks: list[str] = []
        self._last = GENESIS
        self._seq = 0
        self._addresses: dict[int, list[tuple[Value, ...]]] = {}
        for row in store.execute("select document, part, url, visit from document_urls"):
            self._addresses.setdefault(row[3], []).append(row)

    def step(self, seq: int, fact: str, row: int, kept: bytes) -> None:
        self.length += 1
        if seq != self._seq + 1:
            self.breaks.append(f"link {seq}, which follows link {self._seq}")
        self._seq = seq
        said = self._said_of(fact, row, kept)
        if said:
            self.breaks.append(said)
        self._last = kept

    def _said_of(self, fact: str, row: int, kept: bytes) -> str:
        """What is wrong with a link; "" where it fits."""
        if fact not in self.tables:
            return f"link {self._seq}, of {fact!r}, which is no table of facts"
        contents = self._contents(fact, row)
        if not contents:
            return f"row {row} of {fact}, which is gone"
        if any(fact_hash(self._last, fact, content) == kept for content in contents):
            return ""
        return f"row {row} of {fact} (link {self._seq}): what it says is not what was written"

    def _contents(self, fact: str, row: int) -> Sequence[Sequence[Value]]:
        """What may have been hashed of a fact, by the shapes that its table has had."""
        if fact == "document_urls":
            return self._addresses.get(row, ())
        if fact == "list_sightings":
            found = self.store.execute(
                "select document, capture from list_sightings where visit = ? order by document", (row,)
            ).fetchall()
            return [[value for pair in found for value in pair]] if found else ()
        content = content_of(self.store, fact, row)
        if content is None:
            return self._of_removed_body(row) if fact == "bodies" else ()
        later = LATER_COLUMNS.get(fact, ())
        if later and content[-len(later) :] == later:
            return [content, content[: -len(later)]]
        return [content]

    def _of_removed_body(self, row: int) -> Sequence[Sequence[Value]]:
        """A body that was removed stays in the chain by what its tombstone says of it."""
        return self.store.execute("select body, size from tombstones where number = ?", (row,)).fetchall()


def _outside(store: Store, tables: Sequence[str]) -> Iterator[str]:
    """The rows of facts that no link vouches for."""
    for table in tables:
        key = "visit" if table in ("document_urls", "list_sightings") else "rowid"
        rows = store.execute(
            f"select {key} from {table} where {key} not in (select row from chain where fact = ?) order by 1", (table,)
        )
        yield from (f"row {row} of {table} is not in the chain" for (row,) in rows)
    doubled = store.execute("select visit from document_urls group by visit having count(*) > 1")
    yield from (f"visit {visit} has more than one row of document_urls" for (visit,) in doubled)


def _twice(store: Store) -> Iterator[str]:
    rows = store.execute("select fact, row, count(*) from chain group by fact, row having count(*) > 1")
    return (f"row {row} of {fact} is in the chain {times} times" for fact, row, times in rows)
