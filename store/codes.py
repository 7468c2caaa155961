"""Codes: the sections and parts of 21 CFR, 42 U.S.C. and their like that a text refers to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from store.sections import KEYWORD, Reference, each, listed

_CODE: Final = re.compile(
    r"(\d{1,2}),? ?(?:of )?(?:the )?(?:(U\.? ?S\.? ?C\b\.?|U\.S\. Code|United States Code)"
    r"|C\.? ?F\.? ?R\b\.?|(?:U\.S\. )?Code of Federal Regulations)(?: ?\((?:\d\d )?[A-Z][A-Z. ]{1,7}\))?"
)
_INTO: Final = re.compile(rf"\)?,? ?(?:at )?(?:{KEYWORD} ?){{0,2}}")
_SUBPART: Final = re.compile(r",? [Ss]ubparts? ([A-Z])\b")
_CODE_WORDS: Final = ("CFR", "C.F.R", "U.S.C", "U.S. C", "U. S", "USC", "Code")
_TITLE: Final = re.compile(r"((?:[Tt]itle )?)\d{1,2},? ?(?:of )?(?:the )?(?:U\.S\. |United States )?$")


def codes(text: str) -> Iterator[Reference]:
    """Each section and part of a code, in order; a code as a whole where no number follows."""
    for at in sorted({at for word in _CODE_WORDS for at in each(text, word)}):
        title = _TITLE.search(text, max(at - 40, 0), at)
        code = _CODE.match(text, title.end(1)) if title else None
        if (
            title
            and code
            and not (title.start() and (text[title.start() - 1].isalnum() or text[title.start() - 1] in ".,-"))
        ):
            law = f"{code[1]} {'USC' if code[2] else 'CFR'}"
            yield from _in_code(text, law, title.start(), code.end())


def _in_code(text: str, law: str, start: int, end: int) -> Iterator[Reference]:
    """The code's sections; the code as a whole where none follows."""
    into = _INTO.match(text, end)
    found = listed(text, into.end() if into else end)
    if not found:
        yield Reference(law, "", start, end)
    for member in found:
        if member is not found[0] and not _goes_on(law, found[0].section, member.section):
            return
        subpart = _SUBPART.match(text, member.end)
        section = f"{member.section} subpart {subpart[1]}" if subpart else member.section
        yield Reference(law, section, start if member is found[0] else member.start, member.end)


def _goes_on(law: str, first: str, section: str) -> bool:
    """Whether a number goes on with a list: "211.22 and 211.84", "210 and 211", but not "820.30, 2 of 5 files"."""
    number = section.partition("(")[0]
    if law.endswith("CFR"):
        return "." in number or ("." not in first and len(number) >= 3)
    return len(number) >= 2
