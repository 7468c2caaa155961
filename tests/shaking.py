"""Shaking: a page as it would be served again, with every part that means nothing drawn anew from a seed.

A shake takes a page and chance, and gives the same document in other bytes: what a reader of the page sees of the
document is untouched. `SHAKES` is the whole list; a page is shaken by all of them, one after the other.
"""

from __future__ import annotations

import html
import random
import re
import string
from collections.abc import Callable

Shake = Callable[[str, random.Random], str]

_PIECE = re.compile(
    r"(<!--.*?-->"
    r"|<(?P<raw>script|style|textarea|noscript|title)\b(?:\"[^\"]*\"|'[^']*'|[^'\">])*>.*?</(?P=raw)\s*>"
    r"|<[/!?a-zA-Z](?:\"[^\"]*\"|'[^']*'|[^'\">])*>)",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"([^\s=/>\"'<]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>\"']+))?")
_OPENING = re.compile(r"<([a-zA-Z][\w:-]*)(\s.*?)?(\s*/?)>\Z", re.DOTALL)
_WORD = re.compile(r"(\s+)")
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|ul|ol|li|table|thead|tbody|tr|td|th|h[1-6]|hr|section|dl|dt|dd|main|article)\b", re.IGNORECASE
)
_VOLATILE = re.compile(
    r"(js-view-dom-id-|\"view_dom_id\":\")[0-9a-f]{64}"
    r"|(\"(?:permissionsHash|csrf_token|ak\.\w+)\":\")[^\"]*"
    r"|(/(?:css|js)_)[\w-]+(?=\.(?:css|js))"
    r"|(\.(?:css|js)\?)[^\"'\s>]+"
    r"|(touchpoints/)[0-9a-f]+"
    r"|(content-page-ref\" content=\"|data-feedback-id=\")[^\"]*"
)
_BLANKS = (" ", "  ", "\n", "\n        ", "\t", "\u00a0", " \u00a0", "\u2009")
_UNSEEN = ("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202a", "\u2066", "\ufe0f")
_ALIKE = {**dict.fromkeys("'’‘", "'’‘"), **dict.fromkeys('"“”', '"“”'), **dict.fromkeys("-–—", "-–—")}
_TYPED = re.compile(r"['’‘\"“”]|(?<= )[-–—](?= )")
_NAMED = {"\u00a0": "nbsp", "’": "rsquo", "“": "ldquo", "”": "rdquo", "–": "ndash", "—": "mdash", "&": "amp",
          "<": "lt", ">": "gt", "é": "eacute", "è": "egrave", "®": "reg", "§": "sect", "•": "bull"}  # fmt: skip
_RUNS = "".join((string.ascii_letters, string.digits, "_-"))
_WORDS = ("Food", "Drugs", "Contact us", "Sitemap", "Exosomes", "Recalls", "Aliments", "Nous joindre", "Sample notice")


def shaken(page: bytes, chance: random.Random) -> bytes:
    """The page with all its volatile parts drawn anew."""
    text = page.decode("utf-8")
    for shake in SHAKES:
        text = shake(text, chance)
    return text.encode("utf-8")


def dates(page: str, chance: random.Random) -> str:
    """The dates of the page itself move: current as of, modified, published (rewritten in bulk)."""
    year, month, day = chance.randint(2024, 2026), chance.randint(1, 12), chance.randint(1, 28)
    iso, american = f"{year}-{month:02}-{day:02}", f"{month:02}/{day:02}/{year}"
    page = re.sub(r'((?:published_time|modified_time|og:updated_time)" content=")[^"]*', rf"\g<1>Mon, {american}", page)
    page = re.sub(r'("date(?:Published|Modified)": ")[^"]*', rf"\g<1>Mon, {american}", page)
    page = re.sub(r'(dcterms\.modified"[^>]*content=")[^"]*', rf"\g<1>{iso}", page)
    page = re.sub(
        r'(node-current-date.{0,400}?datetime=")[\d-]{10}([^>]*>)[\d/]+',
        rf"\g<1>{iso}\g<2>{american}",
        page,
        flags=re.S,
    )
    page = re.sub(r"(<gcds-date-modified>\s*)[\d-]{10}", rf"\g<1>{iso}", page)
    page = re.sub(
        r'(field-last-updated[^>]*>\s*<time datetime=")[\d-]{10}([^>]*>)[\d-]{10}', rf"\g<1>{iso}\g<2>{iso}", page
    )
    return re.sub(r'(property="dateModified">)[\d-]{10}', rf"\g<1>{iso}", page)


def values(page: str, chance: random.Random) -> str:
    """Ids of a rendering, hashes of assets, tokens of the delivery network."""

    def drawn(found: re.Match[str]) -> str:
        return found[found.lastindex or 0] + _run(chance, chance.randint(8, 64))

    def anew(piece: re.Match[str]) -> str:
        return _VOLATILE.sub(drawn, piece[0])

    return _PIECE.sub(anew, page)


def banners(page: str, chance: random.Random) -> str:
    """Banners of the whole site come and go where the sites put them: above the document, outside of it."""
    banner = (
        f'<div class="alert alert-info site-alert" role="alert" id="{_run(chance, 8)}"><p>{_sentence(chance)}</p></div>'
    )
    for place in (r"(<div data-drupal-messages-fallback[^>]*></div>)", r"(<body\b[^>]*>)", r"(</header>\s*(?=<main))"):
        if chance.random() < 0.6:
            page = re.sub(place, lambda found: found[1] + banner, page, count=1)
    widget = f'<div class="cookie-bar"><p>{_sentence(chance)}</p><button>Accept {chance.randint(1, 9)}</button></div>'
    return _before(page, "</body>", widget)


def menus(page: str, chance: random.Random) -> str:
    """Menus, side bars, footers and breadcrumbs gain links and lose them."""
    kept = re.compile(r"<li[^>]*>\s*<a\b[^>]*>[^<]*</a>\s*</li>")

    def thinned(found: re.Match[str]) -> str:
        return kept.sub(lambda entry: "" if chance.random() < 0.3 else entry[0], found[0])

    page = re.sub(r"<nav\b.*?</nav>", thinned, page, flags=re.DOTALL)
    page = re.sub(r"<footer\b.*?</footer>", thinned, page, flags=re.DOTALL)
    return re.sub(r"<(?:nav|footer|aside)\b[^>]*>", lambda found: found[0] + _links(chance), page)


def scripts(page: str, chance: random.Random) -> str:
    """Scripts with another nonce and other contents; those that hold data keep it."""

    def other(found: re.Match[str]) -> str:
        if "json" in found[1]:
            return found[0]
        nonce = f' nonce="{_run(chance, 22)}"'
        return f"<script{nonce}{found[1]}>{found[2]}\n/* {chance.random()} <p>no text</p> */</script>"

    page = re.sub(r"<script\b([^>]*)>(.*?)</script>", other, page, flags=re.DOTALL | re.IGNORECASE)
    page = _before(page, "</head>", f"<style>.x{chance.randint(0, 9999)}{{color:red}}</style>")
    return _before(page, "</body>", f'<script>var seen={chance.randint(0, 10**9)};if(a<b){{"<p>none</p>"}}</script>')


def texts(page: str, chance: random.Random) -> str:
    """The same words in other bytes: entities, blanks, invisible characters, source lines."""
    return rewritten(page, lambda tag: tag, lambda text: _respelled(text, chance))


def tags(page: str, chance: random.Random) -> str:
    """The same elements in other bytes: order and quotes of attributes, classes, ids that no one refers to."""
    return rewritten(page, lambda tag: _reordered(tag, chance), lambda text: text)


def comments(page: str, chance: random.Random) -> str:
    """Comments come and go, also inside a word."""

    def around(tag: str) -> str:
        if tag.startswith("<!--"):
            return tag if chance.random() < 0.5 else ""
        return f"{tag}<!-- {_run(chance, 6)} <p>none</p> -->" if chance.random() < 0.04 else tag

    def within(text: str) -> str:
        words = text.split(" ")
        if len(words) > 3 and chance.random() < 0.1:
            n = chance.randrange(len(words))
            words[n] += f"<!--{_run(chance, 4)}-->"
        return " ".join(words)

    return rewritten(page, around, within)


def indentation(page: str, chance: random.Random) -> str:
    """Blanks and line breaks between blocks."""
    pieces = _PIECE.split(page)[::1]
    made, last = [], ""
    for n in range(0, len(pieces) - 1, 3):
        text, tag = pieces[n], pieces[n + 1]
        apart = _BLOCK_TAG.match(last) is not None and _BLOCK_TAG.match(tag) is not None
        if apart and not text.strip():
            text = chance.choice(("", "\n", "\n\n\n", "\n" + " " * chance.randint(0, 60), "\t"))
        made += [text, tag]
        last = tag
    return "".join(made) + pieces[-1]


def line_ends(page: str, chance: random.Random) -> str:
    """A mix of CRLF and LF that shifts."""
    share = chance.choice((0.0, 0.5, 0.85, 1.0))
    lines = page.replace("\r\n", "\n").split("\n")
    return "".join(line + ("\r\n" if chance.random() < share else "\n") for line in lines[:-1]) + lines[-1]


def typography(page: str, chance: random.Random) -> str:
    """Quotation marks, apostrophes and dashes between words, of another make. A reader sees them: not among `SHAKES`."""

    def other(found: re.Match[str]) -> str:
        return chance.choice(_ALIKE[found[0]])

    return rewritten(page, lambda tag: tag, lambda text: _TYPED.sub(other, text))


SHAKES: tuple[Shake, ...] = (
    dates, values, banners, menus, scripts, texts, tags, comments, indentation, line_ends,
)  # fmt: skip
"""Every part that changes without meaning, in the order in which it is drawn."""


def rewritten(page: str, tag: Callable[[str], str], text: Callable[[str], str]) -> str:
    """A page with its tags and the texts of its body replaced; what it has of scripts and styles, and the head, stays."""
    start, end = page.find("<body"), page.rfind("</body>")
    split = _PIECE.split(page[start:end])
    made = [page[:start]]
    for n in range(0, len(split) - 1, 3):
        made += [text(split[n]), split[n + 1] if split[n + 2] else tag(split[n + 1])]
    return "".join([*made, text(split[-1]), page[end:]])


def _respelled(text: str, chance: random.Random) -> str:
    if not text:
        return text
    plain = html.unescape(text)
    made = []
    for piece in _WORD.split(plain):
        if piece.isspace():
            made.append(chance.choice(_BLANKS) if chance.random() < 0.3 else " ")
        elif len(piece) > 2 and chance.random() < 0.03:
            n = chance.randrange(1, len(piece))
            made.append(piece[:n] + chance.choice(_UNSEEN) + piece[n:])
        else:
            made.append(piece)
    return "".join(_spelled(character, chance) for character in "".join(made))


def _spelled(character: str, chance: random.Random) -> str:
    """A character as itself or as one of its entities; the signs of markup always as an entity."""
    named = _NAMED.get(character)
    if named is None and (character.isascii() or not character.isprintable()) and chance.random() > 0.002:
        return character
    forms = [f"&#{ord(character)};", f"&#x{ord(character):X};"]
    forms += [f"&{named};"] if named else []
    forms += [] if character in "&<>" else [character]
    return chance.choice(forms)


def _reordered(tag: str, chance: random.Random) -> str:
    opening = _OPENING.fullmatch(tag)
    if opening is None or not opening[2]:
        return tag
    attributes = [(found[1], found[2]) for found in _ATTRIBUTE.finditer(opening[2])]
    names = [name for name, _ in attributes]
    if len(set(names)) < len(names) or '"' in _ATTRIBUTE.sub("", opening[2]):
        return tag  # of an attribute stated twice the first counts
    written = [_written(name, value, chance) for name, value in attributes]
    if "id" not in names and chance.random() < 0.2:
        written.append(f'id="gen-{_run(chance, 10)}"')
    if chance.random() < 0.2:
        written.append(f'data-shaken="{_run(chance, 5)}"')
    chance.shuffle(written)
    return f"<{opening[1]} {' '.join(written)}{opening[3]}>"


def _written(name: str, value: str | None, chance: random.Random) -> str:
    if not value:
        return name
    plain = value[1:-1] if value[0] in "\"'" else value
    if name == "class":
        classes = plain.split()
        chance.shuffle(classes)
        plain = " ".join(classes)
    quote = "'" if "'" not in plain and ('"' in plain or chance.random() < 0.2) else '"'
    return f"{name}={quote}{plain}{quote}"


def _links(chance: random.Random) -> str:
    entries = (
        f'<li><a href="/{_run(chance, 6)}">{chance.choice(_WORDS)} {chance.randint(1, 99)}</a></li>'
        for _ in range(chance.randint(0, 3))
    )
    return f"<ul>{''.join(entries)}</ul>"


def _sentence(chance: random.Random) -> str:
    return f"On day {chance.randint(1, 31)} the offices of this site moved; exosomes are not meant."


def _run(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(_RUNS, k=length))


def _before(page: str, mark: str, more: str) -> str:
    head, found, tail = page.rpartition(mark)
    return head + more + found + tail if found else page
