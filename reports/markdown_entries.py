"""What a digest has to say of one document or one change, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from reports import redline, wording
from reports.brief_rows import NONE_FOUND_MEANS, Row, rows
from reports.campaigns import Campaign
from reports.digest import Digest
from reports.entries import ChangeEntry, MentionPassage, PublishedEntry
from reports.links import is_web
from reports.markdown import Markdown, address, escaped, filled
from reports.telling import KIND_NAMES, is_redlined, pieces, where
from reports.wording import counted, day, field_name, reference
from store.clock import shown
from store.records import Change, Document, FieldChange, Kind, Severity, Side, Status


class Entries:
    """The entries of one digest, which refer to one another. Each is told as blocks of Markdown."""

    def __init__(self, digest: Digest) -> None:
        self._start = digest.period.start
        self._published = {entry.document.id for entry in digest.published}
        self._changed: dict[str, list[Change]] = {}
        for entry in digest.changes:
            self._changed.setdefault(entry.document.id, []).append(entry.change)

    def published(self, entry: PublishedEntry) -> Iterator[Markdown]:
        """A document that its regulator published in the period."""
        document = entry.document
        yield filled("##### {}", document.title)
        yield from _facts(document)
        yield filled("{}", wording.published_sentence(document))
        if changed := self._changed.get(document.id):
            told = (f"{KIND_NAMES[step.kind]}, {day(step.window.until)} (change {step.id})" for step in changed)
            yield filled("Seen changing in this period: {}", "; ".join(told))
        for cited in entry.cited:
            yield filled("{} {}", wording.cited_sentence(cited.document, cited.change), linked(cited.document.url))
        if entry.brief:
            yield Markdown("The letter in brief:")
            yield listed(filled("**{}:** {}", row.label, _answers(row)) for row in rows(entry.brief, _MOST_MENTIONS))
            yield filled("*{}*", NONE_FOUND_MEANS)
        yield from _mentions(entry.passages)
        seen = filled("First seen {}, last seen {}", moment(document.first_seen), moment(document.last_seen))
        versions = filled("{}, {}", seen, counted(document.version_count, "version"))
        yield listed([*_addresses(document), versions])

    def change(self, entry: ChangeEntry, shared: int) -> Iterator[Markdown]:
        """A change seen in the period; `shared` says on how many documents a part of it was made too."""
        document, step = entry.document, entry.change
        yield filled("##### {}", document.title)
        yield from _facts(document, _kind(step.kind, step.severity))
        yield filled("{}", wording.sentence(step, document))
        yield from (filled("{}", note) for note in _notes(entry, self._start, shared))
        yield from _stated(step)
        yield from _redlined(entry)
        if step.kind is Kind.NEW and entry.passages and document.id in self._published:
            yield Markdown("The paragraphs that mention the topic stand under “Published”, above.")
        else:
            yield from _mentions(entry.passages)
        yield listed([*_addresses(document), *_versions(step), filled("Change {}", step.id)])

    def campaign(self, campaign: Campaign) -> Iterator[Markdown]:
        """The same edit on several documents."""
        example = campaign.example
        yield filled("##### The same edit on {}", counted(len(campaign.entries), "document"))
        yield filled("*{}*", _kind(example.change.kind, campaign.severity))
        yield from _stated(example.change)
        yield from _redlined(example)
        yield Markdown("The documents:")
        yield listed(map(_of_campaign, campaign.entries))


def moment(instant: datetime) -> Markdown:
    """An instant: of its signs none is one of Markdown's."""
    return Markdown(shown(instant))


def linked(url: str) -> Markdown:
    """An address as a link where it may be one; nothing for none."""
    return address(url) if url else Markdown()


def listed(points: Iterable[Markdown]) -> Markdown:
    """The points of a list, each on its line."""
    return Markdown("\n".join(f"- {point.rstrip()}" for point in points))


def _of_campaign(entry: ChangeEntry) -> Markdown:
    named = ", ".join(filter(None, (entry.document.title, reference(entry.document))))
    seen = f"{wording.window_words(entry.change.window)}; change {entry.change.id}"
    return filled("{}: {} {}", named, seen, linked(entry.document.url))


_MOST_MENTIONS = 5


def _answers(row: Row) -> str:
    return "; ".join(f"{one.text}: “{one.quote}”" if one.quote else one.text for one in row.entries)


def _facts(document: Document, kind: str = "") -> Iterator[Markdown]:
    told = "; ".join(filter(None, (kind, reference(document), *wording.dates(document))))
    if told:
        yield filled("*{}*", told)


def _kind(kind: Kind, severity: Severity) -> str:
    return KIND_NAMES[kind] + ("" if severity is Severity.ROUTINE else f", {severity}")


def _notes(entry: ChangeEntry, start: datetime, shared: int) -> Iterator[str]:
    step = entry.change
    if note := wording.window_note(step.window, start):
        yield note
    for other in entry.same_number:
        yield f"Another document stands under the same number, {other}: a possible replacement, which nobody has stated."
    if step.reasons:
        called = "listed" if step.severity is Severity.ROUTINE else f"called {step.severity}"
        yield f"Why it is {called}: {'; '.join(step.reasons)}."
    if shared:
        others = counted(shared, "other document")
        yield f"Part of this is the same edit as on {others}, told together below; the rest is its own."
    if entry.cited_by:
        yield wording.citing_sentence(entry.cited_by)


def _stated(step: Change) -> Iterator[Markdown]:
    """The words of weight, what it did to the mentions, the events, and what the regulator states otherwise."""
    meanings = (
        filled("{}{}", one.sentence, filled(" (under “{}”)", one.section) if one.section else Markdown())
        for one in step.meanings
    )
    if step.meanings:
        yield listed(meanings)
    if said := wording.mention_sentence(step):
        yield filled("{}", said)
    named = [FieldChange(wording.event_name(event.name), event.before, event.after) for event in step.events]
    named += [FieldChange(field_name(field.name), field.before, field.after) for field in step.fields]
    if named:
        yield listed(map(_sides, named))


def _sides(told: FieldChange) -> Markdown:
    if not told.before and not told.after:
        return filled("**{}**", told.name)
    return filled("**{}**: {} → {}", told.name, told.before or "not stated", told.after or "not stated")


def _redlined(entry: ChangeEntry) -> Iterator[Markdown]:
    if is_redlined(entry):
        yield Markdown("What changed in the text (**added**, ~~removed~~):")
        yield _quoted(redline.to_markdown(redline.passages(entry.redline)))
    if entry.change.ignored:
        told = "Left out of the comparison as no change: {}. Shown by: exowatch diff {} \\-\\-ignored"
        yield filled(told, wording.ignored_words(entry.change.ignored), entry.document.id)


def _quoted(text: str) -> Markdown:
    return Markdown("\n".join(f"> {line}".rstrip() for line in text.strip("\n").splitlines()))


def _mentions(passages: tuple[MentionPassage, ...]) -> Iterator[Markdown]:
    if not passages:
        return
    paragraphs = "The paragraph that mentions" if len(passages) == 1 else "The paragraphs that mention"
    topics = dict.fromkeys(passage.topic for passage in passages)
    yield filled("{} {}:", paragraphs, ", ".join(topics))
    told = (filled("{}{}", _where(passage), _marked(passage)) for passage in passages)
    yield _quoted("\n\n".join(told))


def _where(passage: MentionPassage) -> Markdown:
    return filled("*\\[{}\\]* ", where(passage)) if where(passage) else Markdown()


def _marked(passage: MentionPassage) -> Markdown:
    """The paragraph with the words that name the topic in bold."""
    told, at_start = [], True
    for text, hit in pieces(passage):
        # Blanks before the first sign would make code of the line, and hide from `escaped` what begins it.
        text = text.lstrip() if at_start else text
        told.append(_bold(text) if hit else escaped(text))
        at_start = at_start and not text
    return Markdown("".join(told).rstrip())


def _bold(text: str) -> str:
    """The words in bold with the blanks around them outside: a mark with a blank on its inner side is none."""
    core = text.strip()
    if not core:
        return escaped(text)
    head, _, tail = text.partition(core)
    return f"{escaped(head)}**{escaped(core)}**{escaped(tail)}"


def _addresses(document: Document) -> Iterator[Markdown]:
    """The page's own address, and where else it is."""
    name = "Last address at the regulator" if document.status is Status.REMOVED else "Live page at the regulator"
    yield filled("{}: {}", name if is_web(document.url) else "Address", address(document.url))
    yield from (filled("Also at: {}", address(url)) for url in document.urls if url != document.url)


def _versions(step: Change) -> Iterator[Markdown]:
    """The version on either side. Their hashes stand in the JSON, and in the page."""
    for name, side, seen in (("Before", step.before, "last seen"), ("After", step.after, "first seen")):
        if side:
            yield _version(name, side, seen)


def _version(name: str, side: Side, seen: str) -> Markdown:
    return filled("{}: version {}, {} {}", name, str(side.n), seen, moment(side.seen))
