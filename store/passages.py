"""Passages: the paragraphs about a topic, across the whole history of every followed document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from store import lookup
from store.database import Store
from store.lookup import VersionSeen
from store.normal import canonical
from store.records import Block, Document, Mention


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, title or field that mentions a topic, for as long as it stood.

    `versions` are the numbers of the versions that have it, `first_seen` and `last_seen` the moments between which it
    was seen; one that was gone in between has a `Passage` for each time. `section` is the nearest heading above, or the
    name of the field. `variants` are the words as written, `roles` what its sentences do in a letter to a firm.
    """

    document: str
    topic: str
    section: str
    text: str
    variants: tuple[str, ...]
    roles: tuple[str, ...]
    versions: tuple[int, ...]
    first_seen: datetime
    last_seen: datetime


def passages(
    store: Store,
    documents: Iterable[Document],
    *,
    topic: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Passage]:
    """What these documents have said of their topics, document by document, in the order first seen and of the text.

    With `since` and `until` only what was seen at some moment in [since, until).
    """
    found = []
    for document in documents:
        versions = lookup.versions(store, document.id)
        read = [(version, _passages_of(store, document.id, version)) for version in versions]
        found += [passage for passage in merged(read) if topic in (None, passage.topic)]
    return [
        passage
        for passage in found
        if (until is None or passage.first_seen < until) and (since is None or passage.last_seen >= since)
    ]


def merged(read: Sequence[tuple[VersionSeen, Sequence[Passage]]]) -> list[Passage]:
    """The passages of one version after another; what the next one has in the same words is the same passage."""
    found: list[Passage] = []
    standing: dict[tuple[str, str], int] = {}
    for version, said in read:
        now: dict[tuple[str, str], int] = {}
        for passage in said:
            key = (passage.topic, canonical(passage.text))
            if key in now:
                continue
            if key in standing:
                place = standing[key]
                versions = (*found[place].versions, version.n)
                found[place] = replace(passage, versions=versions, first_seen=found[place].first_seen)
            else:
                place = len(found)
                found.append(passage)
            now[key] = place
        standing = now
    return found


def _passages_of(store: Store, document: str, version: VersionSeen) -> list[Passage]:
    mentions = lookup.mentions(store, document, version.n)
    blocks = lookup.blocks(store, version) if any(mention.block >= 0 for mention in mentions) else ()
    grouped: dict[tuple[str, str, int], list[Mention]] = {}
    for mention in mentions:
        field = mention.section if mention.block < 0 else ""
        grouped.setdefault((mention.topic, field, mention.block), []).append(mention)
    return [_passage(document, version, together, blocks) for together in grouped.values()]


def _passage(document: str, version: VersionSeen, mentions: Sequence[Mention], blocks: Sequence[Block]) -> Passage:
    first = mentions[0]
    if first.block >= 0:
        text = blocks[first.block].text
    else:
        text = version.title if first.section == "title" else version.fields.get(first.section, first.sentence)
    return Passage(
        document,
        first.topic,
        first.section,
        text,
        tuple(dict.fromkeys(mention.variant for mention in mentions)),
        tuple(dict.fromkeys(mention.role for mention in mentions if mention.role)),
        (version.n,),
        version.first_seen,
        version.last_seen,
    )
