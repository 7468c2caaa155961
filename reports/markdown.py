"""Text within Markdown, with every sign of Markdown's own kept from being one."""

from __future__ import annotations

import re
from typing import Final

from reports.links import is_web
from reports.visible import visible

# What begins emphasis, code, links, HTML, entities, tables, mathematics, a mention or a smiley; and what would begin a
# heading, list, quote or rule at the start of a line (a number of a list has nine digits at most).
_AFTER_NUMBER: Final = "|".join(rf"(?<=^\d{{{count}}})" for count in range(1, 10))
_SPECIAL: Final = re.compile(
    rf"[\\`*_{{}}\[\]<>()#+!|~&$@^=]|:(?=//|\w+:)|(?i:(?<=www))\.|-(?=-)|^-|(?:{_AFTER_NUMBER})[.)](?= |$)"
)


def escaped(text: str) -> str:
    """The text on one line, shown as itself wherever it stands.

    >>> escaped("1. *not* a list")
    '1\\\\. \\\\*not\\\\* a list'
    """
    return _SPECIAL.sub(lambda found: "\\" + found[0], visible(text))


class Markdown(str):
    """Text that is Markdown already."""

    __slots__ = ()


def filled(form: str, *values: str) -> Markdown:
    """The form, which is Markdown, with each `{}` filled: text is shown as itself, Markdown stands as it is.

    >>> filled("**{}** {}", "*not* bold", Markdown("*slanted*"))
    '**\\\\*not\\\\* bold** *slanted*'
    """
    # Blanks at an edge would keep a mark beside them from being one, or make code of a line.
    return Markdown(form.format(*(v if isinstance(v, Markdown) else escaped(v.strip()) for v in values)))


def address(url: str) -> Markdown:
    """An address as a link that reads as itself where it may be one, else as text."""
    return Markdown(f"<{url}>") if is_web(url) and not _ENDING.search(url) else Markdown(escaped(url))


# In angle brackets nothing can be escaped (CommonMark, section 6.5), and some readers take an entity for its sign.
_ENDING: Final = re.compile(r"[<>\\`]|&#?\w+;")
