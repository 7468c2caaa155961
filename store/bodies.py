"""Bodies: bytes kept once per SHA-256, each compressed against at most one other that is itself kept whole."""

from __future__ import annotations

from functools import lru_cache

import zstandard

from store.database import Store
from store.errors import Integrity
from store.records import Part, sha256

WHOLE = "zstd"
"""Codec of a body that stands alone."""
AGAINST = "zstd-dict"
"""Codec of a body compressed with another as raw dictionary."""

_MOST = 512 * 1024 * 1024
_SMALL = 2048


def held(store: Store, digest: str) -> bool:
    """Whether these bytes are in the store already."""
    return store.execute("select 1 from bodies where sha256 = ?", (digest,)).fetchone() is not None


def put(store: Store, body: bytes, digest: str, source: str, part: Part, document: int | None) -> int:
    """Keep bytes under their hash; the new row's number, 0 when they were held already. Call inside `store.write()`."""
    if held(store, digest):
        return 0
    dictionary = _dictionary(store, source, part, document, len(body))
    codec, data = _compress(store, body, dictionary)
    if codec == WHOLE:
        dictionary = None
    if _decompress(data, len(body), plain(store, dictionary) if dictionary else None) != body:
        raise Integrity(f"body {digest}: it does not come back from compression as it went in")
    cursor = store.execute(
        "insert into bodies (sha256, size, codec, dictionary, data) values (?, ?, ?, ?, ?)",
        (digest, len(body), codec, dictionary, data),
    )
    return int(cursor.lastrowid or 0)


def get(store: Store, digest: str) -> bytes | None:
    """The bytes, checked against their hash; None when they are not kept. Raises Integrity when they are damaged."""
    row = store.execute("select size, dictionary, data from bodies where sha256 = ?", (digest,)).fetchone()
    if row is None:
        return None
    size, dictionary, data = row
    try:
        body = _decompress(data, size, plain(store, dictionary) if dictionary else None)
    except zstandard.ZstdError as error:
        raise Integrity(f"body {digest}: {error}") from error
    if sha256(body) != digest:
        raise Integrity(f"body {digest}: its bytes have another hash, {sha256(body)}")
    return body


def plain(store: Store, digest: str) -> bytes:
    """The bytes of a body that is stored whole and serves as a dictionary."""
    return _plain(store, digest)


@lru_cache(maxsize=64)
def _plain(store: Store, digest: str) -> bytes:
    row = store.execute("select size, data from bodies where sha256 = ? and dictionary is null", (digest,)).fetchone()
    if row is None:
        raise Integrity(f"body {digest}: others are compressed against it, and it is not there whole")
    return _decompress(row[1], row[0], None)


def _dictionary(store: Store, source: str, part: Part, document: int | None, size: int) -> str | None:
    """The body to compress against: an earlier one of the same part, else one of the same source.

    A document whose first body leans on the source's gets its second one whole, since a dictionary may not lean on
    another: from the third on, each costs about a fiftieth.
    """
    if document is not None:
        own = store.execute(
            "select b.sha256, b.dictionary from captures c join bodies b on b.sha256 = c.body"
            " where c.document = ? and c.part = ? order by b.dictionary is not null, c.id desc limit 1",
            (document, part),
        ).fetchone()
        if own is not None and own[1] is None:
            return str(own[0])
        if own is not None and size > _SMALL:
            return None
    return _of_source(store, source, part, document is None)


def _of_source(store: Store, source: str, part: Part, is_list: bool) -> str | None:
    """The latest body of this source and part that is stored whole."""
    row = store.execute(
        "select value from derivation where key = ?", (f"dictionary:{source}:{part}:{int(is_list)}",)
    ).fetchone()
    return str(row[0]) if row and held(store, str(row[0])) else None


def remember_dictionary(store: Store, digest: str, source: str, part: Part, document: int | None) -> None:
    """Note a body stored whole as the one to compress the source's next ones against."""
    store.execute(
        "insert or ignore into derivation (key, value)"
        " select ?, sha256 from bodies where sha256 = ? and dictionary is null",
        (f"dictionary:{source}:{part}:{int(document is None)}", digest),
    )


def _compress(store: Store, body: bytes, dictionary: str | None) -> tuple[str, bytes]:
    if dictionary is None:
        return WHOLE, _compressor(None, len(body)).compress(body)
    return AGAINST, _with_dictionary(store, dictionary, len(body) > 4_000_000).compress(body)


def _compressor(known: zstandard.ZstdCompressionDict | None, size: int) -> zstandard.ZstdCompressor:
    if size <= 4_000_000:
        return zstandard.ZstdCompressor(level=6, dict_data=known, write_checksum=False)
    # A list of many megabytes repeats its last answer far away: only a window as wide as both finds it.
    parameters = zstandard.ZstdCompressionParameters.from_level(6, window_log=27, enable_ldm=True)
    return zstandard.ZstdCompressor(dict_data=known, compression_params=parameters)


@lru_cache(maxsize=16)
def _with_dictionary(store: Store, digest: str, large: bool) -> zstandard.ZstdCompressor:
    known = zstandard.ZstdCompressionDict(plain(store, digest), dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    return _compressor(known, 5_000_000 if large else 0)


def compress_text(text: bytes, dictionary: bytes | None) -> bytes:
    """A derived text, compressed against the body it was read from: its sentences stand there already."""
    known = zstandard.ZstdCompressionDict(dictionary, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if dictionary else None
    return zstandard.ZstdCompressor(level=6, dict_data=known, write_checksum=False).compress(text)


def decompress_text(data: bytes, dictionary: bytes | None) -> bytes:
    """The inverse of `compress_text`."""
    size = zstandard.frame_content_size(data)
    return _decompress(data, size, dictionary)


def _decompress(data: bytes, size: int, dictionary: bytes | None) -> bytes:
    """Undo compression, never past the length that was written down beside the data."""
    if size > _MOST or size < 0:
        raise Integrity(f"a body of {size} bytes was announced, more than {_MOST}")
    if zstandard.frame_content_size(data) != size:
        raise zstandard.ZstdError(f"announces {zstandard.frame_content_size(data)} bytes, {size} were written down")
    known = zstandard.ZstdCompressionDict(dictionary, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if dictionary else None
    body = zstandard.ZstdDecompressor(dict_data=known, max_window_size=2**27).decompress(data, max_output_size=size)
    if len(body) != size:
        raise zstandard.ZstdError(f"{len(body)} bytes came back, {size} went in")
    return body
