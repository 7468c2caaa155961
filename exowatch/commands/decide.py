"""Commands that decide: what is muted, accepted, followed."""

from __future__ import annotations

from typing import Annotated

import typer

from exowatch import completing
from exowatch.session import (
    AsJson,
    Name,
    maybe_reading,
    session,
    tell,
)

app = typer.Typer(rich_markup_mode=None)
watch_app = typer.Typer(help="Follow an address whatever it says.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def mute(
    name: Name,
    by: Annotated[str, typer.Option("--by", help="Who decides it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    undo: Annotated[bool, typer.Option("--undo", help="Hear of it again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Leave a document out of lists and digests. Example: exowatch mute 698004 --by Kim --reason "not our trade" """
    from exowatch.wiring import writing
    from store import decisions, lookup

    with writing(session.path, session.config) as (store, derivation):
        found = lookup.document(store, name)
        derivation.update([decisions.mute(store, found.id, by=by, reason=reason, muted=not undo)])
    answer = {"document": found.id, "muted": not undo, "by": by, "reason": reason}
    tell(answer, f"{found.id} is {'heard of again' if undo else 'muted'}", as_json=as_json)


@app.command()
def accept(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="The source whose guard tripped.", autocompletion=completing.sources)
    ],
    by: Annotated[str, typer.Option("--by", help="Who decides it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    missing: Annotated[bool, typer.Option("--missing", help="What is missing from its list and site is gone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Accept what a guard holds back. Example: exowatch accept SOURCE --missing --by Kim --reason "FDA pruned 2021" """
    from exowatch.wiring import known_sources, writing
    from store import decisions

    known_sources([source])
    if not missing:
        raise typer.BadParameter("say what is accepted: --missing")
    with writing(session.path, session.config) as (store, derivation):
        decisions.accept_missing(store, source, by=by, reason=reason)
        derivation.settle_again(source)
    tell(
        {"source": source, "accepted": "missing", "by": by, "reason": reason},
        f"what {source} no longer shows now counts as gone",
        as_json=as_json,
    )


@watch_app.command("add")
def watch_add(
    url: Annotated[str, typer.Argument(help="The address of a page.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    as_json: AsJson = False,
) -> None:
    """Follow a page whatever it says. Example: exowatch watch add https://… --reason "cited in our file" """
    _watch(url, reason, added=True, as_json=as_json)


@watch_app.command("remove")
def watch_remove(
    url: Annotated[str, typer.Argument(help="The address of a page.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    as_json: AsJson = False,
) -> None:
    """No longer follow a page for its own sake. Example: exowatch watch remove https://…"""
    _watch(url, reason, added=False, as_json=as_json)


def _watch(url: str, reason: str, *, added: bool, as_json: bool) -> None:
    from exowatch.wiring import owner_of, writing
    from store import decisions

    source = owner_of(url)
    with writing(session.path, session.config) as (store, derivation):
        derivation.update(decisions.watch(store, url, reason=reason, added=added))
    answer = {"url": url, "source": source, "watched": added, "reason": reason}
    tell(answer, f"{url} is {'followed' if added else 'no longer followed for its own sake'}", as_json=as_json)


@watch_app.command("list")
def watch_list(as_json: AsJson = False) -> None:
    """List what is followed whatever it says. Example: exowatch watch list"""
    from exowatch.showing import watched

    with maybe_reading() as store:
        items = watched(session.config, store)
    if as_json:
        session.console.json({"items": items})
    else:
        session.console.table(("what", "reason"), [(item["what"], item["reason"]) for item in items])


app.add_typer(watch_app, name="watch")
