"""docs/reference/hooks.md says of the plugin API exactly what the code says."""

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import ktv_host.hooks
import ktv_host.testing
from ktv_host.hooks import Exporter, Notifier, specs
from ktv_host.registry.checks import fault_of
from ktv_host.registry.plugins import FAMILIES

BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPECIAL = {"__call__", "__str__"}

CLASSES = [name for name in ktv_host.hooks.__all__ if inspect.isclass(getattr(ktv_host.hooks, name))]
DESCRIBED = [name for name in CLASSES if not issubclass(getattr(ktv_host.hooks, name), Exception)]


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs/reference/hooks.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def stubs(page: str) -> dict[str, ast.stmt]:
    """The first class or function of each name in the page's Python blocks."""
    found: dict[str, ast.stmt] = {}
    for block in BLOCK.findall(page):
        for node in ast.parse(block).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                found.setdefault(node.name, node)
    return found


@pytest.mark.parametrize("hook", FAMILIES)
def test_every_hook_is_there_with_its_signature_and_an_example(
    hook: str, page: str, stubs: dict[str, ast.stmt]
) -> None:
    assert f"### {hook}" in page
    assert _signature(stubs[hook]) == _signature(_source(getattr(specs, hook)))
    assert f"@hookimpl\ndef {hook}(" in page


@pytest.mark.parametrize("name", DESCRIBED)
def test_every_class_is_there_with_its_fields_and_methods(name: str, stubs: dict[str, ast.stmt]) -> None:
    assert name in stubs, f"{name} has no Python block"
    assert _members(stubs[name]) == _members(_source(getattr(ktv_host.hooks, name)))


@pytest.mark.parametrize("name", ktv_host.hooks.__all__)
def test_every_public_name_is_spoken_of(name: str, page: str) -> None:
    prose = BLOCK.sub("", page)
    assert re.search(rf"`[^`\n]*\b{name}\b[^`\n]*`|^#+ .*\b{name}\b", prose, re.MULTILINE) or name in DESCRIBED


@pytest.mark.parametrize("name", [name for name in CLASSES if name not in DESCRIBED])
def test_every_error_says_when_it_is_raised(name: str, page: str) -> None:
    assert re.search(rf"^\| `{name}` \|", page, re.MULTILINE)


@pytest.mark.parametrize("name", ["ProviderType", "Provider", "AuthBackend", "Notifier"])
def test_every_method_of_a_base_class_is_explained(name: str, page: str) -> None:
    methods = [each for each in vars(getattr(ktv_host.hooks, name)) if not each.startswith("_")]
    assert not [each for each in methods if not re.search(rf"`{each}`", page)]


def test_every_contract_of_the_kit_is_named(page: str) -> None:
    kit = page.partition("## The contract kit")[2]
    assert not [name for name in ktv_host.testing.__all__ if name.endswith("Contract") and f"`{name}`" not in kit]


@pytest.mark.parametrize(("name", "kind"), [("NameList", Exporter), ("Ping", Notifier)])
def test_the_complete_examples_can_be_registered(name: str, kind: type, page: str) -> None:
    (block,) = (block for block in BLOCK.findall(page) if f"class {name}(" in block)
    namespace: dict[str, Any] = {}
    exec(block, namespace)
    assert fault_of(namespace[name](), kind) is None


def _source(thing: object) -> ast.stmt:
    assert inspect.isclass(thing) or inspect.isfunction(thing)
    return ast.parse(inspect.getsource(thing)).body[0]


def _members(node: ast.stmt) -> list[str]:
    """Fields and public methods of a class, as text without bodies."""
    assert isinstance(node, ast.ClassDef)
    return [
        ast.unparse(member) if isinstance(member, ast.AnnAssign | ast.Assign) else _signature(member)
        for member in node.body
        if isinstance(member, ast.AnnAssign | ast.Assign)
        or (isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef) and _is_public(member.name))
    ]


def _is_public(name: str) -> bool:
    return not name.startswith("_") or name in SPECIAL


def _signature(node: ast.stmt) -> str:
    """A function without its body and its hook markers."""
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    kept = [each for each in node.decorator_list if ast.unparse(each) not in ("hookspec", "hookimpl")]
    bare = ast.parse(ast.unparse(node)).body[0]
    assert isinstance(bare, ast.FunctionDef | ast.AsyncFunctionDef)
    bare.body, bare.decorator_list = [ast.Expr(ast.Constant(...))], kept
    return ast.unparse(bare)
