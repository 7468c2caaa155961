"""What a digest says of the stretches in which nobody looked."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exowatch.source_state import answered
from exowatch.source_state import unread as unread_run
from exowatch.unchecked import not_checked
from reports.as_csv import render_csv
from reports.as_markdown import render_markdown
from reports.digest import Digest, NotChecked, interrupted, to_json, unread, verdict
from reports.period import Period
from reports.render import render_html, render_text
from reports.silences import silence_sentences, silences
from store import clock, lookup
from store.records import Issue, Origin
from tests.shelf import Shelf, at, page
from tests.test_digest import CARDS, GUIDANCE, LETTERS, RECALLS, digest, flat, run
from tests.test_mail import both, mail

DAY = timedelta(days=1)
MONTH = Period("2025-08", datetime(2025, 8, 1, tzinfo=UTC), datetime(2025, 9, 1, tzinfo=UTC), "UTC")


class Diary:
    """Looks at a source at the hours given after 1 August 2025, 08:00 UTC, and what a digest says of the rest."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shelf, self._patch = Shelf(path / "a.db"), monkeypatch

    def look(self, *hours: float, issue: str = "", empty: bool = False, origin: Origin = Origin.LIVE) -> None:
        for hour in hours:
            self._patch.setattr(clock, "now", lambda hour=hour: at(hour))
            issues = [Issue(issue, "", "the site refuses us")] if issue else []
            pages = {} if empty else {"a": page("An exosome letter.")}
            self.shelf.crawl(hour, pages, issues=issues, origin=origin)

    def gaps(self, as_of: datetime, period: Period = MONTH, source: str = "letters") -> list[NotChecked]:
        runs = lookup.runs(self.shelf.store, since=period.start, until=as_of)
        return not_checked(self.shelf.store, runs, period, as_of, {source: DAY})


@pytest.fixture
def diary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Diary]:
    kept = Diary(tmp_path, monkeypatch)
    yield kept
    kept.shelf.close()


def test_daily_looks_leave_nothing_unchecked(diary: Diary) -> None:
    diary.look(*range(0, 24 * 31, 24))

    assert diary.gaps(MONTH.end + DAY) == []


def test_a_machine_that_slept_three_days_is_told_with_its_first_and_last_day(diary: Diary) -> None:
    diary.look(0, 24, 24 * 4 + 5, 24 * 5)

    assert diary.gaps(at(24 * 5 + 1)) == [
        NotChecked("letters", at(24), "No look for 3 days", at(24 * 4 + 5), silent=True)
    ]


def test_days_are_counted_as_on_a_calendar_whatever_the_seconds(diary: Diary) -> None:
    diary.look(0.01, 24 * 5)

    assert [gap.reason for gap in diary.gaps(at(24 * 5 + 1))] == ["No look for 5 days"]


def test_one_look_left_out_is_no_gap(diary: Diary) -> None:
    diary.look(0, 24, 72)

    assert diary.gaps(at(73)) == []


def test_what_was_never_read_again_stays_open(diary: Diary) -> None:
    diary.look(0, 24)

    assert diary.gaps(at(24 * 10)) == [NotChecked("letters", at(24), "No look for 9 days", silent=True)]


def test_a_period_that_began_within_a_gap_says_so(diary: Diary) -> None:
    diary.look(0, 24 * 9)
    week = Period("2025-W32", datetime(2025, 8, 4, tzinfo=UTC), datetime(2025, 8, 11, tzinfo=UTC), "UTC")

    (gap,) = diary.gaps(at(24 * 9), week)

    assert (gap.since, gap.until) == (at(0), None)


def test_a_gap_after_the_period_is_not_told_in_it(diary: Diary) -> None:
    diary.look(*range(0, 24 * 31, 24), 24 * 60)

    assert diary.gaps(at(24 * 60 + 1)) == []


def test_before_the_first_look_there_is_nothing_to_miss(diary: Diary) -> None:
    diary.look(24 * 20, 24 * 21)

    assert diary.gaps(at(24 * 21 + 1)) == []


def test_a_source_that_is_switched_off_has_no_gap(diary: Diary) -> None:
    diary.look(0)

    assert diary.gaps(at(24 * 10), source="other") == []


def test_looks_that_were_refused_are_told_as_that_and_not_as_silence_too(diary: Diary) -> None:
    diary.look(0)
    diary.look(24, 48, 72, issue="blocked", empty=True)
    diary.look(96)

    (gap,) = diary.gaps(at(97))

    assert (gap.silent, gap.since, gap.until) == (False, at(0), at(96))
    assert gap.reason == "On 2025-08-04: the site refuses us"


def test_a_look_broken_off_at_once_and_an_import_do_not_end_a_gap(diary: Diary) -> None:
    diary.look(0)
    diary.look(24 * 3, empty=True)
    diary.look(24 * 4, origin=Origin.WARC)

    assert [(gap.silent, gap.since, gap.until) for gap in diary.gaps(at(24 * 5))] == [(True, at(0), None)]


def test_a_refusal_is_not_over_with_a_look_that_asked_nothing(diary: Diary) -> None:
    diary.look(0)
    diary.look(24, issue="blocked", empty=True)
    diary.look(48, empty=True)

    (gap,) = diary.gaps(at(50))

    assert gap.until is None


def test_a_crawl_for_which_nothing_was_due_was_not_refused() -> None:
    rested = run(LETTERS, listed=4, captured=0, unchanged=0, skipped=4, outcomes={"not_due": 4})
    refused = replace(rested, skipped=3, failed=1, outcomes={"not_due": 3, "timeout": 1})

    assert unread_run(rested) == ""
    assert not answered(rested), "and it is no look either"
    assert unread_run(refused) == "none of 1 addresses answered"


def slept(*cards_and_ends: tuple[str, datetime | None], **changes: object) -> Digest:
    since = datetime(2025, 8, 1, 2, tzinfo=UTC)
    gaps = [NotChecked(name, since, "No look for 3 days", until, silent=True) for name, until in cards_and_ends]
    return digest(not_checked=gaps, **changes)


AWAKE = datetime(2025, 8, 4, 8, tzinfo=UTC)


def test_every_form_says_from_when_to_when_nothing_was_checked() -> None:
    given = slept(*((card.name, AWAKE) for card in CARDS))
    said = "Not checked from 1 Aug 2025 to 4 Aug 2025: all 3 sources. No look for 3 days."

    assert silence_sentences(given) == (f"{said} What changed meanwhile is below, with the window in which it did.",)
    text, html = both(mail(given))
    for form in (render_text(given), render_html(given), render_markdown(given), text, html):
        assert said in flat(form).replace("! ", "")
    assert len(interrupted(given)) == 3
    assert not unread(given)


def test_a_gap_that_lasts_makes_the_source_incomplete() -> None:
    given = slept((LETTERS.name, None))

    assert unread(given) == (LETTERS,)
    assert verdict(given) == "Nothing changed in what was read; 1 source was not read in full."
    assert silence_sentences(given)[0].startswith(
        f"Not checked since 1 Aug 2025: {LETTERS.regulator}, {LETTERS.title}."
    )


def test_sources_with_the_same_days_are_told_together_and_others_apart() -> None:
    given = slept((LETTERS.name, AWAKE), (GUIDANCE.name, AWAKE + timedelta(hours=9)), (RECALLS.name, AWAKE + DAY))

    assert [[card.name for card in silence.cards] for silence in silences(given)] == [
        [GUIDANCE.name, LETTERS.name],
        [RECALLS.name],
    ]


def test_of_many_gaps_the_longest_are_told_and_the_others_counted() -> None:
    starts = [datetime(2025, month, 1, tzinfo=UTC) for month in range(1, 13)]
    gaps = [
        NotChecked(LETTERS.name, start, f"No look for {n + 3} days", start + timedelta(days=n + 3), silent=True)
        for n, start in enumerate(starts)
    ]

    told = silence_sentences(digest(not_checked=gaps))

    assert len(told) == 6
    assert told[0].startswith("Not checked from 1 Aug 2025 to 11 Aug 2025")
    assert told[-1] == "And 7 shorter stretches without a look."


def test_programs_get_each_gap_with_its_source() -> None:
    given = slept((LETTERS.name, AWAKE), (RECALLS.name, None))

    answer = to_json(given)["not_checked"]
    table = [
        row
        for row in csv.DictReader(io.StringIO(render_csv(given).removeprefix("\ufeff")))
        if row["kind"] == "not_checked"
    ]

    assert isinstance(answer, list)
    assert {(gap["source"], gap["since"], gap["until"]) for gap in answer} == {
        (LETTERS.name, "2025-08-01T02:00:00Z", "2025-08-04T08:00:00Z"),
        (RECALLS.name, "2025-08-01T02:00:00Z", None),
    }
    assert {row["source"] for row in table} == {LETTERS.name, RECALLS.name}
