"""A site renames what a reader looks for: nothing counts as changed, and somebody is told."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from crawler.pages import DocumentPage
from store.records import Material, Part, Reading, Unreadable
from tests.world.documents import GUIDANCE, LETTERS, NOTICES, RECALLS, SAFETY, WATCHED, Paper, papers
from tests.world.faults import edited, pages, renamed
from tests.world.judging import source_of
from tests.world.running import Result, needs, present, rebuild, standing, walk
from tests.world.world import START, World, url_of

LATER = START + timedelta(days=2)
COPIES = 8
OLD_RECALLS = f"{RECALLS}, old layout"
KINDS = (LETTERS, GUIDANCE, SAFETY, RECALLS, OLD_RECALLS, NOTICES)


@cache
def copies(kind: str) -> tuple[Paper, ...]:
    """Eight followed documents of one kind of page."""
    name = kind.partition(",")[0]
    planted = [paper for paper in papers(name) if paper.planted and paper.language == "en"]
    chosen = next(paper for paper in planted if paper.rows and paper.old_layout == (kind == OLD_RECALLS))
    slug = f"{WATCHED}-copy" if name == NOTICES else "copy"
    return tuple(
        replace(
            chosen,
            slug=f"{slug}-{n}",
            title=f"{chosen.title}, copy {n}",
            number=chosen.number + 1000 + n,
            day=chosen.day - timedelta(days=n),
            text=(*chosen.text, f"This is copy {n}."),
        )
        for n in range(COPIES)
    )


def material(kind: str, edit: Callable[[bytes], bytes] | None = None) -> Material:
    paper = copies(kind)[0]
    given = World(papers=copies(kind), noisy=False).answer("GET", url_of(paper), {}, b"")
    body = edit(given.body) if edit else given.body
    return Material(paper.source, Part.PAGE, url_of(paper), body, given.headers["Content-Type"])


def read(kind: str, edit: Callable[[bytes], bytes] | None = None) -> Reading | None:
    """What a page says, its stamps aside; None when it cannot be read."""
    name = kind.partition(",")[0]
    try:
        return replace(source_of(name).read(material(kind, edit)), stamps={})
    except Unreadable:
        return None


@cache
def selectors(kind: str) -> tuple[str, ...]:
    """Every selector that reading a page of this kind looks for."""
    asked: list[str] = []
    real = DocumentPage.all

    def noting(page: DocumentPage, selector: str, inside: object = None) -> list[object]:
        asked.extend(part.strip() for part in selector.split(","))
        return real(page, selector, inside)  # type: ignore[arg-type, return-value]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DocumentPage, "all", noting)
        read(kind)
    return tuple(dict.fromkeys(asked))


def name_in(selector: str) -> str:
    """What a redesign would rename, so that this selector finds nothing: the last id, class, value or tag in it."""
    last = re.split(r"[ >]+", selector.strip())[-1]
    for pattern in (r"#([\w-]+)", r"\.([\w-]+)", r"=\"?([\w./-]+)\"?", r"^([\w-]+)"):
        if found := re.findall(pattern, last):
            return str(found[-1])
    raise AssertionError(f"{selector}: nothing in it could be renamed")


def cases() -> list[object]:
    found = []
    for kind in KINDS:
        if kind.partition(",")[0] not in present():
            found.append(pytest.param(kind, "", marks=needs(kind.partition(",")[0]), id=kind))
            continue
        for selector in selectors(kind):
            found.append(pytest.param(kind, selector, id=f"{kind}: {selector}"))
    return found


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("selectors")

    @cache
    def of(kind: str) -> Path:
        database = folder / f"{KINDS.index(kind)}.db"
        walk(World(papers=copies(kind)), database, START, kind.partition(",")[0])
        assert len(standing(database).documents) >= COPIES
        return database

    return of


def after(before: Path, folder: Path, kind: str, edit: Callable[[bytes], bytes]) -> tuple[Result, Path]:
    database = folder / "store.db"
    shutil.copy(before, database)
    world = World(papers=copies(kind), faults=[edited(pages({url_of(paper) for paper in copies(kind)}), edit)])
    return walk(world, database, LATER, kind.partition(",")[0]), database


@pytest.mark.parametrize(("kind", "selector"), cases())
def test_a_selector_that_finds_nothing_any_more_makes_no_change_and_an_alarm(
    before: Callable[[str], Path], tmp_path: Path, kind: str, selector: str
) -> None:
    edit = renamed(name_in(selector))

    result, database = after(before(kind), tmp_path, kind, edit)

    assert standing(database).changes == standing(before(kind)).changes
    if read(kind, edit) != read(kind):
        assert result.issues(), "nobody is told"
        assert result.code in (3, 4)


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=needs(kind.partition(",")[0])) for kind in KINDS])
@pytest.mark.parametrize(
    "redesign",
    [
        pytest.param(renamed("main"), id="main becomes something else"),
        pytest.param(lambda body: re.sub(rb"<main.*</main>", b"<main></main>", body, flags=re.DOTALL), id="main is empty"),
        pytest.param(lambda body: re.sub(rb"<main.*</main>", b"", body, flags=re.DOTALL), id="main is gone"),
        pytest.param(lambda body: body.replace(b"<p>", b"<div class='paragraph'>").replace(b"</p>", b"</div>"),
                     id="paragraphs become divisions"),
        pytest.param(lambda body: body.replace(b"</main>", b"<p>Sample notice to all visitors of 2025.</p></main>"),
                     id="a line for everybody"),
    ],
)  # fmt: skip
def test_a_redesign_of_all_pages_is_no_change_of_the_documents(
    before: Callable[[str], Path], tmp_path: Path, kind: str, redesign: Callable[[bytes], bytes]
) -> None:
    result, database = after(before(kind), tmp_path, kind, redesign)

    assert standing(database).changes == standing(before(kind)).changes
    if read(kind, redesign) != read(kind):
        assert result.issues(), "nobody is told"


def test_a_field_that_comes_back_is_no_news_either_and_a_real_change_beside_it_is(
    before: Callable[[str], Path], tmp_path: Path
) -> None:
    _, database = after(before(LETTERS), tmp_path, LETTERS, renamed("field--item"))
    mended = World(papers=[replace(copies(LETTERS)[0], title="Another Sample Name"), *copies(LETTERS)[1:]])
    mended.papers = [replace(paper, slug=old.slug) for paper, old in zip(mended.papers, copies(LETTERS), strict=True)]

    walk(mended, database, LATER + timedelta(days=2), LETTERS)

    concluded = standing(database)
    rebuild(mended, database)
    assert standing(database) == concluded
    new = set(concluded.changes) - set(standing(before(LETTERS)).changes)
    assert {(document.rpartition("/")[2], kind) for _, document, kind, _ in new} == {
        (url_of(copies(LETTERS)[0]).rpartition("/")[2], "metadata")
    }
