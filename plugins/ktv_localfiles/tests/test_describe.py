"""Whole paths, from the root down: what kind of item, of which series, when."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ktv_localfiles.describe import Known, describe
from ktv_localfiles.naming.reading import read_path
from ktv_localfiles.sidecars.nfo import Nfo

from ktv_host.hooks import ContentType, MediaItem, MediaProbe

EPISODE, MOVIE, SHORT = ContentType.EPISODE, ContentType.MOVIE, ContentType.SHORT

Row = tuple[str, ContentType, str, str | None, int | None, int | None, int | None]

PATHS: list[Row] = [
    ("Show Name/Season 1/Show Name - S01E02 - Title.mkv", EPISODE, "Title", "Show Name", 1, 2, None),
    ("Show Name/Season 1/show.name.s01e02.title.720p.mkv", EPISODE, "title", "Show Name", 1, 2, None),
    ("Doctor Who (2005)/Season 01/01 - Rose.mkv", EPISODE, "Rose", "Doctor Who", 1, 1, 2005),
    ("The Office/S1/E04.mkv", EPISODE, "Episode 4", "The Office", 1, 4, None),
    ("The Office (US)/Season 2/The.Office.US.S02E01.mkv", EPISODE, "Episode 1", "The Office (US)", 2, 1, None),
    ("Show (1994)/S02E05.mkv", EPISODE, "Episode 5", "Show", 2, 5, 1994),
    ("Show (1994)/Season 2/Show (1994) - S02E05 - The One.mkv", EPISODE, "The One", "Show", 2, 5, 1994),
    ("Show/Specials/S00E03 - Christmas.mkv", EPISODE, "Christmas", "Show", 0, 3, None),
    ("Show/Specials/Christmas Special.mkv", EPISODE, "Christmas Special", "Show", 0, None, None),
    ("Show/Season 0/03 - Making of.mkv", EPISODE, "Making of", "Show", 0, 3, None),
    ("Show/Season 1/Disc 2/05 - Five.mkv", EPISODE, "Five", "Show", 1, 5, None),
    ("Show Name Season 2/04 - Thing.mkv", EPISODE, "Thing", "Show Name", 2, 4, None),
    ("Show.Name.S01.1080p.x265-GRP/Show.Name.S01E03.1080p.mkv", EPISODE, "Episode 3", "Show Name", 1, 3, None),
    ("Show.Name.S01E02.720p.HDTV-LOL/abcdefgh.mkv", EPISODE, "Episode 2", "Show Name", 1, 2, None),
    ("TV Shows/Drama/The Wire/Season 1/The Wire S01E01 The Target.mkv", EPISODE, "The Target", "The Wire", 1, 1, None),
    ("Kaamelott/Saison 1/Kaamelott - S01E01 - Heat.mkv", EPISODE, "Heat", "Kaamelott", 1, 1, None),
    ("Tatort/2. Staffel/Folge 3 - Der Fall.mkv", EPISODE, "Der Fall", "Tatort", 2, 3, None),
    ("Сериал/Сезон 1/01. Пилот.mkv", EPISODE, "Пилот", "Сериал", 1, 1, None),
    ("Blue Planet/Series 2/Episode 3.mkv", EPISODE, "Episode 3", "Blue Planet", 2, 3, None),
    ("Space 1999/Season 1/Space.1999.S01E01.mkv", EPISODE, "Episode 1", "Space 1999", 1, 1, None),
    ("Cosmos/Cosmos - 05 - Blues for a Red Planet.avi", EPISODE, "Blues for a Red Planet", "Cosmos", None, 5, None),
    ("Naruto/Naruto - 135.mkv", EPISODE, "Episode 135", "Naruto", None, 135, None),
    ("Daily Show/2019-05-04 - Guest.mkv", EPISODE, "2019-05-04 Guest", "Daily Show", None, None, 2019),
    ("Daily Show/Season 2019/2019-05-04.mkv", EPISODE, "2019-05-04", "Daily Show", 2019, None, 2019),
    ("Season 1/01 - Pilot.mkv", EPISODE, "Pilot", "My Root", 1, 1, None),
    ("Pixar Shorts/Season 1/01 - Lamp.mkv", EPISODE, "Lamp", "Pixar Shorts", 1, 1, None),
    ("Movie Name (1999).mp4", MOVIE, "Movie Name", None, None, None, 1999),
    ("Movies/Movie Name (1999)/Movie Name.mkv", MOVIE, "Movie Name", None, None, None, 1999),
    ("Movies/Movie Name (1999)/movie.mkv", MOVIE, "Movie Name", None, None, None, 1999),
    ("Movies/Movie Name (1999)/title_t01.mkv", MOVIE, "Movie Name", None, None, None, 1999),
    ("Movies/Trilogy (1985)/Another Film.mkv", MOVIE, "Another Film", None, None, None, None),
    ("Home Videos/2019-05-04 Birthday.mkv", MOVIE, "2019-05-04 Birthday", None, None, None, 2019),
    ("Bumpers/bumper 01.mp4", SHORT, "bumper 01", None, None, None, None),
    ("Trailers/Movie Name (1999) Trailer.mp4", SHORT, "Movie Name", None, None, None, 1999),
    ("Movie Name (1999)/Movie Name (1999)-trailer.mkv", SHORT, "Movie Name (Trailer)", None, None, None, 1999),
    ("Show/Season 1/Extras/Making of.mkv", SHORT, "Making of", None, None, None, None),
    ("Commercials/1980s/Soap.mkv", SHORT, "Soap", None, None, None, None),
    ("Station IDs/night.mkv", SHORT, "night", None, None, None, None),
]

MakeProbe = Callable[..., MediaProbe]
Describe = Callable[..., MediaItem]


@pytest.fixture
def described(make_probe: MakeProbe) -> Describe:
    def describe_path(
        relative: str, minutes: float = 24, *, ambiguous: frozenset[str] = frozenset(), **tags: str
    ) -> MediaItem:
        probe = make_probe(minutes, **tags)
        reading = read_path("My Root", relative, probe.duration_ms)
        return describe(Known(key="k", reading=reading, probe=probe, collections=("c",), ambiguous=ambiguous))

    return describe_path


@pytest.mark.parametrize(("path", "kind", "title", "series", "season", "episode", "year"), PATHS)
def test_a_path_is_described(
    described: Describe,
    path: str,
    kind: ContentType,
    title: str,
    series: str | None,
    season: int | None,
    episode: int | None,
    year: int | None,
) -> None:
    item = described(path)
    assert (item.content_type, item.title) == (kind, title)
    assert (item.series_name, item.season_number, item.episode_number, item.year) == (series, season, episode, year)


def test_less_than_a_quarter_of_an_hour_is_a_short(described: Describe) -> None:
    assert described("Film (1999).mkv", minutes=14.99).content_type is SHORT
    assert described("Film (1999).mkv", minutes=15).content_type is MOVIE


def test_a_short_episode_is_an_episode(described: Describe) -> None:
    assert described("Pingu/Season 1/Pingu S01E01.mkv", minutes=5).content_type is EPISODE


def test_a_counted_file_in_a_named_folder_is_an_episode_unless_it_is_long(described: Describe) -> None:
    assert described("Cosmos/05 - Blues.mkv", minutes=50).series_name == "Cosmos"
    assert described("Saga/01 - The First.mkv", minutes=110).content_type is MOVIE


@pytest.mark.parametrize(
    ("nfo", "numbers"),
    [
        (Nfo(kind="episode", season=1, episode=1), (1, 2)),
        (Nfo(kind="episode", season=1, episode=1, last_episode=3), (1, 3)),
        (Nfo(kind="episode", season=1, episode=7), (7, None)),
        (Nfo(kind="episode", title="Double"), (1, 2)),
        (Nfo(kind="movie"), (None, None)),
    ],
)
def test_an_nfo_may_say_which_episodes_a_file_holds(
    make_probe: MakeProbe, nfo: Nfo, numbers: tuple[int | None, int | None]
) -> None:
    reading = read_path("Root", "Show/Season 1/Show S01E01-E02.mkv", 0)
    item = describe(Known(key="k", reading=reading, probe=make_probe(84), nfo=nfo))
    assert (item.episode_number, item.episode_number_end) == numbers


def test_extras_carry_their_kind_as_a_tag(described: Describe) -> None:
    for path in ("Heat (1995)/Trailers/Teaser.mkv", "Heat (1995)/Heat (1995)-trailer.mkv", "Heat (1995)/trailer.mkv"):
        assert described(path, minutes=2).tags == ("Trailers",)


def test_an_edition_is_a_tag(described: Describe) -> None:
    item = described("Aliens (1986) Director's Cut.mkv", minutes=154)
    assert (item.title, item.tags) == ("Aliens", ("Director's Cut",))


def test_one_spelling_for_what_looks_the_same(described: Describe) -> None:
    composed, decomposed = (described(f"Caf{e}/Season 1/Caf{e} S01E01.mkv") for e in ("\u00e9", "e\u0301"))
    assert composed == decomposed


def test_a_folder_named_for_a_genre_gives_the_genre(described: Describe) -> None:
    assert described("Comedies/Airplane! (1980).mkv").genres == ("Comedy",)
    assert described("TV/Sci-Fi Shows/Show/Season 1/01.mkv").genres == ("Science Fiction",)


def test_embedded_genres_come_first_and_each_counts_once(described: Describe) -> None:
    assert described("Comedy/Film.mkv", genre="Drama; comedy").genres == ("Drama", "Comedy")


def test_a_folder_with_a_theme_gives_a_tag(described: Describe) -> None:
    assert described("Movies/Christmas/Elf (2003).mkv", keywords="elves, santa").tags == ("elves", "santa", "Christmas")
    assert described("Bumpers/one.mkv").tags == ("Bumpers",)


def test_folders_of_series_seasons_and_films_give_no_tags(described: Describe) -> None:
    assert described("TV/Show/Season 1/Show S01E01.mkv").tags == ()
    assert described("Show/Show S01E01.mkv").tags == ()
    assert described("Movies/Elf (2003)/Elf (2003).mkv").tags == ()


def test_the_title_inside_counts_only_when_the_name_gives_none(described: Describe) -> None:
    assert described("Heat (1995).mkv", title="Something else").title == "Heat"
    assert described("Show/Season 1/S01E02.mkv", title="The Real Title").title == "The Real Title"
    assert described("video.mkv", title="A Holiday").title == "A Holiday"


def test_a_title_inside_that_is_an_advertisement_or_a_release_never_counts(described: Describe) -> None:
    for junk in ("www.example.com", "Show.S01E02.720p.WEB.x264-GRP", "encoded by somebody", "film.mkv"):
        assert described("Show/Season 1/S01E02.mkv", title=junk).title == "Episode 2"


def test_the_year_inside_counts_when_the_name_gives_none(described: Describe) -> None:
    assert described("Film.mkv", date="1999-05-04").year == 1999
    assert described("Film (2001).mkv", date="1999").year == 2001


def test_description_air_date_and_rating_come_from_inside(described: Describe) -> None:
    item = described("Film.mkv", date="1999-05-04", synopsis="About a film.", itunextc="mpaa|PG-13|300|")
    assert (item.description, item.air_date, item.rating) == ("About a film.", date(1999, 5, 4), "PG-13")


def test_tags_name_the_episode_when_the_name_says_nothing(described: Describe) -> None:
    item = described("Downloads/abc.m4v", show="The Show", season_number="2", episode_sort="7", title="Seven")
    assert (item.content_type, item.series_name, item.season_number, item.episode_number) == (EPISODE, "The Show", 2, 7)


def test_two_series_of_one_name_are_told_apart_by_their_year(described: Describe) -> None:
    both = frozenset({"doctor who"})
    assert described("Doctor Who (2005)/Season 1/01.mkv", ambiguous=both).series_name == "Doctor Who (2005)"
    assert described("Torchwood (2006)/Season 1/01.mkv", ambiguous=both).series_name == "Torchwood"


@given(
    st.lists(st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1, max_size=30), min_size=1),
    st.dictionaries(st.sampled_from(["title", "genre", "date", "show", "episode_sort", "keywords"]), st.text()),
)
def test_every_path_gives_an_item_the_host_takes(parts: list[str], tags: dict[str, str]) -> None:
    probe = MediaProbe(1_000_000, "x", "h264", None, 64, 48, tags)
    item = describe(Known(key="k", reading=read_path("r", "/".join(parts), 1_000_000), probe=probe))
    assert item.title.strip()
    assert all(word.strip() for word in (*item.genres, *item.tags))
    assert item.series_name is None or item.series_name.strip()
