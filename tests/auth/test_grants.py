"""IPTV grants."""

from hypothesis import given
from hypothesis import strategies as st

from ktv_host.auth.grants import Grant, GrantSigner, is_grant

SIGNER = GrantSigner("s" * 32)
USERS = st.uuids().map(str)
EPOCHS = st.integers(0, 999_999_999)


@given(USERS, EPOCHS)
def test_a_grant_says_whose_it_is_and_of_which_epoch(user_id: str, epoch: int) -> None:
    grant = SIGNER.sign(user_id, epoch)
    assert is_grant(grant)
    assert SIGNER.read(grant) == Grant(user_id, epoch)


@given(USERS, EPOCHS)
def test_the_same_account_gets_the_same_grant(user_id: str, epoch: int) -> None:
    assert SIGNER.sign(user_id, epoch) == GrantSigner("s" * 32).sign(user_id, epoch)


@given(USERS, EPOCHS, st.data())
def test_a_grant_with_another_character_anywhere_does_not_hold(user_id: str, epoch: int, data: st.DataObject) -> None:
    grant = SIGNER.sign(user_id, epoch)
    place = data.draw(st.integers(0, len(grant) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda c: c != grant[place]))
    assert SIGNER.read(grant[:place] + other + grant[place + 1 :]) is None


@given(st.text())
def test_no_text_is_a_grant_by_luck(text: str) -> None:
    assert SIGNER.read(text) is None
    assert SIGNER.read(f"iptv.{text}") is None


def test_a_grant_of_the_previous_secret_still_holds() -> None:
    old = GrantSigner("o" * 32).sign("anna", 3)
    assert GrantSigner("n" * 32, "o" * 32).read(old) == Grant("anna", 3)
    assert GrantSigner("n" * 32).read(old) is None
