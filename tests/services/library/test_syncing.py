"""Library sync: one pass at a time, when it is due, and visible while it runs."""

import asyncio
from typing import Any

import pytest

from ktv_host.errors import Conflict, ProviderUnavailable
from ktv_host.hooks import Page
from ktv_host.services.lease_keeper import TERM
from ktv_host.services.library.syncing import LibrarySync
from ktv_host.testing import FakeProvider, FakeProviderType

HOUR = 3600


class Gate:
    """Holds the second page of a provider until it is opened."""

    def __init__(self, provider: FakeProvider) -> None:
        self.reached, self.opened = asyncio.Event(), asyncio.Event()
        self.passes = 0
        self._scan = provider.scan
        provider.scan = self  # type: ignore[method-assign,assignment]

    async def __call__(self, cursor: str | None = None, since: str | None = None) -> Page:
        self.passes += cursor is None
        if cursor == "3":
            self.reached.set()
            await self.opened.wait()
        return await self._scan(cursor, since)


@pytest.fixture
async def gate(desk: Any) -> Gate:
    return Gate(await desk.open())


@pytest.fixture
def syncing(desk: Any) -> LibrarySync:
    made: LibrarySync = desk.syncing()
    return made


async def forever(seconds: float) -> None:
    await asyncio.Event().wait()


async def idle() -> None:
    while passes := [task for task in asyncio.all_tasks() if task.get_name() == "sync one"]:
        await asyncio.wait(passes)


async def stored(syncing: LibrarySync, seen: int) -> None:
    """The next page is asked for while one is stored: being asked does not say that the one before is there."""
    while (state := (await syncing.statuses())["one"].unfinished) is None or state.seen < seen:
        pass  # asking lets the others go on


async def test_everybody_sees_how_far_a_pass_is(desk: Any, gate: Gate, syncing: LibrarySync) -> None:
    syncing.request("one")
    await gate.reached.wait()
    await asyncio.wait_for(stored(syncing, 3), 10)
    for observer in (syncing, desk.syncing("another process")):
        status = (await observer.statuses())["one"]
        assert status.running
        assert status.unfinished is not None
        assert (status.unfinished.phase, status.unfinished.seen, status.unfinished.total) == ("listing", 3, 8)
    gate.opened.set()
    await idle()
    status = (await syncing.statuses())["one"]
    assert (status.running, status.unfinished) == (False, None)
    assert status.last is not None
    assert (status.last.status, status.last.seen) == ("ok", 8)


async def test_a_second_call_joins_the_pass_that_runs(gate: Gate, syncing: LibrarySync) -> None:
    first = asyncio.create_task(syncing.run("one"))
    await gate.reached.wait()
    second = asyncio.create_task(syncing.run("one"))
    gate.opened.set()
    assert await first == await second
    assert gate.passes == 1


async def test_another_process_does_not_sync_the_same_instance(desk: Any, gate: Gate, syncing: LibrarySync) -> None:
    syncing.request("one")
    await gate.reached.wait()
    with pytest.raises(Conflict):
        await desk.syncing("another process").run("one")
    gate.opened.set()
    await idle()


async def test_a_request_during_a_pass_is_answered_by_another_one(gate: Gate, syncing: LibrarySync) -> None:
    syncing.request("one")
    await gate.reached.wait()
    syncing.request("one")
    syncing.request("one")
    gate.opened.set()
    await idle()
    assert gate.passes == 2


async def test_a_pass_anew_waits_for_the_one_that_runs(gate: Gate, syncing: LibrarySync) -> None:
    syncing.request("one")
    await gate.reached.wait()
    anew = asyncio.create_task(syncing.run_anew("one"))
    await asyncio.sleep(0)
    gate.opened.set()
    await anew
    assert gate.passes == 2


async def test_closing_cuts_a_pass_off_and_the_next_process_goes_on(
    desk: Any, gate: Gate, syncing: LibrarySync
) -> None:
    syncing.request("one")
    await gate.reached.wait()
    await asyncio.wait_for(stored(syncing, 3), 10)
    await syncing.close()
    gate.opened.set()
    after = desk.syncing("after the restart")
    cut_off = (await after.statuses())["one"]
    assert not cut_off.running
    assert cut_off.unfinished is not None
    assert cut_off.last is not None
    assert cut_off.last.error == "the host stopped"
    assert (await after.run("one")).seen == 8
    assert gate.passes == 1


async def test_a_pass_of_a_process_that_died_goes_on_once_its_lease_is_over(desk: Any, gate: Gate) -> None:
    dead = desk.syncing("killed", sleep=forever)  # the dead do not renew their leases
    dead.request("one")
    await gate.reached.wait()
    await asyncio.wait_for(stored(dead, 3), 10)
    after = desk.syncing("after the restart")
    with pytest.raises(Conflict):
        await after.run("one")
    desk.clock.advance(2 * TERM.total_seconds())
    gate.opened = asyncio.Event()  # the dead one waits at the old one for ever
    gate.opened.set()
    assert (await after.run("one")).seen == 8
    assert gate.passes == 1


async def test_due_is_what_was_never_synced_and_what_was_synced_long_ago(
    desk: Any, gate: Gate, syncing: LibrarySync
) -> None:
    gate.opened.set()
    await syncing.due()
    await idle()
    await syncing.due()
    assert gate.passes == 1
    desk.clock.advance(7 * HOUR)
    await syncing.due()
    await idle()
    assert gate.passes == 2


async def test_a_failed_pass_is_due_after_five_minutes(
    desk: Any, gate: Gate, syncing: LibrarySync, kind: FakeProviderType
) -> None:
    gate.opened.set()
    kind.trouble = ProviderUnavailable("down")
    with pytest.raises(ProviderUnavailable):
        await syncing.run("one")
    kind.trouble = None
    await syncing.due()
    assert not (await syncing.statuses())["one"].running
    desk.clock.advance(301)
    await syncing.due()
    await idle()
    last = (await syncing.statuses())["one"].last
    assert last is not None
    assert last.status == "ok"


async def test_a_bug_of_a_plugin_is_a_reason_and_not_a_crash(desk: Any, syncing: LibrarySync) -> None:
    provider = await desk.open()

    async def broken(cursor: str | None = None, since: str | None = None) -> Page:
        raise KeyError("oops")

    provider.scan = broken
    with pytest.raises(ProviderUnavailable, match="oops"):
        await syncing.run("one")
    last = (await syncing.statuses())["one"].last
    assert last is not None
    assert last.error == "KeyError('oops')"
