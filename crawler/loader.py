"""The way from sources to spiders: Scrapy asks for spiders by name, and gets one for every declared source."""

from __future__ import annotations

import builtins
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.settings import BaseSettings

from crawler import source
from crawler.source import Source
from crawler.spider import DocumentSpider


def spider_class(declared: type[Source]) -> type[DocumentSpider]:
    """The spider that reads a source."""
    content = {
        "name": declared.name,
        "__doc__": declared.__doc__,
        "__module__": declared.__module__,
        "source_class": declared,
    }
    return type(declared.__name__, (DocumentSpider,), content)


class SourceLoader:
    """Scrapy's spider loader over `crawler.source.classes()`."""

    def __init__(self, settings: BaseSettings) -> None:
        self._spiders = {name: spider_class(declared) for name, declared in source.classes().items()}

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        return cls(settings)

    def load(self, spider_name: str) -> type[Spider]:
        """The spider of this name. Raises KeyError, as Scrapy expects."""
        if spider_name not in self._spiders:
            raise KeyError(f"no source is called {spider_name!r}; there are {', '.join(self.list())}")
        return self._spiders[spider_name]

    def list(self) -> builtins.list[str]:
        return sorted(self._spiders)

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """The names of the spiders whose hosts include the request's."""
        host = urlsplit(request.url).hostname
        return [name for name, spider in sorted(self._spiders.items()) if host in spider.source_class.hosts]
