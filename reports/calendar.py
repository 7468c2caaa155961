"""The dates ahead as a calendar file (RFC 5545): one all-day event for each, the same bytes for the same dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from reports.dates_ahead import DateAhead, DateKind, dates_ahead
from reports.digest import Digest
from reports.links import is_web
from reports.visible import visible
from reports.wording import day, published_sentence, reference
from store.records import sha256

_NOTES: Final = {
    DateKind.COMMENTS_DUE: (
        "Comments may be sent at any time; this date secures that they are considered before work on the final version"
        " begins (21 CFR 10.115(g)(5))."
    ),
    DateKind.CONSULTATION_CLOSES: "The page states this as the day on which the consultation closes to new input.",
}


def render_calendar(digest: Digest) -> str:
    """The dates ahead that the documents of a digest state, as of the digest's moment; today's are still ahead."""
    documents = {entry.document.id: entry.document for entry in digest.changes}
    documents |= {entry.document.id: entry.document for entry in digest.published}
    today = digest.as_of.astimezone(ZoneInfo(digest.period.timezone)).date()
    dates = dates_ahead(documents.values(), today - timedelta(days=1))
    return render_ics(dates, digest.as_of, sample_data=digest.sample_data)


def render_ics(dates: Iterable[DateAhead], as_of: datetime, *, sample_data: bool = False) -> str:
    """A calendar file of these dates, in lines that end in CRLF and have at most 75 octets.

    An event keeps its UID when its day is moved: `as_of` then tells a calendar which of two statements is the later.
    """
    sample = "Sample data: " if sample_data else ""
    events = [line for one in dates for line in _event(one, as_of, sample)]
    lines = [*_OPENING, *(events or _NOTHING), "END:VCALENDAR"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


_OPENING: Final = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//exowatch//dates ahead//EN", "CALSCALE:GREGORIAN")
# A calendar holds at least one component (RFC 5545, section 3.6); a time zone is the one that puts nothing into it.
_NOTHING: Final = (
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def _event(one: DateAhead, as_of: datetime, sample: str) -> Iterator[str]:
    document = one.document
    said = (published_sentence(document), _NOTES[one.what], document.url, f"As of {day(as_of)}.")
    yield "BEGIN:VEVENT"
    yield f"UID:{sha256(f'{document.id} {one.what.name}')[:32]}@exowatch.invalid"
    yield f"DTSTAMP:{as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}"
    yield f"SUMMARY:{_text(sample + _summary(one))}"
    yield "DESCRIPTION:" + "\\n".join(map(_text, said))
    if is_web(document.url) and document.url.isascii():
        yield f"URL:{document.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _summary(one: DateAhead) -> str:
    named = ", ".join(filter(None, (one.document.title, reference(one.document))))
    return f"{one.what} {one.day.isoformat()}: {named}" if one.what is DateKind.COMMENTS_DUE else f"{one.what}: {named}"


def _text(text: str) -> str:
    """A value of type TEXT: what would part it is escaped (RFC 5545, section 3.3.11), what cannot be seen is shown."""
    return _PARTING.sub(r"\\\g<0>", visible(text))


_PARTING: Final = re.compile(r"[\\;,]")


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, never cut within a character (RFC 5545, section 3.1)."""
    pieces, piece, size = [], "", 0
    for sign in line:
        width = len(sign.encode("utf-8"))
        if size + width > _OCTETS:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + sign, size + width
    return "\r\n".join([*pieces, piece])


_OCTETS: Final = 75
