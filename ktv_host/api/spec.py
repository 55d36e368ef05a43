"""/openapi.json: the description of this API."""

from collections.abc import Mapping
from typing import Any

from ktv_host.api.guard import Open
from ktv_host.api.reply import Reply
from ktv_host.api.route import Call, Route


def spec_route(described: Mapping[str, Any]) -> Route:
    async def spec(call: Call[None, None]) -> Reply:  # noqa: ARG001  the same for everybody
        return Reply(described)

    return Route("GET", "/openapi.json", spec, "This document", Open(), {200: dict[str, Any]}, tag="config")
