"""Signs of change."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fake_jellyfin.server import FakeJellyfin
from fake_jellyfin.socket import library_changed
from ktv_jellyfin.hints import hint_in

from ktv_host.hooks import Hint, ProviderUnavailable

pytest_plugins = ["ktv_host.testing.fixtures"]

USER = {"username": "viewer", "password": "secret-viewer"}


async def following(hints: AsyncIterator[Hint]) -> str:
    async with asyncio.timeout(10):
        return (await anext(hints)).reason


async def connected(fake: FakeJellyfin) -> None:
    async with asyncio.timeout(10):
        await fake.world.joined.wait()


async def counted(fake: FakeJellyfin) -> None:
    asked = asyncio.Event()
    fake.world.observers.append(lambda each: asked.set() if each.path == "/Items/Counts" else None)
    async with asyncio.timeout(10):
        await asked.wait()


async def test_a_user_is_told_by_the_server(fake: FakeJellyfin, open_provider: Any) -> None:
    hints = (await open_provider(fake, **USER)).hints()
    waiting = asyncio.ensure_future(following(hints))
    await connected(fake)
    await library_changed(fake.world, ItemsAdded=["a", "b"], ItemsUpdated=["c"])
    assert await waiting == "2 added, 1 changed"
    await hints.aclose()


async def test_who_listens_says_that_it_lives(fake: FakeJellyfin, open_provider: Any) -> None:
    hints = (await open_provider(fake, **USER)).hints()
    waiting = asyncio.ensure_future(following(hints))
    async with asyncio.timeout(10):
        await fake.world.heard.wait()
    assert not waiting.done()
    waiting.cancel()
    await asyncio.wait({waiting})
    await hints.aclose()


async def test_a_connection_that_ends_is_made_again(fake: FakeJellyfin, open_provider: Any) -> None:
    hints = (await open_provider(fake, **USER)).hints()
    waiting = asyncio.ensure_future(following(hints))
    await connected(fake)
    for socket in list(fake.world.sockets):
        await socket.close()
    assert await waiting == "connected again"
    await hints.aclose()


async def test_where_no_websocket_comes_through_counts_are_asked_for(fake: FakeJellyfin, open_provider: Any) -> None:
    fake.world.faults.no_socket = True
    hints = (await open_provider(fake, **USER)).hints()
    waiting = asyncio.ensure_future(following(hints))
    await counted(fake)
    fake.world.library.remove(next(iter(fake.world.library.by_id)))
    assert await waiting == "the number of items changed"
    await hints.aclose()


async def test_a_revoked_token_is_renewed(fake: FakeJellyfin, open_provider: Any) -> None:
    provider = await open_provider(fake, **USER)
    fake.world.access.sessions.clear()
    hints = provider.hints()
    waiting = asyncio.ensure_future(following(hints))
    await connected(fake)
    await library_changed(fake.world, ItemsRemoved=["a"])
    assert await waiting == "1 removed"
    await hints.aclose()


async def test_a_key_asks_for_the_counts_now_and_then(fake: FakeJellyfin, open_provider: Any, slept: Any) -> None:
    hints = (await open_provider(fake)).hints()
    waiting = asyncio.ensure_future(following(hints))
    await counted(fake)
    fake.world.library.remove(next(iter(fake.world.library.by_id)))
    assert await waiting == "the number of items changed"
    assert 300 in slept.seconds
    await hints.aclose()


async def test_nobody_there_is_told(fake: FakeJellyfin, open_provider: Any) -> None:
    for config in ({}, USER):
        provider = await open_provider(fake, instance_id=f"i{len(config)}", **config)
        fake.world.faults.status = 502
        with pytest.raises(ProviderUnavailable):
            await following(provider.hints())
        fake.world.faults.clear()


@pytest.mark.parametrize(
    "message",
    [
        {"MessageType": "LibraryChanged", "Data": {"IsEmpty": True}},
        {"MessageType": "LibraryChanged", "Data": None},
        {"MessageType": "ServerRestarting"},
        {"MessageType": "UserDataChanged", "Data": {}},
        {},
    ],
)
def test_other_messages_are_no_hints(message: dict[str, Any]) -> None:
    assert hint_in(message) is None


def test_folders_that_changed_are_a_hint() -> None:
    assert hint_in({"MessageType": "LibraryChanged", "Data": {"IsEmpty": False}}) == Hint("the folders changed")
