"""Documents, changes and runs as the plain objects that `--json` promises: the contract's keys, in its order."""

from __future__ import annotations

from dataclasses import asdict

from store.clock import shown
from store.records import Change, Document, Run, Side
from store.reviews import Review

Json = dict[str, object]


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
