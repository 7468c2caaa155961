"""PDF files written by hand: a text layer in Helvetica, with running headers and page numbers."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

LINES = 40


def pdf(
    paragraphs: Sequence[str], *, header: str = "Sample guidance", made_by: str = "sample 1", size: int = 11
) -> bytes:
    """A file of as many pages as the paragraphs need. `made_by` changes bytes and no text."""
    lines = [line for paragraph in paragraphs for line in [*textwrap.wrap(paragraph, 80), ""]]
    sheets = [lines[start : start + LINES] for start in range(0, len(lines), LINES)] or [[]]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(sheets))), len(sheets)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, sheet in enumerate(sheets):
        content = _content(header, sheet, n + 1, size)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * n)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    objects.append(b"<< /Producer (%s) >>" % made_by.encode())
    return _file(objects)


def _content(header: str, lines: Sequence[str], page: int, size: int) -> bytes:
    shown = [b"BT /F1 9 Tf 72 760 Td (%s) Tj ET" % _text(header)]
    shown += [b"BT /F1 %d Tf 72 %d Td (%s) Tj ET" % (size, 720 - 16 * n, _text(line)) for n, line in enumerate(lines)]
    shown.append(b"BT /F1 9 Tf 300 40 Td (%d) Tj ET" % page)
    return b"\n".join(shown)


def _text(words: str) -> bytes:
    return words.encode("cp1252", "replace").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def _file(objects: Sequence[bytes]) -> bytes:
    file, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return file + head + table + trailer % (len(objects) + 1, len(objects), len(file))
