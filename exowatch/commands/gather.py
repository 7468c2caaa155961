"""Commands that gather: read the sites, take in what others recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exowatch import completing
from exowatch.exits import Exit, weightiest
from exowatch.session import (
    AsJson,
    ExitCode,
    OfSource,
    session,
)

if TYPE_CHECKING:
    from exowatch.importing import Imported

app = typer.Typer(rich_markup_mode=None)
import_app = typer.Typer(help="Take in captures that others recorded.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def crawl(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="All, unless named.", autocompletion=completing.sources),
    ] = None,
    document: Annotated[str, typer.Option("--document", help="Only this document or address.")] = "",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many pages.")] = None,
    max_minutes: Annotated[float | None, typer.Option("--max-minutes", min=0.0, help="A budget of time.")] = None,
    setting: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A Scrapy setting.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Fetch and compare, keep nothing.")] = False,
    wait: Annotated[float, typer.Option("--wait", metavar="MINUTES", min=0.0, help="Wait for a source in use.")] = 0.0,
    no_limits: Annotated[bool, typer.Option("--no-limits", help="Crawl where memory cannot be limited.")] = False,
    exit_code: ExitCode = False,
    as_json: AsJson = False,
) -> None:
    """Read the regulators' sites. Example: exowatch crawl fda_warning_letters --max-minutes 60"""
    from exowatch.turns import to_crawl
    from exowatch.wiring import enabled_sources, known_sources, needs_no_limits

    if needs_no_limits() and not no_limits:
        raise typer.BadParameter("memory cannot be limited on this system; say --no-limits to crawl all the same")
    known_sources(sources or ())
    asked, console = tuple(sources or enabled_sources(session.config)), session.console
    with to_crawl(session.path, asked, wait=wait * 60, on_waiting=lambda who: console.say(f"waiting: {who}")) as turn:
        for problem in turn.held:
            console.fault(str(problem))
        if turn.held and not turn.sources:
            # Nothing is loaded and nothing opened: twenty that are refused must not keep the one that runs.
            if as_json:
                console.json({"runs": []})
            raise typer.Exit(Exit.HELD)
        from exowatch import crawling

        runs, code = crawling.crawl(
            session.path,
            session.config,
            console,
            turn.sources,
            document=document,
            limit=limit,
            max_minutes=max_minutes,
            settings=setting or (),
            dry_run=dry_run,
            verbose=session.verbose,
        )
    _runs(runs, weightiest([code, *(Exit.HELD for _ in turn.held)]), exit_code=exit_code, as_json=as_json)


@import_app.command("warc")
def import_warc(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False, readable=True)],
    source: OfSource = None,
    exit_code: ExitCode = False,
    as_json: AsJson = False,
) -> None:
    """Take in recorded answers from WARC files. Example: exowatch import warc letters.warc.gz"""
    from exowatch import importing

    _take_in(importing.import_warc, files, source, exit_code=exit_code, as_json=as_json)


@import_app.command("folder")
def import_folder(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER or FILE...", exists=True, readable=True)],
    source: OfSource = None,
    exit_code: ExitCode = False,
    as_json: AsJson = False,
) -> None:
    """Take in pages saved in a browser. Example: exowatch import folder ~/Downloads/letters"""
    from exowatch import importing

    _take_in(importing.import_folder, folders, source, exit_code=exit_code, as_json=as_json)


def _take_in(
    take: Callable[..., Imported], places: Sequence[Path], source: str | None, *, exit_code: bool, as_json: bool
) -> None:
    from exowatch import crawling
    from exowatch.wiring import known_sources, writing
    from store import lookup

    known_sources([source] if source else ())
    with writing(session.path, session.config) as (store, derivation):
        done = take(session.path, store, derivation, places, source)
        runs = [lookup.run(store, number) for number in done.crawls]
    _runs(runs, weightiest(map(crawling.ended, runs)), exit_code=exit_code, as_json=as_json)


def _runs(runs: Sequence[Any], code: Exit, *, exit_code: bool, as_json: bool) -> None:
    """Print runs, and end with their code; a block and a damaged file are told on stderr whatever the form."""
    from exowatch import crawling
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


app.add_typer(import_app, name="import")
