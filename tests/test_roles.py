"""The role of a mention: whose words they are, and what the sentence does in the letter."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.mentions import Topic, find
from store.quotations import is_quoted
from store.records import Block, Mention, Role
from store.roles import RULES, role_of
from tests.letters import ABSENT, LETTERS, TEXTS, h, item, p, recorded, recorded_letter, text_extract

EXOSOMES = Topic("exosomes", terms=("exosom", "extracellular vesicle"))


def roles(*blocks: Block | str) -> list[Role]:
    letter = [block if isinstance(block, Block) else p(block) for block in blocks]
    return [role_of(mention, letter) for mention in find([EXOSOMES], "", {}, letter)]


# The regulator's conclusion


@pytest.mark.parametrize(
    "text",
    [
        "Your exosome products are drugs as defined in section 201(g)(1).",
        "Your exosome product is also a biological product.",
        "Your exosome products are not the subject of an approved BLA.",
        "The exosome product is misbranded under section 502(a).",
        "We note that your exosome product is not an HCT/P.",
        "During the inspection, FDA documented that you manufacture exosomes from placenta.",
        "Your exosome products are unapproved new drugs in violation of section 505(a).",
        "You distribute exosomes without a license.",
        "FDA documented that Larkspur Works, Inc. (“you”) makes, at 4 Elm Ave. Suite 2, an exosome gel.",
        "There is no IND in effect for your exosome product.",
        "Your exosomes (hereinafter, “your product”) are drugs.",
        "The term “exosomes” is used here; such exosomes are drugs.",
        "Your gels (collectively, “your products” or “your exosome products”) are drugs.",
        "Note that 21 CFR 1271.3 states, in relevant part, “exosomes” are not one; your exosomes are drugs.",
        "While you state that the gel is lawful, the evidence shows that your exosome product is a drug.",
    ],
)
def test_what_the_regulator_finds_in_its_own_voice_is_its_conclusion(text: str) -> None:
    assert set(roles(text)) == {Role.CONCLUSION}


@pytest.mark.parametrize("text", ["Exosomes", "A word about exosomes.", "Regarding exosomes and their likes:"])
def test_a_sentence_that_finds_nothing_is_another(text: str) -> None:
    assert roles(text) == [Role.OTHER]


# The firm's quoted claim


@pytest.mark.parametrize(
    "text",
    [
        "Your website states: “Our exosomes are drugs of the future.”",
        'Your website states: "Our exosomes are safe."',
        "The brochure, “Heal Now,” says that “exosomes repair joints.”",
        "It reads “[E]xosomes are a biological product … (see exosomes)” and more.",
        "« Nos exosomes sont sûrs »",
        "It lists “‘Exosomes’ and others.”",
        "Your website claims that exosomes are approved.",
        "Your social media page explains how exosomes work.",
        "You state that exosomes are not drugs.",
    ],
)
def test_the_firms_words_are_its_claim_whatever_they_say(text: str) -> None:
    assert set(roles(text)) == {Role.CLAIM}


def test_a_quotation_ends_where_its_mark_closes() -> None:
    assert roles("You say “exosomes heal.” Your exosome product is a drug.") == [Role.CLAIM, Role.CONCLUSION]


def test_a_mark_that_nothing_closes_quotes_nothing() -> None:
    assert roles("The “gel and your exosome product is a drug.", h("Next"), "It says “more” here.") == [Role.CONCLUSION]


def test_inches_are_no_quotation() -> None:
    assert roles('A 5" tube of your exosome product is a drug, as is the 6" tube.') == [Role.CONCLUSION]


def test_a_quotation_runs_on_over_several_blocks() -> None:
    quoted = (
        "Under one title, “There are many injuries, including:",
        "o knees, by exosomes",
        "o elbows”",
        "Your exosomes are drugs.",
    )

    assert roles(*quoted) == [Role.CLAIM, Role.CONCLUSION]


def test_a_heading_ends_a_quotation_that_was_left_open() -> None:
    assert roles("It says “many things", h("Conclusion"), "Your exosomes are drugs.”") == [Role.CONCLUSION]


@pytest.mark.parametrize(
    "opening",
    [
        "Examples of claims on your website include:",
        "Your website states the following:",
        "Some of the statements that provide evidence are, for example:",
    ],
)
def test_the_items_of_a_list_of_claims_are_claims(opening: str) -> None:
    assert roles(opening, item("Exosomes are drugs that heal"), item("Vesicle exosomes are best")) == [Role.CLAIM] * 2
    assert roles(opening, "• Exosomes are drugs that heal", "o exosomes are best") == [Role.CLAIM] * 2


@pytest.mark.parametrize(
    "opening",
    [
        "In response to this letter, provide the following:",
        "Your review of the labeling should include, but not be limited to:",
        "For example, your firm did the following:",
    ],
)
def test_a_list_of_what_is_asked_or_found_holds_no_claims(opening: str) -> None:
    assert roles(opening, item("A plan for each exosome product, with its dates.")) == [Role.OTHER]


def test_a_list_that_the_regulator_makes_is_its_own() -> None:
    assert roles("The violations are these:", item("Your exosome product is misbranded.")) == [Role.CONCLUSION]


def test_a_paragraph_behind_a_list_of_claims_is_no_item_of_it() -> None:
    assert roles("Your claims include:", item("It heals"), "Your exosome product is a drug.") == [Role.CONCLUSION]


# The additional concern


@pytest.mark.parametrize(
    "heading", ["Additional Concern", "Additional Concerns", "ADDITIONAL CONCERNS:", "Additional Comments"]
)
def test_what_stands_below_additional_concern_is_one(heading: str) -> None:
    assert roles(h(heading), "FDA’s review also found that you market exosomes.") == [Role.CONCERN]


def test_a_text_without_markup_has_its_headings_told_by_their_form() -> None:
    letter = (
        "Additional Concern",
        "In addition to the violations described above, we offer the following comment:",
        "Your firm markets exosomes. As a general matter, exosomes are drugs.",
        "Conclusion",
        "Your exosome product is a drug.",
    )

    assert roles(*letter) == [Role.CONCERN, Role.CONCERN, Role.CONCLUSION]


def test_a_concern_may_open_in_the_paragraph_itself() -> None:
    assert roles("Additional concerns: you market exosomes.") == [Role.CONCERN]


def test_a_quotation_within_a_concern_is_still_the_firms() -> None:
    assert roles(h("Additional Concern"), "Your website says “exosomes heal.”") == [Role.CLAIM]


def test_the_words_that_close_a_letter_end_the_concern() -> None:
    letter = (
        h("Additional Concern"),
        "You market exosomes.",
        "This letter notifies you of our concerns about exosomes.",
        "If your exosome product is not a drug, say why.",
    )

    assert roles(*letter) == [Role.CONCERN, Role.OTHER, Role.OTHER]


def test_another_heading_ends_the_concern() -> None:
    assert roles(h("Additional Concern"), "More.", h("Conclusion"), "Your exosomes are drugs.") == [Role.CONCLUSION]


# The pointer


@pytest.mark.parametrize(
    "text",
    [
        "We direct your attention to FDA’s Public Safety Notification on Exosome Products.",
        "See the “Public Safety Notification on Exosome Products.”",
        "FDA issued this public safety notification after events in patients treated with exosomes.",
        "See the Consumer Alert on Regenerative Medicine Products Including Exosomes.",
        "See https://www.fda.gov/safety-availability-biologics/public-safety-notification-exosome-products.",
    ],
)
def test_a_pointer_is_one_wherever_it_stands(text: str) -> None:
    assert set(roles(text)) == {Role.POINTER}
    assert set(roles(h("Additional Concern"), text)) == {Role.POINTER}


def test_another_page_of_the_regulator_is_no_pointer() -> None:
    text = "Your exosome product is a drug; see https://www.fda.gov/drugs/drug-safety-and-availability/advisory."

    assert roles(text) == [Role.CONCLUSION]


def test_an_address_of_the_firm_is_no_pointer() -> None:
    assert roles("You sell it at https://larkspur.example/exosome-safety-facts, in violation of the Act.") == [
        Role.CONCLUSION
    ]


# All


def test_a_mention_outside_the_text_has_no_role_of_these() -> None:
    assert (
        role_of(Mention("exosomes", "title", "Exosome Works", "Exosome", -1, 0), [p("Exosomes are drugs.")])
        is Role.OTHER
    )


def test_every_rule_says_why() -> None:
    assert all(rule.why for rule in RULES)
    assert {rule.role for rule in RULES} | {Role.OTHER} == set(Role)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.text(alphabet='aE .:“”"«»•o', max_size=40)
        | st.just("Additional Concern")
        | st.just("exosomes “are” drugs”"),
        max_size=8,
    ),
    st.integers(-2, 9),
    st.integers(0, 60),
)
def test_no_text_makes_a_role_fail(texts: list[str], block: int, position: int) -> None:
    letter = [p(text) for text in texts]

    assert role_of(Mention("exosomes", "", "s", "s", block, position), letter) in set(Role)
    if 0 <= block < len(letter):
        assert is_quoted(letter, block, position) in (True, False)


@pytest.mark.parametrize("sign", ["“", "”", '"', "“”", "exosomes “", "you state exosomes is ", "fda.gov/"])
def test_a_long_hostile_block_costs_no_more_than_a_letter(sign: str) -> None:
    letter = [p(sign * (400_000 // len(sign))) for _ in range(15)]

    before = process_time()
    for position in range(0, 300_000, 3_000):
        role_of(Mention("exosomes", "", "Exosomes are drugs.", "Exosomes", 7, position), letter)

    # A hundred mentions: half a millisecond each where every window is full of marks, with room for a slow machine.
    assert process_time() - before < 3


@pytest.mark.recordings
@pytest.mark.skipif(not LETTERS.exists(), reason=ABSENT)
def test_all_mentions_in_the_letter_to_chara_biologics_are_the_firms_claims() -> None:
    letter = recorded_letter("chara-biologics-inc-698004").reading

    mentions = find([EXOSOMES], letter.title, letter.fields, letter.blocks)

    assert [role_of(mention, letter.blocks) for mention in mentions] == [Role.CLAIM] * 4


@pytest.mark.recordings
@pytest.mark.skipif(not LETTERS.exists(), reason=ABSENT)
def test_the_regulators_own_sentences_about_a_recorded_product_are_told_from_the_firms() -> None:
    letter = recorded_letter("chara-biologics-inc-698004").reading
    topic = Topic("product", terms=("charaexo",))

    found = {
        (mention.block, role_of(mention, letter.blocks)) for mention in find([topic], "", {}, letter.blocks)
    }  # fmt: skip

    # 10 to 12 quote brochures and answers to physicians; 4, 24, 44 and 66 are the FDA's own findings.
    assert {(4, Role.CONCLUSION), (24, Role.CONCLUSION), (44, Role.CONCLUSION), (66, Role.CONCLUSION)} <= found
    assert {(10, Role.CLAIM), (12, Role.CLAIM)} <= found


@pytest.mark.recordings
@pytest.mark.skipif(not TEXTS.exists(), reason=ABSENT)
def test_a_letter_that_mentions_exosomes_in_its_additional_concern_only() -> None:
    letter = text_extract("dynamic-stem-cell-therapy-712579")
    mentions = [mention for mention in find([EXOSOMES], "", {}, letter) if not mention.sentence.startswith("[...")]

    assert [role_of(mention, letter) for mention in mentions] == [
        Role.CONCERN,
        Role.CONCERN,
        Role.POINTER,
        Role.POINTER,
        Role.POINTER,
    ]


@pytest.mark.recordings
@pytest.mark.skipif(not LETTERS.exists(), reason=ABSENT)
def test_a_role_costs_little() -> None:
    topic = Topic("products", terms=("product",))
    letters = [
        (one.reading.blocks, find([topic], "", {}, one.reading.blocks)) for one in recorded()[:60]
    ]  # fmt: skip
    count = sum(len(mentions) for _, mentions in letters)

    before = process_time()
    for blocks, mentions in letters:
        for mention in mentions:
            role_of(mention, blocks)

    # The aim is 0.2 ms a mention; the bound leaves room for a slower machine.
    assert (process_time() - before) / count < 0.0005
