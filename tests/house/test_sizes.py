"""Nothing in the house grows past what one reads in one sitting."""

import ast
from typing import Any

SOURCE_LINES = 400
TEST_LINES = 500
FUNCTION_LINES = 60
JUNK_DRAWERS = {"utils", "util", "helpers", "helper", "common", "managers", "manager", "misc"}


def test_no_source_module_is_longer_than_400_lines(source_modules: list[Any]) -> None:
    too_long = [f"{module.path}: {len(module.lines)}" for module in source_modules if len(module.lines) > SOURCE_LINES]
    assert not too_long, f"split by idea, not by size: {too_long}"


def test_no_test_module_is_longer_than_500_lines(test_modules: list[Any]) -> None:
    too_long = [f"{module.path}: {len(module.lines)}" for module in test_modules if len(module.lines) > TEST_LINES]
    assert not too_long


def test_no_function_is_longer_than_60_lines(source_modules: list[Any]) -> None:
    too_long = [
        f"{module.path}:{node.lineno} {node.name}: {length}"
        for module in source_modules
        if "/migrations/" not in module.path  # a migration is one list of statements
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert not too_long


def test_no_module_is_a_junk_drawer(source_modules: list[Any]) -> None:
    named_for_nothing = [
        module.path
        for module in source_modules
        if JUNK_DRAWERS & set(module.path.removesuffix(".py").replace("/", "_").split("_"))
    ]
    assert not named_for_nothing, f"name a module for its noun: {named_for_nothing}"


def test_an_init_holds_nothing_that_runs(source_modules: list[Any]) -> None:
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Expr)
    active = [
        f"{module.path}:{node.lineno}"
        for module in source_modules
        if module.path.endswith("/__init__.py")
        for node in module.tree.body
        if not isinstance(node, allowed)
        or (isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.Assign | ast.AnnAssign) and any(isinstance(n, ast.Call) for n in ast.walk(node)))
    ]
    assert not active
