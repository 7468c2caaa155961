"""Meaning: which changes of words bear meaning, each as a sentence of its own, without a model.

A sentence is English and quotes the regulator's words as written. Which words are told of is decided in
`store.exchange`: of an edited block those that stand otherwise on the other side, of what is wholly new or gone those
that carry an obligation or a risk.

The weightiest kind comes first (`WEIGHT`), then the place in the text; the same sentence is told once, with how often.
A change tells at most `MOST` sentences: where there are more, the last one counts what is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from store.exchange import Exchange, exchanges
from store.records import BlockDiff, Meaning, TokenKind
from store.tokens import Token

WEIGHT: Final = (
    TokenKind.NEGATION,
    TokenKind.MODAL,
    TokenKind.DEADLINE,
    TokenKind.DATE,
    TokenKind.CITATION,
    TokenKind.DOCKET,
    TokenKind.QUANTITY,
    TokenKind.NUMBER,
    TokenKind.CLAIM,
    TokenKind.PRODUCT,
)
MOST: Final = 40
"""More sentences on one change are read by nobody; the redline shows the rest."""


def meanings(diff: Sequence[BlockDiff], country: str = "") -> tuple[Meaning, ...]:
    """What bears meaning among the edits of `store.diff.compare`, weightiest first; () where nothing does.

    `country` ("US", "CA") says whose abbreviations and dates these are.
    """
    told = [(one, _meaning(one)) for one in exchanges(diff, country)]
    told.sort(key=lambda pair: (WEIGHT.index(pair[1].token), pair[0].place))
    return _bounded(_once([meaning for _, meaning in told]))


_NAMES: Final = {
    TokenKind.DEADLINE: "deadline",
    TokenKind.DATE: "date",
    TokenKind.DOCKET: "docket or file number",
    TokenKind.QUANTITY: "quantity",
    TokenKind.NUMBER: "number",
}


def _meaning(one: Exchange) -> Meaning:
    before, after = one.before, one.after
    if before and after:
        return _became(before, after, one.section)
    done = "added" if after else "removed"
    token = one.token
    if token.kind is TokenKind.CITATION:
        sentence = f"A citation of {_cited(token)} was {done}."
    elif token.kind in _NAMES:
        sentence = f"A {_NAMES[token.kind]} was {done}: “{token.text}”."
    elif token.kind in {TokenKind.NEGATION, TokenKind.MODAL}:
        sentence = f"“{token.text}” was {done}: “{one.around}”."
    else:
        sentence = f"“{token.text}” was {done}."
    return Meaning(token.kind, sentence, token.text if before else "", token.text if after else "", one.section)


def _became(before: Token, after: Token, section: str) -> Meaning:
    old, new = before.text, after.text
    if before.kind is TokenKind.DEADLINE:
        old, new = _without_lead(old, new)
    if before.kind not in _NAMES:
        sentence = f"“{old}” became “{new}”."
    elif before.kind is TokenKind.DEADLINE and {before.value[:3], after.value[:3]} == {"wit"}:
        sentence = f"The time allowed changed from “{old}” to “{new}”."
    else:
        sentence = f"A {_NAMES[before.kind]} changed from “{old}” to “{new}”."
    return Meaning(after.kind, sentence, old, new, section)


def _without_lead(old: str, new: str) -> tuple[str, str]:
    """Two deadlines without the words before the time, if they share them: "within"."""
    left, right = _LEAD.match(old), _LEAD.match(new)
    if left and right and left[0].lower() == right[0].lower():
        return old[left.end() :], new[right.end() :]
    return old, new


_LEAD: Final = re.compile(
    r"(?:(?:within|by|no|not|later|than|the|next|a|period|of|on|or|before|until|prior|to|dans|les|un|délai|maximal|de|au"
    r"|plus|tard|le|avant|sous|prochains|d['’]ici|jusqu['’](?:au|à)) )*",
    re.IGNORECASE,
)


def _cited(token: Token) -> str:
    law, _, section = token.value.partition(" ")
    if law == "guidance":
        return f"the guidance “{section}”"
    if law == "section":
        return f"“{token.text}”"
    return f"the {token.value}" if token.value.endswith((" Act", " Regulations")) else token.value


def _once(found: Iterable[Meaning]) -> list[Meaning]:
    """Each sentence once, in the place where it first stands, with how often it is said."""
    first: dict[str, Meaning] = {}
    times: Counter[str] = Counter()
    for meaning in found:
        first.setdefault(meaning.sentence, meaning)
        times[meaning.sentence] += 1
    return [
        meaning if times[sentence] == 1 else replace(meaning, sentence=f"{sentence[:-1]} ({times[sentence]} times).")
        for sentence, meaning in first.items()
    ]


def _bounded(found: Sequence[Meaning]) -> tuple[Meaning, ...]:
    if len(found) <= MOST:
        return tuple(found)
    left = found[MOST - 1 :]
    counted = f"{len(left)} further changes of words that bear meaning are not listed."
    return (*found[: MOST - 1], Meaning(left[0].token, counted))
