"""Verifying readings: every capture read again, and every kept text measured again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from store import bodies
from store.compact import compact
from store.contents import content_hash, measures_of, packed_blocks, statements_of, unpacked
from store.database import Store
from store.records import Material, Part, Reader, Unreadable
from store.retention import kept_reading
from store.verdict import Verdict, verdict

_Progress = Callable[[str, int, int], None]

# Equal bytes of a part are read once, from their first capture.
_READ = "select min(k.id) from captures k where k.document is not null group by k.document, k.part, k.body"


def of_contents(store: Store, reader: str) -> Iterator[Verdict]:
    """Whether each kept text is the one that its own hashes were made of, and is read from something.

    What counts as the same text may have been another thing for an earlier version of the reader.
    """
    faults, others, count = [], 0, 0
    rows = store.execute(
        "select id, hash, alike, text_key, text_sha256, length, row_blocks, title, language, fields, dictionary, blocks,"
        " stamps, statements from contents order by id"
    )
    for content, digest, *measures, title, language, fields, dictionary, blocks, stamps, statements in rows:
        wrong = _content_fault(store, digest, measures, title, language, fields, dictionary, blocks)
        count += 1
        if wrong == _MEASURES and not _read_by(store, content, reader):
            others, wrong = others + 1, ""
        if not wrong and not _first_read(store, content, dictionary, stamps, statements):
            wrong = "it is not what any capture that it was read from says"
        if wrong:
            faults.append(f"row {content} of contents: {wrong}{_of(store, content)}")
    yield verdict("texts", faults, f"{count} texts fit their hashes")
    if others:
        said = f"{others} were measured by another version of the reader: `exowatch rebuild` is due"
        yield Verdict("texts", True, said, note=True)


_MEASURES = "its measures are not those of its text"


def _read_by(store: Store, content: int, reader: str) -> bool:
    found = store.execute("select 1 from readings where content = ? and reader = ?", (content, reader))
    return found.fetchone() is not None


def _content_fault(
    store: Store, digest: str, measures: Sequence[Any], title: str, language: str, fields: str,
    dictionary: str | None, blocks: bytes,
) -> str:  # fmt: skip
    try:
        stated = json.loads(fields)
        plain = bodies.get(store, dictionary) if dictionary else None
        packed = bodies.decompress_text(blocks, plain)
        text = unpacked(packed)
        if compact(stated) != fields or packed_blocks(text) != packed:
            return "it is not written as texts are"
        if content_hash(title, language, stated, packed) != digest:
            return "title, language, fields or text are not those that its hash was made of"
        alike, key, *plain_ones = measures_of(title, stated, text)
        if plain_ones != list(measures[2:]):
            return "its hash, length or rows are not those of its text"
        if [alike, key] != list(measures[:2]):
            return _MEASURES
    except Exception as error:  # noqa: BLE001  # whatever stands in the file
        return f"cannot be unpacked: {type(error).__name__}: {error}"
    return ""


def _first_read(store: Store, content: int, dictionary: str | None, stamps: str, statements: str) -> bool:
    """Whether a capture has this content with no stamps of its own, and one was its dictionary.

    Where a capture's bytes were ever removed, its content stands by itself, and may outlive what it was first made for.
    """
    rows = store.execute(
        "select k.body, coalesce(r.stamps, ?) = ? and coalesce(r.statements, ?) = ?, r.stamps is null,"
        " r.statements is null from readings r join captures k on k.id = r.capture where r.content = ?",
        (stamps, stamps, statements, statements, content),
    ).fetchall()
    (empty,) = store.execute("select length = 0 and row_blocks = 0 from contents where id = ?", (content,)).fetchone()
    packed_against = {body for body, *_ in rows}
    gone = any(store.execute("select 1 from tombstones where body = ?", (body,)).fetchone() for body in packed_against)
    named = dictionary in packed_against if dictionary else empty or gone
    first = any(row[2] for row in rows) and any(row[3] for row in rows)
    return bool(rows) and named and (first or gone)


def _of(store: Store, content: int) -> str:
    rows = store.execute(
        "select r.capture, d.id from readings r join captures k on k.id = r.capture join documents d on d.ref = k.document"
        " where r.content = ? order by 1",
        (content,),
    ).fetchall()
    return "".join(f"; capture {capture} of {document}" for capture, document in rows[:3])


def of_readings(
    store: Store, read: Reader, reader: str, documents: Sequence[int] | None, progress: _Progress
) -> Iterator[Verdict]:
    """Every capture of these documents, or of all, read again by `reader` and compared with what is kept.

    A reading by another version of the reader may differ and be as good: that is a note, and a rebuild is due.
    """
    faults: list[str] = []
    others: list[str] = []
    alike = 0
    wanted = None if documents is None else set(documents)
    rows = store.execute(
        "select k.id, k.document, d.id, d.source, k.part, u.url, k.body, k.content_type, r.capture, r.content,"
        " coalesce(r.stamps, c.stamps), coalesce(r.statements, c.statements), r.problem, r.reader, c.hash,"
        " r.stamps = c.stamps or r.statements = c.statements"
        f" from captures k join documents d on d.ref = k.document join urls u on u.id = k.url"
        f" left join readings r on r.capture = k.id left join contents c on c.id = r.content where k.id in ({_READ})"
        " order by k.id"
    ).fetchall()
    chosen = [row for row in rows if wanted is None or row[1] in wanted]
    for done, (capture, _, document, source, part, url, body, kind, kept, content, *said, twice) in enumerate(
        chosen, 1
    ):
        progress("captures", done, len(chosen))
        stamps, statements, problem, by, digest = said
        again = _again(store, read, Material(source, Part(part), url, b"", kind), body)
        place = f"capture {capture} of {document}"
        found = None if kept is None else (digest, stamps, statements, problem)
        if again is _GONE:
            wrong = _stands_in(store, body, by)
            faults += [f"{place}: {wrong}"] if wrong else []
        elif again != found or twice or (content is not None and digest is None):
            (faults if by == reader or found is None else others).append(
                f"{place}: what is kept is not what its bytes say" if found else f"{place}: it has not been read"
            )
        elif by != reader:
            alike += 1
    stray = store.execute(f"select capture from readings where capture not in ({_READ}) order by 1").fetchall()
    faults += [f"row {capture} of readings is of no capture that is read" for (capture,) in stray]
    yield verdict("readings", faults, f"{len(chosen)} captures say again what is kept of them")
    if alike:
        said = f"{alike} were read by another version of the reader, which found the same"
        yield Verdict("readings", True, said, note=True)
    if others:
        said = f"today's reader finds something else in {len(others)} captures: `exowatch rebuild` is due. {others[0]}"
        yield Verdict("readings", True, said, note=True)


_GONE = object()


def _again(store: Store, read: Reader, material: Material, body: str) -> Any:
    """What a capture says today, as it is kept; `_GONE` where its bytes are not there."""
    from dataclasses import replace

    plain = bodies.get(store, body)
    if plain is None:
        return _GONE
    try:
        reading = read(replace(material, body=plain))
    except Unreadable as problem:
        return None, None, None, str(problem)
    digest = content_hash(reading.title, reading.language, reading.fields, packed_blocks(reading.blocks))
    return digest, compact(reading.stamps), compact(statements_of(reading)), reading.problem


def _stands_in(store: Store, body: str, by: str | None) -> str:
    """Whether the reading that stands in for removed bytes is the one that the tombstone was written over."""
    row = store.execute("select reading, reader from tombstones where body = ?", (body,)).fetchone()
    if row is None or (row[0] == kept_reading(store, body) and row[1] == (by or "")):
        return ""
    return "the reading that stands in for its bytes is not the one of which its tombstone speaks"
