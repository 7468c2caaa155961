"""A command as a child process: whatever it does, it is heard, and gone when its time is over."""

from __future__ import annotations

import os
import signal
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from schedules import child
from schedules.child import Ended, Known

DEADLINE = 2.0

REGEX = "import re; re.match(r'(a+)+$', 'a' * 64 + 'b')"
KEY = "import hashlib; hashlib.pbkdf2_hmac('sha256', b'x', b'y', 2**31 - 1)"
HANDLED = "import signal, time; signal.signal(signal.SIGTERM, lambda *_: None);"
DEAF = """
    import os, signal, subprocess, sys, time
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    for _ in range(2):
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    print("listening to nobody", flush=True)
    time.sleep(600)
"""


def run(script: str, *, deadline: float = 30.0, stop: threading.Event | None = None, **more: object) -> Ended:
    words = [sys.executable, "-c", textwrap.dedent(script)]
    return child.run(words, deadline=deadline, stop=stop or threading.Event(), heard=lambda line: None, **more)  # type: ignore[arg-type]


def left_of(known: list[Known]) -> list[int]:
    """The processes that are left of the group of the child that began."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            state, _, group, *_ = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(group) == known[0].process and state not in "ZX":
            found.append(int(place.name))
    return found


def test_a_command_says_its_lines_on_both_streams_and_ends_with_its_code() -> None:
    heard: list[str] = []
    script = "import sys; print('one'); print('two', file=sys.stderr, flush=True); print('three'); sys.exit(3)"

    ended = child.run([sys.executable, "-uc", script], deadline=30, stop=threading.Event(), heard=heard.append)

    assert heard == ["one", "two", "three"]
    assert (ended.code, ended.last, ended.overdue, ended.stopped) == (3, ("one", "two", "three"), False, False)


def test_a_command_reads_nothing_and_keeps_its_last_lines_only() -> None:
    ended = run("import sys; print(repr(sys.stdin.read())); [print('x' * 5000) for _ in range(3)]; print('end')")

    assert ended.code == 0
    assert ended.last[-1] == "end"
    assert len(ended.last) == child.KEPT
    assert max(map(len, ended.last)) <= 2000


def test_a_listener_that_fails_does_not_block_the_command() -> None:
    def full(line: str) -> None:
        raise OSError("no space left")

    words = [sys.executable, "-c", "for n in range(50_000): print('a line of some length', n)"]
    ended = child.run(words, deadline=60, stop=threading.Event(), heard=full)

    assert (ended.code, ended.last[-1]) == (0, "a line of some length 49999")


@pytest.mark.skipif(sys.platform != "linux", reason="looks for what is left in /proc")
@pytest.mark.parametrize(
    "script",
    [
        pytest.param(REGEX, id="a regex in C", marks=pytest.mark.slow),
        pytest.param(KEY, id="a key in C", marks=pytest.mark.slow),
        pytest.param(f"{HANDLED} {REGEX}", id="a regex in C, SIGTERM handled", marks=pytest.mark.slow),
        pytest.param(f"{HANDLED} {KEY}", id="a key in C, SIGTERM handled"),
        pytest.param(DEAF, id="deaf with grandchildren"),
    ],
)
def test_a_command_that_hangs_is_gone_with_its_children_ten_seconds_after_its_deadline(script: str) -> None:
    known: list[Known] = []
    since = time.monotonic()

    ended = run(script, deadline=DEADLINE, begun=known.append)

    assert ended.overdue
    assert ended.code in (-signal.SIGTERM, -signal.SIGKILL)
    assert time.monotonic() - since < DEADLINE + 10
    assert left_of(known) == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks for what is left in /proc")
def test_what_a_command_leaves_behind_ends_with_it() -> None:
    known: list[Known] = []
    script = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"

    ended = run(script, begun=known.append)

    time.sleep(0.2)
    assert (ended.code, ended.overdue) == (0, False)
    assert left_of(known) == []


def test_a_stop_lets_a_command_end_cleanly() -> None:
    stop, script = threading.Event(), "import time\ntry: time.sleep(600)\nexcept KeyboardInterrupt: print('kept')"
    threading.Timer(1.0, stop.set).start()

    ended = run(script, stop=stop)

    assert (ended.code, ended.last, ended.stopped, ended.overdue) == (0, ("kept",), True, False)
    assert ended.seconds < 20


def test_a_stop_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "FAREWELL", 1.0)
    monkeypatch.setattr(child, "GRACE", 1.0)
    stop = threading.Event()
    threading.Timer(1.0, stop.set).start()

    ended = run(DEAF, stop=stop)

    assert (ended.code, ended.stopped) == (-signal.SIGKILL, True)
    assert ended.seconds < 20


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc to tell processes apart")
def test_a_command_whose_scheduler_has_gone_is_ended_and_no_stranger_in_its_place() -> None:
    words = [sys.executable, "-c", "import time; time.sleep(600)"]
    orphan = os.posix_spawn(sys.executable, words, os.environ, setsid=True)
    known = Known(orphan, child.started(orphan))

    spared = child.end(Known(orphan, "1"))
    alive = child.started(orphan) == known.started
    ended = child.end(known)

    assert (spared, alive, ended) == (False, True, True)
    assert os.waitstatus_to_exitcode(os.waitpid(orphan, 0)[1]) == -signal.SIGTERM
    assert not child.end(known)
