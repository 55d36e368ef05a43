"""Word counts: what begins as a search does adds up to the items it finds."""

from hypothesis import given
from hypothesis import strategies as st

from ktv_host.db.library.word_counts import WordCounts, count_words

WORDS = st.lists(st.text("ab", min_size=1, max_size=4), unique=True, max_size=6)
ITEMS = st.lists(st.tuples(WORDS, st.integers(0, 6)), max_size=8)


def texts(items: list[tuple[list[str], int]]) -> list[str]:
    """The first words of each are those of its title."""
    return ["".join(f" .{w}" if n < titled else f" {w}" for n, w in enumerate(words)) for words, titled in items]


@given(ITEMS, st.text("ab", min_size=1, max_size=4))
def test_the_counts_of_what_begins_alike_add_up_to_the_items_that_have_it(
    items: list[tuple[list[str], int]], begin: str
) -> None:
    rows = count_words(texts(items)).rows()
    assert sum(count for word, count, _ in rows if word.startswith(begin)) == sum(
        any(word.startswith(begin) for word in words) for words, _ in items
    )
    assert sum(count for word, _, count in rows if word.startswith(begin)) == sum(
        word.startswith(begin) for words, titled in items for word in words[:titled]
    )


@given(ITEMS, ITEMS)
def test_what_is_taken_away_leaves_what_was_there_before(
    items: list[tuple[list[str], int]], more: list[tuple[list[str], int]]
) -> None:
    both = count_words(texts(items) + texts(more))
    assert (both - count_words(texts(more))).rows() == count_words(texts(items)).rows()
    assert (both - both).rows() == WordCounts().rows() == []


def test_rows_are_in_order_and_hold_what_neighbours_share() -> None:
    assert count_words([" .star .stay war"]).rows() == [("sta", -1, 0), ("star", 1, 1), ("stay", 1, 1), ("war", 1, 0)]
