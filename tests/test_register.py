"""The register: what is open comes first, nothing unread counts as read, and no secret or formula gets out."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from exowatch.config import load
from exowatch.registering import register as gathered
from reports import register_forms as forms
from reports.entries import ChangeEntry
from reports.period import Period
from reports.register import (
    Item,
    PastReview,
    Read,
    Register,
    SourceRun,
    State,
    compose,
    delivery_state,
    open_items,
    summary,
)
from reports.register_rows import delivery_words, state_words, stretches, target_words
from store import clock
from store.facts import add
from store.records import Kind, Origin, Window, sha256
from store.reviews import Decision, Judgement, Review, review
from store.told import Attempt, Delivery, SentDigest, sent_digests
from tests.shelf import Shelf, page
from tests.test_digest import GUIDANCE, LETTERS, letter, run, step

Q3 = Period("2025-Q3", datetime(2025, 7, 1, tzinfo=UTC), datetime(2025, 10, 1, tzinfo=UTC), "UTC")
AS_OF = datetime(2025, 9, 20, 12, tzinfo=UTC)
AUGUST = datetime(2025, 8, 20, 8, tzinfo=UTC)
SEPTEMBER = datetime(2025, 9, 1, 8, tzinfo=UTC)


def moment(month: int, day: int, hour: int = 8) -> datetime:
    return datetime(2025, month, day, hour, tzinfo=UTC)


def reviewed(due: str | None = None, on: datetime = SEPTEMBER, **told: Any) -> Review:
    words = {"by": "Kim", "decision": Decision.APPLIES, "note": "ours", "owner": "Lee", "due": due} | told
    return Review(1, "c", "d", "x", "y", "", on, Judgement(**words))


def entry(name: str, seen: datetime = AUGUST, made: Review | None = None, **document: Any) -> ChangeEntry:
    change = step(Kind.REVISED, id=name, window=Window(seen - timedelta(days=7), seen))
    return ChangeEntry(change, letter(**document), review=made)


def register(**values: Any) -> Register:
    return compose(**({"period": Q3, "as_of": AS_OF, "seal": "0" * 64, "sources": [LETTERS]} | values))


def items(found: Register) -> dict[str, Item]:
    return {item.entry.change.id: item for item in (*found.items, *found.carried)}


def every_row() -> str:
    """The page of a register with each kind of row, in two languages, with words longer than any column."""
    long = "Larkspur" * 40
    digest = SentDigest("weekly", AS_OF, Q3.start, Q3.end, AS_OF, "s", sha256("h"), 3, (delivery("begun", "accepted"),))
    webhook = delivery("deferred", channel="webhook", target="https://hooks.example.org/x", message=long)
    found = register(
        changes=[
            entry("open"),
            entry("done", made=reviewed(note=f"{long}\nsee annex", by=long, owner=long)),
            entry("overdue", made=reviewed("2025-09-01"), title=long, language="fr"),
        ],
        carried=[entry("due", moment(3, 1), reviewed("2025-10-01"))],
        open_before=2,
        digests=[digest, replace(digest, deliveries=(webhook,)), replace(digest, deliveries=())],
        runs=[
            SourceRun(run(LETTERS, moment(7, 8))),
            SourceRun(run(LETTERS, moment(7, 15)), long),
            SourceRun(run(LETTERS, moment(7, 22), origin=Origin.IMPORT)),
        ],
        past=[PastReview(reviewed(note=long), long, superseded=True), PastReview(reviewed(), "b", superseded=False)],
        sample_data=True,
    )
    return forms.render_html(found)


# What is open


def test_overdue_comes_first_then_what_was_never_reviewed_then_what_is_due() -> None:
    found = register(
        changes=[
            entry("open-young", moment(9, 18)),
            entry("due", made=reviewed("2025-09-25")),
            entry("done", made=reviewed()),
            entry("open-old", moment(7, 2)),
            entry("overdue-little", made=reviewed("2025-09-19")),
        ],
        carried=[entry("overdue-much", moment(3, 1), reviewed("2025-07-15"))],
    )

    named = [item.entry.change.id for item in open_items(found)]

    assert named == ["overdue-much", "overdue-little", "open-old", "open-young", "due"]
    assert next(item.entry.change.id for item in found.items) == "open-old"
    assert summary(found)[0] == "5 changes: 3 reviewed, 2 with the review open; 2 actions overdue, 1 due later."


@pytest.mark.parametrize(
    ("made", "state", "days_open", "days_overdue", "words"),
    [
        (None, State.OPEN, 31, 0, "review open; 31 days open"),
        (reviewed("2025-09-20"), State.DUE, 19, 0, "action due; 19 days open"),
        (reviewed("2025-09-19"), State.OVERDUE, 19, 1, "overdue by 1 day; 19 days open"),
        (reviewed("2025-09-21", AS_OF), State.DUE, 0, 0, "action due; open since today"),
        (reviewed(), State.REVIEWED, None, 0, "reviewed"),
    ],
)
def test_days_are_counted_to_the_day_of_the_register(
    made: Review | None, state: State, days_open: int | None, days_overdue: int, words: str
) -> None:
    (item,) = register(changes=[entry("c", made=made)]).items

    assert (item.state, item.days_open, item.days_overdue) == (state, days_open, days_overdue)
    assert state_words(item) == words


def test_a_day_is_that_of_the_period_zone() -> None:
    east = Period("2025-Q3", Q3.start, Q3.end, "Pacific/Auckland")

    (item,) = register(period=east, changes=[entry("c", made=reviewed("2025-09-20"))]).items

    assert item.state is State.OVERDUE  # at noon UTC of the 20th it is the 21st there


# Sources


def test_a_week_is_read_in_full_only_if_its_last_live_run_was() -> None:
    failing = {"failed": 1, "unchanged": 2, "outcomes": {"changed": 1, "unchanged": 2, "timeout": 1}}
    runs = [
        SourceRun(run(LETTERS, moment(7, 8))),
        SourceRun(run(LETTERS, moment(7, 14), **failing)),
        SourceRun(run(LETTERS, moment(7, 17))),
        SourceRun(run(LETTERS, moment(7, 22))),
        SourceRun(run(LETTERS, moment(7, 24)), "the site blocked us"),
        SourceRun(run(LETTERS, moment(7, 29), finished=None)),
        SourceRun(run(LETTERS, moment(8, 5), origin=Origin.IMPORT)),
        SourceRun(run(LETTERS, moment(8, 12), failed=1, outcomes={"gone_404_410": 1, "unchanged": 3})),
    ]

    found = register(runs=runs)

    told = [(week.name, week.read, week.missed) for week in found.weeks[:7]]
    assert told == [
        ("2025-W27", Read.NONE, ()),
        ("2025-W28", Read.FULL, ()),
        ("2025-W29", Read.FULL, ("2025-07-14: of 4 listed, 1 failed and 0 were skipped (1 timeout)",)),
        ("2025-W30", Read.PARTLY, ("2025-07-24: the site blocked us",)),
        ("2025-W31", Read.PARTLY, ("2025-07-29: cut off",)),
        ("2025-W32", Read.IMPORTED, ()),
        ("2025-W33", Read.FULL, ()),
    ]
    assert summary(found)[2] == "3 of 12 source-weeks read in full."


def test_every_day_of_the_period_that_has_begun_is_in_one_week_of_each_source() -> None:
    weeks = register(sources=[LETTERS, GUIDANCE]).weeks

    for card in (LETTERS, GUIDANCE):
        mine = [week for week in weeks if week.card == card]
        days = [week.first + timedelta(days=n) for week in mine for n in range((week.last - week.first).days + 1)]
        assert days == [datetime(2025, 7, 1, tzinfo=UTC).date() + timedelta(days=n) for n in range(len(days))]
        assert mine[-1].name == "2025-W38"
    assert register(as_of=moment(6, 1)).weeks == ()
    assert register(as_of=moment(12, 1)).weeks[-1].last.isoformat() == "2025-09-30"


def test_weeks_alike_are_told_together_and_a_source_no_longer_configured_is_kept() -> None:
    found = register(runs=[SourceRun(run(GUIDANCE, moment(8, 12)))])

    told = [(one.first.card.name, one.name, one.first.read) for one in stretches(found)]

    assert told == [
        ("fda_warning_letters", "2025-W27 to 2025-W38", Read.NONE),
        ("fda_guidance", "2025-W27 to 2025-W32", Read.NONE),
        ("fda_guidance", "2025-W33", Read.FULL),
        ("fda_guidance", "2025-W34 to 2025-W38", Read.NONE),
    ]


# Digests


def delivery(*outcomes: str, channel: str = "smtp", target: str = "kim@example.org", message: str = "") -> Delivery:
    attempts = tuple(Attempt(moment(8, 18, n), outcome, message) for n, outcome in enumerate(outcomes))
    return Delivery(channel, target, "<1@example.org>", moment(8, 18), attempts)


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ((), "not attempted"),
        (("begun",), "begun"),
        (("begun", "deferred"), "deferred"),
        (("begun", "deferred", "begun", "accepted"), "accepted"),
        (("begun", "accepted", "begun"), "accepted"),
        (("begun", "refused"), "refused"),
    ],
)
def test_a_delivery_ended_as_its_attempts_say(outcomes: tuple[str, ...], state: str) -> None:
    assert delivery_state(delivery(*outcomes)) == state


def test_a_delivery_is_told_with_its_moment_its_attempts_and_the_answer() -> None:
    words = delivery_words(delivery("begun", "deferred", "begun", "refused", message="550 no such user"))

    assert words == "smtp to kim@example.org: refused 2025-08-18T03:00:00Z after 2 attempts (550 no such user)"


def test_the_address_of_a_webhook_is_its_secret() -> None:
    secret = "https://user:pass@hooks.example.org/services/T0/B0/s3cr3t?key=k3y"

    sent = SentDigest(
        "weekly", AS_OF, Q3.start, Q3.end, AS_OF, "s", "h", 3, (delivery(channel="webhook", target=secret),)
    )
    found = register(digests=[sent])

    told = [
        forms.render_csv(found),
        forms.render_text(found),
        forms.render_html(found),
        json.dumps(forms.to_json(found)),
    ]
    assert target_words(sent.deliveries[0]) == "hooks.example.org/…"
    for form in told:
        assert "hooks.example.org" in form
        assert not any(word in form for word in ("s3cr3t", "k3y", "pass@"))


# From a store


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "letters.db")
    shelf.crawl(0, {"a": page("Exosomes."), "b": page("More exosomes.")})
    shelf.crawl(48, {"a": page("Exosomes, edited.")})
    yield shelf
    shelf.close()


def sent(shelf: Shelf, made: datetime, *attempts: tuple[datetime, str]) -> None:
    text = clock.stored(made)
    names = "series, at, period_start, period_end, as_of, seal, rules, sha256"
    number = add(shelf.store, "sent_digests", names, ("weekly", text, text, text, text, "s", "r", "h"))
    add(shelf.store, "sent_entries", "digest, change, document, kind, until, told", (number, "c", 1, "new", text, "{}"))
    names = "digest, channel, target, message_id, at, body"
    row = add(shelf.store, "deliveries", names, (number, "file", "/digests", f"<{number}@example>", text, "bytes"))
    for moment_of, outcome in attempts:
        content = (row, clock.stored(moment_of), outcome, "")
        add(shelf.store, "delivery_attempts", "delivery, at, outcome, message", content)


def test_digests_are_those_made_in_the_period_with_what_was_known_by_then(shelf: Shelf) -> None:
    sent(shelf, moment(6, 30, 23))
    sent(shelf, moment(7, 1, 0), (moment(7, 1, 0), "begun"), (moment(9, 21), "accepted"))
    sent(shelf, datetime(2025, 10, 1, tzinfo=UTC))

    (found,) = sent_digests(shelf.store, Q3.start, Q3.end, known_by=AS_OF)
    (later,) = sent_digests(shelf.store, Q3.start, Q3.end, known_by=moment(9, 22))

    assert (found.at, found.entries, found.series) == (moment(7, 1, 0), 1, "weekly")
    assert [delivery_state(one) for one in (*found.deliveries, *later.deliveries)] == ["begun", "accepted"]


def test_a_register_holds_every_change_with_its_review_and_those_that_no_longer_stand(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("store.clock.now", lambda: moment(9, 1))
    first, second, third = (row[0] for row in shelf.store.execute("select id from v_changes order by window_until, id"))
    for change, by in ((first, "Kim"), (first, "Lee"), (third, "Kim")):
        review(shelf.store, change, by=by, decision="noted")
    shelf.crawl(24, {"a": page("Exosomes, in between.")}, origin=Origin.IMPORT)

    found = gathered(shelf.store, load(()), Q3, AS_OF)

    assert [(one.review.said.by, one.review.change, one.superseded) for one in found.past] == [
        ("Kim", first, True),
        ("Kim", third, False),
    ]
    standing = {name: item.entry.review.said.by if item.entry.review else None for name, item in items(found).items()}
    assert len(standing) == 4
    assert (standing[first], standing[second]) == ("Lee", None)
    assert sorted(filter(None, standing.values())) == ["Lee"]
    assert "letters" in {week.card.name for week in found.weeks if week.runs}


def test_what_waits_from_earlier_periods_is_carried_or_counted(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("store.clock.now", lambda: moment(9, 1))
    fourth = Period("2025-Q4", Q3.end, datetime(2026, 1, 1, tzinfo=UTC), "UTC")
    first, second, _ = (row[0] for row in shelf.store.execute("select id from v_changes order by window_until, id"))
    review(shelf.store, first, by="Kim", decision="applies", note="n", due="2025-10-01")
    review(shelf.store, second, by="Kim", decision="noted")

    found = gathered(shelf.store, load(()), fourth, moment(10, 20))

    assert [item.entry.change.id for item in open_items(found)] == [first]
    assert (found.items, found.open_before, open_items(found)[0].days_overdue) == ((), 1, 19)
    assert summary(found)[-1] == "The review of 1 earlier change is open as well."


# Forms


def test_open_is_never_said_of_a_letter() -> None:
    found = register(changes=[entry("c")])

    for form in (forms.render_text(found), forms.render_csv(found), forms.render_html(found)):
        assert re.search(r"(?i)letter (is|was|stands|remains) open|open letter|days open of the letter", form) is None
        assert "review open" in form


def test_the_page_is_a_page_without_scripts_whose_tables_can_be_read_aloud() -> None:
    french = replace(letter(), title="Avis é", language="fr", url="https://example.org/fr")
    digest = SentDigest("weekly", AS_OF, Q3.start, Q3.end, AS_OF, "s", "h", 3, (delivery("begun", "accepted"),))
    past = [PastReview(reviewed(), "Larkspur", superseded=True)]
    runs = [SourceRun(run(LETTERS, moment(7, 8)))]
    known = register(changes=[entry("c", title=french.title, language="fr")], digests=[digest], past=past, runs=runs)

    html = LexborHTMLParser(forms.render_html(known))

    tables = html.css("table")
    assert len(tables) == 5
    for table in tables:
        assert table.css_first("caption") is not None
        heads = table.css("thead th")
        assert heads
        assert {head.attributes.get("scope") for head in heads} == {"col"}
        for row in table.css("tbody tr"):
            assert len(row.css("th, td")) == len(heads)
            assert [cell.attributes.get("scope") for cell in row.css("th")] == ["row"]
    assert html.css("script, img, link, iframe, form") == []
    assert html.css_first("html").attributes["lang"] == "en"  # type: ignore[union-attr]
    assert html.css_first("tbody th[lang=fr]") is not None
    ids = [node.attributes["id"] for node in html.css("[id]")]
    assert len(ids) == len(set(ids))
    assert {node.attributes["aria-labelledby"] for node in html.css("section")} <= set(ids)


def test_text_keeps_its_lines_short() -> None:
    found = register(
        changes=[entry("c", made=reviewed("2025-09-01", note="word " * 200))],
        runs=[SourceRun(run(LETTERS, moment(7, 8)))],
    )

    lines = forms.render_text(found).splitlines()

    assert max(len(line) for line in lines if "https://" not in line) <= 78


def test_an_empty_register_says_so_in_every_form() -> None:
    found = register(sources=[])

    assert "No change was seen in this period." in forms.render_html(found)
    assert forms.render_text(found).count("None.") == 5
    assert len(list(csv.reader(io.StringIO(forms.render_csv(found), newline="")))) == 1
    assert forms.to_json(found)["open"] == []


HOSTILE = [
    "=1+1", "+1", "@SUM(1)", "\t=1", "\x1b[31m", "\x07", "\u202e", "\u200b", "\r\nBcc: x", "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "{{ 7*7 }}", "{% raw %}", "&lt;b&gt;", "'", ";", "\x00",
    "\ud800",
]  # fmt: skip


def test_200_hostile_notes_and_names_are_inert_and_visible_in_every_form() -> None:
    chance = random.Random(11)
    for _ in range(200):
        note, name, owner, title, number = ("".join(chance.choices(HOSTILE, k=3)) for _ in range(5))
        made = reviewed("2025-09-01", note=note, by=name, owner=owner)
        sent = SentDigest(
            title, AS_OF, Q3.start, Q3.end, AS_OF, "s", "h", 3, (delivery("refused", target=name, message=note),)
        )
        found = register(
            changes=[entry("c", made=made, title=title, number=number, url=f"javascript:{note}")],
            past=[PastReview(made, title, superseded=False)],
            digests=[sent],
            runs=[SourceRun(run(LETTERS, moment(7, 8)), note)],
        )
        html, text, table = forms.render_html(found), forms.render_text(found), forms.render_csv(found)
        body = LexborHTMLParser(html)
        assert body.css("script, img, b") == []
        assert not any(name.startswith("on") for node in body.css("*") for name in node.attributes)
        assert not any((node.attributes.get("href") or "").startswith("javascript") for node in body.css("a"))
        assert "49" not in re.findall(r"\b49\b", text)
        for form in (html, text, table):
            form.encode("utf-8")
            assert not any(sign in form for sign in "\x1b\x07\u202e\u200b\x00")
        for row in csv.reader(io.StringIO(table.removeprefix("\ufeff"), newline="")):
            assert len(row) == len(forms.COLUMNS)
            assert not any(cell.lstrip()[:1] in "=+-@" for cell in row if cell.strip())
        json.dumps(forms.to_json(found))


def test_a_quarter_of_500_changes_is_laid_out_in_moments() -> None:
    from time import process_time

    found = register(
        changes=[entry(f"c{n}", made=reviewed(note="word " * 50) if n % 2 else None) for n in range(500)],
        runs=[SourceRun(run(LETTERS, moment(7, 8)))],
    )
    forms.render_html(register())

    began = process_time()
    for render in (forms.render_html, forms.render_text, forms.render_csv):
        render(found)

    assert process_time() - began < 3
