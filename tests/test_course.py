"""The course of statements: what became of each between two versions, and for how long it stood."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter

from store.course import course, events, key, same, steps
from store.records import Standing, Statement, StatementStatus

JANUARY, MAY, AUGUST, DECEMBER = (datetime(2025, month, 15, 8, tzinfo=UTC) for month in (1, 5, 8, 12))


def statement(sentence: str, status: StatementStatus = StatementStatus.GENERAL, topic: str = "exosomes") -> Statement:
    return Statement(topic, "approved", status, sentence, "", 0, 0)


NONE_YET = statement("There are currently no approved exosome products.")
ONE = statement("There is currently one approved exosome product.")
ONE_WORD = statement("There are currently one approved exosome products.")
OTHER = statement("Exosomes used to treat a disease are regulated as drugs.")


def test_typography_does_not_make_another_statement() -> None:
    curly, straight = statement("The agency’s “drugs” – all"), statement('The agency\'s "drugs" - all')

    assert same(curly, straight)
    assert key(curly) != key(statement("The agency’s “drugs” – all", topic="plasma"))
    assert steps([curly], [straight]) == ()


def test_no_approved_to_one_approved_is_one_edited_statement() -> None:
    (step,) = steps([OTHER, NONE_YET], [ONE_WORD, OTHER])

    assert (step.before, step.after) == (NONE_YET, ONE_WORD)


def test_sentences_that_have_little_in_common_are_one_gone_and_one_new() -> None:
    assert [(step.before, step.after) for step in steps([NONE_YET], [OTHER])] == [(NONE_YET, None), (None, OTHER)]


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
    (event,) = events([draft], [final])

    assert (step.before, step.after) == (draft, final)
    assert event.name == "standing_changed"
    assert event.sentence.startswith("A sentence on the topic's legal status is now final; it was proposed:")


def test_an_edit_is_told_with_the_sentences_before_and_after() -> None:
    (event,) = events([NONE_YET], [ONE])

    assert (event.name, event.before, event.after) == ("standing_changed", NONE_YET.sentence, ONE.sentence)
    assert NONE_YET.sentence in event.sentence
    assert ONE.sentence in event.sentence


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


def test_a_document_without_statements_has_no_course() -> None:
    assert course([]) == course([(JANUARY, MAY, ())]) == ()


def test_very_many_edits_are_paired_in_bounded_time() -> None:
    before, after = ([statement(f"Exosome number {n} is {word}.") for n in range(3000)] for word in ("old", "new"))

    started = perf_counter()
    found = steps(before, after)

    assert all(step.before and step.after for step in found)
    assert len(found) == 3000
    assert perf_counter() - started < 5
