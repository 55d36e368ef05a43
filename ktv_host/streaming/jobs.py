"""Jobs for worker processes: what was asked, and how it is named when it fails."""

import asyncio
import reprlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any
from urllib.parse import urlsplit

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 160


@dataclass(eq=False, slots=True)
class Job:
    """A call on its way through the pool. ``message`` is the call as it travels."""

    fn: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    message: bytes
    future: asyncio.Future[Any]
    attempts: int = 0

    def describe(self) -> str:
        """The call as a person would write it, shortened and without secrets."""
        shown = [short(value) for value in self.args]
        shown += [f"{key}={short(value)}" for key, value in self.kwargs.items()]
        return f"{getattr(self.fn, '__qualname__', self.fn)}({', '.join(shown)})"


def short(value: object) -> str:
    """A short repr that shows neither request headers nor the query of a URL: both may hold secrets."""
    if isinstance(value, str) and "://" in value:
        parts = urlsplit(value)
        return repr(f"{parts.scheme}://{parts.hostname}{parts.path}")
    if is_dataclass(value) and not isinstance(value, type):
        values = [(item.name, getattr(value, item.name)) for item in fields(value)]
        shown = [f"{name}={short(content)}" for name, content in values if not isinstance(content, Mapping)]
        return f"{type(value).__name__}({', '.join(shown)})"
    return _SHORT.repr(value)
