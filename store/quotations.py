"""Whether a place in a letter lies within quotation marks: there a regulator repeats the words of somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from store.records import Block, BlockKind

_MARKS = re.compile('[“”«»"]')
_OPENING: Final = frozenset("“«")
_CLOSING: Final = frozenset("”»")
# The regulator's own use of quotation marks: short names it gives, titles of documents, and the words of the law.
_OWN = re.compile(
    r"(?:\((?:the|or)?\s*|\((?:hereinafter|collectively|together)\b[^()]{0,90}|\bhereinafter,?\s*(?:referred to as\s*)?"
    r"|\b(?:entitled|titled|guidance|notification|defined as|the term|meaning of)[,:]?\s*"
    r"|\b(?:CFR [\d.]{1,9}\S{0,12}|section \d\S{0,14}(?: of the [\w&]{1,6} Act)?|regulations?|monograph \w{1,5})"
    r" (?:states?|provides?|defines?|requires?|reads?),?(?: that| in (?:relevant )?part,?)?\s*)$",
    re.IGNORECASE,
)
_BEFORE = 130
_WINDOW = 4000
_BLOCKS = 12


def is_quoted(blocks: Sequence[Block], block: int, position: int) -> bool:
    """Whether this offset of this block stands in a quotation, which may begin and end in neighbouring blocks.

    A short name in quotation marks (“your product”) and the title of a document are no quotation. Of a longer text
    the 4,000 characters on either side, and twelve blocks up to the next heading, are looked at.
    """
    text = blocks[block].text
    opened = _open_before(text, max(0, position - _WINDOW), position)
    if opened is not None:
        return opened >= 0 and not _is_own(text, opened) and _closes(blocks, block, position)
    return _opened_above(blocks, block) and _closes(blocks, block, position)


def _open_before(text: str, start: int, end: int) -> int | None:
    """Where the quotation that is still open at `end` begins; -1 where all are closed, None where there are no marks."""
    opened: list[int] = []
    seen = False
    for at, opening in _marks(text, start, end):
        seen = True
        if opening:
            opened.append(at)
        elif opened:
            opened.pop()
    return (opened[-1] if opened else -1) if seen else None


def _marks(text: str, start: int, end: int) -> Iterator[tuple[int, bool]]:
    """The quotation marks of a stretch, in order, with whether they open; a straight one opens before a word."""
    for mark in _MARKS.finditer(text, start, end):
        sign, at = mark[0], mark.start()
        if sign in _OPENING or sign in _CLOSING:
            yield at, sign in _OPENING
        elif _stands_free(text, at):
            yield at, True
        elif not text[at - 1].isdigit() or at + 1 == len(text) or not text[at + 1].isalnum():
            yield at, False


def _stands_free(text: str, at: int) -> bool:
    before, behind = text[at - 1] if at else " ", text[at + 1] if at + 1 < len(text) else " "
    return (before.isspace() or before in "([—–-:") and not behind.isspace()


def _is_own(text: str, opened: int) -> bool:
    return _OWN.search(text[max(0, opened - _BEFORE) : opened]) is not None


def _closes(blocks: Sequence[Block], block: int, position: int) -> bool:
    """Whether a closing mark follows, here or below; a mark that nothing closes opened nothing."""
    text = blocks[block].text
    if any(not opening for _, opening in _marks(text, position, min(len(text), position + _WINDOW))):
        return True
    for below in blocks[block + 1 : block + 1 + _BLOCKS]:
        if below.kind is BlockKind.HEADING:
            return False
        first = next(_marks(below.text, 0, _WINDOW), None)
        if first is not None:
            return not first[1]
    return False


def _opened_above(blocks: Sequence[Block], block: int) -> bool:
    """Whether the last quotation mark above, within the section, opened a quotation that runs on."""
    for above in reversed(blocks[max(0, block - _BLOCKS) : block]):
        if above.kind is BlockKind.HEADING:
            return False
        opened = _open_before(above.text, max(0, len(above.text) - _WINDOW), len(above.text))
        if opened is not None:
            return opened >= 0
    return False
