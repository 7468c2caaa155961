"""Documents, changes and runs as the plain objects that `--json` promises: the contract's keys, in its order."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from store.clock import shown
from store.records import Change, Document, Run, Side
from store.reviews import Review

Json = dict[str, object]

# Signs above ASCII that command a terminal, hide words or turn them, and halves of characters, which are no UTF-8.
_SHOWS_NONE: Final = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def written(answer: Mapping[str, Any]) -> str:
    """An answer as JSON text that a terminal may be shown: what commands it or hides is escaped, the values are as given.

    >>> written({"title": "\\x9b31m caf\xe9"}) == '{\\n  "title": "\\\\u009b31m caf\xe9"\\n}'
    True
    """
    text = json.dumps(answer, ensure_ascii=False, indent=2, default=str)
    return text if text.isascii() and "\x7f" not in text else _SHOWS_NONE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if ord(found[0]) > 0x7F else "\\u007f"


def document_json(document: Document) -> Json:
    """A document as `documents`, `show` and `digest` print it."""
    return {
        "id": document.id,
        "source": document.source,
        "number": document.number,
        "url": document.url,
        "urls": list(document.urls),
        "pair": document.pair,
        "title": document.title,
        "language": document.language,
        "status": str(document.status),
        "followed": document.followed,
        "follow_reason": document.follow_reason,
        "published": document.published,
        "published_basis": document.published_basis,
        # Sorted: equal documents print equal bytes, whatever order their fields were read in.
        "fields": dict(sorted(document.fields.items())),
        "topics": list(document.topics),
        "mentions": document.mentions,
        "version_count": document.version_count,
        "first_seen": shown(document.first_seen),
        "last_seen": shown(document.last_seen),
    }


def change_json(change: Change, document: Document, review: Review | None = None) -> Json:
    """A change of this document as `changes` and `digest` print it, with the review that stands for it."""
    return {
        "id": change.id,
        "document": document.id,
        "number": document.number,
        "source": document.source,
        "url": document.url,
        "title": document.title,
        "kind": str(change.kind),
        "severity": str(change.severity),
        "reasons": list(change.reasons),
        "events": [asdict(event) for event in change.events],
        "window": {
            "after": shown(change.window.after) if change.window.after else None,
            "until": shown(change.window.until),
        },
        "before": _side(change.before, seen="last_seen"),
        "after": _side(change.after, seen="first_seen"),
        "fields": [asdict(field) for field in change.fields],
        "words_added": change.words_added,
        "words_removed": change.words_removed,
        "mentions": {"before": change.mentions_before, "after": change.mentions_after},
        "shift": str(change.shift),
        "mention_changes": [{**asdict(told), "shift": str(told.shift)} for told in change.mention_changes],
        "meanings": [{**asdict(meaning), "token": str(meaning.token)} for meaning in change.meanings],
        "ignored": [asdict(ignored) for ignored in change.ignored],
        "review": review_json(review) if review else None,
    }


def review_json(review: Review) -> Json:
    """What a person decided of a change."""
    said = review.said
    return {
        "decision": str(said.decision),
        "by": said.by,
        "at": shown(review.at),
        "note": said.note,
        "owner": said.owner,
        "due": said.due,
    }


def run_json(run: Run) -> Json:
    """A run with its ledger as `crawl`, `import` and `digest` print it."""
    return {
        "source": run.source,
        "origin": str(run.origin),
        "started": shown(run.started),
        "finished": shown(run.finished) if run.finished else None,
        "declared": run.declared,
        "listed": run.listed,
        "captured": run.captured,
        "unchanged": run.unchanged,
        "failed": run.failed,
        "skipped": run.skipped,
        "documents_new": run.documents_new,
        "documents_followed": run.documents_followed,
        "versions_new": run.versions_new,
        "changes_new": run.changes_new,
        "outcomes": dict(sorted(run.outcomes.items())),
        "issues": [asdict(issue) for issue in run.issues],
    }


def _side(side: Side | None, *, seen: str) -> Json | None:
    if side is None:
        return None
    return {"n": side.n, "sha256": side.sha256, "text_sha256": side.text_sha256, seen: shown(side.seen)}
