import pytest
from hypothesis import given
from hypothesis import strategies as st
from ktv_jellyfin.ids import dashed, is_guid, item_key

BARE = "f27caa37e5142225cceded48f6553502"
DASHED = "f27caa37-e514-2225-cced-ed48f6553502"


@pytest.mark.parametrize("text", [BARE, DASHED, BARE.upper(), DASHED.upper()])
def test_an_id_has_one_spelling(text: str) -> None:
    assert item_key(text) == BARE
    assert dashed(BARE) == DASHED
    assert is_guid(text)


@pytest.mark.parametrize(("text", "key"), [("abc-1", "abc-1"), ("a b", None), ("", None), (7, None), (None, None)])
def test_an_id_that_is_no_guid_is_taken_as_it_is_if_it_can_be_a_key(text: object, key: str | None) -> None:
    assert item_key(text) == key


@given(st.uuids())
def test_every_guid_comes_back(value: object) -> None:
    key = item_key(str(value))
    assert key is not None
    assert dashed(key) == str(value)
    assert item_key(dashed(key)) == key
