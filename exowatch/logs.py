"""The log: what happens while nobody looks, line by line in a file beside the store that never grows past its bound."""

from __future__ import annotations

import json
import logging
import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from exowatch.config import Config
from exowatch.secrets import hide
from reports.visible import visible
from store import clock
from store.errors import Held
from store.locks import hold

BYTES: Final = 2_000_000
FILES: Final = 5
_LONGEST: Final = 4_000
FORM: Final = "EXOWATCH_LOG"

Write = Callable[[str], None]


def place(database: Path) -> Path:
    """Where the log of a store is. Older ones are beside it, with .1 to .4 behind the name."""
    return database.with_name(f"{database.name}.log")


def wants_json(config: Config, environment: Mapping[str, str]) -> bool:
    """Whether each line of the log is to be a JSON object."""
    return config.log_json or environment.get(FORM) == "json"


def open_log(database: Path, *, as_json: bool = False) -> Write:
    """A function that writes a line: with the moment before it, without secrets, every control character made visible.

    For one process at a time, as files are moved when one is full: the one that starts all others. A line that cannot be
    written is told once on stderr and ends nothing. Raises OSError where the file cannot be opened.
    """
    handler = _Private(place(database), maxBytes=BYTES, backupCount=FILES - 1, encoding="utf-8")

    def write(line: str) -> None:
        moment, said = clock.shown(clock.now()), visible(hide(line.rstrip("\n")))[:_LONGEST]
        text = json.dumps({"at": moment, "message": said}, ensure_ascii=False) if as_json else f"{moment} {said}"
        handler.handle(logging.makeLogRecord({"msg": text}))

    return write


@contextmanager
def kept_log(database: Path, *, as_json: bool = False) -> Iterator[Write]:
    """The log for as long as the block runs; where another process keeps it already, lines are dropped here.

    What is told on stderr is told there all the same. Raises OSError as `open_log`.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(hold(database, "log", "keeping the log"))
        except Held:
            yield lambda line: None
            return
        yield open_log(database, as_json=as_json)


class _Private(RotatingFileHandler):
    """Files that only their owner can read, whatever the umask says."""

    _told = False

    def _open(self) -> TextIOWrapper:
        number = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        if os.name == "posix" and stat.S_ISREG(os.fstat(number).st_mode):
            # One that was there before would keep the mode it had; what is no file is nobody's to close.
            os.fchmod(number, 0o600)
        return os.fdopen(number, "a", encoding=self.encoding)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's name
        if not self._told:
            self._told = True
            sys.stderr.write(f"exowatch: {self.baseFilename}: the log cannot be written: {sys.exc_info()[1]}\n")
