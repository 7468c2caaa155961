"""The regulators' sites at three moments of 2025: any request in, the sites' answer out, nothing remembered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

from exowatch.demo import canada_pages, fda_pages, news_api
from exowatch.demo.answer import WorldAnswer
from exowatch.demo.noise import Noise

MOMENTS = (
    datetime(2025, 1, 15, 8, tzinfo=UTC),
    datetime(2025, 8, 20, 8, tzinfo=UTC),
    datetime(2025, 12, 10, 8, tzinfo=UTC),
)
HOSTS = frozenset({fda_pages.HOST, canada_pages.HOST, news_api.HOST})


def answer(
    state: int, method: str, url: str, headers: Mapping[str, str], body: bytes = b"", serial: int = 0
) -> WorldAnswer:
    """What the world says to one request in `state`; `serial` moves whatever changes without meaning.

    A host that is not part of the world is answered 502, as a proxy would.
    """
    parts = urlsplit(url)
    if parts.hostname not in HOSTS:
        return WorldAnswer(502, {"Content-Type": "text/plain"}, b"This host is not part of the demo.\n")
    if parts.scheme == "http":
        return _dated(state, WorldAnswer(301, {"Location": parts._replace(scheme="https").geturl()}))
    return _dated(state, _site(state, method, url, body, Noise(state, url, serial)))


def _site(state: int, method: str, url: str, body: bytes, noise: Noise) -> WorldAnswer:
    host = urlsplit(url).hostname
    if host == fda_pages.HOST:
        return fda_pages.answer(state, method, url, body, noise)
    if host == canada_pages.HOST:
        return canada_pages.answer(state, MOMENTS[state], url, noise)
    return news_api.answer(state, url)


def _dated(state: int, given: WorldAnswer) -> WorldAnswer:
    date = format_datetime(MOMENTS[state], usegmt=True)
    return WorldAnswer(given.status, {"Date": date, **given.headers}, given.body)
