"""The course of statements: what became of each between two versions, and for how long it stood."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from time import perf_counter

from store.course import course, kept_words, key, same, steps
from store.records import Standing, Statement, StatementStatus

JANUARY, MAY, AUGUST, DECEMBER = (datetime(2025, month, 15, 8, tzinfo=UTC) for month in (1, 5, 8, 12))


def statement(
    sentence: str,
    status: StatementStatus = StatementStatus.GENERAL,
    topic: str = "exosomes",
    *,
    about: str = "approved",
    position: int = 0,
) -> Statement:
    return Statement(topic, about, status, sentence, "", 0, position)


NONE_YET = statement("There are currently no approved exosome products.")
ONE = statement("There is currently one approved exosome product.")
ONE_WORD = statement("There are currently one approved exosome products.")
OTHER = statement("Exosomes used to treat a disease are regulated as drugs.")


def pairs(before: Sequence[Statement], after: Sequence[Statement]) -> list[tuple[str, str]]:
    found = steps(before, after)
    return [(step.before.sentence if step.before else "", step.after.sentence if step.after else "") for step in found]


def test_typography_does_not_make_another_statement() -> None:
    curly, straight = statement("The agency’s “drugs” – all"), statement('The agency\'s "drugs" - all')

    assert same(curly, straight)
    assert key(curly) != key(statement("The agency’s “drugs” – all", topic="plasma"))
    assert steps([curly], [straight]) == ()


def test_no_approved_to_one_approved_is_one_edited_statement() -> None:
    (step,) = steps([OTHER, NONE_YET], [ONE_WORD, OTHER])

    assert (step.before, step.after) == (NONE_YET, ONE_WORD)


def test_sentences_that_have_little_in_common_are_one_gone_and_one_new() -> None:
    assert [(step.before, step.after) for step in steps([NONE_YET], [OTHER])] == [(None, OTHER), (NONE_YET, None)]


def test_each_sentence_was_edited_from_one_only() -> None:
    twin = statement("There are currently two approved exosome products.")

    found = steps([NONE_YET], [ONE_WORD, twin])

    assert sorted((step.before is None, step.after.sentence) for step in found if step.after) == [
        (False, ONE_WORD.sentence),
        (True, twin.sentence),
    ]


def test_the_same_words_made_final_are_a_step() -> None:
    draft, final = (statement("Exosomes are drugs.", s) for s in (StatementStatus.PROPOSED, StatementStatus.FINAL))

    (step,) = steps([draft], [final])

    assert (step.before, step.after) == (draft, final)
    assert kept_words(step)


def test_words_are_not_kept_where_a_sentence_was_edited_or_has_one_side() -> None:
    (edited,), (new,), (gone,) = steps([NONE_YET], [ONE]), steps([], [ONE]), steps([ONE], [])

    assert [kept_words(step) for step in (edited, new, gone)] == [False, False, False]


def test_equal_sentences_are_no_step() -> None:
    assert pairs([NONE_YET, OTHER], [statement(OTHER.sentence, position=7), NONE_YET]) == []


def test_an_edited_sentence_is_paired_with_what_it_was() -> None:
    assert pairs([OTHER, NONE_YET], [ONE, OTHER]) == [(NONE_YET.sentence, ONE.sentence)]


def test_the_most_alike_is_what_it_was() -> None:
    almost = NONE_YET.sentence.replace("currently", "now")

    assert pairs([ONE, NONE_YET], [statement(almost)]) == [(NONE_YET.sentence, almost), (ONE.sentence, "")]


def test_the_most_alike_pair_comes_first_whatever_the_order_of_the_text() -> None:
    almost = statement(NONE_YET.sentence.replace("currently", "now"))
    farther = statement("There are none of the approved exosome products.")

    found = pairs([NONE_YET], [farther, almost])

    assert found == [("", farther.sentence), (NONE_YET.sentence, almost.sentence)]


def test_sentences_without_a_counterpart_were_added_or_taken_away() -> None:
    assert pairs([NONE_YET], [OTHER]) == [("", OTHER.sentence), (NONE_YET.sentence, "")]


def test_a_sentence_about_another_topic_is_no_counterpart() -> None:
    before = [statement(NONE_YET.sentence, topic="secretome")]

    assert pairs(before, [ONE]) == [("", ONE.sentence), (NONE_YET.sentence, "")]


def test_a_sentence_that_speaks_of_two_things_counts_once() -> None:
    before = [NONE_YET, statement(NONE_YET.sentence, about="licensed")]
    after = [ONE, statement(ONE.sentence, about="licensed")]

    assert pairs(before, after) == [(NONE_YET.sentence, ONE.sentence)]


def test_a_sentence_that_speaks_of_two_topics_counts_once() -> None:
    before = [NONE_YET, statement(NONE_YET.sentence, topic="secretome")]

    assert pairs(before, [statement(ONE.sentence, topic="secretome")]) == [(NONE_YET.sentence, ONE.sentence)]
    assert pairs(before, [NONE_YET]) == []


def test_typography_makes_no_other_sentence() -> None:
    assert pairs([statement("It isn't “approved”.")], [statement('It isn’t "approved".')]) == []


def test_a_sentence_stands_from_its_first_version_to_its_last_sighting() -> None:
    seen = [(JANUARY, MAY, (NONE_YET, OTHER)), (AUGUST, DECEMBER, (ONE, OTHER))]

    assert sorted(course(seen), key=lambda one: one.statement.sentence) == [
        Standing(OTHER, JANUARY, DECEMBER),
        Standing(NONE_YET, JANUARY, MAY, None, AUGUST),
        Standing(ONE, AUGUST, DECEMBER, NONE_YET),
    ]


def test_a_sentence_that_comes_back_has_two_lives() -> None:
    seen = [(JANUARY, JANUARY, (OTHER,)), (MAY, MAY, ()), (AUGUST, DECEMBER, (OTHER,))]

    assert course(seen) == (Standing(OTHER, JANUARY, JANUARY, None, MAY), Standing(OTHER, AUGUST, DECEMBER))


def test_each_topic_of_an_edited_sentence_has_its_own_life() -> None:
    """The edited sentence speaks of one topic more: for that topic it is new."""
    cells = [statement(one.sentence, topic="cells") for one in (NONE_YET, ONE)]
    blood = statement(ONE.sentence, topic="blood")
    seen = [(JANUARY, MAY, (NONE_YET, cells[0])), (AUGUST, DECEMBER, (ONE, cells[1], blood))]

    standing = {one.statement.topic: one.replaced for one in course(seen) if one.ended is None}

    assert standing == {"exosomes": NONE_YET, "cells": cells[0], "blood": None}


def test_a_document_without_statements_has_no_course() -> None:
    assert course([]) == course([(JANUARY, MAY, ())]) == ()


def test_very_many_edits_are_paired_in_bounded_time() -> None:
    before, after = ([statement(f"Exosome number {n} is {word}.") for n in range(3000)] for word in ("old", "new"))

    started = perf_counter()
    found = steps(before, after)

    assert all(step.before and step.after for step in found)
    assert len(found) == 3000
    assert perf_counter() - started < 5
