"""Statements of legal status: which sentences count, in whose words and with which standing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.source import read
from exowatch import config
from store.mentions import find
from store.normal import folded
from store.position import statements
from store.position_rules import RULES
from store.position_status import status_of
from store.records import Block, BlockKind, Material, Mention, Part, Role, Statement, StatementStatus

EXOSOMES = config.load([], {}).rules.topics
LETTERS, SAFETY, GUIDANCE = "fda_warning_letters", "fda_safety", "fda_guidance"
RECALLS, NOTICES = "health_canada_recalls", "health_canada_notices"

RECORDINGS = Path(__file__).parents[2] / "shared" / "recordings"
RECORDED = pytest.mark.skipif(
    not RECORDINGS.exists(), reason="the recorded pages are not beside this project (shared/recordings)"
)


def p(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


def item(text: str) -> Block:
    return Block(BlockKind.ITEM, text, 1)


def heading(text: str) -> Block:
    return Block(BlockKind.HEADING, text, 2)


def stated(
    *blocks: Block, source: str = SAFETY, title: str = "Sample page", language: str = "en", **fields: str
) -> tuple[Statement, ...]:
    return statements(source, title, fields, blocks, find(EXOSOMES, title, fields, blocks), language)


def said(
    *blocks: Block, source: str = SAFETY, title: str = "Sample page", language: str = "en", **fields: str
) -> list[str]:
    return [found.sentence for found in stated(*blocks, source=source, title=title, language=language, **fields)]


# Each rule, with a sentence that it recognises and one that has its words and states no status

US = (
    ("application", "Exosome mist is not the subject of an approved BLA.", "Exosomes were the subject of a talk."),
    ("no application", "No license is in effect for exosomes.", "No change is in effect for the exosome lab."),
    ("none held", "Exosome drops lack an approved application.", "Exosome drops lack an odour."),
    ("without", "Exosomes are marketed without FDA approval.", "Exosomes are marketed without a box."),
    ("no such goods", "There are no FDA-approved exosome products.", "Exosomes are made in one approved room."),
    (
        "unapproved",
        "Exosome mist is an unapproved new drug.",
        "Patients got unapproved products said to hold exosomes.",
    ),
    ("premarket", "Exosomes are subject to premarket review.", "Premarket notes on exosomes are kept in a drawer."),
    ("approval required", "Exosome mist requires a license.", "Exosomes are required to be cold, by license plate."),
    ("granted", "Exosome mist has not been licensed by FDA.", "The exosome batch was approved by your quality unit."),
    ("grants", "FDA has not approved any exosome product.", "FDA approved your extension request about exosomes."),
    ("grant given", "FDA granted accelerated approval to an exosome.", "FDA granted more time for the exosome reply."),
    ("regulated as", "Exosomes are regulated as drugs.", "Exosomes are considered as an idea."),
    ("is a drug", "Exosome mist is a drug under section 201(g)(1).", "Exosome mist is a drug manufacturer’s dream."),
    ("drug provisions", "Exosomes are subject to the FD&C Act.", "Exosomes are subject to heat."),
    ("tissue", "An exosome is not an HCT/P.", "Exosomes come from human cells, tissues too."),
)
CA = (
    ("no such goods", "There is one authorized exosome product.", "One authorized person counts exosomes."),
    ("granted", "Exosome vials are not authorized for sale in Canada.", "The exosome survey was authorized last."),
    ("grants", "Health Canada has not authorized any exosome product.", "We licensed software to count exosomes."),
    ("unauthorized", "Exosome vials are unauthorized.", "A clinic sold unauthorized vials with exosomes."),
    ("unlawful", "Selling unauthorized exosome products is illegal.", "We seized unauthorized exosome products."),
    ("number", "No exosome infusion holds a drug identification number.", "Ask for the DIN of any exosome product."),
    ("number required", "For exosomes a DIN is required.", "The DIN of exosomes stands on the box."),
    ("authorization required", "Exosome vials require authorization.", "Exosome vials require ice."),
    ("case by case", "Exosomes are looked at case by case.", "Exosomes are packed case on case."),
    ("classified as", "Exosome creams are classified as drugs.", "Exosome creams are considered too dear."),
    (
        "drug or cosmetic",
        "An exosome cream is a drug or a cosmetic by what it claims.",
        "We ask whether an exosome is a drug or a cosmetic.",
    ),
    ("approach", "This is our intended approach to exosomes.", "Clinics approach exosomes with joy."),
    ("drug provisions", "Exosomes are subject to the Food and Drugs Act.", "Exosomes are subject to heat."),
)
FR = (
    ("no such goods", "Aucun produit d’exosomes n’est homologué.", "Aucun exosome n’est visible."),
    ("granted", "Les exosomes ne sont pas autorisés au Canada.", "Les exosomes sont petits."),
    ("grants", "Santé Canada n’a pas approuvé d’exosomes.", "Santé Canada a lu la page sur les exosomes."),
    ("number", "Les exosomes doivent porter un DIN.", "Demandez le DIN des exosomes."),
    ("authorization required", "Les exosomes nécessitent une autorisation.", "L’autorisation du clinicien parle d’exosomes."),
    ("case by case", "Les exosomes sont examinés au cas par cas.", "Dans ce cas, les exosomes sont petits."),
    ("classified as", "Les exosomes sont considérés comme des drogues.", "Les exosomes sont considérés comme petits."),
    ("drug or cosmetic", "Nous disons si un exosome est une drogue ou un cosmétique.", "Un cosmétique aux exosomes coûte cher."),
    ("approach", "L’approche envisagée vise les exosomes.", "L’approche des exosomes est lente."),
    ("drug provisions", "Les exosomes sont assujettis à la Loi sur les aliments et drogues.", "Les exosomes sont soumis au froid."),
)  # fmt: skip
PLACES = {("US", "en"): (SAFETY, US), ("CA", "en"): (RECALLS, CA), ("CA", "fr"): (RECALLS, FR)}
CASES = [(source, language, *case) for (_, language), (source, cases) in PLACES.items() for case in cases]


def named(case: object) -> str | None:
    return case if isinstance(case, str) and len(case) < 30 else ""


def test_every_rule_has_its_two_sentences() -> None:
    tried = {(*place, name) for place, (_, cases) in PLACES.items() for name, _, _ in cases}

    assert tried == {(rule.country, rule.language, rule.name) for rule in RULES}


@pytest.mark.parametrize(("source", "language", "rule", "yes", "no"), CASES, ids=named)
def test_a_rule_recognises_its_form_of_words_and_no_other(
    source: str, language: str, rule: str, yes: str, no: str
) -> None:
    country = {source: country for (country, _), (source, _) in PLACES.items()}[source]
    (own,) = [r for r in RULES if (r.country, r.language, r.name) == (country, language, rule)]
    plain = folded(yes)

    assert own.pattern.search(plain)
    assert any(cue in plain for cue in own.cues)
    assert said(p(yes), source=source, language=language) == [yes]
    assert said(p(no), source=source, language=language) == []


@pytest.mark.parametrize(
    ("source", "language", "sentence", "about"),
    [
        (SAFETY, "en", "There are no licensed exosome products.", "licensed"),
        (SAFETY, "en", "Exosome kits have not been cleared by FDA.", "cleared"),
        (SAFETY, "en", "Exosomes are regulated as biological products.", "drug"),
        (SAFETY, "en", "Exosomes are subject to premarket review and approval requirements.", "premarket"),
        (RECALLS, "en", "No exosome product has been authorized for sale.", "authorized"),
        (RECALLS, "fr", "Aucun produit d’exosomes n’a été approuvé.", "approved"),
    ],
)
def test_a_statement_says_of_which_status_it_speaks(source: str, language: str, sentence: str, about: str) -> None:
    (statement,) = stated(p(sentence), source=source, language=language)

    assert statement.about == about


# About the topic


@pytest.mark.parametrize(
    "text",
    [
        "Clinics offer exosome mist. It is not approved by FDA.",
        "Clinics offer exosomes. These products are not approved.",
        "Clinics offer exosomes. They deceive patients. Such products are regulated as drugs.",
        "Exosomes are sold as mist. These products are often warm. They are not approved.",
        "While exosomes are studied, they are not approved for any use.",
        "Exosomes come in vials; as far as we know, nobody has licensed any product of the kind.",
    ],
)
def test_a_sentence_may_take_up_the_topic_of_its_paragraph(text: str) -> None:
    assert len(said(p(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Exosomes are small. Plum jam is not approved by FDA.",
        "Clinics offer exosomes. Plum jam is next. It is not approved.",
        "Unlike exosomes, plum jam is regulated as a drug.",
        "Plum jam is regulated as a drug, while exosomes are small.",
        "Makers of exosomes use an FDA-approved facility.",
        "Manufacturers of exosomes are subject to regulation.",
        "The exosome lot was approved for release.",
        "The label of the exosome vial has not been approved.",
    ],
)
def test_a_sentence_about_something_else_is_no_statement(text: str) -> None:
    assert said(p(text)) == []


def test_the_title_names_what_these_products_are() -> None:
    blocks = (p("These products are not approved."), p("Plum jam is not approved."), p("They are not approved."))

    assert said(*blocks, title="Notice on exosome products") == ["These products are not approved."]
    assert said(*blocks, title="Notice on jam") == []


def test_a_sentence_that_leads_up_to_a_list_has_its_items() -> None:
    blocks = (
        p("Nothing is approved of the kind below. There are no approved products that contain:"),
        item("exosomes"),
        item("jam"),
    )

    assert said(*blocks) == ["There are no approved products that contain: • exosomes • jam"]
    assert said(blocks[0], item("plums"), item("jam"), p("Exosomes are small.")) == []


# In the regulator's own voice


@pytest.mark.parametrize(
    "text",
    [
        "Your site says “exosomes are not regulated as drugs and are approved for sale”.",
        "Your site answers « les exosomes are regulated as drugs nowhere on earth ».",
        "They may claim that exosomes are regulated as drugs in other places.",
        "You state that your exosome mist is approved by FDA.",
        "Are exosomes approved by FDA?",
        "Ask whether the exosome product is approved by FDA.",
        "Do not use exosome products that have not been approved by FDA.",
        "Patients should only use exosome products that have been approved by FDA.",
        "If you were offered exosomes that are not approved by FDA, call us.",
    ],
)
def test_claims_questions_and_advice_are_no_statements(text: str) -> None:
    assert said(p(text)) == []


def test_a_quotation_over_several_sentences_is_the_firms() -> None:
    text = (
        "You write: “Exosomes heal. Exosomes are not regulated as drugs. They are approved.” Exosomes are not approved."
    )

    assert said(p(text)) == ["Exosomes are not approved."]


def test_a_term_in_quotation_marks_is_read() -> None:
    assert said(p("Exosomes are regulated as “drugs” by FDA.")) == ["Exosomes are regulated as “drugs” by FDA."]


def test_headings_and_table_rows_are_no_sentences() -> None:
    text = "Exosomes are not approved."

    assert said(heading(text), Block(BlockKind.ROW, text)) == []


# Letters to one firm

YOURS = "Your product is not the subject of an approved BLA."


def test_in_a_letter_your_product_is_the_one_it_speaks_of() -> None:
    letter = (p("You sell “a hundred billion fresh exosomes per vial”."), heading("Violations"), p(YOURS))

    (statement,) = stated(*letter, source=LETTERS, title="Larkspur Works")

    assert (statement.sentence, statement.status) == (YOURS, StatementStatus.TO_ONE_FIRM)
    assert (statement.topic, statement.section, statement.block, statement.position) == ("exosomes", "Violations", 2, 0)


@pytest.mark.parametrize(
    "aside",
    [
        (heading("Additional Concern"), p("You also market exosomes.")),
        (p("Additional Concern"), p("You also market exosomes.")),
        (p("We point you to the Public Safety Notification on Exosome Products."),),
    ],
)
def test_an_aside_does_not_make_your_product_one_of_the_topic(aside: Sequence[Block]) -> None:
    assert said(p(YOURS), *aside, source=LETTERS) == []


def test_a_mention_known_as_a_concern_does_not_make_it_so_either() -> None:
    blocks = (p("You also market exosomes."), p(YOURS))
    mentions = [Mention("exosomes", "", blocks[0].text, "exosomes", 0, 16, Role.CONCERN)]

    assert statements(LETTERS, "Firm", {}, blocks, mentions, "en") == ()


def test_a_product_with_another_name_is_not_your_product() -> None:
    letter = (p("You sell exosomes and CordCore."), p("Your CordCore and CordOmni products are regulated as drugs."))

    assert said(*letter, source=LETTERS) == []


def test_these_products_in_a_letter_need_a_mention_in_their_paragraph() -> None:
    law = p("Unless an exception applies, such products are regulated as drugs.")

    assert said(p("You sell exosomes."), law, source=LETTERS, title="Exosome Works LLC") == []


# Which rules, and which standing


def test_a_text_without_mention_regulator_or_known_language_has_no_statement() -> None:
    blocks = (p("There are no approved exosome products."),)

    assert statements(SAFETY, "", {}, blocks, (), "en") == ()
    assert said(*blocks, source="letters") == []
    assert said(*blocks, language="es") == []
    assert said(*blocks, language="en-US") == said(*blocks, language="") == [blocks[0].text]


def test_the_rules_are_those_of_the_regulators_own_law() -> None:
    assert said(p("No exosome vial holds a drug identification number."), source=SAFETY) == []
    assert said(p("An exosome is not an HCT/P."), source=RECALLS) == []


@pytest.mark.parametrize(
    ("source", "title", "fields", "text", "status"),
    [
        (LETTERS, "Larkspur Works", {}, "", StatementStatus.TO_ONE_FIRM),
        (SAFETY, "Untitled Letter to Larkspur", {}, "", StatementStatus.TO_ONE_FIRM),
        (GUIDANCE, "Vesicles", {"status": "Final"}, "", StatementStatus.FINAL),
        (GUIDANCE, "Vesicles", {"status": "Draft"}, "", StatementStatus.PROPOSED),
        (GUIDANCE, "Vesicles; Draft Guidance for Industry", {}, "", StatementStatus.PROPOSED),
        (GUIDANCE, "Vesicles (Withdrawn)", {"status": "Final"}, "", StatementStatus.GENERAL),
        (GUIDANCE, "Vesicles", {}, "", StatementStatus.GENERAL),
        (SAFETY, "Vesicles", {"kind": "Public safety notification"}, "", StatementStatus.SAFETY_NOTICE),
        (SAFETY, "Consumer Alert on Vesicles", {}, "", StatementStatus.SAFETY_NOTICE),
        (SAFETY, "Untitled Letters", {}, "", StatementStatus.GENERAL),
        (RECALLS, "Vials", {}, "", StatementStatus.SAFETY_NOTICE),
        (NOTICES, "Vesicles", {"status": "Closed"}, "", StatementStatus.PROPOSED),
        (NOTICES, "Consultation sur les vésicules", {}, "", StatementStatus.PROPOSED),
        (NOTICES, "Notice: Vesicles", {}, "It is open for comment.", StatementStatus.PROPOSED),
        (NOTICES, "Avis : Vésicules", {}, "Voici l’approche envisagée.", StatementStatus.PROPOSED),
        (NOTICES, "Final notice: Vesicles", {}, "The intended approach was changed.", StatementStatus.FINAL),
        (NOTICES, "Guidance Document: Vesicles", {}, "", StatementStatus.FINAL),
        (NOTICES, "Advisory: Vesicle clinics", {}, "", StatementStatus.SAFETY_NOTICE),
        (NOTICES, "Mise en garde : vésicules", {}, "", StatementStatus.SAFETY_NOTICE),
        (NOTICES, "Notice: Vesicles", {}, "", StatementStatus.GENERAL),
    ],
)
def test_a_statement_stands_as_its_document_does(
    source: str, title: str, fields: dict[str, str], text: str, status: StatementStatus
) -> None:
    assert status_of(source, title, fields, [p(text)]) is status


# Cost


@pytest.mark.parametrize(
    "piece", ["“", '"a ', "no approved ", "subject to ", "A. ", "is not ", ", but ", "exosome. They ", "no din "]
)
@pytest.mark.parametrize("source", [SAFETY, NOTICES])
def test_a_hostile_megabyte_takes_seconds_at_most(piece: str, source: str) -> None:
    text = piece * (1_000_000 // len(piece))
    mentions = [Mention("exosomes", "", "", "exosome", 0, at) for at in range(0, 900_000, 30)]

    started = perf_counter()
    statements(source, "Exosomes", {}, [p(text)], mentions, "")

    assert perf_counter() - started < 10


# Recorded texts


@RECORDED
@pytest.mark.recordings
def test_the_recorded_letters_hold_five_statements_all_to_one_firm() -> None:
    found: dict[str, list[Statement]] = {}
    for url, body in letters():
        said_here = read(Material(LETTERS, Part.PAGE, url, body, "text/html"))
        mentions = find(EXOSOMES, said_here.title, said_here.fields, said_here.blocks)
        if got := statements(
            LETTERS, said_here.title, said_here.fields, said_here.blocks, mentions, said_here.language
        ):
            found[url.rpartition("/")[2]] = list(got)

    (letter,) = found.values()

    assert list(found) == ["chara-biologics-inc-698004-01172025"]
    assert [(s.about, s.block) for s in letter] == [
        ("approved", 5), ("licensed", 5), ("approved", 29), ("approved", 51), ("approved", 52),
    ]  # fmt: skip
    assert all("your products are" in s.sentence.lower() for s in letter)


def letters() -> Iterator[tuple[str, bytes]]:
    """The addresses and pages of the recorded letters."""
    with (RECORDINGS / "fda" / "warning-letters-2026-01.warc.gz").open("rb") as file:
        for record in ArchiveIterator(file):
            yield record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()


def lines(path: Path) -> list[Block]:
    texts = [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [item(text[2:]) if text.startswith("- ") else p(text) for text in texts]


@RECORDED
@pytest.mark.recordings
@pytest.mark.parametrize(
    ("name", "language", "words"),
    [
        ("consultation.en.open", "en", ["proposed approach", "intended approach", "classified and regulated"]),
        ("consultation.en.closed.with-lists", "en", ["intended approach", "proposed approach"]),
        ("notice.en", "en", ["position on the classification", "intended approach", "classified and regulated"]),
        ("notice.fr", "fr", ["la position de", "approche envisagée"]),
    ],
)
def test_the_recorded_consultation_states_what_is_proposed(name: str, language: str, words: list[str]) -> None:
    title, *blocks = lines(RECORDINGS / "canada" / "text-extracts" / f"{name}.txt")

    found = stated(*blocks, source=NOTICES, title=title.text, language=language)

    assert [word in one.sentence for word, one in zip(words, found, strict=True)] == [True] * len(words)
    assert {one.status for one in found} == {StatementStatus.PROPOSED}


@RECORDED
@pytest.mark.recordings
def test_the_recorded_letter_with_an_additional_concern_has_one_statement() -> None:
    folder = RECORDINGS / "fda" / "letters-text"

    concern = stated(*lines(folder / "dynamic-stem-cell-therapy-712579-02112026.txt"), source=LETTERS)

    assert [(one.about, one.sentence.startswith("As a general matter")) for one in concern] == [("premarket", True)]
    assert said(*lines(folder / "cellebration-llc-713252-09122025.txt"), source=LETTERS) == []
