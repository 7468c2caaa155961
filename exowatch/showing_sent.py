"""Showing what was sent: digests and deliveries as the command line prints them, for people and for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exowatch.carriers.webhook import shown as without_secret
from exowatch.console import Console
from exowatch.sending import Rehearsed, Report, Sent
from reports.digest import Digest
from store.clock import shown
from store.outbox import ALERTS, Channel, State


def give_report(console: Console, report: Report, *, as_json: bool) -> None:
    """What a run did; whatever has not arrived is told on stderr in either form."""
    if as_json:
        digests = [digest_json(series, digest) for series, digest in report.digests]
        sent = [sent_json(sent) for sent in report.sent]
        console.json({"digests": digests, "nothing_due": list(report.nothing), "deliveries": sent})
    for name in () if as_json else report.nothing:
        console.answer(f"{name}: nothing is due")
    give_sent(console, report.sent, quiet=as_json)


def give_sent(console: Console, sent: Sequence[Sent], *, quiet: bool) -> None:
    """A line for each delivery: what arrived as the answer, unless `quiet`; what did not, as a fault."""
    for one in sent:
        if one.state is not State.ACCEPTED:
            console.fault(_line(one))
        elif not quiet:
            console.answer(_line(one))


def give_rehearsed(console: Console, rehearsed: Sequence[Rehearsed], *, as_json: bool) -> None:
    """What a run would have sent, and into which files it was written instead."""
    if as_json:
        items = [
            {**digest_json(one.series, one.digest), "file": str(one.file)}
            for one in rehearsed
            if one.digest is not None
        ]
        nothing = [one.series for one in rehearsed if one.digest is None]
        console.json({"dry_run": True, "digests": items, "nothing_due": nothing})
        return
    for one in rehearsed:
        console.answer(f"{one.series}: nothing is due" if one.digest is None else f"written: {one.file}")


def digest_json(series: str, digest: Digest) -> dict[str, Any]:
    """A digest as `send` names it: what it covers and which changes it tells."""
    period = digest.period
    return {
        "series": series,
        "period": {"label": period.label, "start": shown(period.start), "end": shown(period.end)},
        "as_of": shown(digest.as_of),
        "seal": digest.seal,
        "changes": [entry.change.id for entry in digest.changes],
        "learned_late": sorted(digest.learned_late),
    }


def sent_json(sent: Sent) -> dict[str, Any]:
    """A delivery as `send` prints it; `again` says that an earlier attempt may have arrived too."""
    return {
        "series": sent.delivery.series,
        "channel": sent.delivery.parcel.channel.value,
        "target": _target(sent),
        "message_id": sent.delivery.parcel.message_id,
        "outcome": sent.state.value,
        "again": sent.again,
        "message": sent.message,
    }


def _line(sent: Sent) -> str:
    again = " (again under the same Message-ID: an earlier attempt may have arrived)" if sent.again else ""
    said = f"{sent.delivery.series}: {_target(sent)}: {sent.state}{again}: {sent.message}"
    again_by = "status --tell" if sent.delivery.series == ALERTS else "send"
    ways = {
        State.DEFERRED: f"; the next `exowatch {again_by}` tries again",
        State.REFUSED: "; put it right, then `exowatch send --retry-refused`",
    }
    return said + ways.get(sent.state, "")


def _target(sent: Sent) -> str:
    parcel = sent.delivery.parcel
    return without_secret(parcel.target) if parcel.channel is Channel.WEBHOOK else parcel.target
