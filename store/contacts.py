"""Contacts: the e-mail addresses, telephone numbers and lines under "Contact us" at which a page can be answered."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from store.normal import canonical, folded
from store.records import Block, BlockKind

_HEADING = re.compile(
    r"(?:contacts?|contact (?:us|information|details|health canada|fda)\b.*|how to reach us|contactez[ -]nous\b.*"
    r"|coordonnees|(?:pour )?nous joindre|communiquez avec nous\b.*|personnes?[ -]ressources?)\W*"
)
"""The heading of a section that holds contacts, folded, in English and in French."""
_AROUND = "<>()[]{}.,;:!?\"'“”‘’«»"
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"(?<![\w-])(?:\+?1[ .-])?\(?([2-9]\d\d)\)?[ .-]{1,2}([2-9]\d\d)[ .-](\d{4})(?![\w-])")


def changed(before: Sequence[Block], after: Sequence[Block]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The contacts that only the text before gives, and those that only the text after gives, as written.

    The case of an address and the signs within a number make no other contact: a message arrives all the same.
    """
    kept = {block.text for block in before} & {block.text for block in after}
    old, new = dict(_contacts(before, kept)), dict(_contacts(after, kept))
    if not old and not new:
        return (), ()
    still = dict(_contacts([block for block in after if block.text in kept], ()))
    gone = tuple(written for form, written in old.items() if form not in new and form not in still)
    come = tuple(written for form, written in new.items() if form not in old and form not in still)
    return gone, come


def _contacts(blocks: Sequence[Block], passed_over: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each contact in the form in which it is compared and as it is written."""
    section = False
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            section = _HEADING.fullmatch(folded(block.text)) is not None
        if block.text in passed_over:
            continue
        direct = [*_addresses(block.text), *_numbers(block)]
        yield from direct
        if section and not direct and block.kind is not BlockKind.HEADING:
            yield canonical(block.text), block.text


def _addresses(text: str) -> Iterator[tuple[str, str]]:
    if "@" in text:
        for word in text.split():
            written = word.strip(_AROUND).rpartition(":")[2]
            if _ADDRESS.fullmatch(written):
                yield written.casefold(), written


def _numbers(block: Block) -> Iterator[tuple[str, str]]:
    """Telephone numbers of North America; in tables, such figures count lots."""
    if block.kind is not BlockKind.ROW:
        for found in _NUMBER.finditer(block.text):
            yield "".join(found.groups()), found[0]
