"""The register of a period, from what the store answers to what the reports compose."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from crawler.source import classes
from exowatch.config import Config
from exowatch.digesting import seal
from exowatch.source_state import card, unread
from reports import register_forms as forms
from reports.entries import ChangeEntry
from reports.period import Period
from reports.register import PastReview, Register, SourceRun, compose
from store import lookup
from store.database import Store
from store.errors import Unknown
from store.records import Change
from store.reviews import Review, Reviewed, reviewed
from store.told import sent_digests


def register(store: Store, config: Config, period: Period, as_of: datetime, *, facts: Store | None = None) -> Register:
    """What was sent, read, decided and left open in a period, as it stood at an instant.

    Where `store` is a copy wound back to that instant, `facts` is the store itself, whose chain the seal is made of.
    """
    until = min(period.end, as_of)
    changes = lookup.changes(store, since=period.start, until=until)
    before = lookup.changes(store, until=min(period.start, as_of))
    known = reviewed(store, until=as_of)
    return compose(
        period=period,
        as_of=as_of,
        seal=seal(facts or store, as_of),
        sources=[card(source) for source in classes().values() if config.enabled(source.name)],
        runs=[SourceRun(run, unread(run)) for run in lookup.runs(store, since=period.start, until=until)],
        digests=sent_digests(store, period.start, period.end, known_by=as_of),
        changes=_entries(store, changes, known),
        carried=_entries(store, _with_action(before, known), known),
        open_before=sum(known.standing(change.id) is None for change in before),
        past=list(_past(store, period, changes, known)),
        sample_data=config.sample_data,
    )


def _with_action(changes: Iterable[Change], known: Reviewed) -> Iterator[Change]:
    for change in changes:
        review = known.standing(change.id)
        if review and review.said.due:
            yield change


def _entries(store: Store, changes: Iterable[Change], known: Reviewed) -> list[ChangeEntry]:
    return [
        ChangeEntry(change, lookup.document_in(store, change), review=known.standing(change.id)) for change in changes
    ]


def _past(store: Store, period: Period, changes: Iterable[Change], known: Reviewed) -> Iterator[PastReview]:
    """The reviews made in the period, or of what changed in it, that no longer stand; in the order of writing."""
    ours = {change.id for change in changes}
    documents = {change.document for change in changes}
    found = [
        (one, True)
        for change, made in known.by_change.items()
        for one in made[:-1]
        if change in ours or one.at in period
    ]
    found += [(one, False) for one in known.earlier if one.document in documents or one.at in period]
    for one, superseded in sorted(found, key=lambda pair: pair[0].id):
        yield PastReview(one, _title(store, one), superseded)


def _title(store: Store, one: Review) -> str:
    try:
        return lookup.document(store, one.document).title
    except Unknown:
        return one.document


def rendered(found: Register, form: str) -> bytes:
    """The register in one of its forms: `csv`, `html`, `text`, `pdf` or `json`."""
    if form == "pdf":
        from reports.pdf import render_pdf

        return render_pdf(forms.render_html(found), found.as_of)
    text = {"csv": forms.render_csv, "html": forms.render_html, "text": forms.render_text, "json": _json}[form](found)
    return text.encode("utf-8")


def _json(found: Register) -> str:
    return json.dumps(forms.to_json(found), ensure_ascii=False, indent=2) + "\n"
