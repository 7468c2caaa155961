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
_LARGE = 4_000_000
"""Longer bodies lean on earlier ones of their own only, and are not kept in memory."""
_just_put: dict[str, bytes] = {}


def held(store: Store, digest: str) -> bool:
    """Whether these bytes are in the store already."""
    return store.execute("select 1 from bodies where sha256 = ?", (digest,)).fetchone() is not None


def put(
    store: Store, body: bytes, digest: str, source: str, part: Part, document: int | None, url: int | None = None
) -> int:
    """Keep bytes under their hash; the new row's number, 0 when they were held already. Call inside `store.write()`.

    `url` is the address of a list, whose earlier answers a long one leans on.
    """
    if held(store, digest):
        return 0
    if document is None and len(body) > _LARGE:
        dictionary = _of_url(store, part, url)
    else:
        dictionary = _dictionary(store, source, part, document, len(body))
    known = plain(store, dictionary) if dictionary else None
    codec, data = _compress(store, body, dictionary, known)
    if _decompress(data, len(body), known) != body:
        raise Integrity(f"body {digest}: it does not come back from compression as it went in")
    # The number of a body that was removed is never given again: the chain knows it by that.
    cursor = store.execute(
        "insert into bodies (id, sha256, size, codec, dictionary, data) select 1 + max("
        "coalesce((select max(id) from bodies), 0), coalesce((select max(number) from tombstones), 0)), ?, ?, ?, ?, ?",
        (digest, len(body), codec, dictionary, data),
    )
    _just_put.clear()
    if len(body) <= _LARGE:
        _just_put[digest] = body
    return int(cursor.lastrowid or 0)


def just_put(store: Store, digest: str) -> bytes | None:
    """The bytes, as `get` gives them; those put last are still at hand."""
    return _just_put.get(digest) or get(store, digest)


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
    return _plain(store, digest) if _size(store, digest) <= _LARGE else _loaded(store, digest)


@lru_cache(maxsize=64)
def _plain(store: Store, digest: str) -> bytes:
    return _loaded(store, digest)


def _loaded(store: Store, digest: str) -> bytes:
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
    """A body of this source and part that is stored whole."""
    row = store.execute(
        "select value from derivation where key = ?", (f"dictionary:{source}:{part}:{int(is_list)}",)
    ).fetchone()
    return str(row[0]) if row and 0 <= _size(store, str(row[0])) <= _LARGE else None


def _of_url(store: Store, part: Part, url: int | None) -> str | None:
    """The latest answer of this address that is stored whole."""
    row = store.execute(
        "select b.sha256 from captures c join bodies b on b.sha256 = c.body"
        " where c.document is null and c.part = ? and c.url = ? and b.dictionary is null order by c.id desc limit 1",
        (part, url),
    ).fetchone()
    return str(row[0]) if row else None


def _size(store: Store, digest: str) -> int:
    """The length of a body; -1 when it is not held."""
    row = store.execute("select size from bodies where sha256 = ?", (digest,)).fetchone()
    return int(row[0]) if row else -1


def remember_dictionary(store: Store, digest: str, source: str, part: Part, document: int | None) -> None:
    """Note a body stored whole as the one to compress the source's next ones against."""
    store.execute(
        "insert or ignore into derivation (key, value)"
        " select ?, sha256 from bodies where sha256 = ? and dictionary is null and size <= ?",
        (f"dictionary:{source}:{part}:{int(document is None)}", digest, _LARGE),
    )


def first_whole(store: Store) -> dict[str, str]:
    """The bodies that `remember_dictionary` noted, by the keys it gave them, as the order of writing tells."""
    rows = store.execute(
        "select c.source, k.part, k.document is null, b.sha256 from bodies b"
        " join captures k on k.id = (select min(id) from captures where body = b.sha256)"
        " join visits v on v.id = k.visit join targets t on t.id = v.target join crawls c on c.id = t.crawl"
        " where b.dictionary is null and b.size <= ? order by b.id desc",
        (_LARGE,),
    )
    return {f"dictionary:{source}:{part}:{is_list}": digest for source, part, is_list, digest in rows}


def stands_alone(store: Store, digest: str) -> bool:
    """Whether a body comes back without the one it names, so that nothing in its bytes tells which that was."""
    size, data = store.execute("select size, data from bodies where sha256 = ?", (digest,)).fetchone()
    try:
        return sha256(_decompress(data, size, None)) == digest
    except (zstandard.ZstdError, Integrity):
        return False


def chosen(store: Store, digest: str) -> str | None:
    """The body that `put` chose to compress this one against, as the order of writing tells."""
    row = store.execute(
        "select k.id, k.part, k.document, k.url, b.id, b.size, c.source from bodies b"
        " join captures k on k.id = (select min(id) from captures where body = b.sha256)"
        " join visits v on v.id = k.visit join targets t on t.id = v.target join crawls c on c.id = t.crawl"
        " where b.sha256 = ?",
        (digest,),
    ).fetchone()
    if row is None:
        return None
    capture, part, document, url, number, size, source = row
    if document is None and size > _LARGE:
        return _earlier(
            store, "k.document is null and k.part = ? and k.url = ? and b.dictionary is null", part, url, capture
        )
    if document is not None:
        own = _earlier(store, "k.document = ? and k.part = ?", document, part, capture)
        whole = own and store.execute("select 1 from bodies where sha256 = ? and dictionary is null", (own,)).fetchone()
        if own and (whole or size > _SMALL):
            return own if whole else None
    row = store.execute(
        "select b.sha256 from bodies b join captures k on k.id = (select min(id) from captures where body = b.sha256)"
        " join visits v on v.id = k.visit join targets t on t.id = v.target join crawls c on c.id = t.crawl"
        " where b.dictionary is null and b.size <= ? and c.source = ? and k.part = ? and (k.document is null) = ?"
        " and b.id < ? order by b.id limit 1",
        (_LARGE, source, part, document is None, number),
    ).fetchone()
    return str(row[0]) if row else None


def _earlier(store: Store, where: str, *values: object) -> str | None:
    """The body of a place that a capture found there: one that is whole, else the latest."""
    row = store.execute(
        f"select b.sha256 from captures k join bodies b on b.sha256 = k.body where {where} and k.id < ?"
        " order by b.dictionary is not null, k.id desc limit 1",
        values,
    ).fetchone()
    return str(row[0]) if row else None


def _compress(store: Store, body: bytes, dictionary: str | None, known: bytes | None) -> tuple[str, bytes]:
    if dictionary is None or known is None:
        return WHOLE, zstandard.ZstdCompressor(level=6, write_checksum=False).compress(body)
    if max(len(known), len(body)) <= _LARGE:
        return AGAINST, _with_dictionary(store, dictionary).compress(body)
    return AGAINST, _against_large(known, len(known) + len(body)).compress(body)


def _against_large(known: bytes, size: int) -> zstandard.ZstdCompressor:
    """A list of many megabytes repeats its last answer far away: found by a window as wide as both and a table in which
    all of the last answer has room. The usual levels remember only its end."""
    parameters = zstandard.ZstdCompressionParameters.from_level(
        3, window_log=min(27, size.bit_length()), strategy=zstandard.STRATEGY_FAST, hash_log=22, min_match=7
    )
    return zstandard.ZstdCompressor(dict_data=_raw(known), compression_params=parameters)


def _raw(known: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(known, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


@lru_cache(maxsize=16)
def _with_dictionary(store: Store, digest: str) -> zstandard.ZstdCompressor:
    # Beside a dictionary the next levels cost twice as much for 7 % less.
    return zstandard.ZstdCompressor(level=4, dict_data=_raw(plain(store, digest)), write_checksum=False)


def compress_text(text: bytes, dictionary: bytes | None) -> bytes:
    """A derived text, compressed against the body it was read from: its sentences stand there already."""
    known = _raw(dictionary) if dictionary else None
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
    known = _raw(dictionary) if dictionary else None
    body = zstandard.ZstdDecompressor(dict_data=known, max_window_size=2**27).decompress(data, max_output_size=size)
    if len(body) != size:
        raise zstandard.ZstdError(f"{len(body)} bytes came back, {size} went in")
    return body
