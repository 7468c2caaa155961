"""Planting: one edit of a known kind in the markup of a real letter, with what is true of it.

An edit is planted in a text node, as an editor would, without touching the markup around it; where it lands is drawn
from chance. What is true of it is worked out from the markup here, without the reader that is to find it again.
"""

from __future__ import annotations

import html
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from store.records import TokenKind


class EditKind(StrEnum):
    WORD = "word"
    NUMBER = "number"
    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"
    ROW = "row"
    MOVE = "move"
    NEGATION = "negation"
    MODAL = "modal"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Edit:
    """A planted edit.

    `before` and `after` are the text of its block, "" where there was or is none; `removed` and `added` the words that
    differ. A block that is new, or that moved, stands behind the one of the text `behind`. `tokens` are the kinds of
    token that a change of these words may rightly be called, none of them for an empty set; None where it is not known.
    """

    kind: EditKind
    page: str
    before: str
    after: str
    removed: str = ""
    added: str = ""
    behind: str = ""
    tokens: frozenset[TokenKind] | None = None


def plant(page: str, kind: EditKind, chance: random.Random) -> Edit | None:
    """A page of a letter with one edit of this kind; None where the letter has no place for it."""
    return _PLANTERS[kind](page, chance)


def blocks_after(blocks: Sequence[str], edit: Edit) -> list[str]:
    """What the blocks of a letter become by an edit."""
    made = list(blocks)
    if edit.before and edit.kind is not EditKind.MOVE:
        place = made.index(edit.before)
        made[place : place + 1] = [edit.after] if edit.after else []
    else:
        if edit.before:
            made.remove(edit.before)
        made.insert(made.index(edit.behind) + 1, edit.after)
    return made


def shown(markup: str) -> str:
    """The words of a piece of markup as a reader sees them."""
    text = html.unescape(re.sub(r"<[^>]*>", "", markup))
    plain = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return unicodedata.normalize("NFC", " ".join(plain.split()))


# Where


@dataclass(frozen=True, slots=True)
class _Passage:
    """An element of the letter that holds text and no further markup: where it and its text stand in the page."""

    start: int
    end: int
    inner: int
    raw: str
    tag: str

    @property
    def text(self) -> str:
        return shown(self.raw)


_PLAIN = re.compile(r"<(p|li)\b[^>]*>([^<>]+)</\1>")
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[dh])\b([^>]*)>(.*?)</\1>", re.DOTALL)
_LEAST = 8
"""A passage of fewer words may stand more than once, or be a name and no sentence."""


def _letter(page: str) -> tuple[int, int]:
    """Where the letter's own text begins and ends."""
    start = page.index("<hr", page.index("row inset-column"))
    return start, page.index("<!--BEGIN QUALTRICS", start)


def _passages(page: str) -> list[_Passage]:
    """Passages that stand once in the letter, outside of tables."""
    start, end = _letter(page)
    tables = [(found.start(), found.end()) for found in _TABLE.finditer(page, start, end)]
    found = [
        _Passage(one.start(), one.end(), one.start(2), one[2], one[1])
        for one in _PLAIN.finditer(page, start, end)
        if not any(first <= one.start() < last for first, last in tables)
    ]
    return _once(found, [one.text for one in found], shown(page[start:end]))


def _once(passages: Iterable[_Passage], texts: Sequence[str], whole: str) -> list[_Passage]:
    times = Counter(texts)
    return [
        one
        for one, text in zip(passages, texts, strict=True)
        if times[text] == 1 and len(text.split()) >= _LEAST and whole.count(text) == 1
    ]


def _rows(page: str) -> list[_Passage]:
    """Rows of the letter's tables that stand once and reach over no other row; a table within a table is laid out."""
    found = [
        _Passage(row.start(), row.end(), row.start(), row[0], "tr")
        for table in _tables(page)
        for row in _ROW.finditer(page, *table)
        if not re.search(r"rowspan|<sup|<br", row[0])
    ]
    times = Counter(_cells(row.raw) for row in found)
    return [row for row in found if times[_cells(row.raw)] == 1 and re.search(r"\w", _cells(row.raw))]


def _tables(page: str) -> Iterator[tuple[int, int]]:
    """Where the tables of the letter stand that are in no other and hold no other."""
    depth = start = tables = 0
    for tag in re.compile(r"</?table\b").finditer(page, *_letter(page)):
        opens = tag[0] == "<table"
        if opens and depth == 0:
            start, tables = tag.start(), 0
        depth += 1 if opens else -1
        tables += opens
        if depth == 0 and tables == 1:
            yield start, tag.end()


def _cells(row: str) -> str:
    return " | ".join(shown(cell[3]) for cell in _CELL.finditer(row))


# Edits in a text


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the raw text of a passage something is replaced, by what, and which tokens it may be called."""

    start: int
    end: int
    new: str
    tokens: frozenset[TokenKind] | None


Places = Callable[[str, random.Random], Iterable[_Place]]


def _in_text(kind: EditKind, places: Places) -> Callable[[str, random.Random], Edit | None]:
    """Plants in one of the places that a letter has for this kind of edit."""

    def planted(page: str, chance: random.Random) -> Edit | None:
        passages = _passages(page)
        found = [(passage, place) for passage in passages for place in places(passage.raw, chance)]
        return _replaced(page, kind, *chance.choice(found)) if found else None

    return planted


def _replaced(page: str, kind: EditKind, passage: _Passage, place: _Place) -> Edit:
    old = passage.raw[place.start : place.end]
    raw = passage.raw[: place.start] + place.new + passage.raw[place.end :]
    edited = page[: passage.inner] + raw + page[passage.inner + len(passage.raw) :]
    return Edit(kind, edited, passage.text, shown(raw), shown(old), shown(place.new), tokens=place.tokens)


_ORDINARY = re.compile(r"(?<= )[a-z]{5,}(?= [a-z])")
_WEIGHTY = re.compile(
    r"must|shall|should|adulterat|misbrand|working|calendar|business|effic|might|could|would|cannot|never|neither|without|within|until|days?$|weeks?$|months?$|years?$"
    r"|hours?$|minutes?$|percent|least|every|before|after|later|than|treat|cure|prevent|mitigat|diagnos|heal|safe"
    r"|effect|approv|licens|clear|claim|drug|device|biolog|product|exosom|cell|tissue|section|title|part|rule|guid"
    r"|one|two|three|four|five|seven|eight|nine|ten|dozen|hundred|thousand|million|first|second|third|half|twice"
    r"|require|prohibit|unlawful|therap|disease|remed"
)
"""Words that may bear meaning of a kind; an ordinary word is none of them."""
_INVENTED = ("lantern", "harbour", "umbrella", "meadow", "saddle", "curtain", "pebble", "orchard")


def _words(raw: str, chance: random.Random) -> Iterator[_Place]:
    for found in _ORDINARY.finditer(raw):
        if not _WEIGHTY.search(found[0]):
            yield _Place(*found.span(), chance.choice(_INVENTED), frozenset())


_NUMBER = re.compile(r"(?P<word>\b[a-z]+) (?P<number>\d{1,3}(?:,\d{3})*(?:\.\d+)?) (?P<next>[A-Za-z]+)\b")
_UNITS = {"percent", "mg", "g", "kg", "mL", "mcg", "units", "vials", "tablets", "capsules", "bottles", "degrees"}
_TIMES = {"day", "days", "hours", "minutes", "weeks", "months", "years", "working", "calendar", "business"}
_NO_COUNT = {
    *("section", "sections", "part", "parts", "title", "code", "chapter", "page", "pages", "item", "number", "no"),
    *("observation", "paragraph", "table", "lot", "lots", "batch", "form", "and", "or", "to", "through", "under"),
    *("subpart", "type", "class", "phase", "step", "room", "line", "suite", "version", "revision", "appendix", "of"),
}
"""Words after which a number is a name and counts nothing."""
_NO_UNIT = {"and", "or", "to", "of", "at", "in", "through", "on", "for", "from", "by", "was", "is", "are", "were", "as",
            "when", "which", "that", "the", "a", "an", "we", "you", "your", "with", "issued", "dated"}  # fmt: skip
_WITHIN = re.compile(r"\bwithin (?:the next )?$")


def _numbers(raw: str, chance: random.Random) -> Iterator[_Place]:
    for found in _NUMBER.finditer(raw):
        old, after = found["number"], found["next"]
        if (
            found["word"] in _NO_COUNT
            or after in _NO_UNIT
            or (after[0].isupper() or 1900 <= float(old.replace(",", "")) < 2100)
        ):
            continue
        new = old[:-1] + str((int(old[-1]) + chance.randint(1, 8)) % 9 + 1)
        if new != old:
            yield _Place(*found.span("number"), new, _counted(raw[: found.start("number")], after))


def _counted(before: str, unit: str) -> frozenset[TokenKind]:
    if unit in _TIMES:
        due = _WITHIN.search(before) is not None
        return frozenset({TokenKind.DEADLINE} if due else {TokenKind.QUANTITY, TokenKind.DEADLINE})
    return frozenset({TokenKind.QUANTITY} if unit in _UNITS else {TokenKind.NUMBER, TokenKind.QUANTITY})


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_DATE = re.compile(rf"\b({'|'.join(_MONTHS)}) (\d{{1,2}}), (\d{{4}})\b")
_DUE = re.compile(r"\b(?:by|before|until|than) $")


def _dates(raw: str, chance: random.Random) -> Iterator[_Place]:
    """Either the day moves, or the whole date does."""
    for found in _DATE.finditer(raw):
        tokens = frozenset({TokenKind.DATE} | ({TokenKind.DEADLINE} if _DUE.search(raw[: found.start()]) else set()))
        day = (int(found[2]) + chance.randint(0, 26)) % 28 + 1
        if chance.random() < 0.5:
            yield _Place(*found.span(2), str(day if day != int(found[2]) else day % 28 + 1), tokens)
        else:
            other = chance.choice([month for month in _MONTHS if month != found[1]])
            day = day if day != int(found[2]) else day % 28 + 1
            yield _Place(*found.span(), f"{other} {day}, {int(found[3]) + chance.choice((-1, 1))}", tokens)


_MODAL = re.compile(r"(?<= )(must|shall|should|may)(?= [a-z])")


def _modals(raw: str, chance: random.Random) -> Iterator[_Place]:
    for found in _MODAL.finditer(raw):
        others = [modal for modal in ("must", "shall", "should", "may") if modal != found[0]]
        yield _Place(*found.span(), chance.choice(others), frozenset({TokenKind.MODAL}))


_VERB = re.compile(
    r"(?<= )(is|are|was|were|did|does|do|has|have|had|will|would|can|could|must|should|may)( not)?(?= [a-z])"
)
_MODALS = {"must", "should", "may", "will", "would", "can", "could"}


def _negations(raw: str, chance: random.Random) -> Iterator[_Place]:
    """A “not” goes from behind a verb, or comes there."""
    for found in _VERB.finditer(raw):
        tokens = {TokenKind.NEGATION} | ({TokenKind.MODAL} if found[1] in _MODALS else set())
        if found[2]:
            yield _Place(*found.span(2), "", frozenset(tokens))
        elif not raw[found.end() :].startswith((" not", " no ", " only")):
            yield _Place(found.end(), found.end(), " not", frozenset(tokens))


_SENTENCE_END = re.compile(r"(?<=[a-z]{4}\.) (?=[A-Z][a-z]+ [a-z])")
_SENTENCES = (
    "The lanterns of the second hall were found in good order by both visitors.",
    "Samplewood Works keeps a ledger of every visitor and shows it on request.",
    "A drawing of the hall lies beside this letter and names each of its doors.",
)


def _sentences(raw: str, chance: random.Random) -> Iterator[_Place]:
    """A sentence comes between two others, or one goes from there."""
    ends = [found.start() for found in _SENTENCE_END.finditer(raw)]
    for place in ends:
        yield _Place(place, place, f" {chance.choice(_SENTENCES)}", frozenset())
    for first, last in pairwise(ends):
        yield _Place(first, last, "", None)  # it may have spoken of a duty


# Edits of blocks


_PARAGRAPHS = (
    "Our visitors met the keeper of the lanterns, who spoke of a new hall beside the harbour.",
    "Samplewood Works has since moved its ledgers to a drier room; the old one stands empty.",
)


def _paragraph(page: str, chance: random.Random) -> Edit | None:
    """A paragraph comes behind another, or goes."""
    there = [passage for passage in _passages(page) if passage.tag == "p"]
    if not there:
        return None
    chosen = chance.choice(there)
    if chance.random() < 0.5:
        return Edit(EditKind.PARAGRAPH, _without(page, chosen), chosen.text, "", removed=chosen.text)
    text = chance.choice(_PARAGRAPHS)
    return Edit(
        EditKind.PARAGRAPH, _with(page, chosen.end, f"\n\n<p>{text}</p>"), "", text, added=text, behind=chosen.text
    )


def _move(page: str, chance: random.Random) -> Edit | None:
    """A paragraph goes from its place to behind another that does not stand right before it."""
    there = [passage for passage in _passages(page) if passage.tag == "p"]
    if len(there) < 4:
        return None
    n, m = chance.sample(range(len(there)), 2)
    if m == n - 1:
        m = n + 1 if n + 1 < len(there) else n - 2
    moved, behind = there[n], there[m]
    markup = page[moved.start : moved.end]
    if moved.start < behind.start:
        edited = _without(_with(page, behind.end, f"\n\n{markup}"), moved)
    else:
        edited = _with(_without(page, moved), behind.end, f"\n\n{markup}")
    return Edit(EditKind.MOVE, edited, moved.text, moved.text, behind=behind.text, tokens=frozenset())


def _row(page: str, chance: random.Random) -> Edit | None:
    """A row comes behind another, or goes, or one of its cells says something else."""
    rows = _rows(page)
    if not rows:
        return None
    chosen, way = chance.choice(rows), chance.randrange(3)
    if way == 0:
        text = _cells(chosen.raw)
        return Edit(EditKind.ROW, _without(page, chosen), text, "", removed=text)
    cells = list(_CELL.finditer(chosen.raw))
    if way == 1:
        words = [f"{chance.choice(_INVENTED).capitalize()} {chance.choice(_INVENTED)}" for _ in cells]
        made = "".join(f"<{cell[1]}{cell[2]}>{text}</{cell[1]}>" for cell, text in zip(cells, words, strict=True))
        new = " | ".join(words)
        edited = _with(page, chosen.end, f"<tr>{made}</tr>")
        return Edit(EditKind.ROW, edited, "", new, added=new, behind=_cells(chosen.raw))
    return _cell(page, chosen, chance)


def _cell(page: str, row: _Passage, chance: random.Random) -> Edit | None:
    words = [
        found
        for found in re.finditer(r"(?<=[>\s])[A-Za-z]{4,}(?=[<\s])", row.raw)
        if _in_a_cell(row.raw, found.start())
    ]
    if not words:
        return None
    word = chance.choice(words)
    new = chance.choice(_INVENTED)
    raw = row.raw[: word.start()] + new + row.raw[word.end() :]
    edited = page[: row.start] + raw + page[row.end :]
    return Edit(EditKind.ROW, edited, _cells(row.raw), _cells(raw), word[0], new)


def _in_a_cell(row: str, place: int) -> bool:
    """Whether a place is in the text of a cell, and not in a tag."""
    inside = any(cell.start(3) <= place < cell.end(3) for cell in _CELL.finditer(row))
    return inside and row.rfind("<", 0, place) < row.rfind(">", 0, place)


def _without(page: str, passage: _Passage) -> str:
    return page[: passage.start] + page[passage.end :]


def _with(page: str, place: int, more: str) -> str:
    return page[:place] + more + page[place:]


_PLANTERS: dict[EditKind, Callable[[str, random.Random], Edit | None]] = {
    EditKind.WORD: _in_text(EditKind.WORD, _words),
    EditKind.NUMBER: _in_text(EditKind.NUMBER, _numbers),
    EditKind.SENTENCE: _in_text(EditKind.SENTENCE, _sentences),
    EditKind.PARAGRAPH: _paragraph,
    EditKind.ROW: _row,
    EditKind.MOVE: _move,
    EditKind.NEGATION: _in_text(EditKind.NEGATION, _negations),
    EditKind.MODAL: _in_text(EditKind.MODAL, _modals),
    EditKind.DATE: _in_text(EditKind.DATE, _dates),
}
