"""Commands that keep the tool well: its state, this machine, the store, the demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exowatch.exits import Exit
from exowatch.session import (
    AsJson,
    OfSource,
    session,
    tell,
)

app = typer.Typer(rich_markup_mode=None)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say whether each source was read lately and well; ends with 1 when one was not. Example: exowatch status"""
    from exowatch.health import health
    from exowatch.wiring import enabled_sources, reading

    with reading(session.path) as store:
        checks = health(store, enabled_sources(session.config))
    ok = all(check.ok for check in checks)
    if as_json:
        session.console.json({"ok": ok, "items": [{"name": c.name, "ok": c.ok, "message": c.message} for c in checks]})
    else:
        session.console.table(("source", "", "state"), [(c.name, "ok" if c.ok else "!!", c.message) for c in checks])
    if not ok:
        raise typer.Exit(Exit.FAILURE)


@app.command()
def doctor(
    offline: Annotated[bool, typer.Option("--offline", help="Look at this machine only, ask no site.")] = False,
    mail: Annotated[bool, typer.Option("--mail", help="Ask the mail server too; nothing is sent.")] = False,
    names: Annotated[list[str] | None, typer.Option("--source", help="Ask about this source only.")] = None,
    as_json: AsJson = False,
) -> None:
    """Look at this machine and ask the live sites a few questions. Example: exowatch doctor --offline"""
    from exowatch.doctor import examine
    from exowatch.wiring import known_sources

    known_sources(names or ())
    console = session.console
    with console.progress() as progress:
        checks = examine(
            session.path,
            lambda: session.config,
            names or (),
            offline=offline,
            mail=mail,
            say=console.say,
            progress=progress,
        )
    ok = all(check.ok for check in checks)
    if as_json:
        items = [{"name": c.name, "ok": c.ok, "message": c.message, "note": c.note} for c in checks]
        console.json({"ok": ok, "items": items})
    else:
        console.table(("check", "", "finding"), [(c.name, c.mark, c.message) for c in checks])
    if not ok:
        raise typer.Exit(Exit.FAILURE)


@app.command()
def rebuild(
    source: OfSource = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would differ, change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read every capture again with today's readers and topics. Example: exowatch rebuild --dry-run"""
    from exowatch import rebuilding
    from exowatch.wiring import known_sources

    known_sources([source] if source else ())
    done = rebuilding.rebuild(session.path, session.config, source, dry_run=dry_run)
    if as_json:
        session.console.json(done.as_json())
    else:
        session.console.answer(done.sentence())


@app.command()
def retention(
    apply: Annotated[bool, typer.Option("--apply", help="Remove them. Needs --by and --reason.")] = False,
    by: Annotated[str, typer.Option("--by", help="Who decides it; goes on record.", metavar="NAME")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why; goes on record.", metavar="TEXT")] = "",
    as_json: AsJson = False,
) -> None:
    """Say which files of documents never followed may go. Example: exowatch retention --apply --by Kim --reason disk"""
    from exowatch import retaining

    if apply and not (by.strip() and reason.strip()):
        raise typer.BadParameter("--apply needs --by NAME and --reason TEXT: what is removed stays on record")
    if apply:
        found = retaining.removed(session.path, by=by.strip(), reason=reason.strip())
    else:
        found = retaining.listed(session.path)
    if as_json:
        session.console.json(retaining.as_json(found, applied=apply))
        return
    if found:
        rows = [(one.document, one.size, one.sha256[:12], one.kept_because or "goes") for one in found]
        session.console.table(("document", "bytes", "sha256", "what becomes of it"), rows)
    session.console.answer(retaining.sentence(found, applied=apply))


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Where the demo keeps its store.")] = Path(".demo"),
    as_json: AsJson = False,
) -> None:
    """Run the main job on the small world that ships with the program. Example: exowatch demo"""
    from exowatch.demo.run import run_demo

    done = run_demo(folder, session.console.say)
    answer = {"database": str(done.database), "html": str(done.digest_html), "text": str(done.digest_text)}
    tell(answer, f"The digest of 2025: {done.digest_html.resolve()}", as_json=as_json)
