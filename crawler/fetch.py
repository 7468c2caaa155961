"""One target, one answer: redirects followed, network errors tried again, Retry-After honoured."""

from __future__ import annotations

import asyncio
import email.utils
import struct
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from twisted.internet.error import ConnectError, ConnectionClosed, DNSLookupError

from crawler import guards, headers, redirects
from crawler.pace import Pace
from crawler.refusals import Refusal
from crawler.source import Source
from store import clock
from store.archive import Answer, Held
from store.records import Outcome

NETWORK_ERRORS = (
    CannotResolveHostError,
    ConnectError,
    ConnectionClosed,
    DNSLookupError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    TunnelError,
)
"""What may be over in a moment, and is tried again."""
_THE_WORLD = {"OpenSSL", "brotli", "brotlicffi", "ssl", "twisted", "zlib", "zstandard"}
"""The libraries through which the network speaks; what they raise is no mistake of ours."""
_PATIENCE = 120.0

Download = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Ask:
    """What to ask for; `held` gives the validators of the last full answer, for its own address only.

    `most` is how many bytes the answer may have, 0 for the usual bound.
    """

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    held: Held | None = None
    most: int = 0


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back, with what the guards need to know about the way it came."""

    answer: Answer
    flags: frozenset[str] = frozenset()


class Unanswered(Exception):
    """Nothing came back that could be judged. `outcome` says what became of the target, the text says why."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches for one source. `deadline` is when its time budget ends, by the machine's steady clock."""

    source: Source
    download: Download
    pace: Pace
    pauses: Sequence[float] = (5.0, 20.0)
    hops: int = 5
    deadline: float = field(default=float("inf"))

    async def fetch(self, ask: Ask) -> Fetched:
        """The answer at the end of the redirects worth following. Raises Unanswered."""
        current, hops = ask, tuple[str, ...]()
        while True:
            response, flags = await self._answered(current)
            location = location_of(response)
            hops += (location,) if location else ()
            if not location or not guards.may_follow(self.source, location, (ask.url, *hops[:-1]), self.hops):
                return Fetched(_answer(ask, current, response, hops), flags)
            current = _redirected(current, response.status, location)

    async def _answered(self, ask: Ask) -> tuple[Response, frozenset[str]]:
        """The response to one request; a server that asks for a little patience is asked again, once."""
        response, conditional = await self._response(ask)
        given_up = False
        if response.status in (429, 503) and response.headers.get("Retry-After") is not None:
            wait = _retry_after(response)
            if wait <= _PATIENCE and time.monotonic() + wait < self.deadline:
                self.pace.postpone(urlsplit(ask.url).hostname or "", wait)
                response, conditional = await self._response(ask)
            given_up = response.status in (429, 503)
        flags = set(response.flags) & {guards.PARTIAL}
        flags |= {guards.CONDITIONAL} if conditional else set()
        flags |= {guards.GIVEN_UP} if given_up else set()
        return response, frozenset(flags)

    async def _response(self, ask: Ask) -> tuple[Response, bool]:
        if not self.source.allows(ask.url):
            raise Unanswered(Outcome.OFF_SITE, f"{ask.url} is outside {self.source.name}")
        validators = _validators(ask)
        sent = [*ask.headers, *validators]
        try:
            meta = {"dont_redirect": True, **({"download_maxsize": ask.most} if ask.most else {})}
            request = Request(ask.url, method=ask.method, headers=sent, body=ask.body, meta=meta)
            pauses = [pause for pause in self.pauses if time.monotonic() + pause < self.deadline]
            return await persistently(lambda: self.download(request.copy()), pauses), bool(validators)
        except Refusal as refusal:
            raise Unanswered(refusal.outcome, str(refusal)) from refusal
        except DownloadTimeoutError as error:
            raise Unanswered(Outcome.TIMEOUT, str(error)) from error
        except ResponseDataLossError as error:
            raise Unanswered(Outcome.TRUNCATED, f"the body broke off: {_cause(error)}") from error
        except (EOFError, struct.error) as error:  # a gzip that ends before its first bytes can be unpacked
            raise Unanswered(Outcome.TRUNCATED, f"the compressed body breaks off: {_cause(error)}") from error
        except NETWORK_ERRORS as error:
            raise Unanswered(Outcome.NETWORK_ERROR, _cause(error)) from error
        except (DownloadCancelledError, IgnoreRequest) as error:
            # Scrapy gives up on a body in two places, on the wire and while unpacking it, both for its size only.
            raise Unanswered(Outcome.TOO_LARGE, str(error)) from error
        except UnsupportedURLSchemeError as error:
            raise Unanswered(Outcome.NETWORK_ERROR, str(error)) from error
        except Exception as error:
            if not isinstance(error, OSError) and type(error).__module__.partition(".")[0] not in _THE_WORLD:
                raise
            raise Unanswered(Outcome.NETWORK_ERROR, _cause(error)) from error


async def persistently(download: Callable[[], Awaitable[Response]], pauses: Sequence[float]) -> Response:
    """Try, and after a network error try again after each pause."""
    for pause in pauses:
        try:
            return await download()
        except NETWORK_ERRORS:
            await asyncio.sleep(pause)
    return await download()


def _validators(ask: Ask) -> list[tuple[str, str]]:
    """The server's own words back to it, byte for byte; never a time of ours."""
    if ask.held is None or ask.held.url != ask.url:
        return []
    named = (("If-None-Match", ask.held.etag), ("If-Modified-Since", ask.held.last_modified))
    return [(name, value) for name, value in named if value]


def location_of(response: Response) -> str:
    """The absolute address that a redirect names; "" for any other answer."""
    return redirects.location(response.url, response.status, response.headers.get("Location") or b"")


def _redirected(ask: Ask, status: int, location: str) -> Ask:
    if redirects.keeps_method(status):
        return replace(ask, url=location)
    return replace(ask, url=location, method="GET", body=b"")


def _answer(ask: Ask, last: Ask, response: Response, hops: tuple[str, ...]) -> Answer:
    said = ((name, value) for name, values in response.headers.items() for value in values)
    return Answer(
        url=ask.url,
        final_url=last.url,
        status=response.status,
        headers=headers.kept((name.decode("latin-1"), value.decode("latin-1")) for name, value in said),
        body=response.body,
        moment=clock.now(),
        redirects=hops,
    )


def _retry_after(response: Response) -> float:
    """The seconds a server asks us to wait, which it may write as a number or as a date."""
    said = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if said.isdecimal():
        return float(said)
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(said) - clock.now()).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _cause(error: BaseException) -> str:
    """The plain words of an error, down to the one that started it: TLS reasons hide three levels deep."""
    words = [f"{type(error).__name__}: {error}"]
    while error.__cause__ is not None:
        error = error.__cause__
        words.append(f"{type(error).__name__}: {error}")
    return " < ".join(words)[:500]
