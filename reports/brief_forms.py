"""A brief as plain text, Markdown, a piece of HTML and JSON; no form lets a control or bidi character through."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.brief import Brief
from reports.brief_rows import NONE_FOUND_MEANS, Entry, headline, rows
from reports.markdown import escaped
from reports.visible import visible
from store.letter import Letter
from store.sentences import Sentence

WIDTH: Final = 78
_LABEL: Final = 17
_EXCERPT: Final = 92
_MOST_MENTIONS: Final = 5


def to_text(brief: Brief) -> str:
    """The brief as plain text in lines of at most 78 columns; only a longer address keeps its length."""
    first, *others = (visible(line) for line in headline(brief))
    lines = [*_wrapped(first, "", ""), "=" * min(len(first), WIDTH)]
    for line in others:
        lines += _wrapped(line, "", "")
    lines.append("")
    for row in rows(brief, _MOST_MENTIONS):
        for position, entry in enumerate(row.entries):
            lines += _wrapped(_plain(entry), f"{row.label if not position else '':<{_LABEL}}", " " * _LABEL)
    return "\n".join([*lines, "", *_wrapped(NONE_FOUND_MEANS, "", ""), *_wrapped(visible(brief.url), "", ""), ""])


def _plain(entry: Entry) -> str:
    return visible(f"{entry.text}: “{_excerpt(entry.quote, entry.around)}”" if entry.quote else entry.text)


def _excerpt(text: str, around: str) -> str:
    """The part of a sentence around these words, cut between words; its beginning where it does not hold them."""
    if len(text) <= _EXCERPT:
        return text
    at = max(0, text.find(around))
    start = min(max(0, at - (_EXCERPT - len(around)) // 2), len(text) - _EXCERPT)
    cut = text[start : start + _EXCERPT]
    if start:
        cut = "… " + cut.partition(" ")[2]
    return cut if start + _EXCERPT >= len(text) else cut.rpartition(" ")[0].rstrip(" ,;:") + " …"


def _wrapped(text: str, first: str, rest: str) -> Iterator[str]:
    line, fresh = first, True
    for word in _pieces(text, WIDTH - max(len(first), len(rest))):
        if not fresh and len(line) + 1 + len(word) > WIDTH:
            yield line.rstrip()
            line, fresh = rest, True
        line += word if fresh else " " + word
        fresh = False
    yield line.rstrip()


def _pieces(text: str, room: int) -> Iterator[str]:
    for word in text.split():
        whole = len(word) <= room or word.startswith(("http://", "https://"))
        yield from (word,) if whole else (word[at : at + room] for at in range(0, len(word), room))


def to_markdown(brief: Brief) -> str:
    """The brief as Markdown for GitHub and its like; what the letter holds is shown as itself."""
    first, *others = headline(brief)
    lines = [f"## {escaped(first)}", ""]
    lines += [f"{escaped(line)}  " for line in others]
    for row in rows(brief):
        lines += ["", f"**{row.label}**", ""]
        lines += [f"- {escaped(entry.text)}{_markdown_quote(entry)}" for entry in row.entries]
    return "\n".join([*lines, "", f"*{escaped(NONE_FOUND_MEANS)}*", "", escaped(brief.url), ""])


def _markdown_quote(entry: Entry) -> str:
    return f": “{escaped(entry.quote)}”" if entry.quote else ""


def to_html(brief: Brief) -> str:
    """The brief as a piece of HTML to be placed in a page: a section with a heading, no style and no script."""
    return (
        _html()
        .get_template("brief.html.j2")
        .render(brief=brief, lines=headline(brief), rows=rows(brief), means=NONE_FOUND_MEANS)
    )


@cache
def _html() -> Environment:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=PackageLoader("reports"),
        finalize=lambda value: visible(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["web"] = _is_web
    return environment


def _is_web(url: str) -> bool:
    """Whether an address may become a link: http or https, with a host, and nothing in it that hides."""
    if visible(url) != url or any(sign.isspace() for sign in url):
        return False
    try:
        found = urlsplit(url)
    except ValueError:
        return False
    return found.scheme in ("http", "https") and bool(found.hostname)


def to_json(brief: Brief) -> dict[str, object]:
    """The brief as one object: every statement with its sentence and the index of its block."""
    letter = brief.letter
    return {
        "schema_version": 1,
        "document": brief.document,
        "kind": brief.kind,
        "firm": brief.firm,
        "number": brief.number,
        "recipient": brief.recipient,
        "issuing_office": brief.office,
        "issued": brief.issued,
        "posted": brief.posted,
        "current_as_of": brief.current_as_of,
        "url": brief.url,
        "basis": [
            {
                "kind": str(basis.kind),
                "begins": basis.begins,
                "ends": basis.ends,
                "form_483": basis.form_483,
                "sites": list(basis.sites),
                **_sentence(basis.sentence),
            }
            for basis in letter.bases
        ],
        "kind_of_product": letter.kind_of_product,
        "products": [{"name": product.name, **_sentence(product.sentence)} for product in letter.products],
        "tissues": [{"what": one.what, "quoted": one.quoted, **_sentence(one.sentence)} for one in letter.tissues],
        "routes": [{"what": one.what, "quoted": one.quoted, **_sentence(one.sentence)} for one in letter.routes],
        "provisions": [
            {"law": cited.law, "in_findings": list(cited.found), "elsewhere": list(cited.elsewhere)}
            for cited in brief.provisions
        ],
        "citations": [
            {"law": cited.law, "section": cited.section, "text": cited.text, "block": cited.block}
            for cited in brief.citations
        ],
        "mentions": [
            {
                "role": str(quoted.role),
                "topic": quoted.topic,
                "section": quoted.section,
                "sentence": quoted.sentence,
                "variants": list(quoted.variants),
                "block": quoted.block,
            }
            for quoted in brief.mentions
        ],
        "contacts": [
            {"kind": str(contact.kind), "dates": list(contact.dates), **_sentence(contact.sentence)}
            for contact in letter.contacts
        ],
        "response": _response_json(letter),
        "closeout": brief.closeout,
        "response_posted": brief.response_posted,
        "list_read": brief.list_read,
        "paragraphs": [
            {"kind": str(paragraph.kind), "text": paragraph.text, "standard": paragraph.standard}
            for paragraph in brief.paragraphs
        ],
    }


def _response_json(letter: Letter) -> dict[str, object] | None:
    asked = letter.response
    if asked is None:
        return None
    facts: dict[str, object] = {"days": asked.days, "unit": asked.unit, "counted_from": asked.counted_from}
    return facts | _sentence(asked.sentence)


def _sentence(sentence: Sentence) -> dict[str, object]:
    return {"sentence": sentence.text, "block": sentence.block}
