"""A crawl of an invented source in a process of its own, since Twisted's reactor starts once: `python -m` with JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler import source
from crawler.pages import DocumentPage, LayoutError
from crawler.source import Found, ListPage, ListRequest, Source
from store.archive import Answer
from store.database import Store
from store.derivation import Counts
from store.errors import Held, Unknown
from store.records import Block, BlockKind, Issue, Material, Part, Reading


class Notice(DocumentPage):
    """An invented page: a heading and paragraphs in `main`."""

    def title(self) -> str:
        return self.text_of("main h1")

    def blocks(self) -> tuple[Block, ...]:
        self.one("main")
        return tuple(Block(BlockKind.PARAGRAPH, node.text().strip()) for node in self.all("main p"))


class Notices(Source):
    """An invented regulator; `options["base"]` is where it stands."""

    name = "notices"
    regulator = "Invented"
    title = "Invented notices"
    listing = "https://notices.example/"
    hosts = ("127.0.0.1", "notices.example")
    page = Notice
    parts = (Part.PAGE, Part.FILE)

    @property
    def base(self) -> str:
        return str(self.options["base"])

    def lists(self) -> Sequence[ListRequest]:
        fallback = ListRequest(f"{self.base}/feed.json", net="feed") if self.options.get("fallback") else None
        return [ListRequest(f"{self.base}/list.json", fallback=fallback)]

    def read_list(self, request: ListRequest, answer: Answer) -> ListPage:
        try:
            data = json.loads(answer.body)
        except ValueError as error:
            raise LayoutError(f"{answer.url}: no JSON: {error}") from error
        if "mistake" in data:
            raise KeyError("a mistake of ours")
        found = [Found(key, f"{self.base}{path}", json.dumps(key).encode(), rank) for key, path, rank in data["rows"]]
        more = [ListRequest(f"{self.base}{path}") for path in data.get("more", ())]
        return ListPage(tuple(found), data.get("declared"), tuple(more), rows=len(found))

    def key(self, url: str) -> str | None:
        return url.rpartition("/")[2] if url.startswith(f"{self.base}/notices/") else None

    def children(self, found: Found, reading: Reading, material: Material) -> Sequence[Found]:
        more = [Found(key, f"{self.base}/notices/{key}") for key in self.options.get("children", {}).get(found.key, ())]
        file = self.options.get("files", {}).get(found.key) if found.part is Part.PAGE else None
        return [*more, Found(found.key, f"{self.base}{file}", part=Part.FILE)] if file else more

    def allows(self, url: str) -> bool:
        return url.startswith(f"{self.base}/")


class OtherNotices(Notices):
    """A second source on the same host."""

    name = "other_notices"


@dataclass
class Listening:
    """Concludes nothing; looks how many sockets of this process wait for connections while a crawl runs."""

    most: int = 0
    seen: int = 0

    def update(self, documents: Iterable[int], readings: Mapping[int, Reading]) -> None:
        self.most = max(self.most, listening_sockets())
        self.seen += len(readings)

    def settle(self, crawl: int) -> tuple[Issue, ...]:
        return ()

    def counts(self, source: str) -> Counts:
        return Counts(0, self.seen, 0)


def listening_sockets() -> int:
    """How many sockets this process listens on, by the tables of the kernel (Linux; 0 elsewhere)."""
    mine = {str(link.readlink()) for link in Path("/proc/self/fd").glob("*") if link.is_symlink()}
    tables = [Path("/proc/net") / name for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    return sum(1 for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in mine)


def crawl(
    database: Path, base: str, *, environment: Mapping[str, str] | None = None, wait: bool = True, **plan: Any
) -> Any:
    """Crawl in a child process; what it says about itself, or the process when it is not waited for."""
    asked = {"database": str(database), "base": base, **plan}
    command = [sys.executable, "-m", "tests.world.crawling", json.dumps(asked)]
    child = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    return said(child) if wait else child


def said(child: subprocess.Popen[str]) -> Any:
    """What a crawling process says about itself at its end."""
    out, err = child.communicate(timeout=120)
    assert child.returncode == 0, err
    return json.loads(out.splitlines()[-1])


def main() -> None:
    from crawler.run import CrawlPlan, rehearsal, run

    asked = json.loads(sys.argv[1])
    declared = {"notices": Notices, "other_notices": OtherNotices}
    source.classes = lambda: declared  # type: ignore[assignment]
    derivation = Listening()
    settings = {"ALLOW_PRIVATE_ADDRESSES": True, "DOWNLOAD_DELAY": 0, "RETRY_PAUSES": [], **asked.get("settings", {})}
    names = asked.get("sources", ["notices"])
    options = {"base": asked["base"], **asked.get("options", {})}

    def derivation_of(store: Store) -> Listening:
        return derivation

    plan = CrawlPlan(
        database=Path(asked["database"]),
        sources=names,
        options=dict.fromkeys(names, options),
        settings=settings,
        limit=asked.get("limit"),
        max_minutes=asked.get("max_minutes"),
        only=asked.get("only", ""),
        derivation=derivation_of,
        verbose=asked.get("verbose", False),
    )
    told: dict[str, Any] = {"held": [], "failure": "", "progress": []}
    on_held = (lambda name, held: told["held"].append(f"{name}: {held}")) if asked.get("go_on") else None
    with rehearsal(plan) if asked.get("dry_run") else nullcontext(plan) as plan:
        try:
            told["crawls"] = run(plan, lambda *said: told["progress"].append(said), on_held=on_held)
        except (Held, Unknown, KeyError) as error:
            told["failure"] = f"{type(error).__name__}: {error}"
    sys.stdout.write(json.dumps({**told, "listening": derivation.most, "readings": derivation.seen}) + "\n")


if __name__ == "__main__":
    main()
