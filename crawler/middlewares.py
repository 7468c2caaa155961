"""What every request passes on its way out: the source's fence, robots.txt, the address check, the pace."""

from __future__ import annotations

import asyncio
import ipaddress
import struct
from functools import partial
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.utils.defer import maybe_deferred_to_future

from crawler import guards, robots
from crawler.fetch import NETWORK_ERRORS, location_of, persistently
from crawler.pace import Pace
from crawler.refusals import OutsideFence, PrivateAddress, Refusal, RobotsBlocked, RobotsForbid

_ROBOTS_REQUEST = "robots_request"
_CRAWL_DELAY = "crawl_delay"
_LOOPBACK = "loopback"


class FenceMiddleware:
    """Sends nothing to an address that the spider's source does not allow, whoever asks."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        source = getattr(self.crawler.spider, "source", None)  # `scrapy shell` may run without a source
        if source is not None and not source.allows(request.url):
            raise OutsideFence(f"{request.url} is outside {source.name}")


class RobotsMiddleware:
    """Asks each host for its robots.txt first, once in a run, and obeys it."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self._hops = crawler.settings.getint("REDIRECT_MAX_TIMES")
        self._pauses = [float(pause) for pause in crawler.settings.getlist("RETRY_PAUSES")]
        job = getattr(crawler.spider, "job", None)
        self._known: robots.Known = job.robots if job is not None else robots.Known()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get(_ROBOTS_REQUEST):
            return
        rules = await self._of(request.url)
        if rules.stop:
            raise (RobotsBlocked if rules.blocked else RobotsForbid)(rules.stop)
        if not rules.allows(request.url, self._agent):
            raise RobotsForbid(f"robots.txt forbids {urlsplit(request.url).path}")
        request.meta[_CRAWL_DELAY] = rules.delay(self._agent)

    async def _of(self, url: str) -> robots.Rules:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        async with self._known.lock:
            if site not in self._known.rules:
                self._known.rules[site] = await self._fetched(f"{site}/robots.txt")
        return self._known.rules[site]

    async def _fetched(self, url: str) -> robots.Rules:
        for _ in range(self._hops + 1):
            if guards.is_wall(url):
                return robots.Rules(stop=f"robots.txt was redirected to {url}", blocked=True)
            try:
                response = await persistently(partial(self._download, url), self._pauses)
            except NETWORK_ERRORS as error:
                return robots.Rules(stop=f"robots.txt could not be fetched: {error}")
            except PrivateAddress:
                raise  # no word about robots.txt: the host itself is not asked
            except (EOFError, struct.error) as error:
                return robots.Rules(stop=f"robots.txt breaks off while it is unpacked: {error}")
            except (Refusal, ValueError) as error:
                return robots.Rules(stop=f"robots.txt cannot be asked for: {error}")
            location = location_of(response)
            if not location:
                return robots.rules(response.status, response.body)
            url = location
        return robots.Rules()  # RFC 9309: more than five redirects are as good as none

    async def _download(self, url: str) -> Response:
        return await self.crawler.engine.download_async(Request(url, meta={_ROBOTS_REQUEST: True}))


class AddressMiddleware:
    """Lets direct connections go to public addresses only; behind a proxy the proxy decides."""

    def __init__(self, crawler: Crawler) -> None:
        self._private = crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("proxy"):
            return
        host = urlsplit(request.url).hostname or ""
        address = ipaddress.ip_address(await _resolved(host))
        address = getattr(address, "ipv4_mapped", None) or address
        if not address.is_global and not self._private:
            raise PrivateAddress(f"{host} leads to {address}, which is not public")
        request.meta[_LOOPBACK] = address.is_loopback


async def _resolved(host: str) -> str:
    """The address that the connection will use: Scrapy's resolver keeps its answer, so that no other can follow."""
    from twisted.internet import reactor

    anything: Any = reactor
    return str(await maybe_deferred_to_future(anything.resolve(host)))


class PaceMiddleware:
    """Holds every request, robots.txt and retries included, until its host may be asked again."""

    def __init__(self, crawler: Crawler) -> None:
        self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._pace = Pace.beside(Path(crawler.settings["EXOWATCH_DB"]))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        # A loopback host reached directly is this machine's own: what its robots.txt asks protects nobody.
        declared = 0.0 if request.meta.get(_LOOPBACK) else float(request.meta.get(_CRAWL_DELAY) or 0.0)
        host = urlsplit(request.url).hostname or ""
        await asyncio.sleep(self._pace.reserve(host, max(self._delay, declared)))
        request.meta["download_slot"] = "paced"
