"""The relay: what a client asks goes on, what a media server may say comes back, and not a byte more than is taken."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web

from ktv_host.domain.media import HttpFile
from ktv_host.errors import MediaGone, ProviderUnavailable
from ktv_host.outbound.relay import BUFFER, Relayed, relay
from ktv_host.outbound.sessions import Sessions
from tests.media_server import FILM, SHORT, MediaServer, serving

KERNEL = 8 << 20  # what sockets on this machine may hold between the two ends
ANSWERS = {
    "/page": lambda: web.Response(text="<html>sign in</html>", content_type="text/html"),
    "/script": lambda: web.Response(text="alert(1)", content_type="text/javascript"),
    "/packed": lambda: web.Response(body=b"x", headers={"Content-Encoding": "br"}),
}


@pytest.fixture
async def upstream() -> AsyncIterator[MediaServer]:
    async with serving(MediaServer(ANSWERS)) as made:
        yield made


@pytest.fixture
async def session(upstream: MediaServer) -> AsyncIterator[ClientSession]:
    sessions = Sessions()
    yield sessions(upstream.url)
    await sessions.close()


@pytest.fixture
def ask(upstream: MediaServer, session: ClientSession):  # type: ignore[no-untyped-def]  # what it returns says it
    async def asked(path: str, method: str = "GET", **headers: str) -> Relayed:
        source = HttpFile(f"{upstream.url}/{path}", {"X-Key": "secret"})
        return await relay(session, source, method, {name.replace("_", "-"): v for name, v in headers.items()})

    return asked


async def body(relayed: Relayed) -> bytes:
    return b"".join([chunk async for chunk in relayed.chunks()])


async def test_the_whole_file_comes_as_it_is(ask, upstream: MediaServer) -> None:
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


async def test_conditions_go_on_and_other_headers_do_not(ask, upstream: MediaServer) -> None:
    await body(await ask("film", Range="bytes=0-1", If_Range='"1"', Cookie="a=b", Authorization="Bearer x"))
    sent = upstream.headers[0]
    assert (sent["Range"], sent["If-Range"]) == ("bytes=0-1", '"1"')
    assert not {"Cookie", "Authorization"} & set(sent)


async def test_only_headers_about_the_bytes_come_back(ask) -> None:
    relayed = await ask("film")
    assert set(relayed.headers) == {"Content-Length", "ETag", "Accept-Ranges"}
    relayed.close()


async def test_head_has_a_length_and_keeps_the_connection(ask, upstream: MediaServer) -> None:
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


@pytest.mark.parametrize("path", ["broken", "broken-late"])
async def test_a_server_that_breaks_off_is_an_outage(ask, path: str) -> None:
    with pytest.raises(ProviderUnavailable, match="broke off"):
        await body(await ask(path))


async def test_one_connection_serves_one_film_after_the_other(ask, upstream: MediaServer) -> None:
    for path in ("film", "short", "film", "endless", "film"):
        relayed = await ask(path)
        if path == "endless":
            relayed.close()  # this one cannot be kept
        else:
            assert await body(relayed) == FILM[: SHORT if path == "short" else None]
    assert len(upstream.peers) == 2


@pytest.mark.parametrize("path", ["endless", "long"])
async def test_who_takes_nothing_is_sent_nothing(ask, upstream: MediaServer, path: str) -> None:
    relayed = await ask(path)
    chunks = relayed.chunks()
    await anext(chunks)
    sent = -1
    while upstream.sent != sent:  # until both sides' buffers are full
        sent = upstream.sent
        await asyncio.sleep(0.2)
    assert sent < 3 * BUFFER + KERNEL
    relayed.close()


@pytest.mark.parametrize("path", ["endless", "long"])
@pytest.mark.parametrize("pieces", [0, 1])
async def test_closing_ends_the_reading_at_once(ask, upstream: MediaServer, path: str, pieces: int) -> None:
    relayed = await ask(path)
    chunks = relayed.chunks()
    for _ in range(pieces):
        await anext(chunks)
    relayed.close()
    await asyncio.wait_for(upstream.ended.wait(), 5)
