"""Mounts: which file system a folder lies on, and whether the system tells of changes there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_TABLE = Path("/proc/self/mounts")
_ESCAPE = re.compile(r"\\([0-7]{3})")
# What other machines change here is not told to this one.
_REMOTE = frozenset({
    "nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre",
    "beegfs", "gfs2", "ocfs2", "coda", "vboxsf", "prl_fs", "vmhgfs", "davfs", "virtiofs",
})  # fmt: skip
_TOLD_FUSE = frozenset({"fuseblk", "fuse.ntfs-3g", "fuse.exfat"})  # local disks


@dataclass(frozen=True, slots=True)
class Mount:
    point: str
    filesystem: str
    device: str

    @property
    def told(self) -> bool:
        """Whether the system tells of every change, whoever makes it."""
        if self.filesystem.startswith("fuse"):
            return self.filesystem in _TOLD_FUSE
        return self.filesystem not in _REMOTE


def read_mounts() -> list[Mount]:
    """The mount table; empty where the system has none."""
    try:
        return parse_mounts(_TABLE.read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError:
        return []


def parse_mounts(table: str) -> list[Mount]:
    mounts = []
    for line in table.splitlines():
        cells = [_ESCAPE.sub(lambda code: chr(int(code[1], 8)), cell) for cell in line.split(" ")]
        if len(cells) >= 3:
            mounts.append(Mount(cells[1], cells[2], cells[0]))
    return mounts


def mount_of(path: str, mounts: Sequence[Mount]) -> Mount | None:
    """The mount a path lies on: the deepest one above it, and of several at one point the last."""
    above = [mount for mount in mounts if path == mount.point or path.startswith(mount.point.rstrip("/") + "/")]
    return max(reversed(above), key=lambda mount: len(mount.point), default=None)


def mounts_of(root: str, mounts: Sequence[Mount]) -> tuple[Mount, ...]:
    """The mount a root lies on and those below it, in a fixed order."""
    own = mount_of(root, mounts)
    below = [mount for mount in mounts if mount.point.startswith(root + "/")]
    return (*((own,) if own else ()), *sorted(below, key=lambda mount: (mount.point, mount.device)))
