"""Commands that tell: the digest of a period, the brief of a letter, where a topic stands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exowatch import completing
from exowatch.exits import Exit
from exowatch.session import (
    AsJson,
    ExitCode,
    InPeriod,
    Name,
    Reviewed,
    Since,
    Until,
    one_of,
    session,
    span_of,
)

if TYPE_CHECKING:
    from exowatch.sending import Wanted
    from reports.digest import Digest
    from store.database import Store

app = typer.Typer(rich_markup_mode=None)
SINCE_LAST = "since-last"
SinceLast = Annotated[bool, typer.Option("--since-last", help="All that the series has not told yet.")]
InSeries = Annotated[str | None, typer.Option("--series", help="The series of digests; a change is told once in each.")]


@app.command()
def digest(
    since: Since = None,
    until: Until = None,
    period: InPeriod = None,
    since_last: SinceLast = False,
    series: InSeries = None,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help="html, text, json, md, csv, atom, ics, pdf or eml.",
            autocompletion=completing.fixed("html text json md csv atom ics pdf eml"),
        ),
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", help="x.html is written with its twin x.txt.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="TIME", help="As the store stood then.")] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="A feed of this source only.", autocompletion=completing.sources)
    ] = None,
    topic: Annotated[
        str | None,
        typer.Option("--topic", help="A feed of what mentions this topic only.", autocompletion=completing.topics),
    ] = None,
    reviewed: Reviewed = None,
    copies: Annotated[bool, typer.Option("--copies", help="With safe copies of the pages beside it, linked.")] = False,
    exit_code: ExitCode = False,
    as_json: AsJson = False,
) -> None:
    """Say what was published and what changed. Example: exowatch digest --period 2025 --out 2025.html"""
    from exowatch import forms, periods
    from exowatch.copies import with_copies
    from exowatch.digesting import digest as compose
    from exowatch.past import as_it_stood
    from exowatch.wiring import known_sources, reading
    from store import clock

    span = span_of(since, until, period)
    if since_last == (span is not None):
        raise typer.BadParameter("say which period: --period 2025, --since and --until, or --since-last")
    moment = periods.instant(as_of, session.config.timezone) if as_of else clock.now()
    known_sources([source] if source else ())
    one_of("--topic", topic, [topic.name for topic in session.config.rules.topics])
    mail = _is_mail(form, out, as_json=as_json)
    written = None if mail else forms.narrowed(forms.form_of(form, out, as_json=as_json), source, topic)
    page = out if written and written.name == "html" else None
    if copies and page is None:
        raise typer.BadParameter("--copies stand beside a page: name one with --out x.html")
    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        if span:
            with as_it_stood(store, session.config, moment) as then:
                composed = compose(then, session.config, span, moment, facts=store, reviewed=reviewed)
                composed = with_copies(then, composed, page) if copies and page else composed
        else:
            composed = _since_last(store, series, moment)
            composed = with_copies(store, composed, page) if copies and page else composed
    if written is None:
        _give_mail(composed, series or SINCE_LAST, out)
    else:
        for path in forms.give_digest(session.console, composed, written, out):
            session.console.say(f"written: {path}")
    if exit_code and composed.changes:
        raise typer.Exit(Exit.CHANGES)


def _is_mail(form: str, out: Path | None, *, as_json: bool) -> bool:
    return not as_json and (form or (out.suffix[1:].lower() if out else "")) == "eml"


def _since_last(store: Store, series: str | None, moment: datetime) -> Digest:
    """What `send --since-last` would tell in this series at this instant."""
    from exowatch import sending

    return sending.since_last(store, session.config, _series(series or SINCE_LAST), moment)


def _give_mail(digest: Digest, series: str, out: Path | None) -> None:
    """Print a digest as the mail it would be, or write it."""
    from exowatch.sending import mail
    from exowatch.whole import write_whole

    content = mail(session.config, series, digest, session.config.mail.to)
    if out is None:
        session.console.answer(content.decode("ascii").replace("\r\n", "\n").rstrip("\n"))
        return
    write_whole(out, content)
    session.console.say(f"written: {out}")


def _series(name: str) -> str:
    """The name of a series. Raises BadParameter for one that no header or file's name could hold."""
    from exowatch.mail_settings import BadMail, check_series_name

    try:
        return check_series_name(name)
    except BadMail as error:
        raise typer.BadParameter(str(error)) from None


@app.command()
def send(
    period: InPeriod = None,
    since_last: SinceLast = False,
    series: InSeries = None,
    retry_refused: Annotated[bool, typer.Option("--retry-refused", help="Try again what was refused before.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write the mail to a file, send and record nothing.")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="X.eml", help="Where --dry-run writes it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Send the digests that are due, each change once per series. Example: exowatch send --since-last"""
    from exowatch import sending, showing_sent
    from exowatch.wiring import reading

    if out and not dry_run:
        raise typer.BadParameter("--out belongs to --dry-run; where digests go stands in the configuration")
    wanted = _wanted(period, since_last, series, pending_only=retry_refused)
    if out and len(wanted) > 1:
        raise typer.BadParameter("--out is for one digest; name its --series")
    if dry_run:
        with reading(session.path) as store:
            session.warn_of_other_rules(store)
            rehearsed = sending.rehearsed(store, session.config, wanted, out)
        showing_sent.give_rehearsed(session.console, rehearsed, as_json=as_json)
        return
    report = sending.send(session.path, session.config, wanted, retry_refused=retry_refused)
    showing_sent.give_report(session.console, report, as_json=as_json)
    if not report.complete:
        raise typer.Exit(Exit.PARTIAL)


def _wanted(period: str | None, since_last: bool, series: str | None, *, pending_only: bool) -> list[Wanted]:
    """What the options ask for; without any, the digests that the configuration names."""
    from exowatch import periods, sending
    from exowatch.mail_settings import targets_of
    from store import clock

    if period and since_last:
        raise typer.BadParameter("--period and --since-last exclude each other")
    span = span_of(None, None, period)
    if span or since_last:
        name = _series(series or (periods.kind_of(span) if span else SINCE_LAST))
        known = [one.deliver for one in session.config.digests if one.name == name]
        return [sending.Wanted(name, span, known[0] if known else targets_of(session.config.mail.to))]
    found = sending.wanted_of(session.config, clock.now(), series)
    if not found and not pending_only:
        raise typer.BadParameter(
            f"no [[digests]] of the name {series!r} in the configuration"
            if series
            else "say what to send: --period, --since-last, or [[digests]] in the configuration"
        )
    return found


@app.command()
def brief(
    name: Name,
    version: Annotated[int | None, typer.Option("--version", min=1, help="Of this version, not the latest.")] = None,
    form: Annotated[
        str, typer.Option("--format", help="text, md or html.", autocompletion=completing.fixed("text md html"))
    ] = "text",
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
    form: Annotated[
        str, typer.Option("--format", help="text or html.", autocompletion=completing.fixed("text html"))
    ] = "text",
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
