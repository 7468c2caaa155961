"""A digest as a page without scripts or remote parts, and as the plain text that stands alone beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports import markup, redline, telling, wording
from reports.brief_rows import NONE_FOUND_MEANS, rows
from reports.chart_drawing import drawn, in_words
from reports.digest import Digest, decisions, layout, left_out, looks, parts, set_aside_sentence, unread, verdict
from reports.entries import ChangeEntry, Item, MentionPassage
from reports.headlines import gist, headline, status_word, weightiest
from reports.links import is_web
from reports.period import spoken
from reports.pieces import Edit, Listing, Said, Table
from reports.plain import WIDTH, Laid, underlined, wrap
from reports.sections import DETAILED, Layout, Section, first_reading
from reports.silences import silence_sentences
from reports.standing import stands
from reports.twins import drift_sentence
from reports.visible import visible
from reports.wording import counted
from reports.year import points
from store.clock import shown
from store.records import Document

_INDENT = "    "
_LONG_PASSAGES = 900
_DATE = re.compile(r"(\b\d{4}-\d{2}-\d{2}\b)", re.ASCII)


def render_html(digest: Digest) -> str:
    """The digest as one HTML file with its styles inside; the same digest always gives the same bytes."""
    return _html().get_template("digest.html.j2").render(_context(digest))


def render_text(digest: Digest) -> str:
    """The digest as plain text in lines of at most 78 columns; only a longer address keeps its length."""
    return _text().get_template("digest.txt.j2").render(_context(digest))


def _context(digest: Digest) -> dict[str, object]:
    laid, reviewed = layout(digest), points(digest)
    return {
        "digest": digest,
        "period_name": spoken(digest.period),
        "verdict": verdict(digest),
        "missed": [(one.card, one.gaps, one.partly) for one in telling.missed(digest)],
        "silences": silence_sentences(digest),
        "decisions": decisions(digest),
        "review": reviewed,
        "layout": laid,
        "nothing": _nothing(digest),
        "named_only": _named_only(laid),
        "told_ids": _told_ids(laid),
        "stands": ()
        if reviewed or not digest.position
        else stands(digest.position_before, digest.position, digest.drifts),
        "late": [entry for entry in digest.changes if entry.change.id in digest.learned_late],
        "left_out": left_out(digest),
        "looks": looks(digest),
        "parts": parts(digest),
    }


def _nothing(digest: Digest) -> str:
    if digest.set_aside and digest.set_aside.count:
        return "Nothing among the changes that are told here."
    return "Nothing in what was read; not every source was read in full." if unread(digest) else "Nothing."


def _named_only(laid: Layout) -> str:
    """Says that a long digest names some documents only; "" for others."""
    if not laid.named_only:
        return ""
    return (
        f"This digest tells the {DETAILED} weightiest changes in full and names {counted(laid.named_only, 'document')}"
        " by title only, each with the command that shows it."
    )


def _told_ids(laid: Layout) -> set[str]:
    """The ids of the documents that have an entry, or a title, of their own."""
    groups = [group for section in laid.sections for group in section.groups]
    return {item.document.id for group in groups for item in (*group.items, *group.earlier, *group.titles)}


@cache
def _html() -> Environment:
    environment = markup.environment()
    _equip(environment)
    environment.filters |= {
        "edits": _edits,
        "redline_of": redline.to_html,
        "first_redline": lambda entry: redline.to_html(redline.passages(entry.redline)[:1]),
        "document_anchor": lambda identity: f"document-{_anchor(identity)}",
        "chart_box": drawn,
        "without_words": lambda line: replace(line, words=""),
        "chart_says": in_words,
        "pieces": telling.pieces,
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
    environment.filters |= {
        "wrap": wrap,
        "under": underlined,
        "redline": _redline_text,
        "redline_of": _indented,
        "first_redline": lambda entry: _indented(redline.passages(entry.redline)[:1]),
        "marked": _marked,
        "chart_says": in_words,
    }
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
        "kind_name": telling.KIND_NAMES.__getitem__,
        "origin_name": telling.ORIGIN_NAMES.__getitem__,
        "notes": telling.notes,
        "where": telling.where,
        "status_word": status_word,
        "short_edit": _short_edit,
        "summary": _summary,
        "command": _command,
        "entry_count": _entry_count,
    }
    environment.tests |= {"web": is_web, "redlined": telling.is_redlined}
    environment.tests |= {kind.__name__.lower(): _is_kind(kind) for kind in (Said, Listing, Table, Edit)}
    environment.globals |= {
        "headline": headline,
        "told": _told,
        "facts": _facts,
        "named": _named,
        "gist": gist,
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
        "set_aside_sentence": set_aside_sentence,
    }


def _visible_line(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Laid) else value


def _is_kind(kind: type) -> Callable[[object], bool]:
    return lambda piece: isinstance(piece, kind)


_LONGEST_EDIT = 900


def _short_edit(item: Item) -> tuple[ChangeEntry | None, tuple[redline.Passage, ...]]:
    """The weightiest change, and the first passage of its edit to be shown at once: none where it is long."""
    entry = weightiest(item)
    first = _edits(entry)[:1] if entry else ()
    size = sum(len(words.text) for passage in first for block in passage.blocks for words in block.words)
    return (entry, first) if size <= _LONGEST_EDIT else (entry, ())


def _edits(entry: ChangeEntry, above: tuple[redline.Passage, ...] = ()) -> tuple[redline.Passage, ...]:
    """The passages of an edit, but for those that stand above already."""
    return tuple(redline.passages(entry.redline))[len(above) :] if telling.is_redlined(entry) else ()


def _summary(item: Item) -> str:
    """What the folded part of an entry holds."""
    held = ["the letter in brief"] if item.published and item.published.brief else []
    if changes := len(item.changes) + len(item.brief_changes):
        held.append(counted(changes, "change"))
    if item.passages:
        held.append(f"{counted(len(item.passages), 'paragraph')} on the topic")
    return f"Details: {', '.join([*held, 'when it was seen'])}"


def _named(document: Document) -> str:
    """How a document is named in a command: by its address, which no form breaks into lines."""
    return document.url if is_web(document.url) else document.id


def _command(entry: ChangeEntry) -> str:
    """What a person types to see a change that is only named here."""
    before, after = entry.change.before, entry.change.after
    if before and after and before.n != after.n:
        return f"exowatch diff {_named(entry.document)} --from {before.n} --to {after.n}"
    return f"exowatch show {_named(entry.document)}"


def _told(entry: ChangeEntry) -> str:
    """What a step of an entry says: of a first reading only when it was, since the headline names the document."""
    if not first_reading(entry.change):
        return wording.sentence(entry.change, entry.document)
    events = [event.sentence.strip() for event in entry.change.events if event.sentence.strip()]
    return " ".join([*events, f"First seen {wording.window_words(entry.change.window)}."])


def _facts(item: Item) -> tuple[str, ...]:
    """The regulator's number and dates, as far as the headline has not said them."""
    number = wording.reference(item.document)
    known = ([number] if number else []) + list(wording.dates(item.document))
    return tuple(fact for fact in known if fact not in headline(item))


def _entry_count(section: Section) -> str:
    found = sum(len(group.items) + len(group.earlier) + len(group.titles) for group in section.groups)
    campaigns = sum(len(group.campaigns) for group in section.groups)
    said = counted(found, "document") if found or not campaigns else ""
    return ", ".join(filter(None, (said, counted(campaigns, "shared edit") if campaigns else "")))


def _foreign(document: Document, digest: Digest) -> str:
    """The document's language where it is not the digest's, for `lang`; "" otherwise."""
    known = markup.is_code(document.language)
    return document.language if known and document.language != digest.language else ""


def _anchor(identity: str) -> str:
    """A short name for an address within the page, safe whatever the identity holds."""
    return sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _redline_text(entry: ChangeEntry) -> Laid:
    return _indented(redline.passages(entry.redline))


def _indented(passages: Iterable[redline.Passage]) -> Laid:
    lines = redline.to_text(passages, WIDTH - len(_INDENT)).splitlines()
    return Laid("\n".join(_INDENT + line for line in lines))


def _dated(text: str) -> Iterator[tuple[str, bool]]:
    """The text in turn with whether it is a date as the regulators' are written here."""
    return ((piece, position % 2 == 1) for position, piece in enumerate(_DATE.split(text)) if piece)


def _marked(passage: MentionPassage) -> str:
    return "".join(f"*{text}*" if hit else text for text, hit in telling.pieces(passage))


def _fold(passages: tuple[MentionPassage, ...]) -> tuple[tuple[MentionPassage, ...], tuple[MentionPassage, ...]]:
    """The passages to show at once, and those to show on demand: the first always, as many more as stay short."""
    room = _LONG_PASSAGES
    for shown_count, passage in enumerate(passages):
        room -= len(passage.text)
        if room < 0 and shown_count:
            return passages[:shown_count], passages[shown_count:]
    return passages, ()
