"""The text part of a mail: it stands alone, and names every title and address of the page beside it."""

from __future__ import annotations

from collections.abc import Iterator

from reports import redline
from reports.mail_contents import Contents, Item
from reports.plain import WIDTH, underlined, wrap

SAMPLE = "SAMPLE DATA. Everything below is invented for a demonstration; no regulator published it."
LOOKED_AT = "What was looked at, and when last"
CAUTION = (
    "A paragraph that mentions a topic is not by itself the regulator's conclusion. A page that is no longer served or"
    " listed is not thereby withdrawn."
)


def to_text(mail: Contents) -> str:
    """The mail as plain text. Titles and addresses stand on lines of their own, whole."""
    return "\n".join(_lines(mail)) + "\n"


def _lines(mail: Contents) -> Iterator[str]:
    if mail.sample_data:
        yield from (wrap(SAMPLE), "")
    yield from (underlined(f"exowatch digest, {mail.name}", "="), "", wrap(mail.verdict), "", wrap(mail.span), "")
    if mail.link:
        yield from ("The full page:", mail.link, "")
    if mail.gaps:
        yield from (underlined("Not checked, or not in full", "-"), "")
        yield from (wrap(gap, "! ") for gap in mail.gaps)
        yield ""
    for group in mail.groups:
        yield from (underlined(group.heading, "-"), "")
        for item in group.items:
            yield from (*_item(item), "")
    if mail.more:
        yield from (wrap(mail.more), *([mail.link] if mail.link else []), "")
    if mail.looked_at:
        yield from (underlined(LOOKED_AT, "-"), "", *(wrap(line, "- ") for line in mail.looked_at), "")
    yield from ("-- ", wrap(CAUTION), f"Seal of the facts it rests on: {mail.seal}")


def _item(item: Item) -> Iterator[str]:
    # Not wrapped: a title that is broken cannot be searched for.
    yield f"* {item.title}"
    marks = "".join(f"[{mark}] " for mark in item.marks)
    yield wrap(marks + item.sentence, "  ")
    yield f"  {item.url}"
    if item.redline:
        yield "  What changed in the text:"
        for line in redline.to_text(item.redline, WIDTH - 4).splitlines():
            yield f"    {line}"
