"""FDA safety pages: what proves a page, which date counts, and which of its links are followed."""

import tomllib
from pathlib import Path

import pytest

from crawler.pages import LayoutError
from crawler.source import Found
from crawler.spiders.fda_safety import SITE, UNTITLED_LETTERS, FdaSafety
from store.records import Material, Part
from tests.test_pages import PAGES

NOTIFICATION = PAGES / "fda_safety" / "notification" / "page.html"
ADDRESS = f"{SITE}/vaccines-blood-biologics/safety-availability-biologics/sample-notification-vesicle-products"
KEY = ADDRESS.removeprefix(SITE)


def page(markup: str | None = None, url: str = ADDRESS) -> Material:
    body = NOTIFICATION.read_bytes() if markup is None else markup.encode()
    return Material("fda_safety", Part.PAGE, url, body, "text/html; charset=UTF-8")


def beginning(line: str) -> Material:
    """The notification with another first line."""
    markup = NOTIFICATION.read_text("utf-8")
    return page(markup.replace("<strong>Date Issued:</strong> July 22, 2020", line))


def test_a_watched_page_leads_to_likely_pages_within_the_fence() -> None:
    source = FdaSafety()
    material = page()

    found = source.children(Found(KEY, ADDRESS, rank=0), source.read(material), material)

    assert [(child.key, child.url, child.rank) for child in found] == [
        (path, f"{SITE}{path}", 1)
        for path in (
            "/vaccines-blood-biologics/consumers-biologics/sample-consumer-alert-stem-cells",
            "/consumers/sample-page",
        )
    ]


@pytest.mark.parametrize("rank", [1, 5])
def test_what_a_linked_page_links_to_is_not_followed(rank: int) -> None:
    source = FdaSafety()
    material = page()

    found = source.children(Found(KEY, ADDRESS, rank=rank), source.read(material), material)

    assert list(found) == []


def test_a_page_does_not_lead_to_itself() -> None:
    source = FdaSafety()
    material = page(NOTIFICATION.read_text("utf-8").replace("/consumers/sample-page", KEY))

    found = source.children(Found(KEY, ADDRESS, rank=0), source.read(material), material)

    assert KEY not in {child.key for child in found}


def test_words_of_the_configuration_decide_what_is_likely() -> None:
    source = FdaSafety({"words": ["weather"]})
    material = page()

    found = source.children(Found(KEY, ADDRESS, rank=0), source.read(material), material)

    assert [child.key for child in found] == ["/consumers/sample-weather"]


def test_the_watch_list_is_read_first() -> None:
    watch = [{"url": ADDRESS, "reason": "a sample"}, {"url": f"{SITE}/media/1/download", "reason": "no page of ours"}]

    assert list(FdaSafety({"watch": watch}).watched()) == [Found(KEY, ADDRESS, rank=0)]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (ADDRESS, KEY),
        (f"{ADDRESS}/", KEY),
        (f"{SITE}{UNTITLED_LETTERS}", UNTITLED_LETTERS),
        (f"{SITE}/consumers/sample", "/consumers/sample"),
        (f"{SITE}/inspections-compliance-enforcement-and-criminal-investigations/warning-letters/sample", None),
        (f"{SITE}/regulatory-information/search-fda-guidance-documents/sample", None),
        (f"{SITE}/media/999999/download", None),
        (f"https://example.org{KEY}", None),
    ],
)
def test_the_key_is_the_path_within_the_fence(url: str, key: str | None) -> None:
    assert FdaSafety().key(url) == key


@pytest.mark.parametrize(
    ("line", "issued"),
    [
        ("[Posted 12/06/2019]", "2019-12-06"),
        ("December 6, 2019", "2019-12-06"),
        ("Issued: 6 December 2019", "2019-12-06"),
        ("Date Issued: Winter 2019", ""),
        ("On December 6, 2019 FDA learned of events.", ""),
        ("Posted 13/13/2019", ""),
    ],
)
def test_a_date_of_issue_is_a_line_of_its_own(line: str, issued: str) -> None:
    assert FdaSafety().read(beginning(line)).fields.get("issued", "") == issued


@pytest.mark.parametrize(
    ("landmark", "renamed", "said"),
    [
        ('id="main-content"', 'id="content"', "0 matches for '#main-content', expected one"),
        ("content-title", "page-title", "0 matches for 'h1.content-title', expected one"),
        ("Sample Notification on Vesicle Products\n", "\n", "an empty 'h1.content-title', expected the title"),
        ('role="main"', 'class="main"', "0 matches for 'div[role=main]', expected one"),
    ],
)
def test_a_page_without_its_landmark_is_refused_by_name(landmark: str, renamed: str, said: str) -> None:
    markup = NOTIFICATION.read_text("utf-8")
    assert landmark in markup

    with pytest.raises(LayoutError) as refused:
        FdaSafety().read(page(markup.replace(landmark, renamed)))

    assert said in str(refused.value)
    assert ADDRESS in str(refused.value)


def test_menus_around_the_text_are_no_text() -> None:
    reading = FdaSafety().read(page())

    assert "menu" not in reading.text


def test_no_list_is_asked_for() -> None:
    assert list(FdaSafety().lists()) == []


def test_the_shipped_watch_list_is_within_the_fence() -> None:
    defaults = tomllib.loads((Path(__file__).parents[1] / "exowatch" / "exowatch.toml").read_text("utf-8"))
    options = defaults["sources"]["fda_safety"]

    assert len(FdaSafety(options).watched()) == len(options["watch"]) > 0
    assert all(entry["reason"] for entry in options["watch"])
