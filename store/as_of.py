"""As of an instant: a copy of the store that holds only what had been written down by then.

What was captured earlier and brought in later is not there: the store could not have said it. A run counts from its
start, with all that it saw.
"""

from __future__ import annotations

from datetime import datetime

from store import clock
from store.database import Store

_LATER = "select id from crawls where started > :then"
_LATER_TARGETS = f"select id from targets where crawl in ({_LATER})"
_LATER_VISITS = f"select id from visits where target in ({_LATER_TARGETS})"
_LATER_CAPTURES = f"select id from captures where visit in ({_LATER_VISITS})"

# Children first, so that each condition still finds what it asks for.
_OF_LATER_RUNS = (
    ("readings", f"capture in ({_LATER_CAPTURES})"),
    ("list_sightings", f"visit in ({_LATER_VISITS})"),
    ("document_urls", f"visit in ({_LATER_VISITS})"),
    ("captures", f"visit in ({_LATER_VISITS})"),
    ("visits", f"target in ({_LATER_TARGETS})"),
    ("targets", f"crawl in ({_LATER})"),
    ("list_readings", f"crawl in ({_LATER})"),
    ("crawl_issues", f"crawl in ({_LATER})"),
    ("crawl_ends", f"crawl in ({_LATER})"),
    ("crawls", "started > :then"),
)
_DECIDED_LATER = (
    "acceptances", "mutes", "watches", "reviews", "sent_digests", "deliveries", "delivery_attempts", "alerts",
    "run_ends", "runs",
)  # fmt: skip
_UNKNOWN = (
    "select ref from documents where ref not in (select document from targets where document is not null)"
    " and ref not in (select document from list_sightings)"
)


def knows_later(store: Store, then: datetime) -> bool:
    """Whether anything was written down after an instant that bears on what the store says."""
    row = store.execute(
        "select exists (select 1 from crawls where started > :then) or exists (select 1 from acceptances where at > :then)"
        " or exists (select 1 from mutes where at > :then) or exists (select 1 from watches where at > :then)",
        {"then": clock.stored(then)},
    ).fetchone()
    return bool(row[0])


def wind_back(copy: Store, then: datetime) -> None:
    """Take what was written down after an instant out of a copy of a store. Its conclusions must be drawn again.

    Never for a store that is to be kept: the facts are gone from it, and its chain no longer fits.
    """
    moment = {"then": clock.stored(then)}
    copy.execute("pragma foreign_keys = off")
    with copy.write():
        for (trigger,) in copy.execute(
            "select name from sqlite_schema where type = 'trigger' and name like '%_no_delete'"
        ).fetchall():
            copy.execute(f'drop trigger "{trigger}"')
        copy.execute("delete from sent_entries where digest in (select id from sent_digests where at > :then)", moment)
        for table in _DECIDED_LATER:
            copy.execute(f"delete from {table} where at > :then", moment)
        for table, later in _OF_LATER_RUNS:
            copy.execute(f"delete from {table} where {later}", moment)
        for table in ("standings", "versions", "version_parts", "changes", "mentions", "citations", "statements"):
            copy.execute(f"delete from {table} where document in ({_UNKNOWN})")
        copy.execute(f"delete from phrases where document in ({_UNKNOWN})")
        copy.execute(f"delete from documents where ref in ({_UNKNOWN})")
