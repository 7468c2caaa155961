"""The sheet for reviewers: out as CSV, through spreadsheets with their habits, and back, all rows or none."""

from __future__ import annotations

import codecs
import csv
import io
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from exowatch.filled_sheet import BadSheet, rows
from exowatch.reviewing import Taken, entries, take_in
from reports.review_sheet import COLUMNS, FILLED, sheet
from store import lookup
from store.records import Change, Kind
from store.reviews import Decision, judgement, review, reviewed, reviews_of
from tests.shelf import Shelf, at, page

Fill = Mapping[int, Mapping[str, str]]
"""What a reviewer writes: by row, from 0, the cells by their columns."""

FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "=cmd|'/c calc'!A0", '=HYPERLINK("http://x.example","x")')


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """Three changes: a new letter with an accent and a formula in its title, another, and an edit of the first."""
    shelf = Shelf(tmp_path / "letters.db")
    shelf.crawl(0, {"a": page("Exosomes.", title='=HYPERLINK("http://x.example";"é")'), "b": page("More exosomes.")})
    shelf.crawl(48, {"a": page("Exosomes, edited.", title='=HYPERLINK("http://x.example";"é")')})
    yield shelf
    shelf.close()


def exported(shelf: Shelf) -> str:
    return sheet(entries(shelf.store, lookup.changes(shelf.store)))


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def filled(shelf: Shelf, fill: Fill) -> list[dict[str, str]]:
    found = table(exported(shelf))
    for number, cells in fill.items():
        found[number].update(cells)
    return found


def saved(
    found: list[dict[str, str]],
    *,
    separator: str = ",",
    end: str = "\r\n",
    encoding: str = "utf-8-sig",
    quoting: int = 0,
) -> bytes:
    """The rows as a spreadsheet saves them."""
    out = io.StringIO()
    writer = csv.DictWriter(out, found[0], delimiter=separator, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writeheader()
    writer.writerows(found)
    return out.getvalue().encode(encoding)


def take(shelf: Shelf, content: bytes, by: str = "Kim") -> Taken:
    return take_in(shelf.store, rows(content), by)


def changes(shelf: Shelf) -> list[Change]:
    return lookup.changes(shelf.store)


# Out


def test_the_sheet_has_a_row_for_each_change_and_empty_cells_to_fill_in(shelf: Shelf) -> None:
    text = exported(shelf)

    found = table(text)
    assert text.startswith("\ufeff")
    assert [row["change"] for row in found] == [f"change {change.id}" for change in changes(shelf)]
    assert tuple(found[0]) == COLUMNS
    assert {row[name] for row in found for name in FILLED} == {""}
    assert [row["review"] for row in found] == ["review open"] * 3
    assert found[2]["what"].startswith("The text changed between 1 Aug 2025 and 3 Aug 2025")
    assert all(row[name] for row in found for name in COLUMNS if name not in (*FILLED, "number", "why"))


def test_no_cell_of_the_sheet_is_calculated_or_taken_for_a_number(shelf: Shelf) -> None:
    found = table(exported(shelf))

    assert found[0]["title"] == """'=HYPERLINK("http://x.example";"é")"""
    for row in found:
        for name in ("change", "texts"):
            with pytest.raises(ValueError, match="could not convert"):
                float(row[name])


def test_the_sheet_shows_the_review_that_stands(shelf: Shelf) -> None:
    review(
        shelf.store,
        changes(shelf)[0].id,
        by="Lee",
        decision="not-applicable",
        note="no such\nproduct",
        due="2025-10-01",
    )

    found = table(exported(shelf))

    assert found[0]["review"].startswith("reviewed: not applicable, Lee, ")
    assert found[0]["review"].endswith("; due 2025-10-01: no such / product")


# Back


FORMS: dict[str, Callable[[list[dict[str, str]]], bytes]] = {
    "as exported": saved,
    "Excel, English": lambda found: saved(found, end="\r\n"),
    "Excel, European": lambda found: saved(found, separator=";"),
    "Excel with its separator named": lambda found: b"sep=;\r\n" + saved(found, separator=";", encoding="utf-8"),
    "Excel, Unicode text": lambda found: saved(found, separator="\t", encoding="utf-16"),
    "LibreOffice": lambda found: saved(found, end="\n", encoding="utf-8"),
    "LibreOffice, every cell quoted": lambda found: saved(found, end="\n", encoding="utf-8", quoting=csv.QUOTE_ALL),
    "old Macintosh": lambda found: saved(found, end="\r"),
    "columns in another order": lambda found: saved([dict(reversed(row.items())) for row in found]),
    "a column of one's own": lambda found: saved([{"mine": "x", **row} for row in found]),
    "columns that nobody needs removed": lambda found: saved(
        [{name: row[name] for name in ("change", "texts", *FILLED)} for row in found]
    ),
    "headings in capitals": lambda found: saved([{name.upper(): cell for name, cell in row.items()} for row in found]),
    "empty rows at the end": lambda found: saved(found) + b"," * (len(COLUMNS) - 1) + b"\r\n\r\n",
    "ids without the word before them": lambda found: saved(
        [row | {"change": row["change"].removeprefix("change ")} for row in found]
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_was_filled_in_comes_back_whatever_saved_it(form: str, shelf: Shelf) -> None:
    fill = {
        0: {"decision": "Applies", "note": 'Zoë said: "no", twice; see\nannex', "owner": "Lee", "due": "2025-09-30"},
        2: {"decision": "not-applicable", "note": "- we make none", "by": "Zoë"},
    }

    taken = take(shelf, FORMS[form](filled(shelf, fill)))

    first, _, third = changes(shelf)
    assert (len(taken.added), taken.known, taken.skipped, taken.remarks) == (2, 0, 1, ())
    assert [(one.change, one.said) for one in reviews_of(shelf.store)] == [
        (
            first.id,
            judgement(
                by="Kim", decision="applies", note='Zoë said: "no", twice; see\nannex', owner="Lee", due="2025-09-30"
            ),
        ),
        (third.id, judgement(by="Zoë", decision="not-applicable", note="- we make none")),
    ]


def test_the_same_sheet_again_adds_nothing(shelf: Shelf) -> None:
    content = saved(filled(shelf, {0: {"decision": "noted"}, 1: {"decision": "applies", "note": "ours"}}))
    take(shelf, content)

    taken = take(shelf, content)

    assert (taken.added, taken.known, taken.skipped) == ((), 2, 1)
    assert len(reviews_of(shelf.store)) == 2
    assert len(take(shelf, content, by="Lee").added) == 2


def test_a_changed_mind_is_a_new_review_and_an_old_sheet_does_not_undo_it(shelf: Shelf) -> None:
    old = saved(filled(shelf, {0: {"decision": "noted"}}))
    new = saved(filled(shelf, {0: {"decision": "applies", "note": "after all"}}))
    take(shelf, old)
    take(shelf, new)

    taken = take(shelf, old)

    standing = reviewed(shelf.store).standing(changes(shelf)[0].id)
    assert standing is not None
    assert standing.said.decision is Decision.APPLIES
    assert (taken.added, taken.known) == ((), 1)
    assert "line 2: on record already, but a later review by Kim stands" in taken.remarks[0]


def test_a_note_without_a_decision_is_skipped_and_said_so(shelf: Shelf) -> None:
    taken = take(shelf, saved(filled(shelf, {1: {"note": "to be discussed"}})))

    assert (taken.added, taken.skipped) == ((), 3)
    assert taken.remarks == ("line 3: a note, an owner or a date, but no decision: skipped",)


WRONG = {
    "decision": ({"decision": "n/a"}, "decision 'n/a': expected one of applies, not-applicable, noted"),
    "no note": ({"decision": "applies"}, "needs a note"),
    "German date": ({"decision": "noted", "due": "20.08.2025"}, "due '20.08.2025' is no date: expected YYYY-MM-DD"),
    "American date": ({"decision": "noted", "due": "8/20/2025"}, "format the column as text"),
    "short date": ({"decision": "noted", "due": "20-Aug-25"}, "expected YYYY-MM-DD"),
    "serial date": ({"decision": "noted", "due": "45889"}, "expected YYYY-MM-DD"),
    "two lines": ({"decision": "noted", "owner": "Lee\nBcc: x"}, "control character U+000A"),
    "unknown": ({"decision": "noted", "change": "change 0123456789abcdef"}, "no change '0123456789abcdef' stands"),
    "rounded": ({"decision": "noted", "change": "1.23E+15"}, "no change '1.23e+15' stands"),
    "no change": ({"decision": "noted", "change": ""}, "no change '' stands"),
    "other text": ({"decision": "noted", "texts": "none > 0123456789ab"}, "somebody reviewed another text"),
    "no text": ({"decision": "noted", "texts": ""}, "somebody reviewed another text"),
}


@pytest.mark.parametrize("name", WRONG)
def test_one_wrong_row_keeps_every_row_out_and_is_named_by_its_line(name: str, shelf: Shelf) -> None:
    wrong, said = WRONG[name]

    with pytest.raises(BadSheet) as refused:
        take(shelf, saved(filled(shelf, {0: {"decision": "noted"}, 1: wrong})))

    assert str(refused.value).startswith("nothing was taken in:\n  line 3: ")
    assert said in str(refused.value)
    assert reviews_of(shelf.store) == []


def test_every_wrong_row_is_named_at_once_also_below_a_note_of_several_lines(shelf: Shelf) -> None:
    fill = {
        0: {"decision": "noted", "note": "one\r\ntwo\nthree"},
        1: {"decision": "perhaps"},
        2: {"decision": "noted", "due": "soon"},
    }

    with pytest.raises(BadSheet) as refused:
        take(shelf, saved(filled(shelf, fill)))

    assert [line.strip()[:7] for line in str(refused.value).splitlines()[1:]] == ["line 5:", "line 6:"]


def test_one_person_decides_a_change_once_in_a_sheet_and_two_may_both(shelf: Shelf) -> None:
    found = filled(shelf, {0: {"decision": "noted"}})
    twice = [*found, found[0] | {"decision": "applies", "note": "no"}]

    with pytest.raises(BadSheet, match=r"line 5: Kim decides change [0-9a-f]{16} on line 2 already"):
        take(shelf, saved(twice))

    taken = take(shelf, saved([*found, found[0] | {"decision": "applies", "note": "no", "by": "Lee"}]))
    assert [one.said.by for one in taken.added] == ["Kim", "Lee"]


def test_a_sheet_made_before_the_text_was_read_anew_is_refused(shelf: Shelf) -> None:
    content = saved(filled(shelf, {2: {"decision": "noted"}}))
    shelf.crawl(24, {"a": page("Exosomes, in between.")})

    with pytest.raises(BadSheet, match="export the sheet again"):
        take(shelf, content)

    assert reviews_of(shelf.store) == []


def test_a_sheet_made_before_the_fields_were_read_anew_is_refused(tmp_path: Path) -> None:
    """Two steps without a change of text have ids by their order alone: a late capture gives the first one's to another."""
    shelf = Shelf(tmp_path / "fields.db")
    shelf.crawl(0, {"a": page("Exosomes.", fields={"closeout": ""})})
    shelf.crawl(48, {"a": page("Exosomes.", fields={"closeout": "2025-08-03"})})
    content = saved(filled(shelf, {1: {"decision": "noted"}}))
    before = changes(shelf)[1]
    shelf.crawl(24, {"a": page("Exosomes.", fields={"closeout": "", "office": "North"})})
    assert changes(shelf)[1].id == before.id
    assert changes(shelf)[1].fields != before.fields

    with pytest.raises(BadSheet, match="somebody reviewed another text"):
        take(shelf, content)

    shelf.close()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "heading 'change': expected once, .* found an empty file"),
        (b"\xef\xbb\xbf", "an empty file"),
        (b"name,note\r\na,b\r\n", "heading 'change': expected once, .* found none"),
        (b"change,texts\r\n", "heading 'decision'"),
        (b"change,texts,decision,note,Note\r\n", "heading 'note': expected once, .* found it twice"),
        (b"change,texts,decision\r\na,b,noted,more\r\n", "line 2: more cells than headings"),
        (b'change,texts,decision\r\na,b,"not', "line 2: no CSV"),
        (b'change,texts,decision\r\n"a"x,b,noted', "line 2: no CSV"),
        (b"change,texts,decision,note\r\na,b,noted," + b"n" * 200_000, "line 2: no CSV"),
        ("change,texts,decision,note\r\na,b,,Zoë\r\n".encode("cp1252"), 'line 2: not UTF-8; save it as "CSV UTF-8"'),
        (b"PK\x03\x04 a workbook", "a workbook, not CSV"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8", "not UTF-8"),
    ],
)
def test_a_file_that_is_no_such_sheet_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(BadSheet, match=said):
        rows(content)


def test_200_hostile_notes_and_names_stay_words(shelf: Shelf) -> None:
    """Whatever is typed is kept word for word or refused, and is inert and visible on the next sheet."""
    chance = random.Random(7)
    signs = [
        *FORMULAS,
        "'",
        '"',
        ";",
        ",",
        "é",
        "\x1b[31m",
        "\x07",
        "\u202e",
        "\ufeff",
        "</td><script>",
        "\r\nBcc: x",
        "\x85",
    ]
    kept = refused = 0
    (first, *_) = changes(shelf)
    for _ in range(200):
        note, name = ("".join(chance.choices(signs, k=3)) for _ in "ab")
        content = saved(filled(shelf, {0: {"decision": "applies", "note": note, "by": f"K{name}"}}))
        before = len(reviews_of(shelf.store))
        if any(sign in f"K{name}".strip() for sign in ("\x1b", "\x07", "\r\n", "\x85", "\t")):
            with pytest.raises(BadSheet, match="control character"):
                take(shelf, content)
            refused += 1
            continue
        take(shelf, content)
        made = reviews_of(shelf.store)[-1]
        assert len(reviews_of(shelf.store)) in (before, before + 1)
        assert not any(sign < " " or sign == "\x85" for sign in made.said.by)
        shown = table(exported(shelf))[0]
        assert made.change == first.id
        assert not any(cell[:1] in "=+-@\t\r\n" for cell in shown.values() if cell)
        assert not any(sign in cell for cell in shown.values() for sign in "\x1b\x07\u202e\x85")
        kept += 1
    assert min(kept, refused) > 20


@pytest.mark.parametrize("note", ["=1+1", "-", "+ ours", "@lee: see", "'quoted'", "plain"])
def test_a_note_that_looks_like_a_formula_comes_back_as_it_was_typed(note: str, shelf: Shelf) -> None:
    """A careful spreadsheet saves the apostrophe with which it was told that this is text."""
    apostrophe = "'" if note[0] in "=-+@" else ""

    take(shelf, saved(filled(shelf, {0: {"decision": "noted", "note": apostrophe + note}})))

    assert reviews_of(shelf.store)[-1].said.note == note


def test_a_date_kept_as_text_by_an_apostrophe_is_a_date(shelf: Shelf) -> None:
    take(shelf, saved(filled(shelf, {0: {"decision": "noted", "due": "'2025-09-30"}})))

    assert reviews_of(shelf.store)[-1].said.due == "2025-09-30"


def test_a_sheet_of_5000_rows_is_read_and_checked_in_moments(shelf: Shelf) -> None:
    found = filled(shelf, {1: {"decision": "noted"}})
    many = [found[0] | {"note": ""} for _ in range(5000)]

    taken = take(shelf, saved([*many, found[1]]))

    assert (len(taken.added), taken.skipped) == (1, 5000)


def test_changes_are_in_the_order_of_time(shelf: Shelf) -> None:
    assert [change.kind for change in changes(shelf)] == [Kind.NEW, Kind.NEW, Kind.REVISED]
    assert changes(shelf)[2].window.until == at(48)
