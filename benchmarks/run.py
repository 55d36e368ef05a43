"""``make bench``: runs every bench_*.py of this folder, each in a fresh process, and prints one table.

A benchmark is a module with ``run() -> list[Figure]``. ``--write`` also updates RESULTS.md; names (``db``, ``planner``)
choose benchmarks.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figure import Figure

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "RESULTS.md"
TIMEOUT_SECS = 900
MARK = "figures: "  # the line of a child's output that carries its figures


@dataclass(frozen=True)
class Outcome:
    """What came of one benchmark; ``error`` is empty when it ran."""

    benchmark: str
    figures: Sequence[Figure] = ()
    error: str = ""


def benchmarks(wanted: Sequence[str]) -> list[str]:
    """The names of the benchmarks to run. Raises SystemExit when one does not exist."""
    names = sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))
    unknown = sorted(set(wanted) - set(names))
    if unknown:
        raise SystemExit(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(names)}")
    return [name for name in names if not wanted or name in wanted]


def run_apart(name: str) -> Outcome:
    """Run one benchmark in a process of its own: no warm caches, no loop and no allocations of another."""
    command = [sys.executable, "-m", "benchmarks.run", "--child", name]
    try:
        done = subprocess.run(
            command, cwd=FOLDER.parent, capture_output=True, text=True, timeout=TIMEOUT_SECS, check=False
        )
    except subprocess.TimeoutExpired:
        return Outcome(name, error=f"not done after {TIMEOUT_SECS} s")
    if done.returncode != 0:
        return Outcome(name, error=(done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1])
    return Outcome(name, figures=parse(done.stdout))


def parse(output: str) -> list[Figure]:
    """The figures in what a child printed."""
    line = next(line for line in reversed(output.splitlines()) if line.startswith(MARK))
    return [Figure(**figure) for figure in json.loads(line.removeprefix(MARK))]


def row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        f"{figure.ours:,.4g} {figure.unit}",
        f"{figure.yardstick:,.4g} {figure.unit}",
        f"{figure.ratio:.2f}",
        figure.expect,
        figure.note,
    )


HEADINGS = ("what", "ours", "yardstick", "ratio", "expected", "note")


def table(outcomes: Sequence[Outcome]) -> Table:
    shown = Table(*HEADINGS)
    for outcome in outcomes:
        for figure in outcome.figures:
            shown.add_row(*row(figure))
        if outcome.error:
            shown.add_row(outcome.benchmark, "failed", "", "", "", outcome.error)
    return shown


def page(outcomes: Sequence[Outcome], machine: str) -> str:
    """RESULTS.md."""
    lines = ["# Benchmark results", "", f"Written by `make bench ARGS=--write`. {machine}", ""]
    lines += ["Ratios and medians carry over to other machines; absolute numbers do not.", ""]
    lines += [_markdown_row(HEADINGS), _markdown_row(["---"] * len(HEADINGS))]
    lines += [_markdown_row(row(figure)) for outcome in outcomes for figure in outcome.figures]
    return "\n".join(lines) + "\n"


def _markdown_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _machine() -> str:
    now = datetime.now(UTC)
    return f"{now:%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}."


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make bench", description="Run the benchmarks.")
    arguments.add_argument("names", nargs="*", help="which; default: all")
    arguments.add_argument("--write", action="store_true", help="update RESULTS.md")
    arguments.add_argument("--child", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.child:
        figures: list[Figure] = import_module(f"benchmarks.bench_{given.child}").run()
        print(MARK + json.dumps([asdict(figure) for figure in figures]))
        return
    console = Console()
    outcomes = []
    for name in benchmarks(given.names):
        console.print(f"bench_{name} …")
        outcomes.append(run_apart(name))
    console.print(table(outcomes))
    failed = [outcome.benchmark for outcome in outcomes if outcome.error]
    if given.write and not failed:
        RESULTS.write_text(page(outcomes, _machine()), encoding="utf-8")
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
