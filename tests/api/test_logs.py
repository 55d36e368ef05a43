"""/admin/logs as a client sees it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from quart import Quart

from ktv_host.api.logs import event, stream
from ktv_host.api.route import HOST_KEY
from ktv_host.services.log_feed import Level, LogFeed, LogLine, Lost

MOMENT = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def feed(app: Quart) -> LogFeed:
    found: LogFeed = app.extensions[HOST_KEY].logs
    return found


@asynccontextmanager
async def listening(client: Any, path: str, **headers: str) -> AsyncIterator[Any]:
    """The connection, after the headers came."""
    async with client.request(f"/api/v1/admin/logs{path}", headers=headers) as connection:
        await connection.send_complete()
        assert await connection.receive() == b"retry: 3000\n\n"
        yield connection
        await connection.disconnect()


def parsed(data: bytes) -> list[dict[str, Any]]:
    return [orjson.loads(line.removeprefix(b"data: ")) for line in data.splitlines() if line.startswith(b"data: ")]


def bearer(person: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {person.token}"}


async def test_an_admin_sees_lines_in_the_shape_of_the_contract(admin: Any, feed: LogFeed) -> None:
    feed.publish(Level.WARNING, "ktv.api", "something\nhappened", MOMENT)
    async with listening(admin.client, "", **bearer(admin)) as connection:
        assert connection.headers["Content-Type"].startswith("text/event-stream")
        assert connection.headers["Cache-Control"] == "no-store"
        assert parsed(await connection.receive()) == [
            {
                "level": "warning",
                "target": "ktv.api",
                "message": "something\nhappened",
                "timestamp": "2026-11-23T12:00:00Z",
            }
        ]
        feed.publish(Level.INFO, "ktv", "and more", MOMENT)
        assert parsed(await connection.receive())[0]["message"] == "and more"


async def test_the_token_may_be_in_the_address_where_no_header_can_be_sent(admin: Any, feed: LogFeed) -> None:
    feed.publish(Level.INFO, "ktv", "hello", MOMENT)
    async with listening(admin.client, f"?token={admin.token}") as connection:
        assert b"hello" in await connection.receive()


async def test_a_personal_token_with_the_scope_logs_opens_it_and_others_do_not(admin: Any, user: Any) -> None:
    async def token(person: Any, scope: str) -> str:
        answer = await person.post("/auth/tokens", {"name": scope, "scopes": [scope]})
        made: str = (await answer.get_json())["token"]
        return made

    async with listening(admin.client, f"?token={await token(admin, 'logs')}"):
        pass
    for refused in (await token(admin, "iptv"), await token(user, "logs"), user.token):
        assert (await admin.client.get(f"/api/v1/admin/logs?token={refused}")).status_code == 403
    assert (await admin.client.get("/api/v1/admin/logs")).status_code == 401


async def test_lines_below_the_level_are_left_out(admin: Any, feed: LogFeed) -> None:
    feed.publish(Level.INFO, "ktv", "quiet", MOMENT)
    feed.publish(Level.ERROR, "ktv", "loud", MOMENT)
    async with listening(admin.client, "?level=warning", **bearer(admin)) as connection:
        assert [line["message"] for line in parsed(await connection.receive())] == ["loud"]
    answer = await admin.get("/admin/logs?level=chatty")
    assert answer.status_code == 422


async def test_a_reconnecting_client_goes_on_where_it_was(admin: Any, feed: LogFeed) -> None:
    for message in ("one", "two", "three"):
        feed.publish(Level.INFO, "ktv", message, MOMENT)
    async with listening(admin.client, "", **bearer(admin)) as connection:
        ids = [line for line in (await connection.receive()).splitlines() if line.startswith(b"id: ")]
    last = ids[1].removeprefix(b"id: ").decode()
    async with listening(admin.client, "", **bearer(admin), **{"Last-Event-ID": last}) as connection:
        assert [line["message"] for line in parsed(await connection.receive())] == ["three"]


async def test_a_client_that_hung_up_is_forgotten(admin: Any, feed: LogFeed, settle: Any) -> None:
    async with listening(admin.client, "", **bearer(admin)):
        assert feed.readers == 1
    await settle()
    assert feed.readers == 0


async def test_silence_is_filled_with_comments() -> None:
    async def always() -> bool:
        return True

    lines = stream(LogFeed().read(), always, 0.01)
    assert [await anext(lines) for _ in range(3)] == [b"retry: 3000\n\n", b": keep-alive\n\n", b": keep-alive\n\n"]
    await lines.aclose()  # type: ignore[attr-defined]


async def test_whoever_is_no_admin_any_more_is_cut_off_even_while_lines_come() -> None:
    feed, admins = LogFeed(), [True, True, False]

    async def wanted() -> bool:
        return admins.pop(0)

    async with asyncio.timeout(5):
        async for _ in stream(feed.read(), wanted, 0.01):
            feed.publish(Level.INFO, "ktv", "line", MOMENT)
            await asyncio.sleep(0.01)
    assert not admins
    assert feed.readers == 0


def test_a_gap_is_an_event_of_its_own() -> None:
    assert event(Lost(12)) == b'event: lost\ndata: {"lines":12}\n\n'
    line = LogLine("ab-1", 1, Level.INFO, "ktv", "x", MOMENT)
    assert event(line).startswith(b"id: ab-1\ndata: {")


async def test_asking_for_the_headers_only_gets_them_and_opens_nothing(admin: Any, feed: LogFeed) -> None:
    async with asyncio.timeout(5):
        answer = await admin.call("HEAD", "/admin/logs")
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert feed.readers == 0
