"""PDFs to readings: the text comes from a child process with limits, and is put into blocks here.

pdfium is fast and right on good files, and ends its whole process on some bad ones. So it is never loaded here: a file
that breaks it ends the child, is Unreadable, and the next file gets a new child.
"""

from __future__ import annotations

import atexit
import importlib.util
import json
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.pdf_layout import Fragment, Page, blocks
from store.normal import clean
from store.records import Block, Material, Reading, Unreadable, sha256

SCAN = "scan"
"""The field of a file whose pages are pictures. It names the bytes, so that other bytes make another version."""
_CHILD = Path(__file__).with_name("pdf_child.py")
_NO_TITLES = ("microsoft word", "microsoft powerpoint", "powerpoint presentation", "untitled", "document", "slide 1")
_FILE_NAMES = (".doc", ".docx", ".pdf", ".rtf", ".wpd", ".indd", ".qxd")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: bytes of memory, seconds of processor and of wall clock, pages."""

    memory: int = 1024**3
    processor: int = 30
    patience: float = 60.0
    pages: int = 1500


@dataclass(frozen=True, slots=True)
class Content:
    """What a PDF says: its own title and language, and its pages."""

    title: str
    language: str
    pages: tuple[Page, ...]


class Extractor:
    """Reads one PDF after the other in a child process, which is started when it is needed and again when it died.

    Threads may share it; they are served in turn.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def content(self, body: bytes) -> Content:
        """What these bytes say. Raises Unreadable, whatever they do to the child."""
        with self._turn:
            said = self._asked(body)
        if "refused" in said:
            raise Unreadable(f"the PDF is not read: {said['refused']}")
        pages = tuple(Page(w, h, tuple(Fragment(*fragment) for fragment in found)) for w, h, found in said["pages"])
        return Content(said["title"], said["language"], pages)

    def close(self) -> None:
        """End the child."""
        with self._turn:
            self._end()

    def _asked(self, body: bytes) -> Mapping[str, Any]:
        child = self._running()
        late = threading.Event()

        def end_it() -> None:
            late.set()
            child.kill()

        clock = threading.Timer(self.limits.patience, end_it)
        clock.daemon = True
        clock.start()
        try:
            line = _conversation(child, struct.pack(">Q", len(body)) + body)
        finally:
            clock.cancel()
        if line.endswith(b"\n"):
            said: Mapping[str, Any] = json.loads(line)
            return said
        status = self._end()
        raise Unreadable(f"the PDF is not read: {self._cause(status, late.is_set())}")

    def _running(self) -> subprocess.Popen[bytes]:
        """The child, ready to be asked."""
        if self._child is not None and self._child.poll() is not None:
            self._end()
        if self._child is None:
            self._child = child = _start(self.limits)
            if _conversation(child, b"") != b"ready\n":
                raise RuntimeError(f"the reader of PDFs does not start (it ended with {self._end()})")
        return self._child

    def _end(self) -> int:
        """End the child and wait for it, so that nothing of it remains; how it ended."""
        child, self._child = self._child, None
        if child is None:
            return 0
        for pipe in (child.stdin, child.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except BrokenPipeError:  # it died with some of the request unread
                pass
        try:
            return child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()

    def _cause(self, status: int, late: bool) -> str:
        if late:
            return f"it took longer than {self.limits.patience:g} s"
        if status == -getattr(signal, "SIGXCPU", 0):
            return f"it took more than {self.limits.processor} s of processor time"
        how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
        return f"it broke its reader, which ended with {how}"


def _start(limits: Limits) -> subprocess.Popen[bytes]:
    found = importlib.util.find_spec("pypdfium2")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("pypdfium2 is not installed")
    folder = str(Path(found.origin).parents[1])
    arguments = [folder, str(limits.memory), str(limits.processor), str(limits.pages)]
    # Isolated and without site-packages: nothing of ours, of Scrapy's or of the user's is loaded. A group of its own:
    # Ctrl-C is for the crawl, and must not make a good file look broken.
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(_CHILD), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        process_group=0 if os.name == "posix" else None,
    )


def _conversation(child: subprocess.Popen[bytes], request: bytes) -> bytes:
    """One line in answer to a request; an unfinished one, or none, where the child died."""
    assert child.stdin is not None  # noqa: S101 - both are pipes
    assert child.stdout is not None  # noqa: S101
    try:
        child.stdin.write(request)
        child.stdin.flush()
    except BrokenPipeError:
        return b""
    return child.stdout.readline()


_extractor = Extractor()
atexit.register(_extractor.close)


def read(material: Material) -> Reading:
    """The reading of a PDF. Raises Unreadable for one that is broken, encrypted, or too much.

    A file of pictures has no blocks and the field `scan`.
    """
    if b"%PDF-" not in material.body[:1024]:
        raise Unreadable(f"{material.url}: no PDF: it begins with {material.body[:16]!r}")
    try:
        content = _extractor.content(material.body)
    except Unreadable as problem:
        raise Unreadable(f"{material.url}: {problem}") from None
    found = blocks(content.pages)
    language = "fr" if content.language.lower().startswith("fr") else "en"
    if not found or not is_legible(found):
        fields = {SCAN: f"text not readable; file {sha256(material.body)[:12]}"}
        return Reading(own_title(content.title), fields=fields, language=language)
    title = own_title(content.title) or next((b.text for b in found if b.kind == "heading"), "")
    return Reading(title, blocks=found, language=language)


def own_title(said: str) -> str:
    """The title that a file states of itself; "" for what programs write there by themselves."""
    title = clean(said)
    low = title.lower()
    return "" if low.startswith(_NO_TITLES) or low.endswith(_FILE_NAMES) else title


def is_legible(found: tuple[Block, ...]) -> bool:
    """Whether the characters are known: a font without a map of its own gives signs for private use."""
    text = "".join(block.text for block in found)
    strange = sum(1 for character in text if "\ue000" <= character <= "\uf8ff" or character == "\ufffd")
    return strange < 0.3 * len(text)
