"""Lately: the crawls of a source of the last time, newest first, with the last moment at which each was answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from store import clock, lookup
from store.database import Store
from store.records import Run


def crawls(store: Store, source: str) -> Iterator[tuple[Run, datetime | None]]:
    """Each crawl of the live site, newest first, and when a list or a document last answered it; None for never.

    Lazily: whoever needs the last good one asks for few. What was imported is no crawl.
    """
    chosen = store.execute(
        "select id from crawls where source = ? and origin = 'live' order by started desc, id desc", (source,)
    ).fetchall()
    for (crawl,) in chosen:
        last = store.execute(
            "select max(v.moment) from targets t join visits v on v.target = t.id"
            " where t.crawl = ? and (v.body is not null or v.outcome = 'not_modified_304')",
            (crawl,),
        ).fetchone()[0]
        yield lookup.run(store, crawl), clock.parse(last) if last else None
