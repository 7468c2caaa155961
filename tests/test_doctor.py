"""The doctor: what it finds on a machine and on sites that are well, ill, shut or strange."""

from __future__ import annotations

import gzip
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from exowatch import asking, doctor, machine
from exowatch.asking import hidden, shown
from exowatch.config import BadConfig, Config, load
from exowatch.demo import world
from exowatch.demo.answer import Handler, WorldAnswer
from exowatch.demo.proxy import Proxy
from exowatch.demo.run import CONFIG
from exowatch.health import Check
from store import clock, condition
from store.database import Store
from store.locks import hold

SOURCES = ("fda_warning_letters", "health_canada_notices")
HOSTS = ("www.fda.gov", "www.canada.ca", "api.io.canada.ca")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")

Change = Callable[[str, str], WorldAnswer | None]


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*PROXIES, "SSL_CERT_FILE", "EXOWATCH_NOW", "EXOWATCH_CONFIG", "EXOWATCH_DB"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nobody"))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "exowatch.db"


@contextmanager
def sites(monkeypatch: pytest.MonkeyPatch, state: int, change: Change | None = None) -> Iterator[Proxy]:
    """The demo's sites behind its proxy, at their own moment; `change` answers in their place where it likes."""

    def answer(method: str, url: str, headers: Mapping[str, str], body: bytes) -> WorldAnswer:
        other = change(method, url) if change else None
        return other or world.answer(state, method, url, headers, body)

    handler: Handler = answer
    with Proxy(handler, hosts=world.HOSTS) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("SSL_CERT_FILE", proxy.ca_file)
        at(monkeypatch, world.MOMENTS[state])
        yield proxy
    assert proxy.failures == []


def at(monkeypatch: pytest.MonkeyPatch, moment: Any) -> None:
    monkeypatch.setattr(clock, "_STARTED", time.monotonic())
    monkeypatch.setenv("EXOWATCH_NOW", clock.shown(moment))


def configured(text: str = "", folder: Path | None = None) -> Config:
    files = [CONFIG]
    if folder is not None:
        files.append(folder / "more.toml")
        files[-1].write_text(text)
    return load(files, {})


def examined(database: Path, config: Config | None = None, *, offline: bool = False, **more: Any) -> list[Check]:
    said: list[str] = more.get("said", [])
    return doctor.examine(
        database,
        lambda: config or configured(),
        more.get("names", SOURCES),
        offline=offline,
        say=said.append,
        progress=lambda *_: None,
    )


def wrong(checks: list[Check]) -> dict[str, str]:
    return {check.name: check.message for check in checks if not check.ok}


def message(checks: list[Check], name: str) -> str:
    return next(check.message for check in checks if check.name == name)


# The live part


def test_sites_as_the_readers_expect_are_all_ok(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sites(monkeypatch, 0) as proxy:
        checks = examined(database)

    assert wrong(checks) == {}
    assert message(checks, "fda_warning_letters: list GET /datatables/views/ajax").startswith("12 rows, 12 declared")
    assert message(checks, "fda_warning_letters: search for 'exosomes'").startswith("the same 3 letters")
    assert "recordsFiltered 12" in message(checks, "fda_warning_letters: form of the list's answer")
    assert message(checks, "clock") == "as the sites' own"
    addresses = [(request.method, request.url, request.body) for request in proxy.requests]
    assert len(addresses) == len(set(addresses)) <= 32
    assert all("sample-contact@exowatch.example" in request.headers["user-agent"] for request in proxy.requests)


def test_a_closed_letter_is_asked_for_its_link(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sites(monkeypatch, 2):
        checks = examined(database, names=SOURCES[:1])

    assert "<time datetime=" in message(checks, "fda_warning_letters: cells for response, close-out, excerpt")
    assert "close-out letter" in message(checks, "fda_warning_letters: link to the close-out")


def test_a_host_that_refuses_is_named_with_the_ways_on(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sites(monkeypatch, 1) as proxy:
        checks = examined(database)

    found = wrong(checks)
    assert set(found) == {"www.fda.gov", "fda_warning_letters: list GET /datatables/views/ajax"}
    assert "apology" in found["www.fda.gov"]
    assert "exowatch import folder" in found["www.fda.gov"]
    asked = [request.url for request in proxy.requests if "www.fda.gov" in request.url]
    assert len(asked) == 1 + doctor.REFUSALS_IN_A_ROW
    assert not any("apology" in url for url in asked)


def test_a_proxy_that_is_not_there_costs_one_line_per_host(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:s3cret@127.0.0.1:9")

    checks = examined(database)

    assert set(wrong(checks)) == set(HOSTS)
    assert all(line.startswith("cannot be reached: the connection was refused") for line in wrong(checks).values())
    assert all("\n" not in check.message for check in checks)


@pytest.mark.parametrize(
    "proxy",
    [
        "http://us3r:s3cret@127.0.0.1:9",
        "http://us3r:s3cret@[::1:9",
        "http://us3r:s3cret@proxy.example:port",
        "us3r:s3cret@127.0.0.1:9",
        "http://us3r:p%40s3cret@127.0.0.1:9",
        "http://us3r:s3cret/with@signs@127.0.0.1:9",
    ],
)
def test_secrets_of_proxies_are_never_shown(database: Path, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    monkeypatch.setenv("HTTP_PROXY", proxy)

    told = "\n".join(check.message for check in examined(database, names=SOURCES[1:]))

    assert "us3r" not in told
    assert "s3cret" not in told
    assert "s3cret" not in shown(proxy) + hidden(f"a library says {proxy} is wrong")


def test_a_certificate_that_is_not_trusted_is_named(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sites(monkeypatch, 0):
        monkeypatch.delenv("SSL_CERT_FILE")
        checks = examined(database)

    assert set(HOSTS) <= set(wrong(checks))
    assert "certificate is not trusted" in message(checks, "www.fda.gov")
    assert "SSL_CERT_FILE" in message(checks, "www.fda.gov")


@pytest.mark.parametrize(("days", "words"), [(1, "ahead of"), (-1, "behind")])
def test_a_clock_that_is_a_day_off_is_not_ok(
    database: Path, monkeypatch: pytest.MonkeyPatch, days: int, words: str
) -> None:
    with sites(monkeypatch, 0):
        at(monkeypatch, world.MOMENTS[0] + timedelta(days=days))
        checks = examined(database, names=SOURCES[1:])

    assert set(wrong(checks)) == {"clock"}
    assert words in wrong(checks)["clock"]


def test_an_old_answer_from_a_cache_says_nothing_of_the_clock(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cached(method: str, url: str) -> WorldAnswer:
        found = world.answer(0, method, url, {})
        return WorldAnswer(found.status, {**found.headers, "Age": "7200"}, found.body)

    with sites(monkeypatch, 0, cached):
        at(monkeypatch, world.MOMENTS[0] + timedelta(hours=2))
        checks = examined(database, names=SOURCES[1:])

    assert wrong(checks) == {}


def test_a_forbidden_list_is_not_asked_for(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sites(monkeypatch, 0, robots("User-agent: *\nDisallow: /datatables/\nDisallow: /views/")) as proxy:
        checks = examined(database, names=SOURCES[:1])

    assert "forbidden" in wrong(checks)["www.fda.gov: robots.txt"]
    assert not any("views/ajax" in request.url for request in proxy.requests)


def test_nothing_is_asked_of_a_host_without_its_rules(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sites(monkeypatch, 0, robots("", status=503)) as proxy:
        checks = examined(database, names=SOURCES[:1])

    assert set(wrong(checks)) == {"www.fda.gov: robots.txt"}
    assert [request.url for request in proxy.requests] == ["https://www.fda.gov/robots.txt"]


def test_the_delay_that_a_site_asks_for_is_announced_and_kept(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(doctor.time, "sleep", slept.append)
    said: list[str] = []

    with sites(monkeypatch, 0, robots("User-agent: *\nCrawl-delay: 30")) as proxy:
        checks = examined(database, names=SOURCES[:1], said=said)

    assert "Crawl-delay 30 s" in message(checks, "www.fda.gov: robots.txt")
    assert "minutes" in said[0]
    assert "30 s apart" in said[0]
    assert max(slept) == pytest.approx(30 * (len(proxy.requests) - 1), abs=5)  # they queue up, since none was slept


def test_a_list_in_a_new_layout_is_not_ok(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rebuilt(method: str, url: str) -> WorldAnswer | None:
        return WorldAnswer(200, {"Content-Type": "application/json"}, b'{"rows": []}') if "/ajax" in url else None

    with sites(monkeypatch, 0, rebuilt):
        checks = examined(database, names=SOURCES[:1])

    assert set(wrong(checks)) == {"fda_warning_letters: list GET /datatables/views/ajax"}
    assert "neither a DataTables object" in "".join(wrong(checks).values())


def test_another_way_to_the_list_is_enough(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def moved(method: str, url: str) -> WorldAnswer | None:
        return WorldAnswer(403) if method == "GET" and "/ajax" in url else None

    with sites(monkeypatch, 0, moved):
        checks = examined(database, names=SOURCES[:1])

    assert wrong(checks) == {}
    told = message(checks, "fda_warning_letters: list GET /datatables/views/ajax")
    assert "by POST /datatables/views/ajax" in told
    assert message(checks, "fda_warning_letters: by GET /datatables/views/ajax").startswith("refused: answered 403")


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{}", b"7", b'"x"', b"[[]]", b"[{}]", b'{"data": [[]]}', b'{"data": [["a"]], "recordsTotal": {}}',
     b'{"feed": {"entry": [7]}}', b'{"feed": []}', b"\x00\xff" * 200, b"<html>" * 500, b"PK\x03\x04 no book",
     b"<urlset><url><loc>://</loc></url></urlset>", b"{" * 100_000],
)  # fmt: skip
def test_no_answer_is_too_strange(database: Path, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    def strange(method: str, url: str) -> WorldAnswer | None:
        return None if url.endswith("/robots.txt") else WorldAnswer(200, {"Content-Type": "text/html"}, body)

    with sites(monkeypatch, 0, strange):
        checks = examined(database)

    assert "fda_warning_letters: list GET /datatables/views/ajax" in wrong(checks)
    assert all("\n" not in check.message for check in checks if check.name.startswith(SOURCES))


def test_answers_are_unpacked_and_bounded(database: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def packed(method: str, url: str) -> WorldAnswer | None:
        if url.endswith("programmes.sitemap.xml"):
            return WorldAnswer(200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 10_000_000))
        found = world.answer(0, method, url, {})
        return WorldAnswer(found.status, {**found.headers, "Content-Encoding": "gzip"}, gzip.compress(found.body))

    config = configured("[settings]\nDOWNLOAD_MAXSIZE = 1000000\n", tmp_path)
    with sites(monkeypatch, 0, packed):
        checks = examined(database, config, names=SOURCES[1:])

    assert wrong(checks) == {}
    told = message(checks, "health_canada_notices: sitemap GET /fr/sante-canada/programmes.sitemap.xml")
    assert told == "more than 1000000 bytes once unpacked"
    assert message(checks, "health_canada_notices: sitemap GET /en/health-canada/programs.sitemap.xml")[0] == "7"


def test_an_address_that_is_not_public_is_not_asked(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking.socket, "getaddrinfo", lambda *_, **__: [(socket.AF_INET, 1, 6, "", ("10.1.2.3", 443))])

    checks = examined(database, names=SOURCES[:1])

    assert "leads to 10.1.2.3, which is not public" in wrong(checks)["www.fda.gov"]


def test_what_was_found_stays_when_a_person_interrupts(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(self: Any, *_: Any) -> None:
        raise KeyboardInterrupt

    with sites(monkeypatch, 0):
        monkeypatch.setattr(doctor.Round, "_finding", interrupt)
        checks = examined(database)

    assert set(wrong(checks)) == {"live part"}
    assert "www.fda.gov: robots.txt" in {check.name for check in checks}


# The machine


def test_offline_asks_nothing(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sites(monkeypatch, 0) as proxy:
        checks = examined(database, offline=True)

    assert wrong(checks) == {}
    assert proxy.requests == []
    assert not database.exists()
    assert list(database.parent.glob("*doctor*")) == []


def test_a_missing_contact_is_not_ok(database: Path, tmp_path: Path) -> None:
    checks = examined(database, configured('contact = ""', tmp_path), offline=True)

    assert set(wrong(checks)) == {"contact"}


def test_a_configuration_that_does_not_load_leaves_the_rest_to_be_looked_at(database: Path) -> None:
    def broken() -> Config:
        raise BadConfig("unknown key 'colour'")

    checks = doctor.examine(database, broken, (), offline=False, say=str, progress=lambda *_: None)

    assert wrong(checks) == {"configuration": "unknown key 'colour'"}
    assert {"python", "sqlite", "live part"} <= {check.name for check in checks}


def test_a_sound_store_is_ok(database: Path) -> None:
    Store(database).close()

    assert wrong(examined(database, offline=True)) == {}


def _text(path: Path) -> None:
    path.write_text("not a database, but long enough to be looked at closely " * 20)


def _foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("create table notes (text)")
    connection.close()


def _damaged(path: Path) -> None:
    with Store(path) as store:
        store.execute("pragma journal_mode = delete")
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xee" * 8192)


def _cut(path: Path) -> None:
    with Store(path) as store:
        store.execute("pragma journal_mode = delete")
    with path.open("r+b") as file:
        file.truncate(5000)


@pytest.mark.parametrize("make", [_text, _foreign, _damaged, _cut, Path.mkdir])
def test_what_is_no_sound_store_is_named_without_a_traceback(database: Path, make: Callable[[Path], None]) -> None:
    make(database)
    before = None if database.is_dir() else database.read_bytes()

    found = wrong(examined(database, offline=True))

    assert set(found) == {"store"}
    assert before is None or database.read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_store_that_everyone_can_alter_is_not_ok(database: Path) -> None:
    Store(database).close()
    database.chmod(0o666)

    assert "chmod o-w" in wrong(examined(database, offline=True))["store file"]


def test_other_runs_are_named(database: Path) -> None:
    with hold(database, "fda_warning_letters", "crawling"):
        checks = examined(database, offline=True)

    assert message(checks, "other runs").startswith(f"fda_warning_letters is held by process {os.getpid()}, crawling")
    assert message(examined(database, offline=True), "other runs") == "none works on this store"


@pytest.mark.parametrize(("free", "size", "ok"), [(2e9, 0, True), (9e8, 0, False), (2e9, 7e8, False)])
def test_space_is_measured_against_the_store(
    database: Path, monkeypatch: pytest.MonkeyPatch, free: float, size: float, ok: bool
) -> None:
    with database.open("wb") as file:
        file.truncate(int(size))
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: type("Usage", (), {"free": int(free)}))

    assert machine.space(database).ok is ok


def test_a_network_folder_is_not_ok(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mounts").write_text("/dev/vda / ext4 rw 0 0\nserver:/ " + f"{tmp_path.resolve()} nfs4 rw 0 0\n")
    monkeypatch.setattr("store.place.MOUNTS", tmp_path / "mounts")

    assert "network folder (nfs4)" in wrong(examined(database, offline=True))["file system"]


def test_a_synchronised_folder_is_not_ok(tmp_path: Path) -> None:
    database = tmp_path / "OneDrive - Example Ltd" / "store.db"

    assert "OneDrive synchronises" in wrong(examined(database, offline=True))["file system"]


def test_a_certificate_file_must_be_there_and_hold_certificates(database: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")

    assert not machine.tls(str(tmp_path / "missing.pem")).ok
    assert not machine.tls(str(tmp_path / "empty.pem")).ok


@pytest.mark.parametrize(("version", "option"), [((3, 40, 1), 2), ((3, 51, 2), 2), ((3, 51, 3), 1)])
def test_what_keeps_the_store_safe_from_the_fault_of_sqlite_is_told(
    database: Path, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], option: int
) -> None:
    linked = condition.library(version)
    monkeypatch.setattr(machine, "library", lambda: linked)

    check = machine.sqlite(database)

    assert check.ok
    assert f"SQLite {linked.version}; journal wal, synchronous full; safe by option {option} of 3" in check.message


def test_a_long_log_is_not_ok(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store(database).close()
    fine = examined(database, offline=True)
    with database.with_name(database.name + "-wal").open("wb") as file:
        file.truncate(300_000_000)

    assert message(fine, "write-ahead log") == "0.0 MB"
    assert "300.0 MB not yet moved into the store: something has read" in machine.log(database).message
    assert not machine.log(database).ok


# The command


def test_the_answer_as_json_and_the_exit_codes(database: Path, tmp_path: Path) -> None:
    anonymous = tmp_path / "anonymous.toml"
    anonymous.write_text('contact = ""')

    good = run(database, "--config", str(CONFIG), "doctor", "--offline", "--json")
    bad = run(database, "--config", str(anonymous), "doctor", "--offline")
    unknown = run(database, "doctor", "--offline", "--source", "fda_letters")

    answer = json.loads(good.stdout)
    assert (good.returncode, answer["schema_version"], answer["ok"]) == (0, 1, True)
    assert all(set(item) >= {"name", "ok", "message"} and item["ok"] is True for item in answer["items"])
    assert bad.returncode == 1
    assert any(line.startswith("contact") and " !! " in line for line in bad.stdout.splitlines())
    assert unknown.returncode == 2
    assert "Traceback" not in good.stderr + bad.stderr + unknown.stderr


def run(database: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "exowatch", "--db", str(database), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def robots(text: str, status: int = 200) -> Change:
    def change(method: str, url: str) -> WorldAnswer | None:
        date = world.answer(0, method, url, {}).headers["Date"]
        return WorldAnswer(status, {"Date": date}, text.encode()) if url.endswith("/robots.txt") else None

    return change
