"""Exchanges: which tokens of a changed text went, which came, and which took another's place.

Told are, of an edited block, the tokens (`store.tokens`) that stand in other words on the other side; of a sentence or
block that is wholly new or gone, those that carry an obligation or a risk: a modal verb of obligation, a deadline, a
citation, a docket, a negation next to a status ("not approved"). What merely moved is no exchange.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from store import citations, vocabulary
from store.records import BlockDiff, BlockOp, TokenKind, WordOp
from store.tokens import Token, tokens

_AROUND: Final = 3
"""So many words are quoted on either side of a word that was added or removed."""
_SMALL: Final = 8
"""A mere addition or removal of so many words or fewer is told in full: it is an edit of a sentence, and no new one."""
_NEAR: Final = 25
"""A replacement of so many words or fewer on either side is read word against word."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A token before, after or, where one became the other, both; `token` is the one that stands in the text told of.

    `around` quotes it with its neighbours. `place` orders found as they stand in the text: the block, then the offset.
    `beside` are the words next to it, by which a modal that moved is told from another.
    """

    token: Token
    before: Token | None
    after: Token | None
    around: str
    beside: tuple[str, ...]
    place: tuple[int, int]
    section: str


def exchanges(diff: Sequence[BlockDiff], country: str = "") -> list[Exchange]:
    """Every exchange of a diff, block by block; equal tokens that went here and came there are left out."""
    known = _short_names(diff, country)
    found = [one for place, block in enumerate(_replaced(diff)) for one in _in_block(place, block, country, known)]
    return _without_moves(found)


def _short_names(diff: Sequence[BlockDiff], country: str) -> Mapping[str, str]:
    """The short names that the document gives to laws, if any of its edits speaks of one."""
    if not any(_LAW.search(run.text) for block in diff if block.op is not BlockOp.KEEP for run in block.words):
        return {}
    return citations.short_names("\n".join(_side(block, WordOp.ADD) for block in diff), country)


_LAW: Final = re.compile(r"\b(?:[Aa]ct|[Ll]oi|[Rr]egulations?|[Rr]èglement|F[A-Z&]+A)\b")


def _side(block: BlockDiff, op: WordOp) -> str:
    """The block after (`ADD`) or before (`REMOVE`), its typography as it stands now."""
    return "".join(run.text for run in block.words if run.op in (WordOp.KEEP, op))


def _replaced(diff: Sequence[BlockDiff]) -> Iterator[BlockDiff]:
    """The blocks, with short lines that gave way to as many others as edits: a date, the cells of a row."""
    for new_or_gone, group in groupby(diff, key=lambda block: block.op in (BlockOp.REMOVE, BlockOp.ADD)):
        blocks = list(group)
        half = len(blocks) // 2
        gone, came = blocks[:half], blocks[half:]
        if new_or_gone and len(gone) == len(came) and all(map(_gave_way, gone, came)):
            yield from (
                replace(new, op=BlockOp.EDIT, words=(*old.words, *new.words))
                for old, new in zip(gone, came, strict=True)
            )
        else:
            yield from blocks


def _gave_way(old: BlockDiff, new: BlockDiff) -> bool:
    short = all(len(_side(*side).split()) <= _SMALL for side in ((old, WordOp.REMOVE), (new, WordOp.ADD)))
    return (old.op, new.op, old.kind) == (BlockOp.REMOVE, BlockOp.ADD, new.kind) and short


@dataclass(frozen=True, slots=True)
class _Edit:
    """Words removed and added in one place: their spans before and after."""

    before: tuple[int, int]
    after: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Sides:
    """A block before and after, with its tokens that do not stand there unchanged, and its edits in order."""

    before: str
    after: str
    gone: Sequence[Token]
    came: Sequence[Token]
    edits: Sequence[_Edit]


def _in_block(place: int, block: BlockDiff, country: str, known: Mapping[str, str]) -> Iterator[Exchange]:
    if all(run.op is WordOp.KEEP for run in block.words):
        return
    sides = _sides(block, country, known)
    gone, came = _by_edit(sides, sides.gone, before=True), _by_edit(sides, sides.came, before=False)
    for n, edit in enumerate(sides.edits):
        whole = block.op in (BlockOp.ADD, BlockOp.REMOVE)
        for before, after in _paired(sides, edit, gone.get(n, []), came.get(n, []), whole=whole):
            if token := after or before:
                text = sides.after if after else sides.before
                beside = _beside(text, token)
                yield Exchange(token, before, after, _around(text, token), beside, (place, token.start), block.section)


def _sides(block: BlockDiff, country: str, known: Mapping[str, str]) -> _Sides:
    before, after = _side(block, WordOp.REMOVE), _side(block, WordOp.ADD)
    kept, edits = _kept_and_edited(block)
    old, new = tokens(before, country, known), tokens(after, country, known)
    stayed = {(token.kind, token.value, token.start): token for token in new}
    same = {
        (token.start, key[2])
        for token in old
        if (shift := _shift(kept, token)) is not None
        and (key := (token.kind, token.value, token.start + shift)) in stayed
    }  # fmt: skip
    left, right = {start for start, _ in same}, {start for _, start in same}
    gone = [token for token in old if token.start not in left]
    came = [token for token in new if token.start not in right]
    return _Sides(before, after, gone, came, edits)


def _kept_and_edited(block: BlockDiff) -> tuple[list[tuple[int, int, int]], list[_Edit]]:
    """The runs kept, as (start before, end before, shift to after), and between them the edits."""
    kept: list[tuple[int, int, int]] = []
    edits: list[_Edit] = []
    i = j = i0 = j0 = 0
    for run in block.words:
        size = len(run.text)
        if run.op is WordOp.KEEP:
            if (i, j) != (i0, j0):
                edits.append(_Edit((i0, i), (j0, j)))
            kept.append((i, i + size, j - i))
            i, j = i + size, j + size
            i0, j0 = i, j
        elif run.op is WordOp.REMOVE:
            i += size
        else:
            j += size
    return kept, [*edits, _Edit((i0, i), (j0, j))] if (i, j) != (i0, j0) else edits


def _shift(kept: Sequence[tuple[int, int, int]], token: Token) -> int | None:
    """How far a token stands further on after; None if it lies in no run that was kept whole."""
    at = bisect_right(kept, token.start, key=lambda run: run[0]) - 1
    return kept[at][2] if at >= 0 and token.end <= kept[at][1] else None


def _by_edit(sides: _Sides, changed: Iterable[Token], *, before: bool) -> dict[int, list[Token]]:
    """The tokens by the edit that they touch, or that is nearest: "drug" is new where "new" before it went."""
    spans = [edit.before if before else edit.after for edit in sides.edits]
    found: dict[int, list[Token]] = {}
    for token in changed:
        at = max(bisect_right(spans, token.end, key=lambda span: span[0]) - 1, 0)
        while at > 0 and spans[at - 1][1] > token.start:
            at -= 1
        if (
            at + 1 < len(spans)
            and spans[at][1] < token.start
            and spans[at + 1][0] - token.end < token.start - spans[at][1]
        ):
            at += 1
        found.setdefault(at, []).append(token)
    return found


def _paired(
    sides: _Sides, edit: _Edit, gone: Sequence[Token], came: Sequence[Token], *, whole: bool
) -> Iterator[tuple[Token | None, Token | None]]:
    """The tokens of one edit: those of a kind in order as pairs, the rest by themselves, and equal ones not at all."""
    removed, added = sides.before[slice(*edit.before)].split(), sides.after[slice(*edit.after)].split()
    near = len(removed) <= _NEAR and len(added) <= _NEAR
    full = near if removed and added else not whole and max(len(removed), len(added)) <= _SMALL
    gone, came = _not_part_of(came, gone), _not_part_of(gone, came)
    for kind in TokenKind:
        old, new = [one for one in gone if one.kind is kind], [one for one in came if one.kind is kind]
        becomes = near and kind in _BECOMES
        old, new = _unlike(sides, old, new, in_order=becomes)
        pairs = min(len(old), len(new)) if becomes else 0
        yield from zip(old[:pairs], new[:pairs], strict=True)
        yield from ((one, None) for one in old[pairs:] if full or _weighs(one, sides.before))
        yield from ((None, one) for one in new[pairs:] if full or _weighs(one, sides.after))


_BECOMES: Final = frozenset(TokenKind) - {TokenKind.CITATION}
"""Kinds of which one becomes another; a citation does not become another, it goes and the other comes."""


def _not_part_of(others: Sequence[Token], found: Sequence[Token]) -> list[Token]:
    """Without the dates and times that are a deadline's on the other side: it says more of them."""
    due = {one.value.partition(" ")[2] for one in others if one.kind is TokenKind.DEADLINE}
    return [one for one in found if one.kind is TokenKind.DEADLINE or one.value not in due]


def _unlike(
    sides: _Sides, old: Sequence[Token], new: Sequence[Token], *, in_order: bool
) -> tuple[list[Token], list[Token]]:
    """Both without what they have in common.

    What stands before the same word as before has only moved. Of the rest, one is compared with the other in order
    where there are as many, so that "12 lamps and 15 vials" is not "15 lamps and 12 vials".
    """
    old, new = _less(old, new, _with_next_word, sides)
    if in_order and len(old) == len(new):
        unequal = [(one, other) for one, other in zip(old, new, strict=True) if one.value != other.value]
        return [one for one, _ in unequal], [other for _, other in unequal]
    return _less(old, new, _value, sides)


def _with_next_word(token: Token, text: str) -> tuple[str, ...]:
    return token.value, *text[token.end : token.end + 40].split()[:1]


def _value(token: Token, text: str) -> tuple[str, ...]:
    return (token.value,)


_Key = Callable[[Token, str], tuple[str, ...]]


def _less(old: Sequence[Token], new: Sequence[Token], key: _Key, sides: _Sides) -> tuple[list[Token], list[Token]]:
    """Both without the tokens that are equal by a key, as often as both have them."""
    left, right = [key(one, sides.before) for one in old], [key(one, sides.after) for one in new]
    common = Counter(left) & Counter(right)
    return _without(old, left, Counter(common)), _without(new, right, Counter(common))


def _without(found: Sequence[Token], keys: Sequence[tuple[str, ...]], common: Counter[tuple[str, ...]]) -> list[Token]:
    left = []
    for one, key in zip(found, keys, strict=True):
        if common[key]:
            common[key] -= 1
        else:
            left.append(one)
    return left


def _weighs(token: Token, text: str) -> bool:
    """Whether a token in words that are wholly new or gone carries an obligation or a risk."""
    if token.kind is TokenKind.MODAL:
        return token.value.endswith(f"({vocabulary.Strength.OBLIGATION})")
    if token.kind is TokenKind.NEGATION:
        beside = {word.lower().strip(".,;:()") for word in text[token.end : token.end + 60].split()[:_AROUND]}
        return not beside.isdisjoint(_STATUS_WORDS)
    return token.kind in {TokenKind.DEADLINE, TokenKind.CITATION, TokenKind.DOCKET}


_STATUS_WORDS: Final = frozenset(form for term in vocabulary.STATUSES for form in term.forms)


def _without_moves(found: Sequence[Exchange]) -> list[Exchange]:
    """The found without those that only say that a token went here and came there.

    Any other kind is compared by its value alone. A negation, a modal and a deadline weigh by what they stand next to,
    and have moved only if their neighbours moved with them.
    """
    gone = Counter(_moving(one) for one in found if one.after is None)
    came = Counter(_moving(one) for one in found if one.before is None)
    moved = gone & came
    left = {True: Counter(moved), False: Counter(moved)}
    kept = []
    for one in found:
        counts = left[one.after is None]
        if (one.before is None or one.after is None) and counts[_moving(one)]:
            counts[_moving(one)] -= 1
        else:
            kept.append(one)
    return kept


def _moving(one: Exchange) -> tuple[str, ...]:
    token = one.token
    beside = one.beside if token.kind in {TokenKind.NEGATION, TokenKind.MODAL, TokenKind.DEADLINE} else ()
    return token.kind, token.value, *beside


def _around(text: str, token: Token) -> str:
    """A token with a few words on either side, with dots where the text goes on."""
    left, right = text[max(token.start - 80, 0) : token.start].split(" "), text[token.end : token.end + 80].split(" ")
    before = " ".join(left[-_AROUND - 1 :])
    after = " ".join(right[: _AROUND + 1])
    start = "… " if token.start - len(before) > 0 else ""
    end = " …" if token.end + len(after) < len(text) else ""
    return f"{start}{before.lstrip()}{token.text}{after.rstrip()}{end}"


def _beside(text: str, token: Token) -> tuple[str, ...]:
    left, right = text[max(token.start - 60, 0) : token.start].split(), text[token.end : token.end + 60].split()
    return (*left[-1:], "|", *right[:2])
