"""Search rows: words in ASCII that begin each other exactly when the originals do."""

from hypothesis import given
from hypothesis import strategies as st

from ktv_host.db.library.search_row import encoded, search_values
from ktv_host.domain.media import ContentType, MediaItem
from ktv_host.domain.words import words

LETTERS = st.text("xyaé0ß進\u0301\U0001f600", max_size=6)


@given(LETTERS, LETTERS)
def test_an_encoded_word_begins_another_when_the_word_does(one: str, other: str) -> None:
    assert encoded(other).startswith(encoded(one)) == other.startswith(one)
    assert encoded(one).isascii()


@given(st.text(max_size=30))
def test_a_word_stays_one_word_for_any_tokenizer(text: str) -> None:
    assert all(encoded(word).isalnum() for word in words(text))


def test_a_row_holds_each_word_once_those_of_the_title_behind_a_dot() -> None:
    item = MediaItem(
        key="k",
        title="Café Zoë",
        content_type=ContentType.EPISODE,
        series_name="Ärzte",
        season_number=2,
        year=1999,
        genres=("Drama", "Drama"),
    )
    row = search_values("one", item)
    assert row["words"] == " .cafe .zoe arzte drama 1999"
    assert row["title"] == "cafe zoe\x01one::k"
    assert row["series"] == "arzte\x010000000000000000002\x019223372036854775807\x01cafe zoe\x01one::k"


def test_without_a_series_there_is_nothing_to_sort_it_by() -> None:
    item = MediaItem(key="k", title="Alone", content_type=ContentType.MOVIE)
    assert search_values("one", item)["series"] is None
