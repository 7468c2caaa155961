"""Faults that a world can be given: each a small function of a request and of what the site would have answered."""

from __future__ import annotations

import gzip
import json
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from enum import StrEnum
from urllib.parse import parse_qsl, urlsplit

from exowatch.demo.answer import WorldAnswer
from tests.world import fda
from tests.world.blocks import Block
from tests.world.world import Asked, Fault

Answering = Callable[[], WorldAnswer]
Where = Callable[[Asked], bool]


def at(*urls: str) -> Where:
    """These addresses, whatever their query."""
    return lambda asked: asked.url.partition("?")[0] in urls


def on(host: str, first: int = 1, last: int = 10**9) -> Where:
    """The requests of a host from one place of a crawl to another."""
    return lambda asked: asked.host == host and first <= asked.place <= last


def anywhere(asked: Asked) -> bool:
    return True


def instead(where: Where, given: WorldAnswer | Callable[[Asked], WorldAnswer]) -> Fault:
    """Another answer in the place of the site's own."""

    def fault(asked: Asked, answering: Answering) -> WorldAnswer:
        if not where(asked):
            return answering()
        return given(asked) if callable(given) else given

    return fault


def edited(where: Where, edit: Callable[[bytes], bytes]) -> Fault:
    """The site's own answer with its body edited."""

    def fault(asked: Asked, answering: Answering) -> WorldAnswer:
        given = answering()
        if not where(asked) or given.status != 200:
            return given
        return WorldAnswer(given.status, given.headers, edit(given.body))

    return fault


# Blocks


def blocked(block: Block, where: Where) -> Fault:
    """A wall in front of what `where` says; the addresses that it sends people to stand as long as it does."""

    def fault(asked: Asked, answering: Answering) -> WorldAnswer:
        if asked.path in block.elsewhere:
            return block.elsewhere[asked.path]
        return block.answer if where(asked) else answering()

    return fault


# Robots


def robots(text: str = "", status: int = 200, host: str = fda.HOST, **headers: str) -> Fault:
    """Another robots.txt."""
    named = {"Content-Type": "text/plain", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return instead(at(f"https://{host}/robots.txt"), WorldAnswer(status, named, text.encode()))


# Cut bodies


class Framing(StrEnum):
    """How a server says where a body ends."""

    LENGTH = "Content-Length"
    CHUNKED = "chunked"
    CLOSE = "close-delimited"
    GZIP = "gzip"


def cut(where: Where, share: float, framing: Framing) -> Fault:
    """Only so much of a body, from 0 to 1 of its length."""

    def fault(asked: Asked, answering: Answering) -> WorldAnswer:
        given = answering()
        return framed(given, share, framing) if where(asked) and given.status == 200 else given

    return fault


def framed(given: WorldAnswer, share: float, framing: Framing) -> WorldAnswer:
    """An answer cut off in one framing. A cut gzip arrives whole as a message: nothing on the wire says that it is cut."""
    if framing is Framing.GZIP:
        packed = gzip.compress(given.body, mtime=0)
        return WorldAnswer(
            given.status, {**given.headers, "Content-Encoding": "gzip"}, packed[: int(len(packed) * share)]
        )
    kept = given.body[: int(len(given.body) * share)]
    head = {
        Framing.LENGTH: f"Content-Length: {len(given.body)}",
        Framing.CHUNKED: "Transfer-Encoding: chunked",
        Framing.CLOSE: "Connection: close",
    }[framing]
    lines = ["HTTP/1.1 200 OK", *(f"{name}: {value}" for name, value in given.headers.items()), head, "", ""]
    sent = b"%x\r\n%s" % (len(given.body), kept) if framing is Framing.CHUNKED else kept
    return WorldAnswer(200, raw=["\r\n".join(lines).encode("latin-1") + sent])


# Slow, endless, garbled


def slow(where: Where, seconds: float) -> Fault:
    """Silence before the answer."""

    def fault(asked: Asked, answering: Answering) -> WorldAnswer:
        if where(asked):
            time.sleep(seconds)
        return answering()

    return fault


def trickle(where: Where, pieces: int, pause: float) -> Fault:
    """A body that comes in so many pieces with a pause after each, and then is whole."""

    def drops(given: WorldAnswer) -> Iterator[bytes]:
        head = "".join(f"{name}: {value}\r\n" for name, value in given.headers.items())
        yield f"HTTP/1.1 200 OK\r\n{head}Content-Length: {len(given.body)}\r\nConnection: close\r\n\r\n".encode(
            "latin-1"
        )
        step = len(given.body) // pieces + 1
        for start in range(0, len(given.body), step):
            yield given.body[start : start + step]
            time.sleep(pause)

    return instead_of_site(where, lambda given: WorldAnswer(200, raw=drops(given)))


def too_large(where: Where, size: int) -> Fault:
    """A body that is padded to so many bytes."""
    return edited(where, lambda body: body.replace(b"</body>", b"<!--" + b"x" * size + b"--></body>"))


def garbled(where: Where) -> Fault:
    """An answer that is no HTTP."""
    return instead(where, WorldAnswer(200, raw=[b"SSH-2.0-OpenSSH\r\n\r\n"]))


def hung_up(where: Where) -> Fault:
    """A connection closed without a word."""
    return instead(where, WorldAnswer(200, raw=[]))


def instead_of_site(where: Where, change: Callable[[WorldAnswer], WorldAnswer]) -> Fault:
    def fault(asked: Asked, answering: Answering) -> WorldAnswer:
        given = answering()
        return change(given) if where(asked) and given.status == 200 else given

    return fault


# Documents that go, move, or all lead to one place


def gone(where: Where, status: int = 404) -> Fault:
    page = b"<!DOCTYPE html><html><head><title>Page Not Found | FDA</title></head><body><h1>Page Not Found</h1></body></html>"
    return instead(where, WorldAnswer(status, {"Content-Type": "text/html; charset=UTF-8"}, page))


def moved(places: Mapping[str, str]) -> Fault:
    """Old addresses that lead to new ones; what stands there is the site's affair."""
    return instead(lambda asked: asked.url in places, lambda asked: WorldAnswer(301, {"Location": places[asked.url]}))


def all_lead_to(where: Where, place: str) -> Fault:
    return instead(where, WorldAnswer(302, {"Location": place}))


def off_site(where: Where) -> Fault:
    return all_lead_to(where, "https://elsewhere.example/landing")


# Lists


def list_page(start: int) -> Where:
    """The page of the list of letters that begins with this row; searches are left alone."""

    def where(asked: Asked) -> bool:
        query = dict(parse_qsl(urlsplit(asked.url).query) + parse_qsl(asked.body.decode("utf-8", "replace")))
        is_list = asked.path.endswith("/views/ajax") and not query.get("search_api_fulltext")
        return is_list and int(query.get("start", 0)) == start

    return where


def any_list(asked: Asked) -> bool:
    """Every list of letters and every file that is a list."""
    return asked.path.endswith(("/views/ajax", ".json", ".sitemap.xml"))


def declared(total: int) -> Fault:
    """The list of letters says another total than it has."""

    def edit(body: bytes) -> bytes:
        return json.dumps({**json.loads(body), "recordsTotal": total, "recordsFiltered": total}).encode()

    return edited(lambda asked: asked.path.endswith("/views/ajax") and "fulltext=&" in asked.url, edit)


def without_rows(body: bytes) -> bytes:
    return json.dumps({**json.loads(body), "data": [], "recordsTotal": 0, "recordsFiltered": 0}).encode()


def without_row(link: str) -> Callable[[bytes], bytes]:
    """A list of letters that has lost one row, and counts without it."""

    def edit(body: bytes) -> bytes:
        given = json.loads(body)
        kept = [row for row in given["data"] if link not in row[2]]
        total = given["recordsTotal"] - 1
        return json.dumps({**given, "data": kept, "recordsTotal": total, "recordsFiltered": total}).encode()

    return edit


def reordered(body: bytes) -> bytes:
    """The columns of a list of letters in another order."""
    given = json.loads(body)
    return json.dumps({**given, "data": [row[::-1] for row in given["data"]]}).encode()


# Markup


def renamed(*names: str) -> Callable[[bytes], bytes]:
    """An edit that renames classes, ids, tags or attributes by these words, wherever they stand in a tag."""
    pattern = re.compile(rb"(?<=[\s\"'<=/])(" + b"|".join(re.escape(n.encode()) for n in names) + rb")(?=[\s\"'>=/])")
    tag = re.compile(rb"<[^>]*>")
    return lambda body: tag.sub(lambda found: pattern.sub(rb"x-\1", found[0]), body)


def replaced(old: str, new: str) -> Callable[[bytes], bytes]:
    return lambda body: body.replace(old.encode(), new.encode())


def pages(urls: Collection[str]) -> Where:
    return lambda asked: asked.url in urls
