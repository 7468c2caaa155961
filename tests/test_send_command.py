"""The commands that send: what they say, how they end, what the configuration may ask for and what it must not hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from exowatch.config import BadConfig, load
from exowatch.mail_settings import Security
from store.database import Store
from store.outbox import Channel
from tests.mailroom import Mailroom, serving
from tests.test_cli import LETTER, Done, at, child, page, refused
from tests.warcs import write_warc

SECRET = "correct horse battery"
JULY = "2025-07-10T08:00:00Z"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a letter and its edit, made by the real program."""
    folder = tmp_path_factory.mktemp("filled")
    letter = page("fda_warning_letters/letter-plain")
    edited = letter.replace(b"for sore knees", b"for sore elbows and sore knees")
    recorded = write_warc(folder / "x.warc.gz", [(LETTER, at(2025, 3, 1), letter), (LETTER, at(2025, 7, 1), edited)])
    done = child("--db", folder / "store.db", "import", "warc", recorded)
    assert done.code == 0, done.err
    return folder / "store.db"


@pytest.fixture
def database(filled: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "store.db"
    with Store(filled, readonly=True) as source, Store(copy) as target:
        source.connection.backup(target.connection)
    return copy


@pytest.fixture
def room() -> Iterator[Mailroom]:
    with serving(Mailroom()) as room:
        yield room


def settings(folder: Path, port: int, more: str = "") -> Path:
    path = folder / "own.toml"
    path.write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nfrom = "exo@firm.example"\n'
        f'to = ["kim@firm.example"]\n{more}'
    )
    return path


def run(database: Path, own: Path, *words: object, now: str = JULY, **environment: str) -> Done:
    return child("--db", database, "--config", own, *words, EXOWATCH_NOW=now, **environment)


def rows(database: Path, table: str) -> int:
    with Store(database, readonly=True) as store:
        return int(store.execute(f"select count(*) from {table}").fetchone()[0])


def test_send_tells_once_and_says_what_it_did(database: Path, room: Mailroom, tmp_path: Path) -> None:
    own = settings(tmp_path, room.port)

    first = run(database, own, "send", "--since-last", "--json")
    second = run(database, own, "send", "--since-last", "--json")

    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert len(room.taken) == 1
    (told,) = first.json["digests"]
    assert (told["series"], len(told["changes"])) == ("since-last", 2)
    (delivery,) = first.json["deliveries"]
    assert delivery["message_id"] == room.ids[0]
    assert (delivery["channel"], delivery["target"], delivery["outcome"]) == ("smtp", "kim@firm.example", "accepted")
    assert second.json == {"schema_version": 1, "digests": [], "nothing_due": ["since-last"], "deliveries": []}


def test_a_refusal_ends_with_3_and_is_told_on_stderr(database: Path, room: Mailroom, tmp_path: Path) -> None:
    room.faults = {"RCPT": ["550 nobody of that name"]}

    done = run(database, settings(tmp_path, room.port), "send", "--period", "2025")

    assert done.code == 3
    assert done.out == ""
    assert "kim@firm.example: refused: RCPT: 550 nobody of that name" in done.err


def test_digest_since_last_shows_what_send_would_tell_and_records_nothing(
    database: Path, room: Mailroom, tmp_path: Path
) -> None:
    own = settings(tmp_path, room.port)

    shown = run(database, own, "digest", "--since-last", "--json")
    sent = run(database, own, "send", "--since-last", "--json")
    after = run(database, own, "digest", "--since-last", "--json")

    ids = [change["id"] for change in shown.json["changes"]]
    assert ids == sent.json["digests"][0]["changes"]
    assert shown.json["seal"] == sent.json["digests"][0]["seal"]
    assert after.json["changes"] == []
    assert rows(database, "sent_digests") == 1


def test_a_rehearsal_writes_the_mail_and_records_nothing(database: Path, room: Mailroom, tmp_path: Path) -> None:
    out = tmp_path / "x.eml"

    done = run(database, settings(tmp_path, room.port), "send", "--period", "2025-Q3", "--dry-run", "--out", out)

    message = message_from_bytes(out.read_bytes(), policy=policy.SMTP)
    assert (done.code, done.out) == (0, f"written: {out}\n")
    assert message["To"] == "kim@firm.example"
    assert message["Subject"].startswith("exowatch 2025-Q3: ")
    assert room.stages == []
    assert rows(database, "sent_digests") == rows(database, "deliveries") == 0


def test_what_is_rehearsed_is_what_is_sent_but_for_its_name(database: Path, room: Mailroom, tmp_path: Path) -> None:
    own, out = settings(tmp_path, room.port), tmp_path / "x.eml"

    run(database, own, "send", "--period", "2025-Q1", "--dry-run", "--out", out)
    run(database, own, "send", "--period", "2025-Q1")

    rehearsed = message_from_bytes(out.read_bytes(), policy=policy.SMTP)
    assert [part.get_content_type() for part in room.messages[0].iter_parts()] == ["text/plain", "text/html"]
    assert rehearsed["Subject"] == room.messages[0]["Subject"]


def test_a_digest_can_be_written_as_a_mail_without_an_account(database: Path, tmp_path: Path) -> None:
    none, out = tmp_path / "none.toml", tmp_path / "2025.eml"
    none.write_text("")

    run(database, none, "digest", "--period", "2025", "--out", out)
    printed = run(database, none, "digest", "--period", "2025", "--format", "eml")

    message = message_from_bytes(out.read_bytes(), policy=policy.SMTP)
    assert message.get_content_type() == "multipart/alternative"
    assert message["From"] == "exowatch@localhost"
    assert printed.out.startswith("From: exowatch@localhost\n")


def test_the_configured_digests_are_sent_to_their_targets(database: Path, room: Mailroom, tmp_path: Path) -> None:
    more = (
        f'[[digests]]\nname = "quarterly"\nperiod = "quarter"\ndeliver = ["{tmp_path}/{{period}}.html", "a@b.example"]\n'
        '[[digests]]\nname = "daily"\nperiod = "since-last"\n'
    )

    done = run(database, settings(tmp_path, room.port, more), "send", "--json")

    assert done.code == 0, done.err
    assert [told["period"]["label"] for told in done.json["digests"]] == ["2025-Q2", "until 2025-07-10"]
    assert (tmp_path / "2025-Q2.html").read_text().startswith("<!doctype html>")
    assert [to for to, _ in room.taken] == ["a@b.example", "kim@firm.example"]


def test_only_one_series_is_sent_when_it_is_named(database: Path, room: Mailroom, tmp_path: Path) -> None:
    more = '[[digests]]\nname = "one"\nperiod = "month"\n[[digests]]\nname = "two"\nperiod = "week"\n'

    done = run(database, settings(tmp_path, room.port, more), "send", "--series", "two", "--json")

    assert [told["series"] for told in done.json["digests"]] == ["two"]


def test_the_password_is_printed_nowhere(database: Path, room: Mailroom, tmp_path: Path) -> None:
    own = settings(tmp_path, room.port, 'user = "exo"\n')

    done = child(
        "-v", "--debug", "--db", database, "--config", own, "send", "--since-last",
        EXOWATCH_NOW=JULY, EXOWATCH_MAIL_PASSWORD=SECRET,
    )  # fmt: skip

    assert SECRET not in done.out + done.err
    with Store(database, readonly=True) as store:
        assert SECRET not in "\n".join(store.connection.iterdump())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["send"], "[[digests]]"),
        (["send", "--series", "none"], "no [[digests]] of the name 'none'"),
        (["send", "--period", "2025", "--since-last"], "exclude each other"),
        (["send", "--period", "2026"], "has not begun"),
        (["send", "--since-last", "--out", "x.eml"], "--dry-run"),
        (["send", "--since-last", "--series", "a\nBcc: b"], "expected letters"),
        (["digest", "--since-last", "--period", "2025"], "--since-last"),
        (["digest"], "--since-last"),
    ],
)
def test_a_wrong_request_is_refused(database: Path, tmp_path: Path, words: list[str], said: str) -> None:
    refused(run(database, settings(tmp_path, 25), *words), said)


def test_an_account_that_is_not_complete_is_refused_before_anything_is_written(database: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[mail]\nto = ["kim@firm.example"]\n')

    refused(run(database, own, "send", "--since-last"), "set host and from")

    assert rows(database, "sent_digests") == 0


def test_doctor_looks_at_the_account_and_asks_the_server_only_with_mail(
    database: Path, room: Mailroom, tmp_path: Path
) -> None:
    own = settings(tmp_path, room.port)

    quiet = run(database, own, "doctor", "--offline", "--json")
    asked = run(database, own, "doctor", "--offline", "--mail", "--json")
    missing = run(database, settings(tmp_path, room.port, 'user = "exo"\n'), "doctor", "--offline", "--json")

    def found(done: Done) -> dict[str, bool]:
        return {check["name"]: check["ok"] for check in done.json["items"] if check["name"].startswith("mail")}

    assert found(quiet) == {"mail": True}
    assert found(asked) == {"mail": True, "mail server": True}
    assert found(missing) == {"mail": False}
    assert room.stages == []


# Configuration


def configured(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(text)
    return path


def test_a_password_in_a_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="EXOWATCH_MAIL_PASSWORD") as caught:
        load([configured(tmp_path, f'[mail]\npassword = "{SECRET}"\n')], {})

    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[mail]\nhosts = "x"', "the nearest known one is 'host'"),
        ("[mail]\nport = 0", "port"),
        ("[mail]\nport = true", "port"),
        ('[mail]\nsecurity = "ssl"', "starttls, tls, none"),
        ('[mail]\nfrom = "nobody"', "from"),
        ('[mail]\nfrom = "a@b.example\\r\\nBcc: c@d.example"', "from"),
        ('[mail]\nto = ["a@b.example, c@d.example"]', "to"),
        ('[mail]\nto = "a@b.example"', "list of texts"),
        ('[mail]\nlist_unsubscribe = "javascript:x"', "list_unsubscribe"),
        ('[mail]\nhost = "a b"', "host"),
        ('[mail]\nhost = "mail.example"\nuser = "x"\nsecurity = "none"', "without TLS"),
        ('[[digests]]\nperiod = "week"', "`name`"),
        ('[[digests]]\nname = "x"\nperiod = "day"', "period"),
        ('[[digests]]\nname = "../x"\nperiod = "week"', "series"),
        ('[[digests]]\nname = "x"\nperiod = "week"\nto = []', "unknown key 'to'"),
        ('[[digests]]\nname = "x"\nperiod = "week"\ndeliver = ["http://hooks.example/x"]', "https"),
        ('[[digests]]\nname = "x"\nperiod = "week"\ndeliver = ["relative.html"]', "whole path"),
        ('[[digests]]\nname = "x"\nperiod = "week"\ndeliver = ["/x.exe"]', "file"),
        ('[[digests]]\nname = "x"\nperiod = "week"\n[[digests]]\nname = "x"\nperiod = "year"', "twice"),
        ("digests = 3", "[[digests]]"),
        ("mail = 3", "mail"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadConfig) as caught:
        load([configured(tmp_path, text)], {})

    assert said in str(caught.value)


def test_an_account_and_a_series_are_read(tmp_path: Path) -> None:
    text = (
        '[mail]\nhost = "mail.example"\nfrom = "Exo <exo@firm.example>"\nto = ["kim@firm.example"]\nsecurity = "tls"\n'
        '[[digests]]\nname = "weekly"\nperiod = "week"\n'
        '[[digests]]\nname = "kept"\nperiod = "year"\n'
        'deliver = ["mailto:a@b.example", "https://hooks.example/x", "http://127.0.0.1:9/x", "/srv/{period}.json"]\n'
    )

    config = load([configured(tmp_path, text)], {})

    assert (config.mail.security, config.mail.port) == (Security.TLS, 587)
    assert config.mail.unsubscribe == "mailto:exo@firm.example?subject=unsubscribe"
    weekly, kept = config.digests
    assert [target.place for target in weekly.deliver] == ["kim@firm.example"]
    assert [target.channel for target in kept.deliver] == [
        Channel.SMTP,
        Channel.WEBHOOK,
        Channel.WEBHOOK,
        Channel.FILE,
    ]


def test_json_of_a_run_is_one_object(database: Path, room: Mailroom, tmp_path: Path) -> None:
    done = run(
        database,
        settings(tmp_path, room.port),
        "send",
        "--since-last",
        "--dry-run",
        "--out",
        tmp_path / "x.eml",
        "--json",
    )

    answer = json.loads(done.out)
    assert (answer["schema_version"], answer["dry_run"]) == (1, True)
    assert [item["file"] for item in answer["digests"]] == [str(tmp_path / "x.eml")]
