"""What became of each word within one block that was edited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from store.alignment import aligned, numbered
from store.records import BlockKind, WordOp, Words

# A word is a run of letters and digits, with what may stand inside a word (marks on letters, soft hyphens, joiners),
# between letters (apostrophes, hyphens: "l'avis", "FDA-2024-D-0001") or between digits ("1,300.5", "10:30",
# "12/03/2025"). Words are never split.
_MARKS: Final = "\u0300-\u036f\u00ad\u200b-\u200d\u2060"
_LETTERS: Final = rf"\w[\w{_MARKS}]*"
_WORD_PATTERN: Final = rf"{_LETTERS}(?:(?:['’\-‐‑](?=\w)|(?<=\d)[.,:/](?=\d)){_LETTERS})*"
WORD: Final = re.compile(_WORD_PATTERN)
# White space belongs to the word or sign that follows it; the empty last token carries what ends the text.
_TOKEN: Final = re.compile(rf"(\s*)({_WORD_PATTERN}|\S|\Z)")

_SENTENCE_START: Final = re.compile(r"\A|[.!?;:]['\"”’»)\]]*\s+")

_ISLAND: Final = 2
"""So many equal words between two changes are shown as changed: alone they join what does not belong together."""


def words_of(before: str, after: str, kind: BlockKind) -> tuple[Words, ...]:
    """The words of an edited block; replaced as a whole where less than a third of the longer text is common."""
    if before == after:
        return (Words(WordOp.KEEP, after),)
    head, tail = _ends(before, after)
    a = _TOKEN.findall(before[head : len(before) - tail])
    b = _TOKEN.findall(after[head : len(after) - tail])
    kept = [run for run in _runs(a, b) if _stands_alone(run, a, b, kind)]
    runs = _joined([(WordOp.KEEP, after[:head]), *_marked(a, b, kept), (WordOp.KEEP, after[len(after) - tail :])])
    runs = _joined(_sentences([(run.op, run.text) for run in runs]))
    return _joined([(WordOp.REMOVE, before), (WordOp.ADD, after)]) if _little_common(runs, before, after) else runs


def _little_common(runs: Sequence[Words], before: str, after: str) -> bool:
    """Whether a replacement says more than the words kept; what was only added or only removed is always exact."""
    if not {WordOp.REMOVE, WordOp.ADD} <= {run.op for run in runs} or _mostly_equal(before, after):
        return False
    common = sum(len(WORD.findall(run.text)) for run in runs if run.op is WordOp.KEEP)
    return 3 * common < max(len(WORD.findall(before)), len(WORD.findall(after)))


_Token = tuple[str, str]
_Run = tuple[int, int, int]
"""Equal tokens: where they begin before and after, and how many."""


def _runs(a: Sequence[_Token], b: Sequence[_Token]) -> list[_Run]:
    runs: list[_Run] = []
    for i, j in aligned(*numbered([word for _, word in a], [word for _, word in b])):
        if runs and i == runs[-1][0] + runs[-1][2] and j == runs[-1][1] + runs[-1][2]:
            runs[-1] = (runs[-1][0], runs[-1][1], runs[-1][2] + 1)
        else:
            runs.append((i, j, 1))
    return runs


def _stands_alone(run: _Run, a: Sequence[_Token], b: Sequence[_Token], kind: BlockKind) -> bool:
    """Whether equal words are worth showing as kept: not an island between two changes, unless it parts two cells."""
    i, j, n = run
    if (i == 0 and j == 0) or (i + n == len(a) and j + n == len(b)):
        return True
    words = [word for _, word in a[i : i + n]]
    if kind is BlockKind.ROW and "|" in words:
        return True
    return sum(1 for word in words if WORD.match(word)) > _ISLAND


def _marked(a: Sequence[_Token], b: Sequence[_Token], kept: Sequence[_Run]) -> Iterator[tuple[WordOp, str]]:
    i0 = j0 = 0
    for i, j, n in kept:
        for k in range(n):
            # White space before a kept word belongs to the change before it, which shares it out.
            if k == 0 or a[i + k][0] != b[j + k][0]:
                yield from _change(_text(a[i0 : i + k]) + a[i + k][0], _text(b[j0 : j + k]) + b[j + k][0])
                yield WordOp.KEEP, a[i + k][1]
            else:
                yield WordOp.KEEP, a[i + k][0] + a[i + k][1]
            i0, j0 = i + k + 1, j + k + 1
    yield from _change(_text(a[i0:]), _text(b[j0:]))


def _text(tokens: Iterable[_Token]) -> str:
    return "".join(space + word for space, word in tokens)


def _change(before: str, after: str) -> Iterator[tuple[WordOp, str]]:
    """A change without the white space that both sides begin or end with."""
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head] and before[head].isspace():
        head += 1
    tail = 0
    while (
        tail < min(len(before), len(after)) - head
        and before[-1 - tail] == after[-1 - tail]
        and before[-1 - tail].isspace()
    ):
        tail += 1
    yield WordOp.KEEP, after[:head]
    yield WordOp.REMOVE, before[head : len(before) - tail]
    yield WordOp.ADD, after[head : len(after) - tail]
    yield WordOp.KEEP, after[len(after) - tail :]


def _sentences(parts: list[tuple[WordOp, str]]) -> list[tuple[WordOp, str]]:
    """The same with each mere addition or removal begun at a sentence, where it can be: "The {new one. The} old"."""
    parts = [*parts, (WordOp.KEEP, "")]
    for n in range(1, len(parts) - 1):
        (op_before, before), (op, text), (op_after, after) = parts[n - 1 : n + 2]
        if op is WordOp.KEEP or op_before is not WordOp.KEEP or op_after is not WordOp.KEEP:
            continue
        limit = _head(before[::-1], text[::-1])
        starts = [found.end() for found in _SENTENCE_START.finditer(before) if len(before) - found.end() <= limit]
        cut = len(before) - starts[-1] if starts else 0
        if n > 1 and len(WORD.findall(before[: len(before) - cut])) <= _ISLAND:
            continue
        if cut and text[: len(text) - cut][-1:].isspace():
            parts[n - 1 : n + 2] = [
                (WordOp.KEEP, before[: len(before) - cut]),
                (op, text[len(text) - cut :] + text[: len(text) - cut]),
                (WordOp.KEEP, text[len(text) - cut :] + after),
            ]
    return parts


def _joined(parts: Iterable[tuple[WordOp, str]]) -> tuple[Words, ...]:
    joined: list[tuple[WordOp, list[str]]] = []
    for op, text in parts:
        if text and joined and joined[-1][0] is op:
            joined[-1][1].append(text)
        elif text:
            joined.append((op, [text]))
    return tuple(Words(op, "".join(texts)) for op, texts in joined)


def _ends(before: str, after: str) -> tuple[int, int]:
    """How many characters both texts begin with and end with, cut at a blank, where no word can be cut.

    The blank after the head and the one before the tail belong to the middle on both sides.
    """
    head = max(before.rfind(" ", 0, _head(before, after)), 0)
    tail = _head(before[head:][::-1], after[head:][::-1])
    blank = before.find(" ", len(before) - tail)
    return head, len(before) - blank - 1 if blank >= 0 else 0


def plainly_one(before: str, after: str) -> bool:
    """Whether two texts in one place are one block, to be seen without counting words."""
    shorter, longer = sorted((before, after), key=len)
    return longer.startswith(shorter) or longer.endswith(shorter) or _mostly_equal(before, after)


def _mostly_equal(before: str, after: str) -> bool:
    head, tail = _ends(before, after)
    return 2 * (head + tail) >= max(len(before), len(after))


def _head(a: str, b: str) -> int:
    """How many characters two texts begin with in common, by halves: comparing slices is cheaper than characters."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
