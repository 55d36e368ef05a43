import pytest
from ktv_localfiles.watching.mounts import Mount, mount_of, mounts_of, parse_mounts

TABLE = r"""
/dev/sda1 / ext4 rw,relatime 0 0
nas:/films /mnt/nas nfs4 rw,vers=4.2 0 0
//box/share /mnt/my\040share cifs rw 0 0
/dev/sdb1 /mnt/nas/local xfs rw 0 0
mergerfs /pool fuse.mergerfs rw 0 0
/dev/sdc1 /usb fuseblk rw 0 0
overlay / overlay rw 0 0
broken
"""


@pytest.fixture
def mounts() -> list[Mount]:
    return parse_mounts(TABLE)


@pytest.mark.parametrize(
    ("path", "filesystem", "told"),
    [
        ("/videos", "overlay", True),
        ("/mnt/nas", "nfs4", False),
        ("/mnt/nas/films/a", "nfs4", False),
        ("/mnt/nas/local/a", "xfs", True),
        ("/mnt/nasty", "overlay", True),
        ("/mnt/my share/a", "cifs", False),
        ("/pool/films", "fuse.mergerfs", False),
        ("/usb/films", "fuseblk", True),
    ],
)
def test_a_path_lies_on_the_deepest_mount_above_it(mounts: list[Mount], path: str, filesystem: str, told: bool) -> None:
    found = mount_of(path, mounts)
    assert found is not None
    assert (found.filesystem, found.told) == (filesystem, told)


def test_without_a_table_nothing_is_known() -> None:
    assert mount_of("/a", []) is None
    assert mounts_of("/a", []) == ()


def test_the_mounts_of_a_root_are_its_own_and_those_below(mounts: list[Mount]) -> None:
    assert [mount.point for mount in mounts_of("/mnt/nas", mounts)] == ["/mnt/nas", "/mnt/nas/local"]
