"""An evidence pack stands by itself: others' tools check it, and nothing in it can be altered without being found."""

import io
import json
import os
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.archives import warc_out
from crawler.archives.warc import answers
from crawler.source import read
from exowatch import archived, verifying_packs
from exowatch import evidence as packs
from exowatch.demo.run import CONFIG
from exowatch.evidence import Pack, pack, zipped
from exowatch.health import Check
from exowatch.importing import import_warc
from exowatch.verifying_packs import NotAPack, verify
from reports.pdf import NoPrint
from store import evidence, lookup
from store.archive import Crawl, Target
from store.database import Store
from store.derivation import Derivation
from store.errors import Unknown
from store.evidence import Form
from store.records import Change, Kind, Origin, Part, sha256
from store.rules import rules_of
from tests.paper import Paper, needs_print, squeezed
from tests.shelf import START, Shelf, answer, page, url_of
from tests.test_demo import demo

PRINTED = "b3e645930b85cd37"
"""The demo's notice in which two sentences were edited."""
NAME = re.compile(
    r"README\.txt|SHA256SUMS|captures\.warc\.gz|(change|chain|rules)\.json|redline\.(html|md|pdf|txt)"
    r"|(before|after)/(http\.json|reading\.(json|txt)|body-(page|file|entry)(-(last|first)-seen)?\.(html|pdf|json|bin))"
)


@dataclass(frozen=True, slots=True)
class Packed:
    """The demo's store, and the pack of each of its changes."""

    folder: Path
    packs: Mapping[Change, Path]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Packed:
    folder = tmp_path_factory.mktemp("demo")
    demo(folder)
    with Store(folder / "exowatch.db", readonly=True) as store:
        found = {change: folder / f"{change.id}.zip" for change in lookup.changes(store)}
        for change, path in found.items():
            path.write_bytes(made_by(store, change))
    return Packed(folder, found)


def made_by(store: Store, change: Change) -> bytes:
    """A pack of the demo; on paper only the one that is printed, since paper takes the longest."""
    with pytest.MonkeyPatch.context() as patch:
        if change.id != PRINTED:
            patch.setattr(packs, "render_pdf", absent)
        return zipped(pack(evidence.of_change(store, change.id), sample_data=True))


def absent(html: str, made: datetime) -> bytes:
    raise NoPrint("PDF needs the extra [print]")


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "store.db")
    yield shelf
    shelf.close()


def of(shelf: Shelf, kind: Kind, *, last: bool = True) -> Pack:
    """The pack of the last, or the first, change of a kind."""
    found = [change for change in lookup.changes(shelf.store) if change.kind is kind]
    return pack(evidence.of_change(shelf.store, found[-1 if last else 0].id))


def chosen(packed: Packed) -> tuple[Change, Path]:
    """The change that is also printed, and its pack."""
    return next((change, path) for change, path in packed.packs.items() if change.id == PRINTED)


def loaded(made: Pack, name: str) -> Any:
    return json.loads(made.files[name])


def wrong(path: Path) -> list[Check]:
    return [check for check in verify(path) if not check.ok]


def saved(made: Pack, folder: Path) -> Path:
    path = folder / "pack.zip"
    path.write_bytes(zipped(made))
    return path


def unpacked(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


# What others' tools say


def test_every_pack_of_the_demo_checks_with_sha256sum_and_warcio_alone(packed: Packed, tmp_path: Path) -> None:
    for change, path in packed.packs.items():
        folder = unpacked(path, tmp_path / change.id)

        sums = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True)
        warc = subprocess.run(
            [sys.executable, "-m", "warcio.cli", "check", "-v", "captures.warc.gz"],
            cwd=folder, capture_output=True, text=True,
        )  # fmt: skip

        assert sums.returncode == 0, sums.stdout + sums.stderr
        assert len(sums.stdout.splitlines()) == len(list(folder.rglob("*.*"))), sums.stdout
        assert warc.returncode == 0, warc.stdout
        assert warc.stdout.count("digest pass") >= 3
        assert "no digest" not in warc.stdout


def test_every_pack_of_the_demo_holds_by_our_own_check(packed: Packed) -> None:
    kinds = {change.kind for change in packed.packs}

    found = {change.id: faults for change, path in packed.packs.items() if (faults := wrong(path))}

    assert found == {}
    assert {Kind.NEW, Kind.REMOVED, Kind.REVISED, Kind.METADATA} <= kinds


def test_every_pack_of_the_demo_says_that_its_data_are_samples(packed: Packed, tmp_path: Path) -> None:
    for change, path in packed.packs.items():
        folder = unpacked(path, tmp_path / change.id)

        said = [*folder.glob("*/reading.txt"), *folder.glob("redline.[htm]*"), folder / "README.txt"]
        assert all("sample data" in file.read_text("utf-8").lower() for file in said)


@needs_print
def test_the_redline_is_a_tagged_pdf_too(packed: Packed, tmp_path: Path) -> None:
    _, path = chosen(packed)

    printed = Paper((unpacked(path, tmp_path) / "redline.pdf").read_bytes())

    assert b"/MarkInfo" in printed.inside()
    assert squeezed("send us the list of vials in a shipment") in printed.words()


def test_the_pages_of_a_pack_load_nothing(packed: Packed, tmp_path: Path) -> None:
    for change, path in packed.packs.items():
        html = (unpacked(path, tmp_path / change.id) / "redline.html").read_text("utf-8")

        assert not re.search(r"<(script|link|img|iframe|object)\b|\bsrc=|url\(", html)


# The same facts, the same bytes


def test_two_runs_give_the_same_bytes(packed: Packed) -> None:
    with Store(packed.folder / "exowatch.db", readonly=True) as store:
        for change, path in packed.packs.items():
            assert made_by(store, change) == path.read_bytes()


def test_the_files_bear_the_moment_of_the_change(packed: Packed) -> None:
    for change, path in packed.packs.items():
        until = change.window.until
        moment = until.replace(second=until.second // 2 * 2).timetuple()[:6]  # a zip file counts every other second
        with zipfile.ZipFile(path) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {moment}
            assert archive.namelist() == sorted(archive.namelist())


# What is altered is found


def altered(path: Path, name: str, content: bytes, folder: Path) -> Path:
    """A pack in which one file is another, with a checksum of zip's own that fits."""
    out = folder / "altered.zip"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(out, "w") as other:
        for entry in archive.infolist():
            other.writestr(entry, content if entry.filename == name else archive.read(entry))
    return out


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0x20]) + content[at + 1 :]


def test_a_byte_flipped_in_any_file_of_a_pack_is_found(packed: Packed, tmp_path: Path) -> None:
    chance = random.Random(5)
    _, path = chosen(packed)
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    places = [(name, chance.randrange(len(files[name]))) for name in sorted(files) * 10][:120]

    missed = [(n, at) for n, at in places if not wrong(altered(path, n, flipped(files[n], at), tmp_path))]

    assert len(places) >= 100
    assert missed == []


def test_a_byte_flipped_where_the_zip_keeps_its_files_is_found(packed: Packed, tmp_path: Path) -> None:
    chance = random.Random(6)
    _, path = chosen(packed)
    whole, out = path.read_bytes(), tmp_path / "flipped.zip"
    with zipfile.ZipFile(path) as archive:
        spans = [(e.header_offset + 30 + len(e.filename), e.file_size) for e in archive.infolist()]
    places = [start + chance.randrange(size) for start, size in spans * 6][:100]

    missed = []
    for at in places:
        out.write_bytes(flipped(whole, at))
        missed += [] if wrong(out) else [at]

    assert len(places) == 100
    assert missed == []


def rewritten(path: Path, name: str, old: bytes, new: bytes, folder: Path) -> Path:
    """A pack in which somebody altered a file and then its hash in the list."""
    with zipfile.ZipFile(path) as archive:
        files = {n: archive.read(n) for n in archive.namelist() if n != packs.SUMS}
    assert old in files[name]
    files[name] = files[name].replace(old, new)
    out = folder / "rewritten.zip"
    out.write_bytes(zipped(Pack(files | {packs.SUMS: packs.sums(files)}, datetime(2025, 1, 1, tzinfo=UTC), ())))
    return out


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("before/body-page.html", b"may", b"can", {"before/body-page.html", "captures.warc.gz"}),
        ("before/reading.json", b"fifteen", b"fourteen", {"change.json, before", "before/reading.txt", "redline.txt"}),
        ("before/reading.txt", b"fifteen", b"fourteen", {"before/reading.txt"}),
        ("redline.txt", b"thirty", b"forty", {"redline.txt"}),
        ("redline.md", b"thirty", b"forty", {"redline.md"}),
        ("redline.html", b"thirty", b"forty", {"redline.html"}),
        ("change.json", b'"kind": "revised"', b'"kind": "reissued"', {"redline.txt"}),
        ("change.json", b'"n": 2', b'"n": 3', {"change.json, after"}),
        ("chain.json", b"health_canada_notices", b"health_canada_recalls", {"chain.json"}),
        ("after/http.json", b'"sha256": "', b'"sha256": "00', {"after/http.json", "after/body-page.html"}),
        ("change.json", b'"window"', b'"windows"', {"change.json", "readings", "redline"}),
        ("chain.json", b"{", b"", {"chain.json"}),
        ("captures.warc.gz", b"\x1f\x8b", b"\x00\x00", {"captures.warc.gz"}),
    ],
)
def test_what_was_altered_together_with_its_hash_does_not_fit_the_rest(
    name: str, old: bytes, new: bytes, found: set[str], packed: Packed, tmp_path: Path
) -> None:
    _, path = chosen(packed)

    faults = {check.name for check in wrong(rewritten(path, name, old, new, tmp_path))}

    assert found <= faults


def test_a_file_added_dropped_or_doubled_is_found(packed: Packed, tmp_path: Path) -> None:
    path, out = next(iter(packed.packs.values())), tmp_path / "other.zip"
    with zipfile.ZipFile(path) as archive:
        files = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    cases = {
        "note.txt": [*files, ("note.txt", b"x")],
        "redline.md": [one for one in files if one[0] != "redline.md"],
        "README.txt": [*files, ("README.txt", b"x")],
    }

    for name, content in cases.items():
        with zipfile.ZipFile(out, "w") as archive, pytest.warns() if name == "README.txt" else nullcontext():
            for file in content:
                archive.writestr(*file)

        assert name in {check.name for check in wrong(out)}


def test_a_pack_by_another_program_is_not_held_against_our_layout(packed: Packed, tmp_path: Path) -> None:
    _, path = chosen(packed)

    other = rewritten(path, "change.json", packs.PROGRAM.encode(), b"exowatch 0.0.9", tmp_path)

    assert wrong(other) == []
    assert [check for check in verify(other) if check.note and "exowatch 0.0.9" in check.message]


@pytest.mark.parametrize("content", [b"", b"notes of mine\n", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_pack_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(content)

    with pytest.raises(NotAPack, match=r"x\.zip"):
        verify(file)


def test_a_pack_that_was_cut_off_is_damaged(packed: Packed, tmp_path: Path) -> None:
    whole, cut = next(iter(packed.packs.values())).read_bytes(), tmp_path / "cut.zip"
    cut.write_bytes(whole[: len(whole) // 2])

    assert next(check.ok for check in verify(cut)) is False


def test_a_pack_that_announces_more_than_any_pack_holds_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch, packed: Packed
) -> None:
    monkeypatch.setattr(verifying_packs, "MOST_BYTES", 1000)

    assert "larger than any pack" in wrong(next(iter(packed.packs.values())))[0].message


def test_a_file_that_unpacks_to_more_than_it_announces_is_not_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("change.json", b"0" * 5_000_000)
    path = tmp_path / "bomb.zip"
    path.write_bytes(out.getvalue().replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))

    assert "cannot be read" in next(check.message for check in wrong(path) if check.name == "change.json")


# What is in a pack


def test_a_pack_holds_both_texts_bodies_and_the_hashes_of_the_change(shelf: Shelf) -> None:
    old, new = page("Old text about exosomes."), page("New text about exosomes.")
    shelf.crawl(0, {"a": old}, rows={"a": b'{"title":"A"}'})
    shelf.crawl(50, {"a": new}, rows={"a": b'{"title":"A"}'})

    made = of(shelf, Kind.REVISED)

    assert (made.files["before/body-page.json"], made.files["after/body-page.json"]) == (old, new)
    assert made.files["before/body-entry.json"] == b'{"title":"A"}'
    assert "Old text about exosomes." in made.files["before/reading.txt"].decode()
    assert "[-Old-] {+New+} text" in made.files["redline.txt"].decode()
    assert "~~Old~~ **New** text" in made.files["redline.md"].decode()
    assert loaded(made, "change.json")["after"]["sha256"] == sha256(new)


def test_http_evidence_names_every_visit_in_the_window_with_status_and_headers(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": page("Old exosomes.")})
    shelf.crawl(24, unmodified=["a"])
    shelf.crawl(48, {"a": page("New exosomes.")})
    shelf.crawl(72, {"a": page("New exosomes.")})

    made = of(shelf, Kind.REVISED)

    visits = [
        (v["outcome"], v["moment"]) for side in ("before", "after") for v in loaded(made, f"{side}/http.json")["visits"]
    ]
    assert visits == [
        ("new", "2025-08-01T08:00:00Z"),
        ("not_modified_304", "2025-08-02T08:00:00Z"),
        ("changed", "2025-08-03T08:00:00Z"),
    ]
    first = loaded(made, "before/http.json")["visits"][0]
    assert (first["status"], ["Content-Type", "application/json"] in first["headers"]) == (200, True)


def test_a_new_document_has_one_side_and_says_so(shelf: Shelf, tmp_path: Path) -> None:
    shelf.crawl(0, {"a": page("About exosomes.")})

    made = of(shelf, Kind.NEW)

    assert not [name for name in made.files if name.startswith("before/")]
    assert "there is no earlier version" in " ".join(made.files["README.txt"].decode().split())
    assert "no earlier text to compare with" in made.files["redline.txt"].decode()
    assert wrong(saved(made, tmp_path)) == []


def test_a_removal_has_the_visits_that_proved_it_and_no_text_after(shelf: Shelf, tmp_path: Path) -> None:
    shelf.crawl(0, {"a": page("About exosomes.")})
    for hours in (24, 36, 60, 90):
        shelf.crawl(hours, gone=["a"])

    made = of(shelf, Kind.REMOVED)

    visits = loaded(made, "after/http.json")["visits"]
    assert [(v["outcome"], v["moment"][:13]) for v in visits] == [
        ("gone_404_410", "2025-08-02T08"), ("gone_404_410", "2025-08-02T20"), ("gone_404_410", "2025-08-03T20"),
    ]  # fmt: skip
    assert "after/reading.json" not in made.files
    assert wrong(saved(made, tmp_path)) == []


def test_a_file_that_was_issued_again_is_there_in_both_shapes(shelf: Shelf, tmp_path: Path) -> None:
    old, new = page("About exosomes."), page("About exosomes.", stamp="later")
    shelf.crawl(0, files={"a": old})
    shelf.crawl(48, files={"a": new})

    made = of(shelf, Kind.REISSUED)

    assert made.files["before/body-file.json"] == old
    assert made.files["after/body-file-first-seen.json"] == new
    assert wrong(saved(made, tmp_path)) == []


def test_a_text_that_came_back_is_shown_by_the_visit_that_saw_it_come_back(shelf: Shelf, tmp_path: Path) -> None:
    old, new = page("Old exosomes."), page("New exosomes.")
    for hours, body in ((0, old), (48, new), (96, old)):
        shelf.crawl(hours, {"a": body})

    made = of(shelf, Kind.REVERTED)

    captured = loaded(made, "after/http.json")
    assert captured["captures"][0]["captured"] == "2025-08-05T08:00:00Z"
    assert captured["visits"][0]["outcome"] == "unchanged"
    assert wrong(saved(made, tmp_path)) == []


def test_a_document_first_mentioned_later_has_both_sides(shelf: Shelf, tmp_path: Path) -> None:
    shelf.crawl(0, {"a": page("About sera.")})
    shelf.crawl(48, {"a": page("About exosomes.")})

    made = of(shelf, Kind.NEW)

    assert "{+exosomes+}" in made.files["redline.txt"].decode()
    assert wrong(saved(made, tmp_path)) == []


def remove_body(shelf: Shelf, body: bytes) -> str:
    digest = sha256(body)
    shelf.store.execute(
        "insert into tombstones (body, size, at, by, reason) values (?, ?, '2025-09-01T00:00:00Z', 'Kim Vale', 'names a patient')",
        (digest, len(body)),
    )
    shelf.store.execute("pragma foreign_keys = off")
    shelf.store.execute("delete from bodies where sha256 = ?", (digest,))
    return digest


def test_a_body_that_was_removed_is_named_and_not_faked(shelf: Shelf, tmp_path: Path) -> None:
    old, new = page("Old text about exosomes."), page("New text about exosomes.")
    shelf.crawl(0, {"a": page("A first body, against which others are kept.")})
    shelf.crawl(0, {"b": old})
    shelf.crawl(50, {"b": new})
    digest = remove_body(shelf, new)

    made = of(shelf, Kind.REVISED)

    said = " ".join(made.files["README.txt"].decode().split())
    assert (
        f"SHA-256 {digest} ({len(new)} bytes) were removed from the store on 2025-09-01T00:00:00Z by Kim Vale: names a patient"
        in said
    )
    assert not [name for name in made.files if name.startswith("after/body-")]
    assert loaded(made, "after/http.json")["captures"][0]["removed"]["by"] == "Kim Vale"
    assert made.missing
    assert wrong(saved(made, tmp_path)) == []


def test_without_the_library_that_prints_the_readme_says_why_there_is_no_pdf(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(packs, "render_pdf", absent)
    shelf.crawl(0, {"a": page("About exosomes.")})

    made = of(shelf, Kind.NEW)

    assert "redline.pdf" not in made.files
    assert "PDF needs the extra [print]" in " ".join(made.files["README.txt"].decode().split())
    assert wrong(saved(made, tmp_path)) == []


def test_the_hashes_of_the_facts_are_those_of_the_chain(shelf: Shelf) -> None:
    shelf.crawl(0, {"a": page("About exosomes.")})

    found = evidence.of_change(shelf.store, lookup.changes(shelf.store)[0].id)

    kept = dict(shelf.store.execute("select seq, lower(hex(hash)) from chain").fetchall())
    assert all(
        kept[fact.seq] == fact.sha256 and kept.get(fact.seq - 1, "0" * 64) == fact.predecessor for fact in found.facts
    )
    assert {fact.table for fact in found.facts} >= {
        "bodies",
        "captures",
        "visits",
        "documents",
        "crawls",
        "targets",
        "urls",
    }
    assert found.head == kept[found.length]


def test_an_unknown_change_is_named(shelf: Shelf) -> None:
    with pytest.raises(Unknown, match="no change 'abc'"):
        evidence.of_change(shelf.store, "abc")


# Names


def hostile_names() -> list[str]:
    beginnings = ["../../etc/passwd", "/etc/shadow", "..\\..\\boot.ini", "C:\\Windows\\win.ini", "CON", "nul.txt", "a\x00b",
                  "%2e%2e%2fetc", "....//....//x", "\u202egnp.exe", "x" * 5000, "-rf", "~root", "$(touch x)", "`id`",
                  "a\nb", "file:///etc/passwd", "\\\\host\\share", ".bashrc", " ", "SHA256SUMS", "before/body-page.html",
                  "\ufeff", "é" * 300, "|ls"]  # fmt: skip
    return [
        f"{beginning}{ending}"
        for beginning in beginnings
        for ending in ("", "/", "/..", ".html", "?x=1", "#y", ";z", "\t")
    ]


def test_no_name_of_a_document_becomes_the_name_of_a_file(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    names = hostile_names()
    crawl = Crawl(shelf.store, "letters", Origin.LIVE)
    for number, name in enumerate(names):
        (target,) = crawl.plan([Target(Part.PAGE, url_of(str(number)), name)])
        crawl.accept(target, answer(str(number), page(f"About exosomes, {number}.", title=name), START))
    shelf.derivation.update(sorted(crawl.touched))

    monkeypatch.setattr(packs, "render_pdf", absent)
    for change in lookup.changes(shelf.store):
        made = pack(evidence.of_change(shelf.store, change.id))
        assert [name for name in made.files if not NAME.fullmatch(name)] == []

    assert len(lookup.changes(shelf.store)) == len(names) == 200


# WARC


def test_a_packs_warc_brings_the_same_versions_into_an_empty_store(packed: Packed, tmp_path: Path) -> None:
    compared = 0
    with Store(packed.folder / "exowatch.db", readonly=True) as store:
        rules = rules_of(store)
        for change, path in packed.packs.items():
            warc = unpacked(path, tmp_path / change.id) / "captures.warc.gz"
            with Store(tmp_path / f"{change.id}.db") as other:
                derivation = Derivation(other, read, rules)
                derivation.adopt()
                import_warc(tmp_path / f"{change.id}.db", other, derivation, [warc])
                expected = [lookup.version(store, change.document, s.n) for s in (change.before, change.after) if s]
                came = lookup.versions(other, change.document)

                texts = list(dict.fromkeys(v.text_sha256 for v in expected))
                assert [v.text_sha256 for v in came] == texts
                assert {v.sha256 for v in came} <= {v.sha256 for v in expected}
                assert [v.title for v in came] == [v.title for v in expected][: len(came)]
                compared += len(came)
    assert compared > len(packed.packs)


def test_a_response_keeps_its_status_and_headers_but_for_those_of_the_wire(tmp_path: Path) -> None:
    recording = warc_out.Recording(
        "https://www.fda.gov/b", "https://www.fda.gov/a", ("https://www.fda.gov/b",), datetime(2025, 8, 1, tzinfo=UTC), 203,
        (("ETag", '"x"'), ("Content-Encoding", "gzip"), ("Set-Cookie", "id=1"), ("X-Odd", "a\r\nX-Injected: 1")),
        "text/html", b"<p>x", sha256(b"<p>x"), "live",
    )  # fmt: skip
    file = tmp_path / "x.warc.gz"
    file.write_bytes(warc_out.write([recording], name="x", made=recording.moment, software="exowatch"))

    came = next(iter(answers(file)))

    assert (came.url, came.status, came.body, came.moment) == (
        "https://www.fda.gov/b",
        203,
        b"<p>x",
        recording.moment,
    )
    names = [name for name, _ in came.headers]
    assert names == ["ETag", "X-Archive-Orig-Content-Encoding", "X-Odd", "Content-Length"]
    assert [payload.intact for payload in warc_out.payloads(file.read_bytes())] == [True]


# The sort of bytes


@pytest.mark.parametrize(
    ("part", "content_type", "body", "form"),
    [
        (Part.PAGE, "text/html", b"<p>", Form.PAGE),
        (Part.PAGE, "", b"<p>", Form.PAGE),
        (Part.FILE, "application/octet-stream", b"%PDF-1.7", Form.PDF),
        (Part.FILE, "application/pdf", None, Form.PDF),
        (Part.FILE, "", b"PK", Form.OTHER),
        (Part.ENTRY, "application/json", b"{}", Form.JSON),
    ],
)
def test_the_ending_of_a_file_comes_from_its_bytes_and_type(
    part: Part, content_type: str, body: bytes | None, form: Form, shelf: Shelf
) -> None:
    shelf.crawl(0, {"a": page("About exosomes.")})
    exhibit = evidence.of_version(shelf.store, "letters:a", 1).exhibits[0]

    assert replace(exhibit, part=part, content_type=content_type, body=body).form is form


# The commands


def program(
    packed: Packed, *words: object, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "exowatch", "--db", packed.folder / "exowatch.db", "--config", CONFIG, *words]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("EXOWATCH_")}
    return subprocess.run(
        list(map(str, command)), capture_output=True, env={**inherited, **(environment or {})}, check=False
    )


def test_evidence_is_written_and_verified_by_command(packed: Packed, tmp_path: Path) -> None:
    change, known = chosen(packed)
    out = tmp_path / "of" / "x.zip"

    written = program(packed, "evidence", change.id, "--out", out, "--json")
    verified = program(packed, "verify", out, "--json")

    told = json.loads(written.stdout)
    assert (written.returncode, verified.returncode) == (0, 0)
    assert out.read_bytes() == known.read_bytes()
    assert told["sha256"] == sha256(out.read_bytes())
    assert (told["change"], len(told["files"])) == (change.id, len(zipfile.ZipFile(out).namelist()))
    assert json.loads(verified.stdout)["ok"] is True
    assert [path.name for path in out.parent.iterdir()] == ["x.zip"]


def test_a_pack_that_does_not_hold_ends_with_6_and_says_what(packed: Packed, tmp_path: Path) -> None:
    path = next(iter(packed.packs.values()))
    bad = altered(path, "rules.json", b"{}", tmp_path)

    done = program(packed, "verify", path, bad)

    assert done.returncode == 6
    lines = [line.split() for line in done.stdout.decode().splitlines() if "not ok" in line]
    assert [(line[0], line[1]) for line in lines] == [("altered.zip", "rules.json")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["evidence", "0000000000000000", "--out", "x.zip"], "no change '0000000000000000'"),
        (["evidence", "0000000000000000"], "--out"),
        (["verify", str(CONFIG)], "not a zip file, so not an evidence pack"),
        (["archive", "999101", "--version", "9"], "has no version 9"),
        (["archive", "999101", "--version", "1", "--at", "2025-06-01"], "exclude each other"),
        (["archive", "999101", "--part", "cover"], "expected one of page, file, entry"),
        (["archive", "999101", "--part", "file"], "has no file; it has page, entry"),
        (["archive", "999101", "--format", "docx"], "expected one of html, text, raw"),
        (["archive", "nobody"], "no document 'nobody'"),
    ],
)
def test_a_wrong_request_is_a_sentence_and_code_2(words: list[str], said: str, packed: Packed, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "exowatch", "--db", packed.folder / "exowatch.db", *words], cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "COLUMNS": "200"}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_stored_page_is_given_as_text_as_a_copy_and_as_received(packed: Packed, tmp_path: Path) -> None:
    copy = tmp_path / "copy.html"

    text = program(packed, "archive", "999101").stdout.decode()
    raw = program(packed, "archive", "999101", "--format", "raw").stdout
    program(packed, "archive", "999101", "--out", copy)
    facts = json.loads(program(packed, "archive", "999101", "--json").stdout)

    assert text.startswith("SAMPLE DATA")
    assert "Larkspur Vesicle Works LLC" in text
    assert sha256(raw) == facts["sha256"]
    assert raw.startswith(b"<!")
    assert b"<script" in raw
    assert "<script" not in copy.read_text("utf-8")
    assert facts["sha256"] in copy.read_text("utf-8")
    assert (facts["version"], facts["part"], facts["format"]) == (1, "page", "text")
    assert "exosome" in facts["text"]


def test_a_row_of_a_list_is_given_as_json_laid_out(packed: Packed) -> None:
    given = program(packed, "archive", "999101", "--part", "entry").stdout.decode()

    assert '\n  "' in given


def test_the_version_of_a_day_is_given(packed: Packed) -> None:
    change, _ = chosen(packed)

    texts = [
        json.loads(program(packed, "archive", change.document, *w, "--json").stdout)
        for w in (["--at", "2025-02-01"], ["--version", "2"])
    ]

    assert [t["version"] for t in texts] == [1, 2]
    assert "fifteen days" in texts[0]["text"]
    assert "thirty days" in texts[1]["text"]


def test_a_page_whose_bytes_were_removed_is_not_given(shelf: Shelf) -> None:
    body = page("New text about exosomes.")
    shelf.crawl(0, {"a": body})
    remove_body(shelf, body)

    with pytest.raises(Unknown, match="were removed on 2025-09-01T00:00:00Z by Kim Vale: names a patient"):
        archived.find(shelf.store, "letters:a", None, None, None, sample_data=False)
