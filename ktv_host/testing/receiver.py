"""A web server on this machine that keeps what it is sent."""

from dataclasses import dataclass
from typing import Self

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Received:
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def text(self) -> str:
        """The whole request, to look for something in it."""
        lines = [f"{self.method} {self.path}", *(f"{name}: {value}" for name, value in self.headers)]
        return "\n".join([*lines, "", self.body.decode(errors="replace")])


class Receiver:
    """``status`` is what it answers with; ``url`` is where it listens, without a slash at the end."""

    def __init__(self) -> None:
        self.status = 204
        self.requests: list[Received] = []
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._receive)
        self._runner = web.AppRunner(app, shutdown_timeout=0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        headers = tuple(request.headers.items())
        self.requests.append(Received(request.method, request.path_qs, headers, await request.read()))
        return web.Response(status=self.status)
