"""Pairs of texts on disk, each with its redline in every form as a person has read it: a folder is a case.

`before.txt` and `after.txt` hold one block a line: `# ` to `###### ` begin headings, `- ` an item, `| ` a row, whatever
else a paragraph. `\\uXXXX` and `\\UXXXXXXXX` stand for characters that a text file does not show.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from exowatch.console import Console
from reports.redline import Passage, passages, runs, to_html, to_markdown, to_text
from reports.visible import visible
from store.diff import compare
from store.records import Block, BlockDiff, BlockKind, WordOp
from tests.marks import html_marks, markdown_marks, plain, plain_marks

PAIRS = Path(__file__).parent / "redlines"
CASES = sorted(before.parent for before in PAIRS.glob("*/before.txt"))
FORMS = ("expected.html", "expected.txt", "expected.terminal.txt", "expected.ansi.txt", "expected.md")
WIDTH = 80


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_redline_is_as_someone_read_it(folder: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = rendered(passages(redline(folder)), form, monkeypatch)

    assert found == expectation(folder / form, found)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_every_form_marks_the_words_that_the_answer_for_programs_marks(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    diff = redline(folder)
    expected = marked_words(diff)

    shown = passages(diff)

    assert plain_marks(to_text(shown, width=100_000)) == expected
    assert plain_marks(joined_lines(to_text(shown))) == expected
    assert plain_marks(joined_lines(on_a_terminal(shown, monkeypatch, color=False))) == expected
    assert html_marks(to_html(shown)) == expected
    assert markdown_marks(to_markdown(shown)) == expected


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_terminal_shows_with_colour_what_it_shows_without(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = passages(redline(folder))

    coloured = on_a_terminal(shown, monkeypatch, color=True)
    plain = on_a_terminal(shown, monkeypatch, color=False)

    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain
    assert "\x1b" not in plain
    assert all(len(line) <= WIDTH or " " not in line.strip() for line in plain.splitlines())


def redline(folder: Path) -> tuple[BlockDiff, ...]:
    return compare(blocks(folder / "before.txt"), blocks(folder / "after.txt"))


def blocks(path: Path) -> list[Block]:
    return [block(escaped(line)) for line in path.read_text("utf-8").splitlines() if line]


def escaped(line: str) -> str:
    return re.sub(r"\\(?:u([0-9a-f]{4})|U([0-9A-F]{8}))", lambda found: chr(int(found[1] or found[2], 16)), line)


def block(line: str) -> Block:
    mark, _, text = line.partition(" ")
    if mark and not mark.strip("#") and len(mark) <= 6:
        return Block(BlockKind.HEADING, text, len(mark))
    if mark == "-":
        return Block(BlockKind.ITEM, text, 1)
    if mark == "|":
        return Block(BlockKind.ROW, text.removesuffix(" |"))
    return Block(BlockKind.PARAGRAPH, line)


def rendered(shown: list[Passage], form: str, monkeypatch: pytest.MonkeyPatch) -> str:
    forms: dict[str, Callable[[], str]] = {
        "expected.html": lambda: f"{to_html(shown)}\n" if shown else "",
        "expected.txt": lambda: to_text(shown),
        "expected.terminal.txt": lambda: on_a_terminal(shown, monkeypatch, color=False),
        "expected.ansi.txt": lambda: on_a_terminal(shown, monkeypatch, color=True),
        "expected.md": lambda: to_markdown(shown),
    }
    return forms[form]()


class Terminal(io.StringIO):
    """A terminal of 80 columns that keeps what it is sent."""

    def isatty(self) -> bool:
        return True


def on_a_terminal(shown: list[Passage], monkeypatch: pytest.MonkeyPatch, *, color: bool) -> str:
    terminal = Terminal()
    with monkeypatch.context() as patched:
        for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE"):
            patched.delenv(name, raising=False)
        patched.setenv("TERM", "xterm-256color")
        patched.setenv("COLUMNS", str(WIDTH))
        patched.setattr(sys, "stdout", terminal)
        Console(color=color).marked(runs(shown))
    return terminal.getvalue()


def expectation(path: Path, found: str) -> str:
    """What must be shown; where nobody has read it yet it is written down, and fails until it is under version control."""
    case = path.relative_to(PAIRS)
    if not path.exists():
        path.write_text(found, "utf-8")
        pytest.fail(f"{case} is written now: read it, then commit it")
    if path.resolve() in uncommitted():
        pytest.fail(f"{case} is not under version control yet: read it, then commit it")
    return path.read_text("utf-8")


@cache
def uncommitted() -> frozenset[Path]:
    """The files that git does not know; none where the tests run without git or outside a clone."""
    asked = ["git", "ls-files", "--others", "--full-name", "-z", "."]
    try:
        top = subprocess.run(["git", "rev-parse", "--show-toplevel"], cwd=PAIRS, capture_output=True, check=True)
        said = subprocess.run(asked, cwd=PAIRS, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return frozenset()
    root = Path(top.stdout.decode().strip()).resolve()
    return frozenset(root / name for name in said.stdout.decode().split("\0") if name)


def marked_words(diff: tuple[BlockDiff, ...]) -> list[tuple[str, str]]:
    return [
        (words.op.value, plain(visible(words.text)))
        for block in diff
        for words in block.words
        if words.op is not WordOp.KEEP
    ]


def joined_lines(text: str) -> str:
    return text.replace("\n  ", " ")
