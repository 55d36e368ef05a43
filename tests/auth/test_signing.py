"""Signed addresses."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ktv_host.auth.signing import UrlSigner, hour_after

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
