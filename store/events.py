"""Events: changes of meaning, named in the regulator's terms by one table of rules.

To add one: a name in `EventName`, the function that finds it in `store/signs.py`, a row in the table here, its weight
in `store/severity.py`, its line in `docs/events.md`, a positive and a negative case in `tests/test_events.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from string import Formatter

from store import signs
from store.records import Event
from store.regulators import regulator_of
from store.stepfacts import Found, StepFacts


class EventName(StrEnum):
    """Every event there is, as the command line promises them."""

    FIRST_MENTION = "first_mention"
    CLOSEOUT_POSTED = "closeout_posted"
    RESPONSE_POSTED = "response_posted"
    FINALISED = "finalised"
    REVISED_DRAFT = "revised_draft"
    COMMENTS_OPENED = "comments_opened"
    COMMENTS_EXTENDED = "comments_extended"
    COMMENTS_REOPENED = "comments_reopened"
    COMMENTS_DUE_PASSED = "comments_due_passed"
    CONSULTATION_OPENED = "consultation_opened"
    CONSULTATION_CLOSED = "consultation_closed"
    WITHDRAWN_BY_REGULATOR = "withdrawn_by_regulator"
    DOCKET_CHANGED = "docket_changed"
    ISSUE_DATE_CORRECTED = "issue_date_corrected"
    RECIPIENT_CHANGED = "recipient_changed"
    CONTACT_CHANGED = "contact_changed"
    RECALL_CLASS_CHANGED = "recall_class_changed"
    PRODUCTS_ADDED = "products_added"
    ARCHIVED = "archived"
    ARCHIVE_LIFTED = "archive_lifted"
    REPLACED_BY = "replaced_by"
    DELISTED = "delisted"
    RELISTED = "relisted"
    STANDING_CHANGED = "standing_changed"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: an event, when it happens, what finds it, and the sentences that say it.

    The first sentence is said whose blanks are all known. A blank is `{before}` or `{after}` (the two values of the
    event), `{regulator}`, a name that the finding function gives, or a field of the document as it stands after.
    """

    name: EventName
    when: str
    finds: Callable[[StepFacts], Iterable[Found]]
    sentences: tuple[str, ...]


RULES: tuple[Rule, ...] = (
    Rule(
        EventName.FIRST_MENTION,
        "A document that was read before mentions a topic for the first time.",
        signs.first_mention,
        ("The document was known before; it mentions the topic for the first time now.",),
    ),
    Rule(
        EventName.STANDING_CHANGED,
        "A sentence on a topic's legal status was edited, added or taken away; one event for each.",
        signs.standing_changed,
        (
            "The regulator's sentence on the topic's legal status reads “{after}”; it read “{before}”. Status of the text: {status_of_text}.",
            "The regulator now says of the topic's legal status: “{after}”. Status of the text: {status_of_text}.",
            "The regulator's sentence on the topic's legal status no longer stands here; it read “{before}”. Status of the text: {status_of_text}.",
        ),
    ),
    Rule(
        EventName.STANDING_CHANGED,
        "The status of the text becomes another (proposed to final) around sentences on a topic's legal status that stay; one event for all of them.",
        signs.status_of_text_changed,
        (
            "{sentences} on the topic's legal status still read as they did, the first “{sentence}”. Status of the text: {after}; it was {before}.",
            "The regulator's sentence on the topic's legal status still reads “{sentence}”. Status of the text: {after}; it was {before}.",
        ),
    ),
    Rule(
        EventName.WITHDRAWN_BY_REGULATOR,
        "The document newly says of itself, as status, in its title or in a sentence, that it is withdrawn.",
        signs.withdrawn_by_regulator,
        ("Withdrawn, in the words of {regulator}: “{after}”.",),
    ),
    Rule(
        EventName.REPLACED_BY,
        "The document newly says of itself that it is replaced or superseded.",
        signs.replaced_by,
        ("Replaced, in the words of {regulator}: “{after}”.",),
    ),
    Rule(
        EventName.FINALISED,
        "A guidance's status turns from Draft to Final.",
        signs.finalised,
        (
            "FINAL: the guidance issued in draft on {drafted} is final since {final}.",
            "FINAL: the guidance issued in draft on {drafted} is final; no date of issue is stated for the final.",
            "FINAL: the guidance that was a draft is final since {final}.",
            "FINAL: the guidance that was a draft is final; no date of issue is stated for the final.",
        ),
    ),
    Rule(
        EventName.REVISED_DRAFT,
        "A guidance's status turns from Final to Draft.",
        signs.draft_after_final,
        (
            "DRAFT: revised draft issued on {drafted}; when finalized it will supersede the final of {final}, and that final stays in effect.",
            "DRAFT: revised draft issued; when finalized it will supersede the earlier final, and that final stays in effect.",
        ),
    ),
    Rule(
        EventName.REVISED_DRAFT,
        "A draft has a later date of issue, and another file or another text with it.",
        signs.draft_after_draft,
        (
            "DRAFT: revised draft issued on {after}; the earlier draft was issued on {before}. A draft replaces nothing: a final guidance on its subject stays in effect.",
        ),
    ),
    Rule(
        EventName.COMMENTS_OPENED,
        "A draft takes comments for the first time, or states its first date for them.",
        signs.comments_opened,
        (
            "Comments for consideration by {after}.",
            "Comments are invited; no date is stated up to which they are sure to be considered.",
        ),
    ),
    Rule(
        EventName.COMMENTS_EXTENDED,
        "The date for comments on a draft moves to a later day while they are taken.",
        signs.comments_extended,
        ("Extended: comments for consideration by {after}; the date was {before}.",),
    ),
    Rule(
        EventName.COMMENTS_REOPENED,
        "A draft that had stated a date takes comments again.",
        signs.comments_reopened,
        (
            "Reopened: comments for consideration by {after}; the earlier date was {before}.",
            "Reopened: comments are invited again; the earlier date for consideration was {before}.",
        ),
    ),
    Rule(
        EventName.CONSULTATION_OPENED,
        "A page's status turns to Open (Ouvert), or is so when the page is met for the first time.",
        signs.consultation_opened,
        (
            "The consultation is open. It opened on {opened} and closes to new input on {closes}.",
            "The consultation is open. It closes to new input on {closes}.",
            "The consultation is open.",
        ),
    ),
    Rule(
        EventName.CONSULTATION_CLOSED,
        "A page's status turns from Open to Closed (Ouvert to Fermé).",
        signs.consultation_closed,
        ("The consultation is closed. It ran from {opened} to {closes}.", "The consultation is closed."),
    ),
    Rule(
        EventName.RECALL_CLASS_CHANGED,
        "The hazard class of a recall is assigned, changed or taken back.",
        signs.recall_class_changed,
        (
            "The hazard classification now reads “{after}”; it read “{before}”.",
            "The hazard classification now reads “{after}”; none was stated before.",
            "No hazard classification is stated any longer; it read “{before}”.",
        ),
    ),
    Rule(
        EventName.PRODUCTS_ADDED,
        "A recall's table of affected products gains rows, or its list of products gains names and loses none.",
        signs.products_added,
        ("{rows} added to the affected products: {names}.", "Added to the products it names: {names}."),
    ),
    Rule(
        EventName.CLOSEOUT_POSTED,
        "FDA's list states a close-out date for a letter, where it stated none.",
        signs.closeout_dated_in_list,
        (
            "FDA posted a close-out letter for warning letter {marcs_cms} on {after}.",
            "FDA posted a close-out letter for this letter on {after}.",
        ),
    ),
    Rule(
        EventName.CLOSEOUT_POSTED,
        "A new document is a close-out letter, by its label, its standard sentences or its address.",
        signs.closeout_letter,
        ("Close-out letter {dated}, {posted}, for {letters}.",),
    ),
    Rule(
        EventName.RESPONSE_POSTED,
        "FDA's list states the date of a posted response, where it stated none.",
        signs.response_posted,
        ("Response posted by FDA on {after}.",),
    ),
    Rule(
        EventName.ISSUE_DATE_CORRECTED,
        "The date of issue becomes another, without the signs of a guidance issued anew.",
        signs.issue_date_corrected,
        ("The issue date now reads {after}; it read {before}.",),
    ),
    Rule(
        EventName.RECIPIENT_CHANGED,
        "The recipient of a letter becomes another.",
        signs.recipient_changed,
        ("The recipient now reads “{after}”; it read “{before}”.",),
    ),
    Rule(
        EventName.DOCKET_CHANGED,
        "The docket number of a guidance becomes another.",
        signs.docket_changed,
        ("The docket number now reads {after}; it read {before}.",),
    ),
    Rule(
        EventName.CONTACT_CHANGED,
        "An e-mail address, a telephone number or a line under “Contact us” becomes another, is added or goes.",
        signs.contact_changed,
        (
            "The contact now reads “{after}”; it read “{before}”.",
            "A contact was added: “{after}”.",
            "A contact is no longer given; it read “{before}”.",
        ),
    ),
    Rule(
        EventName.ARCHIVED,
        "The document is newly marked as archived, by a field or in its own words.",
        signs.archived,
        (
            "Archived, in the words of {regulator}: “{words}”.",
            "It is now marked as archived.",
        ),
    ),
    Rule(
        EventName.ARCHIVE_LIFTED,
        "The document is no longer marked as archived.",
        signs.archive_lifted,
        ("It is no longer marked as archived; the mark read “{words}”.", "It is no longer marked as archived."),
    ),
    Rule(
        EventName.DELISTED,
        "The document is missing from the regulator's list, proven a day apart.",
        signs.delisted,
        ("It is no longer on the regulator's list; whether its page is still served is said apart.",),
    ),
    Rule(
        EventName.RELISTED,
        "The document is on the regulator's list again.",
        signs.relisted,
        ("It is on the regulator's list again.",),
    ),
)
"""In the order in which a reader wants to hear them. One event may stand in several rows."""

DUE_PASSED = (
    "The date for consideration of comments, {after}, has passed; comments may be sent at any time"
    " (21 CFR 10.115(g)(5))."
)
"""The sentence of the one event that is no step between versions."""
END_OF_DAY = timedelta(days=1, hours=5)
"""From midnight UTC at which a day begins to the latest midnight in Washington at which it ends."""


def events(step: StepFacts) -> tuple[Event, ...]:
    """Every event of a step, in the order of the table."""
    once = replace(step, blocks=cache(step.blocks))
    return tuple(_event(rule, once, found) for rule in RULES for found in rule.finds(once))


def due_passed(fields: Mapping[str, str], moment: datetime) -> Event | None:
    """The event that a draft's date for comments lies behind a moment; None for anything but a draft with such a date.

    It happens by itself, at the end of that day in Washington, and makes no version: so it is asked for with fields and
    an aware moment, and not found in a step.
    """
    due = fields.get("comments_due", "")
    if fields.get("status", "").casefold() != "draft" or not due:
        return None
    try:
        day = datetime.fromisoformat(due).replace(tzinfo=UTC)
    except ValueError:
        return None
    passed = moment >= day + END_OF_DAY
    return Event(EventName.COMMENTS_DUE_PASSED.value, DUE_PASSED.format(after=due), "", due) if passed else None


def _event(rule: Rule, step: StepFacts, found: Found) -> Event:
    regulator = regulator_of(step.source).name or "the regulator"
    known = {**step.after, "regulator": regulator, "before": found.before, "after": found.after, **found.blanks}
    said = next(sentence for sentence in rule.sentences if all(known.get(blank) for blank in blanks(sentence)))
    return Event(rule.name.value, said.format_map(known), found.before, found.after)


def blanks(sentence: str) -> tuple[str, ...]:
    """The names of the blanks in a sentence, in order."""
    return tuple(name for _, name, _, _ in Formatter().parse(sentence) if name)
