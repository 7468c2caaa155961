"""Units: what starts the timetable names this installation, holds whatever its paths are called, and is hardened."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from exowatch import units
from exowatch.config import load
from exowatch.units import Installation, here
from tests.test_cli import child, command, plain, refused

TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
NAMES = ("plain", "with a blank", "100 % $HOME", "it's; #1", 'a "quoted" name')


@pytest.fixture(params=NAMES)
def installed(request: pytest.FixtureRequest, tmp_path: Path) -> Installation:
    folder = tmp_path / request.param
    folder.mkdir()
    own = folder / "own.toml"
    own.write_text("")
    return here(folder / "store.db", load([own], {}), [own])


def values(unit: str, key: str) -> list[str]:
    return [line.partition("=")[2] for line in unit.splitlines() if line.startswith(f"{key}=")]


def words_of_systemd(value: str) -> list[str]:
    """A value as systemd parts it: quotes and backslashes as in a shell, `%%` and `$$` for the signs themselves."""
    return [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(value)]


def test_the_service_starts_this_program_on_this_store(installed: Installation) -> None:
    unit = units.systemd(installed)

    (start,), (written,) = values(unit, "ExecStart"), values(unit, "ReadWritePaths")
    assert words_of_systemd(start) == [*installed.line, "run"]
    assert words_of_systemd(written.replace("$", "$$")) == [str(installed.database.parent)]
    assert values(unit, "Restart") == ["always"]
    assert values(unit, "Type") == ["exec"]


def test_the_line_for_cron_runs_in_a_shell(installed: Installation) -> None:
    line = units.cron(installed).splitlines()[-1]
    *_, rest = line.split(" ", 5)

    # Cron hands the rest to a shell once `\%` is a `%`; echo shows which words arrive.
    shell = rest.replace("\\%", "%").replace("&& ", "&& printf '%s\\n' ", 1).replace(">/dev/null", "")
    said = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True).stdout

    assert line.startswith("*/10 * * * * cd ")
    assert said.splitlines() == [*installed.line, "run-due"]


def test_the_task_of_windows_is_xml_with_the_same_words(installed: Installation) -> None:
    task = ElementTree.fromstring(units.windows_task(installed))  # noqa: S314  our own

    (program,) = task.iter(f"{TASK}Command")
    (words,) = task.iter(f"{TASK}Arguments")
    assert program.text == sys.executable
    assert words.text == subprocess.list2cmdline([*installed.line[1:], "run"])


def test_the_service_writes_where_digests_go_and_nowhere_else(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[digests]]\nname = "w"\nperiod = "week"\n'
        'deliver = ["/srv/digests/{period}.html", "/srv/{period}/x.txt", "a@b.example", "https://c.example/d"]\n'
    )

    unit = units.systemd(here(tmp_path / "store.db", load([own], {}), [own]))

    assert values(unit, "ReadWritePaths") == [f"{tmp_path} /srv /srv/digests"]
    assert values(unit, "ProtectSystem") == ["strict"]
    assert values(unit, "CapabilityBoundingSet") == [""]
    assert values(unit, "SystemCallFilter") == ["@system-service", "~@privileged"]


def test_nothing_is_imported_from_the_folder_of_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "typer.py").write_text("raise SystemExit('imported from here')")
    monkeypatch.chdir(tmp_path)

    # Where our packages are is said as an installation says it, by a folder that is not the one we run in.
    environment = plain({"PYTHONPATH": str(units.ROOT)})
    done = subprocess.run([*units.program(), "--version"], env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.split()[0]) == (0, "exowatch"), done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_takes_the_service_and_finds_it_safe(tmp_path: Path) -> None:
    file = tmp_path / "exowatch.service"
    file.write_text(units.systemd(here(tmp_path / "store.db", load([], {}), [])))

    verified = subprocess.run(["systemd-analyze", "verify", file], capture_output=True, text=True, check=False)
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=25", file],
        capture_output=True,
        text=True,
        check=False,
    )

    assert verified.returncode == 0, verified.stderr
    assert file.name not in verified.stderr, verified.stderr
    assert rated.returncode == 0, rated.stdout[-300:]


def test_one_of_the_three_is_asked_for(tmp_path: Path) -> None:
    refused(child("--db", tmp_path / "x.db", "schedule", "install"), "--systemd, --cron or --windows-task")
    refused(child("--db", tmp_path / "x.db", "schedule", "install", "--cron", "--systemd"), "say which one")

    done = child("--db", tmp_path / "x.db", "schedule", "install", "--cron", "--json")

    assert done.json["kind"] == "cron"
    assert str(tmp_path / "x.db") in done.json["text"]
    assert command("schedule")[0] in done.json["text"]


def test_the_files_of_whoever_asks_are_named_for_whoever_runs_it(tmp_path: Path) -> None:
    for place in (tmp_path / "exowatch" / "exowatch.toml", tmp_path / "shared.toml", tmp_path / "own.toml"):
        place.parent.mkdir(exist_ok=True)
        place.write_text("")
    environment = {"XDG_CONFIG_HOME": str(tmp_path), "EXOWATCH_CONFIG": str(tmp_path / "shared.toml")}

    done = child(
        "--db", tmp_path / "x.db", "--config", tmp_path / "own.toml", "schedule", "install", "--systemd", **environment
    )

    (start,) = values(done.out, "ExecStart")
    given = [Path(after) for word, after in pairwise(words_of_systemd(start)) if word == "--config"]
    assert given == [tmp_path / "exowatch" / "exowatch.toml", tmp_path / "shared.toml", tmp_path / "own.toml"]
