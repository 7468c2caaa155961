"""Positioned text to blocks: what a page's layout adds is taken away, and what it cut apart is joined again.

Everything here is relative to the file's own body size, leading and margins, so that the same text set smaller or on
other pages gives the same blocks. Nothing here knows of PDF.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from crawler.raised import DIGITS, RAISED
from store.normal import clean
from store.records import Block, BlockKind


@dataclass(frozen=True, slots=True)
class Fragment:
    """A run of text on one line, in points from the lower left corner of the page.

    `word` is where its first word ends. Where that is a number, the second begins at `after` and ends at `second`.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool = False
    word: float = 0.0
    after: float = 0.0
    second: float = 0.0


@dataclass(frozen=True, slots=True)
class Page:
    """One page and its fragments, in the order in which the file draws them."""

    width: float
    height: float
    fragments: tuple[Fragment, ...] = ()


@dataclass(slots=True)
class Line:
    """One line of text; `word` is the width of its first word, `leader` whether dots led to a page number."""

    page: int
    text: str
    left: float
    right: float
    y: float
    size: float
    bold: bool
    word: float
    after: float = 0.0
    second: float = 0.0
    leader: bool = False
    centred: bool = False
    edge: float = 0.0


@dataclass(slots=True)
class Note:
    """A footnote: its mark in raised digits, the page it begins on, and its lines."""

    mark: str
    page: int
    lines: list[Line]


@dataclass(slots=True)
class Piece:
    """The lines of one block."""

    lines: list[Line]

    @property
    def pages(self) -> range:
        return range(self.lines[0].page, self.lines[-1].page + 1)


_MARKS = re.compile(f"[{DIGITS}]+")
_NOTE = re.compile(rf"([{DIGITS}]+|\d{{1,3}}(?=\s)|\*{{1,3}}(?=\s?\w))\s*")
_NUMBER = re.compile(r"\d{1,4}")
_ROMAN = re.compile(r"[ivxlc]{1,7}", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"(page )?[-–—]? ?(\d{1,4}|[ivxlc]{1,7}) ?[-–—]?( of \d{1,4})?", re.IGNORECASE)
_LEADER = re.compile(r"\s*(?:[.…·]\s?){4,}\s*(?:\d{1,4}|[ivxlc]{1,7}|[A-Z]-\d{1,3})?\s*$", re.IGNORECASE)
_BULLET = re.compile(r"(?:[•●○◦▪■□◆◇➢➤✓❖·‣\uf000-\uf0ff]|o(?=\s))\s*")
_DASH = re.compile(r"[-–—]\s+")
_ENUMERATED = re.compile(
    r"(?:\((?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})\)|(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\d+(?:\.\d+)+\.?)\s+(?=\S)"
)
_ROMAN_HEADING = re.compile(r"[IVX]{1,5}\.(?:[A-Z0-9]\.)*\s+\S")
_DEPTHS = (
    (re.compile(r"[IVX]+\.\s"), 2),
    (re.compile(r"[A-Z]\.\s"), 3),
    (re.compile(r"\d+\.\s"), 4),
    (re.compile(r"[a-z]\.\s"), 5),
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_WORD = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-$")
_HYPHENS = "\x02\ufffe\u00ad"
_SECOND_LEVEL, _THIRD_LEVEL = "o○◦-–—", "▪■□"
_SENTENCE_ENDS = re.compile(r"[.!?:;][)\]”\"’'⁰¹²³⁴⁵⁶⁷⁸⁹]*$")
_UNFINISHED = re.compile(
    r"(?:^|[\s(])(?:the|an?|of|and|or|in|to|for|by|with|from|that|which|is|are|on|at|as|their|its|this|these)$|,$"
)
"""No paragraph ends so: what stands on the next page goes on with it."""
_SUSPENDED = {"and", "or", "to", "nor", "versus", "through"}
_OFTEN_HYPHENATED = {"non", "self", "well", "all", "half", "ex", "quasi"}
_ALWAYS_RUNNING = {"contains nonbinding recommendations", "draft - not for implementation"}
"""What every FDA guidance carries at its page heads: known even where a file of one page repeats nothing."""

_BAND = 0.15
"""The share of a page's height, at its top and at its bottom, in which running heads and page numbers stand."""
_GAP = 1.2
"""So many times the usual leading part two paragraphs."""
_LARGE = 1.15
_SMALL = 0.93
_LONGEST_HEADING = 250


def blocks(pages: Sequence[Page]) -> tuple[Block, ...]:
    """The text of a file as blocks, in reading order; none where its pages show no text."""
    sheets = [_lines(number, page) for number, page in enumerate(pages)]
    sheets = _without_line_numbers(_without_running_heads(sheets, pages))
    flow = [line for lines in sheets for line in lines]
    if not flow:
        return ()
    metrics = Metrics(flow, pages)
    body, notes = _parted(sheets, metrics)
    _measure(body, metrics)
    pieces = _pieces(body, metrics)
    return _placed(pieces, notes, metrics, Hyphens(flow))


# Lines


def _lines(number: int, page: Page) -> list[Line]:
    """Fragments on one baseline put together; a small raised number becomes raised digits."""
    found: list[Line] = []
    for fragment in page.fragments:
        line = _line(number, fragment)
        if found and _continues(found[-1], line):
            found[-1] = _together(found[-1], line)
        else:
            found.append(line)
    for line in found:
        cut = _LEADER.sub("", line.text)
        if cut and cut != line.text:
            line.text, line.leader = cut, True
    return found


def _line(number: int, f: Fragment) -> Line:
    return Line(
        number, f.text, f.left, f.right, f.baseline, f.size, f.bold, max(0.0, f.word - f.left), f.after, f.second
    )


def _continues(line: Line, more: Line) -> bool:
    size = max(line.size, more.size)
    return abs(line.y - more.y) < 0.6 * size and more.left > line.right - 0.4 * size


def _together(line: Line, more: Line) -> Line:
    higher = abs(line.y - more.y) > 0.1 * min(line.size, more.size)
    if _NUMBER.fullmatch(more.text) and more.size < 0.85 * line.size and higher:
        line.text, line.right = line.text + more.text.translate(RAISED), more.right
        return line
    if _NUMBER.fullmatch(line.text) and line.size < 0.85 * more.size and higher:
        more.text, more.left, more.after = f"{line.text.translate(RAISED)} {more.text}", line.left, more.left
        return more
    glue = "" if more.left - line.right < 0.15 * max(line.size, more.size) else " "
    raised = _MARKS.fullmatch(line.text[-1:]) is not None and glue == "" and more.text[:1].isalnum()
    number = _NUMBER.fullmatch(line.text) is not None
    return Line(
        line.page,
        line.text + (" " if raised else glue) + more.text,
        line.left,
        more.right,
        line.y if line.size >= more.size else more.y,
        max(line.size, more.size),
        more.bold and (line.bold or number),
        line.word,
        more.left if number else line.after,
        more.left + more.word if number else line.second,
    )


# What the layout adds


def _without_running_heads(sheets: list[list[Line]], pages: Sequence[Page]) -> list[list[Line]]:
    """Peel off, from the outer edge inwards, what recurs at the top or at the bottom of the pages."""
    running = _running(sheets, pages)
    kept = []
    for lines, page in zip(sheets, pages, strict=True):
        peeled: set[int] = set()
        for edge in _edges(lines, page):
            for line in edge:
                if not running(line):
                    break
                peeled.add(id(line))
        kept.append([line for line in lines if id(line) not in peeled])
    return kept


def _edges(lines: Iterable[Line], page: Page) -> tuple[list[Line], list[Line]]:
    """The lines in the top and in the bottom band of a page, from the outside inwards."""
    downwards = sorted(lines, key=lambda line: -line.y)
    top = [line for line in downwards if line.y > page.height * (1 - _BAND)]
    bottom = [line for line in reversed(downwards) if line.y < page.height * _BAND]
    return top, bottom


def _running(sheets: list[list[Line]], pages: Sequence[Page]) -> Callable[[Line], bool]:
    """Whether a line at an edge belongs to the layout."""
    exact: Counter[str] = Counter()
    masked: Counter[str] = Counter()
    for lines, page in zip(sheets, pages, strict=True):
        shown = {line.text for edge in _edges(lines, page) for line in edge[:6] if not line.leader}
        exact.update({_plain(text) for text in shown})
        masked.update({_masked(text) for text in shown})
    count = sum(bool(lines) for lines in sheets)
    often = max(2, min(3, count), count // 10)
    mostly = max(2, count // 2)

    def running(line: Line) -> bool:
        plain = _plain(line.text)
        if plain in _ALWAYS_RUNNING:
            return True
        if _PAGE_NUMBER.fullmatch(plain):
            return count == 1 or masked[_masked(line.text)] >= often
        return exact[plain] >= often or masked[_masked(line.text)] >= mostly

    return running


def _plain(text: str) -> str:
    return re.sub(r"\s*[-–—]\s*", " - ", " ".join(text.split())).strip().lower()


def _masked(text: str) -> str:
    plain = _plain(text)
    return "#" if _ROMAN.fullmatch(plain) else re.sub(r"\d+", "#", plain)


def _without_line_numbers(sheets: list[list[Line]]) -> list[list[Line]]:
    """Take away the numbers that a draft's lines carry in the margin: they count on, line by line and page by page."""
    kept = []
    last: int | None = None
    for lines in sheets:
        numbered = sorted((line for line in lines if _is_numbered(line)), key=lambda line: -line.y)
        run = _counting(numbered)
        if len(run) < 5 or len(run) < len(lines) // 3:
            run = _counting_on(numbered, last) if last is not None else []
        last = _leading(run[-1]) if run else last
        counted = {id(line) for line in run}
        kept.append([line for line in lines if id(line) not in counted or _lose_number(line)])
    return kept


def _lose_number(line: Line) -> bool:
    """Take the number away; whether anything is left."""
    _, _, rest = line.text.partition(" ")
    line.text, line.left, line.word = rest.strip(), line.after, max(0.0, line.second - line.after)
    return bool(line.text)


def _is_numbered(line: Line) -> bool:
    head = line.text.split(None, 1)[0] if line.text.strip() else ""
    return _NUMBER.fullmatch(head) is not None and (head == line.text.strip() or line.after > 0)


def _leading(line: Line) -> int:
    return int(line.text.split(None, 1)[0])


def _counting(lines: list[Line]) -> list[Line]:
    """The longest run of lines, downwards, whose numbers count one by one."""
    best: list[Line] = []
    run: list[Line] = []
    for line in lines:
        if run and _leading(line) != _leading(run[-1]) + 1:
            run = []
        run.append(line)
        if len(run) > len(best):
            best = list(run)
    return best


def _counting_on(lines: list[Line], last: int) -> list[Line]:
    """The lines that count on from the page before: a page with a table numbers only what stands around it."""
    run: list[Line] = []
    for line in lines:
        if _leading(line) == last + len(run) + 1:
            run.append(line)
    return run


# Measures


@dataclass
class Metrics:
    """The file's own measures: body size, leading by size, and the margins of pages of one width."""

    flow: list[Line]
    pages: Sequence[Page]

    @cached_property
    def body(self) -> float:
        """The size in which most of the text is set."""
        sizes: Counter[float] = Counter()
        for line in self.flow:
            sizes[_rounded(line.size)] += len(line.text)
        return max(sizes, key=lambda size: (sizes[size], -size))

    @cached_property
    def leadings(self) -> Mapping[float, float]:
        """The usual distance of two baselines, by size: the smallest that is not an exception."""
        steps: dict[float, Counter[float]] = {}
        for before, line in pairwise(self.flow):
            step = (before.y - line.y) / line.size if line.size else 0.0
            if before.page == line.page and abs(before.size - line.size) < 0.6 and 0.8 < step < 3.5:
                steps.setdefault(_rounded(line.size), Counter())[round(step * 20) / 20] += 1
        return {
            size: min(s for s, n in seen.items() if n >= 0.2 * seen.total() or n == max(seen.values()))
            for size, seen in steps.items()
        }

    def leading(self, size: float) -> float:
        usual = self.leadings.get(_rounded(size)) or self.leadings.get(self.body) or 1.2
        return usual * size

    @cached_property
    def margins(self) -> Mapping[float, tuple[float, float]]:
        """Left and right margin of the text, by width of page; a few lines that stick out do not count."""
        by_width: dict[float, list[Line]] = {}
        for line in self.flow:
            if abs(line.size - self.body) < 0.6:
                by_width.setdefault(self.pages[line.page].width, []).append(line)
        found = {}
        for width, lines in by_width.items():
            rights = sorted(line.right for line in lines)
            lefts = sorted(line.left for line in lines)
            out = len(lines) // 50
            found[width] = (lefts[out], rights[len(rights) - 1 - out])
        return found

    def margin(self, line: Line) -> tuple[float, float]:
        width = self.pages[line.page].width
        return self.margins.get(width, (0.1 * width, 0.9 * width))

    def apart(self, before: Line, line: Line) -> bool:
        """Whether more than the usual leading lies between two lines of one page."""
        return before.y - line.y > _GAP * self.leading(max(before.size, line.size))

    def is_large(self, line: Line) -> bool:
        return line.size > _LARGE * self.body


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _measure(lines: list[Line], metrics: Metrics) -> None:
    """Give each line the edge up to which it could have been filled, and see which stand in the middle."""
    for line in lines:
        left, right = metrics.margin(line)
        line.edge = right
        off = abs((line.left + line.right) - (left + right)) / 2
        counted = _ENUMERATED.match(line.text) or _BULLET.match(line.text)
        line.centred = not counted and off < 0.8 * line.size and line.left > left + 2 * line.size
    for stack in _stacks(lines, metrics):
        edge = max(line.right for line in stack)
        narrow = edge < stack[0].edge - 2 * stack[0].size
        if len(stack) > 2 and narrow and not any(_fits(a, b, edge) for a, b in pairwise(stack)):
            for line in stack:
                line.edge = edge


def _stacks(lines: list[Line], metrics: Metrics) -> Iterator[list[Line]]:
    """Lines of one size that stand close below each other."""
    stack: list[Line] = []
    for line in lines:
        if stack and not _is_below(stack[-1], line, metrics):
            yield stack
            stack = []
        stack.append(line)
    if stack:
        yield stack


def _is_below(before: Line, line: Line, metrics: Metrics) -> bool:
    same = before.page == line.page and abs(before.size - line.size) < 0.6
    return same and before.y > line.y and not metrics.apart(before, line)


def _fits(before: Line, line: Line, edge: float) -> bool:
    """Whether the first word of a line would have had room on the line before: then the break is meant."""
    return before.right + 0.3 * before.size + line.word <= edge


# Footnotes


def _parted(sheets: list[list[Line]], metrics: Metrics) -> tuple[list[Line], list[Note]]:
    """The running text, and the footnotes apart from it."""
    body: list[Line] = []
    notes: list[Note] = []
    for lines in sheets:
        zone = _zone(lines, metrics)
        beginning = next((i for i, line in enumerate(zone) if _NOTE.match(line.text)), len(zone))
        if beginning == len(zone) and not notes:
            zone = []
        elif not notes:
            zone = zone[beginning:]
        _take_notes(zone, notes)
        apart = {id(line) for line in zone}
        body.extend(line for line in lines if id(line) not in apart)
    return body, notes


def _zone(lines: list[Line], metrics: Metrics) -> list[Line]:
    """The small lines at the foot of a page, downwards, where they are fewer than the whole page."""
    upwards = sorted(lines, key=lambda line: line.y)
    zone = []
    for line in upwards:
        if line.size > _SMALL * metrics.body:
            break
        zone.append(line)
    return zone[::-1] if len(zone) < len(lines) else []


def _take_notes(zone: list[Line], notes: list[Note]) -> None:
    for line in zone:
        found = _NOTE.match(line.text)
        if found and (found[1][0] in DIGITS or found[1][0] == "*" or _is_next(found[1], notes)):
            mark = found[1].translate(RAISED)
            line.text = f"{mark} {line.text[found.end() :]}".strip()
            notes.append(Note(mark, line.page, [line]))
        elif notes:
            notes[-1].lines.append(line)


def _is_next(number: str, notes: list[Note]) -> bool:
    """Whether a plain number continues the count of the notes: a line of a note may begin with a number, too."""
    last = notes[-1].mark if notes else "⁰"
    return _MARKS.fullmatch(last) is not None and number.translate(RAISED) == str(_number(last) + 1).translate(RAISED)


def _number(mark: str) -> int:
    return int("".join(str(DIGITS.index(digit)) for digit in mark))


# Paragraphs


def _pieces(lines: list[Line], metrics: Metrics) -> list[Piece]:
    """Lines gathered into blocks."""
    pieces: list[Piece] = []
    for line in lines:
        if pieces and not _begins(pieces[-1].lines, line, metrics):
            pieces[-1].lines.append(line)
        else:
            pieces.append(Piece([line]))
    return pieces


def _begins(block: list[Line], line: Line, metrics: Metrics) -> bool:
    """Whether a line begins a new block."""
    before = block[-1]
    follows = before.page == line.page and before.y > line.y
    if before.leader or _BULLET.match(line.text):
        return True
    if follows and metrics.apart(before, line):
        return True
    if line.leader and follows and not _ENUMERATED.match(line.text) and not _ROMAN_HEADING.match(line.text):
        return False
    if abs(before.size - line.size) > 0.08 * metrics.body and (metrics.is_large(before) or metrics.is_large(line)):
        return True
    if metrics.is_large(line) and metrics.is_large(before):
        return not follows or _ROMAN_HEADING.match(line.text) is not None
    unfinished = not follows and _UNFINISHED.search(before.text) is not None
    full = unfinished or not _could_hold(before, line, metrics)
    goes_on = _goes_on(before, line)
    if before.bold != line.bold and not (full and goes_on):
        # A run of bold words may fill a line by chance; then the sentence goes on.
        return True
    if not full and not (goes_on and _is_aligned(block, line) and not _are_centred(before, line)):
        return True
    if _ENUMERATED.match(line.text) or _DASH.match(line.text):
        return _begins_item(block, line)
    if not _is_aligned(block, line) and follows:
        return True
    return not follows and before.bold and line.bold and not goes_on


def _goes_on(before: Line, line: Line) -> bool:
    """Whether a line continues a sentence, by its first letter and the end of the line before."""
    inside = line.text[:1].islower() or (line.text[:1] in "(§" and not _ENUMERATED.match(line.text))
    return inside and not _SENTENCE_ENDS.search(before.text)


def _are_centred(before: Line, line: Line) -> bool:
    """Whether two lines stand in the middle of the page; lines that begin below each other do so by chance."""
    return before.centred and line.centred and abs(before.left - line.left) > 0.3 * line.size


def _could_hold(before: Line, line: Line, metrics: Metrics) -> bool:
    if _are_centred(before, line):
        left, right = metrics.margin(before)
        return (before.right - before.left) + 0.3 * before.size + line.word <= right - left
    return _fits(before, line, before.edge)


def _begins_item(block: list[Line], line: Line) -> bool:
    """Whether a number at the beginning of a line counts an item, or only happens to stand there.

    The line before is full. An item stands to the left of the text before it, or below an item of its kind.
    """
    tolerance = 0.4 * line.size
    if len(block) > 1 and line.left < block[-1].left - tolerance:
        return True
    kind = _DASH if _DASH.match(line.text) else _ENUMERATED
    hangs = len(block) == 1 or abs(block[-1].left - block[0].left) > tolerance
    return kind.match(block[0].text) is not None and hangs and abs(line.left - block[0].left) < tolerance


def _is_aligned(block: list[Line], line: Line) -> bool:
    """Whether a line stands where the block's lines stand; its first may be indented or hang."""
    if _are_centred(block[-1], line):
        return True
    if len(block) == 1:
        indent = line.left - block[0].left
        hanging = _BULLET.match(block[0].text) or _ENUMERATED.match(block[0].text) or _DASH.match(block[0].text)
        return bool(hanging and indent > -0.4 * line.size) or abs(indent) < 5 * line.size
    return abs(line.left - block[-1].left) < 0.4 * line.size


def _placed(pieces: list[Piece], notes: list[Note], metrics: Metrics, hyphens: Hyphens) -> tuple[Block, ...]:
    """The blocks, each followed by the footnotes that it refers to: where a page ends must not move them."""
    marked: dict[str, list[int]] = {}
    made = _as_in_contents([_block(piece, metrics, hyphens) for piece in pieces], pieces)
    for index, block in enumerate(made):
        for mark in _MARKS.findall(block.text):
            marked.setdefault(mark, []).append(index)
    below: dict[int, list[Block]] = {}
    for note in notes:
        text = clean(hyphens.joined(note.lines))
        if text:
            below.setdefault(_anchor(note, pieces, marked), []).append(Block(BlockKind.PARAGRAPH, text))
    found: list[Block] = list(below.get(-1, ()))
    for index, block in enumerate(made):
        found.extend([block] if block.text else [])
        found.extend(below.get(index, ()))
    return tuple(found)


def _as_in_contents(made: list[Block], pieces: list[Piece]) -> list[Block]:
    """What the table of contents names is a heading, in whatever type it is set."""
    listed = {
        _plain(block.text) for block, piece in zip(made, pieces, strict=True) if any(ln.leader for ln in piece.lines)
    }
    return [
        Block(BlockKind.HEADING, block.text, _depth(block.text))
        if block.kind in (BlockKind.ITEM, BlockKind.PARAGRAPH)
        and not any(line.leader for line in piece.lines)
        and _plain(_MARKS.sub("", block.text)) in listed
        else block
        for block, piece in zip(made, pieces, strict=True)
    ]


def _anchor(note: Note, pieces: list[Piece], marked: Mapping[str, list[int]]) -> int:
    """The block that refers to a note; else the last one on its page."""
    here = [index for index in marked.get(note.mark, ()) if note.page in pieces[index].pages]
    if here:
        return here[0]
    return max((index for index, piece in enumerate(pieces) if piece.lines[0].page <= note.page), default=-1)


def _block(piece: Piece, metrics: Metrics, hyphens: Hyphens) -> Block:
    text = clean(hyphens.joined(piece.lines))
    first = piece.lines[0]
    if any(line.leader for line in piece.lines):
        return Block(BlockKind.ITEM, text, 1)
    bullet = _BULLET.match(text)
    if bullet:
        return Block(BlockKind.ITEM, text[bullet.end() :], _item_level(text[0]))
    large = all(metrics.is_large(line) for line in piece.lines)
    bold = all(line.bold for line in piece.lines)
    named = len(piece.lines) == 1 and _ROMAN_HEADING.match(text) is not None and not _SENTENCE_ENDS.search(text)
    if (large or bold or named) and len(text) <= _LONGEST_HEADING and any(c.isalpha() for c in text):
        return Block(BlockKind.HEADING, text, _heading_level(text, first, metrics))
    dash = _DASH.match(text)
    if dash:
        return Block(BlockKind.ITEM, text[dash.end() :], _item_level(text[0]))
    if _ENUMERATED.match(text):
        return Block(BlockKind.ITEM, text, 1)
    return Block(BlockKind.PARAGRAPH, text)


def _item_level(bullet: str) -> int:
    return 2 if bullet in _SECOND_LEVEL else 3 if bullet in _THIRD_LEVEL else 1


def _heading_level(text: str, first: Line, metrics: Metrics) -> int:
    return 1 if metrics.is_large(first) else _depth(text)


def _depth(text: str) -> int:
    return next((level for pattern, level in _DEPTHS if pattern.match(text)), 2 if text.isupper() else 6)


# Words that a line's end cut apart


@dataclass
class Hyphens:
    """Joins lines. Whether a hyphen at a line's end belongs to the word is asked of the file's other words."""

    lines: list[Line]
    _seen: dict[tuple[str, str], str] = field(default_factory=dict)

    @cached_property
    def words(self) -> Counter[str]:
        """How often each word stands within a line, where nothing cut it."""
        seen: Counter[str] = Counter()
        cut = False
        for line in self.lines:
            text = line.text.lower()
            if cut:
                text = text.partition(" ")[2]
            cut = text.endswith(("-", *_HYPHENS))
            seen.update(_WORD.findall(text.rpartition(" ")[0] if cut else text))
        return seen

    def joined(self, lines: Sequence[Line]) -> str:
        """The text of lines on one line."""
        text = lines[0].text
        for before, line in pairwise(lines):
            text = text + line.text if _is_cut_address(before, line) else self._with(text, line.text)
        return text.rstrip(_HYPHENS)

    def _with(self, text: str, more: str) -> str:
        if text.endswith(tuple(_HYPHENS)):
            text = text[:-1] + "-"
        last, end = text[-2:-1], text[-1:]
        if end not in "-–—/_=&" or last.isspace() or not last:
            return f"{text} {more}"
        if end != "-" or not (last.isalpha() and more[:1].isalpha()):
            return text + more
        return self._hyphenated(text, more)

    def _hyphenated(self, text: str, more: str) -> str:
        address = text.rpartition(" ")[2]
        begun, rest = _LAST_WORD.search(text), _WORD.match(more)
        if begun is None or rest is None or any(sign in address for sign in "/@") or address.startswith("www."):
            return text + more
        if rest[0] in _SUSPENDED:  # "pre- and postmarketing"
            return f"{text} {more}"
        return text + more if self._keeps(begun[1].lower(), rest[0]) else text[:-1] + more

    def _keeps(self, begun: str, rest: str) -> bool:
        if rest[0].isupper() or "-" in begun:
            return True
        whole, compound = self.words[begun + rest], self.words[f"{begun}-{rest}"]
        if whole or compound:
            return compound > whole
        return begun in _OFTEN_HYPHENATED or bool(self.words[begun] and self.words[rest.lower()])


def _is_cut_address(before: Line, line: Line) -> bool:
    """Whether a web address longer than its line goes on without a mark on the next."""
    alone = "://" in before.text and " " not in before.text.strip()
    ended = before.text.endswith(("-", *_HYPHENS, ".htm", ".html", ".pdf", ".aspx", ".", ",", ";", ")"))
    return alone and not ended and not _fits(before, line, before.edge)
