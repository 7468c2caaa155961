"""WARC files out: captures as WARC 1.1 records, and what such a file holds, read back and checked.

The status and the headers of an answer are kept, its bytes on the wire are not: a body is stored decoded. So a header
that speaks of the wire goes out as `X-Archive-Orig-…`, as replay tools expect it, and the file says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archives.warc import MOST
from crawler.headers import kept
from store.clock import shown

SHA256 = "Exowatch-Payload-SHA-256"
"""The record header with our own hash of the payload; WARC-Payload-Digest is SHA-1."""
ABOUT = (
    "Written from a store that keeps decoded bodies. Status and headers of each response are as received, but for"
    " headers of the wire (X-Archive-Orig-...); protocol, reason phrase and order of bytes are reconstructed. Requests"
    " are not kept. A row of a regulator's list is a resource record."
)


@dataclass(frozen=True, slots=True)
class Recording:
    """One capture to be written: `url` answered, `asked` was asked for, by way of `redirects`.

    `status` is None for what was no answer of its own: a row of a list.
    """

    url: str
    asked: str
    redirects: tuple[str, ...]
    moment: datetime
    status: int | None
    headers: tuple[tuple[str, str], ...]
    content_type: str
    body: bytes
    sha256: str
    origin: str


@dataclass(frozen=True, slots=True)
class Payload:
    """One payload in a WARC file; `intact` says whether its digests fit, `claimed` is our hash as the record has it."""

    url: str
    body: bytes
    claimed: str
    intact: bool


def write(recordings: Iterable[Recording], *, name: str, made: datetime, software: str) -> bytes:
    """A WARC file of these captures, one gzip member per record; the same captures give the same bytes.

    `name` tells this file's records from others', `made` is the date of its first record.
    """
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="WARC/1.1")
    info = f"software: {software}\r\nformat: WARC File Format 1.1\r\ndescription: {ABOUT}\r\n"
    _record(writer, "warcinfo", None, info.encode(), _named(name, "warcinfo", made), None)
    for number, recording in enumerate(recordings):
        _write(writer, recording, f"{name}/{number}")
    return out.getvalue()


def _write(writer: Any, recording: Recording, name: str) -> None:
    """A capture's record, then one with what WARC has no header for."""
    said = _named(name, "capture", recording.moment) | {SHA256: recording.sha256}
    if recording.status is None:
        headers = said | {"Content-Type": recording.content_type or "application/octet-stream"}
        url = f"urn:sha256:{recording.sha256}"
        _record(writer, "resource", url, recording.body, headers, None)
    else:
        url = recording.url
        _record(writer, "response", url, recording.body, said, _http(recording, recording.status))
    about = _named(name, "metadata", recording.moment) | {"WARC-Concurrent-To": said["WARC-Record-ID"]}
    _record(writer, "metadata", url, _metadata(recording).encode(), about, None)


def _record(
    writer: Any, kind: str, url: str | None, body: bytes, headers: Mapping[str, str], http: StatusAndHeaders | None
) -> None:
    writer.write_record(
        writer.create_warc_record(
            url, kind, payload=BytesIO(body), length=len(body), warc_headers_dict=headers, http_headers=http
        )
    )


def _named(name: str, what: str, moment: datetime) -> dict[str, str]:
    identity = uuid5(NAMESPACE_URL, f"exowatch:{name}/{what}")
    return {"WARC-Record-ID": f"<urn:uuid:{identity}>", "WARC-Date": shown(moment)}


_OF_THE_WIRE = frozenset({"content-length", "content-encoding", "transfer-encoding"})


def _http(recording: Recording, status: int) -> StatusAndHeaders:
    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in _OF_THE_WIRE else name, " ".join(value.split()))
        for name, value in kept(recording.headers)
    ]
    length = ("Content-Length", str(len(recording.body)))
    return StatusAndHeaders(f"{status} {_PHRASES.get(status, '')}".rstrip(), [*headers, length], protocol="HTTP/1.1")


_PHRASES = {known.value: known.phrase for known in HTTPStatus}


def _metadata(recording: Recording) -> str:
    lines = [
        ("asked-for", recording.asked),
        *(("redirected-to", address) for address in recording.redirects),
        ("answered-by", recording.url),
        ("origin", recording.origin),
        ("sha256", recording.sha256),
    ]
    return "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in lines)


class Broken(Exception):
    """The bytes are no WARC file, or end within one. The message says what was found."""


def payloads(data: bytes) -> Sequence[Payload]:
    """What the response and resource records of a WARC file hold, each checked against its digests. Raises Broken.

    Reading stops with Broken at a body longer than `MOST`.
    """
    try:
        return list(_payloads(ArchiveIterator(BytesIO(data), check_digests=True)))
    except (ArchiveLoadFailed, OSError, ValueError, AttributeError) as error:
        raise Broken(" ".join(str(error).split()) or type(error).__name__) from error


def _payloads(records: Any) -> Iterator[Payload]:
    for record in records:
        body = record.content_stream().read(MOST + 1)
        if len(body) > MOST:
            raise Broken(f"a body of more than {MOST} bytes")
        headers = record.rec_headers
        url, claimed = (headers.get_header(name) or "" for name in ("WARC-Target-URI", SHA256))
        intact = record.digest_checker.passed is True
        if record.rec_type in ("response", "resource") or not intact:
            yield Payload(url, body, claimed, intact)
