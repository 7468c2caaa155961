"""Where it stands at an instant: from what the store answers to what the reports compose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crawler.source import Source, classes
from exowatch.config import Config
from exowatch.source_state import card, unread
from reports.position import Position, PositionEntry, SourceRead, compose
from reports.wording import outcome_words
from store import lookup
from store.database import Store
from store.records import Origin, Run
from store.standpoints import Standpoint, standpoints


def position(store: Store, config: Config, at: datetime) -> Position:
    """The regulators' sentences on the topics' legal status that stood at an instant."""
    entries = [_entry(found) for found in standpoints(store, at)]
    last = lookup.last_runs(store, at)
    reads = [
        _read(store, source, last.get(source.name), entries, at)
        for source in classes().values()
        if config.enabled(source.name)
    ]
    return compose(at=at, sources=reads, entries=entries, sample_data=config.sample_data)


def _entry(found: Standpoint) -> PositionEntry:
    answer = outcome_words({found.answer: 1}).partition(" ")[2] if found.answer else ""
    return PositionEntry(found.document, found.standing, found.text_sha256, found.asked, answer, found.gone_since)


def _read(
    store: Store, source: type[Source], run: Run | None, entries: Sequence[PositionEntry], at: datetime
) -> SourceRead:
    """When a source was last read; where that was never live, when its imported pages were last seen."""
    live = lookup.last_good(store, source.name, at)
    imported = [entry.standing.last_confirmed for entry in entries if entry.document.source == source.name]
    reason = unread(run) if run and run.origin is Origin.LIVE else ""
    return SourceRead(card(source), live or max(imported, default=None), reason)
