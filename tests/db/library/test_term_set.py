"""Term sets: items that filters cannot tell apart share one."""

from dataclasses import replace

from ktv_host.db.library.term_set import term_set
from ktv_host.domain.media import ContentType, MediaItem

ITEM = MediaItem(key="a", title="Pilot", content_type=ContentType.EPISODE, genres=("Sci-Fi", "SCI-FI"), tags=("x",))


def test_a_term_counts_once_and_keeps_its_first_spelling() -> None:
    found = term_set(replace(ITEM, tags=(), series_name="Óra"))
    assert found is not None
    assert [(t.kind, t.term, t.label) for t in found.terms] == [("genre", "sci-fi", "Sci-Fi"), ("series", "óra", "Óra")]


def test_items_alike_share_a_set_and_every_difference_makes_another() -> None:
    variants = [
        ITEM,
        replace(ITEM, genres=("SCI-FI",)),
        replace(ITEM, tags=("x", "y")),
        replace(ITEM, tags=(), collections=("x",)),
        replace(ITEM, series_name="x"),
    ]
    found = [term_set(item) for item in variants]
    assert len({each.id for each in found if each is not None}) == len(variants)
    assert term_set(replace(ITEM, key="b", title="Other")) == found[0]


def test_without_terms_there_is_no_set() -> None:
    assert term_set(MediaItem(key="a", title="A", content_type=ContentType.MOVIE)) is None
