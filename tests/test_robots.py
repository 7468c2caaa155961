"""What robots.txt means, read or not."""

import pytest

from crawler.robots import rules

AGENT = "exowatch/1.0 (+me@home.example)"
PAGE = "https://www.fda.gov/letters/a?page=2"


@pytest.mark.parametrize(
    ("status", "body", "allowed", "stopped"),
    [
        (200, b"", True, False),
        (200, b"<html>not rules at all</html>", True, False),
        (200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /letters", False, False),
        (200, b"User-agent: *\r\nDisallow: /*?page=", False, False),
        (200, b"User-agent: *\nDisallow: /\nAllow: /letters/", True, False),
        (200, b"User-agent: EXOWATCH\nDisallow: /\n\nUser-agent: *\nAllow: /", False, False),
        (200, b"User-agent: other\nDisallow: /", True, False),
        (200, b"# " + b"x" * 600_000 + b"\nUser-agent: *\nDisallow: /", True, False),
        (200, b"User-agent: *\nDisallow: /letters\n" + b"# x\n" * 200_000, False, False),
        (200, b"\xff\xfe\x00garbage\x00", True, False),
        (401, b"", True, False),
        (403, b"", True, False),
        (404, b"User-agent: *\nDisallow: /", True, False),
        (410, b"", True, False),
        (429, b"", True, True),
        (500, b"", True, True),
        (503, b"", True, True),
        (304, b"", True, True),
    ],
)
def test_absent_means_free_and_broken_means_stop(status: int, body: bytes, allowed: bool, stopped: bool) -> None:
    found = rules(status, body)

    assert found.allows(PAGE, AGENT) is allowed
    assert bool(found.stop) is stopped


@pytest.mark.parametrize(
    ("body", "delay"),
    [
        (b"User-agent: *\nCrawl-delay: 30", 30),
        (b"User-agent: *\nCrawl-Delay: 0.5", 0.5),
        (b"User-agent: *\nCrawl-delay: soon", 0),
        (b"User-agent: *\nCrawl-delay: -5", 0),
        (b"User-agent: other\nCrawl-delay: 30", 0),
        (b"", 0),
    ],
)
def test_a_declared_delay_is_found(body: bytes, delay: float) -> None:
    assert rules(200, body).delay(AGENT) == delay
