"""What is committed holds true anywhere: no registry addresses, no paths of one machine."""

import re
from pathlib import Path

# Written in pieces, so that this file does not find itself.
REGISTRIES = (
    "pypi" + ".org",
    "files.python" + "hosted.org",
    "registry.npm" + "js.org",
    "registry.yarn" + "pkg.com",
    "proxy.go" + "lang.org",
    "--index" + "-url",
    "--extra-index" + "-url",
    "--find" + "-links",
)
MACHINE_PATH = re.compile(
    r"(?<![\w.<>{}$-])/(?:" + "work|root|home/[a-z][a-z0-9]+|Users/[A-Za-z][a-z0-9]+" + r")/[\w.]"
)
BINARY = {".png", ".jpg", ".ico", ".woff2", ".mp4", ".ts", ".avi", ".mkv", ".gz", ".db"}


def test_no_file_names_a_registry(committed_files: list[Path], root: Path) -> None:
    assert not [
        f"{path.relative_to(root)}: {registry}"
        for path, text in _texts(committed_files)
        for registry in REGISTRIES
        if registry in text
    ]


def test_no_file_names_a_path_of_one_machine(committed_files: list[Path], root: Path) -> None:
    assert not [
        f"{path.relative_to(root)}: {match.group()}"
        for path, text in _texts(committed_files)
        for match in MACHINE_PATH.finditer(text)
    ]


def test_constraints_are_plain_pins(root: Path) -> None:
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pin = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+")
    assert not [line for line in lines if not line.startswith("#") and not pin.fullmatch(line)]


def _texts(paths: list[Path]) -> list[tuple[Path, str]]:
    texts = []
    for path in paths:
        if path.suffix not in BINARY:
            content = path.read_bytes()
            if b"\0" not in content[:8192]:
                texts.append((path, content.decode("utf-8", errors="replace")))
    return texts
