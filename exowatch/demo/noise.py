"""What changes between two readings of a page without any meaning, drawn from a seed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

_TAG = re.compile(r"(<[^>]*>)")
_BLANK_FORMS = ("&nbsp;", "&#160;", "&#xA0;", "\u00a0")
_QUOTE_FORMS = ("\u2019", "&rsquo;", "&#8217;")
_AMPERSAND_FORMS = ("&amp;", "&#38;", "&#038;")


class Noise:
    """The same seed gives the same sequence of draws; another seed gives another."""

    def __init__(self, *seed: object) -> None:
        self._seed = "|".join(str(part) for part in seed)
        self._draws = 0

    def hex(self, length: int) -> str:
        return self._digest(length)[:length]

    def number(self, low: int, high: int) -> int:
        return low + int(self._digest(16)[:12], 16) % (high - low + 1)

    def choice(self, options: Sequence[str]) -> str:
        return options[self.number(0, len(options) - 1)]

    def letters(self, length: int) -> str:
        """Characters as they stand in the tokens of links and bundles."""
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
        return "".join(alphabet[int(pair, 16) % 64] for pair in re.findall("..", self._digest(2 * length)))[:length]

    def blanks(self, low: int, high: int) -> str:
        return " " * self.number(low, high)

    def roughen(self, markup: str) -> str:
        """The same text in other bytes: entity forms and runs of blanks vary, outside tags only."""
        pieces = _TAG.split(markup)
        return "".join(piece if piece.startswith("<") else self._roughen_text(piece) for piece in pieces)

    def mixed_line_ends(self, page: str, share_crlf: int) -> str:
        """About `share_crlf` percent of the lines end in CRLF; which ones shifts with the seed."""
        lines = page.split("\n")
        draws = self._digest(2 * len(lines))
        ends = [
            "\r\n" if int(draws[2 * i : 2 * i + 2], 16) * 100 < share_crlf * 256 else "\n"
            for i in range(len(lines) - 1)
        ]
        return "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))

    def _roughen_text(self, text: str) -> str:
        if not text.strip():
            return text
        text = text.replace("&amp;", self.choice(_AMPERSAND_FORMS)).replace("\u2019", self.choice(_QUOTE_FORMS))
        text = text.replace("&nbsp;", self.choice(_BLANK_FORMS))
        words = text.split(" ")
        wide = self.number(0, max(len(words) - 2, 0))
        return " ".join(words[: wide + 1]) + (" " if len(words) > 2 else "") + " ".join(["", *words[wide + 1 :]])

    def _digest(self, length: int) -> str:
        self._draws += 1
        blocks = range(length // 64 + 1)
        return "".join(hashlib.sha256(f"{self._seed}|{self._draws}|{b}".encode()).hexdigest() for b in blocks)
