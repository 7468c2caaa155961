"""Severity: how much a change asks of its reader, by one table of rules, with the reasons in words."""

from __future__ import annotations

from collections.abc import Sequence

from store.records import Event, Kind, Severity

BY_EVENT = {
    "consultation_closed": (Severity.IMPORTANT, "a consultation closed"),
    "consultation_opened": (Severity.IMPORTANT, "a consultation opened"),
    "first_mention": (Severity.NOTABLE, "the topic is mentioned for the first time"),
    "closeout_posted": (Severity.NOTABLE, "a close-out letter was posted"),
    "response_posted": (Severity.NOTABLE, "a response was posted"),
    "issue_date_corrected": (Severity.NOTABLE, "the issue date was corrected"),
    "delisted": (Severity.NOTABLE, "the regulator no longer lists it"),
    "relisted": (Severity.NOTABLE, "the regulator lists it again"),
    "recipient_changed": (Severity.NOTABLE, "the recipient changed"),
}
BY_KIND = {
    Kind.NEW: (Severity.NOTABLE, "a document that is new to the topic"),
    Kind.REMOVED: (Severity.NOTABLE, "the document is no longer served"),
    Kind.RESTORED: (Severity.NOTABLE, "the document is served again"),
    Kind.REVERTED: (Severity.NOTABLE, "an earlier text is back"),
    Kind.REVISED: (Severity.ROUTINE, "the text changed"),
    Kind.METADATA: (Severity.ROUTINE, "only fields changed"),
    Kind.REISSUED: (Severity.ROUTINE, "the file was issued again with an equal text"),
    Kind.MOVED: (Severity.ROUTINE, "the address changed"),
}
_ORDER = [Severity.ROUTINE, Severity.NOTABLE, Severity.IMPORTANT]


def weigh(
    kind: Kind, events: Sequence[Event], mentions_before: int, mentions_after: int
) -> tuple[Severity, tuple[str, ...]]:
    """The highest severity that any rule gives, and the reasons of all rules that spoke, weightiest first."""
    spoke = [BY_EVENT[event.name] for event in events if event.name in BY_EVENT]
    if kind is not Kind.NEW and mentions_before != mentions_after and kind not in (Kind.REMOVED, Kind.RESTORED):
        spoke.append((Severity.NOTABLE, f"mentions of the topic: {mentions_before} before, {mentions_after} after"))
    spoke.append(BY_KIND[kind])
    spoke.sort(key=lambda rule: -_ORDER.index(rule[0]))
    return spoke[0][0], tuple(dict.fromkeys(reason for _, reason in spoke))
