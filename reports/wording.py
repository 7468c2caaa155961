"""What happened, said in the regulators' own terms: sentences, dates with their kind, names of fields.

Readers forward these sentences to counsel. A page that is no longer served is never called withdrawn, and a date is
never called posted unless the regulator says that it posted on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from store.events import EventName
from store.records import Change, Document, Ignored, Kind, MentionShift, Outcome, Status, Window

# Not strftime: its month names follow the machine's locale, and the same digest must be the same everywhere.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_FIELD_NAMES = {
    "marcs_cms": "MARCS-CMS",
    "nid": "NID",
    "ra_number": "RA number",
    "reference": "Reference number",
    "media": "Media number",
    "current_as_of": "Content current as of",
    "comments_due": "Comments for consideration by",
    "comments_open": "Comments open",
    "changed": "List entry changed",
    "modified": "Page modified",
    "response": "Response letter",
    "closeout": "Close-out letter",
    "recall_class": "Class or type",
    "url": "Address",
}

# Identity first, then the dates of the page itself.
_DATE_WORDS = {
    "issued": "issued",
    "posted": "posted",
    "published": "published",
    "updated": "updated",
    "opens": "opens for input",
    "closes": "closes for input",
    "comments_due": "comments for consideration by",
    "response": "response posted by FDA on",
    "closeout": "close-out letter posted",
    "modified": "page modified",
    "changed": "list entry changed",
    "current_as_of": "content current as of",
}
_BASIS_FIELDS = {"posted": ("posted", "published"), "issued": ("issued",), "current_as_of": ("current_as_of",)}
_NAMING_DATES = ("issued", "posted", "published", "opens", "closes")

_NUMBER_NAMES = {
    "marcs_cms": "MARCS-CMS",
    "docket": "Docket",
    "media": "Media number",
    "ra_number": "Recall number",
    "nid": "NID",
    "file_number": "File number",
}

_SOURCE_NOUNS = {
    "fda_warning_letters": "FDA warning letter",
    "fda_guidance": "FDA guidance",
    "fda_safety": "FDA page",
    "health_canada_recalls": "Health Canada recall or alert",
    "health_canada_notices": "Health Canada notice",
}

_OUTCOME_NAMES = {
    Outcome.NOT_MODIFIED: "not modified (304)",
    Outcome.GONE: "gone (404 or 410)",
    Outcome.ROBOTS: "forbidden by robots.txt",
    Outcome.OFF_SITE: "redirected to another site",
    Outcome.HTTP_ERROR: "HTTP error",
    Outcome.PARSE_SUSPECT: "reading doubtful",
    Outcome.EXTRACT_EMPTY: "no text found",
    Outcome.DUPLICATE: "asked for twice",
}

_EVENT_NAMES = {
    EventName.FIRST_MENTION: "First mention of the topic",
    EventName.CLOSEOUT_POSTED: "Close-out letter posted",
    EventName.RESPONSE_POSTED: "Response posted by FDA",
    EventName.FINALISED: "Draft to final",
    EventName.REVISED_DRAFT: "Revised draft issued",
    EventName.COMMENTS_OPENED: "Comments invited",
    EventName.COMMENTS_EXTENDED: "Date for consideration of comments extended",
    EventName.COMMENTS_REOPENED: "Comments invited again",
    EventName.COMMENTS_DUE_PASSED: "Date for consideration of comments passed",
    EventName.CONSULTATION_OPENED: "Consultation open",
    EventName.CONSULTATION_CLOSED: "Consultation closed",
    EventName.WITHDRAWN_BY_REGULATOR: "Withdrawn by the regulator",
    EventName.DOCKET_CHANGED: "Docket number changed",
    EventName.ISSUE_DATE_CORRECTED: "Issue date corrected",
    EventName.RECIPIENT_CHANGED: "Recipient changed",
    EventName.CONTACT_CHANGED: "Contact changed",
    EventName.RECALL_CLASS_CHANGED: "Hazard classification changed",
    EventName.PRODUCTS_ADDED: "Products added to the recall",
    EventName.ARCHIVED: "Marked as archived",
    EventName.ARCHIVE_LIFTED: "No longer marked as archived",
    EventName.REPLACED_BY: "Replaced, in the regulator's words",
    EventName.DELISTED: "No longer on the regulator's list",
    EventName.RELISTED: "On the regulator's list again",
    EventName.STANDING_CHANGED: "The regulator's sentence on legal status changed",
}


def sentence(change: Change, document: Document) -> str:
    """What happened, in a sentence; what it means in the regulator's terms comes first where that is known."""
    told = [_closed(event.sentence) for event in change.events if event.sentence.strip()]
    return " ".join([*told, _SENTENCES[change.kind](change, document)])


def published_sentence(document: Document) -> str:
    """What was published, in a sentence, and where it stands now."""
    said = _closed(_described(document))
    if document.status is Status.REMOVED:
        return said + " No longer served."
    if document.status is Status.DELISTED:
        return said + " No longer on the regulator's list; the page is still served."
    return said


def window_words(window: Window) -> str:
    """When it happened, as closely as our looks can tell.

    >>> window_words(Window(datetime(2025, 1, 15, tzinfo=UTC), datetime(2025, 8, 20, tzinfo=UTC)))
    'between 15 Jan 2025 and 20 Aug 2025'
    >>> window_words(Window(None, datetime(2025, 8, 20, tzinfo=UTC)))
    'by 20 Aug 2025'
    """
    if window.after is None:
        return f"by {day(window.until)}"
    if day(window.after) == day(window.until):
        return f"on {day(window.until)}, between {clock_time(window.after)} and {clock_time(window.until)} UTC"
    return f"between {day(window.after)} and {day(window.until)}"


def cited_sentence(cited: Document, change: Change) -> str:
    """That a document referred to has changed since."""
    return f"It refers to “{cited.title}”, which has changed since ({window_words(change.window)})."


def citing_sentence(documents: Sequence[Document]) -> str:
    """Which followed documents refer to the one that changed; "" for none."""
    named = [f"{found.title} ({reference(found)})" if reference(found) else found.title for found in documents]
    return _closed(f"Referred to by {'; '.join(named)}") if named else ""


_SHIFT_SENTENCES = {
    MentionShift.FIRST: "The topic is mentioned here for the first time",
    MentionShift.ADDED: "A mention of the topic was added",
    MentionShift.REMOVED: "A mention of the topic was removed",
    MentionShift.NEAR: "Text near a mention of the topic changed",
}


def mention_sentence(change: Change) -> str:
    """What a change did to the mentions, with the words now and before; "" where it left them alone."""
    told = [named for named in change.mention_changes if named.shift is change.shift]
    if change.shift is MentionShift.UNCHANGED or not told:
        return ""
    first, more = told[0], len(told) - 1
    said = _SHIFT_SENTENCES[change.shift] + f": “{first.after or first.before}”"
    if first.before and first.after and first.before != first.after:
        said += f"; it read “{first.before}”"
    return said + (f" (and {counted(more, 'more mention')})" if more else "")


def ignored_words(ignored: Sequence[Ignored]) -> str:
    """What was left out of a comparison, rule by rule with its count.

    >>> ignored_words([Ignored("typography", 2, "a", "b")])
    'typography (2)'
    """
    return "; ".join(f"{one.rule} ({one.count})" for one in ignored)


def window_note(window: Window, period_start: datetime) -> str:
    """Says so when the window begins before the period; "" when it lies within."""
    if window.after is None:
        return "The window begins before this period: there is no earlier look."
    if window.after < period_start:
        return f"The window begins before this period: the earlier state was last seen on {day(window.after)}."
    return ""


def dates(document: Document) -> tuple[str, ...]:
    """The regulator's dates, each with its kind: "issued 2025-01-17"."""
    return tuple(_dates(document, _DATE_WORDS))


def reference(document: Document) -> str:
    """The regulator's own number with the name it goes by; "" when there is none."""
    if not document.number:
        return ""
    name = next((name for key, name in _NUMBER_NAMES.items() if document.fields.get(key) == document.number), "")
    return f"{name or 'Reference number'} {document.number}"


def field_name(name: str) -> str:
    """A field's name for reading.

    >>> field_name("issuing_office")
    'Issuing office'
    """
    return _FIELD_NAMES.get(name) or _sentence_case(name)


def event_name(name: str) -> str:
    """An event's name for reading; any other name in sentence case, such as that of an issue's kind.

    >>> event_name("standing_changed"), event_name("repeated_row")
    ("The regulator's sentence on legal status changed", 'Repeated row')
    """
    return _EVENT_NAMES[EventName(name)] if name in set(EventName) else _sentence_case(name)


def outcome_words(outcomes: Mapping[str, int]) -> str:
    """How the visits of a run ended, the commonest first.

    >>> outcome_words({"timeout": 1, "gone_404_410": 2, "new": 0})
    '2 gone (404 or 410), 1 timeout'
    """
    ranked = sorted(((name, count) for name, count in outcomes.items() if count), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{count} {_outcome_name(name)}" for name, count in ranked)


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "change"), counted(3, "change"), counted(0, "change")
    ('1 change', '3 changes', 'no changes')
    """
    return f"{number or 'no'} {singular if number == 1 else plural or singular + 's'}"


def day(moment: datetime) -> str:
    """The UTC day of an instant: 20 Aug 2025."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def clock_time(moment: datetime) -> str:
    """The UTC time of day of an instant, to the minute."""
    return moment.astimezone(UTC).strftime("%H:%M")


def _new(change: Change, document: Document) -> str:
    if change.before is None:
        return _closed(f"First seen {window_words(change.window)}: {_described(document)}")
    return _closed(f"Followed since a change seen {window_words(change.window)}: {_described(document)}")


def _removed(change: Change, _: Document) -> str:
    last = f" (last seen {day(change.window.after)})" if change.window.after else ""
    return f"No longer served since {day(change.window.until)}{last}; confirmed by a second look."


def _restored(change: Change, _: Document) -> str:
    return f"Served again; it came back {window_words(change.window)}."


def _moved(change: Change, document: Document) -> str:
    return f"Moved to another address {window_words(change.window)}: {document.url}"


def _reverted(change: Change, _: Document) -> str:
    return f"Went back to an earlier text {window_words(change.window)}; {_word_counts(change)}."


def _reissued(change: Change, _: Document) -> str:
    return f"The file was issued again {window_words(change.window)}: other bytes, the same text."


def _revised(change: Change, _: Document) -> str:
    return f"The text changed {window_words(change.window)}: {_word_counts(change)}{_mention_counts(change)}."


def _metadata(change: Change, _: Document) -> str:
    names = ", ".join(field_name(field.name) for field in change.fields)
    if not names:
        return f"Seen {window_words(change.window)}; the text is the same."
    return f"What the regulator states about it changed {window_words(change.window)} ({names}); the text is the same."


_SENTENCES = {
    Kind.NEW: _new,
    Kind.REMOVED: _removed,
    Kind.RESTORED: _restored,
    Kind.MOVED: _moved,
    Kind.REVERTED: _reverted,
    Kind.REISSUED: _reissued,
    Kind.REVISED: _revised,
    Kind.METADATA: _metadata,
}


def _described(document: Document) -> str:
    """A document in a phrase: "FDA warning letter to X (MARCS-CMS n), issued …, posted …"."""
    company = document.fields.get("company", "").strip()
    name = f"{_noun(document)} to {company}" if company else f"{_noun(document)} “{document.title}”"
    number = reference(document)
    known = [f"{name} ({number})" if number else name, *_dates(document, _NAMING_DATES)]
    return ", ".join(known)


def _noun(document: Document) -> str:
    """The kind's own name: the regulator's label where a page carries one, else what its source holds."""
    noun = _SOURCE_NOUNS.get(document.source, "Document")
    if document.source == "fda_warning_letters" and re.search(r"close[- ]?out", document.title, re.IGNORECASE):
        return "FDA close-out letter"
    if document.source == "fda_guidance" and document.fields.get("status", "").lower() in ("draft", "final"):
        return f"FDA guidance ({document.fields['status'].upper()})"
    if label := document.fields.get("kind", "").strip():
        return f"{noun.split(' recall', 1)[0]}: {label}" if noun.startswith("Health Canada") else label
    return noun


def _dates(document: Document, names: Mapping[str, str] | tuple[str, ...]) -> Iterator[str]:
    basis = document.published_basis or ""
    for name in names:
        if (date := document.fields.get(name, "").strip()) and _is_meant(document, name):
            yield f"{_date_words(document, name)} {date}{_caveat(name, basis)}"
    stated = {document.fields.get(name) for name in _BASIS_FIELDS.get(basis, ()) if name in names}
    if document.published and document.published not in stated:
        yield f"{_DATE_WORDS.get(basis, 'dated')} {document.published}{_caveat(basis, basis)}"


def _is_meant(document: Document, name: str) -> bool:
    # The rows of final guidances keep the stale date of their draft's comments.
    return name != "comments_due" or document.fields.get("status", "").lower() != "final"


def _date_words(document: Document, name: str) -> str:
    """The kind of a date; a consultation that has closed no longer closes."""
    closed = document.fields.get("status", "").casefold() in {"closed", "fermé", "fermée"}
    return "closed for input" if name == "closes" and closed else _DATE_WORDS[name]


def _caveat(name: str, basis: str) -> str:
    return " (posted date not known)" if name == basis == "current_as_of" else ""


def _word_counts(change: Change) -> str:
    if not change.words_added and not change.words_removed:
        return "no words added or removed"
    return f"{counted(change.words_added, 'word')} added, {change.words_removed or 'none'} removed"


def _mention_counts(change: Change) -> str:
    if change.mentions_before == change.mentions_after:
        return ""
    return f"; mentions of the topic: {change.mentions_before} before, {change.mentions_after} after"


def _outcome_name(name: str) -> str:
    known = Outcome(name) if name in set(Outcome) else None
    return _OUTCOME_NAMES.get(known, name.replace("_", " ")) if known else name.replace("_", " ")


def _sentence_case(name: str) -> str:
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _closed(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…", ".”")) else text + "."
