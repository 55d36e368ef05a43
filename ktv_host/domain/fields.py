"""Reading JSON from outside: every problem is kept with its dotted path, then told at once."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from ktv_host.errors import FieldError, Invalid

Member = TypeVar("Member", bound=StrEnum)
Value = TypeVar("Value")

_NO_FIELDS: Mapping[str, Any] = {}


class Problems:
    """What is wrong so far. A reader notes a problem and goes on with a stand-in value, so one answer names all."""

    def __init__(self) -> None:
        self._found: list[FieldError] = []

    def add(self, path: str, message: str) -> None:
        self._found.append(FieldError(path, message))

    def read(self, reader: Callable[[], Value], otherwise: Value) -> Value:
        """What a decoder with problems of its own answers; those are kept with ours."""
        try:
            return reader()
        except Invalid as error:
            self._found += error.fields
            return otherwise

    def raise_if_any(self, what: str) -> None:
        if self._found:
            first = self._found[0]
            more = f" (and {len(self._found) - 1} more)" if len(self._found) > 1 else ""
            where = f"{first.path}: " if first.path else ""
            raise Invalid(f"{what} is not valid: {where}{first.message}{more}", self._found)


class Fields:
    """One JSON object being read. An optional field that is null counts as absent."""

    def __init__(self, data: object, path: str, problems: Problems) -> None:
        self.path = path
        self.problems = problems
        self._data: Mapping[str, Any] = _NO_FIELDS
        self.readable = isinstance(data, Mapping) and all(isinstance(key, str) for key in data)
        if isinstance(data, Mapping) and self.readable:
            self._data = data
        else:
            problems.add(path, "is required" if data is None and path else "must be an object")

    def at(self, name: str | int) -> str:
        return f"{self.path}.{name}" if self.path else str(name)

    def refuse(self, name: str, message: str) -> None:
        """Note what is wrong with a field; of something that is no object, saying that is enough."""
        if self.readable:
            self.problems.add(self.at(name), message)

    def has(self, name: str) -> bool:
        """Whether the field is there, null or not."""
        return name in self._data

    def raw(self, name: str) -> Any:
        return self._data.get(name)

    def only(self, *names: str) -> None:
        """Refuse fields of any other name."""
        for name in self._data:
            if name not in names:
                self.refuse(name, "unknown field")

    def optional_text(self, name: str, *, longest: int = 1000) -> str | None:
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self.refuse(name, "must be a string")
            return None
        if len(value) > longest:
            self.refuse(name, f"must not be longer than {longest} characters")
        return value

    def text(self, name: str, *, longest: int = 1000) -> str:
        value = self.optional_text(name, longest=longest)
        if self.raw(name) is None:
            self.refuse(name, "is required")
        elif value is not None and not value.strip():
            self.refuse(name, "must not be empty")
        return value or ""

    def optional_int(self, name: str, *, least: int = 0, most: int = 2**31 - 1) -> int | None:
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.refuse(name, "must be a whole number")
            return None
        if not least <= value <= most:
            self.refuse(name, f"must be between {least} and {most}")
            return None
        return value

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        value = self.raw(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(name, "must be a number")
            return default
        if not least <= value <= most:
            self.refuse(name, f"must be between {least:g} and {most:g}")
            return default
        return float(value)

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.raw(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.refuse(name, "must be true or false")
            return default
        return value

    def member(self, name: str, kind: type[Member]) -> Member | None:
        value = self.raw(name)
        if value is None:
            return None
        found = as_member(value, kind)
        if found is None:
            self.refuse(name, one_of(kind))
        return found

    def items(self, name: str) -> Sequence[Any]:
        value = self.raw(name)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            self.refuse(name, "must be a list")
            return ()
        return value

    def texts(self, name: str, *, longest: int = 500) -> tuple[str, ...]:
        found: list[str] = []
        for index, value in enumerate(self.items(name)):
            if not isinstance(value, str) or not value.strip():
                self.problems.add(f"{self.at(name)}.{index}", "must be a string that is not empty")
            elif len(value) > longest:
                self.problems.add(f"{self.at(name)}.{index}", f"must not be longer than {longest} characters")
            else:
                found.append(value)
        return tuple(found)

    def inner(self, name: str) -> "Fields":
        """The object in a field; when we are none ourselves, what is wrong with it is nobody's business."""
        return Fields(self.raw(name), self.at(name), self.problems if self.readable else Problems())


def as_member(value: object, kind: type[Member]) -> Member | None:
    return next((member for member in kind if member.value == value), None)


def one_of(kind: type[Member]) -> str:
    return "must be one of " + ", ".join(kind)


NewId = Callable[[], str]
