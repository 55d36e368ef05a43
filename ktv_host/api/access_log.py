"""A line per request, for those who ask for debug lines. Its address is masked like every line."""

import time
from typing import Any

import structlog

from ktv_host.api.edge import Asgi


def logged(inner: Asgi) -> Asgi:
    """Inside ``behind_proxies``, so that the line names the client and not the proxy."""
    logger = structlog.get_logger("ktv.access")

    async def outer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await inner(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def noted(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await inner(scope, receive, noted)
        finally:
            query = scope["query_string"].decode("latin-1")
            logger.debug(
                "request",
                method=scope["method"],
                path=f"{scope['path']}?{query}" if query else scope["path"],
                status=status,
                ms=round((time.perf_counter() - started) * 1000, 1),
                client=scope["client"][0],
            )

    return outer
