"""A figure and how it is taken: CPU time of this process, the median of some runs."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `goal` is the most it may be; None where nothing is promised."""

    name: str
    value: float
    unit: str
    goal: float | None = None

    @property
    def met(self) -> str:
        if self.goal is None:
            return ""
        return "met" if self.value <= self.goal else "NOT MET"


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU that a piece of work takes."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def median_cpu(work: Callable[[], object], runs: int) -> float:
    """The median of several runs, in seconds of CPU."""
    return statistics.median(cpu(work) for _ in range(runs))
