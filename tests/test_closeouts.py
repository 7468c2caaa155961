"""Close-out letters: recognised by label, text or address; two dates; none, one or several warning letters."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from crawler.source import read
from store.closeouts import Closeout, closeout
from store.records import Block, BlockKind, Material, Part

RECORDINGS = Path(__file__).parents[2] / "shared" / "recordings" / "fda"
PAGES = Path(__file__).parent / "pages" / "fda_warning_letters"
SITE = "https://www.fda.gov/inspections-compliance-enforcement-and-criminal-investigations/warning-letters/"

LABEL = {"letter_type": "Closeout letter"}
DONE = "The agency has completed an evaluation of your firm's corrective actions in response to our Warning Letter"
ADDRESSED = (
    "Based on our evaluation, it appears that you have addressed the violations contained in this Warning Letter."
)


def text(*lines: str, kind: BlockKind = BlockKind.PARAGRAPH) -> tuple[Block, ...]:
    return tuple(Block(kind, line) for line in lines)


def covers(*lines: str, kind: BlockKind = BlockKind.PARAGRAPH, number: str = "") -> tuple[tuple[str, ...], ...]:
    found = closeout("Larch Tissue Co.", {**LABEL, "marcs_cms": number}, text(*lines, kind=kind))
    assert found is not None
    return found.covers, found.of_dates


# Recognised


@pytest.mark.parametrize(
    "fields",
    [LABEL, {"letter_type": "CLOSE-OUT LETTER"}, {"subject": "Close out letter"}, {"kind": "Close-Out Letter"}],
    ids=["label", "hyphen", "subject", "kind"],
)
def test_a_label_is_enough(fields: dict[str, str]) -> None:
    assert closeout("Larch Tissue Co.", fields, text("Dear Ms. Sample:")) == Closeout("", "")


def test_a_title_is_enough() -> None:
    assert closeout("Close-Out Letter: Larch Tissue Co.", {}, ()) is not None


@pytest.mark.parametrize(
    "addressed",
    [
        ADDRESSED,
        "Based on our evaluation, it appears you have addressed the violation(s) contained in the Warning Letter.",
        "It appears that your firm has adequately addressed the violations contained in this WL.",
        "Based on our evaluation, it appears that you have taken steps to address the violations in it.",
    ],
)
def test_the_standard_sentences_are_enough(addressed: str) -> None:
    assert closeout("Larch Tissue Co.", {}, text(f"{DONE} 999101. {addressed}")) is not None


@pytest.mark.parametrize("slug", ["sample-closeouts-999300-12122023", "larch-tissue-co-close-out-07032025"])
def test_an_address_is_enough_where_no_label_says_otherwise(slug: str) -> None:
    assert closeout("Samples", {}, text("Dear Ms. Sample:"), slug) is not None
    assert closeout("Samples", {"letter_type": "Warning letter"}, text("Dear Ms. Sample:"), slug) is None


@pytest.mark.parametrize(
    ("title", "slug", "lines"),
    [
        ("Larch Tissue Co.", "larch-tissue-co-999101-01022025", ["This letter concerns your exosome product."]),
        ("Closeout Outlet Inc.", "larch-999101-01022025", ["We have completed our evaluation of your response."]),
        ("Closet Co.", "fullest-closet-999101-01022025", ["You sell without a licence."]),
        (
            "Larch Tissue Co.",
            "larch-tissue-co-999101-01022025",
            ["We have completed an evaluation of your response to our Warning Letter. It is not adequate."],
        ),
        (
            "Larch Tissue Co.",
            "larch-tissue-co-999101-01022025",
            ["It appears that you have addressed deviation 2. The others stand as described in this Warning Letter."],
        ),
    ],
    ids=["plain", "firm's name", "part of a word", "evaluated only", "addressed only"],
)
def test_another_letter_is_none(title: str, slug: str, lines: list[str]) -> None:
    assert closeout(title, {"marcs_cms": "999101"}, text(*lines), slug) is None


# Its days


def test_the_day_on_the_letter_and_the_day_of_its_posting_are_two() -> None:
    found = closeout("Larch", {**LABEL, "issued": "2025-07-03", "posted": "2025-07-11"}, ())

    assert found is not None
    assert (found.dated, found.posted) == ("2025-07-03", "2025-07-11")


@pytest.mark.parametrize(
    ("line", "dated"),
    [
        ("July 3, 2025", "2025-07-03"),
        ("7/3/2025", "2025-07-03"),
        ("February 30, 2025", ""),
        ("On July 3, 2025 we inspected your site.", ""),
    ],
)
def test_without_a_field_the_day_is_that_of_a_line_of_its_own(line: str, dated: str) -> None:
    found = closeout("Larch", LABEL, text("CLOSEOUT LETTER", line))

    assert found is not None
    assert (found.dated, found.posted) == (dated, "")


# What it covers


@pytest.mark.parametrize(
    ("sentence", "numbers", "dates"),
    [
        (f"{DONE} (CMS # 999101) dated January 2, 2025.", ("999101",), ("2025-01-02",)),
        (f"{DONE} CMS# 999101 issued on 1/2/2025.", ("999101",), ("2025-01-02",)),
        (f"{DONE} Re: 999101, issued January 2, 2025.", ("999101",), ("2025-01-02",)),
        (f"{DONE} dated January 2, 2025.", (), ("2025-01-02",)),
        (f"{DONE} # AB-14-013.", (), ()),
        (
            "Our Warning Letters 999101 and 999102 dated January 2, 2025 and March 4, 2025 are meant.",
            ("999101", "999102"),
            ("2025-01-02", "2025-03-04"),
        ),
        (
            "We looked at your response dated February 1, 2025 to our Warning Letter dated January 2, 2025.",
            (),
            ("2025-01-02",),
        ),
        ("In this WL and in your response letters dated May 5, 2025 we read of it.", (), ()),
        ("Our Warning Letter reached you. A call followed on May 5, 2025 about order 1234567.", (), ()),
    ],
)
def test_it_names_letters_by_number_or_date_or_not_at_all(
    sentence: str, numbers: tuple[str, ...], dates: tuple[str, ...]
) -> None:
    assert covers(sentence) == (numbers, dates)


def test_a_page_for_several_letters_lists_them() -> None:
    numbers, _ = covers("Larch Tissue Co. | 999101 | January 2, 2025", "Elm Vapor LLC | 999102", kind=BlockKind.ROW)

    assert numbers == ("999101", "999102")


def test_its_own_number_counts_where_its_text_names_none() -> None:
    assert covers(f"{DONE} dated January 2, 2025.", number="999101")[0] == ("999101",)
    assert covers(f"{DONE} 999101.", number="999300")[0] == ("999101",)


def test_a_number_is_named_once() -> None:
    assert covers(f"{DONE} 999101.", "This Warning Letter (999101) is meant.")[0] == ("999101",)


# Pages


def test_the_sample_page_with_its_label_is_a_close_out_letter() -> None:
    page = (PAGES / "letter-with-close-out-label" / "page.html").read_bytes()
    url = SITE + "tolliver-amnion-supply-inc-790003-06112025"

    reading = read(Material("fda_warning_letters", Part.PAGE, url, page, "text/html"))

    found = closeout(reading.title, {**reading.fields, **reading.stamps}, reading.blocks)
    assert found == Closeout("2025-06-11", "", ("790003",), ())


@pytest.mark.recordings
@pytest.mark.skipif(
    not RECORDINGS.exists(), reason="the recorded pages are not beside this project (shared/recordings)"
)
def test_none_of_the_recorded_warning_letters_is_a_close_out_letter(tmp_path: Path) -> None:
    """All 322 are labelled as warning letters; without the label and the address, their words say the same."""
    from warcio.archiveiterator import ArchiveIterator

    file = RECORDINGS / "warning-letters-2026-01.warc.gz"
    with file.open("rb") as stream:
        pages = [
            (record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read())
            for record in ArchiveIterator(stream)
            if record.rec_type == "response"
        ]
    readings = [read(Material("fda_warning_letters", Part.PAGE, url, body, "text/html")) for url, body in pages]

    found = [r.title for r in readings if closeout(r.title, {"marcs_cms": r.number}, r.blocks) is not None]

    assert len(readings) == 322
    assert found == []


@pytest.mark.recordings
@pytest.mark.skipif(
    not RECORDINGS.exists(), reason="the recorded pages are not beside this project (shared/recordings)"
)
def test_of_the_recorded_addresses_only_the_page_for_several_letters_says_close_out() -> None:
    import gzip

    with gzip.open(RECORDINGS / "sitemap-2024-12.csv.gz", "rt", encoding="utf-8", newline="") as file:
        slugs = {row[-1].rpartition("/")[2] for row in csv.reader(file) if row and "/warning-letters/" in row[-1]}
    slugs.discard("about-warning-and-close-out-letters")  # no letter: the source leaves it out

    found = [slug for slug in slugs if closeout("", {}, (), slug) is not None]

    assert len(slugs) > 6000
    assert found == ["vape-closeouts-671583-12122023"]


def test_hostile_text_costs_little_time() -> None:
    hostile = text("warning letter " * 60_000, "warning letter dated " + "1/1/2025, " * 60_000, "it appears " * 60_000)

    assert closeout("", {}, hostile) is None
