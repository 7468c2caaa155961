"""Alerts: what was found failing, or well again, and that people were told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store import clock, outbox
from store.database import Store
from store.facts import add
from store.outbox import Parcel


class State(StrEnum):
    """What an alert says of the thing that it is about."""

    FAILING = "failing"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class Alert:
    """What is told of one thing; `since` is when it began to fail, for one that is well again too."""

    about: str
    state: State
    since: datetime
    message: str


def failing(store: Store) -> Mapping[str, Alert]:
    """What was told to be failing and not yet told to be well again, by what it is about."""
    rows = store.execute(
        "select about, state, since, message from alerts where id in (select max(id) from alerts group by about)"
        " and state = 'failing' order by about"
    )
    return {about: Alert(about, State(state), clock.parse(since), said) for about, state, since, said in rows}


def record(store: Store, alerts: Sequence[Alert], parcels: Sequence[Parcel]) -> None:
    """Write down the alerts of one pass, and put what tells of them all into the outbox, in one transaction.

    The parcels belong to the first alert: a pass is told by one message to each target.
    """
    with store.write():
        numbers = [_add(store, alert) for alert in alerts]
        for parcel in parcels:
            outbox.put(store, parcel, alert=numbers[0])


def _add(store: Store, alert: Alert) -> int:
    content = (clock.stored(clock.now()), alert.about, alert.state.value, clock.stored(alert.since), alert.message)
    return add(store, "alerts", "at, about, state, since, message", content)
