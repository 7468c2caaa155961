"""Citing: which followed document refers to which, by docket number or title, and what became of the one referred to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from store import lookup
from store.database import Store
from store.normal import folded
from store.records import Change

_SHORTEST: Final = 4
"""A title of fewer words may be anybody's."""
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Reference:
    """One document refers to another: both ids, and the words with which it does."""

    citing: str
    cited: str
    written: str


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """A document that another refers to has changed since the other was first read as it stands."""

    reference: Reference
    title: str
    url: str
    change: Change


def references(store: Store) -> tuple[Reference, ...]:
    """Which document's latest version refers to which other, in the order of their ids; none to itself.

    A docket number must be the other's own; a title must be whole, but for case, accents and punctuation.
    """
    named = _names(store)
    found = []
    for citing, law, section, written in store.execute(
        "select d.id, c.law, c.section, c.written from citations c join documents d on d.ref = c.document"
        " join standings s on s.document = c.document"
        " where c.law in ('docket', 'guidance') and c.n = s.version_count order by d.id, c.position"
    ).fetchall():
        for cited in named.get(_key(law, section), ()):
            if cited != citing:
                found.append(Reference(citing, cited, written))
    return tuple(dict.fromkeys(found))


def changed_since(store: Store, references: Iterable[Reference]) -> list[ChangedSince]:
    """What became of the documents referred to since the version that refers to them was first seen; oldest first."""
    found = []
    for reference in references:
        citing, cited = lookup.document(store, reference.citing), lookup.document(store, reference.cited)
        since = lookup.version(store, citing.id, citing.version_count).first_seen
        later = lookup.changes(store, since=since, document=cited.id)
        found += [
            ChangedSince(reference, cited.title, cited.url, change)
            for change in later
            if change.window.after is not None and change.window.after >= since
        ]
    return sorted(found, key=lambda one: (one.change.window.until, one.change.id))


def by_cited(references: Sequence[Reference]) -> Mapping[str, tuple[str, ...]]:
    """The ids of the documents that refer to each, by the id of the one referred to."""
    found: dict[str, list[str]] = {}
    for reference in references:
        found.setdefault(reference.cited, []).append(reference.citing)
    return {cited: tuple(dict.fromkeys(citing)) for cited, citing in found.items()}


def _names(store: Store) -> Mapping[tuple[str, str], Sequence[str]]:
    """Documents by what they may be called: their docket number and their title."""
    named: dict[tuple[str, str], list[str]] = {}
    for name, number, title in store.execute(
        "select d.id, s.number, v.title from standings s join documents d on d.ref = s.document"
        " join versions v on v.document = s.document and v.n = s.version_count where s.followed order by d.id"
    ).fetchall():
        if number:
            named.setdefault(_key("docket", number), []).append(name)
        if len(_WORD.findall(title)) >= _SHORTEST:
            named.setdefault(_key("guidance", title), []).append(name)
    return named


def _key(law: str, section: str) -> tuple[str, str]:
    return law, " ".join(_WORD.findall(folded(section)))
