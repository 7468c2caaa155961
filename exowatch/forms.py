"""Forms: those in which a digest is written, the endings of files that tell of them, and what renders each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import typer

from exowatch.console import Console
from exowatch.whole import write_whole
from reports.as_csv import render_csv
from reports.as_json import written
from reports.as_markdown import render_markdown
from reports.atom import render_atom
from reports.calendar import render_calendar
from reports.digest import Digest, to_json
from reports.render import render_html, render_text


def _json(digest: Digest) -> str:
    return written(to_json(digest)) + "\n"


def _pdf(digest: Digest) -> bytes:
    from reports.pdf import render_pdf  # the extra [print] is loaded for paper alone

    return render_pdf(render_html(digest), digest.as_of)


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the digest; text is written as UTF-8, bytes as they are.

    `begins` is what a file in this form begins with and the answer on a terminal does not. `twin` is the form that is
    written beside the file.
    """

    name: str
    endings: tuple[str, ...]
    render: Callable[[Digest], str | bytes]
    begins: str = ""
    twin: str = ""


_MARK = "\ufeff"
"""The byte order mark: without it Excel takes a CSV file for one in the machine's old code page, and spoils French."""

FORMS = (
    Form("html", (".html", ".htm"), render_html, twin="text"),
    Form("text", (".txt",), render_text),
    Form("json", (".json",), _json),
    Form("md", (".md", ".markdown"), render_markdown),
    Form("csv", (".csv",), render_csv, begins=_MARK),
    Form("atom", (".atom", ".xml"), render_atom),
    Form("ics", (".ics",), render_calendar),
    Form("pdf", (".pdf",), _pdf),
)
_ONLY_FILES = frozenset({"pdf"})


def form_of(name: str, out: Path | None, *, as_json: bool) -> Form:
    """The form that is wanted: named, or told by the ending of the file. Raises BadParameter."""
    ending = out.suffix.lower() if out else ".txt"
    wanted = "json" if as_json else name
    for form in FORMS:
        if wanted == form.name or (not wanted and ending in form.endings):
            if form.name in _ONLY_FILES and out is None:
                raise typer.BadParameter(f"--format {form.name}: name a file with --out")
            return form
    said = name or (out.name if out else "")
    raise typer.BadParameter(f"--format: expected one of {', '.join(form.name for form in FORMS)}, found {said!r}")


def narrowed(form: Form, source: str | None, topic: str | None) -> Form:
    """The form with only what belongs to a source or topic. Raises BadParameter for any but the feed.

    The others state what was looked at and what was not; half of that statement would say too much.
    """
    if source is None and topic is None:
        return form
    if form.name != "atom":
        raise typer.BadParameter("--source and --topic narrow a feed: name them with --format atom")
    return replace(form, render=partial(render_atom, source=source, topic=topic))


def give_digest(console: Console, digest: Digest, form: Form, out: Path | None) -> list[Path]:
    """Print a digest, or write it; the files written. A page is written with its text twin."""
    if out is None:
        console.answer(str(form.render(digest)).removesuffix("\n"))
        return []
    _write(out, form, digest)
    twins = [(twin, out.with_suffix(twin.endings[0])) for twin in FORMS if twin.name == form.twin]
    for twin, path in twins:
        _write(path, twin, digest)
    return [out, *(path for _, path in twins)]


def _write(path: Path, form: Form, digest: Digest) -> None:
    """Write a file whole or not at all."""
    rendered = form.render(digest)
    body = rendered if isinstance(rendered, bytes) else (form.begins + rendered).encode("utf-8")
    write_whole(path, body)
