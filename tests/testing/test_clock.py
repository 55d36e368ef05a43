"""FakeClock: time passes when the test says so."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ktv_host.testing import FakeClock


def test_time_stands_still_until_it_is_moved() -> None:
    clock = FakeClock(datetime(2026, 3, 1, tzinfo=UTC))
    before = clock()
    clock.advance(90)
    assert clock() - before == timedelta(seconds=90)


async def test_a_sleeper_wakes_when_its_time_has_come_and_not_before() -> None:
    clock = FakeClock()
    sleeping = asyncio.create_task(clock.sleep(5))
    await clock.until_asleep(5)
    clock.advance(4.5)
    await asyncio.sleep(0)
    assert clock.waits == (0.5,)
    clock.advance(0.5)
    await sleeping
    assert not clock.waits


async def test_a_cancelled_sleeper_is_forgotten() -> None:
    clock = FakeClock()
    sleeping = asyncio.create_task(clock.sleep(5))
    await clock.until_asleep(5)
    sleeping.cancel()
    await asyncio.wait({sleeping})
    assert not clock.waits
    clock.advance(10)


async def test_waiting_for_a_sleep_nobody_begins_fails() -> None:
    with pytest.raises(AssertionError, match="nobody sleeps for 7"):
        await FakeClock().until_asleep(7)
