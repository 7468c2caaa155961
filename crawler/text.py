"""Markup to blocks: headings, paragraphs, list items and table rows, in the order of the page.

Written over Lexbor's nodes because other HTML-to-text libraries drop deeply nested or very long text without a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from crawler.raised import DIGITS, RAISED
from store.normal import clean
from store.records import Block, BlockKind

HEADINGS = {f"h{level}": level for level in range(1, 7)}
LISTS = frozenset({"ul", "ol", "menu"})
CELLS = frozenset({"td", "th"})
BOLD = frozenset({"strong", "b"})
ITALIC = frozenset({"em", "i"})
SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "svg", "iframe", "object", "head", "form", "button", "select", "nav"}
)
"""Elements that never hold a document's own words."""
INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "ruby",
        "rp",
        "rt",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "picture",
        "o:p",
    ]
)
_LONGEST_BOLD_HEADING = 160
_RAISED_NUMBER = re.compile(f"[{DIGITS}]+")
_LABEL = "footnote-label"
"""The class of a note's mark in a list of notes that Drupal makes."""
_TOLD = "wb-inv"
"""The class of words that only screen readers are told: "Footnote", before each mark in the Government of Canada's pages."""

Skip = Callable[[LexborNode], bool]


_NO_TEXT_ROLES = frozenset({"alertdialog", "complementary", "dialog", "navigation", "search"})
_NOT_DISPLAYED = re.compile(r"(?:^|;)\s*display\s*:\s*none\b", re.IGNORECASE)


def is_hidden(node: LexborNode) -> bool:
    """Whether an element is kept from every reader, or says itself that it is no part of the text around it.

    The former is `hidden`, a class of that name (row keys, templates) or no display; the latter a dialog, a menu or a
    search field, by its tag or by its role (WAI-ARIA 1.2, landmark and window roles).
    """
    attributes = node.attributes
    if not attributes:
        return node.tag == "dialog"
    return (
        "hidden" in attributes
        or "hidden" in (attributes.get("class") or "").split()
        or (attributes.get("role") or "").strip().lower() in _NO_TEXT_ROLES
        or node.tag == "dialog"
        or _NOT_DISPLAYED.search(attributes.get("style") or "") is not None
    )


@dataclass(slots=True)
class _Walk:
    """The blocks so far, and the text of the one being read."""

    skip: Skip
    bold_headings: bool
    blocks: list[Block] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    plain: bool = False
    _marks: set[str] = field(default_factory=set)
    _searched: int = 0

    def refers_to(self, mark: str) -> bool:
        """Whether this raised number stands in one of the blocks so far."""
        for block in self.blocks[self._searched :]:
            self._marks.update(_RAISED_NUMBER.findall(block.text))
        self._searched = len(self.blocks)
        return mark in self._marks

    def flush(self, kind: BlockKind, level: int) -> None:
        if not self.words:
            self.plain = False
            return
        text = clean("".join(self.words))
        if text:
            if self.bold_headings and kind is BlockKind.PARAGRAPH and self._is_bold_heading(text):
                kind, level = BlockKind.HEADING, 6
            self.blocks.append(Block(kind, text, level))
        self.words.clear()
        self.plain = False

    def _is_bold_heading(self, text: str) -> bool:
        return not self.plain and len(text) <= _LONGEST_BOLD_HEADING and any(c.isalpha() for c in text)


def blocks(nodes: list[LexborNode], *, skip: Skip = is_hidden, bold_headings: bool = False) -> tuple[Block, ...]:
    """The text of these elements and all below them, as blocks.

    A `<br>` ends a block. Elements in `SKIPPED`, and those `skip` says so of, are left out whole. With
    `bold_headings`, a short paragraph that is bold from end to end counts as a heading: FDA letters have no others.
    """
    walk = _Walk(skip, bold_headings)
    for node in nodes:
        _visit(walk, node, BlockKind.PARAGRAPH, 0, bold=False)
        walk.flush(BlockKind.PARAGRAPH, 0)
    return tuple(walk.blocks)


def inline(node: LexborNode, *, skip: Skip = is_hidden) -> str:
    """All text below an element on one line."""
    words: list[str] = []
    _collect(node, words, skip)
    return clean("".join(words))


def _visit(walk: _Walk, node: LexborNode, kind: BlockKind, level: int, *, bold: bool) -> None:
    """Add one node. An explicit stack would save Python's own; the depth of markup is bounded before it gets here."""
    tag = node.tag
    if tag == "-text":
        text = node.text_content or ""
        if text.strip(" \t\r\n\u00a0"):
            walk.words.append(text)
            walk.plain = walk.plain or (not bold and (text.isascii() or clean(text) != ""))
        elif walk.words:
            walk.words.append(" ")
    elif tag == "br":
        walk.flush(kind, level)
    elif tag == "sup":
        walk.words.append(_raised(node, walk.skip))
    elif tag in INLINE:
        if walk.skip(node):
            return
        mark = "" if walk.words else _mark(walk, node, tag)
        if mark:
            walk.words.append(f"{mark} ")
            walk.plain = True
        else:
            _children(walk, node, kind, level, bold=bold or tag in BOLD)
    elif tag and not tag.startswith("-") and tag not in SKIPPED and not walk.skip(node):
        walk.flush(kind, level)
        _element(walk, node, tag, level)


def _element(walk: _Walk, node: LexborNode, tag: str, level: int) -> None:
    if tag in HEADINGS:
        walk.words.append(inline(node, skip=walk.skip))
        walk.flush(BlockKind.HEADING, HEADINGS[tag])
    elif tag == "tr" and node.css_first("table") is not None:
        _children(walk, node, BlockKind.PARAGRAPH, 0, bold=False)  # such a row only places other tables
    elif tag == "tr":
        cells = [inline(cell, skip=walk.skip) for cell in node.iter() if cell.tag in CELLS]
        walk.words.append(" | ".join(cells) if any(cells) else "")
        walk.flush(BlockKind.ROW, 0)
    elif tag == "li":
        _children(walk, node, BlockKind.ITEM, max(level, 1), bold=False)
        walk.flush(BlockKind.ITEM, max(level, 1))
    elif tag in LISTS:
        _children(walk, node, BlockKind.PARAGRAPH, level + 1, bold=False)
        walk.flush(BlockKind.PARAGRAPH, 0)
    else:
        inside = BlockKind.ITEM if level else BlockKind.PARAGRAPH
        _children(walk, node, inside, level, bold=False)
        walk.flush(inside, level)


def _children(walk: _Walk, node: LexborNode, kind: BlockKind, level: int, *, bold: bool) -> None:
    for child in node.iter(include_text=True):
        _visit(walk, child, kind, level, bold=bold)


def _mark(walk: _Walk, node: LexborNode, tag: str) -> str:
    """The mark that a note begins with, a number in raised digits; "" where the element is none.

    FDA sets it in a list of notes of its own, or bold and italic before a paragraph, where only a raised number above
    tells it from the number of a step.
    """
    if tag == "a" and _has_class(node, _LABEL):
        return _with_raised_digits(inline(node, skip=walk.skip))
    number = _in_bold_italics(node, tag).strip() if tag in BOLD or tag in ITALIC else ""
    mark = _with_raised_digits(number)
    return mark if mark != number and walk.refers_to(mark) else ""


def _in_bold_italics(node: LexborNode, tag: str) -> str:
    """The text of an element that holds nothing but text which is bold and italic; "" for any other."""
    bold = italic = False
    while tag != "-text":
        bold, italic = bold or tag in BOLD, italic or tag in ITALIC
        inside = [child for child in node.iter(include_text=True) if child.tag != "-comment"]
        if len(inside) != 1 or (tag not in BOLD and tag not in ITALIC):
            return ""
        node, tag = inside[0], inside[0].tag or ""
    return node.text_content or "" if bold and italic else ""


def _raised(node: LexborNode, skip: Skip) -> str:
    """Raised text, with the digits of a number that is raised whole as raised digits."""
    words: list[str] = []
    if not skip(node):
        _collect(node, words, lambda inner: skip(inner) or _has_class(inner, _TOLD))
    return _with_raised_digits("".join(words))


def _with_raised_digits(text: str) -> str:
    number = clean(text)  # editors leave blanks of every kind beside it
    return text.translate(RAISED) if number.isdecimal() and number.isascii() else text


def _has_class(node: LexborNode, name: str) -> bool:
    return name in (node.attributes.get("class") or "").split()


def _collect(node: LexborNode, words: list[str], skip: Skip) -> None:
    for child in node.iter(include_text=True):
        tag = child.tag
        if tag == "-text":
            words.append(child.text_content or "")
        elif tag == "br":
            words.append(" ")
        elif tag == "sup":
            words.append(_raised(child, skip))
        elif tag and not tag.startswith("-") and tag not in SKIPPED and not skip(child):
            apart = tag not in INLINE
            if apart:
                words.append(" ")
            _collect(child, words, skip)
            if apart:
                words.append(" ")
