"""Transactions: whole or not at all, whatever fails or is cancelled, and no connection is ever lost."""

import asyncio
import random

import pytest

from ktv_host.db.engine.database import Database
from ktv_host.errors import Unavailable

MOVE = "UPDATE accounts SET balance = balance + :amount WHERE id = :id"


def row_lock(database: Database) -> str:
    """SQLite has one writer; PostgreSQL is told which row will be written."""
    return " FOR UPDATE" if database.dialect == "postgresql" else ""


class Change(Exception):
    """Of mind: what makes a transaction fail here."""


async def add_and_fail(database: Database, amount: int, number: int) -> None:
    async with database.transaction():
        await database.execute(MOVE, {"amount": amount, "id": number})
        raise Change


async def total(database: Database) -> int:
    found: int = await database.fetch_val("SELECT CAST(SUM(balance) AS BIGINT) FROM accounts")
    return found


async def all_connections_work(database: Database) -> bool:
    """More transactions at once than the pool has connections; a lost connection would make them hang."""

    async def touch(number: int) -> None:
        async with database.transaction():
            await database.execute(MOVE, {"amount": 0, "id": number % 4 + 1})

    async with asyncio.timeout(10):
        await asyncio.gather(*(touch(number) for number in range(12)))
    return True


async def test_it_commits(accounts: Database) -> None:
    async with accounts.transaction():
        await accounts.execute(MOVE, {"amount": 5, "id": 1})
    assert await total(accounts) == 405


async def test_an_error_undoes_it(accounts: Database) -> None:
    with pytest.raises(Change):
        await add_and_fail(accounts, 5, 1)
    assert await total(accounts) == 400


async def test_an_inner_one_can_fail_alone(accounts: Database) -> None:
    async with accounts.transaction():
        await accounts.execute(MOVE, {"amount": 5, "id": 1})
        with pytest.raises(Change):
            await add_and_fail(accounts, 50, 2)
        async with accounts.transaction():
            await accounts.execute(MOVE, {"amount": 7, "id": 3})
    assert await total(accounts) == 412


async def test_an_outer_one_undoes_the_inner(accounts: Database) -> None:
    async def inner_succeeds() -> None:
        async with accounts.transaction():
            async with accounts.transaction():
                await accounts.execute(MOVE, {"amount": 5, "id": 1})
            raise Change

    with pytest.raises(Change):
        await inner_succeeds()
    assert await total(accounts) == 400


async def test_one_without_statements_is_fine(accounts: Database) -> None:
    async with accounts.transaction():
        pass
    assert await all_connections_work(accounts)


async def test_others_see_it_only_when_it_is_done(accounts: Database) -> None:
    async with accounts.transaction():
        await accounts.execute(MOVE, {"amount": 5, "id": 1})
        assert await asyncio.create_task(total(accounts)) == 400
    assert await total(accounts) == 405


async def test_a_readonly_one_keeps_its_view_beside_a_writer(accounts: Database) -> None:
    async with accounts.transaction(readonly=True):
        assert await total(accounts) == 400
        await asyncio.create_task(accounts.execute(MOVE, {"amount": 5, "id": 1}))
        assert await total(accounts) == 400
    assert await total(accounts) == 405


async def test_a_readonly_one_cannot_write(accounts: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)read-?only"):
        async with accounts.transaction(readonly=True):
            await accounts.execute(MOVE, {"amount": 5, "id": 1})
    assert await all_connections_work(accounts)


async def test_twenty_that_read_and_then_write_all_succeed(accounts: Database) -> None:
    async def increment() -> None:
        async with accounts.transaction():
            sql = f"SELECT balance FROM accounts WHERE id = 1{row_lock(accounts)}"
            balance = await accounts.fetch_val(sql)
            await accounts.execute("UPDATE accounts SET balance = :new WHERE id = 1", {"new": balance + 1})

    await asyncio.gather(*(increment() for _ in range(20)))
    assert await accounts.fetch_val("SELECT balance FROM accounts WHERE id = 1") == 120


async def test_a_commit_that_fails_loses_no_connection(accounts: Database) -> None:
    async with asyncio.timeout(20):
        for _ in range(10):
            with pytest.raises(Exception, match=r"(?i)foreign key"):
                async with accounts.transaction():
                    await accounts.execute("UPDATE accounts SET owner = 77 WHERE id = 1")
        assert await accounts.fetch_val("SELECT owner FROM accounts WHERE id = 1") is None
        assert await all_connections_work(accounts)


async def test_a_begin_that_is_cancelled_loses_no_connection(accounts: Database) -> None:
    async def transact() -> None:
        async with accounts.transaction():
            await accounts.execute(MOVE, {"amount": 0, "id": 1})

    for steps in range(40):
        task = asyncio.create_task(transact())
        for _ in range(steps % 8):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    assert await all_connections_work(accounts)


async def test_one_that_waits_for_its_turn_can_be_cancelled(accounts: Database) -> None:
    async def transact() -> None:
        async with accounts.transaction():
            await accounts.execute(MOVE, {"amount": 9, "id": 1})

    async with accounts.transaction():
        await accounts.execute(MOVE, {"amount": 1, "id": 1})
        waiting = [asyncio.create_task(transact()) for _ in range(8)]
        await asyncio.sleep(0.02)
        for task in waiting:
            task.cancel()
    await asyncio.wait(waiting)
    assert await total(accounts) == 401
    assert await all_connections_work(accounts)


async def test_six_hundred_cancelled_at_random_points_leave_everything_whole(accounts: Database) -> None:
    dice = random.Random(7)

    async def move(source: int, target: int) -> None:
        async with accounts.transaction():
            # the lower row first, so that PostgreSQL has no deadlock to break
            for number, amount in sorted(((source, -1), (target, 1))):
                await accounts.execute(MOVE, {"amount": amount, "id": number})

    async def read() -> None:
        await accounts.fetch_all("SELECT * FROM accounts")

    async def write() -> None:
        await accounts.execute(MOVE, {"amount": 0, "id": 4})

    async def anything() -> None:
        source, target = dice.sample(range(1, 5), 2)
        await dice.choice((lambda: move(source, target), read, write))()

    for _ in range(30):
        tasks = [asyncio.create_task(anything()) for _ in range(20)]
        for task in dice.sample(tasks, 20):
            for _ in range(dice.randrange(4)):
                await asyncio.sleep(0)
            if dice.random() < 0.2:
                await asyncio.sleep(dice.random() * 0.002)
            task.cancel()
        done, _ = await asyncio.wait(tasks, timeout=20)
        assert len(done) == 20
        assert not [task for task in done if not task.cancelled() and task.exception()]
    assert await total(accounts) == 400
    assert await all_connections_work(accounts)


async def test_whoever_waits_too_long_for_a_lock_gets_an_error(accounts: Database, impatient: Database) -> None:
    async def blocked() -> None:
        async with impatient.transaction():
            await impatient.execute(MOVE, {"amount": 1, "id": 1})

    async with asyncio.timeout(10), impatient.transaction():
        await impatient.execute(MOVE, {"amount": 1, "id": 1})
        with pytest.raises(Unavailable):
            await asyncio.create_task(blocked())
    assert await total(accounts) == 401


async def test_a_pool_that_is_used_up_gives_an_error(accounts: Database, impatient: Database) -> None:
    release = asyncio.Event()

    async def hold() -> None:
        async with impatient.transaction(readonly=True):
            await total(impatient)
            await release.wait()

    holders = [asyncio.create_task(hold()) for _ in range(4)]
    await asyncio.wait(holders, timeout=0.5)
    with pytest.raises(Unavailable):
        await total(impatient)
    release.set()
    await asyncio.gather(*holders, return_exceptions=True)
    assert await total(impatient) == 400


async def test_reads_go_on_while_many_wait_to_write(accounts: Database) -> None:
    async def write() -> None:
        async with accounts.transaction():
            await accounts.execute(MOVE, {"amount": 1, "id": 1})

    waiters = 30 if accounts.dialect == "sqlite" else 2  # on PostgreSQL each waits on a connection of its own
    async with accounts.transaction():
        await accounts.execute(MOVE, {"amount": 1, "id": 1})
        waiting = [asyncio.create_task(write()) for _ in range(waiters)]
        await asyncio.sleep(0.01)
        async with asyncio.timeout(5):
            assert await asyncio.create_task(total(accounts)) == 400
    await asyncio.gather(*waiting)
    assert await total(accounts) == 401 + waiters
