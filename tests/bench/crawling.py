"""One process of a measured crawl; at its end it writes its CPU seconds and its peak memory in MB, as JSON.

`python -m tests.bench.crawling REPORT exowatch WORDS…` is the command as a person runs it.
`python -m tests.bench.crawling REPORT bare LETTERS` asks for the same pages with Scrapy alone and keeps nothing.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.bench.memory import peak


def main() -> None:
    report, kind, *words = sys.argv[1:]
    with suppress(SystemExit):
        _exowatch(words) if kind == "exowatch" else _bare(int(words[0]))
    used = resource.getrusage(resource.RUSAGE_SELF)
    Path(report).write_text(json.dumps({"cpu": used.ru_utime + used.ru_stime, "memory": peak()}))


def _exowatch(words: list[str]) -> None:
    from exowatch.cli import main as command

    sys.argv = ["exowatch", *words]
    command()


def _bare(number: int) -> None:
    """Our own settings without what is ours: Scrapy's middlewares for robots.txt and the site, its own connections."""
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings, default_settings

    from tests.bench import letters

    class Bare(Spider):
        name = "bare"
        allowed_domains = ("www.fda.gov",)

        async def start(self) -> AsyncIterator[Any]:
            # As ours does. Left to Scrapy's scheduler, the next request begins before the last one's connection is free,
            # and nearly each pays for a connection of its own.
            for address in addresses:
                await self.crawler.engine.download_async(Request(address))
            for nothing in tuple[Any, ...]():
                yield nothing

    addresses = [letters.letter(n, words=1).url for n in range(number)]
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    ours = ("DOWNLOADER_MIDDLEWARES", "DOWNLOAD_HANDLERS", "DOWNLOAD_SLOTS", "SPIDER_LOADER_CLASS")
    settings.setdict({name: getattr(default_settings, name) for name in ours}, priority="cmdline")
    settings.setdict({"DOWNLOAD_DELAY": 0, "LOG_ENABLED": False}, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    process.crawl(Bare)
    process.start()


if __name__ == "__main__":
    main()
