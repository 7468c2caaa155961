"""The service: rings at each moment of every schedule, and looks once a minute for what no ringing announced.

What to run, and whether it is still to be run, is decided by the functions that it is given, each time anew: to ring
twice, late or for nothing does no harm. No job is ever written to a disk, so none is ever read back from one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from schedules.timetable import WEEKDAYS, Timetable

_TOLD = {
    EVENT_JOB_ERROR: "the run broke off",
    EVENT_JOB_MISSED: "the moment passed unheard",
    EVENT_JOB_MAX_INSTANCES: "still running when its next moment came",
}


class Service:
    """Runs the schedules, each by its name, until it is told to stop.

    `waiting(name)` says whether there is something to run, `run(name)` runs it and comes back when it is over. No
    schedule is run twice at the same time; different ones are. `tell` takes one line about what went wrong.
    """

    def __init__(
        self,
        timetables: Mapping[str, Timetable],
        *,
        waiting: Callable[[str], bool],
        run: Callable[[str], None],
        tell: Callable[[str], None],
    ) -> None:
        self._timetables = timetables
        self._waiting = waiting
        self._run = run
        self._tell = tell
        self._running: set[str] = set()
        self._turn = threading.Lock()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            # Room for every schedule at once, and for its ringing while it runs.
            executors={"default": ThreadPoolExecutor(2 * max(1, len(timetables)))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        # What it would warn of is told below; the traceback of a fault of ours is wanted.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler.add_listener(self._heard, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)

    def serve(self, stop: threading.Event, *, look_every: float = 60.0) -> None:
        """Run until `stop` is set; comes back when every run has ended.

        The look for what is due counts seconds that pass, not the clock: one that was set back cannot put it to sleep.
        """
        for name, timetable in self._timetables.items():
            self._scheduler.add_job(self._ring, trigger(timetable), args=(name,), id=name, name=name)
        self._scheduler.start()
        try:
            self._look()
            while not stop.wait(look_every):
                self._scheduler.wakeup()
                self._look()
        finally:
            self._scheduler.shutdown(wait=True)

    def _look(self) -> None:
        """Start what is due: after a start, a suspended machine, or a clock that jumped."""
        for name in self._timetables:
            if name not in self._running and self._waiting(name):
                # The job's own name keeps it apart from the one that rings; run at once, and forgotten then.
                self._scheduler.add_job(self._ring, args=(name,), id=f"{name}, late", name=name, replace_existing=True)

    def _ring(self, name: str) -> None:
        with self._turn:
            if name in self._running:
                return
            self._running.add(name)
        try:
            self._run(name)
        finally:
            self._running.discard(name)

    def _heard(self, event: JobEvent) -> None:
        name = event.job_id.removesuffix(", late")
        found = getattr(event, "exception", None)
        self._tell(f"{name}: {_TOLD[event.code]}" + (f": {type(found).__name__}: {found}" if found else ""))


def trigger(timetable: Timetable) -> CronTrigger:
    """The same moments for the alarm clock. Weekdays go by name: it would count Monday, and not Sunday, as 0."""
    return CronTrigger(
        minute=_several(timetable.minutes),
        hour=_several(timetable.hours),
        day=_several(timetable.days),
        month=_several(timetable.months),
        day_of_week=",".join(WEEKDAYS[number] for number in timetable.weekdays),
        timezone=UTC,
    )


def _several(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))
