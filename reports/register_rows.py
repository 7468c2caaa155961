"""The rows of a register, in words, as every form of it lays them out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from reports.register import Item, Read, Register, Week, delivery_state, standing
from reports.reviewing import OPEN, decision_name
from reports.wording import counted
from store.addresses import parts_of
from store.clock import shown
from store.told import Delivery, SentDigest


def state_words(item: Item) -> str:
    """Where our work on a change stands, with how long it has been open."""
    if item.days_open is None:
        return str(item.state)
    said = f"{item.state}"
    if item.days_overdue:
        said += f" by {counted(item.days_overdue, 'day')}"
    return f"{said}; {counted(item.days_open, 'day')} open" if item.days_open else f"{said}; open since today"


def decision_words(item: Item) -> str:
    """What was decided; says so where nothing was."""
    review = standing(item)
    return decision_name(review.said.decision) if review else OPEN


def digest_words(digest: SentDigest) -> str:
    """What a digest covered and told."""
    span = f"{shown(digest.period_start)} up to {shown(digest.period_end)}"
    return f"{digest.series}, {span}, as of {shown(digest.as_of)}: {counted(digest.entries, 'change')}"


def delivery_words(delivery: Delivery) -> str:
    """To whom, by what, how it ended and when; what the other side said of a refusal."""
    said = f"{delivery.channel} to {target_words(delivery)}: {delivery_state(delivery)}"
    told = [attempt for attempt in delivery.attempts if attempt.outcome == delivery_state(delivery)]
    said += f" {shown(told[-1].at)}" if told else ""
    said += f" after {counted(_begun(delivery), 'attempt')}" if _begun(delivery) > 1 else ""
    if told and told[-1].outcome in ("refused", "deferred") and told[-1].message:
        said += f" ({told[-1].message})"
    return said


def _begun(delivery: Delivery) -> int:
    return sum(attempt.outcome == "begun" for attempt in delivery.attempts)


def target_words(delivery: Delivery) -> str:
    """Where a delivery goes; of a webhook's address only the host, since the rest of it is often its password."""
    if delivery.channel != "webhook":
        return delivery.target
    return f"{parts_of(delivery.target).hostname or 'an address without a host'}/…"


def week_words(week: Week) -> str:
    """How far a source was read in a week, in how many runs, and what was not read."""
    listed = "; ".join(week.missed)
    runs = f", {runs_words(week)}" if week.runs else ""
    return f"{week.read}{runs}{f': {listed}' if listed else ''}"


def runs_words(week: Week) -> str:
    """How many runs there were; "" for none."""
    return counted(len(week.runs), "run") if week.runs else ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Weeks in a row of which the same is to be said of one source."""

    first: Week
    last: Week

    @property
    def name(self) -> str:
        """The week, or the first and the last of them."""
        return self.first.name if self.first == self.last else f"{self.first.name} to {self.last.name}"


def stretches(register: Register) -> list[Stretch]:
    """The weeks source by source, those of which the same is to be said together."""
    found = []
    for card in dict.fromkeys(week.card for week in register.weeks):
        for _, alike in groupby((week for week in register.weeks if week.card == card), week_words):
            weeks = list(alike)
            found.append(Stretch(weeks[0], weeks[-1]))
    return found


NOTHING_MISSED = {
    Read.FULL: "nothing",
    Read.PARTLY: "not known",
    Read.IMPORTED: "the live source",
    Read.NONE: "all of it",
}
"""What was not read, where no run says so."""


def span_words(register: Register) -> str:
    """From when to when, in whose days, and as of when."""
    period = register.period
    return (
        f"From {shown(period.start)} up to, not including, {shown(period.end)} (days of {period.timezone})."
        f" As of {shown(register.as_of)}."
    )


MEANS = (
    "“Open” and “reviewed” are said of our own reviews, never of a regulator's letter. A review is bound to the two"
    " texts that the reviewer had; where either is read otherwise now, the review is of an earlier reading and open"
    " again. An action that is due ends with a later review of the same change that names no date."
)
