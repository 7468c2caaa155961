"""Wiring: the store, the readers and the user's rules put together.

What only writing commands need is loaded when they run: a list of documents must not wait for parsers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exowatch.config import Config, source_names
from store.database import Store
from store.rules import differ

if TYPE_CHECKING:
    from store.derivation import Derivation


class UnknownSource(Exception):
    """A name that is no source's. The message lists those there are."""


def known_sources(names: Iterable[str]) -> None:
    """Refuse names that are no sources. Raises UnknownSource."""
    for name in names:
        if name not in source_names():
            raise UnknownSource(f"no source {name!r}; there are {', '.join(source_names())}")


def enabled_sources(config: Config) -> tuple[str, ...]:
    """The sources that are read, unless others are named."""
    return tuple(name for name in source_names() if config.enabled(name))


def needs_no_limits() -> bool:
    """Whether this system cannot limit a crawl's memory."""
    return not sys.platform.startswith("linux")


def options_with_follows(config: Config, asked: Iterable[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """Each source's options, with the followed addresses that it owns added to what it watches."""
    from crawler import source

    options: dict[str, dict[str, Any]] = {}
    follows = [(follow.url, follow.reason) for follow in config.rules.follows if follow.url]
    for name, declared in source.classes().items():
        own = dict(config.sources.get(name, {}))
        mine = [{"url": url, "reason": reason} for url, reason in (*follows, *asked) if declared().key(url)]
        options[name] = {**own, "watch": [*own.get("watch", ()), *mine]}
    return options


def owner_of(url: str) -> str:
    """The source whose page stands at this address. Raises UnknownSource."""
    from crawler import source

    for name, declared in source.classes().items():
        if declared().owns(url):
            return name
    raise UnknownSource(f"{url}: no source reads this address; there are {', '.join(source.classes())}")


@contextmanager
def reading(path: Path) -> Iterator[Store]:
    """The store, opened to be read, as one consistent view."""
    with Store(path, readonly=True) as store, store.snapshot():
        yield store


def rules_differ(store: Store, config: Config) -> bool:
    """Whether topics or follow list are others than those the store was derived by."""
    return differ(store, config.rules)


@contextmanager
def writing(path: Path, config: Config) -> Iterator[tuple[Store, Derivation]]:
    """The store, opened to be written, with everything derived as today's rules say."""
    from crawler import source
    from crawler.reader_version import reader_version
    from store.derivation import Derivation
    from store.locks import hold

    with Store(path) as store:
        derivation = Derivation(store, source.read, config.rules, reader_version())
        if derivation.differs():
            with hold(path, "store", "deriving anew for changed topics"):
                derivation.adopt()
        derivation.catch_up()
        yield store, derivation
