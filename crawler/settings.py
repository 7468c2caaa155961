"""Scrapy settings: slow, honest, verified TLS, nothing listening.

Scrapy 2.19 has most of these the other way round. `--set NAME=VALUE` of `exowatch crawl` (`-s` of `scrapy`) replaces
any of them for one run.
"""

from __future__ import annotations

import os
import sys

BOT_NAME = "exowatch"
SPIDER_LOADER_CLASS = "crawler.loader.SourceLoader"
SPIDER_MODULES = ["crawler.spiders"]
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# Who we are: the regulator's own administrators should be able to find us.
USER_AGENT = "exowatch (tracks regulators' documents on exosomes; set `contact` in the configuration)"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/json;q=0.9,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en,fr;q=0.8",
}

# Slow: one request at a time and a start per second at most, for each host and over all processes (`crawler.pace`).
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1
DOWNLOAD_DELAY_JITTER = 0
# Scrapy's own delay would come after ours and shift the starts that other processes have been promised.
DOWNLOAD_SLOTS = {"paced": {"concurrency": 1, "delay": 0, "jitter": 0}}
ROBOTSTXT_OBEY = True

# Nothing listens, nothing is trusted that has not proved itself.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {
    "http": "crawler.handler.OneTryHandler",
    "https": "crawler.handler.OneTryHandler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}
ALLOW_PRIVATE_ADDRESSES = False
"""Ours: whether a direct connection may go to an address that is not public. Only tests say yes."""

# Bounded: every answer, and every run.
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
FILE_MAXSIZE = 64 * 1024 * 1024
"""Ours: the same for files (PDF), which are larger than pages."""
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 5
MEMUSAGE_ENABLED = True
MEMUSAGE_LIMIT_MB = 1024 if sys.platform == "linux" else 0
CLOSESPIDER_TIMEOUT = 5 * 24 * 3600  # a first full read of the FDA at its 30 s takes three days
RETRY_PAUSES = [5, 20]
"""Ours: seconds to wait before each further try after a network error."""

# One request, one answer: these would answer in the server's place or hide what became of a target.
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False
REDIRECT_ENABLED = False  # `crawler.fetch` follows, so that no target vanishes on the way
RETRY_ENABLED = False  # `crawler.fetch` tries again
HTTPCACHE_ENABLED = False
REFERER_ENABLED = False
JOBDIR = None  # loses pending requests after a kill; the store's target table does not
FEEDS: dict[str, dict[str, object]] = {}

DOWNLOADER_MIDDLEWARES = {
    # Ours in place of two that drop requests without a word, or go on where robots.txt cannot be had.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.FenceMiddleware": 50,
    "crawler.middlewares.RobotsMiddleware": 100,
    "crawler.middlewares.AddressMiddleware": 760,  # behind HttpProxyMiddleware: it looks at direct connections only
    "crawler.middlewares.PaceMiddleware": 870,  # the last before the wire
}

LOG_LEVEL = "INFO"

EXOWATCH_DB = os.environ.get("EXOWATCH_DB") or "exowatch.db"
"""Ours: the store that a bare `scrapy crawl` writes to, and beside which the pace of hosts is kept."""
