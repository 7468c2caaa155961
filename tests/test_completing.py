"""Completion as the shells ask for it: the right words, from a real process, without what crawls."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from exowatch.config import source_names
from tests.test_cli import plain

ROOT = Path(__file__).parent.parent


def asked(shell: str, line: str, *, code: str = "from exowatch.cli import main; main()") -> list[str]:
    """What the program offers for a line whose last word is being typed, asked as this shell does."""
    words = line.split(" ")
    told = {
        "bash": {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)},
        "zsh": {"_TYPER_COMPLETE_ARGS": line},
        "fish": {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }[shell]
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=plain({"_EXOWATCH_COMPLETE": f"complete_{shell}", **told}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return [word for word in done.stdout.splitlines() if word]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_is_offered_the_sources(shell: str) -> None:
    offered = "\n".join(asked(shell, "exowatch crawl fda_"))

    assert [name for name in source_names() if name in offered] == [n for n in source_names() if n.startswith("fda_")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("exowatch stat", ["status"]),
        ("exowatch changes --source health_canada_n", ["health_canada_notices"]),
        ("exowatch accept fda_s", ["fda_safety"]),
        ("exowatch documents --topic exo", ["exosomes"]),
        ("exowatch digest --format a", ["atom"]),
        ("exowatch config ch", ["check"]),
        ("exowatch review --decision not-", ["not-applicable"]),
        ("exowatch crawl nobody", []),
    ],
)
def test_the_words_that_fit_are_offered(line: str, words: list[str]) -> None:
    assert asked("bash", line) == words


def test_ready_questions_are_offered_by_name() -> None:
    from store.query import READY

    assert asked("bash", f"exowatch query {READY[0].name[:4]}") == [
        one.name for one in READY if one.name.startswith(READY[0].name[:4])
    ]


def test_completing_loads_nothing_that_crawls() -> None:
    code = (
        "import sys\nfrom exowatch.cli import main\n"
        "try:\n    main()\nfinally:\n    print([n for n in ('scrapy', 'twisted', 'store.derivation') if n in sys.modules])"
    )

    assert asked("bash", "exowatch crawl fda_w", code=code) == ["fda_warning_letters", "[]"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_asks_us(shell: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from exowatch.cli import main; main()"],
        env=plain({"_EXOWATCH_COMPLETE": f"source_{shell}"}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "_EXOWATCH_COMPLETE" in done.stdout
    assert "exowatch" in done.stdout
