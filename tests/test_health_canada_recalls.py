"""Health Canada recalls: two files of rows, two layouts of pages, and numbers that addresses do not say."""

import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler import guards
from crawler.pages import LayoutError
from crawler.source import Found, ListPage, ListRequest, read
from crawler.spider import one_document
from crawler.spiders.health_canada_recalls import DATA, EDITIONS, SEARCH, SITE, HealthCanadaRecalls, node
from exowatch.importing import import_warc
from exowatch.wiring import owner_of
from store import lookup
from store.archive import Answer
from store.database import Store
from store.derivation import Derivation
from store.records import Material, Outcome, Part, Reading
from store.rules import Rules
from tests.test_pages import PAGES

CASES = PAGES / "health_canada_recalls"
CURRENT = CASES / "notice-current-layout" / "page.html"
OLD = CASES / "notice-old-layout-french" / "page.html"
SLUG = f"{SITE}/en/alert-recall/brackenfold-night-serum-unauthorized"
ENGLISH, FRENCH = EDITIONS
MOMENT = datetime(2025, 6, 12, 3, tzinfo=UTC)

RECORDINGS = Path(__file__).parents[2] / "shared" / "recordings" / "canada" / "recalls-rappels"
recorded = pytest.mark.skipif(
    not RECORDINGS.exists(), reason="the recorded pages are not beside this project (shared/recordings)"
)


def answer(url: str, body: bytes, final_url: str = "") -> Answer:
    redirects = (final_url,) if final_url else ()
    headers = (("Content-Type", "text/html; charset=UTF-8"),)
    return Answer(url, final_url or url, 200, headers, body, MOMENT, redirects)


def file_of(rows: Any, edition: Any = ENGLISH, source: HealthCanadaRecalls | None = None) -> ListPage:
    body = rows if isinstance(rows, bytes) else json.dumps(rows, ensure_ascii=False).encode()
    return (source or HealthCanadaRecalls()).read_list(ListRequest(edition.url), answer(edition.url, body))


def row(**changed: Any) -> dict[str, Any]:
    """A row of the English file, in which some of our names stand for other values."""
    plain = {
        "nid": "90010",
        "title": "Sample pump",
        "url": f"{SITE}/en/alert-recall/sample-pump",
        "organization": "Medical devices",
        "product": "Pump",
        "issue": "Performance",
        "category": "Cardiology",
        "recall_class": "Type II",
        "updated": "2025-01-01",
        "archived": "0",
    }
    said = {**plain, **changed}
    return {theirs: said.get(ours, "") for theirs, ours in ENGLISH.columns.items()}


def only(page: ListPage) -> Found:
    (found,) = page.found
    return found


def entry(found: Found) -> Reading:
    assert found.content is not None
    return read(Material("health_canada_recalls", Part.ENTRY, found.url, found.content, "application/json"))


def page(file: Path = CURRENT, url: str = SLUG, **replaced: str) -> Material:
    markup = file.read_text("utf-8")
    for old, new in replaced.items():
        assert old in markup
        markup = markup.replace(old, new)
    return material(markup, url)


def material(markup: str, url: str = SLUG) -> Material:
    return Material("health_canada_recalls", Part.PAGE, url, markup.encode(), "text/html; charset=UTF-8")


def another(file: Path, old: str, new: str, url: str = SLUG) -> Material:
    markup = file.read_text("utf-8")
    assert old in markup
    return material(markup.replace(old, new), url)


# Rows


def test_both_files_are_asked_for_then_the_search() -> None:
    asked = HealthCanadaRecalls({"search": ["exosome"]}).lists()

    assert [(request.net, request.optional, request.url) for request in asked] == [
        ("list", False, f"{DATA}/HCRSAMOpenData.json"),
        ("list", False, f"{DATA}/SCRSAMDonneesOuvertes.json"),
        ("search", True, f"{SEARCH}?search_api_fulltext=exosome&page=0"),
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "read_as"),
    [
        ("title", "  Sample pump ", "Sample pump"),
        ("title", "\u200b\u200bSample \u200bpump", "Sample pump"),
        ("title", "Cream &amp; gel&nbsp;(30 mL)", "Cream & gel (30 mL)"),
        ("product", None, None),
        ("updated", None, None),
        ("recall_class", "--", None),
        ("recall_class", "", None),
        ("recall_class", "Type I - Type II", "Type I - Type II"),
        ("archived", "0", None),
        ("archived", "1", "yes"),
    ],
)
def test_a_value_is_kept_as_a_person_reads_it(ours: str, theirs: str | None, read_as: str | None) -> None:
    found = only(file_of([row(**{ours: theirs})]))

    assert json.loads(found.content or b"").get(ours) == read_as


@pytest.mark.parametrize(
    ("stated", "address"),
    [
        (f"{SITE}/en/alert-recall/sample-pump-0", f"{SITE}/en/alert-recall/sample-pump-0"),
        ("/en/alert-recall/sample-pump", f"{SITE}/en/alert-recall/sample-pump"),
        (f"{SITE}/en/node/90010", f"{SITE}/en/node/90010"),
        (f"{SITE}/fr/avis-rappel/pompe", f"{SITE}/en/node/90010"),
        (f"{SITE}/fr/node/90010", f"{SITE}/en/node/90010"),
        (f"{SITE}/en/node/90011", f"{SITE}/en/node/90010"),
        ("https://elsewhere.example/en/alert-recall/sample-pump", f"{SITE}/en/node/90010"),
        ("http://[broken", f"{SITE}/en/node/90010"),
        (None, f"{SITE}/en/node/90010"),
        ("", f"{SITE}/en/node/90010"),
    ],
)
def test_the_page_of_a_row_is_in_its_language_and_on_the_site(stated: str | None, address: str) -> None:
    assert only(file_of([row(url=stated)])).url == address


def test_a_row_that_lacks_some_columns_is_read() -> None:
    whole = row()
    short = {column: value for column, value in row(nid="90011").items() if column not in ("Archived", "Product")}

    assert [found.key for found in file_of([whole, short]).found] == ["90010/en", "90011/en"]


def test_a_further_column_does_not_stop_the_reading() -> None:
    assert only(file_of([{**row(), "First published": "2025-01-01"}])).key == "90010/en"


def test_both_languages_of_a_notice_are_two_documents_and_one_pair() -> None:
    english = only(file_of([row()]))
    french = {theirs: row().get(theirs, "") for theirs in FRENCH.columns}
    other = only(file_of([{**french, "URL": f"{SITE}/fr/avis-rappel/pompe"}], FRENCH))

    assert (english.key, other.key) == ("90010/en", "90010/fr")
    assert (entry(english).pair, entry(other).pair) == (node("90010", "fr"), node("90010", "en"))
    assert (entry(english).language, entry(other).language) == ("en", "fr")


def test_a_date_of_update_makes_the_row_another_and_no_version() -> None:
    old, new = (only(file_of([row(updated=day)])) for day in ("2025-01-01", "2025-01-02"))

    assert old.content != new.content
    assert entry(old).fields == entry(new).fields
    assert entry(new).stamps == {"updated": "2025-01-02"}


@pytest.mark.parametrize("unit", ["CFIA", "ACIA", "TC"])
def test_food_and_vehicles_are_counted_and_not_kept(unit: str) -> None:
    done = file_of([row(), row(nid="90011", organization=unit)])

    assert (done.declared, done.rows, [found.key for found in done.found]) == (2, 2, ["90010/en"])


@pytest.mark.parametrize(
    "unit",
    [
        "Drugs and health products",
        "Marketed health products",
        "Communications and Public Affairs Branch",
        "Medical devices",
        "Consumer product safety",
        "Controlled substances and cannabis",
        "HC",
        "Médicaments et produits de santé",
        "Direction générale des communications et des affaires publiques",
        "SC",
        "A unit that nobody has heard of yet",
    ],
)
def test_every_unit_that_may_speak_of_a_health_product_is_kept(unit: str) -> None:
    assert entry(only(file_of([row(organization=unit)]))).fields["organization"] == unit


def test_likely_notices_are_read_first_and_archived_ones_last() -> None:
    rows = {
        "exosomes": row(title="Vial of exosomes"),
        "archived exosomes": row(product="Exosome serum", archived="1"),
        "seized": row(title="Unauthorized products seized"),
        "seized by others": row(title="Unauthorized lamp", organization="Consumer product safety"),
        "pump": row(),
        "lamp": row(organization="Consumer product safety"),
        "archived seizure": row(title="Produits injectables saisis", archived="1"),
        "archived pump": row(archived="1"),
    }
    ranks = {name: only(file_of([said])).rank for name, said in rows.items()}

    assert sorted(ranks, key=lambda name: ranks[name]) == list(rows)
    assert len(set(ranks.values())) == len(rows)


def test_words_of_the_configuration_decide_what_is_likely() -> None:
    source = HealthCanadaRecalls({"words": ["pump"], "likely": []})

    ranks = [
        only(file_of([row(title=title, product="")], source=source)).rank for title in ("Pumps", "Exosomes seized")
    ]

    assert ranks == [0, 4]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<!DOCTYPE html><title>Sorry</title>", "'<!DOCTYPE html><title>Sorry</title>' where [ is expected"),
        (b'[{"NID": "1", "Title": "cut o', "Unterminated string"),
        (b'[{"NID": "1"', "not the list of notices"),
        (json.dumps([row()]).encode()[:-1], "it breaks off where , or ] is expected"),
        (json.dumps([row()]).encode() + b"]", "']' where the end is expected"),
        (b'[{"NID": "\xff"}]', "not the list of notices"),
        (b'[{"NID": ' + b"[" * 100_000, "not the list of notices"),
        (b"", "it breaks off where [ is expected"),
        ([], "a list of 0 notices, expected some"),
        (b"null", "'null' where [ is expected"),
        ([[row()]], "where { or ] is expected"),
        (["row"], "where { or ] is expected"),
        ({"rows": [row()]}, "where [ is expected"),
        ([row(nid="")], "NID '', expected a number"),
        ([row(nid="RA-1")], "NID 'RA-1', expected a number"),
        ([row(title={"a": "b"})], "'Title' is {'a': 'b'}, expected text or null"),
        ([row(title=["a"])], "'Title' is ['a'], expected text or null"),
        ([row(nid=90010)], "'NID' is 90010, expected text or null"),
        ([row(archived="maybe")], "notice 90010 with 'maybe' for archived, expected '0' or '1'"),
    ],
)
def test_a_file_in_another_form_is_refused_by_name(content: Any, said: str) -> None:
    with pytest.raises(LayoutError) as refused:
        file_of(content)

    assert said in str(refused.value)
    assert ENGLISH.url in str(refused.value)


def test_a_file_is_read_in_pieces_wherever_they_end(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(nid=str(90010 + n), title=f"Crème « {n} » \u200b") for n in range(3)]
    body = b"\xef\xbb\xbf" + json.dumps(rows, ensure_ascii=False, indent=1).encode()
    whole = file_of(body)

    for size in (1, 2, 3, 7, 64):
        monkeypatch.setattr("crawler.spiders.health_canada_recalls._PIECE", size)
        assert file_of(body) == whole

    assert len(whole.found) == 3


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.language)
def test_a_column_that_is_gone_from_every_row_is_missed(edition: Any) -> None:
    said = {**dict.fromkeys(edition.columns, ""), "NID": "90010", "Organization": "HC"}
    for column in edition.columns.keys() - {"NID"}:
        rest = {name: value for name, value in said.items() if name != column}

        with pytest.raises(LayoutError, match="columns were renamed") as refused:
            file_of([rest, rest], edition)

        assert repr(column) in str(refused.value)


# The search


def cards(*addresses: str, count: str = "") -> bytes:
    """A page of the search's answer in the site's markup."""
    shown = "".join(
        f'<div class="views-row"><span class="homepage-recent"><a href="{address}">A notice</a></span>'
        '<span class="ar-type">Alert|Public advisory | 2025-06-11</span></div>'
        for address in addresses
    )
    form = '<form><input name="search_api_fulltext" value="exosome"></form>'
    return f"<!DOCTYPE html><html lang=en><body><main>{form}<div>{count}</div>{shown}</main></body></html>".encode()


def searched(source: HealthCanadaRecalls, request: ListRequest, body: bytes) -> ListPage:
    return source.read_list(request, answer(request.url, body))


def test_a_notice_found_by_search_is_known_by_the_address_in_the_file() -> None:
    source = HealthCanadaRecalls({"search": ["exosome"]})
    file_of([row()], source=source)
    body = cards("/en/alert-recall/sample-pump", "/en/node/90077", "/en/alert-recall/sample-beans", "http://[broken")

    done = searched(source, source.lists()[2], body)

    assert [(found.key, found.rank, found.content) for found in done.found] == [
        ("90010/en", 0, None),
        ("90077/en", 0, None),
    ]
    assert (done.rows, done.more, done.declared) == (4, (), None)


def test_a_search_is_read_to_its_end() -> None:
    source = HealthCanadaRecalls({"search": ["exosome"]})
    first = source.lists()[2]

    done = searched(source, first, cards("/en/node/1", "/en/node/2", count="Displaying 1 - 2 of 3 items."))
    (second,) = done.more
    end = searched(source, second, cards("/en/node/3", count="Displaying 3 - 3 of 3 items."))

    assert second.url == f"{SEARCH}?search_api_fulltext=exosome&page=1"
    assert (second.optional, second.net, end.more) == (True, "search", ())


def test_a_search_without_a_hit_is_an_answer() -> None:
    source = HealthCanadaRecalls({"search": ["exosome"]})

    done = searched(source, source.lists()[2], cards())

    assert (done.found, done.more, done.rows) == ((), (), 0)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<!DOCTYPE html><title>Sorry</title>", "not the search"),
        (cards("/en/node/1").replace(b"homepage-recent", b"recent"), "1 cards without 'span.homepage-recent a'"),
    ],
)
def test_a_search_in_another_form_is_refused_by_name(body: bytes, said: str) -> None:
    source = HealthCanadaRecalls({"search": ["exosome"]})

    with pytest.raises(LayoutError, match=said):
        searched(source, source.lists()[2], body)


# Addresses and numbers


@pytest.mark.parametrize(
    ("url", "key", "owned"),
    [
        (f"{SITE}/en/node/90001", "90001/en", True),
        (f"{SITE}/fr/node/90001", "90001/fr", True),
        (SLUG, None, True),
        (f"{SITE}/fr/avis-rappel/serum-nuit", None, True),
        (f"{SITE}/en", None, False),
        (f"{SITE}/en/search/site", None, False),
        (f"{SITE}/en/alert-recall/", None, False),
        ("https://example.org/en/node/90001", None, False),
        ("https://example.org/en/alert-recall/sample", None, False),
    ],
)
def test_a_slug_is_ours_though_it_says_no_number(url: str, key: str | None, owned: bool) -> None:
    source = HealthCanadaRecalls()

    assert (source.key(url), source.owns(url)) == (key, owned)


def test_the_redirect_from_a_number_to_its_slug_is_the_notice() -> None:
    led = answer(f"{SITE}/en/node/90001", CURRENT.read_bytes(), final_url=SLUG)

    assert guards.judge(HealthCanadaRecalls(), Part.PAGE, led) is None


def test_a_redirect_to_the_home_page_is_no_notice() -> None:
    led = answer(f"{SITE}/en/node/90001", CURRENT.read_bytes(), final_url=f"{SITE}/en")

    verdict = guards.judge(HealthCanadaRecalls(), Part.PAGE, led)

    assert verdict is not None
    assert (verdict.outcome, verdict.guard) == (Outcome.SOFT_ERROR, "another_page")


def test_a_page_says_its_number_itself() -> None:
    source = HealthCanadaRecalls()
    french = f"{SITE}/fr/avis-rappel/produits-saisis"
    settings = "currentPath"

    assert source.key_of(page()) == "90001/en"  # by its identification number
    assert source.key_of(page(OLD, french)) == "60001/fr"  # by its settings, since RA-66001 is its old number
    assert source.key_of(page(OLD, french, **{settings: "path"})) is None
    assert source.key_of(page(OLD, node("60001", "fr"), **{settings: "path"})) == "60001/fr"
    assert source.key_of(material("<main><h1 id=wb-cont>Home</h1></main>")) is None


def test_an_imported_page_takes_its_place_by_number(tmp_path: Path) -> None:
    database = tmp_path / "store.db"
    stranger = another(OLD, "currentPath", "path", f"{SITE}/fr/avis-rappel/produits-saisis")
    file = warc(tmp_path / "saved.warc.gz", [page(), stranger])

    with Store(database) as store:
        done = import_warc(database, store, Derivation(store, read, Rules()), [file])
        names = [document.id for document in lookup.documents(store, everything=True)]
        said = [issue.message for crawl in done.crawls for issue in lookup.run(store, crawl).issues]
        again = one_document(store, HealthCanadaRecalls(), SLUG)

    assert names == ["health_canada_recalls:90001/en"]
    assert any("they do not say which document they are" in message for message in said)
    assert again == Found("90001/en", SLUG)
    assert owner_of(SLUG) == "health_canada_recalls"


def test_a_table_that_grows_with_a_new_date_of_update_is_believed_at_once(tmp_path: Path) -> None:
    database = tmp_path / "store.db"
    grown = another(CURRENT, "</tbody>", "<tr><td>Another vial</td><td>9</td></tr>" * 200 + "</tbody>")
    dated = material(grown.body.decode().replace("2025-06-11", "2025-06-13"))

    with Store(database) as store:
        derivation = Derivation(store, read, Rules())
        for number, pages in enumerate([[page()], [dated]]):
            import_warc(database, store, derivation, [warc(tmp_path / f"{number}.warc.gz", pages, day=12 + number)])
        seen = lookup.versions(store, "health_canada_recalls:90001/en")

    assert [version.first_seen.day for version in seen] == [12, 13]


def warc(path: Path, pages: Iterable[Material], day: int = 12) -> Path:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for one in pages:
            headers = StatusAndHeaders("200 OK", [("Content-Type", one.content_type)], protocol="HTTP/1.1")
            dated = {"WARC-Date": f"2025-06-{day:02}T03:00:00Z"}
            record = writer.create_warc_record(
                one.url, "response", payload=BytesIO(one.body), http_headers=headers, warc_headers_dict=dated
            )
            writer.write_record(record)
    return path


# Pages


@pytest.mark.parametrize(
    ("file", "landmark", "renamed", "said"),
    [
        (CURRENT, "main", "section", "0 matches for 'main', expected one"),
        (CURRENT, 'id="wb-cont"', 'id="title"', "0 matches for 'h1#wb-cont', expected one"),
        (CURRENT, "ar-section", "section", "neither '.ar-section' nor '.recall-alert-body'"),
        (OLD, "recall-alert-body", "body", "neither '.ar-section' nor '.recall-alert-body'"),
        (OLD, "  Produits saisis chez Pennywhistle\n", "", "an empty 'h1#wb-cont', expected the title"),
    ],
)
def test_a_page_without_its_landmark_is_refused_by_name(file: Path, landmark: str, renamed: str, said: str) -> None:
    with pytest.raises(LayoutError) as refused:
        read(another(file, landmark, renamed))

    assert said in str(refused.value)
    assert SLUG in str(refused.value)


def test_banner_facets_and_dates_of_the_page_are_no_text() -> None:
    current, old = read(page()).text, read(page(OLD)).text

    assert "Tallowmere" not in current
    assert "2025-06-11" not in current
    assert "menu" not in current
    assert "archivée" not in old


def test_the_banner_alone_is_a_change_of_fields() -> None:
    brands = '<details class="ar-brand-details">'
    plain = read(page())

    archived = read(another(CURRENT, brands, f'<div id="block-archived"></div>{brands}'))

    assert archived.text == plain.text
    assert archived.fields == {**plain.fields, "archived": "yes"}


def test_a_section_within_a_section_is_read_once() -> None:
    nested = another(CURRENT, "<p>The products", '<div class="ar-section"><p>The products').body.decode()

    assert read(material(nested)).text.count("The products were seized") == 1


def test_an_old_page_without_a_posting_date_is_dated_by_its_start() -> None:
    reading = read(another(OLD, "Date d’affichage", "Date inconnue"))

    assert (reading.published, reading.published_basis) == ("2018-03-06", "issued")


def test_english_labels_of_the_old_layout() -> None:
    markup = """<html lang="en"><body><main><div id="wb-cont-nav">Advisory</div><h1 id="wb-cont">Sample</h1>
    <div class="recall-alert-body"><dl id="awr_details_header_container">
    <dt>Starting date:</dt><dd>March 6, 2018</dd><dt>Posting date:</dt><dd>March 7, 2018</dd>
    <dt>Type of communication:</dt><dd>Advisory</dd><dt>Subcategory:</dt><dd>Drugs</dd>
    <dt>Hazard classification:</dt><dd>Type II</dd><dt>Source of recall:</dt><dd>Health Canada</dd>
    <dt>Issue:</dt><dd>Unauthorized products</dd><dt>Audience:</dt><dd>General Public</dd>
    <dt>Identification number:</dt><dd>RA-66001</dd></dl><p>Text.</p></div></main></body></html>"""

    reading = read(material(markup, node("60001", "en")))

    assert reading.fields == {
        "nid": "60001",
        "ra_number": "RA-66001",
        "kind": "Advisory",
        "organization": "Health Canada",
        "issue": "Unauthorized products",
        "category": "Drugs",
        "recall_class": "Type II",
        "audience": "General Public",
        "published": "2018-03-07",
    }


# Pages and rows as recorded


@recorded
@pytest.mark.recordings
@pytest.mark.parametrize(
    ("file", "edition", "rows", "kept"),
    [("hcrsam.en.rows.json", ENGLISH, 14, 9), ("hcrsam.fr.rows.json", FRENCH, 2, 0)],
)
def test_recorded_rows_are_read_without_loss(file: str, edition: Any, rows: int, kept: int) -> None:
    body = (RECORDINGS / file).read_bytes()
    done = file_of(body, edition)

    assert (done.declared, done.rows, len(done.found)) == (rows, rows, kept)
    for found in done.found:
        told = next(row for row in json.loads(body) if row["NID"] == found.key.partition("/")[0])
        words = {word for column, ours in edition.columns.items() if ours for word in (told.get(column) or "").split()}
        held = f"{found.content!r} {json.loads(found.content or b'')} {found.url} 0 --"
        assert {word for word in words if word.strip("\u200b") not in held} == set()


@recorded
@pytest.mark.recordings
def test_recorded_units_without_health_products_are_read_too_when_they_are_kept() -> None:
    body = (RECORDINGS / "hcrsam.fr.rows.json").read_text("utf-8").replace("ACIA", "SC")
    found = file_of(body.encode(), FRENCH).found

    assert [one.url for one in found] == [f"{SITE}/fr/avis-rappel/82667", f"{SITE}/fr/node/44621"]
    assert [entry(one).title for one in found] == [
        "Rappel de gourganes grillées de marque Go! Beanz en raison de la présence non déclarée de lait",
        "Présence possible de la bactérie E. coli O157:H7 dans divers produits de BŒUF HACHÉ",
    ]
    assert [entry(one).fields.get("archived", "") for one in found] == ["", "yes"]


@recorded
@pytest.mark.recordings
def test_the_recorded_page_in_the_present_layout() -> None:
    markup = (RECORDINGS / "detail.current-layout.82667.en.trimmed.html").read_text("utf-8")
    reading = read(material(markup, f"{SITE}/en/alert-recall/go-beanz"))

    assert dict(reading.fields) == {
        "nid": "82667",
        "ra_number": "RA-82667",
        "kind": "Notification",
        "organization": "Canadian Food Inspection Agency",
        "product": "Roasted Broadbeans (Ketchup and Salt & Pepper flavors)",
        "brand": "Go! Beanz",
        "issue": "Food - Allergen - Milk",
        "category": "Food - Candy, confectionary, snacks and sweeteners",
        "recall_class": "Class 3",
        "published": "2026-09-25",
    }
    assert reading.stamps == {"updated": "2026-09-24"}
    assert "Go! Beanz | Roasted Broadbeans Ketchup | Best before: JUN/14/2028 LOT: JSCA26005" in reading.text
    assert (reading.number, reading.language, reading.pair) == ("RA-82667", "en", node("82667", "fr"))


@recorded
@pytest.mark.recordings
def test_the_recorded_page_in_the_old_layout() -> None:
    markup = (RECORDINGS / "detail.legacy-layout.48704.fr.trimmed.html").read_text("utf-8")
    reading = read(material(markup, node("48704", "fr")))

    assert dict(reading.fields) == {
        "nid": "48704",
        "kind": "Notification",
        "organization": "Agence Canadienne d'Inspection des Aliments",
        "recall_class": "Classe 2",
        "archived": "yes",
        "published": "2011-12-30",
    }
    assert "Safie's | 0 41798 00145 9" in reading.text
    assert (reading.number, reading.language, reading.pair) == ("48704", "fr", node("48704", "en"))


@recorded
@pytest.mark.recordings
def test_both_recorded_forms_of_the_table_read_alike() -> None:
    tables = (RECORDINGS / "affected-products.two-table-vintages.en.fragments.html").read_text("utf-8")
    markup = f'<main><h1 id="wb-cont">Sample</h1><section class="ar-section">{tables}</section></main>'
    reading = read(material(markup))

    assert [(block.kind, block.text) for block in reading.blocks] == [
        ("row", "Product | DIN | Lot | Expiry"),
        ("row", "Novo-Gesic Forte 500 mg (acetaminophen) | 00482323 | 100083040 | January 31, 2029"),
        ("row", "Brand | Product Name | Manufacturer | Lot Number"),
        ("row", "Platinum Naturals Ltd. | Easymulti Stress (Men) | Platinum Naturals Inc. | 737, 737A, 737B, 737C"),
    ]


# Size

BOTH_FILES = """
import json, sys
from datetime import datetime, timezone
from crawler.source import ListRequest
from crawler.spiders.health_canada_recalls import EDITIONS, HealthCanadaRecalls
from store.archive import Answer
source, kept = HealthCanadaRecalls(), []
for edition, file in zip(EDITIONS, sys.argv[1:], strict=True):
    body = open(file, "rb").read()
    answer = Answer(edition.url, edition.url, 200, (), body, datetime.now(timezone.utc))
    kept.append(source.read_list(ListRequest(edition.url), answer))
    del body, answer
# Not `ru_maxrss`: that one remembers the process which started this one.
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([[page.rows for page in kept], peak]))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is counted in other units elsewhere")
def test_both_files_together_stay_under_250_mb(tmp_path: Path) -> None:
    files = []
    for edition in EDITIONS:
        said = {theirs: f"é\u2019 {theirs} " * 4 for theirs in edition.columns}
        rows = [
            {**said, "NID": str(n), "URL": node(str(n), edition.language), "Archivé": "0", "Archived": "0"}
            for n in range(34_000)
        ]
        files.append(tmp_path / f"{edition.language}.json")
        files[-1].write_text(json.dumps(rows, ensure_ascii=False), "utf-8")

    done = subprocess.run(
        [sys.executable, "-c", BOTH_FILES, *map(str, files)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    counted, peak = json.loads(done.stdout)

    assert counted == [34_000, 34_000]
    assert peak < 250 * 1024
