"""Which addresses may become links."""

from __future__ import annotations

import re
from typing import Final

from reports.visible import visible
from store.addresses import parts_of

# As a browser would ask for it; it takes a backslash for "/" and goes to another host than the one read here.
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")


def is_web(url: str) -> bool:
    """Whether an address may become a link: http or https, nothing in it that hides, and a host that is what it seems.

    >>> is_web("https://www.fda.gov/letters?page=2"), is_web("https://www.fda.gov@attacker.example/")
    (True, False)
    """
    if visible(url) != url or "\\" in url or any(sign.isspace() for sign in url):
        return False
    found = parts_of(url)
    is_plain = "@" not in found.netloc and _HOST.fullmatch(found.hostname or "") is not None
    return found.scheme in ("http", "https") and is_plain
