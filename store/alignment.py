"""Two sequences of numbers laid side by side: places of equal numbers, rising on both sides.

The work is bounded by the lengths of the sequences, and no clock is asked.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from diff_match_patch import diff_match_patch

# Unrelated words cost diff-match-patch time with the square of their number (8 against 8: 0.03 ms, 500 against 500:
# 130 ms), `_by_bits` 10 to 400 times less; what bounds that is its grid, held in memory at a bit a cell.
_SMALL: Final = 20
_GRID: Final = 200_000_000
_DEPTH: Final = 12

_DMP: Final = diff_match_patch()
# Zero would mean "no limit" and also switch off the half-match shortcut; a limit of three centuries never decides.
_DMP.Diff_Timeout = 1e10


def aligned(a: Sequence[int], b: Sequence[int], weights: Sequence[float] | None = None) -> list[tuple[int, int]]:
    """Places of equal numbers, rising on both sides: as many as can be, or near it where the sequences are very long.

    With weights for the numbers of `a`, those that stand once on either side lead, in their weightiest chain, and the
    rest is matched between them; without, only where the sequences are too long to be looked at whole.
    """
    pairs: list[tuple[int, int]] = []
    # Ranges still to match; a stack, as recursion would end at Python's limit and not at ours.
    todo = [(0, len(a), 0, len(b), 0)]
    while todo:
        i0, i1, j0, j1, depth = todo.pop()
        while i0 < i1 and j0 < j1 and a[i0] == b[j0]:
            pairs.append((i0, j0))
            i0, j0 = i0 + 1, j0 + 1
        while i0 < i1 and j0 < j1 and a[i1 - 1] == b[j1 - 1]:
            i1, j1 = i1 - 1, j1 - 1
            pairs.append((i1, j1))
        if i0 == i1 or j0 == j1:
            continue
        x, y = a[i0:i1], b[j0:j1]
        if set(x).isdisjoint(y):
            continue
        fits = len(x) * len(y) <= _GRID
        anchors: list[tuple[int, int]] = []
        if depth < _DEPTH and weights:
            anchors = heaviest_chain([(i, j, weights[i0 + i]) for i, j in _unique(x, y, 1)])
        if depth < _DEPTH and not anchors and not fits:
            # Four words in a row are rarely there twice; where they always are, single ones must do.
            found = _unique(x, y, 4) or _unique(x, y, 1) or _repeats(x, y)
            anchors = heaviest_chain([(i, j, 1) for i, j in found])
        if anchors:
            pairs += [(i0 + i, j0 + j) for i, j in anchors]
            for lefts, rights, _, _ in gaps(anchors, len(x), len(y)):
                if lefts and rights:
                    todo.append((i0 + lefts[0], i0 + lefts[-1] + 1, j0 + rights[0], j0 + rights[-1] + 1, depth + 1))
        elif fits:
            found = _by_dmp(x, y) if len(x) + len(y) <= _SMALL else _by_bits(x, y)
            pairs += [(i0 + i, j0 + j) for i, j in found]
    return sorted(pairs)


def _unique(a: Sequence[int], b: Sequence[int], width: int) -> list[tuple[int, int]]:
    """Where the runs of `width` numbers that stand once in each begin, in the order of the first."""
    once_a, once_b = _once(a, width), _once(b, width)
    return [(i, once_b[run]) for run, i in once_a.items() if run in once_b]


def _once(numbers: Sequence[int], width: int) -> dict[tuple[int, ...], int]:
    places: dict[tuple[int, ...], int] = {}
    for place, run in enumerate(zip(*(numbers[k:] for k in range(width)), strict=False)):
        places[run] = -1 if run in places else place
    return {run: place for run, place in places.items() if place >= 0}


def _repeats(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int]]:
    """The first of each number with the first of it, the second with the second: for sequences of repeats only."""
    places: dict[int, list[int]] = {}
    for j in range(len(b) - 1, -1, -1):
        places.setdefault(b[j], []).append(j)
    return [(i, places[number].pop()) for i, number in enumerate(a) if places.get(number)]


def heaviest_chain(pairs: Sequence[tuple[int, int, float]]) -> list[tuple[int, int]]:
    """The heaviest chain of pairs that rises on both sides."""
    ordered = sorted(pairs, key=lambda pair: (pair[0], -pair[1]))
    if all(p[0] < q[0] and p[1] < q[1] for p, q in pairwise(ordered)):
        return [(i, j) for i, j, _ in ordered]
    rank = {j: n for n, j in enumerate(sorted({j for _, j, _ in ordered}), start=1)}
    # A Fenwick tree: the heaviest chain that ends at or before a rank, as (weight, its last pair).
    tree: list[tuple[float, int]] = [(0.0, -1)] * (len(rank) + 1)
    came_from = []
    for here, (_, j, weight) in enumerate(ordered):
        best, at = (0.0, -1), rank[j] - 1
        while at:
            best = max(best, tree[at])
            at &= at - 1
        came_from.append(best[1])
        chain, at = (best[0] + weight, here), rank[j]
        while at < len(tree):
            tree[at] = max(tree[at], chain)
            at += at & -at
    last, at = (0.0, -1), len(rank)
    while at:
        last = max(last, tree[at])
        at &= at - 1
    chosen = []
    here = last[1]
    while here >= 0:
        chosen.append(ordered[here][:2])
        here = came_from[here]
    return chosen[::-1]


def _by_dmp(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int]]:
    """The longest common subsequence of two short sequences, by diff-match-patch with a character for each number."""
    codes: dict[int, str] = {}
    for number in (*a, *b):
        codes.setdefault(number, chr(len(codes)))
    i = j = 0
    pairs = []
    for op, text in _DMP.diff_main("".join(codes[n] for n in a), "".join(codes[n] for n in b), False):
        if op == 0:
            pairs += [(i + k, j + k) for k in range(len(text))]
        i += len(text) if op <= 0 else 0
        j += len(text) if op >= 0 else 0
    return pairs


def _by_bits(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int]]:
    """A longest common subsequence, with a row of the dynamic programme as one large integer (Hyyrö 2004).

    A zero in row `j` at bit `i` says that one more number can be matched within `a[:i+1]` than within `a[:i]`.
    """
    places: dict[int, int] = {}
    for i, number in enumerate(a):
        places[number] = places.get(number, 0) | 1 << i
    full = row = (1 << len(a)) - 1
    spare = len(a) + 64
    rows = []
    for number in b:
        matches = row & places.get(number, 0)
        if matches:
            row = (row + matches) | (row ^ matches)
            # The sum may carry past the last number, a bit at a time; cutting seldom is cheaper than cutting always.
            if row.bit_length() > spare:
                row &= full
        rows.append(row)
    pairs = []
    i, j = len(a), len(b)
    while i and j:
        if rows[j - 1] >> (i - 1) & 1:
            i -= 1
        else:
            j -= 1
            if j == 0 or rows[j - 1] >> (i - 1) & 1:
                i -= 1
                pairs.append((i, j))
    return pairs[::-1]


def numbered(left: Sequence[Hashable], right: Sequence[Hashable]) -> tuple[list[int], list[int]]:
    """A number for each thing, equal where the things are."""
    numbers: dict[Hashable, int] = {}
    return (
        [numbers.setdefault(thing, len(numbers)) for thing in left],
        [numbers.setdefault(thing, len(numbers)) for thing in right],
    )


def gaps(pairs: Sequence[tuple[int, int]], lefts: int, rights: int) -> Iterator[tuple[range, range, int, int]]:
    """What lies before each pair on either side, and the pair; at last what lies behind all, and a pair past the end."""
    i0 = j0 = 0
    for i, j in [*pairs, (lefts, rights)]:
        yield range(i0, i), range(j0, j), i, j
        i0, j0 = i + 1, j + 1
