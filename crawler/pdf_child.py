"""The one process in which PDFs are opened: bytes on standard input, positioned text on standard output.

It is started by `crawler.pdf` as a plain script, with nothing of ours or Scrapy's loaded, and puts its own limits on
itself before it sees the first byte. A file that breaks pdfium ends this process and no other.

A request is 8 bytes of length and that many bytes of PDF; an answer is one line of JSON.
"""

from __future__ import annotations

import ctypes
import json
import math
import re
import struct
import sys
from collections.abc import Iterator
from typing import Any

FRAGMENT = re.compile("[^\r\n\x02\ufffe]+[\x02\ufffe]?")
"""A run of text on one line. pdfium writes U+0002 for a hyphen at the end of a line, and goes on without a line break."""
NUMBERED = re.compile(r"\d{1,4}\s+(\S+)")
MARK = re.compile(r"(?:^|(?<=[^\s\d$§/(\[<>=+-]) ?)(\d{1,3})(?![\w/%-]|\.\d)")
"""Digits behind a word or first of all: a footnote's mark if they stand higher or smaller than the rest."""
LETTERS = re.compile(r"([^\W\d_].*[^\W\d_]|[^\W\d_])")
"""From the first letter of a text to its last."""
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""The same as in `crawler.raised`, which is not within reach here."""
BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
CHARACTERS = 5_000_000
"""More text than this is no document: the longest guidance has a few hundred thousand characters."""


class Refused(Exception):
    """A file that is not read; the text says why."""


def limit(memory: int, seconds: int) -> None:
    """Bound this process: memory, processor time, no file, no socket, no core. Linux keeps all of it."""
    try:
        import resource
    except ImportError:  # no such limits on this system: the parent's clock still ends us
        return
    bounds = {
        resource.RLIMIT_AS: (memory, memory),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
        # Standard input, output and error are open; nothing else can be, neither a file nor a socket.
        resource.RLIMIT_NOFILE: (3, 3),
    }
    for what, bound in bounds.items():
        _set(resource, what, bound)
    allow(seconds)


def allow(seconds: int) -> None:
    """Give the next file this much processor time."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    _set(resource, resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hard))


def _set(resource: Any, what: int, bound: tuple[int, int]) -> None:
    try:
        resource.setrlimit(what, bound)
    except (ValueError, OSError):  # known by name and refused: macOS does so for memory
        if sys.platform == "linux":
            raise


class Document:
    """One open PDF."""

    def __init__(self, pdfium: Any, data: bytes, most_pages: int) -> None:
        self.pdfium = pdfium
        self.handle = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
        if not self.handle:
            raise Refused(_problem(pdfium))
        self.count = pdfium.FPDF_GetPageCount(self.handle)
        if self.count > most_pages:
            raise Refused(f"it has {self.count} pages, more than {most_pages}")
        if self.count < 1:
            raise Refused("it has no pages")

    def said(self) -> dict[str, Any]:
        """Everything the file says, as plain values."""
        pages, broken, total = [], 0, 0
        for index in range(self.count):
            page = self.page(index)
            if page is None:
                broken += 1
                continue
            total += sum(len(fragment[0]) for fragment in page[2])
            if total > CHARACTERS:
                raise Refused(f"it has more than {CHARACTERS} characters")
            pages.append(page)
        if broken:
            raise Refused(f"{broken} of its {self.count} pages are damaged")
        return {"title": self.meta("Title"), "language": self.language(), "pages": pages}

    def meta(self, name: str) -> str:
        """An entry of the document's own description."""
        tag = name.encode()
        size = self.pdfium.FPDF_GetMetaText(self.handle, tag, None, 0)
        held = ctypes.create_string_buffer(size)
        self.pdfium.FPDF_GetMetaText(self.handle, tag, held, size)
        return held.raw[: max(0, size - 2)].decode("utf-16-le", "replace")

    def language(self) -> str:
        """The language that the catalog states, such as `en-US`."""
        size = self.pdfium.FPDFCatalog_GetLanguage(self.handle, None, 0)
        held = (ctypes.c_ushort * max(1, size // 2))()
        self.pdfium.FPDFCatalog_GetLanguage(self.handle, held, size)
        return bytes(held)[: max(0, size - 2)].decode("utf-16-le", "replace")

    def page(self, index: int) -> tuple[float, float, list[list[Any]]] | None:
        """Width, height and fragments of a page; None where it cannot be loaded."""
        pdfium = self.pdfium
        page = pdfium.FPDF_LoadPage(self.handle, index)
        if not page:
            return None
        text = pdfium.FPDFText_LoadPage(page)
        try:
            size = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
            turned = pdfium.FPDFPage_GetRotation(page)
            return (*size, list(Text(pdfium, text, turned, *size).fragments())) if text else None
        finally:
            if text:
                pdfium.FPDFText_ClosePage(text)
            pdfium.FPDF_ClosePage(page)

    def close(self) -> None:
        self.pdfium.FPDF_CloseDocument(self.handle)


class Text:
    """The text of one page. Asking for each character's place would cost a second per document: few are asked for."""

    def __init__(self, pdfium: Any, text: Any, turned: int, width: float, height: float) -> None:
        self.pdfium = pdfium
        self.text = text
        self.turned = turned
        self.width, self.height = width, height
        self._rectangle, self._matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
        self._box, self._grid = ctypes.byref(self._rectangle), ctypes.byref(self._matrix)
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._name = ctypes.create_string_buffer(128)
        self.characters = pdfium.FPDFText_CountChars(text)
        if self.characters > CHARACTERS:
            raise Refused(f"one of its pages has more than {CHARACTERS} characters")
        held = (ctypes.c_ushort * (self.characters + 1))()
        self.units = max(0, pdfium.FPDFText_GetText(text, 0, self.characters, held) - 1)
        self.whole = bytes(held)[: 2 * self.units].decode("utf-16-le", "surrogatepass")
        if len(self.whole) != self.units:  # pairs of surrogates would shift every place behind them
            self.whole = "".join(map(chr, held[: self.units]))

    def fragments(self) -> Iterator[list[Any]]:
        """Runs of text in the order of the file: text, left, right, baseline, size, bold, end of the first word; where
        that is a number, start and end of the second (0 where it is none).
        """
        for found in FRAGMENT.finditer(self.whole):
            said = found[0].rstrip()
            start = found.start() + len(said) - len(said.lstrip())
            said = said.lstrip()
            if said:
                for begin, end in self.lines(said, start):
                    part = said[begin:end]
                    fragment = self.fragment(part.strip(), start + begin + len(part) - len(part.lstrip()))
                    if fragment is not None:
                        yield fragment

    def lines(self, said: str, start: int) -> Iterator[tuple[int, int]]:
        """The parts of a run that stand on one line each: where lines are set tight, pdfium takes several for one."""
        begin, last = 0, start + len(said) - 1
        if abs(self.baseline(start) - self.baseline(last)) > 0.5 * self.size(last):
            for index in range(1, len(said)):
                here, before = start + index, start + index - 1
                if said[index].isspace() or (said[index - 1].isspace() and index - 1 == begin):
                    continue
                before -= said[index - 1].isspace()
                back = self.box(here)[0] < self.box(before)[0] - self.size(here)
                if back and self.baseline(here) < self.baseline(before):
                    yield begin, index
                    begin = index
        yield begin, len(said)

    def fragment(self, said: str, start: int) -> list[Any] | None:
        last = start + len(said) - 1
        middle = (start + last) // 2
        if self.is_aslant(middle):  # a watermark
            return None
        size = max(self.size(index) for index in (start, middle, last))
        left, right = self.box(start)[0], self.box(last)[1]
        baseline = self.baseline(middle)
        letters = LETTERS.search(said)
        bold = letters is not None and all(self.is_bold(start + i) for i in (letters.start(1), letters.end(1) - 1))
        word = self.box(start + len(said.split(None, 1)[0]) - 1)[1]
        number = NUMBERED.match(said)
        after = self.box(start + number.start(1))[0] if number else 0.0
        second = self.box(start + number.end(1) - 1)[1] if number else 0.0
        places = [round(place, 1) for place in (left, right, baseline, size)]
        said = self.with_raised_marks(said, start)
        if "\ud800" <= max(said) <= "\udfff":
            said = said.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return [said, *places, bold, round(word, 1), round(after, 1), round(second, 1)]

    def with_raised_marks(self, said: str, start: int) -> str:
        """Footnotes' marks in raised digits: smaller or not, they stand higher than their neighbour."""

        def raised(found: re.Match[str]) -> str:
            place = found.start(1)
            beside = found.start() - 1
            if not place:
                beside = next((i for i in range(found.end(), len(said)) if not said[i].isspace()), 0)
            height = self.baseline(start + place) - self.baseline(start + beside)
            return found[1].translate(RAISED) if height > 0.1 * self.size(start + beside) else found[0]

        return MARK.sub(raised, said)

    def at(self, index: int) -> int:
        """pdfium's own number of a character: some that it counts are in no text."""
        if self.units == self.characters:
            return index
        return max(0, int(self.pdfium.FPDFText_GetCharIndexFromTextIndex(self.text, index)))

    def box(self, index: int) -> tuple[float, float]:
        """Left and right of a character, as the page is looked at."""
        self.pdfium.FPDFText_GetLooseCharBox(self.text, self.at(index), self._box)
        found = self._rectangle
        corners = self.seen(found.left, found.bottom)[0], self.seen(found.right, found.top)[0]
        return min(corners), max(corners)

    def baseline(self, index: int) -> float:
        self.pdfium.FPDFText_GetCharOrigin(self.text, self.at(index), self._x, self._y)
        return self.seen(self._x.value, self._y.value)[1]

    def seen(self, x: float, y: float) -> tuple[float, float]:
        """A place on a page that may be shown turned; `width` and `height` are those of the page as shown."""
        if self.turned == 1:
            return y, self.height - x
        if self.turned == 2:
            return self.width - x, self.height - y
        if self.turned == 3:
            return self.width - y, x
        return x, y

    def size(self, index: int) -> float:
        """The size at which a character is shown: many files set size 1 and scale it up."""
        index = self.at(index)
        self.pdfium.FPDFText_GetMatrix(self.text, index, self._grid)
        scale = (self._matrix.c**2 + self._matrix.d**2) ** 0.5
        return float(self.pdfium.FPDFText_GetFontSize(self.text, index) * scale)

    def is_aslant(self, index: int) -> bool:
        """Whether a character stands neither upright nor at a right angle."""
        angle = self.pdfium.FPDFText_GetCharAngle(self.text, self.at(index)) % (math.pi / 2)
        return bool(0.05 < angle < math.pi / 2 - 0.05)

    def is_bold(self, index: int) -> bool:
        index = self.at(index)
        if self.pdfium.FPDFText_GetFontWeight(self.text, index) >= 600:
            return True
        length = self.pdfium.FPDFText_GetFontInfo(self.text, index, self._name, len(self._name), None)
        return 0 < length <= len(self._name) and BOLD.search(self._name.value.decode("latin-1")) is not None


def _problem(pdfium: Any) -> str:
    return {
        pdfium.FPDF_ERR_PASSWORD: "it is encrypted and wants a password",
        pdfium.FPDF_ERR_SECURITY: "it is encrypted in a way that is not known",
        pdfium.FPDF_ERR_FORMAT: "it is no PDF, or damaged",
    }.get(pdfium.FPDF_GetLastError(), "it cannot be opened")


def answer(pdfium: Any, data: bytes, most_pages: int) -> dict[str, Any]:
    """What is said of one file: its text, or why it was refused."""
    try:
        document = Document(pdfium, data, most_pages)
        try:
            return document.said()
        finally:
            document.close()
    except Refused as refused:
        return {"refused": str(refused)}


def main() -> None:
    folder, memory, seconds, most_pages = sys.argv[1], *map(int, sys.argv[2:5])
    sys.path.append(folder)
    import pypdfium2.raw as pdfium

    pdfium.FPDF_InitLibrary()
    "".encode("utf-16-le"), "".encode("latin-1")  # loads what could not be loaded once no file can be opened
    limit(memory, seconds)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    target.write(b"ready\n")
    target.flush()
    while len(head := source.read(8)) == 8:
        (length,) = struct.unpack(">Q", head)
        data = source.read(length)
        if len(data) < length:
            return
        allow(seconds)
        target.write(json.dumps(answer(pdfium, data, most_pages), separators=(",", ":")).encode() + b"\n")
        target.flush()


if __name__ == "__main__":
    main()
