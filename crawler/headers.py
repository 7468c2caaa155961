"""Headers of an answer: which are kept with it."""

from __future__ import annotations

from collections.abc import Iterable

_SECRETS = frozenset({"set-cookie", "authorization", "proxy-authorization"})


def kept(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The headers without those that let somebody in."""
    return tuple((name, value) for name, value in headers if name.lower() not in _SECRETS)
