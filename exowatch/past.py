"""The past: the store as it stood at an instant, for whoever asks what could have been said then."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from crawler.reader_version import reader_version
from crawler.source import read
from exowatch.config import Config
from store.as_of import knows_later, wind_back
from store.copy import copy_to
from store.database import Store
from store.derivation import Derivation


@contextmanager
def as_it_stood(store: Store, config: Config, then: datetime) -> Iterator[Store]:
    """The store itself where nothing was written down since; else a copy without it, concluded by today's rules.

    The copy is gone afterwards. It costs as much as deriving the store anew.
    """
    if not knows_later(store, then):
        yield store
        return
    with tempfile.TemporaryDirectory(prefix="exowatch-as-of-") as folder:
        path = Path(folder) / "store.db"
        copy_to(store.path, path)
        with Store(path) as copy:
            wind_back(copy, then)
            Derivation(copy, read, config.rules, reader_version()).conclude_again()
            yield copy
