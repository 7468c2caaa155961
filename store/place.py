"""Where a database may live: on a disk of this machine, in a folder that no other program carries elsewhere.

SQLite's write-ahead log needs memory that all its users share, so one machine; and a program that copies the file and
its log one after the other, or puts back another machine's copy, gives a database that never was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from store.errors import NotOurs

MOUNTS = Path("/proc/self/mounts")
NETWORK = frozenset(
    {
        *("nfs", "nfs3", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "lustre", "ncpfs", "davfs"),
        *("beegfs", "gpfs", "ocfs2", "gfs2", "orangefs", "pvfs2", "9p", "drvfs", "vboxsf", "vmhgfs", "prl_fs"),
        *("fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.gcsfuse", "fuse.davfs2", "fuse.glusterfs", "fuse.cephfs"),
        *("fuse.vmhgfs-fuse", "fuse.google-drive-ocamlfuse", "fuse.onedriver", "fuse.dropbox", "fuse.pcloud"),
    }
)
"""Kinds of file system that other machines reach too, or that lie between a virtual machine and its host. virtiofs is
not among them: it shares memory and locks where it is set up as usual, and it is the root of whole machines."""

_SYNCED = (
    ("OneDrive", re.compile(r"onedrive( - .+)?", re.IGNORECASE)),
    ("Dropbox", re.compile(r"dropbox( \(.+\))?", re.IGNORECASE)),
    ("Google Drive", re.compile(r"google ?drive|my drive|googledrive-.+", re.IGNORECASE)),
    ("iCloud Drive", re.compile(r"mobile documents|icloud ?drive|com~apple~clouddocs", re.IGNORECASE)),
    ("Nextcloud", re.compile(r"nextcloud", re.IGNORECASE)),
    ("ownCloud", re.compile(r"owncloud", re.IGNORECASE)),
    ("Box", re.compile(r"Box( Sync|-Box)?")),
    ("pCloud", re.compile(r"pcloud ?(drive|sync)", re.IGNORECASE)),
    ("a cloud drive", re.compile(r"CloudStorage")),
)
"""The folders of programs that synchronise, as these name them."""
_MARKERS = (
    ("Syncthing", re.compile(r"\.stfolder")),
    ("Dropbox", re.compile(r"\.dropbox(\.cache)?")),
    ("Nextcloud or ownCloud", re.compile(r"\._?sync_[0-9a-f]+\.db|\.(owncloud|nextcloud)sync\.log")),
    ("Google Drive", re.compile(r"\.tmp\.drive(down|up)load")),
)
"""What such programs leave at the top of a folder of another name. Dropbox has a `.dropbox` in the home folder too, which
is not synchronised: there it is a folder."""


def refuse_unfit(path: Path, mounts: str | None = None) -> None:
    """Raises NotOurs for a database in a network folder or in one that is synchronised, saying what to do.

    Where mounts cannot be read, or folders not be looked into, nothing is refused.
    """
    reason = unfit(path, mounts)
    if reason:
        raise NotOurs(f"{path}: {reason}. Choose a local disk with --db")


def unfit(path: Path, mounts: str | None = None) -> str:
    """Why a database cannot live at this path; "" where it can. A backup can lie in such a place."""
    kind = filesystem(path, mounts)
    if kind in NETWORK:
        return f"a network folder ({kind}); SQLite can lose writes there"
    program = synced_by(path)
    if program:
        return (
            f"a folder that {program} synchronises; it copies the file and its log apart from one another, and can"
            " put back an older one. Let it have backups instead: `exowatch backup` writes them there"
        )
    return ""


def synced_by(path: Path) -> str:
    """The program that synchronises the folder a path is in; "" where none is known to."""
    folders = dict.fromkeys((*path.absolute().parents, *path.resolve().parents))
    for folder in folders:
        for program, name in _SYNCED:
            if name.fullmatch(folder.name):
                return program
    return next((program for folder in folders for program in _marked(folder)), "")


def _marked(folder: Path) -> Iterator[str]:
    try:
        hidden = [entry for entry in folder.iterdir() if entry.name.startswith(".")]
    except OSError:
        return
    for program, name in _MARKERS:
        if any(name.fullmatch(entry.name) and (program == "Syncthing" or entry.is_file()) for entry in hidden):
            yield program


def filesystem(path: Path, mounts: str | None = None) -> str:
    """The type of the file system a path is on, as the kernel names it; "" where that is not known."""
    if mounts is None:
        try:
            mounts = MOUNTS.read_text(errors="replace")
        except OSError:
            return ""
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        place = _ESCAPED.sub(lambda octal: chr(int(octal[1], 8)), fields[1])
        inside = path.resolve().is_relative_to(place)
        # A later line for the same place is mounted over the earlier one.
        if inside and len(place) >= len(best):
            best, kind = place, fields[2]
    return kind


_ESCAPED = re.compile(r"\\([0-7]{3})")
"""How the kernel writes blanks, tabs, line ends and backslashes in the names of mounts."""
