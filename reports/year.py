"""The review of a year, or of any long period, in twelve points: what is known and how, before anything is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from reports.cards import SourceCard
from reports.digest import Digest, interrupted, layout, unread
from reports.entries import ChangeEntry, Item
from reports.headlines import headline, standing_word, weightiest
from reports.pieces import Edit, Line, Listing, Piece, Point, Said, Table
from reports.position import Position, PositionEntry
from reports.sections import ENFORCEMENT_SOURCES, first_reading
from reports.standing import bounded, languages
from reports.threads import Stage, Thread, threads
from reports.wording import counted, dates, day, reference, window_words
from reports.year_chart import in_figures, timeline
from reports.year_facts import YearFacts
from reports.year_letters import LetterHeld, charges, firms_met_again, table_of_letters
from store.events import EventName
from store.records import Document, Kind, Origin, Severity
from store.severity import rank

LONG: Final = timedelta(days=180)
"""A period of so many days is reviewed."""
MATTERED: Final = 10
_EDITS: Final = 40
"""So many edits are shown in the review; the others stand with the changed texts."""


def points(digest: Digest) -> tuple[Point, ...]:
    """The twelve points of a digest that was composed with what they rest on; none otherwise."""
    if digest.review is None:
        return ()
    found = (
        ("The answer on a page", _answer(digest)),
        ("What is known, and how", _known(digest, digest.review)),
        ("Ten things that mattered", _mattered(digest)),
        ("Letters", _letters(digest, digest.review)),
        ("Charges and claims", charges(_of_period(digest, digest.review), _before(digest, digest.review))),
        ("Guidance and law by status", _by_status(digest, digest.review)),
        ("Canada, thread by thread", _threads(digest, digest.review)),
        ("Recalls and alerts", _recalls(digest)),
        ("Firms with more than one contact", firms_met_again(digest.review.letters)),
        ("Pages edited without announcement", _edits(digest)),
        ("Reviews and corrections", _register(digest, digest.review)),
        ("Method, limits, and a chart", _method(digest)),
    )
    return tuple(Point(f"{n}. {heading}", tuple(pieces)) for n, (heading, pieces) in enumerate(found, 1))


# 1. The answer on a page


def _answer(digest: Digest) -> Iterator[Piece]:
    after, before = digest.position, digest.position_before
    if after is None:
        yield Said("What the regulators stated was not asked for.")
        return
    yield Said(
        "The regulators' own sentences on the topic's legal status, word for word; no conclusion is drawn from them."
    )
    began, ended = day(digest.period.start), day(_last_moment(after.at))
    if before is None or before.at > digest.period.start:
        first = f"; the first reading is of {day(before.at)}" if before else ""
        yield Said(f"On {began} nothing had been read here{first}. What stood before that is not known.")
        began = day(before.at) if before else began
    for regulator in dict.fromkeys(source.card.regulator for source in after.sources):
        yield from _sides(regulator, before, after, began, ended)
        if said := languages(regulator, after, digest.drifts):
            yield Said(said)
    yield from _between(digest)


def _last_moment(end: datetime) -> datetime:
    return end - timedelta(microseconds=1)


def _sides(regulator: str, before: Position | None, after: Position, began: str, ended: str) -> Iterator[Piece]:
    then, now = (_said_by(regulator, position) for position in (before, after))
    still = [entry for entry in now if entry.gone_since is None]
    gone = {_key(entry) for entry in now if entry.gone_since is not None}
    only_then = [entry for entry in then if _key(entry) not in {_key(one) for one in still}]
    both = [entry for entry in still if _key(entry) in {_key(one) for one in then}]
    if not then and not still:
        yield Said(f"{regulator}: no sentence on the topic's legal status was found in what was read.")
    for words, entries in (
        (f"{regulator}, on {began} and on {ended}, unchanged:", both),
        (
            f"{regulator}, on {began} and no longer on {ended}:",
            [entry for entry in only_then if _key(entry) not in gone],
        ),
        (f"{regulator}, on {began}; the page is no longer served on {ended}:", [e for e in now if _key(e) in gone]),
        (f"{regulator}, on {ended} and not yet on {began}:", [entry for entry in still if entry not in both]),
    ):
        if entries:
            yield Said(words)
            yield from bounded(entries, before_too=False)


def _said_by(regulator: str, position: Position | None) -> list[PositionEntry]:
    if position is None:
        return []
    names = {source.card.name for source in position.sources if source.card.regulator == regulator}
    return [entry for entry in position.entries if entry.document.source in names]


def _key(entry: PositionEntry) -> tuple[str, str]:
    return entry.document.id, entry.standing.statement.sentence


def _between(digest: Digest) -> Iterator[Piece]:
    steps = [
        Line(entry.document.title, _step(entry, event.before, event.after), anchor=entry.document.id,
             url=entry.document.url, language=entry.document.language)
        for entry in digest.changes
        for event in entry.change.events
        if event.name == EventName.STANDING_CHANGED
    ]  # fmt: skip
    if steps:
        yield Said("What changed between:")
        yield Listing(tuple(steps))
    else:
        yield Said("Between, no change of such a sentence was seen.")


def _step(entry: ChangeEntry, before: str, after: str) -> str:
    when = window_words(entry.change.window)
    if before and after:
        return f"{when}, “{before}” became “{after}”"
    return f"{when}, “{after}” came to stand there" if after else f"{when}, “{before}” ceased to stand there"


# 2. What is known, and how

_ORIGINS: Final = (
    (Origin.LIVE, "Own captures"),
    (Origin.WAYBACK, "Web archives"),
    (Origin.WARC, "WARC files"),
    (Origin.IMPORT, "Imported"),
)


def _known(digest: Digest, facts: YearFacts) -> Iterator[Piece]:
    yield Table(
        "Followed documents of which captures are held, by origin, and when the captures are of",
        ("Source", "Documents", *(name for _, name in _ORIGINS), "From", "To"),
        tuple(_origins(card, facts) for card in digest.sources),
    )
    bases = [document.published_basis or "" for document in facts.documents]
    named = (
        ("posted", "posted"),
        ("issued", "issued"),
        ("current_as_of", "“content current as of” only"),
        ("", "none"),
    )
    said = ", ".join(f"{words} {bases.count(basis)}" for basis, words in named)
    yield Said(f"The regulator's own date, by its kind, of {counted(len(bases), 'document')}: {said}.")
    yield from _gaps(digest)


def _origins(card: SourceCard, facts: YearFacts) -> tuple[Line, ...]:
    known = [one for one in facts.known if one.source == card.name]
    held = sum(document.source == card.name for document in facts.documents)
    by_origin = {one.origin: one.documents for one in known}
    first, last = min((one.first for one in known), default=None), max((one.last for one in known), default=None)
    return (
        Line(card.title, url=card.listing_url),
        Line(words=str(held)),
        *(Line(words=str(by_origin.get(origin, 0))) for origin, _ in _ORIGINS),
        Line(words=day(first) if first else "never"),
        Line(words=day(last) if last else "never"),
    )


def _gaps(digest: Digest) -> Iterator[Piece]:
    missed = {card.name for card in (*unread(digest), *interrupted(digest))}
    lines = [Line(card.title, sentence) for card in digest.sources for sentence in card.unlisted]
    lines += [Line(card.title, "not read in full for a part of the period, as said above")
              for card in digest.sources if card.name in missed]  # fmt: skip
    late = [entry for entry in digest.changes if entry.change.window.after is None and first_reading(entry.change)]
    if late:
        words = f"{counted(len(late), 'document')} seen without an earlier look: since when they stood as they do is not known"
        lines.append(Line(words=words))
    yield Said("What is not known:" if lines else "No gap is known.")
    if lines:
        yield Listing(tuple(lines))


# 3. Ten things that mattered


def _mattered(digest: Digest) -> Iterator[Piece]:
    ranked = sorted(_news(digest), key=_importance)
    if not ranked:
        yield Said("Nothing of weight was seen.")
        return
    yield Listing(tuple(_one_line(item) for item in _one_language(ranked, digest.language)[:MATTERED]))


def _news(digest: Digest) -> Iterator[Item]:
    for section in layout(digest).sections:
        for group in section.groups:
            yield from (*group.items, *(item for item in group.titles if item.published))


def _importance(item: Item) -> tuple[int, int, str, str]:
    entry = weightiest(item)
    gravity = entry.change.severity if entry else Severity.NOTABLE
    weight = rank(entry.change.reasons) if entry else rank(("a document that is new to the topic",))
    return -list(Severity).index(gravity), weight, _month_of(item), item.document.id


def _one_language(items: Iterable[Item], language: str) -> list[Item]:
    """One of two twins: that in the digest's language, at the place of the first."""
    found: dict[str, Item] = {}
    for item in items:
        pair = item.document.pair or ""
        if pair not in found:
            found[item.document.id] = item
        elif item.document.language == language:
            found[pair] = item
    return list(found.values())


def _month_of(item: Item) -> str:
    """The day by which a line is dated: the regulator's where the document is the news, else that of our look."""
    entry = weightiest(item)
    if item.published and (entry is None or first_reading(entry.change)):
        return item.document.published or ""
    return f"{entry.change.window.until:%Y-%m-%d}" if entry else item.document.published or ""


_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _one_line(item: Item) -> Line:
    dated = _month_of(item)
    month = _MONTHS[int(dated[5:7]) - 1] if dated else ""
    document = item.document
    return Line(document.title, headline(item), document.url, document.id, document.language, lead=month)


# 4 and 5. Letters


def _letters(digest: Digest, facts: YearFacts) -> Iterator[Piece]:
    if facts.letters_unread:
        older = counted(facts.letters_unread, "older letter")
        yield Said(f"Read for this table, the charges and the firms: the latest letters; {older} held were not.")
    yield from table_of_letters(_of_period(digest, facts), digest.as_of.date().isoformat())
    closed = [
        Line(entry.document.title, event.sentence, entry.document.url, entry.document.id, entry.document.language)
        for entry in digest.changes
        for event in entry.change.events
        if event.name == EventName.CLOSEOUT_POSTED
    ]
    yield Said(
        "Close-out letters seen in the period, each for its warning letter only:"
        if closed
        else "No close-out letter was seen in the period."
    )
    if closed:
        yield Listing(tuple(closed))


def _of_period(digest: Digest, facts: YearFacts) -> list[LetterHeld]:
    mine = {entry.document.id for entry in digest.published}
    return [letter for letter in facts.letters if letter.document.id in mine]


def _before(digest: Digest, facts: YearFacts) -> list[LetterHeld]:
    first = digest.period.days[0]
    return [letter for letter in facts.letters if "" < (letter.document.published or "") < first]


# 6. Guidance and law by status


def _by_status(digest: Digest, facts: YearFacts) -> Iterator[Piece]:
    known = [document for document in facts.documents if document.source not in ENFORCEMENT_SOURCES]
    found: dict[str, list[Document]] = {}
    for document in known:
        found.setdefault(standing_word(document), []).append(document)
    if not found:
        yield Said("No guidance, notice or page that mentions the topic is held.")
        return
    said = "; ".join(f"{word} {len(found[word])}" for word in sorted(found))
    yield Said(f"As known on {day(digest.as_of)}: {said}.")
    for word in sorted(found):
        lines = tuple(_status_line(document) for document in found[word])
        yield Said(f"{word}:")
        yield Listing(lines, f"{counted(len(lines), 'document')}" if len(lines) > MATTERED else "")


def _status_line(document: Document) -> Line:
    gone = ["no longer served"] if document.status == "removed" else []
    known = [*([reference(document)] if reference(document) else []), *dates(document), *gone]
    return Line(document.title, "; ".join(known), document.url, document.id, document.language)


# 7. Canada, thread by thread

_CANADA: Final = "canad"


def _threads(digest: Digest, facts: YearFacts) -> Iterator[Piece]:
    canadian = {card.name for card in digest.sources if _CANADA in card.regulator.casefold()}
    found = threads(document for document in facts.documents if document.source in canadian)
    if not found:
        yield Said("No consultation on the topic is among the documents held.")
        return
    for n, thread in enumerate(found, 1):
        yield Said(f"Thread {n}, {counted(len(thread.documents), 'document')}:")
        yield Listing(tuple(_steps(thread, digest)))


def _steps(thread: Thread, digest: Digest) -> Iterator[Line]:
    for stage in (Stage.CONSULTATION, Stage.NOTICE, Stage.HEARD, Stage.FINAL, Stage.OTHER):
        for document in thread.of(stage):
            known = [f"{stage} ({document.language or 'language not stated'})", *dates(document)]
            known += [reference(document)] if reference(document) else []
            yield Line(document.title, "; ".join(known), document.url, document.id, document.language)
        if stage in (Stage.HEARD, Stage.FINAL) and not thread.of(stage):
            yield Line(words=f"{stage}: none seen by {day(digest.as_of)}")


# 8. Recalls


def _recalls(digest: Digest) -> Iterator[Piece]:
    cards = [card for card in digest.sources if card.name == "health_canada_recalls"]
    if not cards:
        yield Said("No source of recalls and alerts is read here, so nothing can be said of them.")
        return
    lines = tuple(_recall(entry.document) for entry in digest.published if entry.document.source == cards[0].name)
    missed = cards[0] in unread(digest)
    if not lines:
        yield Said(
            "None that mentions the topic was published in the period" + (", in what was read." if missed else ".")
        )
        return
    yield Listing(lines)


def _recall(document: Document) -> Line:
    told = [standing_word(document).capitalize(), document.fields.get("recall_class", ""), reference(document)]
    known = [*filter(None, told), *dates(document)]
    return Line(document.title, "; ".join(known), document.url, document.id, document.language)


# 10. Pages edited without announcement

_ANNOUNCED: Final = frozenset({
    EventName.FINALISED, EventName.REVISED_DRAFT, EventName.CONSULTATION_OPENED, EventName.CONSULTATION_CLOSED,
    EventName.COMMENTS_OPENED, EventName.COMMENTS_EXTENDED, EventName.COMMENTS_REOPENED, EventName.REPLACED_BY,
    EventName.WITHDRAWN_BY_REGULATOR, EventName.CLOSEOUT_POSTED, EventName.RESPONSE_POSTED,
    EventName.RECALL_CLASS_CHANGED, EventName.PRODUCTS_ADDED,
})  # fmt: skip


def _edits(digest: Digest) -> Iterator[Piece]:
    found = [entry for entry in digest.changes if _unannounced(entry)]
    if not found:
        yield Said("None was seen.")
        return
    yield Said(
        "The text changed, no act of the regulator came with it, and the date the regulator gives the page does not lie"
        " in the window in which it did. The date of the page's last modification may have moved."
    )
    ranked = sorted(found, key=lambda entry: (-list(Severity).index(entry.change.severity), entry.change.window.until))
    for entry in ranked[:_EDITS]:
        document = entry.document
        words = f"changed {window_words(entry.change.window)}"
        yield Edit(Line(document.title, words, document.url, document.id, document.language), entry)
    if len(found) > _EDITS:
        yield Said(f"And {counted(len(found) - _EDITS, 'more edit')}, under “Changed text on followed pages”.")


def _unannounced(entry: ChangeEntry) -> bool:
    change, published = entry.change, entry.document.published or ""
    if change.kind not in (Kind.REVISED, Kind.REVERTED) or any(event.name in _ANNOUNCED for event in change.events):
        return False
    after = f"{change.window.after:%Y-%m-%d}" if change.window.after else ""
    return not after < published <= f"{change.window.until:%Y-%m-%d}"


# 11 and 12. Register, method


def _register(digest: Digest, facts: YearFacts) -> Iterator[Piece]:
    yield Said(
        f"{counted(facts.reviews, 'review')} recorded by people until {day(digest.as_of)}."
        if facts.reviews
        else f"No review was recorded by {day(digest.as_of)}."
    )
    yield Said(
        f"{counted(len(digest.corrections), 'correction')} to digests sent earlier:"
        if digest.corrections
        else "No correction to a digest sent earlier is known."
    )
    if digest.corrections:
        yield Listing(
            tuple(Line(it.title, f"{it.sentence} ({it.cause}; digest {it.label})") for it in digest.corrections)
        )


def _method(digest: Digest) -> Iterator[Piece]:
    yield Said(
        "Documents are those whose text mentions a watched term. Published counts go by the regulator's own date;"
        " changes by the day on which a look showed them, so that the window in which they happened may be months."
        " Letters are counted once, in whatever language or place they mention the topic."
    )
    yield Said(
        "Limits: what a regulator has not published, or published where no source reads, is not counted; an archive"
        " holds a page only as of its captures; provisions, products and claims are recognised by rules, and wording"
        " that no rule knows is missed."
    )
    chart = timeline(digest.sources, digest.published, digest.period.days, "Documents published, by month and source")
    yield chart
    yield in_figures(chart)
