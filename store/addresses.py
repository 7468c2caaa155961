"""Addresses as others state them, taken apart and made absolute: what is none leads nowhere, and never raises.

Editors paste what they like into links, and `urllib.parse` raises ValueError for some of it, on one part or another.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit

LONGEST = 8000
"""The octets of an address that every server should take (RFC 9110, section 4.1); no document stands at a longer one."""
_NOWHERE = SplitResult("", "", "", "", "")
_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")
"""What no address holds: control characters, halves of characters, and the sign for what could not be decoded."""


def parts_of(address: str) -> SplitResult:
    """An address taken apart, with a port that is a number or none; empty throughout where it is no address."""
    if not _may_be_one(address):
        return _NOWHERE
    try:
        found = urlsplit(address)
        return found if found.port != 0 else _NOWHERE  # a port that is no number shows only when it is asked for
    except ValueError:
        return _NOWHERE


def joined(base: str, stated: str) -> str:
    """A stated address, made absolute against that of its page; "" where it is none of the web's."""
    if not _may_be_one(stated):
        return ""
    try:
        address = urljoin(base, stated)
    except ValueError:
        return ""
    found = parts_of(address)
    return address if found.scheme in ("http", "https") and _is_host(found.hostname or "") else ""


def _may_be_one(text: str) -> bool:
    return len(text) <= LONGEST and _NEVER.search(text) is None


def _is_host(name: str) -> bool:
    return name != "" and not any(sign.isspace() for sign in name)
