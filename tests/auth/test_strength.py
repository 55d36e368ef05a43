"""Weak secrets are told from strong ones."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.auth.strength import weakness


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        ("", "missing"),
        ("G7f-kQ2x", "8 characters and needs 32"),
        ("x" * 40, "repeats"),
        ("abcABC123" * 5, "repeats"),
        ("G7f-kQ2xLp9_" * 3 + "G7f", "repeats"),
        ("abcdefghijklmnopqrstuvwxyz0123456789", "sequence"),
        ("kQ2xLp9_G7f-Zt0aVbW3eRy5uIo8hNmSdCj1", None),
        ("change-me-in-production-kQ2xLp9_G7f-Zt", "example"),
        ("insecure-dev-key-kQ2xLp9_G7f-Zt0aVbW3", "example"),
        ("your-256-bit-kQ2xLp9_G7f-Zt0aVbW3eRy5", "example"),
        ("my very own Secret kQ2xLp9_G7f-Zt0aVb", "example"),
    ],
)
def test_a_weak_secret_is_told_why(secret: str, reason: str | None) -> None:
    said = weakness(secret, 32)
    assert said is None if reason is None else reason in (said or "")


@given(st.binary(min_size=48, max_size=48).filter(lambda raw: len(set(raw)) > 40))
def test_a_random_secret_will_do(raw: bytes) -> None:
    assert weakness(urlsafe_b64encode(raw).decode(), 64) is None
    assert weakness(raw.hex(), 64) is None


@given(st.text(min_size=1, max_size=12), st.integers(6, 40))
def test_whatever_repeats_is_weak(part: str, times: int) -> None:
    assert weakness(part * times, 1) is not None
