"""Where it stands at the end of a period: what stood at its beginning too, what is new, and what stands no longer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.pieces import Line, Listing, Piece, Point, Said
from reports.position import LETTERS_SHOWN, Position, PositionEntry, reading
from reports.twins import Drift
from reports.wording import counted, day
from store.records import StatementStatus

_Key = tuple[str, str]


def stands(before: Position | None, after: Position, drifts: Sequence[Drift]) -> tuple[Point, ...]:
    """Regulator by regulator: the sentences that are new or edited, those that stand no longer, then the unchanged.

    `before` is the position at the beginning of the period; None where nothing had been read by then.
    """
    regulators = dict.fromkeys(source.card.regulator for source in after.sources)
    return tuple(Point(name, tuple(_regulator(name, before, after, drifts))) for name in regulators)


def _regulator(name: str, before: Position | None, after: Position, drifts: Sequence[Drift]) -> Iterator[Piece]:
    now, then = _of(name, after), _of(name, before) if before else []
    still = [entry for entry in now if entry.gone_since is None]
    known = {_key(entry) for entry in then}
    fresh = [entry for entry in still if _key(entry) not in known]
    kept = [entry for entry in still if _key(entry) in known]
    ended = {_key(entry) for entry in still} | _replaced(fresh)
    served = {_key(entry): entry for entry in now}
    gone = [served.get(_key(entry), entry) for entry in then if _key(entry) not in ended]
    yield Said(" ".join(_verdict(still, fresh, gone, before)))
    yield from bounded(fresh)
    if gone:
        yield Listing(tuple(_gone(entry) for entry in gone))
    yield from bounded(kept, f"{counted(len(kept), 'sentence')}, word for word as when the period began")
    if said := languages(name, after, drifts):
        yield Said(said)
    yield Listing(
        tuple(Line(words=reading(s, after)) for s in after.sources if s.card.regulator == name), "What was read"
    )


def bounded(entries: Sequence[PositionEntry], summary: str = "", *, before_too: bool = True) -> Iterator[Piece]:
    """The sentences as a list, of letters to one firm only those of the latest few; the others are counted."""
    letters = [entry for entry in entries if entry.standing.statement.status is StatementStatus.TO_ONE_FIRM]
    latest = list(dict.fromkeys(entry.document.id for entry in letters))[:LETTERS_SHOWN]
    shown = [entry for entry in entries if entry not in letters or entry.document.id in latest]
    if shown:
        yield Listing(tuple(line_of(entry, before_too=before_too) for entry in shown), summary)
    if rest := len(entries) - len(shown):
        yield Said(
            f"And {counted(rest, 'sentence')} in other letters, each to one firm; exowatch position --json has all."
        )


def _of(regulator: str, position: Position) -> list[PositionEntry]:
    names = {source.card.name for source in position.sources if source.card.regulator == regulator}
    return [entry for entry in position.entries if entry.document.source in names]


def _key(entry: PositionEntry) -> _Key:
    return entry.document.id, entry.standing.statement.sentence


def _replaced(fresh: Sequence[PositionEntry]) -> set[_Key]:
    return {(entry.document.id, entry.standing.replaced.sentence) for entry in fresh if entry.standing.replaced}


def _verdict(
    now: Sequence[PositionEntry],
    fresh: Sequence[PositionEntry],
    gone: Sequence[PositionEntry],
    before: Position | None,
) -> Iterator[str]:
    if not now and not gone:
        yield "No sentence on the topic's legal status stands in what was read."
        return
    confirmed = max((entry.standing.last_confirmed for entry in now), default=None)
    last = f", last confirmed {day(confirmed)}" if confirmed else ""
    said = counted(len(now), "sentence")
    yield f"{said[:1].upper()}{said[1:]} on the topic's legal status{last}."
    edited = [entry for entry in fresh if entry.standing.replaced]
    if before is None or not any(source.last_read for source in before.sources):
        yield "Nothing had been read when the period began, so what stood then is not known."
    elif confirmed is not None and confirmed < before.at:
        yield "None was confirmed in this period: whether they still stand is not known."
    elif not fresh and not gone:
        yield "No change was seen in this period."
    if edited:
        yield f"Edited: {counted(len(edited), 'sentence')}."
    if len(fresh) > len(edited):
        yield f"First seen in this period: {counted(len(fresh) - len(edited), 'sentence')}."
    if gone:
        yield f"No longer standing: {counted(len(gone), 'sentence')}."


_STATUS_WORDS = {
    StatementStatus.FINAL: "in a final document",
    StatementStatus.SAFETY_NOTICE: "in a safety notice",
    StatementStatus.GENERAL: "on a published page",
    StatementStatus.PROPOSED: "proposed, not final",
    StatementStatus.TO_ONE_FIRM: "said to one firm",
}


def line_of(entry: PositionEntry, *, before_too: bool = True) -> Line:
    """A sentence with its document: its standing, when it was first seen and last confirmed, what it read before."""
    standing, document = entry.standing, entry.document
    told = [f"{_STATUS_WORDS[standing.statement.status]}; first seen {day(standing.first_seen)}"]
    told.append(f"last confirmed {day(standing.last_confirmed)}")
    if entry.gone_since:
        told.append(f"the page is no longer served since {day(entry.gone_since)}")
    elif entry.asked and entry.asked > standing.last_confirmed:
        told.append(f"asked for again {day(entry.asked)}, not confirmed ({entry.answer or 'no answer'})")
    if standing.replaced and before_too:
        told.append(f"it read before: “{standing.replaced.sentence}”")
    return Line(
        document.title,
        "; ".join(told),
        document.url,
        language=document.language,
        quote=standing.statement.sentence,
    )


def _gone(entry: PositionEntry) -> Line:
    gone = (
        f"the page is no longer served since {day(entry.gone_since)}" if entry.gone_since else "stands there no longer"
    )
    words = f"{gone}; last confirmed {day(entry.standing.last_confirmed)}"
    document = entry.document
    return Line(
        document.title, words, document.url, language=document.language, quote=entry.standing.statement.sentence
    )


def languages(regulator: str, after: Position, drifts: Sequence[Drift]) -> str:
    """Whether English and French changed together in the period; "" for a regulator that writes in one language."""
    names = {source.card.name for source in after.sources if source.card.regulator == regulator}
    if not any(entry.document.language == "fr" and entry.document.source in names for entry in after.entries):
        return ""
    apart = [drift for drift in drifts if drift.document.source in names]
    if not apart:
        return "English and French: no page changed in one language alone."
    return f"English and French: {counted(len(apart), 'page')} changed in one language and not in the other, as said below."
