"""Severity: every rule of the table holds in its case and not in a plain one, and the weightiest reason comes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from store.events import EventName
from store.records import Event, Kind, Meaning, MentionShift, Severity, TokenKind
from store.severity import RULES, Rule, weigh

PLAIN: Mapping[Kind, Mapping[str, Any]] = {
    Kind.REVISED: {"kind": Kind.REVISED, "events": (), "mentions_before": 1, "mentions_after": 1},
    Kind.METADATA: {"kind": Kind.METADATA, "events": (), "mentions_before": 1, "mentions_after": 1},
}
"""Steps of which nothing is to be said but their kind."""
BY_KIND = {
    "a document that is new to the topic": Kind.NEW,
    "the document is no longer served": Kind.REMOVED,
    "the document is served again": Kind.RESTORED,
    "an earlier text is back": Kind.REVERTED,
    "the text changed": Kind.REVISED,
    "only fields changed": Kind.METADATA,
    "the file was issued again with an equal text": Kind.REISSUED,
    "the address changed": Kind.MOVED,
}
BY_SHIFT = {
    "the topic is mentioned for the first time": MentionShift.FIRST,
    "a mention of the topic was added": MentionShift.ADDED,
    "a mention of the topic was removed": MentionShift.REMOVED,
    "the text near a mention of the topic changed": MentionShift.NEAR,
}
BY_TOKEN = {
    "a deadline changed": TokenKind.DEADLINE,
    "a negation changed": TokenKind.NEGATION,
    "a word of duty or permission changed": TokenKind.MODAL,
    "a date changed": TokenKind.DATE,
    "a citation changed": TokenKind.CITATION,
    "a word for a claim changed": TokenKind.CLAIM,
    "a word for a product changed": TokenKind.PRODUCT,
    "a quantity changed": TokenKind.QUANTITY,
    "a number changed": TokenKind.NUMBER,
    "a docket number in the text changed": TokenKind.DOCKET,
}
NEAR = " in a paragraph that mentions the topic"


def happened(name: str, after: str = "") -> tuple[Event, ...]:
    return (Event(name, "It happened.", "", after),)


def case_of(rule: Rule) -> Mapping[str, Any]:
    """What makes a rule hold."""
    if rule.of:
        return {"events": happened(rule.of.value, "Type I - Type II")}
    if rule.reason.endswith(NEAR):
        return {"near": (Meaning(BY_TOKEN[rule.reason.removesuffix(NEAR)], "It changed."),)}
    if rule.reason in BY_SHIFT:
        return {"shift": BY_SHIFT[rule.reason]}
    if rule.reason in BY_TOKEN:
        return {"meanings": (Meaning(BY_TOKEN[rule.reason], "It changed."),)}
    if rule.reason == "a safety notice that is new to the topic":
        return {"kind": Kind.NEW, "source": "fda_safety"}
    if rule.reason == "mentions of the topic: {0} before, {1} after":
        return {"mentions_after": 2}
    return {"kind": BY_KIND[rule.reason]}


def weighed(**said: Any) -> tuple[Severity, tuple[str, ...]]:
    return weigh(**{**PLAIN[Kind.REVISED], **said})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.severity}: {rule.reason}")
def test_the_rule_holds_in_its_case_and_not_in_a_plain_one(rule: Rule) -> None:
    plain = PLAIN[Kind.METADATA if rule.reason == "the text changed" else Kind.REVISED]
    reason = rule.reason.format(1, 2)

    severity, reasons = weigh(**{**plain, **case_of(rule)})

    assert reason in reasons
    assert order(severity) <= order(rule.severity)
    assert reason not in weigh(**plain)[1]


def order(severity: Severity) -> int:
    return [Severity.IMPORTANT, Severity.NOTABLE, Severity.ROUTINE].index(severity)


def test_the_table_stands_in_its_stated_order() -> None:
    weights = [order(rule.severity) for rule in RULES]

    assert weights == sorted(weights)


def test_every_event_and_every_kind_and_every_token_has_its_weight() -> None:
    assert {rule.of for rule in RULES if rule.of} == set(EventName)
    assert all(weigh(kind, (), 1, 1)[1] for kind in Kind)
    assert set(BY_TOKEN.values()) == set(TokenKind)
    assert BY_TOKEN.keys() <= {rule.reason for rule in RULES}


def test_the_weightiest_reason_comes_first_and_decides() -> None:
    events = happened("contact_changed") + happened("closeout_posted") + happened("consultation_closed")

    severity, reasons = weighed(events=events, mentions_after=2)

    assert severity is Severity.IMPORTANT
    assert reasons == (
        "a consultation closed",
        "mentions of the topic: 1 before, 2 after",
        "a close-out letter was posted",
        "a contact changed",
        "the text changed",
    )


def test_a_reason_is_given_once() -> None:
    _, reasons = weighed(events=happened("first_mention"), shift=MentionShift.FIRST)

    assert reasons.count("the topic is mentioned for the first time") == 1


def test_a_new_letter_that_mentions_the_topic_is_notable() -> None:
    severity, reasons = weigh(Kind.NEW, (), 0, 3, source="fda_warning_letters", shift=MentionShift.FIRST)

    assert severity is Severity.NOTABLE
    assert reasons == ("the topic is mentioned for the first time", "a document that is new to the topic")


@pytest.mark.parametrize("source", ["fda_safety", "health_canada_recalls"])
def test_a_new_safety_notice_is_important(source: str) -> None:
    assert weigh(Kind.NEW, (), 0, 1, source=source)[0] is Severity.IMPORTANT
    assert weigh(Kind.REVISED, (), 1, 1, source=source)[0] is Severity.ROUTINE


@pytest.mark.parametrize(
    ("after", "severity"),
    [
        ("Type I", Severity.IMPORTANT),
        ("Type I - Type II", Severity.IMPORTANT),
        ("Type II", Severity.NOTABLE),
        ("Type III", Severity.NOTABLE),
        ("", Severity.NOTABLE),
    ],
)
def test_a_recall_is_important_when_its_class_becomes_type_i(after: str, severity: Severity) -> None:
    assert weighed(events=happened("recall_class_changed", after))[0] is severity


def test_a_changed_deadline_is_notable_and_beside_a_mention_important() -> None:
    deadline = Meaning(TokenKind.DEADLINE, "The deadline changed.")

    assert weighed(meanings=(deadline,))[0] is Severity.NOTABLE
    assert weighed(meanings=(deadline,), near=(deadline,)) == (
        Severity.IMPORTANT,
        (f"a deadline changed{NEAR}", "the text changed"),  # told once, where it weighs most
    )


@pytest.mark.parametrize("kind", [Kind.NEW, Kind.REMOVED, Kind.RESTORED])
def test_mentions_that_come_or_go_with_the_document_are_no_reason(kind: Kind) -> None:
    reasons = weigh(kind, (), 0, 3)[1]

    assert not any(reason.startswith("mentions of the topic") for reason in reasons)


def test_mentions_that_differ_in_number_are_said_once() -> None:
    reasons = weighed(mentions_after=2, shift=MentionShift.ADDED)[1]

    assert reasons == ("mentions of the topic: 1 before, 2 after", "the text changed")


def test_mentions_that_stay_are_routine() -> None:
    severity, reasons = weighed(shift=MentionShift.UNCHANGED)

    assert (severity, reasons) == (Severity.ROUTINE, ("the text changed",))


def test_an_event_without_a_rule_changes_nothing() -> None:
    assert weighed(events=happened("another")) == weighed()
