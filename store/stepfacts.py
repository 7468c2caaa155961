"""What the rules of events may look at: one step of a document's history, with the facts of both sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from store.records import Block, FieldChange, Kind, Statement

Texts = tuple[Sequence[Block], Sequence[Block]]
"""The blocks before and after."""

_OF_CONTENT = frozenset({Kind.REVISED, Kind.REVERTED, Kind.METADATA})


def _no_texts() -> Texts:
    return (), ()


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One step: its kind, the fields that differ, and fields, title, text and statements before and after.

    `changed` names differences part by part (`store/changes.py`), `before` and `after` hold what all parts state
    together. `blocks` is called only by a rule that needs the text; titles and blocks are those of the parts that both
    sides have. `key` is what follows the source in the document's id: a path, a slug or a number.
    """

    kind: Kind
    first_version: bool = False
    changed: tuple[FieldChange, ...] = ()
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    key: str = ""
    language: str = ""
    titles: tuple[str, str] = ("", "")
    blocks: Callable[[], Texts] = _no_texts
    statements: tuple[tuple[Statement, ...], tuple[Statement, ...]] = ((), ())

    @property
    def is_first(self) -> bool:
        """Whether the document is met for the first time: what it says now is all there is."""
        return self.kind is Kind.NEW and self.first_version

    @property
    def has_two_sides(self) -> bool:
        """Whether one content became another. Circumstances (moved, removed, restored, reissued) change none."""
        return self.kind in _OF_CONTENT or (self.kind is Kind.NEW and not self.first_version)

    def change(self, name: str) -> FieldChange | None:
        """How a field changed, in one part and in the document as a whole; None where it did not.

        Where two parts state a field, one of them speaks for the document. A change of the other part is no event:
        the same news would come twice, from the list by night and from the page by day. Nor is it news what a part
        that was first read in between states otherwise than the rest.
        """
        whole = FieldChange(name, self.before.get(name, ""), self.after.get(name, ""))
        return whole if self.has_two_sides and whole in self.changed else None

    def texts(self) -> Texts:
        """The blocks before and after where the text may have become another; none otherwise."""
        return self.blocks() if self.has_two_sides and self.kind is not Kind.METADATA else ((), ())


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found: the two values of its event, and what else fills the blanks of its sentence ("": not known)."""

    before: str = ""
    after: str = ""
    blanks: Mapping[str, str] = field(default_factory=dict)
