"""Contents: what captures say, read once and kept packed against the bytes they were read from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from store import bodies, looks
from store.compact import compact
from store.database import Store
from store.normal import canonical
from store.records import Block, BlockKind, Material, Part, Reader, Reading, Unreadable, sha256
from store.timeline import Read

HELD = 128
"""So many texts stay unpacked: a derivation looks at the same few again and again."""


class Contents:
    """The readings of captures, made where they are missing."""

    def __init__(self, store: Store, read: Reader, reader: str = "") -> None:
        self.store = store
        self.read = read
        self.reader = reader
        self._blocks: dict[int, tuple[Block, ...]] = {}
        store.when_undone(self.clear)

    def clear(self) -> None:
        """Forget what is unpacked: the numbers of contents may mean others now."""
        self._blocks.clear()

    def known(self, document: int, source: str, readings: Mapping[int, Reading]) -> looks.Bytes:
        """What a document's captures say, by part and bytes; those not read yet are read now."""
        captures = self.store.execute(
            "select c.id, c.part, u.url, c.body, c.content_type"
            " from captures c join urls u on u.id = c.url where c.document = ? order by c.id",
            (document,),
        ).fetchall()
        kept = self._kept_readings(document)
        known: dict[tuple[str, str], looks.Known] = {}
        for capture, part, url, body, content_type in captures:
            if (part, body) not in known:
                if capture in kept:
                    read = kept[capture]
                else:
                    material = Material(source, Part(part), url, b"", content_type)
                    read = self._read(capture, material, body, readings.get(capture))
                known[part, body] = looks.Known(capture, read)
        return known

    def _kept_readings(self, document: int) -> Mapping[int, Read | None]:
        """What is kept of a document's captures, by their number; None for one that could not be understood."""
        rows = self.store.execute(
            "select r.capture, c.id, c.alike, c.text_key, c.text_sha256, c.length, c.row_blocks, c.title, c.language,"
            " c.fields, coalesce(r.stamps, c.stamps), r.problem, coalesce(r.statements, c.statements)"
            " from captures k join readings r on r.capture = k.id left join contents c on c.id = r.content"
            " where k.document = ?",
            (document,),
        )
        parsed = cache(json.loads)
        kept: dict[int, Read | None] = {}
        for capture, *measures, title, language, fields, stamps, problem, statements in rows:
            known = measures[0] is not None
            said = (title, language, parsed(fields), parsed(stamps), problem, parsed(statements)) if known else None
            kept[capture] = _read_of(measures, *said) if said else None
        return kept

    def _read(self, capture: int, material: Material, body: str, reading: Reading | None) -> Read | None:
        """Read a capture and keep what it says; None where it cannot be understood, or its bytes are not there."""
        plain = bodies.get(self.store, body) if reading is None else b""
        if plain is None:
            return None
        try:
            reading = reading or self.read(replace(material, body=plain))
        except Unreadable as problem:
            self._keep_reading(capture, None, None, None, str(problem))
            return None
        stamps, statements = compact(reading.stamps), compact(statements_of(reading))
        said, stated, *measures = self._keep_content(reading, stamps, statements, body)
        first = (stamps if stamps != said else None, statements if statements != stated else None)
        self._keep_reading(capture, measures[0], *first, reading.problem)
        self._remember_blocks(measures[0], reading.blocks)
        fields, stamped = dict(reading.fields), dict(reading.stamps)
        return _read_of(
            measures, reading.title, reading.language, fields, stamped, reading.problem, statements_of(reading)
        )

    def _keep_reading(
        self, capture: int, content: int | None, stamps: str | None, statements: str | None, problem: str
    ) -> None:
        """Keep a reading; stamps and statements only where they differ from those its content was first read with."""
        self.store.execute(
            "insert into readings (capture, content, stamps, statements, problem, reader) values (?, ?, ?, ?, ?, ?)",
            (capture, content, stamps, statements, problem, self.reader),
        )

    def _keep_content(self, reading: Reading, stamps: str, statements: str, body: str) -> Sequence[Any]:
        """A content's first stamps and statements, its number, and what a `Read` says of its text."""
        packed = packed_blocks(reading.blocks)
        digest = content_hash(reading.title, reading.language, reading.fields, packed)
        kept: Sequence[Any] | None = self.store.execute(
            "select stamps, statements, id, alike, text_key, text_sha256, length, row_blocks from contents where hash = ?",
            (digest,),
        ).fetchone()
        if kept is not None:
            return kept
        measures = measures_of(reading.title, reading.fields, reading.blocks)
        plain = bodies.just_put(self.store, body) if packed else None
        cursor = self.store.execute(
            "insert into contents (hash, title, language, fields, stamps, statements, alike, text_key, text_sha256, length,"
            " row_blocks, dictionary, blocks) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                digest,
                reading.title,
                reading.language,
                compact(reading.fields),
                stamps,
                statements,
                *measures,
                body if packed else None,
                bodies.compress_text(packed, plain),
            ),
        )
        return (stamps, statements, cursor.lastrowid, *measures)

    def _remember_blocks(self, content: int, blocks: tuple[Block, ...]) -> None:
        if len(self._blocks) >= HELD:
            del self._blocks[next(iter(self._blocks))]
        self._blocks[content] = blocks

    def blocks(self, content: int) -> tuple[Block, ...]:
        """The text of a content, by its number."""
        if content not in self._blocks:
            self._remember_blocks(content, blocks_of_content(self.store, content))
        return self._blocks[content]


def content_hash(title: str, language: str, fields: Mapping[str, str], packed: bytes) -> str:
    """The hash by which equal contents are one; `packed` is the text as `packed_blocks` gives it."""
    heading = compact([title, language, fields])
    return sha256(heading.encode("utf-8", "surrogatepass") + b"\n" + packed)


def measures_of(title: str, fields: Mapping[str, str], blocks: Sequence[Block]) -> tuple[str, str, str, int, int]:
    """What is kept of a text beside itself: `alike`, `text_key`, `text_sha256`, its length and its rows."""
    text = "\n".join(block.text for block in blocks)
    text_key = sha256(" ".join(filter(None, (canonical(block.text) for block in blocks))))
    plain = {name: canonical(value) for name, value in fields.items()}
    alike = sha256(compact([canonical(title), plain, text_key]))
    return alike, text_key, sha256(text), len(text), sum(block.kind is BlockKind.ROW for block in blocks)


def blocks_of_content(store: Store, content: int) -> tuple[Block, ...]:
    """The blocks of a content, by its number."""
    dictionary, packed = store.execute("select dictionary, blocks from contents where id = ?", (content,)).fetchone()
    plain = bodies.get(store, dictionary) if dictionary else None
    return unpacked(bodies.decompress_text(packed, plain))


def _read_of(
    measures: Sequence[Any],
    title: str,
    language: str,
    fields: Mapping[str, str],
    stamps: Mapping[str, str],
    problem: str,
    statements: Sequence[str],
) -> Read:
    content, alike, text_key, text_sha256, length, rows = measures
    number, published, basis, pair = statements
    return Read(
        content, alike, text_key, text_sha256, length, rows, title, language, fields, stamps, problem,
        number, published, basis, pair,
    )  # fmt: skip


def statements_of(reading: Reading) -> list[str]:
    """What a reading states of the document apart from its text, in the order of the column."""
    return [reading.number, reading.published, reading.published_basis, reading.pair]


_CODES = {BlockKind.HEADING: "h", BlockKind.PARAGRAPH: "p", BlockKind.ITEM: "i", BlockKind.ROW: "r"}
_KINDS = {code: kind for kind, code in _CODES.items()}


def _line(block: Block) -> str:
    return f"{_CODES[block.kind]}{block.level}{block.text}"


def packed_blocks(blocks: Iterable[Block]) -> bytes:
    """A text as one run of bytes, before compression."""
    return "\n".join(map(_line, blocks)).encode("utf-8", "surrogatepass")


def unpacked(packed: bytes) -> tuple[Block, ...]:
    """The inverse of `packed_blocks`."""
    lines = packed.decode("utf-8", "surrogatepass").split("\n") if packed else []
    return tuple(Block(_KINDS[line[0]], line[2:], int(line[1])) for line in lines)
