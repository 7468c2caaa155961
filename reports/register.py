"""The register of a period, for who audits it: what was sent, what was read, what was decided, what is open.

"Open" is said of our own reviews alone, never of a regulator's letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from reports.digest import Look, SourceCard, reading_order
from reports.entries import ChangeEntry
from reports.period import Period
from reports.wording import counted, outcome_words
from store.records import Origin, Outcome, Run
from store.reviews import Review
from store.told import Delivery, SentDigest


class State(StrEnum):
    """Where our own work on a change stands, the most pressing first."""

    OVERDUE = "overdue"
    OPEN = "review open"
    DUE = "action due"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class Item:
    """A change with where our work on it stands.

    `days_open` counts from the day on which the change was seen or, where an action is due, from its review; None once
    reviewed with nothing due. `days_overdue` is 0 for what is not overdue.
    """

    entry: ChangeEntry
    state: State
    days_open: int | None = None
    days_overdue: int = 0


@dataclass(frozen=True, slots=True)
class PastReview:
    """A review that no longer stands: a later one took its place, or it is of an earlier reading. `title` names its
    document."""

    review: Review
    title: str
    superseded: bool


class Read(StrEnum):
    """How far a source was read in a week."""

    FULL = "read in full"
    PARTLY = "not read in full"
    IMPORTED = "pages imported, not read live"
    NONE = "not looked at"


@dataclass(frozen=True, slots=True)
class SourceRun:
    """A run, and why it did not read its source: "" where nothing kept it from that."""

    run: Run
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """One source in one ISO week, as far as that lies in the period: its runs, and what of them was not read."""

    card: SourceCard
    name: str
    first: date
    last: date
    read: Read
    runs: tuple[Run, ...] = ()
    missed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """All that a rendering needs; equal registers render to equal bytes. Make one with `compose`.

    `items` are the changes of the period in the order of time, `carried` earlier ones on which an action is due,
    `open_before` is how many earlier ones nobody has reviewed.
    """

    period: Period
    as_of: datetime
    seal: str
    digests: tuple[SentDigest, ...]
    weeks: tuple[Week, ...]
    items: tuple[Item, ...]
    carried: tuple[Item, ...]
    open_before: int
    past: tuple[PastReview, ...]
    sample_data: bool


def compose(
    *,
    period: Period,
    as_of: datetime,
    seal: str,
    sources: Iterable[SourceCard] = (),
    runs: Iterable[SourceRun] = (),
    digests: Iterable[SentDigest] = (),
    changes: Iterable[ChangeEntry] = (),
    carried: Iterable[ChangeEntry] = (),
    open_before: int = 0,
    past: Iterable[PastReview] = (),
    sample_data: bool = False,
) -> Register:
    """The register of these values as of an instant."""
    today = as_of.astimezone(ZoneInfo(period.timezone)).date()
    return Register(
        period=period,
        as_of=as_of,
        seal=seal,
        digests=tuple(digests),
        weeks=tuple(_weeks(period, today, sources, runs)),
        items=tuple(_item(entry, period, today) for entry in sorted(changes, key=_seen)),
        carried=tuple(sorted((_item(entry, period, today) for entry in carried), key=_pressing)),
        open_before=open_before,
        past=tuple(past),
        sample_data=sample_data,
    )


def open_items(register: Register) -> tuple[Item, ...]:
    """What waits for somebody: overdue actions first, then reviews that are open, then actions that are due."""
    waiting = (item for item in (*register.items, *register.carried) if item.state is not State.REVIEWED)
    return tuple(sorted(waiting, key=_pressing))


def summary(register: Register) -> tuple[str, ...]:
    """The register in three or four sentences: what is open comes first."""
    states = [item.state for item in register.items]
    waiting = [item.state for item in open_items(register)]
    taken = sum(delivery_state(one) == "accepted" for digest in register.digests for one in digest.deliveries)
    sent = sum(len(digest.deliveries) for digest in register.digests)
    still = states.count(State.OPEN)
    reviews = f"{counted(len(states), 'change')}: {len(states) - still} reviewed, {still} with the review open"
    actions = f"{counted(waiting.count(State.OVERDUE), 'action')} overdue, {waiting.count(State.DUE)} due later"
    deliveries = f"; {taken} of {counted(sent, 'delivery', 'deliveries')} accepted" if sent else ""
    said = [
        f"{reviews}; {actions}.",
        f"{counted(len(register.digests), 'digest')} sent{deliveries}.",
        f"{len(register.weeks) - _unread(register)} of {counted(len(register.weeks), 'source-week')} read in full.",
    ]
    if register.open_before:
        said.append(f"The review of {counted(register.open_before, 'earlier change')} is open as well.")
    return tuple(sentence[:1].upper() + sentence[1:] for sentence in said)


def _unread(register: Register) -> int:
    return sum(week.read is not Read.FULL for week in register.weeks)


def delivery_state(delivery: Delivery) -> str:
    """How a delivery ended, as far as its attempts tell: one that was accepted is accepted for good."""
    outcomes = [attempt.outcome for attempt in delivery.attempts]
    if "accepted" in outcomes:
        return "accepted"
    return outcomes[-1] if outcomes else "not attempted"


def standing(item: Item) -> Review | None:
    """The review that stands for the change; None where its review is open."""
    return item.entry.review


def _item(entry: ChangeEntry, period: Period, today: date) -> Item:
    zone = ZoneInfo(period.timezone)
    if entry.review is None:
        return Item(entry, State.OPEN, (today - entry.change.window.until.astimezone(zone).date()).days)
    if entry.review.said.due is None:
        return Item(entry, State.REVIEWED)
    late = (today - date.fromisoformat(entry.review.said.due)).days
    return Item(
        entry,
        State.OVERDUE if late > 0 else State.DUE,
        (today - entry.review.at.astimezone(zone).date()).days,
        max(0, late),
    )


def _seen(entry: ChangeEntry) -> tuple[datetime, str]:
    return entry.change.window.until, entry.change.id


_STATES = tuple(State)


def _pressing(item: Item) -> tuple[int, int, str, int, str]:
    due = (item.entry.review.said.due or "") if item.entry.review else ""
    return _STATES.index(item.state), -item.days_overdue, due, -(item.days_open or 0), item.entry.change.id


def _weeks(period: Period, today: date, sources: Iterable[SourceCard], runs: Iterable[SourceRun]) -> Iterable[Week]:
    """Each source in each week of the period that had begun; a run belongs to the week in which it started."""
    zone = ZoneInfo(period.timezone)
    found: dict[tuple[str, date], list[SourceRun]] = {}
    for one in runs:
        day = one.run.started.astimezone(zone).date()
        found.setdefault((one.run.source, _monday(day)), []).append(one)
    cards = {card.name: card for card in sources}
    cards |= {
        name: SourceCard(name, "Sources no longer configured", name, "") for name, _ in found if name not in cards
    }
    first, after = map(date.fromisoformat, period.days)
    monday = _monday(first)
    while monday < after and monday <= today:
        for card in sorted(cards.values(), key=reading_order):
            mine = sorted(found.get((card.name, monday), ()), key=lambda one: one.run.started)
            last = min(monday + timedelta(days=6), after - timedelta(days=1))
            yield _week(card, max(monday, first), last, mine)
        monday += timedelta(days=7)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(card: SourceCard, first: date, last: date, runs: list[SourceRun]) -> Week:
    year, number, _ = first.isocalendar()
    live = [one for one in runs if one.run.origin is Origin.LIVE]
    missed = tuple(filter(None, (shortfall(card, one) for one in live)))
    if not live:
        read = Read.IMPORTED if runs else Read.NONE
    else:
        read = Read.PARTLY if shortfall(card, live[-1]) else Read.FULL
    return Week(card, f"{year}-W{number:02}", first, last, read, tuple(one.run for one in runs), missed)


def shortfall(card: SourceCard, one: SourceRun) -> str:
    """What a run did not read, with its day; "" where it read its source in full."""
    run = one.run
    day = f"{run.started:%Y-%m-%d}"
    if one.unread:
        return f"{day}: {one.unread}"
    if run.finished is None:
        return f"{day}: cut off"
    if not Look(card, run, (run,)).complete:
        ended = outcome_words(_not_read(run.outcomes))
        return f"{day}: of {run.listed} listed, {run.failed} failed and {run.skipped} were skipped ({ended})"
    return ""


_READ = frozenset({Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.GONE})


def _not_read(outcomes: Mapping[str, int]) -> Mapping[str, int]:
    return {name: count for name, count in outcomes.items() if name not in _READ}
