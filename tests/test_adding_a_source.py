"""The instructions for adding a source are followed to the letter, and lead where they say."""

import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOC = ROOT / "docs" / "adding-a-source.md"
NEEDED = ("crawler", "store", "pyproject.toml", "tests/__init__.py", "tests/test_pages.py")
STEP = re.compile(r"(?:^`(?P<file>[^`\s]+)`:\n\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
MAKE = re.compile(r'make test ARGS="(?P<arguments>[^"]+)"')
WRITTEN_BY_THE_TEST = "expected.json"


@dataclass(frozen=True, slots=True)
class Step:
    """A code block: a file to write, or a command to type."""

    file: str
    language: str
    text: str


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """As much of the project as reading pages needs, to do anything with."""
    for name in NEEDED:
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, target)
    return tmp_path


def steps() -> list[Step]:
    found = STEP.finditer(DOC.read_text("utf-8"))
    return [Step(match["file"] or "", match["language"], match["text"]) for match in found]


def test_following_the_instructions_leads_to_a_test_that_fails_once_and_then_passes(project: Path) -> None:
    said: list[subprocess.CompletedProcess[str]] = []
    for step in steps():
        path = project / step.file
        if step.language == "sh":
            said.append(typed(step.text, project))
        elif path.name == WRITTEN_BY_THE_TEST:
            assert path.read_text("utf-8") == step.text
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, "utf-8")

    first, second = said
    assert first.returncode == 1, first.stdout + first.stderr
    assert "alert-revised/expected.json is written now: read it against the page" in first.stdout
    assert "2 failed, 2 passed" in first.stdout
    assert second.returncode == 0, second.stdout + second.stderr
    assert "4 passed" in second.stdout


def test_every_block_of_the_instructions_is_a_file_or_a_command() -> None:
    unclear = [step.text for step in steps() if not step.file and not MAKE.fullmatch(step.text.strip())]

    assert unclear == []


def test_the_source_of_the_instructions_is_in_the_style_of_the_project(tmp_path: Path) -> None:
    (source,) = [step for step in steps() if step.language == "python"]
    (tmp_path / "northland_alerts.py").write_text(source.text, "utf-8")
    checks = (["format", "--check", "--diff"], ["check"])

    done = [
        subprocess.run(
            [ruff(), *check, "--config", str(ROOT / "pyproject.toml"), "--no-cache", str(tmp_path)],
            capture_output=True, text=True, check=False,
        )
        for check in checks
    ]  # fmt: skip

    assert [run.returncode for run in done] == [0, 0], "".join(run.stdout + run.stderr for run in done)


def typed(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`make test` in a copy of the project: the same tests with the same arguments, by the Python that runs this one."""
    match = MAKE.fullmatch(line.strip())
    assert match is not None, line
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *shlex.split(match["arguments"])]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


def ruff() -> str:
    beside = Path(sys.executable).with_name("ruff")
    if not beside.exists():
        pytest.skip("ruff is not installed beside this Python")
    return str(beside)
