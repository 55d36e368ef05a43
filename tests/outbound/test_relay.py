"""The relay: what a client asks goes on, what a media server may say comes back, and not a byte more than is taken."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientSession, web

from ktv_host.domain.media import HttpFile
from ktv_host.errors import MediaGone, ProviderUnavailable
from ktv_host.outbound.relay import BUFFER, Relayed, relay
from ktv_host.outbound.sessions import Sessions

FILM = bytes(range(256)) * 4096  # 1 MiB
KERNEL = 8 << 20  # what sockets on this machine may hold between the two ends


@dataclass
class Upstream:
    """A media server. ``sent`` counts the bytes of the endless film."""

    url: str = ""
    headers: list[dict[str, str]] = field(default_factory=list)
    peers: set[object] = field(default_factory=set)
    sent: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.headers.append(dict(request.headers))
        self.peers.add(request.transport.get_extra_info("peername") if request.transport else None)
        match request.path.removeprefix("/"):
            case "film":
                return self._film(request)
            case "endless":
                return await self._endless(request)
            case "broken":
                response = web.StreamResponse(headers={"Content-Length": "1000"})
                await response.prepare(request)
                await response.write(b"x" * 10)
                assert request.transport is not None
                request.transport.close()
                return response
            case "page":
                return web.Response(text="<html>sign in</html>", content_type="text/html")
            case "script":
                return web.Response(text="alert(1)", content_type="text/javascript")
            case "packed":
                return web.Response(body=b"x", headers={"Content-Encoding": "br"})
            case "moved":
                raise web.HTTPFound("/film")
            case "away":
                raise web.HTTPFound("http://media.invalid/film")
            case "round":
                raise web.HTTPFound("/round")
            case status:
                return web.Response(status=int(status))

    def _film(self, request: web.Request) -> web.Response:
        cut = request.http_range
        part = FILM[cut]
        headers = {"ETag": '"1"', "Accept-Ranges": "bytes", "Connection": "keep-alive", "Set-Cookie": "a=b"}
        if "Range" in request.headers:
            start = len(FILM) + (cut.start or 0) if (cut.start or 0) < 0 else cut.start or 0
            headers["Content-Range"] = f"bytes {start}-{start + len(part) - 1}/{len(FILM)}"
        return web.Response(
            body=part, status=206 if "Range" in request.headers else 200, headers=headers, content_type="video/mp4"
        )

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "video/mp4"})
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65536)
                self.sent += 65536
        finally:
            self.ended.set()


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    made = Upstream()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.answer)
    runner = web.AppRunner(app, shutdown_timeout=0, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
async def session(upstream: Upstream) -> AsyncIterator[ClientSession]:
    sessions = Sessions()
    yield sessions(upstream.url)
    await sessions.close()


@pytest.fixture
def ask(upstream: Upstream, session: ClientSession):  # type: ignore[no-untyped-def]  # what it returns says it
    async def asked(path: str, method: str = "GET", **headers: str) -> Relayed:
        source = HttpFile(f"{upstream.url}/{path}", {"X-Key": "secret"})
        return await relay(session, source, method, {name.replace("_", "-"): v for name, v in headers.items()})

    return asked


async def body(relayed: Relayed) -> bytes:
    return b"".join([chunk async for chunk in relayed.chunks()])


async def test_the_whole_file_comes_as_it_is(ask, upstream: Upstream) -> None:
    relayed = await ask("film")
    assert (relayed.status, relayed.media_type) == (200, "video/mp4")
    assert await body(relayed) == FILM
    assert upstream.headers[0]["X-Key"] == "secret"
    assert upstream.headers[0]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=0-9", 0, 10), ("bytes=1000-", 1000, len(FILM)), ("bytes=-100", len(FILM) - 100, len(FILM))],
)
async def test_ranges_go_through(ask, asked: str, start: int, stop: int) -> None:
    relayed = await ask("film", Range=asked)
    assert relayed.status == 206
    assert relayed.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(FILM)}"
    assert await body(relayed) == FILM[start:stop]


async def test_conditions_go_on_and_other_headers_do_not(ask, upstream: Upstream) -> None:
    await body(await ask("film", Range="bytes=0-1", If_Range='"1"', Cookie="a=b", Authorization="Bearer x"))
    sent = upstream.headers[0]
    assert (sent["Range"], sent["If-Range"]) == ("bytes=0-1", '"1"')
    assert not {"Cookie", "Authorization"} & set(sent)


async def test_only_headers_about_the_bytes_come_back(ask) -> None:
    relayed = await ask("film")
    assert set(relayed.headers) == {"Content-Length", "ETag", "Accept-Ranges"}
    relayed.close()


async def test_head_has_a_length_and_keeps_the_connection(ask, upstream: Upstream) -> None:
    for _ in range(3):
        relayed = await ask("film", "HEAD")
        assert relayed.headers["Content-Length"] == str(len(FILM))
        relayed.leave()
    await body(await ask("film"))
    assert len(upstream.peers) == 1


@pytest.mark.parametrize("path", ["404", "410"])
async def test_what_is_not_there_is_gone(ask, path: str) -> None:
    with pytest.raises(MediaGone):
        await ask(path)


@pytest.mark.parametrize("path", ["401", "403", "500", "502", "503", "204", "page", "packed", "away", "round"])
async def test_what_is_no_file_is_an_outage_and_leads_nowhere_else(ask, path: str) -> None:
    with pytest.raises(ProviderUnavailable) as refused:
        await ask(path)
    assert refused.value.retry_after > 0
    assert "secret" not in refused.value.message


async def test_a_redirect_within_the_server_is_followed(ask) -> None:
    assert await body(await ask("moved", Range="bytes=0-9")) == FILM[:10]


async def test_nothing_a_browser_would_run_comes_through_as_such(ask) -> None:
    relayed = await ask("script")
    assert relayed.media_type == "application/octet-stream"
    relayed.close()


async def test_a_server_that_is_not_there_is_an_outage() -> None:
    sessions = Sessions()
    with pytest.raises(ProviderUnavailable):
        await relay(sessions("http://127.0.0.1:9"), HttpFile("http://127.0.0.1:9/film"), "GET", {})
    await sessions.close()


async def test_a_server_that_breaks_off_is_an_outage(ask) -> None:
    with pytest.raises(ProviderUnavailable, match="broke off"):
        await body(await ask("broken"))


async def test_who_takes_nothing_is_sent_nothing(ask, upstream: Upstream) -> None:
    relayed = await ask("endless")
    chunks = relayed.chunks()
    await anext(chunks)
    sent = -1
    while upstream.sent != sent:  # until both sides' buffers are full
        sent = upstream.sent
        await asyncio.sleep(0.2)
    assert sent < 3 * BUFFER + KERNEL
    relayed.close()


async def test_closing_ends_the_reading_at_once(ask, upstream: Upstream) -> None:
    relayed = await ask("endless")
    await anext(relayed.chunks())
    relayed.close()
    await asyncio.wait_for(upstream.ended.wait(), 5)
