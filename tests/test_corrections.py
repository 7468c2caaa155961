"""Corrections: what was told and would be told otherwise is named once, with its cause, and is no change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reports.digest import Digest
from reports.render import render_html, render_text
from store.corrections import Cause
from store.derivation import Derivation
from store.mentions import Topic
from store.records import Material, Origin, Reading
from store.rules import Rules
from tests.mailroom import Mailroom, serving
from tests.shelf import RULES, Shelf, page, read
from tests.test_sending import DAY, sends

WHOLE = "Of exosomes.\nThe firm must answer within fifteen days.\nThe firm must stop."
MORE = "Of exosomes.\nThe firm must answer within thirty days.\nThe firm must stop."


def half_blind(material: Material) -> Reading:
    """A reader with a fault: it overlooks every paragraph that speaks of an answer."""
    reading = read(material)
    return replace(reading, blocks=tuple(block for block in reading.blocks if "answer" not in block.text))


@pytest.fixture
def room() -> Iterator[Mailroom]:
    with serving(Mailroom()) as room:
        yield room


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path / "letters.db")
    yield made
    made.close()


def rebuilt(shelf: Shelf, reader: object, rules: Rules = RULES) -> None:
    derivation = Derivation(shelf.store, reader, rules)  # type: ignore[arg-type]  # a reader
    derivation.adopt()
    derivation.rebuild()


def told(report: object) -> list[Digest]:
    return [digest for _, digest in report.digests]  # type: ignore[attr-defined]  # a report


def test_a_mended_reader_is_one_correction_and_no_change_and_is_told_once(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuilt(shelf, half_blind)
    shelf.derivation = Derivation(shelf.store, half_blind, RULES)
    shelf.crawl(0, {"a": page(WHOLE, stop="must"), "b": page("Of exosomes.")})
    shelf.crawl(DAY, {"a": page(MORE.replace("stop", "end"))})
    sends(shelf, room, monkeypatch, 2 * DAY)

    rebuilt(shelf, read)
    (second,) = told(sends(shelf, room, monkeypatch, 3 * DAY))
    third = told(sends(shelf, room, monkeypatch, 5 * DAY))

    (correction,) = second.corrections
    assert second.changes == ()
    assert correction.cause == Cause.READER
    assert "fifteen" in correction.sentence
    assert [digest.corrections for digest in third] == [()]
    for form in (render_html(second), render_text(second)):
        assert "reads or weighs it better now" in " ".join(form.split())


def test_nothing_to_mend_is_no_correction(shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.crawl(0, {"a": page(WHOLE)})
    sends(shelf, room, monkeypatch, DAY)

    rebuilt(shelf, read)

    assert [digest.corrections for digest in told(sends(shelf, room, monkeypatch, 3 * DAY))] == [()]


def test_an_older_capture_that_divides_a_change_is_its_cause(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.crawl(0, {"a": page(WHOLE)})
    shelf.crawl(DAY, {"a": page(MORE)})
    sends(shelf, room, monkeypatch, 2 * DAY)

    shelf.crawl(DAY / 2, {"a": page(f"{WHOLE}\nThe firm is warned.")}, origin=Origin.WARC)
    (digest,) = told(sends(shelf, room, monkeypatch, 3 * DAY))

    assert len(digest.changes) == len(digest.learned_late) == 2
    assert [correction.cause for correction in digest.corrections] == [Cause.LATE]


def test_other_terms_are_a_cause_of_their_own(shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.crawl(0, {"a": page(WHOLE)})
    sends(shelf, room, monkeypatch, DAY)
    wider = Rules((Topic("exosomes", terms=("exosom", "firm")),))
    monkeypatch.setattr("tests.sending_child.RULES", wider, raising=False)

    rebuilt(shelf, read, wider)
    from exowatch.sending import mendings
    from store import outbox

    series = shelf.store.execute("select series from sent_digests").fetchone()[0]
    assert outbox.told(shelf.store, series)
    assert {one.cause for one in mendings(shelf.store, series)} == {Cause.RULES}
