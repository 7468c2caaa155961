"""Lint for topics: what never matched, what overlaps, what may mean something else."""

from __future__ import annotations

import pytest

from exowatch import config
from store.lint import AMBIGUITIES, Overlap, TermUse, lint
from store.mentions import Topic, find
from store.records import Block, BlockKind, Mention

SHIPPED = config.load([], {}).rules.topics
VESICLES = Topic("vesicles", terms=("exosom", "vesicle"), words=("EV",))


def said(topic: Topic, *texts: str) -> list[tuple[str, Mention]]:
    return [
        (f"s:{n}", mention)
        for n, text in enumerate(texts)
        for mention in find([topic], "", {}, [Block(BlockKind.PARAGRAPH, text)])
    ]


def test_each_term_tells_how_many_mentions_and_documents_it_found() -> None:
    found = lint([VESICLES], said(VESICLES, "Exosomes and exosomal vesicles.", "An exosome."), {})

    assert found.uses == (
        TermUse("vesicles", "exosom", 3, 2),
        TermUse("vesicles", "vesicle", 1, 1),
        TermUse("vesicles", "EV", 0, 0),
    )
    assert [use.term for use in found.unmatched] == ["EV"]


def test_a_term_that_finds_all_that_another_does_overlaps() -> None:
    topic = Topic("vesicles", terms=("exosom", "exosomal"))

    assert lint([topic], [], {}).overlaps == (Overlap("vesicles", "exosom", "exosomal"),)


def test_the_shipped_terms_do_not_overlap() -> None:
    assert lint(SHIPPED, [], {}).overlaps == ()


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("The exosome complex degrades RNA.", AMBIGUITIES[0].meaning),
        ("Mutations of EXOSC3, a part of the exosome, are rare.", AMBIGUITIES[0].meaning),
        ("The EV must be taken to a charging station.", AMBIGUITIES[1].meaning),
        ("The expected value (EV) of the test is known.", AMBIGUITIES[2].meaning),
        ("An EV, which is an enterovirus, was found.", AMBIGUITIES[3].meaning),
    ],
)
def test_a_word_of_another_field_is_doubtful(text: str, meaning: str) -> None:
    assert [doubt.meaning for doubt in lint([VESICLES], said(VESICLES, text), {}).doubts] == [meaning]


@pytest.mark.parametrize("text", ["Exosomes carry RNA.", "EV from stem cells serve as a delivery vehicle."])
def test_a_vesicle_is_not_doubtful(text: str) -> None:
    assert lint([VESICLES], said(VESICLES, text), {}).doubts == ()


def test_an_address_that_names_what_the_words_do_not_is_told() -> None:
    addresses = {"s:0": "https://regulator.example/exosome-notice", "s:1": "https://regulator.example/vesicle-a"}

    found = lint([VESICLES], said(VESICLES, "A serum."), addresses)
    told = lint([VESICLES], [("s:1", said(VESICLES, "A vesicle.")[0][1])], addresses)

    assert found.only_in_address == ("s:0", "s:1")
    assert told.only_in_address == ("s:0",)
