"""The two forms of a text: as people see it, and as texts are compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.normal import canonical, clean, folded

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
ODD = st.text(
    st.sampled_from("a e\u0301\u200b\u00ad\u0327\u1100\u1161\ud800\udc00\x00\x1f\x85\u2028\u212b\ufeffﬁ“—"), max_size=12
)


@given(st.one_of(ANY, ODD))
@settings(max_examples=400, deadline=None)
def test_any_text_has_its_three_forms(text: str) -> None:
    shown = clean(text)

    assert clean(shown) == shown == unicodedata.normalize("NFC", shown)
    assert shown == shown.strip()
    assert "  " not in shown
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in shown)
    for form in (shown, canonical(shown), folded(shown), canonical(text), folded(text)):
        assert form.encode() is not None


@given(st.one_of(ANY, ODD))
def test_texts_that_look_alike_stay_alike_in_the_comparing_form(text: str) -> None:
    shown = clean(text)

    assert canonical(shown) == canonical(clean(f" {text}\u200b\n"))


@given(st.one_of(ANY, ODD))
def test_a_text_is_folded_as_its_characters_are(text: str) -> None:
    """Positions in a folded text are found by folding character by character."""
    assert folded(text).replace("ς", "σ") == "".join(map(folded, text)).replace("ς", "σ")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  a \n\t b  ", "a b"),
        ("a\u00a0b\u202fc\u3000d", "a b c d"),
        ("exo\u00adsomes, exo\u200bsomes", "exosomes, exosomes"),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        ("a\x00b\x07c", "a b c"),
        ("\ud800", "\ufffd"),
        ("“quoted” – and ‘this’", "“quoted” – and ‘this’"),
        ("ﬁrm ½ ²", "ﬁrm ½ ²"),
        ("\ufeffa\u200e", "a"),
        ("call \u202a1-800-000\u202c now", "call 1-800-000 now"),
        ("fif\u2066teen\u2069, fif\u2063teen, fif\u061cteen", "fifteen, fifteen, fifteen"),
        ("Samplewood™\ufe0f, exo\u034fsomes", "Samplewood™, exosomes"),
        ("", ""),
        (" \u200b ", ""),
    ],
)
def test_the_form_for_people(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“a”", '"a"'),
        ("« a »", '" a "'),
        ("l’avis", "l'avis"),
        ("2020–2021", "2020-2021"),
        ("a — b", "a - b"),
        ("ﬁrm", "firm"),
        ("a\u00a0b", "a b"),
        ("non\u2011final", "non-final"),
        ("10 −5", "10 -5"),
        ("…", "..."),
    ],
)
def test_typography_does_not_count(one: str, other: str) -> None:
    assert canonical(clean(one)) == canonical(clean(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("a", "A"), ("e", "é"), ("a b", "ab"), ("1,000", "1.000"), ("a.", "a")),
        *(("1271.3¹", "1271.31"), ("10⁹ cells", "109 cells"), ("351²⁰", "35120"), ("H₂O", "H2O"), ("x¹", "x²")),
    ],
)
def test_what_is_more_than_typography_counts(one: str, other: str) -> None:
    assert canonical(clean(one)) != canonical(clean(other))


@pytest.mark.parametrize(
    ("one", "other"), [("É", "e"), ("Œuvre", "œuvre"), ("STRASSE", "straße"), ("L’ÉTÉ", "l'ete"), ("ﬁ", "FI")]
)
def test_case_and_accents_do_not_count_where_terms_are_looked_for(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_raised_digits_are_digits_where_terms_are_looked_for() -> None:
    assert folded("exosome² of 10⁹ and CO₂") == "exosome2 of 109 and co2"
