"""A parcel by webhook: one POST of JSON over verified TLS, through the proxy that the environment names."""

from __future__ import annotations

import http.client
import os
import ssl
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from exowatch import __version__
from exowatch.asking import hidden
from exowatch.carriers.ending import Ending, ended
from exowatch.config import BadConfig
from exowatch.mail_settings import NAMED
from exowatch.secrets import resolved
from store.outbox import Parcel, State

SECONDS = 30.0
_LATER = frozenset({408, 425, 429})


class _AsItCame(urllib.request.HTTPErrorProcessor):
    """Hands on every answer: a POST that was redirected has not arrived."""

    def http_response(self, request: Any, response: Any) -> Any:
        return response

    https_response = http_response


def carry(parcel: Parcel, seconds: float = SECONDS) -> Ending:
    """Post a digest. 2xx is acceptance; 408, 425, 429 and 5xx put it off, any other answer refuses it."""
    try:
        address = resolved(parcel.target, os.environ)
    except BadConfig as error:
        return ended(State.DEFERRED, str(error), soon=False)
    try:
        with opener().open(_request(address, parcel), timeout=seconds) as response:
            return _judged(int(response.status), str(response.reason or ""))
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        # The address may hold a secret of its own, as those of chat rooms do: only the host is named.
        said = hidden(str(reason)).replace(address, shown(parcel.target))
        return ended(State.DEFERRED, f"{shown(parcel.target)}: {type(reason).__name__}: {said}")


def shown(target: str) -> str:
    """A webhook's address without what may be its secret.

    >>> shown("https://hooks.example.org/T0/B0/secret?key=1")
    'https://hooks.example.org/…'
    >>> shown("env:CHAT_WEBHOOK")
    'env:CHAT_WEBHOOK'
    """
    if target.startswith(NAMED):
        return target
    parts = urlsplit(target)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}/…"


def _request(address: str, parcel: Parcel) -> urllib.request.Request:
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"exowatch/{__version__}",
        # The same at every attempt, so that the other side can tell a second arrival.
        "Idempotency-Key": parcel.message_id.strip("<>"),
    }
    return urllib.request.Request(address, parcel.body.encode(), headers, method="POST")  # noqa: S310 - checked when the configuration is read


def opener() -> urllib.request.OpenerDirector:
    """What asks over verified TLS, through the proxy that the environment names, and hands on every answer."""
    context = ssl.create_default_context()
    return urllib.request.build_opener(_AsItCame, urllib.request.HTTPSHandler(context=context))


def _judged(status: int, reason: str) -> Ending:
    said = f"HTTP {status} {reason}"
    if 200 <= status < 300:
        return ended(State.ACCEPTED, said)
    later = status in _LATER or status >= 500
    return ended(State.DEFERRED if later else State.REFUSED, said)
