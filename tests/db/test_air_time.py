"""The latest moment any playlist was of, on both databases."""

from datetime import UTC, datetime

import pytest

from ktv_host.db.air_time import AirTimeRepository
from ktv_host.db.channels import ChannelRepository
from ktv_host.db.engine.database import Database
from ktv_host.db.ledger import LedgerRepository
from ktv_host.db.users import UserRepository
from ktv_host.domain.airtime import LedgerRow
from ktv_host.domain.channel import Channel
from ktv_host.domain.user import Role, User

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def times(database: Database) -> AirTimeRepository:
    return AirTimeRepository(database)


@pytest.fixture
async def ledger(database: Database) -> LedgerRepository:
    await UserRepository(database).add(User(id="u", email="u@test.example", role=Role.ADMIN, created_at=NOW))
    for number, name in enumerate(("one", "two"), 1):
        channel = Channel(id=name, owner_id="u", number=number, name=name, created_at=NOW, updated_at=NOW)
        await ChannelRepository(database).add(channel)
    return LedgerRepository(database)


def row(channel: str, end_ms: int) -> LedgerRow:
    return LedgerRow(
        channel_id=channel, j=3, start_ms=0, end_ms=end_ms, plan="aa", k0=0, nmedia=5, npad=2, msn0=40, run0=8
    )


async def test_it_is_unknown_at_first_and_never_goes_back(times: AirTimeRepository) -> None:
    assert await times.latest() is None
    for moment in (9_000, 10_000_000_000_000, 70_000):
        await times.advance(moment)
    assert await times.latest() == 10_000_000_000_000


async def test_a_clock_that_was_wrong_ends_what_is_on_air_and_the_numbers_go_on(
    times: AirTimeRepository, ledger: LedgerRepository
) -> None:
    await ledger.append([row("one", 90_000)], None)
    await ledger.append([row("two", 20_000)], None)
    await times.advance(80_000)
    await times.set_back(80_000, 30_000, back_ms=10_000, jump=1000)
    assert await times.latest() == 30_000
    (_, added) = await ledger.since("one", 20_000)
    assert (added.j, added.start_ms, added.end_ms, added.count) == (4, 20_000, 20_000, 0)
    assert (added.msn0, added.run0 > row("one", 0).last_run) == (1047, True)
    assert await ledger.since("two", 0) == [row("two", 20_000)]


async def test_of_two_who_notice_one_acts(times: AirTimeRepository, ledger: LedgerRepository) -> None:
    await ledger.append([row("one", 90_000)], None)
    await times.advance(80_000)
    for _ in range(2):
        await times.set_back(80_000, 30_000, back_ms=10_000, jump=1000)
    assert len(await ledger.since("one", 0)) == 2
