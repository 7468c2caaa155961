"""Markup from elsewhere as markup of ours: only elements and attributes that are known to be harmless come through.

What is not on the lists below does not pass, whatever it is: nothing is looked for in order to be taken out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from reports.links import is_web
from reports.markup import is_code
from reports.visible import visible
from store.addresses import joined
from store.normal import clean

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS: Final = frozenset({"ul", "ol"})
_INLINE: Final = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp",
    "small", "span", "strong", "sub", "sup", "time", "u", "var",
})  # fmt: skip
_BLOCKS: Final = frozenset({
    "blockquote", "caption", "dd", "details", "div", "dl", "dt", "hr", "li", "p", "pre", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr",
})  # fmt: skip
KEPT: Final = _HEADINGS | _LISTS | _INLINE | _BLOCKS | {"br", "wbr"}
"""The elements that a copy may hold."""

_EMPTY: Final = frozenset({"br", "hr", "wbr"})
_ALSO_INLINE: Final = frozenset({
    "acronym", "big", "button", "data", "font", "label", "o:p", "output", "picture", "rp", "rt", "ruby", "strike", "tt",
})  # fmt: skip
"""Elements that become a `span`. Whatever else is not kept becomes a `div`: its words stay, and stay apart."""
_OF_TEXT: Final = {"listing": "pre", "menu": "ul", "plaintext": "pre", "textarea": "pre", "xmp": "pre"}
_WITHOUT_WORDS: Final = frozenset({
    "area", "applet", "base", "col", "colgroup", "embed", "frame", "frameset", "head", "iframe", "input", "link", "meta",
    "noembed", "noframes", "object", "param", "script", "source", "style", "svg", "template", "title", "track",
})  # fmt: skip
"""Elements whose content is nobody's words, or is loaded from elsewhere."""
_INSIDE: Final = {"li": _LISTS, "dt": {"dl"}, "dd": {"dl"}, "summary": {"details"}}
"""Elements that mean something only in these; elsewhere they become a `div`."""
_MUST_SAY: Final = _HEADINGS | {"a", "summary"}
"""Elements that are left out when nothing is in them: a link without words cannot be spoken."""

_DEEPEST: Final = 200
"""Below so many elements, words are kept and elements are not."""
_LONGEST_ID: Final = 200
_MOST_CELLS: Final = 1000
_LANGUAGES: Final = frozenset({
    "ar", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "gu", "he", "hi", "ht", "hu", "hy", "id",
    "it", "ja", "km", "ko", "lo", "ne", "nl", "no", "pa", "pl", "ps", "pt", "ro", "ru", "so", "sv", "sw", "ta",
    "te", "th", "tl", "tr", "uk", "ur", "vi", "yo", "zh", "zu",
})  # fmt: skip
ID_PREFIX: Final = "page-"
"""Names of places within the page get it, so that none is a name of ours."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A page's body in our markup. `hidden` counts the elements that the page itself keeps from its readers."""

    markup: str
    language: str
    hidden: int


def copied(text: str, url: str) -> Copied:
    """The body of a page at this address. Its words come through whole, and in order; nothing in it is loaded or runs."""
    tree = LexborHTMLParser(text)
    copier = _Copier(_base(tree, url))
    root = tree.body or tree.root
    markup = copier.rendered(root) if root is not None else ""
    page = tree.css_first("html")
    return Copied(markup, _language((page.attributes.get("lang") if page else "") or ""), copier.hidden)


def _base(tree: LexborHTMLParser, url: str) -> str:
    """The address against which the page's links are to be read."""
    stated = tree.css_first("base[href]")
    return (joined(url, stated.attributes.get("href") or "") if stated is not None else "") or url


@dataclass(slots=True)
class _Element:
    """An element of the copy that is being filled."""

    tag: str
    attributes: str = ""
    pieces: list[str] = field(default_factory=list)
    says: bool = False

    def take(self, piece: str, *, tag: str = "", says: bool = False) -> None:
        """Add what is finished; a list takes items only, so all else becomes one."""
        if self.tag in _LISTS and tag != "li" and says:
            piece = f"<li>{piece}</li>"
        self.pieces.append(piece)
        self.says = self.says or says

    @property
    def markup(self) -> str:
        inside = "".join(self.pieces)
        if not self.tag or (self.tag in _MUST_SAY and not self.says):
            return inside
        return f"<{self.tag}{self.attributes}>{inside}</{self.tag}>"


@dataclass(slots=True)
class _Copier:
    """Walks the nodes of a page with a stack of its own: no page is nested too deep for it."""

    base: str
    hidden: int = 0
    _names: set[str] = field(default_factory=set)

    def rendered(self, root: LexborNode) -> str:
        outermost = _Element("")
        opened, walks = [outermost], [root.iter(include_text=True)]
        while walks:
            node = next(walks[-1], None)
            if node is not None:
                self._node(node, opened, walks)
                continue
            walks.pop()
            element = opened.pop()
            if opened and opened[-1] is not element:
                opened[-1].take(element.markup, tag=element.tag, says=element.says)
        return outermost.markup

    def _node(self, node: LexborNode, opened: list[_Element], walks: list[Iterator[LexborNode]]) -> None:
        tag, parent = node.tag or "", opened[-1]
        if tag == "-text":
            text = (node.text_content or "").translate(_SHOWN)
            parent.take(escape(text, quote=False), says=bool(text.strip()))
        elif tag == "img":
            words = _image(node)
            parent.take(words, says=bool(words))
        elif tag in _EMPTY:
            parent.take(f"<{tag}>")
        elif tag and tag[0] not in "-!" and tag not in _WITHOUT_WORDS:
            opened.append(parent if len(opened) >= _DEEPEST else self._element(node, tag, parent))
            walks.append(node.iter(include_text=True))

    def _element(self, node: LexborNode, tag: str, parent: _Element) -> _Element:
        ours = _ours(node, tag, parent.tag)
        attributes = dict(self._attributes(node, ours))
        if ours == "a" and "href" not in attributes:
            ours = "span"
        if _is_hidden(node):
            self.hidden += 1
            attributes["hidden"] = ""
        if ours == "details":
            attributes["open"] = ""
        return _Element(ours, "".join(f' {name}="{escape(value)}"' for name, value in attributes.items()))

    def _attributes(self, node: LexborNode, tag: str) -> Iterator[tuple[str, str]]:
        stated = node.attributes
        if not stated:
            return
        for name, accepted in {**_EVERYWHERE, **_OWN.get(tag, {})}.items():
            value = accepted((stated.get(name) or "").strip()) if name in stated else ""
            if value:
                yield name, value
        if place := self._place(stated, tag):
            yield "id", place
        if tag == "a" and (target := self._target((stated.get("href") or "").strip())):
            yield "href", target
            yield "rel", "noreferrer noopener nofollow"

    def _place(self, stated: Mapping[str, str | None], tag: str) -> str:
        """The name of a place within the page, once."""
        named = stated.get("id") or (stated.get("name") if tag == "a" else "") or ""
        if not _is_name(named) or named in self._names:
            return ""
        self._names.add(named)
        return ID_PREFIX + named

    def _target(self, stated: str) -> str:
        if stated.startswith("#"):
            return f"#{ID_PREFIX}{stated[1:]}" if _is_name(stated[1:]) else ""
        address = joined(self.base, stated) if stated else ""
        return address if address and is_web(address) else ""


def _ours(node: LexborNode, tag: str, parent: str) -> str:
    """The element of the copy that stands for one of the page."""
    tag = _OF_TEXT.get(tag, tag)
    if tag not in KEPT:
        return "span" if tag in _ALSO_INLINE else "div"
    if tag in _INSIDE and parent not in _INSIDE[tag]:
        return "div"
    return "div" if tag == "dl" and not _is_glossary(node) else tag


def _is_glossary(node: LexborNode) -> bool:
    """Whether a list of definitions holds nothing but terms, each with its definition."""
    inside = [child for child in node.iter(include_text=True) if not (child.tag or "").startswith("-comment")]
    tags = [child.tag for child in inside if child.tag != "-text"]
    bare = any(child.tag == "-text" and (child.text_content or "").strip() for child in inside)
    return bool(tags) and not bare and set(tags) == {"dt", "dd"} and tags[0] == "dt" and tags[-1] == "dd"


def _image(node: LexborNode) -> str:
    """What stands for a picture: the words that the page gives for it; "" where it gives none."""
    words = clean(node.attributes.get("alt") or "")
    said = f'<span class="image">[Image: {escape(visible(words), quote=False)}]</span>'
    return said if words else ""


def _is_hidden(node: LexborNode) -> bool:
    """Whether the page keeps an element from every reader."""
    stated = node.attributes
    if not stated:
        return node.tag == "dialog"
    return (
        "hidden" in stated
        or "hidden" in (stated.get("class") or "").split()
        or (node.tag == "dialog" and "open" not in stated)
        or any(_is_no_display(rule) for rule in (stated.get("style") or "").split(";"))
    )


def _is_no_display(rule: str) -> bool:
    name, _, value = rule.partition(":")
    return name.strip().lower() == "display" and value.strip().lower().startswith("none")


def _is_name(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_ID and not any(sign.isspace() for sign in text) and visible(text) == text


def _language(value: str) -> str:
    """A code of a language that regulators write in; "" for what only looks like one."""
    return value if is_code(value) and value.partition("-")[0] in _LANGUAGES else ""


def _one_of(*known: str) -> Callable[[str], str]:
    return lambda value: value if value in known else ""


def _number(value: str) -> str:
    sign, digits = ("-", value[1:]) if value.startswith("-") else ("", value)
    return f"{sign}{int(digits)}" if digits.isascii() and digits.isdigit() and len(digits) < 6 else ""


def _cells(value: str) -> str:
    number = _number(value)
    return number if number and 1 <= int(number) <= _MOST_CELLS else ""


def _text(value: str) -> str:
    return visible(clean(value))


_EVERYWHERE: Final[Mapping[str, Callable[[str], str]]] = {
    "lang": _language,
    "dir": _one_of("ltr", "rtl", "auto"),
}
_OWN: Final[Mapping[str, Mapping[str, Callable[[str], str]]]] = {
    "abbr": {"title": _text},
    "li": {"value": _number},
    "ol": {"start": _number, "type": _one_of("1", "a", "A", "i", "I")},
    "td": {"colspan": _cells, "rowspan": _cells},
    "th": {"colspan": _cells, "rowspan": _cells, "scope": _one_of("row", "col", "rowgroup", "colgroup")},
    "time": {"datetime": _text},
}
"""The attributes that a copy may hold, each with what its value may be; "" leaves the attribute out."""


class _Signs(dict[int, str]):
    """What each character of a page's text becomes: the same words as a reading holds, and nothing that hides one."""

    def __missing__(self, code: int) -> str:
        return self.setdefault(code, self._made(chr(code)))

    def _made(self, sign: str) -> str:
        if sign in "\t\n":
            return sign
        if clean(f"x{sign}x") == "xx":
            return ""
        kind = unicodedata.category(sign)
        if kind in ("Cc", "Zl", "Zp"):
            return " "
        if kind == "Cs":
            return "\ufffd"
        return visible(sign) if kind in ("Cf", "Cn") else sign


_SHOWN: Final = _Signs()
