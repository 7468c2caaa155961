"""Sending: every change once per series, every delivery once unless its 250 is lost, whatever dies in between."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from exowatch import digesting, periods
from exowatch.carriers.smtp import Account
from exowatch.config import BadConfig, Config
from exowatch.mail_settings import Security, targets_of
from exowatch.sending import Report, Wanted, send
from store import clock, lookup, outbox
from store.database import Store
from store.errors import Held
from store.locks import hold
from store.outbox import State
from store.verifying_seals import of_seals
from tests.mailroom import DROP, SLOW, Mailroom, serving
from tests.sending_child import TO, config, wanted
from tests.shelf import Shelf, at, page

ROOT = Path(__file__).parent.parent
DAY = 24


def letter(text: str) -> bytes:
    return page(f"# Conclusion\nThe exosome product of the firm is {text}.", title="Larkspur Vesicle Works LLC")


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """Two letters, one of them edited a day later: three changes."""
    shelf = Shelf(tmp_path / "letters.db")
    shelf.crawl(0, {"a": letter("unapproved"), "b": letter("unlicensed")})
    shelf.crawl(DAY, {"a": letter("misbranded"), "b": letter("unlicensed")})
    yield shelf
    shelf.close()


@pytest.fixture
def room() -> Iterator[Mailroom]:
    with serving(Mailroom()) as room:
        yield room


def sends(shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch, hours: float = 2 * DAY, **said: Any) -> Report:
    """A run of `send` at this hour of the shelf."""
    monkeypatch.setattr(clock, "now", lambda: at(hours))
    given: Config = said.pop("config", None) or config(room.port)
    account = Account("127.0.0.1", room.port, Security.NONE, "exowatch@firm.example", step_seconds=1, seconds=2)
    asked = said.pop("wanted", None)
    asked = wanted(given) if asked is None else asked
    return send(shelf.path, given, asked, account=account, wait=lambda seconds: None, **said)


def entries(shelf: Shelf) -> list[tuple[int, str]]:
    """Which digest told which change."""
    return shelf.store.execute("select digest, change from sent_entries order by id").fetchall()


def every_change_is_told_once(shelf: Shelf) -> None:
    told = Counter(change for _, change in entries(shelf))
    known = {name for (name,) in shelf.store.execute("select id from changes")}
    assert set(told) == known
    assert set(told.values()) == {1}


def attempts(shelf: Shelf) -> list[str]:
    return [outcome for (outcome,) in shelf.store.execute("select outcome from delivery_attempts order by id")]


# Once


def test_a_digest_is_of_one_moment_though_a_crawl_goes_on_meanwhile(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = 3650 * DAY  # than the shelf's own crawls, which began when this test did
    kept, real = lookup.facts_hashes(shelf.store, at(later)), digesting.seal

    def crawled_first(store: Store, as_of: datetime) -> str:
        shelf.crawl(1.5 * DAY, {"c": letter("unproven")})
        return real(store, as_of)

    monkeypatch.setattr(digesting, "seal", crawled_first)

    report = sends(shelf, room, monkeypatch, later)

    ((_, digest),) = report.digests
    assert len(kept) > 10
    assert digest.seal == sha256(b"".join(sorted(kept))).hexdigest()
    assert [verdict.ok for verdict in of_seals(shelf.store)] == [True]


def test_a_digest_is_recorded_delivered_and_kept_byte_for_byte(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = sends(shelf, room, monkeypatch)

    (kept,) = shelf.store.execute("select body from deliveries").fetchone()
    assert report.complete
    assert [(to, body.decode("ascii")) for to, body in room.taken] == [(TO, kept)]
    assert attempts(shelf) == ["begun", "accepted"]
    every_change_is_told_once(shelf)


def test_the_next_digest_begins_where_the_last_one_ended(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends(shelf, room, monkeypatch, 2 * DAY)
    shelf.crawl(3 * DAY, {"b": letter("recalled")})

    report = sends(shelf, room, monkeypatch, 4 * DAY)

    ((_, digest),) = report.digests
    assert (digest.period.start, digest.period.end) == (at(2 * DAY), at(4 * DAY))
    assert len(digest.changes) == 1
    assert digest.learned_late == frozenset()
    every_change_is_told_once(shelf)


def test_a_change_at_the_very_end_of_a_digest_belongs_to_the_next(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends(shelf, room, monkeypatch, DAY)
    told_first = len(entries(shelf))
    sends(shelf, room, monkeypatch, 2 * DAY)

    assert told_first == 2
    every_change_is_told_once(shelf)


def test_an_older_capture_that_comes_late_is_told_as_learned_late(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends(shelf, room, monkeypatch, 2 * DAY)
    before = {change for _, change in entries(shelf)}
    shelf.crawl(12, {"a": letter("adulterated")})

    report = sends(shelf, room, monkeypatch, 3 * DAY)

    ((_, digest),) = report.digests
    assert {entry.change.id for entry in digest.changes} == digest.learned_late
    assert {entry.change.window.until for entry in digest.changes} == {at(12), at(DAY)}
    assert before.isdisjoint(digest.learned_late)
    assert "learned late" in room.messages[1]["Subject"]


def test_a_capture_from_before_the_series_is_learned_late_and_its_own_past_is_not_told(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = config(room.port)
    week = periods.named("2025-W33", given.timezone)
    asked = [Wanted("weekly", week, targets_of(given.mail.to))]
    shelf.crawl(10 * DAY, {"b": letter("recalled")})

    first = sends(shelf, room, monkeypatch, 20 * DAY, wanted=asked)
    shelf.crawl(-5 * DAY, {"a": letter("in an older form")})
    second = sends(
        shelf, room, monkeypatch, 27 * DAY,
        wanted=[replace(asked[0], period=periods.named("2025-W34", given.timezone))],
    )  # fmt: skip

    assert [entry.change.window.until for entry in first.digests[0][1].changes] == [at(10 * DAY)]
    assert {entry.change.window.until for entry in second.digests[0][1].changes} == {at(-5 * DAY), at(0)}
    assert second.digests[0][1].learned_late == {entry.change.id for entry in second.digests[0][1].changes}


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 30))])
def test_whenever_captures_come_every_change_is_told_once(
    tmp_path: Path, room: Mailroom, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Captures come in any order between digests, with a server that fails now and then."""
    chance = random.Random(seed)
    shelf = Shelf(tmp_path / "letters.db")
    told: dict[str, int] = {}
    for day in range(1, 9):
        for number in range(chance.randrange(1, 4)):
            hours = chance.uniform(0, day * DAY - 1)
            shelf.crawl(hours, {chance.choice("ab"): letter(f"at {hours}, {day}.{number}")})
        room.faults = {chance.choice(["MAIL", "RCPT", "DATA", "TAKEN"]): [chance.choice([DROP, "451 later"])]}
        report = sends(shelf, room, monkeypatch, day * DAY)
        for _, digest in report.digests:
            late = {e.change.id for e in digest.changes if day > 1 and e.change.window.until < digest.period.start}
            assert digest.learned_late == late
            for entry in digest.changes:
                told[entry.change.id] = told.get(entry.change.id, 0) + 1

    known = {name for (name,) in shelf.store.execute("select id from changes")}
    shelf.close()
    assert known <= set(told)
    assert set(told.values()) <= {1}
    assert len(known) >= 3


def test_a_better_reader_tells_nothing_again(shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    from store.derivation import Derivation
    from store.records import Block, BlockKind, Material, Reading
    from tests import shelf as shelves

    sends(shelf, room, monkeypatch, 2 * DAY)
    before = {name for (name,) in shelf.store.execute("select id from changes")}

    def mended(material: Material) -> Reading:
        found = shelves.read(material)
        return replace(found, blocks=(*found.blocks, Block(BlockKind.PARAGRAPH, "A line that was missed before.")))

    Derivation(shelf.store, mended, shelves.RULES).rebuild()
    after = {name for (name,) in shelf.store.execute("select id from changes")}
    shelf.crawl(2 * DAY + 1, {}, rows={})
    report = sends(shelf, room, monkeypatch, 4 * DAY)

    assert before.isdisjoint(after)
    assert [len(digest.changes) for _, digest in report.digests] == [0]


def test_a_period_is_sent_once_however_often_it_is_asked_for(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = config(room.port)
    asked = [Wanted("monthly", periods.named("2025-08", given.timezone), targets_of(given.mail.to))]

    reports = [sends(shelf, room, monkeypatch, hours, wanted=asked) for hours in (40 * DAY, 40 * DAY, 41 * DAY)]

    assert [report.nothing for report in reports] == [(), ("monthly",), ("monthly",)]
    assert len(room.taken) == 1


def test_weeks_that_were_missed_come_with_the_next(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = config(room.port)
    week = lambda label: [Wanted("weekly", periods.named(label, given.timezone), targets_of(given.mail.to))]  # noqa: E731
    shelf.crawl(9 * DAY, {"a": letter("recalled")})

    sends(shelf, room, monkeypatch, 5 * DAY, wanted=week("2025-W31"))
    report = sends(shelf, room, monkeypatch, 25 * DAY, wanted=week("2025-W34"))

    ((_, digest),) = report.digests
    assert digest.period.start == periods.named("2025-W31", given.timezone).end
    assert digest.learned_late == frozenset()
    every_change_is_told_once(shelf)


def test_series_know_nothing_of_one_another(shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [Wanted(name, None, targets_of([TO])) for name in ("one", "two")]

    sends(shelf, room, monkeypatch, wanted=asked)

    assert len(set(room.ids)) == 2
    assert Counter(change for _, change in entries(shelf)).most_common(1)[0][1] == 2
    assert len({message["References"] for message in room.messages}) == 2


def test_each_reader_gets_a_message_of_their_own(shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    room.faults = {"RCPT": ["550 nobody of that name"]}

    report = sends(shelf, room, monkeypatch, config=config(room.port, "gone@firm.example", TO))

    assert [sent.state for sent in report.sent] == [State.REFUSED, State.ACCEPTED]
    assert [(to, str(message["To"])) for (to, _), message in zip(room.taken, room.messages, strict=True)] == [(TO, TO)]
    assert not report.complete


def test_without_news_there_is_no_second_mail_within_a_day(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends(shelf, room, monkeypatch, 2 * DAY)

    soon = sends(shelf, room, monkeypatch, 2 * DAY + 1)
    next_day = sends(shelf, room, monkeypatch, 3 * DAY + 2)

    assert soon.nothing == ("daily",)
    assert [len(digest.changes) for _, digest in next_day.digests] == [0]
    assert len(room.taken) == 2


# A server that fails


@pytest.mark.parametrize("answer", [DROP, SLOW, "421 later", "451 later"])
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_what_fails_before_the_server_took_it_arrives_once(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch, stage: str, answer: str
) -> None:
    room.faults = {stage: [answer]}

    report = sends(shelf, room, monkeypatch)

    assert report.complete
    assert len(room.taken) == 1
    assert attempts(shelf) == ["begun", "deferred", "begun", "accepted"]


@pytest.mark.parametrize("answer", [DROP, SLOW, "451 later"])
def test_when_the_250_is_lost_the_same_message_comes_again(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    room.faults = {"TAKEN": [answer]}

    report = sends(shelf, room, monkeypatch)

    assert report.complete
    assert len(room.taken) == 2
    assert room.taken[0] == room.taken[1]
    assert len(set(room.ids)) == 1


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_is_final_for_the_run_and_its_changes_are_told_by_the_next_digest(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    room.faults = {stage: ["550 no"]}

    refused = sends(shelf, room, monkeypatch, 2 * DAY)
    after = sends(shelf, room, monkeypatch, 3 * DAY)

    assert [(sent.state, sent.message) for sent in refused.sent] == [(State.REFUSED, f"{stage}: 550 no")]
    assert not refused.complete
    assert [len(digest.changes) for _, digest in after.digests] == [3]
    assert [sent.state for sent in after.sent] == [State.ACCEPTED]
    assert len(room.taken) == 1


def test_what_was_refused_can_be_tried_again(shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    room.faults = {"MAIL": ["550 no"]}
    refused = sends(shelf, room, monkeypatch)

    again = sends(shelf, room, monkeypatch, wanted=[], retry_refused=True)

    assert again.complete
    assert room.ids == [sent.delivery.parcel.message_id for sent in refused.sent]


def test_a_run_tries_four_times_and_leaves_the_rest_to_the_next(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.faults = {"MAIL": ["451 later"] * 4}
    waited: list[float] = []
    monkeypatch.setattr(clock, "now", lambda: at(2 * DAY))
    given = config(room.port)

    first = send(shelf.path, given, wanted(given), wait=waited.append)
    second = sends(shelf, room, monkeypatch, wanted=[])

    assert waited == [5, 20, 60]
    assert [sent.state for sent in first.sent] == [State.DEFERRED]
    assert second.complete
    assert len(room.taken) == 1


def test_a_server_that_never_comes_to_the_point_is_left_in_time(shelf: Shelf) -> None:
    import socket
    import threading
    import time

    from exowatch.carriers.smtp import carry
    from store.outbox import Channel, Parcel

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            for _ in range(100):
                try:
                    connection.sendall(b"2")
                except OSError:
                    return
                time.sleep(0.1)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=drip, args=(listener,), daemon=True).start()
        account = Account(
            "127.0.0.1", listener.getsockname()[1], Security.NONE, "a@b.example", step_seconds=5, seconds=1
        )
        started = time.monotonic()
        ending = carry(Parcel(Channel.SMTP, TO, "<a@b.example>", "Subject: x\r\n\r\nx\r\n"), account)

    assert ending.state is State.DEFERRED
    assert time.monotonic() - started < 3


# Death at any point


def child(
    database: Path, port: int, hours: float = 2 * DAY, place: int = 0, moment: str = "after"
) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "EXOWATCH_NOW": at(hours).isoformat()}
    command = [sys.executable, "-m", "tests.sending_child", str(database), str(port), str(place), moment]
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stderr=subprocess.PIPE)


def once_but_for_a_lost_250(room: Mailroom) -> None:
    """One message; it may have come twice, then byte for byte."""
    assert len(room.taken) in (1, 2)
    assert len(set(room.taken)) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_at_any_write_loses_nothing_and_repeats_nothing(shelf: Shelf, room: Mailroom, moment: str) -> None:
    outcomes: list[tuple[int, int]] = []
    for place in range(1, 20):
        fresh = shelf.path.with_name(f"{moment}-{place}.db")
        with Store(fresh) as copy:
            shelf.store.connection.backup(copy.connection)
        room.taken.clear()
        killed = child(fresh, room.port, place=place, moment=moment)
        killed.communicate()
        taken = len(room.taken)
        again = child(fresh, room.port)
        _, said = again.communicate()
        assert again.returncode == 0, said
        once_but_for_a_lost_250(room)
        with Store(fresh, readonly=True) as store:
            told = Counter(name for (name,) in store.execute("select change from sent_entries"))
            assert set(told) == {name for (name,) in store.execute("select id from changes")}
            assert set(told.values()) == {1}
            assert outbox.pending(store) == []
            assert store.execute("select count(*) from sent_digests").fetchone() == (1,)
        if killed.returncode == 0:
            break
        assert killed.returncode == -signal.SIGKILL
        outcomes.append((taken, len(room.taken)))

    # Killed with nothing taken yet, and once between the server's 250 and the line that says so.
    assert (0, 1) in outcomes
    assert outcomes.count((1, 2)) == (1 if moment == "before" else 0)
    assert len(outcomes) >= 3


def killed_at(shelf: Shelf, room: Mailroom, stage: str) -> None:
    """A run that is killed when the server has reached this stage; `DATA` is when it has the whole text."""
    victims: list[subprocess.Popen[str]] = []

    def kill(reached: str) -> None:
        if reached == stage and victims:
            victims.pop().kill()

    room.on = kill
    victims.append(running := child(shelf.path, room.port))
    running.communicate()
    assert running.returncode == -signal.SIGKILL


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "TAKEN"])
def test_a_kill_while_the_server_listens_is_finished_by_the_next_run(shelf: Shelf, room: Mailroom, stage: str) -> None:
    killed_at(shelf, room, stage)

    again = child(shelf.path, room.port)
    _, said = again.communicate()

    assert again.returncode == 0, said
    assert len(room.taken) == (2 if stage in ("DATA", "TAKEN") else 1)
    once_but_for_a_lost_250(room)
    every_change_is_told_once(shelf)


def test_a_resent_delivery_says_so(shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_at(shelf, room, "RCPT")

    report = sends(shelf, room, monkeypatch)

    assert attempts(shelf) == ["begun", "begun", "accepted"]
    assert [sent.again for sent in report.sent] == [True]
    (said,) = shelf.store.execute("select message from delivery_attempts where id = 2").fetchone()
    assert "sent again under the same Message-ID" in said


def test_two_processes_at_once_send_one_mail(shelf: Shelf, room: Mailroom) -> None:
    running = [child(shelf.path, room.port) for _ in range(3)]
    said = [process.communicate()[1] for process in running]

    assert [process.returncode for process in running if process.returncode] == [
        1 for text in said if "is held by another run" in text
    ]
    assert len(room.taken) == 1
    every_change_is_told_once(shelf)


def test_a_second_sender_is_told_who_sends(shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    with hold(shelf.path, "outbox", "sending digests"), pytest.raises(Held, match="sending digests"):
        sends(shelf, room, monkeypatch)

    assert room.taken == []


def test_what_was_sent_is_chained_and_cannot_be_altered(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store import chain

    before = shelf.count("chain")

    sends(shelf, room, monkeypatch)

    facts = [fact for (fact,) in shelf.store.execute("select fact from chain where seq > ? order by seq", (before,))]
    assert facts == ["sent_digests", *["sent_entries"] * 3, "deliveries", "delivery_attempts", "delivery_attempts"]
    assert chain.head(shelf.store) != chain.GENESIS


def test_an_entry_is_kept_as_it_was_told(shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    sends(shelf, room, monkeypatch)

    rows = shelf.store.execute("select change, kind, until, told from sent_entries order by id").fetchall()
    told = [(json.loads(said)["id"], json.loads(said)["kind"]) for *_, said in rows]
    assert told == [(change, kind) for change, kind, *_ in rows]
    assert [kind for _, kind in told] == ["new", "new", "revised"]


# Other ways


def test_nothing_is_written_down_for_a_mail_that_could_never_go(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EXOWATCH_MAIL_PASSWORD", raising=False)
    given = config(room.port)

    for broken, said in (
        (replace(given, mail=replace(given.mail, host="")), "set host"),
        (replace(given, mail=replace(given.mail, sender="")), "set from"),
        (replace(given, mail=replace(given.mail, user="exo")), "EXOWATCH_MAIL_PASSWORD"),
        (replace(given, mail=replace(given.mail, to=())), "nobody to send to"),
    ):
        with pytest.raises(BadConfig, match=said):
            sends(shelf, room, monkeypatch, config=broken)

    assert shelf.count("sent_digests") == 0


@pytest.mark.parametrize("form", ["html", "txt", "json", "eml"])
def test_a_file_is_written_whole_under_the_name_of_its_period(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: str
) -> None:
    place = str(tmp_path / "out" / f"{{period}}.{form}")

    report = sends(shelf, room, monkeypatch, wanted=[Wanted("kept", None, targets_of([place]))])

    (written,) = (tmp_path / "out").iterdir()
    (kept,) = shelf.store.execute("select body from deliveries").fetchone()
    assert report.complete
    assert written.name == f"until-2025-08-03T080000Z.{form}"
    assert written.read_bytes() == kept.encode()
    assert "Larkspur" in kept


def test_a_folder_that_cannot_be_written_puts_it_off(
    shelf: Shelf, room: Mailroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("no folder")
    asked = [Wanted("kept", None, targets_of([str(tmp_path / "out" / "x.html")]))]

    first = sends(shelf, room, monkeypatch, wanted=asked)
    (tmp_path / "out").unlink()
    second = sends(shelf, room, monkeypatch, wanted=[])

    assert [sent.state for sent in first.sent] == [State.DEFERRED]
    assert second.complete
    assert (tmp_path / "out" / "x.html").exists()


def test_a_digest_costs_little_to_record(shelf: Shelf) -> None:
    from time import process_time

    from store.outbox import Channel, Parcel, SentDigest, SentEntry
    from store.records import Kind

    document = shelf.store.execute("select id from documents limit 1").fetchone()[0]
    entries = [SentEntry(f"{n:016x}", document, Kind.NEW, at(0), "{}") for n in range(5000)]
    sent = SentDigest("s", at(0), at(0) + timedelta(days=1), at(DAY), "0" * 64, "", "1" * 64)
    started = process_time()

    outbox.record(shelf.store, sent, entries, [Parcel(Channel.FILE, "/x.html", "<a@b>", "")])

    assert process_time() - started < 2
