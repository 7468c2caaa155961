"""The configuration as people meet it: every mistake at once, all that it says, and where it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from exowatch.config import content_of, load
from exowatch.config_check import check
from exowatch.showing_config import paths, public, toml
from tests.test_cli import Done, Exowatch, exowatch  # noqa: F401  the fixture

WRONG = """
contact = 5
timezone = "Toronto"
twin_day = 3

[topics.stem]
terms = "stem cell"
colour = "blue"
near = {within = 0}

[topics.none]
terms = []

[sources.fda_leters]
length = 3

[sources.fda_warning_letters]
length = "many"
serach = ["x"]

[[follow]]
url = "https://www.fda.gov/x"

[mail]
host = "two words"
port = 0
to = ["nobody"]

[[digests]]
name = "weekly"
period = "fortnight"
deliver = ["/srv/x.docx"]

[monitor]
ping = "http://elsewhere.example/secret-of-ours"
tel = ["a@b.example"]

[log]
json = "yes"
"""
MISTAKES = (
    "unknown key 'twin_day'; the nearest known one is 'twin_days'",
    "contact: expected text, found 5",
    "timezone: expected a name such as 'America/Toronto'",
    "[topics.stem] terms: expected a list of texts",
    "[topics.stem]: unknown key 'colour'",
    "[topics.stem] near.within: expected a number of words, found 0",
    "[topics.none]: a topic without terms",
    "[sources]: unknown key 'fda_leters'; the nearest known one is 'fda_warning_letters'",
    "[sources.fda_warning_letters] length: expected something like 500",
    "[sources.fda_warning_letters]: unknown key 'serach'; the nearest known one is 'search'",
    "[[follow]]: expected one of document, url, path, number, title, and a reason",
    "[mail] host, link: neither blanks",
    "[mail] port: expected a number from 1 to 65535",
    "[mail] to: expected one address",
    "[[digests]] period: expected one of",
    "deliver: a file ends in .html",
    "[monitor] ping: a webhook needs https",
    "[monitor]: unknown key 'tel'; the nearest known one is 'tell'",
    "[log] json: expected true or false",
)


@pytest.fixture(autouse=True)
def _nobodys_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nobody"))


def written(folder: Path, text: str, name: str = "own.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_every_mistake_is_found_at_once_with_its_file(tmp_path: Path) -> None:
    path = written(tmp_path, WRONG)

    problems = [one for one in check([path], {}) if not one.ok]

    for said in MISTAKES:
        assert [one.name for one in problems if said in one.message] == [str(path)], said
    assert not [one.message for one in problems if not any(said in one.message for said in MISTAKES)]
    assert "secret-of-ours" not in str(problems)


def test_a_mistake_in_one_of_several_tables_is_told_once(tmp_path: Path) -> None:
    path = written(tmp_path, '[[digests]]\nname = "a b"\nperiod = "week"\n[[digests]]\nname = "b"\nperiod = "hour"\n')

    (problem,) = [one for one in check([path], {}) if not one.ok]

    assert "period: expected one of" in problem.message


def test_each_file_is_named_for_what_it_says_itself(tmp_path: Path) -> None:
    good, bad = written(tmp_path, "twin_days = 3", "a.toml"), written(tmp_path, "twin_days = -1", "b.toml")
    broken, gone = written(tmp_path, "twin_days = ", "c.toml"), tmp_path / "none.toml"

    found = {one.name: one for one in check([good, bad, broken, gone], {})}

    assert [found[str(path)].ok for path in (good, bad, broken, gone)] == [True, False, False, False]
    assert "not valid TOML" in found[str(broken)].message
    assert "cannot be read" in found[str(gone)].message


def test_what_is_wrong_only_together_is_found_too(tmp_path: Path) -> None:
    first = written(tmp_path, '[mail]\nuser = "exo"\nhost = "mail.example"', "a.toml")
    second = written(tmp_path, '[mail]\nsecurity = "none"', "b.toml")

    found = {one.name: one for one in check([first, second], {})}

    assert [found[str(path)].ok for path in (first, second)] == [True, True]
    assert "a password is never sent without TLS" in found["all together"].message


def test_the_shipped_configuration_has_nothing_wrong() -> None:
    assert all(one.ok for one in check([], {}))


@pytest.mark.parametrize(
    "text",
    [
        '[topics.other]\nterms = []\nwords = ["EV"]\n',
        '[sources.fda_safety]\nenabled = false\nwatch = [{url = "https://www.fda.gov/x"}]\n',
        '[[digests]]\nname = "a"\nperiod = "week"\n[[digests]]\nname = "b"\nperiod = "year"\n',
        '[mail]\nuser = "x"\nsecurity = "tls"\nhost = "mail.example"\nfrom = "a@b.example"\nto = ["c@d.example"]\n',
    ],
)
def test_what_can_be_used_is_not_called_wrong_beside_what_cannot(text: str, tmp_path: Path) -> None:
    load([written(tmp_path, text)], {})

    problems = [one.message for one in check([written(tmp_path, f"twin_days = -1\n{text}")], {}) if not one.ok]

    assert problems == ["twin_days: expected a number of days, found -1"]


def test_secrets_that_are_only_named_are_looked_for(tmp_path: Path) -> None:
    path = written(tmp_path, '[mail]\nuser = "exo"\n[monitor]\ntell = ["env:HOOK"]\nping = "env:PING"\n')

    said = {one.name: (one.ok, one.note) for one in check([path], {"PING": "https://hc.example/x"})}

    assert said["env:HOOK"] == (True, True)
    assert said["env:PING"] == (True, False)
    assert said["mail password"] == (True, True)


def test_what_is_shown_reads_back_as_the_same(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'contact = "a \\"b\\" \\u007f \\\\ é"\n[topics."two words"]\nterms = ["x"]\nnear = {EV = ["x"], within = 3}\n'
        '[[digests]]\nname = "a"\nperiod = "week"\ndeliver = ["/srv/{period}.html"]\n[settings]\nDOWNLOAD_DELAY = 2.5\n',
    )

    content = content_of([path], {})
    shown = tomllib.loads("\n".join(toml(public(content, {}))))

    shown["mail"].pop("password")
    assert shown == content


def test_what_may_be_secret_is_not_shown(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[[digests]]\nname = "a"\nperiod = "week"\ndeliver = ["https://hooks.example/T0/qx7-hush", "env:HOOK"]\n'
        '[monitor]\nping = "https://hc.example/qx7-hush"\n[settings]\nFTP_PASSWORD = "qx7-hush"\nHTTP_PROXY = "qx7-hush"\n',
    )

    shown = "\n".join(toml(public(content_of([path], {}), {"EXOWATCH_MAIL_PASSWORD": "qx7-hush"})))

    assert "qx7-hush" not in shown
    for said in ("https://hooks.example/…", "env:HOOK", "https://hc.example/…", "set: EXOWATCH_MAIL_PASSWORD"):
        assert said in shown


def test_the_files_are_listed_in_the_order_in_which_they_are_read(tmp_path: Path) -> None:
    environment: Mapping[str, str] = {"EXOWATCH_CONFIG": str(tmp_path / "env.toml")}
    asked = written(tmp_path, "", "asked.toml")

    items: list[dict[str, Any]] = paths([asked], environment)

    assert [(Path(item["path"]).name, item["exists"]) for item in items] == [
        ("exowatch.toml", True),
        ("exowatch.toml", False),
        ("env.toml", False),
        ("asked.toml", True),
    ]


def test_the_commands_say_so(exowatch: Exowatch, tmp_path: Path) -> None:  # noqa: F811
    bad = written(tmp_path, WRONG)

    good, wrong = exowatch("config", "check", "--json"), exowatch("--config", bad, "config", "check", "--json")
    shown, where = exowatch("config", "show"), exowatch("config", "path", "--json")

    codes: list[Done] = [good, wrong, shown, where, exowatch("--config", bad, "config", "show")]
    assert [done.code for done in codes] == [0, 2, 0, 0, 2]
    assert (good.json["ok"], wrong.json["ok"]) == (True, False)
    assert len([item for item in wrong.json["items"] if not item["ok"]]) >= len(MISTAKES)
    assert tomllib.loads(shown.out)["timezone"] == "UTC"
    assert where.json["items"][0]["exists"] is True


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("crawl --max-minute 480", "No such option: --max-minute"),
        ("crawl --max-minutes soon", "Invalid value for '--max-minutes'"),
        ("review", "Usage: exowatch review"),
        ("import sideways", "No such command 'sideways'"),
        ("backup", "Missing argument 'PATH'"),
        ("backup '{data}/backups/' --keep 8", ""),
        ("verify --sample 200", ""),
        ("changes --help", ""),
    ],
)
def test_a_command_line_that_the_timetable_cannot_run_is_wrong(
    exowatch: Exowatch,  # noqa: F811
    tmp_path: Path,
    command: str,
    wrong: str,
) -> None:
    own = written(tmp_path, f'[[schedules]]\nname = "nightly"\nwhen = "daily"\ncommand = "{command}"\n')

    done = exowatch("--config", own, "config", "check", "--json")

    said = [item["message"] for item in done.json["items"] if item["name"] == "schedule nightly"]
    assert done.code == (2 if wrong else 0)
    assert wrong in "".join(said)
    assert bool(said) is bool(wrong)
