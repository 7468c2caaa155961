"""The command line: the options before every command, and the commands, gathered from `exowatch/commands`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from exowatch import __version__
from exowatch.commands import configure, decide, gather, keep, look, prove, review, safe, schedule, tell, topic
from exowatch.session import session

app = typer.Typer(
    name="exowatch",
    help="Tracks what the FDA and Health Canada publish about exosomes, and what changed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (gather, look, topic, tell, prove, review, decide, schedule, safe, keep, configure):
    app.add_typer(group.app)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"exowatch {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    db: Annotated[Path | None, typer.Option("--db", envvar="EXOWATCH_DB", help="The database.")] = None,
    config: Annotated[list[Path] | None, typer.Option("--config", help="Laid over the configuration.")] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No messages, only answers and faults.")] = False,
    verbose: Annotated[
        int,
        typer.Option("-v", "--verbose", count=True, show_default=False, help="What happens, on stderr; twice for all."),
    ] = 0,
    no_color: Annotated[bool, typer.Option("--no-color", help="No colour.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Tracebacks for faults.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Tracks what the FDA and Health Canada publish about exosomes, and what changed."""
    session.begin(database=db, files=config or (), quiet=quiet, verbose=verbose, color=not no_color)


def main() -> None:
    """Run the program; faults of the world become a sentence on stderr and the documented exit code."""
    from exowatch import secrets
    from exowatch.faults import run

    secrets.guard()
    run(lambda: app(prog_name="exowatch"))
