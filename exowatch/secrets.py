"""Secrets: where they may come from, and texts without them, wherever those go.

A secret is learnt here when it is read, so that whatever is written afterwards, by us or by a library, is without it.
"""

from __future__ import annotations

import base64
import json
import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TextIO
from urllib.parse import quote, unquote, urlsplit

from exowatch.config import BadConfig
from exowatch.mail_settings import NAMED, PASSWORD, BadMail, Mail, check_web_address

PASSWORD_FILE: Final = "EXOWATCH_MAIL_PASSWORD_FILE"  # noqa: S105  the name of the variable, not what it holds
HIDDEN: Final = "***"
_SHORTEST = 3
_PIECE = 8
_MOST = 4096

_learnt: set[str] = set()


# Where they come from


def password(mail: Mail, environment: Mapping[str, str]) -> str:
    """The password of the mail account: from the environment, or from the file that it or `[mail]` names; "" for none.

    Raises BadConfig for a file that cannot be read, or that others could read.
    """
    found = environment.get(PASSWORD, "")
    if not found and (named := environment.get(PASSWORD_FILE) or mail.password_file):
        found = _of_file(Path(named).expanduser(), environment)
    if found:
        learn(found, f"\0{mail.user}\0{found}")
    return found


def whence(mail: Mail, environment: Mapping[str, str]) -> str:
    """Where the password is to come from, in words; "" for nowhere."""
    if environment.get(PASSWORD):
        return f"{PASSWORD} in the environment"
    named = environment.get(PASSWORD_FILE) or mail.password_file
    return f"the file {named}" if named else ""


def _of_file(path: Path, environment: Mapping[str, str]) -> str:
    if path.exists() and not path.is_file():
        raise BadConfig(f"{path}: expected a file with the password, found something else")
    try:
        with path.open("rb") as file:
            _check(path, os.fstat(file.fileno()), environment)
            content = file.read(_MOST + 1)
    except OSError as error:
        raise BadConfig(f"{path}: the password cannot be read: {error.strerror}") from error
    try:
        found = content.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        found = ""
    if not found or len(content) > _MOST or not found.isprintable():
        # Its content is not repeated, nor where in it the fault is.
        raise BadConfig(f"{path}: expected one line with the password, found something else")
    return found


def _check(path: Path, found: os.stat_result, environment: Mapping[str, str]) -> None:
    """Refuse a file that is open to others. What systemd hands over in its own folder only this service can read."""
    handed_over = environment.get("CREDENTIALS_DIRECTORY")
    if os.name != "posix" or (handed_over and path.resolve().is_relative_to(Path(handed_over).resolve())):
        return
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o077:
        raise BadConfig(f"{path}: expected a file that only its owner can read (600 or 400), found {mode:o}")
    if found.st_uid not in (0, os.geteuid()):
        raise BadConfig(f"{path}: expected a file of this account or of root, found one of account {found.st_uid}")


def resolved(address: str, environment: Mapping[str, str]) -> str:
    """The web address, or the one in the variable that `env:NAME` names. Raises BadConfig, which never repeats it."""
    if not address.startswith(NAMED):
        return address
    name = address.removeprefix(NAMED)
    value = environment.get(name, "")
    if not value:
        raise BadConfig(f"{address}: {name} is not in the environment")
    learn_address(value)
    try:
        return check_web_address(value, address)
    except BadMail as error:
        raise BadConfig(hide(str(error))) from None


# Texts without them


def learn(*values: str) -> None:
    """Keep these out of every text from now on, in whatever form a program writes them."""
    for value in values:
        if len(value) >= _SHORTEST:
            _learnt.update(form for form in _forms(value) if len(form) >= _SHORTEST)


def learn_address(address: str) -> None:
    """Keep a web address out of every text, and those of its pieces that could be what is secret in it."""
    learn(address)
    try:
        parts = urlsplit(address)
    except ValueError:
        return
    rest = f"{parts.path}?{parts.query}" if parts.query else parts.path
    pieces = re.split(r"[/?&=;]", rest)
    learn(*(piece for piece in (rest.strip("/"), parts.password or "", *pieces) if len(piece) >= _PIECE))


def hide(text: str) -> str:
    """The text without any secret that is in use."""
    for proxy in _proxies():
        learn(proxy, proxy.partition(":")[2])
    learn(os.environ.get(PASSWORD, ""))
    for secret in sorted(_learnt, key=len, reverse=True):
        if secret in text:
            text = text.replace(secret, HIDDEN)
    return text


def _proxies() -> Iterator[str]:
    """The names with their passwords in the addresses of proxies."""
    for name, value in os.environ.items():
        if name.lower().endswith("_proxy") and "@" in value:
            yield re.sub(r"^\w+://", "", value).rpartition("@")[0]


def _forms(value: str) -> Iterator[str]:
    for one in {value, unquote(value)}:
        yield from (one, quote(one), quote(one, safe=""), repr(one)[1:-1], json.dumps(one)[1:-1])
        coded = base64.b64encode(one.encode("utf-8", "surrogateescape")).decode("ascii")
        yield from (coded, coded.rstrip("="))


class _Guarded:
    """A stream that writes nothing secret, and is otherwise the stream it was."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        self._stream.write(hide(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def guard() -> None:
    """Keep secrets out of all that this process writes to stderr: messages, logs of libraries, tracebacks."""
    if not isinstance(sys.stderr, _Guarded):
        sys.stderr = _Guarded(sys.stderr)
