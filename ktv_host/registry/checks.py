"""What a registered object must be: each check says what is wrong with it, or None."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.errors import PydanticUserError

from ktv_host.hooks import (
    AuthBackend,
    Capabilities,
    Document,
    EnvironmentVariable,
    Exporter,
    Notifier,
    ProviderType,
    Store,
)

KEY = re.compile(r"[a-z0-9_]{1,40}")
DOCUMENT_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


def fault_of(item: object, kind: type) -> str | None:
    """Why ``item`` cannot be registered where a ``kind`` is expected."""
    if not isinstance(item, kind):
        hint = "; return an instance, not the class" if isinstance(item, type) and issubclass(item, kind) else ""
        return f"{item!r} is not {_article(kind.__name__)}{hint}"
    key = getattr(item, "key", None)
    if not isinstance(key, str) or not KEY.fullmatch(key):
        return f"{_label(item)} has the key {key!r}; a key is 1 to 40 of a-z, 0-9 and _"
    name = getattr(item, "name", None)
    if not isinstance(name, str) or not name.strip():
        return f"{_label(item)} has no name"
    fault = _fault_of_family(item)
    return f"{_label(item)} {fault}" if fault else None


def _fault_of_family(item: object) -> str | None:
    match item:
        case ProviderType():
            return _fault_of_provider_type(item)
        case Exporter():
            return _fault_of_documents(getattr(item, "documents", None))
        case Notifier():
            return _fault_of_model("settings_model", getattr(item, "settings_model", None))
        case AuthBackend() | _:
            return None


def _fault_of_provider_type(item: ProviderType[Any]) -> str | None:
    if not isinstance(getattr(item, "capabilities", None), Capabilities):
        return "has no capabilities"
    version: object = item.config_version
    if not isinstance(version, int) or version < 1:
        return f"has the config_version {version!r}; it is a number from 1"
    store: object = item.store
    if store is not None and not isinstance(store, Store):
        return "has a store that is no Store"
    if not all(isinstance(variable, EnvironmentVariable) for variable in item.environment):
        return "has an environment that is not made of EnvironmentVariable"
    return _fault_of_model("config_model", getattr(item, "config_model", None))


def _fault_of_model(name: str, model: object) -> str | None:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return f"has no {name} (a pydantic model)"
    try:
        schema = model.model_json_schema()
    except PydanticUserError as error:
        return f"has a {name} without a JSON Schema: {error.message}"
    for path in _secrets(schema):
        if not re.fullmatch(r"properties\.[^.]+(\.anyOf\.\d+)?", path):
            return f"has a {name} with a secret inside another field ({path}); secrets are fields of the model itself"
    return None


def _secrets(schema: object, path: str = "") -> Iterator[str]:
    """Where in a JSON Schema the secrets are; pydantic marks a SecretStr as writeOnly."""
    if isinstance(schema, Mapping):
        if schema.get("writeOnly") is True:
            yield path.removeprefix(".")
        children: Any = schema.items()
    elif isinstance(schema, list):
        children = enumerate(schema)
    else:
        return
    for key, value in children:
        yield from _secrets(value, f"{path}.{key}")


def _fault_of_documents(documents: object) -> str | None:
    if not isinstance(documents, Sequence) or not documents or not all(isinstance(d, Document) for d in documents):
        return "has no documents (a sequence of Document)"
    paths = [document.path for document in documents]
    for document in documents:
        if not DOCUMENT_PATH.fullmatch(document.path):
            return f"has a document with the path {document.path!r}; use letters, digits and . _ - / only"
        if "/" not in document.media_type:
            return f"has a document {document.path} with the media type {document.media_type!r}"
    if len(set(paths)) < len(paths):
        return "has two documents with one path"
    return None


def _label(item: object) -> str:
    return type(item).__name__


def _article(name: str) -> str:
    return f"an {name}" if name[0] in "AEIOU" else f"a {name}"
