"""The timeline: which versions and steps the looks at a document prove, in whatever order they arrive."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.records import Part
from store.timeline import History, Look, Read, StepKind, build

START = datetime(2025, 8, 1, 8, tzinfo=UTC)
LENGTH = 1000


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def read(text: str, **said: object) -> Read:
    """A reading of a text of this name; fields and title belong to what makes it equal to another."""
    given = {"length": LENGTH, "rows": 0, "title": "Letter", "fields": {}, "stamps": {}, "problem": "", **said}
    return Read(
        content=0,
        hash=f"{text} {given['title']} {given['fields']}",
        text_key=text,
        text_sha256=text,
        language="en",
        **given,  # type: ignore[arg-type]
    )


def seen(hours: float, text: str, part: Part = Part.PAGE, body: str = "", **said: object) -> Look:
    return Look(at(hours), part, body or f"bytes of {text}", read(text, **said))


def entry(hours: float, row: str) -> Look:
    return seen(hours, "", Part.ENTRY, row, fields={"row": row}, length=0)


def listed(hours: float) -> Look:
    return Look(at(hours), Part.ENTRY)


def not_modified(hours: float) -> Look:
    return Look(at(hours), Part.PAGE)


def gone(hours: float, part: Part = Part.PAGE) -> Look:
    return Look(at(hours), part, gone=True)


def unreadable(hours: float, part: Part = Part.PAGE) -> Look:
    return Look(at(hours), part, "bytes nobody understands")


def texts(history: History) -> list[str]:
    return [version.main.read.text_key for version in history.versions]


def steps(history: History) -> list[tuple[StepKind, int, int]]:
    return [(step.kind, step.before, step.after) for step in history.steps]


CONTENT, REMOVED, RESTORED, REISSUED = StepKind.CONTENT, StepKind.REMOVED, StepKind.RESTORED, StepKind.REISSUED


def test_equal_readings_are_one_version_from_first_to_last_sight() -> None:
    history = build([seen(0, "A"), seen(24, "A", body="other bytes"), seen(48, "A")])

    assert texts(history) == ["A"]
    assert (history.versions[0].first_seen, history.versions[0].last_seen) == (at(0), at(48))
    assert history.steps == []


def test_there_and_back_is_three_versions() -> None:
    history = build([seen(0, "A"), seen(24, "B"), seen(48, "A")])

    assert texts(history) == ["A", "B", "A"]
    assert steps(history) == [(CONTENT, 1, 2), (CONTENT, 2, 3)]


def test_there_and_back_within_an_hour_is_three_versions_too() -> None:
    history = build([seen(0, "A"), seen(0.5, "B"), seen(1, "A")])

    assert texts(history) == ["A", "B", "A"]


def test_no_look_is_no_history() -> None:
    history = build([])

    assert history.versions == []
    assert not history.removed


def test_a_step_lies_between_the_last_sight_before_and_the_first_after() -> None:
    history = build([seen(0, "A"), seen(5, "A"), seen(9, "B"), seen(12, "B")])

    assert [(step.after_moment, step.until, step.proven) for step in history.steps] == [(at(5), at(9), at(9))]
    assert [version.last_seen for version in history.versions] == [at(5), at(12)]


looks = st.lists(
    st.one_of(
        st.builds(
            seen,
            st.integers(0, 200),
            st.sampled_from("ABC"),
            st.sampled_from([Part.PAGE, Part.FILE]),
            st.sampled_from(["", "x", "y"]),
            length=st.sampled_from([100, 1000, 5000]),
            stamps=st.sampled_from([{}, {"modified": "2025-08-01"}, {"modified": "2025-08-02"}]),
            problem=st.sampled_from(["", "", "broken"]),
        ),
        st.builds(entry, st.integers(0, 200), st.sampled_from("rs")),
        st.builds(listed, st.integers(0, 200)),
        st.builds(not_modified, st.integers(0, 200)),
        st.builds(gone, st.integers(0, 200)),
        st.builds(unreadable, st.integers(0, 200)),
    ),
    max_size=12,
    unique_by=lambda look: (look.moment, look.part),
)


@given(looks, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_any_order_of_arrival_gives_the_same_history(looks: list[Look], order: random.Random) -> None:
    shuffled = order.sample(looks, len(looks))

    assert build(shuffled) == build(sorted(looks, key=lambda look: (look.moment, look.part)))


@given(looks)
@settings(max_examples=200, deadline=None)
def test_whatever_was_seen_versions_follow_each_other_in_time(looks: list[Look]) -> None:
    history = build(looks)

    assert [version.n for version in history.versions] == list(range(1, len(history.versions) + 1))
    moments = [version.first_seen for version in history.versions]
    assert moments == sorted(moments)
    contents = [(step.before, step.after) for step in history.steps if step.kind is CONTENT]
    assert contents == [(n, n + 1) for n in range(1, len(history.versions))]
    for step in history.steps:
        assert step.after_moment is None or step.after_moment < step.until <= step.proven
    circumstances = [step.kind for step in history.steps if step.kind in (REMOVED, RESTORED)]
    assert circumstances == [(REMOVED, RESTORED)[index % 2] for index in range(len(circumstances))]
    assert history.removed == (len(circumstances) % 2 == 1)


def test_captures_of_one_moment_stand_in_the_order_of_their_bytes() -> None:
    first, second = seen(24, "B", body="1"), seen(24, "C", body="2")

    assert texts(build([seen(0, "A"), second, first])) == ["A", "B", "C"]


# Parts


def test_a_part_read_for_the_first_time_completes_the_version_that_stands() -> None:
    history = build([entry(0, "r"), seen(24, "A"), seen(48, "pdf", Part.FILE)])

    assert len(history.versions) == 1
    assert sorted(history.versions[0].parts) == [Part.ENTRY, Part.FILE, Part.PAGE]
    assert history.versions[0].first_seen == at(0)
    assert history.steps == []


def test_a_version_is_the_tuple_of_its_parts() -> None:
    history = build([entry(0, "r"), seen(0, "A"), entry(24, "s"), seen(48, "B"), seen(72, "A"), entry(96, "r")])

    assert len(history.versions) == 5
    assert history.versions[0].contents == history.versions[4].contents


def test_the_window_starts_where_the_changed_part_was_last_seen_not_another() -> None:
    history = build([entry(0, "r"), seen(0, "A"), listed(24), listed(48), seen(72, "B")])

    assert history.steps[0].after_moment == at(0)
    assert history.steps[0].until == at(72)


def test_a_row_that_changed_was_not_seen_as_before_in_the_list_that_shows_it_anew() -> None:
    history = build([entry(0, "r"), listed(0), listed(24), entry(48, "s"), listed(48), listed(72)])

    assert (history.steps[0].after_moment, history.steps[0].until) == (at(24), at(48))
    assert [version.last_seen for version in history.versions] == [at(24), at(72)]


def test_the_page_carries_the_text_else_the_file_else_the_entry() -> None:
    both = build([entry(0, "r"), seen(1, "pdf", Part.FILE), seen(2, "page")])
    file = build([entry(0, "r"), seen(1, "pdf", Part.FILE)])

    assert texts(both) == ["page"]
    assert texts(file) == ["pdf"]


# Stamps


def test_stamps_never_make_a_version() -> None:
    history = build([seen(hours, "A", stamps={"modified": f"2025-08-{hours + 1:02}"}) for hours in range(20)])

    assert len(history.versions) == 1
    assert history.versions[0].main.latest.stamps == {"modified": "2025-08-20"}


def test_fields_and_title_make_a_version() -> None:
    history = build([seen(0, "A"), seen(1, "A", fields={"closeout": "2025-08-01"}), seen(2, "A", title="Letter 2")])

    assert len(history.versions) == 3


# Gone


def test_one_failing_look_is_no_removal() -> None:
    history = build([seen(0, "A"), gone(24)])

    assert not history.removed
    assert history.steps == []


@pytest.mark.parametrize(("second", "removed"), [(47.9, False), (48, True), (49, True)])
def test_a_removal_needs_two_failing_looks_a_day_apart(second: float, removed: bool) -> None:
    history = build([seen(0, "A"), gone(24), gone(second)])

    assert history.removed is removed


def test_a_removal_dates_from_the_first_failing_look() -> None:
    history = build([seen(0, "A"), seen(6, "A"), gone(24), gone(30), gone(60), gone(90)])

    assert steps(history) == [(REMOVED, 1, 1)]
    step = history.steps[0]
    assert (step.after_moment, step.until, step.proven) == (at(6), at(24), at(60))


@pytest.mark.parametrize("good", [seen(30, "A"), not_modified(30)], ids=["page", "304"])
def test_a_good_look_between_ends_the_doubt(good: Look) -> None:
    history = build([seen(0, "A"), gone(24), good, gone(49)])

    assert not history.removed
    assert history.steps == []


def test_a_row_in_the_list_does_not_end_the_doubt_about_the_page() -> None:
    history = build([entry(0, "r"), seen(0, "A"), gone(24), listed(30), gone(49)])

    assert history.removed


def test_an_answer_that_is_doubted_does_not_end_the_doubt() -> None:
    history = build([seen(0, "A"), gone(24), seen(30, "sorry", length=20), unreadable(31), gone(49)])

    assert history.removed


def test_a_file_that_is_gone_removes_no_document_that_has_its_page() -> None:
    history = build([seen(0, "A"), seen(0, "pdf", Part.FILE), gone(24, Part.FILE), gone(72, Part.FILE)])

    assert history.steps == []


def test_what_was_never_read_cannot_be_removed() -> None:
    assert build([gone(0), gone(48)]).steps == []


def test_a_document_that_comes_back_is_restored() -> None:
    history = build([seen(0, "A"), gone(24), gone(48), gone(72), seen(96, "A"), seen(120, "A")])

    assert steps(history) == [(REMOVED, 1, 1), (RESTORED, 1, 1)]
    assert (history.steps[1].after_moment, history.steps[1].until) == (at(72), at(96))
    assert not history.removed


def test_a_document_that_comes_back_changed_is_restored_and_changed() -> None:
    history = build([seen(0, "A"), gone(24), gone(48), seen(96, "B")])

    assert steps(history) == [(REMOVED, 1, 1), (RESTORED, 1, 1), (CONTENT, 1, 2)]


def test_a_document_can_be_removed_again() -> None:
    history = build([seen(0, "A"), gone(24), gone(48), seen(96, "A"), gone(120), gone(144)])

    assert [step.kind for step in history.steps] == [REMOVED, RESTORED, REMOVED]
    assert history.removed


# Suspect texts


@pytest.mark.parametrize(("length", "suspect"), [(499, True), (500, False), (3000, False), (3001, True)])
def test_a_text_under_half_or_over_three_times_the_last_good_one_is_suspect(length: int, suspect: bool) -> None:
    history = build([seen(0, "A"), seen(24, "B", length=length)])

    assert texts(history) == (["A"] if suspect else ["A", "B"])
    assert len(history.waiting) == suspect


@pytest.mark.parametrize(("again", "believed"), [(47.9, False), (48, True)])
def test_a_suspect_text_waits_until_it_is_seen_again_a_day_later(again: float, believed: bool) -> None:
    history = build([seen(0, "A"), seen(24, "B", length=100), seen(again, "B", length=100)])

    assert texts(history) == (["A", "B"] if believed else ["A"])


def test_a_suspect_text_that_is_believed_counts_from_its_first_sight() -> None:
    history = build([seen(0, "A"), seen(6, "A"), seen(24, "B", length=100), seen(60, "B", length=100)])

    step = history.steps[0]
    assert (step.after_moment, step.until, step.proven) == (at(6), at(24), at(60))
    assert history.versions[1].first_seen == at(24)
    assert history.versions[1].last_seen == at(60)
    assert history.waiting == []


def test_not_modified_since_a_suspect_text_is_that_text_seen_again() -> None:
    """The validators sent are those of the last full answer, so it is the short text that a 304 speaks of."""
    history = build([seen(0, "A"), seen(24, "B", length=100), not_modified(36), not_modified(60)])

    assert texts(history) == ["A", "B"]
    assert (history.steps[0].after_moment, history.steps[0].until) == (at(0), at(24))
    assert history.versions[1].last_seen == at(60)


def test_not_modified_since_an_unreadable_answer_says_nothing_of_the_text_before() -> None:
    history = build([seen(0, "A"), unreadable(24), not_modified(48)])

    assert history.versions[0].last_seen == at(0)


def test_two_suspect_texts_do_not_confirm_each_other() -> None:
    history = build([seen(0, "A"), seen(24, "B", length=100), seen(60, "C", length=100)])

    assert texts(history) == ["A"]
    assert len(history.waiting) == 2


def test_a_good_text_between_starts_the_wait_anew() -> None:
    short = [seen(hours, "B", length=100) for hours in (24, 60)]

    assert texts(build([seen(0, "A"), short[0], seen(30, "A"), short[1]])) == ["A"]


@pytest.mark.parametrize(
    "moved",
    [{"title": "Closed: Letter"}, {"fields": {"status": "Closed"}}, {"stamps": {"modified": "2025-10-20"}}],
    ids=["title", "status", "modified"],
)
def test_a_short_text_is_news_when_the_regulator_says_that_the_page_changed(moved: dict[str, object]) -> None:
    first = seen(0, "A", fields={"status": "Open"}, stamps={"modified": "2025-08-20"})
    same = {"fields": {"status": "Open"}, "stamps": {"modified": "2025-08-20"}}

    assert texts(build([first, seen(24, "B", length=450, **{**same, **moved})])) == ["A", "B"]
    assert texts(build([first, seen(24, "B", length=450, **same)])) == ["A"]


def test_a_field_other_than_the_status_does_not_vouch_for_a_short_text() -> None:
    history = build([seen(0, "A", fields={"issued": "x"}), seen(24, "B", length=100, fields={"issued": ""})])

    assert texts(history) == ["A"]


def test_the_modified_date_is_compared_with_the_latest_seen_not_the_first() -> None:
    stamps = [{"modified": "2025-08-01"}, {"modified": "2025-08-02"}]
    looks = [seen(0, "A", stamps=stamps[0]), seen(1, "A", stamps=stamps[1])]

    assert texts(build([*looks, seen(24, "B", length=100, stamps=stamps[1])])) == ["A"]


def test_a_lost_table_is_suspect() -> None:
    lost = build([seen(0, "A", rows=5), seen(24, "B", rows=0)])
    shorter = build([seen(0, "A", rows=5), seen(24, "B", rows=1)])

    assert texts(lost) == ["A"]
    assert texts(shorter) == ["A", "B"]


def test_a_broken_render_waits_even_where_the_date_moved() -> None:
    broken = seen(24, "B", problem="placeholders", stamps={"modified": "2025-10-20"})

    assert texts(build([seen(0, "A"), broken])) == ["A"]


def test_a_broken_render_as_the_first_capture_makes_nothing_until_it_is_seen_again() -> None:
    first, again = (seen(hours, "A", problem="placeholders") for hours in (0, 30))

    assert build([first]).versions == []
    assert [version.first_seen for version in build([first, again]).versions] == [at(0)]
    assert texts(build([first, seen(1, "B")])) == ["B"]


def test_a_broken_first_page_does_not_complete_the_version() -> None:
    history = build([entry(0, "r"), seen(1, "A", problem="placeholders")])

    assert list(history.versions[0].parts) == [Part.ENTRY]


def test_a_suspect_text_confirmed_after_another_part_changed_follows_it() -> None:
    looks = [entry(0, "r"), seen(0, "A"), seen(24, "B", length=100), entry(30, "s"), seen(60, "B", length=100)]

    history = build(looks)

    assert [version.first_seen for version in history.versions] == [at(0), at(30), at(30)]
    assert [step.until for step in history.steps] == [at(30), at(30)]


def test_length_is_measured_against_the_last_good_version() -> None:
    lengths = [1000, 600, 350]

    history = build([seen(24 * n, f"{n}", length=length) for n, length in enumerate(lengths)])

    assert len(history.versions) == 3


# Other looks


def test_an_unreadable_capture_makes_nothing() -> None:
    assert build([unreadable(0)]).versions == []
    assert texts(build([seen(0, "A"), unreadable(24), seen(48, "A")])) == ["A"]


def test_not_modified_extends_the_last_sight() -> None:
    history = build([seen(0, "A"), not_modified(24), not_modified(48), seen(72, "B")])

    assert history.versions[0].last_seen == at(48)
    assert history.steps[0].after_moment == at(48)


def test_not_modified_of_what_was_never_seen_is_nothing() -> None:
    assert build([not_modified(0)]).versions == []


def test_not_modified_restores_a_document() -> None:
    history = build([seen(0, "A"), gone(24), gone(48), not_modified(72)])

    assert [step.kind for step in history.steps] == [REMOVED, RESTORED]


# Files


def test_other_bytes_with_equal_text_are_a_file_issued_again() -> None:
    first, again = seen(0, "pdf", Part.FILE, "1"), seen(48, "pdf", Part.FILE, "2")

    history = build([first, seen(24, "pdf", Part.FILE, "1"), again, seen(72, "pdf", Part.FILE, "2")])

    assert steps(history) == [(REISSUED, 1, 1)]
    assert (history.steps[0].after_moment, history.steps[0].until) == (at(24), at(48))


def test_other_bytes_of_a_page_with_equal_text_are_nothing() -> None:
    history = build([seen(0, "A", body="1"), seen(24, "A", body="2")])

    assert history.steps == []
