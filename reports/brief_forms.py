"""A brief as plain text, Markdown, a piece of HTML and JSON; no form lets a control or bidi character through."""

from __future__ import annotations

from functools import cache
from typing import Final

from jinja2 import Template

from reports.brief import Brief
from reports.brief_rows import NONE_FOUND_MEANS, Entry, headline, rows
from reports.markdown import escaped
from reports.markup import environment
from reports.plain import underlined, wrap
from store.letter import Letter
from store.sentences import Sentence

_LABEL: Final = 17
_EXCERPT: Final = 92
_MOST_MENTIONS: Final = 5


def to_text(brief: Brief) -> str:
    """The brief as plain text in lines of at most 78 columns; only a longer address keeps its length."""
    first, *others = headline(brief)
    lines = [underlined(first, "="), *map(wrap, others), ""]
    for row in rows(brief, _MOST_MENTIONS):
        for position, entry in enumerate(row.entries):
            lines.append(wrap(_plain(entry), f"{row.label if not position else '':<{_LABEL}}"))
    return "\n".join([*lines, "", wrap(NONE_FOUND_MEANS), wrap(brief.url), ""])


def _plain(entry: Entry) -> str:
    return f"{entry.text}: “{_excerpt(entry.quote, entry.around)}”" if entry.quote else entry.text


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
    return _template().render(brief=brief, lines=headline(brief), rows=rows(brief), means=NONE_FOUND_MEANS)


@cache
def _template() -> Template:
    return environment().get_template("brief.html.j2")


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
