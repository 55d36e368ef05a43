import pytest
from hypothesis import given
from hypothesis import strategies as st
from ktv_jellyfin.place import Cursor, Place, after, read_cursor

places = st.builds(
    lambda start, anchor, size: Place(start if anchor is None else start + 1, anchor, size),
    st.integers(0, 10**6),
    st.none() | st.text(max_size=40),
    st.integers(1, 10_000),
)
cursors = st.builds(Cursor, st.text(max_size=20), st.integers(0, 10**6), st.text(max_size=80), places)


@given(cursors)
def test_a_cursor_comes_back_from_its_text(cursor: Cursor) -> None:
    assert read_cursor(str(cursor)) == cursor


@given(st.none() | st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_no_text_is_too_odd_for_a_cursor(text: str | None) -> None:
    found = read_cursor(text)
    assert found is None or read_cursor(str(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "[]",
        '[2,"p",0,"l",0,null,500]',
        '[1,"p",0,"l",-1,null,500]',
        '[1,"p",0,"l",0,"a",500]',
        '[1,"p",0,"l",0,null,0]',
    ],
)
def test_what_is_no_cursor_begins_again(text: str) -> None:
    assert read_cursor(text) is None


def test_the_item_before_a_page_is_asked_for_again() -> None:
    assert Place(500, "a", 500).window == (499, 501)
    assert Place(0, None, 500).window == (0, 500)
    assert Place(500, "a", 200).back() == Place(300, None, 200)


def test_where_the_anchor_stands_says_whether_the_list_moved() -> None:
    assert after(["a", "b", "c"], "a") == 1
    assert after(["x", "a", "b"], "a") == 2
    assert after(["b", "c"], "a") is None
    assert after(["b", "c"], None) == 0
