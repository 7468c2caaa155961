"""What a mail shows of a digest: its entries by weight, each as one sentence with its address, as many as fit.

Both parts of a mail are written from the same contents, so that the text names whatever the page names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final

from reports.campaigns import Campaign
from reports.digest import Digest, SourceCard, SourcePart, important, interrupted, looks, parts, unread, verdict
from reports.entries import ChangeEntry
from reports.links import is_web
from reports.marked import Passage, passages
from reports.markup import is_code
from reports.silences import silence_sentences
from reports.twins import Drift, drift_sentence
from reports.visible import visible
from reports.wording import clock_time, counted, day, published_sentence, sentence
from store.clock import shown
from store.records import BlockOp, Document, Severity

MOST: Final = 300
"""More entries than nobody reads in a mail."""
_LONGEST: Final = {"title": 300, "sentence": 1200, "url": 1000, "reason": 400}
_MOST_GAPS: Final = 20
_MOST_LOOKS: Final = 30


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as a mail shows it: one sentence under its title, which links to `url` where that is an address.

    `stands_for` is how many changes or documents it tells, `marks` what is said before the sentence. `language` is ""
    where it is the digest's.
    """

    title: str
    url: str
    language: str
    sentence: str
    marks: tuple[str, ...] = ()
    redline: tuple[Passage, ...] = ()
    stands_for: int = 1

    @property
    def linked(self) -> bool:
        """Whether the address may become a link."""
        return is_web(self.url)


@dataclass(frozen=True, slots=True)
class Group:
    """Items under one heading."""

    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """A mail from top to bottom. `more` says how many entries it leaves out and where they are, "" for none."""

    name: str
    span: str
    verdict: str
    gaps: tuple[str, ...]
    groups: tuple[Group, ...]
    more: str
    looked_at: tuple[str, ...]
    link: str
    seal: str
    language: str
    sample_data: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """How much of a mail's redlines is shown: of so many entries, each up to so many characters."""

    entries: int
    characters: int


NO_DETAIL: Final = Detail(0, 0)
FIRST: Final = "Read these first"
LANGUAGES: Final = "English and French"
LATE: Final = "Learned late: from the time of an earlier digest, known only now"
_WEIGHTS: Final = {Severity.IMPORTANT: 0, Severity.NOTABLE: 1, Severity.ROUTINE: 2}
_PUBLISHED: Final = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be shown: the heading it stands under, how light it weighs, the change whose redline it has."""

    heading: str
    weight: int
    item: Item
    entry: ChangeEntry | None = None


def candidates(digest: Digest) -> tuple[Candidate, ...]:
    """All there is to show, in the order of reading: what is important, what each source has, what was learned late."""
    first = [_change(entry, digest, FIRST) for entry in important(digest)]
    rest = [found for regulator in parts(digest) for source in regulator.sources for found in _of(source, digest)]
    late = [found for found in rest if found.heading == LATE]
    apart = (Candidate(LANGUAGES, _WEIGHTS[Severity.NOTABLE], _drift(drift, digest)) for drift in digest.drifts)
    return (*first, *apart, *(found for found in rest if found.heading != LATE), *late)


def contents(digest: Digest, found: Sequence[Candidate], link: str, count: int, detail: Detail) -> Contents:
    """The mail with so many of these candidates, the weightiest, in the order of reading."""
    ranked = sorted(range(len(found)), key=lambda place: (found[place].weight, place))[:count]
    chosen = [found[place] for place in sorted(ranked)]
    left = sum(one.item.stands_for for one in found) - sum(one.item.stands_for for one in chosen)
    return Contents(
        name=name(digest),
        span=_span(digest),
        verdict=_clipped(verdict(digest), "sentence"),
        gaps=tuple(_gaps(digest)),
        groups=tuple(_groups(chosen, detail)),
        more=_more(left, link),
        looked_at=tuple(_looked_at(digest)),
        link=visible(link),
        seal=digest.seal,
        language=digest.language,
        sample_data=digest.sample_data,
    )


_WEEK: Final = re.compile(r"\d{4}-W0?(\d{1,2})", re.ASCII)


def name(digest: Digest) -> str:
    """The period as a subject names it: "week 33", and any other as its label."""
    week = _WEEK.fullmatch(digest.period.label)
    return f"week {week[1]}" if week else visible(digest.period.label)


# Candidates


def _of(source: SourcePart, digest: Digest) -> Iterator[Candidate]:
    """A source's changes but for the important ones, and the documents it published without a change."""
    heading = f"{source.card.regulator}: {source.card.title}"
    for entry in source.changes:
        if entry.change.severity is not Severity.IMPORTANT:
            yield _change(entry, digest, heading)
    for campaign in source.campaigns:
        yield from _campaign(campaign, digest, heading)
    changed = {entry.document.id for entry in digest.changes}
    for published in source.published:
        if published.document.id not in changed:
            item = _item(published.document, published_sentence(published.document), digest)
            yield Candidate(heading, _PUBLISHED, item)


def _change(entry: ChangeEntry, digest: Digest, heading: str) -> Candidate:
    late = entry.change.id in digest.learned_late
    marks = ("important",) if entry.change.severity is Severity.IMPORTANT else ()
    item = _item(
        entry.document, sentence(entry.change, entry.document), digest, (*marks, *(("learned late",) if late else ()))
    )
    own = heading if heading == FIRST or not late else LATE
    return Candidate(own, _WEIGHTS[entry.change.severity], item, entry)


def _campaign(campaign: Campaign, digest: Digest, heading: str) -> Iterator[Candidate]:
    """One item for the same edit on several documents; the important ones among them stand first, by themselves."""
    told = [entry for entry in campaign.entries if entry.change.severity is not Severity.IMPORTANT]
    if not told:
        return
    example = _change(told[0], digest, heading)
    together = f"the same edit on {counted(len(told), 'document')}, of which this is the first"
    marks = (*example.item.marks, together) if len(told) > 1 else example.item.marks
    yield replace(example, item=replace(example.item, marks=marks, stands_for=len(told)))


def _drift(drift: Drift, digest: Digest) -> Item:
    """A document whose other language fell behind; the address is that of the other."""
    return replace(_item(drift.document, drift_sentence(drift), digest), url=_clipped(drift.other.url, "url"))


def _item(document: Document, said: str, digest: Digest, marks: tuple[str, ...] = ()) -> Item:
    foreign = is_code(document.language) and document.language != digest.language
    return Item(
        title=_clipped(document.title, "title") or "(no title)",
        url=_clipped(document.url, "url"),
        language=document.language if foreign else "",
        sentence=_clipped(said, "sentence"),
        marks=marks,
    )


def _clipped(text: str, kind: str) -> str:
    """The text made visible, and cut where it is longer than anybody would read in a mail."""
    seen, most = visible(text).strip(), _LONGEST[kind]
    return seen if len(seen) <= most else seen[: most - 2].rstrip() + " …"


# Contents


def _span(digest: Digest) -> str:
    period = digest.period
    return (
        f"From {shown(period.start)} up to, not including, {shown(period.end)} (days of {period.timezone})."
        f" As of {shown(digest.as_of)}."
    )


def _gaps(digest: Digest) -> Iterator[str]:
    """What was not read, or not in full: each source with the answer it gave."""
    said = [_clipped(sentence, "reason") for sentence in silence_sentences(digest)]
    said += [line for card in (*unread(digest), *interrupted(digest)) for line in _missed(card, digest)]
    yield from said[:_MOST_GAPS]
    if len(said) > _MOST_GAPS:
        yield f"And {counted(len(said) - _MOST_GAPS, 'more gap')}."


def _missed(card: SourceCard, digest: Digest) -> Iterator[str]:
    lead = f"{card.regulator}, {card.title}: "
    gaps = [gap for gap in digest.not_checked if gap.source == card.name and not gap.silent]
    for gap in gaps:
        said = _clipped(gap.reason, "reason").rstrip(".") + "."
        last = f" Last read {_moment(gap.since)}." if gap.since else ""
        again = f" Read again {_moment(gap.until)}." if gap.until else " What happened there since is not known."
        yield _clipped(lead, "title") + " " + said + last + again
    for look in () if gaps else looks(digest):
        if look.card == card and not look.complete:
            left = f"of {look.last.listed} listed, {look.last.failed} failed and {look.last.skipped} were skipped"
            yield _clipped(lead, "title") + f" read on {_moment(look.last.started)}, but not in full: {left}."


def _looked_at(digest: Digest) -> Iterator[str]:
    """When each source was last looked at, and how much of it."""
    for look in looks(digest)[:_MOST_LOOKS]:
        last = look.last
        extent = "in full" if look.complete else "not in full"
        lead = f"{_clipped(look.card.regulator, 'title')}, {_clipped(look.card.title, 'title')}"
        yield f"{lead}: {_moment(last.started)}, {last.listed} listed, {extent}."


def _moment(moment: datetime) -> str:
    return f"{day(moment)}, {clock_time(moment)} UTC"


def _groups(chosen: Iterable[Candidate], detail: Detail) -> Iterator[Group]:
    """Candidates of one heading together, the first of those that have a redline with it."""
    room = detail.entries
    for heading, found in groupby(chosen, key=lambda candidate: candidate.heading):
        items = []
        for candidate in found:
            redline = _redline(candidate, detail.characters) if room and heading == FIRST else ()
            room -= bool(redline)
            items.append(replace(candidate.item, redline=redline))
        yield Group(_clipped(heading, "title"), tuple(items))


def _redline(candidate: Candidate, characters: int) -> tuple[Passage, ...]:
    """The first passages of a change that are no longer than this together; none where the first is longer."""
    entry = candidate.entry
    if entry is None or entry.change.before is None or all(block.op is BlockOp.KEEP for block in entry.redline):
        return ()
    kept: list[Passage] = []
    for passage in passages(entry.redline):
        characters -= sum(len(words.text) for block in passage.blocks for words in block.words)
        if characters < 0:
            break
        kept.append(passage)
    return tuple(kept)


def _more(left: int, link: str) -> str:
    if not left:
        return ""
    place = "on the full page" if link else "in the full digest, which `exowatch digest --out digest.html` writes"
    return f"And {counted(left, 'more entry', 'more entries')}, {place}."
