"""The documentation hangs together: links lead somewhere, and what make and ktv can do is written down."""

import re
from pathlib import Path

import pytest

from ktv_host.cli.command_docs import COMMANDS_PAGE, commands, commands_page

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@pytest.fixture(scope="module")
def pages(committed_files: list[Path]) -> list[Path]:
    return [path for path in committed_files if path.suffix == ".md" and "node_modules" not in path.parts]


def test_every_relative_link_leads_to_a_file(pages: list[Path], root: Path) -> None:
    broken = [
        f"{page.relative_to(root)}: {link}"
        for page in pages
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:|#", link) and not (page.parent / link.partition("#")[0]).exists()
    ]
    assert not broken


def test_every_link_to_a_heading_finds_it(pages: list[Path], root: Path) -> None:
    broken = []
    for page in pages:
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            file, _, anchor = link.partition("#")
            target = page.parent / file if file else page
            if anchor and not re.match(r"[a-z]+:", link) and target.suffix == ".md" and anchor not in _anchors(target):
                broken.append(f"{page.relative_to(root)}: {link}")
    assert not broken


def test_every_page_of_docs_is_reached_from_the_index(root: Path) -> None:
    docs = root / "docs"
    seen: set[Path] = set()
    waiting = [docs / "index.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        links = LINK.findall(page.read_text(encoding="utf-8"))
        waiting += [page.parent / link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert not sorted(str(path.relative_to(root)) for path in docs.rglob("*.md") if path.resolve() not in seen)


def test_the_commands_page_is_what_the_code_says(root: Path) -> None:
    assert (root / COMMANDS_PAGE).read_text(encoding="utf-8") == commands_page(), "run: make golden"


def test_every_command_says_what_it_does() -> None:
    assert not [name for name, command in commands() if not command.help]


def test_every_make_target_is_explained(root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    page = (root / "docs/how-to/develop.md").read_text(encoding="utf-8")
    assert not [
        name for name in re.findall(r"^([a-z]+):.*##", makefile, flags=re.MULTILINE) if f"`make {name}" not in page
    ]


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
