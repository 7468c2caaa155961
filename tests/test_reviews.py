"""Reviews: bound to the texts that were reviewed, never lost, and never taken for a review of something else."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest

from store import lookup
from store.database import Store
from store.errors import BadReview, Unknown
from store.records import Change, Kind, Material, Origin, Reading
from store.reviews import (
    Decision,
    Judgement,
    Review,
    Step,
    bound,
    fingerprint,
    judgement,
    review,
    reviewed,
    reviews_of,
    standing_review,
)
from tests.shelf import Shelf, at, page, read

A, B, C = "Exosomes heal nothing.", "Exosomes heal very little.", "Exosomes heal in part."
MOMENT = datetime(2025, 9, 1, tzinfo=UTC)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "letters.db")
    shelf.crawl(0, {"a": page(A)})
    shelf.crawl(48, {"a": page(B)})
    yield shelf
    shelf.close()


def the(shelf: Shelf, kind: Kind) -> Change:
    (found,) = [change for change in lookup.changes(shelf.store) if change.kind is kind]
    return found


def decide(shelf: Shelf, change: Change, by: str = "Kim", decision: str = "noted", note: str = "seen") -> Review:
    return review(shelf.store, change.id, by=by, decision=decision, note=note)


def test_a_review_keeps_both_texts_who_when_and_what(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.clock.now", lambda: MOMENT)
    change = the(shelf, Kind.REVISED)

    made = review(shelf.store, change.id, by=" Kim ", decision="applies", note="a\r\nb ", owner="Lee", due="2025-09-30")

    assert change.before is not None
    assert change.after is not None
    assert (made.before_text, made.after_text) == (change.before.text_sha256, change.after.text_sha256)
    assert made.said == Judgement("Kim", Decision.APPLIES, "a\nb", "Lee", "2025-09-30")
    assert (made.change, made.document, made.at) == (change.id, "letters:a", MOMENT)
    assert reviews_of(shelf.store) == [made]
    assert standing_review(shelf.store, change) == made
    (row,) = shelf.store.execute("select change, document, decision, due from v_reviews").fetchall()
    assert row == (change.id, "letters:a", "applies", "2025-09-30")


def test_a_new_document_is_reviewed_without_a_text_before(shelf: Shelf) -> None:
    made = decide(shelf, the(shelf, Kind.NEW))

    assert made.before_text is None
    assert standing_review(shelf.store, the(shelf, Kind.NEW)) == made
    assert standing_review(shelf.store, the(shelf, Kind.REVISED)) is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"by": "  "}, "by whom"),
        ({"by": "Kim\r\nBcc: all@example.org"}, "U\\+000D"),
        ({"owner": "Lee\nX"}, "the owner holds the control character U\\+000A"),
        ({"by": "Kim\u2028Lee"}, "U\\+2028"),
        ({"by": "\x1b[31mKim"}, "U\\+001B"),
        ({"by": "Kim\ud800"}, "U\\+D800"),
        ({"by": "K" * 201}, "201 characters"),
        ({"decision": "maybe"}, "expected one of applies, not-applicable, noted"),
        ({"decision": ""}, "expected one of"),
        ({"decision": "applies", "note": " "}, "needs a note"),
        ({"decision": "not-applicable", "note": ""}, "needs a note"),
        ({"note": "a\0b"}, "U\\+0000"),
        ({"note": "a\udc80b"}, "U\\+DC80"),
        ({"note": "n" * 10_001}, "10001 characters"),
        ({"due": "20.08.2025"}, "expected YYYY-MM-DD"),
        ({"due": "8/20/2025"}, "expected YYYY-MM-DD"),
        ({"due": "2025-02-30"}, "expected YYYY-MM-DD"),
        ({"due": "20250820"}, "expected YYYY-MM-DD"),
        ({"due": "2025-W34-3"}, "expected YYYY-MM-DD"),
        ({"due": "２０２５-08-20"}, "expected YYYY-MM-DD"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence_and_nothing_is_written(
    wrong: dict[str, str], said: str, shelf: Shelf
) -> None:
    told = {"by": "Kim", "decision": "noted", "note": "n"} | wrong

    with pytest.raises(BadReview, match=said):
        review(shelf.store, the(shelf, Kind.NEW).id, **told)

    assert reviews_of(shelf.store) == []


def test_a_change_that_is_none_is_unknown(shelf: Shelf) -> None:
    with pytest.raises(Unknown, match="no change '0123456789abcdef'"):
        review(shelf.store, "0123456789abcdef", by="Kim", decision="noted")


def test_a_review_is_never_altered_and_the_latest_stands(shelf: Shelf) -> None:
    change = the(shelf, Kind.REVISED)
    first, second = decide(shelf, change), decide(shelf, change, by="Lee", decision="applies", note="ours")

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        shelf.store.execute("update reviews set decision = 'noted'")

    assert reviews_of(shelf.store) == [first, second]
    assert standing_review(shelf.store, change) == second


def test_changes_are_asked_for_by_whether_a_review_stands(shelf: Shelf) -> None:
    decide(shelf, the(shelf, Kind.REVISED))

    with_review, without = (lookup.changes(shelf.store, reviewed=wanted) for wanted in (True, False))

    assert [change.kind for change in with_review] == [Kind.REVISED]
    assert [change.kind for change in without] == [Kind.NEW]
    assert len(lookup.changes(shelf.store)) == 2


def test_a_review_does_not_touch_the_facts_of_which_a_seal_speaks(shelf: Shelf) -> None:
    before = lookup.facts_hashes(shelf.store, at(1000))

    decide(shelf, the(shelf, Kind.REVISED))

    assert lookup.facts_hashes(shelf.store, at(1000)) == before


def test_reviews_made_later_than_an_instant_are_not_known_then(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    change = the(shelf, Kind.REVISED)
    monkeypatch.setattr("store.clock.now", lambda: MOMENT)
    made = decide(shelf, change)

    assert standing_review(shelf.store, change, until=MOMENT) == made
    assert standing_review(shelf.store, change, until=datetime(2025, 8, 31, 23, 59, 59, tzinfo=UTC)) is None


def mended(material: Material) -> Reading:
    """A better reader: it reads a word that stood there all the time."""
    return read(Material(material.source, material.part, material.url, material.body.replace(b"very ", b"")))


def test_a_mended_reader_opens_the_review_again_and_keeps_the_old_one(shelf: Shelf) -> None:
    made = decide(shelf, the(shelf, Kind.REVISED))
    other = decide(shelf, the(shelf, Kind.NEW))
    shelf.close()

    again = Shelf(shelf.path, reader=mended)
    again.derivation.rebuild()

    known = reviewed(again.store)
    assert known.standing(the(again, Kind.REVISED).id) is None
    assert known.standing(the(again, Kind.NEW).id) == other
    assert known.earlier == (made,)
    assert reviews_of(again.store) == [made, other]
    again.close()


def test_a_rebuild_with_the_same_reader_keeps_every_review_standing(shelf: Shelf) -> None:
    made = decide(shelf, the(shelf, Kind.REVISED))

    shelf.derivation.rebuild()

    assert standing_review(shelf.store, the(shelf, Kind.REVISED)) == made


def test_a_late_capture_between_both_texts_opens_the_review_again(shelf: Shelf) -> None:
    made = decide(shelf, the(shelf, Kind.REVISED))

    shelf.crawl(24, {"a": page(C)}, origin=Origin.IMPORT)

    known = reviewed(shelf.store)
    steps = [change for change in lookup.changes(shelf.store) if change.kind is Kind.REVISED]
    assert [known.standing(change.id) for change in steps] == [None, None]
    assert known.earlier == (made,)


def test_a_step_that_is_only_called_otherwise_keeps_its_review(shelf: Shelf) -> None:
    made = decide(shelf, the(shelf, Kind.REVISED))

    # The later text turns out to have stood before: the same two texts, but a return, and so another id.
    shelf.crawl(-48, {"a": page(B)}, origin=Origin.IMPORT)

    step = the(shelf, Kind.REVERTED)
    assert step.id != made.change
    assert standing_review(shelf.store, step) == made
    assert reviewed(shelf.store).earlier == ()


# Which review is of which change, as rules


def step(change: str, before: str | None = "x", after: str | None = "y", document: str = "d", fields: str = "") -> Step:
    return Step(change, document, before, after, fields)


def said(
    change: str,
    before: str | None = "x",
    after: str | None = "y",
    document: str = "d",
    fields: str = "",
    number: int = 1,
) -> Review:
    told = Judgement("Kim", Decision.NOTED, "", "", None)
    return Review(number, change, document, before, after, fields, MOMENT, told)


def test_a_review_is_matched_by_the_id_before_all_else() -> None:
    known = bound([said("one")], [step("one"), step("two")])

    assert known.by_change == {"one": (said("one"),)}


def test_equal_texts_on_both_sides_do_not_tell_one_step_from_another() -> None:
    """A page that moved is no close-out letter, though neither step touched the text."""
    known = bound([said("moved", "x", "x")], [step("closeout", "x", "x")])

    assert (known.by_change, known.earlier) == ({}, (said("moved", "x", "x"),))


def test_two_steps_between_the_same_texts_are_not_told_apart_by_them() -> None:
    known = bound([said("gone")], [step("one"), step("two")])

    assert known.earlier == (said("gone"),)


@pytest.mark.parametrize(
    "other", [step("new", "z", "y"), step("new", "x", "z"), step("new", document="e"), step("new", None, "y")]
)
def test_another_text_or_document_is_another_matter(other: Step) -> None:
    assert bound([said("gone")], [other]).by_change == {}


def test_fields_tell_steps_between_equal_texts_apart_also_where_the_id_went_to_another() -> None:
    """A close-out date was reviewed; then an earlier step comes to light, and takes the id."""
    reviewed_step = said("first", "x", "x", fields="closeout")

    known = bound(
        [reviewed_step], [step("first", "x", "x", fields="office"), step("second", "x", "x", fields="closeout")]
    )

    assert known.by_change == {"second": (reviewed_step,)}


def test_other_fields_between_equal_texts_are_another_matter() -> None:
    known = bound([said("first", "x", "x", fields="closeout")], [step("first", "x", "x", fields="office")])

    assert known.by_change == {}


def test_every_review_is_in_exactly_one_place() -> None:
    chance = random.Random(5)
    texts = [None, "x", "y"]

    for _ in range(500):
        steps = [step(f"c{n}", chance.choice(texts), chance.choice(texts), chance.choice("de")) for n in range(4)]
        made = [
            said(f"c{chance.randrange(8)}", chance.choice(texts), chance.choice(texts), chance.choice("de"), number=n)
            for n in range(6)
        ]
        known = bound(made, steps)
        places = [*known.earlier, *(one for found in known.by_change.values() for one in found)]
        assert Counter(one.id for one in places) == Counter(range(6))
        for change, found in known.by_change.items():
            (here,) = [one for one in steps if one.change == change]
            assert [one.id for one in found] == sorted(one.id for one in found)
            for one in found:
                same = (one.document, one.before_text, one.after_text)
                assert same == (here.document, here.before_text, here.after_text)


def test_a_late_capture_does_not_hand_a_review_to_another_change_of_fields(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "fields.db")
    shelf.crawl(0, {"a": page(A, fields={"closeout": ""})})
    shelf.crawl(48, {"a": page(A, fields={"closeout": "2025-08-03", "office": "North"})})
    made = decide(shelf, the(shelf, Kind.METADATA))
    shelf.crawl(24, {"a": page(A, fields={"closeout": "", "office": "North"})}, origin=Origin.IMPORT)

    first, second = [change for change in lookup.changes(shelf.store) if change.kind is Kind.METADATA]
    known = reviewed(shelf.store)

    assert first.id == made.change
    assert (known.standing(first.id), known.standing(second.id)) == (None, None)
    assert known.earlier == (made,)
    shelf.close()


# What a reviewer has before them


def test_a_fingerprint_tells_texts_and_fields_and_is_no_number(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "fields.db")
    shelf.crawl(0, {"a": page(A, fields={"issued": "2025-01-01"})})
    shelf.crawl(48, {"a": page(A, fields={"issued": "2025-01-02"})})
    shelf.crawl(96, {"a": page(A, fields={"issued": "2025-01-03"})})

    found = [change for change in lookup.changes(shelf.store) if change.kind is Kind.METADATA]

    first, second = map(fingerprint, found)
    assert first.partition(",")[0] == second.partition(",")[0]
    assert first != second
    assert " > " in first
    shelf.close()


# Two people at once


def _many(path: Path, change: str, by: str) -> None:
    with Store(path) as store:
        for n in range(20):
            review(store, change, by=by, decision="noted", note=str(n))


def test_two_people_reviewing_at_once_both_stay(shelf: Shelf) -> None:
    change = the(shelf, Kind.REVISED)
    children = [get_context("spawn").Process(target=_many, args=(shelf.path, change.id, by)) for by in ("Kim", "Lee")]

    for child in children:
        child.start()
    for child in children:
        child.join(120)

    found = reviews_of(shelf.store)
    assert [child.exitcode for child in children] == [0, 0]
    assert Counter(one.said.by for one in found) == {"Kim": 20, "Lee": 20}
    assert shelf.store.execute("select count(distinct hash) from chain where fact = 'reviews'").fetchone() == (40,)
    assert standing_review(shelf.store, change) == found[-1]


def test_a_judgement_of_hostile_notes_is_kept_word_for_word(shelf: Shelf) -> None:
    change = the(shelf, Kind.REVISED)
    notes = ["'; drop table reviews; --", "=cmd|'/c calc'!A0", "<script>alert(1)</script>", "\x1b[2J", "‮txet", "é" * 99]

    for note in notes:
        decide(shelf, change, note=note)

    assert [one.said.note for one in reviews_of(shelf.store)] == notes
    assert judgement(by="Kim", decision="noted", note=" \n ").note == ""
