"""Pages already in memory: selectors that say how many matches they expect, and one method per field.

A page never fetches. Given bytes it answers, and the bytes come from a stored capture as readily as from the wire.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import ClassVar

from selectolax.lexbor import LexborHTMLParser, LexborNode
from w3lib.encoding import html_to_unicode

from crawler.text import inline
from store.records import Block, Material, Reading, Unreadable


class LayoutError(Unreadable):
    """A page or list is not built as its reader expects. The message names the address, what was expected and found."""


class PartReader(ABC):
    """What any part of a document is read by: what it says of the document, each "" where this part does not say it.

    `fields` make a version when they change; `stamps` are dates of the part itself and never do.
    """

    fields: ClassVar[tuple[str, ...]] = ()
    stamps: ClassVar[tuple[str, ...]] = ()

    def __init__(self, material: Material) -> None:
        self.url = material.url

    def reading(self) -> Reading:
        """Everything the part says."""
        published, basis = self.published()
        return Reading(
            title=self.title(),
            fields=self._values(self.fields),
            stamps=self._values(self.stamps),
            blocks=self.blocks(),
            language=self.language(),
            number=self.number(),
            published=published,
            published_basis=basis,
            pair=self.pair(),
            problem=self.problem(),
        )

    def _values(self, names: tuple[str, ...]) -> Mapping[str, str]:
        values = ((name, self.value(name)) for name in names)
        return {name: value for name, value in values if value}

    @abstractmethod
    def title(self) -> str:
        """The document's title."""

    @abstractmethod
    def value(self, name: str) -> str:
        """One of the fields or stamps."""

    def blocks(self) -> tuple[Block, ...]:
        """The document's own text."""
        return ()

    def language(self) -> str:
        """The part's own statement, `en` or `fr`."""
        return ""

    def number(self) -> str:
        """The regulator's own number."""
        return ""

    def published(self) -> tuple[str, str]:
        """The regulator's date and its basis (`posted`, `issued`, `current_as_of`)."""
        return "", ""

    def pair(self) -> str:
        """The address of the same document in the other language."""
        return ""

    def problem(self) -> str:
        """Why the reading cannot be trusted yet."""
        return ""


class DocumentPage(PartReader):
    """One kind of page. A subclass names its fields; each is a method that returns "" where the page has none."""

    def __init__(self, material: Material) -> None:
        super().__init__(material)
        _, self.markup = html_to_unicode(material.content_type or None, material.body, default_encoding="utf-8")
        self.tree = LexborHTMLParser(self.markup)

    def reading(self) -> Reading:
        """Everything the page says. Raises LayoutError where a landmark is missing."""
        try:
            return super().reading()
        except RecursionError:
            raise LayoutError(f"{self.url}: markup nested too deep to be read") from None

    def value(self, name: str) -> str:
        said: str = getattr(self, name)()
        return said

    @abstractmethod
    def title(self) -> str:
        """The document's title. Raises LayoutError where there is none."""

    @abstractmethod
    def blocks(self) -> tuple[Block, ...]:
        """The document's own text."""

    def language(self) -> str:
        """The page's own statement, `en` or `fr`."""
        root = self.tree.css_first("html")
        return ((root.attributes.get("lang") if root else "") or "")[:2].lower()

    def as_title(self, text: str, selector: str) -> str:
        """What stands in the title's place. Raises LayoutError where nothing does."""
        if not text:
            raise LayoutError(f"{self.url}: an empty {selector!r}, expected the title")
        return text

    def one(self, selector: str, inside: LexborNode | None = None) -> LexborNode:
        """The only match. Raises LayoutError for none and for several."""
        found = self.all(selector, inside=inside)
        if len(found) != 1:
            raise LayoutError(f"{self.url}: {len(found)} matches for {selector!r}, expected one")
        return found[0]

    def maybe(self, selector: str, inside: LexborNode | None = None) -> LexborNode | None:
        """The only match, or None. Raises LayoutError for several."""
        found = self.all(selector, inside=inside)
        if len(found) > 1:
            raise LayoutError(f"{self.url}: {len(found)} matches for {selector!r}, expected one or none")
        return found[0] if found else None

    def all(self, selector: str, inside: LexborNode | None = None) -> list[LexborNode]:
        """Every match, in the order of the page; there may be none."""
        return (inside or self.tree).css(selector)

    def text_of(self, selector: str, inside: LexborNode | None = None) -> str:
        """The text of the only match, on one line; "" where there is none."""
        node = self.maybe(selector, inside)
        return inline(node) if node is not None else ""

    def attribute(self, selector: str, name: str) -> str:
        """An attribute of the only match; "" where there is none."""
        node = self.maybe(selector)
        return (node.attributes.get(name) or "").strip() if node is not None else ""

    def meta(self, name: str) -> str:
        """The content of `<meta name=…>`, the first where a page repeats it; "" where there is none."""
        found = self.all(f'meta[name="{name}"]')
        return (found[0].attributes.get("content") or "").strip() if found else ""


def following(node: LexborNode) -> Iterator[LexborNode]:
    """The nodes beside one that come after it, texts and comments among them."""
    beside = node.next
    while beside is not None:
        yield beside
        beside = beside.next


def definitions(term: LexborNode) -> Iterator[LexborNode]:
    """The `dd` elements that follow a `dt`, up to the next one."""
    for beside in following(term):
        if beside.tag == "dt":
            return
        if beside.tag == "dd":
            yield beside


class EntryPage(PartReader):
    """One row of a regulator's list, kept as a JSON object of plain strings in a fixed order; it has no text."""

    def __init__(self, material: Material) -> None:
        super().__init__(material)
        try:
            self.row: dict[str, str] = json.loads(material.body)
        except ValueError as error:
            raise LayoutError(f"{self.url}: a list entry that is no JSON object: {error}") from error

    def title(self) -> str:
        return self.value("title")

    def value(self, name: str) -> str:
        return self.row.get(name, "")


def entry_content(row: Mapping[str, str]) -> bytes:
    """A row in its canonical bytes: keys in order, empty values left out, so that equal rows are equal bytes."""
    kept = {name: value for name, value in sorted(row.items()) if value}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
