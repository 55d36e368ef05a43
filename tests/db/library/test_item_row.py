"""Library rows: one text that sorts as the domain does, and words that are the same."""

import unicodedata
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ktv_host.db.library.batch import ITEM as COLUMNS
from ktv_host.db.library.item_row import digest, fold, item_values
from ktv_host.domain.media import ContentType, MediaItem
from ktv_host.domain.pool import order_key

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\x01"), max_size=8)
NUMBER = st.none() | st.integers(min_value=0, max_value=10**12)
ITEMS = st.builds(
    MediaItem,
    key=st.text("ab-_.~Z", min_size=1, max_size=4),
    title=TEXT,
    content_type=st.sampled_from(ContentType),
    series_name=st.none() | TEXT,
    season_number=NUMBER,
    episode_number=NUMBER,
)


def domain_order(instance: str, item: MediaItem) -> object:
    media_id = f"{instance}::{item.key}"
    return order_key(item.series_name, item.season_number, item.episode_number, item.title, media_id)


@given(st.lists(st.tuples(st.sampled_from(["a", "a-b", "a1"]), ITEMS), max_size=12))
def test_rows_sort_as_the_domain_orders_its_pools(items: list[tuple[str, MediaItem]]) -> None:
    by_row = sorted(items, key=lambda pair: str(item_values(*pair)["sort_key"]))
    by_domain = sorted(items, key=lambda pair: domain_order(*pair))  # type: ignore[arg-type,return-value]
    assert [domain_order(*pair) for pair in by_row] == [domain_order(*pair) for pair in by_domain]


def test_a_word_is_the_same_in_any_case_and_any_encoding_of_its_accents() -> None:
    assert fold("Café") == fold(unicodedata.normalize("NFD", "CAFÉ"))
    assert fold("Straße") == fold("STRASSE")


ITEM = MediaItem(key="a", title="Pilot", content_type=ContentType.EPISODE, duration_ms=1999)


def test_values_are_in_the_order_they_are_written_in() -> None:
    assert [*item_values("one", ITEM), "term_set", "digest"] == list(COLUMNS)


def test_an_unknown_duration_is_no_number() -> None:
    assert item_values("one", ITEM)["duration_secs"] == 1
    for unknown in (None, 0):
        assert item_values("one", replace(ITEM, duration_ms=unknown))["duration_secs"] is None


def test_every_change_gives_another_digest() -> None:
    variants = [
        ITEM,
        replace(ITEM, title="Other"),
        replace(ITEM, duration_ms=2000),
        replace(ITEM, genres=("a", "b")),
        replace(ITEM, genres=("b", "a")),
        replace(ITEM, tags=("a", "b")),
        replace(ITEM, episode_number_end=2),
        replace(ITEM, artwork=True),
        replace(ITEM, description="x"),
        replace(ITEM, rating="x"),
    ]
    assert len({digest(item) for item in variants}) == len(variants)
    assert digest(ITEM) == digest(replace(ITEM))


def test_names_no_encoding_can_hold_have_digests_of_their_own() -> None:
    assert digest(replace(ITEM, title="a\udcff")) != digest(replace(ITEM, title="a\udcfe"))
