"""A sign of life: one GET of an address whose service tells somebody when the signs fail to come."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping

from exowatch import __version__
from exowatch.asking import hidden
from exowatch.carriers.webhook import opener, shown
from exowatch.config import BadConfig
from exowatch.secrets import hide, resolved
from reports.visible import visible

SECONDS = 10.0


def ping(address: str, ok: bool, environment: Mapping[str, str], seconds: float = SECONDS) -> str:
    """Ask the address, with `/fail` behind its path where all is not well; what is the matter, "" for nothing."""
    try:
        url = resolved(address, environment)
        path, mark, query = url.partition("?")
        asked = path if ok else f"{path.rstrip('/')}/fail"
        request = urllib.request.Request(asked + mark + query, headers={"User-Agent": f"exowatch/{__version__}"})  # noqa: S310 - checked when it was read
        with opener().open(request, timeout=seconds) as response:
            status = int(response.status)
    except BadConfig as error:
        return str(error)
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        said = visible(hide(hidden(str(reason)).replace(url, shown(address))))
        return f"{shown(address)}: {type(reason).__name__}: {said}"
    return "" if 200 <= status < 300 else f"{shown(address)}: HTTP {status}"
