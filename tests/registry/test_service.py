"""A provider that is taken out of service stays open for the calls in flight, up to a deadline."""

import asyncio
from typing import Any

import pytest

from ktv_host.errors import ProviderUnavailable
from ktv_host.registry.instances import Wish
from ktv_host.registry.service import DRAIN_SECONDS
from ktv_host.testing import FakeProvider

House = Any  # the fixture's class lives in conftest, which cannot be imported


def wish(library: str, *, enabled: bool = True) -> Wish:
    return Wish(
        id="one", provider_type="fake", name="One", config={"library": library}, config_version=1, enabled=enabled
    )


@pytest.fixture
async def provider(house: House) -> FakeProvider:
    house.kind.libraries["more"] = ()
    house.instances.apply(wish("videos"))
    await house.until("READY")
    found = house.instances.get("one")
    assert isinstance(found, FakeProvider)
    return found


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_swapped_out_provider_is_closed_when_its_last_call_has_ended(
    house: House, provider: FakeProvider
) -> None:
    with house.instances.using("one") as used:
        assert used is provider
        house.instances.apply(wish("more"))
        await house.until("READY")
        assert house.instances.get("one") is not provider
        await settle()
        assert not provider.closed
        assert (await used.scan()).items
    await settle()
    assert provider.closed


async def test_two_calls_are_both_waited_for(house: House, provider: FakeProvider) -> None:
    with house.instances.using("one"):
        with house.instances.using("one"):
            house.instances.apply(wish("videos", enabled=False))
        await settle()
        assert not provider.closed
    await settle()
    assert provider.closed


async def test_a_call_that_never_ends_is_not_waited_for_longer_than_the_deadline(
    house: House, provider: FakeProvider
) -> None:
    with house.instances.using("one"):
        house.instances.apply(wish("videos", enabled=False))
        await house.clock.until_asleep(DRAIN_SECONDS)
        house.clock.advance(DRAIN_SECONDS)
        await settle()
        assert provider.closed
    assert "while it is used" in house.log.text


async def test_what_is_out_of_service_cannot_be_used_anew(house: House, provider: FakeProvider) -> None:
    with house.instances.using("one"):
        house.instances.apply(wish("videos", enabled=False))
        with pytest.raises(ProviderUnavailable), house.instances.using("one"):
            pass


async def test_nobody_waits_for_an_idle_provider(house: House, provider: FakeProvider) -> None:
    house.instances.apply(wish("videos", enabled=False))
    await settle()
    assert provider.closed
