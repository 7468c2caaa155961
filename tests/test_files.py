"""Files beside pages: each is asked for, guarded, read and recorded by itself."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.test_engine import listed, markup
from tests.world.crawling import crawl
from tests.world.loopback import Site, reply
from tests.world.papers import encrypted, picture, typeset

PDF = typeset(["# Title", "Some words of a file."])
FILES: dict[str, tuple[bytes, str, str]] = {
    "good": (PDF, "application/pdf", "new"),
    "unnamed": (PDF, "application/octet-stream", "new"),
    "scan": (picture(), "application/pdf", "new"),
    "secret": (encrypted(PDF), "application/pdf", "parse_suspect"),
    "torn": (PDF[:200], "application/pdf", "parse_suspect"),
    "page": (markup("Not found, but 200").encode(), "text/html", "soft_error"),
    "wall": (markup("Access Denied").encode(), "text/html", "blocked"),
    "large": (PDF + b"%" * 400_000 + b"\n%%EOF\n", "application/pdf", "too_large"),
}


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as started:
        started.pages["/robots.txt"] = reply("User-agent: *\n")
        started.pages["/list.json"] = listed(*FILES)
        for key, (body, content_type, _) in FILES.items():
            started.pages[f"/notices/{key}"] = reply(markup(key))
            started.pages[f"/files/{key}"] = reply(body, Content_Type=content_type)
        yield started


def run(database: Path, site: Site, **more: Any) -> None:
    files = {key: f"/files/{key}" for key in FILES}
    settings = {"DOWNLOAD_MAXSIZE": 50_000, "FILE_MAXSIZE": 300_000}
    crawl(database, site.url, options={"files": files}, settings=settings, **more)


def by_part(database: Path, part: str) -> dict[str, str]:
    with sqlite3.connect(database) as connection:
        return dict(
            connection.execute(
                "select d.key, v.outcome from visits v join documents d on d.ref = v.document where v.part = ?", (part,)
            )
        )


def test_each_file_ends_in_its_own_outcome(tmp_path: Path, site: Site) -> None:
    run(tmp_path / "store.db", site)

    assert by_part(tmp_path / "store.db", "file") == {key: outcome for key, (_, _, outcome) in FILES.items()}
    assert set(by_part(tmp_path / "store.db", "page").values()) == {"new"}


def test_a_file_is_read_once_until_it_is_due(tmp_path: Path, site: Site) -> None:
    site.pages["/list.json"] = listed("good")
    run(tmp_path / "store.db", site)
    asked = len(site.asked)

    run(tmp_path / "store.db", site)

    assert [asked.path for asked in site.asked[asked:]] == ["/robots.txt", "/list.json"]


def test_one_document_is_read_with_its_file(tmp_path: Path, site: Site) -> None:
    site.pages["/list.json"] = listed("good")
    run(tmp_path / "store.db", site)
    asked = len(site.asked)

    run(tmp_path / "store.db", site, only="good")

    assert [asked.path for asked in site.asked[asked:]] == ["/robots.txt", "/notices/good", "/files/good"]
