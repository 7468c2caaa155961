"""A process that sends what is due of a store of invented letters, and may be killed at one of its writes."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from exowatch.config import Config, load
from exowatch.mail_settings import Mail, Security, targets_of
from exowatch.monitor_settings import Monitor
from exowatch.sending import Wanted, send
from store.database import Store
from tests.shelf import RULES

TO = "kim@firm.example"


def config(port: int, *to: str) -> Config:
    """The shipped configuration with the rules of the shelf and a mail server on this machine."""
    own = Mail("127.0.0.1", port, Security.NONE, "", "exowatch <exowatch@firm.example>", to or (TO,))
    return replace(load([], {}), rules=RULES, mail=own, monitor=Monitor(targets_of(own.to)))


def wanted(given: Config) -> list[Wanted]:
    return [Wanted("daily", None, targets_of(given.mail.to))]


def die_at(place: int, *, after: bool) -> None:
    """Have this process killed at its n-th transaction: just before it is committed, or just after."""
    numbers = itertools.count(1)
    whole = Store.write

    @contextmanager
    def write(self: Store) -> Iterator[None]:
        if self.connection.in_transaction:
            with whole(self):
                yield
            return
        mine = next(numbers) == place
        with whole(self):
            yield
            if mine and not after:
                os.kill(os.getpid(), signal.SIGKILL)
        if mine:
            os.kill(os.getpid(), signal.SIGKILL)

    Store.write = write  # type: ignore[method-assign]


def main(database: str, port: str, place: str, moment: str) -> None:
    if int(place):
        die_at(int(place), after=moment == "after")
    given = config(int(port))
    report = send(Path(database), given, wanted(given), back_off=())
    sys.exit(0 if report.complete else 3)


if __name__ == "__main__":
    main(*sys.argv[1:])
