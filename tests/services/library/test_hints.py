"""Hints lead to syncs: soon, not too often, and never at the cost of anything else."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ktv_host.errors import ProviderUnavailable
from ktv_host.hooks import Hint
from ktv_host.registry.instances import Wish
from ktv_host.services.library.hints import FIRST_RETRY_SECS, QUIET_SECS, HintListeners, HintParts
from ktv_host.testing import FakeProviderType


class Ear:
    """Listeners whose syncs take as long as the test says."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk
        self.synced: list[str] = []
        self.takes = 0.0
        self.trouble: Exception | None = None
        self._elapsed = 0.0
        self.listeners = HintListeners(
            HintParts(
                instances=desk.instances,
                sync=self._sync,
                logger=desk.log,
                monotonic=lambda: self._elapsed,
                sleep=desk.clock.sleep,
            )
        )
        desk.listeners.append(self.listeners.follow)

    async def _sync(self, instance_id: str) -> None:
        self.synced.append(instance_id)
        self._elapsed += self.takes
        if self.trouble is not None:
            raise self.trouble

    async def wait(self, seconds: float) -> None:
        """Until somebody sleeps that long, and then that long."""
        await self.desk.clock.until_asleep(seconds)
        self.desk.clock.advance(seconds)
        await settle()


async def settle() -> None:
    for _ in range(30):
        await asyncio.sleep(0)


@pytest.fixture
async def ear(desk: Any) -> AsyncIterator[Ear]:
    made = Ear(desk)
    yield made
    await made.listeners.close()


async def test_several_hints_at_once_are_one_sync(desk: Any, ear: Ear, kind: FakeProviderType) -> None:
    await desk.open()
    for number in range(3):
        kind.hints.put_nowait(Hint(str(number)))
    await ear.wait(QUIET_SECS)
    assert ear.synced == ["one"]


async def test_after_a_long_sync_the_next_one_waits(desk: Any, ear: Ear, kind: FakeProviderType) -> None:
    await desk.open()
    ear.takes = 4.0
    kind.hints.put_nowait(Hint("first"))
    await ear.wait(QUIET_SECS)
    kind.hints.put_nowait(Hint("second"))
    await settle()
    assert len(ear.synced) == 1
    await ear.wait(12.0)
    await ear.wait(QUIET_SECS)
    assert len(ear.synced) == 2


async def test_a_sync_that_fails_does_not_end_the_listening(desk: Any, ear: Ear, kind: FakeProviderType) -> None:
    await desk.open()
    ear.trouble = ProviderUnavailable("down")
    for _ in range(2):
        kind.hints.put_nowait(Hint("again"))
        await ear.wait(QUIET_SECS)
    assert len(ear.synced) == 2


async def test_a_broken_stream_of_hints_is_listened_to_again(desk: Any, ear: Ear, kind: FakeProviderType) -> None:
    await desk.open()
    kind.hints.put_nowait(OSError("the socket closed"))
    kind.hints.put_nowait(Hint("after the break"))
    await ear.wait(FIRST_RETRY_SECS)
    await ear.wait(QUIET_SECS)
    assert ear.synced == ["one"]


async def test_an_edited_instance_is_listened_to_by_one_listener(desk: Any, ear: Ear, kind: FakeProviderType) -> None:
    kind.libraries["more"] = ()
    await desk.open()
    await desk.open(library="more")
    await settle()
    kind.hints.put_nowait(Hint("one"))
    kind.hints.put_nowait(Hint("two"))
    await ear.wait(QUIET_SECS)
    assert ear.synced == ["one"]
    assert len([task for task in asyncio.all_tasks() if task.get_name() == "hints one"]) == 1


async def test_nobody_listens_to_what_is_switched_off(desk: Any, ear: Ear) -> None:
    await desk.open()
    desk.instances.apply(Wish(id="one", provider_type="fake", name="one", config={}, config_version=1, enabled=False))
    await settle()
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "hints one"]
