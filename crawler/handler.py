"""How requests go out: Scrapy's own way, except that nothing is asked twice behind our back."""

from __future__ import annotations

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler


class OneTryHandler(HTTP11DownloadHandler):
    """Sends a request once.

    Where a kept connection breaks without an answer, Twisted would ask again at once, without pace and without a trace.
    `crawler.fetch` tries again, after a pause.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.retryAutomatically = False
