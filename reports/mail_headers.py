"""What may stand in the headers of a mail: one address, one identifier, nothing that could begin a header of its own."""

from __future__ import annotations

import re
import unicodedata
from email.headerregistry import Address
from typing import Final

_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_MESSAGE_ID: Final = re.compile(r"<[A-Za-z0-9._=+-]{1,200}@[A-Za-z0-9.-]{1,253}>")
_UNSUBSCRIBE: Final = re.compile(r"(?:mailto:|https://)[!-;=?-~]{1,900}")


class BadHeader(ValueError):
    """An address or identifier that cannot stand in a mail's header. The message names the header and the finding."""


def address(header: str, text: str) -> Address:
    """One address, as `a@b.example` or `Name <a@b.example>`. Raises BadHeader."""
    if _has_control(text):
        raise BadHeader(f"{header}: line breaks and control characters cannot stand in an address, found {text!r:.80}")
    words, _, rest = text.strip().rpartition("<")
    plain = rest.removesuffix(">") if words or text.strip().startswith("<") else rest
    if not _ADDRESS.fullmatch(plain) or ".." in plain or (plain != rest) != ("<" in text) or set('<>,;:"') & set(words):
        raise BadHeader(f"{header}: expected one address such as name@example.org, found {text!r:.80}")
    return Address(words.strip(), addr_spec=plain)


def unsubscribe(text: str) -> str:
    """An address by which a reader asks to be left out, mailto: or https:. Raises BadHeader."""
    return _matching("List-Unsubscribe", text, _UNSUBSCRIBE)


def identifier(header: str, text: str) -> str:
    """An identifier such as `<name@example.org>`. Raises BadHeader."""
    return _matching(header, text, _MESSAGE_ID)


def _matching(header: str, text: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(text):
        raise BadHeader(f"{header}: cannot stand in a mail's header: {text!r:.80}")
    return text


def _has_control(text: str) -> bool:
    """Whether a sign in it could end a line, or hide: controls, separators, format characters."""
    return any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in text)
