"""Passwords."""

import asyncio

import pytest
from argon2 import PasswordHasher, extract_parameters

from ktv_host.auth.passwords import WAITING_MOST, Passwords, decoy
from ktv_host.errors import Unavailable

QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


async def test_a_password_matches_its_own_hash_only() -> None:
    passwords = Passwords(hasher=QUICK)
    hashed = await passwords.hash("correct horse")
    assert await passwords.verify(hashed, "correct horse")
    assert not await passwords.verify(hashed, "battery staple")


async def test_nothing_matches_a_missing_or_broken_hash() -> None:
    passwords = Passwords(hasher=QUICK)
    assert not await passwords.verify(None, "a password nobody has")
    assert not await passwords.verify("not a hash", "x")


def test_the_decoy_costs_what_a_hash_costs_and_no_password_fits_it() -> None:
    hasher = PasswordHasher(time_cost=2, memory_cost=128, parallelism=3)
    assert extract_parameters(decoy(hasher)) == extract_parameters(hasher.hash("x"))
    assert decoy(hasher) != decoy(hasher)


async def test_a_hash_of_lesser_strength_is_outdated() -> None:
    hashed = await Passwords(hasher=QUICK).hash("correct horse")
    assert not Passwords(hasher=QUICK).outdated(hashed)
    assert Passwords().outdated(hashed)


async def test_who_comes_when_too_many_wait_is_told_to_come_back() -> None:
    passwords = Passwords(hasher=QUICK)
    waiting = [asyncio.ensure_future(passwords.verify(None, "x")) for _ in range(WAITING_MOST)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable) as caught:
        await passwords.verify(None, "x")
    assert caught.value.retry_after == 10
    assert not any(await asyncio.gather(*waiting))
    assert not await passwords.verify(None, "x")
