"""The archived copy of one part of a version: its page without scripts or remote parts, or its text.

A copy is opened from our files by people who trust us, and what it was made from is anybody's markup. So the page is
built anew from `copied`'s lists, and its policy lets a browser load nothing at all.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from typing import Final

from jinja2 import Template
from markupsafe import Markup
from w3lib.encoding import html_to_unicode

from reports.copied import copied
from reports.links import is_web
from reports.markup import environment, is_code
from reports.plain import underlined, wrap
from reports.visible import visible
from store.clock import shown
from store.records import Block, BlockKind, Part


@dataclass(frozen=True, slots=True)
class Kept:
    """What a copy says of itself: where its bytes came from, when, and their hash.

    `title` and `language` are the document's, `n` is the number of the version. `sample_data` marks what a
    demonstration invented.
    """

    title: str
    url: str
    part: Part
    n: int
    captured: datetime
    sha256: str
    content_type: str
    language: str = ""
    sample_data: bool = False


def safe_copy(body: bytes, kept: Kept) -> str:
    """A stored HTML page as a page that runs nothing, sends nothing and loads nothing; its words are all there.

    Pictures become their description, forms their labels; frames, styles and scripts are gone. Links lead to where
    they led, within the page too.
    """
    _, text = html_to_unicode(kept.content_type or None, body, default_encoding="utf-8")
    page = copied(text, kept.url)
    notes = [_WITHOUT]
    if page.hidden:
        notes.append(_hidden(page.hidden))
    return _page(kept, Markup(page.markup), page.language or kept.language, notes)  # noqa: S704  made by `copied`


def blocks_copy(blocks: Sequence[Block], kept: Kept) -> str:
    """The text of a file that is no page, such as a PDF, in the same frame."""
    return _page(kept, Markup("\n").join(_html_blocks(blocks)), kept.language, [_AS_READ])


def lines_copy(body: bytes, kept: Kept) -> str:
    """JSON, or any other text, in the same frame."""
    lines = Markup("\n").join(map(Markup.escape, plain_lines(body)))
    return _page(kept, Markup("<pre>{}</pre>").format(lines), "", [])


def text_copy(blocks: Iterable[Block], kept: Kept) -> str:
    """The text of a part in lines of at most 78 columns, below a heading and the facts of the copy."""
    return "\n".join([*_heading(kept), *text_blocks(blocks), ""])


def text_of_lines(body: bytes, kept: Kept) -> str:
    """JSON, or any other text, below the same heading; its lines keep their length."""
    return "\n".join([*_heading(kept), *plain_lines(body), ""])


def plain_lines(body: bytes) -> list[str]:
    """Bytes as visible lines: JSON laid out, any other text as it stands."""
    text = body.decode("utf-8", "replace")
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    return [visible(line) for line in text.split("\n")]


_WITHOUT: Final = (
    "Scripts, styles, pictures, frames and forms of the page were left out; its words and links are as they stood."
)
_AS_READ: Final = "This is the text of the file as it was read; the file itself looks otherwise."


def _hidden(count: int) -> str:
    return f"{count} element{'s' if count != 1 else ''} that the page itself hides {'are' if count != 1 else 'is'} hidden here too."


def _page(kept: Kept, content: Markup, language: str, notes: Sequence[str]) -> str:
    return _template().render(
        kept=kept,
        content=content,
        language=language if is_code(language) else "",
        notes=notes,
        facts=facts(kept),
        style=Markup(_style()),  # noqa: S704  our own file
        style_hash=b64encode(sha256(_style().encode()).digest()).decode(),
    )


def facts(kept: Kept) -> list[tuple[str, str]]:
    """What a copy says of itself, each with its name."""
    named = (
        ("Address", kept.url),
        ("Captured", shown(kept.captured)),
        ("Version", f"{kept.n}, {kept.part}"),
        ("SHA-256", kept.sha256),
    )
    return [(name, value) for name, value in named if value]


@cache
def _template() -> Template:
    made = environment()
    made.tests |= {"web": is_web}
    return made.get_template("copy.html.j2")


@cache
def _style() -> str:
    return "\n" + files("reports").joinpath("templates", "copy.css").read_text("utf-8")


def _html_blocks(blocks: Iterable[Block]) -> Iterator[Markup]:
    """Blocks as elements; items and rows that stand together are one list or table."""
    for kind, run in groupby(blocks, key=lambda block: block.kind):
        if kind is BlockKind.ITEM:
            yield Markup("<ul>{}</ul>").format(
                Markup().join(Markup("<li>{}</li>").format(visible(b.text)) for b in run)
            )
        elif kind is BlockKind.ROW:
            yield Markup("<table><tbody>{}</tbody></table>").format(Markup().join(map(_html_row, run)))
        else:
            yield from (Markup("<{0}>{1}</{0}>").format(_tag(block), visible(block.text)) for block in run)


def _html_row(block: Block) -> Markup:
    cells = (Markup("<td>{}</td>").format(visible(cell)) for cell in block.text.split(" | "))
    return Markup("<tr>{}</tr>").format(Markup().join(cells))


def _tag(block: Block) -> str:
    return f"h{min(max(block.level, 1), 6)}" if block.kind is BlockKind.HEADING else "p"


def _heading(kept: Kept) -> Iterator[str]:
    if kept.sample_data:
        yield from ("SAMPLE DATA: invented for a demonstration; no regulator published it.", "")
    yield underlined(f"Archived copy: {kept.title}", "=")
    yield wrap("A copy kept by exowatch, not the live page.")
    yield from (wrap(value, f"{name:<10}") for name, value in facts(kept))
    yield ""


def text_blocks(blocks: Iterable[Block]) -> Iterator[str]:
    """Blocks as lines of at most 78 columns, a blank line around each heading and paragraph."""
    apart = True
    for block in blocks:
        if block.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH):
            if not apart:
                yield ""
            yield from (_line(block), "")
        else:
            yield _line(block)
        apart = block.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH)


def _line(block: Block) -> str:
    if block.kind is BlockKind.HEADING:
        return underlined(block.text, "-")
    if block.kind is BlockKind.ITEM:
        return wrap(block.text, "  " * max(0, min(block.level, _DEEPEST) - 1) + "- ")
    return wrap(block.text, "| ", "  ") if block.kind is BlockKind.ROW else wrap(block.text)


_DEEPEST: Final = 8
"""Items of lists within lists are set in no further than this."""
