"""Command lines: whether words are a command of ours with options that it has, found out without running it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import typer
from typer.exceptions import TyperException


def misread(context: typer.Context, words: Sequence[str]) -> str:
    """What is wrong with a command line, as the command itself would say it; "" where it can be run.

    `context` is that of any command of the program. A path that has to exist is looked for now.
    """
    here: Any = context.find_root()
    command, rest = here.command, list(words)
    try:
        with redirect_stdout(StringIO()):  # help is printed where it is asked for
            while hasattr(command, "commands"):
                name, command, rest = command.resolve_command(here, rest)
                here = command.make_context(name, rest, parent=here)
                rest = [*here._protected_args, *here.args]
    except TyperException as error:
        return error.format_message().partition("\n")[0]
    except typer.Exit:
        return ""
    return ""
