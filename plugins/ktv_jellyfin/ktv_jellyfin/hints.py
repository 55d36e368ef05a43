"""Signs that something changed on the server: its websocket for users, its counts for API keys."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from typing import Any

import orjson
from aiohttp import ClientWebSocketResponse, WSMessage, WSMsgType

from ktv_host.hooks import Hint, Logger, MediaGone, ProviderAuthFailed, ProviderConfigInvalid, ProviderUnavailable
from ktv_jellyfin.client import Client
from ktv_jellyfin.pages import Pacing

COUNTS_EVERY = 300.0
_AGAIN = 5.0
_KEEP_ALIVE = 30.0
_SILENCE = 90.0  # the server answers every sign of life: after this long nobody is there
_ENDS = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)


async def watch(client: Client, pacing: Pacing, log: Logger, *, as_user: bool) -> AsyncGenerator[Hint, None]:
    """While a connection was lost something may have changed: that is a hint too.

    Raises ProviderUnavailable when the server is away. One that only lets no websocket through is asked for its counts.
    """
    lost = False
    while as_user:
        socket = None
        try:
            socket = await client.socket("/socket")
            if lost:
                yield Hint("connected again")
            async with aclosing(_listen(socket)) as hints:
                async for hint in hints:
                    yield hint
        except (ProviderUnavailable, ProviderAuthFailed, ProviderConfigInvalid, MediaGone) as error:
            reason = error.message
        else:
            reason = "the connection ended"
        lost = True
        await client.get("/System/Info/Public")
        if socket is None:
            log.info("no websocket to Jellyfin: asking for counts now and then", reason=reason)
            break
        await pacing.sleep(_AGAIN)
    async with aclosing(_counts(client, pacing)) as hints:
        async for hint in hints:
            yield hint


async def _counts(client: Client, pacing: Pacing) -> AsyncGenerator[Hint, None]:
    """An API key gets no messages: ask how many items there are, now and then."""
    known: Any = None
    while True:
        counts = await client.get("/Items/Counts")
        if known not in (None, counts):
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


async def _listen(socket: ClientWebSocketResponse) -> AsyncGenerator[Hint, None]:
    """Until the connection ends. Says every half minute that we live; the server drops who does not."""
    try:
        loop = asyncio.get_running_loop()
        heard = said = loop.time()
        while loop.time() - heard < _SILENCE:
            message = await _received(socket, said + _KEEP_ALIVE - loop.time())
            if message is not None:
                if message.type in _ENDS:
                    return
                heard = loop.time()
                found = _read(message.data) if message.type is WSMsgType.TEXT else {}
                if found.get("MessageType") == "ForceKeepAlive":
                    said = -_KEEP_ALIVE
                if (hint := hint_in(found)) is not None:
                    yield hint
            if loop.time() - said >= _KEEP_ALIVE:
                said = loop.time()
                with suppress(ConnectionError):
                    await socket.send_json({"MessageType": "KeepAlive"})
    finally:
        await socket.close()


async def _received(socket: ClientWebSocketResponse, seconds: float) -> WSMessage | None:
    with suppress(TimeoutError):
        return await socket.receive(timeout=max(0.01, seconds))
    return None


def _read(text: str) -> dict[str, Any]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
