"""Tokens: what bears meaning in a regulator's text, typed and brought to one value, in English and French."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import vocabulary
from store.datings import dating
from store.numerals import numeral
from store.records import TokenKind
from store.tokens import Token, tokens

NUMBER, QUANTITY, DATE, DEADLINE = TokenKind.NUMBER, TokenKind.QUANTITY, TokenKind.DATE, TokenKind.DEADLINE
MODAL, NEGATION, CITATION, DOCKET = TokenKind.MODAL, TokenKind.NEGATION, TokenKind.CITATION, TokenKind.DOCKET


def values(text: str, kind: TokenKind, country: str = "US") -> list[str]:
    return [token.value for token in tokens(text, country) if token.kind is kind]


def kinds(text: str, country: str = "US") -> list[TokenKind]:
    return [token.kind for token in tokens(text, country)]


# Numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("15", "15"),
        ("1,300.5", "1300.5"),
        ("1 300,5", "1300.5"),
        ("1,300", "1300"),
        ("2,5", "2.5"),
        ("fifteen", "15"),
        ("fifteen (15)", "15"),
        ("15 (fifteen)", "15"),
        ("fifteen (30)", "15 (30)"),
        ("thirty", "30"),
        ("twenty-one", "21"),
        ("one hundred and twenty", "120"),
        ("two thousand five hundred", "2500"),
        ("quinze", "15"),
        ("trente-deux", "32"),
        ("vingt et un", "21"),
        ("soixante et onze", "71"),
        ("quatre-vingts", "80"),
        ("quatre-vingt-dix-sept", "97"),
        ("mille deux cents", "1200"),
        ("one (1)", "1"),
    ],
)
def test_a_number_in_digits_or_words_has_one_value(text: str, value: str) -> None:
    assert numeral(text, 0) == (value, len(text))


@pytest.mark.parametrize("text", ["one", "une", "neuf", "lots", "", "(15)"])
def test_a_word_that_is_rarely_a_number_is_none_alone(text: str) -> None:
    assert numeral(text, 0) is None


def test_two_numbers_in_a_row_are_not_one() -> None:
    assert numeral("two five", 0) == ("2", 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We saw 24 lots.", ["24"]),
        ("quinze lots et 12 unités", ["15", "12"]),
        ("3-5 samples", ["3", "5"]),
        ("1. Your firm failed", []),
        ("(1) to test; (2) to label", []),
        ("see page 5 and footnote 4", []),
        ("call (240) 402-9156", []),
        ("SOP-018-91 and batch A12-07", []),
        ("at 10:30 in https://site.example/2025/12", []),
        ("write to desk12@agency.example 7 times", ["7"]),
        ("version 2.3.1 of it", []),
        ("section 351 says", []),
        ("in 21 CFR 211.22(a)", []),
        ("one of the lots", []),
        ("3 lots²", ["3"]),
    ],
)
def test_numbers_count_and_do_not_name(text: str, expected: list[str]) -> None:
    assert values(text, NUMBER) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 mg", "5 mg"),
        ("5mL", "5 mL"),
        ("1 300,5 mg/mL", "1300.5 mg/mL"),
        ("8 °C", "8 °C"),
        ("5 percent", "5 %"),
        ("5 pour cent", "5 %"),
        ("0.01%", "0.01 %"),
        ("$1,000", "1000 dollar"),
        ("15-day", "15 day"),
        ("one year", "1 year"),
        ("six (6) mois", "6 month"),
    ],
)
def test_a_quantity_is_a_number_with_its_unit(text: str, expected: str) -> None:
    (found,) = tokens(f"of {text} each", "US")

    assert (found.kind, found.value, found.text) == (QUANTITY, expected, text)


# Dates


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("January 17, 2025", "2025-01-17"),
        ("January 17,2025", "2025-01-17"),
        ("Sept. 5, 2024", "2024-09-05"),
        ("17 January 2025", "2025-01-17"),
        ("14 août 2025", "2025-08-14"),
        ("1er mai 2025", "2025-05-01"),
        ("2025-01-17", "2025-01-17"),
        ("01/17/2025", "2025-01-17"),
        ("August 2025", "2025-08"),
        ("août 2025", "2025-08"),
        ("May 2025", "2025-05"),
        ("July 23", "--07-23"),
        ("April 8 to 17, 2024", "2024-04-08/2024-04-17"),
        ("June 10 to July 14, 2024", "2024-06-10/2024-07-14"),
        ("14 au 28 août 2025", "2025-08-14/2025-08-28"),
        ("3/4/25", "3/4/25"),
    ],
)
def test_a_date_has_one_value_in_every_form(text: str, value: str) -> None:
    assert dating(text, 0, "US") == (value, len(text))


def test_a_date_in_figures_is_read_as_its_country_writes_it_or_not_at_all() -> None:
    assert dating("03/04/2025", 0, "US") == ("2025-03-04", 10)
    assert dating("03/04/2025", 0, "CA") == ("03/04/2025", 10)
    assert dating("17/01/2025", 0, "CA") == ("2025-01-17", 10)


@pytest.mark.parametrize("text", ["February 30, 2025", "may 2025", "march 15", "2025", "13 lots", "2025-13-40"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert dating(text, 0, "US") is None


def test_the_verb_may_is_not_the_month() -> None:
    text = "FDA May 2025: you may sell. May cause harm. In May, the MAY clause; by May 3."

    found = [(token.kind, token.text) for token in tokens(text, "US")]

    assert found == [
        (DATE, "May 2025"),
        (MODAL, "may"),
        (MODAL, "May"),
        (MODAL, "MAY"),
        (DEADLINE, "by May 3"),
    ]


# Deadlines


@pytest.mark.parametrize(
    ("text", "written", "value"),
    [
        ("Respond within fifteen (15) working days of receipt", "within fifteen (15) working days", "within 15 working day"),
        ("in writing within 15 working days¹. Specify", "within 15 working days", "within 15 working day"),
        ("no later than 30 calendar days from", "no later than 30 calendar days", "within 30 calendar day"),
        ("for ten business days", "ten business days", "10 business day"),
        ("no later than October 28, 2025", "no later than October 28, 2025", "by 2025-10-28"),
        ("by October 28, 2025", "by October 28, 2025", "by 2025-10-28"),
        ("dans les 30 jours ouvrables", "dans les 30 jours ouvrables", "within 30 working day"),
        ("dans un délai de quinze (15) jours", "dans un délai de quinze (15) jours", "within 15 day"),
        ("au plus tard le 28 octobre 2025", "au plus tard le 28 octobre 2025", "by 2025-10-28"),
        ("jusqu’au 28 octobre 2025", "jusqu’au 28 octobre 2025", "by 2025-10-28"),
    ],
)  # fmt: skip
def test_a_deadline_holds_its_number_and_its_date(text: str, written: str, value: str) -> None:
    assert [(token.kind, token.text, token.value) for token in tokens(text, "US")] == [(DEADLINE, written, value)]


@pytest.mark.parametrize(
    "text", ["within 5 mm", "by the firm", "no later than agreed", "kept for 14 days", "on October 28, 2025"]
)
def test_what_sets_no_time_is_no_deadline(text: str) -> None:
    assert values(text, DEADLINE) == []


# Modal verbs and negations


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("must", "must (obligation)"),
        ("shall", "shall (obligation)"),
        ("are required to", "is required to (obligation)"),
        ("will be required to", "will be required to (obligation)"),
        ("has to", "has to (obligation)"),
        ("should", "should (recommendation)"),
        ("may", "may (permission)"),
        ("can", "can (permission)"),
        ("doivent", "doit (obligation)"),
        ("est tenu de", "est tenu de (obligation)"),
        ("devraient", "devrait (recommendation)"),
        ("peuvent", "peut (permission)"),
    ],
)
def test_a_modal_verb_says_how_binding_it_is(text: str, value: str) -> None:
    assert values(f"Firms {text} act.", MODAL) == [value]


@pytest.mark.parametrize("text", ["a musty room", "in May", "dismay", "canned", "le devoir"])
def test_what_only_looks_like_a_modal_verb_is_none(text: str) -> None:
    assert values(text, MODAL) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is not approved", ["not"]),
        ("isn’t approved", ["not"]),
        ("cannot", ["cannot"]),
        ("no, never, neither, without", ["no", "never", "neither", "without"]),
        ("non-sterile", ["non"]),
        ("no longer listed", ["no longer"]),
        ("n'est pas homologué", ["not"]),
        ("n’a aucun effet", ["no"]),
        ("ne contient ni l'un ni l'autre", ["neither", "neither"]),
        ("sans autorisation", ["without"]),
        ("n’est plus autorisé", ["no longer"]),
        ("ne peut être vendu", ["not"]),
        ("ne contient que de l'eau", []),
        ("Lot No. 5 and No 7", []),
        ("a PAS supplement, plus two", []),
        ("a knot", []),
    ],
)
def test_a_negation_is_found_in_both_languages(text: str, expected: list[str]) -> None:
    assert values(text, NEGATION) == expected


# Citations, dockets, products, claims


def test_a_citation_is_one_token_with_its_act() -> None:
    text = "section 351(a) of the PHS Act, 21 U.S.C. 351. Section 9"

    assert values(text, CITATION) == ["PHS Act 351(a)", "21 USC 351", "section 9"]
    assert set(kinds(text)) == {CITATION}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("FDA–2017–D–6159", "FDA-2017-D-6159"),
        ("MARCS-CMS 698004", "CMS 698004"),
        ("CMS # 698004", "CMS 698004"),
        ("RA-12345", "RA-12345"),
        ("25-104893-244", "25-104893-244"),
    ],
)
def test_a_docket_or_file_number_is_one_token(text: str, value: str) -> None:
    assert [(token.kind, token.value) for token in tokens(f"file {text} here")] == [(DOCKET, value)]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("exosome products, exosome-derived", TokenKind.PRODUCT, ["exosome product", "exosome"]),
        ("les produits d’exosomes", TokenKind.PRODUCT, ["exosome product"]),
        ("des vésicules extracellulaires", TokenKind.PRODUCT, ["extracellular vesicle"]),
        ("human cells, tissues, or cellular or tissue-based products (HCT/Ps)", TokenKind.PRODUCT, ["HCT/P", "HCT/P"]),
        ("a new drug and the drug's label", TokenKind.PRODUCT, ["new drug", "drug"]),
        ("the Food and Drug Administration", TokenKind.PRODUCT, []),
        ("un produit biologique et un cosmétique", TokenKind.PRODUCT, ["biological product", "cosmetic"]),
        ("unapproved, approved¹ and cures", TokenKind.CLAIM, ["unapproved", "approved", "cure"]),
        ("guérir, prévenir, homologué", TokenKind.CLAIM, ["cure", "prevent", "homologué"]),
        ("treaty, safeguard", TokenKind.CLAIM, []),
    ],
)
def test_words_for_products_and_claims_are_found(text: str, kind: TokenKind, expected: list[str]) -> None:
    assert values(text, kind) == expected


def test_every_form_of_the_vocabulary_can_be_found() -> None:
    terms = (*vocabulary.PRODUCTS, *vocabulary.STATUSES, *vocabulary.CLAIMS)

    missed = [
        form
        for term in terms
        for form in term.forms
        if [token.value for token in tokens(f"a {form} b")] != [term.value]
    ]

    assert missed == []


# Any text

PIECES = st.sampled_from(
    [
        *("within ", "fifteen ", "(15) ", "working days", "15", " ", ", ", "May ", "may ", "2025", "January ", "not ", "ne ", "pas "),
        *("section ", "505(a)", " of the Act", "FDA-2017-D-6159", "$", "1 300,5", "mg", "%", "CMS #", "698004", "RA-", "@", "http://"),
        *("quatre-", "vingt-", "cent ", "dans les ", "jours", "’", "'", "-", "–", "¹", "İ", "ß", "\u0301", "\n"),
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES | st.text(max_size=5), max_size=25).map("".join), st.sampled_from(["US", "CA", ""]))
def test_tokens_of_any_text_are_ordered_disjoint_and_as_written(text: str, country: str) -> None:
    found = tokens(text, country)

    assert all(0 <= token.start < token.end <= len(text) for token in found)
    assert all(text[token.start : token.end] == token.text for token in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert all(token.value for token in found)


@pytest.mark.parametrize(
    "text",
    [
        *("1" * 100_000, "1-" * 50_000, "1,234" * 20_000, "fifteen " * 12_000, "ne " * 30_000, "@" * 50_000, "(" * 100_000),
        *("May " * 25_000, "within " * 15_000, "human cells, " * 8_000, "http://" * 15_000, "a.b@c " * 15_000, "2025-" * 20_000),
    ],
)  # fmt: skip
def test_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    started = time.process_time()

    tokens(text, "CA")

    assert time.process_time() - started < 4


def test_a_token_is_as_it_stands_in_the_text() -> None:
    assert tokens("You must act.", "US") == (Token(MODAL, "must", "must (obligation)", 4, 8),)
