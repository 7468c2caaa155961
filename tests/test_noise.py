"""Only what a regulator really edits is a change: one edit at a time on every source's markup, and pages read again."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest

from crawler.archives.warc import answers
from crawler.source import read
from exowatch.demo.noise import Noise
from exowatch.importing import import_warc
from store import lookup
from store.archive import Answer, Crawl, Target
from store.database import Store
from store.derivation import Derivation
from store.diff import compare
from store.records import BlockDiff, BlockOp, Change, Kind, Material, Origin, Outcome, Part, Reading, Run, WordOp
from store.rules import Follow, Rules
from tests.shaking import SHAKES, Shake, dates, rewritten, shaken, typography
from tests.test_recordings import LETTERS, RECORDINGS, SERIES, UNCHANGED
from tests.warcs import write_warc
from tests.world import canada, fda
from tests.world.blocks import BLOCKS
from tests.world.documents import FILLING, GUIDANCE, NOTICES, RECALLS, SAFETY, SOURCES, WATCHED, Paper
from tests.world.documents import LETTERS as LETTER_SOURCE
from tests.world.faults import at, blocked
from tests.world.papers import Style, typeset
from tests.world.running import outcomes, standing, walk
from tests.world.world import World, url_of

START = datetime(2025, 6, 3, 8, tzinfo=UTC)
EVERYTHING = Rules((), (Follow("sample", path="/"),))
Look = tuple[str, datetime, bytes]
"""An address, a moment, and what stood there."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A store in which everything is followed, and what it concluded."""

    path: Path
    store: Store
    derivation: Derivation

    def take_in(self, looks: Iterable[Look], source: str | None = None) -> Run:
        """Take in pages as they were at their moments, through the guards and the readers of their sources."""
        file = write_warc(self.path.with_suffix(".warc.gz"), looks)
        (crawl,) = import_warc(self.path, self.store, self.derivation, [file], source).crawls
        return lookup.run(self.store, crawl)

    def changes(self) -> list[Change]:
        """What happened after a document was new."""
        return [change for change in lookup.changes(self.store) if change.kind is not Kind.NEW]

    def texts(self, document: str) -> list[list[str]]:
        """The blocks of each version."""
        seen = lookup.versions(self.store, document)
        return [[block.text for block in lookup.blocks(self.store, version)] for version in seen]

    def redline(self, document: str) -> tuple[BlockDiff, ...]:
        """The first version against the second."""
        before, after = (lookup.blocks(self.store, lookup.version(self.store, document, n)) for n in (1, 2))
        return compare(before, after)

    def count(self, table: str) -> int:
        return int(self.store.execute(f"select count(*) from {table}").fetchone()[0])


@contextmanager
def remembering(folder: Path) -> Iterator[Remembered]:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "store.db"
    with Store(path) as store:
        derivation = Derivation(store, read, EVERYTHING)
        derivation.adopt()
        yield Remembered(path, store, derivation)


# One edit each


TEXT = (
    "This notice concerns exosomes of human origin that Samplewood Works offers for sore knees.",
    *FILLING[:3],
    "The label of the third lot names another maker than the leaflet that lies in its box.",
    *FILLING[3:5],
)
ROWS = (
    ("Product", "Lot", "Place of sale"),
    ("Sample vial one", "11 A", "a shop in Fennimore Falls"),
    ("Sample vial two", "22 B", "a clinic in Hollow Kettle"),
    ("Sample drops", "33 C", "a market in Upper Mock"),
    ("Sample cream", "44 D", "a website"),
)
SIDE_BARS = {
    LETTER_SOURCE: '<aside class="col-md-2" role="complementary">',
    GUIDANCE: '<aside class="col-md-2" role="complementary">',
    SAFETY: '<aside class="col-md-2" role="complementary">',
    RECALLS: '<aside><ul class="facets">',
    NOTICES: '<nav id="wb-sec" typeof="SiteNavigationElement" class="col-md-3 col-md-pull-9 visible-md visible-lg">',
}
"""What opens the side bar beside a document, in each site's markup."""


def paper(source: str) -> Paper:
    return Paper(source, f"{WATCHED}-samplewood-works", "Samplewood Works", TEXT, 790_100, rows=ROWS)


def page(shown: Paper, related: Sequence[str] = ("Harrow Mills", "Quillby Vials")) -> str:
    """The page of a paper, with a side bar of related documents."""
    if shown.source == NOTICES:
        made = canada.notice_page(shown, [shown], START, Noise("sample"))
        # The site's section menu stands before the document and is not part of the stand-in's page.
        made = made.replace("        <main ", f"{SIDE_BARS[NOTICES]}</nav>        <main ", 1)
    elif shown.source == RECALLS:
        made = canada.recall_page(shown, Noise("sample"))
    else:
        made = fda.page(shown, Noise("sample"))
    opening = SIDE_BARS[shown.source]
    links = "".join(f'<li><a href="/{name[:4]}">{name}</a></li>' for name in related)
    assert opening in made
    return made.replace(opening, f"{opening}<h2>Related</h2><ul>{links}</ul>", 1)


def swapped(shown: Paper) -> Paper:
    first, second, third, *others = shown.text
    return replace(shown, text=(first, third, second, *others))


def reordered(shown: Paper) -> Paper:
    head, a, b, c, d = shown.rows
    return replace(shown, rows=(head, c, a, d, b))


def given_longer(shown: Paper) -> Paper:
    return replace(shown, text=tuple(words.replace("fifteen", "thirty") for words in shown.text))


def dated_anew(markup: str) -> str:
    return dates(markup, random.Random("another day"))


def wrapped_anew(markup: str) -> str:
    """Every blank in a text becomes a line's end, and every tag begins a line where a blank or a block allows it."""
    return rewritten(markup, lambda tag: tag, lambda text: "\n      ".join(text.split(" ")))


def sprinkled(markup: str) -> str:
    """Every blank does not break, and every longer word has an invisible character in it."""

    def text(words: str) -> str:
        return "&nbsp;".join(f"{w[:2]}&#8203;{w[2:4]}\ufeff{w[4:]}" if w.isalpha() else w for w in words.split(" "))

    return rewritten(markup, lambda tag: tag, text)


def related_anew(shown: Paper) -> str:
    return page(shown, ("Tallow Fields", "Umber Labs", "Quillby Vials"))


NO_NEWS: dict[str, Callable[[Paper], str]] = {
    "current as of": lambda shown: dated_anew(page(shown)),
    "related side bar": related_anew,
    "source wrapped anew": lambda shown: wrapped_anew(page(shown)),
    "NBSP and zero-width": lambda shown: sprinkled(page(shown)),
}
MOVES: dict[str, Callable[[Paper], str]] = {
    "paragraphs swapped": lambda shown: page(swapped(shown)),
    "rows reordered": lambda shown: page(reordered(shown)),
}


@pytest.fixture(params=SOURCES)
def shown(request: pytest.FixtureRequest) -> Paper:
    return paper(request.param)


def looked_twice(into: Remembered, shown: Paper, later: str) -> Run:
    """The paper's page, and a day later another in its place."""
    assert later != page(shown)
    url = url_of(shown)
    return into.take_in([(url, START, page(shown).encode()), (url, START + timedelta(days=1), later.encode())])


@pytest.mark.parametrize("scenario", NO_NEWS)
def test_what_is_no_edit_is_no_change(scenario: str, shown: Paper, tmp_path: Path) -> None:
    with remembering(tmp_path) as made:
        run = looked_twice(made, shown, NO_NEWS[scenario](shown))

        assert (run.captured, run.failed) == (2, 0)
        assert made.count("versions") == 1
        assert made.changes() == []


@pytest.mark.parametrize("scenario", MOVES)
def test_what_only_moved_is_a_move_and_no_edit(scenario: str, shown: Paper, tmp_path: Path) -> None:
    with remembering(tmp_path) as made:
        looked_twice(made, shown, MOVES[scenario](shown))

        (change,) = made.changes()
        ops = [block.op for block in made.redline(change.document)]
        assert set(ops) == {BlockOp.KEEP, BlockOp.MOVE}
        assert ops.count(BlockOp.MOVE) == {"paragraphs swapped": 1, "rows reordered": 2}[scenario]
        assert (change.kind, change.words_added, change.words_removed) == (Kind.REVISED, 0, 0)
        assert change.fields == ()


def test_the_one_real_edit_is_one_change_and_nothing_else(shown: Paper, tmp_path: Path) -> None:
    with remembering(tmp_path) as made:
        looked_twice(made, shown, page(given_longer(shown)))

        (change,) = made.changes()
        (edited,) = [block for block in made.redline(change.document) if block.op is not BlockOp.KEEP]
        assert (change.kind, change.words_added, change.words_removed) == (Kind.REVISED, 1, 1)
        assert change.fields == ()
        assert (edited.op, *marks(edited)) == (BlockOp.EDIT, "fifteen", "thirty")


def marks(block: BlockDiff) -> tuple[str, str]:
    """The words taken out and the words put in, without blanks around them."""
    gone, new = (" ".join(run.text for run in block.words if run.op is op) for op in (WordOp.REMOVE, WordOp.ADD))
    return " ".join(gone.split()), " ".join(new.split())


def test_a_refusal_in_place_of_the_page_is_a_visit_and_no_version(shown: Paper, tmp_path: Path) -> None:
    world, database = World(papers=[shown]), tmp_path / "store.db"
    walk(world, database, START)
    before = standing(database)

    world.faults = [blocked(BLOCKS["Akamai access denied, 200"], at(url_of(shown)))]
    walk(world, database, START + timedelta(days=1))
    refused = outcomes(database)
    world.faults = []
    walk(world, database, START + timedelta(days=2))

    assert refused[url_of(shown)] == Outcome.BLOCKED
    assert outcomes(database)[url_of(shown)] == Outcome.CHANGED
    assert before.versions == len(before.documents) > 0  # a notice that was never translated is one in each language
    assert standing(database) == before


@pytest.mark.parametrize("other", [wrapped_anew, sprinkled])
def test_what_a_reader_says_is_the_same_letter_for_letter(other: Callable[[str], str], shown: Paper) -> None:
    """Not only in the form in which texts are compared: fields are shown with a change of anything else."""
    assert reading(shown, other(page(shown))) == reading(shown)


def reading(shown: Paper, markup: str = "") -> Reading:
    """What the reader says of a paper's page, or of another in its place."""
    body = (markup or page(shown)).encode()
    return read(Material(shown.source, Part.PAGE, url_of(shown), body, "text/html; charset=utf-8"))


@pytest.mark.parametrize(
    "more",
    [
        "<!-- kept by a cache for 300 s -->",
        "\n<!-- kept as <p>one piece</p> -> by a cache -->\n",
        f"<script>seen={{a:1}};{'x=1;' * 500}</script>\r\n",
        '<noscript><img src="/seen.gif" alt=""></noscript>',
    ],
    ids=["comment", "comment with markup", "script", "picture"],
)
def test_what_a_network_writes_behind_a_page_is_nothing(more: str, shown: Paper, tmp_path: Path) -> None:
    with remembering(tmp_path) as made:
        run = looked_twice(made, shown, page(shown) + more)

        assert (run.captured, run.failed, run.issues) == (2, 0, ())
        assert made.changes() == []


@pytest.mark.parametrize("end", ["</body>", "</html", "</html>\n<script>seen={"])
def test_a_page_without_its_end_is_no_page(end: str, shown: Paper, tmp_path: Path) -> None:
    whole = page(shown)
    cut = whole[: whole.rindex("</body>")] + end

    with remembering(tmp_path) as made:
        run = looked_twice(made, shown, cut)

        outcomes = [row[0] for row in made.store.execute("select outcome from visits order by id")]
        assert (run.captured, run.failed) == (1, 1)
        assert outcomes == [Outcome.NEW, Outcome.TRUNCATED]


@pytest.mark.parametrize(
    ("once", "again"),
    [
        ("It is sold in shops<sup>1</sup> and markets.", "It is sold in shops<sup>1&nbsp;</sup>and markets."),
        (
            "It is sold in shops<sup>1</sup> and markets.",
            "It is sold in shops<sup><em>&#8203;1</em></sup> and markets.",
        ),
        ("<strong>Unapproved uses</strong>", "&#8203;<strong>Unapproved uses</strong>\ufeff"),
        ("<strong>Unapproved uses</strong>", "<strong>Unapproved uses</strong>&#8201;"),
    ],
)
def test_blanks_beside_marked_up_words_leave_a_letter_as_it_is_read(once: str, again: str) -> None:
    """A footnote's number stays raised, a bold line stays a heading: neither is marked beside a real edit."""
    letter = paper(LETTER_SOURCE)

    assert reading(replace(letter, text=(*TEXT, again))) == reading(replace(letter, text=(*TEXT, once)))


# One edit each, in a PDF


FILE = (
    "# I. INTRODUCTION",
    *(" ".join([f"Point {n} is this.", *FILLING[n % 6 :], *FILLING[: n % 6]]) for n in range(1, 15)),
)
"""The text of a guidance of fourteen paragraphs, on two pages at the least."""
RUNNING = Style(header="Sample guidance for industry", footer="Page {n} of {of}")
SENTENCE = "The samples of the second vial were kept in the sample room."


@pytest.mark.parametrize(
    "style", [replace(RUNNING, date="D:20260101080000Z"), replace(RUNNING, size=9)], ids=["saved again", "smaller font"]
)
def test_a_file_with_other_bytes_and_the_same_text_is_issued_again(style: Style, tmp_path: Path) -> None:
    with remembering(tmp_path) as made:
        (change,) = filed(made, typeset(FILE, RUNNING), typeset(FILE, style))

        assert (change.kind, change.words_added, change.words_removed) == (Kind.REISSUED, 0, 0)
        assert made.count("versions") == 1


def test_a_sentence_on_the_first_page_of_a_file_is_one_mark(tmp_path: Path) -> None:
    longer = (*FILE[:2], f"{FILE[2]} {SENTENCE}", *FILE[3:])

    with remembering(tmp_path) as made:
        (change,) = filed(made, typeset(FILE, RUNNING), typeset(longer, RUNNING))

        (edited,) = [step for step in made.redline(change.document) if step.op is not BlockOp.KEEP]
        assert (change.kind, change.words_added, change.words_removed) == (Kind.REVISED, len(SENTENCE.split()), 0)
        assert marks(edited) == ("", SENTENCE)


def filed(made: Remembered, *bodies: bytes) -> list[Change]:
    """What happened to a document whose file was read once a day."""
    crawl = Crawl(made.store, GUIDANCE, Origin.LIVE)
    url = "https://www.fda.gov/media/790100/download"
    for day, body in enumerate(bodies):
        (target,) = crawl.plan([Target(Part.FILE, url, "sample-guidance")])
        headers = (("Content-Type", "application/pdf"),)
        crawl.accept(target, Answer(url, url, 200, headers, body, START + timedelta(days=day)))
    made.derivation.update(sorted(crawl.touched))
    return made.changes()


# Furniture within the text


FURNITURE = (
    "<dialog open><p>Take our survey of two minutes</p></dialog>",
    '<div role="dialog" aria-label="cookies"><p>We use cookies on this site.</p></div>',
    '<div role="navigation"><ul><li><a href="/fr">Français</a></li></ul></div>',
    '<div role="search"><p>Search this site</p></div>',
    '<div style="display: none"><p>This part is kept from every reader</p></div>',
)
"""What its own markup says to be no part of the text that it stands in."""


@pytest.mark.parametrize("more", FURNITURE)
def test_furniture_within_the_text_is_no_part_of_it(more: str, shown: Paper, tmp_path: Path) -> None:
    with remembering(tmp_path) as made:
        looked_twice(made, shown, page(shown).replace("knees.</p>", f"knees.</p>{more}", 1))

        assert made.changes() == []


@pytest.mark.parametrize("source", [LETTER_SOURCE, GUIDANCE, SAFETY])
def test_what_the_feedback_snippet_brings_is_no_part_of_the_text(source: str, tmp_path: Path) -> None:
    first, mark, rest = page(paper(source)).rpartition("<!--BEGIN QUALTRICS WEBSITE FEEDBACK SNIPPET-->")

    with remembering(tmp_path) as made:
        looked_twice(made, paper(source), f"{first}{mark}<div><p>Was this page helpful?</p></div>{rest}")

        assert made.changes() == []


def test_a_short_row_moves_too(shown: Paper, tmp_path: Path) -> None:
    head, first, second = ("Brand", "Lot"), ("Alpha", "7"), ("Beta", "8")
    before, after = replace(shown, rows=(head, first, second)), replace(shown, rows=(head, second, first))

    with remembering(tmp_path) as made:
        looked_twice(made, before, page(after))

        (change,) = made.changes()
        assert {step.op for step in made.redline(change.document)} == {BlockOp.KEEP, BlockOp.MOVE}
        assert (change.words_added, change.words_removed) == (0, 0)


def test_typography_of_a_field_is_no_change_of_it_beside_a_real_edit(tmp_path: Path) -> None:
    """The names are equal in the form in which versions are compared, and must be so where fields are."""
    letter = paper(LETTER_SOURCE)
    curly, straight = (page(letter).replace("Ida Mockup", name) for name in ("Ida O’Mockup", "Ida O'Mockup"))
    looks = [curly, straight.replace("fifteen", "thirty")]

    with remembering(tmp_path) as made:
        made.take_in((url_of(letter), START + timedelta(days=n), look.encode()) for n, look in enumerate(looks))

        (change,) = made.changes()
        assert (change.fields, change.events) == ((), ())


# Pages read again


@pytest.mark.parametrize("shake", SHAKES, ids=lambda shake: shake.__name__)
def test_every_shake_gives_other_bytes_for_every_source(shake: Shake, shown: Paper) -> None:
    """Line ends aside, which may be drawn as they were, and what a source's page has none of."""
    before = page(shown)

    made = {shake(before, random.Random(n)) for n in range(20)}

    assert len(made - {before}) > 3


@pytest.mark.parametrize(
    "shake", [*SHAKES, typography, None], ids=lambda shake: shake.__name__ if shake else "all together"
)
def test_a_shaken_page_is_no_change(shake: Shake | None, shown: Paper, tmp_path: Path) -> None:
    before, draws = page(shown), [random.Random(f"{shown.source} {n}") for n in range(6)]
    later = [shake(before, chance).encode() if shake else shaken(before.encode(), chance) for chance in draws]

    with remembering(tmp_path) as made:
        looks = [(url_of(shown), START + timedelta(days=n), body) for n, body in enumerate([before.encode(), *later])]
        run = made.take_in(looks)

        assert (run.failed, run.issues) == (0, ())
        assert_one_version(made, looks)


recorded = pytest.mark.skipif(
    not RECORDINGS.exists(), reason="the recorded pages are not beside this project (shared/recordings)"
)
NOTICES_OF_RECALLS = {
    "https://recalls-rappels.canada.ca/en/node/82667": "detail.current-layout.82667.en.trimmed.html",
    "https://recalls-rappels.canada.ca/fr/node/48704": "detail.legacy-layout.48704.fr.trimmed.html",
}


@recorded
@pytest.mark.recordings
@pytest.mark.parametrize("share", [10, pytest.param(1, marks=pytest.mark.slow)])
def test_recorded_letters_read_again_have_not_changed(share: int, tmp_path: Path) -> None:
    """880 readings of all 322 letters, or a tenth of the letters: no two readings have the same bytes."""
    letters = [(answer.url, answer.body) for answer in islice(answers(LETTERS), 0, None, share)]

    assert_read_again(tmp_path, letters, 880 // share)


@recorded
@pytest.mark.recordings
@pytest.mark.parametrize("share", [10, pytest.param(1, marks=pytest.mark.slow)])
def test_recorded_canadian_pages_read_again_have_not_changed(share: int, tmp_path: Path) -> None:
    """80 readings of five pages of www.canada.ca, the longest of 400 KB, or a tenth of them."""
    files = [*sorted(UNCHANGED.glob("*.warc.gz")), SERIES]
    pages = [(first.url, first.body) for first in (next(answers(file)) for file in files)]

    assert_read_again(tmp_path, pages, 80 // share, NOTICES)


@recorded
@pytest.mark.recordings
@pytest.mark.parametrize("share", [10, pytest.param(1, marks=pytest.mark.slow)])
def test_recorded_recalls_read_again_have_not_changed(share: int, tmp_path: Path) -> None:
    """40 readings of one notice in each layout, or a tenth of them."""
    folder = RECORDINGS / "canada" / "recalls-rappels"
    pages = [(url, (folder / name).read_bytes()) for url, name in NOTICES_OF_RECALLS.items()]

    assert_read_again(tmp_path, pages, 40 // share)


def assert_read_again(folder: Path, pages: Sequence[tuple[str, bytes]], times: int, source: str | None = None) -> None:
    """So many readings, spread over the pages: all with other bytes, none with a change."""
    looks = [(url, START, body) for url, body in pages]
    again = [(*pages[n % len(pages)], n // len(pages) + 1) for n in range(times)]
    looks += [
        (url, START + timedelta(days=day), shaken(body, random.Random(f"{url} {day}"))) for url, body, day in again
    ]

    with remembering(folder) as made:
        run = made.take_in(looks, source)

        assert (run.captured, run.failed, run.issues) == (len(pages) + times, 0, ())
        assert made.count("bodies") == len(pages) + times
        assert_one_version(made, looks)


def assert_one_version(made: Remembered, looks: Sequence[Look]) -> None:
    """Each page is one version, seen until its last look: nothing changed, and nothing waits to be believed."""
    last = {url: moment for url, moment, _ in looks}
    assert made.changes() == []
    assert made.count("versions") == len(last)
    assert {one.url: lookup.versions(made.store, one.id)[0].last_seen for one in lookup.documents(made.store)} == last
