"""Which of a regulator's sentences on the legal status of a topic became which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from store.normal import canonical
from store.records import Statement

_ALIKE = 0.5
"""Two sentences are one, edited, if so large a part of their words is common: twice the common over the sum."""


def restated(
    before: Sequence[Statement], after: Sequence[Statement]
) -> Iterator[tuple[Statement | None, Statement | None]]:
    """The sentences that differ, each with what it was or became; None on the side where it has no counterpart.

    A sentence counts once, of however many things it speaks, and typography makes no other sentence. Those after come
    first, in the order of the text, then those that are gone.
    """
    old, new = _sentences(before), _sentences(after)
    gone = {form: said for form, said in old.items() if form not in new}
    for form, said in new.items():
        if form not in old:
            earlier = _counterpart(said, form, gone)
            yield (gone.pop(earlier) if earlier else None), said
    for said in gone.values():
        yield said, None


def _sentences(statements: Sequence[Statement]) -> dict[str, Statement]:
    """Statements by their sentence in the form in which texts are compared; the first for each."""
    found: dict[str, Statement] = {}
    for statement in statements:
        found.setdefault(canonical(statement.sentence), statement)
    return found


def _counterpart(said: Statement, form: str, gone: dict[str, Statement]) -> str:
    """The sentence on the same topic that is most like it, if any is like it at all."""
    words = set(form.lower().split())
    likeness = {
        earlier: 2 * len(words & others) / (len(words) + len(others))
        for earlier, other in gone.items()
        if other.topic == said.topic and (others := set(earlier.lower().split()))
    }
    best = max(likeness, key=lambda earlier: likeness[earlier], default="")
    return best if best and likeness[best] >= _ALIKE else ""
