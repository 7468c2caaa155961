"""Hostile addresses: wherever a page or a list may state one, no exception, and nothing that would be asked for."""

import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import Response

from crawler.archives import folder
from crawler.fetch import location_of
from crawler.pages import LayoutError
from crawler.probes import probes_of
from crawler.questions import fda_warning_letters as letter_questions
from crawler.questions import health_canada_notices as notice_questions
from crawler.source import Found, ListRequest, Source, classes, read
from crawler.spiders.fda_safety import FdaSafety
from crawler.spiders.health_canada_notices import HealthCanadaNotices
from crawler.spiders.health_canada_recalls import SEARCH, HealthCanadaRecalls
from exowatch.asking import Asker, Limits
from exowatch.importing import import_warc
from exowatch.wiring import UnknownSource, owner_of
from store.archive import Answer
from store.database import Store
from store.derivation import Derivation
from store.records import Material, Part
from store.rules import Rules
from tests.test_pages import CASES, NETS, answer, source_of
from tests.warcs import write_warc

HOSTILE = {
    "no end of a bracket": "http://[bad",
    "half an IPv6 address": "http://[::1",
    "a bracket alone": "//[",
    "a bracket behind our scheme": "https://[exosome",
    "a host that normalises to another": "https://www.fda.gov\u2100/consumers/exosome",
    "a port that is none": "https://www.fda.gov:port/consumers/exosome",
    "a host with a blank": "https://exa mple/exosome",
    "a script": "javascript:alert('exosome')",
    "data": "data:text/html,exosome",
    "far too long": "/consumers/exosome-" + "x" * 60_000,
    "far too long, among notices": "/en/health-canada/exosome" + "x" * 60_000 + ".html",
    "a zero byte": "/consumers/exosome\x00",
    "a zero byte alone": "\x00",
    "half a character": "/en/health-canada/exosome\ud800.html",
}
hostile = pytest.mark.parametrize("address", HOSTILE.values(), ids=HOSTILE)

PLACES = re.compile(rb"""(?P<before>\b(?:href|src|content)=\\?["']|<loc>|"(?:link|URL)": ")[^"'<>]*?(?=\\?["'<])""")
"""Where the pages and lists on disk state addresses: links, canonical ones and twins, rows, news, sitemaps."""
STATING = [case for case in CASES if any(PLACES.search(page.read_bytes()) for page in case.glob("*.*ml"))]
STATING += [case for case in CASES if any(PLACES.search(page.read_bytes()) for page in case.glob("list.json"))]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@hostile
@pytest.mark.parametrize("name", sorted(classes()))
def test_no_source_takes_it_for_one_of_its_own(name: str, address: str) -> None:
    source = classes()[name]({"watch": [{"url": address, "reason": "a sample"}]})

    assert not source.allows(address)
    assert source.key(address) is None
    assert not source.owns(address)
    assert list(source.watched()) == []
    assert all(address not in probe.request.url for probe in probes_of(source))


@pytest.mark.parametrize("case", STATING, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_in_every_place_of_a_page_and_of_a_list_it_leads_nowhere(case: Path) -> None:
    said = json.loads((case / "page.json").read_text("utf-8"))
    source = source_of(case, said)

    targets = [target for address in HOSTILE.values() for target in targets_of(case, said, source, address)]

    assert [target[:80] for target in targets if not source.allows(target) or is_strange(target)] == []


@pytest.mark.parametrize("case", [case for case in CASES if (case / "page.html").exists()], ids=lambda case: case.name)
def test_a_page_that_stands_at_one_is_read_like_any_other(case: Path) -> None:
    said = json.loads((case / "page.json").read_text("utf-8"))
    source = source_of(case, said)
    body = (case / "page.html").read_bytes()

    for address in HOSTILE.values():
        material = Material(source.name, Part.PAGE, address, body, said["content_type"])
        reading = source.read(material)
        children = source.children(Found("a", address, rank=0), reading, material)

        assert reading.blocks
        assert source.key_of(material) is None or case.parent.name == "health_canada_recalls"
        assert all(source.allows(child.url) for child in children)


def targets_of(case: Path, said: dict[str, Any], source: Source, address: str) -> Iterator[str]:
    """The addresses that would be asked for, were this one in every place; a list may refuse itself as a whole."""
    (page,) = [file for name in ("page.html", *NETS) if (file := case / name).exists()]
    body = with_address(page, address)
    if page.name == "page.html":
        material = Material(source.name, Part.PAGE, said["address"], body, said["content_type"])
        reading = source.read(material)
        yield from filter(None, [reading.pair])
        for child in source.children(Found("a", said["address"], rank=0), reading, material):
            yield child.url
        return
    request = ListRequest(said["address"], said.get("net", NETS[page.name]), body=said.get("form", "").encode())
    try:
        listed = source.read_list(request, answer(said, body))
    except LayoutError:
        return
    yield from (found.url for found in listed.found)
    yield from (more.url for more in listed.more)


def with_address(page: Path, address: str) -> bytes:
    """The file with this address in every place where it states one."""

    def stated(found: re.Match[bytes]) -> bytes:
        markup = not found["before"].startswith(b'"')
        text = html.escape(address) if markup else address
        if page.suffix == ".json":
            return found["before"] + json.dumps(text)[1:-1].encode()
        return found["before"] + text.encode("utf-8", "surrogatepass")

    changed, count = PLACES.subn(stated, page.read_bytes())
    assert count > 0
    return changed


def is_strange(target: str) -> bool:
    return len(target) > 1000 or re.search("[\x00-\x20\ud800-\udfff\ufffd]", target) is not None


# Beside good addresses


@hostile
def test_the_good_links_of_a_notice_are_followed_all_the_same(address: str) -> None:
    source = HealthCanadaNotices()
    home = "https://www.canada.ca/en/health-canada/a.html"
    good = "https://www.canada.ca/en/health-canada/a/b.html"
    markup = (
        f'<html lang="en"><head><link rel="alternate" hreflang="fr" href="{html.escape(address)}"></head><body>'
        '<main property="mainContentOfPage"><h1 id="wb-cont">A</h1>'
        f'<p><a href="{html.escape(address)}">Exosomes</a> <a href="/en/health-canada/a/b.html#c">B</a></p></main>'
    )
    material = Material(source.name, Part.PAGE, home, markup.encode("utf-8", "surrogatepass"), "text/html")

    reading = source.read(material)

    assert reading.pair == ""
    assert [child.url for child in source.children(Found("a", home), reading, material)] == [good]


@hostile
def test_the_good_links_of_a_safety_page_are_followed_all_the_same(address: str) -> None:
    source = FdaSafety()
    home = "https://www.fda.gov/consumers/a"
    markup = (
        '<article id="main-content"><h1 class="content-title">A</h1><div role="main">'
        f'<a href="{html.escape(address)}">Exosomes</a> <a href="/consumers/b">Exosomes</a></div></article>'
    )
    material = Material(source.name, Part.PAGE, home, markup.encode("utf-8", "surrogatepass"), "text/html")

    children = source.children(Found("a", home, rank=0), source.read(material), material)

    assert [child.url for child in children] == ["https://www.fda.gov/consumers/b"]


@hostile
def test_the_good_items_of_the_news_are_found_all_the_same(address: str) -> None:
    source = HealthCanadaNotices()
    links = [address, "/en/health-canada/b.html", None, 7, ["/en/health-canada/c.html"]]
    news = {"feed": {"entry": [{"title": "Exosomes", "link": link} for link in links]}}

    listed = source.read_list(ListRequest("https://a", net="feed"), given("https://a", json.dumps(news).encode()))

    assert [found.url for found in listed.found] == ["https://www.canada.ca/en/health-canada/b.html"]


@hostile
def test_the_good_cards_of_a_search_are_found_all_the_same(address: str) -> None:
    source = HealthCanadaRecalls({"search": ["exosome"]})
    cards = "".join(
        f'<div class="views-row"><span class="homepage-recent"><a href="{html.escape(link)}">A</a></span></div>'
        for link in (address, "/en/node/1")
    )

    listed = source.read_list(source.lists()[2], given(SEARCH, cards.encode("utf-8", "surrogatepass")))

    assert [found.url for found in listed.found] == ["https://recalls-rappels.canada.ca/en/node/1"]


@hostile
def test_the_twin_of_a_recall_is_known_by_its_number_all_the_same(address: str) -> None:
    case = next(case for case in CASES if case.name == "notice-current-layout")
    said = json.loads((case / "page.json").read_text("utf-8"))
    body = with_address(case / "page.html", address)

    reading = source_of(case, said).read(
        Material("health_canada_recalls", Part.PAGE, said["address"], body, said["content_type"])
    )

    assert re.fullmatch(r"https://recalls-rappels\.canada\.ca/fr/node/\d+", reading.pair)


# Redirects, and answers from elsewhere


@hostile
def test_a_redirect_there_is_shown_and_followed_by_nobody(address: str) -> None:
    source = FdaSafety()
    stated_as = address.encode("utf-8", "surrogatepass")

    location = location_of(Response("https://www.fda.gov/consumers/a", status=302, headers={"Location": stated_as}))

    assert location
    assert not source.allows(location) or not is_strange(location)


@hostile
def test_the_doctor_takes_a_redirect_there_for_an_answer(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    source = FdaSafety()
    asked = ListRequest("https://www.fda.gov/consumers/a")
    asker = Asker({}, lambda url: None, opener=Redirecting(address))  # type: ignore[arg-type]

    said = asker.ask(asked, Limits(5, 1000), lambda location, earlier: source.allows(location) and not earlier[1:])

    assert said.status == 302
    assert len(said.redirects) >= 1


class Redirecting:
    """Opens nothing: answers everything with a redirect to one address."""

    def __init__(self, address: str) -> None:
        self.headers = Message()
        self.headers["Location"] = address.encode("utf-8", "surrogatepass").decode("latin-1")

    def open(self, request: object, timeout: float) -> Any:
        return Moved(self.headers)


class Moved(BytesIO):
    """An answer without a body."""

    status = 302

    def __init__(self, headers: Message) -> None:
        super().__init__(b"")
        self.headers = headers


@hostile
def test_a_saved_page_that_names_it_is_left_out(address: str, tmp_path: Path) -> None:
    canonical = f'<link rel="canonical" href="{html.escape(address)}">'
    (tmp_path / "a.html").write_bytes(f"<html><head>{canonical}</head></html>".encode("utf-8", "surrogatepass"))

    (found,) = folder.answers(tmp_path)

    assert not isinstance(found, Answer)


@pytest.mark.parametrize("named", [None, "fda_safety"])
def test_recorded_answers_from_there_are_left_out_and_counted(named: str | None, tmp_path: Path) -> None:
    body = b"<!doctype html><html>" + b"Words. " * 100 + b"</html>"
    webs = [address for address in HOSTILE.values() if re.match(r"https?://[!-~]+$", address)]
    file = write_warc(tmp_path / "a.warc.gz", [(address, NOW, body) for address in webs])

    with Store(tmp_path / "store.db") as store:
        done = import_warc(tmp_path / "store.db", store, Derivation(store, read, Rules()), [file], named)
        captures = store.execute("select count(*) from captures").fetchone()[0]
        messages = [row[0] for row in store.execute("select message from crawl_issues where kind = 'left_out'")]

    assert len(done.crawls) == 1
    assert captures == 0
    assert len(messages) == len(webs) >= 4


@hostile
def test_nobody_owns_it(address: str) -> None:
    with pytest.raises(UnknownSource):
        owner_of(address)


# What the doctor asks


@hostile
def test_the_doctors_questions_about_links_pass_over_it(address: str) -> None:
    link = html.escape(f"{address}#-790001-")
    letter = f'<div id="main-content"><a href="{link}">A</a> <a href="/b-790001-02042025">B</a></div>'
    sitemap = f"<urlset><url><loc>{html.escape(address)}</loc></url><url><loc>https://a/b/c</loc></url></urlset>"

    close_out = letter_questions._links_to_close_out(given("https://a/a-790001-01012025", letter))
    depth = notice_questions.depth_of_a_sitemap(given("https://a/b.sitemap.xml", sitemap))

    assert "/b-790001-02042025" in close_out.message
    assert depth.message


def given(url: str, body: str | bytes) -> Answer:
    data = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    return Answer(url, url, 200, (), data, NOW)
