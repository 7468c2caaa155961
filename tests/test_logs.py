"""The log: bounded, private, a line for each line, and nothing in it that commands a terminal or is secret."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from exowatch import logs, secrets
from exowatch.config import load
from store import clock


def test_a_line_has_its_moment_and_shows_what_would_command_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: clock.parse("2025-08-18T02:00:00Z"))
    secrets.learn("hush-hush-9")

    write = logs.open_log(tmp_path / "store.db")
    write("crawl: done\n")
    write("two\nlines \x1b[31m hush-hush-9")

    first, second = logs.place(tmp_path / "store.db").read_text("utf-8").splitlines()
    assert first == "2025-08-18T02:00:00Z crawl: done"
    assert second.endswith("two␊lines ␛[31m ***")


def test_on_request_each_line_is_an_object(tmp_path: Path) -> None:
    write = logs.open_log(tmp_path / "store.db", as_json=True)
    write('a "quoted" word\x00')

    (line,) = logs.place(tmp_path / "store.db").read_text("utf-8").splitlines()
    assert json.loads(line)["message"] == 'a "quoted" word␀'
    assert set(json.loads(line)) == {"at", "message"}
    config = load([], {})
    assert [logs.wants_json(*given) for given in (
        (config, {}), (config, {"EXOWATCH_LOG": "json"}), (replace(config, log_json=True), {})
    )] == [False, True, True]  # fmt: skip


def test_the_log_has_a_bound_and_only_its_owner_reads_any_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "BYTES", 1000)
    logs.place(tmp_path / "store.db").touch(mode=0o644)

    write = logs.open_log(tmp_path / "store.db")
    for number in range(500):
        write(f"line {number} {'x' * 50}")

    files = list(tmp_path.glob("store.db.log*"))
    assert len(files) == logs.FILES
    assert max(file.stat().st_size for file in files) <= 1000
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert "line 499" in logs.place(tmp_path / "store.db").read_text()


def test_a_second_start_goes_on_where_the_first_stopped(tmp_path: Path) -> None:
    for word in ("one", "two"):
        logs.open_log(tmp_path / "store.db")(word)

    assert [line.split()[1] for line in logs.place(tmp_path / "store.db").read_text().splitlines()] == ["one", "two"]


def test_a_full_disk_is_told_once_and_ends_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full")
    logs.place(tmp_path / "store.db").symlink_to(full)

    write = logs.open_log(tmp_path / "store.db")
    write("one")
    write("two")

    assert capsys.readouterr().err.count("the log cannot be written") == 1


def test_one_process_keeps_the_log_and_another_goes_on_without(tmp_path: Path) -> None:
    database = tmp_path / "store.db"
    with logs.kept_log(database) as first, logs.kept_log(database) as second:
        first("said by the first")
        second("said by the second")
    with logs.kept_log(database) as third:
        third("said by the third")

    said = logs.place(database).read_text("utf-8")
    assert [line.partition(" ")[2] for line in said.splitlines()] == ["said by the first", "said by the third"]
