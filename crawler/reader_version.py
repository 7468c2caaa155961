"""The reader's version: a name for the code and the libraries by which captures are read today.

Two readings with the same name were made by the same rules, so that a difference between them is no reader's doing.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from store import normal

_HERE = Path(__file__).parent
_CODE = ("dates", "fda_article", "likely", "pages", "pdf", "pdf_child", "pdf_layout", "raised", "source", "text")
_LIBRARIES = ("lxml", "parsel", "pypdfium2", "selectolax", "w3lib")


@cache
def reader_version() -> str:
    """Twelve hex digits; others after any change of the code that reads pages, or of a library that it reads with."""
    named = (_HERE / f"{name}.py" for name in _CODE)
    # What counts as the same text is kept beside each reading too.
    files = [*named, *sorted((_HERE / "spiders").glob("*.py")), Path(normal.__file__)]
    code = [f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]
    libraries = [f"{name} {_installed(name)}" for name in _LIBRARIES]
    return hashlib.sha256("\n".join([*code, *libraries]).encode()).hexdigest()[:12]


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
