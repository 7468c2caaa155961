"""What was recorded from the live sites is read as it was measured: letters, series of one page, the whole list."""

import csv
import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.listing import Tally
from crawler.source import ListPage, ListRequest, read
from crawler.spiders.fda_warning_letters import FdaWarningLetters
from exowatch.importing import import_warc
from store import diff, lookup
from store.archive import Answer
from store.database import Store
from store.derivation import Derivation
from store.mentions import Topic
from store.records import BlockDiff, BlockKind, BlockOp, Change, Kind, Run, WordOp
from store.rules import Rules
from tests.warcs import members, write_warc

RECORDINGS = Path(__file__).parents[2] / "shared" / "recordings"
LETTERS = RECORDINGS / "fda" / "warning-letters-2026-01.warc.gz"
SERIES = RECORDINGS / "canada" / "changed" / "half-masting-en.warc.gz"
UNCHANGED = RECORDINGS / "canada" / "unchanged"
TEXTS = RECORDINGS / "canada" / "text-extracts"

pytestmark = [
    pytest.mark.recordings,
    pytest.mark.skipif(
        not RECORDINGS.exists(), reason="the recorded pages are not beside this project (shared/recordings)"
    ),
]

EXOSOMES = Topic("exosomes", terms=("exosom", "extracellular vesicle"))
ROWS_ADDED = {
    "2026-03-20": 1, "2026-03-27": 1, "2026-04-02": 1, "2026-04-09": 1, "2026-04-10": 1, "2026-04-15": 1,
    "2026-04-25": 2, "2026-04-30": 1, "2026-05-02": 1, "2026-05-20": 1,
}  # fmt: skip
"""On which days the recorded list of half-masting notices grew, and by how many rows."""


@dataclass(frozen=True, slots=True)
class World:
    """A store with an import's runs in it."""

    path: Path
    store: Store
    derivation: Derivation

    def take_in(self, *files: Path, source: str | None = None) -> list[Run]:
        done = import_warc(self.path, self.store, self.derivation, files, source)
        return [lookup.run(self.store, number) for number in done.crawls]

    def count(self, table: str) -> int:
        return int(self.store.execute(f"select count(*) from {table}").fetchone()[0])

    def followed(self) -> list[str]:
        return [document.id for document in lookup.documents(self.store)]

    def steps(self) -> list[Change]:
        return [change for change in lookup.changes(self.store) if change.kind is not Kind.NEW]

    def redline(self, document: str, older: int) -> Sequence[BlockDiff]:
        versions = [lookup.version(self.store, document, n) for n in (older, older + 1)]
        before, after = (lookup.blocks(self.store, version) for version in versions)
        return diff.compare(before, after)


@contextmanager
def world(folder: Path, *topics: Topic) -> Iterator[World]:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "store.db"
    with Store(path) as store:
        derivation = Derivation(store, read, Rules(topics))
        derivation.adopt()
        yield World(path, store, derivation)


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The 322 letters, imported once."""
    with world(tmp_path_factory.mktemp("letters"), EXOSOMES) as made:
        made.take_in(LETTERS)
        yield made


def index() -> dict[str, dict[str, str]]:
    """What was measured of each recorded letter, by its slug."""
    with LETTERS.with_name("warning-letters-2026-01.index.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"].removesuffix(".html"): row for row in csv.DictReader(file)}


def test_every_recorded_letter_is_read_as_it_was_measured(letters: World) -> None:
    measured = index()

    documents = {
        document.id.rpartition("/")[2]: document for document in lookup.documents(letters.store, everything=True)
    }

    assert documents.keys() == measured.keys()
    for slug, row in measured.items():
        document = documents[slug]
        assert (document.fields.get("marcs_cms", ""), document.number) == (row["marcs_cms"], row["marcs_cms"]), slug
        assert document.fields.get("issued", "") == row["issue_date"], slug
        assert document.fields.get("current_as_of", "") == row["content_current_as_of"], slug
        assert " ".join(row["issuing_office"].split()) == document.fields.get("issuing_office", ""), slug


def test_no_recorded_letter_lacks_a_fact_that_it_states(letters: World) -> None:
    documents = lookup.documents(letters.store, everything=True)

    stated = Counter(name for document in documents for name in document.fields)

    assert (stated["delivery_method"], stated["reference"], stated["product"]) == (310, 106, 322)
    assert (stated["company"], stated["issuing_office"], stated["letter_type"], stated["recipient"]) == (
        322,
        322,
        322,
        320,
    )


def test_the_bytes_of_every_letter_are_kept_as_recorded(letters: World) -> None:
    kept = {row[0] for row in letters.store.execute("select sha256 from versions")}

    assert kept == {row["sha256"] for row in index().values()}


def test_exactly_the_letter_that_mentions_exosomes_is_followed(letters: World) -> None:
    (followed,) = letters.followed()

    found = lookup.document(letters.store, followed)

    assert followed.endswith("/chara-biologics-inc-698004-01172025")
    assert (found.number, found.published, found.published_basis) == ("698004", "2025-01-28", "current_as_of")


def test_letters_imported_again_add_a_run_and_nothing_else(letters: World) -> None:
    tables = ("captures", "bodies", "versions", "changes", "documents", "mentions")
    before = [letters.count(table) for table in tables]
    runs = letters.count("crawls")

    (again,) = letters.take_in(LETTERS)

    assert [letters.count(table) for table in tables] == before
    assert letters.count("crawls") == runs + 1
    assert (again.listed, again.unchanged, again.captured) == (322, 322, 0)
    assert (again.versions_new, again.changes_new, again.documents_new) == (0, 0, 0)


def test_a_file_cut_in_the_middle_gives_every_letter_before_the_cut(tmp_path: Path) -> None:
    first = members(LETTERS)[:61]
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(b"".join(first)[: -len(first[-1]) // 2])

    with world(tmp_path / "store", EXOSOMES) as made:
        (run,) = made.take_in(cut)

        assert (run.listed, run.captured, [issue.kind for issue in run.issues]) == (60, 60, ["damaged_file"])
        assert made.count("documents") == 60


@pytest.mark.parametrize("order", ["in order", "shuffled"])
def test_every_fifth_look_at_the_growing_list_shows_its_growth(order: str, tmp_path: Path) -> None:
    assert_grows(SERIES, tmp_path, order, every=5)


@pytest.mark.slow
@pytest.mark.parametrize("order", ["in order", "shuffled"])
def test_every_look_at_the_growing_list_shows_its_ten_changes(order: str, tmp_path: Path) -> None:
    assert_grows(SERIES, tmp_path, order, every=1)


def assert_grows(file: Path, folder: Path, order: str, *, every: int) -> None:
    """Each step adds rows on a day on which the list grew, takes nothing away and leaves the rest where it was."""
    days = [look["captured"][:10] for look in json.loads(file.with_name("half-masting-en.index.json").read_text())]
    wanted = grown(days[::every])
    records = members(file)[::every]
    if order == "shuffled":
        random.Random(len(records)).shuffle(records)
    chosen = folder / "series.warc.gz"
    chosen.write_bytes(b"".join(records))

    with world(folder / "store", Topic("masts", terms=("half-mast",))) as made:
        made.take_in(chosen, source="health_canada_notices")

        (document,) = made.followed()
        steps = made.steps()
        assert [step.window.until.date().isoformat() for step in steps] == [day for day, _ in wanted]
        assert {step.kind for step in steps} <= {Kind.REVISED}
        assert [step.words_removed for step in steps] == [0] * len(steps)
        added = [added_rows(made.redline(document, n)) for n in range(1, len(steps) + 1)]
        assert added == [rows for _, rows in wanted]


def grown(days: Sequence[str]) -> list[tuple[str, int]]:
    """The days of the looks at which the list had grown since the look before, and by how many rows."""
    found = []
    for before, now in pairwise(days):
        rows = sum(rows for day, rows in ROWS_ADDED.items() if before < day <= now)
        if rows:
            found.append((now, rows))
    return found


def added_rows(blocks: Sequence[BlockDiff]) -> int:
    """How many rows were added; nothing else may have happened."""
    assert {block.op for block in blocks} <= {BlockOp.KEEP, BlockOp.ADD, BlockOp.MOVE}
    assert not any(words.op is WordOp.REMOVE for block in blocks for words in block.words)
    added = [block for block in blocks if block.op is BlockOp.ADD]
    assert {block.kind for block in added} <= {BlockKind.ROW}
    return len(added)


@pytest.mark.parametrize("name", sorted(file.name for file in UNCHANGED.glob("*.warc.gz")))
def test_every_fifth_look_at_an_unchanged_page_is_one_version(name: str, tmp_path: Path) -> None:
    assert_stands_still(UNCHANGED / name, tmp_path, every=5)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(file.name for file in UNCHANGED.glob("*.warc.gz")))
def test_every_look_at_an_unchanged_page_is_one_version(name: str, tmp_path: Path) -> None:
    assert_stands_still(UNCHANGED / name, tmp_path, every=1)


def assert_stands_still(file: Path, folder: Path, *, every: int) -> None:
    records = members(file)[::every]
    chosen = folder / "series.warc.gz"
    chosen.write_bytes(b"".join(records))

    with world(folder / "store", Topic("data", terms=("data",))) as made:
        (run,) = made.take_in(chosen, source="health_canada_notices")

        assert (run.captured, run.failed) == (len(records), 0)
        assert made.count("versions") == 1
        assert made.steps() == []


@pytest.fixture(scope="module")
def listing() -> list[list[str]]:
    """The cells of the recorded list, row by row."""
    with gzip.open(RECORDINGS / "fda" / "datatables" / "warning-letters-2026-01-30.json.gz") as file:
        rows: list[list[str]] = json.load(file)["data"]
    return rows


@pytest.fixture(scope="module")
def pages(listing: list[list[str]]) -> list[ListPage]:
    """The recorded list, read through the source's own requests for 500 rows at a time."""
    source = FdaWarningLetters({"length": 500})
    waiting, found = list(source.lists()), []
    while waiting:
        request = waiting.pop(0)
        found.append(source.read_list(request, served(listing, request)))
        waiting.extend(found[-1].more)
    return found


def served(rows: list[list[str]], request: ListRequest) -> Answer:
    """What the recorded site would answer to a request for part of its list."""
    asked = {
        name: int(values[0]) for name, values in parse_qs(urlsplit(request.url).query).items() if values[0].isdigit()
    }
    part = rows[asked["start"] : asked["start"] + asked["length"]]
    body = {"draw": asked["draw"], "recordsTotal": len(rows), "recordsFiltered": len(rows), "data": part}
    return Answer(request.url, request.url, 200, (), json.dumps(body).encode(), datetime(2026, 1, 30, tzinfo=UTC))


def test_the_whole_list_is_read_in_seven_requests(pages: list[ListPage]) -> None:
    assert [page.rows for page in pages] == [500] * 6 + [277]
    assert {page.declared for page in pages} == {3277}


def test_every_letter_of_the_list_is_named_and_the_repeated_row_is_recognised(pages: list[ListPage]) -> None:
    tally = Tally()
    for page in pages:
        tally.add(page)

    named = Counter(found.url for page in pages for found in page.found)

    assert (len(named), named.total()) == (3276, 3277)
    assert [url.rpartition("/")[2] for url, times in named.items() if times > 1] == [
        "wells-pharma-houston-llc-713015-11072025"
    ]
    assert [key.rpartition("/")[2] for key in tally.repeated] == ["wells-pharma-houston-llc-713015-11072025"]
    assert (tally.declared, tally.rows + tally.missing) == (3277, 3277)


def test_every_recorded_letter_has_its_row(pages: list[ListPage]) -> None:
    listed = {found.key.rpartition("/")[2] for page in pages for found in page.found}

    assert index().keys() <= listed


def test_close_out_and_response_dates_come_from_the_list(pages: list[ListPage]) -> None:
    entries = contents(pages)

    closed = [entry["closeout"] for entry in entries if "closeout" in entry]
    answered = [entry["response"] for entry in entries if "response" in entry]

    assert (len(closed), len(answered)) == (310, 1)
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) for day in (*closed, *answered))


def test_dates_are_those_of_the_text_and_not_of_the_attribute(listing: list[list[str]], pages: list[ListPage]) -> None:
    texts = [re.search(r">(\d\d)/(\d\d)/(\d{4})<", row[0]) for row in listing]
    utc = [cell[16:26] for cell in (row[0] for row in listing)]

    posted = [entry["posted"] for entry in contents(pages)]

    assert posted == [f"{text[3]}-{text[1]}-{text[2]}" for text in texts if text]
    assert sum(day != attribute for day, attribute in zip(posted, utc, strict=True)) == 2


def contents(pages: Sequence[ListPage]) -> list[dict[str, Any]]:
    return [json.loads(found.content or b"{}") for page in pages for found in page.found]


CONSULTATION = (
    "https://www.canada.ca/en/health-canada/programs/consultation-classification-topical-products-containing-"
    "human-derived-exosomes-extracellular-vesicles-cell-conditioned-media.html"
)
HEADINGS = re.compile(r"Join in: |Who (is|was) the focus|Key questions|Related information|Contact us")


def test_the_end_of_the_exosome_consultation_is_one_change_that_says_so(tmp_path: Path) -> None:
    looks = [
        (CONSULTATION, datetime(2025, 8, 31, 12, tzinfo=UTC), in_markup("consultation.en.open.txt", "2025-08-14")),
        (CONSULTATION, datetime(2025, 10, 31, 12, tzinfo=UTC), in_markup("consultation.en.closed.txt", "2025-10-31")),
    ]
    file = write_warc(tmp_path / "consultation.warc.gz", looks)

    with world(tmp_path / "store", EXOSOMES) as made:
        made.take_in(file)

        (document,) = made.followed()
        (step,) = made.steps()
        assert {"status", "title"} <= {change.name for change in step.fields}
        assert "consultation_closed" in [event.name for event in step.events]
        gone = [words(block) for block in made.redline(document, 1) if block.op is BlockOp.REMOVE]
        assert "Join in: How to participate" in gone
        assert any(text.startswith("Review the notice. Send an email") for text in gone)


def in_markup(name: str, modified: str) -> bytes:
    """A recorded text put back into the markup of the site it came from."""
    lines = [line for line in (TEXTS / name).read_text("utf-8").splitlines() if line.strip()]
    title, *text = lines[: lines.index("Page details")]
    tags = ((("h2" if HEADINGS.match(line) else "p"), escape(line)) for line in text)
    body = "\n".join(f"<{tag}>{line}</{tag}>" for tag, line in tags)
    return f"""<!doctype html>
<html class="no-js" dir="ltr" lang="en"><head><meta charset="utf-8"/><title>{escape(title)} - Canada.ca</title>
<meta name="dcterms.issued" title="W3CDTF" content="2025-08-14"/></head>
<body vocab="http://schema.org/" typeof="WebPage"><header><nav><h2>Menu</h2></nav></header>
<main property="mainContentOfPage" resource="#wb-main" typeof="WebPageElement" class="container">
<h1 property="name" id="wb-cont" dir="ltr">{escape(title)}</h1>
<div class="mwsgeneric-base-html parbase section">
{body}
</div>
<section class="pagedetails"><h2 class="wb-inv">Page details</h2>
<gcds-date-modified>
	{modified}
</gcds-date-modified></section>
</main><footer id="wb-info"><h2>About this site</h2></footer></body></html>
""".encode()


def words(block: BlockDiff) -> str:
    return "".join(run.text for run in block.words)
