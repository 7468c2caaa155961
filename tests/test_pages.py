"""Pages on disk, each with what must be read from it: a folder is a case, and nothing is registered."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.source import Found, ListPage, ListRequest, Source, classes
from store.archive import Answer
from store.records import Block, Material, Part, Reading

PAGES = Path(__file__).parent / "pages"
PARTS = {"page.html": Part.PAGE, "entry.json": Part.ENTRY}
NETS = {"list.json": "list", "sitemap.xml": "sitemap"}
CASES = sorted(described.parent for described in PAGES.glob("*/*/page.json"))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_a_page_is_read_as_written_down(folder: Path) -> None:
    found = read(folder)

    assert found == expectation(folder, found)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_a_case_says_what_it_teaches_and_belongs_to_its_source(folder: Path) -> None:
    said = json.loads((folder / "page.json").read_text("utf-8"))

    assert said["teaches"].endswith(".")
    assert source_of(folder, said).allows(said["address"])


def test_every_source_has_a_page_that_it_reads() -> None:
    shown = {folder.parent.name for folder in CASES if (folder / "page.html").exists()}

    assert set(classes()) - shown == set()


def read(folder: Path) -> dict[str, Any]:
    """What the source reads from the one page in a folder, as plain values."""
    said = json.loads((folder / "page.json").read_text("utf-8"))
    source = source_of(folder, said)
    (page,) = [folder / name for name in (*PARTS, *NETS) if (folder / name).exists()]
    if page.name in PARTS:
        material = Material(source.name, PARTS[page.name], said["address"], page.read_bytes(), said["content_type"])
        return dict(reading_lines(source.read(material)))
    request = ListRequest(
        url=said["address"],
        net=said.get("net", NETS[page.name]),
        method=said.get("method", "GET"),
        body=said.get("form", "").encode(),
        cursor=said.get("cursor", 0),
    )
    return list_lines(source.read_list(request, answer(said, page.read_bytes())))


def source_of(folder: Path, said: dict[str, Any]) -> Source:
    return classes()[folder.parent.name](said.get("options"))


def answer(said: dict[str, Any], body: bytes) -> Answer:
    return Answer(
        url=said["address"],
        final_url=said["address"],
        status=200,
        headers=(("Content-Type", said["content_type"]),),
        body=body,
        moment=datetime(2026, 1, 1, tzinfo=UTC),
    )


def reading_lines(reading: Reading) -> Iterator[tuple[str, Any]]:
    """A reading as it stands in `expected.json`: what the page does not say is left out, a block is one line."""
    for name, value in asdict(reading).items():
        if name == "blocks":
            yield name, [block_line(block) for block in reading.blocks]
        elif value:
            yield name, value


def block_line(block: Block) -> str:
    return f"{block.kind} {block.level} {block.text}"


def list_lines(page: ListPage) -> dict[str, Any]:
    return {
        "declared": page.declared,
        "rows": page.rows,
        "found": [found_lines(found) for found in page.found],
        "more": [request_lines(request) for request in page.more],
    }


def found_lines(found: Found) -> dict[str, Any]:
    content = {} if found.content is None else {"content": json.loads(found.content)}
    part = {} if found.part is Part.PAGE else {"part": found.part.value}
    return {"key": found.key, "url": found.url, "rank": found.rank, **part, **content}


def request_lines(request: ListRequest) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": request.url,
        "net": request.net,
        "cursor": request.cursor,
        **({"form": request.body.decode()} if request.body else {}),
    }


def expectation(folder: Path, found: dict[str, Any]) -> dict[str, Any]:
    """What must be read; where nobody has said it yet it is written down, and the test fails for a reader's sake."""
    path = folder / "expected.json"
    if not path.exists():
        path.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")
        pytest.fail(
            f"{folder.parent.name}/{folder.name}/expected.json is written now: read it against the page, then run again"
        )
    expected: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return expected
