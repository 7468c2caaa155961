"""The timeline: from everything that was seen of a document to its versions and the steps between them.

A pure function of the looks in time order. Rules over the whole history (gone twice a day apart, shorter than half and
not yet confirmed) stand here and nowhere else, so an interrupted run cannot leave half a conclusion behind and a capture
that arrives late takes its place in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from store.records import Origin, Part

CONFIRMED_AFTER = timedelta(hours=24)
"""How far apart two looks must be to prove a page gone, or a suspect text real."""
SHRUNK = 0.5
GROWN = 3.0


@dataclass(frozen=True, slots=True)
class Read:
    """A reading as the timeline needs it: its content by number, and what decides whether to trust it.

    `hash` and `text_key` are over the canonical form, in which typography does not count: two readings are the same
    when their hashes are. `text_sha256` is over the text as shown.
    """

    content: int
    hash: str
    text_key: str
    text_sha256: str
    length: int
    rows: int
    title: str
    language: str
    fields: Mapping[str, str]
    stamps: Mapping[str, str]
    problem: str = ""
    number: str = ""
    published: str = ""
    published_basis: str = ""
    pair: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """One moment at which a part was looked at, well enough to conclude something.

    `body` and `read` are set when bytes were seen; `read` is None when they could not be understood. `gone` is a 404
    or 410. Neither means seen as before: a 304, or a row still in its list. It speaks of the bytes seen last.
    """

    moment: datetime
    part: Part
    body: str = ""
    read: Read | None = None
    gone: bool = False
    absent: bool = False
    url: str = ""
    capture: int = 0
    origin: Origin = Origin.LIVE


@dataclass(slots=True)
class Held:
    """The look that a part's current reading rests on, the last moment it was seen, and its latest stamps.

    `began` is how it read when its version began, `rereads` how often other bytes have said the same since then, and
    `other` the latest of those bytes.
    """

    look: Look
    read: Read
    last_seen: datetime
    latest: Read
    body: str
    url: str
    began: Read
    rereads: int = 0
    other: str = ""


@dataclass(slots=True)
class Version:
    """The readings of the parts taken together, for as long as they stay the same."""

    n: int
    first_seen: datetime
    parts: dict[Part, Held]

    @property
    def main(self) -> Held:
        """The part that carries the text: the page, else the file, else the entry."""
        return next(self.parts[part] for part in (Part.PAGE, Part.FILE, Part.ENTRY) if part in self.parts)

    @property
    def last_seen(self) -> datetime:
        return self.main.last_seen

    @property
    def contents(self) -> tuple[tuple[Part, str], ...]:
        """What makes two versions equal."""
        return tuple((part, self.parts[part].read.hash) for part in sorted(self.parts))

    @property
    def texts(self) -> Mapping[Part, str]:
        """What makes the texts of two versions equal."""
        return {part: held.read.text_key for part, held in self.parts.items() if part is not Part.ENTRY}


class StepKind(StrEnum):
    """What the timeline itself can tell of a step."""

    CONTENT = "content"
    REMOVED = "removed"
    RESTORED = "restored"
    MOVED = "moved"
    REISSUED = "reissued"
    DELISTED = "delisted"
    RELISTED = "relisted"


@dataclass(frozen=True, slots=True)
class Step:
    """From one version to the next, or a circumstance within one; `proven` is the look that settled it.

    A step of circumstance says in `fields` what it was, as name, before and after.
    """

    kind: StepKind
    before: int
    after: int
    after_moment: datetime | None
    until: datetime
    proven: datetime
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(slots=True)
class History:
    """A document's versions and steps, oldest first, and whether it is gone, or off its list, now."""

    versions: list[Version] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    removed: bool = False
    delisted: bool = False
    waiting: list[str] = field(default_factory=list)


def build(looks: Iterable[Look]) -> History:
    """The history that these looks prove, whatever the order in which they come in."""
    state = _State(History())
    # A list that shows a new row gives two looks at one moment: the row itself, then that it was there.
    for look in sorted(looks, key=lambda look: (look.moment, look.part, not look.body, look.body)):
        state.take(look)
    return state.finished()


@dataclass(slots=True)
class _Pending:
    """Something seen once and not yet believed."""

    first: Look
    hash: str = ""


@dataclass(slots=True)
class _State:
    history: History
    gone: _Pending | None = None
    last_gone: datetime | None = None
    absent: _Pending | None = None
    last_absent: datetime | None = None
    suspects: dict[Part, list[_Pending]] = field(default_factory=dict)
    last: dict[Part, Look] = field(default_factory=dict)

    @property
    def current(self) -> Version | None:
        return self.history.versions[-1] if self.history.versions else None

    def take(self, look: Look) -> None:
        if look.gone:
            self._gone(look)
            return
        if look.absent:
            self._absent(look)
            return
        if not look.body:
            # What stands there is what was last seen there, be it believed, doubted or not understood.
            last = self.last.get(look.part)
            look = replace(last, moment=look.moment) if last is not None else look
        self.last[look.part] = look
        if look.read is not None:
            self._seen(look, look.read)

    def _gone(self, look: Look) -> None:
        """A removal is proven by two looks a day apart with nothing good between them."""
        current = self.current
        if current is None or look.part is Part.ENTRY or current.main.look.part is not look.part:
            return
        self.last_gone = look.moment
        if self.gone is None:
            self.gone = _Pending(look)
        elif not self.history.removed and look.moment - self.gone.first.moment >= CONFIRMED_AFTER:
            self.history.removed = True
            self._circumstance(StepKind.REMOVED, current.last_seen, self.gone.first.moment, look.moment)

    def _absent(self, look: Look) -> None:
        """A list may lose a row between two of its pages: only two lists a day apart prove that it dropped one."""
        current = self.current
        if current is None:
            return
        self.last_absent = look.moment
        if self.absent is None:
            self.absent = _Pending(look)
        elif not self.history.delisted and look.moment - self.absent.first.moment >= CONFIRMED_AFTER:
            self.history.delisted = True
            entry = current.parts.get(Part.ENTRY)
            seen = entry.last_seen if entry else None
            self._circumstance(StepKind.DELISTED, seen, self.absent.first.moment, look.moment, ("listed", "yes", "no"))

    def _listed(self, look: Look) -> None:
        """A row that is there ends every doubt about the list."""
        if self.history.delisted:
            self._circumstance(StepKind.RELISTED, self.last_absent, look.moment, look.moment, ("listed", "no", "yes"))
            self.history.delisted = False
        self.absent = None

    def _circumstance(
        self, kind: StepKind, after: datetime | None, until: datetime, proven: datetime, *fields: tuple[str, str, str]
    ) -> None:
        n = self.history.versions[-1].n
        self.history.steps.append(Step(kind, n, n, after, until, proven, fields))

    def _seen(self, look: Look, read: Read) -> None:
        current = self.current
        if look.part is Part.ENTRY and current is not None:
            self._listed(look)
        held = current.parts.get(look.part) if current else None
        since = look
        if _suspicious(held, read):
            believed = self._believed(look, read)
            if believed is None:
                return
            since = believed
        self._back(look)
        self._moved(held, look)
        if current is None:
            self.history.versions.append(Version(1, since.moment, {look.part: _held(since, look, read)}))
        elif held is None:
            current.parts[look.part] = _held(since, look, read)
        elif read.hash == held.read.hash:
            self._again(held, look, read)
        else:
            self._step(current, held, since, look, read)
        self.suspects.pop(look.part, None)

    def _back(self, look: Look) -> None:
        """A good look ends every doubt about being gone."""
        current = self.current
        if current is not None and look.part is current.main.look.part:
            if self.history.removed:
                self._circumstance(StepKind.RESTORED, self.last_gone, look.moment, look.moment)
                self.history.removed = False
            self.gone = None

    def _again(self, held: Held, look: Look, read: Read) -> None:
        if look.part is Part.FILE and look.body != held.body:
            self._circumstance(StepKind.REISSUED, held.last_seen, look.moment, look.moment)
        if look.body != held.body:
            held.rereads, held.other = held.rereads + 1, look.body
        held.last_seen, held.latest, held.body = look.moment, read, look.body
        held.url = look.url or held.url

    def _moved(self, held: Held | None, look: Look) -> None:
        """A page that answers at another address has moved there."""
        if (
            held is not None
            and look.part is Part.PAGE
            and held.url
            and look.url
            and _place(held.url) != _place(look.url)
        ):
            self._circumstance(StepKind.MOVED, held.last_seen, look.moment, look.moment, ("url", held.url, look.url))

    def _step(self, current: Version, held: Held, since: Look, look: Look, read: Read) -> None:
        parts = {part: replace(known, began=known.latest, rereads=0, other="") for part, known in current.parts.items()}
        parts[look.part] = _held(since, look, read)
        # Another part may have changed while this text was doubted: the two stood together from then on.
        until = max(since.moment, current.first_seen)
        self.history.versions.append(Version(current.n + 1, until, parts))
        step = Step(StepKind.CONTENT, current.n, current.n + 1, held.last_seen, until, look.moment)
        self.history.steps.append(step)

    def _believed(self, look: Look, read: Read) -> Look | None:
        """The look from which a suspect text counts, once the same text was seen a day apart; None until then."""
        waiting = self.suspects.setdefault(look.part, [])
        first = next((pending for pending in waiting if pending.hash == read.hash), None)
        if first is None:
            waiting.append(_Pending(look, read.hash))
            return None
        return first.first if look.moment - first.first.moment >= CONFIRMED_AFTER else None

    def finished(self) -> History:
        self.history.waiting = [
            f"{part}: a text seen on {pending.first.moment:%Y-%m-%d} waits to be seen again"
            for part, waiting in sorted(self.suspects.items())
            for pending in waiting
        ]
        return self.history


def _held(first: Look, latest: Look, read: Read) -> Held:
    return Held(first, read, latest.moment, read, latest.body, latest.url or first.url, read)


def _place(url: str) -> str:
    """An address without what does not name a page: scheme, query, fragment and a slash at the end."""
    return url.partition("://")[2].partition("#")[0].partition("?")[0].rstrip("/").casefold()


def _suspicious(held: Held | None, read: Read) -> bool:
    """Whether a new text may be a broken answer: far shorter or longer, a table gone, a render that failed.

    It is none of these when the regulator says that the page changed: title, status or the page's own date moved with
    it.
    """
    if held is not None and read.hash == held.read.hash:
        return False
    if read.problem or held is None:
        return bool(read.problem)
    before = held.read
    moved = (
        read.title != before.title
        or read.fields.get("status") != before.fields.get("status")
        or _modified(read) != _modified(held.latest)
    )
    if moved or not before.length:
        return False
    lost_table = before.rows > 0 and read.rows == 0
    return lost_table or read.length < before.length * SHRUNK or read.length > before.length * GROWN


def _modified(read: Read) -> str:
    stated = (read.stamps.get(name) for name in ("modified", "updated", "current_as_of"))
    return next((day for day in stated if day), "")
