"""Asking one question of a live site: the doctor's way to the network, as open about failures as a crawl is silent."""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler import headers, redirects
from crawler.source import ListRequest
from store import clock
from store.archive import Answer

_CHUNK = 64 * 1024

MayFollow = Callable[[str, tuple[str, ...]], bool]
Wait = Callable[[str], None]


class Unanswered(Exception):
    """No answer came that could be judged; the message says why, in one line without secrets.

    `unreachable` says that the host as a whole is the matter, so that asking on is pointless.
    """

    def __init__(self, message: str, *, unreachable: bool = True) -> None:
        super().__init__(message)
        self.unreachable = unreachable


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how large an answer may be."""

    seconds: float
    size: int


class _AsItCame(urllib.request.HTTPErrorProcessor):
    """Hands on every answer, redirects and errors included: what they mean is judged elsewhere."""

    def http_response(self, request: Any, response: Any) -> Any:
        return response

    https_response = http_response


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks over verified TLS, through the proxy that the environment names. `headers` go with every request."""

    headers: Mapping[str, str]
    wait: Wait
    opener: urllib.request.OpenerDirector = field(default_factory=lambda: _opener())

    def ask(self, request: ListRequest, limits: Limits, may_follow: MayFollow) -> Answer:
        """The answer at the end of the redirects worth following. Raises Unanswered."""
        url, method, body, hops = request.url, request.method, request.body or None, tuple[str, ...]()
        while True:
            self.wait(url)
            sent = {**self.headers, **dict(request.headers)}
            status, said, content = self._sent(url, method, sent, body, limits)
            stated = next((value for name, value in said if name.lower() == "location"), "")
            location = redirects.location(url, status, stated.encode("latin-1", "replace"))
            hops += (location,) if location else ()
            if not location or not may_follow(location, (request.url, *hops[:-1])):
                return Answer(request.url, url, status, headers.kept(said), content, clock.now(), hops)
            url = location
            if not redirects.keeps_method(status):
                method, body = "GET", None

    def _sent(
        self, url: str, method: str, sent: Mapping[str, str], body: bytes | None, limits: Limits
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        host = urlsplit(url).hostname or ""
        try:
            _refuse_private(host)
            request = urllib.request.Request(url, body, dict(sent), method=method)  # noqa: S310 - the fence allows https only
            with self.opener.open(request, timeout=limits.seconds) as response:
                content = _body(response, limits)
                return int(response.status), list(response.headers.items()), content
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unanswered(hidden(f"{_cause(error, limits.seconds)}{_by_way_of(host)}")) from error


def _opener() -> urllib.request.OpenerDirector:
    context = ssl.create_default_context()
    return urllib.request.build_opener(_AsItCame, urllib.request.HTTPSHandler(context=context))


def _body(response: Any, limits: Limits) -> bytes:
    """The whole body, unpacked. Raises Unanswered for one that is too long, too slow, or breaks off."""
    deadline = time.monotonic() + limits.seconds
    content = bytearray()
    while chunk := response.read(_CHUNK):
        content += chunk
        if len(content) > limits.size:
            raise Unanswered(f"more than {limits.size} bytes", unreachable=False)
        if time.monotonic() > deadline:
            raise Unanswered(f"not complete after {limits.seconds:g} s", unreachable=False)
    if getattr(response, "length", None):
        raise Unanswered(
            f"broke off after {len(content)} bytes, {response.length} more were promised", unreachable=False
        )
    if response.headers.get("Content-Encoding", "").lower() != "gzip":
        return bytes(content)
    unpacking = zlib.decompressobj(31)
    try:
        unpacked = unpacking.decompress(bytes(content), limits.size)
    except zlib.error as error:
        raise Unanswered(f"cannot be unpacked: {error}", unreachable=False) from error
    if unpacking.unconsumed_tail:
        raise Unanswered(f"more than {limits.size} bytes once unpacked", unreachable=False)
    return unpacked


def _refuse_private(host: str) -> None:
    """A crawl asks no address that is not public; behind a proxy the proxy decides. Raises Unanswered, or OSError."""
    if proxy_of(host):
        return
    found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)}
    private = sorted(address for address in found if not ipaddress.ip_address(address.partition("%")[0]).is_global)
    if private:
        raise Unanswered(f"its name leads to {private[0]}, which is not public; exowatch asks nothing there")


def _cause(error: BaseException, seconds: float) -> str:
    """What went wrong, in words; the reason often hides inside another error."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return (
            f"its certificate is not trusted ({reason.verify_message}); where the network inspects TLS, name the"
            " network's own certificate in SSL_CERT_FILE"
        )
    if isinstance(reason, socket.gaierror):
        return f"its name is not known here ({reason.strerror})"
    if isinstance(reason, TimeoutError):
        return f"no answer within {seconds:g} s"
    if isinstance(reason, ConnectionRefusedError):
        return "the connection was refused"
    if "Tunnel connection failed" in str(reason):
        return f"no tunnel to it{str(reason).partition('failed')[2]}"
    return f"{type(reason).__name__}: {reason}" if isinstance(reason, BaseException) else str(reason)


def _by_way_of(host: str) -> str:
    proxy = proxy_of(host)
    return f", by way of the proxy {shown(proxy)}" if proxy else ""


# Proxies, and the secrets in their addresses


def proxies() -> dict[str, str]:
    """The proxies that the environment names, by what they are for (`http`, `https`, `no`); with their secrets."""
    return urllib.request.getproxies()


def proxy_of(host: str) -> str:
    """The proxy through which a host is asked; "" for none."""
    return "" if urllib.request.proxy_bypass(host) else proxies().get("https", "")


def shown(proxy: str) -> str:
    """A proxy's address without its name and password.

    >>> shown("http://user:p@ss/word@proxy.example:8080")
    'http://***@proxy.example:8080'
    """
    return re.sub(r"^(\w+://)?.*@", r"\1***@", proxy)


def hidden(text: str) -> str:
    """A text without whatever names and passwords the proxies' addresses hold."""
    for proxy in proxies().values():
        secret = re.sub(r"^\w+://", "", proxy).rpartition("@")[0]
        user, _, password = secret.partition(":")
        for word in (secret, unquote(secret), password, unquote(password), user, unquote(user)):
            if len(word) >= 3:
                text = text.replace(word, "***")
    return text
