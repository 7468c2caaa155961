"""PDF files made at test time: a typesetter of a few lines, and files that are broken on purpose."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTHS = dict(
    zip(
        map(chr, range(32, 127)),
        [278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278]
        + [556] * 10
        + [278, 278, 584, 584, 584, 556, 1015]
        + [667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667]
        + [944, 667, 667, 611, 278, 278, 278, 469, 556, 333]
        + [556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500]
        + [722, 500, 500, 500, 334, 260, 334, 584],
        strict=True,
    )
)
"""Of Helvetica, in thousandths of its size."""


@dataclass(frozen=True)
class Style:
    """How a text is set."""

    size: float = 11
    header: str = ""
    footer: str = ""
    date: str = "D:20250115080000Z"
    title: str = ""
    language: str = ""
    hyphenate: bool = False
    width: float = 612
    height: float = 792
    margin: float = 72


@dataclass
class Sheet:
    """One page and what is drawn on it."""

    commands: list[str] = field(default_factory=list)

    def write(self, x: float, y: float, size: float, text: str, font: str = "F1") -> None:
        shown = text.encode("cp1252").decode("latin-1")
        for sign in "\\()":
            shown = shown.replace(sign, f"\\{sign}")
        self.commands.append(f"BT /{font} {size:g} Tf {x:.2f} {y:.2f} Td ({shown}) Tj ET")


def typeset(text: Sequence[str], style: Style | None = None) -> bytes:
    """A PDF of this text: `# ` begins a heading, `* ` an item, anything else a paragraph."""
    style = style or Style()
    sheets = [Sheet()]
    y = style.height - style.margin
    for paragraph in text:
        font, indent, body = "F1", 0.0, paragraph
        if paragraph.startswith("# "):
            font, body = "F2", paragraph[2:]
        elif paragraph.startswith("* "):
            indent, body = 1.5 * style.size, paragraph[2:]
        for number, line in enumerate(_wrapped(body, style, style.width - 2 * style.margin - indent)):
            if y < style.margin:
                sheets.append(Sheet())
                y = style.height - style.margin
            if indent and number == 0:
                sheets[-1].write(style.margin, y, style.size, "•")
            sheets[-1].write(style.margin + indent, y, style.size, line, font)
            y -= 1.2 * style.size
        y -= 0.7 * style.size
    for number, sheet in enumerate(sheets, 1):
        if style.header:
            sheet.write(style.margin, style.height - 40, 9, style.header)
        if style.footer:
            sheet.write(style.width / 2, 36, 9, style.footer.format(n=number, of=len(sheets)))
    return paper(["\n".join(sheet.commands).encode("latin-1") for sheet in sheets], style)


def _wrapped(text: str, style: Style, room: float) -> list[str]:
    lines, line = list[str](), ""
    for word in text.split():
        wider = f"{line} {word}".strip()
        if _width(wider, style.size) <= room:
            line = wider
            continue
        cut = _cut(line, word, style, room) if style.hyphenate else 0
        lines.append(f"{line} {word[:cut]}-" if cut else line)
        line = word[cut:]
    return [*lines, line]


def _cut(line: str, word: str, style: Style, room: float) -> int:
    """Behind which letter a word can be cut so that its beginning still has room; 0 where it cannot."""
    places = range(len(word) - 3, 2, -1) if word.isalpha() else ()
    return next((n for n in places if _width(f"{line} {word[:n]}-", style.size) <= room), 0)


def _width(text: str, size: float) -> float:
    return sum(WIDTHS.get(character, 556) for character in text) * size / 1000


def paper(contents: Sequence[bytes], style: Style | None = None, *, filters: str = "", extra: str = "") -> bytes:
    """A PDF whose pages have these content streams."""
    style = style or Style()
    kids = " ".join(f"{10 + 2 * n} 0 R" for n in range(len(contents)))
    language = f"/Lang ({style.language})" if style.language else ""
    objects: dict[int, bytes] = {
        1: f"<< /Type /Catalog /Pages 2 0 R {language} >>".encode(),
        2: f"<< /Type /Pages /Count {len(contents)} /Kids [{kids}] >>".encode(),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        4: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        5: f"<< /CreationDate ({style.date}) /Title ({style.title}) >>".encode("latin-1"),
    }
    for n, content in enumerate(contents):
        box = f"/MediaBox [0 0 {style.width:g} {style.height:g}]"
        objects[10 + 2 * n] = (
            f"<< /Type /Page /Parent 2 0 R {box} /Contents {11 + 2 * n} 0 R"
            f" /Resources << /Font << /F1 3 0 R /F2 4 0 R >> {extra} >> >>"
        ).encode()
        objects[11 + 2 * n] = stream(content, filters)
    return written(objects)


def stream(content: bytes, filters: str = "") -> bytes:
    """A stream object; its content is already encoded as the filters say."""
    named = f"/Filter {filters} " if filters else ""
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (named.encode(), len(content), content)


def written(objects: dict[int, bytes], trailer: bytes = b"") -> bytes:
    """Objects as a file, with their table of places."""
    data = bytearray(b"%PDF-1.4\n")
    places = {}
    for number, content in sorted(objects.items()):
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(data)
    count = max(objects) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n" % count
    for number in range(1, count):
        data += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    data += b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (count, trailer, table)
    return bytes(data)


def encrypted(body: bytes) -> bytes:
    """The same file, said to be encrypted with a password that nobody has."""
    secret = b"<%s>" % (b"5a" * 32)
    rules = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O %s /U %s /P -44 >> /ID [<00> <00>]" % (secret, secret)
    return body.replace(b"/Info 5 0 R", b"/Info 5 0 R " + rules)


def picture() -> bytes:
    """A page with a picture and no text."""
    image = b"<< /Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8"
    made = paper([b"q 400 0 0 400 100 200 cm /I1 Do Q"], extra="/XObject << /I1 90 0 R >>")
    body = image + b" /Length 4 >>\nstream\n\x00\x80\xff\x40\nendstream"
    return made.replace(b"xref\n", b"90 0 obj\n" + body + b"\nendobj\nxref\n", 1)


def bomb(size: int) -> bytes:
    """A page whose content, packed, is small, and has this many bytes unpacked."""
    packer = zlib.compressobj(1)
    packed = bytearray()
    for _ in range(size >> 20):
        packed += packer.compress(b" " * (1 << 20))
    return paper([bytes(packed + packer.flush())], filters="/FlateDecode")


def laughs(depth: int = 10) -> bytes:
    """Forms that draw forms that draw forms: little to read, and no end to it."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [10 0 R] >>",
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        5: b"<< >>",
        10: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 11 0 R"
        b" /Resources << /XObject << /X 20 0 R >> >> >>",
        11: stream(b"/X Do"),
    }
    for n in range(depth):
        head = b"<< /Type /XObject /Subtype /Form /BBox [0 0 612 792]"
        inner = b"/Resources << /Font << /F1 3 0 R >> /XObject << /X %d 0 R >> >>" % (21 + n)
        drawn = b"/X Do " * 30 if n < depth - 1 else b"BT /F1 12 Tf 72 700 Td (ha) Tj ET"
        objects[20 + n] = head + inner + b" /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn)
    return written(objects)
