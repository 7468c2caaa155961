"""Following: from which version a document is followed, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from store.addresses import parts_of
from store.normal import folded
from store.parts import title_of
from store.records import Mention
from store.rules import Follow
from store.timeline import History


@dataclass(frozen=True, slots=True)
class Followed:
    """The number of the first followed version, and the reason in words."""

    version: int
    reason: str


def asked_for(follows: Iterable[Follow], name: str, urls: Sequence[str], history: History) -> Followed | None:
    """Whether a person asked for a document, by whichever of these, and why."""
    return next((Followed(1, wanted.reason) for wanted in follows if _matches(wanted, name, urls, history)), None)


def mentioned(history: History, mentions: Mapping[int, Sequence[Mention]]) -> Followed | None:
    """From which version a document mentions a topic, and which."""
    first = next((version.n for version in history.versions if mentions[version.n]), None)
    if first is None:
        return None
    topics = dict.fromkeys(mention.topic for mention in mentions[first])
    return Followed(first, f"mentions {', '.join(topics)}")


def _matches(follow: Follow, name: str, urls: Sequence[str], history: History) -> bool:
    if follow.document:
        return follow.document == name
    if follow.url:
        return _bare(follow.url) in {_bare(url) for url in urls}
    if follow.path:
        return any(parts_of(url).path.startswith(follow.path) for url in urls)
    if follow.title:
        return any(folded(follow.title) in folded(title_of(version)) for version in history.versions)
    wanted = follow.number.casefold()
    return any(
        wanted in (held.read.number.casefold(), held.read.fields.get("docket", "").casefold())
        for version in history.versions
        for held in version.parts.values()
    )


@lru_cache(maxsize=1024)
def _bare(url: str) -> str:
    parts = parts_of(url)
    return f"{parts.hostname}{parts.path.rstrip('/')}"
