"""What stands in the JSON files of an evidence pack, written from the facts and read back as it was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from reports import evidence as pages
from reports.as_json import change_json
from reports.evidence import Story
from reports.wording import sentence
from store.clock import shown
from store.evidence import ChainedFact, Evidence, Exhibit, Shown, Sighting
from store.records import Block, BlockKind, FieldChange, Part, Reading, sha256

Json = dict[str, Any]

SCHEMA = {"schema_version": 1}
_WRITTEN = (Part.PAGE, Part.FILE)
"""The parts whose text is a version's, in its order."""


def dumped(value: Mapping[str, Any]) -> bytes:
    """The bytes of a JSON file, the same for equal values."""
    text = json.dumps({**SCHEMA, **value}, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "surrogatepass")


def change_object(found: Evidence, program: str, *, sample_data: bool) -> Json:
    """change.json: the change as `changes --json` prints it, with the sentence that says it."""
    return {
        **change_json(found.change, found.document),
        "language": found.document.language,
        "sentence": sentence(found.change, found.document),
        "program": program,
        "sample_data": sample_data,
    }


def story(said: Json) -> Story:
    """What change.json tells. Raises KeyError, TypeError or ValueError for what is no such file."""
    window, sides = said["window"], (said["before"], said["after"])
    old, new = (_side(side) if side else None for side in sides)
    return Story(
        id=_text(said["id"]),
        document=_text(said["document"]),
        kind=_text(said["kind"]),
        title=_text(said["title"]),
        url=_text(said["url"]),
        language=_text(said["language"]),
        sentence=_text(said["sentence"]),
        after=_text(window["after"] or ""),
        until=_text(window["until"]),
        old=old,
        new=new,
        fields=tuple(FieldChange(*map(_text, (f["name"], f["before"], f["after"]))) for f in said["fields"]),
        program=_text(said["program"]),
        sample_data=said["sample_data"] is True,
    )


def _side(side: Json) -> pages.Side:
    seen = _text(side.get("last_seen") or side["first_seen"])
    return pages.Side(int(side["n"]), seen, _text(side["sha256"]), _text(side["text_sha256"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected a text, found {value!r}")
    return value


def reading_object(shown_as: Shown, names: Mapping[int, str]) -> Json:
    """reading.json: what each part of a version says, by the reader of the day. `names` has the files by exhibit."""
    version = shown_as.version
    return {
        "n": version.n,
        "title": version.title,
        "language": version.language,
        "first_seen": shown(version.first_seen),
        "last_seen": shown(version.last_seen),
        "sha256": version.sha256,
        "text_sha256": version.text_sha256,
        "fields": dict(sorted(version.fields.items())),
        "parts": [
            {
                "part": exhibit.part.value,
                "file": names.get(number),
                "sha256": exhibit.sha256,
                "of_version": exhibit.of_version,
                "reading": _reading_object(exhibit.reading) if exhibit.reading else None,
            }
            for number, exhibit in enumerate(shown_as.exhibits)
        ],
    }


def _reading_object(reading: Reading) -> Json:
    return {
        "title": reading.title,
        "language": reading.language,
        "number": reading.number,
        "published": reading.published,
        "published_basis": reading.published_basis,
        "pair": reading.pair,
        "problem": reading.problem,
        "fields": dict(reading.fields),
        "stamps": dict(reading.stamps),
        "blocks": [{"kind": block.kind.value, "text": block.text, "level": block.level} for block in reading.blocks],
    }


def text(said: Json) -> tuple[Block, ...] | None:
    """The text of a version from its reading.json: its page's blocks, then its file's; None where one is not kept."""
    written = {part["part"]: part["reading"] for part in said["parts"] if part["of_version"] is True}
    readings = [written[part] for part in _WRITTEN if part in written]
    if any(reading is None for reading in readings):
        return None
    return tuple(_block(block) for reading in readings for block in reading["blocks"])


def _block(said: Json) -> Block:
    return Block(BlockKind(said["kind"]), _text(said["text"]), int(said["level"]))


def text_sha256(blocks: Sequence[Block]) -> str:
    """The hash of a version's text: its blocks, one to a line."""
    return sha256("\n".join(block.text for block in blocks))


def reading_text(said: Json, *, sample_data: bool) -> str:
    """reading.txt: what reading.json says, for people."""
    fields = [(_text(name), _text(value)) for name, value in said["fields"].items()]
    return pages.text(_text(said["title"]), fields, text(said), sample_data=sample_data)


def http_object(exhibits: Iterable[tuple[str | None, Exhibit]], sightings: Iterable[Sighting]) -> Json:
    """http.json: how the bytes of one side came, each with its file (None where they are not kept), and every visit."""
    return {
        "captures": [
            {
                "part": exhibit.part.value,
                "file": name,
                "url": exhibit.url,
                "captured": shown(exhibit.captured),
                "content_type": exhibit.content_type,
                "origin": exhibit.origin.value,
                "sha256": exhibit.sha256,
                "size": exhibit.size,
                "removed": asdict(exhibit.tombstone) if exhibit.tombstone else None,
            }
            for name, exhibit in exhibits
        ],
        "visits": [_visit_object(sighting) for sighting in sightings],
    }


def _visit_object(sighting: Sighting) -> Json:
    return {
        "part": sighting.part.value,
        "moment": shown(sighting.moment),
        "outcome": sighting.outcome.value,
        "status": sighting.status,
        "url": sighting.url,
        "final_url": sighting.final_url,
        "redirects": list(sighting.redirects),
        "headers": [list(header) for header in sighting.headers],
        "message": sighting.message,
        "body": sighting.body or None,
        "run": {
            "source": sighting.source,
            "origin": sighting.origin.value,
            "started": shown(sighting.started),
            "program": sighting.program,
        },
    }


def rules_object(found: Evidence, program: str) -> Json:
    """rules.json: the topics and what is followed besides, by which the change was concluded, and by which program."""
    topics, follows = json.loads(found.rules) if found.rules else ([], [])
    named = ("reason", "document", "url", "path", "number", "title")
    return {
        "program": program,
        "conclusions": found.concluded_by,
        "fingerprint_sha256": sha256(found.rules),
        "topics": [
            {"name": name, "terms": terms, "words": words, "near": near, "within": within}
            for name, terms, words, near, within in topics
        ],
        "follow": [dict(zip(named, follow, strict=True)) for follow in follows],
    }


def chain_object(found: Evidence) -> Json:
    """chain.json: the facts that the pack rests on, each with what is needed to work out its hash again."""
    return {"head": found.head, "length": found.length, "facts": [asdict(fact) for fact in found.facts]}


def facts(said: Json) -> list[ChainedFact]:
    """The facts that chain.json lists."""
    return [ChainedFact(**fact) for fact in said["facts"]]


def rehashed(fact: ChainedFact) -> str:
    """The hash of a fact, worked out from its content and the hash before it; "" where its content is gone."""
    if fact.content is None:
        return ""
    content = fact.content.encode("utf-8", "surrogatepass")
    return hashlib.sha256(bytes.fromhex(fact.predecessor) + content).hexdigest()
