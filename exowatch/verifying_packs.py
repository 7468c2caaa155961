"""Verifying an evidence pack: every hash, every capture and every page of it, from what stands in the file alone.

A pack is anybody's file. What it holds is read within limits, and whatever is wrong with it is an answer, never a crash.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.archives import warc_out
from exowatch import evidence, packed
from exowatch.health import Check
from reports import evidence as pages
from store.records import sha256

MOST_FILES = 200
MOST_BYTES = 1024 * 1024 * 1024
"""No pack is larger, unpacked: two versions of a document and what is said of them."""

_FOLDERS = ("before", "after")
_ALWAYS = (
    evidence.README, evidence.SUMS, evidence.WARC, "change.json", "rules.json", "chain.json", "redline.html",
    "redline.md", "redline.txt",
)  # fmt: skip
_UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
_NONSENSE = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)


class NotAPack(Exception):
    """The file is no evidence pack. The message names it and says what it lacks."""


@dataclass(frozen=True, slots=True)
class _Unpacked:
    """The files of a pack that could be read, and what was wrong with the others."""

    files: Mapping[str, bytes]
    faults: tuple[Check, ...]

    def json(self, name: str) -> Any:
        return json.loads(self.files[name].decode("utf-8", "surrogatepass"))

    @property
    def sides(self) -> list[str]:
        """The folders that hold a version."""
        return [folder for folder in _FOLDERS if f"{folder}/reading.json" in self.files]


def verify(path: Path) -> list[Check]:
    """Everything that can be checked of a pack, one by one. Raises NotAPack, and OSError where there is no such file."""
    unpacked = _unpacked(path)
    rest: tuple[tuple[str, Callable[[_Unpacked], Iterator[Check]]], ...] = (
        (evidence.SUMS, _sums),
        ("change.json", _change),
        ("bodies", _bodies),
        ("readings", _readings),
        ("redline", _redline),
        (evidence.WARC, _warc),
        ("chain.json", _chain),
    )
    checks = list(unpacked.faults)
    for name, check in rest:
        checks += _answered(name, check, unpacked)
    return checks


def _answered(name: str, check: Callable[[_Unpacked], Iterator[Check]], unpacked: _Unpacked) -> list[Check]:
    """The answers of one check; that it could not be made is one too."""
    try:
        return list(check(unpacked))
    except _NONSENSE as error:
        return [Check(name, False, f"cannot be checked: {type(error).__name__}: {error}")]


def _unpacked(path: Path) -> _Unpacked:
    with path.open("rb") as file:
        begins_as_zip = file.read(4) == b"PK\x03\x04"
    try:
        archive = zipfile.ZipFile(path)
    except _UNREADABLE as error:
        if begins_as_zip:
            return _Unpacked({}, (Check(path.name, False, f"the zip file is damaged: {error}"),))
        raise NotAPack(f"{path}: not a zip file, so not an evidence pack") from error
    with archive:
        if evidence.SUMS not in archive.namelist() and "change.json" not in archive.namelist():
            raise NotAPack(f"{path}: a zip file without {evidence.SUMS} and change.json is not an evidence pack")
        return _read(archive)


def _read(archive: zipfile.ZipFile) -> _Unpacked:
    entries = archive.infolist()
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        said = f"{len(entries)} files that announce {sum(entry.file_size for entry in entries)} bytes: larger than any pack"
        return _Unpacked({}, (Check("files", False, said),))
    files: dict[str, bytes] = {}
    faults = []
    for entry in entries:
        try:
            content = _content(archive, entry)
        except _UNREADABLE as error:
            faults.append(Check(entry.filename, False, f"cannot be read: {error}"))
            continue
        if entry.filename in files:
            faults.append(Check(entry.filename, False, "stands in the pack twice"))
        files[entry.filename] = content
    return _Unpacked(files, tuple(faults))


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of one file, never more than it announces."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"packed by method {entry.compress_type}, which no pack uses")
    with archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise ValueError(f"{entry.file_size} bytes announced, {len(content)} found")
    return content


def _sums(unpacked: _Unpacked) -> Iterator[Check]:
    """The hash of every file, and that none is missing and none is there unlisted."""
    listed = dict(_listed(unpacked.files[evidence.SUMS].decode("ascii")))
    for name, digest in sorted(listed.items()):
        content = unpacked.files.get(name)
        if content is None:
            yield Check(name, False, "listed and not there")
        else:
            yield _fits(name, sha256(content), digest, "SHA-256 as listed")
    others = sorted({*unpacked.files, *_ALWAYS} - {*listed, evidence.SUMS})
    yield from (Check(name, False, "not listed, so nothing vouches for it") for name in others)
    as_written = "".join(f"{digest}  {name}\n" for name, digest in sorted(listed.items()))
    if unpacked.files[evidence.SUMS] != as_written.encode("ascii"):
        yield Check(evidence.SUMS, False, "not written as a pack's list is")


def _listed(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        digest, _, name = line.partition("  ")
        yield name, digest


def _fits(name: str, found: str, expected: str, what: str) -> Check:
    return (
        Check(name, True, what)
        if found == expected
        else Check(name, False, f"{what}: expected {expected}, found {found}")
    )


def _change(unpacked: _Unpacked) -> Iterator[Check]:
    """That the hashes of change.json are those of the bodies and texts that stand here."""
    told = packed.story(unpacked.json("change.json"))
    for folder, side in zip(_FOLDERS, (told.old, told.new), strict=True):
        name = f"change.json, {folder}"
        if side is None or folder not in unpacked.sides:
            said = "no version" if side is None else "its version is missing"
            yield Check(name, side is None and folder not in unpacked.sides, said)
            continue
        reading = unpacked.json(f"{folder}/reading.json")
        rests_on = [part["sha256"] for part in reading["parts"] if part["of_version"] is True]
        yield Check(
            name, side.sha256 in rests_on and side.n == reading["n"], "names the body that its version rests on"
        )
        blocks = packed.text(reading)
        if blocks is not None:
            yield _fits(name, packed.text_sha256(blocks), side.text_sha256, "SHA-256 of the text")


def _bodies(unpacked: _Unpacked) -> Iterator[Check]:
    """That each body is the one that the readings and the HTTP evidence speak of."""
    for folder in unpacked.sides:
        captures = unpacked.json(f"{folder}/http.json")["captures"]
        parts = unpacked.json(f"{folder}/reading.json")["parts"]
        spoken_of = [(c["part"], c["sha256"], c["file"]) for c in captures]
        same = spoken_of == [(p["part"], p["sha256"], p["file"]) for p in parts]
        yield Check(f"{folder}/http.json", same, "speaks of the same bodies as reading.json")
        for _, digest, name in spoken_of:
            if name is not None:
                yield _fits(name, sha256(unpacked.files[name]), digest, "the body that was captured")
    named = {c["file"] for f in unpacked.sides for c in unpacked.json(f"{f}/http.json")["captures"]}
    for name in sorted(name for name in unpacked.files if "/body-" in name and name not in named):
        yield Check(name, False, "a body that nothing speaks of")


def _readings(unpacked: _Unpacked) -> Iterator[Check]:
    """That the text for people is the one for programs."""
    sample = packed.story(unpacked.json("change.json")).sample_data
    for folder in unpacked.sides:
        made = packed.reading_text(unpacked.json(f"{folder}/reading.json"), sample_data=sample)
        yield _same(
            unpacked, f"{folder}/reading.txt", made.encode("utf-8", "surrogatepass"), "says what reading.json says"
        )


def _redline(unpacked: _Unpacked) -> Iterator[Check]:
    """That the redline, made again from both texts, is the one that stands here."""
    told = packed.story(unpacked.json("change.json"))
    sides = unpacked.sides
    texts = [packed.text(unpacked.json(f"{f}/reading.json")) if f in sides else None for f in _FOLDERS]
    for name, made in evidence.redline_files(pages.compared(told, *texts)).items():
        yield _same(unpacked, name, made, "the redline of both texts")


def _same(unpacked: _Unpacked, name: str, made: bytes, what: str) -> Check:
    """Whether a page made again is the one in the pack. Another exowatch may have laid it out otherwise."""
    if unpacked.files.get(name) == made:
        return Check(name, True, what)
    by = packed.story(unpacked.json("change.json")).program
    if by != evidence.PROGRAM and name in unpacked.files:
        return Check(name, True, f"not made again: written by {by}, and this is {evidence.PROGRAM}", note=True)
    return Check(name, False, f"{what}: what stands here is not what they give")


def _warc(unpacked: _Unpacked) -> Iterator[Check]:
    """That the WARC file is whole, and holds the bodies and nothing else."""
    try:
        payloads = warc_out.payloads(unpacked.files[evidence.WARC])
    except warc_out.Broken as error:
        yield Check(evidence.WARC, False, f"damaged: {error}")
        return
    torn = [payload.url for payload in payloads if not payload.intact or payload.claimed != sha256(payload.body)]
    yield Check(evidence.WARC, not torn, f"digests of {', '.join(torn)} do not fit" if torn else "all digests fit")
    bodies = {sha256(content) for name, content in unpacked.files.items() if "/body-" in name}
    found = {sha256(payload.body) for payload in payloads}
    yield Check(
        evidence.WARC,
        bodies == found,
        "its payloads are the bodies" if bodies == found else "other payloads than the bodies",
    )


def _chain(unpacked: _Unpacked) -> Iterator[Check]:
    """That each fact has the hash it is given, and that the bodies and captures here are among the facts."""
    facts = packed.facts(unpacked.json("chain.json"))
    wrong = [f"{fact.seq}" for fact in facts if fact.content is not None and packed.rehashed(fact) != fact.sha256]
    said = f"facts {', '.join(wrong)} have other hashes" if wrong else f"{len(facts)} facts have the hashes given"
    yield Check("chain.json", not wrong and bool(facts), said)
    stated = {value for fact in facts if fact.content for value in json.loads(fact.content) if isinstance(value, str)}
    for folder in unpacked.sides:
        lost = [c["sha256"] for c in unpacked.json(f"{folder}/http.json")["captures"] if c["sha256"] not in stated]
        yield Check(
            f"chain.json, {folder}",
            not lost,
            "its captures are facts of the chain" if not lost else f"no fact about {', '.join(lost)}",
        )
