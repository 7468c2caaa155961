"""PDFs to blocks: what the layout adds is gone, what it cut is whole, and no file can hurt the reader."""

import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from crawler import pdf, pdf_child, raised
from crawler.pdf import Extractor, Limits, own_title
from crawler.pdf_layout import Fragment, Page, blocks
from store.diff import compare
from store.normal import canonical
from store.records import Block, BlockKind, BlockOp, Material, Part, Reading, Unreadable
from tests.world.papers import Style, bomb, encrypted, laughs, paper, picture, typeset

WORDS = (
    "exosomes vesicles regulation manufacturer establishes controls sterility identity potency product tissue cells"
    " application investigational guidance recommends sponsors information agency section homologous use minimal"
)
RUNNING = {"header": "Sample guidance for industry", "footer": "Page {n} of {of}"}


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    found = Extractor()
    yield found
    found.close()


def prose(seed: int, sentences: int) -> str:
    chance = random.Random(seed)
    return " ".join(
        " ".join(chance.choices(WORDS.split(), k=chance.randint(9, 20))).capitalize() + "." for _ in range(sentences)
    )


DOCUMENT = ["# I. INTRODUCTION", *(prose(seed, 12) for seed in range(14)), "* " + prose(20, 1), "* " + prose(21, 2)]
SAID = [line.removeprefix("# ").removeprefix("* ") for line in DOCUMENT]


def shown(extractor: Extractor, body: bytes) -> tuple[Block, ...]:
    return blocks(extractor.content(body).pages)


def reading(body: bytes) -> Reading:
    return pdf.read(Material("fda_guidance", Part.FILE, "https://www.fda.gov/media/1/download", body))


# The layout


@pytest.mark.parametrize(
    "style",
    [
        Style(**RUNNING),
        Style(**RUNNING, date="D:20260101080000Z"),
        Style(**RUNNING, size=9),
        Style(**RUNNING, size=14),
        Style(footer="- {n} -", hyphenate=True),
        Style(size=10, width=792, height=612),
    ],
    ids=["as it is", "saved again", "smaller", "larger", "hyphenated", "landscape"],
)
def test_the_same_text_is_the_same_blocks_however_it_is_set(extractor: Extractor, style: Style) -> None:
    assert [block.text for block in shown(extractor, typeset(DOCUMENT, style))] == SAID


def test_blocks_have_their_kinds(extractor: Extractor) -> None:
    kinds = [block.kind for block in shown(extractor, typeset(DOCUMENT))]

    assert kinds == [BlockKind.HEADING, *[BlockKind.PARAGRAPH] * 14, BlockKind.ITEM, BlockKind.ITEM]


@pytest.mark.parametrize("size", [8, 9, 10, 11, 12, 13])
def test_a_sentence_on_the_first_page_is_one_mark(extractor: Extractor, size: float) -> None:
    longer = [*DOCUMENT]
    longer[2] = f"{longer[2][:200]} {prose(99, 1)} {longer[2][200:]}"
    before, after = (shown(extractor, typeset(text, Style(**RUNNING, size=size))) for text in (DOCUMENT, longer))

    marks = [step for step in compare(before, after) if step.op is not BlockOp.KEEP]

    assert len(marks) == 1


def lines(*texts: str, size: float = 12, left: float = 72, top: float = 700, step: float = 14) -> list[Fragment]:
    return [
        Fragment(text, left, left + 6 * len(text), top - step * n, size, word=left + 6 * len(text.split()[0]))
        for n, text in enumerate(texts)
    ]


FILLER = lines(*["Nothing but words that fill the line as far as there is any room at all on it"] * 6, top=690)


def texts(*pages: list[Fragment]) -> list[str]:
    return [block.text for block in blocks([Page(612, 792, tuple(page)) for page in pages])]


@pytest.mark.parametrize(
    ("end", "beginning", "joined"),
    [
        ("of manufac-", "turing controls.", "manufacturing"),
        ("of conditioned-", "medium and so on.", "conditionedmedium"),
        ("a non-", "clinical study.", "non-clinical"),
        ("an FDA-", "Regulated product.", "FDA-Regulated"),
        ("of pre-", "and postmarketing.", "pre- and postmarketing"),
        ("see FDA-2016-", "D-0463 on it.", "FDA-2016-D-0463"),
        ("and/", "or vesicles.", "and/or"),
        ("of exo\u00ad", "somes.", "exosomes"),
        ("of exo\x02", "somes.", "exosomes"),
        ("at https://www.fda.gov/search-", "guidance.", "https://www.fda.gov/search-guidance"),
    ],
)
def test_a_word_cut_at_a_lines_end_is_whole_again(end: str, beginning: str, joined: str) -> None:
    whole = "Nothing but words that fill the line as far as there is any room at all "
    found = texts(lines(whole + end, beginning))

    assert len(found) == 1
    assert joined in found[0]


@pytest.mark.parametrize(("known", "joined"), [("risk-based and risk", "risk-based"), ("riskbased", "riskbased")])
def test_a_hyphen_at_a_lines_end_is_kept_as_the_rest_of_the_file_has_it(known: str, joined: str) -> None:
    whole = f"Nothing but {known} words that fill the line as far as there is room "

    assert joined in texts(lines(whole + "for risk-", "based words."))[0].rpartition("room for ")[2]


def test_line_numbers_of_drafts_go_and_numbers_in_the_text_stay() -> None:
    numbered = [
        Fragment(f"{n} {f.text}", 50, f.right, f.baseline, 12, word=60, after=f.left, second=f.word)
        for n, f in enumerate(lines("21 CFR 1271 says", *["so many words that the line is full of them indeed"] * 7), 7)
    ]
    alone = Fragment("15", 50, 60, 560, 12, word=60)

    found = texts([*numbered, alone])

    assert found[0].startswith("21 CFR 1271 says")
    assert not any(block.startswith(("7", "8", "15")) for block in found)


def test_a_footnote_follows_the_block_that_refers_to_it_wherever_its_page_ends() -> None:
    first = lines("A paragraph refers to a note¹ and goes on as long as there is any room on its page", top=120)
    note = [Fragment("1", 72, 75, 84, 6.5, word=75), Fragment("Said below.", 78, 130, 80, 9, word=95)]
    second = lines("and ends on the next.", "A second paragraph.", top=700, step=30)

    found = texts([*FILLER, *first, *note], second)

    assert found[-3:] == [
        "A paragraph refers to a note¹ and goes on as long as there is any room on its page and ends on the next.",
        "¹ Said below.",
        "A second paragraph.",
    ]


def test_contents_lose_their_page_numbers_and_name_the_headings() -> None:
    contents = lines("I. SCOPE .................... 3", "4. Where to write .......... iv", step=20)
    later = lines("4. Where to write", "Write to the agency.", step=30)

    found = blocks([Page(612, 792, tuple(page)) for page in (contents, later)])

    assert [block.text for block in found] == [
        "I. SCOPE",
        "4. Where to write",
        "4. Where to write",
        "Write to the agency.",
    ]
    assert [block.kind for block in found[:3]] == [BlockKind.ITEM, BlockKind.ITEM, BlockKind.HEADING]


def test_numbered_examples_at_the_heads_of_pages_are_no_running_heads() -> None:
    page = [*FILLER, *lines("A paragraph that ends.", top=560)]
    pages = [[*lines(f"Example {n}", top=740), *page] for n in range(1, 4)] + [page] * 6

    assert [text for text in texts(*pages) if text.startswith("Example")] == ["Example 1", "Example 2", "Example 3"]


def test_ligatures_are_kept_for_display_and_are_no_change() -> None:
    ligature, plain = texts(lines("The ﬁnal oﬃce.")), texts(lines("The final office."))

    assert ligature == ["The ﬁnal oﬃce."]
    assert canonical(ligature[0]) == canonical(plain[0])


def test_nothing_gives_nothing() -> None:
    assert blocks([]) == ()
    assert blocks([Page(612, 792), Page(612, 792)]) == ()


# Readings


def test_the_title_is_the_files_own_or_its_first_heading() -> None:
    assert reading(typeset(DOCUMENT, Style(title="Sample guidance"))).title == "Sample guidance"
    assert reading(typeset(DOCUMENT, Style(title="Microsoft Word - x.doc"))).title == "I. INTRODUCTION"
    assert own_title("Guidance_final.docx") == ""


@pytest.mark.parametrize(("stated", "language"), [("", "en"), ("en-US", "en"), ("fr-CA", "fr")])
def test_the_language_is_the_files_own(stated: str, language: str) -> None:
    assert reading(typeset(DOCUMENT, Style(language=stated))).language == language


def test_a_file_of_pictures_is_told_apart_by_its_bytes() -> None:
    one, other = reading(picture()), reading(picture().replace(b"\x00\x80\xff\x40", b"\x00\x80\xff\x41"))

    assert one.blocks == ()
    assert one.fields["scan"].startswith("text not readable; file ")
    assert one.fields != other.fields


def test_the_number_of_pages_is_no_field() -> None:
    assert reading(typeset(DOCUMENT)).fields == {}


# Bad files


BROKEN = {
    "encrypted": (encrypted(typeset(DOCUMENT)), "wants a password"),
    "cut after the header": (b"%PDF-1.4\n", "damaged"),
    "garbage": (b"%PDF-" + random.Random(1).randbytes(5000), "damaged"),
    "a page of HTML": (b"<html><body>Sorry</body></html>", "no PDF"),
    "nothing": (b"", "no PDF"),
    "too many pages": (paper([b""] * 1501), "more than 1500"),
}


@pytest.mark.parametrize(("body", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_unreadable_with_a_sentence_and_the_next_is_read(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        reading(body)

    assert [block.text for block in reading(typeset(DOCUMENT)).blocks] == SAID


KILLERS = {
    "a deflate bomb": (bomb(400 << 20), Limits(memory=300 << 20), "broke its reader"),
    "forms within forms": (laughs(), Limits(processor=1), "broke its reader|processor time"),
    "too slow": (typeset(DOCUMENT * 40), Limits(patience=0.01), "longer than"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps all limits")
@pytest.mark.parametrize(("body", "limits", "reason"), KILLERS.values(), ids=KILLERS)
def test_a_file_that_kills_its_reader_loses_nothing_but_itself(body: bytes, limits: Limits, reason: str) -> None:
    extractor = Extractor(limits)

    with pytest.raises(Unreadable, match=reason):
        extractor.content(body)
    extractor.limits = Limits()
    good = shown(extractor, typeset(DOCUMENT))
    extractor.close()

    assert [block.text for block in good] == SAID
    assert zombies() == 0


def damaged(body: bytes, seed: int) -> bytes:
    """Some bytes changed, a piece cut out, doubled or put elsewhere."""
    chance = random.Random(seed)
    data = bytearray(body)
    for _ in range(chance.randint(1, 12)):
        here, length = chance.randrange(len(data)), chance.randint(1, 200)
        match chance.randrange(5):
            case 0:
                data[here] = chance.randrange(256)
            case 1:
                del data[here : here + length]
            case 2:
                data[here:here] = data[here : here + length]
            case 3:
                data[here:here] = chance.randbytes(length)
            case _:
                there = chance.randrange(len(data))
                data[here : here + length], data[there : there + length] = b"", data[here : here + length]
        if len(data) < 16:
            break
    return b"%PDF-1.4\n" + bytes(data[9:])


def survive(seeds: range) -> None:
    extractor = Extractor(Limits(processor=5, patience=10))
    good = typeset(DOCUMENT[:4], Style(**RUNNING))
    expected = shown(extractor, good)
    for seed in seeds:
        begun = time.monotonic()
        with suppress(Unreadable):
            blocks(extractor.content(damaged(good, seed)).pages)
        assert time.monotonic() - begun < 12, f"seed {seed}"
    assert shown(extractor, good) == expected
    extractor.close()
    assert zombies() == 0


def test_damaged_files_do_no_harm() -> None:
    survive(range(200))


@pytest.mark.slow
def test_many_damaged_files_do_no_harm() -> None:
    survive(range(1000, 3000))


def zombies() -> int:
    """How many children of this process have ended without being waited for (Linux)."""
    found = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            said = status.read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        found += said[0] == "Z" and int(said[1]) == os.getpid()
    return found


def test_pdfium_is_never_loaded_where_the_crawl_runs() -> None:
    code = (
        "import sys; from crawler import pdf; from tests.world.papers import typeset;"
        "found = pdf.Extractor(); found.content(typeset(['Words.'])); found.close();"
        "sys.exit(any(name.startswith('pypdfium2') for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent.parent, check=False).returncode == 0


def test_the_child_loads_nothing_of_ours() -> None:
    source = (Path(pdf.__file__).with_name("pdf_child.py")).read_text("utf-8")

    assert not {"crawler", "store", "scrapy"} & set(re.findall(r"^(?:from|import) (\w+)", source, re.MULTILINE))


# What FDA publishes


RECORDED = Path(__file__).parents[2] / "shared" / "recordings" / "fda" / "guidance"
recorded = pytest.mark.skipif(not RECORDED.exists(), reason="no recordings beside the project")


@recorded
@pytest.mark.recordings
@pytest.mark.parametrize(
    ("name", "headings"),
    [
        ("processes_and_practices_guidance", ["I. INTRODUCTION", "II. BACKGROUND", "B. Types of Inspections"]),
        ("gmp_guidance", ["A. Objective (1.1)", "XIII. CHANGE CONTROL (13)", "E. Returns (14.5)"]),
        ("processvalidation", ["V. CONCURRENT RELEASE OF PPQ BATCHES", "3. PPQ Protocol", "GLOSSARY"]),
    ],
)
def test_a_real_guidance_is_clean(name: str, headings: list[str]) -> None:
    found = reading((RECORDED / f"{name}.pdf").read_bytes())

    said = [block.text for block in found.blocks]
    assert set(headings) <= {block.text for block in found.blocks if block.kind is BlockKind.HEADING}
    assert not any("nonbinding recommendations" in text.lower() and len(text) < 60 for text in said)
    assert not any(text.isdecimal() or text.startswith("Draft — Not for") for text in said)
    assert not any(sign in found.text for sign in ("\x02", "\ufffe", "....", "\uf0b7"))
    assert found.language == "en"


@recorded
@pytest.mark.recordings
def test_footnotes_of_a_real_guidance_follow_their_paragraphs() -> None:
    said = [block.text for block in reading((RECORDED / "processvalidation.pdf").read_bytes()).blocks]

    notes = [(n, text) for n, text in enumerate(said) if text[:1] in "¹²³⁴⁵⁶⁷⁸⁹"]
    marks = [text.partition(" ")[0] for _, text in notes]

    assert len(marks) == len(set(marks)) == 19
    for n, text in notes:
        before = next(block for block in reversed(said[:n]) if block[:1] not in "¹²³⁴⁵⁶⁷⁸⁹")
        assert text.partition(" ")[0] in before


@recorded
@pytest.mark.recordings
@pytest.mark.skipif(sys.platform != "linux", reason="counts the processor time of the child")
def test_sixty_pages_cost_little() -> None:
    import resource

    body = (RECORDED / "gmp_guidance.pdf").read_bytes()
    extractor = Extractor()
    extractor.content(typeset(["Words."]))
    earlier = resource.getrusage(resource.RUSAGE_CHILDREN)
    before = time.process_time()

    shown(extractor, body)

    parent = time.process_time() - before
    extractor.close()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = after.ru_utime + after.ru_stime - earlier.ru_utime - earlier.ru_stime
    # The child's start is in it, and the machine may be busy: `make bench` has the exact figure.
    assert parent + child < 0.6


def test_the_child_which_loads_nothing_of_ours_raises_digits_as_we_do() -> None:
    assert pdf_child.RAISED == raised.RAISED
