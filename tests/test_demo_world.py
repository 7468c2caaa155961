"""The demo's world keeps its story, and its proxy lets nothing else through."""

from __future__ import annotations

import itertools
import json
import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPSConnection, RemoteDisconnected
from urllib.parse import urlencode, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from exowatch.demo import canada_notices, fda_letters, fda_pages, story, world
from exowatch.demo.answer import WorldAnswer
from exowatch.demo.proxy import Proxy
from exowatch.demo.story import STORY, Planted, Role

STATES = (0, 1, 2)
TOPIC = re.compile(r"\bexosom|\bextracellular\s+vesicle|\bvésicules\s+extracellulaires", re.IGNORECASE)
LIST_URL = f"https://www.fda.gov{fda_letters.LIST_PATH}"
SITEMAPS = tuple(
    f"https://www.canada.ca{path}.sitemap.xml" for path in (canada_notices.EN_PROGRAMS, canada_notices.FR_PROGRAMS)
)


def get(state: int, url: str, serial: int = 0) -> WorldAnswer:
    return world.answer(state, "GET", url, {}, b"", serial)


def visible(page: bytes) -> str:
    """The text of the document itself: no menus, asides, stamps or hidden row keys."""
    tree = LexborHTMLParser(page.decode())
    root = tree.css_first("#main-content") or tree.css_first("main")
    assert root is not None
    for node in root.css("nav, aside, script, style, section.pagedetails, span.hidden"):
        node.decompose()
    return " ".join(root.text(separator=" ").replace("\xa0", " ").split())


def first(page: LexborHTMLParser, selector: str) -> LexborNode:
    node = page.css_first(selector)
    assert node is not None, selector
    return node


def rows(state: int, **query: str | int) -> dict[str, object]:
    view = {"view_name": "warning_letter_solr_index", "view_display_id": "warning_letter_solr_block"}
    answer = get(state, f"https://www.fda.gov/datatables/views/ajax?{urlencode({**view, **query})}")
    assert answer.status == 200
    page: dict[str, object] = json.loads(answer.body)
    return page


def companies(page: dict[str, object]) -> list[str]:
    data = page["data"]
    assert isinstance(data, list)
    return [re.sub("<[^>]*>", "", row[2]) for row in data]


def planted(*roles: Role) -> list[Planted]:
    return [one for one in STORY if one.role in roles]


def by_title(one: Planted) -> str:
    return f"{one.role}-{one.title[:30]}"


# The story is what the sites serve


@pytest.mark.parametrize("one", STORY, ids=by_title)
@pytest.mark.parametrize("state", STATES)
def test_a_document_is_served_in_its_states_only(one: Planted, state: int) -> None:
    answer = get(state, one.url)

    if state in one.states:
        assert answer.status == 200
        assert one.title.rpartition(":")[2].strip() in visible(answer.body)
    elif state == story.BLOCKED_STATE and urlsplit(one.url).hostname == story.BLOCKED_HOST:
        assert answer.status == 302
    else:
        assert answer.status == 404


@pytest.mark.parametrize("one", STORY, ids=by_title)
def test_the_topic_stands_in_the_text_of_followed_documents_only(one: Planted) -> None:
    texts = [visible(get(state, one.url).body) for state in sorted(one.states)]

    assert all(bool(TOPIC.search(text)) == one.followed for text in texts)


@pytest.mark.parametrize("one", STORY, ids=by_title)
def test_noise_differs_between_requests_and_the_text_does_not(one: Planted) -> None:
    for state in one.states:
        page, again, other = (get(state, one.url, serial).body for serial in (1, 1, 2))

        assert page == again
        assert page != other
        assert visible(page) == visible(other)


@pytest.mark.parametrize("one", planted(Role.TOPICAL), ids=by_title)
def test_the_text_changes_where_the_story_says_so_and_nowhere_else(one: Planted) -> None:
    revised = {(change.before, change.after): change for change in one.expected if change.kind == "revised"}
    states = sorted(one.states)

    for before, after in itertools.pairwise(states):
        old, new = visible(get(before, one.url, 1).body), visible(get(after, one.url, 2).body)
        change = revised.pop((before, after), None)
        assert (old != new) == (change is not None)
        if change is not None:
            assert all(words in old and words not in new for words in change.removed)
            assert all(words in new and words not in old for words in change.added)
    assert not revised


def test_a_closing_consultation_loses_more_than_half_of_its_words() -> None:
    for notice in (canada_notices.CONSULTATION, canada_notices.CONSULTATION_FR):
        opened, closed = (len(visible(get(state, notice.url).body).split()) for state in (1, 2))
        assert closed < opened / 2


def test_the_stamp_of_one_letter_moves_while_its_text_stays() -> None:
    url = f"https://www.fda.gov{fda_letters.QUILLBANK.path}"

    old, new = (get(state, url).body.decode() for state in (0, 2))

    assert "11/19/2024</time>" in old
    assert "03/19/2025</time>" in new


def test_traps_hold_the_word_where_nobody_reads_it() -> None:
    menu = get(0, f"https://www.fda.gov{fda_letters.COPPERGATE.path}").body.decode()
    link = get(0, f"https://www.fda.gov{fda_letters.TALLOWMERE.path}").body.decode()

    assert "Exosome Products</a>" in menu
    assert "public-safety-notification-exosome-products" in link


# FDA: list, search, block


def test_the_list_page_names_its_view_and_has_no_rows() -> None:
    page = LexborHTMLParser(get(0, LIST_URL).body.decode())

    settings = json.loads(first(page, 'script[data-drupal-selector="drupal-settings-json"]').text())
    (view,) = settings["datatables"].values()

    assert view["ajax"]["data"]["view_name"] == "warning_letter_solr_index"
    assert view["ajax"]["data"]["view_display_id"] == "warning_letter_solr_block"
    assert f"js-view-dom-id-{view['ajax']['data']['view_dom_id']}" in (page.html or "")
    assert page.css("#main-content tbody tr") == []


@pytest.mark.parametrize(("state", "total", "distinct"), [(0, 12, 11), (2, 15, 14)])
def test_the_list_repeats_one_row_and_counts_it(state: int, total: int, distinct: int) -> None:
    page = rows(state, start=0, length=100, draw=7)

    assert page["draw"] == 7
    assert page["recordsTotal"] == page["recordsFiltered"] == len(companies(page)) == total
    assert len(set(companies(page))) == distinct


def test_the_list_is_paged_by_start_and_length() -> None:
    whole = companies(rows(2, start=0, length=100))

    pages = [companies(rows(2, start=start, length=4)) for start in range(0, 16, 4)]

    assert [name for page in pages for name in page] == whole
    assert companies(rows(2)) == whole[:10]


def test_the_list_is_sorted_by_posted_date() -> None:
    data = rows(2, start=0, length=100)["data"]
    assert isinstance(data, list)
    days = [re.sub("<[^>]*>", "", row[0]).strip() for row in data]

    assert days == sorted(days, key=lambda day: day[6:] + day[:5], reverse=True)
    assert all(len(row) == 8 for row in data)


def test_the_search_reads_the_letters_text_and_no_address_or_menu() -> None:
    found = companies(rows(0, search_api_fulltext="exosome"))

    assert sorted(found) == [
        "Fernhollow Cellular Arts, Inc.",
        "Larkspur Vesicle Works LLC",
        "Quillbank Regenerative Clinic",
    ]
    assert "Pinmoor Tissue Co." in companies(rows(0, search_api_fulltext="extracellular vesicle"))


def test_the_close_out_stands_in_the_list_and_on_its_own_page_from_december() -> None:
    def cell(state: int) -> str:
        data = rows(state, start=0, length=100)["data"]
        assert isinstance(data, list)
        (row,) = [row for row in data if "Pinmoor" in row[2]]
        return str(row[6])

    assert cell(0) == ""
    assert "07/11/2025" in cell(2)
    assert fda_letters.PINMOOR.close_out_path in cell(2)
    assert "CLOSEOUT LETTER" in get(2, f"https://www.fda.gov{fda_letters.PINMOOR.close_out_path}").body.decode()


@pytest.mark.parametrize("path", ["/", fda_letters.LIST_PATH, fda_pages.DATA_PATH, fda_letters.LARKSPUR.path])
def test_the_block_redirects_to_a_page_that_does_not_exist(path: str) -> None:
    answer = get(1, f"https://www.fda.gov{path}")
    apology = get(1, f"https://www.fda.gov{answer.headers['Location']}")

    assert (answer.status, answer.headers["Location"]) == (302, "/apology_objects/abuse-detection-apology.html")
    assert (apology.status, apology.body) == (404, b"Not found\n")


def test_robots_txt_is_outside_the_block() -> None:
    answers = [get(state, "https://www.fda.gov/robots.txt") for state in STATES]

    assert all(answer.status == 200 and b"crawl-delay" not in answer.body.lower() for answer in answers)


def test_an_unknown_fda_page_is_a_404_in_the_sites_own_markup() -> None:
    answer = get(0, "https://www.fda.gov/nowhere")

    assert answer.status == 404
    assert "drupal-settings-json" in answer.body.decode()


# Health Canada: sitemaps, pairs, template, news


@pytest.mark.parametrize("state", STATES)
def test_the_sitemaps_list_what_is_served(state: int) -> None:
    text = "".join(get(state, url).body.decode() for url in SITEMAPS)

    locations = set(re.findall("<loc>(.*?)</loc>", text))

    assert locations == {notice.url for notice in canada_notices.served(state)}
    assert all(get(state, url).status == 200 for url in locations)


def test_language_pairs_point_at_each_other() -> None:
    for notice in canada_notices.NOTICES:
        page = LexborHTMLParser(get(max(notice.states) if 2 in notice.states else 0, notice.url).body.decode())
        others = [a.attributes["href"] for a in page.css("link[rel=alternate]") if a.attributes["href"] != notice.url]
        twins = [other for other in canada_notices.NOTICES if other.pair == notice.path]
        assert others == [twin.url for twin in twins]


def test_both_forms_of_the_modified_date_occur() -> None:
    old, new = (LexborHTMLParser(get(state, canada_notices.QUESTIONS.url).body.decode()) for state in (0, 2))

    assert first(old, "dl#wb-dtmd time[property=dateModified]").text() == "2024-01-09"
    assert first(new, "section.pagedetails gcds-date-modified").text(strip=True) == "2024-01-09"


def test_a_missing_canada_page_is_a_404_in_its_language() -> None:
    english, french = (get(0, f"https://www.canada.ca/{path}.html") for path in ("en/x", "fr/x"))

    assert (english.status, french.status) == (404, 404)
    assert b"Error 404" in english.body
    assert b"Erreur 404" in french.body


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_news_speak_of_the_consultation_from_august(language: str) -> None:
    url = (
        f"https://api.io.canada.ca/io-server/gc/news/{language}/v2?dept=departmentofhealth&publishedDate%3E=2025-01-01"
    )

    entries = [json.loads(get(state, url).body)["feed"]["entry"] for state in STATES]

    assert [sum("exosome" in entry["title"] for entry in one) for one in entries] == [0, 1, 1]
    assert all(get(2, entry["link"]).status == 200 for one in entries for entry in one)
    assert get(0, "https://api.io.canada.ca/robots.txt").status == 404


def test_a_host_outside_the_world_is_a_bad_gateway() -> None:
    assert get(0, "https://recalls-rappels.canada.ca/en").status == 502


# The proxy


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    def handler(method: str, url: str, headers: object, body: bytes) -> WorldAnswer:
        if url.endswith("/fails"):
            raise ValueError(url)
        return WorldAnswer(200, {"Content-Type": "text/plain"}, f"{method} {url} ".encode() + body)

    with Proxy(handler, hosts={"www.fda.gov", "www.canada.ca"}) as running:
        yield running


def client(proxy: Proxy) -> urllib.request.OpenerDirector:
    trusted = ssl.create_default_context(cafile=proxy.ca_file)
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({"http": proxy.url, "https": proxy.url}),
        urllib.request.HTTPSHandler(context=trusted),
    )


def tunnel(proxy: Proxy, host: str) -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", urlsplit(proxy.url).port or 0), timeout=5)
    opened.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
    assert opened.recv(1000).startswith(b"HTTP/1.1 200 ")
    return opened


def test_the_proxy_answers_https_and_http_and_remembers(proxy: Proxy) -> None:
    secure = client(proxy).open("https://www.fda.gov/a?b=1").read()
    plain = client(proxy).open("http://www.canada.ca/c", data=b"form").read()

    assert (secure, plain) == (b"GET https://www.fda.gov/a?b=1 ", b"POST http://www.canada.ca/c form")
    assert [(seen.method, seen.url, seen.body) for seen in proxy.requests] == [
        ("GET", "https://www.fda.gov/a?b=1", b""),
        ("POST", "http://www.canada.ca/c", b"form"),
    ]


def test_one_tunnel_serves_many_requests(proxy: Proxy) -> None:
    connection = HTTPSConnection(
        "127.0.0.1", urlsplit(proxy.url).port, context=ssl.create_default_context(cafile=proxy.ca_file), timeout=5
    )
    connection.set_tunnel("www.fda.gov", 443)

    bodies = []
    for number in range(20):
        connection.request("POST", f"/{number}", body=b"x" * number)
        bodies.append(connection.getresponse().read())
    connection.close()

    assert bodies == [f"POST https://www.fda.gov/{n} {'x' * n}".encode() for n in range(20)]


def test_an_unknown_host_is_a_bad_gateway_before_any_tls(proxy: Proxy) -> None:
    with pytest.raises(OSError, match="502"):
        client(proxy).open("https://elsewhere.example/")
    with pytest.raises(urllib.error.HTTPError, match="502"):
        client(proxy).open("http://elsewhere.example/")

    assert proxy.requests == []
    assert proxy.refused == ["elsewhere.example", "elsewhere.example"]


def test_a_certificate_for_another_host_is_refused(proxy: Proxy) -> None:
    trusted = ssl.create_default_context(cafile=proxy.ca_file)

    with tunnel(proxy, "www.fda.gov") as opened, pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        trusted.wrap_socket(opened, server_hostname="www.canada.ca")


def test_nobody_else_trusts_the_runs_authority(proxy: Proxy) -> None:
    with tunnel(proxy, "www.fda.gov") as opened, pytest.raises(ssl.SSLCertVerificationError, match="verify failed"):
        ssl.create_default_context().wrap_socket(opened, server_hostname="www.fda.gov")


def test_the_authority_satisfies_strict_verification(proxy: Proxy) -> None:
    trusted = ssl.create_default_context(cafile=proxy.ca_file)
    trusted.verify_flags |= ssl.VERIFY_X509_STRICT

    with tunnel(proxy, "www.fda.gov") as opened, trusted.wrap_socket(opened, server_hostname="www.fda.gov") as secure:
        assert secure.version() == "TLSv1.3"


def test_a_client_that_goes_away_does_not_end_the_proxy(proxy: Proxy) -> None:
    tunnel(proxy, "www.fda.gov").close()
    with tunnel(proxy, "www.fda.gov") as opened:
        opened.sendall(b"this is not TLS")

    assert client(proxy).open("https://www.fda.gov/still").read() == b"GET https://www.fda.gov/still "


def test_a_failing_handler_is_answered_500_and_kept(proxy: Proxy) -> None:
    with pytest.raises(urllib.error.HTTPError, match="500"):
        client(proxy).open("https://www.fda.gov/fails")

    assert [type(failure) for failure in proxy.failures] == [ValueError]


def test_nothing_answers_after_the_block() -> None:
    with Proxy(lambda *_: WorldAnswer(200)) as proxy:
        connection = HTTPSConnection(
            "127.0.0.1", urlsplit(proxy.url).port, context=ssl.create_default_context(cafile=proxy.ca_file), timeout=5
        )
        connection.set_tunnel("www.fda.gov", 443)
        connection.request("GET", "/")
        connection.getresponse().read()

    def late() -> None:
        connection.request("GET", "/late")
        connection.getresponse()

    with pytest.raises((RemoteDisconnected, OSError)):
        late()
    connection.close()


def test_the_world_can_be_read_through_the_proxy() -> None:
    def handler(method: str, url: str, headers: object, body: bytes) -> WorldAnswer:
        return world.answer(0, method, url, {}, body)

    with Proxy(handler, hosts=world.HOSTS) as proxy:
        page = client(proxy).open(canada_notices.VANISHING.url).read()

    assert "exosome infusions" in visible(page)
