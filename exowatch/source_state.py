"""How a source stands: its card for readers, and why a run did not read it."""

from __future__ import annotations

from crawler.source import Source
from reports.cards import SourceCard
from store.records import Outcome, Run


def card(source: type[Source]) -> SourceCard:
    """A source as a reader knows it."""
    return SourceCard(source.name, source.regulator, source.title, source.listing, source.unlisted)


_FAULTS = frozenset({"blocked", "listing_incomplete", "list_failed", "layout", "robots", "guard"})
_READ = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED)


def unread(run: Run) -> str:
    """Why a run did not read its source; "" when it did."""
    said = [issue.message for issue in run.issues if issue.kind in _FAULTS]
    if said:
        return " ".join(dict.fromkeys(said))
    asked = run.listed - run.outcomes.get(Outcome.NOT_DUE, 0)
    if asked and not answered(run):
        return f"none of {asked} addresses answered"
    return ""


def answered(run: Run) -> bool:
    """Whether a run has anything to show for it: one that was broken off at once proves nothing."""
    return any(run.outcomes.get(good) for good in _READ)
