"""Rows: what queries answer with, the same on both databases."""

from typing import Any


class Row(dict[Any, Any]):
    """A mapping by column name that also answers ``row[0]`` and ``row.name``."""

    __slots__ = ()

    def __missing__(self, key: Any) -> Any:
        if isinstance(key, int):
            return list(self.values())[key]
        raise KeyError(key)

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None
