"""The playout ledger and the plans behind addresses, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ktv_host.db.channels import ChannelRepository
from ktv_host.db.database import Database
from ktv_host.db.ledger import LedgerRepository, PlanRepository
from ktv_host.db.users import UserRepository
from ktv_host.domain.airtime import LedgerRow, StoredPlan
from ktv_host.domain.channel import Channel
from ktv_host.domain.user import Role, User

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
    await ledger.append([row(n) for n in range(4)])
    assert await ledger.since("one", 20_000) == [row(2), row(3)]
    assert await ledger.since("one", 90_000) == [row(3)]
    assert await ledger.since("two", 0) == []


async def test_the_first_writer_of_a_row_wins(ledger: LedgerRepository) -> None:
    await ledger.append([row(0)])
    await ledger.append([row(0, msn0=99), row(1)])
    assert [found.msn0 for found in await ledger.since("one", 0)] == [0, 2]


async def test_an_end_only_becomes_earlier(ledger: LedgerRepository) -> None:
    await ledger.append([row(0)])
    await ledger.shorten(row(0, end_ms=6_000, nmedia=1))
    await ledger.shorten(row(0, end_ms=9_000, nmedia=2))
    (found,) = await ledger.since("one", 0)
    assert (found.end_ms, found.nmedia) == (6_000, 1)


async def test_rows_nobody_saw_can_go(ledger: LedgerRepository) -> None:
    await ledger.append([row(n) for n in range(4)])
    await ledger.drop_from("one", 20_000)
    assert [found.j for found in await ledger.since("one", 0)] == [0, 1]


async def test_a_purge_leaves_the_last_row_whose_numbers_go_on(ledger: LedgerRepository) -> None:
    await ledger.append([row(n) for n in range(4)])
    await ledger.purge(1_000_000)
    assert [found.j for found in await ledger.since("one", 0)] == [3]


async def test_the_ledger_goes_with_its_channel(ledger: LedgerRepository, database: Database) -> None:
    await ledger.append([row(0)])
    await ChannelRepository(database).delete("one")
    assert await ledger.since("one", 0) == []


async def test_a_plan_stays_and_its_source_may_move(database: Database) -> None:
    plans = PlanRepository(database)
    await plans.add(StoredPlan("aa", "files::one", b"\x00\xff"))
    await plans.add(StoredPlan("aa", "files::two", b"other"))
    assert await plans.get(["aa", "zz"]) == {"aa": StoredPlan("aa", "files::two", b"\x00\xff")}
