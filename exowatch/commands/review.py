"""Commands of review: what people decide of changes, one by one or on a sheet, and the register of it all."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from exowatch import completing
from exowatch.session import AsJson, InPeriod, OfSource, Since, Until, one_of, session, span_of, tell

_ONE = "CHANGE"


class OneChange(TyperCommand):
    """The review of one change, which goes by the name of its group."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        return super().make_context(parent.info_name, args, parent=parent.parent, **extra)


class OrChange(TyperGroup):
    """A group in which any word but the name of a command is the id of a change to be reviewed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.one = self.commands.pop(_ONE)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Leave everything to the command: its options may stand before the change."""
        own = not args or args[0] in self.commands or args == ["--help"]
        return super().parse_args(ctx, args if own else ["--", *args])

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        if args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return _ONE, self.one, args

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The options of the review of one change, then the commands."""
        self.one.format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


app = typer.Typer(rich_markup_mode=None)
review_app = typer.Typer(
    cls=OrChange,
    no_args_is_help=True,
    rich_markup_mode=None,
    subcommand_metavar="CHANGE --by NAME --decision DECISION | export | import",
    help="Say what a change means for us; the review is kept for good and bound to both texts."
    ' Example: exowatch review 0f3a5c7e9b1d2f40 --by Kim --decision applies --note "label to be checked"',
)


@review_app.command(_ONE, cls=OneChange)
def review(
    change: Annotated[str, typer.Argument(metavar="CHANGE", help="A change's id, as `exowatch changes` lists it.")],
    by: Annotated[str, typer.Option("--by", help="Who decides it.")],
    decision: Annotated[
        str,
        typer.Option(
            "--decision",
            help="applies, not-applicable or noted.",
            autocompletion=completing.fixed("applies not-applicable noted"),
        ),
    ],
    note: Annotated[str, typer.Option("--note", help="Why; may be left out with noted.")] = "",
    owner: Annotated[str, typer.Option("--owner", help="Who is to act.")] = "",
    due: Annotated[str | None, typer.Option("--due", metavar="DATE", help="By when, YYYY-MM-DD.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what a change means for us. Example: exowatch review 0f3a5c7e9b1d2f40 --by Kim --decision noted"""
    from exowatch.wiring import writing
    from reports.as_json import review_json
    from reports.reviewing import review_words
    from reports.visible import visible
    from store import reviews

    _refuse_no_store()
    with writing(session.path, session.config) as (store, _):
        made = reviews.review(store, change, by=by, decision=decision, note=note, owner=owner, due=due)
    bound = {"before_text": made.before_text, "after_text": made.after_text}
    answer = {"change": made.change, "document": made.document, **bound, **review_json(made)}
    tell(answer, visible(f"{made.document}, change {made.change}: {review_words(made)}"), as_json=as_json)


@review_app.command("export")
def review_export(
    out: Annotated[Path, typer.Option("--out", help="The CSV file to write.")],
    since: Since = None,
    until: Until = None,
    period: InPeriod = None,
    source: OfSource = None,
    only_open: Annotated[bool, typer.Option("--open", help="Only changes that nobody has reviewed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a sheet for reviewers to fill in. Example: exowatch review export --period 2025-Q3 --open --out q3.csv"""
    from exowatch import reviewing
    from exowatch.whole import write_whole
    from exowatch.wiring import known_sources, reading
    from reports.review_sheet import sheet
    from store import lookup

    known_sources([source] if source else ())
    span = span_of(since, until, period)
    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        found = lookup.changes(
            store,
            since=span.start if span else None,
            until=span.end if span else None,
            source=source,
            reviewed=False if only_open else None,
        )
        entries = reviewing.entries(store, found)
    write_whole(out, sheet(entries).encode("utf-8"))
    tell({"written": str(out), "changes": len(entries)}, f"{len(entries)} changes written: {out}", as_json=as_json)


@review_app.command("import")
def review_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The sheet, as CSV.")],
    by: Annotated[str, typer.Option("--by", help="Who decided, where a row names nobody.")],
    as_json: AsJson = False,
) -> None:
    """Take in a sheet that was filled in, all rows or none. Example: exowatch review import q3.csv --by Kim"""
    from exowatch import filled_sheet, reviewing
    from exowatch.wiring import writing
    from reports.visible import visible

    _refuse_no_store()
    try:
        rows = filled_sheet.rows(file.read_bytes())
        with writing(session.path, session.config) as (store, _):
            taken = reviewing.take_in(store, rows, by)
    except filled_sheet.BadSheet as error:
        told = "\n".join(map(visible, str(error).split("\n")))
        raise filled_sheet.BadSheet(f"{file.name}: {told}") from error
    for remark in taken.remarks:
        session.console.say(visible(remark))
    counts = {"added": len(taken.added), "known": taken.known, "skipped": taken.skipped}
    said = f"{counts['added']} reviews added, {taken.known} on record already, {taken.skipped} rows without a decision"
    tell({**counts, "remarks": list(taken.remarks)}, said, as_json=as_json)


_FORMS = {".csv": "csv", ".html": "html", ".htm": "html", ".txt": "text", ".pdf": "pdf", ".json": "json"}


@app.command()
def register(
    since: Since = None,
    until: Until = None,
    period: InPeriod = None,
    form: Annotated[
        str,
        typer.Option(
            "--format", help="csv, html, text, pdf or json.", autocompletion=completing.fixed("csv html text pdf json")
        ),
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", help="The file to write; its ending tells the form.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="TIME", help="As the store stood then.")] = None,
    as_json: AsJson = False,
) -> None:
    """What was sent, read and decided, and what is open. Example: exowatch register --period 2025-Q3 --out q3.pdf"""
    from exowatch import periods, registering
    from exowatch.past import as_it_stood
    from exowatch.whole import write_whole
    from exowatch.wiring import reading
    from store import clock

    span = span_of(since, until, period)
    if span is None:
        raise typer.BadParameter("say which period: --period 2025-Q3, or --since and --until")
    wanted = "json" if as_json else form or (_FORMS.get(out.suffix.lower(), out.suffix) if out else "text")
    one_of("--format", wanted, dict.fromkeys(_FORMS.values()))
    if wanted == "pdf" and out is None:
        raise typer.BadParameter("--format pdf: say with --out which file to write")
    moment = periods.instant(as_of, session.config.timezone) if as_of else clock.now()
    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        with as_it_stood(store, session.config, moment) as then:
            found = registering.register(then, session.config, span, moment, facts=store)
    content = registering.rendered(found, wanted)
    if out is None:
        session.console.answer(content.decode("utf-8").rstrip("\r\n"))
    else:
        write_whole(out, content)
        session.console.say(f"written: {out}")


def _refuse_no_store() -> None:
    """A review is of a change that is in a store; none is made for it."""
    from exowatch.wiring import reading

    with reading(session.path):
        return


app.add_typer(review_app, name="review")
