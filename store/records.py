"""The nouns of the project: what flows between finding, remembering and explaining.

Every class here is frozen: a record describes something that was seen or concluded, and neither changes
afterwards. Instants are aware UTC datetimes; dates are `YYYY-MM-DD` strings; hashes are lower-case hex.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Part(StrEnum):
    """Where a document's content comes from. `list` names a regulator's own list, which belongs to no document."""

    ENTRY = "entry"
    PAGE = "page"
    FILE = "file"
    LIST = "list"


class Origin(StrEnum):
    """How a capture came to us."""

    LIVE = "live"
    WAYBACK = "wayback"
    WARC = "warc"
    IMPORT = "import"


class Outcome(StrEnum):
    """How a visit ended; every target ends in exactly one of these."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    NOT_MODIFIED = "not_modified_304"
    GONE = "gone_404_410"
    OFF_SITE = "redirected_off_site"
    ROBOTS = "robots_forbidden"
    BLOCKED = "blocked"
    SOFT_ERROR = "soft_error"
    HTTP_ERROR = "http_error"
    NETWORK_ERROR = "network_error"
    TIMEOUT = "timeout"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    PARSE_SUSPECT = "parse_suspect"
    EXTRACT_EMPTY = "extract_empty"
    DUPLICATE = "duplicate_request"
    NOT_REACHED = "not_reached"
    NOT_DUE = "not_due"


class BlockKind(StrEnum):
    """The units in which a text is read and compared."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """One unit of text, already normalised and never empty.

    `level` is 1 to 6 for a heading and the depth, from 1, of a list item; 0 otherwise. The cells of a row are
    joined by " | ". A block holds no line break.
    """

    kind: BlockKind
    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a capture says once menus, banners and markup are gone.

    `fields` are what the regulator states about the document and make a version when they change; `stamps`
    ("content current as of", "date modified") are dates of the page itself and never do. `number` is the regulator's
    own, `published` its date with `published_basis` (`posted`, `issued`, `current_as_of`), `pair` the address of the
    same document in the other language; each is "" where this part does not say. `problem` names why a reading cannot
    be trusted yet (a broken render, say); it is empty for a good one.
    """

    title: str
    fields: Mapping[str, str] = field(default_factory=dict)
    stamps: Mapping[str, str] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    language: str = ""
    number: str = ""
    published: str = ""
    published_basis: str = ""
    pair: str = ""
    problem: str = ""

    @property
    def text(self) -> str:
        """The blocks, one to a line."""
        return "\n".join(block.text for block in self.blocks)


def sha256(data: bytes | str) -> str:
    """The SHA-256 of bytes, or of a text in UTF-8, as 64 hex digits."""
    return hashlib.sha256(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data).hexdigest()


class WordOp(StrEnum):
    KEEP = "keep"
    ADD = "add"
    REMOVE = "remove"


class BlockOp(StrEnum):
    KEEP = "keep"
    ADD = "add"
    REMOVE = "remove"
    EDIT = "edit"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class Words:
    """A run of text with one fate."""

    op: WordOp
    text: str


@dataclass(frozen=True, slots=True)
class BlockDiff:
    """What became of one block. Joining keep and remove gives the block before, keep and add the block after.

    `section` is the nearest heading above, on the side the block is shown on ("" when there is none), `path` all
    headings above it, outermost first; a heading is its own section, and the last of its path. A `move` that was also
    edited carries its edited words; `moved_from` is the section in which a moved block stood, be it the same, "" for
    all others. Words that differ in typography alone (quotes, dashes, blanks) are kept as they stand now; then
    `before` is the exact text before, and "" where joining keep and remove gives it.
    """

    section: str
    kind: BlockKind
    op: BlockOp
    words: tuple[Words, ...]
    path: tuple[str, ...] = ()
    moved_from: str = ""
    before: str = ""

    @property
    def old_text(self) -> str:
        """The exact text of the block before; "" for one that was added."""
        return self.before or "".join(words.text for words in self.words if words.op is not WordOp.ADD)

    @property
    def new_text(self) -> str:
        """The exact text of the block after; "" for one that was removed."""
        return "".join(words.text for words in self.words if words.op is not WordOp.REMOVE)


class Kind(StrEnum):
    """What sort of step a change is (model.md, "Changes")."""

    NEW = "new"
    REMOVED = "removed"
    RESTORED = "restored"
    MOVED = "moved"
    REVERTED = "reverted"
    REISSUED = "reissued"
    REVISED = "revised"
    METADATA = "metadata"


class Severity(StrEnum):
    ROUTINE = "routine"
    NOTABLE = "notable"
    IMPORTANT = "important"


@dataclass(frozen=True, slots=True)
class Event:
    """A change of meaning in the regulator's terms, with the sentence that says it."""

    name: str
    sentence: str
    before: str = ""
    after: str = ""


class TokenKind(StrEnum):
    """What a word or phrase that bears meaning is."""

    NUMBER = "number"
    QUANTITY = "quantity"
    DATE = "date"
    DEADLINE = "deadline"
    MODAL = "modal"
    NEGATION = "negation"
    CITATION = "citation"
    DOCKET = "docket"
    PRODUCT = "product"
    CLAIM = "claim"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A change of words that bear meaning, as a sentence of its own.

    `before` and `after` are the words as written, "" where there were none; `section` is the nearest heading above.
    """

    token: TokenKind
    sentence: str
    before: str = ""
    after: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A provision or document that a text refers to, with the law it belongs to.

    `law` is "FD&C Act", "PHS Act", "21 CFR", "21 USC", "42 USC", "Food and Drugs Act", "Food and Drug Regulations",
    "docket", "guidance" or another law's own short name; `section` its section ("505(a)"), number or title, "" where
    the law is named as a whole. `text` is what is written, `block` the index of its block (-1: in a field, then
    `position` is 0) and `position` the offset in it.
    """

    law: str
    section: str
    text: str
    block: int
    position: int


class StatementStatus(StrEnum):
    """What standing a regulator's sentence has: never more than the document it stands in."""

    FINAL = "final"
    PROPOSED = "proposed"
    SAFETY_NOTICE = "safety notice"
    TO_ONE_FIRM = "said to one firm"
    GENERAL = "published page"


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence in which a regulator states the legal status of a topic, in its own words.

    `about` says of which status it speaks: `approved`, `licensed`, `cleared`, `authorized`, `premarket` (subject to
    premarket review) or `drug` (subject to the drug provisions). `block` and `position` say where it begins.
    """

    topic: str
    about: str
    status: StatementStatus
    sentence: str
    section: str
    block: int
    position: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """Differences between two versions that count as no change: the rule that says so, how many, and one of them."""

    rule: str
    count: int
    before: str
    after: str


class MentionShift(StrEnum):
    """What a change did to the mentions of the topics."""

    FIRST = "first mention"
    ADDED = "mention added"
    REMOVED = "mention removed"
    NEAR = "text near a mention changed"
    UNCHANGED = "mentions unchanged"


@dataclass(frozen=True, slots=True)
class MentionChange:
    """What a change did to one sentence that mentions a topic; `before` or `after` is "" where it did not stand."""

    shift: MentionShift
    topic: str
    section: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field on both sides of a change; "" where it was absent."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Window:
    """A change happened after `after` (None: no earlier look) and not later than `until`."""

    after: datetime | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Side:
    """The version on one side of a change; `seen` is its last sighting before, its first sighting after."""

    n: int
    sha256: str
    text_sha256: str
    seen: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """The step between two versions, or a step of circumstance within one.

    `shift` is what it did to the mentions of the topics, `mention_changes` the sentences concerned; `meanings` are the
    edits of words that bear meaning; `ignored` is what differs and does not count.
    """

    id: str
    document: str
    kind: Kind
    window: Window
    before: Side | None
    after: Side | None
    fields: tuple[FieldChange, ...] = ()
    events: tuple[Event, ...] = ()
    severity: Severity = Severity.ROUTINE
    reasons: tuple[str, ...] = ()
    words_added: int = 0
    words_removed: int = 0
    mentions_before: int = 0
    mentions_after: int = 0
    shift: MentionShift = MentionShift.UNCHANGED
    mention_changes: tuple[MentionChange, ...] = ()
    meanings: tuple[Meaning, ...] = ()
    ignored: tuple[Ignored, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """One occurrence of a topic's term in a version.

    `section` is the nearest heading above, `sentence` the sentence around it, `variant` the words as written,
    `block` the index of its block (-1: in the title or a field, then `section` names the field) and `position`
    the offset of the variant in that block. `role` is what the sentence does in a letter to a firm (`Role`), "" elsewhere.
    """

    topic: str
    section: str
    sentence: str
    variant: str
    block: int
    position: int
    role: str = ""


class Role(StrEnum):
    """What a sentence that mentions a topic does in a letter to a firm: most quote the firm's own claims."""

    CONCLUSION = "regulator's conclusion"
    CLAIM = "firm's quoted claim"
    CONCERN = "additional concern"
    POINTER = "pointer to the safety notification"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Material:
    """The bytes of one part at one moment, with what is needed to read them again."""

    source: str
    part: Part
    url: str
    body: bytes
    content_type: str = ""


class Unreadable(Exception):
    """Raised by a reader for bytes it cannot understand. The capture stays; no version is made until it can be read."""


Reader = Callable[[Material], Reading]
"""Reads a capture: pure, the same bytes always give the same reading. Raises Unreadable."""


class Status(StrEnum):
    """Where a document stands: listed and served, dropped from the regulator's list, or no longer served."""

    CURRENT = "current"
    DELISTED = "delisted"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Document:
    """Something a regulator publishes and that we follow or have read, as it stands in its latest version.

    `number` is the regulator's own. `published` is the regulator's date, `published_basis` says which one it is
    (`posted`, `issued`, `current_as_of`). `fields` holds the fields and the page's own stamps together.
    """

    id: str
    source: str
    number: str
    url: str
    urls: tuple[str, ...]
    pair: str | None
    title: str
    language: str
    status: Status
    followed: bool
    follow_reason: str
    published: str | None
    published_basis: str | None
    fields: Mapping[str, str]
    topics: tuple[str, ...]
    mentions: int
    version_count: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Issue:
    """Something in a run that a person should know: its kind, the address it concerns, what was found."""

    kind: str
    url: str
    message: str


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl of one source with its ledger; listed = captured + unchanged + failed + skipped, always.

    `declared` is the regulator's own total where it states one. `finished` is None while it runs and for a run that
    was cut off. `reason` says what ended it: `finished`, `budget`, `limit`, `blocked`, `interrupted` or another word.
    """

    source: str
    origin: Origin
    started: datetime
    finished: datetime | None
    declared: int | None
    listed: int
    captured: int
    unchanged: int
    failed: int
    skipped: int
    documents_new: int
    documents_followed: int
    versions_new: int
    changes_new: int
    outcomes: Mapping[str, int]
    issues: tuple[Issue, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StatementStep:
    """What became of a statement between two versions: new (`before` is None), gone (`after` is None) or another.

    With both sides it was edited, or, where the words are the same, its document's standing changed.
    """

    before: Statement | None
    after: Statement | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A statement through the versions of its document: for how long, by our sightings, it has stood.

    `first_seen` is the first sighting of the first version of the unbroken run that holds it, `last_confirmed` the
    last sighting of the last one. `replaced` is the sentence that it was edited from, None where it was new. `ended`
    is the first sighting of the version that no longer holds it; None while it stands.
    """

    statement: Statement
    first_seen: datetime
    last_confirmed: datetime
    replaced: Statement | None = None
    ended: datetime | None = None
