"""Signs that something changed on the server: its websocket for users, its counts for API keys."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any

import orjson
from aiohttp import ClientWebSocketResponse, WSMsgType

from ktv_host.hooks import Hint, Logger, ProviderAuthFailed, ProviderConfigInvalid, ProviderUnavailable
from ktv_jellyfin.client import Client
from ktv_jellyfin.pages import Pacing

COUNTS_EVERY = 300.0
_FIRST_WAIT, _LONGEST_WAIT = 5.0, 300.0
_KEEP_ALIVE = 30.0
_SILENCE = 90.0  # the server answers every sign of life: after this long nobody is there


async def watch_socket(client: Client, pacing: Pacing, log: Logger) -> AsyncIterator[Hint]:
    """For as long as anybody listens; a connection that ends is made again, and may have missed something."""
    wait, lost = _FIRST_WAIT, False
    while True:
        try:
            socket = await client.socket("/socket")
        except (ProviderUnavailable, ProviderAuthFailed, ProviderConfigInvalid) as error:
            log.info("no change hints from Jellyfin at the moment", reason=error.message)
        else:
            wait = _FIRST_WAIT
            if lost:
                yield Hint("connected again")
            async for hint in _listen(socket):
                yield hint
        lost = True
        await pacing.sleep(wait * pacing.rng.uniform(0.75, 1))
        wait = min(wait * 2, _LONGEST_WAIT)


async def watch_counts(client: Client, pacing: Pacing) -> AsyncIterator[Hint]:
    """An API key gets no messages: ask how many items there are, now and then."""
    known: Any = None
    while True:
        with suppress(ProviderUnavailable, ProviderAuthFailed, ProviderConfigInvalid):
            counts = await client.get("/Items/Counts")
            if known is not None and counts != known:
                yield Hint("the number of items changed")
            known = counts
        await pacing.sleep(COUNTS_EVERY)


def hint_in(message: Mapping[str, Any]) -> Hint | None:
    """Only news about the library counts."""
    data = message.get("Data")
    if message.get("MessageType") != "LibraryChanged" or not isinstance(data, dict) or data.get("IsEmpty"):
        return None
    numbers = {
        word: len(data.get(name) or ())
        for name, word in (("ItemsAdded", "added"), ("ItemsUpdated", "changed"), ("ItemsRemoved", "removed"))
    }
    said = ", ".join(f"{number} {word}" for word, number in numbers.items() if number)
    return Hint(said or "the folders changed")


async def _listen(socket: ClientWebSocketResponse) -> AsyncIterator[Hint]:
    """Until the connection ends. Says every half minute that we live; the server drops who does not."""
    loop = asyncio.get_running_loop()
    heard = said = loop.time()
    try:
        while loop.time() - heard < _SILENCE:
            message = None
            with suppress(TimeoutError):
                message = await socket.receive(timeout=max(0.01, said + _KEEP_ALIVE - loop.time()))
            if message is not None:
                if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
                    return
                heard = loop.time()
                if message.type is WSMsgType.TEXT and (found := _read(message.data)) is not None:
                    if found.get("MessageType") == "ForceKeepAlive":
                        said = 0.0
                    if (hint := hint_in(found)) is not None:
                        yield hint
            if loop.time() - said >= _KEEP_ALIVE:
                said = loop.time()
                with suppress(ConnectionError):
                    await socket.send_json({"MessageType": "KeepAlive"})
    finally:
        await socket.close()


def _read(text: str) -> dict[str, Any] | None:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None
