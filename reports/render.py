"""A digest as a page without scripts or remote parts, and as the plain text that stands alone beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports import markup, redline, wording
from reports.brief_rows import NONE_FOUND_MEANS, rows
from reports.cards import SourceCard
from reports.digest import (
    Digest,
    Look,
    NotChecked,
    important,
    interrupted,
    left_out,
    looks,
    parts,
    unread,
    verdict,
)
from reports.entries import ChangeEntry, MentionPassage
from reports.links import is_web
from reports.plain import WIDTH, Laid, underlined, wrap
from reports.twins import drift_sentence
from reports.visible import visible
from store.clock import shown
from store.records import BlockOp, Document, Issue, Kind, Origin

_INDENT = "    "
_NOTES = 12
_LONG_PASSAGES = 900
_DATE = re.compile(r"(\b\d{4}-\d{2}-\d{2}\b)", re.ASCII)

_KIND_NAMES = {
    Kind.NEW: "New",
    Kind.REMOVED: "No longer served",
    Kind.RESTORED: "Served again",
    Kind.MOVED: "Moved",
    Kind.REVERTED: "Back to an earlier text",
    Kind.REISSUED: "File issued again",
    Kind.REVISED: "Text changed",
    Kind.METADATA: "Details changed",
}
_ORIGIN_NAMES = {
    Origin.LIVE: "read live",
    Origin.WAYBACK: "from web archives",
    Origin.WARC: "from WARC files",
    Origin.IMPORT: "imported",
}


def render_html(digest: Digest) -> str:
    """The digest as one HTML file with its styles inside; the same digest always gives the same bytes."""
    return _html().get_template("digest.html.j2").render(_context(digest))


def render_text(digest: Digest) -> str:
    """The digest as plain text in lines of at most 78 columns; only a longer address keeps its length."""
    return _text().get_template("digest.txt.j2").render(_context(digest))


def _context(digest: Digest) -> dict[str, object]:
    return {
        "digest": digest,
        "verdict": verdict(digest),
        "missed": _missed(digest),
        "left_out": left_out(digest),
        "important": important(digest),
        "looks": looks(digest),
        "parts": parts(digest),
        "published_ids": {entry.document.id for entry in digest.published},
        "changed": _changes_by_document(digest),
    }


def _missed(digest: Digest) -> list[tuple[SourceCard, list[NotChecked], list[Look]]]:
    """The sources not read in full: what was answered or, where nobody says, what the last look left out."""
    found = []
    for card in (*unread(digest), *interrupted(digest)):
        gaps = [gap for gap in digest.not_checked if gap.source == card.name]
        partly = [look for look in looks(digest) if look.card == card and not look.complete and not gaps]
        found.append((card, gaps, partly))
    return found


def _changes_by_document(digest: Digest) -> dict[str, list[ChangeEntry]]:
    found: dict[str, list[ChangeEntry]] = {}
    for entry in digest.changes:
        found.setdefault(entry.document.id, []).append(entry)
    return found


@cache
def _html() -> Environment:
    environment = markup.environment()
    _equip(environment)
    environment.filters |= {
        "redline": _redline_html,
        "pieces": _pieces,
        "fold": _fold,
        "anchor": _anchor,
        "dated": _dated,
    }
    return environment


@cache
def _text() -> Environment:
    environment = Environment(
        autoescape=False,  # noqa: S701  plain text: a sign is itself, and `visible` takes the control characters
        undefined=StrictUndefined,
        loader=PackageLoader("reports"),
        finalize=_visible_line,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    _equip(environment)
    environment.filters |= {"wrap": wrap, "under": underlined, "redline": _redline_text, "marked": _marked}
    return environment


def _equip(environment: Environment) -> None:
    """What both forms say in the same words."""
    environment.filters |= {
        "shown": shown,
        "day": wording.day,
        "clock_time": wording.clock_time,
        "field_name": wording.field_name,
        "event_name": wording.event_name,
        "outcomes": wording.outcome_words,
        "kind_name": _KIND_NAMES.__getitem__,
        "origin_name": _ORIGIN_NAMES.__getitem__,
        "notes": _notes,
        "where": _where,
    }
    environment.tests |= {"web": is_web, "redlined": _is_redlined}
    environment.globals |= {
        "sentence": wording.sentence,
        "published_sentence": wording.published_sentence,
        "window_note": wording.window_note,
        "window_words": wording.window_words,
        "mention_sentence": wording.mention_sentence,
        "ignored_words": wording.ignored_words,
        "cited_sentence": wording.cited_sentence,
        "drift_sentence": drift_sentence,
        "brief_rows": rows,
        "none_found_means": NONE_FOUND_MEANS,
        "citing_sentence": wording.citing_sentence,
        "dates": wording.dates,
        "reference": wording.reference,
        "counted": wording.counted,
        "foreign": _foreign,
    }


def _visible_line(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Laid) else value


def _is_redlined(entry: ChangeEntry) -> bool:
    """Whether there are two texts to compare; a document seen for the first time has none before it."""
    return entry.change.before is not None and any(block.op is not BlockOp.KEEP for block in entry.redline)


def _foreign(document: Document, digest: Digest) -> str:
    """The document's language where it is not the digest's, for `lang`; "" otherwise."""
    known = markup.is_code(document.language)
    return document.language if known and document.language != digest.language else ""


_ROUTINE = frozenset({"repeated_row"})
"""Kinds of issues that say nothing about what was read: the regulator's list repeats a row on most days."""


def _notes(look: Look) -> tuple[tuple[Issue, ...], int]:
    """The issues of a source's runs, each once, and how many more there are."""
    found = tuple(dict.fromkeys(i for run in look.runs for i in run.issues if i.kind not in _ROUTINE))
    return found[:_NOTES], max(0, len(found) - _NOTES)


def _anchor(identity: str) -> str:
    """A short name for an address within the page, safe whatever the identity holds."""
    return sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _redline_html(entry: ChangeEntry) -> Markup:
    return redline.to_html(redline.passages(entry.redline))


def _redline_text(entry: ChangeEntry) -> Laid:
    lines = redline.to_text(redline.passages(entry.redline), WIDTH - len(_INDENT)).splitlines()
    return Laid("\n".join(_INDENT + line for line in lines))


def _pieces(passage: MentionPassage) -> Iterator[tuple[str, bool]]:
    """The text of a passage in turn with whether it is a variant of the topic; offsets that overlap are joined."""
    at = 0
    for start, end in sorted(passage.variants):
        start, end = max(start, at), min(end, len(passage.text))
        if start >= end:
            continue
        if at < start:
            yield passage.text[at:start], False
        yield passage.text[start:end], True
        at = end
    if at < len(passage.text):
        yield passage.text[at:], False


def _dated(text: str) -> Iterator[tuple[str, bool]]:
    """The text in turn with whether it is a date as the regulators' are written here."""
    return ((piece, position % 2 == 1) for position, piece in enumerate(_DATE.split(text)) if piece)


def _where(passage: MentionPassage) -> str:
    """The section a passage stands in, and what its sentences do there."""
    return "; ".join(filter(None, (passage.section, *passage.roles)))


def _marked(passage: MentionPassage) -> str:
    return "".join(f"*{text}*" if hit else text for text, hit in _pieces(passage))


def _fold(passages: tuple[MentionPassage, ...]) -> tuple[tuple[MentionPassage, ...], tuple[MentionPassage, ...]]:
    """The passages to show at once, and those to show on demand: the first always, as many more as stay short."""
    room = _LONG_PASSAGES
    for shown_count, passage in enumerate(passages):
        room -= len(passage.text)
        if room < 0 and shown_count:
            return passages[:shown_count], passages[shown_count:]
    return passages, ()
