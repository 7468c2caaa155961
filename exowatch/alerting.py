"""Alerting: each failure is told once, and once that it is well again, by the outbox that digests go through.

What was told is compared with what is found, and written down with the messages that tell of it, in one transaction. So
a crash at any point leaves either nothing or something that the next pass finishes.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from exowatch.carriers import smtp
from exowatch.config import BadConfig, Config
from exowatch.health import Item
from exowatch.mail_settings import Target
from exowatch.sending import BACK_OFF, NOBODY, Sent, Wait, canonical, deliver, identifier
from reports import alert as forms
from reports.alert import Telling
from reports.mail_envelope import Envelope, message
from store import alerts, clock
from store.alerts import Alert, State
from store.database import Store
from store.outbox import ALERTS, Channel, Parcel
from store.outbox import State as Arrived


@dataclass(frozen=True, slots=True)
class Told:
    """What one pass told of, and how every delivery that it attempted stands."""

    alerts: tuple[Alert, ...]
    sent: tuple[Sent, ...]

    @property
    def complete(self) -> bool:
        """Whether everything that was to be told has arrived."""
        return all(sent.state is Arrived.ACCEPTED for sent in self.sent)


def tell(
    database: Path,
    config: Config,
    items: Sequence[Item],
    *,
    account: smtp.Account | None = None,
    back_off: Sequence[float] = BACK_OFF,
    wait: Wait = time.sleep,
    between: Callable[[], None] = lambda: None,
) -> Told:
    """Tell what is newly failing and what is well again, and deliver what earlier passes could not.

    `between` is called when all is written down and nothing is delivered yet, which may take minutes. Raises BadConfig,
    before anything is written, where a target could never be reached, and Held while another run sends: what was
    written down then waits for the next pass.
    """
    check(config)
    found = record(database, config, items)
    between()
    return Told(found, tuple(deliver(database, config, ALERTS, account=account, back_off=back_off, wait=wait)))


def record(database: Path, config: Config, items: Sequence[Item]) -> tuple[Alert, ...]:
    """Write down what is to be told, with a parcel for each target, all or nothing."""
    with Store(database) as store, store.write():
        now = clock.now()
        news = [*compared(items, alerts.failing(store), now)]
        found = tuple(map(_alert, news))
        parcels = [_parcel(config, news, target, now) for target in config.monitor.tell] if news else []
        if found:
            alerts.record(store, found, parcels)
    return found


def compared(items: Sequence[Item], failing: Mapping[str, Alert], now: datetime) -> Iterator[Telling]:
    """What is to be told: what fails and was not told, and what was told and fails no more."""
    for item in items:
        before = failing.get(item.name)
        if not item.ok and before is None and not item.early:
            yield Telling(item.name, item.since or now, None, item.headline or item.name, item.message, item.advice)
        elif item.ok and before is not None:
            yield Telling(item.name, before.since, now, "", item.message)
    present = {item.name for item in items}
    for name, before in failing.items():
        if name not in present:
            yield Telling(name, before.since, now, "", "no longer looked at: it is not in the configuration any more")


def check(config: Config) -> None:
    """Refuse targets that could never be reached. Raises BadConfig."""
    if config.mail.missing and any(target.channel is Channel.SMTP for target in config.monitor.tell):
        missing = " and ".join(config.mail.missing)
        raise BadConfig(f"[mail]: set {missing} before an alert can be mailed, or take addresses out of [monitor] tell")


def _alert(one: Telling) -> Alert:
    return Alert(one.about, State.RECOVERED if one.until else State.FAILING, one.since, one.message)


def _parcel(config: Config, news: Sequence[Telling], target: Target, now: datetime) -> Parcel:
    moment = clock.shown(now)
    place = target.place.replace("{period}", re.sub(r"[^0-9TZ-]", "", moment))
    said = forms.to_json(news)
    message_id = identifier(config, f"{ALERTS}\n{moment}\n{canonical(said)}\n{target.channel}\n{place}")
    if target.channel is Channel.SMTP:
        return Parcel(target.channel, place, message_id, _mail(config, news, (place,), message_id, now))
    if target.channel is Channel.WEBHOOK:
        return Parcel(
            target.channel, place, message_id, canonical({"series": ALERTS, "message_id": message_id, **said})
        )
    return Parcel(target.channel, place, message_id, _file(config, news, place, message_id, now))


def _file(config: Config, news: Sequence[Telling], place: str, message_id: str, now: datetime) -> str:
    form = place.rpartition(".")[2]
    if form == "eml":
        return _mail(config, news, config.mail.to, message_id, now)
    if form == "json":
        return json.dumps(forms.to_json(news), ensure_ascii=False, indent=2) + "\n"
    return forms.to_html(news) if form == "html" else f"{forms.subject_of(news)}\n\n{forms.to_text(news)}"


def _mail(config: Config, news: Sequence[Telling], to: tuple[str, ...], message_id: str, now: datetime) -> str:
    own, sender = config.mail, config.mail.sender or NOBODY
    envelope = Envelope(
        sender=sender,
        recipients=to,
        message_id=message_id,
        date=now,
        list_unsubscribe=own.unsubscribe or f"mailto:{sender}?subject=unsubscribe",
        thread=identifier(config, f"{ALERTS}\nthread"),
    )
    made = message(envelope, forms.subject_of(news), forms.to_text(news), forms.to_html(news))
    return made.as_bytes().decode("ascii")
