"""The data dictionary: what each column of each view and table means, and the page that says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from store.database import Store


@dataclass(frozen=True, slots=True)
class Relation:
    """A view or table as the schema has it."""

    name: str
    columns: tuple[tuple[str, str], ...]
    """The columns with their types; a view's have none."""
    is_view: bool


_SHA = "SHA-256, as 64 hex digits"
_MOMENT = "ISO 8601 in UTC, with `Z`"
_JSON_FIELDS = "JSON object: the regulator's own statements by name, in the latest form read"

VIEWS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "v_documents": (
        "One row for each document that has been read, as it stands in its latest version.",
        {
            "id": "the document's name, `source:key`, the same in every store",
            "source": "the source it comes from",
            "number": "the regulator's own number; empty where it gives none",
            "url": "the address of its page, the latest one",
            "urls": "JSON array: every address at which its page was read",
            "pair": "the id of the same document in the other language; null where none is known",
            "title": "its title",
            "language": "`en` or `fr`, as the page says",
            "status": "`current`, `delisted` (dropped from the regulator's list) or `removed` (no longer served)",
            "followed": "1 when it is followed, else 0",
            "follow_reason": "why it is followed",
            "published": "the regulator's date, `YYYY-MM-DD`; null where it states none",
            "published_basis": "which date that is: `posted`, `issued` or `current_as_of`",
            "fields": _JSON_FIELDS,
            "topics": "JSON array: the topics that its latest version mentions",
            "mentions": "how many mentions its latest version has",
            "version_count": "how many versions it has; also the number of the latest",
            "first_seen": f"when it was first seen; {_MOMENT}",
            "last_seen": f"when its latest version was last seen; {_MOMENT}",
        },
    ),
    "v_latest": ("The latest version of each document, with the columns of `v_versions`.", {}),
    "v_versions": (
        "One row for each version of each document.",
        {
            "document": "the document's id",
            "source": "the source it comes from",
            "number": "the regulator's own number",
            "n": "the version's number, from 1",
            "first_seen": f"when this version was first seen; {_MOMENT}",
            "last_seen": f"when it was last seen; {_MOMENT}",
            "text_sha256": f"the hash of its text; {_SHA}",
            "sha256": "the hash of its bytes: the page's, else the file's, else the list entry's",
            "origin": "how it came to us: `live`, `wayback`, `warc` or `import`",
            "title": "the title it bore",
            "language": "`en` or `fr`",
            "fields": "JSON object: the regulator's statements in this version",
            "topics": "JSON array: the topics it mentions",
            "mentions": "how many mentions it has",
            "parts": "JSON array: each part with its address, the hash of its bytes and when it was captured",
        },
    ),
    "v_changes": (
        "One row for each change: a step between two versions, or a step of circumstance within one.",
        {
            "id": "the change's name, 16 hex digits, the same in every store that holds the same facts",
            "document": "the document's id",
            "number": "the regulator's own number",
            "source": "the source it comes from",
            "url": "the address of its page",
            "title": "the title it bore after the change",
            "kind": "`new`, `removed`, `restored`, `moved`, `reverted`, `reissued`, `revised` or `metadata`",
            "severity": "`routine`, `notable` or `important`",
            "reasons": "JSON array: why it is rated so",
            "events": "JSON array: what it means in the regulator's terms, each with name, sentence, before and after",
            "window_after": f"it happened after this moment, null when there was no earlier look; {_MOMENT}",
            "window_until": f"and not later than this moment; {_MOMENT}",
            "before": "JSON object: the version before, with its hashes and when it was last seen; null for a first one",
            "after": "JSON object: the version after, with its hashes and when it was first seen; null when removed",
            "fields": "JSON array: the fields that differ, with both values",
            "words_added": "how many words were added",
            "words_removed": "how many words were removed",
            "mentions_before": "how many mentions the version before has",
            "mentions_after": "how many mentions the version after has",
            "shift": "what it did to the mentions: `first mention`, `mention added`, `mention removed`, `text near a"
            " mention changed` or `mentions unchanged`",
            "mention_changes": "JSON array: each mention concerned, with shift, topic, section and its sentence before"
            " and after",
            "meanings": "JSON array: edits of words that bear meaning, each with token (`deadline`, `modal`, …),"
            " sentence, before, after and section",
            "ignored": "JSON array: differences that count as no change, each with rule, count and an example",
        },
    ),
    "v_citations": (
        "One row for each provision or document that a version of a followed document refers to.",
        {
            "document": "the document's id",
            "source": "the source it comes from",
            "number": "the regulator's own number",
            "n": "the version's number",
            "law": "the law it belongs to: `FD&C Act`, `PHS Act`, `21 CFR`, `21 USC`, `Food and Drugs Act`, …; also"
            " `docket` and `guidance`",
            "section": "its section, number or title; empty where the law is named as a whole",
            "written": "the words as written",
            "block": "the block of the text, from 0",
            "position": "where in the block the words begin, in characters",
        },
    ),
    "v_statements": (
        "One row for each sentence of a followed document's version that states a topic's legal status.",
        {
            "document": "the document's id",
            "source": "the source it comes from",
            "number": "the regulator's own number",
            "n": "the version's number",
            "topic": "the topic's name in the configuration",
            "about": "of which status it speaks: `approved`, `licensed`, `cleared`, `authorized`, `premarket`, `drug`",
            "status": "its own standing: `final`, `proposed`, `safety notice`, `said to one firm`, `published page`",
            "sentence": "the sentence, word for word",
            "section": "the nearest heading above",
            "block": "the block of the text, from 0",
            "position": "where in the block the sentence begins, in characters",
        },
    ),
    "v_mentions": (
        "One row for each mention of a topic in each version.",
        {
            "document": "the document's id",
            "source": "the source it comes from",
            "number": "the regulator's own number",
            "n": "the version's number",
            "topic": "the topic's name in the configuration",
            "section": "the nearest heading above; for a title or field, its name",
            "sentence": "the sentence around the mention",
            "variant": "the words as written",
            "block": "the block of the text, from 0; -1 for the title or a field",
            "position": "where in the block the words begin, in characters",
            "role": "what the sentence does in a letter to a firm: `regulator's conclusion`, `firm's quoted claim`,"
            " `additional concern`, `pointer to the safety notification` or `other`; empty elsewhere",
        },
    ),
    "v_reviews": (
        "One row for each review that a person made of a change; the latest of a change holds.",
        {
            "id": "the review's number in this store",
            "change": "the change's name",
            "document": "the document's id",
            "before_text": "the hash of the text before that was reviewed; null where there was none",
            "after_text": "the hash of the text after; null where the document was gone",
            "fields": "the hash of the regulator's fields that differ where both texts are equal; else empty",
            "at": f"when; {_MOMENT}",
            "by": "who",
            "decision": "`applies`, `not-applicable` or `noted`",
            "note": "why, in words",
            "owner": "who is to act; empty for nobody",
            "due": "by when, `YYYY-MM-DD`; null where nothing is due",
        },
    ),
    "v_runs": (
        "One row for each run that the timetable asked for, with what became of it.",
        {
            "id": "the run's number in this store",
            "schedule": "the schedule's name in the configuration",
            "due": f"the moment at which the timetable wanted it; {_MOMENT}",
            "attempt": "1, and more where an earlier attempt was cut off",
            "begun": f"when it began; {_MOMENT}",
            "ended": f"when it ended; null while it runs; {_MOMENT}",
            "outcome": "`done`, `failed`, `deadline` (ended by us), `cut_off` (the machine or the scheduler went away);"
            " empty while it runs",
            "code": "the command's exit code; null where it had none",
            "message": "the last it said, where it failed",
            "command": "the command, as a person would type it",
            "missed": "how many earlier moments of the timetable passed without a run",
            "missed_since": f"the first of those; null where there is none; {_MOMENT}",
        },
    ),
    "v_alerts": (
        "One row for each time that something was found failing, or well again, and people were told.",
        {
            "id": "the alert's number in this store",
            "at": f"when; {_MOMENT}",
            "about": "what fails, as `status` names it",
            "state": "`failing` or `recovered`",
            "since": f"since when it was failing; {_MOMENT}",
            "message": "what was found",
        },
    ),
    "v_crawls": (
        "One row for each run, with its ledger: listed = captured + unchanged + failed + skipped.",
        {
            "crawl": "the run's number in this store",
            "source": "the source that was read",
            "origin": "`live`, `wayback`, `warc` or `import`",
            "started": f"when it began; {_MOMENT}",
            "finished": f"when it ended, null while it runs and when it was cut off; {_MOMENT}",
            "reason": "how it ended, in the crawler's word",
            "declared": "the regulator's own total, where it states one",
            "listed": "how many targets there were",
            "captured": "targets with bytes that were not yet held",
            "unchanged": "targets whose bytes were held already",
            "failed": "targets that did not answer with a document, the gone ones included",
            "skipped": "targets that were not asked",
            "documents_new": "documents seen for the first time",
            "documents_followed": "documents that became followed",
            "versions_new": "versions added",
            "changes_new": "changes added",
        },
    ),
}

TABLES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "urls": ("Facts. Each address once.", {"id": "the row's number", "url": "the address"}),
    "documents": (
        "Facts. Each document that a list or a page named.",
        {
            "ref": "the row's number, for this store only",
            "id": "`source:key`",
            "source": "the source",
            "key": "what tells it from the source's other documents: the page's path, or the regulator's number",
            "first_url": "the address it was first named with",
            "net": "what found it first: `list`, `search`, `sitemap`, `feed`, `watch`, `import` …",
        },
    ),
    "crawls": (
        "Facts. The beginning of each run.",
        {
            "id": "the run's number",
            "source": "the source",
            "origin": "`live`, `wayback`, `warc` or `import`",
            "started": f"when it began; {_MOMENT}",
            "program": "the version of exowatch",
            "options": "what it was asked to do, or the name of the file it read",
        },
    ),
    "crawl_ends": (
        "Facts. The end of each run that ended.",
        {
            "crawl": "the run",
            "finished": f"when it ended; {_MOMENT}",
            "reason": "how it ended",
            "declared": "the regulator's own total",
            "documents_new": "documents seen for the first time",
            "documents_followed": "documents that became followed",
            "versions_new": "versions added",
            "changes_new": "changes added",
        },
    ),
    "crawl_issues": (
        "Facts. What a person should know of a run.",
        {
            "id": "the row's number",
            "crawl": "the run",
            "kind": "what sort of thing it is: `blocked`, `layout`, `damaged_file` …",
            "url": "the address it concerns",
            "message": "what was found",
        },
    ),
    "targets": (
        "Facts. Each address that a run set out to read: the unit of the ledger.",
        {
            "id": "the row's number",
            "crawl": "the run",
            "part": "`entry`, `page`, `file` or `list`",
            "url": "the address",
            "document": "the document it belongs to; null for a list",
        },
    ),
    "bodies": (
        "Facts. Bytes as received, each once.",
        {
            "id": "the row's number",
            "sha256": f"the hash of the bytes, unpacked; {_SHA}",
            "size": "how many bytes they are, unpacked",
            "codec": "how `data` is packed",
            "dictionary": "the body that it is packed against",
            "data": "the bytes, packed",
        },
    ),
    "visits": (
        "Facts. What came of a target.",
        {
            "id": "the row's number",
            "target": "the target",
            "document": "the document",
            "part": "`entry`, `page`, `file` or `list`",
            "moment": f"when it was answered; {_MOMENT}",
            "outcome": "how it ended: `new`, `changed`, `unchanged`, `gone_404_410`, `blocked` …",
            "status": "the HTTP status",
            "final_url": "the address that answered, after redirects",
            "redirects": "JSON array: the addresses on the way",
            "headers": "JSON array: the HTTP headers, as sent",
            "message": "what was found, where something was amiss",
            "body": "the bytes that came",
        },
    ),
    "captures": (
        "Facts. Bytes that were new for their part, with what is needed to read them again.",
        {
            "id": "the row's number",
            "visit": "the visit that brought them",
            "document": "the document; null for a list",
            "part": "`entry`, `page`, `file` or `list`",
            "url": "the address",
            "moment": f"when they came; {_MOMENT}",
            "body": "the bytes",
            "content_type": "the HTTP content type",
            "origin": "`live`, `wayback`, `warc` or `import`",
        },
    ),
    "document_urls": (
        "Facts. The addresses at which a document was read.",
        {"document": "the document", "part": "the part", "url": "the address", "visit": "the first visit there"},
    ),
    "list_sightings": (
        "Facts. Which list showed which document.",
        {
            "document": "the document",
            "visit": "the visit to the list",
            "capture": "the capture that holds the row as it was shown",
        },
    ),
    "list_readings": (
        "Facts. Which runs read their list to its end.",
        {
            "crawl": "the run",
            "moment": f"when the list had been read; {_MOMENT}",
            "complete": "1 when nothing of it failed, else 0",
            "rows": "how many rows were seen",
            "declared": "the regulator's own total",
        },
    ),
    "acceptances": (
        "Facts. Decisions to believe what a guard held back.",
        {
            "id": "the row's number",
            "source": "the source",
            "at": f"when it was decided; {_MOMENT}",
            "what": "`missing`: documents that are gone from the list in numbers",
            "by": "who decided",
            "reason": "why",
        },
    ),
    "mutes": (
        "Facts. Decisions to leave a document out of lists and digests.",
        {
            "id": "the row's number",
            "document": "the document",
            "at": f"when it was decided; {_MOMENT}",
            "muted": "1 for muted, 0 for heard of again",
            "by": "who decided",
            "reason": "why",
        },
    ),
    "watches": (
        "Facts. Requests to follow an address whatever it says.",
        {
            "id": "the row's number",
            "url": "the address",
            "at": f"when it was asked; {_MOMENT}",
            "added": "1 for followed, 0 for no longer",
            "reason": "why",
        },
    ),
    "tombstones": (
        "Facts. Bodies that were deleted, and by whom.",
        {
            "body": "the hash of the bytes",
            "size": "how many bytes they were",
            "at": f"when; {_MOMENT}",
            "by": "who",
            "reason": "why",
            "number": "the number that the body's row had",
            "reader": "by which reader it was read last",
            "reading": "the hash over what was read from it, which stands in for it",
        },
    ),
    "reviews": (
        "Facts. What people decided of changes, as in `v_reviews`.",
        {
            "id": "the row's number",
            "change": "the change's name",
            "document": "the document",
            "before_text": "the hash of the text before",
            "after_text": "the hash of the text after",
            "fields": "the hash of the fields that differ, where both texts are equal",
            "at": f"when; {_MOMENT}",
            "by": "who",
            "decision": "`applies`, `not-applicable` or `noted`",
            "note": "why",
            "owner": "who is to act",
            "due": "by when",
        },
    ),
    "sent_digests": (
        "Facts. Each digest that was sent.",
        {
            "id": "the row's number",
            "series": "the digest's name in the configuration",
            "at": f"when it was made; {_MOMENT}",
            "period_start": f"the first moment of its period; {_MOMENT}",
            "period_end": f"the moment after its last; {_MOMENT}",
            "as_of": f"as of when it speaks; {_MOMENT}",
            "seal": "the seal of the facts it rests on",
            "rules": "by which rules it was derived",
            "sha256": "the hash of its JSON",
        },
    ),
    "sent_entries": (
        "Facts. Each change that a sent digest told, and how.",
        {
            "id": "the row's number",
            "digest": "the digest",
            "change": "the change's name",
            "document": "the document",
            "kind": "its kind",
            "until": f"when it was seen; {_MOMENT}",
            "told": "JSON object: the entry as it was told",
        },
    ),
    "deliveries": (
        "Facts. What is to reach whom, with the very bytes.",
        {
            "id": "the row's number",
            "digest": "the digest; null where it is an alert",
            "channel": "`smtp`, `webhook` or `file`",
            "target": "the addresses, the address or the path",
            "message_id": "its own name, the same at every attempt",
            "at": f"when it was put into the outbox; {_MOMENT}",
            "body": "what is delivered, word for word",
            "alert": "the alert; null where it is a digest",
        },
    ),
    "runs": (
        "Facts. Each run that the timetable asked for, as in `v_runs`.",
        {
            "id": "the row's number",
            "schedule": "the schedule's name",
            "due": f"the moment at which it was due; {_MOMENT}",
            "attempt": "which attempt it is",
            "at": f"when it began; {_MOMENT}",
            "command": "the command",
            "missed": "how many earlier moments passed without a run",
            "missed_since": f"the first of those; {_MOMENT}",
        },
    ),
    "run_ends": (
        "Facts. How each of these runs ended.",
        {
            "run": "the run",
            "at": f"when; {_MOMENT}",
            "outcome": "`done`, `failed`, `deadline` or `cut_off`",
            "code": "the exit code",
            "message": "the last it said",
        },
    ),
    "alerts": (
        "Facts. What was told of the tool's own state, as in `v_alerts`.",
        {
            "id": "the row's number",
            "at": f"when; {_MOMENT}",
            "about": "what fails",
            "state": "`failing` or `recovered`",
            "since": f"since when; {_MOMENT}",
            "message": "what was found",
        },
    ),
    "delivery_attempts": (
        "Facts. Each attempt to deliver.",
        {
            "id": "the row's number",
            "delivery": "what was to be delivered",
            "at": f"when; {_MOMENT}",
            "outcome": "`begun`, `accepted`, `deferred` (to be tried again) or `refused`",
            "message": "what the other side said",
        },
    ),
    "chain": (
        "Facts. A hash for each fact, over its content and the hash before.",
        {"seq": "the order of writing", "fact": "the fact's table", "row": "its row", "hash": "the hash, as bytes"},
    ),
    "contents": (
        "Derived. What was read from captures, each reading once.",
        {
            "id": "the row's number",
            "hash": "the hash of the whole reading",
            "alike": "the hash of title, fields and text without their typography: equal ones make no version",
            "text_key": "the hash of the text without its typography",
            "text_sha256": "the hash of the text",
            "title": "the title",
            "language": "`en` or `fr`",
            "fields": "JSON object: the statements",
            "stamps": "JSON object: dates of the page itself, which never make a version",
            "statements": "JSON array: number, published, its basis, address of the twin",
            "length": "the length of the text, in characters",
            "row_blocks": "how many table rows the text has",
            "dictionary": "the body that `blocks` is packed against",
            "blocks": "the text as blocks, packed",
        },
    ),
    "readings": (
        "Derived. Which content was read from which capture.",
        {
            "capture": "the capture",
            "content": "the content; null where it could not be read",
            "stamps": "the dates of the page itself, where they differ from those of the content",
            "statements": "number, published, its basis, address of the twin, where they differ from the content's",
            "problem": "why the reading cannot be trusted yet; empty for a good one",
            "reader": "by which reader it was read; empty where that was not written down",
        },
    ),
    "versions": (
        "Derived. The versions of each document.",
        {
            "document": "the document",
            "n": "the version's number, from 1",
            "first_seen": f"when it was first seen; {_MOMENT}",
            "last_seen": f"when it was last seen; {_MOMENT}",
            "sha256": "the hash of its bytes",
            "text_sha256": "the hash of its text",
            "title": "its title",
            "language": "`en` or `fr`",
            "fields": "JSON object: its statements",
            "origin": "how it came to us",
            "mentions": "how many mentions it has",
            "topics": "JSON array: the topics it mentions",
        },
    ),
    "version_parts": (
        "Derived. The captures that make up a version.",
        {
            "document": "the document",
            "n": "the version's number",
            "part": "`entry`, `page` or `file`",
            "capture": "the capture",
            "captured": f"when it was captured; {_MOMENT}",
            "content": "what was read from it",
        },
    ),
    "changes": (
        "Derived. The changes, as in `v_changes`.",
        {
            "id": "the change's name",
            "document": "the document",
            "position": "its place among the document's changes",
            "n": "the version that the change led to, or stands in",
            "kind": "the kind of step",
            "severity": "`routine`, `notable` or `important`",
            "reasons": "JSON array: why it is rated so",
            "events": "JSON array: what it means",
            "window_after": f"it happened after this moment; {_MOMENT}",
            "window_until": f"and not later than this one; {_MOMENT}",
            "before": "JSON object: the version before",
            "after": "JSON object: the version after",
            "fields": "JSON array: the fields that differ",
            "words_added": "how many words were added",
            "words_removed": "how many words were removed",
            "mentions_before": "mentions before",
            "mentions_after": "mentions after",
            "shift": "what it did to the mentions",
            "mention_changes": "JSON array: the sentences concerned",
            "meanings": "JSON array: edits of words that bear meaning",
            "ignored": "JSON array: what differs and does not count",
        },
    ),
    "citations": (
        "Derived. What versions of followed documents refer to, as in `v_citations`.",
        {
            "document": "the document",
            "n": "the version's number",
            "position": "its place among the version's citations",
            "law": "the law",
            "section": "its section, number or title",
            "written": "the words as written",
            "block": "the block, from 0",
            "start": "where in the block the words begin",
        },
    ),
    "statements": (
        "Derived. Sentences that state a topic's legal status, as in `v_statements`.",
        {
            "document": "the document",
            "n": "the version's number",
            "position": "its place among the version's statements",
            "topic": "the topic",
            "about": "of which status it speaks",
            "status": "its own standing",
            "sentence": "the sentence",
            "section": "the nearest heading above",
            "block": "the block, from 0",
            "start": "where in the block the sentence begins",
        },
    ),
    "phrases": (
        "Derived. Which paragraphs stand in which letters: what many of them share is standard wording.",
        {
            "document": "the letter",
            "numbers": "a number of six bytes for each different paragraph of its latest version, made from its words",
        },
    ),
    "mentions": (
        "Derived. The mentions, as in `v_mentions`.",
        {
            "document": "the document",
            "n": "the version's number",
            "position": "its place among the version's mentions",
            "topic": "the topic",
            "section": "the nearest heading above",
            "sentence": "the sentence around it",
            "variant": "the words as written",
            "block": "the block, from 0",
            "start": "where in the block the words begin",
            "role": "what the sentence does in a letter to a firm",
        },
    ),
    "standings": (
        "Derived. Where each document stands.",
        {
            "document": "the document",
            "number": "the regulator's own number",
            "url": "the latest address of its page",
            "pair": "the address of the twin in the other language",
            "status": "`current`, `delisted` or `removed`",
            "followed": "1 when it is followed",
            "follow_reason": "why",
            "published": "the regulator's date",
            "published_basis": "which date that is",
            "version_count": "how many versions it has",
            "first_seen": f"when it was first seen; {_MOMENT}",
            "indexed": "JSON: what the search index holds of it, needed to take it out again",
            "basis": "a hash over what the rest was derived from: equal ones need no deriving",
        },
    ),
    "list_beliefs": (
        "Derived. Runs whose list is believed: what it does not show has left it.",
        {"crawl": "the run"},
    ),
    "doubts": (
        "Derived. Visits that are not believed for now.",
        {"visit": "the visit", "reason": "why"},
    ),
    "aliases": (
        "Derived. Documents that are another one at a new address.",
        {"document": "the document", "stands_for": "the one known before", "reason": "why they are the same"},
    ),
    "template_edits": (
        "Derived. Edits that were made to many pages alike in one run: the site's template, no document's change.",
        {"crawl": "the run", "edit": "the hash of the edit"},
    ),
    "derivation": (
        "Derived. By which rules the rest was derived.",
        {"key": "`rules`", "value": "the topics and the follow list, as one text"},
    ),
    "search": (
        "Derived. The full-text index over the latest versions (FTS5); `rowid` is the document's `ref`.",
        {"title": "the title", "number": "the number", "body": "the text"},
    ),
}

_OURS = ("_sqlite_", "sqlite_")


def relations(store: Store) -> list[Relation]:
    """Every view and table of a store, in the order of its schema; what SQLite keeps for itself is left out."""
    rows = store.execute("select name, type from pragma_table_list where schema = 'main' order by rowid").fetchall()
    order = [name for (name,) in store.execute("select name from sqlite_schema order by rowid")]
    kept = [(name, kind) for name, kind in rows if kind in ("view", "table", "virtual") and not name.startswith(_OURS)]
    kept.sort(key=lambda row: order.index(row[0]))
    return [Relation(name, tuple(_columns(store, name)), kind == "view") for name, kind in kept]


def _columns(store: Store, relation: str) -> Iterator[tuple[str, str]]:
    yield from store.execute("select name, lower(type) from pragma_table_info(?)", (relation,)).fetchall()


def described(relation: str) -> tuple[str, Mapping[str, str]]:
    """What a relation is, and its columns. Raises KeyError for one that nobody has described."""
    if relation == "v_latest":
        return VIEWS["v_latest"][0], VIEWS["v_versions"][1]
    return VIEWS[relation] if relation in VIEWS else TABLES[relation]


def page(found: Sequence[Relation]) -> str:
    """The data dictionary in Markdown: views for people first, then the tables below them."""
    views = [relation for relation in found if relation.is_view]
    tables = [relation for relation in found if not relation.is_view]
    lines = [
        "# Data dictionary",
        "",
        "Written by `make docs` from the schema. The views are an interface: their columns are the keys of `--json`.",
        "The tables below them may change between versions; facts are only ever added, what is derived is rebuilt.",
        "",
        "```sh",
        'exowatch query "select published, number, title from v_documents where followed order by published" --csv',
        "```",
        "",
        "## Views",
    ]
    for relation in views:
        lines += _section(relation)
    lines += ["", "## Tables"]
    for relation in tables:
        lines += _section(relation)
    return "\n".join(lines) + "\n"


def _section(relation: Relation) -> Iterator[str]:
    about, columns = described(relation.name)
    yield from ("", f"### {relation.name}", "", about, "")
    yield from (
        ("| column | meaning |", "| --- | --- |")
        if relation.is_view
        else (
            "| column | type | meaning |",
            "| --- | --- | --- |",
        )
    )
    for name, kind in relation.columns:
        typed = "" if relation.is_view else f" {kind or 'text'} |"
        yield f"| `{name}` |{typed} {columns[name]} |"
