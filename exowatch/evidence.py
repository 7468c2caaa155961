"""The evidence pack of a change: one zip file that shows what was served, when, and what changed, without us.

Names in a pack are made of our own words, never of titles or addresses. The same facts give the same bytes: the zip's
moments are the change's own, and nothing in it says when or where it was made.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.archives import warc_out
from crawler.archives.warc_out import Recording
from exowatch import __version__, packed
from reports import evidence as pages
from reports.evidence import Listed, Redline
from reports.pdf import NoPrint, render_pdf
from store.evidence import Evidence, Exhibit, Shown, Sighting
from store.records import Part

PROGRAM = f"exowatch {__version__}"
SUMS = "SHA256SUMS"
WARC = "captures.warc.gz"
README = "README.txt"
_OLDEST = datetime(1980, 1, 1, tzinfo=UTC)
"""Zip files know no earlier moment."""


@dataclass(frozen=True, slots=True)
class Pack:
    """The files of a pack by name, and the moment they all bear; `missing` says what would be in it elsewhere."""

    files: Mapping[str, bytes]
    moment: datetime
    missing: tuple[str, ...]


def pack(found: Evidence, *, sample_data: bool = False) -> Pack:
    """The evidence pack of a change."""
    sides = [_Side("before", found.before, "last-seen"), _Side("after", found.after, "first-seen")]
    change = packed.change_object(found, PROGRAM, sample_data=sample_data)
    files = {
        "change.json": packed.dumped(change),
        "rules.json": packed.dumped(packed.rules_object(found, PROGRAM)),
        "chain.json": packed.dumped(packed.chain_object(found)),
    }
    for side in sides:
        files |= _side_files(side, _sightings_of(found, side), sample_data=sample_data)
    told, missing = _redline(change, sides), list(_gone(sides))
    files |= redline_files(told)
    try:
        files["redline.pdf"] = render_pdf(pages.to_html(told), found.change.window.until)
    except NoPrint as why:
        missing.append(f"redline.pdf: it could not be made where this pack was made. {why}")
    files[WARC] = _warc(found, sides)
    listed = [Listed(name, _about(name)) for name in sorted([*files, README, SUMS])]
    absent = [*missing, *_never_kept(found)]
    files[README] = pages.readme(told.story, listed, absent, found.head).encode("utf-8", "surrogatepass")
    files[SUMS] = sums(files)
    return Pack(dict(sorted(files.items())), found.change.window.until, tuple(missing))


def zipped(made: Pack) -> bytes:
    """The pack as a zip file. Nothing is compressed in it: its bytes do not depend on whose library writes them."""
    out = io.BytesIO()
    moment = max(made.moment.astimezone(UTC), _OLDEST).timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in made.files.items():
            entry = zipfile.ZipInfo(name, moment)
            entry.create_system = 3  # Unix, whatever this machine is
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()


def sums(files: Mapping[str, bytes]) -> bytes:
    """The list that `sha256sum -c` reads: every file but itself."""
    lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return "".join(lines).encode("ascii")


def redline_files(told: Redline) -> dict[str, bytes]:
    """The redline in the forms that can be made again anywhere."""
    forms = {"html": pages.to_html, "md": pages.to_markdown, "txt": pages.to_text}
    return {f"redline.{ending}": form(told).encode("utf-8", "surrogatepass") for ending, form in forms.items()}


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a change and its folder; `seen` names bytes that its version does not rest on."""

    folder: str
    shown: Shown | None
    seen: str

    @property
    def exhibits(self) -> Sequence[Exhibit]:
        return self.shown.exhibits if self.shown else ()

    @property
    def names(self) -> dict[int, str]:
        """The file of each exhibit whose bytes are kept."""
        used: Counter[str] = Counter()
        found = {}
        for number, exhibit in enumerate(self.exhibits):
            stem = f"body-{exhibit.part.value}" + ("" if exhibit.of_version else f"-{self.seen}")
            used[stem] += 1
            stem += f"-{used[stem]}" if used[stem] > 1 else ""
            if exhibit.body is not None:
                found[number] = f"{self.folder}/{stem}.{exhibit.form.value}"
        return found


def _sightings_of(found: Evidence, side: _Side) -> list[Sighting]:
    """The visits that belong to one side: those of its exhibits, and those up to or since the last look before."""
    after = found.change.window.after
    own = [exhibit.sighting for exhibit in side.exhibits]
    return [
        sighting
        for sighting in found.sightings
        if sighting in own or (side.folder == "before") == (after is not None and sighting.moment <= after)
    ]


def _side_files(side: _Side, sightings: Sequence[Sighting], *, sample_data: bool) -> dict[str, bytes]:
    files, names = {}, side.names
    for number, name in names.items():
        files[name] = side.exhibits[number].body or b""
    if side.shown is not None:
        reading = packed.reading_object(side.shown, names)
        files[f"{side.folder}/reading.json"] = packed.dumped(reading)
        written = packed.reading_text(reading, sample_data=sample_data)
        files[f"{side.folder}/reading.txt"] = written.encode("utf-8", "surrogatepass")
    if side.shown is not None or sightings:
        exhibits = [(names.get(number), exhibit) for number, exhibit in enumerate(side.exhibits)]
        files[f"{side.folder}/http.json"] = packed.dumped(packed.http_object(exhibits, sightings))
    return files


def _redline(change: packed.Json, sides: Sequence[_Side]) -> Redline:
    texts = [packed.text(packed.reading_object(side.shown, {})) if side.shown else None for side in sides]
    return pages.compared(packed.story(change), *texts)


def _gone(sides: Sequence[_Side]) -> Iterator[str]:
    """What is said of bytes that are not kept."""
    for side in sides:
        for exhibit in side.exhibits:
            if exhibit.body is not None:
                continue
            what = f"{side.folder}: the bytes of the {exhibit.part} with SHA-256 {exhibit.sha256}"
            gone = exhibit.tombstone
            yield (
                f"{what} ({exhibit.size} bytes) were removed from the store on {gone.at} by {gone.by}: {gone.reason}"
                if gone
                else f"{what} were never kept, only what they say."
            )


def _never_kept(found: Evidence) -> Iterator[str]:
    if found.before is None:
        yield "before: there is no earlier version."
    if found.after is None:
        yield "after: there is no later version; after/http.json has the visits that found the document gone."
    yield "The requests that were sent, and the bodies of answers that were not the document: they are not kept."


def _warc(found: Evidence, sides: Sequence[_Side]) -> bytes:
    recordings = {}
    for side in sides:
        for exhibit in side.exhibits:
            if exhibit.body is not None:
                seen = exhibit.sighting
                key = (seen.moment, exhibit.part, seen.final_url, exhibit.sha256)
                recordings[key] = _recording(exhibit, exhibit.body)
    ordered = [recordings[key] for key in sorted(recordings)]
    return warc_out.write(ordered, name=found.change.id, made=found.change.window.until, software=PROGRAM)


def _recording(exhibit: Exhibit, body: bytes) -> Recording:
    seen = exhibit.sighting
    return Recording(
        url=seen.final_url,
        asked=seen.url,
        redirects=seen.redirects,
        moment=seen.moment,
        status=None if exhibit.part is Part.ENTRY else seen.status,
        headers=seen.headers,
        content_type=exhibit.content_type,
        body=body,
        sha256=exhibit.sha256,
        origin=exhibit.origin.value,
    )


_ABOUT = {
    README: "this text",
    SUMS: "the SHA-256 of every file here but itself",
    WARC: "the captures of both sides as WARC 1.1",
    "change.json": "the change: kind, window, events, fields, hashes of both versions",
    "rules.json": "the topics and rules by which it was concluded",
    "chain.json": "the facts behind it with their hashes, and the head of the chain",
    "redline.html": "what was added and removed, as a page",
    "redline.md": "the same as Markdown",
    "redline.pdf": "the same on paper",
    "redline.txt": "the same as text",
    "http.json": "how the bytes came: addresses, moments, status, headers, outcomes",
    "reading.json": "what the bytes say: fields and blocks of text",
    "reading.txt": "the same as text",
}


def _about(name: str) -> str:
    last = name.rpartition("/")[2]
    if last in _ABOUT:
        return _ABOUT[last]
    part = last.removeprefix("body-").partition(".")[0]
    kind, _, seen = part.partition("-")
    said = {"page": "the page", "file": "the file", "entry": "the row of the regulator's list"}[kind]
    return f"{said} as received" + (f", as {seen.replace('-', ' ')}: other bytes, the same text" if seen else "")
