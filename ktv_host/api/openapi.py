"""The OpenAPI 3.1 document, drawn from the route table."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from ktv_host.api.guard import ChannelLogo, MaybeSignedIn, OnChannel, Open, SignedAddress
from ktv_host.api.problems import Problem
from ktv_host.api.route import PREFIX, Raw, Route
from ktv_host.domain.access import Action

REF = "#/components/schemas/{model}"
REASONS = {
    400: "The request cannot be read.",
    401: "Sign in, show the channel's password, or use a fresh address.",
    403: "Signed in, but not allowed.",
    404: "There is no such thing, or the caller may not know of it.",
    405: "That method is not for this address.",
    409: "It clashes with what is there.",
    413: "The body is too large.",
    416: "The range is outside the file.",
    422: "Readable, but not acceptable; details.fields says what to change.",
    429: "Too many attempts.",
    500: "The server made a mistake.",
    501: "The provider cannot do this.",
    503: "Not now; see Retry-After.",
}
SECURITY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "token": {"type": "apiKey", "in": "query", "name": "token"},
    "signature": {"type": "apiKey", "in": "query", "name": "sig", "description": "With exp, in addresses of the host."},
    "channel_password": {"type": "apiKey", "in": "header", "name": "X-Channel-Password"},
    "channel_grant": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Channel-Grant",
        "description": "From /channels/{channel_id}/unlock; in players' addresses ?grant=.",
    },
}
SUCCESS = {200: "OK", 201: "Created", 202: "Accepted", 204: "Nothing to tell", 206: "Part of it", 304: "Not modified",
           303: "Go there", 307: "Look there"}  # fmt: skip


def document(routes: Sequence[Route], version: str) -> dict[str, Any]:
    """The whole document; the same routes give the same bytes."""
    schemas: dict[str, Any] = {}
    paths: dict[str, dict[str, Any]] = {}
    _schema(Problem, schemas, "serialization")
    for route in routes:
        path = PREFIX + re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "K-TV", "version": version, "description": "Broadcast-style channels from your own media."},
        "servers": [{"url": "/"}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


def _operation(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": operation_id(route),
        "summary": route.summary,
        "tags": [route.tag or route.path.split("/")[1]],
        "parameters": [*_path_parameters(route), *_query_parameters(route, schemas)],
        "responses": _responses(route, schemas),
    }
    security = _security(route)
    if security:
        operation["security"] = security
    scope = getattr(route.rule, "scope", None)
    if scope is not None:
        operation["description"] = f"A personal token needs the scope `{scope}`{' or `api`' if scope != 'api' else ''}."
    elif security:
        operation["description"] = "No personal token does this: sign in."
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _schema(route.body, schemas, "validation")}},
        }
    return operation


def operation_id(route: Route) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "_", route.path).strip("_")
    return f"{route.method.lower()}_{words}"


def error_statuses(route: Route) -> list[int]:
    """Every error this route may answer: from its rule, its parsing and what it names itself."""
    statuses = {*route.rule.refusals, *route.errors, 400, 500, 503}
    if route.body is not None:
        statuses |= {413, 422}
    if route.query is not None:
        statuses.add(422)
    return sorted(statuses)


def _responses(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, shape in sorted(route.answers.items()):
        answer: dict[str, Any] = {"description": SUCCESS.get(status, "OK")}
        if isinstance(shape, Raw):
            answer["description"] = shape.description
            answer["content"] = {shape.media_type: {}}
        elif shape is not None:
            answer["content"] = {"application/json": {"schema": _schema(shape, schemas, "serialization")}}
        responses[str(status)] = answer
    body = {"application/json": {"schema": {"$ref": REF.format(model="Problem")}}}
    for status in error_statuses(route):
        responses.setdefault(str(status), {"description": REASONS[status], "content": body})
    return responses


def _security(route: Route) -> list[dict[str, list[str]]]:
    """The ways in, each by itself; the empty one is without any credential."""
    rule = route.rule
    if isinstance(rule, Open):
        return []
    by_signature = isinstance(rule, SignedAddress | ChannelLogo)
    protected = isinstance(rule, OnChannel) and rule.action in (Action.READ, Action.WATCH)
    ways = {
        "bearer": True,
        "token": by_signature or getattr(rule, "query_token", False),
        "signature": by_signature,
        "channel_password": protected,
        "channel_grant": protected,
    }
    found: list[dict[str, list[str]]] = [{name: []} for name, open_ in ways.items() if open_]
    return [{}, *found] if by_signature or isinstance(rule, MaybeSignedIn | OnChannel) else found


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    names = re.findall(r"<(?:[^:>]+:)?([^>]+)>", route.path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(route: Route, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    schema = _schema(route.query, schemas, "validation", inline=True)
    parameters = []
    for name, part in schema.get("properties", {}).items():
        shape = {k: v for k, v in part.items() if k not in ("title", "description")}
        entry = {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": shape}
        if "description" in part:
            entry["description"] = part["description"]
        parameters.append(entry)
    return parameters


def _schema(shape: Any, schemas: dict[str, Any], mode: Any, *, inline: bool = False) -> dict[str, Any]:
    """The JSON Schema of a shape; named shapes go to ``schemas`` and are referred to."""
    drawn = TypeAdapter(shape).json_schema(mode=mode, ref_template=REF, schema_generator=GenerateJsonSchema)
    schemas.update(drawn.pop("$defs", {}))
    named = isinstance(shape, type) and (issubclass(shape, BaseModel) or hasattr(shape, "__total__"))
    if inline or not named:
        return drawn
    schemas[shape.__name__] = drawn
    return {"$ref": REF.format(model=shape.__name__)}
