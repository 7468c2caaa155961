"""What readers are told uses the regulators' terms: here, the names of events."""

from __future__ import annotations

import re

import pytest

from reports.wording import event_name
from store.events import EventName

ENOUGH = {EventName.RECIPIENT_CHANGED, EventName.CONTACT_CHANGED, EventName.ISSUE_DATE_CORRECTED} | {
    EventName.WITHDRAWN_BY_REGULATOR,
    EventName.CONSULTATION_CLOSED,
}
"""Events whose identifier, written as words, says it already."""
NOT_SAID = re.compile(
    r"\b(?:compliant|resolved|cleared|approved|answered|sanction|guilty|class|position)\b", re.IGNORECASE
)


@pytest.mark.parametrize("event", EventName)
def test_an_event_has_a_name_that_reads_well(event: EventName) -> None:
    name = event_name(event.value)

    assert name[:1].isupper()
    assert "_" not in name
    assert not name.endswith(".")
    assert not NOT_SAID.search(name)


@pytest.mark.parametrize("event", [event for event in EventName if event not in ENOUGH])
def test_the_name_of_an_event_says_more_than_its_identifier(event: EventName) -> None:
    assert event_name(event.value).lower() != event.value.replace("_", " ")


def test_no_two_events_have_one_name() -> None:
    assert len({event_name(event.value) for event in EventName}) == len(EventName)


def test_only_an_act_of_the_regulator_is_called_withdrawn() -> None:
    assert [event for event in EventName if "withdraw" in event_name(event.value).lower()] == [
        EventName.WITHDRAWN_BY_REGULATOR
    ]


def test_the_kind_of_an_issue_is_written_as_words() -> None:
    assert event_name("repeated_row") == "Repeated row"
