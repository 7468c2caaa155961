"""Commands that keep the store safe: a backup, and the way back from one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exowatch.exits import Exit
from exowatch.session import AsJson, session, tell

app = typer.Typer(rich_markup_mode=None)


@app.command()
def backup(
    path: Annotated[str, typer.Argument(help="A file, or a folder for files named after the moment.", metavar="PATH")],
    keep: Annotated[int | None, typer.Option("--keep", min=1, help="In a folder: keep so many, the latest.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Check less: no body is taken out and hashed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Back the store up to one checked file, also during a crawl. Example: exowatch backup backups/ --keep 8"""
    from exowatch import backing_up

    if keep is not None and not path.endswith(("/", "\\")) and not Path(path).is_dir():
        raise typer.BadParameter("--keep is for a folder; name one, with a / at its end where it is not there yet")
    made = backing_up.backed_up(session.path, path, keep=keep, quick=quick)
    tell(backing_up.as_json(made), backing_up.sentence(made), as_json=as_json)


@app.command()
def restore(
    path: Annotated[Path, typer.Argument(help="A backup.", metavar="BACKUP")],
    to: Annotated[Path | None, typer.Option("--to", help="Restore to this file, not to the store's place.")] = None,
    drill: Annotated[bool, typer.Option("--drill", help="Only try whether it can be restored.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup in the store's place; that store is kept. Example: exowatch restore backups/store.db --drill"""
    from exowatch import backing_up
    from exowatch.config import source_names

    if drill and to is not None:
        raise typer.BadParameter("--drill and --to exclude each other")
    done = backing_up.drilled(path) if drill else backing_up.restored(path, to or session.path, source_names())
    tell(done.as_json(), done.sentence(), as_json=as_json)
    if done.problems:
        raise typer.Exit(Exit.INTEGRITY)
