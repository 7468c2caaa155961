"""The command line: each command a few lines over functions that can be called without it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exowatch import __version__
from exowatch.exits import Exit

if TYPE_CHECKING:
    from exowatch.config import Config
    from exowatch.console import Console
    from reports.digest import Period
    from store.database import Store

app = typer.Typer(
    name="exowatch",
    help="Tracks what the FDA and Health Canada publish about exosomes, and what changed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
import_app = typer.Typer(help="Take in captures that others recorded.", no_args_is_help=True, rich_markup_mode=None)
watch_app = typer.Typer(help="Follow an address whatever it says.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(import_app, name="import")
app.add_typer(watch_app, name="watch")


@dataclass(slots=True)
class Session:
    """What the options before the command say."""

    database: Path | None = None
    files: list[Path] = field(default_factory=list)
    quiet: bool = False
    verbose: bool = False
    color: bool = True
    _config: Config | None = None

    @property
    def console(self) -> Console:
        from exowatch.console import Console

        return Console(quiet=self.quiet, color=self.color)

    @property
    def config(self) -> Config:
        if self._config is None:
            from exowatch.config import load

            self._config = load(self.files)
        return self._config

    @property
    def path(self) -> Path:
        if self.database is None:
            from exowatch.config import default_database

            self.database = default_database()
        return self.database

    def warn_of_other_rules(self, store: Store) -> None:
        """Say when the store was derived with other topics than today's: reading never rewrites it."""
        from exowatch.wiring import rules_differ

        if rules_differ(store, self.config):
            self.console.say("topics or follow list differ from those the store was derived with: `exowatch rebuild`")


session = Session()
ON_A_SCREEN = 50

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object.")]
Since = Annotated[str | None, typer.Option("--since", help="First day, YYYY-MM-DD.", metavar="DATE")]
Until = Annotated[str | None, typer.Option("--until", help="Last day, YYYY-MM-DD.", metavar="DATE")]
InPeriod = Annotated[str | None, typer.Option("--period", help="2025, 2025-Q3, 2025-08 or 2025-W33.")]
OfSource = Annotated[str | None, typer.Option("--source", help="Only this source.")]
OfTopic = Annotated[str | None, typer.Option("--topic", help="Only what mentions this topic.")]
ExitCode = Annotated[bool, typer.Option("--exit-code", help="End with 10 when there are changes.")]
Name = Annotated[str, typer.Argument(help="A document's id, address or number.", metavar="DOC")]


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"exowatch {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    db: Annotated[Path | None, typer.Option("--db", envvar="EXOWATCH_DB", help="The database.")] = None,
    config: Annotated[list[Path] | None, typer.Option("--config", help="Laid over the configuration.")] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No messages, only answers and faults.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Everything that happens, on stderr.")] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="No colour.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Tracebacks for faults.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Tracks what the FDA and Health Canada publish about exosomes, and what changed."""
    session.database, session.files = db, list(config or ())
    session.quiet, session.verbose, session.color = quiet, verbose, not no_color


@app.command()
def crawl(
    sources: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]...", help="All, unless named.")] = None,
    document: Annotated[str, typer.Option("--document", help="Only this document or address.")] = "",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many pages.")] = None,
    max_minutes: Annotated[float | None, typer.Option("--max-minutes", min=0.0, help="A budget of time.")] = None,
    setting: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A Scrapy setting.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Fetch and compare, keep nothing.")] = False,
    no_limits: Annotated[bool, typer.Option("--no-limits", help="Crawl where memory cannot be limited.")] = False,
    exit_code: ExitCode = False,
    as_json: AsJson = False,
) -> None:
    """Read the regulators' sites. Example: exowatch crawl fda_warning_letters --max-minutes 60"""
    from exowatch import crawling
    from exowatch.wiring import known_sources, writing

    if crawling.needs_no_limits() and not no_limits:
        raise typer.BadParameter("memory cannot be limited on this system; say --no-limits to crawl all the same")
    known_sources(sources or ())
    with writing(session.path, session.config):
        pass
    runs, code = crawling.crawl(
        session.path,
        session.config,
        session.console,
        sources or (),
        document=document,
        limit=limit,
        max_minutes=max_minutes,
        settings=setting or (),
        dry_run=dry_run,
        verbose=session.verbose,
    )
    _runs(runs, code, exit_code=exit_code, as_json=as_json)


@import_app.command("warc")
def import_warc(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False, readable=True)],
    source: OfSource = None,
    exit_code: ExitCode = False,
    as_json: AsJson = False,
) -> None:
    """Take in recorded answers from WARC files. Example: exowatch import warc letters.warc.gz"""
    from exowatch import crawling, importing
    from exowatch.exits import weightiest
    from exowatch.wiring import known_sources, writing
    from store import lookup

    known_sources([source] if source else ())
    with writing(session.path, session.config) as (store, derivation):
        done = importing.import_warc(session.path, store, derivation, files, source)
        runs = [lookup.run(store, number) for number in done.crawls]
    _runs(runs, weightiest(map(crawling.ended, runs)), exit_code=exit_code, as_json=as_json)


@import_app.command("folder")
def import_folder(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER or FILE...", exists=True, readable=True)],
    source: OfSource = None,
    exit_code: ExitCode = False,
    as_json: AsJson = False,
) -> None:
    """Take in pages saved in a browser. Example: exowatch import folder ~/Downloads/letters"""
    from exowatch import crawling, importing
    from exowatch.exits import weightiest
    from exowatch.wiring import known_sources, writing
    from store import lookup

    known_sources([source] if source else ())
    with writing(session.path, session.config) as (store, derivation):
        done = importing.import_folder(session.path, store, derivation, folders, source)
        runs = [lookup.run(store, number) for number in done.crawls]
    _runs(runs, weightiest(map(crawling.ended, runs)), exit_code=exit_code, as_json=as_json)


def _runs(runs: Sequence[Any], code: Exit, *, exit_code: bool, as_json: bool) -> None:
    """Print runs, and end with their code; a block and a damaged file are told on stderr whatever the form."""
    from exowatch import crawling
    from exowatch.exits import weightiest
    from reports.as_json import run_json
    from reports.visible import visible

    if as_json:
        session.console.json({"runs": [run_json(run) for run in runs]})
    else:
        for line in crawling.summary(runs):
            session.console.answer(visible(line))
    for paragraph in (*crawling.damages(runs), *crawling.blocks(session.path, runs)):
        session.console.fault(visible(paragraph))
    changed = exit_code and any(run.changes_new for run in runs)
    raise typer.Exit(weightiest([code, Exit.CHANGES if changed else Exit.DONE]))


@app.command()
def documents(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are not followed.")] = False,
    source: OfSource = None,
    topic: OfTopic = None,
    status: Annotated[str | None, typer.Option("--status", help="current, delisted or removed.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the documents that are followed. Example: exowatch documents --source fda_warning_letters"""
    from exowatch.wiring import known_sources, reading
    from reports.as_json import document_json
    from store import lookup
    from store.records import Status

    known_sources([source] if source else ())
    _one_of("--status", status, Status)
    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        found = lookup.documents(store, everything=everything, source=source, topic=topic, status=status)
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
    severity: Annotated[str | None, typer.Option("--severity", help="routine, notable or important.")] = None,
    topic: OfTopic = None,
    exit_code: ExitCode = False,
    as_json: AsJson = False,
) -> None:
    """List what changed. Example: exowatch changes --period 2025-08"""
    from exowatch import showing
    from exowatch.wiring import known_sources, reading
    from reports.as_json import change_json
    from store import lookup
    from store.records import Kind, Severity

    known_sources([source] if source else ())
    _one_of("--kind", kind, Kind)
    _one_of("--severity", severity, Severity)
    span = _span(since, until, period)
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
        )
        named = {change.id: lookup.document_in(store, change) for change in found}
    if as_json:
        session.console.json({"items": [change_json(change, named[change.id]) for change in found]})
    else:
        showing.print_changes(session.console, found, named)
    if exit_code and found:
        raise typer.Exit(Exit.CHANGES)


@app.command()
def diff(
    name: Name,
    from_: Annotated[int | None, typer.Option("--from", min=1, help="The older version.")] = None,
    to: Annotated[int | None, typer.Option("--to", min=1, help="The newer version; the latest unless said.")] = None,
    exit_code: ExitCode = False,
    as_json: AsJson = False,
) -> None:
    """Show what changed between two versions. Example: exowatch diff 698004 --from 1 --to 2"""
    from exowatch import showing
    from exowatch.wiring import reading
    from store import diff as differ
    from store import lookup
    from store.records import BlockOp

    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        found = lookup.document(store, name)
        newer = lookup.version(store, found.id, to or found.version_count)
        older = lookup.version(store, found.id, from_ or max(1, newer.n - 1))
        blocks = differ.compare(lookup.blocks(store, older), lookup.blocks(store, newer))
    if as_json:
        session.console.json(showing.diff_json(older, newer, blocks))
    else:
        showing.print_diff(session.console, found, older, newer, blocks)
    if exit_code and any(block.op is not BlockOp.KEEP for block in blocks):
        raise typer.Exit(Exit.CHANGES)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help='Words; "quoted words" stand together.')],
    limit: Annotated[int | None, typer.Option("--limit", min=1)] = None,
    as_json: AsJson = False,
) -> None:
    """Find words in the latest version of every document. Example: exowatch search "amniotic fluid" """
    from exowatch import showing
    from exowatch.wiring import reading
    from store import lookup

    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        # A screen shows so many; each passage must be unpacked, and a common word stands in thousands of documents.
        hits = lookup.search(store, text, limit=limit if limit or as_json else ON_A_SCREEN)
    if as_json:
        session.console.json({"items": [showing.hit_json(hit) for hit in hits]})
        return
    rows = [(hit.document.published or "", hit.document.number, hit.document.title, hit.snippet) for hit in hits]
    session.console.table(("published", "number", "title", "passage"), rows, empty="Nothing found.")
    if not limit and len(hits) == ON_A_SCREEN:
        session.console.say(f"the {ON_A_SCREEN} best matches; --limit N shows more, --json all")


@app.command()
def query(
    question: Annotated[str, typer.Argument(metavar="SQL or NAME", help="A SELECT, or a ready question.")] = "",
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

    span = _span(since, until, period)
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


@app.command()
def sources(as_json: AsJson = False) -> None:
    """List the sources. Example: exowatch sources"""
    from crawler.source import classes
    from reports.as_json import run_json
    from store import clock, lookup

    with _maybe_reading() as store:
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


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say whether each source was read lately and well; ends with 1 when one was not. Example: exowatch status"""
    from exowatch.health import health
    from exowatch.wiring import enabled_sources, reading

    with reading(session.path) as store:
        checks = health(store, enabled_sources(session.config))
    ok = all(check.ok for check in checks)
    if as_json:
        session.console.json({"ok": ok, "items": [{"name": c.name, "ok": c.ok, "message": c.message} for c in checks]})
    else:
        session.console.table(("source", "", "state"), [(c.name, "ok" if c.ok else "!!", c.message) for c in checks])
    if not ok:
        raise typer.Exit(Exit.FAILURE)


@app.command()
def doctor(
    offline: Annotated[bool, typer.Option("--offline", help="Look at this machine only, ask no site.")] = False,
    names: Annotated[list[str] | None, typer.Option("--source", help="Ask about this source only.")] = None,
    as_json: AsJson = False,
) -> None:
    """Look at this machine and ask the live sites a few questions. Example: exowatch doctor --offline"""
    from exowatch.doctor import examine
    from exowatch.wiring import known_sources

    known_sources(names or ())
    console = session.console
    with console.progress() as progress:
        checks = examine(
            session.path, lambda: session.config, names or (), offline=offline, say=console.say, progress=progress
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
def mute(
    name: Name,
    by: Annotated[str, typer.Option("--by", help="Who decides it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    undo: Annotated[bool, typer.Option("--undo", help="Hear of it again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Leave a document out of lists and digests. Example: exowatch mute 698004 --by Kim --reason "not our trade" """
    from exowatch.wiring import writing
    from store import decisions, lookup

    with writing(session.path, session.config) as (store, derivation):
        found = lookup.document(store, name)
        derivation.update([decisions.mute(store, found.id, by=by, reason=reason, muted=not undo)])
    answer = {"document": found.id, "muted": not undo, "by": by, "reason": reason}
    _one(answer, f"{found.id} is {'heard of again' if undo else 'muted'}", as_json=as_json)


@app.command()
def accept(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The source whose guard tripped.")],
    by: Annotated[str, typer.Option("--by", help="Who decides it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    missing: Annotated[bool, typer.Option("--missing", help="What is missing from its list and site is gone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Accept what a guard holds back. Example: exowatch accept SOURCE --missing --by Kim --reason "FDA pruned 2021" """
    from exowatch.wiring import known_sources, writing
    from store import decisions

    known_sources([source])
    if not missing:
        raise typer.BadParameter("say what is accepted: --missing")
    with writing(session.path, session.config) as (store, derivation):
        decisions.accept_missing(store, source, by=by, reason=reason)
        derivation.settle_again(source)
    _one(
        {"source": source, "accepted": "missing", "by": by, "reason": reason},
        f"what {source} no longer shows now counts as gone",
        as_json=as_json,
    )


@watch_app.command("add")
def watch_add(
    url: Annotated[str, typer.Argument(help="The address of a page.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    as_json: AsJson = False,
) -> None:
    """Follow a page whatever it says. Example: exowatch watch add https://… --reason "cited in our file" """
    _watch(url, reason, added=True, as_json=as_json)


@watch_app.command("remove")
def watch_remove(
    url: Annotated[str, typer.Argument(help="The address of a page.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    as_json: AsJson = False,
) -> None:
    """No longer follow a page for its own sake. Example: exowatch watch remove https://…"""
    _watch(url, reason, added=False, as_json=as_json)


def _watch(url: str, reason: str, *, added: bool, as_json: bool) -> None:
    from exowatch.wiring import owner_of, writing
    from store import decisions

    source = owner_of(url)
    with writing(session.path, session.config) as (store, derivation):
        derivation.update(decisions.watch(store, url, reason=reason, added=added))
    answer = {"url": url, "source": source, "watched": added, "reason": reason}
    _one(answer, f"{url} is {'followed' if added else 'no longer followed for its own sake'}", as_json=as_json)


@watch_app.command("list")
def watch_list(as_json: AsJson = False) -> None:
    """List what is followed whatever it says. Example: exowatch watch list"""
    from exowatch.showing import watched

    with _maybe_reading() as store:
        items = watched(session.config, store)
    if as_json:
        session.console.json({"items": items})
    else:
        session.console.table(("what", "reason"), [(item["what"], item["reason"]) for item in items])


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Where the demo keeps its store.")] = Path(".demo"),
    as_json: AsJson = False,
) -> None:
    """Run the main job on the small world that ships with the program. Example: exowatch demo"""
    from exowatch.demo.run import run_demo

    done = run_demo(folder, session.console.say)
    answer = {"database": str(done.database), "html": str(done.digest_html), "text": str(done.digest_text)}
    _one(answer, f"The digest of 2025: {done.digest_html.resolve()}", as_json=as_json)


def _one(answer: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    if as_json:
        session.console.json(answer)
    else:
        session.console.answer(sentence)


def _span(since: str | None, until: str | None, period: str | None) -> Period | None:
    from exowatch import periods
    from store import clock

    if period and (since or until):
        raise typer.BadParameter("--period and --since/--until exclude each other")
    if period:
        return periods.named(period, session.config.timezone)
    if since or until:
        return periods.between(since, until, session.config.timezone, clock.now())
    return None


def _one_of(option: str, value: str | None, known: Any) -> None:
    if value is not None and value not in set(known):
        raise typer.BadParameter(f"{option} {value}: expected one of {', '.join(known)}")


def _maybe_reading() -> Any:
    """The store if there is one: some answers are worth giving without."""
    from contextlib import nullcontext

    from exowatch.wiring import reading

    return reading(session.path) if session.path.exists() else nullcontext(None)


def main() -> None:
    """Run the program; faults of the world become a sentence on stderr and the documented exit code."""
    from exowatch.faults import run

    run(app)
