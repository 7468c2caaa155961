"""The course of a regulator's statements: what became of each between versions, and for how long it stood."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from store.normal import canonical, folded
from store.records import Event, Standing, Statement, StatementStep


def key(statement: Statement) -> str:
    """What a statement is recognised by in another version: its topic and its words; typography does not count."""
    return f"{statement.topic}\n{canonical(statement.sentence)}"


def same(a: Statement, b: Statement) -> bool:
    """Whether two statements are one, said in two versions."""
    return key(a) == key(b)


def steps(before: Sequence[Statement], after: Sequence[Statement]) -> tuple[StatementStep, ...]:
    """What became of the statements between two versions: those edited, gone, new, or of another standing.

    An edited one is a sentence that is gone and one alike it that is new ("no approved", "one approved"). A sentence
    that stayed is a step only where its standing changed (a draft made final).
    """
    old, new = {key(s): s for s in before}, {key(s): s for s in after}
    gone = [s for k, s in old.items() if k not in new]
    replaced = _replaced(gone, [s for k, s in new.items() if k not in old])
    edited = {key(was) for was in replaced.values()}
    found = [StatementStep(s, None) for s in gone if key(s) not in edited]
    for k, statement in new.items():
        was = old.get(k) or replaced.get(k)
        if was is None or not same(was, statement) or was.status is not statement.status:
            found.append(StatementStep(was, statement))
    return tuple(found)


def events(before: Sequence[Statement], after: Sequence[Statement]) -> tuple[Event, ...]:
    """The steps between two versions as events `standing_changed`, with the sentences before and after."""
    return tuple(_event(step) for step in steps(before, after))


def course(versions: Sequence[tuple[datetime, datetime, tuple[Statement, ...]]]) -> tuple[Standing, ...]:
    """The life of each sentence through a document's versions, given oldest first as (first seen, last seen, statements).

    A sentence that left and came back has two lives. To know what stood at an instant, give the versions first seen
    by then, each with its last sighting by then. The latest form of a sentence whose typography changed is given.
    """
    open_: dict[str, Standing] = {}
    closed: list[Standing] = []
    before: tuple[Statement, ...] = ()
    for first, last, said in versions:
        now = {key(statement): statement for statement in said}
        replaced = {
            key(s.after): s.before for s in steps(before, said) if s.before and s.after and not same(s.before, s.after)
        }
        closed += [replace(open_.pop(k), ended=first) for k in list(open_) if k not in now]
        for k, statement in now.items():
            lived = open_.get(k) or Standing(statement, first, last, replaced.get(k))
            open_[k] = replace(lived, statement=statement, last_confirmed=last)
        before = said
    return tuple(sorted([*closed, *open_.values()], key=_when))


_ALIKE: Final = 0.5
"""Two sentences of which so great a part of the words is the same are one that was edited."""
_WORD: Final = re.compile(r"\w+")
_ALL_PAIRS: Final = 10_000
"""Up to so many pairs each is compared with each; above it, only those that stand near one another in the order."""
_NEAR: Final = 5


def _replaced(gone: Sequence[Statement], new: Sequence[Statement]) -> dict[str, Statement]:
    """By the key of each new sentence that is an edited one, what it read before; the most alike first."""
    found: dict[str, Statement] = {}
    taken: set[int] = set()
    for _, i, j in sorted(_alike(gone, new), key=lambda pair: (-pair[0], pair[1], pair[2])):
        if i not in taken and key(new[j]) not in found:
            taken.add(i)
            found[key(new[j])] = gone[i]
    return found


def _alike(gone: Sequence[Statement], new: Sequence[Statement]) -> Iterator[tuple[float, int, int]]:
    """The pairs of sentences on one topic that are alike, each with the part of their words that they share."""
    words = [[Counter(_WORD.findall(folded(statement.sentence))) for statement in side] for side in (gone, new)]
    near = max(len(gone), len(new)) if len(gone) * len(new) <= _ALL_PAIRS else _NEAR
    for i, was in enumerate(gone):
        for j in range(max(0, i - near), min(len(new), i + near + 1)):
            share = 2 * (words[0][i] & words[1][j]).total() / max(1, words[0][i].total() + words[1][j].total())
            if share >= _ALIKE and was.topic == new[j].topic:
                yield share, i, j


def _event(step: StatementStep) -> Event:
    before, after = (side.sentence if side else "" for side in (step.before, step.after))
    if step.before is None:
        said = f"A sentence on the topic's legal status is new: “{after}”"
    elif step.after is None:
        said = f"A sentence on the topic's legal status is gone: “{before}”"
    elif same(step.before, step.after):
        said = (
            f"A sentence on the topic's legal status is now {step.after.status}; it was {step.before.status}: “{after}”"
        )
    else:
        said = f"A sentence on the topic's legal status now reads “{after}”; it read “{before}”"
    return Event("standing_changed", said, before, after)


def _when(standing: Standing) -> tuple[datetime, int, int, str]:
    said = standing.statement
    return standing.first_seen, said.block, said.position, key(said)
