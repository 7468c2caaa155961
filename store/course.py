"""The course of a regulator's statements: what became of each between versions, and for how long it stood."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from store.normal import canonical, folded
from store.records import Standing, Statement, StatementStep


def steps(before: Iterable[Statement], after: Iterable[Statement]) -> tuple[StatementStep, ...]:
    """What became of the sentences between two versions: those new, edited or of another standing, then those gone.

    A sentence counts once, of however many things it speaks, and typography makes no other sentence. An edited one is
    a sentence that is gone and one alike it on the same topic that is new ("no approved", "one approved"). A sentence
    that stayed is a step only where its standing changed (a draft made final).
    """
    old, new = _sentences(before), _sentences(after)
    edits = _edits(old, new)
    found = [step for words in new for step in _step(words, edits.get(words, words), old, new)]
    gone = old.keys() - new.keys() - set(edits.values())
    return (*found, *(StatementStep(said.first, None) for words, said in old.items() if words in gone))


def kept_words(step: StatementStep) -> bool:
    """Whether the sentence stayed as it was, so that the step is one of its standing alone."""
    if step.before is None or step.after is None:
        return False
    return canonical(step.before.sentence) == canonical(step.after.sentence)


def course(versions: Sequence[tuple[datetime, datetime, tuple[Statement, ...]]]) -> tuple[Standing, ...]:
    """The life of each sentence through a document's versions, given oldest first as (first seen, last seen, statements).

    A sentence that left and came back has two lives. To know what stood at an instant, give the versions first seen
    by then, each with its last sighting by then. The latest form of a sentence whose typography changed is given.
    """
    open_: dict[tuple[str, str], Standing] = {}
    closed: list[Standing] = []
    known: dict[tuple[str, str], Statement] = {}
    for first, last, said in versions:
        now = {key(statement): statement for statement in said}
        edits = _edits(_sentences(known.values()), _sentences(said))
        closed += [replace(open_.pop(k), ended=first) for k in list(open_) if k not in now]
        for (topic, words), statement in now.items():
            was = known.get((topic, edits.get(words, "")))
            lived = open_.get((topic, words)) or Standing(statement, first, last, was)
            open_[topic, words] = replace(lived, statement=statement, last_confirmed=last)
        known = now
    return tuple(sorted([*closed, *open_.values()], key=_when))


def key(statement: Statement) -> tuple[str, str]:
    """What a statement is recognised by in another version: its topic and its words; typography does not count."""
    return statement.topic, canonical(statement.sentence)


def same(a: Statement, b: Statement) -> bool:
    """Whether two statements are one, said in two versions."""
    return key(a) == key(b)


def _when(standing: Standing) -> tuple[datetime, int, int, tuple[str, str]]:
    said = standing.statement
    return standing.first_seen, said.block, said.position, key(said)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence as the first of its statements, and all topics it speaks of."""

    first: Statement
    topics: frozenset[str]


def _sentences(statements: Iterable[Statement]) -> dict[str, _Sentence]:
    """The sentences by their words, in the order of the text."""
    found: dict[str, list[Statement]] = {}
    for statement in statements:
        found.setdefault(canonical(statement.sentence), []).append(statement)
    return {words: _Sentence(said[0], frozenset(one.topic for one in said)) for words, said in found.items()}


def _step(
    words: str, earlier: str, old: Mapping[str, _Sentence], new: Mapping[str, _Sentence]
) -> Iterator[StatementStep]:
    """The step of a sentence that stands after; none where it stayed with its standing."""
    was, now = old.get(earlier), new[words].first
    if was is None or earlier != words or was.first.status is not now.status:
        yield StatementStep(was.first if was else None, now)


_ALIKE: Final = 0.5
"""Two sentences of which so great a part of the words is the same are one that was edited."""
_WORD: Final = re.compile(r"\w+")
_ALL_PAIRS: Final = 10_000
"""Up to so many pairs each is compared with each; above it, only those that stand near one another in the order."""
_NEAR: Final = 5


def _edits(old: Mapping[str, _Sentence], new: Mapping[str, _Sentence]) -> dict[str, str]:
    """By the words of each new sentence that is an edited one, the words that it had before; the most alike first."""
    gone, come = [words for words in old if words not in new], [words for words in new if words not in old]
    pairs = ((share, i, j) for share, i, j in _alike(gone, come) if old[gone[i]].topics & new[come[j]].topics)
    found: dict[str, str] = {}
    taken: set[int] = set()
    for _, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if i not in taken and come[j] not in found:
            taken.add(i)
            found[come[j]] = gone[i]
    return found


def _alike(gone: Sequence[str], come: Sequence[str]) -> Iterator[tuple[float, int, int]]:
    """The pairs of sentences that are alike, each with the part of their words that they share, and their places."""
    words = [[Counter(_WORD.findall(folded(sentence))) for sentence in side] for side in (gone, come)]
    near = max(len(gone), len(come)) if len(gone) * len(come) <= _ALL_PAIRS else _NEAR
    for i, was in enumerate(words[0]):
        for j in range(max(0, i - near), min(len(come), i + near + 1)):
            share = 2 * (was & words[1][j]).total() / max(1, was.total() + words[1][j].total())
            if share >= _ALIKE:
                yield share, i, j
