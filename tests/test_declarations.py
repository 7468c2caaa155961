"""Declarations: words by which a regulator says of its own document that it is withdrawn, replaced or archived."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from store.declarations import ARCHIVED, REPLACED, WITHDRAWN, Act, newly_declared, no_longer_declared
from store.records import Block, BlockKind, Kind
from store.stepfacts import StepFacts

SAID = [
    (WITHDRAWN, "This guidance has been withdrawn."),
    (WITHDRAWN, "This draft compliance policy guide is hereby withdrawn."),
    (WITHDRAWN, "FDA is withdrawing this guidance document."),
    (WITHDRAWN, "Health Canada has withdrawn this notice."),
    (WITHDRAWN, "Cet avis a été retiré."),
    (WITHDRAWN, "La présente ligne directrice est retirée."),
    (WITHDRAWN, "Santé Canada a retiré cette page."),
    (REPLACED, "This notice was replaced with the notice of May."),
    (REPLACED, "This final guidance is now superseded by another."),
    (REPLACED, "Superseded by: the guidance of May"),
    (REPLACED, "Replaced by the guidance of May"),
    (REPLACED, "Ce document a été remplacé par l’avis de mai."),
    (ARCHIVED, "This page has been archived."),
    (ARCHIVED, "We have archived this page and will not be updating it."),
    (ARCHIVED, "Cette page est archivée."),
    (ARCHIVED, "Nous avons archivé cette page et elle ne sera plus mise à jour."),
]
NOT_SAID = [
    (WITHDRAWN, "The firm has withdrawn the product."),
    (WITHDRAWN, "This product was withdrawn from the market."),
    (WITHDRAWN, "This guidance has not been withdrawn."),
    (WITHDRAWN, "Unless this guidance is withdrawn, it applies."),
    (WITHDRAWN, "FDA has withdrawn the approval of this drug."),
    (WITHDRAWN, "Ce produit a été retiré du marché."),
    (WITHDRAWN, "Si cet avis est retiré, nous le dirons."),
    (REPLACED, "The device was replaced by the firm."),
    (REPLACED, "This guidance replaces the guidance of May."),
    (REPLACED, "When finalized, this draft guidance is replaced by the final."),
    (REPLACED, "Le filtre a été remplacé par un autre."),
    (ARCHIVED, "Records are archived for two years."),
    (ARCHIVED, "Les dossiers sont archivés."),
]
TITLES = [
    (WITHDRAWN, "Withdrawn: Sample guidance"),
    (WITHDRAWN, "[Withdrawn] Sample guidance"),
    (WITHDRAWN, "Sample guidance (withdrawn)"),
    (WITHDRAWN, "Retiré : Exemple d’avis"),
    (REPLACED, "Sample guidance [Superseded]"),
    (ARCHIVED, "ARCHIVED - Sample notice"),
    (ARCHIVED, "Archivée – Exemple d’avis"),
]
OTHER_TITLES = [
    (WITHDRAWN, "Vesicle serum withdrawn from sale"),
    (WITHDRAWN, "Withdrawn products and what to do"),
    (WITHDRAWN, "Serum (withdrawn from sale)"),
    (REPLACED, "Replaced-part labelling"),
    (ARCHIVED, "Archived-data systems"),
]


def paragraphs(*lines: str) -> tuple[Block, ...]:
    return tuple(Block(BlockKind.PARAGRAPH, line) for line in lines)


def step(
    was: Sequence[Block] = (), now: Sequence[Block] = (), *, titles: tuple[str, str] = ("", ""), language: str = ""
) -> StepFacts:
    return StepFacts(Kind.REVISED, titles=titles, language=language, blocks=lambda: (was, now))


@pytest.mark.parametrize(("act", "sentence"), SAID)
def test_a_sentence_about_the_document_itself_declares_it(act: Act, sentence: str) -> None:
    assert (
        newly_declared(act, step(now=paragraphs(f"Note. {sentence}" if " " in sentence[:5] else sentence))) == sentence
    )
    assert no_longer_declared(act, step(was=paragraphs(sentence))) == sentence


@pytest.mark.parametrize(("act", "sentence"), NOT_SAID)
def test_other_sentences_declare_nothing(act: Act, sentence: str) -> None:
    assert newly_declared(act, step(now=paragraphs(sentence))) == ""


@pytest.mark.parametrize(("act", "title"), TITLES)
def test_a_mark_in_the_title_declares_it(act: Act, title: str) -> None:
    assert newly_declared(act, step(titles=("Sample", title))) == title


@pytest.mark.parametrize(("act", "title"), OTHER_TITLES)
def test_a_word_of_the_title_declares_nothing(act: Act, title: str) -> None:
    assert newly_declared(act, step(titles=("Sample", title))) == ""


def test_only_the_sentence_that_declares_it_is_quoted() -> None:
    now = paragraphs("It was issued in May. This guidance was withdrawn in June. Ask us for a copy.")

    assert newly_declared(WITHDRAWN, step(now=now)) == "This guidance was withdrawn in June."


def test_what_was_declared_before_is_not_new() -> None:
    facts = step(paragraphs("This page has been archived."), paragraphs("We have archived this page."))

    assert (newly_declared(ARCHIVED, facts), no_longer_declared(ARCHIVED, facts)) == ("", "")


def test_an_english_text_is_not_read_as_french() -> None:
    french = paragraphs("Cet avis a été retiré.")

    assert newly_declared(WITHDRAWN, step(now=french, language="en")) == ""
    assert newly_declared(WITHDRAWN, step(now=french, language="fr")) == "Cet avis a été retiré."


def test_hostile_text_costs_little_time() -> None:
    now = paragraphs(
        "this guidance " * 40_000 + "withdrawn", "this " + "a-" * 200_000, "ce cet cette " * 40_000 + "retiré"
    )

    assert newly_declared(WITHDRAWN, step(now=now)) == ""
