"""A process that tells of a store what fails, and may be killed at one of its writes."""

from __future__ import annotations

import sys
from pathlib import Path

from exowatch.alerting import tell
from exowatch.health import Item
from store.clock import parse
from tests import sending_child
from tests.sending_child import die_at

ITEMS = {
    "failing": [
        Item("fda_safety", False, "stale", "fda_safety not read since 2025-08-01", parse("2025-08-01T08:00:00Z")),
        Item("outbox", False, "1 delivery refused", "1 delivery refused"),
        Item("space", True, "80 GB free"),
    ],
    "well": [
        Item("fda_safety", True, "read"),
        Item("outbox", True, "nothing is waiting"),
        Item("space", True, "80 GB"),
    ],
}


def main(database: str, port: str, which: str, place: str, moment: str) -> None:
    if int(place):
        die_at(int(place), after=moment == "after")
    told = tell(Path(database), sending_child.config(int(port)), ITEMS[which], back_off=())
    sys.exit(0 if told.complete else 3)


if __name__ == "__main__":
    main(*sys.argv[1:])
