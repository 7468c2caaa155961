"""Crawls against a site on a loopback socket: every target ends in exactly one outcome, and the site is not hurried."""

import gzip
import itertools
import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from exowatch.demo.answer import WorldAnswer
from exowatch.demo.proxy import Proxy
from store.locks import hold
from tests.world.crawling import crawl, said
from tests.world.loopback import Asked, Site, reply

WALL = "/apology_objects/abuse-detection-apology.html"
LISTED = {
    "good": "new",
    "moved": "new",
    "closed_whole": "new",
    "empty": "extract_empty",
    "rebuilt": "parse_suspect",
    "gone": "gone_404_410",
    "away": "redirected_off_site",
    "around": "http_error",
    "forbidden": "robots_forbidden",
    "walled": "blocked",
    "home": "soft_error",
    "broken": "http_error",
    "slow": "timeout",
    "lost": "truncated",
    "closed": "truncated",
    "huge": "too_large",
    "bomb": "too_large",
    "garbled": "network_error",
    "again": "duplicate_request",
}


def markup(title: str, words: str = "Words that fill a page. " * 12) -> str:
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head>"
        f"<body><main><h1>{title}</h1><p>{words}</p></main></body></html>"
    )


def listed(*keys: str, **more: Any) -> bytes:
    rows = [[key, f"/notices/{'good' if key == 'again' else key}", 5] for key in keys]
    return reply(json.dumps({"rows": rows, **more}), Content_Type="application/json")


def elsewhere(location: str) -> bytes:
    return reply("", "302 Found", Location=location)


def without_length(body: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n{body}".encode()


def too_slow(asked: Asked) -> bytes:
    time.sleep(3)
    return reply(markup("Late"))


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as started:
        yield started


def add_every_kind(site: Site) -> None:
    whole = markup("Whole")
    site.pages |= {
        "/robots.txt": reply("User-agent: *\nDisallow: /notices/forbidden\nCrawl-delay: 60\n"),
        "/notices/good": reply(markup("Good"), ETag='"v1"'),
        "/notices/moved": elsewhere("/notices/moved-here"),
        "/notices/moved-here": reply(markup("Moved")),
        "/notices/closed_whole": without_length(whole),
        "/notices/empty": reply(markup("Empty").replace("p>", "div>")),
        "/notices/rebuilt": reply(markup("Rebuilt").replace("main", "section")),
        "/notices/away": elsewhere("http://127.0.0.1:9/notices/away"),
        "/notices/around": elsewhere("/notices/around"),
        "/notices/walled": elsewhere(WALL),
        "/notices/home": elsewhere("/"),
        "/": reply(markup("Home")),
        "/notices/broken": reply("", "500 Internal Server Error"),
        "/notices/slow": too_slow,
        "/notices/lost": reply(whole).replace(f"Length: {len(whole)}".encode(), b"Length: 9999"),
        "/notices/closed": without_length(whole[:300]),
        "/notices/huge": reply(markup("Huge", "x" * 300_000)),
        "/notices/bomb": reply(gzip.compress(b"x" * 3_000_000), Content_Encoding="gzip"),
        "/notices/garbled": b"SSH-2.0-OpenSSH\r\n\r\n",
    }


def rows(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(database) as connection:
        return connection.execute(sql).fetchall()


def outcomes(database: Path, crawl_id: int = 1) -> dict[str, str]:
    """The outcome of each document in a crawl, by key, and of each list, by path; "" where a target has none."""
    found = rows(
        database,
        "select coalesce(d.key, replace(u.url, rtrim(u.url, replace(u.url, '/', '')), '')), coalesce(v.outcome, '')"
        f" from targets t join urls u on u.id = t.url left join documents d on d.ref = t.document"
        f" left join visits v on v.target = t.id where t.crawl = {crawl_id}",
    )
    assert len({key for key, _ in found}) == len(found)
    return dict(found)


def issues(database: Path) -> dict[str, str]:
    return dict(rows(database, "select kind, message from crawl_issues"))


def reasons(database: Path) -> list[str]:
    return [reason for (reason,) in rows(database, "select reason from crawl_ends order by crawl")]


def ledger(database: Path) -> tuple[int, ...]:
    found = rows(database, "select listed, captured, unchanged, failed, skipped from v_crawls order by crawl desc")
    return tuple(found[0])


def test_every_target_ends_in_one_outcome_and_nothing_listens(tmp_path: Path, site: Site) -> None:
    add_every_kind(site)
    site.pages["/list.json"] = listed(*LISTED, declared=len(LISTED))
    database = tmp_path / "store.db"

    done = crawl(
        database,
        site.url,
        settings={"DOWNLOAD_TIMEOUT": 1, "DOWNLOAD_MAXSIZE": 100_000},
        options={"children": {"good": ["child", "gone"]}},
    )

    assert outcomes(database) == {"list.json": "new", "child": "gone_404_410", **LISTED}
    assert done["listening"] == 0
    assert done["readings"] == 4
    listed_, *parts = ledger(database)
    assert listed_ == sum(parts) == len(LISTED) + 2
    assert reasons(database) == ["finished"]
    assert "main" in issues(database)["parse_suspect"]
    paths = site.paths()
    assert len(paths) == len(set(paths))
    assert {"/notices/forbidden", WALL}.isdisjoint(paths)


def test_a_look_again_is_conditional_and_known_bytes_are_unchanged(tmp_path: Path, site: Site) -> None:
    database = tmp_path / "store.db"
    bodies = {"good": markup("Good"), "plain": markup("Plain")}

    def tagged(asked: Asked) -> bytes:
        if asked.headers.get("if-none-match") == '"v1"':
            return reply("", "304 Not Modified", ETag='"v1"')
        return reply(bodies["good"], ETag='"v1"')

    site.pages |= {"/list.json": listed("good", "plain"), "/notices/good": tagged}
    site.pages["/notices/plain"] = lambda asked: reply(bodies["plain"])
    crawl(database, site.url, environment={**os.environ, "EXOWATCH_NOW": "2025-08-20T08:00:00Z"})
    later = {**os.environ, "EXOWATCH_NOW": "2025-08-21T08:00:00Z"}
    crawl(database, site.url, environment=later)
    crawl(database, site.url, environment=later, only="good")
    crawl(database, site.url, environment=later, only=f"{site.url}/notices/plain")
    bodies["plain"] = markup("Plain, amended")
    crawl(database, site.url, environment={**os.environ, "EXOWATCH_NOW": "2025-08-29T08:00:00Z"})

    looks = [outcomes(database, n) for n in range(1, 6)]

    assert looks == [
        {"list.json": "new", "good": "new", "plain": "new"},
        {"list.json": "unchanged"},
        {"good": "not_modified_304"},
        {"plain": "unchanged"},
        {"list.json": "unchanged", "good": "unchanged", "plain": "changed"},
    ]
    assert ledger(database) == (3, 1, 2, 0, 0)


def test_a_host_whose_robots_txt_cannot_be_read_is_asked_nothing(tmp_path: Path, site: Site) -> None:
    site.pages |= {"/list.json": listed("good"), "/robots.txt": reply("", "503 Service Unavailable")}

    crawl(tmp_path / "store.db", site.url)

    assert site.paths() == ["/robots.txt"]
    assert outcomes(tmp_path / "store.db") == {"list.json": "robots_forbidden"}
    assert "list_failed" in issues(tmp_path / "store.db")


def test_robots_txt_is_followed_and_a_wall_in_its_place_is_a_block(tmp_path: Path, site: Site) -> None:
    site.pages |= {"/list.json": listed("a"), "/notices/a": reply(markup("A"))}
    site.pages |= {"/robots.txt": elsewhere("/rules"), "/rules": reply("User-agent: *\nDisallow: /notices/*a")}
    crawl(tmp_path / "store.db", site.url)
    site.pages["/robots.txt"] = elsewhere(WALL)
    asked = len(site.asked)
    crawl(tmp_path / "other.db", site.url)

    assert outcomes(tmp_path / "store.db") == {"list.json": "new", "a": "robots_forbidden"}
    assert site.paths()[asked:] == ["/robots.txt"]
    assert outcomes(tmp_path / "other.db") == {"list.json": "blocked"}
    assert reasons(tmp_path / "other.db") == ["blocked"]


def test_three_blocks_in_a_row_stop_a_source_and_say_what_to_do(tmp_path: Path, site: Site) -> None:
    keys = ["a", "b", "c", "d", "e"]
    site.pages |= {f"/notices/{key}": elsewhere(WALL) for key in keys}
    site.pages |= {"/notices/a": reply(markup("A")), "/list.json": listed(*keys)}
    database = tmp_path / "store.db"

    crawl(database, site.url)

    assert outcomes(database) == {
        "list.json": "new",
        "a": "new",
        "b": "blocked",
        "c": "blocked",
        "d": "blocked",
        "e": "not_reached",
    }
    assert site.paths()[-1] == "/notices/d"
    assert reasons(database) == ["blocked"]
    told = issues(database)["blocked"]
    assert "\n" not in told
    for word in ("302", WALL, "counts as changed or gone"):
        assert word in told


def test_a_blocked_list_has_its_fallback_and_then_stops_the_source(tmp_path: Path, site: Site) -> None:
    site.pages |= {"/list.json": reply("", "403 Forbidden"), "/feed.json": listed("good")}
    site.pages["/notices/good"] = reply(markup("Good"))
    database = tmp_path / "store.db"

    crawl(database, site.url, options={"fallback": True})
    site.pages["/feed.json"] = reply("<title>Access Denied</title>", "403 Forbidden")
    crawl(database, site.url, options={"fallback": True})

    assert outcomes(database) == {"list.json": "blocked", "feed.json": "new", "good": "new"}
    assert outcomes(database, 2) == {"list.json": "blocked", "feed.json": "blocked"}
    assert reasons(database) == ["finished", "blocked"]


def test_a_list_that_cannot_be_read_leaves_the_known_documents(tmp_path: Path, site: Site) -> None:
    site.pages |= {"/list.json": listed("a", "b", declared=7), "/notices/a": reply(markup("A"))}
    database = tmp_path / "store.db"

    crawl(database, site.url, limit=1, environment={**os.environ, "EXOWATCH_NOW": "2025-08-20T08:00:00Z"})
    site.pages["/list.json"] = reply("<html>Something else</html>")
    crawl(database, site.url, environment={**os.environ, "EXOWATCH_NOW": "2025-08-21T08:00:00Z"})

    assert outcomes(database) == {"list.json": "new", "a": "new", "b": "not_reached"}
    assert outcomes(database, 2) == {"list.json": "parse_suspect", "b": "gone_404_410"}
    assert reasons(database) == ["limit", "finished"]
    assert issues(database).keys() == {"listing_incomplete", "layout", "list_failed"}
    assert "7" in issues(database)["listing_incomplete"]
    assert "2" in issues(database)["listing_incomplete"]


def test_a_list_that_breaks_off_says_so_and_what_it_named_is_read(tmp_path: Path, site: Site) -> None:
    site.pages |= {"/list.json": listed("a", "b", declared=4, more=["/page-2.json", "/list.json"])}
    site.pages |= {"/notices/a": reply(markup("A")), "/notices/b": reply(markup("B"))}
    site.pages["/page-2.json"] = reply("", "500 Internal Server Error")
    database = tmp_path / "store.db"

    crawl(database, site.url)

    assert outcomes(database) == {"list.json": "new", "page-2.json": "http_error", "a": "new", "b": "new"}
    assert issues(database).keys() == {"list_failed", "listing_incomplete"}
    assert "declares 4 rows and 2 were seen" in issues(database)["listing_incomplete"]
    assert rows(database, "select declared from crawl_ends") == [(4,)]


def test_two_processes_share_the_pace_of_a_host(tmp_path: Path, site: Site) -> None:
    site.pages |= {"/list.json": listed("a", "b"), "/notices/a": reply(markup("A")), "/notices/b": reply(markup("B"))}
    settings = {"DOWNLOAD_DELAY": 0.3}

    children = [
        crawl(tmp_path / "store.db", site.url, wait=False, sources=[name], settings=settings)
        for name in ("notices", "other_notices")
    ]
    for child in children:
        said(child)

    assert len(site.asked) == 8
    starts = [asked.moment for asked in site.asked]
    assert min(after - before for before, after in itertools.pairwise(starts)) > 0.27


def test_retries_redirects_and_a_second_source_keep_the_pace(tmp_path: Path, site: Site) -> None:
    tries: list[Asked] = []

    def shaky(asked: Asked) -> bytes:
        tries.append(asked)
        return b"" if len(tries) == 1 else reply(markup("Shaky"))

    def patient(asked: Asked) -> bytes:
        tries.append(asked)
        return reply("", "429 Too Many Requests", Retry_After="1") if len(tries) < 4 else reply(markup("Patient"))

    site.pages |= {"/list.json": listed("moved", "shaky", "patient"), "/notices/moved": elsewhere("/notices/here")}
    site.pages |= {"/notices/here": reply(markup("Here")), "/notices/shaky": shaky, "/notices/patient": patient}
    sources = ["notices", "other_notices"]
    database = tmp_path / "store.db"

    crawl(database, site.url, sources=sources, settings={"DOWNLOAD_DELAY": 0.5, "RETRY_PAUSES": [0.01]})

    assert site.paths().count("/robots.txt") == 1
    starts = [asked.moment for asked in site.asked]
    assert min(after - before for before, after in itertools.pairwise(starts)) > 0.45
    ends = [value for n in (1, 2) for value in outcomes(database, n).values()]
    assert set(ends) == {"new", "unchanged"}  # the list, which both sources read
    assert len(ends) == 8


def test_a_budget_ends_a_run_and_long_patience_a_source(tmp_path: Path, site: Site) -> None:
    site.pages |= {"/list.json": listed("a", "b", "c"), "/notices/a": reply(markup("A"))}
    site.pages["/notices/b"] = reply("", "503 Service Unavailable", Retry_After="86400")

    crawl(tmp_path / "store.db", site.url)
    crawl(tmp_path / "other.db", site.url, max_minutes=0.6 / 60, settings={"DOWNLOAD_DELAY": 0.4})

    assert outcomes(tmp_path / "store.db") == {"list.json": "new", "a": "new", "b": "blocked", "c": "not_reached"}
    assert reasons(tmp_path / "store.db") == ["blocked"]
    assert reasons(tmp_path / "other.db") == ["budget"]
    assert list(outcomes(tmp_path / "other.db").values()).count("not_reached") >= 2


def test_an_interrupt_ends_a_crawl_at_once_and_cleanly(tmp_path: Path, site: Site) -> None:
    site.pages |= {"/list.json": listed("a", "b"), "/notices/a": reply(markup("A"))}
    database = tmp_path / "store.db"

    child = crawl(database, site.url, wait=False, settings={"DOWNLOAD_DELAY": 20})
    while "/robots.txt" not in site.paths():
        time.sleep(0.05)
    time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    before = time.monotonic()
    said(child)

    assert time.monotonic() - before < 5
    assert reasons(database) == ["interrupted"]
    assert outcomes(database) == {"list.json": "not_reached"}


def test_a_held_source_is_told_and_the_others_go_on(tmp_path: Path, site: Site) -> None:
    site.pages |= {"/list.json": listed("a"), "/notices/a": reply(markup("A"))}
    database = tmp_path / "store.db"
    sources = ["notices", "other_notices"]

    with hold(database, "notices", "crawling"):
        refused = crawl(database, site.url, sources=sources)
        asked = site.paths()
        went_on = crawl(database, site.url, sources=sources, go_on=True)

    assert "Held: notices is held by another run: process" in refused["failure"]
    assert asked == []
    assert [line.partition(":")[0] for line in went_on["held"]] == ["notices"]
    assert rows(database, "select source, reason from v_crawls") == [("other_notices", "finished")]


def test_a_dry_run_fetches_and_leaves_the_store_as_it_was(tmp_path: Path, site: Site) -> None:
    site.pages |= {"/list.json": listed("a"), "/notices/a": reply(markup("A"))}
    database = tmp_path / "store.db"
    crawl(database, site.url)
    before = database.read_bytes()

    site.pages["/list.json"] = listed("a", "b")
    done = crawl(database, site.url, dry_run=True)

    assert done["crawls"] == [2]
    assert [text for *_, text in done["progress"]][-1] == "finished"
    assert "/notices/b" in site.paths()
    assert len(rows(database, "select * from crawls")) == 1
    assert database.read_bytes() == before


def test_a_mistake_of_ours_is_raised_after_the_other_sources_have_ended(tmp_path: Path, site: Site) -> None:
    site.pages["/list.json"] = listed("a", mistake=True)
    database = tmp_path / "store.db"

    done = crawl(database, site.url, sources=["notices", "other_notices"])

    assert done["failure"] == "KeyError: 'a mistake of ours'"
    assert reasons(database) == ["error", "error"]
    assert outcomes(database) == {"list.json": "not_reached"}


def test_a_document_that_no_source_knows_is_a_wrong_request(tmp_path: Path, site: Site) -> None:
    done = crawl(tmp_path / "store.db", site.url, only="https://elsewhere.example/letter")

    assert done["failure"] == "Unknown: https://elsewhere.example/letter is no document of notices"
    assert site.asked == []


def test_a_private_authority_is_trusted_through_a_proxy_and_nobody_else(tmp_path: Path) -> None:
    base = "https://notices.example"
    letters = {
        "/robots.txt": WorldAnswer(200, {"Content-Type": "text/plain"}, b"User-agent: *\nCrawl-delay: 0.5\n"),
        "/list.json": WorldAnswer(200, {"Content-Type": "application/json"}, b'{"rows": [["a", "/notices/a", 5]]}'),
        "/notices/a": WorldAnswer(200, {"Content-Type": "text/html"}, markup("A").encode()),
    }
    moments = []

    def world(method: str, url: str, headers: Mapping[str, str], body: bytes) -> WorldAnswer:
        moments.append(time.monotonic())
        return letters.get(url.removeprefix(base), WorldAnswer(404))

    with Proxy(world) as proxy:
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        environment |= {"HTTPS_PROXY": proxy.url, "SSL_CERT_FILE": proxy.ca_file}
        settings = {"ALLOW_PRIVATE_ADDRESSES": False}
        crawl(tmp_path / "trusted.db", base, environment=environment, settings=settings)
        asked = len(proxy.requests)
        del environment["SSL_CERT_FILE"]
        crawl(tmp_path / "unknown.db", base, environment=environment, settings=settings)

    assert outcomes(tmp_path / "trusted.db") == {"list.json": "new", "a": "new"}
    assert asked == len(proxy.requests) == 3
    assert min(after - before for before, after in itertools.pairwise(moments)) > 0.45
    assert outcomes(tmp_path / "unknown.db") == {"list.json": "robots_forbidden"}
    assert "certificate verify failed" in rows(tmp_path / "unknown.db", "select message from visits")[0][0]


def test_private_addresses_are_refused_unless_a_test_says_otherwise(tmp_path: Path, site: Site) -> None:
    site.pages |= {"/list.json": listed("a")}

    crawl(tmp_path / "store.db", site.url, settings={"ALLOW_PRIVATE_ADDRESSES": False})

    assert site.asked == []
    assert outcomes(tmp_path / "store.db") == {"list.json": "redirected_off_site"}
