"""Where digests go: the mail account, and the series of digests with their targets, checked as a whole."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from store.outbox import Channel

PASSWORD: Final = "EXOWATCH_MAIL_PASSWORD"  # noqa: S105  the name of the variable, not what it holds
NAMED: Final = "env:"
"""Before the name of a variable: the address of a webhook that stands in the environment, as it may hold a secret."""
KINDS: Final = ("week", "month", "quarter", "year")
"""The periods that come again and again."""
SINCE_LAST: Final = "since-last"
FILE_FORMS: Final = ("html", "txt", "json", "eml")
MAIL_KEYS: Final = frozenset({
    "host", "port", "security", "user", "password_file", "from", "to", "list_unsubscribe", "link"
})  # fmt: skip
DIGEST_KEYS: Final = frozenset({"name", "period", "deliver"})


class BadMail(ValueError):
    """What the configuration says of mail or digests cannot be used. The message names the key and the finding."""


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a digest goes: a mail address, the address of a webhook or `env:NAME` for it, or the path of a file."""

    channel: Channel
    place: str


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail account. `user` is "" for a server that asks for none; the password is never part of it.

    `password_file` is the path of a file that holds it, "" for none.
    """

    host: str = ""
    port: int = 587
    security: Security = Security.STARTTLS
    user: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()
    list_unsubscribe: str = ""
    link: str = ""
    password_file: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The keys without which no mail can be sent."""
        return tuple(key for key, value in (("host", self.host), ("from", self.sender)) if not value)

    @property
    def unsubscribe(self) -> str:
        """Where a reader asks to be left out: the sender, unless the configuration says otherwise."""
        plain = _address("from", self.sender) if self.sender else ""
        return self.list_unsubscribe or (f"mailto:{plain}?subject=unsubscribe" if plain else "")


@dataclass(frozen=True, slots=True)
class Series:
    """Digests that belong together: `period` is `week`, `month`, `quarter`, `year` or `since-last`."""

    name: str
    period: str
    deliver: tuple[Target, ...]


def mail_of(said: Mapping[str, Any]) -> Mail:
    """The `[mail]` table. Raises BadMail."""
    mail = Mail(
        host=_text(said, "host"),
        port=_port(said.get("port", 587)),
        security=_security(said.get("security", Security.STARTTLS)),
        user=_text(said, "user"),
        sender=_text(said, "from"),
        to=_texts(said.get("to", []), "[mail] to"),
        list_unsubscribe=_text(said, "list_unsubscribe"),
        link=_text(said, "link"),
        password_file=_text(said, "password_file"),
    )
    _check_headers(mail)
    if mail.user and mail.security is Security.NONE and not is_loopback(mail.host):
        raise BadMail('[mail] security: a password is never sent without TLS; use "starttls" or "tls"')
    return mail


def series_of(said: Sequence[Mapping[str, Any]], mail: Mail) -> tuple[Series, ...]:
    """The `[[digests]]` tables; a digest without `deliver` goes to the `to` of `[mail]`. Raises BadMail."""
    found = tuple(_series(entry, mail) for entry in said)
    names = [series.name for series in found]
    if double := next((name for name in names if names.count(name) > 1), ""):
        raise BadMail(f"[[digests]] name: {double!r} stands twice; each series has a name of its own")
    return found


def targets_of(places: Sequence[str], where: str = "deliver") -> tuple[Target, ...]:
    """Targets as they are written: `name@example.org`, `https://…`, `env:NAME`, `/path/to/{period}.html`.

    Raises BadMail, with `where` as the key.
    """
    return tuple(dict.fromkeys(_target(place, where) for place in places))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


_UNSUBSCRIBE: Final = re.compile(r"(?:mailto:|https://)[!-;=?-~]{1,900}")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_SERIES_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,63}")


def check_series_name(name: str) -> str:
    """The name, fit for a header and a file's name. Raises BadMail."""
    if not _SERIES_NAME.fullmatch(name):
        raise BadMail(f"series: expected letters, digits, blanks, - and _, found {name!r:.80}")
    return name


def _series(said: Mapping[str, Any], mail: Mail) -> Series:
    name, period = said.get("name"), said.get("period")
    if not isinstance(name, str) or not name:
        raise BadMail(f"[[digests]]: expected a `name`, found {dict(said)!r:.200}")
    if period not in (*KINDS, SINCE_LAST):
        raise BadMail(f"[[digests]] period: expected one of {', '.join((*KINDS, SINCE_LAST))}, found {period!r:.80}")
    places = _texts(said.get("deliver", list(mail.to)), "[[digests]] deliver")
    return Series(check_series_name(name), period, targets_of(places))


def _target(place: str, where: str) -> Target:
    if place.startswith(NAMED):
        return Target(Channel.WEBHOOK, check_variable(place, where))
    if place.startswith(("https://", "http://")):
        return Target(Channel.WEBHOOK, check_web_address(place, where))
    if place.startswith(("/", "~/")):
        if place.rpartition(".")[2] not in FILE_FORMS:
            raise BadMail(f"{where}: a file ends in .{', .'.join(FILE_FORMS)}; found {place!r:.200}")
        return Target(Channel.FILE, str(Path(place).expanduser()))
    try:
        return Target(Channel.SMTP, _address(where, place.removeprefix("mailto:")))
    except BadMail:
        raise BadMail(
            f"{where}: expected a mail address, an https address or the whole path of a file, found {place!r:.200}"
        ) from None


def check_variable(named: str, where: str) -> str:
    """`env:NAME`, if NAME can be the name of a variable. Raises BadMail."""
    if not _VARIABLE.fullmatch(named.removeprefix(NAMED)):
        raise BadMail(f"{where}: expected env: and the name of a variable, found {named!r:.80}")
    return named


def check_web_address(url: str, where: str) -> str:
    """An address that can be asked: https, or http on this machine. Raises BadMail, which never repeats it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or not url.isascii() or not url.isprintable() or " " in url:
        raise BadMail(f"{where}: a webhook whose address cannot be understood")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise BadMail(f"{where}: a webhook needs https; http is for this machine only, found {parts.scheme}://{host}")
    return url


def _address(key: str, text: str) -> str:
    """The address without the name before it. Raises BadMail."""
    # Loaded here: most commands read a configuration and send no mail.
    from reports.mail_headers import BadHeader, address

    try:
        return address(key, text).addr_spec
    except BadHeader as error:
        raise BadMail(str(error)) from error


def _check_headers(mail: Mail) -> None:
    """Refuse what could not stand in a header, before a digest is written for it."""
    for key, values in (("from", (mail.sender,) if mail.sender else ()), ("to", mail.to)):
        for value in values:
            _address(f"[mail] {key}", value)
    if mail.list_unsubscribe and not _UNSUBSCRIBE.fullmatch(mail.list_unsubscribe):
        raise BadMail(
            f"[mail] list_unsubscribe: expected a mailto: or https: address, found {mail.list_unsubscribe!r:.80}"
        )
    if not mail.host.isascii() or any(sign.isspace() or not sign.isprintable() for sign in mail.host + mail.link):
        raise BadMail("[mail] host, link: neither blanks nor control characters can stand here")


def _security(value: Any) -> Security:
    if value not in set(Security):
        raise BadMail(f"[mail] security: expected one of {', '.join(Security)}, found {value!r:.80}")
    return Security(value)


def _port(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 65536:
        raise BadMail(f"[mail] port: expected a number from 1 to 65535, found {value!r:.80}")
    return value


def _text(said: Mapping[str, Any], key: str) -> str:
    value = said.get(key, "")
    if not isinstance(value, str):
        raise BadMail(f"[mail] {key}: expected text, found {value!r:.80}")
    return value


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise BadMail(f"{where}: expected a list of texts, found {value!r:.200}")
    return tuple(value)
