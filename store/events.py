"""Events: changes of meaning, named in the regulator's terms by a table of rules.

Each rule looks at one step and answers with an event or nothing. The words are those of the regulators; a sentence
never says more than the fields it is made from (see the vocabulary in docs/vocabulary.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from store.records import Event, FieldChange, Kind


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What the rules may look at: the kind of step, the fields that differ, and all fields on both sides."""

    kind: Kind
    first_version: bool
    changed: tuple[FieldChange, ...]
    before: Mapping[str, str]
    after: Mapping[str, str]

    def change(self, name: str) -> FieldChange | None:
        return next((change for change in self.changed if change.name == name), None)


Rule = Callable[[StepFacts], Event | None]


def first_mention(step: StepFacts) -> Event | None:
    if step.kind is not Kind.NEW or step.first_version:
        return None
    return Event("first_mention", "The document was known before; it mentions the topic for the first time now.")


def closeout_posted(step: StepFacts) -> Event | None:
    change = step.change("closeout")
    if change is None or change.before or not change.after:
        return None
    number = step.after.get("marcs_cms", "")
    of = f" for warning letter {number}" if number else ""
    return Event("closeout_posted", f"FDA posted a close-out letter{of} on {change.after}.", "", change.after)


def response_posted(step: StepFacts) -> Event | None:
    change = step.change("response")
    if change is None or change.before or not change.after:
        return None
    return Event("response_posted", f"Response posted by FDA on {change.after}.", "", change.after)


def consultation_closed(step: StepFacts) -> Event | None:
    change = step.change("status")
    if change is None or (change.before.lower(), change.after.lower()) not in {("open", "closed"), ("ouvert", "fermé")}:
        return None
    ran = _ran(step)
    return Event("consultation_closed", f"The consultation is closed.{ran}", change.before, change.after)


def _ran(step: StepFacts) -> str:
    opened = step.after.get("opened") or step.before.get("opened")
    closes = step.after.get("closes") or step.before.get("closes")
    return f" It ran from {opened} to {closes}." if opened and closes else ""


def consultation_opened(step: StepFacts) -> Event | None:
    change = step.change("status")
    if change is None or change.after.lower() not in {"open", "ouvert"}:
        return None
    closes = step.after.get("closes")
    until = f" Input closes on {closes}." if closes else ""
    return Event("consultation_opened", f"The consultation is open.{until}", change.before, change.after)


def issue_date_corrected(step: StepFacts) -> Event | None:
    change = step.change("issued")
    if change is None or not change.before or not change.after:
        return None
    sentence = f"The issue date now reads {change.after}; it read {change.before}."
    return Event("issue_date_corrected", sentence, change.before, change.after)


def recipient_changed(step: StepFacts) -> Event | None:
    change = step.change("recipient")
    if change is None or not change.before or not change.after:
        return None
    sentence = f"The recipient now reads “{change.after}”; it read “{change.before}”."
    return Event("recipient_changed", sentence, change.before, change.after)


def delisted(step: StepFacts) -> Event | None:
    if step.change("listed") != FieldChange("listed", "yes", "no"):
        return None
    sentence = "It is no longer on the regulator's list; whether its page is still served is said apart."
    return Event("delisted", sentence, "listed", "not listed")


def relisted(step: StepFacts) -> Event | None:
    if step.change("listed") != FieldChange("listed", "no", "yes"):
        return None
    return Event("relisted", "It is on the regulator's list again.", "not listed", "listed")


RULES: tuple[Rule, ...] = (
    first_mention,
    delisted,
    relisted,
    closeout_posted,
    response_posted,
    consultation_closed,
    consultation_opened,
    issue_date_corrected,
    recipient_changed,
)
"""In the order in which a reader wants to hear them."""


def events(step: StepFacts) -> tuple[Event, ...]:
    """Every event of a step."""
    return tuple(event for rule in RULES if (event := rule(step)) is not None)
