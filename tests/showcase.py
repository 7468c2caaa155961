"""Every kind of page that we make, for tests that look at pages as a reader would.

Whoever makes another kind of page adds one line to `PAGES`; it must be a whole page.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from reports import brief_forms, position
from reports.copy import Kept, safe_copy
from reports.digest import Digest, NotChecked, compose
from reports.entries import ChangeEntry, CitedChange, MentionPassage, PublishedEntry
from reports.render import render_html
from reports.twins import Drift, TwinState
from store.bilingual import Misalignment
from store.records import BlockDiff, BlockKind, BlockOp, Event, FieldChange, Kind, Part, WordOp, Words
from tests import test_brief, test_position_report, test_register
from tests.test_digest import (
    AUGUST,
    JANUARY,
    PASSAGE,
    REDLINE,
    full_digest,
    hostile_digest,
    letter,
    step,
)

LAST_WORDS: Final = "and with this clause the long redline ends"


def everything() -> Digest:
    """A digest with each kind of entry, note and gap: nothing that a page can show is left out."""
    given = full_digest()
    first = given.published[0]
    french = next(entry.document for entry in given.published if entry.document.language == "fr")
    english = replace(french, id="health_canada_recalls:70002", language="en", title="Unlicensed exosome serum")
    brief = test_brief.brief(test_brief.LETTER, citations=test_brief.CITED, standard=_standard())
    return compose(
        period=given.period,
        as_of=given.as_of,
        seal=given.seal,
        sources=given.sources,
        looked_at=given.looked_at,
        not_checked=[
            NotChecked("fda_warning_letters", JANUARY, "On 2025-03-01: answered 403", AUGUST),
            NotChecked("health_canada_recalls", JANUARY, "On 2025-12-01: the list could not be read"),
        ],
        published=[
            *given.published,
            PublishedEntry(letter(id="with-brief"), _long_passages(), (CitedChange(first.document, step()),), brief),
        ],
        changes=[*given.changes, *_campaign(), _french(french), _long()],
        drifts=[Drift(step(), french, english, TwinState.BEHIND, Misalignment(("15",), (), (3, 2)))],
        rereads=14,
        sample_data=True,
    )


def _standard() -> list[bool]:
    return [bool(number % 2) for number in range(len(test_brief.LETTER))]


def _long_passages() -> tuple[MentionPassage, ...]:
    texts = (f"{number} exosome " + "a paragraph that goes on and on " * 25 for number in range(4))
    return tuple(
        MentionPassage("exosomes", "Your product", text, ((2, 9),), ("regulator's conclusion",)) for text in texts
    )


def _campaign() -> list[ChangeEntry]:
    firms = [(f"same-{n}", f"Pinmoor Tissue Co. {n}", f"https://www.fda.gov/pinmoor-{n}") for n in range(3)]
    edit = (replace(REDLINE[1], words=(*REDLINE[1].words, Words(WordOp.ADD, " The same everywhere."))),)
    return [
        ChangeEntry(step(id=name, document=name), letter(id=name, title=title, url=url, urls=(url,)), edit, (PASSAGE,))
        for name, title, url in firms
    ]


def _french(document: object) -> ChangeEntry:
    said = "Rien n’est approuvé pour l’instant."
    change = step(
        id="french",
        events=(Event("position_changed", "", said, "Un produit est approuvé."),),
        fields=(FieldChange("title", "Ancien titre", "Nouveau titre"),),
    )
    words = (Words(WordOp.KEEP, "Voici "), Words(WordOp.REMOVE, "l’ancien"), Words(WordOp.ADD, "le nouveau"))
    return ChangeEntry(change, document, (BlockDiff("Avis", BlockKind.PARAGRAPH, BlockOp.EDIT, words),))  # type: ignore[arg-type]


def _long() -> ChangeEntry:
    kinds = (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW, BlockKind.HEADING)
    texts = [(kinds[n % 4], f"Clause {n} is written anew, with as many words as a clause has. " * 6) for n in range(40)]
    texts.append((BlockKind.PARAGRAPH, f"At last it is over {LAST_WORDS}."))
    redline = tuple(
        BlockDiff("All of it", kind, op, (Words(word, text),))
        for kind, text in texts
        for op, word in ((BlockOp.REMOVE, WordOp.REMOVE), (BlockOp.ADD, WordOp.ADD))
    )
    url = "https://www.fda.gov/guidance/" + "a-very-long-path-without-a-break-" * 8
    return ChangeEntry(
        step(Kind.REVISED, id="long"), letter(id="long", title="A Long Guidance", url=url, urls=(url,)), redline
    )


def framed(piece: str, title: str) -> str:
    """A piece of HTML in a page of its own, with the style of the digest."""
    style = files("reports").joinpath("templates", "digest.css").read_text("utf-8")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>'
        f"<body><main><h1>{title}</h1>{piece}</main></body></html>"
    )


def brief_page() -> str:
    given = test_brief.brief(test_brief.LETTER, citations=test_brief.CITED, standard=_standard())
    return framed(brief_forms.to_html(given), "The letter in brief")


def position_page() -> str:
    given = test_position_report.position(*test_position_report.EVERYTHING)
    return framed(str(position.render_html(given)), "Where it stands")


@cache
def demo_page() -> str:
    """The digest that `exowatch demo` writes; the demo runs once in a process, for about five seconds."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "exowatch", "demo", "--folder", folder]
        subprocess.run(command, capture_output=True, check=True)
        return (Path(folder) / "digest-2025.html").read_text("utf-8")


def archived_page() -> str:
    """The safe copy of a letter in the site's own markup, without the policy that keeps a test's styles out too."""
    body = (Path(__file__).parent / "pages/fda_warning_letters/letter-plain/page.html").read_bytes()
    url = "https://www.fda.gov/warning-letters/sample"
    kept = Kept(
        title="Sample letter",
        url=url,
        part=Part.PAGE,
        n=1,
        captured=datetime(2025, 8, 20, 8, tzinfo=UTC),
        sha256="a" * 64,
        content_type="text/html",
        language="en",
        sample_data=True,
    )
    return re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", safe_copy(body, kept))


PAGES: Final[dict[str, Callable[[], str]]] = {
    "digest": lambda: render_html(everything()),
    "hostile digest": lambda: render_html(hostile_digest()),
    "brief": brief_page,
    "position": position_page,
    "register": test_register.every_row,
    "archived copy": archived_page,
    "demo": demo_page,
}
