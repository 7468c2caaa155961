"""Carriers against servers on this machine: TLS, passwords, webhooks and their answers."""

from __future__ import annotations

import http.server
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from exowatch.carriers import smtp, webhook
from exowatch.carriers.smtp import Account
from exowatch.demo.certificates import RunAuthority
from exowatch.mail_settings import Security
from store.outbox import Channel, Parcel, State
from tests.mailroom import Mailroom, serving

SECRET = "correct horse battery"
MAIL = Parcel(Channel.SMTP, "kim@firm.example", "<one@firm.example>", "Subject: one\r\n\r\n.leading dot\r\nend\r\n")


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunAuthority:
    made = RunAuthority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.ca_file))
    return made


def mail_context(authority: RunAuthority, host: str = "localhost") -> ssl.SSLContext:
    authority.context(host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.ca_file.parent / "host-1.pem")
    return context


def account(port: int, security: Security = Security.STARTTLS, **said: Any) -> Account:
    return Account("localhost", port, security, "exowatch@firm.example", **{"step_seconds": 2, "seconds": 5, **said})


# TLS and passwords


def test_a_mail_goes_over_starttls_with_name_and_password(authority: RunAuthority) -> None:
    with serving(Mailroom(), tls=mail_context(authority), password=SECRET) as room:
        ending = smtp.carry(MAIL, account(room.port, user="exo", password=SECRET))

    assert (ending.state, ending.message) == (State.ACCEPTED, "250 taken")
    assert room.taken == [("kim@firm.example", MAIL.body.encode())]


def test_a_password_that_cannot_be_sent_puts_it_off_without_being_told() -> None:
    with serving(Mailroom(), password="another one") as room:
        ending = smtp.carry(MAIL, account(room.port, Security.NONE, user="exo", password="wörd"))

    assert (ending.state, ending.soon) == (State.DEFERRED, False)
    assert "beyond ASCII" in ending.message
    assert "ö" not in ending.message


def test_a_wrong_password_puts_it_off_and_is_not_tried_again_at_once(authority: RunAuthority) -> None:
    with serving(Mailroom(), tls=mail_context(authority), password="another one") as room:
        ending = smtp.carry(MAIL, account(room.port, user="exo", password=SECRET))

    assert (ending.state, ending.soon) == (State.DEFERRED, False)
    assert "does not take our name and password" in ending.message
    assert SECRET not in ending.message
    assert room.taken == []


def test_the_password_is_not_in_what_is_printed_of_an_account() -> None:
    assert SECRET not in repr(account(25, user="exo", password=SECRET))


def test_without_starttls_nothing_is_sent_in_the_clear() -> None:
    with serving(Mailroom()) as room:
        ending = smtp.carry(MAIL, account(room.port))

    assert (ending.state, ending.soon) == (State.DEFERRED, False)
    assert "no STARTTLS" in ending.message
    assert room.stages == []


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_of_another_host_is_not_trusted(authority: RunAuthority, security: Security) -> None:
    context = mail_context(authority, "mail.other.example")
    starttls = security is Security.STARTTLS

    with serving(Mailroom(), tls=context if starttls else None, wrapped=None if starttls else context) as room:
        ending = smtp.carry(MAIL, account(room.port, security))

    assert ending.state is State.DEFERRED
    assert "certificate is not trusted" in ending.message
    assert room.taken == []


def test_an_authority_that_nobody_knows_is_not_trusted(tmp_path: Path) -> None:
    with serving(Mailroom(), tls=mail_context(RunAuthority(tmp_path))) as room:
        ending = smtp.carry(MAIL, account(room.port))

    assert ending.state is State.DEFERRED
    assert "certificate is not trusted" in ending.message


def test_a_mail_goes_over_tls_from_the_first_byte(authority: RunAuthority) -> None:
    with serving(Mailroom(), wrapped=mail_context(authority)) as room:
        ending = smtp.carry(MAIL, account(room.port, Security.TLS))

    assert ending.state is State.ACCEPTED
    assert len(room.taken) == 1


def test_nobody_there_puts_it_off() -> None:
    with serving(Mailroom()) as room:
        pass

    ending = smtp.carry(MAIL, account(room.port, Security.NONE))

    assert ending.state is State.DEFERRED
    assert "connection was refused" in ending.message


def test_what_a_server_says_is_shown_without_its_control_signs() -> None:
    with serving(Mailroom({"MAIL": ["550 \x1b[31mno \u202e" + "x" * 1000]})) as room:
        ending = smtp.carry(MAIL, account(room.port, Security.NONE))

    assert ending.state is State.REFUSED
    assert ending.message.isprintable()
    assert len(ending.message) <= 300


def test_reach_asks_and_sends_nothing(authority: RunAuthority) -> None:
    with serving(Mailroom(), tls=mail_context(authority), password=SECRET) as room:
        good = smtp.reach(account(room.port, user="exo", password=SECRET))
        bad = smtp.reach(account(room.port, user="exo", password="another"))

    assert good == ""
    assert "does not take our name and password" in bad
    assert room.stages == []


# Webhooks


@dataclass
class Hook:
    """A web server that answers each POST with a status and keeps what it was sent."""

    status: int = 200
    location: str = ""
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0


@contextmanager
def listening(hook: Hook, context: ssl.SSLContext | None = None) -> Iterator[Hook]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.asked.append((self.path, dict(self.headers), body))
            self.send_response(hook.status)
            if hook.location:
                self.send_header("Location", hook.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    hook.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()


def posted(hook: Hook, scheme: str = "http", host: str = "127.0.0.1") -> Parcel:
    target = f"{scheme}://{host}:{hook.port}/room/{SECRET.replace(' ', '-')}"
    return Parcel(Channel.WEBHOOK, target, "<one@firm.example>", json.dumps({"title": "Söhne"}))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, State.ACCEPTED),
        (202, State.ACCEPTED),
        (204, State.ACCEPTED),
        (301, State.REFUSED),
        (308, State.REFUSED),
        (400, State.REFUSED),
        (404, State.REFUSED),
        (408, State.DEFERRED),
        (425, State.DEFERRED),
        (429, State.DEFERRED),
        (500, State.DEFERRED),
        (503, State.DEFERRED),
    ],
)
def test_a_webhook_is_judged_by_its_status(status: int, state: State) -> None:
    with listening(Hook(status, "http://127.0.0.1:1/elsewhere" if status in (301, 308) else "")) as hook:
        ending = webhook.carry(posted(hook))

    assert ending.state is state
    assert ending.message.startswith(f"HTTP {status}")
    assert len(hook.asked) == 1


def test_a_webhook_gets_json_under_a_name_that_stays() -> None:
    with listening(Hook()) as hook:
        webhook.carry(posted(hook))

    ((_, headers, body),) = hook.asked
    assert json.loads(body) == {"title": "Söhne"}
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["Idempotency-Key"] == "one@firm.example"


def test_a_webhook_over_tls_is_verified(authority: RunAuthority) -> None:
    with listening(Hook(), mail_context(authority)) as hook:
        good = webhook.carry(posted(hook, "https", "localhost"))
        bad = webhook.carry(posted(hook, "https", "127.0.0.1"))

    assert good.state is State.ACCEPTED
    assert bad.state is State.DEFERRED
    assert "certificate" in bad.message.lower()


def test_the_secret_in_a_webhooks_address_is_not_told() -> None:
    with listening(Hook()) as hook:
        pass

    ending = webhook.carry(posted(hook))

    assert ending.state is State.DEFERRED
    assert "horse" not in ending.message
    assert "127.0.0.1" in ending.message


def test_the_proxy_of_the_environment_is_used_for_webhooks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with listening(Hook()) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        webhook.carry(Parcel(Channel.WEBHOOK, "http://hooks.example/x", "<one@firm.example>", "{}"))

    assert [path for path, *_ in proxy.asked] == ["http://hooks.example/x"]
