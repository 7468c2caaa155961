"""Units: what systemd, cron or the Windows task scheduler is told, so that the timetable runs by itself."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from exowatch.config import Config
from store.outbox import Channel

LOOK_EVERY: Final = 10
"""Minutes between two looks by cron."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Which program runs on which store with which files of configuration, in which folder, and where it writes."""

    program: tuple[str, ...]
    database: Path
    files: tuple[Path, ...]
    folder: Path
    writes: tuple[Path, ...]

    @property
    def line(self) -> list[str]:
        """The words before `run` or `run-due`."""
        files = [word for file in self.files for word in ("--config", str(file))]
        return [*self.program, "--db", str(self.database), *files, "schedule"]


ROOT: Final = Path(__file__).resolve().parents[1]
"""Where our packages stand."""


def program() -> list[str]:
    """The words that start this program. Nothing is imported from the folder it runs in, unless that is a checkout."""
    return [sys.executable, *([] if Path.cwd() == ROOT else ["-P"]), "-m", "exowatch"]


def here(database: Path, config: Config, files: Sequence[Path]) -> Installation:
    """This installation, with whole paths; it writes beside the store, and where digests go to files."""
    database = database.resolve()
    targets = [one.place for series in config.digests for one in series.deliver if one.channel is Channel.FILE]
    # A period may stand in the name of a folder too: then the one around it is written to.
    folders = {Path(place.partition("{")[0] + "x").parent for place in targets} - {database.parent}
    return Installation(
        tuple(program()),
        database,
        tuple(file.resolve() for file in files),
        ROOT if Path.cwd() == ROOT else database.parent,
        (database.parent, *sorted(folders)),
    )


def systemd(at: Installation) -> str:
    """A service that may write beside the store and where digests go, and nowhere else."""
    command = " ".join(_quoted(word).replace("$", "$$") for word in [*at.line, "run"])
    return f"""\
# /etc/systemd/system/exowatch.service; then: systemctl daemon-reload && systemctl enable --now exowatch
[Unit]
Description=exowatch: what the FDA and Health Canada say about exosomes
Wants=network-online.target
After=network-online.target time-sync.target

[Service]
Type=exec
ExecStart={command}
WorkingDirectory={_plain(at.folder)}
# An account that owns the store's folder and nothing else, and the folder itself:
#   useradd --system exowatch && install -d -o exowatch -g exowatch -m 0700 {_quoted(str(at.database.parent))}
User=exowatch
Group=exowatch
UMask=0077
# The password comes as a file that only the service reads, never in this unit:
#LoadCredential=mail_password:/etc/exowatch/mail_password
#Environment=EXOWATCH_MAIL_PASSWORD_FILE=%d/mail_password
Environment=PYTHONUNBUFFERED=1

Restart=always
RestartSec=30
# Our commands are interrupted by us, so that they end cleanly; what is left after that is killed.
KillMode=mixed
TimeoutStopSec=90

# All but the folders that are written to is read only, and nobody's home is seen{_homes(at)}.
ProtectSystem=strict
ReadWritePaths={" ".join(_quoted(str(place)) for place in at.writes)}
ProtectHome={"read-only" if _in_a_home(at) else "yes"}
PrivateTmp=yes
PrivateDevices=yes
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
# More than a crawl and the largest file need; a leak ends here, and the run is tried again.
MemoryMax=2G
TasksMax=256

[Install]
WantedBy=multi-user.target
"""


def cron(at: Installation) -> str:
    """A line for `crontab -e`: what is due is run at the next look, whenever the machine was off."""
    # In a crontab an unquoted % ends the line, and no quoting of a shell protects it.
    command = f"cd {shlex.quote(str(at.folder))} && {shlex.join([*at.line, 'run-due'])}".replace("%", "\\%")
    return f"""\
# crontab -e of the account that owns the store. A look that finds nothing due, or a run on its way, does nothing.
*/{LOOK_EVERY} * * * * {command} >/dev/null
"""


def windows_task(at: Installation) -> str:
    """A task for `schtasks`, as XML: it starts with the machine, and again when it was ended."""
    python, *words = [*at.line, "run"]
    return f"""\
<?xml version="1.0"?>
<!-- Save as exowatch.xml; then, as administrator: schtasks /Create /TN exowatch /XML exowatch.xml /RU NAME /RP -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>exowatch: what the FDA and Health Canada say about exosomes</Description>
  </RegistrationInfo>
  <Triggers>
    <BootTrigger>
      <Enabled>true</Enabled>
      <Delay>PT1M</Delay>
    </BootTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>Password</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>255</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(python)}</Command>
      <Arguments>{escape(subprocess.list2cmdline(words))}</Arguments>
      <WorkingDirectory>{escape(str(at.folder))}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""


def _in_a_home(at: Installation) -> bool:
    """Whether program, store or configuration stand where `ProtectHome=yes` would hide them."""
    places = [Path(at.program[0]), ROOT, at.database, *at.files, *at.writes]
    return any(place.is_relative_to(home) for place in places for home in ("/home", "/root", "/run/user"))


def _homes(at: Installation) -> str:
    return "; or only read, as exowatch stands in one" if _in_a_home(at) else ""


def _plain(path: Path) -> str:
    """A path for a setting that takes the whole line: only the sign of a specifier must be doubled."""
    return str(path).replace("%", "%%")


def _quoted(word: str) -> str:
    """One word of a unit: `%` begins a specifier there, and blanks part words."""
    safe = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{safe}"' if any(sign in safe for sign in " \t'\"\\;#") else safe
