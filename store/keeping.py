"""Keeping: what was concluded of one document, written where it differs from what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from store import clock
from store.database import Store
from store.findings import Findings
from store.parts import Blocks
from store.records import Change, Mention
from store.rows import change_row, version_row
from store.timeline import History, Version

_OF_A_VERSION = ("version_parts", "mentions", "citations", "statements")
"""The tables whose rows belong to one version of a document, by `document` and `n`."""
_OF_A_DOCUMENT = (*_OF_A_VERSION, "versions", "changes", "phrases")

_VERSION = "first_seen, last_seen, sha256, text_sha256, title, language, fields, origin, mentions, topics"
_PART = "part, capture, captured, content"
_MENTION = "position, topic, section, sentence, variant, block, start, role"
_CITATION = "position, law, section, written, block, start"
_STATEMENT = "position, topic, about, status, sentence, section, block, start"
_CHANGE = (
    "id, document, position, n, kind, severity, reasons, events, window_after, window_until, before, after, fields,"
    " words_added, words_removed, mentions_before, mentions_after, shift, mention_changes, meanings, ignored"
)


def drop(store: Store, document: int) -> None:
    """Drop what stands on the readings of a document, whatever it was concluded by."""
    for table in _OF_A_DOCUMENT:
        store.execute(f"delete from {table} where document = ?", (document,))
    store.execute("update standings set basis = null where document = ?", (document,))


def keep_versions(
    store: Store,
    document: int,
    history: History,
    mentions: Mapping[int, Sequence[Mention]],
    findings: Mapping[int, Findings],
    blocks: Blocks,
) -> None:
    """Keep the versions of a document with all that belongs to each; those that are no longer concluded go."""
    kept = {
        row[0]: row[1:] for row in store.execute(f"select n, {_VERSION} from versions where document = ?", (document,))
    }
    for version in history.versions:
        row = version_row(version, mentions[version.n], blocks)
        before = kept.pop(version.n, None)
        if before != row:
            store.execute(
                f"insert or replace into versions (document, n, {_VERSION}) values (?, ?{', ?' * len(row)})",
                (document, version.n, *row),
            )
        place = _Place(store, document, version.n, fresh=before is None)
        # Only the sightings differ when what stands behind them is equal; then the mentions stay as they are.
        if place.keep("version_parts", _PART, _part_rows(version)) or before is None or before[2:] != row[2:]:
            place.keep("mentions", _MENTION, _mention_rows(mentions[version.n]))
        found = findings.get(version.n, Findings())
        place.keep("citations", _CITATION, _citation_rows(found))
        place.keep("statements", _STATEMENT, _statement_rows(found))
    for n in kept:
        for table in (*_OF_A_VERSION, "versions"):
            store.execute(f"delete from {table} where document = ? and n = ?", (document, n))


def keep_changes(store: Store, document: int, changes: Sequence[Change]) -> None:
    """Keep these changes of a document and no others."""
    kept = store.execute("select id from changes where document = ? limit 1", (document,)).fetchone()
    if kept is None and not changes:
        return
    store.execute("delete from changes where document = ?", (document,))
    rows = [change_row(document, position, change) for position, change in enumerate(changes)]
    store.connection.executemany(f"insert into changes ({_CHANGE}) values ({_marks(_CHANGE)})", rows)


def keep_phrases(store: Store, document: int, numbers: bytes) -> None:
    """Keep the paragraphs of a letter as packed numbers (`store.phrases.packed`)."""
    kept = store.execute("select numbers from phrases where document = ?", (document,)).fetchone()
    if kept is None or kept[0] != numbers:
        store.execute("insert or replace into phrases (document, numbers) values (?, ?)", (document, numbers))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the rows of one version stand; a `fresh` one has none yet."""

    store: Store
    document: int
    n: int
    fresh: bool

    def keep(self, table: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> bool:
        """Keep these rows and no others, in the order of their first column; whether any is another than before."""
        place = (self.document, self.n)
        if not self.fresh:
            chosen = f"select {columns} from {table} where document = ? and n = ? order by 1"
            if self.store.execute(chosen, place).fetchall() == list(rows):
                return False
            self.store.execute(f"delete from {table} where document = ? and n = ?", place)
        self.store.connection.executemany(
            f"insert into {table} (document, n, {columns}) values (?, ?, {_marks(columns)})",
            [(*place, *row) for row in rows],
        )
        return bool(rows) or not self.fresh


def _part_rows(version: Version) -> list[tuple[Any, ...]]:
    return [
        (part.value, held.look.capture, clock.stored(held.look.moment), held.read.content)
        for part, held in sorted(version.parts.items())
    ]


def _citation_rows(found: Findings) -> list[tuple[Any, ...]]:
    return [(place, c.law, c.section, c.text, c.block, c.position) for place, c in enumerate(found.citations)]


def _statement_rows(found: Findings) -> list[tuple[Any, ...]]:
    return [
        (place, s.topic, s.about, s.status.value, s.sentence, s.section, s.block, s.position)
        for place, s in enumerate(found.statements)
    ]


def _mention_rows(mentions: Sequence[Mention]) -> list[tuple[Any, ...]]:
    return [
        (position, m.topic, m.section, m.sentence, m.variant, m.block, m.position, m.role)
        for position, m in enumerate(mentions)
    ]


def _marks(columns: str) -> str:
    return ", ".join("?" * len(columns.split(",")))
