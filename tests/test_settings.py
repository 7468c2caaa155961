"""The settings that every spider runs with in effect, whatever the files say."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import load_object

from crawler import source
from crawler.loader import SourceLoader, spider_class
from crawler.run import CrawlPlan, settings_of
from crawler.source import classes
from exowatch.config import source_names

ROOT = Path(__file__).parent.parent
SPIDERS = sorted(source.classes())
EFFECTIVE: dict[str, object] = {
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "ROBOTSTXT_OBEY": True,
    "COOKIES_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "RETRY_ENABLED": False,
    "HTTPCACHE_ENABLED": False,
    "ALLOW_PRIVATE_ADDRESSES": False,
    "REDIRECT_MAX_TIMES": 5,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY_JITTER": 0,
    "JOBDIR": None,
    "LOG_LEVEL": "INFO",
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    "DOWNLOADER_CLIENTCONTEXTFACTORY": "SENTINEL",
    "DOWNLOAD_FAIL_ON_DATALOSS": True,
    "HTTPPROXY_ENABLED": True,
    "FEEDS": {},
    "ITEM_PIPELINES": {},
    "ADDONS": {},
}


def effective(name: str, **overrides: object) -> Settings:
    plan = CrawlPlan(Path("store.db"), [name], settings=overrides, user_agent="exowatch/1", contact="me@home.example")
    return Crawler(spider_class(source.classes()[name]), settings_of(plan)).settings


@pytest.mark.parametrize("name", SPIDERS)
def test_every_spider_is_honest_verified_and_listens_to_nobody(name: str) -> None:
    settings = effective(name)

    found = {key: settings.get(key) for key in EFFECTIVE if key not in ("FEEDS", "ITEM_PIPELINES", "ADDONS")}

    assert found == {key: value for key, value in EFFECTIVE.items() if key in found}
    assert not any(dict(settings[key]) for key in ("FEEDS", "ITEM_PIPELINES", "ADDONS"))
    assert settings["USER_AGENT"] == "exowatch/1 (+me@home.example)"
    assert settings["DEFAULT_REQUEST_HEADERS"]["From"] == "me@home.example"


@pytest.mark.parametrize("name", SPIDERS)
def test_every_spider_is_slow_and_bounded(name: str) -> None:
    settings = effective(name)

    assert settings.getfloat("DOWNLOAD_DELAY") >= 1
    assert 0 < settings.getint("DOWNLOAD_MAXSIZE") <= 64 * 1024 * 1024
    assert 0 < settings.getint("DOWNLOAD_TIMEOUT") <= 120
    assert settings.getint("CLOSESPIDER_TIMEOUT") > 0
    assert settings.getint("MEMUSAGE_LIMIT_MB") == (1024 if sys.platform == "linux" else 0)


@pytest.mark.parametrize("name", SPIDERS)
def test_only_http_is_spoken_and_nothing_drops_requests_unseen(name: str) -> None:
    settings = effective(name)
    base = "DOWNLOADER_MIDDLEWARES"
    order = build_component_list(settings.get_component_priority_dict_with_base(base))
    names = [load_object(component).__name__ for component in order]

    schemes = {scheme for scheme, handler in settings.getwithbase("DOWNLOAD_HANDLERS").items() if handler}

    assert schemes == {"http", "https"}
    assert {"OffsiteMiddleware", "RobotsTxtMiddleware"}.isdisjoint(names)
    ours = ["FenceMiddleware", "RobotsMiddleware", "HttpProxyMiddleware", "AddressMiddleware", "PaceMiddleware"]
    assert [name for name in names if name in ours] == ours


def test_what_the_user_sets_for_a_run_goes_above_everything() -> None:
    settings = effective(SPIDERS[0], DOWNLOAD_DELAY="0", USER_AGENT="mine")

    assert settings.getfloat("DOWNLOAD_DELAY") == 0
    assert settings["USER_AGENT"] == "mine"


def test_scrapy_finds_a_spider_for_every_source() -> None:
    loader = SourceLoader.from_settings(Settings())

    assert loader.list() == SPIDERS
    assert [loader.load(name).name for name in SPIDERS] == SPIDERS
    with pytest.raises(KeyError, match="no source is called 'nobody'"):
        loader.load("nobody")


def test_scrapy_itself_works_from_a_checkout(tmp_path: Path) -> None:
    environment = {**os.environ, "EXOWATCH_DB": str(tmp_path / "store.db")}
    command = [sys.executable, "-m", "scrapy", "list"]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)

    assert done.stdout.split() == SPIDERS


def test_each_source_is_a_file_of_its_name() -> None:
    assert {name: declared.__module__ for name, declared in classes().items()} == {
        name: f"crawler.spiders.{name}" for name in source_names()
    }
