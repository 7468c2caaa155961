"""Which addresses may become links."""

from __future__ import annotations

from urllib.parse import urlsplit

from reports.visible import visible


def is_web(url: str) -> bool:
    """Whether an address may become a link: http or https, with a host, and nothing in it that hides."""
    if visible(url) != url or any(sign.isspace() for sign in url):
        return False
    try:
        found = urlsplit(url)
    except ValueError:
        return False
    return found.scheme in ("http", "https") and bool(found.hostname)
