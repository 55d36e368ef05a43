"""Signed addresses."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.auth.signing import UrlSigner, hour_after, read_expiry

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIGNER = UrlSigner(b"secret")
EXPIRES = int(NOW.timestamp()) + 60


def test_a_signature_holds_until_it_expires() -> None:
    signature = SIGNER.sign("media", "a::b", EXPIRES)
    assert SIGNER.holds("media", "a::b", EXPIRES, signature, NOW)
    assert not SIGNER.holds("media", "a::b", EXPIRES, signature, NOW + timedelta(minutes=2))


def test_a_signature_is_bound_to_purpose_subject_and_expiry() -> None:
    signature = SIGNER.sign("media", "a::b", EXPIRES)
    assert not SIGNER.holds("artwork", "a::b", EXPIRES, signature, NOW)
    assert not SIGNER.holds("media", "a::c", EXPIRES, signature, NOW)
    assert not SIGNER.holds("media", "a::b", EXPIRES + 1, signature, NOW)
    assert not UrlSigner(b"other").holds("media", "a::b", EXPIRES, signature, NOW)


@given(st.text())
def test_no_other_text_is_a_signature(text: str) -> None:
    assert SIGNER.holds("media", "a::b", EXPIRES, text, NOW) == (text == SIGNER.sign("media", "a::b", EXPIRES))


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)), st.integers(1, 100))
def test_the_expiry_is_a_whole_hour_and_never_too_early(moment: datetime, hours: int) -> None:
    aware = moment.replace(tzinfo=UTC)
    expires = hour_after(aware, hours)
    assert expires % 3600 == 0
    assert hours * 3600 - 1 <= expires - aware.timestamp() <= (hours + 1) * 3600


def test_what_the_former_secret_signed_holds_until_it_expires_and_nothing_new_is_signed_with_it() -> None:
    old, new = UrlSigner(b"old"), UrlSigner(b"new", previous=b"old")
    signature = old.sign("media", "a::b", EXPIRES)
    assert new.holds("media", "a::b", EXPIRES, signature, NOW)
    assert not new.holds("media", "a::b", EXPIRES, signature, NOW + timedelta(minutes=2))
    assert not new.holds("artwork", "a::b", EXPIRES, signature, NOW)
    assert new.sign("media", "a::b", EXPIRES) == UrlSigner(b"new").sign("media", "a::b", EXPIRES) != signature


@given(
    first=st.tuples(st.sampled_from(["media", "artwork", "segment"]), st.text(max_size=20), st.integers(0, 10**11)),
    other=st.tuples(st.sampled_from(["media", "artwork", "segment"]), st.text(max_size=20), st.integers(0, 10**11)),
)
def test_two_addresses_have_one_signature_only_if_they_are_one(
    first: tuple[str, str, int], other: tuple[str, str, int]
) -> None:
    assert (SIGNER.sign(*first) == SIGNER.sign(*other)) == (first == other)


def test_a_signature_fits_into_a_path_and_stays_the_same() -> None:
    signature = SIGNER.sign("segment", "plan", EXPIRES)
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", signature)
    assert signature == UrlSigner(b"secret").sign("segment", "plan", EXPIRES)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "²", "١٢", "9" * 13, "01764000000", "9" * 5000, " 1", "0x1", "1_0"])
def test_what_is_no_expiry_of_ours_is_none(text: str) -> None:
    assert read_expiry(text) is None


def test_an_expiry_is_a_unix_time() -> None:
    assert read_expiry("1764000000") == 1764000000


def test_the_secret_is_in_no_representation() -> None:
    assert "secret" not in repr(UrlSigner(b"secret", previous=b"secret")).replace("secret=", "")
