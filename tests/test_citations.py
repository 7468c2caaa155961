"""Citations: every provision with the law it belongs to, in English and French, and none where that is not certain."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.archives.warc import answers
from crawler.source import read
from store import citations
from store.records import Block, BlockKind, Citation, Material, Part

FDC, PHS, FOOD_AND_DRUGS = "FD&C Act", "PHS Act", "Food and Drugs Act"
FDR = "Food and Drug Regulations"
LETTERS = Path(__file__).parents[2] / "shared" / "recordings" / "fda" / "warning-letters-2026-01.warc.gz"


def p(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


def cited(text: str, country: str = "US") -> list[tuple[str, str]]:
    return [(citation.law, citation.section) for citation in citations.find([p(text)], country)]


def left_out(text: str, country: str = "US") -> list[str]:
    return [citation.section for citation in citations.unresolved([p(text)], country)]


# American Acts and codes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "under section 505(a) of the Federal Food, Drug, and Cosmetic Act (FD&C Act) [21 U.S.C. 355(a)]",
            [(FDC, "505(a)"), ("21 USC", "355(a)")],
        ),
        ("section 351(a)(1) of the Public Health Service Act (PHS Act), 42 U.S.C. § 262(a)(1)", [(PHS, "351(a)(1)"), ("42 USC", "262(a)(1)")]),
        ("section 361 of the PHS Act", [(PHS, "361")]),
        ("sections 501(a)(2)(B) and 502(a) of the FD&C Act", [(FDC, "501(a)(2)(B)"), (FDC, "502(a)")]),
        ("sections 501(a), 502(f)(1), and 505 of the FD&C Act", [(FDC, "501(a)"), (FDC, "502(f)(1)"), (FDC, "505")]),
        ("section 501(a) and section 502(a) of the FDCA", [(FDC, "501(a)"), (FDC, "502(a)")]),
        ("sections 301(d) and (a) of the FD&C Act", [(FDC, "301(d)"), (FDC, "301(a)")]),
        ("sections 505G(a)(1) or (2) of the FD&C Act", [(FDC, "505G(a)(1)"), (FDC, "505G(a)(2)")]),
        ("sections 501 to 505 of the FD&C Act", [(FDC, "501"), (FDC, "505")]),
        ("FD&C Act § 505(a)", [(FDC, "505(a)")]),
        ("the FD&C Act (section 505(a))", [(FDC, "505(a)")]),
        ("section 564 of the [Federal Food, Drug and Cosmetic Act", [(FDC, "")]),
        ("Section 201(h), 21 U.S.C. § 321(h), defines a device", [(FDC, "201(h)"), ("21 USC", "321(h)")]),
        ("section 351(i), 42 U.S.C. § 262(i)", [(PHS, "351(i)"), ("42 USC", "262(i)")]),
        ("The FD&C Act prohibits it.", [(FDC, "")]),
        ("the FD&C Act, PHS Act, or applicable regulations", [(FDC, ""), (PHS, "")]),
        ("section 43(a) of the Lanham Act", [("Lanham Act", "43(a)")]),
        ("See Pub. L. No. 113-54, § 102(a)", [("Pub. L. 113-54", "102(a)")]),
        ("Dye: FD&C Yellow No. 5", []),
    ],
)  # fmt: skip
def test_an_american_act_is_cited(text: str, expected: list[tuple[str, str]]) -> None:
    assert cited(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21 CFR 1271.10(a)", ["1271.10(a)"]),
        ("21 CFR 210 and 211", ["210", "211"]),
        ("21 CFR Parts 210, 211 and 1271", ["210", "211", "1271"]),
        ("Title 21, Code of Federal Regulations (CFR), Part 1271", ["1271"]),
        ("Title 21 Code of Federal Regulations, parts 210 and 211 (21 CFR, parts 210 and 211)", ["210", "211"] * 2),
        ("Title 21, Code of Federal Regulations (21 CFR), Parts 210 and 211", ["210", "211"]),
        ("21 C.F.R. § 803.17 and 21 CFR § Part 820", ["803.17", "820"]),
        ("21 CFR 211.84(d)(1) and (2)", ["211.84(d)(1)", "211.84(d)(2)"]),
        ("21 CFR 314.81(b)(1)(i) and (ii)", ["314.81(b)(1)(i)", "314.81(b)(1)(ii)"]),
        ("21 CFR 211.22 (d)", ["211.22(d)"]),
        ("21 CFR 211.84(d)(1) (b)(4) lots", ["211.84(d)(1)"]),
        ("21 CFR Part 801, subpart B", ["801 subpart B"]),
        ("21 CFR 820.30, 2 of 5 files", ["820.30"]),
        ("21 CFR 820.100, 2023 edition", ["820.100"]),
        ("21 CFR 803. Also see § 803.17(a)", ["803", "803.17(a)"]),
        ("regulations in 21 CFR", [""]),
    ],
)
def test_title_21_of_the_regulations_is_cited(text: str, expected: list[str]) -> None:
    assert cited(text) == [("21 CFR", section) for section in expected]


def test_other_titles_are_codes_of_their_own() -> None:
    assert cited("45 CFR 46.101 and 21 U.S.C. 355, 42 U.S.C. § 262(j)") == [
        ("45 CFR", "46.101"),
        ("21 USC", "355"),
        ("42 USC", "262(j)"),
    ]


def test_a_section_of_the_code_is_not_the_section_of_the_act() -> None:
    text = "Section 351 of the PHS Act is 42 U.S.C. 262; 21 U.S.C. 351 is section 501 of the FD&C Act."

    assert cited(text) == [(PHS, "351"), ("42 USC", "262"), ("21 USC", "351"), (FDC, "501")]


def test_lists_in_the_code_end_where_another_thing_begins() -> None:
    assert cited("21 U.S.C. 331(d) and (a), 15 working days") == [("21 USC", "331(d)"), ("21 USC", "331(a)")]


# A law by the name that the text gave it


def test_the_act_is_the_one_that_the_text_called_so() -> None:
    blocks = [p("the Federal Food, Drug, and Cosmetic Act (the Act)"), p("under section 501(h) of the Act")]

    found = citations.find(blocks, "US")

    assert [(c.law, c.section, c.block) for c in found] == [(FDC, "", 0), (FDC, "501(h)", 1)]


def test_the_act_changes_with_the_last_name_given() -> None:
    text = (
        "the Public Health Service Act (the Act): section 351 of the Act. "
        "The Federal Food, Drug, and Cosmetic Act (“Act” or “the Act”): section 501 of the Act."
    )

    assert [pair for pair in cited(text) if pair[1]] == [(PHS, "351"), (FDC, "501")]


def test_the_act_without_a_name_given_is_left_out() -> None:
    assert cited("section 501(h) of the Act requires it") == []
    assert left_out("section 501(h) of the Act requires it") == ["501(h)"]


def test_the_act_in_small_letters_counts_next_to_a_section_only() -> None:
    text = "the FD&C Act (the Act); sections 518 or 519(g) of the act; in the act of"

    assert cited(text) == [(FDC, ""), (FDC, "518"), (FDC, "519(g)")]


def test_short_names_given_elsewhere_in_the_document_can_be_handed_in() -> None:
    known = citations.short_names("the Federal Food, Drug, and Cosmetic Act (the Act)", "US")

    (found,) = citations.references("section 501(h) of the Act", "US", known)

    assert (found.law, found.section) == (FDC, "501(h)")


# What is not certain


@pytest.mark.parametrize(
    "text",
    [
        "section 351 applies",
        "section 351 applies. The PHS Act does not.",
        "The PHS Act does not. Section 351 applies.",
        "Under the FD&C Act and the PHS Act, section 351 applies.",
        "The FD&C Act requires what section 3 of the procedure says.",
        "The FD&C Act and section 2.3",
    ],
)
def test_a_section_without_a_certain_law_is_left_out_and_listed(text: str) -> None:
    assert [pair for pair in cited(text) if pair[1]] == []
    assert len(left_out(text)) == 1


def test_a_section_belongs_to_the_only_act_of_its_sentence() -> None:
    assert cited("Under the PHS Act, a licence by section 351 is needed.") == [(PHS, ""), (PHS, "351")]


@pytest.mark.parametrize(
    "text", ["this section, 3 lots", "the inspection 483", "an injection of 5 mg", "C-Section Pack 3"]
)
def test_what_only_looks_like_a_section_is_none(text: str) -> None:
    assert (cited(text), left_out(text)) == ([], [])


# Canada


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("section 2 of the FDA", [(FOOD_AND_DRUGS, "2")]),
        ("The Food and Drugs Act (FDA) applies; the FDA defines a drug.", [(FOOD_AND_DRUGS, ""), (FOOD_AND_DRUGS, "")]),
        ("Section 2 of the Food and Drugs Act", [(FOOD_AND_DRUGS, "2")]),
        ("à l'article 2 de la LAD", [(FOOD_AND_DRUGS, "2")]),
        ("les articles 3 et 9 de la Loi sur les aliments et drogues", [(FOOD_AND_DRUGS, "3"), (FOOD_AND_DRUGS, "9")]),
        ("la Loi sur les aliments et drogues (la Loi) et l’article 30 de la Loi", [(FOOD_AND_DRUGS, ""), (FOOD_AND_DRUGS, "30")]),
        ("section C.01.004 of the Food and Drug Regulations", [(FDR, "C.01.004")]),
        ("l'alinéa C.01.004(1)a) du Règlement sur les aliments et drogues", [(FDR, "C.01.004(1)(a)")]),
        ("as C.08.002 says", [(FDR, "C.08.002")]),
        ("as C.08.002 % of", []),
        ("Part C, Division 5 of the Food and Drug Regulations", [(FDR, "Part C, Division 5")]),
        ("le titre 5 de la partie C du Règlement sur les aliments et drogues", [(FDR, "Part C, Division 5")]),
        ("Schedule D to the Food and Drugs Act", [(FOOD_AND_DRUGS, "Schedule D")]),
        ("the Cosmetic Regulations", [("Cosmetic Regulations", "")]),
        ("le Règlement sur les produits de santé naturels", [("Natural Health Products Regulations", "")]),
        ("section 26 of the Medical Devices Regulations", [("Medical Devices Regulations", "26")]),
        (
            "Safety of Human Cells, Tissues and Organs for Transplantation Regulations",
            [("CTO Regulations", "")],
        ),
        ("the U.S. FDA warned; the FDA's letter", []),
    ],
)  # fmt: skip
def test_a_canadian_law_is_cited(text: str, expected: list[tuple[str, str]]) -> None:
    assert cited(text, "CA") == expected


def test_fda_is_no_law_in_an_american_text() -> None:
    assert cited("section 2 of the FDA", "US") == []
    assert left_out("section 2 of the FDA", "US") == ["2"]


def test_without_a_country_an_abbreviation_of_one_is_no_law() -> None:
    assert cited("à l'article 2 de la LAD", "") == []
    assert cited("section 2 of the Food and Drugs Act", "") == [(FOOD_AND_DRUGS, "2")]


# Documents


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Docket No. FDA-2017-D-6159", [("docket", "FDA-2017-D-6159")]),
        ("FDA–2017–D–6159", [("docket", "FDA-2017-D-6159")]),
        ("Form FDA-483 and CAPA No. FDA-2025-01", []),
        ("84 FR 40417", [("84 FR", "40417")]),
        ("guidance for industry entitled “Vesicle Products: Questions,” and", [("guidance", "Vesicle Products: Questions")]),
        ("See FDA’s guidance document Vesicle Products: Good Practice for help", [("guidance", "Vesicle Products: Good Practice")]),
        ("Guidance for Industry: Vesicle Product Labels (November 2016), found at", [("guidance", "Vesicle Product Labels")]),
        ("la ligne directrice intitulée « Classement des vésicules »", [("guidance", "Classement des vésicules")]),
        ("this guidance document is not binding", []),
        ("a procedure titled “Complaint Handling”", []),
    ],
)  # fmt: skip
def test_a_document_is_cited(text: str, expected: list[tuple[str, str]]) -> None:
    assert cited(text) == expected


# Where it stands


def test_a_citation_says_its_words_its_block_and_its_place() -> None:
    blocks = [p("Heading"), p("See sections 501(a) and 502(a) of the FD&C Act, please.")]

    found = citations.find(blocks, "US")

    assert found == (
        Citation(FDC, "501(a)", "sections 501(a)", 1, 4),
        Citation(FDC, "502(a)", "502(a) of the FD&C Act", 1, 24),
    )


def test_a_citation_does_not_run_from_one_block_into_the_next() -> None:
    assert citations.find([p("section 505 of the"), p("FD&C Act")], "US") == (Citation(FDC, "", "FD&C Act", 1, 0),)


WORDS = st.sampled_from(
    [
        *("section ", "sections ", "§ ", "505(a)", "(b)(4)", "(a)", " and ", ", ", " of the ", "FD&C Act", "the Act", "(the Act)"),
        *("21 CFR ", "211.84", "U.S.C. ", "42 ", "FDA", "FDA-2017-D-6159", "C.01.004", "l'article ", "2 de la ", "LAD", "\n", "("),
        *("guidance for industry ", "“", "”", "Title 21, ", "Code of Federal Regulations", "Part ", "é", "\u00a0", "İ", ". "),
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS | st.text(max_size=6), max_size=30).map("".join), st.sampled_from(["US", "CA", ""]))
def test_citations_of_any_text_are_ordered_disjoint_and_in_it(text: str, country: str) -> None:
    found = citations.references(text, country)

    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
    for citation in citations.find([p("x"), p(text)], country):
        block = ["x", text][citation.block]
        assert block[citation.position : citation.position + len(citation.text)] == citation.text


@pytest.mark.parametrize(
    "text",
    [
        "section " * 30_000,
        "section 1" + "(a)" * 60_000,
        "21 CFR 1.1" + ", 1.1" * 40_000,
        "A and " * 40_000 + "Act",
        "section 5 of the " + "Aaa and of " * 20_000,
        "the Public Health Service Act (the Act) " * 5_000,
        "guidance for industry: " + "Aa, " * 50_000,
        "21 " * 60_000,
        "§" * 100_000,
    ],
)
def test_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    started = time.process_time()

    citations.find([p(text)], "CA")

    assert time.process_time() - started < 3


# The recorded letters

recorded = pytest.mark.skipif(
    not LETTERS.exists(), reason="the recorded pages are not beside this project (shared/recordings)"
)


@pytest.fixture(scope="module")
def letters() -> dict[str, tuple[Block, ...]]:
    return dict(read_letters())


def read_letters() -> Iterator[tuple[str, tuple[Block, ...]]]:
    for answer in answers(LETTERS):
        material = Material("fda_warning_letters", Part.PAGE, answer.url, answer.body)
        yield answer.url.rpartition("/")[2], read(material).blocks


@recorded
@pytest.mark.recordings
def test_the_recorded_exosome_letter_cites_what_it_says(letters: dict[str, tuple[Block, ...]]) -> None:
    blocks = letters["chara-biologics-inc-698004-01172025"]

    found = {(citation.law, citation.section) for citation in citations.find(blocks, "US")}

    assert {(FDC, "505(a)"), (FDC, "501(a)(2)(B)"), (FDC, "502(a)"), (FDC, "301(d)"), (FDC, "201(g)(1)")} <= found
    assert {(PHS, "351(a)(1)"), (PHS, "351(i)"), (PHS, "361")} <= found
    assert {("21 CFR", "210"), ("21 CFR", "211"), ("21 CFR", "1271"), ("21 CFR", "1271.10(a)")} <= found
    assert {("21 USC", "355(a)"), ("42 USC", "262(a)(1)"), ("42 USC", "264")} <= found
    assert {law for law, _ in found} == {FDC, PHS, "21 CFR", "21 USC", "42 USC", "guidance"}
    assert citations.unresolved(blocks, "US") == ()


@recorded
@pytest.mark.recordings
def test_every_section_of_the_recorded_letters_has_its_law_or_is_listed(letters: dict[str, tuple[Block, ...]]) -> None:
    missed = []
    counted: Counter[bool] = Counter()
    for slug, blocks in letters.items():
        places = {
            (citation.block, citation.position + n): bool(citation.law)
            for citation in (*citations.find(blocks, "US"), *citations.unresolved(blocks, "US"))
            for n in range(len(citation.text))
        }
        for index, block in enumerate(blocks):
            for section in re.finditer(r"\b[Ss]ections? \d{1,4}[A-Z]?(?:\([a-z0-9]{1,2}\))*", block.text):
                known = places.get((index, section.start()))
                if known is None:
                    missed.append((slug, section[0]))
                else:
                    counted[known] += 1

    assert missed == []
    assert counted.total() > 2000
    assert counted[False] < 0.12 * counted.total()


@recorded
@pytest.mark.recordings
def test_the_recorded_letters_cite_provisions_that_the_laws_have(letters: dict[str, tuple[Block, ...]]) -> None:
    """FD&C Act: sections 1 to 1014 (chapters I to X); it has no section 351, nor the PHS Act a section 501(a)(2)(B)."""
    found = {citation for blocks in letters.values() for citation in citations.find(blocks, "US")}

    acts = {(citation.law, int(number[0])) for citation in found if (number := re.match(r"\d+", citation.section))}

    assert {number for law, number in acts if law == FDC} <= {*range(201, 1015)} - {351, 352, 361}
    assert {number for law, number in acts if law == PHS} <= {351, 361}
    assert {number for law, number in acts if law == "21 USC"} <= {*range(301, 400)}


@recorded
@pytest.mark.recordings
def test_a_recorded_letter_costs_a_few_milliseconds_at_most(letters: dict[str, tuple[Block, ...]]) -> None:
    started = time.process_time()
    for blocks in letters.values():
        citations.find(blocks, "US")

    assert (time.process_time() - started) / len(letters) < 0.005
