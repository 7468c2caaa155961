"""Alerting: a failure is told once, and once that it is over, whatever dies in between; silence is noticed elsewhere."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from exowatch import alerting
from exowatch.alerting import Told
from exowatch.carriers.ping import ping
from exowatch.carriers.smtp import Account
from exowatch.config import BadConfig, Config
from exowatch.health import Item
from exowatch.mail_settings import Mail, Security, targets_of
from exowatch.monitor_settings import Monitor
from exowatch.sending import send
from store import alerts, chain, clock, outbox, scheduled
from store.database import Store
from store.outbox import ALERTS
from store.scheduled import Claim
from tests.alerting_child import ITEMS
from tests.mailroom import Mailroom, serving
from tests.sending_child import TO, config
from tests.shelf import at

ROOT = Path(__file__).parent.parent
BAD = Item(
    "fda_safety",
    False,
    "stale: last good crawl",
    "fda_safety not read since 2025-08-01",
    at(0),
    "Run `exowatch crawl`.",
)
GOOD = Item("fda_safety", True, "read")


EARLY = replace(BAD, early=True)


@pytest.fixture
def room() -> Iterator[Mailroom]:
    with serving(Mailroom()) as room:
        yield room


@pytest.fixture
def database(tmp_path: Path) -> Path:
    Store(tmp_path / "store.db").close()
    return tmp_path / "store.db"


def tells(database: Path, room: Mailroom, items: list[Item], hours: float = 0, given: Config | None = None) -> Told:
    account = Account("127.0.0.1", room.port, Security.NONE, "exowatch@firm.example", step_seconds=1, seconds=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: at(hours))
        return alerting.tell(
            database, given or config(room.port), items, account=account, back_off=(), wait=lambda seconds: None
        )


def facts(database: Path) -> list[tuple[str, str, str]]:
    with Store(database, readonly=True) as store:
        return store.execute("select about, state, since from v_alerts order by id").fetchall()


# Once


def test_a_failure_is_told_once_and_once_when_it_is_over(database: Path, room: Mailroom) -> None:
    for hours, item in enumerate([GOOD, BAD, BAD, GOOD, GOOD]):
        tells(database, room, [item], hours)

    first, second = room.messages
    since = clock.shown(at(0))
    assert facts(database) == [("fda_safety", "failing", since), ("fda_safety", "recovered", since)]
    assert first["Subject"] == "exowatch: fda_safety not read since 2025-08-01"
    assert second["Subject"] == "exowatch: fda_safety is well again"
    text = second.get_body(("plain",))
    assert text is not None
    assert f"failing from {since} until {clock.shown(at(3))}" in " ".join(text.get_content().split())


def test_what_fails_again_is_told_again(database: Path, room: Mailroom) -> None:
    for hours, item in enumerate([BAD, GOOD, BAD]):
        tells(database, room, [item], hours)

    assert [state for _, state, _ in facts(database)] == ["failing", "recovered", "failing"]
    assert len(room.taken) == len(set(room.ids)) == 3


def test_many_failures_at_once_are_one_mail_to_each(database: Path, room: Mailroom) -> None:
    many = [replace(BAD, name=f"source_{n}", headline=f"source_{n} was never read", since=None) for n in range(5)]
    given = config(room.port, TO, "robin@firm.example")

    tells(database, room, many, given=given)

    assert [to for to, _ in room.taken] == [TO, "robin@firm.example"]
    assert len(facts(database)) == 5
    mail = room.messages[0]
    assert mail["Subject"] == "exowatch: 5 things need you: source_0, source_1, source_2, and 2 more"
    assert (mail["Auto-Submitted"], mail["To"]) == ("auto-generated", TO)
    for part in ("plain", "html"):
        body = mail.get_body((part,))
        assert body is not None
        assert all(item.headline in body.get_content() for item in many)


def test_what_is_no_longer_in_the_configuration_does_not_fail_for_ever(database: Path, room: Mailroom) -> None:
    tells(database, room, [BAD])
    tells(database, room, [], 1)
    tells(database, room, [], 2)

    assert [state for _, state, _ in facts(database)] == ["failing", "recovered"]


def test_where_nobody_is_to_be_told_only_the_facts_are_written(database: Path, room: Mailroom) -> None:
    told = tells(database, room, [BAD], given=replace(config(room.port), monitor=Monitor()))

    assert (len(told.alerts), told.sent, room.taken) == (1, (), [])


def test_what_could_not_be_delivered_goes_with_the_next_pass(database: Path, room: Mailroom) -> None:
    room.faults["RCPT"] = ["451 later"]
    first = tells(database, room, [BAD])
    second = tells(database, room, [BAD], 1)

    assert (first.complete, second.complete) == (False, True)
    assert second.alerts == ()
    assert len(room.taken) == 1


def test_send_brings_alerts_too_and_no_digest_counts_them(database: Path, room: Mailroom) -> None:
    room.faults["RCPT"] = ["451 later"]
    tells(database, room, [BAD])

    account = Account("127.0.0.1", room.port, Security.NONE, "exowatch@firm.example")
    report = send(database, config(room.port), [], account=account)

    assert [(one.delivery.series, one.state.value) for one in report.sent] == [(ALERTS, "accepted")]
    with Store(database, readonly=True) as store:
        assert outbox.reach(store, ALERTS) is None


def test_what_has_only_begun_is_told_to_nobody_until_it_should_be_well(database: Path, room: Mailroom) -> None:
    first = tells(database, room, [EARLY])
    later = tells(database, room, [BAD], 1)

    assert (first.alerts, len(later.alerts), len(room.taken)) == ((), 1, 1)


def test_a_mail_that_could_never_leave_is_refused_before_anything_is_written(database: Path, room: Mailroom) -> None:
    given = replace(config(room.port), mail=Mail(to=(TO,)))

    with pytest.raises(BadConfig, match="set host and from before an alert can be mailed"):
        tells(database, room, [BAD], given=given)

    assert facts(database) == []


def test_webhooks_and_files_are_told_too(database: Path, room: Mailroom, tmp_path: Path) -> None:
    text, data = tmp_path / "alert.txt", tmp_path / "{period}.json"
    given = replace(config(room.port), monitor=Monitor(targets_of([str(text), str(data)])))

    tells(database, room, [BAD], given=given)

    assert text.read_text().startswith("exowatch: fda_safety not read since 2025-08-01\n")
    (written,) = tmp_path.glob("2025*.json")
    (said,) = json.loads(written.read_text())["failing"]
    assert (said["name"], said["advice"]) == ("fda_safety", "Run `exowatch crawl`.")


def test_words_from_outside_can_neither_end_a_header_nor_hide(database: Path, room: Mailroom) -> None:
    evil = replace(BAD, headline="x\r\nBcc: all@firm.example\u202e", message="<script>alert(1)</script>\x1b[31m")

    tells(database, room, [evil])

    (mail,) = room.messages
    assert mail["Bcc"] is None
    page = mail.get_body(("html",))
    assert page is not None
    assert "<script>" not in page.get_content()
    assert "\x1b" not in page.get_content()


# Killed


@pytest.mark.parametrize("which", ["failing", "well"])
def test_a_pass_that_is_killed_at_any_write_is_finished_by_the_next(which: str, tmp_path: Path, room: Mailroom) -> None:
    kills = 0
    for place in range(1, 20):
        database = tmp_path / f"{which}-{place}.db"
        Store(database).close()
        if which == "well":
            assert run(database, room, "failing") == 0
        seen, before = len(room.taken), len(facts(database))
        code = run(database, room, which, place, ("before", "after")[place % 2])
        assert code in (0, -signal.SIGKILL)
        kills += code == -signal.SIGKILL
        assert run(database, room, which) == 0

        assert len(facts(database)) - before == 2
        assert len(set(room.ids[seen:])) == 1
        with Store(database, readonly=True) as store:
            assert outbox.undelivered(store) == []
            assert bool(alerts.failing(store)) == (which == "failing")
        if code == 0:
            break
    assert kills == 3, "the facts with their parcels; the attempt; its end"


def run(database: Path, room: Mailroom, which: str, place: int = 0, moment: str = "") -> int:
    words = [sys.executable, "-m", "tests.alerting_child", str(database), str(room.port), which, str(place), moment]
    return subprocess.run(words, cwd=ROOT, env=dict(os.environ), timeout=60, check=False).returncode


def test_the_items_of_the_killed_passes_are_one_message(database: Path, room: Mailroom) -> None:
    tells(database, room, ITEMS["failing"])

    assert room.messages[0]["Subject"] == "exowatch: 2 things need you: fda_safety, outbox"


# A sign of life


@pytest.fixture
def watcher() -> Iterator[HTTPServer]:
    """A service like healthchecks.io: it keeps what it was asked, and answers with `code`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server: Any = self.server
            server.asked.append(self.path)
            self.send_response(server.code)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            pass

    server: Any = HTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.code = [], 200
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_the_sign_of_life_says_whether_all_is_well(watcher: Any) -> None:
    address = f"http://127.0.0.1:{watcher.server_port}/abc"

    assert [ping(address, ok, {}) for ok in (True, False)] == ["", ""]
    assert ping("env:PING", False, {"PING": f"{address}?x=1"}) == ""
    assert watcher.asked == ["/abc", "/abc/fail", "/abc/fail?x=1"]


def test_a_sign_that_is_not_taken_is_said_without_its_address(watcher: Any) -> None:
    watcher.code = 500
    address = f"http://127.0.0.1:{watcher.server_port}/0f3a5c7e9b1d"

    assert ping(address, True, {}) == f"http://127.0.0.1:{watcher.server_port}/…: HTTP 500"
    assert "0f3a5c7e9b1d" not in ping("env:PING", True, {"PING": "http://127.0.0.1:1/0f3a5c7e9b1d"})
    assert ping("env:PING", True, {}) == "env:PING: PING is not in the environment"
    assert "needs https" in ping("env:PING", True, {"PING": "http://elsewhere.example/0f3a5c7e9b1d"})


@pytest.fixture
def grown(database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store that was to be filled by itself months ago, and is empty."""
    with monkeypatch.context() as patch, Store(database) as store:
        patch.setattr(clock, "now", lambda: at(-2000))
        assert scheduled.begin(store, Claim("former", at(-2000), "crawl"))
    return database


def test_the_command_tells_gives_its_sign_and_ends_as_it_would(
    grown: Path, room: Mailroom, watcher: Any, tmp_path: Path
) -> None:
    from tests.test_send_command import run as command
    from tests.test_send_command import settings

    own = settings(tmp_path, room.port, f'[monitor]\nping = "http://127.0.0.1:{watcher.server_port}/p"\n')

    silent = command(grown, own, "status", "--json")
    first, second = (command(grown, own, "status", "--tell", "--json") for _ in range(2))
    watcher.code = 503
    third = command(grown, own, "status", "--tell")

    assert (silent.code, first.code, second.code, third.code) == (1, 1, 1, 1)
    assert "told" not in silent.json
    assert len(first.json["told"]) == 5
    assert (second.json["told"], second.json["deliveries"]) == ([], [])
    assert [to for to, _ in room.taken] == ["kim@firm.example"]
    assert watcher.asked == ["/p/fail"] * 3
    assert "the sign of life was not taken" in third.err
    assert "HTTP 503" in third.err


def test_a_mail_server_that_hangs_keeps_no_sign_of_life_back(
    grown: Path, room: Mailroom, watcher: Any, tmp_path: Path
) -> None:
    from tests.test_send_command import run as command
    from tests.test_send_command import settings

    asked: list[list[str]] = []
    room.on = lambda stage: asked.append(list(watcher.asked))
    own = settings(tmp_path, room.port, f'[monitor]\nping = "http://127.0.0.1:{watcher.server_port}/p"\n')

    command(grown, own, "status", "--tell")

    assert asked[0] == ["/p/fail"]


def test_a_configuration_that_can_tell_nobody_is_no_sign_of_life(database: Path, watcher: Any, tmp_path: Path) -> None:
    from tests.test_send_command import run as command

    own = tmp_path / "own.toml"
    own.write_text(f'[monitor]\ntell = ["kim@firm.example"]\nping = "http://127.0.0.1:{watcher.server_port}/p"\n')

    done = command(database, own, "status", "--tell")

    assert (done.code, watcher.asked) == (1, ["/p/fail"])
    assert "before an alert can be mailed" in done.err


def test_a_moment_long_past_is_kept_as_the_beginning(database: Path, room: Mailroom) -> None:
    tells(database, room, [replace(BAD, since=at(-1000))], 3)

    assert facts(database)[0][2] == clock.shown(at(0) - timedelta(hours=1000))


def test_every_alert_and_parcel_is_in_the_chain(database: Path, room: Mailroom) -> None:
    for hours, item in enumerate([BAD, GOOD]):
        tells(database, room, [item], hours)

    with Store(database, readonly=True) as store:
        rows = store.execute("select fact, row, hash from chain order by seq").fetchall()
        facts = Counter(fact for fact, _, _ in rows)
        assert (facts["alerts"], facts["deliveries"], facts["delivery_attempts"]) == (2, 2, 4)
        before = chain.GENESIS
        for fact, row, found in rows:
            content = chain.content_of(store, fact, row)
            assert content is not None
            before = chain.fact_hash(before, fact, content)
            assert before == bytes(found)
