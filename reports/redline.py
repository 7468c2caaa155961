"""A diff as marked text for pages, mail, terminals, Markdown and plain text, all from the same passages.

Every form says in words or signs what colour would say, and none lets a control or bidi character of the text through.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from markupsafe import Markup, escape

from reports.markdown import escaped
from reports.marked import Passage, Style, lines, passages
from reports.visible import visible
from store.records import BlockKind, BlockOp

__all__ = ["Passage", "Run", "Style", "passages", "runs", "to_html", "to_markdown", "to_text", "wrapped"]

_MARKERS: Final = {BlockKind.HEADING: "# ", BlockKind.PARAGRAPH: "", BlockKind.ITEM: "- ", BlockKind.ROW: "| "}


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text to be shown in one style; a line ends with a run of its own, "\\n"."""

    text: str
    style: Style


def runs(passages: Iterable[Passage]) -> Iterator[Run]:
    """The passages as lines of styled text, legible without any style: `{+added+}`, `[-removed-]`, `~ moved`, `[…]`.

    Lines are not wrapped; a block is one line, marked `#` for a heading, `-` for an item, `|` for a row.
    """
    for passage in passages:
        yield from _gap_line(passage.left_out)
        if _names_section(passage):
            yield from (Run(f"§ {visible(passage.section)}", Style.SECTION), _NEW_LINE)
        if passage.columns:
            yield from (Run(f"Columns: {_unmarked(visible(passage.columns))}", Style.SECTION), _NEW_LINE)
        for line in lines(passage):
            yield from (Run(f"~ {_unmarked(label)} ", style) for style, label in line.labels)
            yield Run(_MARKERS[line.block.kind], Style.KEPT)
            for style, text in line.pieces:
                opening, closing = _PLAIN_MARKS[style]
                yield Run(f"{opening}{_unmarked(text)}{closing}", style)
            yield from (Run(" |", Style.KEPT), _NEW_LINE) if line.block.kind is BlockKind.ROW else (_NEW_LINE,)
        yield from _gap_line(passage.left_out_after)


_NEW_LINE: Final = Run("\n", Style.KEPT)
_PLAIN_MARKS: Final = {
    Style.KEPT: ("", ""),
    Style.GAP: ("", ""),
    Style.ADDED: ("{+", "+}"),
    Style.REMOVED: ("[-", "-]"),
}
_MARKS: Final = ("{+", "+}", "[-", "-]", "~ ")
_MARK: Final = re.compile(r"(?<=\{)(?=\+)|(?<=\+)(?=\})|(?<=\[)(?=-)|(?<=-)(?=\])|\A(?=~ )")


def _unmarked(text: str) -> str:
    """The text with a backslash in each mark of ours that it holds itself: no page can pretend a change."""
    return _MARK.sub(r"\\", text) if any(mark in text for mark in _MARKS) else text


def _gap_line(count: int) -> tuple[Run, ...]:
    return (Run(f"… {_gap(count)} …", Style.GAP), _NEW_LINE) if count else ()


def _gap(count: int) -> str:
    return f"{count} unchanged block{'s' if count != 1 else ''}"


def _names_section(passage: Passage) -> bool:
    """Whether the section must be said: a passage that begins with its heading says it."""
    return bool(passage.section) and passage.blocks[0].kind is not BlockKind.HEADING


def to_text(passages: Iterable[Passage], width: int = 78) -> str:
    """Plain text of lines that are at most `width` wide where words allow it; a block's further lines are indented."""
    return "".join(run.text for run in wrapped(runs(passages), width))


def wrapped(runs: Iterable[Run], width: int) -> Iterator[Run]:
    """The same runs with their lines broken at blanks, as `to_text` breaks them; an address is never cut."""
    line: list[Run] = []
    for run in runs:
        if run is not _NEW_LINE:
            line.append(run)
            continue
        yield from _broken(line, width)
        yield _NEW_LINE
        line = []
    yield from line


def _broken(line: Sequence[Run], width: int) -> Iterator[Run]:
    cuts = _cuts("".join(run.text for run in line), width)
    cut, position = next(cuts, -1), 0
    for run in line:
        start = 0
        while 0 <= cut - position < len(run.text):
            yield Run(run.text[start : cut - position], run.style)
            yield from (_NEW_LINE, Run(_INDENT, Style.KEPT))
            start, cut = cut - position + 1, next(cuts, -1)
        yield Run(run.text[start:], run.style) if start else run
        position += len(run.text)


_INDENT: Final = "  "


def _cuts(line: str, width: int) -> Iterator[int]:
    """The blanks at which a line is broken; the blank goes."""
    start, room = 0, width
    # Not textwrap: it costs ten times as much, and it would cut addresses.
    while (end := _reach(line, start, room)) < len(line):
        cut = line.rfind(" ", start + 1, end + 1)
        cut = cut if cut > 0 else line.find(" ", end)
        if cut < 0:
            break
        yield cut
        start, room = cut + 1, width - len(_INDENT)


def _reach(line: str, start: int, room: int) -> int:
    """How far a line can be shown in so many columns; Chinese signs and emoji take two of them."""
    end = start + room
    while not line.isascii() and (wide := sum(map(_is_wide, line[start:end]))) > start + room - end:
        end -= max(1, (wide - (start + room - end)) // 2)
    return end


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF"


def to_html(passages: Iterable[Passage]) -> Markup:
    """HTML to be placed in a page: `ins` and `del` with the words "added" and "removed" for who hears or prints it.

    The words are in `span.vh`, which the page's style hides from sight only. Everything of the text is escaped.
    """
    return Markup("\n").join(line for passage in passages for line in _html_lines(passage))


def _html_lines(passage: Passage) -> Iterator[Markup]:
    yield Markup('<div class="passage">')
    if passage.left_out:
        yield Markup('<p class="gap">{}</p>').format(_gap(passage.left_out))
    if _names_section(passage):
        yield Markup('<p class="section">{}</p>').format(visible(passage.section))
    if passage.columns:
        yield Markup('<p class="gap columns">Columns: {}</p>').format(visible(passage.columns))
    in_list = False
    for line in lines(passage):
        is_item = line.block.kind is BlockKind.ITEM
        if is_item and not in_list:
            yield Markup("<ul>")
        if in_list and not is_item:
            yield Markup("</ul>")
        in_list = is_item
        opening, closing = _block_marks(line.block.kind, line.block.op)
        labels = Markup().join(_HTML_LABEL.format(label) for _, label in line.labels)
        yield opening + labels + Markup().join(_html(style, text) for style, text in line.pieces) + closing
    if in_list:
        yield Markup("</ul>")
    if passage.left_out_after:
        yield Markup('<p class="gap">{}</p>').format(_gap(passage.left_out_after))
    yield Markup("</div>")


@cache
def _block_marks(kind: BlockKind, op: BlockOp) -> tuple[Markup, Markup]:
    tag = "li" if kind is BlockKind.ITEM else "p"
    return Markup('<{} class="{} {}">').format(tag, kind.value, op.value), Markup("</{}>").format(tag)


_HTML_LABEL: Final = Markup('<span class="label">{}</span> ')
_HTML_MARKS: Final = {
    Style.ADDED: (Markup('<ins><span class="vh">added: </span>'), Markup("</ins>")),
    Style.REMOVED: (Markup('<del><span class="vh">removed: </span>'), Markup("</del>")),
}


def _html(style: Style, text: str) -> Markup:
    if style not in _HTML_MARKS:
        return escape(text)
    opening, closing = _HTML_MARKS[style]
    # Adding text to markup escapes it.
    return opening + text + closing


def to_markdown(passages: Iterable[Passage]) -> str:
    """Markdown for GitHub and its like: `**added**`, `~~removed~~`, and whatever the text holds shown as itself."""
    return "".join(f"{line}\n\n" for line in _markdown_lines(passages)).removesuffix("\n")


def _markdown_lines(passages: Iterable[Passage]) -> Iterator[str]:
    for passage in passages:
        if passage.left_out:
            yield f"*{_gap(passage.left_out)}*"
        if _names_section(passage):
            yield f"§ {escaped(passage.section)}"
        if passage.columns:
            yield f"*Columns:* {escaped(passage.columns)}"
        for line in lines(passage):
            labels = "".join(f"*{escaped(label.removesuffix(':'))}:* " for _, label in line.labels)
            marker = _MARKDOWN_MARKERS[line.block.kind]
            # What is said of an item stands within it, or the item would be none.
            begun = marker + labels if line.block.kind is BlockKind.ITEM else labels + marker
            yield begun + _markdown(line.pieces)
        if passage.left_out_after:
            yield f"*{_gap(passage.left_out_after)}*"


# A heading would join the outline of the page the redline is put in, a row would need a table around it.
_MARKDOWN_MARKERS: Final = {
    BlockKind.HEADING: "\\# ",
    BlockKind.PARAGRAPH: "",
    BlockKind.ITEM: "- ",
    BlockKind.ROW: "\\| ",
}
_MARKDOWN_MARKS: Final = {Style.KEPT: "", Style.GAP: "", Style.ADDED: "**", Style.REMOVED: "~~"}


def _markdown(pieces: Iterable[tuple[Style, str]]) -> str:
    parts: list[str] = []
    before, wants_blank = " ", False
    for style, piece in pieces:
        # Blanks at the start would hide from `escaped` what begins the line.
        text = piece if parts else piece.lstrip(" ")
        if not text:
            continue
        mark = _MARKDOWN_MARKS[style]
        core = text.strip() if mark else text
        head, tail = text.split(core, 1) if mark else ("", "")
        # A mark with a sign on its inner side is one only next to a blank: "(" between two letters would show asterisks.
        wants_blank |= bool(mark) and not core[0].isalnum()
        if wants_blank and not before.isspace() and not text[0].isspace():
            parts.append(" ")
        parts.append(f"{head}{mark}{escaped(core)}{mark}{tail}")
        before, wants_blank = text[-1], bool(mark) and not core[-1].isalnum()
    return "".join(parts).strip(" ")
