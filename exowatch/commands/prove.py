"""Commands that prove: a stored page as it was, the evidence of a change, and whether such evidence holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from exowatch import completing
from exowatch.exits import Exit
from exowatch.session import AsJson, Name, one_of, session, tell

app = typer.Typer(rich_markup_mode=None)


@app.command()
def archive(
    name: Name,
    version: Annotated[int | None, typer.Option("--version", min=1, help="This version, not the latest.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="DATE", help="The version that stood then.")] = None,
    part: Annotated[str | None, typer.Option("--part", help="page, file or entry.")] = None,
    form: Annotated[
        str, typer.Option("--format", help="html, text or raw.", autocompletion=completing.fixed("html text raw"))
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Write it to this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Give a stored page as text, as a safe copy or as received. Example: exowatch archive 698004 --out copy.html"""
    from exowatch import archived, periods
    from exowatch.whole import write_whole
    from exowatch.wiring import reading

    if version and at:
        raise typer.BadParameter("--version and --at exclude each other")
    one_of("--part", part, archived.PARTS)
    wanted = archived.form_of(form, out)
    one_of("--format", wanted, archived.FORMS)
    moment = periods.instant(at, session.config.timezone) if at else None
    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        found = archived.find(store, name, version, moment, part, sample_data=session.config.sample_data)
    content = archived.given(found, wanted)
    if out is not None:
        write_whole(out, content)
        session.console.say(f"written: {out}")
    if as_json:
        session.console.json(archived.as_json(found, wanted, out))
    elif out is None and wanted == "raw":
        sys.stdout.buffer.write(content)
    elif out is None:
        session.console.answer(content.decode("utf-8").rstrip("\n"))


@app.command()
def evidence(
    change: Annotated[str, typer.Argument(help="A change's id, as `changes` shows it.", metavar="CHANGE")],
    out: Annotated[Path, typer.Option("--out", help="The zip file to write.", dir_okay=False)],
    as_json: AsJson = False,
) -> None:
    """Write all that proves a change into one zip file. Example: exowatch evidence 1a2b3c4d5e6f7a8b --out change.zip"""
    from exowatch import evidence as packs
    from exowatch.whole import write_whole
    from exowatch.wiring import reading
    from store import evidence as facts
    from store.records import sha256

    with reading(session.path) as store:
        session.warn_of_other_rules(store)
        made = packs.pack(facts.of_change(store, change), sample_data=session.config.sample_data)
    content = packs.zipped(made)
    write_whole(out, content)
    for sentence in made.missing:
        session.console.say(f"not in it: {sentence}")
    answer = {
        "change": change,
        "path": str(out),
        "sha256": sha256(content),
        "files": [{"name": name, "sha256": sha256(held), "size": len(held)} for name, held in made.files.items()],
        "missing": list(made.missing),
    }
    tell(answer, f"{out}: {len(made.files)} files, SHA-256 {sha256(content)}", as_json=as_json)


@app.command()
def verify(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="Evidence packs and backups, instead of the store.")
    ] = None,
    sample: Annotated[
        int | None, typer.Option("--sample", min=0, help="Read and derive so many documents again, not all.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the store, backups or evidence packs; 6 when one does not hold. Example: exowatch verify --sample 50"""
    from exowatch import verifying

    with session.console.progress() as progress:
        if files:
            checks = [(path, found) for path in files for found in verifying.of_file(path, sample, progress)]
        else:
            checks = [(session.path, found) for found in verifying.of_store(session.path, sample, progress)]
    ok = all(found.ok for _, found in checks)
    if as_json:
        items = [
            {"file": str(path), "name": c.name, "ok": c.ok, "message": c.message, "note": c.note} for path, c in checks
        ]
        session.console.json({"ok": ok, "items": items})
    else:
        rows = [(path.name, c.name, "not ok" if not c.ok else c.mark, c.message) for path, c in checks]
        session.console.table(("file", "what", "", "finding"), rows)
    if not ok:
        raise typer.Exit(Exit.INTEGRITY)
