"""A brief as questions with their answers, in the order in which counsel asks them; every form is made from these."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from reports.brief import Brief, Provisions, Quoted, is_sentence
from reports.wording import counted
from store.letter import Letter
from store.letter_basis import Basis
from store.letter_contacts import Contact
from store.letter_products import Stated
from store.records import Role

NOT_STATED: Final = "none found"
NONE_FOUND_MEANS: Final = "None found: no rule recognised it in the letter, which may say it in words of its own."
_STATED: Final = "stated in the letter"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a row: what is said, and the words of the letter.

    `quote` belongs to the line (plain text shows the part of it around `around`); `aside` is the sentence that the
    line rests on, for who wants to read it.
    """

    text: str
    quote: str = ""
    around: str = ""
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One question of a brief and its answers. `entries` is never empty."""

    label: str
    entries: tuple[Entry, ...]


def rows(brief: Brief, mentions: int = 100) -> tuple[Row, ...]:
    """The brief's questions in their order, each with its answers or "none found".

    Of more sentences with mentions than `mentions` the rest is counted.
    """
    letter = brief.letter
    return (
        _row("Basis", (Entry(_basis(basis), aside=basis.sentence.text) for basis in letter.bases)),
        _row("Products", _products(letter)),
        _row("Source tissue", _stated(letter.tissues)),
        _row("Route", _stated(letter.routes)),
        _row("Provisions", map(Entry, map(_provision, brief.provisions)), "none found in the letter"),
        *_mention_rows(brief, mentions),
        _row("Earlier contact", _contacts(letter.contacts)),
        _row("Answer asked", _answer(letter)),
        Row("Close-out", tuple(map(Entry, _closeout(brief)))),
        *_wording(brief),
    )


def _row(label: str, entries: Iterable[Entry], otherwise: str = NOT_STATED) -> Row:
    return Row(label, tuple(entries) or (Entry(otherwise),))


_MOST_PRODUCTS: Final = 8
_MOST_FOUND: Final = 16
_MOST_ELSEWHERE: Final = 8
_MOST_DATES: Final = 8


def _basis(basis: Basis) -> str:
    days = f" {_days(basis.begins, basis.ends)}" if basis.begins else ""
    form = "; Form FDA 483 named" if basis.form_483 else ""
    sites = f": {', '.join(basis.sites)}" if basis.sites else ""
    return f"{basis.kind}{days}{form}{sites}"


def _days(begins: str, ends: str) -> str:
    return begins if begins == ends else f"{begins} to {ends}"


def _products(letter: Letter) -> Iterator[Entry]:
    if letter.products:
        kind = f" ({letter.kind_of_product})" if letter.kind_of_product else ""
        yield Entry(
            _listed([product.name for product in letter.products], _MOST_PRODUCTS) + kind,
            aside=letter.products[0].sentence.text,
        )
    elif letter.kind_of_product:
        yield Entry(f"no name {_STATED} (the regulator's label: {letter.kind_of_product})")


def _listed(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _stated(told: Sequence[Stated]) -> Iterator[Entry]:
    if told:
        words = (f"{one.what} (in words the letter quotes)" if one.quoted else one.what for one in told)
        yield Entry(", ".join(words), aside=told[0].sentence.text)


def _provision(cited: Provisions) -> str:
    found, elsewhere = _listed(cited.found, _MOST_FOUND), _listed(cited.elsewhere, _MOST_ELSEWHERE)
    if not found:
        return f"{cited.law}, cited: {elsewhere}"
    return f"{cited.law} {found}" + (f"; also cited: {elsewhere}" if elsewhere else "")


def _mention_rows(brief: Brief, most: int) -> Iterator[Row]:
    apart = (Role.CONCERN, Role.POINTER)
    said = [quoted for quoted in brief.mentions if quoted.role not in apart]
    concerns = [quoted for quoted in brief.mentions if quoted.role in apart]
    yield _row("Mentions", _mentions(said, most), "none but under Added concern" if concerns else "none in this letter")
    if concerns:
        yield _row("Added concern", _mentions(concerns, most))


def _mentions(quoted: Sequence[Quoted], most: int) -> Iterator[Entry]:
    yield from map(_mention, quoted[:most])
    if len(quoted) > most:
        rest = Counter(str(one.role) for one in quoted[most:])
        yield Entry("and " + ", ".join(f"{counted(count, 'more sentence')}: {role}" for role, count in rest.items()))


_BULLET = re.compile(r"^(?:[•▪◦●–-]|o(?= ))\s*")


def _mention(quoted: Quoted) -> Entry:
    return Entry(str(quoted.role), _BULLET.sub("", quoted.sentence), around=quoted.variants[0])


def _contacts(contacts: Sequence[Contact]) -> Iterator[Entry]:
    """One line to a kind of contact, with the days of each."""
    for kind, same in groupby(contacts, key=lambda contact: contact.kind):
        named = list(same)
        dates = list(dict.fromkeys(date for contact in named for date in contact.dates))
        told = _listed(dates, _MOST_DATES) or "no date in the sentence"
        yield Entry(f"{kind}: {told}", aside=" […] ".join(contact.sentence.text for contact in named))


def _answer(letter: Letter) -> Iterator[Entry]:
    asked = letter.response
    if asked is None:
        return
    if not asked.days:
        yield Entry("an answer is asked for, no time is stated", asked.sentence.text)
        return
    counted_from = f" from {asked.counted_from}" if asked.counted_from else ""
    yield Entry(f"{asked.days} {asked.unit}{counted_from}", asked.sentence.text)


def _closeout(brief: Brief) -> Iterator[str]:
    """In the regulator's terms: a close-out letter is posted or it is not; nothing is called open or answered."""
    of = f", for warning letter {brief.number}" if brief.number else ""
    if brief.closeout:
        yield f"close-out letter posted {brief.closeout}{of}"
    elif brief.list_read:
        yield f"no close-out letter posted as of {brief.list_read}"
    else:
        yield "not known here: the regulator's list, which states close-out letters, was not read"
    if brief.response_posted:
        yield f"response posted by FDA on {brief.response_posted}"


_NEW_SHOWN: Final = 2


def _wording(brief: Brief) -> Iterator[Row]:
    if brief.paragraphs:
        told = sum(is_sentence(paragraph.text) for paragraph in brief.paragraphs)
        new = brief.new
        first = f"{len(new)} of {counted(told, 'paragraph')} new, the rest standard wording"
        yield Row("New wording", (Entry(first), *(Entry("new", text) for text in new[:_NEW_SHOWN])))


def headline(brief: Brief) -> tuple[str, ...]:
    """Who, what and when, in lines."""
    number = f" ({brief.number})" if brief.number else ""
    dates = [f"issued {brief.issued}"] if brief.issued else []
    if brief.posted:
        dates.append(f"posted {brief.posted}")
    elif brief.current_as_of:
        dates.append(f"content current as of {brief.current_as_of} (posted date not known)")
    lines = (f"FDA {brief.kind} to {brief.firm}{number}", "; ".join(dates), brief.office)
    to = f"to {brief.recipient}" if brief.recipient else ""
    return tuple(line[:1].upper() + line[1:] for line in (*lines, to) if line)
