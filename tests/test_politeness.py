"""Politeness as a site would measure it: the gaps between requests, and what is asked where robots.txt says what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from exowatch.demo.answer import WorldAnswer
from tests.world import canada, fda
from tests.world.blocks import ABUSE
from tests.world.documents import GUIDANCE, LETTERS, NOTICES, RECALLS, SAFETY, Paper, papers
from tests.world.faults import Answering, Framing, at, cut, garbled, gone, hung_up, instead, moved, slow
from tests.world.running import crawl, ended, needs, outcomes, present, rows, start
from tests.world.world import START, Asked, Fault, World, url_of

DELAY = 0.25


def chosen(*names: str) -> list[Paper]:
    return [paper for name in names for paper in papers(name) if paper.planted]


def gaps(world: World, host: str = fda.HOST) -> list[float]:
    moments = [asked.moment for asked in world.asked if asked.host == host]
    return [after - before for before, after in pairwise(moments)]


def assert_paced(world: World, delay: float = DELAY) -> None:
    """Starts are a delay apart; arrivals differ from them by the time of a handshake, which evens out over a crawl."""
    found = gaps(world)
    assert min(found) > 0.7 * delay
    assert sum(found) > 0.97 * delay * len(found)


# Gaps


@needs(GUIDANCE)
def test_pages_files_redirects_and_second_tries_keep_the_delay(tmp_path: Path) -> None:
    world = World(papers=chosen(LETTERS, GUIDANCE))
    first, second, *_ = world.papers
    tries = iter(range(100))

    def shaky(asked: Asked, answering: Answering) -> WorldAnswer:
        broken = asked.url == url_of(second) and next(tries) < 2
        return WorldAnswer(200, raw=[]) if broken else answering()

    elsewhere = f"{url_of(first)}-0"
    at_new = instead(at(elsewhere), lambda asked: world._site(Asked(0, "GET", url_of(first), {}, b"", 0)))
    world.faults = [moved({url_of(first): elsewhere}), at_new, shaky]

    result = crawl(
        world, tmp_path / "store.db", START, LETTERS, GUIDANCE, DOWNLOAD_DELAY=DELAY, RETRY_PAUSES="0.01,0.01"
    )

    assert_paced(world)
    asked = world.urls()
    assert asked.count(url_of(second)) == 3
    assert elsewhere in asked
    assert any("/media/" in url for url in asked)
    assert asked.count(f"{fda.SITE}/robots.txt") == 1
    assert {outcome for url, outcome in outcomes(tmp_path / "store.db").items()} == {"new"}
    assert result.code == 0


@needs(SAFETY)
def test_two_processes_on_one_host_keep_the_delay_between_them(tmp_path: Path) -> None:
    world, database = World(papers=chosen(LETTERS, SAFETY)), tmp_path / "store.db"
    crawl(world, database, START, NOTICES)  # makes the store, which two at once may not

    with world.served() as proxy:
        children = [start(world, database, START, proxy, name, DOWNLOAD_DELAY=DELAY) for name in (LETTERS, SAFETY)]
        codes = [ended(child).code for child in children]

    assert codes == [0, 0]
    assert world.urls().count(f"{fda.SITE}/robots.txt") == 2
    assert_paced(world)


def test_a_declared_crawl_delay_is_kept(tmp_path: Path) -> None:
    world = World(papers=chosen(LETTERS))
    world.faults = [robots(f"User-agent: *\nCrawl-delay: {DELAY}\n")]

    crawl(world, tmp_path / "store.db", START, LETTERS)

    assert min(gaps(world)[1:]) > 0.7 * DELAY
    assert len(world.asked) > 5


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_for_a_second_is_given_it_and_then_read(tmp_path: Path, status: int) -> None:
    world = World(papers=chosen(LETTERS))
    patient = url_of(world.papers[1])
    tries = iter(range(100))

    def busy(asked: Asked, answering: Answering) -> WorldAnswer:
        if asked.url == patient and next(tries) == 0:
            return WorldAnswer(status, {"Retry-After": "1"})
        return answering()

    world.faults = [busy]

    crawl(world, tmp_path / "store.db", START, LETTERS)

    moments = [asked.moment for asked in world.asked if asked.url == patient]
    assert len(moments) == 2
    assert moments[1] - moments[0] > 0.95
    assert outcomes(tmp_path / "store.db")[patient] == "new"


def test_a_second_look_asks_with_the_server_s_own_words_and_is_answered_304(tmp_path: Path) -> None:
    world = World(papers=chosen(LETTERS), validators=True, noisy=False)
    crawl(world, tmp_path / "store.db", START, LETTERS)
    world.count_anew()

    result = crawl(world, tmp_path / "store.db", START + timedelta(days=2), LETTERS)

    assert result.run(LETTERS)["outcomes"]["not_modified_304"] == len(world.papers)
    pages = [asked for asked in world.asked if "/warning-letters/" in asked.path]
    assert all(asked.headers["if-none-match"].startswith('"') for asked in pages)
    assert not any("if-modified-since" in asked.headers for asked in pages)


def test_every_request_says_who_asks_and_how_to_reach_them(tmp_path: Path) -> None:
    world = World(papers=chosen(LETTERS))

    crawl(world, tmp_path / "store.db", START, LETTERS)

    assert {asked.headers["user-agent"].partition("/")[0] for asked in world.asked} == {"exowatch"}
    assert all("sample@exowatch.example" in asked.headers["user-agent"] for asked in world.asked)
    assert {asked.headers.get("from") for asked in world.asked} == {"sample@exowatch.example"}
    assert not any(
        "cookie" in asked.headers or "referer" in asked.headers
        for asked in world.asked
        if asked.method == "GET" and "ajax" not in asked.path
    )


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(tmp_path: Path) -> None:
    world = World(papers=chosen(LETTERS))

    result = crawl(world, tmp_path / "store.db", START, LETTERS, trusted=False)

    assert world.asked == []
    assert result.code in (3, 4)
    assert "certificate verify failed" in rows(tmp_path / "store.db", "select message from visits")[0][0]


# robots.txt


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to answer for robots.txt, and what of a host may then be asked: everything, nothing, or not `without`."""

    fault: Fault
    free: bool
    without: str = ""


def text(body: str | bytes, status: int = 200, **headers: str):
    named = {"Content-Type": "text/plain", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return WorldAnswer(status, named, body.encode() if isinstance(body, str) else body)


def anywhere(answer: WorldAnswer) -> Fault:
    return instead(is_robots, answer)


def is_robots(asked: Asked) -> bool:
    return asked.path == "/robots.txt"


def leads_to(place: str, there: WorldAnswer) -> Fault:
    def fault(asked: Asked, answering: Answering) -> WorldAnswer:
        if is_robots(asked):
            return WorldAnswer(302, {"Location": place})
        return there if asked.path == place else answering()

    return fault


NOBODY = "User-agent: *\nDisallow: /\n"
PADDING = "# " + "x" * 98 + "\n"
VARIANTS: dict[str, Variant] = {
    "absent": Variant(gone(is_robots), free=True),
    "gone": Variant(gone(is_robots, 410), free=True),
    "forbidden": Variant(gone(is_robots, 403), free=True),
    "for those who log in": Variant(gone(is_robots, 401), free=True),
    "empty": Variant(anywhere(text("")), free=True),
    "a page": Variant(anywhere(text("<!doctype html><html><h1>Home</h1></html>", Content_Type="text/html")), free=True),
    "nothing forbidden": Variant(anywhere(text("User-agent: *\nDisallow:\n")), free=True),
    "for others only": Variant(anywhere(text("User-agent: otherbot\nDisallow: /\n")), free=True),
    "we by name": Variant(
        anywhere(text("User-agent: *\nDisallow: /\n\nUser-agent: exowatch\nDisallow: /admin/\n")), free=True
    ),
    "too many redirects": Variant(
        instead(is_robots, lambda asked: WorldAnswer(302, {"Location": f"/robots.txt?{asked.place}"})), free=True
    ),
    "too many requests": Variant(gone(is_robots, 429), free=False),
    "500": Variant(gone(is_robots, 500), free=False),
    "503": Variant(gone(is_robots, 503), free=False),
    "503 until tomorrow": Variant(anywhere(text("", 503, Retry_After="86400")), free=False),
    "silence": Variant(slow(is_robots, 1.6), free=False),
    "no HTTP": Variant(garbled(is_robots), free=False),
    "hung up": Variant(hung_up(is_robots), free=False),
    "cut": Variant(cut(is_robots, 0.5, Framing.LENGTH), free=False),
    "a gzip that breaks off": Variant(
        lambda asked, answering: (
            text(b"\x1f\x8b\x08\x00\x00", Content_Encoding="gzip") if is_robots(asked) else answering()
        ),
        free=False,
    ),
    "a wall": Variant(leads_to(ABUSE, text("Not found\n", 404)), free=False),
    "on another site": Variant(leads_to("https://elsewhere.example/robots.txt", text("")), free=False),
    "elsewhere on the site": Variant(leads_to("/rules.txt", text(NOBODY)), free=False),
    "nobody": Variant(anywhere(text(NOBODY)), free=False),
    "nobody, after a mark and with other line ends": Variant(
        anywhere(text(b"\xef\xbb\xbf" + NOBODY.replace("\n", "\r\n").encode())), free=False
    ),
    "nobody, with bytes that are no UTF-8": Variant(anywhere(text(b"# R\xe8gles\n" + NOBODY.encode())), free=False),
    "nobody, far below": Variant(anywhere(text(PADDING * 4000 + NOBODY)), free=False),
    "some": Variant(anywhere(text("User-agent: *\nDisallow: /*sample-matter\n")), free=True, without="sample-matter"),
    "some, by their end": Variant(anywhere(text("User-agent: *\nDisallow: /*2$\nDisallow: /*2025$\n")), free=True),
}
HOSTS = {fda.HOST: LETTERS, canada.RECALL_SITE: RECALLS, canada.PAGES: NOTICES}


def batches() -> list[Sequence[str]]:
    names = list(VARIANTS)
    return [names[n : n + len(HOSTS)] for n in range(0, len(names), len(HOSTS))]


@pytest.mark.parametrize("names", [pytest.param(batch, id="; ".join(batch)) for batch in batches()])
def test_robots_txt_decides_what_is_asked_of_a_host(tmp_path: Path, names: Sequence[str]) -> None:
    """Each host of one crawl answers for robots.txt in another way."""
    given = dict(zip(HOSTS, names, strict=False))
    world = World(papers=[paper for name in present(*HOSTS.values()) for paper in papers(name, others=0)])

    def fault(asked: Asked, answering: Answering) -> WorldAnswer:
        name = given.get(asked.host)
        return VARIANTS[name].fault(asked, answering) if name else answering()

    world.faults = [fault]

    crawl(world, tmp_path / "store.db", START, *present(*HOSTS.values()), DOWNLOAD_TIMEOUT=1, limit=4)

    for host, name in given.items():
        if HOSTS[host] not in present():
            continue
        variant = VARIANTS[name]
        about = ("/robots.txt", "/rules.txt", ABUSE)
        asked = [request.path for request in world.asked if request.host == host and request.path not in about]
        assert bool(asked) == variant.free, name
        if variant.without:
            assert [path for path in asked if variant.without in path] == [], name
        times = sum(1 for request in world.asked if request.host == host and request.path == "/robots.txt")
        assert times == (6 if name == "too many redirects" else 1), name


def robots(body: str) -> Fault:
    return anywhere(text(body))
