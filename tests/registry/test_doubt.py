"""A provider whose upstream goes away is opened again by itself, and serves as well as it can until then."""

import asyncio
from typing import Any

import pytest

from ktv_host.errors import KtvError, MediaGone, ProviderAuthFailed, ProviderConfigInvalid, ProviderUnavailable
from ktv_host.hooks import Provider
from ktv_host.registry.instances import Wish

House = Any  # the fixture's class lives in conftest, which cannot be imported


async def ready(house: House) -> Provider:
    config = {"library": "videos", "password": "secret-token"}
    house.instances.apply(Wish(id="one", provider_type="fake", name="One", config_version=1, config=config))
    await house.until("READY")
    provider: Provider = house.instances.get("one")
    return provider


async def retry(house: House) -> None:
    """Let the time until the next attempt pass."""
    for _ in range(1000):
        if house.clock.waits:
            break
        await asyncio.sleep(0)
    house.clock.advance(80)


def call(house: House, error: KtvError) -> None:
    with pytest.raises(type(error)), house.instances.using("one"):
        raise error


async def test_it_is_retried_and_another_one_takes_its_place(house: House) -> None:
    old = await ready(house)
    call(house, ProviderUnavailable("nobody answers"))
    status = house.instances.status("one")
    assert (status.state, status.reason) == ("RETRYING", "nobody answers")
    assert house.instances.get("one") is old
    await retry(house)
    await house.until("READY")
    assert house.instances.get("one") is not old
    assert house.instances.status("one").reason is None


async def test_it_is_retried_for_as_long_as_upstream_is_away(house: House) -> None:
    old = await ready(house)
    house.kind.trouble = ProviderUnavailable("still nobody")
    call(house, ProviderUnavailable("nobody answers"))
    for _ in range(3):
        await retry(house)
        await house.until("RETRYING")
    assert house.instances.status("one").reason == "still nobody"
    assert house.instances.get("one") is old
    house.kind.trouble = None
    await retry(house)
    await house.until("READY")


@pytest.mark.parametrize("error", [ProviderAuthFailed("key refused"), ProviderConfigInvalid("another server")])
async def test_a_refusal_for_good_ends_its_service(house: House, error: KtvError) -> None:
    await ready(house)
    house.kind.trouble = error
    call(house, error)
    await house.until("FAILED")
    assert house.instances.status("one").reason == error.message
    assert house.instances.ready() == ()


async def test_other_errors_are_nobodys_doubt(house: House) -> None:
    old = await ready(house)
    call(house, MediaGone("no such item"))
    assert house.instances.status("one").state == "READY"
    assert house.instances.get("one") is old


async def test_several_calls_that_fail_are_one_doubt(house: House) -> None:
    await ready(house)
    for _ in range(3):
        call(house, ProviderUnavailable("nobody answers"))
    await retry(house)
    await house.until("READY")
    assert len(house.kind.opened) == 2


async def test_the_failure_of_one_that_was_replaced_says_nothing(house: House) -> None:
    old = await ready(house)
    call(house, ProviderUnavailable("nobody answers"))
    await retry(house)
    await house.until("READY")
    house.instances.doubt("one", old, ProviderUnavailable("late"))
    assert house.instances.status("one").state == "READY"


async def test_the_reason_shows_no_secret(house: House) -> None:
    await ready(house)
    call(house, ProviderUnavailable("nobody answers to secret-token"))
    assert house.instances.status("one").reason == "nobody answers to ***"
