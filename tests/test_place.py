"""A database is refused where SQLite cannot keep its promise, and where another program would carry it elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.backup import back_up
from store.database import Store
from store.errors import NotOurs
from store.place import filesystem, refuse_unfit, synced_by
from store.restoring import try_out

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
    with pytest.raises(NotOurs, match=r"/home/kim/x\.db: a network folder \(nfs4\).* Choose a local disk with --db"):
        refuse_unfit(Path("/home/kim/x.db"), MOUNTS)


@pytest.mark.parametrize("kind", ["nfs", "cifs", "9p", "drvfs", "vboxsf", "fuse.sshfs", "fuse.rclone", "davfs"])
def test_every_kind_that_others_reach_too_is_refused(kind: str) -> None:
    with pytest.raises(NotOurs, match=kind):
        refuse_unfit(Path("/mnt/there/x.db"), f"/dev/vda / ext4 rw 0 0\nthere /mnt/there {kind} rw 0 0\n")


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs", "apfs", "overlay", "tmpfs", "virtiofs", "fuseblk"])
def test_a_local_disk_is_not_refused(kind: str) -> None:
    refuse_unfit(Path("/var/lib/x.db"), f"/dev/vda / {kind} rw 0 0\n")


def test_names_of_mounts_are_read_as_the_kernel_writes_them() -> None:
    mounts = "/dev/vda / ext4 rw 0 0\nthere /mnt/a\\011b\\134c nfs rw 0 0\n"

    assert filesystem(Path("/mnt/a\tb\\c/x.db"), mounts) == "nfs"


# Folders that are synchronised


SYNCED = {
    "OneDrive": "OneDrive",
    "OneDrive - Example Ltd": "OneDrive",
    "Dropbox": "Dropbox",
    "Dropbox (Example)": "Dropbox",
    "Google Drive": "Google Drive",
    "GoogleDrive-kim@example.org": "Google Drive",
    "Mobile Documents": "iCloud Drive",
    "iCloudDrive": "iCloud Drive",
    "Nextcloud": "Nextcloud",
    "ownCloud": "ownCloud",
    "Box": "Box",
    "Box Sync": "Box",
    "pCloudDrive": "pCloud",
    "CloudStorage": "a cloud drive",
}


@pytest.mark.parametrize("folder", SYNCED)
def test_a_synchronised_folder_is_refused_with_the_way_on(tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder / "deep" / "store.db"

    with pytest.raises(
        NotOurs, match=r"synchronises.* `exowatch backup` writes them there. Choose a local disk"
    ) as told:
        Store(path)

    assert SYNCED[folder] in str(told.value)
    assert not path.parent.exists()


@pytest.mark.parametrize(
    ("marker", "program"),
    [
        (".stfolder/", "Syncthing"),
        (".stfolder", "Syncthing"),
        (".dropbox", "Dropbox"),
        (".sync_0a1b2c3d4e5f.db", "Nextcloud or ownCloud"),
        (".nextcloudsync.log", "Nextcloud or ownCloud"),
        (".tmp.driveupload", "Google Drive"),
    ],
)
def test_a_folder_of_any_name_that_a_program_has_marked_is_refused(tmp_path: Path, marker: str, program: str) -> None:
    (tmp_path / "ours" / "deep").mkdir(parents=True)
    mark = tmp_path / "ours" / marker
    mark.mkdir() if marker.endswith("/") else mark.touch()

    with pytest.raises(NotOurs, match=f"a folder that {program} synchronises"):
        Store(tmp_path / "ours" / "deep" / "store.db")


def test_a_link_into_a_synchronised_folder_is_one(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "work").symlink_to(tmp_path / "Dropbox", target_is_directory=True)
    (tmp_path / "plain").mkdir()
    (tmp_path / "Nextcloud").symlink_to(tmp_path / "plain", target_is_directory=True)

    assert synced_by(tmp_path / "work" / "store.db") == "Dropbox"
    assert synced_by(tmp_path / "Nextcloud" / "store.db") == "Nextcloud"


@pytest.mark.parametrize("folder", ["box", "inbox", "dropbox-notes", "Drive", "mydrive", "sync", "clouds"])
def test_a_folder_that_only_sounds_alike_is_not_refused(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder / ".dropbox").mkdir(parents=True)  # where the program keeps its settings, it is a folder

    Store(tmp_path / folder / "store.db").close()


def test_a_store_in_a_synchronised_folder_can_be_read_and_backups_can_lie_there(tmp_path: Path) -> None:
    Store(tmp_path / "store.db").close()
    (tmp_path / "Dropbox").mkdir()

    made = back_up(tmp_path / "store.db", tmp_path / "Dropbox")

    with Store(made.path, readonly=True) as store:
        assert store.execute("select count(*) from documents").fetchone() == (0,)
    assert [found.name for found in (tmp_path / "Dropbox").iterdir()] == [made.path.name]
    assert try_out(made.path).problems == ()
