"""Text from elsewhere with what cannot be seen made visible, so that it cannot command a terminal or hide a word."""

from __future__ import annotations

import re
from typing import Final

# Letters, marks and signs by their category, yet drawn as nothing: fillers, joiners, variation selectors.
_DRAWN_AS_NOTHING: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# What `isprintable` refuses and a reader may see all the same: the no-break, narrow and ideographic spaces.
_SPACES: Final = frozenset(
    "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)


def visible(text: str) -> str:
    """The text with a sign for each character that shows none, on one line.

    Those are controls and line breaks, bidi and zero-width characters, private and unassigned ones, lone surrogates.
    What comes back can be written as UTF-8 and as XML, and to a terminal.

    >>> visible("safe \\x1b[31mred\\u202e")
    'safe ␛[31mred[U+202E]'
    """
    if text.isprintable() and (text.isascii() or not _DRAWN_AS_NOTHING.search(text)):
        return text
    return "".join(map(_shown, text))


def _shown(sign: str) -> str:
    if sign in _SPACES or (sign.isprintable() and not _DRAWN_AS_NOTHING.match(sign)):
        return sign
    code = ord(sign)
    if code < 0x20:
        return chr(0x2400 + code)  # the pictures of the C0 controls stand in their order
    return "␡" if code == 0x7F else f"[U+{code:04X}]"
