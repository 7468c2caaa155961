"""Each outcome of the list is produced by the stand-in, found in the ledger, and counted where it belongs."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from store.records import Outcome
from tests.world import fda
from tests.world.blocks import BLOCKS
from tests.world.documents import LETTERS, RECALLS, Paper, other, papers
from tests.world.faults import (
    Framing,
    all_lead_to,
    at,
    blocked,
    cut,
    edited,
    garbled,
    gone,
    off_site,
    renamed,
    robots,
    slow,
    too_large,
    trickle,
)
from tests.world.running import Result, crawl, needs, outcomes, rows
from tests.world.world import START, World, url_of

PARTS = {
    "captured": {Outcome.NEW, Outcome.CHANGED, Outcome.PARSE_SUSPECT, Outcome.EXTRACT_EMPTY},
    "unchanged": {Outcome.UNCHANGED, Outcome.NOT_MODIFIED},
    "skipped": {Outcome.NOT_DUE, Outcome.ROBOTS, Outcome.DUPLICATE, Outcome.NOT_REACHED},
}
LIMITS = {"DOWNLOAD_TIMEOUT": 1, "DOWNLOAD_MAXSIZE": 300_000}


def letter(name: str) -> Paper:
    made = other(LETTERS, 1)
    return replace(made, slug=name, number=sum(map(ord, name)) + 600_000, text=(*made.text, "It concerns exosomes."))


def letters(*names: str) -> dict[str, Paper]:
    return {name: letter(name) for name in names}


def ends(database: Path, named: dict[str, Paper]) -> dict[str, str]:
    """How each letter ended in the last crawl that asked for it."""
    found = outcomes(database)
    return {name: found[url_of(paper)] for name, paper in named.items() if url_of(paper) in found}


def test_every_way_a_request_can_end_is_in_the_ledger_under_its_own_name(tmp_path: Path) -> None:
    expected = {
        "whole": "new",
        "trickled": "new",
        "empty": "extract_empty",
        "rebuilt": "parse_suspect",
        "gone": "gone_404_410",
        "away": "redirected_off_site",
        "around": "http_error",
        "forbidden": "robots_forbidden",
        "walled": "blocked",
        "homeward": "soft_error",
        "ill": "http_error",
        "silent": "timeout",
        "short": "truncated",
        "huge": "too_large",
        "garbled": "network_error",
    }
    named = letters(*expected)
    place = {name: at(url_of(paper)) for name, paper in named.items()}
    world = World(papers=list(named.values()))
    world.faults = [
        trickle(place["trickled"], 5, 0.02),
        edited(place["empty"], _without_text),
        edited(place["rebuilt"], renamed("inset-column")),
        gone(place["gone"]),
        off_site(place["away"]),
        all_lead_to(place["around"], url_of(named["around"])),
        robots(f"User-agent: *\nDisallow: {fda.path(named['forbidden'])}\n"),
        blocked(BLOCKS["apology, then 404"], place["walled"]),
        blocked(BLOCKS["home page, sent to"], place["homeward"]),
        gone(place["ill"], 500),
        slow(place["silent"], 1.5),
        cut(place["short"], 0.5, Framing.LENGTH),
        too_large(place["huge"], 400_000),
        garbled(place["garbled"]),
    ]

    result = crawl(world, tmp_path / "store.db", START, LETTERS, **LIMITS)

    assert ends(tmp_path / "store.db", named) == expected
    counted(result)


def test_what_a_second_look_can_say_is_in_the_ledger_under_its_own_name(tmp_path: Path) -> None:
    named = letters("same", "tagged", "edited", "rested", "twice")
    world = World(papers=list(named.values()), noisy=False)
    database = tmp_path / "store.db"
    world.faults = [_with_etag(url_of(named["tagged"]))]
    crawl(world, database, START, LETTERS)
    world.papers = [replace(p, text=(*p.text, "One sentence more.")) if p.slug == "edited" else p for p in world.papers]

    soon = crawl(world, database, START + timedelta(hours=1), LETTERS)
    rested = ends(database, named)
    later = crawl(world, database, START + timedelta(days=2), LETTERS)

    assert set(rested.values()) == {"not_due"}
    assert ends(database, named) == dict.fromkeys(named, "unchanged") | {
        "tagged": "not_modified_304",
        "edited": "changed",
    }
    assert later.run(LETTERS)["changes_new"] == 1
    counted(soon, later)


def test_what_is_not_reached_is_in_the_ledger(tmp_path: Path) -> None:
    named = letters("one", "two", "three")

    result = crawl(World(papers=list(named.values())), tmp_path / "store.db", START, LETTERS, limit=1)

    assert sorted(ends(tmp_path / "store.db", named).values()) == ["new", "not_reached", "not_reached"]
    assert rows(tmp_path / "store.db", "select reason from crawl_ends") == [("limit",)]
    counted(result)


@needs(RECALLS)
def test_an_address_that_two_documents_claim_is_asked_for_once(tmp_path: Path) -> None:
    first, *_ = papers(RECALLS)
    world = World(papers=[first, replace(first, number=first.number + 500)])

    result = crawl(world, tmp_path / "store.db", START, RECALLS)

    assert world.urls().count(url_of(first)) == 1
    assert result.run(RECALLS)["outcomes"]["duplicate_request"] == 1
    counted(result)


def test_every_outcome_is_shown_by_one_of_these_tests() -> None:
    shown = Path(__file__).read_text("utf-8") + Path(__file__).with_name("test_engine.py").read_text("utf-8")

    assert [outcome.value for outcome in Outcome if f'"{outcome.value}"' not in shown] == []


def counted(*results: Result) -> None:
    """Each outcome stands in the part of the sum that it belongs to."""
    for result in results:
        for run in result.runs:
            for part, those in PARTS.items():
                assert run[part] == sum(run["outcomes"].get(outcome, 0) for outcome in those), (part, run)


def _without_text(body: bytes) -> bytes:
    start = body.rindex(b"<hr>") + 4
    return body[:start] + body[body.index(b"<!--BEGIN QUALTRICS", start) :]


def _with_etag(url: str):
    """One page of the site has validators."""
    from exowatch.demo.answer import WorldAnswer

    def fault(asked, answering):
        given = answering()
        if asked.url != url:
            return given
        if asked.headers.get("if-none-match") == '"whole"':
            return WorldAnswer(304, {"ETag": '"whole"'})
        return WorldAnswer(given.status, {**given.headers, "ETag": '"whole"'}, given.body)

    return fault
