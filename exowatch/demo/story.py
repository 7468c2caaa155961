"""The planted story: every document of the world, where it stands, and what a digest of 2025 must say of it.

A test reads this table against a digest. States are 0 (15 January), 1 (20 August) and 2 (10 December 2025);
`after=0` with `before=None` means that the tool meets the document on its first day.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from exowatch.demo import canada_notices as notices
from exowatch.demo import fda_letters as letters
from exowatch.demo import fda_pages
from exowatch.demo.canada_notices import Notice
from exowatch.demo.fda_letters import Letter

LETTERS, NOTICES = "fda_warning_letters", "health_canada_notices"
BLOCKED_HOST = fda_pages.HOST
BLOCKED_STATE = fda_pages.BLOCKED_STATE

# 0 all done; 3 some targets failed (watched pages answer 404 before and after their time); 4 a guard tripped.
EXPECTED_EXITS = (frozenset({0, 3}), frozenset({0, 3, 4}), frozenset({0, 3}))


class Role(StrEnum):
    TOPICAL = "topical"  # speaks of the topic and is followed
    TRAP = "trap"  # looks as if it did; following it is a mistake
    ORDINARY = "ordinary"  # has nothing to do with the topic
    CLOSE_OUT = "close-out"  # a letter about a followed letter, without a word of the topic


@dataclass(frozen=True, slots=True)
class Expected:
    """One change that must be reported: last seen as it was in state `before`, first seen otherwise in `after`.

    `before` is None for a document that is met for the first time and was not looked for, or was not there.
    `reads` are words that the redline or the event's sentence must hold; the report may say more.
    """

    kind: str
    before: int | None
    after: int
    events: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planted:
    """One document: where it is, in which states it is served, what must and must not be said."""

    source: str
    url: str
    title: str
    number: str
    role: Role
    states: frozenset[int]
    published: str  # the day the regulator posted it, as the digest must give it
    why: str
    expected: tuple[Expected, ...] = ()

    @property
    def followed(self) -> bool:
        return self.role is Role.TOPICAL

    @property
    def published_in_2025(self) -> bool:
        return self.published.startswith("2025")


def _letter(letter: Letter, role: Role, why: str, *expected: Expected) -> Planted:
    open_states = frozenset({0, 1, 2} - {BLOCKED_STATE})
    return Planted(
        LETTERS, f"https://{BLOCKED_HOST}{letter.path}", letter.company, str(letter.number), role,
        frozenset(state for state in open_states if state >= letter.first_state), letter.posted.isoformat(), why,
        expected,
    )  # fmt: skip


def _close_out(letter: Letter, why: str) -> Planted:
    if letter.close_out is None:
        raise LookupError(f"{letter.slug} has no close-out letter")
    return Planted(
        LETTERS, f"https://{BLOCKED_HOST}{letter.close_out_path}", letter.company, str(letter.number), Role.CLOSE_OUT,
        frozenset({2}), letter.close_out.posted.isoformat(), why,
    )  # fmt: skip


def _notice(notice: Notice, role: Role, why: str, *expected: Expected, number: str = "") -> Planted:
    return Planted(
        NOTICES, notice.url, notice.title(min(notice.states)), number, role, notice.states, notice.issued.isoformat(),
        why, expected,
    )  # fmt: skip


_MET_IN_JANUARY = Expected("new", None, 0)
_MET_IN_AUGUST = Expected("new", None, 1)
_OPEN_IN_AUGUST = Expected("new", None, 1, ("consultation_opened",))

STORY: tuple[Planted, ...] = (
    # FDA: what must be followed
    _letter(letters.LARKSPUR, Role.TOPICAL, "The plain case: an exosome product, named in the first paragraph.",
            _MET_IN_JANUARY),
    _letter(letters.FERNHOLLOW, Role.TOPICAL,
            "Issued in December 2024 and posted in January 2025: new in 2025. The list's UTC stamp is a day later.",
            _MET_IN_JANUARY),
    _letter(letters.QUILLBANK, Role.TOPICAL,
            "Named only in the Additional Concern near the end. Later only its stamp and its markup move: no change.",
            _MET_IN_JANUARY),
    _letter(letters.PINMOOR, Role.TOPICAL,
            "Says only extracellular vesicles. Closed out in July, which the block hides until December.",
            _MET_IN_JANUARY,
            Expected("metadata", 0, 2, ("closeout_posted",), added=("2025-07-11",))),
    _letter(letters.BRACKENFOLD, Role.TOPICAL, "A new letter, posted in October 2025 and seen in December.",
            Expected("new", None, 2)),
    _close_out(letters.PINMOOR, "Dated 2025-07-03, posted 2025-07-11, for warning letter 999087."),
    # FDA: what must not be followed
    _letter(letters.EXOTHERM, Role.TRAP, "Exo stands inside the firm's name."),
    _letter(letters.WICKERBY, Role.TRAP, "XO stands in the firm's name and in its products' names."),
    _letter(letters.TALLOWMERE, Role.TRAP, "The word stands only in the address of a link."),
    _letter(letters.COPPERGATE, Role.TRAP, "The word stands only in the menu beside the letter."),
    _letter(letters.SALTGRASS, Role.ORDINARY, "Fish. Its row stands twice in the list."),
    _letter(letters.MOCKINGLEY, Role.ORDINARY, "Infusion pumps; the office stands in quotation entities."),
    _letter(letters.CLOUDHATCH, Role.ORDINARY, "Tobacco."),
    _letter(letters.OATBARROW, Role.ORDINARY, "Feed; appears while the site is blocked."),
    _letter(letters.DUNLIN, Role.ORDINARY, "Ointments; appears late in the year."),
    # Health Canada: what must be followed
    _notice(notices.CONSULTATION, Role.TOPICAL,
            "Open in August, closed in December: title, status, dates and a whole section change.",
            _OPEN_IN_AUGUST,
            Expected("revised", 1, 2, ("consultation_closed", "standing_changed"), ("Open", "Join in"), ("Closed", "This consultation ran"))),
    _notice(notices.NOTICE, Role.TOPICAL, "The consultation's notice; the site's template changes under it: no change.",
            _MET_IN_AUGUST, number="00-999301-001"),
    _notice(notices.CONSULTATION_FR, Role.TOPICAL, "The French twin closes too.",
            _OPEN_IN_AUGUST,
            Expected("revised", 1, 2, ("consultation_closed", "standing_changed"), ("Ouvert", "Participez"),
                     ("Ferm\u00e9", "Cette consultation"))),
    _notice(notices.NOTICE_FR, Role.TOPICAL, "The French twin of the notice; both apostrophes occur in it.",
            _MET_IN_AUGUST, number="00-999301-001"),
    _notice(notices.EDITED, Role.TOPICAL, "Two sentences are edited without an announcement, one of them on the status of such products.",
            _MET_IN_JANUARY, Expected("revised", 0, 1, ("standing_changed",), ("may", "fifteen"), ("must", "thirty"))),
    _notice(notices.VANISHING, Role.TOPICAL, "Gone in August, gone in December: two looks, so it counts.",
            _MET_IN_JANUARY, Expected("removed", 0, 1)),
    _notice(notices.QUESTIONS, Role.TOPICAL, "Only noise, and the new template of December: no change.", _MET_IN_JANUARY),
    _notice(notices.QUESTIONS_FR, Role.TOPICAL, "The same in French.", _MET_IN_JANUARY),
    _notice(notices.TABLE_ROW, Role.TOPICAL, "Named in one row of a table, glued to a hidden row key.", _MET_IN_JANUARY),
    # Health Canada: what must not be followed
    _notice(notices.PLASMA, Role.TRAP, "Plasma, not vesicles."),
    _notice(notices.ELECTRIC, Role.TRAP, "EV is an electric vehicle here; the address holds a word sitemaps are filtered on."),
)  # fmt: skip

NOT_CHECKED = (
    f"{LETTERS}: every request but robots.txt was redirected to the apology page on 2025-08-20; "
    "the list was read again in full on 2025-12-10."
)
