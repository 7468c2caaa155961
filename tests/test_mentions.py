"""Mentions: where a topic's terms stand in a text, in English and in French, and where they do not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exowatch import config
from store.mentions import Topic, find, mentioned
from store.records import Block, BlockKind, Mention

SHIPPED = config.load([], {}).rules.topics
EXOSOMES = Topic("exosomes", terms=("exosom", "extracellular vesicle", "cell-conditioned medi"))


def p(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


def variants(text: str, *topics: Topic) -> list[str]:
    return [mention.variant for mention in find(topics or SHIPPED, "", {}, [p(text)])]


def only(topic: Topic, text: str) -> Mention:
    (mention,) = find([topic], "", {}, [p(text)])
    return mention


# The shipped topic


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Exosomes are vesicles.", ["Exosomes"]),
        ("an EXOSOMAL product, exosome-derived", ["EXOSOMAL", "exosome"]),
        ("MSC-exosomes and (exosomes)", ["exosomes", "exosomes"]),
        ("extracellular vesicles", ["extracellular vesicles"]),
        ("Extracellular-Vesicle therapy", ["Extracellular-Vesicle"]),
        ("extracellular\u2011vesicles", ["extracellular\u2011vesicles"]),
        ("extracellular \u2013 vesicles", ["extracellular \u2013 vesicles"]),
        ("cell-conditioned media", ["cell-conditioned media"]),
        ("cell conditioned medium", ["cell conditioned medium"]),
        ("conditioned culture medium", ["conditioned culture medium"]),
        ("the secretome of cells; secretomes", ["secretome", "secretomes"]),
        ("des exosomes d'origine humaine", ["exosomes"]),
        ("l’exosome et d'exosomes", ["exosome", "exosomes"]),
        ("des vésicules extracellulaires", ["vésicules extracellulaires"]),
        ("une VÉSICULE EXTRACELLULAIRE", ["VÉSICULE EXTRACELLULAIRE"]),
        ("vesicules\u00a0extracellulaires", ["vesicules\u00a0extracellulaires"]),
        ("des milieux conditionnés par des cellules", ["milieux conditionnés par des cellules"]),
        ("un milieu conditionné par des cellules", ["milieu conditionné par des cellules"]),
        ("le sécrétome, les sécrétomes", ["sécrétome", "sécrétomes"]),
        ("produits exosomaux", ["exosomaux"]),
        ("see https://regulator.example/exosome-products for more", ["exosome"]),
    ],
)
def test_the_shipped_topic_finds(text: str, expected: list[str]) -> None:
    assert variants(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("Exotherm", "Trexo", "hexosome", "nanoexosomes", "endosomes", "exoskeleton", "exo-some", "exo somes"),
        *("vesicles", "extracellular matrix", "extracellular and vesicle", "vésicules intracellulaires", "media"),
        *("EV charging stations", "an EV of 3 V", "ev", "never", "EVERY exit", ""),
    ],
)
def test_the_shipped_topic_leaves_alone(text: str) -> None:
    assert variants(text) == []


def test_both_languages_of_one_notice_mention_the_topic_as_often() -> None:
    english = (
        "Topical products containing human-derived exosomes, extracellular vesicles (EVs) and cell-conditioned media"
    )
    french = (
        "Produits topiques contenant des exosomes d’origine humaine, des vésicules extracellulaires (EV)"
        " et des milieux conditionnés par des cellules"
    )

    assert len(variants(english)) == len(variants(french)) == 4


# Terms


@pytest.mark.parametrize(
    "written",
    [
        *("exosomes", "EXOSOMES", "Exosómes", "ExOsOmEs", "exo\u00adsomes", "exo\u200bsomes", "exoso\u0301mes"),
        *("e\u2060xosomes", "exosomes\ufeff", "\uff45xosomes", "𝐞xosomes"),
    ],
)
def test_case_accents_and_invisible_characters_do_not_hide_a_term(written: str) -> None:
    assert only(EXOSOMES, f"These {written}, they say.").variant in (written, written.rstrip("\ufeff"))


def test_a_term_of_two_words_is_not_found_across_blocks() -> None:
    assert find([EXOSOMES], "", {}, [p("extracellular"), p("vesicles")]) == []


def test_a_mention_stands_where_it_says() -> None:
    text = "Ce produit (l’EXOSÓME « neuf ») vaut l'extracellular\u00a0vesicle."

    found = find([EXOSOMES], "", {}, [p("Rien."), p(text)])

    assert [mention.variant for mention in found] == ["EXOSÓME", "extracellular\u00a0vesicle"]
    assert all(text[m.position :].startswith(m.variant) and m.block == 1 for m in found)


_pieces = st.lists(
    st.sampled_from(["exosome", "Exosómes", "ß", "ﬁ", "İ", " ", "\u00ad", ".", "é", "extracellular vesicle"])
)


@given(_pieces)
@settings(deadline=None)
def test_every_mention_is_the_text_at_its_position(pieces: list[str]) -> None:
    text = "".join(pieces)

    found = find([EXOSOMES], text, {"field": text}, [p(text)] if text else [])

    assert all(text[m.position : m.position + len(m.variant)] == m.variant != "" for m in found)
    assert all(m.variant in m.sentence or m.variant.strip() in m.sentence for m in found)
    assert mentioned(EXOSOMES, text, {}, []) == bool(found)


@given(st.text(max_size=40))
@settings(deadline=None)
def test_any_text_can_be_searched(text: str) -> None:
    find(SHIPPED, text, {"": text}, [p(text)])


def test_the_longest_of_overlapping_terms_counts_once() -> None:
    topic = Topic("t", terms=("exosom", "exosome product"))

    assert variants("Exosome products", topic) == ["Exosome products"]


def test_terms_are_text_and_not_patterns() -> None:
    assert variants("a.b and axb and a+ (c)", Topic("t", terms=("a.b", "a+"))) == ["a.b", "a+"]


# Where


def test_title_fields_and_text_are_searched_in_this_order() -> None:
    blocks = [Block(BlockKind.HEADING, "Exosome section", 2), p("No."), p("Exosomes here.")]

    found = find([EXOSOMES], "Exosomes in the title", {"subject": "Exosomal", "issued": "2025"}, blocks)

    assert [(m.section, m.block, m.variant) for m in found] == [
        ("title", -1, "Exosomes"),
        ("subject", -1, "Exosomal"),
        ("Exosome section", 0, "Exosome"),
        ("Exosome section", 2, "Exosomes"),
    ]


def test_the_section_is_the_nearest_heading_above() -> None:
    h = [Block(BlockKind.HEADING, name, level) for name, level in (("One", 2), ("Two", 3))]

    found = find([EXOSOMES], "", {}, [p("exosomes"), h[0], p("exosomes"), h[1], p("exosomes")])

    assert [m.section for m in found] == ["", "One", "Two"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One. Two exosomes here. Three.", "Two exosomes here."),
        ("Two exosomes here", "Two exosomes here"),
        ("See 21 CFR 1271.3 on exosomes. Then this.", "See 21 CFR 1271.3 on exosomes."),
        ("Really? “Exosomes” are drugs! Yes.", "“Exosomes” are drugs!"),
        ("Fin. Écoutez les exosomes. Élan.", "Écoutez les exosomes."),
        ("They wrote: “We sell exosomes.” Then stopped.", "They wrote: “We sell exosomes.”"),
        ("Sold by Larkspur, Inc. Exosomes are next.", "Sold by Larkspur, Inc. Exosomes are next."),
        ("Sold by Larkspur, Inc. The exosomes are next.", "The exosomes are next."),
        ("Dear Dr. Roe, the U.S. FDA read of exosomes. Then more.", "Dear Dr. Roe, the U.S. FDA read of exosomes."),
    ],
)
def test_the_sentence_is_the_one_around_the_variant(text: str, sentence: str) -> None:
    assert only(EXOSOMES, text).sentence == sentence


# Words, and words that count near others only


def test_words_are_whole_and_as_written() -> None:
    topic = Topic("t", words=("EXO", "ILEX"))

    assert variants("EXO exo EXOS ILEX, FILEX", topic) == ["EXO", "ILEX"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("vesicles (EVs) from milk", 1),
        ("Les vésicules, dites EV, sont", 1),
        ("EV charging", 0),
        ("EV " + "word " * 29 + "vesicles", 1),
        ("EV " + "word " * 30 + "vesicles", 0),
        ("EV " + "word " * 30 + "EV near vesicles", 1),
        ("SEV and EVA near vesicles", 0),
    ],
)
def test_an_abbreviation_counts_only_near_what_explains_it(text: str, count: int) -> None:
    assert len([variant for variant in variants(text) if variant.startswith("EV")]) == count


def test_topics_do_not_take_from_each_other() -> None:
    topics = [Topic("one", terms=("exosom",)), Topic("two", words=("exosomes",))]

    assert [(m.topic, m.variant) for m in find(topics, "", {}, [p("exosomes")])] == [
        ("one", "exosomes"),
        ("two", "exosomes"),
    ]


def test_a_topic_without_terms_finds_nothing() -> None:
    assert find([Topic("empty")], "exosomes", {}, [p("exosomes")]) == []


def test_a_sentence_that_begins_with_the_term_is_told_without_the_one_before() -> None:
    text = "The label is wrong. Exosomes are not approved. Ask a doctor."

    found = find([Topic("exosomes", terms=("exosom",))], "", {}, [Block(BlockKind.PARAGRAPH, text)])

    assert [mention.sentence for mention in found] == ["Exosomes are not approved."]
