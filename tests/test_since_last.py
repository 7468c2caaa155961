"""What a series still has to tell: each change once, whatever comes late and however its reader improves."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from store.records import Change, Kind, Side, Window, sha256
from store.since_last import Reach, Told, due

START = datetime(2025, 8, 1, tzinfo=UTC)
SERIES = Reach(START)


def at(days: float) -> datetime:
    return START + timedelta(days=days)


def change(name: str, days: float, before: str = "a", after: str = "b", kind: Kind = Kind.REVISED) -> Change:
    sides = (Side(n, sha256(body), sha256(f"text {body}"), at(days)) for n, body in ((1, before), (2, after)))
    return Change(name, "letters:one", kind, Window(None, at(days)), *sides)


def told(change: Change) -> Told:
    before, after = (side.sha256 if side else "" for side in (change.before, change.after))
    return Told(change.id, change.document, change.kind, change.window.until, before, after)


def names(changes: list[Change], *tellings: Change, reach: Reach = SERIES, end: float = 100) -> list[str]:
    return [one.id for one in due(changes, map(told, tellings), reach, at(end)).changes]


def test_the_first_digest_of_a_series_tells_what_lies_in_its_period() -> None:
    changes = [change("before", -1), change("at the border", 0), change("last", 6.99), change("after", 7)]

    assert names(changes, end=7) == ["at the border", "last"]


def test_what_was_told_is_not_told_again() -> None:
    one, two = change("one", 1), change("two", 2, "b", "c")

    assert names([one, two], one) == ["two"]


def test_a_change_from_the_time_of_an_earlier_digest_is_learned_late() -> None:
    late, fresh = change("late", 1), change("fresh", 8, "b", "c")

    found = due([late, fresh], [], Reach(START, at(7)), at(14))

    assert [one.id for one in found.changes] == ["late", "fresh"]
    assert found.learned_late == {"late"}


def test_what_lies_before_the_series_comes_only_when_it_was_learned_since() -> None:
    old, learned = change("old", -30), change("learned", -20, "b", "c")

    found = due([old, learned], [], Reach(START, at(7)), at(14), {"learned"})

    assert [one.id for one in found.changes] == ["learned"]
    assert found.learned_late == {"learned"}


def test_a_better_reader_gives_a_change_another_id_and_it_is_not_told_again() -> None:
    before = change("as first read", 3)
    mended = replace(before, id="as read today", kind=Kind.METADATA)

    assert names([mended], before) == []


def test_an_older_capture_moves_the_moment_and_it_is_not_told_again() -> None:
    one = change("one", 10)
    earlier = replace(one, window=Window(None, at(7)))

    assert names([earlier], one) == []


def test_a_step_that_an_older_capture_divides_becomes_two_that_are_told() -> None:
    whole = change("a to c", 10, "a", "c")
    first, second = change("a to b", 5, "a", "b"), change("b to c", 10, "b", "c")

    found = due([first, second], [told(whole)], Reach(START, at(14)), at(21))

    assert [one.id for one in found.changes] == ["a to b", "b to c"]
    assert found.learned_late == {"a to b", "b to c"}


def test_ids_that_shift_by_a_late_return_neither_hide_it_nor_repeat_the_others() -> None:
    """Equal steps are counted within the id: one that comes late takes the id of the first."""
    first, second = change("step 0", 10), change("step 1", 20)
    now = [change("step 0", 5), change("step 1", 10), change("step 2", 20)]

    found = due(now, map(told, [first, second]), Reach(START, at(21)), at(28))

    assert [(one.id, one.window.until) for one in found.changes] == [("step 0", at(5))]


def test_two_circumstances_at_one_moment_are_two() -> None:
    moved = change("moved", 3, "a", "a", Kind.MOVED)
    restored = change("restored", 3, "a", "a", Kind.RESTORED)

    assert names([moved, restored], moved) == ["restored"]


def test_whatever_comes_and_goes_each_change_is_told_exactly_once() -> None:
    for seed in range(300):
        chance = random.Random(seed)
        known: list[Change] = []
        tellings: list[Change] = []
        last: datetime | None = None
        for week in range(1, 8):
            for number in range(chance.randrange(4)):
                days = chance.uniform(0, week * 7 - 0.01)
                known.append(change(f"{seed}-{week}-{number}", days, *chance.sample("abcdef", 2)))
            chance.shuffle(known)
            found = due(known, map(told, tellings), Reach(START, last), at(week * 7))
            assert found.learned_late == {
                one.id for one in found.changes if last is not None and one.window.until < last
            }
            tellings.extend(found.changes)
            last = at(week * 7)
        assert sorted(one.id for one in tellings) == sorted(one.id for one in known), seed
