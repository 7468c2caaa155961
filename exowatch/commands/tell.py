"""Commands that tell: the digest of a period."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exowatch.exits import Exit
from exowatch.session import (
    AsJson,
    ExitCode,
    InPeriod,
    Since,
    Until,
    session,
    span_of,
)

app = typer.Typer(rich_markup_mode=None)


@app.command()
def digest(
    since: Since = None,
    until: Until = None,
    period: InPeriod = None,
    form: Annotated[str, typer.Option("--format", help="html, text or json.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="x.html is written with its twin x.txt.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="TIME", help="As the store stood then.")] = None,
    exit_code: ExitCode = False,
    as_json: AsJson = False,
) -> None:
    """Say what was published and what changed. Example: exowatch digest --period 2025 --out 2025.html"""
    from exowatch import periods, showing
    from exowatch.digesting import digest as compose
    from exowatch.wiring import reading
    from store import clock

    span = span_of(since, until, period)
    if span is None:
        raise typer.BadParameter("say which period: --period 2025, or --since and --until")
    moment = periods.instant(as_of, session.config.timezone) if as_of else clock.now()
    written = showing.form_of(form, out, as_json=as_json)
    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        composed = compose(store, session.config, span, moment)
    for path in showing.give_digest(session.console, composed, written, out):
        session.console.say(f"written: {path}")
    if exit_code and composed.changes:
        raise typer.Exit(Exit.CHANGES)
