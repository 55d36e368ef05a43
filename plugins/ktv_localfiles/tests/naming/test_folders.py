import pytest
from ktv_localfiles.naming.folders import read_folders, titled_folders


@pytest.mark.parametrize(
    ("folder", "season"),
    [
        ("Season 1", 1),
        ("season_01", 1),
        ("Season 2019", 2019),
        ("S1", 1),
        ("s02", 2),
        ("Series 3", 3),
        ("Staffel 2", 2),
        ("3. Staffel", 3),
        ("Saison 4", 4),
        ("Temporada 5", 5),
        ("Сезон 6", 6),
        ("Season 7 (2009)", 7),
        ("Season 8 1080p WEB-DL", 8),
        ("Specials", 0),
        ("Season 0", 0),
        ("Show S03", 3),
        ("Show - Season 4", 4),
    ],
)
def test_a_season_folder_is_known(folder: str, season: int) -> None:
    assert (
        read_folders(
            "root",
            (
                "Show",
                folder,
            ),
        ).season
        == season
    )


@pytest.mark.parametrize("folder", ["Summer", "S Club", "Seasons", "2012", "The 4400", "Sandman", "Series", "S.W.A.T."])
def test_other_folders_are_no_seasons(folder: str) -> None:
    assert (
        read_folders(
            "root",
            (
                "Show",
                folder,
            ),
        ).season
        is None
    )


def test_the_series_is_the_nearest_folder_above_that_names_something() -> None:
    assert (
        read_folders(
            "root",
            (
                "TV",
                "Show",
                "Season 1",
            ),
        ).series
        == "Show"
    )
    assert (
        read_folders(
            "root",
            (
                "Show",
                "Drama",
                "Season 1",
            ),
        ).series
        == "Show"
    )


def test_the_root_names_the_series_when_nothing_else_does() -> None:
    assert read_folders("The Show", ("Season 1",)).series == "The Show"
    assert read_folders("TV Shows", ("Season 1",)).series == ""


def test_specials_at_the_top_are_no_season() -> None:
    assert read_folders("root", ("Specials",)).season is None


def test_extras_below_a_season_are_shorts_and_no_episodes() -> None:
    place = read_folders(
        "root",
        (
            "Show",
            "Season 1",
            "Featurettes",
        ),
    )
    assert (place.season, place.shorts) == (None, True)


def test_the_year_of_a_series_is_the_bracketed_one() -> None:
    place = read_folders(
        "root",
        (
            "Space 1999 (1975)",
            "Season 1",
        ),
    )
    assert (place.series, place.year) == ("Space 1999", 1975)


def test_folders_of_discs_are_looked_through() -> None:
    assert (
        read_folders(
            "root",
            (
                "Show",
                "Season 1",
                "Disc 1",
            ),
        ).season
        == 1
    )


def test_titled_folders_are_those_with_a_year() -> None:
    assert titled_folders(["Doctor Who (2005)", "Season 1", "TV"]) == [("Doctor Who", 2005)]
