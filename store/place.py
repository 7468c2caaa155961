"""Where a database may live: on a disk of this machine, since SQLite's write-ahead log needs shared memory."""

from __future__ import annotations

from pathlib import Path

from store.errors import NotOurs

MOUNTS = Path("/proc/self/mounts")
NETWORK = frozenset(
    {"nfs", "nfs3", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "lustre", "9p", "fuse.sshfs", "davfs"}
)


def refuse_network(path: Path, mounts: str | None = None) -> None:
    """Raises NotOurs for a database in a network folder. Where mounts cannot be read, nothing is refused."""
    kind = filesystem(path, mounts)
    if kind in NETWORK:
        raise NotOurs(f"{path}: a network folder ({kind}); SQLite can lose writes there. Choose a local disk with --db")


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
        place = fields[1].replace("\\040", " ")
        inside = path.resolve().is_relative_to(place)
        # A later line for the same place is mounted over the earlier one.
        if inside and len(place) >= len(best):
            best, kind = place, fields[2]
    return kind
