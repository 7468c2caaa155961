"""No page commands the terminal it is shown on: what it sends is shown by every command, and sent by none."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from store.records import Issue
from tests.escapes import ESCAPES
from tests.shelf import Shelf
from tests.shelf import page as shelf_page
from tests.test_cli import LETTER as PLAIN_LETTER
from tests.test_cli import NOTICE, at, child, command, page, plain, read_all
from tests.warcs import write_warc

# Signs that command beside the line's end, and what hides or turns words: none may come out as it went in.
SENT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
QUIET = {"EXOWATCH_NOW": "2026-01-05T08:00:00Z", "NO_COLOR": "1"}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose every text holds such sequences, as a reader that lets all through would have filled it."""
    shelf = Shelf(tmp_path_factory.mktemp("escapes") / "x.db", source="fda_warning_letters")
    for hours, word in ((0, "are"), (50, "may be")):
        shelf.crawl(hours, {"warning-letters/x": hostile(word), "warning-letters/y": hostile("are")})
    shelf.crawl(60, gone=["warning-letters/y"], issues=[Issue("layout", ALL, ALL)])
    shelf.close()
    return shelf.path


ALL = "".join(ESCAPES)
LETTER = "https://regulator.example/warning-letters/x"


def hostile(word: str) -> bytes:
    lines = [
        f"{'# ' if n % 10 == 0 else ''}There {word} no approved exosomes {sent} in line {n}."
        for n, sent in enumerate(ESCAPES)
    ]
    stated = {"company": f"Larkspur {ALL}", "issuing_office": ALL, "issued": "2025-08-01", f"x{ALL}": word + ALL}
    return shelf_page("\n".join(lines), f"Larkspur {ALL}", fields=stated, number=f"9{ALL}", published="2025-08-01")


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that the program filled from such pages, each seen twice with an edit between."""
    folder = tmp_path_factory.mktemp("hostile")
    looks = [
        (PLAIN_LETTER, at(2025, 3, 1), hostile_markup("fda_warning_letters/letter-plain", "are")),
        (PLAIN_LETTER, at(2025, 7, 1), hostile_markup("fda_warning_letters/letter-plain", "may be")),
        (NOTICE, at(2025, 5, 6), hostile_markup("health_canada_notices/notice-open", "are")),
        (NOTICE, at(2025, 7, 5), hostile_markup("health_canada_notices/notice-closed", "may be")),
    ]
    done = child("--db", folder / "x.db", "import", "warc", write_warc(folder / "x.warc.gz", looks))
    assert done.code == 0, done.err
    assert SENT.findall(done.out + done.err) == []
    return folder / "x.db"


def hostile_markup(case: str, word: str) -> bytes:
    """A page in a site's markup with each sequence in a paragraph on the topic, in its title and in its fields."""
    paragraphs = "".join(f"<p>Exosomes {word} a drug {escape} in line {n}.</p>" for n, escape in enumerate(ESCAPES))
    html = page(case).decode()
    for known in ("Harrowgate Cell Works, LLC", "Odile Marchbanks", "Biologics Evaluation"):
        html = html.replace(known, f"{known}{ALL}")
    found = html.rindex("<p>", 0, html.index("</main>"))
    return (html[:found] + paragraphs + html[found:]).encode()


COMMANDS = [
    "documents --all",
    f"show {LETTER}",
    f"show {LETTER} --version 1",
    "changes",
    f"diff {LETTER}",
    f"diff {LETTER} --ignored",
    "search approved",
    "mentions",
    "position",
    f"brief {LETTER}",
    f"brief {LETTER} --format md",
    f"brief {LETTER} --format html",
    "position --format html",
    "digest --period 2025",
    "digest --period 2025 --format html",
    "topics",
    "topics --lint",
    "query letters",
    "status",
    "sources",
    "watch list",
]
# Those that show the most, with each run of the tests; the others with the slow ones.
OFTEN = {f"show {LETTER} --version 1", f"diff {LETTER}", "mentions", "digest --period 2025", "query letters"}


def of(words: str) -> ParameterSet:
    return pytest.param(words, marks=() if words in OFTEN else pytest.mark.slow)


@pytest.mark.parametrize("words", [of(words) for words in COMMANDS])
def test_a_command_sends_none_of_it(words: str, database: Path) -> None:
    done = child("--db", database, *words.split(), **QUIET)

    assert done.code in (0, 1, 3), done.err
    assert done.out
    assert SENT.findall(done.out + done.err) == []


@pytest.mark.parametrize("words", [of(words) for words in COMMANDS if "--format" not in words])
def test_json_sends_none_of_it_and_says_the_same(words: str, database: Path) -> None:
    done = child("--db", database, *words.split(), "--json", **QUIET)

    assert done.code in (0, 1, 3), done.err
    assert SENT.findall(done.out) == []
    assert json.loads(done.out)["schema_version"] == 1


def test_json_gives_back_what_was_stored(database: Path) -> None:
    told = json.loads(child("--db", database, "show", LETTER, "--json", **QUIET).out)

    for sent in ("\x1b[31m", "\x9b31m", "\u202e", "\x7f", "\ufeff"):
        assert sent in told["title"]


@pytest.mark.parametrize(
    "words", [f"show {LETTER} --version 1", f"diff {LETTER}", "mentions", f"brief {LETTER} --format md"]
)
def test_every_sequence_is_shown_with_a_sign_for_what_shows_none(words: str, database: Path) -> None:
    out = child("--db", database, *words.split(), **QUIET).out

    out = out.replace("\\", "")  # which Markdown has before its own signs
    assert out.count("␛[") >= 30
    for sign in ("␛]52;c", "␛]8;;", "␛P", "[U+009B]", "[U+202E]", "␇"):
        assert sign in out


@pytest.mark.parametrize(
    "words",
    ["documents", f"diff {LETTER}", "search approved", "query letters", "query letters --csv", "mentions", "changes"],
)
def test_a_terminal_gets_none_of_it_either(words: str, database: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command("--db", database, *words.split()), stdout=theirs, env=plain({**QUIET, "TERM": "xterm", "PAGER": "cat"})
    ):
        os.close(theirs)
        sent = read_all(ours).decode("utf-8")

    assert "Larkspur" in sent
    for of_ours in ("\r\n", "\x1b[1m", "\x1b[0m"):  # the end of a line, and a table's headings
        sent = sent.replace(of_ours, "\n")
    assert SENT.findall(sent) == []


@pytest.mark.parametrize("name", [PLAIN_LETTER, NOTICE])
@pytest.mark.parametrize("words", ["show {} --version 2", "diff {}", "mentions", "digest --period 2025", "position"])
def test_what_our_readers_took_in_is_as_harmless(words: str, name: str, imported: Path) -> None:
    done = child("--db", imported, *words.format(name).split(), **QUIET)

    assert done.code == 0, done.err
    assert SENT.findall(done.out + done.err) == []
