"""Changes: what each step of a followed document's history was, with its kind, window, fields, events and weight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from store import ledger
from store.comparing import Comparison, compare
from store.events import events
from store.findings import Findings
from store.ignored import Compared, Stay
from store.parts import PRECEDENCE, Blocks, blocks_of, field_changes, fields_of, same_text, shared, text_hash, title_of
from store.records import Change, FieldChange, Kind, Mention, MentionShift, Part, Side, Statement, Window, sha256
from store.regulators import regulator_of
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


@dataclass(frozen=True, slots=True)
class Subject:
    """A document as far as its changes are concerned.

    `followed_from` is the number of its first followed version, `technical` those that only the site's template made,
    `findings` what each version says.
    """

    id: str
    history: History
    mentions: Mapping[int, Sequence[Mention]]
    followed_from: int | None
    blocks: Blocks
    technical: frozenset[int] = frozenset()
    findings: Mapping[int, Findings] = field(default_factory=dict)


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
    elif not same_text(before, after):
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
    compared = _compared(subject, before, after) if before and after and before.n != after.n else Comparison()
    happened = events(_facts(subject, kind, before, after, changed))
    counts = [len(subject.mentions.get(version.n, ())) if version else 0 for version in (before, after)]
    shift = ledger.weightiest(compared.mention_changes) if before else None
    severity, reasons = weigh(
        kind,
        happened,
        counts[0],
        counts[1],
        meanings=compared.meanings,
        near=compared.near,
        shift=shift,
        source=_source(subject),
    )
    added, removed = compared.words if counted else (0, 0)
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
        shift=shift or (MentionShift.FIRST if counts[1] else MentionShift.UNCHANGED),
        mention_changes=compared.mention_changes,
        meanings=compared.meanings,
        ignored=compared.ignored,
    )


def _facts(
    subject: Subject, kind: Kind, before: Version | None, after: Version | None, changed: tuple[FieldChange, ...]
) -> StepFacts:
    source, _, key = subject.id.partition(":")
    both = shared(before, after) if before and after else PRECEDENCE
    return StepFacts(
        kind,
        before is None,
        changed,
        fields_of(before) if before else {},
        fields_of(after) if after else {},
        source=source,
        key=key,
        language=(after or before).main.read.language,  # type: ignore[union-attr]  # a change has a side
        titles=(title_of(before, both) if before else "", title_of(after, both) if after else ""),
        blocks=partial(_texts, subject, before, after, both),
        statements=(_statements(subject, before), _statements(subject, after)),
    )


def _statements(subject: Subject, version: Version | None) -> tuple[Statement, ...]:
    return subject.findings[version.n].statements if version and version.n in subject.findings else ()


def _compared(subject: Subject, before: Version, after: Version) -> Comparison:
    """What lies between two versions, in the parts that both have."""
    both = shared(before, after)
    old = Compared(fields_of(before), blocks_of(before, subject.blocks, both), [_stay(before.parts[p]) for p in both])
    new = Compared(fields_of(after), blocks_of(after, subject.blocks, both))
    mentioned = _mentioned(subject, before), _mentioned(subject, after)
    return compare(old, new, mentioned, regulator_of(_source(subject)).country)


def _mentioned(subject: Subject, version: Version) -> ledger.Mentioned:
    return blocks_of(version, subject.blocks), subject.mentions.get(version.n, ())


def _stay(held: Held) -> Stay:
    return Stay(held.began.stamps, held.latest.stamps, held.rereads, held.look.body, held.other)


def _source(subject: Subject) -> str:
    return subject.id.partition(":")[0]


def _texts(subject: Subject, before: Version | None, after: Version | None, among: Collection[Part]) -> Texts:
    """The blocks of both sides, in the parts that both have; none for a side that is not there."""
    old, new = (blocks_of(version, subject.blocks, among) if version else () for version in (before, after))
    return old, new


def _side(subject: Subject, version: Version, seen: datetime) -> Side:
    return Side(version.n, version.main.look.body, text_hash(version, subject.blocks), seen)


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
