"""The session: what the options before a command say, and the options that many commands share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exowatch import completing

if TYPE_CHECKING:
    from exowatch.config import Config
    from exowatch.console import Console
    from reports.period import Period
    from store.database import Store


@dataclass(slots=True)
class Session:
    """What the options before the command say."""

    database: Path | None = None
    files: list[Path] = field(default_factory=list)
    quiet: bool = False
    verbose: int = 0
    color: bool = True
    _config: Config | None = None

    def begin(self, *, database: Path | None, files: Iterable[Path], quiet: bool, verbose: int, color: bool) -> None:
        """Take the options of one command line; nothing of an earlier one stays."""
        self.database, self.files, self._config = database, list(files), None
        self.quiet, self.verbose, self.color = quiet, verbose, color

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

AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as one JSON object.")]
Since = Annotated[str | None, typer.Option("--since", help="First day, YYYY-MM-DD.", metavar="DATE")]
Until = Annotated[str | None, typer.Option("--until", help="Last day, YYYY-MM-DD.", metavar="DATE")]
InPeriod = Annotated[str | None, typer.Option("--period", help="2025, 2025-H1, 2025-Q3, 2025-08 or 2025-W33.")]
OfSource = Annotated[str | None, typer.Option("--source", help="Only this source.", autocompletion=completing.sources)]
OfTopic = Annotated[
    str | None, typer.Option("--topic", help="Only what mentions this topic.", autocompletion=completing.topics)
]
Reviewed = Annotated[
    bool | None,
    typer.Option("--reviewed/--unreviewed", help="Only changes with a review, or without.", show_default=False),
]
ExitCode = Annotated[bool, typer.Option("--exit-code", help="End with 10 when there are changes.")]
Name = Annotated[str, typer.Argument(help="A document's id, address or number.", metavar="DOC")]


def span_of(since: str | None, until: str | None, period: str | None) -> Period | None:
    """The period that a person named, one way or the other; None where none was named."""
    from exowatch import periods
    from store import clock

    if period and (since or until):
        raise typer.BadParameter("--period and --since/--until exclude each other")
    if period:
        return periods.named(period, session.config.timezone)
    if since or until:
        return periods.between(since, until, session.config.timezone, clock.now())
    return None


def one_of(option: str, value: str | None, known: Any) -> None:
    """Refuse a value that is none of those known. Raises BadParameter, naming them."""
    if value is not None and value not in set(known):
        raise typer.BadParameter(f"{option} {value}: expected one of {', '.join(known)}")


def maybe_reading() -> Any:
    """The store if there is one: some answers are worth giving without."""
    from contextlib import nullcontext

    from exowatch.wiring import reading

    return reading(session.path) if session.path.exists() else nullcontext(None)


def tell(answer: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    """Print one object, or the sentence that says the same to a person."""
    if as_json:
        session.console.json(answer)
    else:
        session.console.answer(sentence)
