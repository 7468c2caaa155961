"""Sending: what is due becomes a digest in the outbox, and what is in the outbox is brought to its targets.

A digest is written down with its entries and deliveries before anything leaves the machine, and an attempt before it is
made. So a crash at any point leaves either nothing or something that the next run finishes.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from exowatch import periods
from exowatch.carriers import file, smtp, webhook
from exowatch.carriers.ending import Ending
from exowatch.config import BadConfig, Config
from exowatch.digesting import digest as compose
from exowatch.mail_settings import PASSWORD, SINCE_LAST, Series, Target
from exowatch.secrets import password
from exowatch.whole import write_whole
from exowatch.wiring import writing
from reports.as_json import change_json
from reports.corrected import correction
from reports.digest import Digest, to_json
from reports.mail import compose_mail
from reports.period import Period
from store import clock, lookup, outbox
from store.corrections import Mended, mended
from store.database import Store
from store.locks import hold
from store.outbox import Channel, Delivery, Parcel, SentDigest, SentEntry, State
from store.records import Kind
from store.rules import rules_of
from store.since_last import Due, Reach, due

BACK_OFF: Final = (5.0, 20.0, 60.0)
"""Seconds before each further attempt within a run; then the next run goes on."""
NOBODY: Final = "exowatch@localhost"
"""The sender of a mail that is written to a file where no account is set up."""
_QUIET: Final = timedelta(days=1)

Carry = Callable[[Parcel], Ending]
Wait = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A digest that is asked for; `period` is None for all that came since the last one of the series."""

    series: str
    period: Period | None
    deliver: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery of this run, and how it stands at its end; `again` when an earlier attempt may have arrived too."""

    delivery: Delivery
    state: State
    message: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did: the digests written down, the series that had nothing to send, and every delivery attempted."""

    digests: tuple[tuple[str, Digest], ...]
    nothing: tuple[str, ...]
    sent: tuple[Sent, ...]

    @property
    def complete(self) -> bool:
        """Whether everything in the outbox has arrived."""
        return all(sent.state is State.ACCEPTED for sent in self.sent)


def send(
    database: Path,
    config: Config,
    wanted: Sequence[Wanted],
    *,
    retry_refused: bool = False,
    account: smtp.Account | None = None,
    back_off: Sequence[float] = BACK_OFF,
    wait: Wait = time.sleep,
) -> Report:
    """Write down what is due and deliver all that is pending. Raises Held while another run sends, BadConfig.

    The account is the configured one with its password, unless given.
    """
    carriers = carriers_of(account or account_of(config, os.environ))
    for one in wanted:
        check(config, one, os.environ)
    with hold(database, "outbox", "sending digests"), writing(database, config) as (store, _):
        digests, nothing, numbers = [], [], set()
        for one in wanted:
            with store.snapshot():  # a crawl may go on meanwhile, and a digest is of one moment
                found = prepared(store, config, one, clock.now())
            if found is None:
                nothing.append(one.series)
                continue
            digests.append((one.series, found))
            numbers.add(_record(store, config, one, found))
        queue = [*outbox.pending(store), *(outbox.refused(store) if retry_refused else ())]
        sent = [*_deliver(store, queue, carriers, back_off, wait)]
        done = {one.delivery.id for one in sent}
        left = (d for number in sorted(numbers) for d in outbox.deliveries(store, number) if d.id not in done)
        sent.extend(Sent(delivery, delivery.state or State.BEGUN, delivery.message) for delivery in left)
    return Report(tuple(digests), tuple(nothing), tuple(sent))


def deliver(
    database: Path,
    config: Config,
    series: str,
    *,
    account: smtp.Account | None = None,
    back_off: Sequence[float] = BACK_OFF,
    wait: Wait = time.sleep,
) -> list[Sent]:
    """Deliver what is pending of one series, writing no digest. Raises Held while another run sends, BadConfig."""
    with hold(database, "outbox", f"sending {series}"), Store(database) as store:
        queue = [delivery for delivery in outbox.pending(store) if delivery.series == series]
        carriers = carriers_of(account or account_of(config, os.environ)) if queue else {}
        return [*_deliver(store, queue, carriers, back_off, wait)]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A digest that would be sent, and the file that holds it as a mail; both None where nothing is due."""

    series: str
    digest: Digest | None
    file: Path | None


def rehearsed(store: Store, config: Config, wanted: Sequence[Wanted], out: Path | None) -> list[Rehearsed]:
    """What `send` would send, written into files as mails; `out` is for a single one. Nothing is written down."""
    found = []
    for one in wanted:
        digest = prepared(store, config, one, clock.now())
        path = None
        if digest is not None:
            path = out or Path(f"exowatch-{one.series.replace(' ', '-')}-{slug(digest.period)}.eml")
            recipients = tuple(target.place for target in one.deliver if target.channel is Channel.SMTP)
            write_whole(path, mail(config, one.series, digest, recipients))
        found.append(Rehearsed(one.series, digest, path))
    return found


def wanted_of(config: Config, now: datetime, name: str | None = None) -> list[Wanted]:
    """The digests that the configuration names, each for its last period that is over; only one, where it is named."""
    chosen = [series for series in config.digests if name in (None, series.name)]
    return [Wanted(series.name, _period_of(series, config, now), series.deliver) for series in chosen]


def _period_of(series: Series, config: Config, now: datetime) -> Period | None:
    return None if series.period == SINCE_LAST else periods.completed(series.period, now, config.timezone)


# What is due


def since_last(store: Store, config: Config, series: str, now: datetime) -> Digest:
    """All that a series has not told by this instant, be it nothing."""
    reach = outbox.reach(store, series)
    began = (reach.told_until or reach.origin) if reach else None
    # Asked in the very second in which the last digest ended, it covers one second in which nothing was seen yet.
    period = _since(store, config, began, now if began is None else max(now, began + timedelta(seconds=1)))
    return compose(
        store,
        config,
        period,
        now,
        due=_due(store, series, reach or Reach(period.start), now),
        corrections=map(correction, mendings(store, series)),
    )


def mendings(store: Store, series: str) -> tuple[Mended, ...]:
    """What the series told earlier and would tell otherwise today."""
    tellings = outbox.told(store, series)
    documents = {telling.document for telling in tellings}
    present = [change for change in lookup.changes(store) if change.document in documents]
    entries = [(change, canonical(change_json(change, lookup.document_in(store, change)))) for change in present]
    return mended(tellings, entries, rules_of(store).fingerprint())


def prepared(store: Store, config: Config, wanted: Wanted, now: datetime) -> Digest | None:
    """The digest that would be sent, None where there is nothing to send: the series has reached that far.

    It covers what lies between the last digest of the series and the end of the period, and holds what was learned
    late from before.
    """
    reach = outbox.reach(store, wanted.series)
    period = _span(store, config, wanted, reach, now)
    if period is None:
        return None
    found = _due(store, wanted.series, reach or Reach(period.start), min(period.end, now))
    wrong = [correction(one) for one in mendings(store, wanted.series)]
    if wanted.period is None and reach and not found.changes and not wrong and not _worth_saying(store, period):
        return None
    return compose(store, config, period, now, due=found, corrections=wrong)


def _due(store: Store, series: str, reach: Reach, end: datetime) -> Due:
    changes = lookup.changes(store, until=end)
    return due(changes, outbox.told(store, series), reach, end, outbox.learned(store, series))


def _span(store: Store, config: Config, wanted: Wanted, reach: Reach | None, now: datetime) -> Period | None:
    """From where the series stopped to the end of the period; the period itself for the first digest."""
    end = wanted.period.end if wanted.period else now
    began = (reach.told_until or reach.origin) if reach else None
    if began is not None and began >= end:
        return None
    if wanted.period is None:
        return _since(store, config, began, now)
    if wanted.period.start >= now:
        raise periods.BadPeriod(f"{wanted.period.label} has not begun; there is nothing to send of it")
    if began is None or began == wanted.period.start:
        return wanted.period
    return Period(f"{_day(began, config)} to {wanted.period.label}", began, end, config.timezone.key)


def _since(store: Store, config: Config, began: datetime | None, now: datetime) -> Period:
    if began is not None:
        return Period(f"since {_day(began, config)}", began, now, config.timezone.key)
    first = next((run.started for run in lookup.runs(store)), now)
    changes = (change.window.until for change in lookup.changes(store))
    begin = min((first, *changes, now - timedelta(days=1)))
    return Period(f"until {_day(now, config)}", begin, now, config.timezone.key)


def _day(moment: datetime, config: Config) -> str:
    return moment.astimezone(config.timezone).date().isoformat()


def _worth_saying(store: Store, period: Period) -> bool:
    """Whether no change is news too: something was read since the last digest, or nothing was for a day."""
    return period.end - period.start >= _QUIET or bool(lookup.runs(store, since=period.start, until=period.end))


# Into the outbox


def _record(store: Store, config: Config, wanted: Wanted, digest: Digest) -> int:
    said = canonical(to_json(digest))
    name = sha256(said.encode()).hexdigest()
    sent = SentDigest(
        series=wanted.series,
        start=digest.period.start,
        end=min(digest.period.end, digest.as_of),
        as_of=digest.as_of,
        seal=digest.seal,
        rules=rules_of(store).fingerprint(),
        sha256=name,
    )
    parcels = [parcel(config, wanted.series, digest, target, name) for target in wanted.deliver]
    entries = [*_entries(digest), *map(_mended_entry, mendings(store, wanted.series))]
    return outbox.record(store, sent, entries, parcels)


def _entries(digest: Digest) -> Iterator[SentEntry]:
    for entry in digest.changes:
        change = entry.change
        said = canonical(change_json(change, entry.document))
        yield SentEntry(change.id, change.document, change.kind, change.window.until, said)


def _mended_entry(one: Mended) -> SentEntry:
    """A correction as it is written down: what is told from now on, so that it is told once."""
    now = json.loads(one.now)
    until = clock.parse(now["window"]["until"])
    return SentEntry(str(now["id"]), one.telling.document, Kind(now["kind"]), until, one.now)


def canonical(said: object) -> str:
    """JSON in one form: equal values, equal text."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def parcel(config: Config, series: str, digest: Digest, target: Target, name: str) -> Parcel:
    """A digest made ready for one target; `name` is the SHA-256 of its JSON."""
    place = target.place.replace("{period}", slug(digest.period)) if target.channel is Channel.FILE else target.place
    message_id = identifier(config, f"{series}\n{name}\n{target.channel}\n{place}")
    if target.channel is Channel.SMTP:
        body = mail(config, series, digest, (place,), message_id).decode("ascii")
    elif target.channel is Channel.WEBHOOK:
        body = canonical({"series": series, "message_id": message_id, **to_json(digest)})
    else:
        body = _file(config, series, digest, place, message_id)
    return Parcel(target.channel, place, message_id, body)


def mail(config: Config, series: str, digest: Digest, recipients: tuple[str, ...], message_id: str = "") -> bytes:
    """The digest as the bytes of a mail; equal digests give equal bytes."""
    own, sender = config.mail, config.mail.sender or NOBODY
    name = sha256(canonical(to_json(digest)).encode()).hexdigest()
    message = compose_mail(
        digest,
        sender=sender,
        recipients=recipients,
        message_id=message_id or identifier(config, f"{series}\n{name}\n{recipients}"),
        date=digest.as_of,
        list_unsubscribe=own.unsubscribe or f"mailto:{sender}?subject=unsubscribe",
        link=own.link.replace("{period}", slug(digest.period)),
        thread=identifier(config, f"{series}\nthread"),
    )
    return message.as_bytes()


def slug(period: Period) -> str:
    """A period's label as a part of a file's name.

    >>> from datetime import UTC
    >>> slug(Period("since 2025-08-20", datetime(2025, 8, 20, tzinfo=UTC), datetime(2025, 8, 21, tzinfo=UTC), "UTC"))
    'since-2025-08-20-until-2025-08-21T000000Z'
    """
    label = re.sub(r"[^A-Za-z0-9-]+", "-", period.label).strip("-")
    # What is told since the last digest has no name of its own: two in one day must not meet in one file.
    moment = clock.shown(period.end).replace(":", "")
    if label.startswith("until-"):
        return f"until-{moment}"
    return f"{label}-until-{moment}" if label.startswith("since-") else label


def identifier(config: Config, of: str) -> str:
    """A Message-ID of our domain: the same for the same text."""
    domain = config.mail.sender.rpartition("@")[2].removesuffix(">") or "exowatch.invalid"
    # Short, so that the header is not folded: some servers misread one that is.
    return f"<{sha256(of.encode()).hexdigest()[:32]}@{domain}>"


def _file(config: Config, series: str, digest: Digest, place: str, message_id: str) -> str:
    from reports.render import render_html, render_text

    form = place.rpartition(".")[2]
    if form == "eml":
        return mail(config, series, digest, config.mail.to, message_id).decode("ascii")
    if form == "json":
        return json.dumps(to_json(digest), ensure_ascii=False, indent=2) + "\n"
    return render_html(digest) if form == "html" else render_text(digest)


# Out of the outbox


def check(config: Config, wanted: Wanted, environment: Mapping[str, str]) -> None:
    """Refuse before anything is written what could never be delivered. Raises BadConfig."""
    if not wanted.deliver:
        raise BadConfig(f"series {wanted.series}: nobody to send to; set `to` in [mail], or `deliver` in [[digests]]")
    if any(target.channel is Channel.SMTP for target in wanted.deliver):
        if config.mail.missing:
            raise BadConfig(f"[mail]: set {' and '.join(config.mail.missing)} before a digest can be mailed")
        if config.mail.user and not password(config.mail, environment):
            raise BadConfig(f"[mail] user is set, and {PASSWORD} is not: put the password into the environment")


def carriers_of(account: smtp.Account) -> Mapping[Channel, Carry]:
    """What brings a parcel to its target, by channel."""
    return {
        Channel.SMTP: lambda parcel: smtp.carry(parcel, account),
        Channel.WEBHOOK: webhook.carry,
        Channel.FILE: file.carry,
    }


def account_of(config: Config, environment: Mapping[str, str]) -> smtp.Account:
    """The mail account with its password, which is read here and kept nowhere else. Raises BadConfig."""
    own = config.mail
    sender = own.sender.rpartition("<")[2].removesuffix(">")
    return smtp.Account(own.host, own.port, own.security, sender, own.user, password(own, environment))


def _deliver(
    store: Store, queue: Sequence[Delivery], carriers: Mapping[Channel, Carry], back_off: Sequence[float], wait: Wait
) -> Iterable[Sent]:
    """Attempt each, those put off again after each back-off; how each stands in the end, in the order of the queue."""
    done: dict[int, Sent] = {}
    left = list(queue)
    for pause in (None, *back_off):
        if pause is not None:
            wait(pause)
        endings = [(delivery, _attempt(store, delivery, carriers)) for delivery in left]
        for delivery, ending in endings:
            again = delivery.in_doubt or (delivery.id in done and done[delivery.id].again)
            done[delivery.id] = Sent(delivery, ending.state, ending.message, again)
        left = [
            replace(delivery, state=ending.state)
            for delivery, ending in endings
            if ending.state is State.DEFERRED and ending.soon
        ]
        if not left:
            break
    return [done[delivery.id] for delivery in queue]


def _attempt(store: Store, delivery: Delivery, carriers: Mapping[Channel, Carry]) -> Ending:
    told = (
        "sent again under the same Message-ID: the end of an earlier attempt is not known" if delivery.in_doubt else ""
    )
    outbox.attempt(store, delivery.id, State.BEGUN, told)
    ending = carriers[delivery.parcel.channel](delivery.parcel)
    outbox.attempt(store, delivery.id, ending.state, ending.message)
    return ending
