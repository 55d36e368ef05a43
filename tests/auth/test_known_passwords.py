"""Passwords that matched a moment ago."""

from datetime import timedelta

from ktv_host.auth.known_passwords import KnownPasswords
from ktv_host.testing import FakeClock


def test_a_password_is_known_for_a_while_and_for_its_hash_only() -> None:
    clock = FakeClock()
    known = KnownPasswords(clock, lifetime=timedelta(minutes=1))
    known.learn("hash", "sesame")
    assert known.knows("hash", "sesame")
    assert not known.knows("hash", "wrong")
    assert not known.knows("another", "sesame")
    clock.advance(61)
    assert not known.knows("hash", "sesame")


def test_two_processes_keep_nothing_that_compares() -> None:
    one, other = KnownPasswords(FakeClock()), KnownPasswords(FakeClock())
    one.learn("hash", "sesame")
    other.learn("hash", "sesame")
    assert one._until.keys() != other._until.keys()
    assert "sesame" not in repr(vars(one))


def test_the_oldest_is_forgotten_when_there_are_too_many() -> None:
    known = KnownPasswords(FakeClock(), capacity=2)
    for password in "abc":
        known.learn("hash", password)
    assert [known.knows("hash", password) for password in "abc"] == [False, True, True]
