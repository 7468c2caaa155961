"""How many words texts have in common, whatever their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from store.words import WORD

_ALL_PAIRS: Final = 400
"""Up to so many pairs of blocks each is compared with each; above it, only those with a rare word in common."""
_RARE: Final = 4
"""A word is rare if it stands in at most so many of the blocks in question."""


class Likeness:
    """How many words texts have in common, whatever their order; each text is read once."""

    def __init__(self) -> None:
        self._bags: dict[str, frozenset[object]] = {}

    def words(self, text: str) -> int:
        """How many words a text has."""
        return len(self._bag(text))

    def pairs(self, left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
        """(left, right, words in common, words of the longer) of the pairs worth a look."""
        if not left or not right:
            return
        bags_left, bags_right = [self._bag(text) for text in left], [self._bag(text) for text in right]
        for x, y in _worth_a_look(bags_left, bags_right):
            if shared := len(bags_left[x] & bags_right[y]):
                yield x, y, shared, max(len(bags_left[x]), len(bags_right[y]))

    def _bag(self, text: str) -> frozenset[object]:
        """The words as a set in which the second "the" is another member than the first."""
        if text not in self._bags:
            words = WORD.findall(text)
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
