"""The tap: pieces of a body that grow with the haste of whoever takes them, and a connection that is given back."""

from collections.abc import AsyncIterator
from contextlib import closing
from ssl import SSLContext

import pytest
from aiohttp import ClientPayloadError, ClientResponse, ClientSession, TCPConnector

from ktv_host.outbound.tap import LARGEST, SMALLEST, Tap, tapped
from tests.media_server import FILM, MediaServer, serving


@pytest.fixture
async def upstream() -> AsyncIterator[MediaServer]:
    async with serving(MediaServer()) as made:
        yield made


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession(connector=TCPConnector(ssl=False)) as opened:
        yield opened


@pytest.fixture
async def long(session: ClientSession, upstream: MediaServer) -> AsyncIterator[Tap]:
    """Of a body of a terabyte."""
    response = await session.get(f"{upstream.url}/long")
    tap = tapped(response)
    assert tap is not None
    yield tap
    tap.close()
    response.close()


async def whole(response: ClientResponse, patience: float = 5) -> bytes:
    tap = tapped(response)
    assert tap is not None
    body = b""
    with closing(tap), closing(response):
        while piece := await tap.piece(patience):
            body += piece
    return body


async def test_every_byte_comes_once_and_the_connection_is_used_again(
    session: ClientSession, upstream: MediaServer
) -> None:
    for _ in range(3):
        assert await whole(await session.get(f"{upstream.url}/film")) == FILM
    assert len(upstream.peers) == 1


async def test_pieces_grow_while_they_are_taken_quickly_and_have_an_end(long: Tap) -> None:
    await long.piece(5)  # what had come before
    sizes = [len(await long.piece(5)) for _ in range(400)]
    assert max(sizes[:1]) <= 2 * SMALLEST < max(sizes) <= LARGEST


async def test_silence_ends_the_waiting(session: ClientSession, upstream: MediaServer) -> None:
    response = await session.get(f"{upstream.url}/stalled")
    with pytest.raises(TimeoutError):
        await whole(response, patience=0.05)


async def test_a_body_that_breaks_off_is_not_taken_for_whole(session: ClientSession, upstream: MediaServer) -> None:
    response = await session.get(f"{upstream.url}/broken-late")
    with pytest.raises((ClientPayloadError, ConnectionResetError)):
        await whole(response)


@pytest.mark.parametrize("path", ["short", "endless"])
async def test_what_is_short_or_of_unknown_length_is_left_alone(
    session: ClientSession, upstream: MediaServer, path: str
) -> None:
    response = await session.get(f"{upstream.url}/{path}")
    assert tapped(response) is None
    response.close()


async def test_what_is_encrypted_on_its_way_is_left_alone(session: ClientSession, self_signed: SSLContext) -> None:
    async with serving(MediaServer(), self_signed) as upstream:
        response = await session.get(f"{upstream.url}/film")
        assert tapped(response) is None
        assert await response.read() == FILM
