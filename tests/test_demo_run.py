"""The demo starts the commands a person would type, each at its moment, and does not repeat a state."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from exowatch.demo import run

# Stands in for `python -m exowatch`: notes how it was started, and reads one page where there is a proxy.
_STAND_IN = """#!{python}
import json, os, pathlib, ssl, sys, urllib.request
arguments = sys.argv[3:]
database = pathlib.Path(arguments[arguments.index("--db") + 1])
command = [word for word in ("crawl", "query", "digest") if word in arguments][0]
days = database.read_text().split() if database.exists() else []
status = 0
if command == "crawl":
    context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))
    status = opener.open("https://www.canada.ca/robots.txt").status
    database.write_text(" ".join([*days, os.environ["EXOWATCH_NOW"][:10]]))
if command == "query":
    runs = [{{"started": day + "T08:00:00Z", "finished": day + "T08:00:01Z"}} for day in days]
    print(json.dumps({{"schema_version": 1, "items": runs}}))
with database.with_name("started.jsonl").open("a") as log:
    kept = {{name: os.environ.get(name) for name in ("EXOWATCH_NOW", "EXOWATCH_CONFIG", "NO_PROXY", "no_proxy")}}
    log.write(json.dumps([command, status, kept]) + "\\n")
sys.exit({code} if command == "crawl" else 0)
"""


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, code: int = 3) -> None:
    program = folder / "stand-in"
    program.write_text(_STAND_IN.format(python=sys.executable, code=code))
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))


def started(folder: Path) -> list[tuple[str, int, dict[str, str | None]]]:
    return [json.loads(line) for line in (folder / "started.jsonl").read_text().splitlines()]


def test_each_state_is_crawled_at_its_moment_and_then_the_digest_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch)
    for name in ("NO_PROXY", "no_proxy", "EXOWATCH_CONFIG"):
        monkeypatch.setenv(name, "www.canada.ca")
    said: list[str] = []

    result = run.run_demo(tmp_path, said.append)

    log = started(tmp_path)
    assert [(command, kept["EXOWATCH_NOW"]) for command, _, kept in log] == [
        ("crawl", "2025-01-15T08:00:00Z"),
        ("crawl", "2025-08-20T08:00:00Z"),
        ("crawl", "2025-12-10T08:00:00Z"),
        ("digest", "2026-01-05T08:00:00Z"),
    ]
    assert [status for command, status, _ in log if command == "crawl"] == [200, 200, 200]
    assert all(kept["NO_PROXY"] is kept["no_proxy"] is kept["EXOWATCH_CONFIG"] is None for _, _, kept in log)
    assert [crawl.exit_code for crawl in result.crawls] == [3, 3, 3]
    assert result.digest_html == tmp_path / "digest-2025.html"
    assert len(said) == 7


def test_a_state_in_the_store_is_not_crawled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch)
    (tmp_path / "exowatch.db").write_text("2025-01-15 2025-08-20")

    result = run.run_demo(tmp_path, lambda _: None)

    assert [command for command, _, _ in started(tmp_path)] == ["query", "crawl", "digest"]
    assert [crawl.exit_code for crawl in result.crawls] == [None, None, 3]


def test_an_exit_code_outside_the_story_stops_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, code=4)  # a tripped guard belongs to August, not to January

    with pytest.raises(run.DemoFailed, match="exit code 4"):
        run.run_demo(tmp_path, lambda _: None)
