"""WARC files: recorded answers as they stand in the file, with what is damaged said aloud."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader

from store.archive import Answer

MOST = 64 * 1024 * 1024
"""The longest body that is read, once decoded; a longer one is left out and named."""

_GZIP = b"\x1f\x8b"
_HTTP = ("http://", "https://")


class NotWarc(Exception):
    """The file is no WARC file. The message names it and says what stands there."""


class Damaged(Exception):
    """The file ends in the middle of a record, or has records that cannot be read. What is whole was handed over."""


def answers(path: Path) -> Iterator[Answer]:
    """The HTTP responses in a WARC file, in its order.

    Records of other types are passed over; so are `revisit` records, whose bytes stand elsewhere. Raises NotWarc
    before the first record, Damaged after the last whole one. A record that is whole and says nonsense keeps nothing
    else away: it is named at the end.
    """
    begun = False
    nonsense: list[str] = []
    with path.open("rb") as file:
        try:
            stream = _unpacked(file)
            while line := _next_line(stream):
                begun = begun or line.startswith(b"WARC/")
                record = _record(stream, line)
                try:
                    answer = _answer(record)
                except ValueError as error:
                    nonsense.append(_said(error))
                    continue
                if answer is not None:
                    yield answer
        except (ArchiveLoadFailed, zlib.error, EOFError, OSError) as error:
            if begun:
                raise Damaged(f"{path.name}: damaged after its last whole record: {_said(error)}") from error
            raise NotWarc(f"{path}: not a WARC file; it begins with {_beginning(file)!r}") from error
    if not begun:
        raise NotWarc(f"{path}: an empty file, not a WARC file")
    if nonsense:
        raise Damaged(f"{path.name}: {len(nonsense)} records could not be read; the first: {nonsense[0]}")


def _unpacked(file: BinaryIO) -> BinaryIO:
    """The file's records without compression.

    warcio's own iterator takes a file that was cut off for one that is over. Python's gzip says so, and reads files
    that are compressed as one whole as well.
    """
    packed = file.read(2) == _GZIP
    file.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file


def _next_line(stream: BinaryIO) -> bytes:
    """The first line of the next record; empty at the end of the file."""
    while line := stream.readline(65536):
        if line.strip():
            break
    return line


def _beginning(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read(16)


def _record(stream: BinaryIO, line: bytes) -> Any:
    """The record that begins with this line, its body still unread. Raises EOFError where its head is cut off."""
    loader = ArcWarcRecordLoader()
    record = loader.parse_record_stream(stream, line, "warc", no_record_parse=True)
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    if not record.rec_type or record.length is None or (record.rec_type == "response" and not url):
        raise EOFError("a record ends within its head")
    if record.rec_type == "response" and url.startswith(_HTTP) and record.length:
        record.http_headers = loader.load_http_headers("response", url, record.raw_stream, record.length)
    return record


def _answer(record: Any) -> Answer | None:
    """What a record answered, read to its end; None for what is no HTTP response.

    Raises EOFError where the body is shorter than it says, ValueError where it is far too long or says nonsense.
    """
    headers = record.http_headers
    body = record.content_stream().read(MOST + 1) if headers else b""
    while record.raw_stream.read(65536):
        pass
    if record.raw_stream.limit:
        raise EOFError(f"a record ends {record.raw_stream.limit} bytes early")
    if headers is None:
        return None
    url = record.rec_headers.get_header("WARC-Target-URI").strip("<>").replace(" ", "%20")
    if len(body) > MOST:
        raise ValueError(f"{url}: a body of more than {MOST} bytes")
    return Answer(
        url=url,
        final_url=url,
        status=_status(url, headers),
        headers=tuple((name, value) for name, value in headers.headers),
        body=body,
        moment=_moment(url, record.rec_headers.get_header("WARC-Date") or ""),
    )


def _status(url: str, headers: Any) -> int:
    code = headers.get_statuscode() or ""
    if not code.isdigit():
        raise ValueError(f"{url}: a response without a status, found {code!r}")
    return int(code)


def _moment(url: str, text: str) -> datetime:
    """WARC-Date is ISO 8601 in UTC, with a fraction in WARC 1.1."""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
    except ValueError as error:
        raise ValueError(f"{url}: WARC-Date is no moment, found {text!r}") from error


def _said(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
