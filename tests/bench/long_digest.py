"""Makes the digest of a store's year in a process of its own, and prints what that took.

What it prints: the number of changes; the seconds of CPU to compose it, to draw the page and the text; the megabytes of
the page and of the process at most.
"""

from __future__ import annotations

import resource
import sys
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from exowatch import digesting, periods
from exowatch.config import load
from reports.digest import Digest
from reports.render import render_html, render_text
from store import clock
from store.database import Store
from tests.bench.figure import cpu


def main() -> None:
    span = periods.named("2025", ZoneInfo("UTC"))
    made: list[Digest] = []
    pages: list[str] = []
    with Store(Path(sys.argv[1]), readonly=True) as store, store.snapshot():
        work = partial(digesting.digest, store, load([], {}), span, clock.parse("2026-01-01T00:00:00Z"))
        composed = cpu(lambda: made.append(work()))
    page = cpu(lambda: pages.append(render_html(made[0])))
    text = cpu(lambda: pages.append(render_text(made[0])))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(len(made[0].changes), composed, page, text, len(pages[0].encode()) / 1e6, memory)


if __name__ == "__main__":
    main()
