"""A diff as marked text: one model for pages, mail, terminals, Markdown and plain text.

Every form says in words or signs what colour would say, and none lets a control or bidi character of the text through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from itertools import groupby
from typing import Final

from markupsafe import Markup, escape

from reports.visible import visible
from store.records import BlockDiff, BlockKind, BlockOp, WordOp

_MARKERS: Final = {BlockKind.HEADING: "# ", BlockKind.PARAGRAPH: "", BlockKind.ITEM: "- ", BlockKind.ROW: "| "}
_MOVED: Final = "~ moved "


class Style(StrEnum):
    """What a run of marked text is; an edge that has colours gives each its own."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    SECTION = "section"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text to be shown in one style; a line ends with a run of its own, "\\n"."""

    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Passage:
    """Blocks of one section that stand together, with how many unchanged blocks are left out before and after them.

    `left_out_after` is 0 but for the last passage. `section` is "" where no heading stands above.
    """

    section: str
    blocks: tuple[BlockDiff, ...]
    left_out: int
    left_out_after: int = 0


def passages(diff: Sequence[BlockDiff], neighbours: int = 1) -> list[Passage]:
    """The changed blocks, each with its unchanged neighbours of the same section; [] where nothing changed."""
    sections = _sections(diff)
    shown = enumerate(_shown(diff, sections, neighbours))
    found: list[Passage] = []
    end = 0
    # In a run of neighbours, place and rank rise together.
    for _, run in groupby(shown, key=lambda ranked: (ranked[1] - ranked[0], sections[ranked[1]])):
        places = [place for _, place in run]
        blocks = tuple(diff[place] for place in places)
        found.append(Passage(_section(blocks), blocks, left_out=places[0] - end))
        end = places[-1] + 1
    return [*found[:-1], *(replace(last, left_out_after=len(diff) - end) for last in found[-1:])]


def _sections(diff: Sequence[BlockDiff]) -> list[int]:
    """The section of each block, counted: two sections may have one name, and a removed block carries an old name."""
    section, sections = 0, []
    for block in diff:
        section += block.kind is BlockKind.HEADING and block.op is not BlockOp.REMOVE
        sections.append(section)
    return sections


def _shown(diff: Sequence[BlockDiff], sections: Sequence[int], neighbours: int) -> list[int]:
    shown: set[int] = set()
    for place, block in enumerate(diff):
        if block.op is not BlockOp.KEEP:
            around = range(max(0, place - neighbours), min(len(diff), place + neighbours + 1))
            shown.update(near for near in around if sections[near] == sections[place])
    return sorted(shown)


def _section(blocks: Sequence[BlockDiff]) -> str:
    return next((block.section for block in blocks if block.op is not BlockOp.REMOVE), blocks[0].section)


def runs(passages: Iterable[Passage]) -> Iterator[Run]:
    """The passages as lines of styled text, legible without any style: `{+added+}`, `[-removed-]`, `~ moved`.

    Lines are not wrapped; a block is one line, marked `#` for a heading, `-` for an item, `|` for a row.
    """
    for passage in passages:
        yield from _gap_line(passage.left_out)
        if _names_section(passage):
            yield from (Run(f"§ {visible(passage.section)}", Style.SECTION), _NEW_LINE)
        for block in passage.blocks:
            if block.op is BlockOp.MOVE:
                yield Run(_MOVED, Style.MOVED)
            yield Run(_MARKERS[block.kind], Style.KEPT)
            for style, text in _pieces(block):
                opening, closing = _PLAIN_MARKS[style]
                yield Run(f"{opening}{_unmarked(text)}{closing}", style)
            yield from (Run(" |", Style.KEPT), _NEW_LINE) if block.kind is BlockKind.ROW else (_NEW_LINE,)
        yield from _gap_line(passage.left_out_after)


_NEW_LINE: Final = Run("\n", Style.KEPT)
_PLAIN_MARKS: Final = {Style.KEPT: ("", ""), Style.ADDED: ("{+", "+}"), Style.REMOVED: ("[-", "-]")}
_MARK: Final = re.compile(r"(?<=\{)(?=\+)|(?<=\+)(?=\})|(?<=\[)(?=-)|(?<=-)(?=\])")


def _unmarked(text: str) -> str:
    """The text with a backslash in each mark of ours that it holds itself: no page can pretend a change."""
    marks = ("{+", "+}", "[-", "-]")
    return _MARK.sub(r"\\", text) if any(mark in text for mark in marks) else text


def _gap_line(count: int) -> tuple[Run, ...]:
    return (Run(f"… {_gap(count)} …", Style.GAP), _NEW_LINE) if count else ()


def _gap(count: int) -> str:
    return f"{count} unchanged block{'s' if count != 1 else ''}"


def _names_section(passage: Passage) -> bool:
    """Whether the section must be said: a passage that begins with its heading says it."""
    return bool(passage.section) and passage.blocks[0].kind is not BlockKind.HEADING


def _pieces(block: BlockDiff) -> Iterator[tuple[Style, str]]:
    """The words of a block made visible, with blanks put outside the changed pieces and one between two of them."""
    changed_before = False
    for words in block.words:
        style = _STYLES[words.op]
        if style is Style.KEPT:
            yield style, visible(words.text)
            changed_before = False
            continue
        if changed_before:
            yield Style.KEPT, " "
        core = words.text.strip(" ")
        if not core.strip():
            # Nothing but space was added or removed; shown as a sign, or nobody would see it.
            yield style, "".join(f"[U+{ord(sign):04X}]" if sign != " " else "␠" for sign in words.text)
        else:
            before, after = words.text.split(core, 1)
            yield from ((Style.KEPT, " ") for _ in before[:1])
            yield style, visible(core)
            yield from ((Style.KEPT, " ") for _ in after[:1])
        changed_before = True


_STYLES: Final = {WordOp.KEEP: Style.KEPT, WordOp.ADD: Style.ADDED, WordOp.REMOVE: Style.REMOVED}


def to_text(passages: Iterable[Passage], width: int = 78) -> str:
    """Plain text of lines that are at most `width` wide where words allow it; a block's further lines are indented."""
    text = "".join(run.text for run in runs(passages))
    return "".join(f"{line}\n" for whole in text.splitlines() for line in _wrapped(whole, width))


def _wrapped(line: str, width: int) -> Iterator[str]:
    indent = ""
    # Not textwrap: it costs ten times as much, and it would cut addresses.
    while len(indent) + len(line) > width:
        cut = line.rfind(" ", 1, width + 1 - len(indent))
        cut = cut if cut > 0 else line.find(" ", 1)
        if cut < 0:
            break
        yield indent + line[:cut]
        indent, line = "  ", line[cut + 1 :]
    yield indent + line


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
    in_list = False
    for block in passage.blocks:
        is_item = block.kind is BlockKind.ITEM
        if is_item and not in_list:
            yield Markup("<ul>")
        if in_list and not is_item:
            yield Markup("</ul>")
        in_list = is_item
        opening, closing = _block_marks(block.kind, block.op)
        yield opening + Markup().join(_html(style, text) for style, text in _pieces(block)) + closing
    if in_list:
        yield Markup("</ul>")
    if passage.left_out_after:
        yield Markup('<p class="gap">{}</p>').format(_gap(passage.left_out_after))
    yield Markup("</div>")


@cache
def _block_marks(kind: BlockKind, op: BlockOp) -> tuple[Markup, Markup]:
    tag = "li" if kind is BlockKind.ITEM else "p"
    label = Markup('<span class="label">moved</span> ') if op is BlockOp.MOVE else ""
    return Markup('<{} class="{} {}">').format(tag, kind.value, op.value) + label, Markup("</{}>").format(tag)


_HTML_MARKS: Final = {
    Style.ADDED: (Markup('<ins><span class="vh">added: </span>'), Markup("</ins>")),
    Style.REMOVED: (Markup('<del><span class="vh">removed: </span>'), Markup("</del>")),
}


def _html(style: Style, text: str) -> Markup:
    if style is Style.KEPT:
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
            yield f"§ {_plain(visible(passage.section))}"
        for block in passage.blocks:
            moved = "*moved:* " if block.op is BlockOp.MOVE else ""
            yield _MARKDOWN_MARKERS[block.kind] + moved + _markdown(block)
        if passage.left_out_after:
            yield f"*{_gap(passage.left_out_after)}*"


# A heading would join the outline of the page the redline is put in, a row would need a table around it.
_MARKDOWN_MARKERS: Final = {
    BlockKind.HEADING: "\\# ",
    BlockKind.PARAGRAPH: "",
    BlockKind.ITEM: "- ",
    BlockKind.ROW: "\\| ",
}
_MARKDOWN_MARKS: Final = {Style.KEPT: "", Style.ADDED: "**", Style.REMOVED: "~~"}


def _markdown(block: BlockDiff) -> str:
    line = ""
    for style, text in _pieces(block):
        mark = _MARKDOWN_MARKS[style]
        # A mark is one only next to a blank: "(" between two letters would show its asterisks.
        blank = (
            " "
            if line and (mark or line.endswith(("**", "~~"))) and not (line.endswith(" ") or text.startswith(" "))
            else ""
        )
        line += f"{blank}{mark}{_plain(text)}{mark}"
    return line.strip(" ")


# What begins emphasis, code, links, HTML, entities, tables, mathematics or a mention; and what would begin a heading,
# list, quote or rule at the start of a line.
_SPECIAL: Final = re.compile(r"[\\`*_{}\[\]<>()#+!|~&$@^=]|:(?=//)|(?i:(?<=www))\.|-(?=-)|^-|(?<=\d)[.)](?= |$)")


def _plain(text: str) -> str:
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)
