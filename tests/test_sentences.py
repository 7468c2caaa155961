"""Sentences end where they end: not within an abbreviation, and not later, in English and in French."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.mentions import Topic, find
from store.records import Block, BlockKind
from store.sentences import sentences, spans


def p(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It failed. It was held.", ["It failed.", "It was held."]),
        ("It says “now.” Then more.", ["It says “now.”", "Then more."]),
        ("It was held (see below.) Then more.", ["It was held (see below.)", "Then more."]),
        ("It was held. (See below.) More.", ["It was held.", "(See below.)", "More."]),
        ("It was held. “we heal” is a claim.", ["It was held.", "“we heal” is a claim."]),
        ("As required.² In addition, more.", ["As required.²", "In addition, more."]),
        ("As required.* In addition, more.", ["As required.*", "In addition, more."]),
        ("As required. ¹² See the annex.", ["As required.", "¹² See the annex."]),
        ("Not approved.³ Moreover, it is red.", ["Not approved.³", "Moreover, it is red."]),
        ("Is it a drug? Yes! See below.", ["Is it a drug?", "Yes!", "See below."]),
        ("Approved? No. It is not.", ["Approved?", "No.", "It is not."]),
        ("It contains: gels. • Vials are next.", ["It contains: gels.", "• Vials are next."]),
        ("It “heals… The rest is red” too.", ["It “heals… The rest is red” too."]),
        ("And so on... The rest is red.", ["And so on...", "The rest is red."]),
        ("Le gel est rouge. À voir. Œuvre finie.", ["Le gel est rouge.", "À voir.", "Œuvre finie."]),
        ("« Rien ne change. » Voilà.", ["« Rien ne change. »", "Voilà."]),
        ("« Est-ce approuvé\u202f?\u202f» Non, dit-il.", ["« Est-ce approuvé\u202f?\u202f»", "Non, dit-il."]),
        ("Il est rouge. « Rien ne change », dit-il.", ["Il est rouge.", "« Rien ne change », dit-il."]),
        ("« Non ! » dit-il. Il part.", ["« Non ! » dit-il.", "Il part."]),
        ("One sentence without an end", ["One sentence without an end"]),
        ("", []),
        (" ", []),
    ],
)
def test_a_sentence_ends_at_its_stop(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Under 21 U.S.C. 351 it fails.",
        "The U.S. Food and Drug Administration wrote.",
        "The U.S. FDA wrote.",
        "See 42 U.S.C. Section 262.",
        "Larkspur Works, Inc. (“you”) sells it.",
        "Larkspur Works, Inc. (“The Firm”) sells it.",
        "Larkspur Works Inc. Headquarters wrote.",
        "Orchard Pty. Ltd. Makes gels.",
        "Inspected J. Roe S.A. Works, Calle Dist. Nine.",
        "At 4 Elm St. Suite 2 it was held.",
        "By A. B. Roe, Ph.D. Director, and J.-P. Roe of the works.",
        "Dear Dr. The-Anh Roe, it was held.",
        "It is No. FDA-7 of the lot, and No. 5 too.",
        "Roe et al. Larkspur’s study, was read.",
        "Larkspur Inc. No. 5 was held.",
        "It names a firm (e.g. Larkspur) and others, i.e. Orchard.",
        "Roe v. Larkspur Works was heard.",
        "The procedure (SOP-5, Rev. D, of May) was read.",
        "By Larkspur S.A. De C.V., Elmwood.",
        "The dose is 2.5 mg of it.",
        "Selon M. Tremblay et MM. Roe, Mme. Roy et le Dr. Roe.",
        "Selon M. Le Roux, l’art. L. 5 vaut.",
        "Orchard ltée. Montréal vend des gels, p. ex. Vial.",
    ],
)
def test_an_abbreviation_ends_no_sentence(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is sold by Sample Inc. The firm is new.", ["It is sold by Sample Inc.", "The firm is new."]),
        ("It is sold by Sample Inc. of Example. It is new.", ["It is sold by Sample Inc. of Example.", "It is new."]),
        ("It is sold by Sample Inc. FDA has not read it.", ["It is sold by Sample Inc.", "FDA has not read it."]),
        ("It is sold by Sample Inc. “The gel” is new.", ["It is sold by Sample Inc.", "“The gel” is new."]),
        ("It is sold in the U.S. The label is red.", ["It is sold in the U.S.", "The label is red."]),
        ("See 21 U.S.C. § 355(a). Then go.", ["See 21 U.S.C. § 355(a).", "Then go."]),
        ("It was read by Roe et al. This was new.", ["It was read by Roe et al.", "This was new."]),
        ("Dear Dr. Sample: See No. 5. Then go.", ["Dear Dr. Sample: See No. 5.", "Then go."]),
        ("It is state of the art. We read it.", ["It is state of the art.", "We read it."]),
        ("It measures 5 mm. The vial is red.", ["It measures 5 mm.", "The vial is red."]),
        ("It is 70% v/v. However, it is red.", ["It is 70% v/v.", "However, it is red."]),
        ("It held gel ACD-A. Your study is red.", ["It held gel ACD-A.", "Your study is red."]),
        ("It is held at 5°C. This is red.", ["It is held at 5°C.", "This is red."]),
        ("It is in (a). Then in (v). Next.", ["It is in (a).", "Then in (v).", "Next."]),
        ("Vendu par Exemple Inc. Le gel est rouge.", ["Vendu par Exemple Inc.", "Le gel est rouge."]),
        ("Vendu par Orchard ltée. L’étiquette est rouge.", ["Vendu par Orchard ltée.", "L’étiquette est rouge."]),
        ("Selon M. Exemple, l’art. 2 vaut. Rien de plus.", ["Selon M. Exemple, l’art. 2 vaut.", "Rien de plus."]),
    ],
)
def test_an_abbreviation_may_stand_last(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@given(st.lists(st.text(alphabet='ab .!?”")A1²«»', max_size=60), max_size=4))
def test_sentences_hold_every_word_of_their_blocks(texts: list[str]) -> None:
    found = sentences([p(text) for text in texts])

    assert " ".join(" ".join(one.text for one in found).split()) == " ".join(" ".join(texts).split())
    assert all(texts[one.block][one.position :].startswith(one.text) for one in found)


@pytest.mark.parametrize("piece", [". ", "A. ", "inc. The ", ".”", ". »", ".   ", "a.b.", "« ! » A", ".*"])
def test_a_hostile_megabyte_is_split_in_linear_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))

    started = process_time()
    list(spans(text))

    assert process_time() - started < 5


def test_very_many_mentions_of_a_block_have_their_sentences_in_linear_time() -> None:
    text = "The vial is red. " + "Exosome gels are sold. " * 20_000 + "exosome " * 20_000

    started = process_time()
    found = find([Topic("exosomes", terms=("exosom",))], "", {}, [p(text)])

    assert process_time() - started < 5
    assert len(found) == 40_000
    assert {mention.sentence for mention in found[:19_999]} == {"Exosome gels are sold."}
