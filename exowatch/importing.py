"""Importing: captures that others recorded, taken in as facts with their own moment and origin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from crawler import guards
from crawler.archives import folder
from crawler.archives.folder import NoPages
from crawler.archives.warc import Damaged, NotWarc, answers
from crawler.source import Source, classes
from exowatch import __version__
from exowatch.config import source_names
from exowatch.turns import alone
from store.addresses import parts_of
from store.archive import Answer, Crawl, Target
from store.database import Store
from store.derivation import Counts, Derivation
from store.records import Issue, Origin, Outcome, Part, Reading, Unreadable

BATCH = 50
"""Answers taken in by one transaction: an import that is cut off is repeated, and adds nothing twice."""


@dataclass(slots=True)
class Imported:
    """What an import did: its crawls by number. What was damaged stands among their issues."""

    crawls: list[int] = field(default_factory=list)


def import_warc(
    path: Path, store: Store, derivation: Derivation, files: Sequence[Path], named: str | None = None
) -> Imported:
    """Take in WARC files, each as one run of each source that has a page in it.

    `named` is the source that all records are read by; else each goes to the source that owns its address. Raises
    NotWarc, before anything is written, for a file that is none, and Held while such a source is crawled.
    """
    for file in files:
        _refuse_what_is_no_warc(file)
    done = Imported()
    with alone(path, "importing", [named] if named else source_names()):
        for file in files:
            _records(store, derivation, _Place(file.name, Origin.WARC, answers(file)), named, done)
    return done


def import_folder(
    path: Path, store: Store, derivation: Derivation, folders: Sequence[Path], named: str | None = None
) -> Imported:
    """Take in pages that were saved in a browser, each folder (or file) as one run of each source with a page in it.

    A file that does not say its address is left out and named. Raises NoPages before anything is written, and Held
    while a source that may be among them is crawled.
    """
    saved = {place: list(folder.answers(place)) for place in folders}
    done = Imported()
    with alone(path, "importing", [named] if named else source_names()):
        for place, found in saved.items():
            pages = [page for page in found if isinstance(page, Answer)]
            left_out = [f"{entry[0]}: left out: {entry[1]}" for entry in found if isinstance(entry, tuple)]
            _records(store, derivation, _Place(place.name, Origin.IMPORT, iter(pages), left_out), named, done)
    return done


@dataclass(frozen=True, slots=True)
class _Place:
    """Answers from one file or folder, the name and the origin they are remembered by, and what it lacks."""

    name: str
    origin: Origin
    answers: Iterator[Answer]
    damaged: list[str] = field(default_factory=list)


def _refuse_what_is_no_warc(file: Path) -> None:
    with suppress(Damaged):
        next(answers(file), None)


def _records(store: Store, derivation: Derivation, place: _Place, named: str | None, done: Imported) -> None:
    sources = {name: source() for name, source in classes().items() if named in (None, name)}
    runs: dict[str, _Run] = {}
    strangers: Counter[str] = Counter()
    for batch in _batches(place):
        _batch(store, derivation, batch, sources, named, place, runs, strangers)
    if not runs:
        # A file with nothing for us is still a run, so that the ledger says that it was looked at.
        name = named or next(iter(sources))
        runs[name] = _Run.begin(store, derivation, name, place)
    for run in runs.values():
        run.finish(strangers, place.damaged)
        done.crawls.append(run.crawl.id)


def _batches(place: _Place) -> Iterator[list[Answer]]:
    """The whole answers of a place, so many at a time; what is damaged is said in its `damaged`."""
    batch: list[Answer] = []
    try:
        for answer in place.answers:
            batch.append(answer)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except Damaged as error:
        place.damaged.append(str(error))
    if batch:
        yield batch


def _batch(
    store: Store,
    derivation: Derivation,
    batch: Iterable[Answer],
    sources: Mapping[str, Source],
    named: str | None,
    place: _Place,
    runs: dict[str, _Run],
    strangers: Counter[str],
) -> None:
    sorted_out: dict[str, list[tuple[str, Answer]]] = {}
    for answer in batch:
        owner = _owner(answer, sources, named)
        if owner is None:
            strangers[parts_of(answer.url).hostname or answer.url] += 1
        else:
            sorted_out.setdefault(owner[0], []).append((owner[1], answer))
    for name, mine in sorted_out.items():
        run = runs.get(name) or runs.setdefault(name, _Run.begin(store, derivation, name, place))
        run.take(mine, sources[name], fenced=named is None)


def _owner(answer: Answer, sources: Mapping[str, Source], named: str | None) -> tuple[str, str] | None:
    """The source and the key that a page belongs to, by its address or by what it says of itself."""
    for name, source in sources.items():
        if source.owns(answer.url) and (key := source.key_of(source.material(answer))):
            return name, key
    place = parts_of(answer.url)
    return (named, place.path) if named and place.hostname else None


@dataclass(slots=True)
class _Run:
    """One source's share of a file."""

    crawl: Crawl
    derivation: Derivation
    before: Counts

    @classmethod
    def begin(cls, store: Store, derivation: Derivation, name: str, place: _Place) -> _Run:
        crawl = Crawl(store, name, place.origin, options=place.name, program=__version__)
        return cls(crawl, derivation, derivation.counts(name))

    def take(self, answers: Iterable[tuple[str, Answer]], source: Source, *, fenced: bool) -> None:
        judged = [_judged(key, answer, source, fenced=fenced) for key, answer in answers]
        recorded = self.crawl.take_all([(j.target, j.answer, j.outcome, j.message) for j in judged])
        readings = {
            done.capture: one.reading
            for done, one in zip(recorded, judged, strict=True)
            if done.capture is not None and one.reading is not None
        }
        self.derivation.update([done.document for done in recorded if done.document is not None], readings)
        for one in judged:
            if one.message:
                self.crawl.issue(Issue(one.outcome.value if one.outcome else "unread", one.answer.url, one.message))

    def finish(self, strangers: Counter[str], damaged: Sequence[str]) -> None:
        for host, count in sorted(strangers.items()):
            reason = "their addresses belong to no source, or they do not say which document they are"
            message = f"{count} records of {host} left out: {reason}"
            self.crawl.issue(Issue("left_out", host, message))
        for message in damaged:
            self.crawl.issue(Issue("damaged_file", "", message))
        for issue in self.derivation.settle(self.crawl.id):
            self.crawl.issue(issue)
        after = self.derivation.counts(self.crawl.source)
        self.crawl.finish(
            "finished",
            declared=None,
            documents_followed=after.followed - self.before.followed,
            versions_new=after.versions - self.before.versions,
            changes_new=after.changes - self.before.changes,
        )


@dataclass(frozen=True, slots=True)
class _Judged:
    """An answer with what was made of it; a `reading` where it is the document and could be read."""

    target: Target
    answer: Answer
    outcome: Outcome | None
    message: str
    reading: Reading | None


def _judged(key: str, answer: Answer, source: Source, *, fenced: bool) -> _Judged:
    target = Target(Part.PAGE, answer.url, key, "import")
    without = () if fenced else (guards.off_site, guards.another_page)
    verdict = guards.judge(source, Part.PAGE, answer, without=without)
    if verdict is not None:
        return _Judged(target, answer, verdict.outcome, verdict.reason, None)
    try:
        reading = source.read(source.material(answer))
    except Unreadable as problem:
        return _Judged(target, answer, Outcome.PARSE_SUSPECT, str(problem), None)
    if not reading.blocks:
        return _Judged(target, answer, Outcome.EXTRACT_EMPTY, "the page has no text", None)
    return _Judged(target, answer, None, "", reading)


__all__ = ["Imported", "NoPages", "NotWarc", "import_folder", "import_warc"]
