"""Pages and lists that are built anew are refused with a sentence, and never read wrongly in silence."""

import json
import re
from pathlib import Path

import pytest

from crawler.pages import LayoutError
from tests.test_pages import PAGES, read

LETTER = PAGES / "fda_warning_letters" / "letter-plain"
NOTICE = PAGES / "health_canada_notices" / "notice-open"
LETTERS = PAGES / "fda_warning_letters" / "list-datatables"
COMMANDS = PAGES / "fda_warning_letters" / "list-drupal-command-list"
ENTRY = PAGES / "fda_warning_letters" / "entry-row"
SITEMAP = PAGES / "health_canada_notices" / "sitemap"
NEWS = PAGES / "health_canada_notices" / "news-json"

BROKEN_PAGES = [
    (LETTER, 'id="main-content"', 'id="content"', "0 matches for '#main-content', expected one"),
    (LETTER, "content-title", "page-title", "0 matches for 'h1.content-title', expected one"),
    (LETTER, "<h1 ", '<h1 class="content-title">Twice</h1><h1 ', "2 matches for 'h1.content-title', expected one"),
    (LETTER, "Harrowgate Cell Works, LLC\n", "\n", "no company in 'h1.content-title', expected its first text"),
    (LETTER, 'role="main"', 'class="main"', "0 matches for 'div[role=main]', expected one"),
    (LETTER, "row inset-column", "row lcds-grid", "no '.row.inset-column' (recipient and office), expected one"),
    (LETTER, "<hr>", '<div class="rule"></div>', "no 'hr' after the recipient, expected the rule above the letter"),
    (NOTICE, "mainContentOfPage", "mainEntity", "0 matches for 'main[property=mainContentOfPage]', expected one"),
    (NOTICE, 'id="wb-cont"', 'id="title"', "0 matches for 'h1#wb-cont', expected one"),
    (NOTICE, "Consultation: Sample lotions with extracellular vesicles</h1>", "</h1>", "an empty 'h1#wb-cont'"),
]  # fmt: skip
BROKEN_LISTS = [
    (LETTERS, '"data"', '"rows"', "neither a DataTables object nor a Drupal command list with a table"),
    (LETTERS, "<a href=", "<b title=", "a row without a link to its letter: 'Quarrymoss & Sons Labs'"),
    (LETTERS, 'href=\\"/', 'href=\\"//[', "a row whose link is no address: '//[inspections"),
    (LETTERS, "investigations/warning-letters/", "investigations/letters/", "is no letter's"),
    (COMMANDS, "table", "div", "neither a DataTables object nor a Drupal command list with a table"),
    (COMMANDS, "<td class", "<th class", "a row of 0 cells, expected at least 7"),
    (COMMANDS, '"insert"', '"update"', "neither a DataTables object nor a Drupal command list with a table"),
    (SITEMAP, "loc>", "address>", "a sitemap without addresses, expected 'url/loc'"),
    (NEWS, '"entry"', '"entries"', "no 'feed.entry' in the news answer"),
    (ENTRY, "{", "", "a list entry that is no JSON object"),
]


@pytest.mark.parametrize(("case", "landmark", "renamed", "said"), BROKEN_PAGES)
def test_a_page_without_its_landmark_is_refused_by_name(
    case: Path, landmark: str, renamed: str, said: str, tmp_path: Path
) -> None:
    rebuilt = with_another(case, landmark, renamed, tmp_path)

    assert_refused(rebuilt, said)


@pytest.mark.parametrize(("case", "landmark", "renamed", "said"), BROKEN_LISTS)
def test_a_list_in_another_form_is_refused_by_name(
    case: Path, landmark: str, renamed: str, said: str, tmp_path: Path
) -> None:
    assert_refused(with_another(case, landmark, renamed, tmp_path), said)


def test_a_list_of_fewer_columns_is_refused(tmp_path: Path) -> None:
    rows = json.loads((LETTERS / "list.json").read_text("utf-8"))
    rows["data"] = [row[:6] for row in rows["data"]]

    assert_refused(
        with_content(LETTERS, "list.json", json.dumps(rows), tmp_path), "a row of 6 cells, expected at least 7"
    )


def test_an_empty_list_of_letters_is_no_silence(tmp_path: Path) -> None:
    empty = '{"draw": 1, "recordsTotal": 0, "recordsFiltered": 0, "data": []}'

    assert_refused(with_content(LETTERS, "list.json", empty, tmp_path), "a list of 0 letters, expected some")


def test_a_table_without_rows_is_the_end_of_a_list_that_states_no_total(tmp_path: Path) -> None:
    said = json.loads((COMMANDS / "page.json").read_text("utf-8"))
    table = (
        '[{"command": "insert", "data": "<table><thead><tr><th>Posted Date</th></tr></thead><tbody></tbody></table>"}]'
    )
    rebuilt = with_content(COMMANDS, "list.json", table, tmp_path)
    (rebuilt / "page.json").write_text(json.dumps({**said, "cursor": 500}), "utf-8")

    found = read(rebuilt)

    assert (found["rows"], found["more"]) == (0, [])


@pytest.mark.parametrize("case", [LETTERS, NEWS])
def test_a_page_of_markup_in_place_of_a_list_is_refused(case: Path, tmp_path: Path) -> None:
    apology = "<!DOCTYPE html><title>FDA Apology</title>"

    with pytest.raises(LayoutError, match=re.escape(address(case))):
        read(with_content(case, "list.json", apology, tmp_path))


@pytest.mark.parametrize(
    "answer",
    [
        '{"data": [null], "recordsTotal": 1}',
        '{"data": [[1, 2]]}',
        "[1]",
        '["a"]',
        "[{}]",
        '{"data": [], "recordsTotal": "many"}',
    ],
)
def test_a_list_of_nonsense_is_refused(answer: str, tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match=re.escape(address(LETTERS))):
        read(with_content(LETTERS, "list.json", answer, tmp_path))


@pytest.mark.parametrize("answer", ["[]", '{"feed": {"entry": [null]}}', '{"feed": {"entry": {"title": "x"}}}'])
def test_news_of_nonsense_is_refused(answer: str, tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match=re.escape(address(NEWS))):
        read(with_content(NEWS, "list.json", answer, tmp_path))


def test_markup_nested_without_end_is_refused_and_not_a_crash(tmp_path: Path) -> None:
    deep = "<div>" * 20_000
    rebuilt = with_another(LETTER, "<p>Dear Ms. Marchbanks:</p>", deep, tmp_path)

    assert_refused(rebuilt, "nested too deep")


def assert_refused(case: Path, said: str) -> None:
    """The refusal names the address, what was expected and what was found."""
    with pytest.raises(LayoutError) as refused:
        read(case)

    assert said in str(refused.value)
    assert "https://" in str(refused.value)


def with_another(case: Path, old: str, new: str, folder: Path) -> Path:
    """The case with something in its page replaced wherever it stands."""
    name = next(file.name for file in case.iterdir() if file.name not in {"page.json", "expected.json"})
    page = (case / name).read_text("utf-8")
    assert old in page
    return with_content(case, name, page.replace(old, new), folder)


def with_content(case: Path, name: str, content: str, folder: Path) -> Path:
    rebuilt = folder / case.parent.name / case.name
    rebuilt.mkdir(parents=True)
    (rebuilt / "page.json").write_bytes((case / "page.json").read_bytes())
    (rebuilt / name).write_text(content, "utf-8")
    return rebuilt


def address(case: Path) -> str:
    said: str = json.loads((case / "page.json").read_text("utf-8"))["address"]
    return said
