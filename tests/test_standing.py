"""Where it stands: what is new at the end of a period, what stands no longer, and what is not known."""

from __future__ import annotations

from datetime import datetime

from reports.pieces import Listing, Piece, Said
from reports.position import Position, PositionEntry, SourceRead
from reports.standing import stands
from store.records import Standing, Statement, StatementStatus
from tests.entries import AUGUST, DECEMBER, JANUARY, NOTICES, document

PAGE = document("page", "health_canada_notices")


def said(sentence: str, confirmed: datetime = DECEMBER, replaced: str = "", **more: object) -> PositionEntry:
    def of(words: str) -> Statement:
        return Statement("exosomes", "authorized", StatementStatus.GENERAL, words, "", 0, 0)

    standing = Standing(of(sentence), JANUARY, confirmed, of(replaced) if replaced else None)
    return PositionEntry(PAGE, standing, "ab", **more)  # type: ignore[arg-type]


def position(at: datetime, *entries: PositionEntry, read: datetime | None = JANUARY) -> Position:
    return Position(at, (SourceRead(NOTICES, read),), entries)


def words(pieces: tuple[Piece, ...]) -> str:
    return " ".join(piece.words for piece in pieces if isinstance(piece, Said))


def quoted(pieces: tuple[Piece, ...]) -> list[str]:
    return [line.quote for piece in pieces if isinstance(piece, Listing) for line in piece.lines if line.quote]


def test_what_did_not_change_is_said_with_its_last_confirmation() -> None:
    (point,) = stands(position(AUGUST, said("None.", AUGUST)), position(DECEMBER, said("None.")), ())

    assert point.heading == "Health Canada"
    assert words(point.pieces) == (
        "1 sentence on the topic's legal status, last confirmed 10 Dec 2025. No change was seen in this period."
    )


def test_unchanged_is_not_said_of_what_was_not_read() -> None:
    before = position(AUGUST, said("None.", JANUARY))

    (point,) = stands(before, position(DECEMBER, said("None.", JANUARY)), ())

    assert "None was confirmed in this period: whether they still stand is not known." in words(point.pieces)
    assert "No change" not in words(point.pieces)


def test_an_edited_sentence_counts_once_and_says_what_it_read() -> None:
    (point,) = stands(position(AUGUST, said("None.")), position(DECEMBER, said("One.", replaced="None.")), ())

    assert "Edited: 1 sentence." in words(point.pieces)
    assert "No longer standing" not in words(point.pieces)
    assert quoted(point.pieces) == ["One."]
    assert "it read before: “None.”" in str(point.pieces)


def test_a_sentence_that_is_gone_is_quoted_and_so_is_one_whose_page_is() -> None:
    before = position(AUGUST, said("Gone."), said("Page gone."))
    after = position(DECEMBER, said("Page gone.", AUGUST, gone_since=DECEMBER))

    (point,) = stands(before, after, ())

    assert quoted(point.pieces) == ["Gone.", "Page gone."]
    assert "No longer standing: 2 sentences." in words(point.pieces)
    assert "the page is no longer served since 10 Dec 2025" in str(point.pieces)


def test_what_stood_before_the_first_reading_is_not_known() -> None:
    (point,) = stands(position(AUGUST, read=None), position(DECEMBER, said("None.")), ())

    assert "Nothing had been read when the period began, so what stood then is not known." in words(point.pieces)
