"""FDA's article template: the landmarks, date and facts that its letters, guidance and safety pages have in common."""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from crawler import dates
from crawler.pages import DocumentPage, definitions
from crawler.text import inline
from store.normal import clean
from store.records import Material


class FdaArticle(DocumentPage):
    """A page in the template. What proves it is strict (article, title, main column), what only adds a fact may lack."""

    stamps = ("current_as_of",)

    def __init__(self, material: Material) -> None:
        super().__init__(material)
        self.article = self.one("#main-content")
        self.heading = self.one("h1.content-title", self.article)
        self.main = self.one("div[role=main]", self.article)
        _end_at_the_snippet(self.main)

    def title(self) -> str:
        return self.as_title(inline(self.heading), "h1.content-title")

    def kind(self) -> str:
        """The label above the title."""
        labels = self.all(".content-type-label", inside=self.article)
        return inline(labels[0]).capitalize() if labels else ""

    def current_as_of(self) -> str:
        """The day of "Content current as of"."""
        moments = self.all("li.node-current-date time[datetime]", inside=self.article)
        return dates.iso(moments[0].attributes.get("datetime") or "") if moments else ""

    def published(self) -> tuple[str, str]:
        """The only date that every page has."""
        stated = self.current_as_of()
        return (stated, "current_as_of") if stated else ("", "")

    def heading_words(self) -> str:
        """The title's own words, without those of the elements in it: a date, a number, the kind."""
        words = (child.text_content or "" for child in self.heading.iter(include_text=True) if child.tag == "-text")
        return clean("".join(words))

    def fact(self, label: str) -> str:
        """The first words that stand under a label of the main column; "" where there are none."""
        return next((said for said in self._under(label) if said), "")

    def _under(self, label: str) -> Iterator[str]:
        """What each `dd` says under a `dt` of this name, whatever its case and its colon."""
        for term in self.all("dt", inside=self.main):
            if inline(term).rstrip(": ").lower() == label:
                yield from map(inline, definitions(term))


_SNIPPET = "BEGIN QUALTRICS WEBSITE FEEDBACK SNIPPET"


def _end_at_the_snippet(main: LexborNode) -> None:
    """Take away what stands behind the comment that ends the text of every page: it asks what the reader thinks."""
    behind: list[LexborNode] = []
    node = main.last_child
    while node is not None:
        if node.tag == "-comment" and _SNIPPET in (node.comment_content or ""):
            for one in behind:
                one.decompose()
            return
        behind.append(node)
        node = node.prev
