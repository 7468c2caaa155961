"""A real mail server on this machine that can be told to fail at a stage, and keeps what it took."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

DROP = "drop"
SLOW = "slow"


@dataclass
class Mailroom:
    """What the server took, and how it fails: `faults` maps a stage (MAIL, RCPT, DATA, TAKEN) to its answers in turn.

    An answer is a line such as "451 later", DROP to end the connection, or SLOW to say nothing; once the answers of a
    stage are used up, it consents. `TAKEN` is reached when the message was kept: whatever fails there, it arrived.
    `on` is called with the stage before its answer.
    """

    faults: dict[str, list[str]] = field(default_factory=dict)
    on: Callable[[str], None] = lambda stage: None
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(body, policy=policy.SMTP) for _, body in self.taken]

    @property
    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages]

    def _answer(self, stage: str, server: SMTP, consent: str) -> str:
        self.stages.append(stage)
        self.on(stage)
        queue = self.faults.get(stage, [])
        answer = queue.pop(0) if queue else consent
        if answer == DROP:
            transport: Any = server.transport
            transport.abort()
            return "421 gone"
        return answer

    async def _slowly(self, answer: str) -> str:
        if answer != SLOW:
            return answer
        import asyncio

        await asyncio.sleep(3)
        return "451 too late"

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._slowly(self._answer("MAIL", server, "250 OK"))
        if answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._slowly(self._answer("RCPT", server, "250 OK"))
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        answer = await self._slowly(self._answer("DATA", server, ""))
        if answer:
            return answer
        assert isinstance(envelope.content, bytes)
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        return await self._slowly(self._answer("TAKEN", server, "250 taken"))


class _Controller(Controller):
    """Listens on a port that the machine chooses."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serving(
    room: Mailroom, *, tls: ssl.SSLContext | None = None, wrapped: ssl.SSLContext | None = None, password: str = ""
) -> Iterator[Mailroom]:
    """The server, running: with STARTTLS for `tls`, with TLS from the start for `wrapped`, asking for a password."""

    def authenticated(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == password.encode(), handled=False)

    controller = _Controller(
        room,
        hostname="127.0.0.1",
        port=0,
        tls_context=tls,
        ssl_context=wrapped,
        authenticator=authenticated if password else None,
        auth_required=bool(password),
        auth_require_tls=bool(tls),
    )
    controller.start()
    room.port = controller.port
    try:
        yield room
    finally:
        controller.stop()


def unhurried(seconds: float) -> None:
    """A wait between attempts that takes no time in a test."""
    time.sleep(0)
