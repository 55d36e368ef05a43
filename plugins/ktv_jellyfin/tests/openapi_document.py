"""Jellyfin's own API documents as judges: of every request the plugin makes, and of every answer of the fake."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from fake_jellyfin.world import Exchange
from jsonschema import Draft202012Validator

VARIABLE = "KTV_JELLYFIN_SPECS"

# What works in every version but is in no document, or not in all of them.
UNDOCUMENTED = re.compile(r"/(socket|health)|/Videos/ActiveEncodings|/videos/[^/]+/(master|main)\.m3u8")


def folder() -> Path | None:
    """Where the documents are: they are not ours to ship."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


@dataclass(frozen=True)
class Document:
    """The API of one version."""

    path: Path

    @cached_property
    def _content(self) -> dict[str, Any]:
        """With ``nullable`` of OpenAPI 3.0 said in the words of JSON Schema."""
        found: dict[str, Any] = _modern(orjson.loads(self.path.read_bytes()))
        return found

    @cached_property
    def _operations(self) -> list[tuple[re.Pattern[str], str, dict[str, Any]]]:
        operations = []
        for template, methods in self._content["paths"].items():
            pattern = re.compile("".join(_part(part) for part in re.split(r"(\{[^}]+\})", template)), re.IGNORECASE)
            operations += [(pattern, method.upper(), operation) for method, operation in methods.items()]
        return sorted(operations, key=lambda each: each[0].pattern.count("[^/]+"))

    def complaints(self, exchange: Exchange, prefix: str = "") -> Iterator[str]:
        """What the document has against a request or its answer."""
        path = exchange.path.removeprefix(prefix)
        said = f"{exchange.method} {path}"
        if UNDOCUMENTED.search(path):
            return
        operation = next(
            (op for pattern, method, op in self._operations if method == exchange.method and pattern.fullmatch(path)),
            None,
        )
        if operation is None:
            yield f"{said}: no such operation"
            return
        yield from (f"{said}: {text}" for text in self._about_query(operation, exchange))
        if exchange.sent:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            yield from (f"{said} body: {text}" for text in self._about(schema, orjson.loads(exchange.sent)))
        yield from (f"{said} answer: {text}" for text in self._about_answer(operation, exchange))

    def _about_query(self, operation: dict[str, Any], exchange: Exchange) -> Iterator[str]:
        known = {each["name"]: each["schema"] for each in operation.get("parameters", ()) if each["in"] == "query"}
        for name, value in exchange.query:
            if name not in known:
                yield f"no such parameter {name}"
                continue
            schema = known[name]
            values = value.split(",") if schema.get("type") == "array" else [value]
            one = schema["items"] if schema.get("type") == "array" else schema
            for each in values:
                yield from (f"{name}={each}: {text}" for text in self._about(one, _typed(each, one)))
                if one.get("format") == "uuid":
                    UUID(each)

    def _about_answer(self, operation: dict[str, Any], exchange: Exchange) -> Iterator[str]:
        documented = operation["responses"]
        if str(exchange.status) not in documented:
            if exchange.status not in (206, 304, 400, 401, 403, 404):
                yield f"status {exchange.status} is not documented"
            return
        content = documented[str(exchange.status)].get("content", {})
        if exchange.answered and exchange.content_type == "application/json":
            yield from self._about(content["application/json"]["schema"], orjson.loads(exchange.answered))

    def _about(self, schema: dict[str, Any], value: Any) -> Iterator[str]:
        whole = {**schema, "components": self._content["components"]}
        for error in Draft202012Validator(whole).iter_errors(value):
            yield f"{'.'.join(map(str, error.absolute_path))} {error.message}"[:300]


def _part(part: str) -> str:
    return "[^/]+" if part.startswith("{") else re.escape(part)


def _typed(text: str, schema: dict[str, Any]) -> Any:
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    if "boolean" in kinds:
        return {"true": True, "false": False}.get(text, text)
    if "integer" in kinds and text.lstrip("-").isdigit():
        return int(text)
    return text


def _modern(value: Any) -> Any:
    if isinstance(value, list):
        return [_modern(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _modern(each) for key, each in value.items() if key != "nullable"}
    if value.get("nullable") is True:
        if isinstance(found.get("type"), str):
            found["type"] = [found["type"], "null"]
            if "enum" in found:
                found["enum"] = [*found["enum"], None]
        else:
            return {"anyOf": [found, {"type": "null"}]}
    return found
