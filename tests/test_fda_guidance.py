"""FDA's list of guidance documents, row by row, and the files that rows and pages name."""

import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.due import Candidate, chosen
from crawler.listing import Tally
from crawler.pages import LayoutError
from crawler.source import Found, ListPage
from crawler.spiders.fda_guidance import DOCUMENTS, INDEX, SITE, FdaGuidance, docket
from store.archive import Answer
from store.records import Material, Part, Reading

SOURCE = FdaGuidance()
NOW = datetime(2026, 2, 18, tzinfo=UTC)
RECORDED = Path(__file__).parents[2] / "shared" / "recordings" / "fda" / "guidance"
recorded = pytest.mark.skipif(not RECORDED.exists(), reason="no recordings beside the project")


def row(**cells: str) -> dict[str, str]:
    """A row as FDA writes it."""
    return {
        "title": f'<a href="{DOCUMENTS}sample-guidance">Sample Guidance: R&amp;D</a>',
        "field_associated_media_2": '<a href="/media/999001/download">PDF (1 MB)<span class="sr-only">of it</span></a>',
        "field_issue_datetime": "01/06/2025",
        "field_issuing_office_taxonomy": "CDER<br><br>CBER",
        "field_health_topics": "",
        "term_node_tid": "Chemistry, Manufacturing, and Controls (CMC), Labeling",
        "field_topics": "",
        "topics-product": "",
        "field_final_guidance_1": "Draft",
        "open-comment": "  Yes ",
        "field_comment_close_date": "03/10/2025",
        "field_docket_number": '<a href="https://www.regulations.gov/docket/FDA-2025-D-0001">FDA-2025-D-0001</a>',
        "field_communication_type": "Guidance Document",
        "field_center": "CDER<br><br>CBER",
        "field_regulated_product_field": "Food &amp; Beverages",
        "changed": '<time datetime="2025-03-10T15:42:19-04:00">2025-03-10 15:42</time>\n',
        **cells,
    }


def listed(*rows: Any) -> ListPage:
    return listed_from(json.dumps(rows).encode())


def listed_from(body: bytes) -> ListPage:
    (request,) = SOURCE.lists()
    return SOURCE.read_list(request, Answer(INDEX, INDEX, 200, (), body, NOW))


def content(page: ListPage) -> dict[str, str]:
    found: dict[str, str] = json.loads(page.found[0].content or b"")
    return found


def entry(found: Found) -> Reading:
    return SOURCE.read(Material(SOURCE.name, Part.ENTRY, found.url, found.content or b"", "application/json"))


def test_a_row_is_a_page_and_a_file_of_one_document() -> None:
    page, file = listed(row()).found

    assert (page.key, page.part, page.url) == ("sample-guidance", Part.PAGE, f"{SITE}{DOCUMENTS}sample-guidance")
    assert (file.key, file.part, file.url) == ("sample-guidance", Part.FILE, f"{SITE}/media/999001/download")
    assert file.content is None


def test_a_row_says_what_the_regulator_says() -> None:
    reading = entry(listed(row()).found[0])

    assert reading.title == "Sample Guidance: R&D"
    assert reading.number == "FDA-2025-D-0001"
    assert (reading.published, reading.published_basis) == ("2025-01-06", "issued")
    assert reading.stamps == {"changed": "2025-03-10T15:42:19-04:00"}
    assert reading.fields == {
        "status": "Draft",
        "issued": "2025-01-06",
        "docket": "FDA-2025-D-0001",
        "centers": "CDER; CBER",
        "topics": "Chemistry, Manufacturing, and Controls (CMC), Labeling",
        "products": "Food & Beverages",
        "media": "999001",
        "comments_open": "Yes",
        "comments_due": "2025-03-10",
        "communication_type": "Guidance Document",
    }


def test_a_row_that_only_changed_its_stamp_reads_the_same() -> None:
    later = row(changed='<time datetime="2026-01-01T00:00:00-05:00">2026-01-01 00:00</time>\n')

    assert entry(listed(later).found[0]).fields == entry(listed(row()).found[0]).fields


@pytest.mark.parametrize("said", ["", "01/01/1900"])
def test_a_date_that_nobody_knew_is_none(said: str) -> None:
    reading = entry(listed(row(field_issue_datetime=said)).found[0])

    assert "issued" not in reading.fields
    assert (reading.published, reading.published_basis) == ("", "")


def test_the_comment_date_of_a_final_document_is_stale() -> None:
    assert "comments_due" not in content(listed(row(field_final_guidance_1="Final")))


def test_the_size_behind_the_link_is_no_fact() -> None:
    other = row(field_associated_media_2='<a href="/media/999001/download">PDF (2.5 MB)</a>')

    assert content(listed(other)) == content(listed(row()))


def test_a_row_without_a_file_names_none_and_no_number() -> None:
    page = listed(row(field_associated_media_2="", field_docket_number=""))

    assert [found.part for found in page.found] == [Part.PAGE]
    assert entry(page.found[0]).number == ""


def test_the_number_is_the_files_where_there_is_no_docket() -> None:
    assert entry(listed(row(field_docket_number="")).found[0]).number == "999001"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("FDA–2008–D–0659", "FDA-2008-D-0659"),
        (" FDA-2001-D-0506", "FDA-2001-D-0506"),
        ("FDA-2017-D-6380.", "FDA-2017-D-6380"),
        ("FDA 2018-D-2238", "FDA-2018-D-2238"),
        ("FDA -2006-D-0299", "FDA-2006-D-0299"),
        ("Docket No. FDA-2022-D-0084", "FDA-2022-D-0084"),
        ("FDA-2009-D-0132-0016", "FDA-2009-D-0132"),
        ("FDA-1996-D-0048 (Revision 1)  ", "FDA-1996-D-0048"),
        ("FDA-2010-N-0327 (Cumene) FDA-2015-D-3474 (THF)", "FDA-2010-N-0327, FDA-2015-D-3474"),
        ("FDA-1998-D-101c", "FDA-1998-D-101c"),
        ("92N-0434", "92N-0434"),
        ("None found", ""),
        ("", ""),
    ],
)
def test_a_docket_number_is_put_into_its_form(said: str, expected: str) -> None:
    assert docket(said) == expected


@pytest.mark.parametrize(
    ("cells", "rank"),
    [
        ({"title": f'<a href="{DOCUMENTS}a">Regenerative Medicine Therapies</a>'}, 1),
        ({"title": f'<a href="{DOCUMENTS}a">Regulation of HCT/Ps</a>'}, 1),
        ({}, 3),
        ({"field_issuing_office_taxonomy": "CDER", "field_regulated_product_field": "Biologics, Drugs"}, 3),
        ({"field_issuing_office_taxonomy": "CVM"}, 5),
    ],
)
def test_what_is_likely_is_read_first(cells: dict[str, str], rank: int) -> None:
    assert {found.rank for found in listed(row(**cells)).found} == {rank}


def test_what_is_watched_is_read_before_all_with_its_file() -> None:
    source = FdaGuidance({"watch": [{"url": f"{SITE}{DOCUMENTS}sample-guidance", "reason": "a sample"}]})
    page = source.read_list(source.lists()[0], Answer(INDEX, INDEX, 200, (), json.dumps([row()]).encode(), NOW))

    assert [found.rank for found in page.found] == [0, 0]


def test_files_come_behind_the_pages_of_their_rank() -> None:
    rows = [row(title=f'<a href="{DOCUMENTS}{key}">{key}</a>') for key in ("a", "b")]
    likely = row(title=f'<a href="{DOCUMENTS}c">Regenerative</a>')

    order = [(c.found.key, c.found.part.value) for c in chosen(map(Candidate, listed(*rows, likely).found), NOW)]

    assert order == [("c", "page"), ("c", "file"), ("a", "page"), ("b", "page"), ("a", "file"), ("b", "file")]


def test_a_row_with_a_file_counts_once() -> None:
    tally = Tally()
    tally.add(listed(row(), row(title=f'<a href="{DOCUMENTS}b">B</a>')))

    assert tally.rows == 2
    assert not tally.repeated


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html></html>", "no JSON"),
        (b"{}", "an array of objects"),
        (b"[1]", "an array of objects"),
        (b"[]", "0 documents"),
        (json.dumps([{"title": "x"}]).encode(), "a row without"),
        (json.dumps([row(changed=7)]).encode(), "expected a string"),  # type: ignore[arg-type]
        (json.dumps([row(title="No link")]).encode(), "leads to no guidance"),
        (json.dumps([row(title='<a href="/drugs/x">X</a>')]).encode(), "leads to no guidance"),
        (json.dumps([row(title='<a href="//[">X</a>')]).encode(), "leads to no guidance"),
        (json.dumps([row(field_associated_media_2="PDF")]).encode(), "without its address"),
    ],
)
def test_a_list_that_is_not_the_list_is_an_error_with_its_name(body: bytes, reason: str) -> None:
    with pytest.raises(LayoutError, match=reason):
        listed_from(body)


def test_further_keys_are_no_alarm() -> None:
    assert listed(row(new_key="anything")).rows == 1


def page_of(body: str) -> Material:
    markup = (
        '<html lang="en"><body><main><article id="main-content"><h1 class="content-title">Sample</h1>'
        f'<div role="main">{body}</div></article></main></body></html>'
    )
    return Material(SOURCE.name, Part.PAGE, f"{SITE}{DOCUMENTS}sample-guidance", markup.encode(), "text/html")


@pytest.mark.parametrize(
    "href", ["/media/999002/download", "/media/999002/download?attachment", f"{SITE}/media/999002"]
)
def test_a_page_leads_to_its_file(href: str) -> None:
    material = page_of(f'<p>Read <a href="{href}">it</a>.</p>')
    found = Found("sample-guidance", material.url, rank=3)

    (file,) = SOURCE.children(found, SOURCE.read(material), material)

    assert file == Found("sample-guidance", f"{SITE}/media/999002/download", rank=3, part=Part.FILE)


def test_a_page_without_a_file_leads_nowhere() -> None:
    material = page_of('<p>Read <a href="/drugs">more</a>.</p>')

    assert SOURCE.children(Found("a", material.url), SOURCE.read(material), material) == ()


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (f"{SITE}{DOCUMENTS}a-guidance", "a-guidance"),
        (f"{SITE}{DOCUMENTS}a-guidance/", "a-guidance"),
        (f"{SITE}{DOCUMENTS}", None),
        (f"{SITE}{DOCUMENTS}a/b", None),
        (f"https://elsewhere.example{DOCUMENTS}a", None),
        (f"{SITE}/media/1/download", None),
    ],
)
def test_a_key_is_the_last_part_of_the_path(url: str, key: str | None) -> None:
    assert SOURCE.key(url) == key


# What FDA publishes


@recorded
@pytest.mark.recordings
def test_the_whole_list_is_read() -> None:
    body = gzip.decompress((RECORDED / "search-for-guidance-2026-02-17.json.gz").read_bytes())

    page = listed_from(body)

    pages = [found for found in page.found if found.part is Part.PAGE]
    rows = [json.loads(found.content or b"") for found in pages]
    assert page.rows == len(pages) == len({found.key for found in pages}) == 2794
    assert Counter(r["status"] for r in rows) == {"Final": 2361, "Draft": 433}
    assert sum("media" not in r for r in rows) == 556
    assert len(page.found) - len(pages) == 2794 - 556
    assert sum("issued" not in r for r in rows) == 18
    assert sum(r["comments_open"] == "Yes" for r in rows) == 5
    assert not [r["title"] for r in rows if "exosom" in r["title"].lower() or "vesicle" in r["title"].lower()]
    assert all("<" not in value and value == value.strip() for r in rows for value in r.values())
    assert not [r["docket"] for r in rows if "–" in r.get("docket", "")]
    assert sum("comments_due" in r for r in rows) == 322


@recorded
@pytest.mark.recordings
def test_documents_that_govern_exosome_makers_are_read_first() -> None:
    page = listed_from(gzip.decompress((RECORDED / "search-for-guidance-2026-02-17.json.gz").read_bytes()))

    first = {json.loads(found.content or b"{}").get("docket") for found in page.found if found.rank == 1}

    wanted = (
        "2017-D-6159 2017-D-6146 2022-D-0563 2022-D-0465 2022-D-0466 2022-D-0467 2022-D-0464 2024-D-3863 2024-D-3067"
    )
    wanted += " 2024-D-1243 2022-D-0745 2014-D-1584 2008-D-0659 2015-D-4386 2015-D-0309 2023-D-4299 2025-D-3049"
    assert {f"FDA-{number}" for number in f"{wanted} 2025-D-3403 2025-D-2246".split()} <= first


@recorded
@pytest.mark.recordings
def test_rows_in_fdas_own_envelope_are_read() -> None:
    page = listed_from((RECORDED / "search-for-guidance-raw-4-rows-2026-07.json").read_bytes())

    rows = [json.loads(found.content or b"") for found in page.found if found.part is Part.PAGE]
    assert [r["status"] for r in rows] == ["Final", "Final", "Draft", "Final"]
    assert [r.get("media", "") for r in rows] == ["", "", "", "120958"]
    assert rows[2]["comments_due"] == "2006-04-18"
    assert rows[0]["products"] == "Food & Beverages"
    assert rows[3]["topics"] == "Bioengineering / GMOs, Labeling"
