"""Two forms of a text: the one people see, and the one in which two texts are compared."""

from __future__ import annotations

import re
import unicodedata

_IGNORED = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
"""What no one sees, as ranges: the characters that Unicode calls default ignorable. Word processors leave them behind,
the marks of direction (U+202A and its like) around pasted numbers and addresses above all.
Source: https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt
"""
_ALIKE = {
    **dict.fromkeys("‘’‚‛′ʼ", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}
# The mark of a note is no digit of the citation before it: "1271.3¹" is not "1271.31".
_RAISED = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉")
_ODD = re.compile("[^\x20-\x7e]")
_INVISIBLE = re.compile(f"[{_IGNORED}]")
_UNSEEN = re.compile(f"[\x00-\x1f\x7f-\x9f{_IGNORED}\ud800-\udfff]")


class _Table(dict[str, str]):
    """What each character becomes: worked out once, since a text is long and its odd characters are few."""

    def __getitem__(self, character: str) -> str:
        try:
            return super().__getitem__(character)
        except KeyError:
            return self.setdefault(character, self.made(character))

    def made(self, character: str) -> str:
        """Shown: invisible characters go, control characters are blanks, a lone surrogate cannot be stored."""
        if _INVISIBLE.match(character):
            return ""
        if "\ud800" <= character <= "\udfff":
            return "\ufffd"
        return " " if unicodedata.category(character) == "Cc" else character


class _Canonical(_Table):
    def made(self, character: str) -> str:
        if character in _RAISED:
            return character
        plain = unicodedata.normalize("NFKC", _ALIKE.get(character, super().made(character)))
        return "".join(_ALIKE.get(piece, piece) for piece in plain)


class _Folded(_Canonical):
    def made(self, character: str) -> str:
        decomposed = unicodedata.normalize("NFKD", super().made(character))
        return "".join(piece for piece in decomposed if not unicodedata.combining(piece)).casefold()


_SHOWN, _CANONICAL, _FOLDED = _Table(), _Canonical(), _Folded()


def clean(text: str) -> str:
    """The form kept for display: NFC, every kind of blank folded to one space, invisible characters gone.

    Quotation marks and dashes stay as the regulator set them.
    """
    text = " ".join(text.split())
    if text.isascii() and text.isprintable():
        return text
    if _UNSEEN.search(text):  # some of them count as printable
        text = " ".join(_UNSEEN.sub(lambda found: _SHOWN[found[0]], text).split())
    return unicodedata.normalize("NFC", text)


def canonical(text: str) -> str:
    """The form in which texts are compared: typography (quotes, dashes, ligatures, blanks) does not count.

    Raised and lowered digits stay what they are: they mark a note, a power or a formula. The text is expected
    to be clean: what is composed stays so.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(_ODD.sub(lambda found: _CANONICAL[found[0]], text).split())


def folded(text: str) -> str:
    """The form in which terms are looked for: canonical but for its blanks, without case and accents."""
    if text.isascii() and text.isprintable():
        return text.lower()
    return _ODD.sub(lambda found: _FOLDED[found[0]], text).lower()
