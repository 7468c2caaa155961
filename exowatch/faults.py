"""Faults: every way in which the world can refuse, as one sentence on stderr and the documented exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from exowatch.console import ReaderGone
from exowatch.exits import Exit


def run(command: Callable[[], None]) -> None:
    """Run a command line; tracebacks only with `--debug`."""
    if "--debug" in sys.argv:
        command()
        return
    try:
        command()
    except ReaderGone:
        sys.exit(Exit.DONE)
    except KeyboardInterrupt:
        sys.stderr.write("exowatch: interrupted; what was committed stays\n")
        sys.exit(Exit.FAILURE)
    except Exception as error:  # told apart below; the unknown is raised again
        code = exit_code(error)
        if code is None:
            raise
        sys.stderr.write(f"exowatch: {error}\n")
        sys.exit(code)
    finally:
        _let_go_of_stdout()


def _let_go_of_stdout() -> None:
    """Hand over what is buffered; where nobody takes it, let Python's own flush at the end not complain of that."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def exit_code(error: BaseException) -> Exit | None:
    """The documented code for a fault of the world; None for a fault of ours."""
    from store.errors import Held, Integrity, StoreError, is_damage, is_of_the_disk

    if isinstance(error, Held):
        return Exit.HELD
    if isinstance(error, Integrity) or is_damage(error):
        return Exit.INTEGRITY
    if isinstance(error, StoreError):
        return Exit.REQUEST
    # Before anything more is loaded: where too many files are open, nothing can be.
    if isinstance(error, OSError) or is_of_the_disk(error):
        return Exit.FAILURE
    return _of_a_request(error)


def _of_a_request(error: BaseException) -> Exit | None:
    """The code for what the modules of single commands raise."""
    from crawler.archives.folder import NoPages
    from crawler.archives.warc import NotWarc
    from exowatch.config import BadConfig
    from exowatch.crawling import BadSetting
    from exowatch.demo.run import DemoFailed
    from exowatch.filled_sheet import BadSheet
    from exowatch.periods import BadPeriod
    from exowatch.verifying_packs import NotAPack
    from exowatch.wiring import UnknownSource
    from reports.pdf import NoPrint

    wrong = (BadConfig, BadSetting, BadPeriod, BadSheet, UnknownSource, NotWarc, NoPages, NotAPack, NoPrint)
    if isinstance(error, wrong):
        return Exit.REQUEST
    return Exit.FAILURE if isinstance(error, DemoFailed) else None
