"""A parcel by mail: one connection, verified TLS, and nothing called delivered before the server said 250."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from exowatch.carriers.ending import Ending, ended
from exowatch.mail_settings import Security
from store.outbox import Parcel, State


@dataclass(frozen=True, slots=True)
class Account:
    """The mail server and who we are to it. `sender` is the plain address of the envelope.

    `step_seconds` bounds each wait for the server but the last, `seconds` the whole attempt.
    """

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    step_seconds: float = 30
    seconds: float = 300


class _Answered(Exception):
    """The server answered a step with something other than consent."""

    def __init__(self, step: str, code: int, said: bytes) -> None:
        super().__init__(f"{step}: {code} {said.decode('utf-8', 'replace')}")
        self.code = code

    @property
    def ending(self) -> Ending:
        return ended(State.REFUSED if self.code >= 500 else State.DEFERRED, str(self))


def carry(parcel: Parcel, account: Account) -> Ending:
    """Bring a mail to its server. 4xx and a lost connection put it off, 5xx to its envelope or text refuses it."""
    handed_over = False
    try:
        with _connected(account) as client:
            _step("MAIL", client.mail(account.sender))
            _step("RCPT", client.rcpt(parcel.target))
            handed_over = True
            # A server may look through a mail for minutes before it says 250; giving up early would send it twice.
            if client.sock is not None:
                client.sock.settimeout(account.seconds)
            code, said = client.data(parcel.body.encode("ascii"))
            _step("DATA", (code, said))
            return ended(State.ACCEPTED, f"{code} {said.decode('utf-8', 'replace')}")
    except _Answered as answer:
        return answer.ending
    except smtplib.SMTPDataError as error:
        return _Answered("DATA", error.smtp_code, _bytes(error.smtp_error)).ending
    except _Unfit as error:
        return ended(State.DEFERRED, str(error), soon=False)
    except (OSError, smtplib.SMTPException) as error:
        doubt = "; it was being handed over and may have arrived" if handed_over else ""
        return ended(State.DEFERRED, f"{_cause(error, account)}{doubt}")


class _Unfit(Exception):
    """The server or our account with it is the matter: trying again at once would meet the same."""


def reach(account: Account) -> str:
    """Ask the server whether it takes us, sending nothing; what is the matter, "" for nothing."""
    try:
        with _connected(account):
            return ""
    except _Unfit as error:
        return ended(State.DEFERRED, str(error)).message
    except (OSError, smtplib.SMTPException) as error:
        return ended(State.DEFERRED, _cause(error, account)).message


@contextmanager
def _connected(account: Account) -> Iterator[smtplib.SMTP]:
    """A session in which the server knows us. Raises _Unfit, OSError, SMTPException."""
    client = _client(account)
    with _bounded(client, account.seconds):
        try:
            _greeted(client, account)
            yield client
            # Not waiting for its answer: until the acceptance is written down, a kill would send the mail again.
            with suppress(OSError, smtplib.SMTPException):
                client.putcmd("quit")
        finally:
            client.close()


def _client(account: Account) -> smtplib.SMTP:
    if account.security is Security.TLS:
        client: smtplib.SMTP = smtplib.SMTP_SSL(timeout=account.step_seconds, context=ssl.create_default_context())
    else:
        client = smtplib.SMTP(timeout=account.step_seconds)
    # The name that the certificate must carry. The constructor takes it only together with connecting at once, when
    # nothing could yet end a server that never comes to the point.
    client._host = account.host  # type: ignore[attr-defined]
    return client


@contextmanager
def _bounded(client: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """End the connection after so many seconds: a server that sends one byte now and then meets no other limit."""

    def end() -> None:
        if isinstance(client.sock, socket.socket):
            with suppress(OSError):
                client.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _greeted(client: smtplib.SMTP, account: Account) -> None:
    code, said = client.connect(account.host, account.port)
    if code != 220:
        raise _Unfit(f"the server does not take connections: {code} {said.decode('utf-8', 'replace')}")
    client.ehlo_or_helo_if_needed()
    if account.security is Security.STARTTLS:
        if not client.has_extn("starttls"):
            raise _Unfit("the server offers no STARTTLS, and nothing is sent in the clear; see `security` in [mail]")
        try:
            client.starttls(context=ssl.create_default_context())
        except ssl.SSLCertVerificationError as error:
            raise _Unfit(f"its certificate is not trusted ({error.verify_message})") from error
        client.ehlo()
    if account.user:
        _log_in(client, account)


def _log_in(client: smtplib.SMTP, account: Account) -> None:
    try:
        client.login(account.user, account.password)
    except smtplib.SMTPAuthenticationError as error:
        said = _bytes(error.smtp_error).decode("utf-8", "replace")
        raise _Unfit(f"the server does not take our name and password: {error.smtp_code} {said}") from None
    except UnicodeError:
        # Its own message would show which character stands where.
        raise _Unfit("our name or password has a character beyond ASCII, which no mail server is sent") from None
    except smtplib.SMTPNotSupportedError:
        raise _Unfit("the server asks for no password; leave `user` in [mail] empty") from None


def _step(name: str, answer: tuple[int, bytes]) -> None:
    if not 200 <= answer[0] < 300:
        raise _Answered(name, *answer)


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode("utf-8", "replace")


def _cause(error: Exception, account: Account) -> str:
    """What went wrong, in words without secrets."""
    place = f"{account.host}:{account.port}"
    if isinstance(error, TimeoutError):
        return f"{place}: no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{place}: its certificate is not trusted ({error.verify_message})"
    if isinstance(error, socket.gaierror):
        return f"{place}: its name is not known here ({error.strerror})"
    if isinstance(error, ConnectionRefusedError):
        return f"{place}: the connection was refused"
    return f"{place}: {error}"
