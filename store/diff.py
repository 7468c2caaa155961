"""What became of each block between two texts, and inside an edited block of each word.

Blocks are matched first, then whole words inside the pairs that differ, so a long document costs little more than
its changes. Nothing here looks at a clock: the same two texts give the same diff on any machine, and what bounds
the work is the size of the texts. `compare` may be relied on for this, whatever the texts hold:

- keep and add, joined within each block, give the blocks after, in order;
- keep and remove, joined within each block, give the blocks before, in order once the moves are put aside;
- a block that moved stands once, with the op `move`, at its new place; at its old place stands nothing.

Blocks are equal when their texts are: a paragraph that becomes a list item of the same words is kept, and is shown
with its kind of today.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from diff_match_patch import diff_match_patch

from store.records import Block, BlockDiff, BlockKind, BlockOp, WordOp, Words

# A word is a run of letters and digits, with what may stand inside a word (marks on letters, soft hyphens, joiners),
# between letters (apostrophes, hyphens: "l'avis", "FDA-2024-D-0001") or between digits ("1,300.5", "10:30",
# "12/03/2025"). Words are never split.
_MARKS: Final = "\u0300-\u036f\u00ad\u200b-\u200d\u2060"
_LETTERS: Final = rf"\w[\w{_MARKS}]*"
_WORD_PATTERN: Final = rf"{_LETTERS}(?:(?:['’\-‐‑](?=\w)|(?<=\d)[.,:/](?=\d)){_LETTERS})*"
_WORD: Final = re.compile(_WORD_PATTERN)
# White space belongs to the word or sign that follows it; the empty last token carries what ends the text.
_TOKEN: Final = re.compile(rf"(\s*)({_WORD_PATTERN}|\S|\Z)")

_SENTENCE_START: Final = re.compile(r"\A|[.!?;:]['\"”’»)\]]*\s+")

_ISLAND: Final = 2
"""So many equal words between two changes are shown as changed: alone they join what does not belong together."""
_MOVE_WORDS: Final = 3
"""A shorter block that vanishes here and appears there is a coincidence ("Yours truly")."""
_EDITED_MOVE_WORDS: Final = 8
_EDITED_MOVE_ALIKE: Final = 0.8
_ALL_PAIRS: Final = 400
"""Up to so many pairs of blocks each is compared with each; above it, only those with a rare word in common."""
_RARE: Final = 4
"""A word is rare if it stands in at most so many of the blocks in question."""

# Unrelated words cost diff-match-patch time with the square of their number (8 against 8: 0.03 ms, 500 against 500:
# 130 ms), `_common_by_bits` 10 to 400 times less; what bounds that is its grid, held in memory at a bit a cell.
_SMALL: Final = 20
_GRID: Final = 200_000_000
_DEPTH: Final = 12

_DMP: Final = diff_match_patch()
# Zero would mean "no limit" and also switch off the half-match shortcut; a limit of three centuries never decides.
_DMP.Diff_Timeout = 1e10


def compare(before: Sequence[Block], after: Sequence[Block]) -> tuple[BlockDiff, ...]:
    """The blocks of both texts with what became of each, in the order of the text after.

    A removed block stands where it stood, among its neighbours that stayed.
    """
    left, right = [block.text for block in before], [block.text for block in after]
    sections = _sections(before), _sections(after)
    alike = _Likeness()
    stayed = _stayed(left, right, *sections)
    moved = _moved(left, right, stayed)
    stayed = sorted(stayed + _edited(left, right, stayed, moved, alike))
    moved |= _moved_and_edited(left, right, stayed, moved, alike)
    return tuple(_told(before, after, *sections, stayed, moved))


def words_changed(diff: Iterable[BlockDiff]) -> tuple[int, int]:
    """How many words were added and how many removed; of a block that moved, only its edited words count."""
    added = removed = 0
    for block in diff:
        for words in block.words:
            if words.op is WordOp.ADD:
                added += len(_WORD.findall(words.text))
            elif words.op is WordOp.REMOVE:
                removed += len(_WORD.findall(words.text))
    return added, removed


def _told(
    before: Sequence[Block],
    after: Sequence[Block],
    sections_before: Sequence[str],
    sections_after: Sequence[str],
    stayed: Sequence[tuple[int, int]],
    moved: dict[int, int],
) -> Iterator[BlockDiff]:
    gone_elsewhere = set(moved.values())
    for lefts, rights, i, j in _gaps(stayed, len(before), len(after)):
        for k in lefts:
            if k not in gone_elsewhere:
                gone = (Words(WordOp.REMOVE, before[k].text),)
                yield BlockDiff(sections_before[k], before[k].kind, BlockOp.REMOVE, gone)
        for k in rights:
            if k in moved:
                there = _words(before[moved[k]].text, after[k].text, after[k].kind)
                yield BlockDiff(sections_after[k], after[k].kind, BlockOp.MOVE, there)
            else:
                new = (Words(WordOp.ADD, after[k].text),)
                yield BlockDiff(sections_after[k], after[k].kind, BlockOp.ADD, new)
        if j < len(after):
            words = _words(before[i].text, after[j].text, after[j].kind)
            op = BlockOp.KEEP if before[i].text == after[j].text else BlockOp.EDIT
            yield BlockDiff(sections_after[j], after[j].kind, op, words)


def _sections(blocks: Sequence[Block]) -> list[str]:
    section = ""
    sections = []
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            section = block.text
        sections.append(section)
    return sections


def _gaps(pairs: Sequence[tuple[int, int]], lefts: int, rights: int) -> Iterator[tuple[range, range, int, int]]:
    """What lies before each pair on either side, and the pair; at last what lies behind all, and a pair past the end."""
    i0 = j0 = 0
    for i, j in [*pairs, (lefts, rights)]:
        yield range(i0, i), range(j0, j), i, j
        i0, j0 = i + 1, j + 1


# Blocks


def _stayed(
    left: Sequence[str], right: Sequence[str], sections_left: Sequence[str], sections_right: Sequence[str]
) -> list[tuple[int, int]]:
    """Equal blocks in the same order on both sides: as many as can be and, of as many, the longer ones.

    Those under one heading come first, as a sentence may stand under several; then those between them, for the
    heading may be new.
    """
    total = 1 + sum(map(len, left))
    weights = [1 + len(text) / total for text in left]
    a, b = _numbered(list(zip(sections_left, left, strict=True)), list(zip(sections_right, right, strict=True)))
    pairs = _common(a, b, weights)
    a, b = _numbered(left, right)
    for lefts, rights, _, _ in list(_gaps(pairs, len(a), len(b))):
        if lefts and rights:
            i, j = lefts[0], rights[0]
            between = _common([a[k] for k in lefts], [b[k] for k in rights], weights[i : i + len(lefts)])
            pairs += [(i + x, j + y) for x, y in between]
    return sorted(pairs)


def _numbered(left: Sequence[Hashable], right: Sequence[Hashable]) -> tuple[list[int], list[int]]:
    """A number for each thing, equal where the things are."""
    numbers: dict[Hashable, int] = {}
    return (
        [numbers.setdefault(thing, len(numbers)) for thing in left],
        [numbers.setdefault(thing, len(numbers)) for thing in right],
    )


def _moved(left: Sequence[str], right: Sequence[str], stayed: Sequence[tuple[int, int]]) -> dict[int, int]:
    """The new place to the old one, of blocks that are equal but in another order."""
    lefts, rights = _lone(stayed, len(left), len(right))
    old: dict[str, list[int]] = {}
    for i in reversed(lefts):
        old.setdefault(left[i], []).append(i)
    return {j: old[right[j]].pop() for j in rights if old.get(right[j]) and len(_WORD.findall(right[j])) >= _MOVE_WORDS}


def _edited(
    left: Sequence[str],
    right: Sequence[str],
    stayed: Sequence[tuple[int, int]],
    moved: dict[int, int],
    alike: _Likeness,
) -> list[tuple[int, int]]:
    """Pairs of blocks between the ones that stayed that are one block, edited: the most in common, in order."""
    gone_elsewhere = set(moved.values())
    pairs: list[tuple[int, int]] = []
    for all_lefts, all_rights, _, _ in _gaps(stayed, len(left), len(right)):
        lefts = [i for i in all_lefts if i not in gone_elsewhere]
        rights = [j for j in all_rights if j not in moved]
        if len(lefts) == len(rights) and all(
            _plainly_one(left[i], right[j]) for i, j in zip(lefts, rights, strict=True)
        ):
            pairs += zip(lefts, rights, strict=True)
        elif lefts and rights:
            found = [
                (i, j, shared * shared / longer)
                for i, j, shared, longer in alike.pairs(left, right, lefts, rights)
                if 3 * shared >= longer
            ]
            pairs += _heaviest(found)
    return pairs


def _moved_and_edited(
    left: Sequence[str],
    right: Sequence[str],
    stayed: Sequence[tuple[int, int]],
    moved: dict[int, int],
    alike: _Likeness,
) -> dict[int, int]:
    """The new place to the old one, of blocks nearly equal and in another order; the likest first."""
    all_lefts, all_rights = _lone(stayed, len(left), len(right))
    gone_elsewhere = set(moved.values())
    lefts = [i for i in all_lefts if i not in gone_elsewhere and alike.words(left[i]) >= _EDITED_MOVE_WORDS]
    rights = [j for j in all_rights if j not in moved and alike.words(right[j]) >= _EDITED_MOVE_WORDS]
    found = sorted(
        (-shared / longer, j, i)
        for i, j, shared, longer in alike.pairs(left, right, lefts, rights)
        if shared >= _EDITED_MOVE_ALIKE * longer
    )
    places: dict[int, int] = {}
    taken: set[int] = set()
    for _, j, i in found:
        if j not in places and i not in taken:
            places[j] = i
            taken.add(i)
    return places


def _lone(stayed: Sequence[tuple[int, int]], lefts: int, rights: int) -> tuple[list[int], list[int]]:
    paired_lefts, paired_rights = {i for i, _ in stayed}, {j for _, j in stayed}
    return [i for i in range(lefts) if i not in paired_lefts], [j for j in range(rights) if j not in paired_rights]


class _Likeness:
    """How many words texts have in common, whatever their order; each text is read once."""

    def __init__(self) -> None:
        self._bags: dict[str, frozenset[object]] = {}

    def words(self, text: str) -> int:
        """How many words a text has."""
        return len(self._bag(text))

    def pairs(
        self, left: Sequence[str], right: Sequence[str], lefts: Sequence[int], rights: Sequence[int]
    ) -> Iterator[tuple[int, int, int, int]]:
        """(left, right, words in common, words of the longer) of the pairs worth a look."""
        if not lefts or not rights:
            return
        bags_left, bags_right = [self._bag(left[i]) for i in lefts], [self._bag(right[j]) for j in rights]
        for x, y in _worth_a_look(bags_left, bags_right):
            if shared := len(bags_left[x] & bags_right[y]):
                yield lefts[x], rights[y], shared, max(len(bags_left[x]), len(bags_right[y]))

    def _bag(self, text: str) -> frozenset[object]:
        """The words as a set in which the second "the" is another member than the first."""
        if text not in self._bags:
            words = _WORD.findall(text)
            bag: set[object] = set(words)
            if len(bag) < len(words):
                bag.update((word, n) for word, count in Counter(words).items() for n in range(1, count))
            self._bags[text] = frozenset(bag)
        return self._bags[text]


def _worth_a_look(lefts: Sequence[frozenset[object]], rights: Sequence[frozenset[object]]) -> Iterator[tuple[int, int]]:
    if len(lefts) * len(rights) <= _ALL_PAIRS:
        yield from ((x, y) for x in range(len(lefts)) for y in range(len(rights)))
        return
    places: dict[object, list[int]] = {}
    for y, bag in enumerate(rights):
        for word in bag:
            places.setdefault(word, []).append(y)
    rare = {word: ys for word, ys in places.items() if len(ys) <= _RARE}
    shift = len(rights) - len(lefts)
    for x, bag in enumerate(lefts):
        # Rows of a table may have no rare word: look also at the same place, from the start and from the end.
        ys = {x, x + shift}
        votes = [y for word in bag if word in rare for y in rare[word]]
        if votes:
            ys.update(y for y, _ in sorted(Counter(votes).items(), key=lambda vote: (-vote[1], vote[0]))[:_RARE])
        yield from ((x, y) for y in sorted(ys) if 0 <= y < len(rights))


# Words


def _words(before: str, after: str, kind: BlockKind) -> tuple[Words, ...]:
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
    common = sum(len(_WORD.findall(run.text)) for run in runs if run.op is WordOp.KEEP)
    return 3 * common < max(len(_WORD.findall(before)), len(_WORD.findall(after)))


_Token = tuple[str, str]
_Run = tuple[int, int, int]
"""Equal tokens: where they begin before and after, and how many."""


def _runs(a: Sequence[_Token], b: Sequence[_Token]) -> list[_Run]:
    runs: list[_Run] = []
    for i, j in _common(*_numbered([word for _, word in a], [word for _, word in b])):
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
    return sum(1 for word in words if _WORD.match(word)) > _ISLAND


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
        if n > 1 and len(_WORD.findall(before[: len(before) - cut])) <= _ISLAND:
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


def _plainly_one(before: str, after: str) -> bool:
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


# Two sequences of numbers


def _common(a: Sequence[int], b: Sequence[int], weights: Sequence[float] | None = None) -> list[tuple[int, int]]:
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
            anchors = _heaviest([(i, j, weights[i0 + i]) for i, j in _unique(x, y, 1)])
        elif depth < _DEPTH and not fits:
            # Four words in a row are rarely there twice; where they always are, single ones must do.
            anchors = _heaviest([(i, j, 1) for i, j in _unique(x, y, 4) or _unique(x, y, 1)])
        if anchors:
            pairs += [(i0 + i, j0 + j) for i, j in anchors]
            for lefts, rights, _, _ in _gaps(anchors, len(x), len(y)):
                if lefts and rights:
                    todo.append((i0 + lefts[0], i0 + lefts[-1] + 1, j0 + rights[0], j0 + rights[-1] + 1, depth + 1))
        elif fits:
            found = _common_by_dmp(x, y) if len(x) + len(y) <= _SMALL else _common_by_bits(x, y)
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


def _heaviest(pairs: Sequence[tuple[int, int, float]]) -> list[tuple[int, int]]:
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


def _common_by_dmp(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int]]:
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


def _common_by_bits(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int]]:
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
