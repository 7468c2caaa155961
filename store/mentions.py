"""Mentions: where a topic's terms stand in a text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from store.normal import folded
from store.records import Block, BlockKind, Mention
from store.sentences import spans


@dataclass(frozen=True, slots=True)
class Topic:
    """A family of watched terms.

    `terms` are beginnings of words, looked for without regard to case, accents or typography: "exosom" finds
    exosomes and exosomal, "extracellular vesicle" finds extracellular vesicles. `words` are whole words, as written.
    `near` are words that count only within `within` words of one of the beginnings given for them.
    """

    name: str
    terms: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    within: int = 30


@dataclass(frozen=True)
class _Patterns:
    firsts: tuple[str, ...]
    terms: re.Pattern[str] | None
    words: re.Pattern[str] | None
    near: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]


def find(topics: Sequence[Topic], title: str, fields: Mapping[str, str], blocks: Sequence[Block]) -> list[Mention]:
    """Every mention, in the order title, fields, text."""
    found: list[Mention] = []
    whole, flat = _as_written_and_folded(title, fields, blocks)
    for topic in topics:
        if _mentioned(topic, whole, flat):
            found.extend(_in_topic(topic, title, fields, blocks))
    return found


def mentioned(topic: Topic, title: str, fields: Mapping[str, str], blocks: Iterable[Block]) -> bool:
    """Whether a topic may be mentioned at all; cheap, and never false where there is a mention."""
    return _mentioned(topic, *_as_written_and_folded(title, fields, blocks))


def _as_written_and_folded(title: str, fields: Mapping[str, str], blocks: Iterable[Block]) -> tuple[str, str]:
    pieces = [title, *fields.values(), *(block.text for block in blocks)]
    return "\n".join(pieces), "\n".join(map(folded, pieces))


def _mentioned(topic: Topic, whole: str, flat: str) -> bool:
    patterns = _patterns(topic.name, topic.terms, topic.words, tuple(topic.near.items()))
    # Plain substrings first: nearly every document has none of them, and they cost a tenth of a pattern.
    if any(first in flat for first in patterns.firsts) and patterns.terms is not None and patterns.terms.search(flat):
        return True
    if any(word in whole for word in topic.words) and patterns.words is not None and patterns.words.search(whole):
        return True
    return any(
        word in whole and pattern.search(whole) for word, (pattern, _) in zip(topic.near, patterns.near, strict=True)
    )


def _in_topic(topic: Topic, title: str, fields: Mapping[str, str], blocks: Sequence[Block]) -> Iterable[Mention]:
    yield from _in_text(topic, title, "title", -1)
    for name, value in fields.items():
        if name != "title":
            yield from _in_text(topic, value, name, -1)
    section = ""
    for index, block in enumerate(blocks):
        if block.kind is BlockKind.HEADING:
            section = block.text
        yield from _in_text(topic, block.text, section, index)


def _in_text(topic: Topic, text: str, section: str, block: int) -> Iterable[Mention]:
    found = sorted(set(_spans(topic, text)))
    for (start, end), said in zip(found, _sentences(text, found), strict=True):
        yield Mention(topic.name, section, said, text[start:end], block, start)


def _sentences(text: str, found: Sequence[tuple[int, int]]) -> Iterator[str]:
    """The sentence around each span that was found; several sentences where a span runs over them."""
    bounds = tuple(spans(text)) if found else ()
    starts = [start for start, _ in bounds]
    said: dict[tuple[int, int], str] = {}
    for start, end in found:
        first = max(0, bisect_right(starts, start) - 1)
        last = max(first, bisect_left(starts, end) - 1)
        if (first, last) not in said:
            said[first, last] = text[bounds[first][0] : bounds[last][1]].strip()
        yield said[first, last]


def _spans(topic: Topic, text: str) -> Iterable[tuple[int, int]]:
    patterns = _patterns(topic.name, topic.terms, topic.words, tuple(topic.near.items()))
    if patterns.terms is not None:
        flat, origin = _fold_with_origin(text)
        taken = -1
        for match in patterns.terms.finditer(flat):
            if match.start() >= taken:
                yield origin[match.start()], origin[match.end() - 1] + 1
                taken = match.end()
    if patterns.words is not None:
        yield from (match.span() for match in patterns.words.finditer(text))
    for word, beside in patterns.near:
        for match in word.finditer(text):
            if beside.search(folded(_around(text, match.start(), match.end(), topic.within))):
                yield match.span()


def _around(text: str, start: int, end: int, within: int) -> str:
    """So many words on either side."""
    return " ".join(text[:start].split()[-within:]) + " " + " ".join(text[end:].split()[:within])


@lru_cache(maxsize=64)
def _patterns(
    name: str, terms: tuple[str, ...], words: tuple[str, ...], near: tuple[tuple[str, tuple[str, ...]], ...]
) -> _Patterns:
    return _Patterns(
        firsts=tuple(dict.fromkeys(max(_words(term), key=len) for term in terms)),
        terms=_beginnings(terms),
        words=_whole(words),
        near=tuple((re.compile(rf"\b{re.escape(word)}s?\b"), _beginnings(beside) or _NEVER) for word, beside in near),
    )


_NEVER = re.compile(r"(?!)")


def _beginnings(terms: Sequence[str]) -> re.Pattern[str] | None:
    """Words that begin like this; each word of a term is a beginning of its own, and a hyphen joins like a blank."""
    if not terms:
        return None
    each = [r"\w*[\s-]+".join(re.escape(word) for word in _words(term)) for term in terms]
    return re.compile(r"\b(?:" + "|".join(sorted(each, key=len, reverse=True)) + r")\w*")


def _words(term: str) -> list[str]:
    return [word for word in re.split(r"[\s-]+", folded(term)) if word] or [folded(term)]


def _whole(words: Sequence[str]) -> re.Pattern[str] | None:
    if not words:
        return None
    return re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b")


def _fold_with_origin(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the index of the character it came from."""
    if text.isascii():
        return text.lower(), list(range(len(text)))
    flat: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        for piece in folded(character):
            flat.append(piece)
            origin.append(index)
    return "".join(flat), origin
