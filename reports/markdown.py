"""Text within Markdown, with every sign of Markdown's own kept from being one."""

from __future__ import annotations

import re
from typing import Final

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
