"""Lately: since when a store is kept, and a source's crawls, newest first, with when each was last answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from store import clock, lookup
from store.database import Store
from store.records import Run


def begun(store: Store) -> datetime | None:
    """When something was first to be read, or to run by itself, for this store; None where nothing ever was."""
    first = store.execute(
        "select min(moment) from (select min(started) as moment from crawls where origin = 'live'"
        " union all select min(at) from runs)"
    ).fetchone()[0]
    return clock.parse(first) if first else None


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
