"""The one clock: every instant that the tool writes down comes from here."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

_STARTED = time.monotonic()


def now() -> datetime:
    """The present instant, in UTC, to the second.

    `EXOWATCH_NOW` (ISO 8601 with an offset or `Z`) sets the instant at which the process started, for tests and the
    demo; time then passes as usual. Raises ValueError when it is set to something else.
    """
    given = os.environ.get("EXOWATCH_NOW")
    if not given:
        return datetime.now(UTC).replace(microsecond=0)
    passed = timedelta(seconds=int(time.monotonic() - _STARTED))
    return parse(given) + passed


def parse(text: str) -> datetime:
    """An aware UTC instant from ISO 8601 text; an instant without an offset is refused with ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r}: an instant needs its offset, as in 2025-08-20T08:00:00Z")
    return moment.astimezone(UTC)


def stored(moment: datetime) -> str:
    """The form in which the store keeps instants: fixed width, so that text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def shown(moment: datetime) -> str:
    """The form people and scripts see: seconds, and a fraction only where there is one."""
    return stored(moment).replace(".000000Z", "Z")
