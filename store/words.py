"""What became of each word within one passage that was edited.

Words that differ in typography alone are equal, and are shown as they stand after.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

from store.alignment import aligned, numbered
from store.normal import canonical
from store.records import WordOp, Words

# A word is a run of letters and digits, with what may stand inside a word (marks on letters, soft hyphens, joiners),
# between letters (apostrophes, hyphens: "l'avis", "FDA-2024-D-0001", and what typography makes of them: "10–20") or
# between digits ("1,300.5", "10:30", "12/03/2025"). Words are never split.
_MARKS: Final = "\u0300-\u036f\u00ad\u200b-\u200d\u2060"
_LETTERS: Final = rf"\w[\w{_MARKS}]*"
_WORD_PATTERN: Final = rf"{_LETTERS}(?:(?:['‘’′\-‐‑‒–−](?=\w)|(?<=\d)[.,:/](?=\d)){_LETTERS})*"
WORD: Final = re.compile(_WORD_PATTERN)
# White space belongs to the word or sign that follows it; the empty last token carries what ends the text.
_TOKEN: Final = re.compile(rf"(\s*)({_WORD_PATTERN}|\.\.\.|\S|\Z)")

# The mark of a note may stand between a full stop and the next sentence.
_SENTENCE_START: Final = re.compile(r"\A|[.!?;:]['\"”’»)\]]*(?:\[\w{1,3}\]|[⁰¹²³⁴-⁹]{1,3})?\s+")

_ISLAND: Final = 2
"""So many equal words between two changes are shown as changed: alone they join what does not belong together."""


def words_of(before: str, after: str) -> tuple[Words, ...]:
    """The words of two forms of a passage; replaced as a whole where less than a third of the longer one is common.

    Joining keep and add gives the text after. Joining keep and remove gives the text before, but for the typography
    of words that are kept.
    """
    if before == after:
        return joined([(WordOp.KEEP, after)])
    head, tail = _ends(before, after)
    middle, middle_after = before[head : len(before) - tail], after[head : len(after) - tail]
    ends = after[:head], after[len(after) - tail :]
    a, b = _TOKEN.findall(middle), _TOKEN.findall(middle_after)
    marked = list(_marked(a, b, [run for run in _runs(a, b) if _stands_alone(run, a, b)]))
    if _little_common(marked, max(count(middle), count(middle_after)), ends):
        return joined([(WordOp.REMOVE, before), (WordOp.ADD, after)])
    runs = joined([(WordOp.KEEP, ends[0]), *marked, (WordOp.KEEP, ends[1])])
    return joined(_with_brackets(_sentences([(run.op, run.text) for run in runs])))


def joined(parts: Iterable[tuple[WordOp, str]]) -> tuple[Words, ...]:
    """The parts that are not empty, neighbours of one fate as one."""
    found: list[tuple[WordOp, list[str]]] = []
    for op, text in parts:
        if text and found and found[-1][0] is op:
            found[-1][1].append(text)
        elif text:
            found.append((op, [text]))
    return tuple(Words(op, "".join(texts)) for op, texts in found)


def _little_common(marked: Sequence[tuple[WordOp, str]], longer: int, ends: tuple[str, str]) -> bool:
    """Whether less than a third of the words is common: `longer` is those of the longer text between common ends.

    What was only added or only removed is always exact.
    """
    if not {WordOp.REMOVE, WordOp.ADD} <= {op for op, text in marked if text}:
        return False
    lacking = longer - 3 * sum(count(text) for op, text in marked if op is WordOp.KEEP)
    # Each word of the ends is in the longer text and in what is common, and so counts twice.
    in_ends = islice(chain.from_iterable(map(WORD.finditer, ends)), max(0, lacking))
    return 2 * sum(1 for _ in in_ends) < lacking


_Token = tuple[str, str]
_Run = tuple[int, int, int]
"""Equal tokens: where they begin before and after, and how many."""


def _runs(a: Sequence[_Token], b: Sequence[_Token]) -> list[_Run]:
    runs: list[_Run] = []
    for i, j in aligned(*numbered(_plain(a), _plain(b))):
        if runs and i == runs[-1][0] + runs[-1][2] and j == runs[-1][1] + runs[-1][2]:
            runs[-1] = (runs[-1][0], runs[-1][1], runs[-1][2] + 1)
        else:
            runs.append((i, j, 1))
    return runs


def _plain(tokens: Sequence[_Token]) -> list[str]:
    return [word if word.isascii() else _canonical(word) for _, word in tokens]


def _canonical(word: str) -> str:
    # Held between letters, as the form of some signs begins with a blank that would be cut off ("´").
    return canonical(f"x{word}x")[1:-1] or word


def _stands_alone(run: _Run, a: Sequence[_Token], b: Sequence[_Token]) -> bool:
    """Whether equal words are worth showing as kept: not an island between two changes."""
    i, j, n = run
    if (i == 0 and j == 0) or (i + n == len(a) and j + n == len(b)):
        return True
    return sum(1 for _, word in a[i : i + n] if WORD.match(word)) > _ISLAND


def _marked(a: Sequence[_Token], b: Sequence[_Token], kept: Sequence[_Run]) -> Iterator[tuple[WordOp, str]]:
    i0 = j0 = 0
    for i, j, n in kept:
        for k in range(n):
            (space_a, _), (space_b, word) = a[i + k], b[j + k]
            # White space before a kept word belongs to the change before it, which shares it out.
            if k == 0 or bool(space_a) is not bool(space_b):
                yield from _change(_text(a[i0 : i + k]) + space_a, _text(b[j0 : j + k]) + space_b)
                yield WordOp.KEEP, word
            else:
                yield WordOp.KEEP, space_b + word
            i0, j0 = i + k + 1, j + k + 1
    yield from _change(_text(a[i0:]), _text(b[j0:]))


def _text(tokens: Iterable[_Token]) -> str:
    return "".join(space + word for space, word in tokens)


def _change(before: str, after: str) -> Iterator[tuple[WordOp, str]]:
    """A change without the white space that both sides begin or end with."""
    before, after, head = _without_head(before, after)
    backwards, afterwards, tail = _without_head(before[::-1], after[::-1])
    yield WordOp.KEEP, head
    yield WordOp.REMOVE, backwards[::-1]
    yield WordOp.ADD, afterwards[::-1]
    yield WordOp.KEEP, tail[::-1]


def _without_head(before: str, after: str) -> tuple[str, str, str]:
    """Both without the white space at their start, where both have some, and that of the second: one blank or many."""
    bare_before, bare_after = before.lstrip(), after.lstrip()
    if len(bare_before) == len(before) or len(bare_after) == len(after):
        return before, after, ""
    return bare_before, bare_after, after[: len(after) - len(bare_after)]


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


def _with_brackets(parts: list[tuple[WordOp, str]]) -> list[tuple[WordOp, str]]:
    """The same with a bracket that closes what both sides of a replacement open in it: "[fifteen (15)] {thirty (30)}"."""
    parts = list(parts)
    for n in range(len(parts) - 2):
        (op, gone), (op_next, new), (op_after, after) = parts[n : n + 3]
        if (op, op_next, op_after) != (WordOp.REMOVE, WordOp.ADD, WordOp.KEEP):
            continue
        bracket = after[:1]
        if bracket in _OPENING and all(_opens(text, bracket) for text in (gone, new)):
            parts[n : n + 3] = [(op, gone + bracket), (op_next, new + bracket), (op_after, after[1:])]
    return parts


_OPENING: Final = {")": "(", "]": "["}


def _opens(text: str, closing: str) -> bool:
    return text.count(_OPENING[closing]) > text.count(closing)


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


def count(text: str) -> int:
    """How many words a text has; signs are none."""
    return len(WORD.findall(text))
