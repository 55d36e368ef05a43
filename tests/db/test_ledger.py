"""The playout ledger and the plans behind addresses, on both databases."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.db.channels import ChannelRepository
from ktv_host.db.engine.database import Database
from ktv_host.db.ledger import LedgerRepository, PlanRepository
from ktv_host.db.users import UserRepository
from ktv_host.domain.airtime import LedgerRow, StoredPlan
from ktv_host.domain.channel import Channel
from ktv_host.domain.user import Role, User
from ktv_host.errors import Conflict

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def row(j: int, **changes: int) -> LedgerRow:
    first = LedgerRow(
        channel_id="one",
        j=j,
        start_ms=j * 10_000,
        end_ms=(j + 1) * 10_000,
        plan="aa",
        k0=0,
        nmedia=2,
        npad=0,
        msn0=j * 2,
        run0=j,
        slot_id=f"slot {j}",
        slate="bb",
    )
    return replace(first, **changes)  # type: ignore[arg-type]


@pytest.fixture
async def ledger(database: Database) -> LedgerRepository:
    owner = User(id="u", email="u@test.example", role=Role.ADMIN, created_at=NOW)
    await UserRepository(database).add(owner)
    channel = Channel(id="one", owner_id="u", number=0, name="One", created_at=NOW, updated_at=NOW)
    await ChannelRepository(database).add(channel)
    return LedgerRepository(database)


async def test_rows_come_back_in_order_and_the_last_one_always(ledger: LedgerRepository) -> None:
    await ledger.append([row(n) for n in range(4)], None)
    assert await ledger.since("one", 20_000) == [row(2), row(3)]
    assert await ledger.since("one", 90_000) == [row(3)]
    assert await ledger.since("two", 0) == []


async def test_the_first_writer_of_a_row_wins(ledger: LedgerRepository) -> None:
    assert await ledger.append([row(0)], None)
    assert not await ledger.append([row(0, msn0=99), row(1)], None)
    assert await ledger.append([row(1)], row(0))
    assert [found.msn0 for found in await ledger.since("one", 0)] == [0, 2]


async def test_rows_do_not_follow_one_that_was_shortened_meanwhile(ledger: LedgerRepository) -> None:
    await ledger.append([row(0)], None)
    await ledger.shorten(row(0, end_ms=6_000, nmedia=1))
    assert not await ledger.append([row(1)], row(0))
    assert [found.j for found in await ledger.since("one", 0)] == [0]


async def test_of_many_who_write_at_once_one_wins_as_a_whole(ledger: LedgerRepository) -> None:
    runs = [[row(n, run0=writer) for n in range(3)] for writer in range(8)]
    won = await asyncio.gather(*(ledger.append(rows, None) for rows in runs))
    assert sum(won) == 1
    assert await ledger.since("one", 0) == runs[won.index(True)]


async def test_a_channel_deleted_meanwhile_is_a_conflict(ledger: LedgerRepository, database: Database) -> None:
    await ChannelRepository(database).delete("one")
    with pytest.raises(Conflict, match="deleted"):
        await ledger.append([row(0)], None)


async def test_an_end_only_becomes_earlier(ledger: LedgerRepository) -> None:
    await ledger.append([row(0)], None)
    await ledger.shorten(row(0, end_ms=6_000, nmedia=1))
    await ledger.shorten(row(0, end_ms=9_000, nmedia=2))
    (found,) = await ledger.since("one", 0)
    assert (found.end_ms, found.nmedia) == (6_000, 1)


async def test_rows_nobody_saw_can_go(ledger: LedgerRepository) -> None:
    await ledger.append([row(n) for n in range(4)], None)
    await ledger.drop_from("one", 20_000)
    assert [found.j for found in await ledger.since("one", 0)] == [0, 1]


async def test_a_purge_leaves_the_last_row_whose_numbers_go_on(ledger: LedgerRepository) -> None:
    await ledger.append([row(n) for n in range(4)], None)
    await ledger.purge(1_000_000)
    assert [found.j for found in await ledger.since("one", 0)] == [3]


async def test_the_ledger_goes_with_its_channel(ledger: LedgerRepository, database: Database) -> None:
    await ledger.append([row(0)], None)
    await ChannelRepository(database).delete("one")
    assert await ledger.since("one", 0) == []


async def test_a_plan_stays_and_its_source_may_move(database: Database) -> None:
    plans = PlanRepository(database)
    await plans.add(StoredPlan("aa", "files::one", b"\x00\xff"), NOW)
    await plans.add(StoredPlan("aa", "files::two", b"other"), NOW)
    assert await plans.get(["aa", "zz"]) == {"aa": StoredPlan("aa", "files::two", b"\x00\xff")}


async def test_plans_nobody_wants_go_unless_the_ledger_names_them(ledger: LedgerRepository, database: Database) -> None:
    plans = PlanRepository(database)
    for name in ("aa", "bb", "cc", "dd"):
        await plans.add(StoredPlan(name, None, b""), NOW)
    await plans.add(StoredPlan("dd", None, b""), NOW + timedelta(days=1))
    await ledger.append([row(0)], None)
    await plans.purge(NOW + timedelta(hours=1))
    assert set(await plans.get(["aa", "bb", "cc", "dd"])) == {"aa", "bb", "dd"}
