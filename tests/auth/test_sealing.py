"""Seals: only ours, only for their purpose, only for a while."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ktv_host.auth.sealing import TimedSeal
from ktv_host.errors import Unauthenticated

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEAL = TimedSeal("a secret that is long enough", "sign-in", timedelta(minutes=5))


@given(st.dictionaries(st.text(), st.none() | st.text() | st.integers() | st.lists(st.text())))
def test_what_was_sealed_comes_back(value: dict[str, object]) -> None:
    assert SEAL.open(SEAL.seal(value, NOW), NOW + timedelta(minutes=4)) == value


def test_it_cannot_be_read_and_is_never_the_same_twice() -> None:
    sealed = SEAL.seal({"verifier": "in-the-open"}, NOW)
    assert "in-the-open" not in sealed
    assert sealed != SEAL.seal({"verifier": "in-the-open"}, NOW)


def test_it_holds_for_its_lifetime_and_not_longer() -> None:
    sealed = SEAL.seal({}, NOW)
    assert SEAL.open(sealed, NOW + timedelta(minutes=5)) == {}
    with pytest.raises(Unauthenticated):
        SEAL.open(sealed, NOW + timedelta(minutes=5, seconds=1))


@pytest.mark.parametrize(
    "other", [TimedSeal("another secret", "sign-in", SEAL.lifetime), TimedSeal(SEAL.secret, "code", SEAL.lifetime)]
)
def test_another_secret_or_purpose_opens_nothing(other: TimedSeal) -> None:
    with pytest.raises(Unauthenticated):
        other.open(SEAL.seal({}, NOW), NOW)


@pytest.mark.parametrize("nonsense", ["", "x", "gAAAA", "é", "=" * 9, "\n", "gAAAAA" + "A" * 120])
def test_nonsense_is_refused(nonsense: str) -> None:
    with pytest.raises(Unauthenticated):
        SEAL.open(nonsense, NOW)


@pytest.mark.parametrize("kept_out", ["+", "/"])
def test_another_spelling_of_the_same_bytes_is_refused(kept_out: str) -> None:
    ours = {"+": "-", "/": "_"}[kept_out]
    sealed = next(text for text in (SEAL.seal({}, NOW) for _ in range(1000)) if ours in text)
    with pytest.raises(Unauthenticated):
        SEAL.open(sealed.replace(ours, kept_out), NOW)


@given(st.integers(min_value=0), st.characters(codec="ascii"))
def test_a_changed_character_is_refused(place: int, character: str) -> None:
    sealed = SEAL.seal({"user": "ann"}, NOW)
    place %= len(sealed)
    if sealed[place] != character:
        with pytest.raises(Unauthenticated):
            SEAL.open(sealed[:place] + character + sealed[place + 1 :], NOW)
