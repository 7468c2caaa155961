"""What a diff costs, in CPU time of one core, on made-up texts of the sizes that regulators publish.

`python -m tests.bench.diff_bench` prints it.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable

from store.diff import compare
from store.records import Block, BlockKind

_RUNS = 7

Texts = tuple[list[Block], list[Block]]


def figures() -> list[tuple[str, float, str, str]]:
    """Name, value, unit and goal of each figure; a value is the median of seven runs."""
    return [
        (name, _median_of(texts), "ms", goal)
        for name, texts, goal in [
            ("5,000 words, 24 edits", lambda: _letters(5_000, 24), "at most 3"),
            ("60,000 words, 202 edits", lambda: _letters(60_000, 202), "at most 30"),
            ("unrelated, 10,000 words, paragraphs", lambda: _unrelated(10_000, 60, 3_000), "at most 100"),
            ("unrelated, 10,000 words, lines of six", lambda: _unrelated(10_000, 6, 3_000), "at most 100"),
            ("unrelated, 10,000 words, one block", lambda: _unrelated(10_000, 10_000, 3_000), "at most 100"),
            ("unrelated, 10,000 words, few different", lambda: _unrelated(10_000, 60, 100), "at most 100"),
            ("one block of 10,000 words, half changed", lambda: _half_changed(10_000), "at most 100"),
            ("1.3 MiB, a word in every tenth paragraph", _megabyte, "at most 300"),
            ("table, 2,000 rows, 40 edited", lambda: _table(2_000, 40), "at most 200"),
            ("13,000 repeats against 10,000", lambda: _repeats(13_000, 10_000), "at most 100"),
            ("13,000 repeats against 10,000, other ends", lambda: _repeats(13_000, 10_000, "a", "b"), "at most 100"),
            ("500 paragraphs in another order", _shuffled, "at most 100"),
        ]
    ]


def _median_of(texts: Callable[[], Texts]) -> float:
    times = []
    for _ in range(_RUNS):
        # Made anew each time: Python remembers the hash of a string it has hashed once.
        before, after = texts()
        start = time.process_time()
        compare(before, after)
        times.append(1_000 * (time.process_time() - start))
    return statistics.median(times)


def _words(count: int, vocabulary: int, chance: random.Random) -> list[str]:
    """Words as a text has them: a few very often, most of them seldom."""
    return [f"word{int(chance.random() ** 3 * vocabulary)}" for _ in range(count)]


def _paragraphs(words: list[str], length: int) -> list[Block]:
    return [
        Block(BlockKind.PARAGRAPH, " ".join(words[start : start + length])) for start in range(0, len(words), length)
    ]


def _letters(count: int, edits: int) -> Texts:
    chance = random.Random(1)
    words = _words(count, 5_000, chance)
    edited = list(words)
    for place in chance.sample(range(count), edits):
        edited[place] = "changed"
    return _paragraphs(words, 60), _paragraphs(edited, 60)


def _unrelated(count: int, length: int, vocabulary: int) -> Texts:
    chance = random.Random(2)
    return (
        _paragraphs(_words(count, vocabulary, chance), length),
        _paragraphs(_words(count, vocabulary, chance), length),
    )


def _half_changed(count: int) -> Texts:
    chance = random.Random(3)
    words = _words(count, 5_000, chance)
    edited = [word if chance.random() < 0.5 else "changed" for word in words]
    return _paragraphs(words, count), _paragraphs(edited, count)


def _megabyte() -> Texts:
    chance = random.Random(4)
    before = _paragraphs(_words(160_000, 9_000, chance), 60)
    after = [
        Block(block.kind, block.text.replace(" ", " changed ", 1)) if n % 10 == 0 else block
        for n, block in enumerate(before)
    ]
    return before, after


def _table(rows: int, edits: int) -> Texts:
    chance = random.Random(5)
    before = [
        Block(BlockKind.ROW, f"Firm {n} Inc | {n % 28 + 1} March 2025 | Class {'I' * (n % 3 + 1)} | Ongoing")
        for n in range(rows)
    ]
    after = list(before)
    for n in chance.sample(range(rows), edits):
        after[n] = Block(BlockKind.ROW, before[n].text.replace("Ongoing", "Terminated"))
    return before, after


def _repeats(before: int, after: int, end_before: str = "", end_after: str = "") -> Texts:
    return tuple(  # type: ignore[return-value]  # two of them
        [Block(BlockKind.PARAGRAPH, " ".join([end, *["word"] * count, end]).strip())]
        for end, count in ((end_before, before), (end_after, after))
    )


def _shuffled() -> Texts:
    chance = random.Random(6)
    before = _paragraphs(_words(30_000, 5_000, chance), 60)
    return before, chance.sample(before, len(before))


if __name__ == "__main__":
    for name, value, unit, goal in figures():
        sys.stdout.write(f"{name:45} {value:8.2f} {unit}  ({goal})\n")
