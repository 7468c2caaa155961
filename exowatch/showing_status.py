"""Showing the state: a table of sources that fits 80 columns, and a line for each thing that needs somebody."""

from __future__ import annotations

from collections.abc import Sequence

from exowatch.console import Console
from exowatch.health import Item
from reports.plain import wrap


def give(console: Console, items: Sequence[Item], *, as_json: bool) -> None:
    """The items, for people or for scripts."""
    if as_json:
        said = [{"name": item.name, "ok": item.ok, "message": item.message, **item.more} for item in items]
        console.json({"ok": all(item.ok for item in items), "items": said})
        return
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
