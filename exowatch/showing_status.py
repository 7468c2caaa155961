"""Showing the state: a table of sources that fits 80 columns, and a line for each thing that needs somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from exowatch.console import Console
from exowatch.health import Item
from reports.plain import wrap
from store.clock import shown

if TYPE_CHECKING:
    from exowatch.alerting import Told


def give(console: Console, items: Sequence[Item], told: Told | None = None, *, as_json: bool) -> None:
    """The items, and what was told of them, for people or for scripts."""
    if as_json:
        said = [{"name": item.name, "ok": item.ok, "message": item.message, **item.more} for item in items]
        console.json({"ok": all(item.ok for item in items), "items": said, **(_told(told) if told else {})})
    else:
        _table(console, items)
    if told:
        from exowatch.showing_sent import give_sent

        give_sent(console, told.sent, quiet=as_json)


def _told(told: Told) -> dict[str, Any]:
    from exowatch.showing_sent import sent_json

    alerts = [
        {"name": a.about, "state": a.state.value, "since": shown(a.since), "message": a.message} for a in told.alerts
    ]
    return {"told": alerts, "deliveries": [sent_json(one) for one in told.sent]}


def _table(console: Console, items: Sequence[Item]) -> None:
    sources = [item for item in items if "documents" in item.more]
    console.table(("source", "", "last good crawl", "next", "docs", "issues"), [_row(item) for item in sources])
    console.answer("")
    for item in items:
        # A source that is well and has nothing open has said all in its row.
        if item not in sources or not item.ok or item.more["issues"]:
            console.answer(wrap(f"{item.name}: {item.message}", f"{item.mark}  "))


def _row(item: Item) -> tuple[str, ...]:
    more = item.more
    good, ahead = _minute(more["last_good"], "never"), _minute(more["next"], "not scheduled")
    return item.name, item.mark, good, ahead, str(more["documents"]), str(len(more["issues"]))


def _minute(moment: str | None, none: str) -> str:
    """An instant to the minute, in UTC.

    >>> _minute("2025-08-20T08:00:12Z", "never")
    '2025-08-20 08:00'
    """
    return moment[:16].replace("T", " ") if moment else none
