"""A site on a loopback socket that answers byte for byte what a test tells it to, and notes when it was asked."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived; header names are lower case."""

    moment: float
    path: str
    headers: dict[str, str]


Reply = bytes | Callable[[Asked], bytes]


def reply(body: str | bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer with its length."""
    data = body.encode() if isinstance(body, str) else body
    named = {"Content-Type": "text/html; charset=utf-8", **{n.replace("_", "-"): v for n, v in headers.items()}}
    lines = [
        f"HTTP/1.1 {status}",
        *(f"{n}: {v}" for n, v in named.items()),
        f"Content-Length: {len(data)}",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + data


@dataclass
class Site:
    """Serves `pages` while the `with` block runs; what it does not know is 404. `asked` is its log."""

    pages: dict[str, Reply] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> Self:
        site = self

        class Connection(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                first = self.rfile.readline().decode("latin-1").split()
                if len(first) < 2:
                    return
                headers: dict[str, str] = {}
                while line := self.rfile.readline().decode("latin-1").strip():
                    name, _, value = line.partition(":")
                    headers[name.lower()] = value.strip()
                asked = Asked(time.monotonic(), first[1], headers)
                site.asked.append(asked)
                found = site.pages.get(asked.path.partition("?")[0], reply("Not found here.", "404 Not Found"))
                self.wfile.write(found(asked) if callable(found) else found)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, t: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]
