"""A crawl listens to nobody, and nothing that lies about is run: no open socket, no pickle."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_structure import UNTRUSTED_BYTES_RUN_CODE, modules, tree
from tests.world.documents import GUIDANCE, LETTERS, papers
from tests.world.faults import slow
from tests.world.running import command, crawl, ended, present, start
from tests.world.world import START, World

needs_proc = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="the kernel shows no table of sockets here")
TABLES = ("tcp", "tcp6", "udp", "udp6", "unix")
LISTENING = "0A"
UDP_BOUND = "07"
UNIX_ACCEPTS = 0x10000


def family(process: int) -> list[int]:
    """A process and all its descendants."""
    found = [process]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, task.read_text().split())
            except OSError:
                continue  # it has ended
    return found


def sockets(process: int) -> Iterator[str]:
    """The inodes of the sockets that a process holds."""
    try:
        for link in Path(f"/proc/{process}/fd").iterdir():
            target = str(link.readlink())
            if target.startswith("socket:["):
                yield target[8:-1]
    except OSError:
        return  # it has ended


def listening(process: int) -> list[str]:
    """The sockets of a process and its descendants on which anybody may knock, by the kernel's tables."""
    mine = {inode for one in family(process) for inode in sockets(one)}
    found = []
    for table in TABLES:
        path = Path(f"/proc/{process}/net/{table}")
        try:
            rows = [line.split() for line in path.read_text().splitlines()[1:]]
        except OSError:
            continue
        if table == "unix":
            found += [f"unix {row[-1]}" for row in rows if int(row[3], 16) & UNIX_ACCEPTS and row[6] in mine]
        else:
            state = UDP_BOUND if table.startswith("udp") else LISTENING
            found += [f"{table} {row[1]}" for row in rows if row[3] == state and row[9] in mine]
    return found


@needs_proc
def test_a_crawl_and_its_children_listen_on_no_socket(tmp_path: Path) -> None:
    names = present(LETTERS, GUIDANCE)
    sites = World(papers=[one for name in names for one in papers(name, others=1)], noisy=False)
    sites.faults = (slow(lambda asked: True, 0.02),)
    looks, heard = 0, set[str]()
    with sites.served() as proxy:
        assert listening(os.getpid())  # the stand-in itself listens: the look would show it
        child = start(sites, tmp_path / "store.db", START, proxy, *names)
        over = threading.Event()

        def watch() -> None:
            nonlocal looks
            while not over.is_set():
                heard.update(listening(child.pid))
                looks += 1
                time.sleep(0.02)

        watching = threading.Thread(target=watch)
        watching.start()
        result = ended(child)
        over.set()
        watching.join()

    sys.stderr.write(f"{looks} looks during {len(sites.asked)} requests\n")
    assert result.code == 0, result.said
    assert heard == set()
    assert looks > 20
    assert len(sites.asked) > 20


def test_no_module_names_a_loader_that_runs_what_it_reads() -> None:
    offences = [
        f"{path}:{node.lineno}: {node.value}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and node.value in UNTRUSTED_BYTES_RUN_CODE
    ]

    assert offences == []


def hostile(marker: Path) -> bytes:
    """A pickle that, once loaded, makes a file."""
    return f"cos\nsystem\n(S'touch {marker}'\ntR.".encode()


def test_the_planted_file_would_run_if_it_were_loaded(tmp_path: Path) -> None:
    (tmp_path / "planted").write_bytes(hostile(tmp_path / "ran"))
    load = f"import pickle; pickle.load(open({str(tmp_path / 'planted')!r}, 'rb'))"

    subprocess.run([sys.executable, "-c", load], check=True)

    assert (tmp_path / "ran").exists()


def test_planted_pickles_are_not_loaded(tmp_path: Path) -> None:
    sites, database, marker = (
        World(papers=papers(LETTERS, others=1), noisy=False),
        tmp_path / "store.db",
        tmp_path / "ran",
    )
    crawl(sites, database, START, LETTERS)
    kept = {".db", ".toml"}
    theirs = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix not in kept]
    own = [path for path in tmp_path.rglob("*") if path.is_dir()] + [tmp_path]
    names = ("jobs.pickle", "requests.queue", "requests.seen", "spider.state", "cache.pkl", "store.db.pickle")
    for path in [
        *theirs,
        *(folder / name for folder in own for name in names),
        tmp_path / ".scrapy" / "httpcache" / "x",
    ]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(hostile(marker))

    again = crawl(sites, database, START, LETTERS)
    told = [command(database, START, *words) for words in (("documents",), ("changes",), ("doctor",), ("rebuild",))]

    assert again.code == 0, again.said
    assert [code for code, _, said in told if "Traceback" in said] == []
    assert len(theirs) >= 2  # locks and pace lie beside the store
    assert not marker.exists()
