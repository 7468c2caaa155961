"""What people decided of changes, in words: "review" is always our own, never a step of a regulator's."""

from __future__ import annotations

from reports.visible import visible
from store.clock import shown
from store.reviews import Decision, Review

OPEN = "review open"

_DECISIONS = {
    Decision.APPLIES: "applies",
    Decision.NOT_APPLICABLE: "not applicable",
    Decision.NOTED: "noted",
}


def decision_name(decision: Decision) -> str:
    """A decision as a reader sees it."""
    return _DECISIONS[decision]


def review_words(review: Review | None) -> str:
    """The review that stands for a change, in a line; says so where there is none."""
    if review is None:
        return OPEN
    said = review.said
    told = f"reviewed: {decision_name(said.decision)}, {said.by}, {shown(review.at)}"
    told += f"; owner {said.owner}" if said.owner else ""
    told += f"; due {said.due}" if said.due else ""
    return told + (f": {note_line(said.note)}" if said.note else "")


def note_line(note: str) -> str:
    """A note on one line, its line ends as " / "."""
    return " / ".join(filter(None, (line.strip() for line in note.split("\n"))))


def note_cell(note: str) -> str:
    """A note for a cell, which may have several lines, with every other character visible."""
    return "\n".join(visible(line) for line in note.split("\n"))
