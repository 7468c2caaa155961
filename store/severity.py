"""Severity: how much a change asks of its reader, by one table of rules, with the reasons in words.

Important is what may ask for a decision: a date by which to speak, an act of the regulator that alters which text
counts, other words on the legal status of a topic, a new warning of danger. Notable is what a reader must have seen.
Routine is the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from store.events import EventName
from store.records import Event, Kind, Meaning, MentionShift, Severity, TokenKind

SAFETY_SOURCES = frozenset({"fda_safety", "health_canada_recalls"})
"""Where a new document warns of a danger. A new letter or guidance is notable: most of a year's news are such."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the rules look at: the arguments of `weigh`."""

    kind: Kind
    events: Sequence[Event]
    mentions: tuple[int, int]
    meanings: Sequence[Meaning]
    near: Sequence[Meaning]
    shift: MentionShift | None
    source: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: a severity, the reason in words, and when it holds. `of` names the event it is about."""

    severity: Severity
    reason: str
    holds: Callable[[Weighed], bool]
    of: EventName | None = None


_NEAR = frozenset({TokenKind.NEGATION, TokenKind.MODAL, TokenKind.DEADLINE})
"""What is important in a paragraph that mentions the topic."""


def _happened(severity: Severity, name: EventName, reason: str) -> Rule:
    return Rule(severity, reason, lambda it: any(event.name == name for event in it.events), name)


def _became(severity: Severity, name: EventName, value: str, reason: str) -> Rule:
    """An event whose value after is, or begins a range with, this one."""
    return Rule(
        severity,
        reason,
        lambda it: any(event.name == name and value in event.after.split(" - ") for event in it.events),
        name,
    )


def _is(severity: Severity, kind: Kind, reason: str) -> Rule:
    return Rule(severity, reason, lambda it: it.kind is kind)


def _changed(severity: Severity, token: TokenKind, reason: str) -> Rule:
    """Where such a change stands in a paragraph that mentions the topic, its own rule has said so."""

    def holds(it: Weighed) -> bool:
        elsewhere = token not in _NEAR or not any(meaning.token is token for meaning in it.near)
        return elsewhere and any(meaning.token is token for meaning in it.meanings)

    return Rule(severity, reason, holds)


def _changed_near(token: TokenKind, reason: str) -> Rule:
    """In a paragraph that mentions the topic."""
    return Rule(
        Severity.IMPORTANT,
        f"{reason} in a paragraph that mentions the topic",
        lambda it: any(meaning.token is token for meaning in it.near),
    )


def _shifted(shift: MentionShift, reason: str) -> Rule:
    """Where mentions are equal in number, one may still have come and another gone."""
    return Rule(Severity.NOTABLE, reason, lambda it: it.shift is shift and not _counts_differ(it))


def _counts_differ(it: Weighed) -> bool:
    """A new document has none before, and one that is gone none after: that is said otherwise."""
    of_content = it.kind not in (Kind.NEW, Kind.REMOVED, Kind.RESTORED)
    return of_content and it.mentions[0] != it.mentions[1]


_IMPORTANT, _NOTABLE, _ROUTINE = Severity.IMPORTANT, Severity.NOTABLE, Severity.ROUTINE

RULES: tuple[Rule, ...] = (
    # Important
    _happened(
        _IMPORTANT, EventName.STANDING_CHANGED, "the regulator's sentence on the legal status of the topic changed"
    ),
    _happened(_IMPORTANT, EventName.WITHDRAWN_BY_REGULATOR, "the regulator withdrew the document"),
    _happened(_IMPORTANT, EventName.REPLACED_BY, "the document was replaced"),
    _happened(_IMPORTANT, EventName.FINALISED, "a draft guidance became final"),
    _happened(_IMPORTANT, EventName.CONSULTATION_CLOSED, "a consultation closed"),
    _happened(_IMPORTANT, EventName.CONSULTATION_OPENED, "a consultation opened"),
    _happened(_IMPORTANT, EventName.COMMENTS_OPENED, "comments on a draft are invited"),
    _happened(_IMPORTANT, EventName.COMMENTS_REOPENED, "comments on a draft are invited again"),
    _became(_IMPORTANT, EventName.RECALL_CLASS_CHANGED, "Type I", "a recall is of Type I now"),
    Rule(
        _IMPORTANT,
        "a safety notice that is new to the topic",
        lambda it: it.kind is Kind.NEW and it.source in SAFETY_SOURCES,
    ),
    _changed_near(TokenKind.NEGATION, "a negation changed"),
    _changed_near(TokenKind.MODAL, "a word of duty or permission changed"),
    _changed_near(TokenKind.DEADLINE, "a deadline changed"),
    # Notable
    _happened(_NOTABLE, EventName.FIRST_MENTION, "the topic is mentioned for the first time"),
    Rule(_NOTABLE, "mentions of the topic: {0} before, {1} after", _counts_differ),
    _shifted(MentionShift.FIRST, "the topic is mentioned for the first time"),
    _shifted(MentionShift.ADDED, "a mention of the topic was added"),
    _shifted(MentionShift.REMOVED, "a mention of the topic was removed"),
    _shifted(MentionShift.NEAR, "the text near a mention of the topic changed"),
    _happened(_NOTABLE, EventName.CLOSEOUT_POSTED, "a close-out letter was posted"),
    _happened(_NOTABLE, EventName.RESPONSE_POSTED, "a response was posted"),
    _happened(_NOTABLE, EventName.REVISED_DRAFT, "a revised draft was issued"),
    _happened(_NOTABLE, EventName.COMMENTS_EXTENDED, "the date for comments on a draft was extended"),
    _happened(_NOTABLE, EventName.COMMENTS_DUE_PASSED, "the date for comments on a draft passed"),
    _happened(_NOTABLE, EventName.RECALL_CLASS_CHANGED, "the hazard class of a recall changed"),
    _happened(_NOTABLE, EventName.PRODUCTS_ADDED, "products were added to a recall"),
    _changed(_NOTABLE, TokenKind.DEADLINE, "a deadline changed"),
    _changed(_NOTABLE, TokenKind.NEGATION, "a negation changed"),
    _changed(_NOTABLE, TokenKind.MODAL, "a word of duty or permission changed"),
    _changed(_NOTABLE, TokenKind.DATE, "a date changed"),
    _changed(_NOTABLE, TokenKind.CITATION, "a citation changed"),
    _happened(_NOTABLE, EventName.ISSUE_DATE_CORRECTED, "the issue date was corrected"),
    _happened(_NOTABLE, EventName.DELISTED, "the regulator no longer lists it"),
    _happened(_NOTABLE, EventName.RELISTED, "the regulator lists it again"),
    _happened(_NOTABLE, EventName.ARCHIVED, "the document was archived"),
    _happened(_NOTABLE, EventName.ARCHIVE_LIFTED, "the document is no longer archived"),
    _happened(_NOTABLE, EventName.RECIPIENT_CHANGED, "the recipient changed"),
    _is(_NOTABLE, Kind.NEW, "a document that is new to the topic"),
    _is(_NOTABLE, Kind.REMOVED, "the document is no longer served"),
    _is(_NOTABLE, Kind.RESTORED, "the document is served again"),
    _is(_NOTABLE, Kind.REVERTED, "an earlier text is back"),
    # Routine
    _happened(_ROUTINE, EventName.CONTACT_CHANGED, "a contact changed"),
    _happened(_ROUTINE, EventName.DOCKET_CHANGED, "the docket number changed"),
    _changed(_ROUTINE, TokenKind.CLAIM, "a word for a claim changed"),
    _changed(_ROUTINE, TokenKind.PRODUCT, "a word for a product changed"),
    _changed(_ROUTINE, TokenKind.QUANTITY, "a quantity changed"),
    _changed(_ROUTINE, TokenKind.NUMBER, "a number changed"),
    _changed(_ROUTINE, TokenKind.DOCKET, "a docket number in the text changed"),
    _is(_ROUTINE, Kind.REVISED, "the text changed"),
    _is(_ROUTINE, Kind.METADATA, "only fields changed"),
    _is(_ROUTINE, Kind.REISSUED, "the file was issued again with an equal text"),
    _is(_ROUTINE, Kind.MOVED, "the address changed"),
)
"""Weightiest first. Every rule that holds gives its reason, in this order; the first that holds gives the severity."""


def rank(reasons: Sequence[str]) -> int:
    """The place in the table of the weightiest of these reasons: the smaller, the weightier."""
    return min((_PLACES.get(reason, len(RULES)) for reason in reasons), default=len(RULES))


_PLACES = {rule.reason: place for place, rule in reversed(list(enumerate(RULES)))}


def weigh(
    kind: Kind,
    events: Sequence[Event],
    mentions_before: int,
    mentions_after: int,
    *,
    meanings: Sequence[Meaning] = (),
    near: Sequence[Meaning] = (),
    shift: MentionShift | None = None,
    source: str = "",
) -> tuple[Severity, tuple[str, ...]]:
    """The highest severity that any rule gives, and the reasons of all rules that hold, weightiest first.

    `meanings` are all changes of words that bear meaning, `near` those among them that stand in a paragraph which
    mentions the topic. `source` is the source's name.
    """
    it = Weighed(kind, events, (mentions_before, mentions_after), meanings, near, shift, source)
    holding = [rule for rule in RULES if rule.holds(it)]
    return holding[0].severity, tuple(dict.fromkeys(rule.reason.format(*it.mentions) for rule in holding))
