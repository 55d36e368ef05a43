"""Which of the files beside a video govern it."""

import pytest
from ktv_localfiles.sidecars.beside import Beside, Governing, governing, is_common, picture, video_stems


def folder(*names: str) -> Beside:
    split = [name.rpartition(".") for name in names]
    return Beside(
        nfos={stem.lower(): f"{stem}.{kind}" for stem, _, kind in split if kind == "nfo"},
        pictures={stem.lower(): f"{stem}.{kind}" for stem, _, kind in split if kind != "nfo"},
    )


def test_a_videos_own_nfo_comes_before_the_folders() -> None:
    assert governing("Heat", [folder("Heat.nfo", "movie.nfo")], extra=False).own == "Heat.nfo"
    assert governing("Heat", [folder("movie.nfo")], extra=False).own == "movie.nfo"
    assert governing("Heat", [folder("Other.nfo")], extra=False) == Governing()


def test_a_films_nfo_does_not_speak_for_its_trailer() -> None:
    assert governing("Heat-trailer", [folder("movie.nfo")], extra=True).own is None


def test_the_discs_of_a_film_share_its_nfo_and_picture() -> None:
    beside = folder("Heat.nfo", "Heat.jpg")
    assert governing("Heat-cd2", [beside], extra=False).own == "Heat.nfo"
    assert picture("Heat-cd2", [beside], None) == "Heat.jpg"


def test_the_nearest_series_above_governs() -> None:
    found = governing("S01E01", [folder("season.nfo"), folder("tvshow.nfo"), folder("tvshow.nfo")], extra=False)
    assert found == Governing(None, "season.nfo", "../tvshow.nfo")


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["Film.jpg", "Film-poster.jpg", "poster.jpg"], "Film.jpg"),
        (["Film-poster.png", "Film-thumb.jpg"], "Film-poster.png"),
        (["Film-thumb.webp", "poster.jpg"], "Film-thumb.webp"),
        (["Film-fanart.jpg"], "Film-fanart.jpg"),
        (["folder.jpg", "poster.jpg", "fanart.jpg"], "poster.jpg"),
        (["folder.jpg", "fanart.jpg"], "folder.jpg"),
        (["Cover.TBN"], "Cover.TBN"),
        (["backdrop.jpg"], "backdrop.jpg"),
        (["other.jpg", "Film-banner.jpg", "logo.png"], None),
    ],
)
def test_the_best_picture_of_a_film(names: list[str], shown: str | None) -> None:
    assert picture("Film", [folder(*names)], None) == shown


@pytest.mark.parametrize(
    ("season", "here", "above", "shown"),
    [
        (1, ["S01E01-thumb.jpg", "poster.jpg"], ["poster.jpg"], "S01E01-thumb.jpg"),
        (1, ["poster.jpg"], ["poster.jpg"], "poster.jpg"),
        (1, ["Season01.jpg"], [], "Season01.jpg"),
        (1, [], ["season01-poster.jpg", "poster.jpg"], "../season01-poster.jpg"),
        (2, [], ["season01-poster.jpg", "poster.jpg"], "../poster.jpg"),
        (0, [], ["season-specials-poster.jpg", "poster.jpg"], "../season-specials-poster.jpg"),
        (1, [], ["season-all-poster.jpg"], "../season-all-poster.jpg"),
        (1, [], ["fanart.jpg"], "../fanart.jpg"),
        (None, [], ["poster.jpg"], None),
    ],
)
def test_an_episode_falls_back_on_its_season_and_series(
    season: int | None, here: list[str], above: list[str], shown: str | None
) -> None:
    assert picture("S01E01", [folder(*here), folder(*above)], season) == shown


def test_a_series_is_found_above_a_disc() -> None:
    assert picture("S01E01", [folder(), folder(), folder("poster.jpg")], 1) == "../../poster.jpg"


def test_common_names_are_known() -> None:
    assert all(map(is_common, ["poster", "tvshow", "season", "season01-poster", "season-specials", "fanart"]))
    assert not any(map(is_common, ["film", "seasonal", "poster of mine"]))


def test_a_sidecar_may_belong_to_the_video_before_its_ending() -> None:
    assert video_stems("film-poster") == ("film-poster", "film")
