"""A command as a child process: in a group of its own, with a deadline after which nothing of that group is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

GRACE: Final = 5.0
"""Seconds between the request to end, SIGTERM, and SIGKILL."""
FAREWELL: Final = 60.0
"""Seconds that a command has to end cleanly when the scheduler itself is told to stop: pages on the way arrive."""
KEPT: Final = 3
"""How many of its last lines are kept for the record."""
_LOOK: Final = 0.2
_LONGEST_LINE: Final = 2000
_GONE: Final = 2.0
_SOON: Final = 0.02


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code (negative: the signal that killed it) and the last that it said."""

    code: int
    last: tuple[str, ...]
    seconds: float
    overdue: bool = False
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A running command, told apart from a later process of the same number by when it started."""

    process: int
    started: str


def run(
    words: Sequence[str],
    *,
    deadline: float,
    stop: threading.Event,
    heard: Callable[[str], None],
    begun: Callable[[Known], None] = lambda known: None,
    environment: Mapping[str, str] | None = None,
) -> Ended:
    """Run a command and wait for its end; each line that it says, on either stream, goes to `heard` as it comes.

    At the deadline (in seconds) its group is asked to end and killed `GRACE` later. When `stop` is set it is
    interrupted as by Ctrl-C, and has `FAREWELL` to end cleanly.
    """
    since = time.monotonic()
    process = subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=None if environment is None else dict(environment),
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        creationflags=_OWN_GROUP,
    )
    begun(Known(process.pid, started(process.pid)))
    last: deque[str] = deque(maxlen=KEPT)
    listener = threading.Thread(target=_listen, args=(process, last, heard), daemon=True)
    listener.start()
    overdue = stopped = False
    try:
        _wait(process, since + deadline, stop)
        overdue = _runs(process) and time.monotonic() >= since + deadline
        stopped = _runs(process) and not overdue
        if stopped:
            _ask(process, _INTERRUPT)
            _wait(process, min(since + deadline, time.monotonic() + FAREWELL))
        if _runs(process):
            _ask(process, signal.SIGTERM)
            _wait(process, time.monotonic() + GRACE)
    finally:
        _kill(process)
    # What left the group may hold the pipe for ever; what it says no longer counts.
    listener.join(1.0)
    return Ended(process.returncode, tuple(last), time.monotonic() - since, overdue, stopped)


def started(process: int) -> str:
    """When a process started: since which start of the machine, and when after it. "" where it is not known or over."""
    try:
        machine = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        said = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return ""
    # The name before the bracket is the process's own choice; the state is the first field after it.
    state, *fields = said.rpartition(")")[2].split()
    return "" if state in "ZX" else f"{machine} {fields[18]}"


def end(known: Known) -> bool:
    """End the group of a command whose scheduler has gone; whether it was still there."""
    if not known.started or started(known.process) != known.started:
        return False
    for sign, grace in ((signal.SIGTERM, GRACE), (_KILL, 1.0)):
        with suppress(ProcessLookupError, PermissionError):
            _to_group(known.process, sign)
        until = time.monotonic() + grace
        while time.monotonic() < until and started(known.process) == known.started:
            time.sleep(_LOOK)
    return True


def _listen(process: subprocess.Popen[str], last: deque[str], heard: Callable[[str], None]) -> None:
    assert process.stdout is not None  # noqa: S101  asked for above
    with process.stdout as said:
        while line := said.readline(_LONGEST_LINE):
            if text := line.strip():
                last.append(text)
                with suppress(OSError, ValueError):  # a line that cannot be told must not stop the one who says it
                    heard(text)


def _wait(process: subprocess.Popen[str], until: float, stop: threading.Event | None = None) -> None:
    """Until the process has ended, the instant has come or we are told to stop."""
    pause = stop or threading.Event()
    while _runs(process) and time.monotonic() < until:
        if pause.wait(min(_LOOK, max(0.0, until - time.monotonic()))):
            return


if sys.platform == "win32":
    _OWN_GROUP: Final = subprocess.CREATE_NEW_PROCESS_GROUP
    _INTERRUPT: Final = signal.CTRL_BREAK_EVENT
    _KILL: Final = signal.SIGTERM

    def _runs(process: subprocess.Popen[str]) -> bool:
        return process.poll() is None

    def _ask(process: subprocess.Popen[str], sign: signal.Signals) -> None:
        with suppress(OSError):
            process.send_signal(sign)

    def _to_group(process: int, sign: signal.Signals) -> None:
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process)], capture_output=True, check=False)

    def _kill(process: subprocess.Popen[str]) -> None:
        if process.poll() is None:
            _to_group(process.pid, _KILL)
        process.wait()

else:
    _OWN_GROUP: Final = 0
    _INTERRUPT: Final = signal.SIGINT
    _KILL: Final = signal.SIGKILL

    def _runs(process: subprocess.Popen[str]) -> bool:
        """Whether it still runs. One that has ended is left unread: until then no other process gets its number."""
        if process.returncode is None and hasattr(os, "waitid"):
            return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None
        return process.poll() is None

    def _ask(process: subprocess.Popen[str], sign: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            _to_group(process.pid, sign)

    def _to_group(process: int, sign: signal.Signals) -> None:
        os.killpg(process, sign)

    def _kill(process: subprocess.Popen[str]) -> None:
        """Kill whatever of the group is left, its leader or what that left behind, and read how the leader ended."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            # Killed is not gone: on a machine with much to do the kernel takes its time with grandchildren.
            until = time.monotonic() + _GONE
            while time.monotonic() < until:
                os.killpg(process.pid, 0)
                time.sleep(_SOON)
        process.wait()
