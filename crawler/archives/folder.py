"""Pages that a person saved in a browser: files on disk, each with the address and the moment it was saved from.

Browsers leave the address behind in different ways: a comment `saved from url=(NNNN)https://…` at the top of the file,
else the page's own canonical link. The moment is the file's own time of change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from store.addresses import joined
from store.archive import Answer

_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->")
_ENDINGS = frozenset({".html", ".htm"})
MOST = 32 * 1024 * 1024


class NoPages(Exception):
    """The folder holds no saved page. The message names it and says what is looked for."""


def answers(path: Path) -> Iterator[Answer | tuple[Path, str]]:
    """The saved pages below a folder, or the one file; for a file without an address, the file and what is missing.

    Raises NoPages.
    """
    files = [path] if path.is_file() else sorted(f for f in path.rglob("*") if f.suffix.lower() in _ENDINGS)
    if not files:
        raise NoPages(f"{path}: no .html or .htm file here; save pages in a browser as “Web page, HTML only”")
    for file in files:
        yield _answer(file)


def _answer(file: Path) -> Answer | tuple[Path, str]:
    if file.stat().st_size > MOST:
        return file, f"larger than {MOST} bytes"
    body = file.read_bytes()
    url = joined("", _address(body))
    if not url:
        return file, "it does not say which address it was saved from (no “saved from” comment, no canonical link)"
    moment = datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
    return Answer(url, url, 200, (("Content-Type", "text/html"),), body, moment)


def _address(body: bytes) -> str:
    found = _SAVED_FROM.search(body[:65536])
    if found:
        return found[1].decode("utf-8", "replace").split("#")[0]
    links = LexborHTMLParser(body).css('link[rel="canonical"][href], meta[property="og:url"][content]')
    values = [link.attributes.get("href") or link.attributes.get("content") or "" for link in links]
    return values[0] if values else ""
