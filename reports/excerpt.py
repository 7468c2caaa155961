"""What stays of a text around its changes, cut to the sentences that a reader needs to judge them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from store.records import BlockDiff, BlockKind, BlockOp, WordOp, Words

_SHORTEST_CUT: Final = 60
"""Fewer characters are not worth a sign that they are left out."""
_LONGEST_SENTENCE: Final = 400
"""What has no stop for so many characters (a list of names, an address) is cut between two words."""

# A note's mark may stand behind the stop: "as required.[2] In addition".
_STOP: Final = re.compile(r"[.!?…][\"'”’»)\]]{0,3}(?:\[\w{1,3}\]|[¹²³⁴-⁹⁰]{1,3})?\s+(?=[A-ZÀ-Þ“«\"'‘(\[\d])")
_ENDS: Final = re.compile(r"[.!?…][\"'”’»)\]]{0,3}(?:\[\w{1,3}\]|[¹²³⁴-⁹⁰]{1,3})?\s*\Z")
_LONGEST_END: Final = 20
_ABBREVIATIONS: Final = frozenset(
    {"dr", "mr", "mrs", "ms", "prof", "vs", "al", "no", "nos", "sec", "fig", "art", "par", "approx", "cf", "ph.d"}
    | {"inc", "ltd", "llc", "co", "corp", "ltée", "dept", "st", "ave", "m", "mme", "mm"}
    | {"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"}
)
# "U.S.C" and the "J" of "J. Roe"; a single small letter ends a list's "(a)".
_INITIALS: Final = re.compile(r"[A-Z]|(?:[A-Za-z]\.){1,5}[A-Za-z]")
_LONGEST_WORD: Final = 12
_LONGEST_NUMBER: Final = 5
"""A stop nearer to the start ends the number of a paragraph: "12. The firm"."""


def excerpt(block: BlockDiff, *, changed_above: bool = False, changed_below: bool = False) -> Iterator[Words | None]:
    """The words of a block in order, and None where kept ones are left out; what changed is never cut.

    Around a change within the block stay its sentence and the neighbouring one. Of a block that is kept stay the
    sentences next to the changed block above or below, of one that moved its first and last. A heading and a row
    stay whole. White space next to what is left out becomes one blank.
    """
    if block.kind in (BlockKind.HEADING, BlockKind.ROW):
        yield from block.words
    elif all(words.op is WordOp.KEEP for words in block.words):
        moved = block.op is BlockOp.MOVE
        text = "".join(words.text for words in block.words)
        head = _head(text, 1) if moved or changed_above or not changed_below else 0
        yield from _cut(text, head, _tail(text, 1) if moved or changed_below else len(text))
    else:
        yield from _around_changes(block)


def _around_changes(block: BlockDiff) -> Iterator[Words | None]:
    for n, words in enumerate(block.words):
        if words.op is not WordOp.KEEP:
            yield words
            continue
        text = words.text
        begins_anew = n > 0 and _ends_sentence(block.words[n - 1].text)
        head = _head(text, 1 if begins_anew else 2) if n > 0 else 0
        tail = _tail(text, 1 if _ends_sentence(text) else 2) if n + 1 < len(block.words) else len(text)
        yield from _cut(text, head, tail)


def _cut(text: str, head: int, tail: int) -> Iterator[Words | None]:
    if tail - head < _SHORTEST_CUT:
        yield Words(WordOp.KEEP, text)
        return
    if head:
        yield Words(WordOp.KEEP, text[:head].rstrip() + " ")
    yield None
    if tail < len(text):
        yield Words(WordOp.KEEP, " " + text[tail:].lstrip())


def _head(text: str, count: int) -> int:
    """Where the first sentences end, so many of them."""
    end = [*_starts(text, count), len(text)][:count][-1]
    return end if end <= count * _LONGEST_SENTENCE else text.rfind(" ", 0, count * _LONGEST_SENTENCE) + 1


def _tail(text: str, count: int) -> int:
    """Where the last sentences begin, so many of them."""
    start = [0, *_starts(text)][-count:][0]
    earliest = len(text) - count * _LONGEST_SENTENCE
    if start >= earliest:
        return start
    blank = text.find(" ", earliest)
    return blank if blank >= 0 else len(text)


def _starts(text: str, most: int | None = None) -> list[int]:
    """Where each sentence but the first begins."""
    starts: list[int] = []
    for stop in _STOP.finditer(text):
        if not _abbreviates(text, stop.start()):
            starts.append(stop.end())
        if len(starts) == most:
            break
    return starts


def _abbreviates(text: str, stop: int) -> bool:
    """Whether the full stop at this offset belongs to the word or number before it."""
    if text[stop] != ".":
        return False
    word = text[max(0, stop - _LONGEST_WORD) : stop].rpartition(" ")[2].lstrip("(“\"'[")
    if stop < _LONGEST_NUMBER and " " not in text[:stop]:
        return True
    return word.lower() in _ABBREVIATIONS or _INITIALS.fullmatch(word) is not None


def _ends_sentence(text: str) -> bool:
    return _ENDS.search(text[-_LONGEST_END:]) is not None
