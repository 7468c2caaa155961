"""Commands that tell: the digest of a period, the brief of a letter, where a topic stands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exowatch.exits import Exit
from exowatch.session import (
    AsJson,
    ExitCode,
    InPeriod,
    Name,
    Since,
    Until,
    one_of,
    session,
    span_of,
)

app = typer.Typer(rich_markup_mode=None)


@app.command()
def digest(
    since: Since = None,
    until: Until = None,
    period: InPeriod = None,
    form: Annotated[str, typer.Option("--format", help="html, text, json, md, csv, atom, ics or pdf.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="x.html is written with its twin x.txt.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="TIME", help="As the store stood then.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="A feed of this source only.")] = None,
    topic: Annotated[str | None, typer.Option("--topic", help="A feed of what mentions this topic only.")] = None,
    exit_code: ExitCode = False,
    as_json: AsJson = False,
) -> None:
    """Say what was published and what changed. Example: exowatch digest --period 2025 --out 2025.html"""
    from exowatch import forms, periods
    from exowatch.digesting import digest as compose
    from exowatch.past import as_it_stood
    from exowatch.wiring import known_sources, reading
    from store import clock

    span = span_of(since, until, period)
    if span is None:
        raise typer.BadParameter("say which period: --period 2025, or --since and --until")
    moment = periods.instant(as_of, session.config.timezone) if as_of else clock.now()
    known_sources([source] if source else ())
    one_of("--topic", topic, [topic.name for topic in session.config.rules.topics])
    written = forms.narrowed(forms.form_of(form, out, as_json=as_json), source, topic)
    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        with as_it_stood(store, session.config, moment) as then:
            composed = compose(then, session.config, span, moment, facts=store)
    for path in forms.give_digest(session.console, composed, written, out):
        session.console.say(f"written: {path}")
    if exit_code and composed.changes:
        raise typer.Exit(Exit.CHANGES)


@app.command()
def brief(
    name: Name,
    version: Annotated[int | None, typer.Option("--version", min=1, help="Of this version, not the latest.")] = None,
    form: Annotated[str, typer.Option("--format", help="text, md or html.")] = "text",
    as_json: AsJson = False,
) -> None:
    """Say on one screen what a letter to a firm states. Example: exowatch brief 698004 --format md"""
    from exowatch.briefing import brief as compose
    from exowatch.wiring import reading
    from reports import brief_forms
    from store import lookup

    forms = {"text": brief_forms.to_text, "md": brief_forms.to_markdown, "html": brief_forms.to_html}
    one_of("--format", form, forms)
    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        found = compose(store, lookup.document(store, name), version)
    if as_json:
        session.console.json(brief_forms.to_json(found))
    else:
        session.console.answer(forms[form](found).rstrip("\n"))


@app.command()
def position(
    at: Annotated[str | None, typer.Option("--at", metavar="DATE", help="As it stood then; now unless said.")] = None,
    form: Annotated[str, typer.Option("--format", help="text or html.")] = "text",
    as_json: AsJson = False,
) -> None:
    """Quote what regulators say of the topics' legal status. Example: exowatch position --at 2025-12-31"""
    from exowatch import periods
    from exowatch.positions import position as compose
    from exowatch.wiring import reading
    from reports import position as forms
    from store import clock

    rendered = {"text": forms.render_text, "html": forms.render_html}
    one_of("--format", form, rendered)
    moment = periods.instant(at, session.config.timezone) if at else clock.now()
    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        found = compose(store, session.config, min(moment, clock.now()))
    if as_json:
        session.console.json(forms.to_json(found))
    else:
        session.console.answer(rendered[form](found).rstrip("\n"))
