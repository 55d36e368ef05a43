"""Everything may fail at four edges only: plugin load, hook call, instance open and close, job loop."""

import ast
import re
from typing import Any

# Behind the noqa where ruff asks for one, as a plain comment where it does not (raise … from, suppress).
REASON = re.compile(r"#\s*(noqa:\s*[A-Z0-9, ]*BLE001\s+)?(?!noqa)\w+(\s+\S+){2,}")


def test_a_broad_except_gives_its_reason_or_raises_again(source_modules: list[Any]) -> None:
    unexplained = [
        f"{module.path}:{handler.lineno}"
        for module in source_modules
        for handler in ast.walk(module.tree)
        if isinstance(handler, ast.ExceptHandler)
        and _is_broad(handler.type)
        and not _raises_again(handler)
        and not REASON.search(module.line(handler.lineno))
    ]
    assert not unexplained, f"catch what you expect, or say which edge this is: {unexplained}"


def test_suppressing_everything_gives_its_reason(source_modules: list[Any]) -> None:
    unexplained = [
        f"{module.path}:{call.lineno}"
        for module in source_modules
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).split(".")[-1] == "suppress"
        and any(_is_broad(argument) for argument in call.args)
        and not REASON.search(module.line(call.lineno))
    ]
    assert not unexplained


def _is_broad(kind: ast.expr | None) -> bool:
    if kind is None:
        return True
    if isinstance(kind, ast.Tuple):
        return any(_is_broad(each) for each in kind.elts)
    return isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"}


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None
