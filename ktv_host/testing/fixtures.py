"""Fixtures of the contract kit; opt in by ``pytest_plugins = ["ktv_host.testing.fixtures"]``."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ktv_host.testing.clock import FakeClock
from ktv_host.testing.contexts import Contexts
from ktv_host.testing.receiver import Receiver


@pytest.fixture
def fake_clock() -> FakeClock:
    """The clock of every context of this test."""
    return FakeClock()


@pytest_asyncio.fixture
async def contexts(tmp_path: Path, fake_clock: FakeClock) -> AsyncIterator[Contexts]:
    """Makes plugin contexts, and closes what they hold at the end."""
    made = Contexts(tmp_path, fake_clock)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A web server on this machine that keeps what it is sent."""
    async with Receiver() as running:
        yield running
