"""Completing: what a shell may offer when a person presses the tab key; nothing heavy is loaded for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Complete = Callable[[str], list[str]]


def fixed(words: str) -> Complete:
    """Offers of words that are always the same, given with blanks between them."""
    return lambda incomplete: _beginning(incomplete, words.split())


def sources(incomplete: str) -> list[str]:
    """The sources there are."""
    from exowatch.config import source_names

    return _beginning(incomplete, source_names())


def topics(incomplete: str) -> list[str]:
    """The topics of the configuration; none where that cannot be used, since a shell is no place to say why."""
    from exowatch.config import BadConfig, load

    try:
        return _beginning(incomplete, [topic.name for topic in load([]).rules.topics])
    except BadConfig:
        return []


def questions(incomplete: str) -> list[str]:
    """The questions that have a name."""
    from store.query import READY

    return _beginning(incomplete, [one.name for one in READY])


def _beginning(incomplete: str, words: Sequence[str]) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]
