"""What a reader of each form of a redline sees as added and as removed, in order: read by what reads such a form."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark").enable(["strikethrough", "table"])
_OPS = {"strong_open": "add", "s_open": "remove", "strong_close": "", "s_close": ""}


def plain(text: str) -> str:
    return " ".join(text.split())


def plain_marks(text: str) -> list[tuple[str, str]]:
    found = re.findall(r"\{\+(.*?)\+\}|\[-(.*?)-\]", text)
    return [("add", plain(unmarked(add))) if add else ("remove", plain(unmarked(gone))) for add, gone in found]


def unmarked(text: str) -> str:
    return re.sub(r"(?<=[{+\[-])\\(?=[+}\]-])", "", text)


class _Marks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"ins", "del"}:
            self.open = tag
            self.found.append(({"ins": "add", "del": "remove"}[tag], ""))

    def handle_endtag(self, tag: str) -> None:
        self.open = "" if tag == self.open else self.open

    def handle_data(self, data: str) -> None:
        if self.open:
            op, text = self.found[-1]
            self.found[-1] = (op, text + data)


def html_marks(html: str) -> list[tuple[str, str]]:
    reader = _Marks()
    reader.feed(html)
    return [(op, plain(re.sub(r"\A(added|removed): ", "", text))) for op, text in reader.found]


def markdown_marks(text: str) -> list[tuple[str, str]]:
    """Fails where anything but our marks is active: a link, an image, code, HTML."""
    found: list[tuple[str, str]] = []
    op = ""
    for token in (token for block in _MARKDOWN.parse(text) for token in block.children or []):
        if token.type in _OPS:
            op = _OPS[token.type]
            found += [(op, "")] if op else []
        else:
            assert token.type in {"text", "text_special", "em_open", "em_close"}, token
            if op:
                found[-1] = (op, found[-1][1] + token.content)
    return [(op, plain(text)) for op, text in found]
