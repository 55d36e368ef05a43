"""Passwords."""

from argon2 import PasswordHasher

from ktv_host.auth.passwords import Passwords

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
