"""A diff as passages of styled pieces: what every form of a redline shows, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import Final

from reports.columns import RowDiff, after, before, headers, with_columns
from reports.excerpt import excerpt
from reports.visible import visible
from store.records import BlockDiff, BlockKind, BlockOp, WordOp


class Style(StrEnum):
    """What a run of marked text is; an edge that has colours gives each its own."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    COLUMN = "column"
    SECTION = "section"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Passage:
    """Blocks of one section that stand together, with how many unchanged blocks are left out before and after them.

    `left_out_after` is 0 but for the last passage. `section` is "" where no heading stands above. `columns` is the row
    that names the columns of the table the passage begins in, "" where it begins in none or that row is one of its own.
    """

    section: str
    blocks: tuple[BlockDiff, ...]
    left_out: int
    left_out_after: int = 0
    columns: str = ""


def passages(diff: Sequence[BlockDiff], neighbours: int = 1) -> list[Passage]:
    """The changed blocks, each with its unchanged neighbours of the same section; [] where nothing changed.

    An edited row of a table with a header is a `RowDiff`, which names the changed columns.
    """
    sections, above = _sections(diff), headers(diff)
    shown = enumerate(_shown(diff, sections, neighbours))
    found: list[Passage] = []
    end = 0
    # In a run of neighbours, place and rank rise together.
    for _, run in groupby(shown, key=lambda ranked: (ranked[1] - ranked[0], sections[ranked[1]])):
        places = [place for _, place in run]
        blocks = tuple(_with_columns(diff[place], above.get(place)) for place in places)
        columns = after(above[places[0]]) if places[0] in above else ""
        found.append(Passage(_section(blocks), blocks, left_out=places[0] - end, columns=columns))
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


def _with_columns(block: BlockDiff, header: BlockDiff | None) -> BlockDiff:
    return with_columns(block, header) if header and block.op in (BlockOp.EDIT, BlockOp.MOVE) else block


def _section(blocks: Sequence[BlockDiff]) -> str:
    return next((block.section for block in blocks if block.op is not BlockOp.REMOVE), blocks[0].section)


@dataclass(frozen=True, slots=True)
class Line:
    """A block as every form shows it: what is said of it, and then its pieces."""

    block: BlockDiff
    labels: tuple[tuple[Style, str], ...]
    pieces: Iterable[tuple[Style, str]]


def lines(passage: Passage) -> Iterator[Line]:
    """Each block; of a kept one the words next to what changed above and below it."""
    blocks, heading = passage.blocks, None
    for place, block in enumerate(blocks):
        above = place > 0 and blocks[place - 1].op is not BlockOp.KEEP
        below = place + 1 < len(blocks) and blocks[place + 1].op is not BlockOp.KEEP
        pieces = _pieces(block, changed_above=above, changed_below=below)
        yield Line(block, tuple(_labels(block, heading)), pieces)
        heading = block if block.kind is BlockKind.HEADING and block.op is not BlockOp.REMOVE else heading


def _pieces(block: BlockDiff, *, changed_above: bool, changed_below: bool) -> Iterator[tuple[Style, str]]:
    """The words of a block made visible, with blanks put outside the changed pieces and one between two of them."""
    wants_blank = has_blank = False
    for words in excerpt(block, changed_above=changed_above, changed_below=changed_below):
        if words is None or words.op is WordOp.KEEP:
            yield (Style.KEPT, visible(words.text)) if words else (Style.GAP, _CUT)
            wants_blank = has_blank = False
            continue
        blank, core, has_tail = _core(words.text)
        if (blank or wants_blank) and not has_blank:
            yield Style.KEPT, " "
        yield _STYLES[words.op], core
        if has_tail:
            yield Style.KEPT, " "
        wants_blank, has_blank = True, has_tail


def _core(text: str) -> tuple[bool, str, bool]:
    """A changed piece made visible, and whether blanks stood before and after it."""
    core = text.strip(" ")
    if core.strip():
        return text.startswith(" "), visible(core), text.endswith(" ")
    # Nothing but space was added or removed; shown as a sign, or nobody would see it.
    return False, "".join(f"[U+{ord(sign):04X}]" if sign != " " else "␠" for sign in text), False


_CUT: Final = "[…]"
_STYLES: Final = {WordOp.ADD: Style.ADDED, WordOp.REMOVE: Style.REMOVED}


def _labels(block: BlockDiff, heading: BlockDiff | None) -> Iterator[tuple[Style, str]]:
    """What is said of a block before its words: that it moved and between which sections, and which columns changed."""
    if block.op is BlockOp.MOVE:
        yield Style.MOVED, _moved(block, heading)
    if isinstance(block, RowDiff):
        yield Style.COLUMN, f"in {', '.join(f'“{visible(name)}”' for name in block.columns)}:"


def _moved(block: BlockDiff, heading: BlockDiff | None) -> str:
    """`heading` is the one above the block, where the passage shows it: its section may have another name now."""
    section = _section_of(block)
    if not section and not block.moved_from:
        return "moved"
    if heading is not None and block.kind is not BlockKind.HEADING and block.moved_from == before(heading):
        return f"moved {'with' if heading.op is BlockOp.MOVE else 'within'} {_place(section)}:"
    if block.moved_from == section:
        return f"moved within {_place(section)}:"
    return f"moved from {_place(block.moved_from)} to {_place(section)}:"


def _section_of(block: BlockDiff) -> str:
    """The section a block stands in; a heading stands in that of the heading above it."""
    if block.kind is not BlockKind.HEADING:
        return block.section
    return block.path[-2] if len(block.path) > 1 else ""


def _place(section: str) -> str:
    return f"“{visible(section)}”" if section else "above the first heading"
