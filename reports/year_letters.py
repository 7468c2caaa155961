"""What a year's letters to firms have in common: their table, the charges and claims counted, firms met more than once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reports.brief import Brief
from reports.brief_rows import rows
from reports.pieces import Line, Listing, Piece, Said, Table
from reports.wording import counted, reference
from store.normal import folded
from store.records import Document, Role, TokenKind
from store.tokens import tokens


@dataclass(frozen=True, slots=True)
class LetterHeld:
    """A letter to a firm that the store holds, with its brief."""

    document: Document
    brief: Brief


def table_of_letters(letters: Sequence[LetterHeld], as_of: str) -> Iterator[Piece]:
    """One row for each letter, in the order given; `as_of` is the day on which the digest says what it knows."""
    if not letters:
        yield Said("No letter that mentions the topic was published in the period, by the regulator's own date.")
        return
    yield Table(
        f"{counted(len(letters), 'letter')}, by the day on which the regulator published them",
        ("Letter", "Basis", "Products", "Provisions", "Mentions of the topic", "Close-out letter"),
        tuple(_row(letter, as_of) for letter in letters),
    )
    yield Said(
        "None found: no rule recognised it in the letter, which may say it in words of its own."
        " A letter is the regulator's view at its date, and no final finding."
    )


def _row(letter: LetterHeld, as_of: str) -> tuple[Line, ...]:
    document, brief = letter.document, letter.brief
    answers = {row.label: "; ".join(entry.text for entry in row.entries) for row in rows(brief, 0)}
    return (
        Line(
            brief.firm,
            f"{brief.kind}{_number(document)}; {_dates(brief)}",
            document.url,
            document.id,
            document.language,
        ),
        Line(words=answers["Basis"]),
        Line(words=answers["Products"]),
        Line(words=answers["Provisions"]),
        Line(words=_roles(brief)),
        Line(words=_closeout(brief, as_of)),
    )


def _number(document: Document) -> str:
    return f", {reference(document)}" if reference(document) else ""


def _dates(brief: Brief) -> str:
    told = [f"issued {brief.issued}"] if brief.issued else []
    if brief.posted:
        told.append(f"posted {brief.posted}")
    elif brief.current_as_of:
        told.append(f"content current as of {brief.current_as_of} (posted date not known)")
    return "; ".join(told) or "no date stated"


def _roles(brief: Brief) -> str:
    roles = dict.fromkeys(str(quoted.role) for quoted in brief.mentions)
    return "; ".join(f"{role} ({sum(q.role == role for q in brief.mentions)})" for role in roles) or "none"


def _closeout(brief: Brief, as_of: str) -> str:
    if brief.closeout:
        return f"posted {brief.closeout}"
    if brief.list_read:
        return f"none posted as of {min(brief.list_read, as_of)}"
    return "not known: the list that states close-out letters was not read"


# Charges and claims

_MOST_ROWS: Final = 40


def charges(letters: Sequence[LetterHeld], earlier: Sequence[LetterHeld]) -> Iterator[Piece]:
    """How many of the letters cite each provision and quote each word for a claim; what no earlier letter held has."""
    if not letters:
        yield Said("There is no letter of the period to count in.")
        return
    yield from _counted(letters, earlier, _provisions, "Provision", "cite each provision", "provision")
    yield from _counted(
        letters, earlier, _claims, "Word for a claim", "quote a claim with each word", "word for a claim"
    )
    yield Said(
        "A provision counts once for each letter that cites it, wherever it does. Words for claims are looked for in"
        " the sentences in which a letter quotes the firm on the topic."
    )


def _counted(
    letters: Sequence[LetterHeld],
    earlier: Sequence[LetterHeld],
    found: Callable[[Brief], Iterable[str]],
    column: str,
    does: str,
    noun: str,
) -> Iterator[Piece]:
    uses: dict[str, list[LetterHeld]] = {}
    for letter in letters:
        for name in found(letter.brief):
            uses.setdefault(name, []).append(letter)
    if not uses:
        yield Said(f"No {noun} was recognised in the letters of the period.")
        return
    known = {name for letter in earlier for name in found(letter.brief)}
    marked = f"; FIRST USE: in none of the {counted(len(earlier), 'earlier letter')} held" if earlier else ""
    ranked = sorted(uses.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    yield Table(
        f"How many of the {counted(len(letters), 'letter')} {does}{marked}",
        (column, "Letters", "First published in the period"),
        tuple(_use(name, used, name in known, len(earlier)) for name, used in ranked[:_MOST_ROWS]),
    )
    if len(ranked) > _MOST_ROWS:
        yield Said(
            f"And {counted(len(ranked) - _MOST_ROWS, 'more ' + noun, 'more ' + noun + 's')}, each in one letter or few."
        )


def _use(name: str, used: Sequence[LetterHeld], is_known: bool, earlier: int) -> tuple[Line, ...]:
    first = used[0]
    flag = "" if is_known or not earlier else "; FIRST USE"
    return (
        Line(words=name),
        Line(words=str(len(used))),
        Line(words=f"{first.document.published}, {first.brief.firm}{flag}"),
    )


def _provisions(brief: Brief) -> Iterable[str]:
    return dict.fromkeys(
        f"{cited.law} {section}" for cited in brief.provisions for section in (*cited.found, *cited.elsewhere)
    )


def _claims(brief: Brief) -> Iterable[str]:
    quoted = (one.sentence for one in brief.mentions if one.role is Role.CLAIM)
    return dict.fromkeys(
        token.value for sentence in quoted for token in tokens(sentence) if token.kind is TokenKind.CLAIM
    )


# Firms


def firms_met_again(letters: Sequence[LetterHeld]) -> Iterator[Piece]:
    """The firms with several letters, or whose letter names an earlier contact."""
    by_firm: dict[str, list[LetterHeld]] = {}
    for letter in letters:
        by_firm.setdefault(_firm(letter.brief.firm), []).append(letter)
    lines = tuple(line for name in sorted(by_firm) if (line := _met(by_firm[name])))
    if not lines:
        yield Said(
            f"Of the {counted(len(letters), 'letter')} held, none names an earlier contact, and no firm has two."
        )
        return
    yield Said("By the same name in several letters, or by earlier contacts that a letter names itself.")
    yield Listing(lines)


_FORM = re.compile(r"[,.]|\b(?:inc|llc|ltd|corp|corporation|co|company|limited)\b")


def _firm(name: str) -> str:
    return " ".join(_FORM.sub(" ", folded(name)).split())


def _met(letters: Sequence[LetterHeld]) -> Line | None:
    contacts = [f"{kind}: {dates}" for letter in letters for kind, dates in _contacts(letter.brief).items()]
    if len(letters) == 1 and not contacts:
        return None
    told = [f"{letter.brief.kind}{_number(letter.document)}, {_dates(letter.brief)}" for letter in letters]
    words = "; ".join(told) + (f". Earlier contacts named: {'; '.join(dict.fromkeys(contacts))}" if contacts else "")
    last = letters[-1].document
    return Line(letters[-1].brief.firm, words, last.url, last.id, last.language)


def _contacts(brief: Brief) -> Mapping[str, str]:
    found: dict[str, list[str]] = {}
    for contact in brief.letter.contacts:
        found.setdefault(str(contact.kind), []).extend(contact.dates)
    return {kind: ", ".join(dict.fromkeys(days)) or "no date in the sentence" for kind, days in found.items()}
