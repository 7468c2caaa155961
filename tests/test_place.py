"""A database is refused where SQLite cannot keep its promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.errors import NotOurs
from store.place import filesystem, refuse_network

MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb /home/local ext4 rw 0 0
//nas/team /mnt/team\\040files cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/exowatch.db", "ext4"),
        ("/home/kim/exowatch.db", "nfs4"),
        ("/home/local/exowatch.db", "ext4"),
        ("/mnt/team files/exowatch.db", "cifs"),
    ],
)
def test_the_innermost_mount_decides(path: str, kind: str) -> None:
    assert filesystem(Path(path), MOUNTS) == kind


def test_a_network_folder_is_refused_by_name() -> None:
    with pytest.raises(NotOurs, match=r"/home/kim/x\.db: a network folder \(nfs4\)"):
        refuse_network(Path("/home/kim/x.db"), MOUNTS)


def test_a_local_disk_is_not_refused() -> None:
    refuse_network(Path("/var/lib/x.db"), MOUNTS)
