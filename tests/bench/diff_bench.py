"""What a diff costs, in CPU time of one core, on made-up texts of the sizes that regulators publish.

`python -m tests.bench.diff_bench` prints it, and beside it what the algorithms that other trackers are built on need
for the same texts: Python's difflib on words, and diff-match-patch on words within a time limit. Their sizes are
bounded, since their time grows with the square of what differs.

Peers' times of the same edit were measured by others on another machine: at 1.3 MiB changedetection.io 0.55.8 takes
370 ms and web-monitoring-diff 0.2.0 360 ms for text, without moves or tables; webchanges' word diff takes 25 s for
44 KiB, and web-monitoring-diff's rendered diff 30 s for 447 KiB. What stands below as difflib and diff-match-patch is
measured here, in the same run.
"""

from __future__ import annotations

import difflib
import random
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable

from diff_match_patch import diff_match_patch

from store.diff import compare
from store.records import Block, BlockKind

_RUNS = 7
_LIMIT = 1.0
"""Seconds by the clock that diff-match-patch is given, as it gives itself: its answer then depends on the load."""

Texts = tuple[list[Block], list[Block]]


def figures() -> list[tuple[str, float, str, str]]:
    """Name, value, unit and goal of each figure; a time is the median of seven runs."""
    times = [
        (name, _median_of(texts), "ms", goal)
        for name, texts, goal in [
            ("5,000 words, 24 edits", lambda: _letters(5_000, 24), "at most 3"),
            ("60,000 words, 202 edits", lambda: _letters(60_000, 202), "at most 30"),
            ("unrelated, 10,000 words, paragraphs", lambda: _unrelated(10_000, 60, 3_000), "at most 100"),
            ("unrelated, 10,000 words, lines of six", lambda: _unrelated(10_000, 6, 3_000), "at most 100"),
            ("unrelated, 10,000 words, one block", lambda: _unrelated(10_000, 10_000, 3_000), "at most 100"),
            ("unrelated, 10,000 words, few different", lambda: _unrelated(10_000, 60, 100), "at most 100"),
            ("one block of 10,000 words, half changed", lambda: _half_changed(10_000), "at most 100"),
            ("1.3 MiB, a word in every tenth paragraph (peers 360, 370)", _megabyte, "at most 300"),
            ("1.3 MiB, the same set with other quotes", _set_otherwise, "at most 300"),
            ("300 sections, 40 renamed, 40 moved", lambda: _sections(300, 40), "at most 100"),
            ("table, 2,000 rows, 40 edited", lambda: _table(2_000, 40), "at most 200"),
            ("table, 2,000 rows, 40 edited, shuffled", lambda: _table(2_000, 40, shuffled=True), "at most 200"),
            ("table, 2,000 rows, a column more", _wider_table, "at most 200"),
            ("13,000 repeats against 10,000", lambda: _repeats(13_000, 10_000), "at most 100"),
            ("13,000 repeats against 10,000, other ends", lambda: _repeats(13_000, 10_000, "a", "b"), "at most 100"),
            ("500 paragraphs in another order", _shuffled, "at most 100"),
            ("20,000 blocks of a word, unrelated", _one_word_blocks, "at most 1000"),
        ]
    ]
    return [
        *times,
        ("memory, unrelated, 10,000 words, one block", _memory(_unrelated(10_000, 10_000, 3_000)), "MB", "at most 100"),
        ("memory, unrelated, 10,000 words, lines of six", _memory(_unrelated(10_000, 6, 3_000)), "MB", "at most 100"),
    ]


def baselines() -> list[tuple[str, float, str]]:
    """Name, value and unit of what others need: one run of each, on sizes at which they end."""
    return [
        (f"{algorithm}: {name}", _once(compared, texts), "ms")
        # What takes a second or more was cut off by the limit.
        for algorithm, compared, name, texts in [
            ("difflib", _by_difflib, "5,000 words, 24 edits", _letters(5_000, 24)),
            ("difflib", _by_difflib, "20,000 words, 67 edits", _letters(20_000, 67)),
            ("difflib", _by_difflib, "unrelated, 2,000 words", _unrelated(2_000, 60, 3_000)),
            ("diff-match-patch", _by_dmp, "5,000 words, 24 edits", _letters(5_000, 24)),
            ("diff-match-patch", _by_dmp, "60,000 words, 202 edits", _letters(60_000, 202)),
            ("diff-match-patch", _by_dmp, "unrelated, 2,000 words", _unrelated(2_000, 60, 3_000)),
            ("diff-match-patch", _by_dmp, "unrelated, 10,000 words", _unrelated(10_000, 60, 3_000)),
        ]
    ]


def _once(compared: Callable[[list[str], list[str]], object], texts: Texts) -> float:
    before, after = (" ".join(block.text for block in side).split() for side in texts)
    start = time.process_time()
    compared(before, after)
    return 1_000 * (time.process_time() - start)


def _by_difflib(before: list[str], after: list[str]) -> object:
    return difflib.SequenceMatcher(None, before, after).get_opcodes()


def _by_dmp(before: list[str], after: list[str]) -> object:
    """A character for each word, as its authors advise for lines; surrogates are left out."""
    codes: dict[str, str] = {}
    for word in (*before, *after):
        codes.setdefault(word, chr(0x100 + len(codes)))
    matcher = diff_match_patch()
    matcher.Diff_Timeout = _LIMIT
    return matcher.diff_main("".join(codes[word] for word in before), "".join(codes[word] for word in after), False)


def _memory(texts: Texts) -> float:
    """The most memory that Python held for one comparison, in MB."""
    tracemalloc.start()
    compare(*texts)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


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


def _set_otherwise() -> Texts:
    before = [Block(block.kind, f'The firm\'s "{block.text}"') for block in _megabyte()[0]]
    return before, [Block(block.kind, block.text.replace("'", "’").replace(' "', " “")) for block in before]


def _sections(count: int, changed: int) -> Texts:
    chance = random.Random(7)
    sections = [[_heading(n, chance), *_paragraphs(_words(180, 5_000, chance), 60)] for n in range(count)]
    edited = [list(section) for section in sections]
    for n in chance.sample(range(count), changed):
        edited[n][0] = Block(BlockKind.HEADING, f"Of {edited[n][0].text}", edited[n][0].level)
    for n in chance.sample(range(count), changed):
        edited.insert(chance.randrange(count), edited.pop(n))
    return [block for section in sections for block in section], [block for section in edited for block in section]


def _heading(n: int, chance: random.Random) -> Block:
    level = 1 if n % 7 == 0 else 2 if n % 3 == 0 else 3
    return Block(BlockKind.HEADING, f"{n}. {' '.join(_words(3, 5_000, chance))}", level)


def _table(rows: int, edits: int, *, shuffled: bool = False) -> Texts:
    chance = random.Random(5)
    before = [
        Block(BlockKind.ROW, f"Firm {n} Inc | {n % 28 + 1} March 2025 | Class {'I' * (n % 3 + 1)} | Ongoing")
        for n in range(rows)
    ]
    after = list(before)
    for n in chance.sample(range(rows), edits):
        after[n] = Block(BlockKind.ROW, before[n].text.replace("Ongoing", "Terminated"))
    return before, chance.sample(after, rows) if shuffled else after


def _wider_table() -> Texts:
    before, after = _table(2_000, 40)
    names = [
        Block(BlockKind.ROW, text) for text in ("Firm | Date | Class | Status", "Firm | City | Date | Class | Status")
    ]
    return [names[0], *before], [
        names[1],
        *(Block(row.kind, row.text.replace(" | ", " | Reno | ", 1)) for row in after),
    ]


def _one_word_blocks() -> Texts:
    chance = random.Random(8)
    return _paragraphs(_words(20_000, 20_000, chance), 1), _paragraphs(_words(20_000, 20_000, chance), 1)


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
        sys.stdout.write(f"{name:55} {value:9.2f} {unit}  ({goal})\n")
    for name, value, unit in baselines():
        sys.stdout.write(f"{name:55} {value:9.2f} {unit}\n")
