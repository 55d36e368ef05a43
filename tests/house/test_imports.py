"""What lint-imports cannot say: what a plugin may see, and who may import late."""

import ast
import re
from collections.abc import Iterator
from typing import Any

# The four reasons a late import may have; each is written behind its noqa.
LATE_IMPORT_REASONS = ("slow import", "optional dependency", "CLI start-up", "platform")


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def late_imports(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom))


def test_a_plugin_sees_only_the_hooks_of_the_host(plugin_modules: list[Any]) -> None:
    strays = [
        f"{module.path}:{line} {name}"
        for module in plugin_modules
        for line, name in imported(module.tree)
        if name.split(".")[0] == "ktv_host" and name != "ktv_host" and room(name) != "ktv_host.hooks"
    ]
    assert not strays


def test_a_plugins_tests_see_only_hooks_and_testing(test_modules: list[Any]) -> None:
    strays = [
        f"{module.path}:{line} {name}"
        for module in test_modules
        if module.path.startswith("plugins/")
        for line, name in imported(module.tree)
        if name.split(".")[0] == "ktv_host"
        and name != "ktv_host"
        and room(name) not in {"ktv_host.hooks", "ktv_host.testing"}
    ]
    assert not strays


def test_a_plugin_sees_no_other_plugin(plugin_modules: list[Any]) -> None:
    packages = {module.path.split("/")[2] for module in plugin_modules}
    strays = [
        f"{module.path}:{line} {name}"
        for module in plugin_modules
        for line, name in imported(module.tree)
        if name.split(".")[0] in packages - {module.path.split("/")[2]}
    ]
    assert not strays


def test_the_host_sees_no_plugin(host_modules: list[Any], plugin_modules: list[Any]) -> None:
    packages = {module.path.split("/")[2] for module in plugin_modules}
    strays = [
        f"{module.path}:{line} {name}"
        for module in host_modules
        for line, name in imported(module.tree)
        if name.split(".")[0] in packages
    ]
    assert not strays


def test_a_late_import_has_one_of_the_four_reasons(source_modules: list[Any]) -> None:
    unexplained = [
        f"{module.path}:{node.lineno}"
        for module in source_modules
        for node in late_imports(module.tree)
        if not any(reason in _comment(module, node) for reason in LATE_IMPORT_REASONS)
    ]
    assert not unexplained, f"move it to the top, or give one of {LATE_IMPORT_REASONS}: {unexplained}"


def test_only_the_registry_makes_a_plugin_manager(host_modules: list[Any]) -> None:
    strays = [
        f"{module.path}:{node.lineno}"
        for module in host_modules
        if not module.path.startswith("ktv_host/registry/")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Name | ast.Attribute)
        and (node.id if isinstance(node, ast.Name) else node.attr) == "PluginManager"
    ]
    assert not strays


def test_only_the_cli_knows_hypercorn_and_only_the_registry_stevedore(host_modules: list[Any]) -> None:
    homes = {"hypercorn": "ktv_host/cli/", "stevedore": "ktv_host/registry/"}
    strays = [
        f"{module.path}:{line} {name}"
        for module in host_modules
        for line, name in imported(module.tree)
        if not module.path.startswith(homes.get(name.split(".")[0], ""))
    ]
    assert not strays


def test_every_noqa_says_why(source_modules: list[Any]) -> None:
    """``# noqa: CODE  reason``: a rule switched off without a reason is a rule forgotten."""
    bare = re.compile(r"#\s*noqa(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*)?\s*$")
    silent = [
        f"{module.path}:{number}"
        for module in source_modules
        for number, line in enumerate(module.lines, 1)
        if bare.search(line)
    ]
    assert not silent


def _comment(module: Any, node: ast.stmt) -> str:
    lines = [module.line(number) for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)]
    return " ".join(line.partition("#")[2] for line in lines)
