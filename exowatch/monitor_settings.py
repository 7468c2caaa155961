"""Who is told when the tool itself fails, and what is asked to notice its silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from exowatch.mail_settings import NAMED, BadMail, Mail, Target, check_variable, check_web_address, targets_of

MONITOR_KEYS: Final = frozenset({"tell", "ping"})


@dataclass(frozen=True, slots=True)
class Monitor:
    """The targets of alerts; `ping` is a web address or `env:NAME`, "" for none."""

    tell: tuple[Target, ...] = ()
    ping: str = ""


def monitor_of(said: Mapping[str, Any], mail: Mail) -> Monitor:
    """The `[monitor]` table; without `tell`, alerts go to the `to` of `[mail]`. Raises BadMail."""
    places = said.get("tell", list(mail.to))
    if not isinstance(places, list) or not all(isinstance(place, str) and place.strip() for place in places):
        raise BadMail(f"[monitor] tell: expected a list of texts, found {places!r:.200}")
    ping = said.get("ping", "")
    if not isinstance(ping, str):
        raise BadMail(f"[monitor] ping: expected an address, found {ping!r:.80}")
    if ping.startswith(NAMED):
        check_variable(ping, "[monitor] ping")
    elif ping:
        check_web_address(ping, "[monitor] ping")
    return Monitor(targets_of(places, "[monitor] tell"), ping)
