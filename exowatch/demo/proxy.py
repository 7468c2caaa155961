"""A loopback proxy that answers for every site from one handler, HTTPS included.

    with Proxy(handler) as proxy:
        ...  # HTTPS_PROXY=proxy.url SSL_CERT_FILE=proxy.ca_file

It never connects anywhere: what the handler does not know does not exist.
"""

from __future__ import annotations

import socket
import ssl
import tempfile
import threading
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from exowatch.demo.answer import Handler, WorldAnswer
from exowatch.demo.certificates import RunAuthority

_IDLE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One request as it reached the proxy; header names are lower case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


class Proxy:
    """Listens on 127.0.0.1 while the `with` block runs.

    `hosts`, when given, are the only hosts that exist; every other one is answered 502, before TLS. A handler
    may also answer 502 itself. `requests` is what came in, in order; `refused` the hosts that do not exist;
    `failures` what the handler raised.
    """

    def __init__(self, handler: Handler, *, hosts: Collection[str] | None = None) -> None:
        self._handler = handler
        self._hosts = hosts
        self.requests: list[SeenRequest] = []
        self.refused: list[str] = []
        self.failures: list[Exception] = []

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="exowatch-proxy-")
        self.authority = RunAuthority(Path(self._folder.name))
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        self._thread.join()
        self._folder.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def ca_file(self) -> str:
        return str(self.authority.ca_file)

    def knows(self, host: str) -> bool:
        if self._hosts is None or host in self._hosts:
            return True
        self.refused.append(host)
        return False

    def answer(self, request: SeenRequest) -> WorldAnswer:
        """The handler's answer; what it raises is kept and answered 500, so that a test can look at it."""
        self.requests.append(request)
        try:
            return self._handler(request.method, request.url, request.headers, request.body)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test that owns the handler looks at it
            self.failures.append(error)
            return WorldAnswer(500, {"Content-Type": "text/plain"}, b"The handler failed.\n")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Connection)

    def hang_up(self) -> None:
        """Ends the connections that clients keep alive, so that nothing answers after the block."""
        for connection in list(self.open):
            with suppress(OSError):  # the client was faster
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is ordinary life; the handler's own errors are kept elsewhere."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self._origin = ""
        self.server.open.add(self.connection)

    def finish(self) -> None:
        self.server.open.discard(self.connection)
        with suppress(OSError):
            super().finish()
        if self._origin:
            self.connection.close()  # the server closes the socket it accepted, which TLS has replaced

    def do_CONNECT(self) -> None:
        """Opens the tunnel, then serves the requests that arrive inside it on the same thread."""
        host, _, port = self.path.rpartition(":")
        host = host.strip("[]").lower()
        if not host or not port.isdigit() or self._origin:
            self._send(WorldAnswer(HTTPStatus.BAD_REQUEST))
        elif not self.server.proxy.knows(host):
            self._send(WorldAnswer(HTTPStatus.BAD_GATEWAY))
        else:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self.wfile.flush()
            self._enter_tls(host, int(port))

    def _enter_tls(self, host: str, port: int) -> None:
        context = self.server.proxy.authority.context(host)
        shown = f"[{host}]" if ":" in host else host
        self._origin = f"https://{shown}" if port == 443 else f"https://{shown}:{port}"
        self.rfile.close()
        plain = self.connection
        secure = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        self.server.open.discard(plain)
        self.server.open.add(secure)
        self.connection = secure
        secure.do_handshake()
        self.rfile = secure.makefile("rb")
        self.wfile = secure.makefile("wb")
        self.close_connection = False

    def _answer(self) -> None:
        url = self._origin + self.path if self.path.startswith("/") and self._origin else self.path
        host = urlsplit(url).hostname
        if host is None:
            self._send(WorldAnswer(HTTPStatus.BAD_REQUEST))
        elif not self.server.proxy.knows(host):
            self._send(WorldAnswer(HTTPStatus.BAD_GATEWAY))
        else:
            headers = {name.lower(): value for name, value in self.headers.items()}
            if "transfer-encoding" in headers:
                self.close_connection = True
                self._send(WorldAnswer(HTTPStatus.LENGTH_REQUIRED))
                return
            body = self.rfile.read(int(headers.get("content-length", "0")))
            self._send(self.server.proxy.answer(SeenRequest(self.command, url, headers, body)))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = _answer

    def _send(self, answer: WorldAnswer) -> None:
        """One write for the whole answer: two would wait for each other on a kept-alive connection."""
        if answer.raw is not None:
            self._send_raw(answer.raw)
            return
        bodiless = answer.status in (204, 304)
        lines = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        if not bodiless:
            lines.append(f"Content-Length: {len(answer.body)}")
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.wfile.write(head if bodiless or self.command == "HEAD" else head + answer.body)
        self.wfile.flush()

    def _send_raw(self, pieces: Iterable[bytes]) -> None:
        self.close_connection = True
        for piece in pieces:
            self.wfile.write(piece)
            self.wfile.flush()
        if isinstance(self.connection, ssl.SSLSocket):
            with suppress(OSError):  # a client that hangs up first has no use for our goodbye
                self.connection.unwrap()

    def log_message(self, format: str, *args: object) -> None:
        """Silent: `Proxy.requests` is the log."""


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
