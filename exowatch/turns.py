"""Turns: who may go on now, settled by locks before anything heavy is loaded and before the store is opened.

A crawl holds the lock of each of its sources. What works on the whole store (an import, a rebuild, a migration) holds
the store's, and does not begin while a source is crawled, nor a crawl while the store is held.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.database import refuse_what_is_not_ours
from store.errors import Held
from store.locks import hold

if TYPE_CHECKING:
    from pathlib import Path

STORE = "store"
ANOTHER_LOOKS = 0.5
"""Seconds for which another process may hold a lock merely to see whether it is free."""
THE_STORE_IS_MADE = 5.0
"""Seconds for which a crawl that begins waits for another that is just making the file."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Which of the sources that were asked for may be crawled now, in their order, and who holds the others."""

    sources: tuple[str, ...]
    held: tuple[Held, ...]


@contextmanager
def to_crawl(
    database: Path, sources: Sequence[str], *, wait: float = 0, on_waiting: Callable[[Held], None] | None = None
) -> Iterator[Turn]:
    """Hold the locks of those sources that are free within `wait` seconds, while the block runs.

    `on_waiting` is told of each holder that is waited for. Raises Held where the store is held as a whole, and NotOurs
    for a file that is none of ours, before anything stands beside it.
    """
    refuse_what_is_not_ours(database)
    end = time.monotonic() + wait
    mine: set[str] = set()
    held: list[Held] = []
    with ExitStack() as stack:
        # In one order for all, so that of two that wait for each other's sources one has them both.
        for name in sorted(set(sources)):
            try:
                stack.enter_context(_when_free(database, name, end, on_waiting))
                mine.add(name)
            except Held as problem:
                held.append(problem)
        if mine:
            _see_free(database, STORE, "beginning a crawl", max(THE_STORE_IS_MADE, end - time.monotonic()))
        yield Turn(tuple(name for name in dict.fromkeys(sources) if name in mine), tuple(held))


@contextmanager
def alone(database: Path, purpose: str, sources: Sequence[str]) -> Iterator[None]:
    """Hold the store as a whole while the block runs. Raises Held where somebody else does, or crawls a source."""
    with hold(database, STORE, purpose):
        for name in sources:
            _see_free(database, name, purpose, ANOTHER_LOOKS)
        yield


@contextmanager
def _when_free(database: Path, name: str, end: float, on_waiting: Callable[[Held], None] | None) -> Iterator[None]:
    """Hold a source's lock; told of the holder at once, and not given up before the end."""
    with ExitStack() as stack:
        try:
            stack.enter_context(hold(database, name, "crawling"))
        except Held as problem:
            left = end - time.monotonic()
            if left <= 0:
                raise
            if on_waiting is not None:
                on_waiting(problem)
            stack.enter_context(hold(database, name, "crawling", wait=left))
        yield


def _see_free(database: Path, name: str, purpose: str, wait: float) -> None:
    with hold(database, name, purpose, wait=wait):
        pass
