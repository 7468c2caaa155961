"""WARC files made for a test: from invented pages, or from the records of another file."""

import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


def write_warc(path: Path, pages: Iterable[tuple[str, datetime, bytes]], *, packed: bool = True) -> Path:
    """A WARC file with one response for each address, moment and body."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=packed, warc_version="WARC/1.1")
        for url, moment, body in pages:
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            said = {"WARC-Date": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=BytesIO(body), http_headers=headers, warc_headers_dict=said
                )
            )
    return path


def members(path: Path) -> list[bytes]:
    """The gzip members of a WARC file, each one record."""
    data, found = path.read_bytes(), []
    while data:
        unpacker = zlib.decompressobj(wbits=31)
        unpacker.decompress(data)
        found.append(data[: len(data) - len(unpacker.unused_data)])
        data = unpacker.unused_data
    return found
