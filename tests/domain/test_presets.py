"""Line-ups proposed for a library."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace

from ktv_host.domain.block import FillStrategy
from ktv_host.domain.codec import decode_config, encode_config
from ktv_host.domain.facets import Amount, CollectionFacet, GenreFacet, LibraryFacets, SeriesFacet
from ktv_host.domain.grid import WEEK_SECS, overlaps
from ktv_host.domain.media import ContentType
from ktv_host.domain.presets import Preset, presets

RICH = LibraryFacets(
    genres=(
        GenreFacet("Animation", None, 20, 40, 2600),
        GenreFacet("Comedy", None, 30, 200, 7000),
        GenreFacet("Comedy", 1990, 20, 100, 4000),
        GenreFacet("Comedy", 2000, 0, 100, 3000),
        GenreFacet("Drama", 1970, 2, 0, 200),
    ),
    series=(SeriesFacet("Long", 100, 3000), SeriesFacet("Brief", 3, 60)),
    collections=(CollectionFacet("c1", "Box", 30, 2000), CollectionFacet("c2", "Small", 1, 90)),
    kids_genres=("Animation",),
    kids=Amount(60, 2600),
    movies=Amount(60, 6000),
    shorts=Amount(40, 200),
    everything=Amount(400, 20_000),
)


def ids() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"made-{next(numbers)}"


def by_name(library: LibraryFacets = RICH) -> Mapping[str, Preset]:
    return {preset.name: preset for preset in presets(library, ids())}


def test_a_rich_library_has_every_kind_those_with_most_material_first() -> None:
    assert [(preset.kind, preset.name) for preset in presets(RICH, ids())] == [
        ("genre_decade", "Comedy of the 1990s"),
        ("genre_decade", "Comedy of the 2000s"),
        ("series_marathon", "Long round the clock"),
        ("collection", "Box"),
        ("kids_and_films", "Kids by day, films by night"),
        ("shorts", "Short attention"),
        ("everything", "Anything goes"),
    ]


def test_an_empty_library_has_none() -> None:
    assert presets(LibraryFacets(), ids()) == []


def test_there_are_at_most_so_many_of_each_kind() -> None:
    assert [preset.kind for preset in presets(RICH, ids(), most=1)].count("genre_decade") == 1


def test_every_preset_is_a_config_that_can_be_saved_and_covers_the_week() -> None:
    for preset in presets(RICH, ids()):
        assert decode_config(encode_config(preset.config)) == preset.config
        assert not overlaps(preset.config, "UTC")
        assert sum(len(block.days) * block.duration_mins * 60 for block in preset.config.blocks) == WEEK_SECS


def test_ids_are_all_different() -> None:
    found = [block.id for preset in presets(RICH, ids()) for block in preset.config.blocks]
    assert len(set(found)) == len(found)


def test_presets_say_how_much_there_is() -> None:
    preset = by_name()["Long round the clock"]
    assert (preset.items, preset.minutes) == (100, 3000)


def test_films_of_a_genre_are_fitted_in_the_evening() -> None:
    films = by_name()["Comedy of the 1990s"].config.blocks[1].content
    assert films.strategy is FillStrategy.BEST_FIT
    assert (films.filter.content_type, films.filter.genres, films.filter.decade) == (
        ContentType.MOVIE,
        ("Comedy",),
        1990,
    )


def test_a_series_airs_in_order() -> None:
    (block,) = by_name()["Long round the clock"].config.blocks
    assert block.content.strategy is FillStrategy.SEQUENTIAL
    assert block.content.filter.series_names == ("Long",)


def test_ids_name_the_same_preset_again() -> None:
    assert [preset.id for preset in presets(RICH, ids())] == [
        "genre_decade/comedy/1990",
        "genre_decade/comedy/2000",
        "series_marathon/long",
        "collection/c1",
        "kids_and_films",
        "shorts",
        "everything",
    ]


def test_of_a_small_library_an_eighth_is_enough() -> None:
    small = LibraryFacets(series=(SeriesFacet("Brief", 3, 60),), everything=Amount(9, 480))
    assert [preset.name for preset in presets(small, ids())] == ["Brief round the clock", "Anything goes"]
    assert len(presets(replace(small, everything=Amount(9, 500)), ids())) == 1


def test_what_runs_round_the_clock_has_one_seam_a_week() -> None:
    (block,) = by_name()["Long round the clock"].config.blocks
    assert (len(block.days), block.duration_mins) == (1, 7 * 24 * 60)


def test_shorts_fill_up_when_there_are_any() -> None:
    assert all(block.filler is not None for block in by_name()["Box"].config.blocks)
    assert all(block.filler is None for block in by_name(replace(RICH, shorts=Amount(3, 15)))["Box"].config.blocks)
