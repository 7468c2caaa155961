"""The signs by which each event is recognised: one function for each, over the facts of one step.

Every function answers with what it found, once for each time that the event happened; most find one thing or nothing.
What is said of it, and the order, stand in the table of `store/events.py`. Words that close or open something are
those of the sources: FDA's "Draft" and "Final", Health Canada's "Open" and "Closed", "Ouvert" and "Fermé".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from store import contacts
from store.closeouts import Closeout, closeout
from store.course import kept_words, steps
from store.declarations import ARCHIVED, REPLACED, WITHDRAWN, newly_declared, no_longer_declared
from store.products import rows_added
from store.records import FieldChange, Kind, Statement, StatementStep
from store.stepfacts import Found, StepFacts

_OPEN = frozenset({"open", "ouvert", "ouverte"})
_CLOSED = frozenset({"closed", "fermé", "fermée", "clos", "close", "terminé", "terminée"})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NAMED = 5
"""So many added products are named; of further ones the number is said."""


def first_mention(step: StepFacts) -> Iterator[Found]:
    if step.kind is Kind.NEW and not step.first_version:
        yield Found()


# Letters


def closeout_dated_in_list(step: StepFacts) -> Iterator[Found]:
    """The list's column holds the day on which the close-out letter's page was posted, not the letter's own."""
    return _newly_stated(step, "closeout")


def closeout_letter(step: StepFacts) -> Iterator[Found]:
    """The document is a close-out letter itself, and new."""
    if step.kind is Kind.NEW:
        letter = closeout(step.titles[1], step.after, step.blocks()[1], step.key)
        if letter is not None:
            yield Found("", letter.posted or letter.dated, _told(letter, step.after.get("current_as_of", "")))


def _told(letter: Closeout, current_as_of: str) -> dict[str, str]:
    """The two days and the letters covered, each as a phrase: all three may be missing."""
    unknown = f"content current as of {current_as_of} (posted date not known)" if current_as_of else ""
    return {
        "dated": f"dated {letter.dated}" if letter.dated else "without a date",
        "posted": f"posted {letter.posted}" if letter.posted else unknown or "posted date not known",
        "letters": _letters(letter),
    }


def _letters(letter: Closeout) -> str:
    if not letter.covers and not letter.of_dates:
        return "a warning letter that it does not name"
    noun = "warning letters" if max(len(letter.covers), len(letter.of_dates)) > 1 else "warning letter"
    dated = f"dated {_listed(letter.of_dates)}" if letter.of_dates else ""
    return " ".join(filter(None, [noun, _listed(letter.covers), dated]))


def response_posted(step: StepFacts) -> Iterator[Found]:
    return _newly_stated(step, "response")


def recipient_changed(step: StepFacts) -> Iterator[Found]:
    return _restated(step, "recipient")


def issue_date_corrected(step: StepFacts) -> Iterator[Found]:
    """A guidance that comes with another status, file or text is issued anew: its date is no correction."""
    guidance = _status(step.after) in ("draft", "final")
    anew = step.kind is Kind.REVISED or step.change("status") or step.change("media")
    if not (guidance and anew):
        yield from _restated(step, "issued")


# Guidance


def finalised(step: StepFacts) -> Iterator[Found]:
    change = step.change("status")
    if change and (_status(step.before), _status(step.after)) == ("draft", "final"):
        yield Found(change.before, change.after, {"drafted": step.before.get("issued", ""), "final": _issued(step)})


def draft_after_final(step: StepFacts) -> Iterator[Found]:
    change = step.change("status")
    if change and (_status(step.before), _status(step.after)) == ("final", "draft"):
        yield Found(change.before, change.after, {"drafted": _issued(step), "final": step.before.get("issued", "")})


def draft_after_draft(step: StepFacts) -> Iterator[Found]:
    """A later date alone may be a correction: a revised draft has another file or another text too."""
    change = step.change("issued")
    both = (_status(step.before), _status(step.after)) == ("draft", "draft")
    if change and both and _is_later(change) and (step.change("media") or step.kind is Kind.REVISED):
        yield Found(change.before, change.after)


def docket_changed(step: StepFacts) -> Iterator[Found]:
    return _restated(step, "docket")


# Comments: on drafts only, for final guidance keeps stale dates. They may be sent at any time; the date secures that
# they are considered before work on the final version begins (21 CFR 10.115(g)(5)).


def comments_opened(step: StepFacts) -> Iterator[Found]:
    """For the first time: the draft is new, now takes comments or now states a date, and stated none before."""
    told = step.is_first or step.change("comments_open") or step.change("comments_due")
    if told and _takes_comments(step) and not _earlier_due(step):
        yield Found("", step.after.get("comments_due", ""))


def comments_reopened(step: StepFacts) -> Iterator[Found]:
    earlier = _earlier_due(step)
    if step.change("comments_open") and _takes_comments(step) and earlier:
        yield Found(earlier, step.after.get("comments_due", ""))


def comments_extended(step: StepFacts) -> Iterator[Found]:
    """A later date, while comments were taken all along."""
    change = step.change("comments_due")
    all_along = _takes_comments(step) and not step.change("comments_open")
    if change and all_along and _earlier_due(step) and _is_later(change):
        yield Found(change.before, change.after)


def _takes_comments(step: StepFacts) -> bool:
    return _status(step.after) == "draft" and step.after.get("comments_open", "").casefold() == "yes"


def _earlier_due(step: StepFacts) -> str:
    """The date for comments that the draft stated before; on anything but a draft it means nothing."""
    return step.before.get("comments_due", "") if _status(step.before) == "draft" else ""


# Consultations


def consultation_opened(step: StepFacts) -> Iterator[Found]:
    turned = step.change("status") and _status(step.before) not in _OPEN
    if _status(step.after) in _OPEN and (step.is_first or turned):
        yield Found(step.before.get("status", ""), step.after["status"])


def consultation_closed(step: StepFacts) -> Iterator[Found]:
    change = step.change("status")
    if change and _status(step.before) in _OPEN and _status(step.after) in _CLOSED:
        days = {name: step.after.get(name) or step.before.get(name, "") for name in ("opened", "closes")}
        yield Found(change.before, change.after, days)


# Recalls


def recall_class_changed(step: StepFacts) -> Iterator[Found]:
    """In the regulator's own term ("Type I"), assigned, changed or taken back."""
    if change := step.change("recall_class"):
        yield Found(change.before, change.after)


def products_added(step: StepFacts) -> Iterator[Found]:
    """Rows of a recall's tables first; a recall without them names its products in a field. Only a recall has a NID."""
    if "nid" not in step.after:
        return
    if rows := rows_added(*step.texts()):
        count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
        yield Found("", "; ".join(dict.fromkeys(rows)), {"rows": count, "names": _quoted(rows)})
    elif names := _names_added(step.change("product")):
        yield Found("", "; ".join(names), {"names": _quoted(names)})


def _names_added(change: FieldChange | None) -> tuple[str, ...]:
    """The names a field gained, where it lost none: one that was reworded is not added."""
    if change is None:
        return ()
    old, new = ([name.strip() for name in side.split(";")] for side in (change.before, change.after))
    return tuple(name for name in new if name not in old) if set(old) <= set(new) else ()


# What any document may say of itself


def withdrawn_by_regulator(step: StepFacts) -> Iterator[Found]:
    """Only by the regulator's own words: a page that vanished or left a list was withdrawn by nobody's act."""
    if words := newly_declared(WITHDRAWN, step):
        yield Found("", words)


def replaced_by(step: StepFacts) -> Iterator[Found]:
    if words := newly_declared(REPLACED, step):
        yield Found("", words)


def archived(step: StepFacts) -> Iterator[Found]:
    """By the page's banner or the list's mark, which are a field, or in words."""
    change = step.change("archived")
    words = "" if step.before.get("archived") else newly_declared(ARCHIVED, step)
    if (change and change.after) or words:
        yield Found("", "archived", {"words": words})


def archive_lifted(step: StepFacts) -> Iterator[Found]:
    change = step.change("archived")
    words = "" if step.after.get("archived") else no_longer_declared(ARCHIVED, step)
    if (change and not change.after) or words:
        yield Found("archived", "", {"words": words})


def contact_changed(step: StepFacts) -> Iterator[Found]:
    gone, come = contacts.changed(*step.texts())
    if gone or come:
        yield Found(", ".join(gone), ", ".join(come))


def standing_changed(step: StepFacts) -> Iterator[Found]:
    """Each sentence that was edited, added or taken away. What follows from it is for the reader to conclude."""
    for said in _statement_steps(step):
        if not kept_words(said):
            now = said.after or said.before
            status = now.status.value if now else ""
            yield Found(_sentence(said.before), _sentence(said.after), {"status_of_text": status})


def status_of_text_changed(step: StepFacts) -> Iterator[Found]:
    """The standing of sentences that stayed. A document gives all its sentences the same, so it is told once."""
    kept = [said for said in _statement_steps(step) if kept_words(said)]
    if kept and kept[0].before and kept[0].after:
        was, now = kept[0].before, kept[0].after
        count = f"{len(kept)} of the regulator's sentences" if len(kept) > 1 else ""
        yield Found(was.status.value, now.status.value, {"sentences": count, "sentence": now.sentence})


def _statement_steps(step: StepFacts) -> tuple[StatementStep, ...]:
    return steps(*step.statements) if step.has_two_sides else ()


def _sentence(statement: Statement | None) -> str:
    return statement.sentence if statement else ""


# Lists


def delisted(step: StepFacts) -> Iterator[Found]:
    if FieldChange("listed", "yes", "no") in step.changed:
        yield Found("listed", "not listed")


def relisted(step: StepFacts) -> Iterator[Found]:
    if FieldChange("listed", "no", "yes") in step.changed:
        yield Found("not listed", "listed")


def _newly_stated(step: StepFacts, name: str) -> Iterator[Found]:
    change = step.change(name)
    if change and not change.before:
        yield Found("", change.after)


def _restated(step: StepFacts, name: str) -> Iterator[Found]:
    change = step.change(name)
    if change and change.before and change.after:
        yield Found(change.before, change.after)


def _status(fields: Mapping[str, str]) -> str:
    return fields.get("status", "").casefold()


def _issued(step: StepFacts) -> str:
    """The date of issue, where it moved with the step: an old date is not that of the new status."""
    stated = step.after.get("issued", "")
    return stated if stated != step.before.get("issued", "") else ""


def _is_later(change: FieldChange) -> bool:
    """Whether a day became a later one; what is no day is neither."""
    return all(_DAY.fullmatch(day) for day in (change.before, change.after)) and change.before < change.after


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def _quoted(names: tuple[str, ...]) -> str:
    """The first different names in quotation marks, and how many more there are."""
    different = tuple(dict.fromkeys(names))
    shown = tuple(f"“{name}”" for name in different[:_NAMED])
    more = len(different) - len(shown)
    return _listed((*shown, f"{more} more") if more else shown)
