"""Every benchmark has the shape `make bench` asks for; running them is not a test's work."""

import ast
from pathlib import Path


def test_every_benchmark_has_a_run_that_returns_figures(root: Path) -> None:
    misshapen = []
    for path in sorted((root / "benchmarks").glob("bench_*.py")):
        functions = [
            node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)
        ]
        runs = [node for node in functions if node.name == "run" and not node.args.args]
        if not runs or runs[0].returns is None or ast.unparse(runs[0].returns) != "list[Figure]":
            misshapen.append(path.name)
    assert not misshapen
