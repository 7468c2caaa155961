"""Secrets: taken from where they may stand only, and found in nothing that is printed, logged, stored or written."""

from __future__ import annotations

import base64
import http.server
import io
import os
import re
import shutil
import socketserver
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from exowatch import secrets
from exowatch.carriers.ending import ended
from exowatch.config import BadConfig
from exowatch.mail_settings import Mail
from store.database import Store
from store.outbox import State
from tests.mailroom import Mailroom, serving
from tests.test_cli import LETTER, at, child, command, page, plain
from tests.test_docs import commands
from tests.warcs import write_warc

USER = "exo-sender"
IN_ENVIRONMENT = "Mq7 pa$s/word%41"
IN_A_FILE = "fL0-t pass=word&2"
PROXY = ("px-user", "Pr0xy:p@ss")
HOOK = "hook-T0B0-9f8e7d6c5b"
PING = "ping-4c3b2a19-0f8e"


# Where they may come from


def a_file(folder: Path, mode: int, content: str = f"{IN_A_FILE}\n") -> Path:
    path = folder / "password"
    path.write_text(content)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_password_stands_in_a_file_that_only_its_owner_can_read(mode: int, tmp_path: Path) -> None:
    path = a_file(tmp_path, mode)

    assert secrets.password(Mail(password_file=str(path)), {}) == IN_A_FILE
    assert secrets.password(Mail(), {secrets.PASSWORD_FILE: str(path)}) == IN_A_FILE
    assert secrets.password(Mail(password_file=str(path)), {"EXOWATCH_MAIL_PASSWORD": "Ot-8er"}) == "Ot-8er"
    assert secrets.password(Mail(), {}) == ""


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602, 0o660])
def test_a_file_that_others_can_read_is_refused_with_its_mode(mode: int, tmp_path: Path) -> None:
    path = a_file(tmp_path, mode)

    with pytest.raises(BadConfig, match=rf"only its owner can read \(600 or 400\), found {mode:o}") as refusal:
        secrets.password(Mail(password_file=str(path)), {})

    assert IN_A_FILE not in str(refusal.value)


def test_what_systemd_hands_over_is_taken_as_it_is(tmp_path: Path) -> None:
    path = a_file(tmp_path, 0o440)

    given = {"CREDENTIALS_DIRECTORY": str(tmp_path), secrets.PASSWORD_FILE: str(path)}

    assert secrets.password(Mail(), given) == IN_A_FILE


@pytest.mark.parametrize("content", ["", "\n", "one\ntwo\n", "x" * 5000, "bell\x07"])
def test_a_file_that_holds_no_single_line_is_refused_without_its_content(content: str, tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="expected one line with the password") as refusal:
        secrets.password(Mail(password_file=str(a_file(tmp_path, 0o600, content))), {})

    assert "two" not in str(refusal.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(BadConfig, match=re.escape(str(path))):
            secrets.password(Mail(password_file=str(path)), {})


# Texts without them


def test_every_form_of_a_secret_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{quote(PROXY[0])}:{quote(PROXY[1])}@proxy.example:8080")
    secrets.password(Mail(user=USER), {"EXOWATCH_MAIL_PASSWORD": IN_ENVIRONMENT})
    secrets.resolved("env:HOOK", {"HOOK": f"https://hooks.example/{HOOK}?x=1"})

    text = secrets.hide(" | ".join(needles()[:-1]) + f" | /{HOOK}?x=1")

    for needle in needles():
        assert needle not in text
    assert ended(State.DEFERRED, f"535 bad: {IN_ENVIRONMENT}").message == "535 bad: ***"


def test_a_server_that_repeats_the_password_does_not_get_it_into_the_store(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXOWATCH_MAIL_PASSWORD", IN_ENVIRONMENT)
        told = base64.b64encode(f"\0{USER}\0{IN_ENVIRONMENT}".encode()).decode()
        secrets.password(Mail(user=USER), os.environ)

        assert ended(State.DEFERRED, f"535 you said AUTH PLAIN {told}").message == "535 you said AUTH PLAIN ***"


# Everything that is printed, logged, stored or written


def needles() -> list[str]:
    """What must be found nowhere."""
    plain_ones = [IN_ENVIRONMENT, IN_A_FILE, PROXY[1], HOOK, PING]
    told = [f"\0{USER}\0{word}" for word in (IN_ENVIRONMENT, IN_A_FILE)] + [":".join(PROXY)]
    coded = [base64.b64encode(word.encode()).decode().rstrip("=") for word in [*plain_ones[:3], *told]]
    return [*plain_ones[:4], *map(quote, plain_ones[:3]), *coded, PING]


UNHURRIED = "import time; time.sleep = lambda seconds: None; from exowatch.cli import main; main()"
"""The program, without the waits between two attempts at a delivery."""


@dataclass
class Planted:
    """A place with five secrets in the environment of every command, and everything written below `folder`."""

    folder: Path
    environment: Mapping[str, str]
    said: list[str]

    def run(self, *words: object, limit: float = 60, **more: str) -> int:
        own = {**plain({}), **self.environment, **more}
        before = ("--db", self.folder / "store.db", "--config", self.folder / "own.toml", "-vv")
        with subprocess.Popen(
            [sys.executable, "-c", UNHURRIED, *command(*before, *words)[3:]],
            env={name: value for name, value in own.items() if value},
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            try:
                out, err = process.communicate(timeout=limit)
            except subprocess.TimeoutExpired:
                process.terminate()
                out, err = process.communicate()
        self.said += [f"$ {' '.join(map(str, words))}", out.decode("utf-8", "replace"), err.decode("utf-8", "replace")]
        return process.returncode

    def found(self) -> list[str]:
        """The secrets that are found anywhere, with the place."""
        told = [(f"output {number}", text.encode()) for number, text in enumerate(self.said)]
        files = [(str(path), path.read_bytes()) for path in self.folder.rglob("*") if path.is_file()]
        packs = [(f"{name}:{inner}", content) for name, whole in files for inner, content in unpacked(whole)]
        return [
            f"{needle} in {name}"
            for name, content in (*told, *files, *packs)
            for needle in needles()
            if needle.encode() in content
        ]


def unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of a zip file, with gzip inside it taken off."""
    if not content.startswith(b"PK"):
        return
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        for name in pack.namelist():
            inner = pack.read(name)
            yield name, inner
            if inner.startswith(b"\x1f\x8b"):
                done = subprocess.run(["gzip", "-dc"], input=inner, capture_output=True, check=False)
                yield f"{name} (unpacked)", done.stdout


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[Planted]:
    """A store with a letter and its edit; a mail server that refuses us, a webhook that fails, a proxy that is gone."""
    letter = page("fda_warning_letters/letter-plain")
    edited = letter.replace(b"for sore knees", b"for sore elbows and sore knees")
    folder = tmp_path / "run"
    folder.mkdir()
    recorded = write_warc(tmp_path / "x.warc.gz", [(LETTER, at(2025, 3, 1), letter), (LETTER, at(2025, 7, 1), edited)])
    done = child("--db", folder / "store.db", "import", "warc", recorded)
    assert done.code == 0, done.err
    with serving(Mailroom(), password="another one") as room, failing() as hook:
        (folder / "own.toml").write_text(
            f'[mail]\nhost = "127.0.0.1"\nport = {room.port}\nsecurity = "none"\nuser = "{USER}"\n'
            'from = "exo@firm.example"\nto = ["kim@firm.example"]\n'
            f'[monitor]\ntell = ["kim@firm.example", "env:HOOK", "{folder}/alert.txt"]\nping = "env:PING_AT"\n'
            f'[[digests]]\nname = "all"\nperiod = "since-last"\ndeliver = ["kim@firm.example", "env:HOOK", "{folder}/d.eml"]\n'
        )
        proxy = f"http://{quote(PROXY[0])}:{quote(PROXY[1])}@127.0.0.1:1"
        environment = {
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
            "TMPDIR": str(folder),
            "EXOWATCH_MAIL_PASSWORD": IN_ENVIRONMENT,
            "HTTPS_PROXY": proxy,
            "HTTP_PROXY": proxy,
            "https_proxy": proxy,
            "http_proxy": proxy,
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "HOOK": f"http://127.0.0.1:{hook}/{HOOK}",
            "PING_AT": f"http://127.0.0.1:1/{PING}",
        }
        yield Planted(folder, environment, [])


def in_a_file(planted: Planted) -> dict[str, str]:
    """The same with the password in a file, which stands outside of what is searched."""
    path = a_file(planted.folder.parent, 0o600)
    return {"EXOWATCH_MAIL_PASSWORD": "", "EXOWATCH_MAIL_PASSWORD_FILE": str(path)}


class _Failing(http.server.BaseHTTPRequestHandler):
    """A web server that answers 500 and repeats the address it was asked for."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(500, f"no such place {self.path}")
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


def failing_server() -> http.server.ThreadingHTTPServer:
    return http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Failing)


class failing:  # noqa: N801  read as a sentence
    """The failing web server, running; its port."""

    def __enter__(self) -> int:
        self.server = failing_server()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return int(self.server.server_address[1])

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


LOUD: tuple[tuple[str, ...], ...] = (
    ("send",),
    ("--debug", "send", "--retry-refused"),
    ("status", "--tell"),
    ("--debug", "status", "--tell", "--json"),
    ("doctor", "--offline", "--mail"),
)
"""The commands that use the secrets, and fail."""
SINGLE = {
    "import warc": ["import", "warc", "{folder}/../x.warc.gz"],
    "import folder": ["import", "folder", "{folder}"],
    "show": ["show", LETTER],
    "diff": ["diff", LETTER],
    "search": ["search", "knees"],
    "query": ["query", "select * from delivery_attempts"],
    "mentions": ["mentions", LETTER],
    "digest": ["digest", "--period", "2025", "--out", "{folder}/digest.html"],
    "brief": ["brief", LETTER],
    "archive": ["archive", LETTER, "--out", "{folder}/copy.html"],
    "evidence": ["evidence", "{change}", "--out", "{folder}/pack.zip"],
    "verify": ["verify", "{folder}/pack.zip"],
    "register": ["register", "--period", "2025", "--out", "{folder}/register.html"],
    "review export": ["review", "export", "--out", "{folder}/sheet.csv"],
    "review import": ["review", "import", "{folder}/sheet.csv", "--by", "Kim"],
    "mute": ["mute", LETTER, "--by", "Kim", "--reason", "no"],
    "accept": ["accept", "fda_safety", "--missing", "--by", "Kim", "--reason", "no"],
    "watch add": ["watch", "add", LETTER, "--reason", "ours"],
    "watch remove": ["watch", "remove", LETTER],
    "crawl": ["crawl", "fda_safety", "--max-minutes", "0.1", "--set", "RETRY_PAUSES="],
    "doctor": ["doctor", "--source", "fda_safety"],
    "demo": ["demo", "--folder", "{folder}/demo"],
}
"""How a command is run that wants more than its name. One that is not here is run by its name alone, for some seconds."""


@pytest.mark.parametrize("place", ["environment", "file"])
def test_no_secret_leaves_the_commands_that_use_them(place: str, planted: Planted) -> None:
    more = in_a_file(planted) if place == "file" else {}

    codes = [planted.run(*words, **more) for words in LOUD]

    assert 0 not in codes
    assert planted.found() == []
    said = "\n".join(planted.said)
    for failure in ("does not take our name and password", "HTTP 500", "the sign of life was not taken"):
        assert failure in said
    assert "env:HOOK" in said


@pytest.mark.slow
def test_no_secret_leaves_any_command(planted: Planted) -> None:
    for words in LOUD:
        planted.run(*words, **in_a_file(planted))
    change = change_of(planted.folder / "store.db")

    for name in (*commands(), "review"):
        given = [word.format(folder=planted.folder, change=change) for word in SINGLE.get(name, name.split())]
        planted.run(*given, limit=60 if name in SINGLE else 20)
        planted.run("--debug", *given, "--no-such-option")

    assert len(planted.said) >= 3 * 2 * len(commands())
    assert planted.found() == []
    assert (planted.folder / "pack.zip").exists()


@pytest.mark.skipif(shutil.which("gzip") is None, reason="needs gzip")
def test_the_search_for_secrets_finds_them(planted: Planted) -> None:
    """What the tests above rest on."""
    with zipfile.ZipFile(planted.folder / "leak.zip", "w") as pack:
        pack.writestr(
            "warc/x.gz", subprocess.run(["gzip"], input=HOOK.encode(), capture_output=True, check=True).stdout
        )
    planted.said.append(f"said {IN_ENVIRONMENT}")

    assert [line.partition(" in ")[0] for line in planted.found()] == [IN_ENVIRONMENT, HOOK]


class _Repeating(socketserver.StreamRequestHandler):
    """A proxy that refuses, and repeats the password it was given in the line that says so."""

    def handle(self) -> None:
        sent = ""
        while (line := self.rfile.readline().decode("latin-1").strip()) != "":
            sent = line.partition(" ")[2] if line.lower().startswith("proxy-authorization:") else sent
        self.wfile.write(f"HTTP/1.1 407 no: {sent} {' '.join(PROXY)} {':'.join(PROXY)}\r\n\r\n".encode())


def test_a_proxy_that_repeats_its_password_gets_it_into_no_log_and_no_store(planted: Planted) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Repeating) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        proxy = f"http://{quote(PROXY[0])}:{quote(PROXY[1])}@127.0.0.1:{server.server_address[1]}"
        named = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), proxy)

        planted.run("crawl", "fda_safety", "--max-minutes", "0.2", "--set", "RETRY_PAUSES=", **named)
        planted.run(
            "--debug", "crawl", "fda_safety", "--max-minutes", "0.2", "--set", "RETRY_PAUSES=",
            "--set", "ROBOTSTXT_OBEY=False", "--set", "DOWNLOAD_DELAY=0", **named,
        )  # fmt: skip
        server.shutdown()

    assert planted.found() == []
    with Store(planted.folder / "store.db", readonly=True) as store:
        said = [
            message
            for (message,) in store.execute(
                "select message from visits where message is not null union select message from crawl_issues"
            )
        ]
    assert any("407" in message and "***" in message for message in said), said


def change_of(database: Path) -> str:
    with Store(database, readonly=True) as store:
        return str(store.execute("select id from changes limit 1").fetchone()[0])


def test_a_traceback_of_our_own_fault_is_without_secrets(tmp_path: Path) -> None:
    script = (
        "import sys; from exowatch import secrets; secrets.guard(); secrets.guard()\n"
        f"secrets.learn({IN_A_FILE!r})\n"
        f"print({IN_A_FILE!r}, file=sys.stderr)\n"
        f"raise RuntimeError({IN_A_FILE!r})"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert "RuntimeError: ***" in done.stderr
    assert IN_A_FILE not in done.stderr
