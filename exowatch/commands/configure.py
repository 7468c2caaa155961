"""Commands about the configuration: whether it can be used, what it says, where it stands."""

from __future__ import annotations

import os

import typer

from exowatch.exits import Exit
from exowatch.session import AsJson, session

app = typer.Typer(rich_markup_mode=None)
config_app = typer.Typer(help="Look at the configuration.", no_args_is_help=True, rich_markup_mode=None)


@config_app.command("check")
def check(context: typer.Context, as_json: AsJson = False) -> None:
    """Say everything that is wrong in any file; ends with 2 when something is. Example: exowatch config check"""
    from exowatch.command_lines import misread
    from exowatch.config_check import check as look

    checks = look(session.files, os.environ, lambda words: misread(context, words))
    ok = all(one.ok for one in checks)
    if as_json:
        items = [{"name": one.name, "ok": one.ok, "message": one.message, "note": one.note} for one in checks]
        session.console.json({"ok": ok, "items": items})
    else:
        session.console.table(("where", "", "finding"), [(one.name, one.mark, one.message) for one in checks])
    if not ok:
        raise typer.Exit(Exit.REQUEST)


@config_app.command("show")
def show(as_json: AsJson = False) -> None:
    """Print what all files say together, without secrets. Example: exowatch config show"""
    from exowatch.config import checked, content_of
    from exowatch.showing_config import public, toml
    from reports.visible import visible

    content = content_of(session.files, os.environ)
    checked(content)
    shown = public(content, os.environ)
    if as_json:
        session.console.json({"configuration": shown})
    else:
        for line in toml(shown):
            session.console.answer(visible(line))


@config_app.command("path")
def path(as_json: AsJson = False) -> None:
    """Print the files that are read, in their order. Example: exowatch config path"""
    from exowatch.showing_config import paths

    items = paths(session.files, os.environ)
    if as_json:
        session.console.json({"items": items})
    else:
        rows = [(item["path"], "there" if item["exists"] else "not there", item["what"]) for item in items]
        session.console.table(("file", "", "what it is"), rows)


app.add_typer(config_app, name="config")
