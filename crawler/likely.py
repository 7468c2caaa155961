"""Likely words: what a title, a slug or the words of a link have in them that lead to our documents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from store.normal import folded

_BETWEEN = re.compile(r"[-/]+")


def says(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words stands in a text, whatever its case and accents, and be it written as in a slug.

    >>> says("/consumers/stem-cell-products", ["stem cell"]), says("Vésicules", ["vesicul"])
    (True, True)
    """
    said = _plain(text)
    return any(_word(word) in said for word in words)


def _plain(text: str) -> str:
    return _BETWEEN.sub(" ", folded(text))


@lru_cache(maxsize=1024)
def _word(word: str) -> str:
    return _plain(word)
