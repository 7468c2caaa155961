"""Commands of the timetable: run it, run what is due of it, show it, and let this machine start it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exowatch.exits import Exit
from exowatch.session import AsJson, maybe_reading, session, tell

if TYPE_CHECKING:
    import threading

    from exowatch.schedule_settings import Schedule
    from exowatch.scheduling import Program, Timekeeper

app = typer.Typer(rich_markup_mode=None)
schedule_app = typer.Typer(
    help="The timetable: what runs by itself, and when.", no_args_is_help=True, rich_markup_mode=None
)


@schedule_app.command("run")
def schedule_run(
    context: typer.Context,
    look_every: Annotated[
        float, typer.Option("--look-every", min=0.1, metavar="SECONDS", help="How often to look for what is due.")
    ] = 60.0,
) -> None:
    """Stay, and run what the timetable says when it says so; SIGTERM or Ctrl-C ends it. Example: exowatch schedule run"""
    import threading

    from schedules.service import Service

    found = _wanted(context)
    stop = threading.Event()
    _stop_on_signals(stop)
    with _wired(found, stop) as (program, keeper):

        def run(name: str) -> None:
            if not stop.is_set() and keeper.run(name):
                program.follow_up()

        timetables = {one.name: one.when for one in found}
        keeper.say(f"running {', '.join(timetables)} from {session.path}")
        Service(timetables, waiting=keeper.waiting, run=run, tell=keeper.say).serve(stop, look_every=look_every)
        keeper.say("stopped")


@schedule_app.command("run-due")
def run_due(context: typer.Context, as_json: AsJson = False) -> None:
    """Run once what is due, one after the other, for cron or a timer; ends with 3 when a run failed. Example: exowatch schedule run-due"""
    import threading

    from exowatch.scheduling import as_json as shown
    from store.errors import Held
    from store.scheduled import Outcome

    found = _wanted(context)
    stop = threading.Event()
    _stop_on_signals(stop)
    runs = []
    with _wired(found, stop) as (program, keeper):
        for schedule in found:
            if stop.is_set():
                break
            try:
                runs.append(keeper.run_due(schedule.name))
            except Held as held:
                keeper.say(str(held))
        done = [run for run in runs if run]
        if done:
            program.follow_up()
    ok = all(run.outcome is Outcome.DONE for run in done)
    items = [{"name": run.schedule, **shown(run)} for run in done]
    tell({"ok": ok, "items": items}, f"{len(done)} of {len(found)} schedules were due", as_json=as_json)
    if not ok:
        raise typer.Exit(Exit.PARTIAL)


@schedule_app.command("list")
def schedule_list(as_json: AsJson = False) -> None:
    """Show what runs by itself, when next, and how it went last. Example: exowatch schedule list"""
    from exowatch.scheduling import idle
    from store import clock

    now = clock.now()
    with maybe_reading() as store:
        items = [_item(store, one, idle(one, session.config), now) for one in session.config.schedules]
    if as_json:
        session.console.json({"items": items})
        return
    rows = [
        (item["name"], item["idle"] or f"{item['next_local'][:16]} {item['timezone']}", item["next"] or "", _last(item))
        for item in items
    ]
    session.console.table(("schedule", "next", "in UTC", "last run"), rows, empty="no [[schedules]]")
    for item in items:
        session.console.answer(f"{item['name']}: {item['when']}: exowatch {item['command']}")


@schedule_app.command("install")
def install(
    with_systemd: Annotated[bool, typer.Option("--systemd", help="A service of systemd, for `schedule run`.")] = False,
    with_cron: Annotated[bool, typer.Option("--cron", help="A line for crontab, for `schedule run-due`.")] = False,
    with_windows: Annotated[
        bool, typer.Option("--windows-task", help="A task of Windows, for `schedule run`.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print what starts the timetable on this machine; nothing is installed. Example: exowatch schedule install --systemd"""
    from exowatch import units
    from exowatch.config import laid_over

    forms = {
        "systemd": (with_systemd, units.systemd),
        "cron": (with_cron, units.cron),
        "windows-task": (with_windows, units.windows_task),
    }
    chosen = [(kind, write) for kind, (wanted, write) in forms.items() if wanted]
    if len(chosen) != 1:
        raise typer.BadParameter("say which one: --systemd, --cron or --windows-task")
    ((kind, write),) = chosen
    text = write(units.here(session.path, session.config, laid_over(session.files)))
    tell({"kind": kind, "text": text}, text.rstrip("\n"), as_json=as_json)


def _item(store: Any, schedule: Schedule, idle: str, now: Any) -> dict[str, Any]:
    from exowatch.scheduling import as_json as shown
    from store import clock, scheduled

    last = scheduled.latest(store, schedule.name) if store else None
    same = [run for run in scheduled.runs(store, schedule.name) if run.due == last.due] if last else []
    first = same[0] if same else None
    moment = None if idle else schedule.when.next(now)
    return {
        "name": schedule.name,
        "when": schedule.when.text,
        "command": schedule.command,
        "deadline_minutes": schedule.deadline.total_seconds() / 60,
        "idle": idle,
        "next": clock.shown(moment) if moment else None,
        "next_local": moment.astimezone(schedule.zone).isoformat() if moment else None,
        "timezone": schedule.zone.key,
        "last": shown(last) if last else None,
        "missed": first.missed if first else 0,
        "missed_since": clock.shown(first.missed_since) if first and first.missed_since else None,
    }


def _last(item: dict[str, Any]) -> str:
    last = item["last"]
    if last is None:
        return "never"
    said = (last["outcome"] or "running").replace("_", " ")
    code = f", exit {last['code']}" if last["code"] else ""
    missed = f"; {item['missed']} missed since {item['missed_since']}" if item["missed"] else ""
    return f"{last['begun']} {said}{code}{missed}"


def _wanted(context: typer.Context) -> list[Schedule]:
    """The schedules that run; a command that does not exist is refused now, and not at two in the morning."""
    from exowatch.scheduling import wanted

    commands = getattr(context.find_root().command, "commands", {})
    return wanted(session.config, commands)


@contextmanager
def _wired(found: list[Schedule], stop: threading.Event) -> Iterator[tuple[Program, Timekeeper]]:
    """What runs commands, and what decides which: each run is one line on stderr, the details go to the log."""
    import os

    from exowatch.logs import kept_log, wants_json
    from exowatch.scheduling import Program, Timekeeper
    from store.database import Store

    # Made, or brought up to date, before anybody looks at it.
    Store(session.path).close()
    with kept_log(session.path, as_json=wants_json(session.config, os.environ)) as write:

        def say(line: str) -> None:
            session.console.say(line)
            write(line)

        def detail(line: str) -> None:
            if session.verbose:
                session.console.say(line)
            write(line)

        program = Program(session.path, session.files, stop, heard=detail)
        yield program, Timekeeper(session.path, {one.name: one for one in found}, program, say=say, detail=detail)


def _stop_on_signals(stop: threading.Event) -> None:
    import signal

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())


app.add_typer(schedule_app, name="schedule")
