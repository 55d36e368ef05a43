"""Webhook headers are kept sealed, and whoever renews seals sees the rows as they are."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from ktv_host.db.channels import ChannelRepository
from ktv_host.db.engine.database import Database
from ktv_host.db.sealed import SealedColumns
from ktv_host.domain.channel import Channel
from ktv_host.errors import ConfigurationError

HEADERS = {"Authorization": "Bearer hunter2", "X-Channel": "ktv"}


class Reversed:
    """A box that writes backwards; ``lost`` is a key that opens nothing."""

    def __init__(self, *, lost: bool = False) -> None:
        self._lost = lost

    def seal_once(self, text: str) -> str:
        return text if text.startswith("backwards:") else f"backwards:{text[::-1]}"

    def open(self, sealed: str) -> str:
        if self._lost:
            raise ConfigurationError("no key")
        return sealed.removeprefix("backwards:")[::-1] if sealed.startswith("backwards:") else sealed


@pytest.fixture
async def channel(make_channel: Callable[[str], Awaitable[Channel]]) -> Channel:
    return await make_channel("c")


@pytest.fixture
def columns(database: Database) -> SealedColumns:
    return SealedColumns(database)


async def test_headers_are_plain_for_us_and_sealed_in_the_database(
    database: Database, columns: SealedColumns, channel: Channel
) -> None:
    channels = ChannelRepository(database, Reversed())
    await channels.update(replace(channel, webhook_headers=HEADERS))
    (read,) = await channels.all()
    assert read.webhook_headers == HEADERS
    stored = await columns.get("channels", "c")
    assert stored is not None
    assert "hunter2" not in stored
    assert "X-Channel" in stored


async def test_a_row_from_before_sealing_is_read_as_it_is(database: Database, channel: Channel) -> None:
    await ChannelRepository(database).update(replace(channel, webhook_headers=HEADERS))
    read = await ChannelRepository(database, Reversed()).get("c")
    assert read is not None
    assert read.webhook_headers == HEADERS


async def test_a_lost_key_costs_the_value_and_neither_the_row_nor_what_is_stored(
    database: Database, columns: SealedColumns, channel: Channel
) -> None:
    await ChannelRepository(database, Reversed()).update(replace(channel, webhook_headers=HEADERS))
    before = await columns.get("channels", "c")
    keyless = ChannelRepository(database, Reversed(lost=True))
    read = await keyless.get("c")
    assert read is not None
    assert "hunter2" not in str(read.webhook_headers)
    await keyless.update(replace(read, name="Another name"))
    assert await columns.get("channels", "c") == before


async def test_a_row_is_swapped_only_as_it_was_read(columns: SealedColumns, channel: Channel) -> None:
    assert await columns.ids("channels") == ["c"]
    stored = await columns.get("channels", "c")
    assert stored == "{}"
    assert not await columns.swap("channels", "c", '{"a":"b"}', '{"a":"c"}')
    assert await columns.swap("channels", "c", stored, '{"a":"b"}')
    assert await columns.get("channels", "c") == '{"a":"b"}'
    assert await columns.get("channels", "gone") is None
