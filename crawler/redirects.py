"""Redirects, whoever asks: which answers are one, where they lead, and what is sent there."""

from __future__ import annotations

from w3lib.url import safe_url_string

from store.addresses import joined

STATUSES = frozenset({301, 302, 303, 307, 308})
_WITH_THE_SAME_METHOD = frozenset({307, 308})


def location(url: str, status: int, stated: bytes) -> str:
    """The absolute address to which the answer from `url` redirects, by its Location header; "" where it does not.

    What is no address is given back as it came: it is shown, is within no fence, and so is followed by nobody.
    """
    if status not in STATUSES or not stated:
        return ""
    try:
        address = joined(url, safe_url_string(stated.strip()))
    except ValueError:
        address = ""
    return address.partition("#")[0] or stated.decode("latin-1")


def keeps_method(status: int) -> bool:
    """Whether the same method and body are sent to the new address; otherwise it is asked with a plain GET."""
    return status in _WITH_THE_SAME_METHOD
