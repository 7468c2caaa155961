"""Commands that look: documents, their versions, what changed, words and questions."""

from __future__ import annotations

from typing import Annotated

import typer

from exowatch import completing
from exowatch.exits import Exit
from exowatch.session import (
    AsJson,
    ExitCode,
    InPeriod,
    Name,
    OfSource,
    OfTopic,
    Reviewed,
    Since,
    Until,
    maybe_reading,
    one_of,
    session,
    span_of,
)

app = typer.Typer(rich_markup_mode=None)
ON_A_SCREEN = 50


@app.command()
def documents(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are not followed.")] = False,
    source: OfSource = None,
    topic: OfTopic = None,
    status: Annotated[
        str | None,
        typer.Option(
            "--status",
            help="current, delisted or removed.",
            autocompletion=completing.fixed("current delisted removed"),
        ),
    ] = None,
    cites: Annotated[str | None, typer.Option("--cites", help='Only what cites it, as "21 CFR 1271".')] = None,
    since: Since = None,
    until: Until = None,
    period: InPeriod = None,
    reviewed: Reviewed = None,
    as_json: AsJson = False,
) -> None:
    """List the documents that are followed. Example: exowatch documents --source fda_warning_letters"""
    from exowatch.wiring import known_sources, reading
    from reports.as_json import document_json
    from store import lookup
    from store.records import Status

    known_sources([source] if source else ())
    one_of("--status", status, Status)
    span = span_of(since, until, period)
    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        found = lookup.documents(
            store,
            everything=everything,
            source=source,
            topic=topic,
            status=status,
            cites=cites,
            published=span.days if span else None,
        )
        if reviewed is not None:
            chosen = lookup.with_reviews(store, reviewed)
            found = [document for document in found if document.id in chosen]
    if as_json:
        session.console.json({"items": [document_json(document) for document in found]})
        return
    columns = ("published", "number", "title", "status", "mentions", "versions", "source")
    rows = [
        (d.published or "", d.number, d.title, d.status, d.mentions, d.version_count, d.source)
        for d in sorted(found, key=lambda d: (d.published or "", d.id))
    ]
    session.console.table(columns, rows, empty="No documents.")


@app.command()
def show(
    name: Name,
    version: Annotated[int | None, typer.Option("--version", min=1, help="With the text of this version.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="DATE", help="With the text that stood then.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a document and its versions. Example: exowatch show 698004 --version 1"""
    from exowatch import periods, showing
    from exowatch.wiring import reading
    from store import lookup

    if version and at:
        raise typer.BadParameter("--version and --at exclude each other")
    moment = periods.instant(at, session.config.timezone) if at else None
    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        found = lookup.document(store, name)
        versions = lookup.versions(store, found.id)
        chosen = lookup.version(store, found.id, version) if version else None
        chosen = lookup.version_at(store, found.id, moment) if moment else chosen
        blocks = lookup.blocks(store, chosen) if chosen else ()
        net, same_number = lookup.net(store, found.id), lookup.same_number(store, found)
    sheet = showing.Sheet(found, net, same_number, versions, chosen, blocks)
    if as_json:
        session.console.json(showing.sheet_json(sheet))
    else:
        showing.print_sheet(session.console, sheet)


@app.command()
def changes(
    since: Since = None,
    until: Until = None,
    period: InPeriod = None,
    source: OfSource = None,
    kind: Annotated[str | None, typer.Option("--kind", help="new, revised, removed, …")] = None,
    severity: Annotated[
        str | None,
        typer.Option(
            "--severity",
            help="routine, notable or important.",
            autocompletion=completing.fixed("routine notable important"),
        ),
    ] = None,
    topic: OfTopic = None,
    reviewed: Reviewed = None,
    exit_code: ExitCode = False,
    as_json: AsJson = False,
) -> None:
    """List what changed. Example: exowatch changes --period 2025-08"""
    from exowatch import showing
    from exowatch.wiring import known_sources, reading
    from reports.as_json import change_json
    from store import lookup
    from store.records import Kind, Severity
    from store.reviews import reviewed as reviews_in

    known_sources([source] if source else ())
    one_of("--kind", kind, Kind)
    one_of("--severity", severity, Severity)
    span = span_of(since, until, period)
    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        found = lookup.changes(
            store,
            since=span.start if span else None,
            until=span.end if span else None,
            source=source,
            kind=kind,
            severity=severity,
            topic=topic,
            reviewed=reviewed,
        )
        named = {change.id: lookup.document_in(store, change) for change in found}
        known = reviews_in(store)
    if as_json:
        items = [change_json(change, named[change.id], known.standing(change.id)) for change in found]
        session.console.json({"items": items})
    else:
        showing.print_changes(session.console, found, named, known)
    if exit_code and found:
        raise typer.Exit(Exit.CHANGES)


@app.command()
def diff(
    name: Name,
    from_: Annotated[int | None, typer.Option("--from", min=1, help="The older version.")] = None,
    to: Annotated[int | None, typer.Option("--to", min=1, help="The newer version; the latest unless said.")] = None,
    ignored: Annotated[bool, typer.Option("--ignored", help="With what counts as no difference, and why.")] = False,
    exit_code: ExitCode = False,
    as_json: AsJson = False,
) -> None:
    """Show what changed between two versions. Example: exowatch diff 698004 --from 1 --to 2"""
    from dataclasses import asdict

    from exowatch import showing
    from exowatch.wiring import reading
    from store import diff as differ
    from store import ignored as rules
    from store import lookup
    from store.ignored import Compared
    from store.records import BlockOp

    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        found = lookup.document(store, name)
        newer = lookup.version(store, found.id, to or found.version_count)
        older = lookup.version(store, found.id, from_ or max(1, newer.n - 1))
        texts = lookup.blocks(store, older), lookup.blocks(store, newer)
        blocks = differ.compare(*texts)
        left_out = lookup.ignored(store, found.id, older, newer) if ignored else ()
        if ignored and not left_out:
            left_out = rules.ignored(Compared(older.fields, texts[0]), Compared(newer.fields, texts[1]), blocks)
    if as_json:
        answer = showing.diff_json(older, newer, blocks)
        session.console.json({**answer, "ignored": [asdict(one) for one in left_out]} if ignored else answer)
    else:
        showing.print_diff(session.console, found, older, newer, blocks)
        if ignored:
            showing.print_ignored(session.console, left_out)
    if exit_code and any(block.op is not BlockOp.KEEP for block in blocks):
        raise typer.Exit(Exit.CHANGES)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help='Words; "quoted words" stand together.')],
    limit: Annotated[int | None, typer.Option("--limit", min=1)] = None,
    reviewed: Reviewed = None,
    as_json: AsJson = False,
) -> None:
    """Find words in the latest version of every document. Example: exowatch search "amniotic fluid" """
    from exowatch import showing
    from exowatch.wiring import reading
    from store import lookup

    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        # A screen shows so many; each passage must be unpacked, and a common word stands in thousands of documents.
        most = limit if limit or as_json or reviewed is not None else ON_A_SCREEN
        hits = lookup.search(store, text, limit=None if reviewed is not None else most)
        if reviewed is not None:
            chosen = lookup.with_reviews(store, reviewed)
            hits = [hit for hit in hits if hit.document.id in chosen][:most]
    if as_json:
        session.console.json({"items": [showing.hit_json(hit) for hit in hits]})
        return
    rows = [(hit.document.published or "", hit.document.number, hit.document.title, hit.snippet) for hit in hits]
    session.console.table(("published", "number", "title", "passage"), rows, empty="Nothing found.")
    if not limit and len(hits) == ON_A_SCREEN:
        session.console.say(f"the {ON_A_SCREEN} best matches; --limit N shows more, --json all")


@app.command()
def query(
    question: Annotated[
        str,
        typer.Argument(
            metavar="SQL or NAME", help="A SELECT, or a ready question.", autocompletion=completing.questions
        ),
    ] = "",
    listed: Annotated[bool, typer.Option("--list", help="List the ready questions.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="As CSV, safe for spreadsheets.")] = False,
    table: Annotated[bool, typer.Option("--table", help="As a table; so it is unless said.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask the store in SQL. Example: exowatch query "select number, title from v_documents" --csv"""
    from exowatch import showing
    from store.database import Store
    from store.query import READY, ask, ready

    if csv + table + as_json > 1:
        raise typer.BadParameter("--csv, --table and --json exclude each other")
    if listed or not question:
        asked = [(one.name, one.about, one.sql) for one in READY]
        showing.print_rows(session.console, ("name", "about", "sql"), asked, csv=csv, as_json=as_json)
        return
    named = ready(question)
    with Store(session.path, readonly=True) as store:
        session.warn_of_other_rules(store)
        columns, rows = ask(store, named.sql if named else question)
        showing.print_rows(session.console, columns, rows, csv=csv, as_json=as_json)


@app.command()
def sources(as_json: AsJson = False) -> None:
    """List the sources. Example: exowatch sources"""
    from crawler.source import classes
    from reports.as_json import run_json
    from store import clock, lookup

    with maybe_reading() as store:
        counts = lookup.document_counts(store) if store else {}
        last = lookup.last_runs(store) if store else {}
    declared = classes().values()
    if as_json:
        items = [
            {
                "name": source.name,
                "regulator": source.regulator,
                "title": source.title,
                "listing": source.listing,
                "documents": counts.get(source.name, 0),
                "last_run": run_json(last[source.name]) if source.name in last else None,
            }
            for source in declared
        ]
        session.console.json({"items": items})
        return
    rows = [
        (
            s.name,
            s.title,
            counts.get(s.name, 0),
            clock.shown(last[s.name].started) if s.name in last else "never",
            s.listing,
        )
        for s in declared
    ]
    session.console.table(("name", "title", "followed", "last run", "list"), rows)
