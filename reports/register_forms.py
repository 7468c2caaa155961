"""A register as CSV for spreadsheets, plain text, an HTML page and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from jinja2 import Template

from reports import register_rows as words
from reports.as_json import Json, change_json, review_json, run_json
from reports.markup import environment, is_code
from reports.plain import underlined, wrap
from reports.register import Item, PastReview, Read, Register, Week, delivery_state, open_items, standing, summary
from reports.review_sheet import NAMED
from reports.reviewing import decision_name, note_cell, note_line, review_words
from reports.spreadsheet import to_csv
from reports.visible import visible
from reports.wording import clock_time, counted, day, reference, sentence, window_words
from store.clock import shown
from store.records import Document
from store.reviews import fingerprint
from store.told import Delivery, SentDigest

# CSV

COLUMNS: Final = (
    "record",
    "state",
    "days_open",
    "days_overdue",
    "change",
    "document",
    "source",
    "number",
    "title",
    "url",
    "kind",
    "severity",
    "seen",
    "what",
    "decision",
    "reviewer",
    "reviewed",
    "note",
    "owner",
    "due",
    "texts",
    "from",
    "until",
)


def render_csv(register: Register) -> str:
    """One table: what is open, first what is overdue; then what was reviewed, sent and read. `record` tells the rows
    apart: `change`, `past review`, `digest`, `source week`."""
    return to_csv(COLUMNS, ([_cell(row.get(column, "")) for column in COLUMNS] for row in _records(register)))


def _cell(value: object) -> object:
    return note_cell(value) if isinstance(value, str) else value


def _records(register: Register) -> Iterator[Json]:
    waiting = open_items(register)
    yield from map(_item_record, waiting)
    yield from (_item_record(item) for item in register.items if item not in waiting)
    yield from map(_past_record, register.past)
    for digest in register.digests:
        for delivery in digest.deliveries or (None,):
            yield _digest_record(digest, delivery)
    yield from map(_week_record, register.weeks)


def _item_record(item: Item) -> Json:
    change, document, review = item.entry.change, item.entry.document, standing(item)
    found: Json = {
        "record": "change",
        "state": str(item.state),
        "days_open": "" if item.days_open is None else item.days_open,
        "days_overdue": item.days_overdue or "",
        "change": f"{NAMED}{change.id}",
        "document": document.id,
        "source": document.source,
        "number": document.number,
        "title": document.title,
        "url": document.url,
        "kind": str(change.kind),
        "severity": str(change.severity),
        "seen": window_words(change.window),
        "what": sentence(change, document),
        "texts": fingerprint(change),
        "from": shown(change.window.after) if change.window.after else "",
        "until": shown(change.window.until),
    }
    if review:
        found |= {
            "decision": str(review.said.decision),
            "reviewer": review.said.by,
            "reviewed": shown(review.at),
            "note": review.said.note,
            "owner": review.said.owner,
            "due": review.said.due or "",
        }
    return found


def _past_record(past: PastReview) -> Json:
    review, said = past.review, past.review.said
    return {
        "record": "past review",
        "state": _past_words(past),
        "change": f"{NAMED}{review.change}",
        "document": review.document,
        "title": past.title,
        "decision": str(said.decision),
        "reviewer": said.by,
        "reviewed": shown(review.at),
        "note": said.note,
        "owner": said.owner,
        "due": said.due or "",
    }


def _past_words(past: PastReview) -> str:
    return "superseded by a later review" if past.superseded else "of an earlier reading"


def _digest_record(digest: SentDigest, delivery: Delivery | None) -> Json:
    return {
        "record": "digest",
        "state": delivery_state(delivery) if delivery else "nothing to deliver",
        "title": digest.series,
        "what": f"{words.digest_words(digest)}. {words.delivery_words(delivery) if delivery else 'No delivery'}",
        "seen": shown(digest.at),
        "texts": f"seal {digest.seal}, digest {digest.sha256}",
        "from": shown(digest.period_start),
        "until": shown(digest.period_end),
    }


def _week_record(week: Week) -> Json:
    return {
        "record": "source week",
        "state": str(week.read),
        "source": week.card.name,
        "title": week.card.title,
        "seen": f"week {week.name}",
        "what": words.week_words(week),
        "from": f"day {week.first}",
        "until": f"day {week.last}",
    }


# Text


def render_text(register: Register) -> str:
    """The register in lines of at most 78 columns; only a longer address keeps its length."""
    return "\n".join(_lines(register)) + "\n"


def _lines(register: Register) -> Iterator[str]:
    if register.sample_data:
        yield from (wrap("SAMPLE DATA. Everything below is invented for a demonstration."), "")
    yield from (underlined(f"exowatch register for {register.period.label}", "="), wrap(words.span_words(register)), "")
    yield from (*map(wrap, summary(register)), "")
    yield from _section("Open", [line for item in open_items(register) for line in _item_lines(item)])
    sent = [line for digest in register.digests for line in _digest_lines(digest)]
    yield from _section("Digests sent", sent)
    yield from _section("Sources, week by week", list(_week_lines(register)))
    yield from _section("Changes and reviews", [line for item in register.items for line in _item_lines(item)])
    yield from _section("Reviews that no longer stand", [line for one in register.past for line in _past_lines(one)])
    yield from (wrap(words.MEANS), "", wrap(f"Seal of the facts it rests on: {register.seal}"))


def _section(title: str, lines: list[str]) -> Iterator[str]:
    yield from (underlined(title, "="), "", *(lines or ["None."]), "")


def _item_lines(item: Item) -> Iterator[str]:
    change, document = item.entry.change, item.entry.document
    yield wrap(f"{document.title}{_number(document)}", "* ")
    yield wrap(f"{words.state_words(item)}. {sentence(change, document)}", "  ")
    yield wrap(review_words(standing(item)), "  ")
    yield wrap(document.url, "  ")
    yield wrap(f"Seen {window_words(change.window)}; change {change.id}, texts {fingerprint(change)}", "  ")


def _number(document: Document) -> str:
    return f" ({reference(document)})" if document.number else ""


def _digest_lines(digest: SentDigest) -> Iterator[str]:
    yield wrap(f"{shown(digest.at)}: {words.digest_words(digest)}", "* ")
    for delivery in digest.deliveries:
        yield wrap(words.delivery_words(delivery), "  - ")
    yield wrap(f"digest {digest.sha256}", "  ")


def _week_lines(register: Register) -> Iterator[str]:
    said = ""
    for one in words.stretches(register):
        if one.first.card.name != said:
            said = one.first.card.name
            yield wrap(one.first.card.title, "* ")
        yield wrap(f"{one.name} ({one.first.first} to {one.last.last}): {words.week_words(one.first)}", "  - ")


def _past_lines(past: PastReview) -> Iterator[str]:
    yield wrap(f"{past.title}: {review_words(past.review)}; {_past_words(past)}; change {past.review.change}", "- ")


# HTML


def render_html(register: Register) -> str:
    """The register as one page with its styles inside, made for a screen and, on its side, for paper."""
    return _template().render(register=register, waiting=open_items(register), summary=summary(register))


@cache
def _template() -> Template:
    made = environment()
    made.filters |= {"shown": shown, "decision": decision_name, "note": note_line, "hash": fingerprint}
    made.globals |= {
        "words": words,
        "sentence": sentence,
        "reference": reference,
        "window_words": window_words,
        "counted": counted,
        "standing": standing,
        "past_words": _past_words,
        "day": day,
        "clock_time": clock_time,
        "full": Read.FULL,
        "lang": lambda document: document.language if is_code(document.language) else "",
    }
    return made.get_template("register.html.j2")


# JSON


def to_json(register: Register) -> Json:
    """The register as `register --json` prints it; `open` are ids of changes, the most pressing first."""
    return {
        "schema_version": 1,
        "period": {
            "label": register.period.label,
            "start": shown(register.period.start),
            "end": shown(register.period.end),
            "timezone": register.period.timezone,
        },
        "as_of": shown(register.as_of),
        "seal": register.seal,
        "open": [item.entry.change.id for item in open_items(register)],
        "open_before": register.open_before,
        "digests": [_digest_json(digest) for digest in register.digests],
        "sources": [_week_json(week) for week in register.weeks],
        "changes": [_item_json(item) for item in register.items],
        "carried": [_item_json(item) for item in register.carried],
        "past_reviews": [
            {
                "change": past.review.change,
                "document": past.review.document,
                "title": past.title,
                "superseded": past.superseded,
                "before_text": past.review.before_text,
                "after_text": past.review.after_text,
                **review_json(past.review),
            }
            for past in register.past
        ],
    }


def _digest_json(digest: SentDigest) -> Json:
    return {
        "series": digest.series,
        "at": shown(digest.at),
        "period": {"start": shown(digest.period_start), "end": shown(digest.period_end)},
        "as_of": shown(digest.as_of),
        "seal": digest.seal,
        "sha256": digest.sha256,
        "changes": digest.entries,
        "deliveries": [
            {
                "channel": delivery.channel,
                "target": words.target_words(delivery),
                "message_id": delivery.message_id,
                "state": delivery_state(delivery),
                "attempts": [
                    {"at": shown(one.at), "outcome": one.outcome, "message": one.message} for one in delivery.attempts
                ],
            }
            for delivery in digest.deliveries
        ],
    }


def _week_json(week: Week) -> Json:
    return {
        "source": week.card.name,
        "week": week.name,
        "first": week.first.isoformat(),
        "last": week.last.isoformat(),
        "complete": week.read is Read.FULL,
        "read": str(week.read),
        "missed": list(week.missed),
        "runs": [run_json(run) for run in week.runs],
    }


def _item_json(item: Item) -> Json:
    return {
        **change_json(item.entry.change, item.entry.document, standing(item)),
        "state": str(item.state),
        "days_open": item.days_open,
        "days_overdue": item.days_overdue,
        "texts": visible(fingerprint(item.entry.change)),
    }
