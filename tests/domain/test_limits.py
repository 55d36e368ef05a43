"""Limits: what an attempt counts against."""

import pytest

from ktv_host.domain.limits import login_buckets, origin_of, register_buckets, unlock_buckets


def test_the_same_attempt_counts_in_the_same_place() -> None:
    assert login_buckets("192.0.2.1", "ann@tv.local") == login_buckets("192.0.2.1", "ann@tv.local")


def test_a_stranger_elsewhere_uses_up_nothing_of_the_owners() -> None:
    owner = {bucket.key for bucket in login_buckets("192.0.2.1", "ann@tv.local")}
    stranger = {bucket.key for bucket in login_buckets("198.51.100.9", "ann@tv.local")}
    assert not owner & stranger


def test_all_guesses_of_an_address_count_together() -> None:
    ann = {bucket.key for bucket in login_buckets("192.0.2.1", "ann@tv.local")}
    bob = {bucket.key for bucket in login_buckets("192.0.2.1", "bob@tv.local")}
    channel = {bucket.key for bucket in unlock_buckets("192.0.2.1", "a channel")}
    assert len(ann & bob) == len(ann & channel) == 1


def test_a_key_tells_neither_address_nor_account_and_has_a_bounded_length() -> None:
    for bucket in (*login_buckets("192.0.2.1", "ann@tv.local" * 10_000), *register_buckets("192.0.2.1")):
        assert "192" not in bucket.key.partition(":")[0]
        assert "ann" not in bucket.key
        assert len(bucket.key) < 64


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::5", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::5", "2001:db8:1:3::5", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("unknown", "unknown", True),
    ],
)
def test_an_ipv6_household_is_one_origin(one: str, other: str, same: bool) -> None:
    assert (origin_of(one) == origin_of(other)) is same
