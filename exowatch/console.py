"""The console: answers on stdout, everything else on stderr, colour only where a person looks."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from reports.visible import visible

if TYPE_CHECKING:
    from reports.redline import Run

Progress = Callable[[str, int, int, str], None]

_STYLES = {
    "ADDED": "green underline",
    "REMOVED": "red strike",
    "MOVED": "cyan",
    "COLUMN": "cyan",
    "SECTION": "bold",
    "GAP": "dim",
    "KEPT": "",
}
"""How each style of marked text looks, by its name: what only reads the console must not load the redlines."""


class ReaderGone(Exception):
    """Whoever read our answer has gone (`| head`): nothing is wrong, and nobody is left to be told."""


@contextmanager
def _to_reader() -> Iterator[TextIO]:
    try:
        yield sys.stdout
    except BrokenPipeError:
        raise ReaderGone from None


class Console:
    """Where a command speaks. `quiet` drops messages, never answers or faults."""

    def __init__(self, *, quiet: bool = False, color: bool = True) -> None:
        self.quiet = quiet
        self.color = color and not os.environ.get("NO_COLOR")

    def answer(self, text: str) -> None:
        """Print a line of the answer. The text is ours or was made visible before."""
        with _to_reader() as reader:
            reader.write(text + "\n")

    def json(self, answer: Mapping[str, Any]) -> None:
        """Print an answer as one JSON object."""
        from reports.as_json import written

        self.answer(written({"schema_version": 1, **answer}))

    def say(self, text: str) -> None:
        """Tell the person something that is not the answer."""
        if not self.quiet:
            sys.stderr.write(text + "\n")

    def fault(self, text: str) -> None:
        """Tell the person what went wrong."""
        sys.stderr.write(f"exowatch: {text}\n")

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, empty: str = "") -> None:
        """Print rows under their headings; page text is shown as text, never as markup or escapes."""
        if not rows and empty:
            self.answer(empty)
            return
        shown = [[visible("" if cell is None else str(cell)) for cell in row] for row in rows]
        if sys.stdout.isatty():
            self._drawn(columns, shown)
            return
        widths = [max(map(len, column)) for column in zip(columns, *shown, strict=True)]
        for row in (columns, *shown):
            self.answer("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())

    def _drawn(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table that fits the terminal it is drawn on."""
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(Text(column), overflow="fold")
        for row in rows:
            table.add_row(*map(Text, row))
        with _to_reader() as reader:
            self._rich(reader).print(table)

    def marked(self, runs: Iterator[Run]) -> None:
        """Print marked text: coloured for a terminal, where its lines fit, and legible without colour."""
        from rich.segment import Segment, Segments
        from rich.style import Style as Look

        from reports.redline import Style, wrapped

        looks = {Style[name]: Look.parse(look if self.color else "") for name, look in _STYLES.items()}
        with _to_reader() as reader:
            console = self._rich(reader)
            laid = wrapped(runs, console.width) if reader.isatty() else runs
            # Segments, as they cost a tenth of one long text with a span for each run.
            console.print(Segments(Segment(run.text, looks[run.style]) for run in laid), end="", soft_wrap=True)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """A function to report progress to: bars on a terminal, else a line now and then, on stderr."""
        if self.quiet:
            yield lambda source, done, total, text: None
        elif not sys.stderr.isatty():
            yield self._lines()
        else:
            with self._bars() as report:
                yield report

    def _lines(self) -> Progress:
        import time

        last: dict[str, float] = {}

        def report(source: str, done: int, total: int, text: str) -> None:
            now = time.monotonic()
            if done == total or now - last.get(source, 0.0) >= 30:
                last[source] = now
                self.say(f"{source}: {done} of {total} {visible(text)}".rstrip())

        return report

    @contextmanager
    def _bars(self) -> Iterator[Progress]:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bars

        columns = (
            TextColumn("{task.fields[source]}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[text]}"),
        )
        with Bars(*columns, console=self._rich(sys.stderr), transient=True) as bars:
            tasks: dict[str, Any] = {}

            def report(source: str, done: int, total: int, text: str) -> None:
                if source not in tasks:
                    tasks[source] = bars.add_task("", total=total, source=source, text="")
                bars.update(tasks[source], completed=done, total=total, text=visible(text)[-60:].replace("[", r"\["))

            yield report

    def _rich(self, stream: TextIO) -> Any:
        from rich.console import Console as Rich

        # A pipe has no width: a row stays on its line, for `grep` and for files.
        width = None if stream.isatty() else 10_000
        return Rich(file=stream, no_color=not self.color, highlight=False, soft_wrap=False, width=width)
