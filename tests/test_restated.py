"""Restated: which sentence on the legal status of a topic became which, was added or was taken away."""

from __future__ import annotations

from store.records import Statement, StatementStatus
from store.restated import restated

NONE = "There are no approved vesicle products on the market today."
ONE = "There is one approved vesicle product on the market today."
RULE = "A vesicle product that is to treat a disease is a drug and needs a licence."


def said(sentence: str, *, topic: str = "exosomes", about: str = "approved", position: int = 0) -> Statement:
    return Statement(topic, about, StatementStatus.GENERAL, sentence, "", 0, position)


def pairs(before: list[Statement], after: list[Statement]) -> list[tuple[str, str]]:
    found = restated(before, after)
    return [(old.sentence if old else "", new.sentence if new else "") for old, new in found]


def test_equal_sentences_are_no_pair() -> None:
    assert pairs([said(NONE), said(RULE)], [said(RULE, position=7), said(NONE)]) == []


def test_an_edited_sentence_is_paired_with_what_it_was() -> None:
    assert pairs([said(RULE), said(NONE)], [said(ONE), said(RULE)]) == [(NONE, ONE)]


def test_the_most_alike_is_what_it_was() -> None:
    almost = NONE.replace("today", "now")

    assert pairs([said(ONE), said(NONE)], [said(almost)]) == [(NONE, almost), (ONE, "")]


def test_sentences_without_a_counterpart_were_added_or_taken_away() -> None:
    assert pairs([said(NONE)], [said(RULE)]) == [("", RULE), (NONE, "")]


def test_a_sentence_about_another_topic_is_no_counterpart() -> None:
    assert pairs([said(NONE, topic="secretome")], [said(ONE)]) == [("", ONE), (NONE, "")]


def test_a_sentence_that_speaks_of_two_things_counts_once() -> None:
    after = [said(ONE), said(ONE, about="licensed")]

    assert pairs([said(NONE), said(NONE, about="licensed")], after) == [(NONE, ONE)]


def test_typography_makes_no_other_sentence() -> None:
    assert pairs([said("It isn't “approved”.")], [said('It isn’t "approved".')]) == []
