"""Commands that keep the tool well: its state, this machine, the store, the demo."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exowatch import completing
from exowatch.exits import Exit, weightiest
from exowatch.session import (
    AsJson,
    OfSource,
    session,
    tell,
)

if TYPE_CHECKING:
    from exowatch.alerting import Told
    from exowatch.health import Item

app = typer.Typer(rich_markup_mode=None)


@app.command()
def status(
    tell_news: Annotated[
        bool, typer.Option("--tell", help="Tell what newly fails or is well again to [monitor] tell, and ping.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say whether all that must go on by itself does; ends with 1 when not. Example: exowatch status"""
    from exowatch import showing_status
    from exowatch.cadence import ahead
    from exowatch.status import status as look
    from exowatch.wiring import reading
    from store import clock

    with reading(session.path) as store:
        now = clock.now()
        items = look(store, session.config, now, ahead(session.config, now))
    told, code = _told(items) if tell_news else (None, Exit.DONE)
    showing_status.give(session.console, items, told, as_json=as_json)
    well = all(item.ok for item in items)
    raise typer.Exit(weightiest([code, Exit.DONE if well else Exit.FAILURE]))


def _told(items: Sequence[Item]) -> tuple[Told | None, Exit]:
    """Tell the news and give the sign of life, once: before a mail server that hangs could keep it back."""
    from exowatch import alerting
    from exowatch.config import BadConfig
    from store.errors import Held

    well = all(item.ok or item.early for item in items)
    signed: list[bool] = []

    def sign(ok: bool) -> None:
        if not signed:
            signed.append(ok)
            _sign_of_life(ok)

    try:
        told = alerting.tell(session.path, session.config, items, between=lambda: sign(well))
    except (BadConfig, Held) as error:
        session.console.fault(str(error))
        sign(False)
        return None, Exit.HELD if isinstance(error, Held) else Exit.FAILURE
    return told, Exit.DONE if told.complete else Exit.PARTIAL


def _sign_of_life(ok: bool) -> None:
    from exowatch.carriers.ping import ping

    if address := session.config.monitor.ping:
        problem = ping(address, ok, os.environ)
        if problem:
            session.console.fault(f"the sign of life was not taken: {problem}")


@app.command()
def doctor(
    offline: Annotated[bool, typer.Option("--offline", help="Look at this machine only, ask no site.")] = False,
    mail: Annotated[bool, typer.Option("--mail", help="Ask the mail server too; nothing is sent.")] = False,
    names: Annotated[
        list[str] | None,
        typer.Option("--source", help="Ask about this source only.", autocompletion=completing.sources),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look at this machine and ask the live sites a few questions. Example: exowatch doctor --offline"""
    from exowatch.doctor import examine
    from exowatch.wiring import known_sources

    known_sources(names or ())
    console = session.console
    with console.progress() as progress:
        checks = examine(
            session.path,
            lambda: session.config,
            names or (),
            offline=offline,
            mail=mail,
            say=console.say,
            progress=progress,
        )
    ok = all(check.ok for check in checks)
    if as_json:
        items = [{"name": c.name, "ok": c.ok, "message": c.message, "note": c.note} for c in checks]
        console.json({"ok": ok, "items": items})
    else:
        console.table(("check", "", "finding"), [(c.name, c.mark, c.message) for c in checks])
    if not ok:
        raise typer.Exit(Exit.FAILURE)


@app.command()
def rebuild(
    source: OfSource = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would differ, change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read every capture again with today's readers and topics. Example: exowatch rebuild --dry-run"""
    from exowatch import rebuilding
    from exowatch.wiring import known_sources

    known_sources([source] if source else ())
    done = rebuilding.rebuild(session.path, session.config, source, dry_run=dry_run)
    if as_json:
        session.console.json(done.as_json())
    else:
        session.console.answer(done.sentence())


@app.command()
def retention(
    apply: Annotated[bool, typer.Option("--apply", help="Remove them. Needs --by and --reason.")] = False,
    by: Annotated[str, typer.Option("--by", help="Who decides it; goes on record.", metavar="NAME")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why; goes on record.", metavar="TEXT")] = "",
    as_json: AsJson = False,
) -> None:
    """Say which files of documents never followed may go. Example: exowatch retention --apply --by Kim --reason disk"""
    from exowatch import retaining

    if apply and not (by.strip() and reason.strip()):
        raise typer.BadParameter("--apply needs --by NAME and --reason TEXT: what is removed stays on record")
    if apply:
        found = retaining.removed(session.path, by=by.strip(), reason=reason.strip())
    else:
        found = retaining.listed(session.path)
    if as_json:
        session.console.json(retaining.as_json(found, applied=apply))
        return
    if found:
        rows = [(one.document, one.size, one.sha256[:12], one.kept_because or "goes") for one in found]
        session.console.table(("document", "bytes", "sha256", "what becomes of it"), rows)
    session.console.answer(retaining.sentence(found, applied=apply))


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Where the demo keeps its store.")] = Path(".demo"),
    as_json: AsJson = False,
) -> None:
    """Run the main job on the small world that ships with the program. Example: exowatch demo"""
    from exowatch.demo.run import run_demo

    done = run_demo(folder, session.console.say)
    answer = {"database": str(done.database), "html": str(done.digest_html), "text": str(done.digest_text)}
    tell(answer, f"The digest of 2025: {done.digest_html.resolve()}", as_json=as_json)
