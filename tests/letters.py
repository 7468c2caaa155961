"""The recorded letters, read once by the project's own page class, for the tests that measure on them."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from crawler.source import read
from store.letter import Letter
from store.records import Block, BlockKind, Material, Part, Reading
from store.sentences import Sentence

RECORDINGS = Path(__file__).parents[2] / "shared" / "recordings"
LETTERS = RECORDINGS / "fda" / "warning-letters-2026-01.warc.gz"
TEXTS = RECORDINGS / "fda" / "letters-text"
ABSENT = "the recorded pages are not beside this project (shared/recordings)"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded letter: the last part of its address, and what its page says."""

    slug: str
    url: str
    reading: Reading


@cache
def recorded() -> tuple[Recorded, ...]:
    found = []
    with gzip.open(LETTERS) as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                url = record.rec_headers.get_header("WARC-Target-URI")
                body = record.content_stream().read()
                reading = read(Material("fda_warning_letters", Part.PAGE, url, body, "text/html"))
                found.append(Recorded(url.rpartition("/")[2], url, reading))
    return tuple(found)


def recorded_letter(beginning: str) -> Recorded:
    (letter,) = (letter for letter in recorded() if letter.slug.startswith(beginning))
    return letter


def text_extract(name: str) -> tuple[Block, ...]:
    """The lines of a text extract, each a paragraph: a text without markup has no headings."""
    (path,) = TEXTS.glob(f"{name}*.txt")
    lines = path.read_text("utf-8").splitlines()
    return tuple(Block(BlockKind.PARAGRAPH, " ".join(line.split())) for line in lines if line.strip())


def statements(letter: Letter) -> tuple[Sentence, ...]:
    """The sentences on which a reading rests."""
    return (
        *(one.sentence for one in letter.bases),
        *(one.sentence for one in letter.products),
        *(one.sentence for one in (*letter.tissues, *letter.routes)),
        *(one.sentence for one in letter.contacts),
        *((letter.response.sentence,) if letter.response else ()),
    )


def p(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


def h(text: str) -> Block:
    return Block(BlockKind.HEADING, text, 2)


def item(text: str) -> Block:
    return Block(BlockKind.ITEM, text, 1)
