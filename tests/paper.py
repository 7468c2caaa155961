"""What stands on printed pages: the words of a PDF file, whether its pages hold them whole, and its tags."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from ctypes.util import find_library
from dataclasses import dataclass
from importlib.util import find_spec

import pypdfium2
import pytest

from reports.pdf import MISSING, MISSING_PANGO

needs_print = pytest.mark.skipif(
    find_spec("weasyprint") is None or find_library("pango-1.0") is None, reason=f"{MISSING}; {MISSING_PANGO}"
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF file as it was printed."""

    data: bytes

    def pages(self) -> list[str]:
        """The words of each page, squeezed."""
        return [squeezed(page.get_textpage().get_text_bounded()) for page in self._opened()]

    def words(self) -> str:
        """All words, squeezed; what stands at the head and foot of a page stands between."""
        return "".join(self.pages())

    def sizes(self) -> set[tuple[int, int]]:
        """Width and height of the pages in points."""
        return {(round(width), round(height)) for page in self._opened() for width, height in [page.get_size()]}

    def outside(self) -> list[str]:
        """The signs that stand on a page's edge or beyond it, and would be cut."""
        found = []
        for page in self._opened():
            text, (width, height) = page.get_textpage(), page.get_size()
            for n in range(text.count_chars()):
                left, bottom, right, top = text.get_charbox(n)
                if right > left and not (left > 0 and right < width and bottom > 0 and top < height):
                    found.append(text.get_text_range(n, 1))
        return found

    def structure(self) -> Counter[str]:
        """How often each tag stands in the tree of tags."""
        return Counter(tag.decode() for tag in re.findall(rb"/S ?/([A-Z]\w*)", self.inside()))

    def inside(self) -> bytes:
        """The file with its streams unpacked: the objects of a newer PDF lie in streams."""
        streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", self.data, re.DOTALL)
        return b"\n".join([self.data, *filter(None, map(_unpacked, streams))])

    def _opened(self) -> pypdfium2.PdfDocument:
        return pypdfium2.PdfDocument(self.data)


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def squeezed(text: str) -> str:
    """Text without what a line's end may add or take, and without quotation marks, which styles add."""
    return re.sub(r"[\s\x00-\x1f\u00ad\u2010\ufffe\uffff“”\"-]+", "", text)
