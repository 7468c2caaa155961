"""Which addresses may become links."""

from __future__ import annotations

from reports.visible import visible
from store.addresses import parts_of


def is_web(url: str) -> bool:
    """Whether an address may become a link: http or https, with a host, and nothing in it that hides."""
    if visible(url) != url or any(sign.isspace() for sign in url):
        return False
    found = parts_of(url)
    return found.scheme in ("http", "https") and bool(found.hostname)
