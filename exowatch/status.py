"""Status: whether everything that must go on while nobody looks does go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from exowatch.config import Config
from exowatch.health import Item
from exowatch.source_state import unread
from exowatch.wiring import enabled_sources
from reports.wording import counted
from schedules.timetable import DAY
from store import lately, lookup, outbox, scheduled
from store.clock import shown
from store.database import Store
from store.outbox import Delivery, State
from store.records import Outcome, Run
from store.scheduled import Outcome as Ended
from store.scheduled import ScheduledRun

_WAITING: Final = timedelta(days=1)
_READ: Final = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the timetable has ahead: the next crawl of each source, and the next moment of each schedule.

    `periods` say how long a source may wait from one look to the next; a day where it is not named.
    `schedules` is None where the timetable was not asked; then every schedule that ever ran is looked at.
    """

    sources: Mapping[str, datetime] = field(default_factory=dict)
    schedules: Mapping[str, datetime] | None = None
    periods: Mapping[str, timedelta] = field(default_factory=dict)


def status(store: Store, config: Config, now: datetime, ahead: Ahead | None = None) -> list[Item]:
    """An item per source, per schedule, and for the outbox, the write-ahead log and the disk."""
    ahead = ahead or Ahead()
    counts = lookup.document_counts(store)
    items = [_source(store, name, counts.get(name, 0), ahead, now) for name in enabled_sources(config)]
    items += _schedules(store, ahead)
    return [*items, _outbox(store, config, now), _log(store.path), _space(store.path)]


# Sources


def _source(store: Store, name: str, documents: int, ahead: Ahead, now: datetime) -> Item:
    """Stale when its last good crawl is older than twice its period; a crawl that a guard ended is none."""
    last, good = _last_and_good(store, name)
    period = ahead.periods.get(name, DAY)
    more: dict[str, Any] = {
        "last_good": _moment(good),
        "next": _moment(ahead.sources.get(name)),
        "documents": documents,
        "issues": [{"kind": i.kind, "url": i.url, "message": i.message} for i in last.issues] if last else [],
        "last_run": {"started": shown(last.started), "outcome": outcome(last)} if last else None,
    }
    kinds = ", ".join(dict.fromkeys(issue.kind for issue in last.issues)) if last else ""
    open_issues = f"; {counted(len(last.issues), 'open issue')} ({kinds})" if last and kinds else ""
    followed = f"{counted(documents, 'document')} followed{open_issues}"
    ran = f"; last run {shown(last.started)}: {outcome(last)}" if last else ""
    advice = f"Run `exowatch crawl {name}` and see what it says; `exowatch doctor --source {name}` asks the site."
    if good is None:
        # The first read of all sources takes days: in its first two periods a store is only begun.
        begun = lately.begun(store)
        early = begun is None or now - begun <= 2 * period
        told = f"never read with an answer{ran}; {followed}"
        return Item(name, False, told, f"{name} was never read", begun, advice, more, early)
    if now - good > 2 * period:
        told = f"stale: last good crawl {shown(good)}, {(now - good).days} days ago{ran}; {followed}"
        return Item(name, False, told, f"{name} not read since {good.date().isoformat()}", good, advice, more)
    return Item(name, True, f"last good crawl {shown(good)}{ran}; {followed}", more=more)


def _last_and_good(store: Store, name: str) -> tuple[Run | None, datetime | None]:
    """The last crawl of a source, and the last moment at which one answered that read it."""
    last = None
    for run, answered in lately.crawls(store, name):
        last = last or run
        if answered and not unread(run) and any(run.outcomes.get(good) for good in _READ):
            return last, answered
    return last, None


def outcome(run: Run) -> str:
    """How a crawl ended, in a few words."""
    said = unread(run)
    if said:
        return said
    if run.finished is None:
        return "begun and not ended"
    how = f"{run.failed} of {run.listed} addresses failed" if run.failed else "read"
    return how if run.reason in ("", "finished") else f"{how}; ended by {run.reason}"


# Schedules


def _schedules(store: Store, ahead: Ahead) -> Iterator[Item]:
    ever = dict.fromkeys(run.schedule for run in scheduled.runs(store))
    for name in ever if ahead.schedules is None else ahead.schedules:
        yield _schedule(name, scheduled.latest(store, name), (ahead.schedules or {}).get(name))


def _schedule(name: str, run: ScheduledRun | None, ahead: datetime | None) -> Item:
    more = {"next": _moment(ahead), "last_run": _ran_json(run)}
    about = f"schedule {name}"
    if run is None:
        return Item(about, True, "has not run yet", more=more)
    if run.outcome in (None, Ended.DONE):
        return Item(about, True, f"{'done' if run.outcome else 'begun'} {shown(run.ended or run.begun)}", more=more)
    words = {Ended.FAILED: "failed", Ended.DEADLINE: "did not end in time", Ended.CUT_OFF: "was cut off"}
    code = f" with exit code {run.code}" if run.code is not None else ""
    said = f": {run.message}" if run.message else ""
    told = f"the run of {shown(run.due)} {words[run.outcome]}{code}{said}"
    advice = f"Run `exowatch {run.command}` by hand and see what it says."
    return Item(
        about, False, told, f"the last run of {about} {words[run.outcome]}", run.ended or run.begun, advice, more
    )


def _moment(moment: datetime | None) -> str | None:
    return shown(moment) if moment else None


def _ran_json(run: ScheduledRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {"due": shown(run.due), "outcome": run.outcome.value if run.outcome else None, "code": run.code}


# Outbox, log, disk


def _outbox(store: Store, config: Config, now: datetime) -> Item:
    """Whether everything that was to be told has arrived, or was given up for a target that nobody names any more."""
    named = set(_places(config))
    found = outbox.undelivered(store)
    refused = [one for one in found if one.state is State.REFUSED and one.parcel.target in named]
    late = [one for one in found if one.state is not State.REFUSED and now - one.at > _WAITING]
    said = [
        *([f"{counted(len(refused), 'delivery', 'deliveries')} refused"] if refused else []),
        *([f"{counted(len(late), 'delivery', 'deliveries')} waiting for over a day"] if late else []),
    ]
    if not said:
        waiting = sum(one.state is not State.REFUSED for one in found)
        told = f"{counted(waiting, 'delivery', 'deliveries')} waiting" if waiting else "nothing is waiting"
        return Item("outbox", True, told)
    first = min((*refused, *late), key=lambda one: one.at)
    advice = "Run `exowatch send --retry-refused` once the mail server, or the other side, takes them again."
    told = "; ".join([*said, f"the oldest of {shown(first.at)}: {_said(first)}"])
    return Item("outbox", False, told, ", ".join(said), first.at, advice)


def _said(delivery: Delivery) -> str:
    return delivery.message or "not attempted"


def _places(config: Config) -> Iterable[str]:
    """Every target that the configuration names today."""
    yield from config.mail.to
    for targets in (config.monitor.tell, *(series.deliver for series in config.digests)):
        yield from (target.place for target in targets)


def _log(database: Path) -> Item:
    # Loaded here, and below: it brings what only `doctor` and this need.
    from exowatch.machine import log

    found = log(database)
    advice = (
        "Something keeps the store open for reading and the log cannot be moved into it: end programs that read the"
        " store, then run any exowatch command that writes."
    )
    headline = "" if found.ok else "long write-ahead log"
    return Item("write-ahead log", found.ok, found.message, headline, None, "" if found.ok else advice)


def _space(database: Path) -> Item:
    from exowatch.machine import space

    found = space(database)
    headline, advice = ("little disk space", "Make room on the disk of the store.") if not found.ok else ("", "")
    return Item("space", found.ok, found.message, headline, None, advice)
