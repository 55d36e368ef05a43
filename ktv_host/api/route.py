"""Routes: a table row per endpoint. The same row serves it, guards it and documents it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

import orjson
from pydantic import BaseModel, ValidationError
from quart import Quart, Response, request
from werkzeug.datastructures import MultiDict

from ktv_host.api.client_address import UNKNOWN
from ktv_host.api.guard import Credentials, Rule
from ktv_host.api.reply import Reply, respond
from ktv_host.domain.channel import Channel
from ktv_host.domain.user import Caller
from ktv_host.errors import FieldError, Invalid, Malformed
from ktv_host.host import Host

PREFIX = "/api/v1"
HOST_KEY = "ktv_host"

Q = TypeVar("Q")
B = TypeVar("B")
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Call(Generic[Q, B]):
    """One request, admitted and parsed.

    ``token`` is the credential it came with, if any; ``client`` its address; ``grant`` what opened a protected channel.
    """

    host: Host
    caller: Caller
    path: Mapping[str, str]
    query: Q
    body: B
    token: str | None
    client: str
    admitted_channel: Channel | None
    grant: str | None

    @property
    def user_id(self) -> str:
        assert self.caller.user_id is not None, "the route's rule lets anybody in"
        return self.caller.user_id

    @property
    def channel(self) -> Channel:
        assert self.admitted_channel is not None, "the route has no OnChannel rule"
        return self.admitted_channel


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer that is not JSON."""

    media_type: str
    description: str


View = Callable[[Call[Any, Any]], Awaitable[Reply | Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """``answers``: status → a JSON shape (TypedDict, list of it), Raw, or None for no body.

    ``path`` is below /api/v1 in werkzeug's spelling. ``errors`` are statuses beyond those the rule and the
    parsing may answer.
    """

    method: str
    path: str
    view: View
    summary: str
    rule: Rule
    answers: Mapping[int, Any]
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    errors: Sequence[int] = field(default_factory=tuple)
    tag: str = ""


def mount(app: Quart, routes: Sequence[Route]) -> None:
    for route in routes:
        app.add_url_rule(
            PREFIX + route.path,
            endpoint=f"{route.method} {route.path}",
            view_func=_serve(app, route),
            methods=[route.method],
        )


def _serve(app: Quart, route: Route) -> Callable[..., Awaitable[Response]]:
    async def serve(**path: str) -> Response:
        refuse_nul(request.full_path, *path.values())
        host = cast(Host, app.extensions[HOST_KEY])
        shown = _credentials()
        admission = await route.rule.admit(host, shown, path)
        reply = await route.view(
            Call(
                host=host,
                caller=admission.caller,
                path=path,
                query=parse_query(route.query, request.args) if route.query else None,
                body=parse_body(route.body, await request.get_data()) if route.body else None,
                token=shown.bearer or shown.query_token,
                client=shown.client,
                admitted_channel=admission.channel,
                grant=admission.grant,
            )
        )
        return respond(reply) if isinstance(reply, Reply) else reply

    return serve


def refuse_nul(*texts: str) -> None:
    """No database keeps the character NUL in a text. Raises Malformed."""
    if any("\0" in text or "%00" in text for text in texts):
        raise Malformed("the character NUL cannot be used")


def _credentials() -> Credentials:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    args = request.args
    return Credentials(
        client=request.remote_addr or UNKNOWN,
        bearer=value.strip() if scheme.lower() == "bearer" and value.strip() else None,
        query_token=args.get("token") or None,
        channel_password=request.headers.get("X-Channel-Password"),
        channel_grant=request.headers.get("X-Channel-Grant") or args.get("grant"),
        expires=args.get("exp"),
        signature=args.get("sig"),
    )


def parse_query(model: type[M], args: MultiDict[str, str]) -> M:
    """A repeated or ``name[]`` parameter is a list. Raises Invalid with the parameter's name."""
    values: dict[str, Any] = {}
    for name, field_info in model.model_fields.items():
        key = field_info.alias or name
        given = [*args.getlist(f"{key}[]"), *args.getlist(key)]
        if given:
            values[key] = given if "list" in str(field_info.annotation) else given[-1]
    return _validated(model, values)


def parse_body(model: type[M], data: Any) -> M:
    """Raises Malformed for what is no JSON, Invalid with field paths for what does not fit."""
    refuse_nul(data.decode(errors="replace").replace("\\u0000", "\0"))
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"the body is not JSON: {error}") from None
    return _validated(model, value)


def _validated(model: type[M], value: Any) -> M:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        fields = [
            FieldError(".".join(map(str, problem["loc"])), problem["msg"].removeprefix("Value error, "))
            for problem in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        raise Invalid("; ".join(f"{f.path or 'body'}: {f.message}" for f in fields), fields) from None
