"""A corpus of names as people and release groups write them: (stem, title, series, season, episode, year)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ktv_localfiles.naming.name import Name
from ktv_localfiles.naming.names import parse_in_season, parse_name

Row = tuple[str, str, str, int | None, int | None, int | None]

FILMS = [
    ("Movie Name (1999)", "Movie Name", 1999),
    ("Movie Name", "Movie Name", None),
    ("Movie   Name  (1999)", "Movie Name", 1999),
    ("Movie_Name_(1999)_[1080p]", "Movie Name", 1999),
    ("Movie.Name.1999.1080p.BluRay", "Movie Name", 1999),
    ("Movie.Name.1999.PROPER.DVDRip.XviD-GRP", "Movie Name", 1999),
    ("Movie.Name.2160p.UHD.BluRay.x265.10bit.HDR.TrueHD.7.1.Atmos-GRP", "Movie Name", None),
    ("Movie Name (1999) (1080p BluRay x265 Person)", "Movie Name", 1999),
    ("Movie Name (1999) [1080p] [BluRay] [5.1]", "Movie Name", 1999),
    ("(1999) Movie Name", "Movie Name", 1999),
    ("1984 - Ghostbusters", "Ghostbusters", 1984),
    ("The Matrix (1999) {tmdb-603} [Remux-2160p]", "The Matrix", 1999),
    ("The Matrix (1999) [imdbid-tt0133093] - 1080p", "The Matrix", 1999),
    ("www.example.com - Movie.Name.1999.1080p", "Movie Name", 1999),
    ("[ www.example.com ] - Movie Name (1999)", "Movie Name", 1999),
    ("2001.A.Space.Odyssey.1968.1080p", "2001 A Space Odyssey", 1968),
    ("Blade.Runner.2049.2017.2160p.UHD.BluRay.x265", "Blade Runner 2049", 2017),
    ("Blade Runner 2049", "Blade Runner 2049", None),
    ("1917.2019.1080p", "1917", 2019),
    ("2012 (2009)", "2012", 2009),
    ("300 (2006)", "300", 2006),
    ("M (1931)", "M", 1931),
    ("12 Angry Men (1957)", "12 Angry Men", 1957),
    ("Apollo.13.1995.REMASTERED.720p.BluRay", "Apollo 13", 1995),
    ("Wonder Woman 1984 (2020)", "Wonder Woman 1984", 2020),
    ("Wonder.Woman.1984.2020.1080p.WEB-DL", "Wonder Woman 1984", 2020),
    ("[REC] (2007)", "[REC]", 2007),
    ("Se7en.1995", "Se7en", 1995),
    ("X-Men.2000", "X-Men", 2000),
    ("the-big-lebowski-1998", "the big lebowski", 1998),
    ("Spider-Man - Far From Home (2019)", "Spider-Man - Far From Home", 2019),
    ("Dr. Strangelove (1964)", "Dr. Strangelove", 1964),
    ("Charlotte's Web (2006)", "Charlotte's Web", 2006),
    ("Guardians.of.the.Galaxy.Vol.2.2017.1080p", "Guardians of the Galaxy Vol 2", 2017),
    ("Star Wars Episode IV - A New Hope (1977)", "Star Wars Episode IV - A New Hope", 1977),
    ("Star Wars Episode 4 A New Hope (1977)", "Star Wars Episode 4 A New Hope", 1977),
    ("Amélie.2001.FRENCH.1080p.BluRay.x264", "Amélie", 2001),
    ("Les Misérables (2012)", "Les Misérables", 2012),
    ("Les Mise\u0301rables (2012)", "Les Misérables", 2012),
    ("千と千尋の神隠し (2001)", "千と千尋の神隠し", 2001),
    ("Der Untergang (2004) German", "Der Untergang", 2004),
    ("WALL·E (2008)", "WALL·E", 2008),
    ("8K", "8K", None),
]

EPISODES: list[Row] = [
    ("Show Name - S01E02 - Title", "Title", "Show Name", 1, 2, None),
    ("Show.Name.S01E02.Title.720p.WEB.x264-GRP", "Title", "Show Name", 1, 2, None),
    ("Show.Name.S01E02.720p.HDTV.x264-LOL", "", "Show Name", 1, 2, None),
    ("Show.Name.S01E02-LOL", "", "Show Name", 1, 2, None),
    ("Show_Name_S01_E02_Title", "Title", "Show Name", 1, 2, None),
    ("Show Name s01 e02 Title", "Title", "Show Name", 1, 2, None),
    ("show name s1e2", "", "show name", 1, 2, None),
    ("S01E02", "", "", 1, 2, None),
    ("S01E02 - Title [1080p WEB-DL]", "Title", "", 1, 2, None),
    ("Show Name 1x02 Title", "Title", "Show Name", 1, 2, None),
    ("Show Name - [1x02] - Title", "Title", "Show Name", 1, 2, None),
    ("Show Name - 01x02 - Title", "Title", "Show Name", 1, 2, None),
    ("Show - S00E03 - Christmas", "Christmas", "Show", 0, 3, None),
    ("Show Name - Season 1 Episode 2 - Title", "Title", "Show Name", 1, 2, None),
    ("Tatort - Staffel 2 Folge 3 - Der Fall", "Der Fall", "Tatort", 2, 3, None),
    ("Top Gear (UK) - S2019E05 - Foo", "Foo", "Top Gear (UK)", 2019, 5, None),
    ("Show (1994) - S02E05 - The One", "The One", "Show", 2, 5, 1994),
    ("Castle.2009.S01E01", "", "Castle", 1, 1, 2009),
    ("The 4400 S01E01", "", "The 4400", 1, 1, None),
    ("24 - S01E01 - 12am", "12am", "24", 1, 1, None),
    ("30.Rock.S01E01.Pilot.DVDRip.XviD", "Pilot", "30 Rock", 1, 1, None),
    ("Warehouse.13.S01E01", "", "Warehouse 13", 1, 1, None),
    ("S.W.A.T.2017.S01E01.Pilot.1080p", "Pilot", "S.W.A.T.", 1, 1, 2017),
    ("Marvels.Agents.of.S.H.I.E.L.D.S01E01.Pilot", "Pilot", "Marvels Agents of S.H.I.E.L.D.", 1, 1, None),
    ("The.Office.US.S02E01.The.Dundies.AMZN.WEB-DL.DDP5.1.H.264-NTb", "The Dundies", "The Office US", 2, 1, None),
    ("Fargo - S01E01 (1080p BluRay x265 Silence)", "", "Fargo", 1, 1, None),
    ("Show Name - S01E02 - 24 Hours", "24 Hours", "Show Name", 1, 2, None),
    ("Show Name - S01E02 - 1080p", "", "Show Name", 1, 2, None),
    ("Pingu S01E01a", "", "Pingu", 1, 1, None),
    ("Café_Ω_-_S01E02_-_Éa", "Éa", "Café Ω", 1, 2, None),
    ("[SubsPlease] Sousou no Frieren - 05 (1080p) [ABCD1234]", "", "Sousou no Frieren", None, 5, None),
    ("[Group] Show S2 - 05v2 [720p]", "", "Show", 2, 5, None),
    ("Some Show Ep 05", "", "Some Show", None, 5, None),
    ("Show Name - E04 - Title", "Title", "Show Name", None, 4, None),
    ("Show Name - Episode 4", "", "Show Name", None, 4, None),
]

SEVERAL: list[tuple[str, int, int | None]] = [
    ("Show - 1x02x03 - Title", 2, 3),
    ("Show - S02E01E02 - Title", 1, 2),
    ("Show - S02E01-E02 - Title", 1, 2),
    ("Show - S02E01-02 - Title", 1, 2),
    ("Show - S02E01-S02E04 - Title", 1, 4),
    ("Show.S02E01.E02.Title.1080p", 1, 2),
    ("Show 1x09-1x10 Title", 9, 10),
    ("Show - S02E01 - Title", 1, None),
    ("Show - S02E03-02 - Title", 3, None),
    ("Show - S02E02E02 - Title", 2, None),
    ("Show - S02E01-E999 - Title", 1, None),
]

IN_SEASON: list[tuple[str, int, str, int | None, int | None]] = [
    ("01 - Rose", 1, "Rose", 1, 1),
    ("01. Rose", 1, "Rose", 1, 1),
    ("1. A Touch of Class", 1, "A Touch of Class", 1, 1),
    ("E04", 1, "", 1, 4),
    ("Folge 3 - Der Fall", 2, "Der Fall", 2, 3),
    ("309 - The One With the Football", 3, "The One With the Football", 3, 9),
    ("1003", 10, "", 10, 3),
    ("101", 3, "", 3, 101),
    ("Show Name - 04 - Title", 1, "Title", 1, 4),
    ("Friends 309", 3, "", 3, 9),
    ("Show Name 04 720p", 1, "", 1, 4),
    ("Show - S02E05 - Misplaced", 1, "Misplaced", 2, 5),
    ("Rose", 1, "Rose", 1, None),
    ("2012 and after", 1, "2012 and after", 1, None),
]


@pytest.mark.parametrize(("stem", "title", "year"), FILMS)
def test_a_film_is_read(stem: str, title: str, year: int | None) -> None:
    assert parse_name(stem) == Name(title=title, year=year)


@pytest.mark.parametrize(
    ("stem", "edition"),
    [
        ("Movie Name 1999 Director's Cut", "Director's Cut"),
        ("Movie.Name.1999.Directors.Cut.1080p", "Director's Cut"),
        ("Movie Name (1999) {edition-Black and Chrome}", "Black and Chrome"),
        ("Movie Name (1999) (Assembly Cut)", "Assembly Cut"),
        ("Movie Name [Extended Edition]", "Extended"),
    ],
)
def test_an_edition_is_no_part_of_the_title(stem: str, edition: str) -> None:
    name = parse_name(stem)
    assert (name.title, name.edition) == ("Movie Name", edition)


@pytest.mark.parametrize("stem", ["Uncut Gems (2019)", "Extended", "The Final Cut"])
def test_a_title_of_such_words_is_no_edition(stem: str) -> None:
    assert parse_name(stem).edition == ""


@pytest.mark.parametrize(
    ("stem", "part"),
    [
        ("Movie Name (1999) CD1", 1),
        ("Movie Name (1999) - part2", 2),
        ("Movie Name - Disc 1", 1),
        ("Movie.Name.1999.DVDRip.XviD.CD2-GRP", 2),
    ],
)
def test_a_part_of_a_film_is_counted(stem: str, part: int) -> None:
    name = parse_name(stem)
    assert (name.title, name.part) == ("Movie Name", part)


@pytest.mark.parametrize("stem", ["Movie Name Part 2", "Movie Name (1999) DVD5", "Movie Name Part 1 (2010)"])
def test_not_every_number_is_a_part(stem: str) -> None:
    assert parse_name(stem).part is None


@pytest.mark.parametrize(("stem", "title", "series", "season", "episode", "year"), EPISODES)
def test_an_episode_is_read(
    stem: str, title: str, series: str, season: int | None, episode: int | None, year: int | None
) -> None:
    assert parse_name(stem) == Name(title=title, series=series, season=season, episode=episode, year=year)


@pytest.mark.parametrize(("stem", "first", "last"), SEVERAL)
def test_several_episodes_in_one_file_are_the_first_to_the_last(stem: str, first: int, last: int | None) -> None:
    name = parse_name(stem)
    assert (name.title, name.series, name.episode, name.last_episode) == ("Title", "Show", first, last)


@pytest.mark.parametrize(("stem", "folder", "title", "season", "episode"), IN_SEASON)
def test_in_a_season_folder_a_bare_number_is_the_episode(
    stem: str, folder: int, title: str, season: int | None, episode: int | None
) -> None:
    name = parse_in_season(stem, folder)
    assert (name.title, name.season, name.episode) == (title, season, episode)


@pytest.mark.parametrize(
    ("stem", "title", "series"),
    [
        ("Show.2019.05.04", "2019-05-04", "Show"),
        ("Daily Show - 2019-05-04 - Guest", "2019-05-04 Guest", "Daily Show"),
        ("The.Daily.Show.2019.05.04.Guest.Name.720p.WEB.x264-TBS", "2019-05-04 Guest Name", "The Daily Show"),
        ("2019-05-04 Birthday", "2019-05-04 Birthday", ""),
    ],
)
def test_a_date_is_kept_in_the_title_where_it_orders_the_episodes(stem: str, title: str, series: str) -> None:
    assert parse_name(stem) == Name(title=title, series=series, year=2019, air_date=date(2019, 5, 4))


def test_a_numbered_episode_needs_no_date_in_its_title() -> None:
    name = parse_name("Show - S01E02 - 2019-05-04 - Guest")
    assert (name.title, name.episode, name.air_date) == ("Guest", 2, date(2019, 5, 4))


def test_a_date_that_does_not_exist_is_no_date() -> None:
    assert parse_name("Show.2019.13.45").air_date is None


@given(st.text(min_size=1))
def test_any_name_is_read_without_failing_and_holds_nothing_unprintable(stem: str) -> None:
    for name in (parse_name(stem), parse_in_season(stem, 1)):
        assert not {"\0", "\ud800"} & set(name.title + name.series)
        assert name.title == name.title.strip()
