"""`make bench`: prints one table of figures, with the goals that the project gives itself, and never fails.

`python -m tests.bench --quick` takes a tenth of the material; its figures are rougher, and fixed costs weigh more.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from tests.bench import crawl_bench, diff_bench, import_bench, large_bench
from tests.bench.figure import Figure


def main() -> None:
    scale = 0.1 if "--quick" in sys.argv[1:] else 1.0
    began = time.perf_counter()
    print(f"{'figure':56} {'median':>9} {'':8} {'goal':>8}")
    for figure in _all(scale):
        goal = "" if figure.goal is None else f"{figure.goal:.3g}"
        print(f"{figure.name:56} {figure.value:9.3g} {figure.unit:8} {goal:>8}  {figure.met}".rstrip(), flush=True)
    print(f"\nCPU time of one core; {time.perf_counter() - began:.0f} s in all.")


def _all(scale: float) -> Iterator[Figure]:
    yield from import_bench.figures(scale)
    yield from crawl_bench.figures(scale)
    yield from large_bench.figures(scale)
    for name, value, unit, goal in diff_bench.figures():
        yield Figure(f"diff: {name}", value, unit, float(goal.rsplit(" ", 1)[-1]))


if __name__ == "__main__":
    main()
