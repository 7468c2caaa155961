"""Health Canada recalls and safety alerts: the open-data file in both languages, and the notices' pages.

Site notes
----------
* The file is written anew every night. It names every notice of three agencies and holds no text: a seizure advisory
  that lists an exosome vial in its table says nothing of it in its row, so the pages are what is read.
* `Organization` is the publishing unit, not the agency. Seizures and unauthorized products come out under the
  Communications and Public Affairs Branch, cosmetics under Consumer product safety: neither may be left out.
* Titles are padded and hold zero-width spaces, values hold HTML entities, "--" stands for no class, and some rows lack
  a product or a date. There is no date of first publication in the file.
* Some addresses are relative, some are `/fr/node/NID`, and a notice that was never translated points to the other
  language. `/en/node/NID` and `/fr/node/NID` always lead to the notice, by a redirect to its slug; slugs carry no NID
  and may change. So a document is a NID in a language. A page asked for in French may answer with an English text.
* On pages made since November 2021 the identification number is `RA-` and the NID. On those brought over from the old
  site it is the old number, and the NID stands in the page's own links only.
* "Last updated" is typed by an editor and may lie before the original date of publication: it is a stamp.
* An advisory may live for years: its table grows when another product is found.
* The site's search is a second net: it leaves out archived notices, and is not known to look into tables.
"""

from __future__ import annotations

import json
import re
from codecs import iterdecode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import unescape
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler import dates
from crawler.pages import DocumentPage, EntryPage, LayoutError, definitions, entry_content, following
from crawler.source import Found, ListPage, ListRequest, Source
from crawler.text import blocks, inline
from store.addresses import joined, parts_of
from store.archive import Answer
from store.normal import clean, folded
from store.records import Block, Material, Reading

if TYPE_CHECKING:
    from crawler.probes import Probe

SITE = "https://recalls-rappels.canada.ca"
DATA = f"{SITE}/sites/default/files/opendata-donneesouvertes"
SEARCH = f"{SITE}/en/search/site"


@dataclass(frozen=True, slots=True)
class Edition:
    """The file in one language: where it stands, and what its columns are called (`columns` gives ours for theirs)."""

    language: str
    url: str
    columns: Mapping[str, str]


EDITIONS = (
    Edition(
        "en",
        f"{DATA}/HCRSAMOpenData.json",
        {
            "NID": "nid",
            "Title": "title",
            "URL": "url",
            "Organization": "organization",
            "Product": "product",
            "Issue": "issue",
            "Category": "category",
            "Recall class": "recall_class",
            "Last updated": "updated",
            "Archived": "archived",
            "What you should do": "",  # read on the page: the file has it for one notice in ten
        },
    ),
    Edition(
        "fr",
        f"{DATA}/SCRSAMDonneesOuvertes.json",
        {
            "NID": "nid",
            "Titre": "title",
            "URL": "url",
            "Organization": "organization",
            "Produit": "product",
            "Problème": "issue",
            "Catégorie": "category",
            "Classe de rappel": "recall_class",
            "Dernière mise à jour": "updated",
            "Archivé": "archived",
            "Ce que vous devriez faire": "",
        },
    ),
)
NO_HEALTH_PRODUCTS = frozenset({"CFIA", "ACIA", "TC"})
"""Food and vehicles. Any other unit is kept, one that is new to us above all."""
SELDOM = frozenset(
    [
        "Consumer product safety",
        "Sécurité des produits de consommation",
        "Controlled substances and cannabis",
        "Substances contrôlées et du cannabis",
        "Substances contrôlées et cannabis",
    ]
)
"""Units that mostly speak of other things than health products: theirs are read after the others."""
WORDS = ("exosom", "vesicle", "vesicul", "secretom", "conditioned medi", "milieux conditionn", "milieu conditionn")
LIKELY = (
    *("unauthori", "non autoris", "seiz", "saisi", "inject", "clinic", "cliniqu", "skin", "peau"),
    *("cell", "cosmet", "biolog", "placent", "regenerat"),
)
_NOTHING = frozenset({"--", "-"})
_ARCHIVED = {"0": "", "": "", "1": "yes"}
_DECODER = json.JSONDecoder()
_PIECE = 256 * 1024
_NODE = re.compile(r"/(en|fr)/node/(\d+)/?")
_SLUG = re.compile(r"/(en/alert-recall|fr/avis-rappel)/[^/]+/?")
_CURRENT_PATH = re.compile(r'"currentPath"\s*:\s*"node\\?/(\d+)"')
_RA = re.compile(r"RA-\d+")
_TOTAL = re.compile(r"Displaying \d+ - \d+ of (\d+) items")

CONTENT = ".ar-section, .recall-alert-body, .field--name-field-background"
"""What holds a notice's own words; banners, facets and "Last updated" stand outside."""
OLD_LABELS = {
    "starting date": "started",
    "date de debut": "started",
    "posting date": "posted",
    "date d'affichage": "posted",
    "type of communication": "kind",
    "type de communication": "kind",
    "subcategory": "category",
    "sous-categorie": "category",
    "source of recall": "organization",
    "source du rappel": "organization",
    "source": "organization",
    "issue": "issue",
    "probleme": "issue",
    "audience": "audience",
    "public": "audience",
    "hazard classification": "recall_class",
    "classification du risque": "recall_class",
    "identification number": "ra_number",
    "numero d'identification": "ra_number",
}
"""The old layout's labels in both languages, folded; what stands under any other is in the text all the same."""
LITTLE_WORDS = {
    "en": frozenset({"the", "of", "and", "to", "is", "are", "for", "with"}),
    "fr": frozenset({"le", "la", "les", "des", "du", "et", "est", "sont", "pour", "avec"}),
}


class Recall(DocumentPage):
    """A notice's page, in the present layout or in the one brought over from the old site."""

    fields = (
        "nid",
        "ra_number",
        "kind",
        "organization",
        "product",
        "brand",
        "issue",
        "category",
        "recall_class",
        "audience",
        "archived",
    )
    stamps = ("updated",)

    def __init__(self, material: Material) -> None:
        super().__init__(material)
        self.main = self.one("main")
        self.heading = self.one("h1#wb-cont", self.main)
        parts = _outermost(self.all(CONTENT, inside=self.main))
        if not parts:
            raise LayoutError(f"{self.url}: neither '.ar-section' nor '.recall-alert-body', expected one layout of two")
        self._blocks = blocks(parts)
        self.is_old = not self.all(".ar-section", inside=self.main)
        self._facts = self._old_facts() if self.is_old else {}

    def reading(self) -> Reading:
        """Everything the page says; the date of publication is a field of a recall too."""
        said = super().reading()
        return replace(said, fields={**said.fields, "published": said.published}) if said.published else said

    def title(self) -> str:
        return self.as_title(inline(self.heading), "h1#wb-cont")

    def blocks(self) -> tuple[Block, ...]:
        return self._blocks

    def language(self) -> str:
        """The language of the text; where it has too few words to tell, what the page or else its address says.

        A notice that was never translated stands at a French address, menus and all, with its English text.
        """
        words = Counter(folded(" ".join(block.text for block in self._blocks)).split())
        counts = {name: sum(words[word] for word in little) for name, little in LITTLE_WORDS.items()}
        less, more = sorted(counts, key=lambda name: counts[name])
        if counts[more] >= 8 and counts[more] >= 3 * counts[less]:
            return more
        return super().language() or language_of(self.url)

    @cached_property
    def _nid(self) -> str:
        links = (node.attributes.get("href") or "" for node in self.all('link[rel="shortlink"]'))
        for path in (parts_of(address).path for address in (self.url, *links)):
            if found := _NODE.fullmatch(path) or re.fullmatch(r"/(node)/(\d+)", path):
                return found[2]
        if found := _CURRENT_PATH.search(self.markup):
            return found[1]
        return "" if self.is_old else self.ra_number().removeprefix("RA-")

    def nid(self) -> str:
        """The number of the notice, as far as the address or the page gives it: old pages may not."""
        return self._nid

    def ra_number(self) -> str:
        values = [self._facts.get("ra_number", "")] if self.is_old else self._values_of("node-id")
        return next((value for value in values if _RA.fullmatch(value)), "")

    def kind(self) -> str:
        """The label above the title. The old layout has a second place for it, with another word for the same kind: read
        from there where the label is missing, a page that lost its label would seem to have changed.
        """
        return self.text_of("#wb-cont-nav") or ("" if self.is_old else self._fact("kind", "field-recall-type"))

    def organization(self) -> str:
        return self._fact("organization", "field-organization")

    def product(self) -> str:
        return self._fact("product", "field-product")

    def brand(self) -> str:
        return self._fact("brand", "field-brand-ref")

    def issue(self) -> str:
        return self._fact("issue", "field-issue-type")

    def category(self) -> str:
        return self._fact("category", "field-category")

    def recall_class(self) -> str:
        stated = self._fact("recall_class", "field-hazard-type")
        return "" if stated in _NOTHING else stated

    def audience(self) -> str:
        return self._fact("audience", "field-who-this-is-for")

    def archived(self) -> str:
        return "yes" if self.all("#block-archived, section#archived") else ""

    def updated(self) -> str:
        moments = self.all(".field--name-field-last-updated time[datetime]", inside=self.main)
        if not moments and self.all(".field--name-field-last-updated", inside=self.main):
            raise LayoutError(
                f"{self.url}: 0 matches for 'time[datetime]' in the date of the last update, expected one"
            )
        return next((dates.iso(inline(m)) or dates.iso(m.attributes.get("datetime") or "") for m in moments), "")

    def number(self) -> str:
        return self.ra_number() or self.nid()

    def published(self) -> tuple[str, str]:
        """The original date of publication; an old page may state only the day from which its notice counts."""
        if posted := dates.written(self._facts.get("posted", "")) or self._first_published():
            return posted, "posted"
        started = dates.written(self._facts.get("started", ""))
        return (started, "issued") if started else ("", "")

    def _first_published(self) -> str:
        for label in self.all(".views-label-changed", inside=self.main):
            for beside in following(label):
                if moment := beside.css_first("time[datetime]"):
                    return dates.iso(moment.attributes.get("datetime") or "")  # with its zone: the regulator's own day
        return ""

    def pair(self) -> str:
        other = "fr" if language_of(self.url) == "en" else "en"
        links = self.all(f'link[rel="alternate"][hreflang="{other}"]')
        stated = (links[0].attributes.get("href") or "") if links else ""
        twin = joined(self.url, stated) if stated else ""
        return twin or (node(self.nid(), other) if self.nid() else "")

    def _fact(self, name: str, field: str) -> str:
        return self._facts.get(name, "") if self.is_old else "; ".join(self._values_of(field))

    def _values_of(self, name: str) -> list[str]:
        """The different values of a Drupal field.

        Wrapper, list and value may all bear the field's own class, so the innermost `field--item` is the value.
        """
        own = f".field--name-{name}"
        items = self.all(f"{own}.field--item, {own} .field--item", inside=self.main)
        innermost = (item for item in items if len(item.css(".field--item")) == 1)
        return list(dict.fromkeys(text for item in innermost if (text := inline(item))))

    def _old_facts(self) -> dict[str, str]:
        facts: dict[str, str] = {}
        for label in self.all("dl#awr_details_header_container dt"):
            name = OLD_LABELS.get(folded(inline(label)).rstrip(" :"))
            value = next(definitions(label), None)
            if name and value is not None:
                facts.setdefault(name, inline(value))
        return facts


class RecallEntry(EntryPage):
    """A notice's row in the file of one language."""

    fields = ("nid", "organization", "product", "issue", "category", "recall_class", "archived")
    stamps = ("updated",)

    def number(self) -> str:
        return self.row.get("nid", "")

    def language(self) -> str:
        return language_of(self.url)

    def pair(self) -> str:
        return node(self.number(), "fr" if self.language() == "en" else "en")


class HealthCanadaRecalls(Source):
    """Recalls, advisories and alerts on health products; each notice is one document in each language."""

    name = "health_canada_recalls"
    regulator = "Health Canada"
    title = "Health Canada recalls and safety alerts"
    listing = f"{SITE}/en"
    hosts = ("recalls-rappels.canada.ca",)
    page = Recall
    entry = RecallEntry
    settings: ClassVar[Mapping[str, object]] = {
        "DOWNLOAD_DELAY": 2,
        # Each file is some 20 MB, not compressed, and grows.
        "DOWNLOAD_TIMEOUT": 120,
        "DOWNLOAD_MAXSIZE": 64 * 1024 * 1024,
    }

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        super().__init__(options)
        self._keys: dict[str, str] = {}
        self._words = _beginnings(self.options.get("words", WORDS))
        self._likely = _beginnings(self.options.get("likely", LIKELY))

    def lists(self) -> Sequence[ListRequest]:
        """The files, then the searches: what these find can only be told apart by the addresses in the files."""
        searches = [self._search(words, 0) for words in self.options.get("search", ())]
        return [*(ListRequest(edition.url) for edition in EDITIONS), *searches]

    def _search(self, words: str, page: int, seen: int = 0) -> ListRequest:
        form = urlencode({"search_api_fulltext": words, "page": page})
        return ListRequest(f"{SEARCH}?{form}", net="search", optional=True, cursor=seen)

    def read_list(self, request: ListRequest, answer: Answer) -> ListPage:
        edition = next((edition for edition in EDITIONS if edition.url == request.url), None)
        return self._read_search(request, answer) if edition is None else self._read_file(edition, answer)

    def _read_file(self, edition: Edition, answer: Answer) -> ListPage:
        """The notices of one file, each row reduced as soon as it is read."""
        columns: set[str] = set()
        kept, rows = [], 0
        try:
            for row in _rows(answer.body):
                rows += 1
                columns.update(row)
                if found := self._found(edition, answer.url, row):
                    kept.append(found)
        except (ValueError, RecursionError) as error:
            raise LayoutError(f"{answer.url}: not the list of notices: {error}") from error
        if not rows:
            raise LayoutError(f"{answer.url}: a list of 0 notices, expected some")
        if missing := edition.columns.keys() - columns:
            raise LayoutError(f"{answer.url}: no row has {', '.join(map(repr, sorted(missing)))}: columns were renamed")
        self._keys.update((found.url, found.key) for found in kept)
        return ListPage(tuple(kept), declared=rows, rows=rows)

    def _found(self, edition: Edition, place: str, row: Mapping[str, Any]) -> Found | None:
        """A row as a document; None for the units that have no health products."""
        said = {name: _text(place, row, column) for column, name in edition.columns.items() if name}
        nid = said["nid"]
        if not re.fullmatch(r"[0-9]+", nid):
            raise LayoutError(f"{place}: a row {dict(row)!r:.80} with NID {nid!r}, expected a number")
        if said["organization"] in NO_HEALTH_PRODUCTS:
            return None
        if said["archived"] not in _ARCHIVED:
            raise LayoutError(f"{place}: notice {nid} with {said['archived']!r} for archived, expected '0' or '1'")
        said["archived"] = _ARCHIVED[said["archived"]]
        said["recall_class"] = "" if said["recall_class"] in _NOTHING else said["recall_class"]
        url = _address(nid, edition.language, said.pop("url"))
        return Found(f"{nid}/{edition.language}", url, entry_content(said), self._rank(said))

    def _rank(self, said: Mapping[str, str]) -> int:
        """How soon a notice is read: by its words, then what is in force, then by unit."""
        text = folded(f"{said['title']} {said['product']} {said['issue']} {said['category']}")
        archived, seldom = bool(said["archived"]), said["organization"] in SELDOM
        if self._words.search(text):
            return int(archived)
        likely = self._likely.search(text) is not None
        return 2 + 4 * archived + 2 * (not likely) + seldom

    def _read_search(self, request: ListRequest, answer: Answer) -> ListPage:
        """The notices on one page of the search's answer that a file named too; of others no number is known."""
        page = LexborHTMLParser(answer.body)
        cards = page.css("div.views-row")
        if not cards and page.css_first("[name=search_api_fulltext]") is None:
            raise LayoutError(
                f"{answer.url}: neither 'div.views-row' nor a field 'search_api_fulltext': not the search"
            )
        addresses = [joined(SITE, link.attributes.get("href") or "") for link in _links(cards)]
        if cards and not addresses:
            raise LayoutError(
                f"{answer.url}: {len(cards)} cards without 'span.homepage-recent a', expected a link each"
            )
        keys = ((self.key(url) or self._keys.get(url), url) for url in addresses)
        total = _TOTAL.search(inline(page.body)) if page.body is not None else None
        seen = request.cursor + len(cards)
        more: tuple[ListRequest, ...] = ()
        if cards and total and seen < int(total[1]):
            asked = request.parameters
            more = (self._search(asked["search_api_fulltext"], int(asked["page"]) + 1, seen),)
        return ListPage(tuple(Found(key, url, rank=0) for key, url in keys if key), more=more, rows=len(cards))

    def probes(self) -> Sequence[Probe]:
        from crawler.questions import health_canada_recalls

        return health_canada_recalls.probes(self)

    def key(self, url: str) -> str | None:
        """By number only. An address with a slug is one of ours too (`owns`) and says no number."""
        place = parts_of(url)
        found = _NODE.fullmatch(place.path) if place.hostname in self.hosts else None
        return f"{found[2]}/{found[1]}" if found else None

    def owns(self, url: str) -> bool:
        place = parts_of(url)
        return self.key(url) is not None or (place.hostname in self.hosts and _SLUG.fullmatch(place.path) is not None)

    def key_of(self, material: Material) -> str | None:
        """By the number that the page itself states."""
        try:
            nid = self.page_of(material, Recall).nid()
        except LayoutError:
            return None
        return f"{nid}/{language_of(material.url)}" if nid else None


def _rows(body: bytes) -> Iterator[Mapping[str, Any]]:
    """The objects of a JSON list, one after the other; the whole file as text would take twice its size again.

    Raises ValueError for any other JSON and for none.
    """
    pieces = (body[start : start + _PIECE] for start in range(0, len(body), _PIECE))
    rest, expected = "", "["
    for piece in chain(iterdecode(pieces, "utf-8-sig"), [None]):
        rest, at = rest + (piece or ""), 0
        while at < len(rest):
            sign = rest[at]
            if sign.isspace():
                at += 1
            elif sign not in expected:
                raise ValueError(f"{rest[at : at + 40]!r} where {' or '.join(expected) or 'the end'} is expected")
            elif sign == "{":
                try:
                    row, at = _DECODER.raw_decode(rest, at)
                except ValueError:
                    if piece is None:
                        raise
                    break  # the rest of this row is in the next piece
                yield row
                expected = ",]"
            else:
                expected = {"[": "{]", ",": "{", "]": ""}[sign]
                at += 1
        rest = rest[at:]
    if expected:
        raise ValueError(f"it breaks off where {' or '.join(expected)} is expected")


def language_of(url: str) -> str:
    """The language in which an address of this site asks; the text behind it may be in the other."""
    return "fr" if parts_of(url).path.startswith("/fr/") else "en"


def node(nid: str, language: str) -> str:
    """The address that leads to a notice whatever its slug."""
    return f"{SITE}/{language}/node/{nid}"


def _address(nid: str, language: str, stated: str) -> str:
    """The page of a notice in this language: what the row states, else by its number."""
    url = joined(SITE, stated)
    place = parts_of(url)
    mine = f"{place.scheme}://{place.netloc}" == SITE and language_of(url) == language
    by_number = _NODE.fullmatch(place.path)
    fits = by_number[2] == nid if by_number else _SLUG.fullmatch(place.path) is not None
    return url if mine and fits else node(nid, language)


def _text(place: str, row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    if value is not None and not isinstance(value, str):
        raise LayoutError(f"{place}: {column!r} is {value!r:.80}, expected text or null")
    return clean(unescape(value or ""))


def _beginnings(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern for words that begin so, in folded text; without any, one that finds nothing."""
    return re.compile(rf"\b(?:{'|'.join(re.escape(folded(word)) for word in words) or '(?!)'})")


def _links(cards: Iterable[LexborNode]) -> Iterator[LexborNode]:
    return chain.from_iterable(card.css("span.homepage-recent a[href]")[:1] for card in cards)


def _outermost(nodes: Sequence[LexborNode]) -> list[LexborNode]:
    """Those that stand in none of the others, each once, in the order of the page."""
    chosen = {node.mem_id: node for node in nodes}
    return [node for node in chosen.values() if not any(above.mem_id in chosen for above in _above(node))]


def _above(node: LexborNode) -> Iterator[LexborNode]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent
