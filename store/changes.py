"""Changes: what each step of a followed document's history was, with its kind, window, fields, events and weight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from store import diff
from store.events import events
from store.records import Block, Change, FieldChange, Kind, Mention, Part, Side, Window, sha256
from store.severity import weigh
from store.stepfacts import StepFacts, Texts
from store.timeline import Held, History, Step, StepKind, Version

_CIRCUMSTANCE = {
    StepKind.REMOVED: Kind.REMOVED,
    StepKind.RESTORED: Kind.RESTORED,
    StepKind.MOVED: Kind.MOVED,
    StepKind.REISSUED: Kind.REISSUED,
    StepKind.DELISTED: Kind.METADATA,
    StepKind.RELISTED: Kind.METADATA,
}
PRECEDENCE = (Part.ENTRY, Part.FILE, Part.PAGE)
"""Where two parts state the same field, the later of these holds."""

Blocks = Callable[[int], Sequence[Block]]
"""The blocks of a content, by its number."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A document as far as its changes are concerned.

    `followed_from` is the number of its first followed version, `technical` those that only the site's template made.
    """

    id: str
    history: History
    mentions: Mapping[int, Sequence[Mention]]
    followed_from: int | None
    blocks: Blocks
    technical: frozenset[int] = frozenset()


def conclude(subject: Subject) -> tuple[Change, ...]:
    """The changes of a document, oldest first; none for one that is not followed."""
    if subject.followed_from is None:
        return ()
    found = []
    for step in subject.history.steps:
        if step.before < subject.followed_from:
            continue
        if step.kind is not StepKind.CONTENT:
            found.append(_circumstance(subject, step))
        elif step.after not in subject.technical:
            found.append(_content(subject, step))
    found.sort(key=lambda change: (change.window.until, change.after.n if change.after else change.before.n))  # type: ignore[union-attr]  # a change has a side
    # First of all: the page may have been failing for a day when the list named the topic.
    return _named(subject.id, [_new(subject, subject.followed_from), *found])


def text_hash(version: Version, blocks: Blocks) -> str:
    """The SHA-256 of a version's text as shown: its blocks, one to a line."""
    written = [held for part, held in version.parts.items() if part is not Part.ENTRY]
    if len(written) == 1:
        return written[0].read.text_sha256
    return sha256("\n".join(block.text for block in blocks_of(version, blocks)))


def fields_of(version: Version) -> dict[str, str]:
    """Fields and the latest stamps of all parts together."""
    merged: dict[str, str] = {}
    for part in PRECEDENCE:
        if part in version.parts:
            held = version.parts[part]
            merged.update(held.read.fields)
            merged.update(held.latest.stamps)
    return merged


def title_of(version: Version, among: Collection[Part] = PRECEDENCE) -> str:
    """The page's own title, else the file's, else the list's."""
    parts = [part for part in reversed(PRECEDENCE) if part in among and part in version.parts]
    return next((title for part in parts if (title := version.parts[part].read.title)), "")


def _new(subject: Subject, n: int) -> Change:
    version = subject.history.versions[n - 1]
    earlier = subject.history.versions[n - 2] if n > 1 else None
    until = version.first_seen
    mentions = subject.mentions.get(n, ())
    if mentions and not any(_in_row(version, mention) for mention in mentions):
        until = max(until, version.main.look.moment)
    window = Window(earlier.last_seen if earlier else None, until)
    return _change(subject, Kind.NEW, window, earlier, version, counted=False)


def _in_row(version: Version, mention: Mention) -> bool:
    """Whether the regulator's list says it too, which is read before the page is."""
    entry = version.parts.get(Part.ENTRY)
    if entry is None or mention.block >= 0:
        return False
    stated = entry.read.title if mention.section == "title" else entry.read.fields.get(mention.section, "")
    return mention.variant in stated


def _content(subject: Subject, step: Step) -> Change:
    before, after = (subject.history.versions[n - 1] for n in (step.before, step.after))
    older = subject.history.versions[: step.before - 1]
    if any(version.contents == after.contents for version in older):
        kind = Kind.REVERTED
    elif not _same_text(before, after):
        kind = Kind.REVISED
    else:
        kind = Kind.METADATA
    return _change(subject, kind, Window(step.after_moment, step.until), before, after, counted=True)


def _circumstance(subject: Subject, step: Step) -> Change:
    version = subject.history.versions[step.before - 1]
    window = Window(step.after_moment, step.until)
    after = None if step.kind is StepKind.REMOVED else version
    stated = tuple(FieldChange(*field) for field in step.fields)
    return _change(subject, _CIRCUMSTANCE[step.kind], window, version, after, counted=False, stated=stated)


def _change(
    subject: Subject,
    kind: Kind,
    window: Window,
    before: Version | None,
    after: Version | None,
    *,
    counted: bool,
    stated: tuple[FieldChange, ...] = (),
) -> Change:
    changed = stated or (field_changes(before, after) if before and after and before.n != after.n else ())
    added, removed = _words(subject, before, after) if counted and before and after else (0, 0)
    source, _, key = subject.id.partition(":")
    shared = _shared(before, after) if before and after else PRECEDENCE
    facts = StepFacts(
        kind,
        before is None,
        changed,
        fields_of(before) if before else {},
        fields_of(after) if after else {},
        source=source,
        key=key,
        language=(after or before).main.read.language,  # type: ignore[union-attr]  # a change has a side
        titles=(title_of(before, shared) if before else "", title_of(after, shared) if after else ""),
        blocks=partial(_texts, subject, before, after, shared),
    )
    happened = events(facts)
    counts = [len(subject.mentions.get(version.n, ())) if version else 0 for version in (before, after)]
    severity, reasons = weigh(kind, happened, counts[0], counts[1], source=source)
    return Change(
        id="",
        document=subject.id,
        kind=kind,
        window=window,
        before=_side(subject, before, before.last_seen) if before else None,
        after=_side(subject, after, after.first_seen) if after else None,
        fields=changed,
        events=happened,
        severity=severity,
        reasons=reasons,
        words_added=added,
        words_removed=removed,
        mentions_before=counts[0],
        mentions_after=counts[1],
    )


def _texts(subject: Subject, before: Version | None, after: Version | None, among: Collection[Part]) -> Texts:
    """The blocks of both sides, in the parts that both have; none for a side that is not there."""
    old, new = (blocks_of(version, subject.blocks, among) if version else () for version in (before, after))
    return old, new


def _side(subject: Subject, version: Version, seen: datetime) -> Side:
    return Side(version.n, version.main.look.body, text_hash(version, subject.blocks), seen)


def field_changes(before: Version, after: Version) -> tuple[FieldChange, ...]:
    """Title, fields and stamps that differ, part by part, so that a difference one part hides is still named."""
    changes: list[FieldChange] = []
    shared = _shared(before, after)
    titles = title_of(before, shared), title_of(after, shared)
    if titles[0] != titles[1]:
        changes.append(FieldChange("title", *titles))
    for part in shared:
        changes.extend(_part_changes(before.parts[part], after.parts[part]))
    return tuple(dict.fromkeys(changes))


def _shared(before: Version, after: Version) -> list[Part]:
    """The parts that can be compared, the page first: one that was first read in between is news to us alone."""
    return [part for part in reversed(PRECEDENCE) if part in before.parts and part in after.parts]


def _same_text(before: Version, after: Version) -> bool:
    texts = before.texts, after.texts
    return all(texts[0][part] == texts[1][part] for part in texts[0].keys() & texts[1].keys())


def _part_changes(before: Held, after: Held) -> list[FieldChange]:
    if before.read.hash == after.read.hash:
        return []
    old = {**before.read.fields, **before.latest.stamps}
    new = {**after.read.fields, **after.read.stamps}
    names = dict.fromkeys([*old, *new])
    pairs = ((name, old.get(name, ""), new.get(name, "")) for name in names)
    return [FieldChange(*pair) for pair in pairs if pair[1] != pair[2]]


def blocks_of(version: Version, blocks: Blocks, among: Collection[Part] = PRECEDENCE) -> list[Block]:
    """The text of a version: its page's blocks, then its file's."""
    parts = [part for part in (Part.PAGE, Part.FILE) if part in among and part in version.parts]
    return [block for part in parts for block in blocks(version.parts[part].read.content)]


def _words(subject: Subject, before: Version, after: Version) -> tuple[int, int]:
    if _same_text(before, after):
        return 0, 0
    shared = _shared(before, after)
    texts = [blocks_of(version, subject.blocks, shared) for version in (before, after)]
    return diff.words_changed(diff.compare(*texts))


def _named(document: str, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Give each change its id: the same in every store that holds the same facts, in whatever order they came."""
    seen: Counter[tuple[str, ...]] = Counter()
    named = []
    for change in changes:
        sides = [side.text_sha256 if side else "" for side in (change.before, change.after)]
        step = (document, change.kind.value, *sides)
        digest = sha256("\n".join([*step, str(seen[step])]))
        seen[step] += 1
        named.append(replace(change, id=digest[:16]))
    return tuple(named)
