"""Wiring: the store, the readers and the user's rules put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler import source
from exowatch.config import Config
from store.database import Store
from store.derivation import Derivation
from store.locks import hold


class UnknownSource(Exception):
    """A name that is no source's. The message lists those there are."""


def known_sources(names: Iterable[str]) -> None:
    """Refuse names that are no sources. Raises UnknownSource."""
    for name in names:
        if name not in source.classes():
            raise UnknownSource(f"no source {name!r}; there are {', '.join(source.classes())}")


def owner_of(url: str) -> str:
    """The source whose page stands at this address. Raises UnknownSource."""
    for name, declared in source.classes().items():
        if declared().key(url) is not None:
            return name
    raise UnknownSource(f"{url}: no source reads this address; there are {', '.join(source.classes())}")


@contextmanager
def reading(path: Path) -> Iterator[Store]:
    """The store, opened to be read, as one consistent view."""
    with Store(path, readonly=True) as store, store.snapshot():
        yield store


def rules_differ(store: Store, config: Config) -> bool:
    """Whether topics or follow list are others than those the store was derived by."""
    return Derivation(store, source.read, config.rules).differs()


@contextmanager
def writing(path: Path, config: Config) -> Iterator[tuple[Store, Derivation]]:
    """The store, opened to be written, with everything derived as today's rules say."""
    with Store(path) as store:
        derivation = Derivation(store, source.read, config.rules)
        if derivation.differs():
            with hold(path, "store", "deriving anew for changed topics"):
                derivation.adopt()
        yield store, derivation
