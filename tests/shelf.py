"""A small store of invented letters, whose pages are JSON and whose reader is a few lines long."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from store.archive import Answer, Crawl, Recorded, Row, Target
from store.database import Store
from store.derivation import Derivation
from store.mentions import Topic
from store.records import Block, BlockKind, Issue, Material, Origin, Outcome, Part, Reader, Reading, Unreadable
from store.rules import Rules

START = datetime(2025, 8, 1, 8, tzinfo=UTC)
SITE = "https://regulator.example"
LIST = f"{SITE}/letters"
RULES = Rules((Topic("exosomes", terms=("exosom",)),))


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def url_of(key: str) -> str:
    return f"{SITE}/{key}"


def page(text: str = "", title: str = "Letter", **said: object) -> bytes:
    """A page: its lines are paragraphs, those that begin with # headings, those with | table rows."""
    return json.dumps({"text": text, "title": title, **said}, sort_keys=True).encode()


def read(material: Material) -> Reading:
    """The reader of these pages."""
    try:
        said = json.loads(material.body)
    except ValueError as error:
        raise Unreadable(f"{material.url}: no JSON") from error
    return Reading(
        said["title"],
        said.get("fields", {}),
        said.get("stamps", {}),
        tuple(_block(line) for line in said.get("text", "").split("\n") if line),
        "en",
        said.get("number", ""),
        said.get("published", ""),
        "posted" if said.get("published") else "",
        said.get("pair", ""),
        said.get("problem", ""),
    )


def _block(line: str) -> Block:
    if line.startswith("# "):
        return Block(BlockKind.HEADING, line[2:], 2)
    return Block(BlockKind.ROW, line[2:]) if line.startswith("| ") else Block(BlockKind.PARAGRAPH, line)


def answer(key: str, body: bytes, moment: datetime, url: str = "", final_url: str = "") -> Answer:
    headers = (("Content-Type", "application/json"), ("ETag", f'"{len(body)}"'))
    return Answer(url or url_of(key), final_url or url or url_of(key), 200, headers, body, moment)


@dataclass
class Shelf:
    """A store and what fills it: each `crawl` is one run of the source."""

    path: Path
    reader: Reader = read
    rules: Rules = RULES
    source: str = "letters"
    reader_version: str = ""
    store: Store = field(init=False)
    derivation: Derivation = field(init=False)

    def __post_init__(self) -> None:
        self.store = Store(self.path)
        self.derivation = Derivation(self.store, self.reader, self.rules, self.reader_version)

    def crawl(
        self,
        hours: float,
        pages: Mapping[str, bytes] | None = None,
        *,
        files: Mapping[str, bytes] | None = None,
        rows: Mapping[str, bytes] | None = None,
        gone: Sequence[str] = (),
        unmodified: Sequence[str] = (),
        origin: Origin = Origin.LIVE,
        issues: Sequence[Issue] = (),
        derive: bool = True,
    ) -> tuple[Crawl, dict[str, Recorded]]:
        """Read a list, then pages and files, with everything seen at one moment."""
        moment = at(hours)
        crawl = Crawl(self.store, self.source, origin)
        before = self.derivation.counts(self.source)
        if rows is not None:
            body = b"\n".join(rows.values())
            (target,) = crawl.plan([Target(Part.LIST, LIST)])
            listed = crawl.accept(target, answer("letters", body, moment))
            crawl.rows(listed.visit, [Row(key, url_of(key), row) for key, row in rows.items()], moment, "list")
        recorded = {}
        for part, bodies in ((Part.PAGE, pages or {}), (Part.FILE, files or {})):
            for key, body in bodies.items():
                (target,) = crawl.plan([Target(part, url_of(key), key)])
                recorded[key] = crawl.accept(target, answer(key, body, moment))
        for outcome, keys in ((Outcome.GONE, gone), (Outcome.NOT_MODIFIED, unmodified)):
            for key in keys:
                (target,) = crawl.plan([Target(Part.PAGE, url_of(key), key)])
                crawl.failed(target, outcome, moment)
        for issue in issues:
            crawl.issue(issue)
        if derive:
            self.derivation.update(sorted(crawl.touched))
        after = self.derivation.counts(self.source)
        crawl.finish(
            "finished",
            declared=None,
            documents_followed=after.followed,
            versions_new=after.versions - before.versions,
            changes_new=after.changes - before.changes,
        )
        return crawl, recorded

    def count(self, table: str) -> int:
        return int(self.store.execute(f"select count(*) from {table}").fetchone()[0])

    def close(self) -> None:
        self.store.close()
